"""What it is worth."""

from __future__ import annotations

from detente.brief.charts import price_picture
from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.values import Facts, LadderFacts
from detente.brief.page.cells import NOTHING, gain, grid, span
from detente.brief.words import percent

NO_RUNG = "nothing: the deliveries alone do not pay"


def price_blocks(facts: Facts) -> tuple[Block, ...]:
    """A ladder and its ceilings for each thing that the other side asks."""
    if not facts.ladders:
        return (
            Text(f"{NOTHING}the other side asks nothing on this table that costs {facts.principal_title}."),
        )
    blocks: list[Block] = []
    for ladder in facts.ladders:
        blocks += [price_picture(ladder, ladder.payer, _rungs(ladder)), _ceilings(ladder)]
    return tuple(blocks)


def _rungs(ladder: LadderFacts) -> Table:
    return grid(
        f"{ladder.title}: expected gain of {ladder.payer} with {ladder.paid_with}, rung by rung",
        ("rung", "claimed", "80 % interval", "payable", "evidenced", "80 % interval", "payable", "strings"),
        (
            (
                r.title,
                gain(r.claimed),
                span(r.claimed),
                percent(r.payable_claimed.value),
                gain(r.evidenced),
                span(r.evidenced),
                percent(r.payable_evidenced.value),
                Cell("breaks" if r.breaks else "", None, "bad"),
            )
            for r in ladder.rungs
        ),
        numeric=(1, 2, 3, 4, 5, 6),
        note=(
            f"Payable: share of draws in which {ladder.payer} still gains, given the chance that what others"
            f" deliver is performed, overruling its own side paid. {_broken(ladder)}"
        ),
    )


def _broken(ladder: LadderFacts) -> str:
    """Which strings the ladder breaks, each from its first rung on."""
    first: dict[str, str] = {}
    for rung in ladder.rungs:
        for name in rung.breaks:
            first.setdefault(name, rung.title)
    return " ".join(f"From “{title}” on: breaks {name}." for name, title in first.items())


def _ceilings(ladder: LadderFacts) -> Table:
    lowest = (
        f" Lowest ceiling among those who own the issue: {ladder.lowest_owner}."
        if ladder.lowest_owner
        else ""
    )
    return grid(
        f"{ladder.title}: the walk-away ceiling of each payer (asked by {ladder.asker})",
        ("payer", "owns the issue", "as claimed", "as evidenced"),
        (
            (who, "yes" if owns else "no", claimed or NO_RUNG, evidenced or NO_RUNG)
            for who, claimed, evidenced, owns in ladder.ceilings
        ),
        note="Who gains from the deliveries may not be who pays." + lowest,
    )
