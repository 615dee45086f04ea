"""What a search for the frontier returns, whichever engine ran: packages, proof, how far it can be off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import DECIMALS
from detente.deals.dominance import undominated_rows
from detente.deals.space import DealSpace, gains, utilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """The Pareto frontier of a space over its table.

    `packages` (k, issues) and their `utilities` and `gains` (k, parties), in lexicographic order of
    package. Packages that are worth the same to the whole table are one point: the lexicographically
    first stands for it, `multiplicity` (k,) counts them. `status`: "exact", or "bounded" where the
    work limit was reached; then every package that counts has, for some row of `bound` (b, table)
    utilities, at most that row, and each row of it is matched within `epsilon` points by a package
    found (infinite where none was found). Multiplicities are then lower bounds, and so they always are
    for points at a party's cap. With "exact", `bound` is the frontier itself and `epsilon` 0.
    `work`: steps of the engine (partial packages, merged points or solver work). `engine`: which one
    found it: "layers", "elimination" or "solver".
    """

    packages: IntArray
    utilities: FloatArray
    gains: FloatArray
    status: str
    epsilon: float
    bound: FloatArray
    multiplicity: IntArray
    work: int
    engine: str = "layers"


def exact_frontier(space: DealSpace, packages: IntArray, count: IntArray, work: int, engine: str) -> Frontier:
    """The frontier among `packages` (k, issues), which must hold one package of every point of it; `count`
    (k,) says for how many packages each stands."""
    kept, points, many = _points(space, packages, count)
    worth, gained = utilities(space, kept), gains(space, kept)
    return Frontier(kept, worth, gained, "exact", 0.0, points, many, work, engine)


def bounded_frontier(
    space: DealSpace, packages: IntArray, count: IntArray, unseen: FloatArray, work: int, engine: str
) -> Frontier:
    """What was found and how far it can be off: `unseen` (b, table) utilities that nothing left out can
    exceed, row by row."""
    kept, points, many = _points(space, packages, count)
    if space.cap is not None:
        unseen = np.minimum(unseen, space.cap[list(space.table)])
    bound = np.concatenate([points, unseen])
    bound = bound[undominated_rows(bound)]
    epsilon = np.inf
    if len(points):
        short = np.full(len(bound), np.inf)
        for point in points:
            short = np.minimum(short, (bound - point).max(axis=1))
        epsilon = max(0.0, float(short.max()))
    worth, gained = utilities(space, kept), gains(space, kept)
    return Frontier(kept, worth, gained, "bounded", epsilon, bound, many, work, engine)


def _points(space: DealSpace, packages: IntArray, count: IntArray) -> tuple[IntArray, FloatArray, IntArray]:
    """Packages (one per point, lexicographic), their table utilities on DECIMALS, multiplicities."""
    points = np.round(utilities(space, packages)[:, list(space.table)], DECIMALS)
    kept = np.flatnonzero(undominated_rows(points))
    kept = kept[np.lexsort(packages[kept].T[::-1])]
    distinct, first, place = np.unique(points[kept], axis=0, return_index=True, return_inverse=True)
    many = np.zeros(len(first), dtype=np.int64)
    np.add.at(many, place.reshape(-1), count[kept])
    order = np.argsort(first, kind="stable")
    return packages[kept[first[order]]], distinct[order], many[order]
