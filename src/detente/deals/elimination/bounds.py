"""The most that can still come from outside: exact along fixed directions, for every cell of every step.

One pass up the steps finds what each cell can be worth at most along each direction, one pass down what the
rest of the package can add. A point that cannot reach a place that no package found so far covers goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals._kernels.jit import pays
from detente.deals.dominance import undominated_rows
from detente.deals.elimination.fronts import Fronts
from detente.deals.elimination.plan import Plan
from detente.deals.elimination.problem import Problem
from detente.deals.elimination.rows import Rows

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_CORNERS = 1_500
"""Corners of what is not covered yet that are kept; packages that would make more are not used to prune."""

FLOOR = -(2.0**53)

BLOCK = 16
"""Corners that lie next to each other and are passed over together."""


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """`directions` (directions, parties), the first `parties` of them one party alone; `best[k]` and
    `rest[k]` (cells, directions): the most that step k's cell is worth, and that everything else adds."""

    directions: FloatArray
    best: tuple[FloatArray, ...]
    rest: tuple[FloatArray, ...]


def directions_of(problem: Problem, rows: Sequence[Rows]) -> FloatArray:
    """Each party alone, then mixes in which every party counts by what is at stake for it.

    Spread: the sum over steps of the most less the least of a choice, so that no party's scale rules.
    """
    parties = problem.parties
    units = np.eye(parties)
    spread = np.full(parties, 1.0)
    for step in rows:
        if len(step.value):
            spread += np.ptp(step.value, axis=0)
    if parties == 1:
        return units
    if parties == 2:
        turns = np.array([0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92])
        mixes = np.stack([turns, 1 - turns], axis=1)
    else:
        ones = np.ones((1, parties))
        mixes = np.concatenate([ones, ones + 3 * units, ones - 0.75 * units])
    return np.asarray(np.concatenate([units, mixes / spread]))


def set_bounds(problem: Problem, plan: Plan, rows: Sequence[Rows], directions: FloatArray) -> Bounds:
    """Both passes. Cost: rows of all steps × directions. Source: Dechter (1999); bounds of every
    separator at once as in Kask & Dechter (2001), exact here because nothing is relaxed."""
    worth, best = best_along(plan, rows, directions)
    rest = [np.empty((0, len(directions)))] * len(plan.steps)
    rest[-1] = (problem.start @ directions.T)[None]
    for n in reversed(range(len(plan.steps))):
        total = worth[n] + rest[n][rows[n].cell]
        for side, k in enumerate(plan.steps[n].inputs):
            into = rows[n].cells[side]
            with np.errstate(invalid="ignore"):
                without = total - best[k][into]
            rest[k] = _most(np.where(np.isnan(without), -np.inf, without), into, len(best[k]))
    return Bounds(directions, best, tuple(rest))


def best_along(
    plan: Plan, rows: Sequence[Rows], directions: FloatArray
) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...]]:
    """Per step (rows, directions) the most of each row with its inputs, and (cells, directions) of a cell."""
    worth: list[FloatArray] = []
    best: list[FloatArray] = []
    for step, choices in zip(plan.steps, rows, strict=True):
        total = choices.value @ directions.T
        for side, k in enumerate(step.inputs):
            total = total + best[k][choices.cells[side]]
        worth.append(total)
        best.append(_most(total, choices.cell, len(choices.start) - 1))
    return tuple(worth), tuple(best)


def _most(values: FloatArray, cell: IntArray, cells: int) -> FloatArray:
    """(cells, columns) the largest of each cell's rows, −inf where there are none."""
    found = np.full((cells, values.shape[1]), -np.inf)
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    if len(starts):
        found[cell[order[starts]]] = np.maximum.reduceat(values[order], starts, axis=0)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Fence:
    """What packages found so far leave open: everything above one of the `corners` (k, parties); `along` (k,
    directions): the corners along each direction; `slack` (directions,) what rounding may be off."""

    corners: FloatArray
    along: FloatArray
    slack: FloatArray


