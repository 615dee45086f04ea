"""What packages found so far leave open, compiled. Twins: in `elimination.bounds`."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.deals._kernels.jit import kernel

BLOCK = 16


@kernel
def exceeds_some(reach: Any, corners: Any) -> Any:
    """(rows,) whether a row is larger in all columns than some corner. Blocks of corners that a row does not
    exceed in their least are passed over; one that answered is looked at earlier for the rows that follow."""
    rows, columns = reach.shape
    blocks = (len(corners) + BLOCK - 1) // BLOCK
    least = np.full((blocks, columns), np.inf)
    for corner in range(len(corners)):
        for column in range(columns):
            least[corner // BLOCK, column] = min(least[corner // BLOCK, column], corners[corner, column])
    order = np.arange(blocks)
    found = np.zeros(rows, dtype=np.bool_)
    for row in range(rows):
        for place in range(blocks):
            block = order[place]
            if not _exceeds(reach, row, least, block):
                continue
            for corner in range(block * BLOCK, min(len(corners), (block + 1) * BLOCK)):
                if _exceeds(reach, row, corners, corner):
                    found[row] = True
                    break
            if found[row]:
                if place:
                    order[place], order[place // 2] = order[place // 2], block
                break
    return found


@kernel
def _exceeds(reach: Any, row: Any, corners: Any, corner: Any) -> Any:
    above = True
    for column in range(reach.shape[1]):
        if reach[row, column] <= corners[corner, column]:
            above = False
            break
    return above


@kernel
def cut_corners(points: Any, floor: Any, most: Any) -> Any:
    """Corners of what no point covers; arguments as its twin has them."""
    parties = points.shape[1]
    corners = np.empty((most, parties))
    fresh = np.empty((most, parties))
    for k in range(parties):
        corners[0, k] = floor[k]
    count = 1
    for n in range(len(points)):
        kept = 0
        below = np.empty(count, dtype=np.int64)
        hit = 0
        for corner in range(count):
            inside = True
            for k in range(parties):
                if corners[corner, k] >= points[n, k]:
                    inside = False
                    break
            if inside:
                below[hit] = corner
                hit += 1
            else:
                for k in range(parties):
                    fresh[kept, k] = corners[corner, k]
                kept += 1
        full = False
        for party in range(parties):
            for one in range(hit):
                needless = False
                for other in range(hit):
                    if one != other and _lower(corners, below[other], below[one], party, other < one):
                        needless = True
                        break
                if needless:
                    continue
                if kept == most:
                    full = True
                    break
                for k in range(parties):
                    fresh[kept, k] = corners[below[one], k]
                fresh[kept, party] = points[n, party]
                kept += 1
            if full:
                break
        if full:
            break
        corners, fresh = fresh, corners
        count = kept
    return corners[:count]


@kernel
def _lower(corners: Any, one: Any, other: Any, party: Any, first: Any) -> Any:
    """Whether one corner is nowhere above the other, the party aside; of equal ones the first."""
    equal = True
    for k in range(corners.shape[1]):
        if k == party:
            continue
        if corners[one, k] > corners[other, k]:
            return False
        if corners[one, k] < corners[other, k]:
            equal = False
    return first or not equal
