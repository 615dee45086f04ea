"""Facts about prices: ladders rung by rung, ceilings, what makes good for a rung, and exchange rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.brief.facts.names import change_title, party_title
from detente.brief.facts.price_values import CompensationRow, ExchangeFacts, RateRow, RemedyRow, SwapRow
from detente.brief.facts.values import LadderFacts, Number, Rung
from detente.deals import broken
from detente.deals.compensation import Compensation, Remedy
from detente.deals.rates import Rates, Swap
from detente.study import Payer, PriceLadder, Study
from detente.study.prices import exchange_of
from detente.study.study import IssueExchange

IntArray = NDArray[np.int64]
SHOWS = 0.05
"""Points below which a gain is told as 0.0."""


def ladder_facts(study: Study, ladder: PriceLadder) -> LadderFacts:
    """One ladder: the principal's rungs, and ceilings of all payers, principal first."""
    issue = next(i for i in study.case.issues if i.name == ladder.issue)
    titles = [option.title for option in issue.options]
    evidenced = ladder.evidenced[0]
    rungs = tuple(_rung(study, ladder, titles[o], o) for o in range(len(titles)))
    ceilings = tuple(
        (party_title(study, e.party), _top(titles, c), _top(titles, e), e.party in ladder.owners)
        for c, e in zip(ladder.claimed, ladder.evidenced, strict=True)
    )
    owners = [e for e in ladder.evidenced if e.party in ladder.owners]
    heights = [-1 if e.ceiling is None else e.ceiling for e in owners]
    lowest = [party_title(study, e.party) for e, h in zip(owners, heights, strict=True) if h == min(heights)]
    best = int(ladder.asker_gain.argmax())
    return LadderFacts(
        issue=ladder.issue,
        title=issue.title,
        asker=party_title(study, ladder.asker),
        asker_best=Number(
            f"price.{ladder.issue}.asked",
            float(ladder.asker_gain[best]),
            "points",
            "the most that the asker gains on the issue alone",
        ),
        paid_with=ladder.deliveries_name,
        payer=party_title(study, evidenced.party),
        rungs=rungs,
        ceilings=ceilings,
        lowest_owner=lowest[0] if lowest else None,
        lowest_owners=tuple(lowest),
        compensations=tuple(_compensation(study, ladder, *maker) for maker in ladder.makers),
    )


def _compensation(
    study: Study, ladder: PriceLadder, rung: int, anyhow: Compensation, eligible: Compensation
) -> CompensationRow:
    """One rung: what it costs, and the remedies worth telling."""
    issue = next(i for i in study.case.issues if i.name == ladder.issue)
    key = f"price.{ladder.issue}.{ladder.options[rung]}"
    asker = study.party(ladder.asker)
    pays = next((r for r in anyhow.remedies if r.change[asker] > SHOWS), None)

    def told(kind: str, remedy: Remedy | None) -> RemedyRow | None:
        return None if remedy is None else _remedy(study, f"{key}.{kind}", remedy, asker)

    return CompensationRow(
        option=ladder.options[rung],
        title=issue.options[rung].title,
        costs=Number(f"{key}.costs", anyhow.points, "points", "what the rung costs, all else as delivered"),
        nearest=told("nearest", next(iter(anyhow.remedies), None)),
        pays_both=told("pays_both", pays),
        accepted=told("accepted", next(iter(eligible.remedies), None)),
        proven=anyhow.status == eligible.status == "exact",
    )


def _remedy(study: Study, key: str, remedy: Remedy, asker: int) -> RemedyRow:
    return RemedyRow(
        changes=tuple(change_title(study, c.issue, c.before, c.after) for c in remedy.changes),
        rungs=remedy.rungs,
        left=Number(f"{key}.left", remedy.surplus, "points", "what the principal has over, all told"),
        asker=Number(f"{key}.asker", float(remedy.change[asker]), "points", "what the asker gains, all told"),
        accepted=remedy.acceptable,
    )


