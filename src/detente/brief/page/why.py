"""Why an offer fails or stands."""

from __future__ import annotations

from collections.abc import Iterator

from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.values import (
    Facts,
    GroundRow,
    MakerRow,
    Number,
    OfferFacts,
    SayRow,
    ShortRow,
    StringFacts,
)
from detente.brief.page.cells import NOTHING, faint, gain, grid
from detente.brief.page.closed import closed_blocks
from detente.brief.words import listing, percent, points

GROUNDS = 3
GIVES = 4
MAKERS = 2
PAYERS = 2


def why_blocks(facts: Facts) -> tuple[Block, ...]:
    """Whose yes is needed and who refuses, strings with what they rest on, what would mend it."""
    if facts.offer is None:
        return (Text(f"{NOTHING}no proposal was known by {facts.as_of}; name a package with --package."),)
    offer = facts.offer
    return (
        *_verdict(offer),
        *_refusals(offer),
        *_strings(offer),
        *_repairs(offer),
        *([] if offer.closed is None else closed_blocks(offer.closed)),
        *_answers(facts, offer),
    )


def _verdict(offer: OfferFacts) -> Iterator[Block]:
    verdict = "is acceptable to everyone needed" if offer.acceptable else "is not acceptable as it stands"
    loses, noisy = f"{percent(offer.all_accept.value)} of draws", percent(offer.all_yes.value)
    if offer.strings:
        loses += f"; with every string dropped, in {percent(offer.without_strings.value)}"
        noisy += f"; with every string dropped {percent(offer.all_yes_without_strings.value)}"
    yield Text(
        f"At mean values “{offer.title}” {verdict}.{_because(offer)} Nobody needed loses by it, and no string"
        f" breaks, in {loses}. The chance that all say yes at once, choices being noisy, is {noisy}."
    )
    settled = "; ".join(f"{issue}: {option}" for issue, option in offer.settles)
    yield Text(f"It settles: {settled or 'nothing'}.")


def _because(offer: OfferFacts) -> str:
    """The reason in a sentence, where it is a single one."""
    if offer.killer:
        return f" One string alone stands in its way: “{offer.killer}”."
    who = list(dict.fromkeys(name for name, _, _, _ in offer.refusals if name))
    return f" {listing(who)} would refuse it." if who else ""


def _refusals(offer: OfferFacts) -> Iterator[Block]:
    impossible = [detail for who, _, _, detail in offer.refusals if not who]
    if impossible:
        yield Text(f"Nobody could agree to it: {listing(impossible)}.")
    if offer.says:
        yield grid(
            "Whose yes it needs",
            ("who", "role", "gain", "enough", "better off", "says yes", "manner"),
            (_say(row) for row in offer.says),
            numeric=(2, 3, 4, 5),
        )
    rows = [(who, why, detail) for who, why, _, detail in offer.refusals if who and detail]
    if rows and not offer.killer:
        yield grid("What the refusals are about", ("who", "because", "over"), rows)
    if offer.short:
        yield grid(
            "What would make each refuser whole, one change at a time",
            ("who", "misses", "change", "paid by", "then still in the way"),
            (line for row in offer.short for line in _short(row)),
            numeric=(1,),
        )
    if len(offer.gives) > 1:
        yield grid(
            "What would carry it as it stands: any one of these rows, giving way together",
            ("what gives way",),
            ((group,) for group in offer.gives[:GIVES]),
            note=f"{len(offer.gives) - GIVES} larger ones left out" if len(offer.gives) > GIVES else "",
        )


def _say(row: SayRow) -> tuple[Cell | str, ...]:
    return (
        row.who,
        row.role,
        "" if row.gain is None else gain(row.gain),
        "" if row.bar is None else points(row.bar.value),
        percent(row.better_off.value),
        "" if row.says_yes is None else percent(row.says_yes.value),
        Cell(row.manner, None, "bad" if row.manner.startswith("refuses") else ""),
    )


def _short(row: ShortRow) -> Iterator[tuple[Cell | str, ...]]:
    missing = "no points help" if row.points is None else points(row.points.value, sign=False)
    listed = list(dict.fromkeys((*row.transfers, *row.makers)))[:MAKERS]
    if not listed:
        yield (row.who, missing, faint("no single change"), "", "")
    for place, maker in enumerate(listed):
        paid = " (payment)" if maker in row.transfers else ""
        first = (row.who, missing) if place == 0 else ("", "")
        yield (*first, _arrow(maker) + paid, _pay(maker.payers), _left(maker))


