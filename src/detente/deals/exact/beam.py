"""One best package level by level: a narrow dive finds a good one, a wide pass proves that none is better.

The same partial packages and bounds as the frontier's search by layers, without dominance: a partial
package goes where even its best completion, party by party, falls short of what has been found.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.exact.distinct import Distinct
from detente.deals.exact.listing import list_columns
from detente.deals.incumbents import fence
from detente.deals.search import Partial, Plan, extend, first_row, make_plan, to_come
from detente.deals.space import DealSpace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DIVES = (64, 2_048)
FEW = 16_000_000
"""Numbers (packages of distinct options × columns) up to which everything is listed instead."""

WIDEST = 30_000
"""Partial packages kept in the pass that proves."""


def best_by_layers(
    space: DealSpace, distinct: Distinct, scale: FloatArray, *, smallest: bool, eligible: bool = True
) -> tuple[IntArray | None, bool, int]:
    """The package with the largest sum of scaled gains, or with the largest `smallest` one.

    `scale` (table,) ≥ 0; parties with 0 count for nothing. Returns the package (issues,) or None, whether
    that is proven, and partial packages looked at. Where more than WIDEST are left in the proving pass it
    is not proven. Cost: states of the layers, then partial packages × columns; memory as the frontier's.
    """
    criteria = distinct.criteria
    if distinct.size * criteria.columns <= FEW:
        return _best_listed(space, distinct, scale, smallest, eligible)
    plan = make_plan(criteria)
    direction = np.zeros(criteria.columns)
    direction[: criteria.table] = scale
    along = tuple(g.along(direction) for g in plan.graphs)
    best: IntArray | None = None
    floor, work = -np.inf, 0
    for width in (*DIVES, WIDEST):
        rows, whole, looked = _pass(plan, scale, smallest, (floor, width), along)
        work += looked
        packages = distinct.packages(rows.choice.astype(np.int64))
        worth = _score(rows.worth[:, : criteria.table], scale, smallest)
        order = np.argsort(-worth, kind="stable")
        for start in range(0, len(order), 512):
            some = order[start : start + 512]
            ok = some[candidates(space, packages[some], eligible=eligible)]
            if len(ok):
                if worth[ok[0]] > floor:
                    best, floor = packages[ok[0]], float(worth[ok[0]])
                break
        if whole:
            return best, True, work
    return best, False, work


def _best_listed(
    space: DealSpace, distinct: Distinct, scale: FloatArray, smallest: bool, eligible: bool
) -> tuple[IntArray | None, bool, int]:
    """The same by listing, best first, until the checker lets one through."""
    columns, alive = list_columns(distinct.criteria)
    spots = np.flatnonzero(alive)
    worth = np.stack([c[spots] for c in columns[: len(scale)]], axis=1)
    order = spots[np.argsort(-_score(worth, scale, smallest), kind="stable")]
    for start in range(0, len(order), 512):
        rows = np.stack(np.unravel_index(order[start : start + 512], distinct.criteria.sizes), axis=1)
        packages = distinct.packages(rows.astype(np.int64))
        ok = np.flatnonzero(candidates(space, packages, eligible=eligible))
        if len(ok):
            return packages[ok[0]], True, len(alive)
    return None, True, len(alive)


def _pass(
    plan: Plan,
    scale: FloatArray,
    smallest: bool,
    bar: tuple[float, int],
    along: tuple[tuple[FloatArray, ...], ...],
) -> tuple[Partial, bool, int]:
    """All complete packages that may beat the floor, keeping the most promising `width` at a level."""
    floor, width = bar
    criteria, whole, work = plan.criteria, True, 0
    rows = first_row(plan)
    nobody = fence(np.zeros((0, criteria.table)), plan.directions[:, : criteria.table], criteria.least, 0.0)
    for level in range(len(criteria.sizes)):
        rows, looked = extend(plan, rows, level, nobody)
        work += looked
        won = rows.worth[:, : criteria.table]
        most = won + to_come(plan, rows.nodes, level + 1, "up", criteria.table)
        if smallest:
            bound = _score(most, scale, True)
        else:
            bound = won @ scale
            for j, ahead in enumerate(along):
                bound = bound + ahead[level + 1][rows.nodes[:, j]]
        kept = np.flatnonzero(bound > floor)
        if len(kept) > width:
            whole = False
            middle = won + (most - won) / 2
            kept = kept[np.argsort(-_score(middle[kept], scale, smallest), kind="stable")[:width]]
        rows = rows.take(kept)
    return rows, whole, work


def _score(values: FloatArray, scale: FloatArray, smallest: bool) -> FloatArray:
    counted = scale > 0
    weighed = values[:, counted] * scale[counted]
    if smallest and counted.any():
        return np.asarray(weighed.min(axis=1), dtype=np.float64)
    return np.asarray(weighed.sum(axis=1), dtype=np.float64)
