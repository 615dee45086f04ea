"""Dominance among rows of points: exact where two numbers matter, by pivots within groups elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals._kernels import compiled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BLOCK = 4_000_000
ROUNDS = 60
WORTHWHILE = 0.02

WORTH_COMPILING = 20_000
"""Rows from which the compiled kernel pays for being loaded."""


def undominated_rows(points: FloatArray) -> BoolArray:
    """(k,) True where no other row is at least as large everywhere and larger somewhere; equal rows
    all stay. `points` (k, parties).

    Two columns: one sort and a sweep (Kung, Luccio & Preparata 1975). More: rows in the order of
    their sums against those kept so far, in blocks. Cost: k log k, or k × (rows kept) × columns.

    >>> undominated_rows(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [1.0, 2.0]])).tolist()
    [True, True, False, True]
    """
    if len(points) < 2:
        return np.ones(len(points), dtype=np.bool_)
    distinct, place = np.unique(points, axis=0, return_inverse=True)
    if points.shape[1] == 1:
        kept = np.arange(len(distinct)) == len(distinct) - 1
    elif points.shape[1] == 2:
        # Ascending in the first, then the second: a row stays if its second beats all that follow.
        following = np.maximum.accumulate(distinct[::-1, 1])[::-1]
        kept = np.append(distinct[:-1, 1] > following[1:], True)
    else:
        kept = _undominated_many(distinct)
    found: BoolArray = kept[place.reshape(-1)]
    return found


def _undominated_many(points: FloatArray) -> BoolArray:
    """Distinct rows of three or more columns."""
    order = np.argsort(-points.sum(axis=1), kind="stable")
    ranked = points[order]
    kept = np.zeros((0, points.shape[1]))
    keep = np.zeros(len(points), dtype=np.bool_)
    start, step = 0, 64
    while start < len(ranked):
        block = ranked[start : start + step]
        alive = ~beaten_by(block, kept)
        alive[alive] = ~beaten_by(block[alive], block[alive])
        keep[order[start : start + step]] = alive
        kept = np.concatenate([kept, block[alive]])
        start, step = start + step, min(4096, 2 * step)
    return keep


def beaten_by(points: FloatArray, rivals: FloatArray) -> BoolArray:
    """(k,) whether some rival is at least as large everywhere and larger somewhere. Cost: k × rivals."""
    beaten = np.zeros(len(points), dtype=np.bool_)
    if not len(rivals):
        return beaten
    if len(points) * len(rivals) >= WORTH_COMPILING * 100 and compiled():
        from detente.deals._kernels.prune import beaten_by as fast

        found: BoolArray = fast(np.ascontiguousarray(points), np.ascontiguousarray(rivals))
        return found
    step = max(1, BLOCK // len(rivals))
    for start in range(0, len(points), step):
        chunk = points[start : start + step]
        covers = np.ones((len(chunk), len(rivals)), dtype=np.bool_)
        better = np.zeros_like(covers)
        for column in range(points.shape[1]):
            covers &= rivals[None, :, column] >= chunk[:, None, column]
            better |= rivals[None, :, column] > chunk[:, None, column]
        beaten[start : start + step] = (covers & better).any(axis=1)
    return beaten


def same_rows(groups: IntArray, values: FloatArray) -> tuple[IntArray, IntArray]:
    """Rows that are equal in group and all values: (distinct,) one row of each, and (rows,) the place
    of each row's like among them."""
    key = groups.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = np.ascontiguousarray(values + 0.0).view(np.uint64)
    for column in range(values.shape[1]):
        key = (key ^ (key >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + bits[:, column]
    key ^= key >> np.uint64(32)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    place = place.reshape(-1)
    alike = (groups == groups[first[place]]) & (values == values[first[place]]).all(axis=1)
    if not alike.all():
        # Two different rows of one key: leave those that differ from the first alone.
        odd = np.flatnonzero(~alike)
        place[odd] = len(first) + np.arange(len(odd))
        first = np.concatenate([first, odd])
    return first.astype(np.int64), place.astype(np.int64)


def prune_groups(groups: IntArray, values: FloatArray, table: int) -> BoolArray:
    """(rows,) False for rows that a row of the same group beats: at least as large in all columns, and
    larger in one of the first `table`.

    Rows must be distinct within a group. With two columns that differ, both of the table, exact by one
    sort; else the best rows of each group serve as pivots in turn, until a round is not worth its
    cost: what is beaten may then stay, which costs time later but is never wrong.
    """
    varies = np.flatnonzero((values != values[:1]).any(axis=0)) if len(values) else np.arange(0)
    count = int((varies < table).sum())
    if count == 0:
        return np.ones(len(values), dtype=np.bool_)
    points = values[:, varies]
    if points.shape[1] == 1:
        points = np.repeat(points, 2, axis=1)
        return _sweep(groups, points)
    if points.shape[1] == 2 and count == 2:
        return _sweep(groups, points)
    return _by_pivots(groups, points, count)


def _sweep(groups: IntArray, points: FloatArray) -> BoolArray:
    """Exact for two columns: a row stays if its second beats all that come before it in its group."""
    order = np.lexsort((-points[:, 1], -points[:, 0], groups))
    _, rank = np.unique(points[:, 1], return_inverse=True)
    _, group = np.unique(groups, return_inverse=True)
    rank, group = rank.reshape(-1)[order], group.reshape(-1)[order]
    level = rank + group * (int(rank.max(initial=0)) + 2)
    before = np.concatenate([[-1], np.maximum.accumulate(level)[:-1]])
    fresh = np.concatenate([[True], group[1:] != group[:-1]])[: len(group)]
    keep = np.zeros(len(points), dtype=np.bool_)
    keep[order] = fresh | (level > before)
    return keep


def _by_pivots(groups: IntArray, points: FloatArray, table: int) -> BoolArray:
    """Rows in an order in which what beats comes first, pruned exactly by the kernel where there are
    enough of them and it can be had, else by pivots."""
    spread = np.ptp(np.where(np.isfinite(points), points, 0.0), axis=0)
    score = np.where(np.isfinite(points), points, 0.0)[:, :table] @ (1.0 / np.maximum(spread[:table], 1.0))
    score += 1e-3 * np.isinf(points).sum(axis=1)
    order = np.lexsort((-score, groups))
    points, group = points[order], groups[order]
    keep = np.zeros(len(order), dtype=np.bool_)
    if len(order) >= WORTH_COMPILING and compiled():
        from detente.deals._kernels.prune import group_by_group as fast

        keep[order] = fast(group, np.ascontiguousarray(points), table)
    else:
        keep[order] = _pivots(group, points, table)
    return keep


def group_by_group(groups: IntArray, points: FloatArray, table: int) -> BoolArray:
    """(rows,) False where an earlier row of the same group is at least as large in all columns and larger
    in one of the first `table`. The readable twin of the kernel in `_kernels.prune`."""
    keep = np.ones(len(points), dtype=np.bool_)
    for row in range(len(points)):
        rivals = points[:row][(groups[:row] == groups[row]) & keep[:row]]
        covers = (rivals >= points[row]).all(axis=1)
        keep[row] = not (covers & (rivals[:, :table] > points[row, :table]).any(axis=1)).any()
    return keep


def _pivots(group: IntArray, points: FloatArray, table: int) -> BoolArray:
    """The best rows of each group beat others in turn, until a round is not worth its cost."""
    left = np.arange(len(points))
    for pivots in range(ROUNDS):
        starts = np.flatnonzero(np.concatenate([[True], group[left][1:] != group[left][:-1]]))
        sizes = np.diff(np.append(starts, len(left)))
        live = sizes > pivots + 1
        if not live.any():
            break
        rows = np.repeat(live, sizes)
        pivot = np.repeat(left[starts[live] + pivots], sizes[live])
        compared = left[rows]
        mine, best = points[compared], points[pivot]
        beaten = (best >= mine).all(axis=1) & (best[:, :table] > mine[:, :table]).any(axis=1)
        if not beaten.any() and pivots > 8:
            break
        alive = np.ones(len(left), dtype=np.bool_)
        alive[np.flatnonzero(rows)[beaten]] = False
        left = left[alive]
        if pivots > 4 and beaten.sum() < WORTHWHILE * len(compared):
            break
    keep = np.zeros(len(points), dtype=np.bool_)
    keep[left] = True
    return keep
