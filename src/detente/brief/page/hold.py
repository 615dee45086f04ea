"""Would it hold."""

from __future__ import annotations

from collections.abc import Iterator

from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.hold_values import HoldingFacts, OrderFacts, PatienceRow, WatchingFacts
from detente.brief.facts.values import Facts, HoldRow, Number
from detente.brief.page.cells import NOTHING, chance, gain, grid, span
from detente.brief.words import listing, percent, points

ORDERS = {
    "proposed": "in the order of the proposal",
    "single": "one step at a time, in the order that exposes the table least",
    "together": "up to two steps at once, in the order that exposes the table least",
}
MOST_STEPS = 12
WORTH_TELLING = 0.05
"""Points below which one order is no better than another."""


def hold_blocks(facts: Facts) -> tuple[Block, ...]:
    """Each deliverer and what keeps it to the deal, what watching buys, phases, spoilers, levers."""
    blocks: list[Block] = []
    if facts.hold:
        blocks.append(_deliverers(facts))
    else:
        blocks.append(Text(f"{NOTHING}no package is on the table, or nobody in it has anything to deliver."))
    if facts.holding is not None:
        if facts.holding.watching is not None:
            blocks.append(_watching(facts.holding.watching))
        blocks += _phases(facts.holding)
    if facts.spoilers:
        blocks.append(_spoilers(facts))
    if facts.holding is not None and facts.holding.pulled:
        blocks.append(_pulled(facts.holding))
    if facts.levers:
        blocks.append(_levers(facts))
    return tuple(blocks)


def _deliverers(facts: Facts) -> Table:
    title = facts.offer.title if facts.offer else "the package"
    drawn = {p.party: p for p in facts.holding.patience} if facts.holding else {}
    return grid(
        f"{title[:1].upper()}{title[1:]}: who must deliver, and what keeps them to it",
        (
            "deliverer",
            "delivers",
            "temptation",
            "patience, watched",
            "patience, unwatched",
            "who would punish",
        ),
        (
            (
                h.title,
                ", ".join(h.delivers),
                Cell(points(h.temptation.value), None, "bad" if h.temptation.value > 0 else "good"),
                _patience(h.watched, h.verdict, None if d is None else d.watched),
                _patience(h.unwatched, h.verdict_unwatched, None if d is None else d.unwatched),
                _punishers(h, d),
            )
            for h in facts.hold
            for d in (drawn.get(h.party),)
        ),
        numeric=(2,),
        note=(
            "Temptation: what breaking it brings at once, in the deliverer's points. Patience: the weight on"
            " the next period at which keeping the deal pays, with its 80 % interval over draws; 1 would be"
            " endless patience, ‘never’ is more than that. In brackets after a name: the share of draws in"
            " which stopping too would pay it."
        ),
    )


def _punishers(row: HoldRow, drawn: PatienceRow | None) -> str:
    """Who would punish, with how surely; also those who would only in some draws."""
    if drawn is None:
        return ", ".join(row.punishers) or "nobody"
    told = [f"{who} ({percent(n.value)})" for who, n in drawn.punishers if who in row.punishers]
    return ", ".join(told) or "nobody"


def _patience(number: Number | None, verdict: str, ends: tuple[Number | None, Number | None] | None) -> str:
    """Patience at mean values and its interval over draws, either end of which may be "never"."""
    told = f"{number.value:.2f}" if number is not None and verdict == "needs patience" else verdict
    if ends is None:
        return told
    low, high = ("never" if end is None else f"{end.value:.2f}" for end in ends)
    same = (low, high) in (("never", "never"), ("0.00", "0.00"))
    return told if same else f"{told} ({low} to {high})"


