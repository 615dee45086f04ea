"""The passes of an elimination: a narrow one that finds packages, then the one that counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.elimination.bounds import (
    Bounds,
    Fence,
    build_fence,
    directions_of,
    may_count,
    rows_may_count,
    set_bounds,
)
from detente.deals.elimination.fronts import Fronts, nothing_yet
from detente.deals.elimination.listing import can_list, list_step
from detente.deals.elimination.merge import add_up, candidates_of
from detente.deals.elimination.plan import Plan
from detente.deals.elimination.problem import Problem
from detente.deals.elimination.rows import Rows, write_rows
from detente.deals.elimination.thin import budgets, thin, thin_to

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Progress = Callable[[int, int, int], None]

WORTH_BOUNDS = (600_000, 150_000)
"""Predicted candidates from which bounds and a narrow first pass pay: up to two parties, and more."""

NARROW = 48
"""Points of a step that the narrow pass keeps for each direction."""

SUMS = 5_000
"""Candidates of one step, per point that may be held; beyond, the inputs are thinned first."""


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What one pass goes by: `limit` points a step, how wide boxes each step is thinned with (`widths`, 0:
    exact), and, where they were worth finding, bounds and the fence; `narrow` > 0: the first pass."""

    limit: int
    widths: FloatArray
    bounds: Bounds | None = None
    fence: Fence | None = None
    narrow: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the last step holds (gains on the grid), what the narrow pass found, and the sums made."""

    fronts: Fronts
    before: Fronts
    work: int


def eliminate(
    problem: Problem, plan: Plan, *, limit: int, epsilon: float, progress: Progress | None = None
) -> Found:
    """The undominated points of all packages that nothing forbids, and packages that stand for them.

    `epsilon` in units of the grid, 0: exact. Where a step would hold more than `limit` points or make more
    than SUMS × `limit` sums, it is thinned: see `Fronts.error`. Memory: rows of all steps (`Step.rows` ×
    (parties + words + 3) × 8 bytes) and at most `limit` × (parties + words + 1) × 8 bytes for each step whose
    result still waits. Packages are not stored: each point carries the number of its first package, in words
    that add up like the points do.
    """
    nothing = nothing_yet(problem.parties, problem.strides.shape[1])
    none = nothing.take(np.zeros(1, dtype=np.bool_))
    if not problem.allows_any:
        return Found(none, none, 0)
    rows = [None if can_list(problem, step) else write_rows(problem, plan, step) for step in plan.steps]
    widths = budgets(plan, epsilon)
    written = [r for r in rows if r is not None]
    if len(written) < len(rows) or plan.work < WORTH_BOUNDS[problem.parties > 2]:
        fronts, work = _run(problem, plan, rows, Pass(limit, widths), progress)
        return Found(_from_start(problem, fronts), none, work)
    directions = directions_of(problem, written)
    bounds = set_bounds(problem, plan, written, directions)
    fence = build_fence(problem, directions, np.zeros((0, problem.parties)))
    first = Pass(limit, np.zeros_like(widths), bounds, fence, NARROW)
    found, looked = _run(problem, plan, rows, first, progress)
    before = _from_start(problem, found)
    before = before.take(np.all(before.points >= problem.least, axis=1))
    fence = build_fence(problem, directions, before.points)
    fronts, work = _run(problem, plan, rows, Pass(limit, widths, bounds, fence), progress)
    return Found(_from_start(problem, fronts), before, looked + work)


def _from_start(problem: Problem, fronts: Fronts) -> Fronts:
    """With what every package starts from."""
    return Fronts(fronts.start, fronts.points + problem.start, fronts.count, fronts.number, fronts.error)


def _run(
    problem: Problem, plan: Plan, rows: Sequence[Rows | None], how: Pass, progress: Progress | None
) -> tuple[Fronts, int]:
    """All steps of one pass; what the last one holds, and the sums made."""
    nothing = nothing_yet(problem.parties, problem.strides.shape[1])
    live: dict[int, Fronts] = {}
    work, last = 0, nothing
    for k, step in enumerate(plan.steps):
        first, second = (*(live.pop(i) for i in step.inputs), nothing, nothing)[:2]
        choices = rows[k]
        if choices is None:
            last, made = list_step(problem, step), int(step.rows)
        else:
            if how.bounds is not None and how.fence is not None:
                choices = choices.take(rows_may_count(plan, how.bounds, how.fence, k, choices))
            last, made = _joined(choices, first, second, how)
        work += made
        last = _fewer(how, k, last)
        live[k] = last
        if progress is not None:
            progress(k + 1, len(plan.steps), len(last.points))
    return last, work


def _joined(choices: Rows, first: Fronts, second: Fronts, how: Pass) -> tuple[Fronts, int]:
    """The step's points; its inputs are thinned until the sums can be made and what comes out be held."""
    made = 0
    for one, other in _thinner(first, second):
        many = candidates_of(choices, one, other)
        total = int(many.sum())
        smallest = bool((np.diff(one.start) <= 1).all() and (np.diff(other.start) <= 1).all())
        if total > SUMS * how.limit and not smallest:
            continue
        most = 4 * how.limit if not smallest else None
        found = add_up(choices.take(many > 0), one, other, most=most)
        made += total
        if found is not None:
            return found, made
    raise AssertionError("inputs with one point a cell are always added up")


def _thinner(first: Fronts, second: Fronts) -> Iterator[tuple[Fronts, Fronts]]:
    """Both inputs, then with half the points again and again."""
    while True:
        yield first, second
        first = thin_to(first, max(len(first.points) // 2, 1))
        second = thin_to(second, max(len(second.points) // 2, 1))


def _fewer(how: Pass, step: int, fronts: Fronts) -> Fronts:
    """What can count, thinned as much as it may or must be."""
    if how.bounds is not None and how.narrow:
        return fronts.take(_most_promising(how.bounds, step, fronts, how.narrow))
    if how.bounds is not None and how.fence is not None:
        fronts = fronts.take(may_count(how.bounds, how.fence, step, fronts))
    return thin_to(thin(fronts, float(how.widths[step])), how.limit)


def _most_promising(bounds: Bounds, step: int, fronts: Fronts, most: int) -> BoolArray:
    """(points,) the `most` that promise most along each direction, whole packages in mind."""
    if len(fronts.points) <= most:
        return np.ones(len(fronts.points), dtype=np.bool_)
    keep = np.zeros(len(fronts.points), dtype=np.bool_)
    reach = fronts.points @ bounds.directions.T + bounds.rest[step][fronts.cell]
    for column in reach.T:
        keep[np.argsort(-column, kind="stable")[:most]] = True
    return keep
