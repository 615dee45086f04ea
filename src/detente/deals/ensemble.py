"""The same deal space for every draw: what a package is worth, and who would accept, over the doubt.

Draws are the analyst's doubt (MODEL section 1). Tables stay on goals and meet each draw's weights
only when packages are asked for, so that (draws, packages, parties) is the largest array here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.goal_factors import DrawFactor
from detente.deals.space import DealSpace, Factor, Pattern, TableFactor, undone_by
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CHUNK_BYTES = 128_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """Factors on goals for every draw, and what each draw makes of them.

    `weights` (draws, parties, goals) with sum of absolutes 1; `no_deal` (draws, parties) points at
    `no_deal_packages` (draws, issues); `stakes` (draws, parties); `consent_costs` (draws, consents of
    the space) points that overruling costs.
    """

    factors: tuple[DrawFactor, ...]
    weights: FloatArray
    no_deal: FloatArray
    no_deal_packages: IntArray
    stakes: FloatArray
    consent_costs: FloatArray

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
    levels = np.zeros((n, len(packages), goals))
    own: dict[int, FloatArray] = {}
    points: dict[int, FloatArray] = {}
    for factor in ensemble.factors:
        rows = factor.rows_of(packages)
        columns = list(factor.goals)
        levels[:, :, columns] += factor.levels[:, rows]
        for party, view in factor.views.items():
            change = (view - factor.levels)[:, rows]
            weighed = np.einsum("nmg,ng->nm", change, ensemble.weights[:, party, columns])
            own[party] = own.get(party, 0.0) + weighed
        for party, given in factor.points.items():
            points[party] = points.get(party, 0.0) + given[:, rows]
    total: FloatArray = levels @ ensemble.weights.transpose(0, 2, 1)
    for party, extra in (*own.items(), *points.items()):
        total[:, :, party] += extra
    return total


def draw_gains(space: DealSpace, packages: IntArray) -> FloatArray:
    """(draws, packages, parties) points above that draw's own no deal.

    `packages` (m, issues). Raises InputError where the space has no draws (it came from arrays).
    Memory: the result and draws × m × goals; ask for at most a few hundred packages at a time.
    """
    ensemble = require_ensemble(space)
    return draw_utilities(ensemble, packages) - ensemble.no_deal[:, None, :]


def require_ensemble(space: DealSpace) -> Ensemble:
    """The draws of a space, or InputError that says why there are none."""
    if space.ensemble is None:
        raise InputError("space must carry draws, got one made from arrays; use DealSpace.from_case")
    return space.ensemble


def at_draw(space: DealSpace, k: int) -> DealSpace:
    """The space as draw `k` has it: its tables, no deal, stakes and costs; for exact frontiers of
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
    costs = ensemble.consent_costs[k]
    return replace(
        space,
        factors=tuple(factors),
        no_deal=ensemble.no_deal[k],
        no_deal_package=ensemble.no_deal_packages[k],
        stakes=ensemble.stakes[k],
        consents=tuple(replace(c, cost=float(costs[j])) for j, c in enumerate(space.consents)),
        ensemble=None,
    )


def better_off(space: DealSpace, packages: IntArray) -> FloatArray:
    """(packages, parties) share of draws in which the gain reaches the party's margin.

    Not the chance that the party says yes: see `says_yes`. Memory is bounded by chunks of packages.
    """
    parts = [
        (draw_gains(space, chunk) >= space.margin).mean(axis=0, dtype=np.float64) for chunk in _chunks(space, packages)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(space.parties)))


def says_yes(space: DealSpace, packages: IntArray, gap90: float | FloatArray) -> FloatArray:
    """(packages, parties) mean over draws of logistic(β·(gain − margin)), β = ln 9 / gap90.

    `gap90`: points at which the better of two options is taken nine times in ten, one number or one
    per draw. A needed consenter that also delivers counts with the larger of its sincere gain and
    its gain with its own deliveries undone. Source: MODEL sections 1 and 4; McFadden (1974).
    """
    beta = np.log(9.0) / np.broadcast_to(np.asarray(gap90, dtype=np.float64), (require_ensemble(space).draws,))
    parts = []
    for chunk in _chunks(space, packages):
        best = _acceptance_gains(space, chunk) - space.margin
        parts.append((1.0 / (1.0 + np.exp(-np.clip(beta[:, None, None] * best, -700, 700)))).mean(axis=0))
    return np.concatenate(parts) if parts else np.zeros((0, len(space.parties)))


