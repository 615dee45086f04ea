"""Fewer points with a proven error: what is dropped lies within a known distance of what is kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.elimination.fronts import Fronts
from detente.deals.elimination.plan import Plan

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FEW = 8.0
"""Steps whose cells are predicted to hold no more points than this are not thinned."""


def budgets(plan: Plan, epsilon: float) -> FloatArray:
    """(steps,) shares of `epsilon`, by the points predicted in a cell. Errors of inputs add up where two
    results are joined, so that the shares, all steps together, bound the error of the whole."""
    weight = np.array([step.points if step.points > FEW else 0.0 for step in plan.steps])
    return np.asarray(epsilon * weight / max(float(weight.sum()), 1.0))


def thin(fronts: Fronts, width: float) -> Fronts:
    """Per cell one point of each box of this width in all columns but the last: the one largest in the last.

    What is dropped exceeds its box's point by less than `width` in any column; by how much at most is added
    to the cell's error. Cost: one sort. Source: the grid of Papadimitriou & Yannakakis (2000), additive.
    """
    if width <= 0.0 or len(fronts.points) < 2 or fronts.points.shape[1] < 2:
        return fronts
    cell, last = fronts.cell, fronts.points[:, -1]
    boxes = np.floor((fronts.points[:, :-1] - fronts.points[:, :-1].min(axis=0)) / width)
    order = np.lexsort((-last, *boxes.T, cell))
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = (np.diff(cell[order]) != 0) | (np.diff(boxes[order], axis=0) != 0).any(axis=1)
    stands = np.empty(len(order), dtype=np.int64)
    stands[order] = order[np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))]
    lost = np.zeros_like(fronts.error)
    np.maximum.at(lost, cell, np.maximum(fronts.points - fronts.points[stands], 0.0))
    kept = fronts.take(stands == np.arange(len(order)))
    return Fronts(kept.start, kept.points, kept.count, kept.number, fronts.error + lost)


def thin_to(fronts: Fronts, most: int) -> Fronts:
    """Thinned with the first width of a doubling row that leaves at most `most` points (or one per cell)."""
    if len(fronts.points) <= most:
        return fronts
    reach = float(np.ptp(fronts.points, axis=0).max())
    width = max(reach / 2**14, 1.0)
    thinner = thin(fronts, width)
    while len(thinner.points) > most and width <= reach:
        width *= 2.0
        thinner = thin(fronts, width)
    return thinner
