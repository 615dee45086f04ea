"""The points of one step from its rows and its inputs: added up, ties counted, beaten ones left out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente.deals._kernels.jit import pays
from detente.deals.dominance import undominated_rows
from detente.deals.elimination.fronts import MOST, Fronts, rank
from detente.deals.elimination.rows import Rows

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BLOCK = 500_000
"""Candidates that the readable twin holds at once."""

COST = 300
"""Microseconds that the readable twin takes for a step beside one for each candidate."""


def candidates_of(rows: Rows, first: Fronts, second: Fronts) -> IntArray:
    """(rows,) how many sums each row makes."""
    many = np.diff(first.start)[rows.cells[0]] * np.diff(second.start)[rows.cells[1]]
    return np.asarray(many, dtype=np.int64)


def add_up(rows: Rows, first: Fronts, second: Fronts, *, most: int | None = None) -> Fronts | None:
    """Per cell the undominated sums of a row's value, a point of `first` and one of `second`, ties as one.

    None where more than `most` points come out. Cost: candidates × log of the lists merged, less what
    whole blocks can be passed over.
    """
    total = int(candidates_of(rows, first, second).sum())
    choices = _plain(rows.start, rows.value, rows.cells, rows.number)
    room = np.iinfo(np.int64).max if most is None else most
    if pays("merge", total + COST):
        from detente.deals._kernels.merge import merge as fast

        found = fast(choices, _listed(first), _listed(second), room)
    else:
        found = merge(choices, _listed(first), _listed(second), room)
    start, points, count, number = found
    if len(points) > room:
        return None
    return Fronts(start, points, count, number, _error(rows, first, second))


def _listed(fronts: Fronts) -> Listed:
    return _plain(fronts.start, fronts.points, fronts.count, fronts.number)


def _plain(start: IntArray, points: FloatArray, whole: IntArray, number: IntArray) -> Listed:
    """Arrays of one layout, so that the kernel is compiled once."""
    return (
        np.require(start, np.int64, ["C", "W"]),
        np.require(points, np.float64, ["C", "W"]),
        np.require(whole, np.int64, ["C", "W"]),
        np.require(number, np.int64, ["C", "W"]),
    )


def _error(rows: Rows, first: Fronts, second: Fronts) -> FloatArray:
    """(cells, parties) the largest errors of the cells that a cell's rows look at."""
    cells = len(rows.start) - 1
    error = np.zeros((cells, rows.value.shape[1]))
    if first.error.any() or second.error.any():
        both = first.error[rows.cells[0]] + second.error[rows.cells[1]]
        np.maximum.at(error, rows.cell, both)
    return error


Listed = tuple[IntArray, FloatArray, IntArray, IntArray]
"""start, points, count, number, as in `Fronts`."""

Choices = tuple[IntArray, FloatArray, IntArray, IntArray]
"""start, value, cells, number, as in `Rows`."""


def merge(rows: Choices, first: Listed, second: Listed, most: int) -> Listed:
    """All sums, in blocks of at most about BLOCK, each block pruned; then what is left pruned together. Stops
    early where more than `most` points are left. The readable twin of the kernel in `_kernels.merge`."""
    start, value, cells, number = rows
    cell = np.repeat(np.arange(len(start) - 1), np.diff(start))
    many = np.diff(first[0])[cells[0]] * np.diff(second[0])[cells[1]]
    blocks = np.concatenate([[0], np.cumsum(many)]) // BLOCK
    edges = np.flatnonzero(np.diff(blocks, prepend=-1, append=blocks[-1] + 1))
    parts = []
    for begin, end in pairwise(edges.tolist()):
        part = slice(begin, end)
        choices = (cell[part], value[part], cells[:, part], number[part])
        parts.append(settle(*_sums(choices, many[part], first, second)))
        if len(parts) > 1:
            parts = [settle(*(np.concatenate(each) for each in zip(*parts, strict=True)))]
        if len(parts[0][0]) > most:
            break
    if not parts:
        parts = [(cell, value, np.zeros(0, dtype=np.int64), number)]
    of, points, count, numbers = parts[0]
    before = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(start) - 1))])
    return before, points, count, numbers