def exchange_facts(study: Study) -> ExchangeFacts | None:
    """Exchange rates of the principal and the swaps that pay it and another; None without another."""
    found = exchange_of(study)
    if found is None:
        return None
    rates, titles = found.rates, [issue.title for issue in study.case.issues]
    dear = [i for i in np.argsort(-np.nan_to_num(rates.points)) if rates.points[i] > SHOWS]
    paid = [i for i in dear if np.isfinite(rates.rungs[i]).any()]
    reached = np.isfinite(rates.rungs[paid]).sum(axis=0)
    columns = [j for j in np.argsort(-reached, kind="stable") if reached[j]]
    return ExchangeFacts(
        around=found.name,
        party=party_title(study, rates.party),
        other=party_title(study, found.trades.parties[1]),
        columns=tuple(titles[j] for j in columns),
        rates=tuple(_rate(study, rates, int(i), columns) for i in paid),
        unpaid=tuple(titles[i] for i in dear if i not in paid),
        swaps=tuple(_swap(study, found, swap) for swap in found.trades.swaps),
        pairs=len(titles) * (len(titles) - 1) // 2,
    )


def _rate(study: Study, rates: Rates, i: int, columns: list[np.int64]) -> RateRow:
    key, names = f"rate.{rates.issues[i]}", rates.issues
    return RateRow(
        issue=names[i],
        title=study.case.issues[i].title,
        costs=Number(
            f"{key}.costs",
            float(rates.points[i]),
            "points",
            "what one rung further costs, with its 80 % interval",
            float(rates.points_low[i]),
            float(rates.points_high[i]),
        ),
        rungs=tuple(int(rates.to[i, j] - rates.at[j]) if rates.to[i, j] >= 0 else None for j in columns),
        possible=tuple(
            Number(
                f"{key}.{names[j]}",
                float(rates.possible[i, j]),
                "probability",
                "share of draws in which some option there makes good for it",
            )
            for j in columns
            if j != i
        ),
    )


def _swap(study: Study, found: IssueExchange, swap: Swap) -> SwapRow:
    space, key = study.space, f"swap.{swap.issues[0]}.{swap.issues[1]}"
    pairs = dict(zip(swap.issues, swap.options, strict=True))
    first, second = (party_title(study, name) for name in found.trades.parties)
    return SwapRow(
        changes=tuple(
            change_title(study, issue, _now(study, found.package, space.issues.index(issue)), option)
            for issue, option in pairs.items()
        ),
        first=Number(f"{key}.first", float(swap.gains[0]), "points", f"what {first} gains by it"),
        second=Number(f"{key}.second", float(swap.gains[1]), "points", f"what {second} gains by it"),
        both=Number(f"{key}.both", swap.both, "probability", "share of draws in which both gain by it"),
        needs_both=swap.needs_both,
        accepted=swap.acceptable,
    )


def _now(study: Study, package: IntArray, issue: int) -> str:
    name: str = study.space.options[issue][int(package[issue])]
    return name


def _top(titles: list[str], payer: Payer) -> str | None:
    return None if payer.ceiling is None else titles[payer.ceiling]


def _rung(study: Study, ladder: PriceLadder, title: str, o: int) -> Rung:
    key = f"price.{ladder.issue}.{ladder.options[o]}"

    def gain(kind: str, payer: Payer) -> Number:
        gloss = f"expected gain of {payer.party} given the chance that deliveries are performed, as {kind}"
        low, high = float(payer.low[o]), float(payer.high[o])
        return Number(f"{key}.{kind}", float(payer.mean[o]), "points", gloss, low, high)

    def payable(kind: str, payer: Payer) -> Number:
        gloss = f"share of draws in which it still gains, as {kind}"
        return Number(f"{key}.payable_{kind}", float(payer.payable[o]), "probability", gloss)

    claimed, evidenced = ladder.claimed[0], ladder.evidenced[0]
    return Rung(
        ladder.options[o],
        title,
        gain("claimed", claimed),
        gain("evidenced", evidenced),
        payable("claimed", claimed),
        payable("evidenced", evidenced),
        _breaks(study, ladder, o),
    )


def _breaks(study: Study, ladder: PriceLadder, o: int) -> tuple[str, ...]:
    """Strings that this rung breaks and the deliveries alone do not, with their owners."""
    row = ladder.deliveries.copy()
    row[study.space.issues.index(ladder.issue)] = o
    return tuple(
        f"“{rule.name}” ({party_title(study, study.space.consenters[rule.by])})"
        for rule in study.space.conditions
        if broken(row[None], rule.when, rule.then)[0]
        and not broken(ladder.deliveries[None], rule.when, rule.then)[0]
    )
