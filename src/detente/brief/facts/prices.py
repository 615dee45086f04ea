"""Facts about prices: ladders rung by rung, and the ceiling of everyone who would pay."""

from __future__ import annotations

from detente.brief.facts.offers import party_title
from detente.brief.facts.values import LadderFacts, Number, Rung
from detente.deals import broken
from detente.study import Payer, PriceLadder, Study


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
    lowest = min(owners, key=lambda e: -1 if e.ceiling is None else e.ceiling, default=None)
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
        lowest_owner=None if lowest is None else party_title(study, lowest.party),
    )


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
