"""Facts about the zone of agreement: frontier, solutions, how often each step is in one."""

from __future__ import annotations

import numpy as np

from detente.brief.facts.offers import changes_to, party_title, settles
from detente.brief.facts.values import FrontierFacts, Number, OptionShare, SolutionRow
from detente.brief.facts.why import opener_told
from detente.deals import Solution, gains
from detente.study import Study

POINTS = 400
SELDOM = 0.02


def frontier_facts(study: Study) -> FrontierFacts:
    """The frontier over the first two parties at the table, principal first."""
    front, space = study.frontier, study.space
    seats = sorted(space.table, key=lambda p: p != study.party(study.principal))
    a, b = seats[0], seats[1 if len(seats) > 1 else 0]
    pairs = front.gains[:, [a, b]] if len(front.packages) else np.zeros((0, 2))
    offer = None
    if study.offer is not None:
        worth = gains(space, study.offer.package[None])[0]
        offer = (float(worth[a]), float(worth[b]))
    return FrontierFacts(
        exists=study.zopa.exists,
        status=front.status,
        packages=Number(
            "zone.packages",
            float(front.multiplicity.sum()),
            "count",
            "packages on the frontier, ties included",
        ),
        distinct=Number(
            "zone.distinct", float(len(front.packages)), "count", "distinct points of the frontier"
        ),
        parties=(party_title(study, space.parties[a]), party_title(study, space.parties[b])),
        points=tuple((float(x), float(y)) for x, y in pairs[:POINTS]),
        offer=offer,
        solutions=tuple(_solution(study, s, seats) for s in study.solutions if len(s.packages)),
        shares=_shares(study),
        searched=Number(
            "zone.searched",
            float(len(study.candidates)),
            "count",
            "packages among which the solution of each draw is looked for",
        ),
        searched_draws=study.draws_searched,
        blockers=tuple(opener_told(study, o.kind, o.name)[1] for o in study.zopa.openers),
    )


def _solution(study: Study, found: Solution, seats: list[int]) -> SolutionRow:
    key = found.concept if found.party is None else f"{found.concept}.{found.party}"
    title = found.title if found.party is None else f"Best for {party_title(study, found.party)}"
    return SolutionRow(
        concept=key,
        title=title,
        settles=settles(study, found.packages[0]),
        changes=() if study.offer is None else changes_to(study, study.offer, found.packages[0]),
        ties=Number(
            f"solution.{key}.ties",
            float(found.multiplicity.sum()),
            "count",
            "packages that the concept does not tell apart",
        ),
        gains=tuple(
            (
                party_title(study, study.space.parties[p]),
                Number(
                    f"solution.{key}.{study.space.parties[p]}",
                    float(found.gains[0, p]),
                    "points",
                    "gain above no deal",
                ),
            )
            for p in seats
        ),
        note=found.note,
    )


def _shares(study: Study) -> tuple[OptionShare, ...]:
    """Options beyond where things stand that are in the headline solution in over 2 % of draws."""
    titles = {issue.name: issue for issue in study.case.issues}
    rows = [
        OptionShare(
            name,
            titles[name].title,
            titles[name].options[o].title,
            Number(
                f"share.{name}.{titles[name].options[o].name}", float(share), "probability", "share of draws"
            ),
        )
        for name, shares in study.option_share.items()
        for o, share in enumerate(shares)
        if o and share > SELDOM
    ]
    return tuple(sorted(rows, key=lambda r: -r.share.value))
