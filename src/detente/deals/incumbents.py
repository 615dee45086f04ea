"""Packages already found, as a fence: what can only land behind it need not be looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.dominance import beaten_by, undominated_rows

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_RIVALS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Incumbents:
    """Undominated gains of packages found so far, (k, table) on the grid, the directions (weights of
    the table's columns) along which bounds are known, and the least that each party must get."""

    points: FloatArray
    directions: FloatArray
    least: FloatArray
    slack: float

    def may_improve(self, most: FloatArray, along: FloatArray) -> BoolArray:
        """(rows,) whether a row could reach a point that no incumbent beats; ties count as reaching.

        `most` (rows, table): the most for each party alone. `along` (rows, directions): the most of
        each weighted sum. With two at the table the check is on every gap between neighbouring
        incumbents (Klamroth, Lacour & Vanderpooten 2015); with more, against up to MOST_RIVALS incumbents.
        """
        if not len(self.points):
            return np.ones(len(most), dtype=np.bool_)
        if self.points.shape[1] == 2:
            return self._gaps(most, along)
        return ~self._beaten(most)

    def _beaten(self, most: FloatArray) -> BoolArray:
        rivals = self.points[np.linspace(0, len(self.points) - 1, MOST_RIVALS).astype(np.int64)]
        rivals = rivals if len(self.points) > MOST_RIVALS else self.points
        return beaten_by(most, rivals)

    def _gaps(self, most: FloatArray, along: FloatArray) -> BoolArray:
        """Points ascend in the first, descend in the second; gap i lies right of point i − 1, above i."""
        first, second = self.points[:, 0], self.points[:, 1]
        high = np.searchsorted(first, most[:, 0], side="left")
        low = len(second) - np.searchsorted(second[::-1], most[:, 1], side="left")
        corners = np.stack([np.append(-np.inf, first), np.append(second, -np.inf)], axis=1)
        corners = np.maximum(corners, self.least)
        may = low <= high
        for d in range(len(self.directions)):
            weights = self.directions[d]
            with np.errstate(invalid="ignore"):
                needed = corners @ weights
            lowest = _range_minimum(needed, low, np.maximum(high, low))
            may &= lowest <= along[:, d] + self.slack * float(weights.sum())
        spot = np.minimum(np.searchsorted(first, most[:, 0], side="left"), len(first) - 1)
        ties = (first[spot] == most[:, 0]) & (second[spot] == most[:, 1])
        found: BoolArray = may | ties
        return found


def fence(points: FloatArray, directions: FloatArray, least: FloatArray, slack: float) -> Incumbents:
    """Incumbents from gains of acceptable packages, (k, table) on the grid."""
    distinct = np.unique(points, axis=0)
    return Incumbents(distinct[undominated_rows(distinct)], directions, least, slack)


def _range_minimum(values: FloatArray, low: IntArray, high: IntArray) -> FloatArray:
    """(rows,) the least of values[low..high], both ends included; sparse table."""
    tables = [values]
    span = 1
    while 2 * span <= len(values):
        last = tables[-1]
        tables.append(np.minimum(last[: len(last) - span], last[span:]))
        span *= 2
    length = high - low + 1
    power = np.floor(np.log2(length)).astype(np.int64)
    found = np.empty(len(low))
    for p in np.unique(power):
        rows = power == p
        found[rows] = np.minimum(tables[p][low[rows]], tables[p][high[rows] - (1 << int(p)) + 1])
    return found
