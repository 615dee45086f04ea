"""Why an offer fails or stands."""

from __future__ import annotations

from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.values import Facts, OfferFacts
from detente.brief.page.cells import NOTHING, chance, gain, grid
from detente.brief.words import listing, percent, points


def why_blocks(facts: Facts) -> tuple[Block, ...]:
    """Refusals with points, strings, bodies, the nearest packages that live, answers on record."""
    if facts.offer is None:
        return (Text(f"{NOTHING}no proposal was known by {facts.as_of}; name a package with --package."),)
    offer = facts.offer
    blocks = _verdict(offer)
    if offer.refusals:
        blocks.append(_refusals(offer))
    if offer.strings:
        blocks.append(_strings(offer))
    if offer.killer:
        told = f"A single string kills it: {offer.killer}. Without it nobody needed refuses at mean values."
        blocks.append(Text(told))
    if any(b.needed for b in offer.bodies):
        rows = ((b.title, chance(b.accepts)) for b in offer.bodies if b.needed)
        blocks.append(grid("Bodies whose consent it needs", ("body", "accepts"), rows))
    if offer.nearest:
        blocks.append(_nearest(offer))
    elif not offer.acceptable:
        blocks.append(Text("No acceptable package was found."))
    if not offer.acceptable and offer.mends:
        blocks.append(
            grid(
                "What would have to give: smallest sets of refusals and strings, and the changes that go with"
                " them",
                ("without", "package"),
                offer.mends,
            )
        )
    if offer.answers:
        blocks.append(_answers(offer))
    return tuple(blocks)


def _verdict(offer: OfferFacts) -> list[Block]:
    verdict = "is acceptable to everyone needed" if offer.acceptable else "is not acceptable as it stands"
    return [
        Text(
            f"“{offer.title}” {verdict} at mean values. Nobody needed loses, and no string breaks, in"
            f" {percent(offer.all_accept.value)} of draws; with every string dropped in"
            f" {percent(offer.without_strings.value)}. The chance that all say yes at once, choices being"
            f" noisy, is {percent(offer.all_yes.value)}; with every string dropped"
            f" {percent(offer.all_yes_without_strings.value)}."
        ),
        Text(
            "It settles "
            + (listing([f"{issue}: {option}" for issue, option in offer.settles]) or "nothing")
            + "."
        ),
    ]


def _refusals(offer: OfferFacts) -> Table:
    rows = (
        (who, why, Cell("" if n is None else points(n.value), None, "bad"), detail)
        for who, why, n, detail in offer.refusals
    )
    return grid("Who refuses", ("who", "because", "points", "detail"), rows, numeric=(2,))


def _strings(offer: OfferFacts) -> Table:
    return grid(
        "Strings attached",
        ("string", "whose", "", "inferred from"),
        (
            (s.name, s.owner, Cell(s.state, None, "bad" if s.state == "broken" else ""), " ".join(s.src))
            for s in offer.strings
        ),
    )


def _nearest(offer: OfferFacts) -> Table:
    who = [name for name, _ in offer.nearest[0].gains]
    title = (
        "Acceptable packages nearby" if offer.acceptable else "Nearest packages that everyone needed accepts"
    )
    return grid(
        f"{title} (fewest changes first)",
        ("change", *(f"gain of {n}" for n in who)),
        (
            ("; ".join(f"{issue}: {a} → {b}" for issue, a, b in n.changes), *(gain(g) for _, g in n.gains))
            for n in offer.nearest
        ),
        numeric=range(1, 1 + len(who)),
    )


def _answers(offer: OfferFacts) -> Table:
    rows = (
        (who, answer, "" if n is None else percent(n.value), coding)
        for who, answer, n, coding in offer.answers
    )
    title = "Answers on record, beside the model's chance of a yes"
    return grid(title, ("who", "answered", "model: yes", "record"), rows, numeric=(2,))
