"""Undominated points cell by cell: what one step of the elimination hands to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST = 2**63 - 1
"""Counts stop here: a point with this multiplicity stands for at least so many packages."""

LEADING = 16
"""Columns that the order of points adds up; whole numbers of so many columns add exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Fronts:
    """Points of all cells; those of cell c are start[c] to start[c + 1], no two alike, best first.

    `start` (cells + 1), `points` (n, parties) whole numbers, `count` (n,) partial packages that are worth the
    same, at most MOST, `number` (n, words) of the lexicographically first of them, and `error` (cells,
    parties): by how much something left out of a cell can exceed a point of it that was kept.
    """

    start: IntArray
    points: FloatArray
    count: IntArray
    number: IntArray
    error: FloatArray

    def take(self, keep: BoolArray) -> Fronts:
        """Some of the points, in the same cells."""
        if keep.all():
            return self
        before = np.concatenate([[0], np.cumsum(keep)])
        return Fronts(before[self.start], self.points[keep], self.count[keep], self.number[keep], self.error)

    @property
    def cell(self) -> IntArray:
        """(n,) the cell of each point."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


def nothing_yet(parties: int, words: int) -> Fronts:
    """One cell with the empty package."""
    return Fronts(
        np.array([0, 1]),
        np.zeros((1, parties)),
        np.ones(1, dtype=np.int64),
        np.zeros((1, words), dtype=np.int64),
        np.zeros((1, parties)),
    )


def rank(points: FloatArray) -> FloatArray:
    """(n,) what points are put in order by, before their columns one by one: the first column, or the sum of
    the columns where there are more than three. What beats a point never comes after it."""
    if points.shape[1] <= 3:
        return points[:, 0]
    total: FloatArray = points[:, :LEADING].sum(axis=1)
    return total
