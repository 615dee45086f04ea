"""All packages that nobody at the table could improve on without another of it losing.

Exact without listing: variable elimination along an order of the issues, with dominance where the
future is the same and bounds where it is not (Rollón & Larrosa 2006; Dechter 1999; Marinescu 2009
for the pruning by bounds).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import DECIMALS, candidates
from detente.deals.criteria import set_criteria
from detente.deals.dominance import undominated_rows
from detente.deals.incumbents import Incumbents, fence
from detente.deals.search import Found, Plan, Progress, make_plan, search
from detente.deals.space import DealSpace, gains, utilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LIMIT = 150_000
"""Partial packages held at once; with 30 columns below 1 GB at the widest moment."""

PASSES = (256, 8_192)
"""Narrow first passes that find packages to prune with."""


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """The Pareto frontier of a space over its table.

    `packages` (k, issues) and their `utilities` and `gains` (k, parties), in lexicographic order of
    package. Packages that are worth the same to the whole table are one point: the lexicographically
    first stands for it, `multiplicity` (k,) counts them. `status`: "exact", or "bounded" where the
    work limit was reached; then every package that counts has, for some row of `bound` (b, table)
    utilities, at most that row, and each row of it is matched within `epsilon` points by a package
    found (infinite where none was found); multiplicities are then lower bounds. With "exact",
    `bound` is the frontier itself and `epsilon` 0. `work`: partial packages looked at.
    """

    packages: IntArray
    utilities: FloatArray
    gains: FloatArray
    status: str
    epsilon: float
    bound: FloatArray
    multiplicity: IntArray
    work: int


def find_frontier(
    space: DealSpace, *, eligible: bool = True, limit: int = LIMIT, progress: Progress | None = None
) -> Frontier:
    """All Pareto-optimal packages over the table, among acceptable ones (`acceptable`), or with
    `eligible=False` among all that are not forbidden.

    `limit`: partial packages kept at once; beyond it the result is "bounded" and says how far it can be
    off. `progress(level, levels, rows)` is called after each issue of each pass. Utilities are compared
    on nine decimals. Empty where nothing is acceptable. Cost: with two at the table and no consents,
    states of the widest layer × frontier sizes; consents that stay open make dominance weak, and then
    bounds and packages already found carry the pruning. Memory: below `limit` × 6 kB for 30 columns
    (table, consenters, once more those that deliver). It will not tell packages of one point apart
    (see `Frontier`), nor find mixtures of packages.
    Source: Rollón & Larrosa (2006), Journal of Heuristics 12; Klamroth et al. (2015); MODEL section 4.

    >>> mine, yours = [[0, 0], [3, -1]], [[0, 0], [-1, 2]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=[mine, yours], no_deal=[0, 0])
    >>> find_frontier(space).gains.tolist()
    [[2.0, 1.0]]
    """
    plan = make_plan(set_criteria(space, eligible=eligible))
    least = plan.criteria.least
    pool = _Pool.empty(space)
    known = Incumbents(
        np.zeros((0, len(space.table))), plan.directions[:, : len(space.table)], least, plan.criteria.slack
    )
    work = 0
    for width in (*(p for p in PASSES if p < limit), limit):
        found = search(plan, known, width, progress)
        work += found.work
        fresh = _accepted(space, found, eligible)
        if not len(found.bounds):
            return _exact(space, fresh, work)
        pool = pool.joined(fresh)
        known = fence(pool.worth, known.directions, least, plan.criteria.slack)
    return _bounded(space, plan, pool, found.bounds, work)


@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """Accepted packages, their gains on the grid, and how many each stands for."""

    packages: IntArray
    worth: FloatArray
    count: IntArray

    @classmethod
    def empty(cls, space: DealSpace) -> _Pool:
        issues, table = len(space.issues), len(space.table)
        return cls(np.zeros((0, issues), dtype=np.int64), np.zeros((0, table)), np.zeros(0, dtype=np.int64))

    def joined(self, other: _Pool) -> _Pool:
        """Both, each package once, with the larger of its counts."""
        packages = np.concatenate([self.packages, other.packages])
        worth = np.concatenate([self.worth, other.worth])
        count = np.concatenate([self.count, other.count])
        _, first, place = np.unique(packages, axis=0, return_index=True, return_inverse=True)
        most = np.zeros(len(first), dtype=np.int64)
        np.maximum.at(most, place.reshape(-1), count)
        return _Pool(packages[first], worth[first], most)


def _accepted(space: DealSpace, found: Found, eligible: bool) -> _Pool:
    """What the independent checker lets through."""
    ok = candidates(space, found.packages, eligible=eligible)
    return _Pool(found.packages[ok], found.worth[ok], found.count[ok])


def _points(space: DealSpace, pool: _Pool) -> tuple[IntArray, FloatArray, IntArray]:
    """Packages (one per point, lexicographic), their table utilities on DECIMALS, multiplicities."""
    points = np.round(utilities(space, pool.packages)[:, list(space.table)], DECIMALS)
    kept = np.flatnonzero(undominated_rows(points))
    kept = kept[np.lexsort(pool.packages[kept].T[::-1])]
    distinct, first, place = np.unique(points[kept], axis=0, return_index=True, return_inverse=True)
    count = np.zeros(len(first), dtype=np.int64)
    np.add.at(count, place.reshape(-1), pool.count[kept])
    order = np.argsort(first, kind="stable")
    return pool.packages[kept[first[order]]], distinct[order], count[order]


def _exact(space: DealSpace, pool: _Pool, work: int) -> Frontier:
    packages, points, count = _points(space, pool)
    return Frontier(
        packages, utilities(space, packages), gains(space, packages), "exact", 0.0, points, count, work
    )


def _bounded(space: DealSpace, plan: Plan, pool: _Pool, unseen: FloatArray, work: int) -> Frontier:
    packages, points, count = _points(space, pool)
    grid = plan.criteria.grid
    reach = (unseen + plan.criteria.slack) * grid + space.no_deal[list(space.table)]
    bound = np.concatenate([points, reach])
    bound = bound[undominated_rows(bound)]
    epsilon = np.inf
    if len(points):
        short = np.full(len(bound), np.inf)
        for point in points:
            short = np.minimum(short, (bound - point).max(axis=1))
        epsilon = max(0.0, float(short.max()))
    worth = utilities(space, packages)
    return Frontier(packages, worth, gains(space, packages), "bounded", epsilon, bound, count, work)
