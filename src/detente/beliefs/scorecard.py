"""What a party has achieved: how the goals it cares about moved, what it did for them, at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.beliefs.levels import LevelPoint, LevelSeries, unique_ids
from detente.beliefs.moves import Moves, count_moves
from detente.case import Case
from detente.errors import InputError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

CARES = 0.05
"""Least share of all that a party could win or lose for a goal to be on its card: declared, inferred, or in
any hypothesis."""
MOVED = 5.0
"""Points of a goal's scale (0..100) below which a change counts as none."""
SURE = 0.5
"""A verdict is named only where its probability is higher than this; else nobody can tell."""
LEAST = 20
"""Draws in which both ends are known that an interval of the change needs."""
VERDICTS = ("achieved", "not achieved", "lost", "cannot tell")


@dataclass(frozen=True, slots=True, eq=False)
class Aims:
    """What a party says it wants and what it is inferred to want: (goals,) signed weights, Σ|·| = 1.
    `declared` None: nothing is on record about it. `supposed` (goals,): the largest weight, signed, that any
    hypothesis gives to a goal, so that what some story says it wants is on its card too (None: no matter)."""

    declared: FloatArray | None
    inferred: FloatArray
    supposed: FloatArray | None = None

    def told(self) -> tuple[FloatArray, ...]:
        """What there is, the inferred first, then the declared."""
        return tuple(a for a in (self.inferred, self.declared, self.supposed) if a is not None)


