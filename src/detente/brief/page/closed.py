"""Why there is no deal at all, and what would make one."""

from __future__ import annotations

from collections.abc import Iterator

from detente.brief.document import Block, Text
from detente.brief.facts.values import ClosedFacts, MendRow
from detente.brief.page.cells import grid
from detente.brief.words import points

SHOWN = 6


def closed_blocks(closed: ClosedFacts) -> Iterator[Block]:
    """What closes the zone together, what would have to give, and the single things that would open it."""
    yield Text(
        "No package at all is acceptable to everyone needed at mean values. What follows is about the whole"
        " table, not about this offer alone."
    )
    if closed.openers:
        yield grid("What alone would open it", ("any one of",), ((what,) for _, what in closed.openers))
    else:
        yield Text("No single party, string or lever closes it alone.")
    if closed.mends:
        yield grid(
            "What would have to give for there to be a deal: smallest sets first",
            ("without", "missing", "package, against the offer"),
            (_mend(row) for row in closed.mends[:SHOWN]),
            note=_note(closed),
        )
    if closed.conflicts:
        yield grid(
            "What closes it: each row by itself leaves no deal, whatever else gives way",
            ("together",),
            ((conflict,) for conflict in closed.conflicts[:SHOWN]),
            note=_left(len(closed.conflicts) - SHOWN),
        )


def _left(more: int) -> str:
    return f"{more} larger ones left out" if more > 0 else ""


def _mend(row: MendRow) -> tuple[str, str, str]:
    missing = ", ".join(f"{who} {points(n.value, sign=False)}" for who, n in row.short)
    changes = "; ".join(f"{issue}: {a} → {b}" for issue, a, b in row.changes) or "the offer as it stands"
    return row.drop, missing, changes


def _note(closed: ClosedFacts) -> str:
    left = len(closed.mends) - SHOWN
    if left > 0:
        return f"{left} more of these were found" + ("" if closed.whole else ", and there may be others")
    if closed.whole:
        return "these are all there are"
    return f"looked for sets of at most {closed.size}" if closed.size else "there may be others"
