"""How numbers look in a cell, and small helpers that every section's page uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from detente.brief.document import Cell, Table
from detente.brief.facts.values import Number
from detente.brief.words import percent, points

NOTHING = "Nothing to show: "


def grid(
    title: str,
    columns: Iterable[str],
    rows: Iterable[Iterable[Cell | str]],
    *,
    numeric: Iterable[int] = (),
    note: str = "",
    terminal_rows: int = 0,
) -> Table:
    """A table whose plain strings become cells."""
    cells = tuple(tuple(Cell(c) if isinstance(c, str) else c for c in row) for row in rows)
    return Table(title, tuple(columns), cells, tuple(numeric), terminal_rows, note)


def span(number: Number) -> str:
    """A number's interval in points, "" where it has none."""
    return between(number, points)


def between(number: Number, show: Callable[[float], str]) -> str:
    """A number's interval, each end shown by `show`."""
    return "" if number.low is None or number.high is None else f"{show(number.low)} to {show(number.high)}"


def brief_percent(p: float) -> str:
    """A probability in % without the sign, for tables with many; the ends are told as bounds.

    >>> brief_percent(0.423), brief_percent(0.0), brief_percent(1.0)
    ('42', '<1', '>99')
    """
    return "<1" if p < 0.01 else ">99" if p > 0.99 else f"{100 * p:.0f}"


def gain(number: Number) -> Cell:
    """Points, toned by sign."""
    return Cell(points(number.value), None, "good" if number.value > 0 else "bad" if number.value < 0 else "")


def chance(number: Number) -> Cell:
    """A probability with its bar."""
    return Cell(percent(number.value), number.value)


def faint(text: str) -> Cell:
    """A remark."""
    return Cell(text, None, "faint")
