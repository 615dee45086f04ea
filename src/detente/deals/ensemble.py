"""The same deal space for every draw: what a package is worth over the doubt.

Draws are the analyst's doubt (MODEL section 1). Tables stay on goals and meet each draw's weights
only when packages are asked for, so that (draws, packages, parties) is the largest array here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.goal_factors import DrawFactor
from detente.deals.space import DealSpace, Factor, TableFactor
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
FEW, REMEMBERED = 8, 64_000_000
"""Packages asked for at once that are worth remembering, and bytes of such answers that an ensemble keeps."""


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """Factors on goals for every draw, and what each draw makes of them.

    `weights` (draws, parties, goals) with sum of absolutes 1; `no_deal` (draws, parties) points at
    `no_deal_packages` (draws, issues); `stakes` (draws, parties). `seen` remembers what single packages were
    worth, since every question about an offer asks for the same few; it changes no number.
    """

    factors: tuple[DrawFactor, ...]
    weights: FloatArray
    no_deal: FloatArray
    no_deal_packages: IntArray
    stakes: FloatArray
    seen: dict[tuple[int | None, bytes], FloatArray] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.weights.shape[0])


def mean_table(factor: DrawFactor, weights: FloatArray) -> FloatArray:
    """(options of each issue of the scope…, parties) points, the mean over draws of weights × levels.

    `weights` (draws, parties, goals). Weights and levels are drawn jointly, so the mean of the
    product is taken, never the product of means. Cost: draws × rows × goals × parties, without an
    array of that size.
    """
    n, parties = weights.shape[:2]
    chosen = np.ascontiguousarray(weights[:, :, factor.goals].transpose(0, 2, 1)).reshape(-1, parties)
    by_row = np.ascontiguousarray(factor.levels.transpose(1, 0, 2)).reshape(factor.levels.shape[1], -1)
    cells = by_row @ chosen / n
    for party, view in factor.views.items():
        own = np.ascontiguousarray(view.transpose(1, 0, 2)).reshape(view.shape[1], -1)
        cells[:, party] = own @ chosen[:, party] / n
    for party, points in factor.points.items():
        cells[:, party] += points.mean(axis=0)
    table: FloatArray = cells[factor.rows]
    return table


def draw_utilities(ensemble: Ensemble, packages: IntArray) -> FloatArray:
    """(draws, packages, parties) points of each package in each draw.

    `packages` (m, issues). Cost: draws × m × (goals touched by each factor + goals × parties).
    """
    packages = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    n, parties, goals = ensemble.weights.shape
    # Draws stand last while rows are gathered: a row is then one block of memory.
    levels = np.zeros((goals, len(packages), n))
    extra = np.zeros((parties, len(packages), n))
    for factor in ensemble.factors:
        used, place = np.unique(factor.rows_of(packages), return_inverse=True)
        given = factor.levels[:, used]
        for j, goal in enumerate(factor.goals):
            levels[goal] += np.ascontiguousarray(given[:, :, j].T)[place]
        weights = ensemble.weights[:, :, factor.goals]
        for party, view in factor.views.items():
            change = np.einsum("nug,ng->un", view[:, used] - given, weights[:, party])
            extra[party] += change[place]
        for party, points in factor.points.items():
            extra[party] += np.ascontiguousarray(points[:, used].T)[place]
    by_draw = np.ascontiguousarray(levels.transpose(2, 1, 0))
    total: FloatArray = by_draw @ ensemble.weights.transpose(0, 2, 1)
    total += extra.transpose(2, 1, 0)
    return total


def draw_gains(space: DealSpace, packages: IntArray, party: int | None = None) -> FloatArray:
    """(draws, packages, parties) points above that draw's own no deal; (draws, packages) of one `party`.

    Not to be written into: answers about a few packages are remembered.

    `packages` (m, issues). Raises InputError where the space has no draws (it came from arrays).
    Memory: the result and draws × m × goals, for one party draws × m; ask for at most a few hundred
    packages at a time.
    """
    ensemble = require_ensemble(space)
    packages = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    key = (party, packages.tobytes())
    if len(packages) > FEW:
        return _gains(ensemble, packages, party)
    if key not in ensemble.seen:
        if sum(known.nbytes for known in ensemble.seen.values()) > REMEMBERED:
            ensemble.seen.clear()
        found = _gains(ensemble, packages, party)
        found.setflags(write=False)
        ensemble.seen[key] = found
    return ensemble.seen[key]


def _gains(ensemble: Ensemble, packages: IntArray, party: int | None) -> FloatArray:
    if party is not None:
        return _party_utilities(ensemble, packages, party) - ensemble.no_deal[:, None, party]
    return draw_utilities(ensemble, packages) - ensemble.no_deal[:, None, :]


def _party_utilities(ensemble: Ensemble, packages: IntArray, party: int) -> FloatArray:
    """(draws, packages) points of one party. Cost: draws × m × factors."""
    packages = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    total = np.zeros((len(packages), ensemble.draws))
    for factor in ensemble.factors:
        used, place = np.unique(factor.rows_of(packages), return_inverse=True)
        levels = factor.views.get(party, factor.levels)[:, used]
        worth = np.einsum("nug,ng->un", levels, ensemble.weights[:, party, factor.goals])
        if party in factor.points:
            worth = worth + factor.points[party][:, used].T
        total += worth[place.reshape(-1)]
    by_draw: FloatArray = np.ascontiguousarray(total.T)
    return by_draw


def gains_with_weights(space: DealSpace, package: IntArray, party: int, weights: FloatArray) -> FloatArray:
    """(draws,) gain of one package for `party` had it these weights; levels and no deal as drawn.

    `package` (issues,), `weights` (draws, goals) signed. What lapses without a deal stays as it was
    settled with the weights of the space. Cost: draws × factors.
    """
    ensemble = require_ensemble(space)
    without, which = np.unique(ensemble.no_deal_packages, axis=0, return_inverse=True)
    packages = np.concatenate([np.atleast_2d(package), without])
    worth = np.zeros((ensemble.draws, len(packages)))
    for factor in ensemble.factors:
        rows = factor.rows_of(packages)
        levels = factor.views.get(party, factor.levels)[:, rows]
        worth += np.einsum("nmg,ng->nm", levels, weights[:, list(factor.goals)])
        if party in factor.points:
            worth += factor.points[party][:, rows]
    gained: FloatArray = worth[:, 0] - worth[np.arange(ensemble.draws), 1 + which.reshape(-1)]
    return gained


def require_ensemble(space: DealSpace) -> Ensemble:
    """The draws of a space, or InputError that says why there are none."""
    if space.ensemble is None:
        raise InputError("space must carry draws, got one made from arrays; use DealSpace.from_case")
    return space.ensemble


def usual_draws(space: DealSpace) -> tuple[DealSpace, NDArray[np.bool_]]:
    """The space with only those draws whose no deal is that of the mean, and which draws they are.

    Where something lapses without a deal in a few draws only, a package that holds it is compared there
    with another world, and cannot be held in that world either. If no draw is as usual, all are kept.
    """
    ensemble = require_ensemble(space)
    usual = (ensemble.no_deal_packages == space.no_deal_package).all(axis=1)
    if usual.all() or not usual.any():
        return space, np.ones(len(usual), dtype=np.bool_)

    def cut(factor: DrawFactor) -> DrawFactor:
        return replace(
            factor,
            levels=factor.levels[usual],
            views={p: view[usual] for p, view in factor.views.items()},
            points={p: points[usual] for p, points in factor.points.items()},
        )

    kept = Ensemble(
        factors=tuple(cut(f) for f in ensemble.factors),
        weights=ensemble.weights[usual],
        no_deal=ensemble.no_deal[usual],
        no_deal_packages=ensemble.no_deal_packages[usual],
        stakes=ensemble.stakes[usual],
    )
    return replace(space, ensemble=kept), usual


def at_draw(space: DealSpace, k: int) -> DealSpace:
    """The space as draw `k` has it: its tables, no deal and stakes; for exact frontiers of
    single draws. `k` in 0..draws−1. Cost: cells of the mean tables."""
    ensemble = require_ensemble(space)
    if not 0 <= k < ensemble.draws:
        raise InputError(f"draw must be in 0..{ensemble.draws - 1}, got {k}")
    weights = ensemble.weights[k : k + 1]
    factors: list[Factor] = []
    for f in ensemble.factors:
        one = replace(
            f,
            levels=f.levels[k : k + 1],
            views={p: v[k : k + 1] for p, v in f.views.items()},
            points={p: v[k : k + 1] for p, v in f.points.items()},
        )
        factors.append(TableFactor(f.scope, mean_table(one, weights), f.label))
    return replace(
        space,
        factors=tuple(factors),
        no_deal=ensemble.no_deal[k],
        no_deal_package=ensemble.no_deal_packages[k],
        stakes=ensemble.stakes[k],
        ensemble=None,
    )
