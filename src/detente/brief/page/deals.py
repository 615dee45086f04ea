"""What can be agreed."""

from __future__ import annotations

from collections.abc import Sequence

from detente.brief.charts import frontier_picture
from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.values import Facts, FrontierFacts, OfferFacts, SolutionRow
from detente.brief.page.cells import chance, gain, grid, span
from detente.brief.words import listing, percent


def deal_blocks(facts: Facts) -> tuple[Block, ...]:
    """The zone and its frontier, solutions, each party before the offer, proposals on record."""
    zone = facts.frontier
    blocks: list[Block] = _zone(zone, facts) if zone.exists else _no_zone(zone)
    if facts.offer is not None:
        blocks.append(_party_table(facts.offer))
    if facts.proposals:
        blocks.append(_proposals(facts.proposals))
    return tuple(blocks)


def _no_zone(zone: FrontierFacts) -> list[Block]:
    blocks: list[Block] = [
        Text(
            "There is no zone of agreement at mean values: no package is accepted by everyone whose"
            " acceptance it needs.",
            "bad",
        )
    ]
    if zone.blockers:
        blocks.append(Text(f"It would open with any one of these: {listing(zone.blockers, 'or')}."))
    return blocks


def _zone(zone: FrontierFacts, facts: Facts) -> list[Block]:
    proof = "proven complete" if zone.status == "exact" else "an approximation with a stated bound"
    told = (
        f"There is a zone of agreement. Its frontier has {zone.distinct.value:.0f} distinct points "
        f"({zone.packages.value:.0f} packages, ties included), {proof}."
    )
    shares = grid(
        "How often each step is part of the Nash solution over the draws",
        ("issue", "option", "share of draws"),
        ((s.title, s.option, chance(s.share)) for s in zone.shares),
        terminal_rows=10,
        note=f"A whole package rarely repeats from draw to draw; single steps do. {_searched(zone)}",
    )
    offer = facts.offer.title if facts.offer else "offer"
    return [Text(told), frontier_picture(zone, offer, _solutions(zone, facts.offer)), shares]


def _searched(zone: FrontierFacts) -> str:
    among = "those on the frontier at mean values"
    if zone.searched_draws:
        among += f" and on those of {zone.searched_draws} single draws"
    return f"Looked for among {zone.searched.value:.0f} packages: {among}."


def _solutions(zone: FrontierFacts, offer: OfferFacts | None) -> Table:
    names = [title for title, _ in zone.solutions[0].gains] if zone.solutions else []
    assumed = " ".join(dict.fromkeys(f"{s.title}: {s.note}." for s in zone.solutions if s.note))
    alike: dict[tuple[tuple[str, str], ...], list[SolutionRow]] = {}
    for row in zone.solutions:
        alike.setdefault(row.settles, []).append(row)
    return grid(
        "What each way of dividing the gains would settle",
        (
            "concept",
            "settles" if offer is None else f"against {offer.title}",
            *(f"gain of {n}" for n in names),
        ),
        (
            (
                listing([row.title for row in rows]),
                _settled(rows[0], offer is not None),
                *(gain(g) for _, g in rows[0].gains),
            )
            for rows in alike.values()
        ),
        numeric=range(2, 2 + len(names)),
        note=f"Options with their assumptions, not advice. {assumed}".strip(),
    )


def _settled(row: SolutionRow, against_offer: bool) -> str:
    if against_offer:
        return "; ".join(f"{issue}: {a} → {b}" for issue, a, b in row.changes) or "the offer itself"
    return "; ".join(f"{issue}: {option}" for issue, option in row.settles) or "nothing"


def _party_table(offer: OfferFacts) -> Table:
    return grid(
        f"{offer.title[:1].upper()}{offer.title[1:]}: each party",
        ("party", "role", "gain", "80 % interval", "better off", "says yes", ""),
        (
            (
                p.title,
                p.role,
                gain(p.gain),
                span(p.gain),
                chance(p.better_off),
                chance(p.says_yes),
                Cell(p.manner, None, "bad" if "refuses" in p.manner else "faint"),
            )
            for p in offer.parties
        ),
        numeric=(2, 3),
        note=(
            "Gain in each party's own points above no deal. Better off: share of draws. Says yes: chance of "
            "acceptance when choices are noisy. The two are never mixed."
        ),
    )


def _proposals(proposals: Sequence[OfferFacts]) -> Table:
    seats = [p.title for p in proposals[0].parties if p.role == "table"]
    return grid(
        "Proposals on record",
        ("proposal", *(f"gain of {name}" for name in seats), "nobody loses", "all say yes", "refusing"),
        (
            (
                o.title,
                *(gain(p.gain) for p in o.parties if p.role == "table"),
                percent(o.all_accept.value),
                percent(o.all_yes.value),
                listing(list(dict.fromkeys(who for who, *_ in o.refusals))) or "nobody",
            )
            for o in proposals
        ),
        numeric=range(1, 3 + len(seats)),
        note=(
            "Nobody loses: share of draws in which nobody needed loses and no string breaks. All say yes:"
            " chance that everyone needed says yes at once when choices are noisy. Refusing: at mean values."
        ),
    )