def build_fence(problem: Problem, directions: FloatArray, points: FloatArray) -> Fence:
    """The fence of points (k, parties) that packages reach, on the grid; ties with them stay open.

    Corners are the local bounds of Klamroth, Lacour & Vanderpooten (2015). Cost: points × corners; at most
    MOST_CORNERS corners, after which no further point is used.
    """
    floor = np.where(np.isfinite(problem.least), problem.least - 0.5, FLOOR)
    distinct = np.unique(points, axis=0)
    distinct = distinct[undominated_rows(distinct)]
    score = distinct @ directions[-1]
    ranked = np.ascontiguousarray(distinct[np.argsort(-score, kind="stable")] - 0.5)
    if pays("corners", 100 * len(ranked)):
        from detente.deals._kernels.corners import cut_corners as fast

        corners = np.asarray(fast(ranked, floor, MOST_CORNERS))
    else:
        corners = cut_corners(ranked, floor, MOST_CORNERS)
    corners = _neighbours_together(corners)
    slack = np.abs(directions).sum(axis=1) * (problem.slack + 1.0) + 1e-9
    slack[: problem.parties] = 0.0
    return Fence(corners, corners @ directions.T, slack)


def cut_corners(points: FloatArray, floor: FloatArray, most: int) -> FloatArray:
    """Corners (k, parties) of what no point covers: a place above `floor` is strictly above one of them, or
    below a point. Each point cuts the corners below it in as many as there are parties; a cut that another
    one of the same party lies below is left out. Stops before there would be more than `most`.
    The readable twin of the kernel in `_kernels.corners`."""
    corners = floor[None]
    for point in points:
        below = (corners < point).all(axis=1)
        parts = [corners[~below]]
        for party in range(len(point)):
            cut = corners[below]
            cut[:, party] = point[party]
            under = (cut[None] <= cut[:, None]).all(axis=2)
            first = np.tri(len(cut), dtype=np.bool_)
            parts.append(cut[~(under & (~under.T | first) & ~np.eye(len(cut), dtype=np.bool_)).any(axis=1)])
        fresh = np.concatenate(parts)
        if len(fresh) > most:
            break
        corners = fresh
    return corners


def _neighbours_together(corners: FloatArray) -> FloatArray:
    """The corners in an order in which those of a block lie near each other."""
    slabs = max(1, int(np.sqrt(len(corners) / BLOCK)))
    by_first = np.array_split(np.argsort(corners[:, 0], kind="stable"), slabs)
    second = corners[:, min(1, corners.shape[1] - 1)]
    order = np.concatenate([slab[np.argsort(second[slab], kind="stable")] for slab in by_first])
    return np.asarray(corners[order])


def may_count(bounds: Bounds, fence: Fence, step: int, fronts: Fronts) -> BoolArray:
    """(points,) whether a point of a step can become part of a package above the fence."""
    off = bounds.rest[step] + fronts.error @ bounds.directions.T
    reach = fronts.points @ bounds.directions.T + off[fronts.cell]
    return open_to(reach + fence.slack, fence.along)


def rows_may_count(plan: Plan, bounds: Bounds, fence: Fence, step: int, rows: Rows) -> BoolArray:
    """(rows,) the same for a whole row of a step, with the best of its inputs."""
    reach = rows.value @ bounds.directions.T + bounds.rest[step][rows.cell]
    for side, k in enumerate(plan.steps[step].inputs):
        reach = reach + bounds.best[k][rows.cells[side]]
    return open_to(reach + fence.slack, fence.along)


def open_to(reach: FloatArray, corners: FloatArray) -> BoolArray:
    """(rows,) whether a row exceeds some corner along every direction. Cost: rows × corners."""
    if pays("corners", 20 * len(corners) + len(reach) * len(corners) // 50):
        from detente.deals._kernels.corners import exceeds_some as fast

        return np.asarray(fast(np.ascontiguousarray(reach), np.ascontiguousarray(corners)))
    return exceeds_some(reach, corners)


def exceeds_some(reach: FloatArray, corners: FloatArray) -> BoolArray:
    """(rows,) whether a row is larger in all columns than some corner. The readable twin of the kernel in
    `_kernels.corners`."""
    found = np.zeros(len(reach), dtype=np.bool_)
    left = np.arange(len(reach))
    for corner in corners:
        above = (reach[left] > corner).all(axis=1)
        found[left[above]] = True
        left = left[~above]
        if not len(left):
            break
    return found
