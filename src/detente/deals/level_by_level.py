"""The frontier level by level: along one order of the issues, exact with consents and without.

Variable elimination along a line, with dominance where the future is the same and bounds where it is
not (Rollón & Larrosa 2006; Dechter 1999; Marinescu 2009 for the pruning by bounds).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import as_rows
from detente.deals.brute import candidates
from detente.deals.criteria import set_criteria
from detente.deals.front import Frontier, bounded_frontier, exact_frontier
from detente.deals.incumbents import fence
from detente.deals.search import Found, Progress, make_plan, search
from detente.deals.space import DealSpace, gains

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PASSES = (256, 8_192)
"""Narrow first passes that find packages to prune with."""


def frontier_by_layers(
    space: DealSpace,
    *,
    limit: int,
    eligible: bool = True,
    order: Sequence[int] | None = None,
    start: IntArray | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """The frontier by extending partial packages issue by issue, merged where the future is the same.

    `limit`: partial packages kept at once; beyond it the result is "bounded". `order`: issues in the
    order in which they are chosen, where it is known already. `start` (k, issues): packages worth
    looking at first, from a similar space; those that count here prune from the beginning.
    `progress(level, levels, rows)` is called after each issue of each pass.
    Cost: with two at the table and no consents, states of the widest layer × frontier sizes; consents
    that stay open make dominance weak, and then bounds and packages already found carry the pruning.
    Memory: below `limit` × 6 kB for 30 columns (table, consenters, once more those that deliver).
    Source: Rollón & Larrosa (2006), Journal of Heuristics 12; Klamroth et al. (2015); MODEL section 4.
    """
    plan = make_plan(set_criteria(space, eligible=eligible), order)
    least, slack = plan.criteria.least, plan.criteria.slack
    pool = _Pool.empty(space) if start is None else _known(space, plan.criteria.grid, start, eligible)
    known = fence(pool.worth, plan.directions[:, : len(space.table)], least, slack)
    narrow = PASSES if start is None else ()
    work = 0
    for width in (*(p for p in narrow if p < limit), limit):
        found = search(plan, known, width, progress)
        work += found.work
        fresh = _accepted(space, found, eligible)
        if not len(found.bounds):
            return exact_frontier(space, fresh.packages, fresh.count, work, "layers")
        pool = pool.joined(fresh)
        known = fence(pool.worth, known.directions, least, slack)
    reach = (found.bounds + slack) * plan.criteria.grid + space.no_deal[list(space.table)]
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


def _known(space: DealSpace, grid: float, start: IntArray, eligible: bool) -> _Pool:
    """Those of the given packages that count here, a hair below what they are worth, so that they are
    found again and counted."""
    rows = np.unique(as_rows(space, start), axis=0)
    rows = rows[candidates(space, rows, eligible=eligible)]
    worth = np.floor(gains(space, rows)[:, list(space.table)] / grid) - len(space.factors) - 4.0
    return _Pool(rows, worth, np.ones(len(rows), dtype=np.int64))
