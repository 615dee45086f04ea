"""All packages that nobody at the table could improve on without another of it losing.

Exact without listing wherever that can be. Engines do the work; this file chooses between them by what
they say it would cost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import set_criteria
from detente.deals.engines import estimate_engines
from detente.deals.exact.listing import frontier_by_listing
from detente.deals.front import Frontier
from detente.deals.level_by_level import frontier_by_layers
from detente.deals.search import Progress
from detente.deals.space import DealSpace, index_of

IntArray = NDArray[np.int64]
LIMIT = 150_000
"""Partial packages held at once; with 30 columns below 1 GB at the widest moment."""

ENGINES = ("auto", "elimination", "layers", "listing", "solver")


def find_frontier(
    space: DealSpace,
    *,
    eligible: bool = True,
    engine: str = "auto",
    limit: int = LIMIT,
    epsilon: float = 0.0,
    start: IntArray | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """All Pareto-optimal packages over the table, among acceptable ones (`acceptable`), or with
    `eligible=False` among all that are not forbidden.

    `engine`: "elimination" (issue by issue along a tree, without consents), "layers" (level by level, with
    consents), "listing" (small spaces), "solver" (boxes and wide links; point by point, proven), or
    "auto": the cheapest by `estimate_engines`. All give the same frontier. `limit`: partial packages that
    "layers" keeps at once. `epsilon`: points that the result may be off, of which only elimination makes
    use. Where the work runs out the result is "bounded" and says how far it can be off. `progress(done,
    all, rows)` is called as the work goes on. Utilities are compared on nine decimals. Empty where nothing
    is acceptable. Cost and memory: each engine's. It will not tell packages of one point apart (see
    `Frontier`), nor find mixtures of packages. Raises InputError for an unknown engine.
    Source: MODEL section 4, and each engine's file.

    >>> mine, yours = [[0, 0], [3, -1]], [[0, 0], [-1, 2]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=[mine, yours], no_deal=[0, 0])
    >>> find_frontier(space).gains.tolist()
    [[2.0, 1.0]]
    """
    chosen = ENGINES[index_of(engine, ENGINES, "engine")]
    criteria = set_criteria(space, eligible=eligible)
    order = None
    if chosen == "auto":
        estimate = estimate_engines(criteria)
        chosen, order = estimate.cheapest, estimate.order
    if chosen == "elimination":
        from detente.deals.elimination.frontier import frontier_by_elimination

        return frontier_by_elimination(space, eligible=eligible, epsilon=epsilon, progress=progress)
    if chosen == "listing":
        return frontier_by_listing(space, criteria, eligible=eligible)
    if chosen == "solver":
        from detente.deals.exact.by_solver import frontier_by_solver
        from detente.deals.solver.box_frontier import frontier_of_boxes

        short = frontier_of_boxes(space, criteria, eligible=eligible, progress=progress)
        if short is not None:
            return short
        return frontier_by_solver(space, criteria, eligible=eligible, progress=progress)
    return frontier_by_layers(
        space, limit=limit, eligible=eligible, order=order, start=start, progress=progress
    )
