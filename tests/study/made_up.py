"""The template case as tests use it, and ways of disturbing every input of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any

import numpy as np

from detente.case import Case, Coding, Event, Hypothesis, Quantity, load
from detente.case.library import new_case


@cache
def template(folder: str) -> Case:
    """The commented case of `detente new`, written to `folder` and read back."""
    return load(new_case("sample", folder))


def disturbed(value: Any, rng: np.random.Generator) -> Any:
    """The same value with every uncertain number in it moved a little, and nothing else."""
    if isinstance(value, Quantity):
        return _moved(value, rng)
    if isinstance(value, Hypothesis):
        centre = {goal: size * float(rng.uniform(0.6, 1.6)) for goal, size in value.centre.items()}
        return replace(value, centre=centre, odds=value.odds * float(rng.uniform(0.5, 2.0)))
    if isinstance(value, tuple):
        return tuple(disturbed(item, rng) for item in value)
    if isinstance(value, Mapping):
        return {key: disturbed(item, rng) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: disturbed(getattr(value, f.name), rng) for f in fields(value)})
    return value


def _moved(q: Quantity, rng: np.random.Generator) -> Quantity:
    factor = float(rng.uniform(0.75, 1.25))
    low, high = sorted((q.low * factor, q.high * factor))
    if q.low >= 0 and q.high <= 1:
        low, high = min(low, 1.0), min(high, 1.0)
    return replace(q, low=low, high=high, mode=None if q.mode is None else (low + high) / 2)


def with_effects(case: Case, factor: float, *, of: int | None = None) -> Case:
    """All option effects times `factor` (0: options that do nothing), of one issue or of all."""

    def scaled(q: Quantity) -> Quantity:
        low, high = sorted((q.low * factor, q.high * factor))
        return replace(q, low=low, high=high, mode=None)

    issues = []
    for place, issue in enumerate(case.issues):
        touched = of is None or of == place
        options = tuple(
            replace(o, effects={g: scaled(q) for g, q in o.effects.items()}, as_seen_by={}) if touched else o
            for o in issue.options
        )
        issues.append(replace(issue, options=options))
    return replace(case, issues=tuple(issues))


def with_offers(case: Case, rung: int) -> Case:
    """Every proposal takes the same rung, as far as there is one, on every issue."""
    take = {issue.name: min(rung, len(issue.options) - 1) for issue in case.issues}
    return replace(case, proposals=tuple(replace(p, take=take) for p in case.proposals))


def with_wide_stories(case: Case) -> Case:
    """Every hypothesis names every goal."""
    sizes = {goal.name: float(place + 1) for place, goal in enumerate(case.goals)}
    return replace(case, hypotheses=tuple(replace(h, centre=sizes) for h in case.hypotheses))


def with_levels(case: Case) -> Case:
    """Levels of two goals at two times: one that moves, one whose end is contradicted (V3, V4); V5 cannot be
    judged."""
    first, second = case.goals[0].name, case.goals[1].name
    return with_reports(
        case,
        [
            ("V1", 0, first, 10.0, 20.0, 1),
            ("V2", 0, second, 50.0, 55.0, 1),
            ("V3", 290, second, 10.0, 20.0, 2),
            ("V4", 292, second, 80.0, 90.0, 2),
            ("V5", 292, first, 0.0, 5.0, 6),
        ],
    )


def with_moves(case: Case, step: float) -> Case:
    """The levels of all goals at two times, `step` apart."""
    ends = [(place, goal.name, day) for place, goal in enumerate(case.goals) for day in (0, 290)]
    levels = {0: 50.0, 290: 50.0 + step}
    return with_reports(
        case, [(f"W{k}-{day}", day, goal, levels[day], levels[day], 1) for k, goal, day in ends]
    )


def with_reports(case: Case, rows: Sequence[tuple[str, int, str, float, float, int]]) -> Case:
    """The case with reports of levels: (coding, day of the last 300, goal, low, high, content)."""
    start = datetime.combine(case.as_of, time(12), UTC) - timedelta(days=300)
    events, codings = [], []
    for name, day, goal, low, high, content in rows:
        when = start + timedelta(days=day)
        key = f"codings.{name}"
        events.append(Event(f"L{name}", when, when.date(), "a report", (case.sources[0].id,), 1, f"L{name}"))
        about = Coding(name, f"L{name}", "level", "observers", (), goal, when.date(), when, 1)
        codings.append(replace(about, number=Quantity(low, high, die=key, path=key), content=content))
    return replace(case, events=(*case.events, *events), codings=(*case.codings, *codings))


def with_other_acts(case: Case, reading: int) -> Case:
    """Acts took the first and the second alternative of their menu in turn, and are read so surely; the one
    pushes all goals up, the other all down, and every alternative costs."""
    menus = []
    for menu in case.menus:
        pushes = dict(menu.alternatives)
        for name, size in zip(pushes, (1.0, -1.0), strict=False):
            pushes[name] = {goal.name: Quantity(size, size) for goal in case.goals}
        cost = dict.fromkeys(pushes, Quantity(0.3, 0.3))
        menus.append(replace(menu, alternatives=pushes, cost=cost))
    names = {menu.name: list(menu.alternatives) for menu in menus}
    codings = tuple(
        replace(c, taken={names[c.about][k % 2]: 1.0}, among=(), reading=reading) if c.kind == "act" else c
        for k, c in enumerate(case.codings)
    )
    return replace(case, menus=tuple(menus), codings=codings)
