"""The frontier over the doubt: exact in some draws, and how often a package is on it in all.

One draw's frontier says what would be undominated if the uncertain numbers were those. Packages of
several draws together make a stated set of candidates, and over such a set every draw can be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import as_rows
from detente.deals.brute import DECIMALS
from detente.deals.chances import draw_acceptable, package_chunks
from detente.deals.criteria import set_criteria
from detente.deals.dominance import undominated_rows
from detente.deals.ensemble import at_draw, draw_gains, require_ensemble
from detente.deals.front import Frontier
from detente.deals.layers import order_issues
from detente.deals.level_by_level import frontier_by_layers
from detente.deals.space import DealSpace
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""How work is spread: `map`, or a function with its arguments that keeps their order."""

LIMIT = 150_000


@dataclass(frozen=True, slots=True, eq=False)
class DrawFrontiers:
    """Frontiers of single draws. `draws` (k,) which; `fronts` theirs, in that order; `packages`
    (m, issues) all packages on any of them, each once, in lexicographic order; `share` (m,) of the k
    draws in which each is a point of the frontier (for packages of one point the first stands)."""

    draws: IntArray
    fronts: tuple[Frontier, ...]
    packages: IntArray
    share: FloatArray


def frontiers_of_draws(
    space: DealSpace,
    draws: int = 50,
    *,
    start: IntArray | None = None,
    limit: int = LIMIT,
    run: Map = map,
) -> DrawFrontiers:
    """The exact frontier of each of `draws` draws, evenly spread over all of them.

    All share one order of the issues, found once, and `start` (k, issues): packages to try first, such
    as the frontier at mean utilities; it prunes and changes no result that is exact. A draw whose
    search passes `limit` partial packages has status "bounded". `run` may spread draws over processes;
    the numbers do not depend on it. Raises InputError without draws or for `draws` < 1. Cost: draws ×
    one frontier. It will NOT say how sure a share over few draws is: its standard error is
    sqrt(share·(1 − share)/k).
    """
    total = require_ensemble(space).draws
    if draws < 1:
        raise InputError(f"draws must be at least 1, got {draws}")
    which = np.unique(np.linspace(0, total - 1, min(draws, total)).round().astype(np.int64))
    order = order_issues(set_criteria(space))
    spaces = (at_draw(space, int(k)) for k in which)
    fronts = tuple(run(partial(_frontier, order=order, start=start, limit=limit), spaces))
    rows = np.concatenate([front.packages for front in fronts])
    packages, count = np.unique(rows, axis=0, return_counts=True)
    return DrawFrontiers(which, fronts, packages, count / len(which))


def _frontier(space: DealSpace, *, order: tuple[int, ...], start: IntArray | None, limit: int) -> Frontier:
    return frontier_by_layers(space, limit=limit, order=order, start=start)


def on_frontier(space: DealSpace, candidates: IntArray) -> FloatArray:
    """(m,) share of draws in which a candidate is acceptable and no other acceptable candidate beats it.

    `candidates` (m, issues), the stated set that each is compared with; a package outside it may beat
    one that is on the frontier here, so a share is an upper bound of the share over all packages.
    Packages of equal worth to the table are all on it. Raises InputError without draws. Cost: draws ×
    (m × parties + dominance among m).
    """
    rows = as_rows(space, candidates)
    share = np.zeros(len(rows))
    table = list(space.table)
    accepted = _by_draw(space, rows, lambda these: draw_acceptable(space, these))
    gained = _by_draw(space, rows, lambda these: draw_gains(space, these)[:, :, table])
    for ok, points in zip(accepted, gained, strict=True):
        chosen = np.flatnonzero(ok)
        share[chosen[undominated_rows(np.round(points[chosen], DECIMALS))]] += 1.0
    return share / require_ensemble(space).draws


def _by_draw(
    space: DealSpace, rows: IntArray, look: Callable[[IntArray], NDArray[Any]]
) -> Iterator[NDArray[Any]]:
    """What `look` says of all rows, draw by draw; it is asked chunk by chunk."""
    parts = [look(chunk) for chunk in package_chunks(space, rows)]
    yield from np.concatenate(parts, axis=1) if parts else np.zeros((require_ensemble(space).draws, 0))
