"""From a case and its values to a deal space: MODEL section 1, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.ensemble import Ensemble, draw_utilities, mean_table
from detente.deals.goal_factors import Corrections, goal_factors
from detente.deals.space import (
    BodyRule,
    ConditionRule,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    KeepRule,
    Pattern,
    TableFactor,
    utilities,
)
from detente.deals.voting import Ways, WeightedQuota, ways_pass

if TYPE_CHECKING:
    from detente.case.model import Body, Case
    from detente.case.model import Pattern as CasePattern
    from detente.case.values import Values

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def compile_case(case: Case, values: Values, corrections: Corrections | None = None) -> DealSpace:
    """The deal space of a case at mean utilities, with its draws as `ensemble`.

    `values`: weights (draws, parties, goals), capabilities (draws, contributors, tasks), as-of date.
    `corrections` as in `goal_factors`.
    Utility is `Σ_g w·a_g(x)` plus, for levers in place that the package lifts, `−(w·e)` and to their
    owner the cost back; mean tables are means over draws of that product. No deal is the utility of
    the no-deal package, which holds what lapses only where its keeping body would (at the mean for
    the space, per draw for the ensemble). Raises InputError for a contribution without a capability.
    Cost: draws × (rows of the factors) × parties; about a second for twelve issues, thirteen goals,
    twelve parties and 1,000 draws. Memory: draws × rows × goals of each factor.
    Source: MODEL sections 1, 4 and 5. Will not find: goal levels outside 0..100 (`goal_range`).
    """
    factors = goal_factors(case, values, corrections)
    n = int(values.weights.shape[0])
    tables = tuple(
        TableFactor(f.scope, mean_table(f, values.weights), f"{f.kind} {f.label}") for f in factors
    )
    stakes = np.stack([values.draws.sample(p.stakes) for p in case.parties], axis=1)
    space = _rules(case, values)
    space = replace(space, factors=tables, stakes=stakes.mean(axis=0))
    nowhere = np.zeros((n, len(case.issues)), dtype=np.int64)
    ensemble = Ensemble(factors, values.weights, np.zeros((n, len(case.parties))), nowhere, stakes)
    return _settle_no_deal(space, ensemble)


def _rules(case: Case, values: Values) -> DealSpace:
    """Everything of the space that is not a number of points, names turned into places."""
    party = {p.name: i for i, p in enumerate(case.parties)}
    consenter = party | {b.name: len(party) + i for i, b in enumerate(case.bodies)}
    issue = {s.name: i for i, s in enumerate(case.issues)}
    conditions = tuple(
        ConditionRule(
            c.name, consenter[c.by], _places(c.when, issue), _places(c.then, issue) if c.then else None
        )
        for c in case.conditions
    )
    return DealSpace(
        issues=tuple(s.name for s in case.issues),
        options=tuple(tuple(o.name for o in s.options) for s in case.issues),
        parties=tuple(party),
        factors=(),
        no_deal=np.zeros(len(party)),
        table=tuple(party[t] for t in case.table),
        margin=np.array([float(p.margin) for p in case.parties]),
        stakes=np.ones(len(party)),
        no_deal_package=np.zeros(len(issue), dtype=np.int64),
        bodies=_bodies(case, party),
        consents=_consents(case, values, party, consenter),
        deliveries=tuple(
            DeliveryRule(i, d.options, party[d.party])
            for i, s in enumerate(case.issues)
            for d in s.deliveries
        ),
        keeps=_keep_rules(case, consenter),
        conditions=conditions,
        forbid=tuple(_places(p, issue) for p in case.forbid),
    )


def _bodies(case: Case, party: Mapping[str, int]) -> tuple[BodyRule, ...]:
    return tuple(
        BodyRule(
            b.name,
            tuple(party[m] for m in b.votes),
            tuple(map(float, b.votes.values())),
            float(b.quota),
            _ways(b),
        )
        for b in case.bodies
    )


def _ways(body: Body) -> Ways:
    return tuple(
        tuple(WeightedQuota(tuple(q.votes[m] for m in body.votes), q.needed, q.title) for q in way)
        for way in body.ways
    )


def _places(pattern: CasePattern, issue: Mapping[str, int]) -> Pattern:
    return tuple(sorted((issue[name], tuple(allowed)) for name, allowed in pattern.items()))


def _consents(
    case: Case, values: Values, party: Mapping[str, int], consenter: Mapping[str, int]
) -> tuple[ConsentRule, ...]:
    return tuple(
        ConsentRule(
            issue=i,
            options=c.options,
            by=consenter[c.by],
            silent=c.silent,
            overruled_by=None if c.overruled_by is None else party[c.overruled_by],
            cost=0.0 if c.cost is None else float(values.draws.sample(c.cost).mean()),
        )
        for i, issue in enumerate(case.issues)
        for c in issue.consents
    )


def _keep_rules(case: Case, consenter: Mapping[str, int]) -> tuple[KeepRule, ...]:
    """What lapses by the horizon unless somebody keeps it; what lapses later binds nobody yet."""
    rules = []
    for i, issue in enumerate(case.issues):
        falls = issue.reverts
        if falls is not None and falls.on <= case.horizon:
            holds = tuple(o for o in falls.holds if o != falls.to)
            rules.append(KeepRule(i, holds, falls.to, consenter[falls.kept_by]))
    return tuple(rules)


def _settle_no_deal(space: DealSpace, ensemble: Ensemble) -> DealSpace:
    """No deal: option 0 everywhere, except what lapses because its keeping body prefers the lapse."""
    lapsing = [rule for rule in space.keeps if 0 in rule.holds]
    stay = np.zeros((1 + len(lapsing), len(space.issues)), dtype=np.int64)
    for r, rule in enumerate(lapsing):
        stay[1 + r, rule.issue] = rule.to
    at_mean = utilities(space, stay)[None]
    package = _lapsed(space, lapsing, at_mean)[0]
    packages = _lapsed(space, lapsing, draw_utilities(ensemble, stay))
    distinct, which = np.unique(packages, axis=0, return_inverse=True)
    worth = draw_utilities(ensemble, distinct)[np.arange(len(packages)), which.reshape(-1)]
    ensemble = replace(ensemble, no_deal=worth, no_deal_packages=packages)
    return replace(space, no_deal=utilities(space, package)[0], no_deal_package=package, ensemble=ensemble)


def _lapsed(space: DealSpace, lapsing: list[KeepRule], worth: FloatArray) -> IntArray:
    """(draws, issues) no-deal packages; `worth` (draws, 1 + lapsing, parties) of option 0 everywhere
    and of each lapse alone."""
    packages = np.zeros((len(worth), len(space.issues)), dtype=np.int64)
    for r, rule in enumerate(lapsing):
        prefers = worth[:, 0] - worth[:, 1 + r] >= space.margin - TOLERANCE
        packages[~_carries(space, rule.by, prefers), rule.issue] = rule.to
    return packages


def _carries(space: DealSpace, consenter: int, yes: BoolArray) -> BoolArray:
    """(draws,) whether the consenter's members that say yes, (draws, parties), reach its quota."""
    if consenter < len(space.parties):
        alone: BoolArray = yes[:, consenter]
        return alone
    body = space.bodies[consenter - len(space.parties)]
    return ways_pass(body.rule, yes[:, list(body.members)])
