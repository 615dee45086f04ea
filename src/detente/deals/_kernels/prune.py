"""Rows that another row of their group beats, compiled. Twin: `dominance._group_by_group`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals._kernels.jit import kernel

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@kernel
def group_by_group(groups: IntArray, points: FloatArray, table: int) -> BoolArray:
    """(rows,) False where an earlier row of the same group is at least as large in all columns and larger
    in one of the first `table`. Rows of a group stand together, with what may beat before what it beats.
    """
    rows, columns = points.shape
    keep = np.ones(rows, dtype=np.bool_)
    kept = np.empty(rows, dtype=np.int64)
    count = 0
    for row in range(rows):
        if row == 0 or groups[row] != groups[row - 1]:
            count = 0
        for place in range(count):
            rival = kept[place]
            covers = True
            for column in range(columns):
                if points[rival, column] < points[row, column]:
                    covers = False
                    break
            if not covers:
                continue
            better = False
            for column in range(table):
                if points[rival, column] > points[row, column]:
                    better = True
                    break
            if better:
                keep[row] = False
                # What beat once is likely to beat again: look at it earlier.
                if place:
                    kept[place], kept[place // 2] = kept[place // 2], rival
                break
        if keep[row]:
            kept[count] = row
            count += 1
    return keep


@kernel
def beaten_by(points: FloatArray, rivals: FloatArray) -> BoolArray:
    """(rows,) whether some rival is at least as large everywhere and larger somewhere."""
    rows, columns = points.shape
    many = len(rivals)
    order = np.arange(many)
    beaten = np.zeros(rows, dtype=np.bool_)
    for row in range(rows):
        for place in range(many):
            rival = order[place]
            covers = True
            better = False
            for column in range(columns):
                mine, other = points[row, column], rivals[rival, column]
                if other < mine:
                    covers = False
                    break
                if other > mine:
                    better = True
            if covers and better:
                beaten[row] = True
                if place:
                    order[place], order[place // 2] = order[place // 2], rival
                break
    return beaten