@dataclass(frozen=True, slots=True)
class GoalScore:
    """One goal on a party's card.

    `wanted`: +1 it wants the level to rise, −1 to fall. `start`, `end`: days compared (None: fewer than two
    times are on record); `before`, `after`: mean levels then; `change` with its 80 % interval in points of
    the goal, over the draws in which both ends are known (None: too few). `rose`, `fell`: chance that the
    level did, by however little. `achieved` (moved its way by 5 points or more), `not_achieved` (moved by
    less), `lost` (moved against it by 5 or more) and `cannot_tell` (one end rests on nothing that can be
    judged) sum to 1. `verdict`: the one that holds more than half, else "cannot tell". `acts_for`,
    `acts_against`: ids of its acts that pushed the goal its way and the other; `push`: their sum in pushes,
    each by its weight. `reports`: ids of the levels behind both ends.
    """

    goal: str
    declared: float | None
    inferred: float
    wanted: int
    start: date | None
    end: date | None
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None
    rose: float
    fell: float
    achieved: float
    not_achieved: float
    lost: float
    cannot_tell: float
    verdict: str
    acts_for: tuple[str, ...]
    acts_against: tuple[str, ...]
    push: float
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What a party has achieved, as of a day.

    `since`: first day of the moves that are counted (None: all on record). `goals`: those it cares about,
    dearest first. `acts`: acts counted; `missing`: ids of acts that cannot be judged and are left out.
    `spent`: cost of its acts to itself, in pushes. `won`, `gone`: points (hundredths of all it could win or
    lose, by its inferred weights) by which goals moved its way and against it, mean and 80 % interval over
    draws; where nobody can tell, a goal counts as unmoved. `fell`: its goals whose verdict is "lost".
    """

    party: str
    as_of: date
    since: date | None
    goals: tuple[GoalScore, ...]
    acts: int
    missing: tuple[str, ...]
    spent: float
    won: tuple[float, float, float]
    gone: tuple[float, float, float]
    fell: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """Two times of one goal compared: `change` (draws,), zero where not `known` (draws,)."""

    ends: tuple[LevelPoint, LevelPoint] | None
    change: FloatArray
    known: BoolArray


def score_party(
    case: Case,
    party: str,
    as_of: date,
    levels: Sequence[LevelSeries],
    aims: Aims,
    since: date | None = None,
) -> Scorecard:
    """What `party` has achieved by the day `as_of`, on the levels of `level_series` and its `aims`.

    `since`: compare with the last level on or before that day (else with the first after it), and count acts
    from then on; None: with the first level on record, acts from the first of these on. An act counts for a
    goal by the mean push of what was done, times the chance that it happened and was meant, times the
    independent choices that a count stands for; records of one origin, or of one occasion, that name the same
    act count once. Moves and levels stand side by side: no cause is inferred from it.

    Raises InputError for an unknown party, arrays of another length than the goals, or one id used twice.
    Cost: goals × draws + acts. It will not see what would have happened without the acts, nor levels that
    nobody reported.
    """
    names = [p.name for p in case.parties]
    if party not in names:
        raise InputError(f"party must be one of {', '.join(names)}, got {party!r}")
    if any(a.shape != (len(case.goals),) for a in aims.told()) or len(levels) != len(case.goals):
        shapes = ", ".join(str(a.shape) for a in aims.told())
        raise InputError(f"aims and levels must have one entry per goal ({len(case.goals)}), got {shapes}")
    unique_ids(case)
    cared = _cared(aims)
    changes = {g: _compare(levels[g], since) for g in cared}
    starts = [found.ends[0].day for found in changes.values() if found.ends is not None]
    begin = since or min(starts, default=None)
    moves = count_moves(case, party, as_of, begin)
    goals = tuple(_score(levels[g].goal, (aims, g), changes[g], moves) for g in cared)
    won, gone = ([side * aims.inferred[g] * changes[g].change for g in cared] for side in (1.0, -1.0))
    return Scorecard(
        party=party,
        as_of=as_of,
        since=begin,
        goals=goals,
        acts=moves.count,
        missing=moves.missing,
        spent=moves.spent,
        won=_spread(won),
        gone=_spread(gone),
        fell=tuple(score.goal for score in goals if score.verdict == "lost"),
    )


def _cared(aims: Aims) -> list[int]:
    """Goals on the card, the dearest first."""
    size = np.abs(np.stack(aims.told())).max(axis=0)
    order = np.argsort(-size, kind="stable")
    return [int(g) for g in order if size[g] >= CARES]


def _wanted(aims: Aims, g: int) -> int:
    """The way a party wants a goal to move: as inferred where that is worth naming, else as declared, else as
    some hypothesis says."""
    told = next((a[g] for a in aims.told() if abs(a[g]) >= CARES), aims.inferred[g])
    return 1 if told >= 0 else -1


def _compare(series: LevelSeries, since: date | None) -> _Change:
    points = series.points
    early = [place for place, point in enumerate(points) if since is not None and point.day <= since]
    start = early[-1] if early else 0
    if len(points) - start < 2:
        n = len(points[0].values) if points else 1
        return _Change(None, np.zeros(n), np.zeros(n, dtype=np.bool_))
    first, last = points[start], points[-1]
    known = first.known & last.known
    return _Change((first, last), np.where(known, last.values - first.values, 0.0), known)


def _score(goal: str, aim: tuple[Aims, int], found: _Change, moves: Moves) -> GoalScore:
    (aims, g), known = aim, found.known
    wanted = _wanted(aims, g)
    toward = found.change * wanted
    chances = (
        float((known & (toward >= MOVED)).mean()),
        float((known & (np.abs(toward) < MOVED)).mean()),
        float((known & (toward <= -MOVED)).mean()),
        float((~known).mean()),
    )
    best = int(np.argmax(chances))
    pushes = [(name, push * wanted) for name, push in moves.pushes.get(goal, ())]
    first, last = found.ends or (None, None)
    told = _told(found)
    return GoalScore(
        goal=goal,
        declared=None if aims.declared is None else float(aims.declared[g]),
        inferred=float(aims.inferred[g]),
        wanted=wanted,
        start=first.day if first else None,
        end=last.day if last else None,
        before=float(first.values[known].mean()) if first and told else None,
        after=float(last.values[known].mean()) if last and told else None,
        change=told[0] if told else None,
        low=told[1] if told else None,
        high=told[2] if told else None,
        rose=float((known & (found.change > 0)).mean()),
        fell=float((known & (found.change < 0)).mean()),
        achieved=chances[0],
        not_achieved=chances[1],
        lost=chances[2],
        cannot_tell=chances[3],
        verdict=VERDICTS[best] if chances[best] > SURE else VERDICTS[-1],
        acts_for=tuple(name for name, push in pushes if push > 0),
        acts_against=tuple(name for name, push in pushes if push < 0),
        push=sum((push for _, push in pushes), 0.0),
        reports=tuple(claim.coding for point in found.ends or () for claim in point.entries),
    )


def _told(found: _Change) -> tuple[float, float, float] | None:
    """Mean and 80 % interval of the change over the draws in which it is known."""
    if found.known.sum() < LEAST:
        return None
    values = found.change[found.known]
    low, high = np.quantile(values, (0.1, 0.9))
    return float(values.mean()), float(low), float(high)


def _spread(parts: Sequence[FloatArray]) -> tuple[float, float, float]:
    """Mean and 80 % interval of the sum of what is positive in each part (draws,)."""
    if not parts:
        return 0.0, 0.0, 0.0
    total = sum((np.maximum(part, 0.0) for part in parts), np.zeros(1))
    low, high = np.quantile(total, (0.1, 0.9))
    return float(total.mean()), float(low), float(high)