def _sums(rows: Choices, many: IntArray, first: Listed, second: Listed) -> Listed:
    """Every sum of the rows: cell, points, count, number."""
    of, value, cells, number = rows
    row = np.repeat(np.arange(len(of)), many)
    place = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    width = np.diff(second[0])[cells[1]][row]
    i = first[0][cells[0]][row] + place // width
    j = second[0][cells[1]][row] + place % width
    return (
        of[row],
        value[row] + first[1][i] + second[1][j],
        _product(first[2][i], second[2][j]),
        number[row] + first[3][i] + second[3][j],
    )


def _product(a: IntArray, b: IntArray) -> IntArray:
    """Counts multiplied, at most MOST."""
    full = a > MOST // b
    return np.where(full, MOST, np.where(full, 0, a) * b)


def settle(of: IntArray, points: FloatArray, count: IntArray, number: IntArray) -> Listed:
    """Sorted by cell and from best to worst, alike ones as one, beaten ones left out."""
    order = best_first(of, points, number)
    of, points, count, number = of[order], points[order], count[order], number[order]
    fresh = np.ones(len(of), dtype=np.bool_)
    fresh[1:] = (of[1:] != of[:-1]) | (points[1:] != points[:-1]).any(axis=1)
    stands = np.flatnonzero(fresh)
    count = _totals(count, stands)
    of, points, number = of[stands], points[stands], number[stands]
    keep = undominated_in_cells(of, points)
    return of[keep], points[keep], count[keep], number[keep]


def best_first(of: IntArray, points: FloatArray, number: IntArray) -> IntArray:
    """(n,) the order of points within their cells: by rank, then columns, then packages."""
    return np.asarray(np.lexsort((*number.T[::-1], *-points.T[::-1], -rank(points), of)))


def _totals(count: IntArray, stands: IntArray) -> IntArray:
    """Sums of the counts from each of `stands` to the next, at most MOST."""
    if not len(stands):
        return count
    full = np.add.reduceat(count.astype(np.float64), stands) >= float(MOST)
    return np.where(full, MOST, np.add.reduceat(count, stands))


def undominated_in_cells(of: IntArray, points: FloatArray) -> BoolArray:
    """(n,) False where a point of the same cell is at least as large everywhere; points of a cell stand
    together, distinct and best first. One or two columns by a sweep, more by pivots."""
    keep = np.ones(len(of), dtype=np.bool_)
    if not len(of):
        return keep
    if points.shape[1] <= 2:
        _, level = np.unique(points[:, -1], return_inverse=True)
        level = level.reshape(-1) + of * (int(level.max()) + 2)
        before = np.concatenate([[-1], np.maximum.accumulate(level)[:-1]])
        fresh = np.concatenate([[True], of[1:] != of[:-1]])
        found: BoolArray = fresh | ((level > before) & (points.shape[1] == 2))
        return found
    starts = np.append(np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]])), len(of))
    if len(starts) - 1 <= 64 or len(of) > 100 * len(starts):
        for begin, end in pairwise(starts.tolist()):
            keep[begin:end] = undominated_rows(points[begin:end])
        return keep
    left, pivot = np.arange(len(of)), 0
    while True:
        starts = np.flatnonzero(np.concatenate([[True], of[left][1:] != of[left][:-1]]))
        sizes = np.diff(np.append(starts, len(left)))
        live = sizes > pivot + 1
        if not live.any():
            keep[:] = False
            keep[left] = True
            return keep
        best = points[left[np.repeat(starts[live] + pivot, sizes[live])]]
        rows = np.flatnonzero(np.repeat(live, sizes))
        place = rows - np.repeat(starts[live], sizes[live])
        beaten = (best >= points[left[rows]]).all(axis=1) & (place > pivot)
        left = np.delete(left, rows[beaten])
        pivot += 1
