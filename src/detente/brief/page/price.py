"""What it is worth."""

from __future__ import annotations

from collections.abc import Iterator

from detente.brief.charts import price_picture
from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.price_values import CompensationRow, ExchangeFacts, RateRow, RemedyRow, SwapRow
from detente.brief.facts.values import Facts, LadderFacts
from detente.brief.page.cells import NOTHING, chance, gain, grid, span
from detente.brief.words import listing, percent, points

NO_RUNG = "nothing: the deliveries alone do not pay"
COLUMNS, RATES, SWAPS = 5, 8, 6
SURE = 0.95


def price_blocks(facts: Facts) -> tuple[Block, ...]:
    """A ladder, its ceilings and what makes good for its rungs, for each thing that the other side asks;
    then exchange rates between issues and the swaps that pay both."""
    blocks: list[Block] = []
    for ladder in facts.ladders:
        blocks += [price_picture(ladder, ladder.payer, _rungs(ladder)), _ceilings(ladder)]
        if ladder.compensations:
            blocks.append(_compensations(ladder))
    if not facts.ladders:
        told = f"{NOTHING}the other side asks nothing on this table that costs {facts.principal_title}."
        blocks.append(Text(told))
    if facts.exchange is not None:
        blocks += _exchange(facts.exchange)
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
    """Which strings the ladder breaks, together where they break from the same rung on."""
    first: dict[str, str] = {}
    for rung in ladder.rungs:
        for name in rung.breaks:
            first.setdefault(name, rung.title)
    by_rung: dict[str, list[str]] = {}
    for name, title in first.items():
        by_rung.setdefault(title, []).append(name)
    return " ".join(f"From “{title}” on: breaks {listing(names)}." for title, names in by_rung.items())


def _ceilings(ladder: LadderFacts) -> Table:
    lowest = ladder.lowest_owners
    told = f" Lowest as evidenced among those who own the issue: {'; '.join(lowest)}." if lowest else ""
    return grid(
        f"{ladder.title}: the walk-away ceiling of each payer (asked by {ladder.asker})",
        ("payer", "owns the issue", "as claimed", "as evidenced"),
        (
            (who, "yes" if owns else "no", claimed or NO_RUNG, evidenced or NO_RUNG)
            for who, claimed, evidenced, owns in ladder.ceilings
        ),
        note="Who gains from the deliveries may not be who pays." + told,
    )


def _compensations(ladder: LadderFacts) -> Table:
    """What makes the principal whole, rung by rung: the remedy most worth telling of each."""
    bounded = any(not row.proven for row in ladder.compensations)
    note = (
        f"The fewest rungs elsewhere that leave {ladder.payer} as well off as before the move and by which"
        f" {ladder.asker} still gains (else just the fewest), deliveries performed. All told: move and"
        " compensation together."
    )
    if all(row.accepted is None for row in ladder.compensations):
        note += " No package with any of these moves makes good for it and is acceptable to all needed."
    return grid(
        f"{ladder.title}: what would make good for each rung to {ladder.payer}",
        ("rung", "costs", "made good by", f"{ladder.asker}, all told", "all needed accept"),
        (row for rung in ladder.compensations for row in _remedies(rung)),
        numeric=(1, 3),
        note=note + (" The search was cut short: something nearer may exist." if bounded else ""),
    )


def _remedies(rung: CompensationRow) -> Iterator[tuple[Cell | str, ...]]:
    costs = points(rung.costs.value, sign=False)
    first = rung.pays_both or rung.nearest
    if first is None:
        yield rung.title, costs, "nothing within these issues", "", ""
        return
    yield _remedy(rung.title, costs, first)
    if rung.accepted is not None and not first.accepted:
        yield _remedy("", "", rung.accepted)


def _remedy(title: str, costs: str, found: RemedyRow) -> tuple[Cell | str, ...]:
    changes = "; ".join(f"{issue}: {after}" for issue, _, after in found.changes)
    return title, costs, changes, gain(found.asker), "yes" if found.accepted else "no"


def _exchange(found: ExchangeFacts) -> Iterator[Block]:
    if found.rates:
        yield _rates(found)
    elif found.unpaid:
        yield Text(
            f"Around {found.around} no single issue makes good to {found.party} for a rung on"
            f" {listing(found.unpaid)}."
        )
    if found.swaps:
        yield _swaps(found)
    else:
        yield Text(f"No swap of two issues around {found.around} pays both {found.party} and {found.other}.")


def _rates(found: ExchangeFacts) -> Table:
    rows, columns = found.rates[:RATES], found.columns[:COLUMNS]
    left = [
        *(f"{len(found.rates) - RATES} rows" for _ in range(len(found.rates) > RATES)),
        *(f"{len(found.columns) - COLUMNS} columns" for _ in range(len(found.columns) > COLUMNS)),
    ]
    note = (
        "Costs: points for one rung up the ladder. In the columns: how many rungs up (+) or down (−) there"
        " make good for it at mean values; in brackets, where below 95 %, the share of draws in which some"
        " option there does."
    )
    if found.unpaid:
        note += f" No single issue makes good for a rung on {listing(found.unpaid)}."
    if left:
        note += f" Left out: {listing(left)} with fewer rates; --json has all."
    return grid(
        f"Exchange rates of {found.party} around {found.around}: one rung in rungs of other issues",
        ("one rung on", "costs", *columns),
        ((row.title, points(row.costs.value, sign=False), *_cells(found, row)) for row in rows),
        numeric=tuple(range(1, 2 + len(columns))),
        note=note,
    )


def _cells(found: ExchangeFacts, row: RateRow) -> Iterator[Cell | str]:
    shares = dict(zip((c for c in found.columns if c != row.title), row.possible, strict=True))
    for title, rungs in list(zip(found.columns, row.rungs, strict=True))[:COLUMNS]:
        if rungs is None:
            yield Cell("–", None, "faint")
        else:
            share = shares[title].value
            doubt = f" ({percent(share)})" if round(share, 2) < SURE else ""
            yield f"{'+' if rungs > 0 else '−'}{abs(rungs)}{doubt}"


def _swaps(found: ExchangeFacts) -> Table:
    more = len(found.swaps) - SWAPS
    note = "Against the package around them; ‘both gain’ is the share of draws in which both do."
    if more > 0:
        note += f" {more} more, which bring one of them less, are left out."
    if not any(row.accepted for row in found.swaps):
        note += " None of them by itself makes the package acceptable to everyone needed."
    return grid(
        f"Swaps around {found.around} that pay both, of {found.pairs} pairs of issues and single changes",
        ("change", "and", found.party, found.other, "both gain", "all needed accept"),
        (_swap(row) for row in found.swaps[:SWAPS]),
        numeric=(2, 3, 4),
        note=note,
    )


def _swap(row: SwapRow) -> tuple[Cell | str, ...]:
    told = [f"{issue}: {after}" for issue, _, after in row.changes]
    second = told[1] if len(told) > 1 else "(alone)"
    accepted = "yes" if row.accepted else "no"
    return told[0], second, gain(row.first), gain(row.second), chance(row.both), accepted