def _arrow(maker: MakerRow) -> str:
    issue, before, after = maker.change
    return f"{issue}: {before} → {after}"


def _left(maker: MakerRow) -> str:
    """What a change leaves in the way, counted where it is much."""
    return "; ".join(maker.left) or "nothing" if len(maker.left) < 3 else f"{len(maker.left)} other things"


def _pay(payers: tuple[tuple[str, Number], ...]) -> str:
    told = [f"{who} {points(n.value)}" for who, n in payers[:PAYERS]]
    more = f" and {len(payers) - PAYERS} more" if len(payers) > PAYERS else ""
    return ", ".join(told) + more if told else "nobody needed"


def _strings(offer: OfferFacts) -> Iterator[Block]:
    if not offer.strings:
        return
    who = list(dict.fromkeys(name for s in offer.strings for name, _ in s.worth))
    yield grid(
        "Strings attached, and what honouring each is worth around this package",
        ("string", "whose", "", *who),
        (_string(s, who) for s in offer.strings),
        numeric=range(3, 3 + len(who)),
        note="above zero: more than if it were ignored",
    )
    for string in offer.strings:
        if string.state == "broken":
            yield from _broken(string)


def _string(string: StringFacts, who: list[str]) -> tuple[Cell | str, ...]:
    worth = dict(string.worth)
    state = Cell(string.state, None, "bad" if string.state == "broken" else "")
    return (string.name, string.owner, state, *(gain(worth[n]) if n in worth else "" for n in who))


def _broken(string: StringFacts) -> Iterator[Block]:
    """What a broken string costs, and what it is read from."""
    dear = [f"{who} {points(n.value, sign=False)}" for who, n in string.costs if n.value > 0]
    told = f" What it takes off the best acceptable package, in points: {listing(dear)}." if dear else ""
    if string.why or told:
        yield Text(f"“{string.name}”, of {string.owner}: {string.why}{told}")
    if string.grounds:
        rest = len(string.grounds) - GROUNDS
        yield grid(
            f"What “{string.name}” is read from",
            ("date", "what", "source"),
            ((g.day, g.text, _publishers(g)) for g in string.grounds[:GROUNDS]),
            note=f"{rest} more in the evidence" if rest > 0 else "",
        )


def _publishers(row: GroundRow) -> str:
    """Who printed it: two at most, and how many more."""
    names = list(dict.fromkeys(row.publishers))
    return listing(names[:2]) if len(names) < 3 else f"{', '.join(names[:2])} and {len(names) - 2} more"


def _repairs(offer: OfferFacts) -> Iterator[Block]:
    if offer.nearest:
        yield _nearest(offer)
    elif not offer.acceptable and offer.closed is None:
        yield Text("No acceptable package was found.")
    if not offer.acceptable and len(offer.mends) > (1 if offer.killer else 0):
        title = "What would have to give, and with which changes to the package"
        yield grid(title, ("without", "package"), offer.mends)


def _nearest(offer: OfferFacts) -> Table:
    who = [name for name, _ in offer.nearest[0].gains]
    title = "Acceptable packages nearby" if offer.acceptable else "The fewest changes that everyone accepts"
    return grid(
        title,
        ("change", *(f"gain of {n}" for n in who)),
        (
            ("; ".join(f"{issue}: {a} → {b}" for issue, a, b in n.changes), *(gain(g) for _, g in n.gains))
            for n in offer.nearest
        ),
        numeric=range(1, 1 + len(who)),
        note="" if offer.nearest_proven else "nearer ones are not ruled out",
    )


def _answers(facts: Facts, offer: OfferFacts) -> Iterator[Block]:
    if not offer.answers:
        return
    record = {row.id: row for row in facts.observations}
    rows = []
    for who, answer, n, coding in offer.answers:
        row = record.get(coding)
        read = (row.day, row.text) if row is not None else ("", "")
        rows.append((who, answer, "" if n is None else percent(n.value), *read))
    title = "Answers on record, beside the model's chance of a yes"
    yield grid(title, ("who", "answered", "model: yes", "date", "what"), rows, numeric=(2,))
