"""Would it hold."""

from __future__ import annotations

from detente.brief.document import Block, Cell, Text
from detente.brief.facts.values import Facts, Number
from detente.brief.page.cells import NOTHING, grid
from detente.brief.words import points


def hold_blocks(facts: Facts) -> tuple[Block, ...]:
    """Each deliverer: temptation, patience needed watched and unwatched, who would punish."""
    if not facts.hold:
        return (Text(f"{NOTHING}no package is on the table, or nobody in it has anything to deliver."),)
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
    return (table,)


def _patience(number: Number | None, verdict: str) -> str:
    return f"{number.value:.2f}" if number is not None and verdict == "needs patience" else verdict
