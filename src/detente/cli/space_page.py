"""Pages of an outcome-space file on the terminal: what can be agreed, why, at what price, would it hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detente.cli.space_facts import Facts, gather
from detente.deals.formats.places import printable

if TYPE_CHECKING:
    from rich.console import Console

    from detente.deals.space import DealSpace

ROWS = 12
"""Points and moves shown before "… and n more"."""


def show_space(
    path: Path,
    space: DealSpace,
    page: str,
    *,
    package: str | None = None,
    issue: str | None = None,
    as_json: bool = False,
    quiet: bool = False,
) -> None:
    """Print one page ("deals", "price", "why" or "holds") of a space that was read from `path`.

    `as_json`: all pages as one object instead (see `gather`). Raises InputError for unknown names.
    Cost: the frontier and one explanation.
    """
    from detente.cli.asking import show_progress
    from detente.cli.commands import _console

    say = None if quiet else show_progress
    try:
        facts = gather(path, space, package=package, issue=issue, say=say)
    finally:
        if say:
            say("")
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False))
        return
    console = _console()
    console.print(f"{path}: {_summary(facts['space'])}", style="dim")
    printers: dict[str, Callable[[Facts, Console], None]] = {
        "deals": print_deals,
        "price": print_price,
        "why": print_why,
        "holds": print_hold,
    }
    printers[page](facts, console)


def print_space(facts: Facts, console: Console) -> None:
    """What a space consists of: parties, issues, packages, factors, rules."""
    console.print(_summary(facts))
    rows = [
        (
            party["name"],
            "yes" if party["at_table"] else "no",
            _told(party["no_deal"]),
            "" if party["cap"] is None else _told(party["cap"]),
        )
        for party in facts["parties"]
    ]
    columns = ["party", "at the table", "no deal is worth", "at most"]
    print_table(console, "Parties", columns[: 3 + any(r[3] for r in rows)], rows)
    issues = [
        (issue["name"], str(len(issue["options"])), _some(issue["options"], 6)) for issue in facts["issues"]
    ]
    print_table(console, "Issues", ["issue", "options", ""], issues)


def print_deals(facts: Facts, console: Console) -> None:
    """The frontier, the zone of agreement and the solutions."""
    front, zone = facts["frontier"], facts["zone"]
    seats = _seats(facts)
    proof = (
        f"exact (engine: {front['engine']})"
        if front["status"] == "exact"
        else f"bounded: off by at most {_told(front['epsilon'])} points (engine: {front['engine']})"
    )
    console.print(f"Frontier: {len(front['points'])} points, {proof}.")
    if zone["exists"]:
        most = "; ".join(f"{name} {_told(points)}" for name, points in zone["most"].items())
        console.print(f"There is a zone of agreement. The most that each gains in it: {printable(most)}.")
    else:
        console.print("There is no zone of agreement: no package is accepted by everybody needed.")
        _print_openers(zone["opened_by"], console)
    rows = [_package_row(point, seats, "utilities") for point in front["points"]]
    print_table(console, "Points of the frontier, in utilities", [*seats, "package"], rows)
    solutions = [
        (
            s["title"],
            *(_package_row(s["packages"][0], seats, "gains") if s["packages"] else ["", *[""] * len(seats)]),
        )
        for s in facts["solutions"]
    ]
    if zone["exists"]:
        print_table(console, "Solutions, in gains above no deal", ["solution", *seats, "package"], solutions)


def print_why(facts: Facts, console: Console) -> None:
    """Who accepts and refuses a package, what would do, and what lives nearby."""
    why = facts["why"]
    _print_package(facts, console)
    console.print("It is accepted." if why["accepted"] else "It is not accepted.")
    rows: list[Sequence[str]] = [
        (s["party"], s["role"], _told(s["gain"]), _told(s["needs"]), s["manner"], ", ".join(s["options"]))
        for s in why["says"]
    ]
    print_table(console, "Who must say yes", ["party", "as", "gains", "needs", "says", "to"], rows)
    others = [r for r in why["refusals"] if r["why"] not in ("gain", "consent", "keeps")]
    print_table(
        console,
        "What else stands in the way",
        ["what", "detail"],
        [(r["why"].replace("_", " "), r["detail"]) for r in others],
    )
    if not why["accepted"]:
        rows = [
            (_changed(c["changes"]), "; ".join(f"{k} of {n}" for k, n in c["drop"])) for c in why["would_do"]
        ]
        print_table(console, "What would do", ["change", "and without the"], rows)
        _print_openers(why["opened_by"], console)
    seats = _seats(facts)
    rows = [(*(_told(n["gains"][s]) for s in seats), _changed(n["changes"])) for n in why["nearest"]]
    proven = "" if why["nearest_proven"] else " (nearer ones may exist)"
    print_table(console, f"Nearest packages that are accepted{proven}, in gains", [*seats, "change"], rows)


def print_price(facts: Facts, console: Console) -> None:
    """What moves on one issue cost the parties at the table."""
    price = facts["price"]
    _print_package(facts, console)
    told = f"Moves on {price['issue']}, from {price['from']}: points lost (negative: gained)."
    console.print(printable(told))
    rows = []
    for move in price["moves"]:
        for cost in move["costs"]:
            made = cost["made_whole_by"]
            whole = "" if made is None else f"{made['issue']}={made['option']}"
            if made is None and cost["points"] > 0:
                whole = "no single step"
            rows.append((move["to"], cost["party"], _told(cost["points"]), whole))
    print_table(console, "", ["to", "party", "loses", "made whole by"], rows, most=len(rows))


def print_hold(facts: Facts, console: Console) -> None:
    """Whether a package would be kept."""
    hold = facts["hold"]
    _print_package(facts, console)
    if hold["verdict"] is None:
        console.print("The file does not say who carries what out, so whether it would hold is not told.")
        return
    console.print(
        f"Would it hold: {hold['verdict']} (a breach is seen with chance {hold['detection']:g} per period, "
        f"wrongly with {hold['false_alarm']:g})."
    )
    rows = [
        (
            d["party"],
            ", ".join(d["delivers"]),
            ", ".join(d["defects"]),
            _told(d["temptation"]),
            "none" if d["delta_star"] is None else _told(d["delta_star"]),
            d["verdict"],
        )
        for d in hold["deliverers"]
    ]
    columns = ["who delivers", "what", "would leave undone", "tempted by", "patience needed", "verdict"]
    print_table(console, "", columns, rows)
    spoilers = [(s["party"], _told(s["gain"])) for s in hold["spoilers"]]
    print_table(console, "Who loses and was not asked", ["party", "gains"], spoilers)


def print_table(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], most: int = ROWS
) -> None:
    """A table of at most `most` rows, then how many more there are; nothing where there are none."""
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    grid = Table(box=None, pad_edge=False)
    for place, column in enumerate(columns):
        numeric = all(_is_number(row[place]) for row in rows)
        grid.add_column(
            Text(column, style="underline"), justify="right" if numeric else "left", overflow="fold"
        )
    for row in rows[:most]:
        grid.add_row(*(Text(printable(cell)) for cell in row[: len(columns)]))
    console.print()
    if title:
        console.print(title, style="bold")
    console.print(grid)
    if len(rows) > most:
        console.print(f"… and {len(rows) - most} more", style="dim")


def _print_package(facts: Facts, console: Console) -> None:
    package = facts["package"]
    chosen = ", ".join(f"{i}={o}" for i, o in package["options"].items())
    console.print(f"Package ({package['name']}): {printable(chosen)}")


def _print_openers(openers: Sequence[Facts], console: Console) -> None:
    told = "; ".join(f"{o['kind']} of {o['name']}" for o in openers)
    if told:
        console.print(f"Any one of these alone would open it: {printable(told)}.")


def _summary(space: Facts) -> str:
    parts = [
        f"{len(space['parties'])} parties",
        f"{len(space['issues'])} issues",
        f"{_count(space['packages'])} packages",
        *(f"{count} × {kind}" for kind, count in space["factors"].items()),
        *(f"{kind} ({count})" for kind, count in space["rules"].items()),
    ]
    return ", ".join(parts)


def _seats(facts: Facts) -> list[str]:
    return [party["name"] for party in facts["space"]["parties"] if party["at_table"]]


def _package_row(point: Facts, seats: Sequence[str], scale: str) -> list[str]:
    chosen = ", ".join(f"{i}={o}" for i, o in point["options"].items())
    return [*(_told(point[scale][name]) for name in seats), chosen]


def _changed(changes: Sequence[Facts]) -> str:
    return "; ".join(f"{c['issue']}: {c['from']} → {c['to']}" for c in changes) or "nothing"


def _told(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 9) + 0.0:.4g}"


def _count(value: int) -> str:
    return f"{value:,}" if value < 10**9 else f"{value:.2e}"


def _some(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (f", … {names[-1]}" if len(names) > most else "")


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace("-", "").replace("e+", "").isdigit() or text in ("", "–")
