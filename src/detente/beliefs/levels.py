"""Where goals stood over time, by graded observations: contradictions side by side, doubt kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.case import Case, Claim, Conflict, Draws, Goal, Quantity, claim_probability, pool
from detente.case.grades import reading_probability
from detente.errors import InputError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

STRETCH = 30
"""Days within which reports of a level are taken to speak about one and the same time."""
NOWHERE = -1.0
"""Marks, among levels of 0..100, the draws in which no report is right."""


@dataclass(frozen=True, slots=True, eq=False)
class LevelPoint:
    """Where a goal stood at one time.

    `first`, `day`: the first and the last day of the reports pooled. `values` (draws,) levels 0..100;
    `known` (draws,): the level rests on a report that is right, or on the case's own judgement of where
    things stand; elsewhere nothing is known and the value lies anywhere on the scale. `entries`: one report
    per origin; `weights` (entries,) their chances of being the right one. `judged`: the case's own level
    stands in where no report is right. `conflicts`: reports of that time whose levels exclude each other.
    """

    first: date
    day: date
    values: FloatArray
    known: BoolArray
    entries: tuple[Claim, ...]
    weights: FloatArray
    judged: bool
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LevelSeries:
    """The levels of one goal by time, oldest first. `reports`: all that were known by the day asked for,
    those that cannot be judged too (`missing`: their ids; they have no weight and make no point)."""

    goal: str
    points: tuple[LevelPoint, ...]
    reports: tuple[Claim, ...]
    missing: tuple[str, ...]


def level_series(case: Case, as_of: date, draws: Draws) -> tuple[LevelSeries, ...]:
    """The observed levels of every goal, in the order of the case, by what was known on the day `as_of`.

    Reports that happened within 30 days of the first of them are one time. There they are pooled as claims
    are: one entry per origin, weights by the odds of being right (`detente.case.pool`). A report is right
    with the chance that the event happened, times that what was said is true (`content`), times that it is
    rightly read (`reading`). What is left lies on the level that the case states as `base`, from 30
    days before the day of that judgement on (`judged_on`, else the case's own day; never before it is known),
    and earlier on the whole scale, marked as not known. The base alone makes a point where no report is as
    late as that.

    Raises InputError where two records have one id. Cost: reports × draws. It does not smooth between times
    and finds no trend where nothing was observed.
    """
    unique_ids(case)
    return tuple(_series(case, goal, as_of, draws) for goal in case.goals)


def unique_ids(case: Case) -> None:
    """Raises InputError where two codings of the case have the same id, which nothing could tell apart."""
    twice = [name for name, count in Counter(coding.id for coding in case.codings).items() if count > 1]
    if twice:
        raise InputError(
            f"codings must have ids of their own, got {', '.join(sorted(twice)[:5])} more than once"
        )


def _series(case: Case, goal: Goal, as_of: date, draws: Draws) -> LevelSeries:
    reports = _reports(case, goal.name, as_of)
    judged_on = goal.grounds.judged_on or case.as_of
    base = goal.base if judged_on <= as_of else None
    points = []
    for stretch in _stretches([report for report in reports if report.probability]):
        late = base is not None and (judged_on - stretch[-1].happened.date()).days <= STRETCH
        points.append(_point(goal.name, stretch, base if late else None, draws))
    if base is not None and not any(point.judged for point in points):
        points.append(_standing(base, judged_on, draws))
    missing = tuple(report.coding for report in reports if report.probability is None)
    return LevelSeries(goal.name, tuple(points), reports, missing)


def _reports(case: Case, goal: str, as_of: date) -> tuple[Claim, ...]:
    events, found = {event.id: event for event in case.events}, []
    for coding in case.codings:
        if coding.kind != "level" or coding.about != goal or coding.number is None:
            continue
        event = events[coding.event]
        if max(coding.known_on, event.known_on) > as_of:
            continue
        true, read = (
            claim_probability(case, coding, as_of),
            reading_probability(case.settings, coding.reading),
        )
        chance = None if true is None or read is None else true * read
        found.append(
            Claim(
                coding.id,
                goal,
                coding.by,
                event.origin,
                coding.number,
                chance,
                coding.happened,
                coding.known_on,
                event.sources,
            )
        )
    return tuple(sorted(found, key=lambda report: (report.happened, report.coding)))


def _stretches(reports: Sequence[Claim]) -> list[list[Claim]]:
    """Reports in order, cut where one lies more than STRETCH days after the first of its group."""
    groups: list[list[Claim]] = []
    for report in reports:
        if groups and (report.happened.date() - groups[-1][0].happened.date()).days <= STRETCH:
            groups[-1].append(report)
        else:
            groups.append([report])
    return groups


def _point(goal: str, stretch: Sequence[Claim], base: Quantity | None, draws: Draws) -> LevelPoint:
    first, day = stretch[0].happened.date(), stretch[-1].happened.date()
    # Each time has a die of its own for which report is right, so that errors of two times are independent.
    nowhere = Quantity(NOWHERE, NOWHERE, path=f"levels.{goal}.{first}")
    pooled = pool(stretch, nowhere, draws)
    left = pooled.values == NOWHERE
    rest = draws.sample(base or replace(nowhere, low=0.0, high=100.0))
    known = np.full(draws.n, True) if base is not None else ~left
    values = np.where(left, rest, pooled.values)
    return LevelPoint(
        first, day, values, known, pooled.entries, pooled.weights, base is not None, pooled.conflicts
    )


def _standing(base: Quantity, day: date, draws: Draws) -> LevelPoint:
    values, known = draws.sample(base), np.full(draws.n, True)
    return LevelPoint(day, day, values, known, (), np.zeros(0), True, ())