def _watching(found: WatchingFacts) -> Table:
    return grid(
        f"What watching buys: the patience that {found.title} needs",
        ("breach seen, per period", *(_alarms(f) for f in found.false_alarms)),
        (
            (percent(seen), *("never" if n is None else f"{n.value:.2f}" for n in line))
            for seen, line in zip(found.detections, found.patience, strict=True)
        ),
        numeric=tuple(range(1, 1 + len(found.false_alarms))),
        note=(
            "Of those whom some patience keeps, it needs the most. A false alarm ends the deal though nobody"
            " broke it, so that what punishes breaches also shortens a deal that all keep."
        ),
    )


def _alarms(chance: float) -> str:
    if chance == 0:
        return "no false alarms"
    return f"false alarms {percent(chance)}: lasts {1 / chance:.0f} periods at most"


def _phases(found: HoldingFacts) -> Iterator[Block]:
    if found.steps > MOST_STEPS:
        yield Text(
            f"Carrying it out takes {found.steps} steps; orders are compared for at most {MOST_STEPS}."
        )
    shown: list[OrderFacts] = []
    for order in found.orders:
        if order.kind == "together" and shown and not _better(order, shown[-1]):
            continue
        shown.append(order)
        yield _order(found, order)


def _better(order: OrderFacts, than: OrderFacts) -> bool:
    """Whether taking steps together spares somebody at the table something, or keeps the strings."""
    return than.loss.value - order.loss.value > WORTH_TELLING or (order.bound and not than.bound)


def _order(found: HoldingFacts, order: OrderFacts) -> Table:
    worst = [f"{who} {points(n.value)} ({span(n)})" for who, n in zip(found.table, order.worst, strict=True)]
    told = f"At its worst moment on the way, with the 80 % interval: {listing(worst)}."
    if not order.bound:
        told += " At some stage a string is broken for a while."
    return grid(
        f"Carried out {ORDERS[order.kind]}: gains if it stopped there",
        ("after", *found.table, "other deliverers then worse off", "would rather stop there"),
        (
            (
                f"{place}. {', '.join(row.carried)}",
                *(gain(n) for n in row.gains),
                ", ".join(row.worse),
                ", ".join(row.stops),
            )
            for place, row in enumerate(order.rows, start=1)
        ),
        numeric=tuple(range(1, 1 + len(found.table))),
        note=told,
    )


def _spoilers(facts: Facts) -> Table:
    return grid(
        "Spoilers: who did not consent and loses by it",
        ("party", "gain", "its best lever would bring it"),
        (
            (s.party, gain(s.gain), "it has none" if s.pulled is None else gain(s.pulled))
            for s in facts.spoilers
        ),
        numeric=(1, 2),
        note="A lever is worth pulling where it brings more than it costs.",
    )


def _pulled(found: HoldingFacts) -> Table:
    return grid(
        "If a spoiler uses its lever: the package then",
        ("lever", "of", "brings it", "pays it in", *found.table, "who refuses only then"),
        (
            (
                f"{row.lever} (kept up)" if row.kept else row.lever,
                row.owner,
                gain(row.worth),
                chance(row.likely),
                *(gain(n) for n in row.table),
                ", ".join(row.refuses) or "nobody",
            )
            for row in found.pulled
        ),
        numeric=tuple(range(2, 4 + len(found.table))),
        note=(
            "Gains above no deal with the lever used, at mean values. Effects add up, so a lever moves"
            " nobody's temptation; it may turn a gain into a loss."
        ),
    )


def _levers(facts: Facts) -> Table:
    return grid(
        "Levers: what each party can do alone",
        ("lever", "owner", "now", "this package", "worth to its owner", f"to {facts.principal_title}"),
        (
            (
                x.title,
                x.owner,
                "in place" if x.in_place else "threat",
                "" if x.ended is None or not x.in_place else "ends it" if x.ended else "leaves it",
                gain(x.worth),
                gain(x.to_principal),
            )
            for x in facts.levers
        ),
        numeric=(4, 5),
        note=(
            "Cost taken off. A threat that is worth less than nothing to its owner is not credible by itself."
        ),
    )