def consent_probability(space: DealSpace, packages: IntArray) -> FloatArray:
    """(packages, consenters) share of draws in which each consenter accepts, parties first, then bodies.

    A body accepts where members with gain ≥ margin reach its quota in that draw. Counted too: its own
    conditions (broken = no in every draw), keeping what would lapse, silence, and the cheap yes of
    those that deliver. Not counted: being overruled, which is another's act.
    """
    parts = [consenter_accepts(space, chunk).mean(axis=0, dtype=np.float64) for chunk in _chunks(space, packages)]
    return np.concatenate(parts) if parts else np.zeros((0, len(space.consenters)))


def consenter_accepts(space: DealSpace, packages: IntArray) -> BoolArray:
    """(draws, packages, consenters) whether each consenter would accept; see `consent_probability`."""
    margin = _members_votes(space, _acceptance_gains(space, packages) >= space.margin)
    silent = _silent_consents(space, packages)
    if silent.any():
        unopposed = _members_votes(space, _acceptance_gains(space, packages) >= -space.margin)
        margin = np.where(silent, unopposed | margin, margin)
    for rule in space.keeps:
        held = np.isin(packages[:, rule.issue], rule.holds)
        if held.any():
            margin[:, held, rule.by] &= _keeps(space, packages[held], rule.issue, rule.to)[:, :, rule.by]
    for condition in space.conditions:
        margin[:, broken(packages, condition.when, condition.then), condition.by] = False
    return margin


def draw_acceptable(space: DealSpace, packages: IntArray) -> BoolArray:
    """(draws, packages) whether each package is eligible in each draw: nothing forbidden, conditions
    hold, the table gains, every needed consenter accepts or is overruled, what lapses is kept.

    Memory: draws × packages × parties; use a few hundred packages at a time.
    """
    packages = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    ensemble = require_ensemble(space)
    gained = draw_gains(space, packages)
    best = _acceptance_gains(space, packages)
    ok: BoolArray = (gained[:, :, list(space.table)] >= 0).all(axis=2)
    for pattern in space.forbid:
        ok &= ~matches(packages, pattern)
    for condition in space.conditions:
        ok &= ~broken(packages, condition.when, condition.then)
    plain = _members_votes(space, best >= space.margin)
    silent = _members_votes(space, best >= -space.margin) if any(c.silent for c in space.consents) else plain
    for j, rule in enumerate(space.consents):
        needed = np.isin(packages[:, rule.issue], rule.options)
        yes = (silent if rule.silent else plain)[:, :, rule.by]
        if rule.overruled_by is not None:
            spare = gained[:, :, rule.overruled_by] - ensemble.consent_costs[:, j, None]
            yes = yes | (spare >= space.margin[rule.overruled_by])
        ok &= ~needed | yes
    for keep in space.keeps:
        held = np.isin(packages[:, keep.issue], keep.holds)
        if held.any():
            ok[:, held] &= _keeps(space, packages[held], keep.issue, keep.to)[:, :, keep.by]
    return ok


