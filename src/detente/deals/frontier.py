"""All packages that nobody at the table could improve on without another of it losing.

Exact without listing. Engines do the work; this file chooses between them by what they say it would cost.
"""

from __future__ import annotations

from detente.deals.front import Frontier
from detente.deals.level_by_level import frontier_by_layers
from detente.deals.search import Progress
from detente.deals.space import DealSpace

LIMIT = 150_000
"""Partial packages held at once; with 30 columns below 1 GB at the widest moment."""


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
    return frontier_by_layers(space, eligible=eligible, limit=limit, progress=progress)
