"""Would it hold."""

from __future__ import annotations

from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.values import Facts, Number
from detente.brief.page.cells import NOTHING, gain, grid
from detente.brief.words import points


def hold_blocks(facts: Facts) -> tuple[Block, ...]:
    """Each deliverer: temptation, patience needed watched and unwatched, who would punish."""
    levers = (_levers(facts),) if facts.levers else ()
    if not facts.hold:
        return (
            *levers,
            Text(f"{NOTHING}no package is on the table, or nobody in it has anything to deliver."),
        )
    title = facts.offer.title if facts.offer else "the package"
    table = grid(
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
                _patience(h.watched, h.verdict),
                _patience(h.unwatched, h.verdict_unwatched),
                ", ".join(h.punishers) or "nobody",
            )
            for h in facts.hold
        ),
        numeric=(2,),
        note=(
            "Temptation: what breaking it brings at once, in the deliverer's points. Patience: the weight on"
            " the next period at which keeping the deal pays; 1 would be endless patience. Carrying out in"
            " phases is not modelled yet."
        ),
    )
    return (table, *((_spoilers(facts),) if facts.spoilers else ()), *levers)


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


def _patience(number: Number | None, verdict: str) -> str:
    return f"{number.value:.2f}" if number is not None and verdict == "needs patience" else verdict