def option_frequency(
    space: DealSpace, candidates: IntArray, choose: Callable[[FloatArray, FloatArray], IntArray]
) -> tuple[FloatArray, ...]:
    """Per issue (options,): the share of draws in which the solution has that option.

    `candidates` (m, issues) is the stated set that the solution is looked for in. `choose` takes the
    gains (k, table) of the candidates that are eligible in a draw and the stakes (table,), and returns
    the chosen rows; several chosen share the draw's weight. Draws without an eligible candidate add
    nothing, so an issue's shares sum to the share of draws with a deal. It will not find a solution
    outside the candidates.
    """
    candidates = np.atleast_2d(np.asarray(candidates, dtype=np.int64))
    ensemble = require_ensemble(space)
    weight = np.zeros(len(candidates))
    chunks = list(_chunks(space, candidates))
    accepted = np.concatenate([draw_acceptable(space, c) for c in chunks], axis=1)
    table = list(space.table)
    gained = np.concatenate([draw_gains(space, c)[:, :, table] for c in chunks], axis=1)
    for k in np.flatnonzero(accepted.any(axis=1)):
        rows = np.flatnonzero(accepted[k])
        chosen = rows[choose(gained[k, rows], ensemble.stakes[k, table])]
        if len(chosen):
            weight[chosen] += 1.0 / len(chosen)
    return tuple(
        np.bincount(candidates[:, i], weights=weight, minlength=size) / ensemble.draws
        for i, size in enumerate(space.sizes)
    )


def matches(packages: IntArray, pattern: Pattern) -> BoolArray:
    """(packages,) whether each fits every pair of the pattern."""
    fits = np.ones(len(packages), dtype=bool)
    for issue, allowed in pattern:
        fits &= np.isin(packages[:, issue], allowed)
    return fits


def broken(packages: IntArray, when: Pattern, then: Pattern | None) -> BoolArray:
    """(packages,) whether each matches `when` and not `then` (None: never allowed)."""
    hit = matches(packages, when)
    return hit if then is None else hit & ~matches(packages, then)


def _chunks(space: DealSpace, packages: IntArray) -> Iterator[IntArray]:
    packages = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    n, parties, goals = require_ensemble(space).weights.shape
    size = max(1, CHUNK_BYTES // (8 * n * (parties + goals)))
    for start in range(0, len(packages), size):
        yield packages[start : start + size]


def _acceptance_gains(space: DealSpace, packages: IntArray) -> FloatArray:
    """Gains, raised for needed consenters that deliver to what they keep when they do not comply."""
    packages = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    gained = draw_gains(space, packages)
    for party in sorted({rule.party for rule in space.deliveries}):
        undone = undone_by(space, packages, party)
        rows = np.flatnonzero((undone != packages).any(axis=1) & _needed(space, packages, party))
        if len(rows):
            cheap = draw_gains(space, undone[rows])[:, :, party]
            gained[:, rows, party] = np.maximum(gained[:, rows, party], cheap)
    return gained


def _needed(space: DealSpace, packages: IntArray, party: int) -> BoolArray:
    """(packages,) whether `party`, or a body that it sits in, must consent."""
    needed = np.zeros(len(packages), dtype=bool)
    seats = {party} | {len(space.parties) + b for b, body in enumerate(space.bodies) if party in body.members}
    for rule in space.consents:
        if rule.by in seats:
            needed |= np.isin(packages[:, rule.issue], rule.options)
    return needed


def _members_votes(space: DealSpace, yes: BoolArray) -> BoolArray:
    """(draws, packages, consenters) from (draws, packages, parties): bodies by quota."""
    bodies = [
        (yes[:, :, list(body.members)] @ np.asarray(body.votes, dtype=np.float64) >= body.quota)[:, :, None]
        for body in space.bodies
    ]
    return np.concatenate([yes, *bodies], axis=2)


def _silent_consents(space: DealSpace, packages: IntArray) -> BoolArray:
    """(packages, consenters) whether all consents that the package needs of a consenter are silent."""
    spoken = np.zeros((len(packages), len(space.consenters)), dtype=bool)
    silent = np.zeros_like(spoken)
    for rule in space.consents:
        needed = np.isin(packages[:, rule.issue], rule.options)
        (silent if rule.silent else spoken)[needed, rule.by] = True
    return silent & ~spoken


def _keeps(space: DealSpace, packages: IntArray, issue: int, to: int) -> BoolArray:
    """(draws, packages, consenters) whether each prefers the package to the same with the issue lapsed."""
    lapsed = packages.copy()
    lapsed[:, issue] = to
    ensemble = require_ensemble(space)
    gained = draw_utilities(ensemble, packages) - draw_utilities(ensemble, lapsed)
    return _members_votes(space, gained >= space.margin)
