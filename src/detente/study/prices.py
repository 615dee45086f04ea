"""Price ladders: for each thing the other side asks, the most that what it brings can pay for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals import DealSpace, TableFactor, ceiling, index_of, issue_owners, utilities
from detente.deals.compensation import Compensation, least_compensation
from detente.deals.rates import exchange_rates, trade_matrix
from detente.study.study import IssueExchange, Payer, PriceLadder, Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MOST = 4
SHOWS = 0.05
"""Points below which a loss is told as none."""
COMPENSATION_LIMIT = 5_000
"""Partial packages that a search for what makes good may hold; it runs for every rung shown."""


def price_ladders(
    study: Study, *, issue: str | None = None, deliveries: IntArray | None = None, name: str | None = None
) -> tuple[PriceLadder, ...]:
    """Ladders of `issue` (default: what the case says the other side asks; else computed, dearest first),
    paid for by `deliveries` (default: the offer on the table; none known: the best zone package for
    the principal). Empty where nothing is asked. Cost: linear in draws × rungs × payers."""
    base, label = _deliveries(study, deliveries, name)
    if base is None:
        return ()
    if issue is not None:
        asked = [(index_of(issue, study.space.issues, "issue"), _asker(study))]
    elif study.case.asks:
        asked = [(study.space.issues.index(name), _asker(study)) for name in study.case.asks]
    else:
        asked = asked_of_principal(study, base)
    return tuple(_ladder(study, i, asker, base, label) for i, asker in asked[:MOST])


def asked_of_principal(study: Study, base: IntArray) -> list[tuple[int, int]]:
    """(issue, asker) pairs: issues at option 0 in `base` on which some rung gains for another party at
    the table and loses for the principal; largest gain first."""
    space, principal = study.space, study.party(study.principal)
    found = []
    for i, size in enumerate(space.sizes):
        if base[i] != 0 or size < 2:
            continue
        table = unary_points(space, i)
        for q in space.table:
            wins = (table[:, q] > 0) & (table[:, principal] < 0)
            if q != principal and wins.any():
                found.append((float(table[wins, q].max()), i, q))
    found.sort(key=lambda row: (-row[0], row[1]))
    return list({i: (i, q) for _, i, q in reversed(found)}.values())[::-1]


def unary_points(space: DealSpace, issue: int) -> FloatArray:
    """(options, parties) points of an issue by itself, against its option 0."""
    total = np.zeros((space.sizes[issue], len(space.parties)))
    for factor in space.factors:
        if isinstance(factor, TableFactor) and factor.scope == (issue,):
            total += factor.table
    against: FloatArray = total - total[0]
    return against


def _asker(study: Study) -> int:
    others = [p for p in study.space.table if p != study.party(study.principal)]
    return others[0] if others else study.party(study.principal)


def _deliveries(study: Study, package: IntArray | None, name: str | None) -> tuple[IntArray | None, str]:
    if package is not None:
        titles = {proposal.name: proposal.title for proposal in study.case.proposals}
        return package, titles.get(name or "", "the package given")
    if study.offer is not None:
        return study.offer.package, study.offer.title
    best = next((s for s in study.solutions if s.concept == "best_for" and len(s.packages)), None)
    return (None, "") if best is None else (best.packages[0], "the best acceptable package")


def _ladder(study: Study, issue: int, asker: int, base: IntArray, label: str) -> PriceLadder:
    space = study.space
    owners = [p for p in issue_owners(space, issue) if p != asker]
    payers = list(dict.fromkeys([study.party(study.principal), *owners]))
    rungs = np.repeat(base[None], space.sizes[issue], axis=0)
    rungs[:, issue] = np.arange(space.sizes[issue])
    return PriceLadder(
        issue=space.issues[issue],
        options=space.options[issue],
        deliveries=base,
        deliveries_name=label,
        asker=space.parties[asker],
        asker_gain=unary_points(space, issue)[:, asker],
        claimed=tuple(_payer(study, study.space_claimed, p, issue, base) for p in payers),
        evidenced=tuple(_payer(study, space, p, issue, base) for p in payers),
        owners=tuple(space.parties[p] for p in owners),
        makers=_makers(study, rungs, asker, base),
    )


def _makers(
    study: Study, rungs: IntArray, asker: int, base: IntArray
) -> tuple[tuple[int, Compensation, Compensation], ...]:
    """What makes good for each rung that costs the principal something, nobody else asked and all asked."""
    space, principal = study.space, study.party(study.principal)
    if asker == principal:
        return ()
    costs = utilities(space, base)[0, principal] - utilities(space, rungs)[:, principal]

    def found(rung: int, eligible: bool) -> Compensation:
        return least_compensation(
            space,
            party=study.principal,
            payer=space.parties[asker],
            at=base,
            moved=rungs[rung],
            eligible=eligible,
            limit=COMPENSATION_LIMIT,
        )

    makers = []
    for rung in np.flatnonzero(costs > SHOWS):
        anyhow = found(int(rung), False)
        nothing = anyhow.status == "exact" and not anyhow.remedies
        makers.append((int(rung), anyhow, anyhow if nothing else found(int(rung), True)))
    return tuple(makers)


def exchange_of(study: Study) -> IssueExchange | None:
    """Exchange rates of the principal and swaps with another party at the table, around what the ladders are
    paid with (no ladder: the offer; none: where things stand). None where nobody else sits at the table.

    Cost: issues × options evaluations over all draws, and Σ options × options over pairs of issues.
    """
    space, asker = study.space, _asker(study)
    if asker == study.party(study.principal) or (space.no_deal_package < 0).any():
        return None
    if study.prices:
        base, name = study.prices[0].deliveries, study.prices[0].deliveries_name
    elif study.offer is not None:
        base, name = study.offer.package, study.offer.title
    else:
        base, name = space.no_deal_package, "things as they stand"
    return IssueExchange(
        name=name,
        package=base,
        rates=exchange_rates(space, party=study.principal, at=base),
        trades=trade_matrix(space, first=study.principal, second=space.parties[asker], at=base),
    )


def _payer(study: Study, space: DealSpace, party: int, issue: int, base: IntArray) -> Payer:
    settings = study.case.settings
    found = ceiling(
        space,
        party=space.parties[party],
        issue=space.issues[issue],
        deliveries=base,
        eta=settings.performance,
        payable=settings.payable,
    )
    return Payer(space.parties[party], found.mean, found.low, found.high, found.payable, found.index)
