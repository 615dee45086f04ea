"""All packages that nobody at the table could improve on without another of it losing.

Exact without listing: variable elimination along an order of the issues, with dominance where the
future is the same and bounds where it is not (Rollón & Larrosa 2006; Dechter 1999; Marinescu 2009
for the pruning by bounds).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.criteria import set_criteria
from detente.deals.front import Frontier, bounded_frontier, exact_frontier
from detente.deals.incumbents import Incumbents, fence
from detente.deals.search import Found, Progress, make_plan, search
from detente.deals.space import DealSpace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LIMIT = 150_000
"""Partial packages held at once; with 30 columns below 1 GB at the widest moment."""

PASSES = (256, 8_192)
"""Narrow first passes that find packages to prune with."""


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
            return exact_frontier(space, fresh.packages, fresh.count, work, "layers")
        pool = pool.joined(fresh)
        known = fence(pool.worth, known.directions, least, plan.criteria.slack)
    reach = (found.bounds + plan.criteria.slack) * plan.criteria.grid + space.no_deal[list(space.table)]
    return bounded_frontier(space, pool.packages, pool.count, reach, work, "layers")


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
