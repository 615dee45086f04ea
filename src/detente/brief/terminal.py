"""The briefing on a terminal: one Document, plain when piped, colour only where it is welcome."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as Styled

from detente.brief.document import Cell, Document, Picture, Points, Section, Table, Text
from detente.brief.words import visible

TONES = {"good": "green", "bad": "red", "faint": "dim", "": ""}
BAR = 6


def print_document(document: Document, console: Console) -> None:
    """Write a Document to `console`. Cost: linear in the document."""
    if document.marking:
        console.print(_plain(document.marking, style="bold reverse"), justify="center")
    console.print(_plain(document.title, style="bold"))
    console.print(_plain(document.subtitle))
    console.print(_plain(document.facts_line, style="dim"))
    for warning in document.warnings:
        console.print(_plain(f"! {warning}", style="yellow"))
    for section in document.sections:
        print_section(section, console)
    if document.marking:
        console.print(_plain(document.marking, style="bold reverse"), justify="center")


def print_section(section: Section, console: Console) -> None:
    """Write one section."""
    console.print()
    console.rule(_plain(section.title, style="bold"), align="left")
    if section.question:
        console.print(_plain(section.question, style="italic dim"))
    for block in section.blocks:
        console.print()
        if isinstance(block, Text):
            console.print(_plain(block.text, style=TONES[block.tone]))
        elif isinstance(block, Points):
            _print_points(block, console)
        elif isinstance(block, Picture):
            if block.terminal:
                _print_table(block.table, console)
        else:
            _print_table(block, console)


def _print_points(block: Points, console: Console) -> None:
    for number, (head, lines, _) in enumerate(block.entries, 1):
        console.print(Padding(_plain(f"{number}. {head}", style="bold"), (0, 0, 0, 0)))
        for line in lines:
            console.print(Padding(_plain(line), (0, 0, 0, 3)))


def _print_table(table: Table, console: Console) -> None:
    shown = table.rows[: table.terminal_rows] if table.terminal_rows else table.rows
    grid = RichTable(
        title=_plain(table.title, style="bold"),
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for place, column in enumerate(table.columns):
        grid.add_column(
            _plain(column, style="underline"),
            justify="right" if place in table.numeric else "left",
            overflow="fold",
        )
    for row in shown:
        grid.add_row(*(_cell(cell) for cell in row))
    console.print(grid)
    left = len(table.rows) - len(shown)
    if left > 0:
        console.print(_plain(f"… and {left} more in the HTML and JSON briefing", style="dim"))
    if table.note:
        console.print(_plain(table.note, style="dim"))


def _cell(cell: Cell) -> Styled:
    text = _plain(cell.text, style=TONES[cell.tone])
    if cell.share is not None:
        filled = round(min(abs(cell.share), 1.0) * BAR)
        mark = "▇" if cell.share >= 0 else "░"
        text.append("  " + mark * filled + " " * (BAR - filled), style=TONES[cell.tone])
    return text


def _plain(text: str, style: str = "") -> Styled:
    return Styled(visible(text), style=style)
