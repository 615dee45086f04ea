"""A page as a value: headings, sentences, tables and pictures, before any renderer sees it.

Every renderer (terminal, HTML) walks one Document; none computes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` as people read it, `share` in −1..1 where a bar says it faster, `tone` one of
    "", "good", "bad", "faint"."""

    text: str
    share: float | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `tone` as in Cell."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list; each entry is a head sentence and the lines under it, with the anchor it rests on."""

    entries: tuple[tuple[str, tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `columns` heads, `rows` of cells, first column is the row's head. `numeric`: columns
    to align right. `wide` tables are cut to `terminal_rows` rows in the terminal (0: all)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[int, ...] = ()
    terminal_rows: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as data: a Vega-Lite `spec`, a text alternative, and the table behind it."""

    name: str
    title: str
    spec: Mapping[str, Any]
    alt: str
    table: Table
    terminal: bool = True


Block = Text | Points | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered section with an anchor."""

    anchor: str
    title: str
    question: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole briefing."""

    title: str
    subtitle: str
    marking: str
    facts_line: str
    sections: tuple[Section, ...]
    glossary: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = field(default=())
