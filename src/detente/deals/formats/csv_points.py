"""Tables of points as CSV: one row per option for sums over issues, or one row per package.

The short table has the columns `issue`, `option` and one per party. The full table has a column per issue
and a column `u(party)` per party. In both a row that begins with `reservation` says what no deal is worth.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import count_packages, list_packages
from detente.deals.formats.format import Format
from detente.deals.formats.places import MOST, shown, tell
from detente.deals.formats.plain_text import head, read_text, write_text
from detente.deals.formats.writing import additive_tables, require_names, require_plain
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError

FloatArray = NDArray[np.float64]

MOST_WRITTEN = 100_000
"""Packages of a full table that is written."""

MOST_READ = 1_000_000
"""Rows of a table that is read."""

RESERVATION = "reservation"
_TITLE = "A CSV table of points"
_DELIMITERS = (",", ";", "\t")
_PARTY = re.compile(r"u(?:\((.+)\)|:(.+))")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it ends, and its cells without the blanks around them."""

    line: int
    cells: tuple[str, ...]


def read_csv_points(path: Path) -> DealSpace:
    """The space in a table of points, short or full as its header says, without a status quo.

    Delimiter: comma, semicolon or tab, whichever the header has most of. Options stand in the order in
    which they first appear. Without a `reservation` row, or where its cell is empty, no deal is worth
    what the party gets at least. Raises InputError with all problems and their lines. Cost: linear.
    """
    text = read_text(path)
    rows = _rows(text, str(path))
    header = rows[0].cells
    problems: list[str] = []
    if len(header) > 2 and [c.lower() for c in header[:2]] == ["issue", "option"]:
        space = _read_short(rows, problems)
    elif any(_PARTY.fullmatch(c) for c in header):
        space = _read_full(rows, problems)
    else:
        problems.append(
            f"line {rows[0].line}: the header must be issue, option, then parties; or issues, then u(party) "
            f"for each party; got {', '.join(header)[:80]}"
        )
        space = None
    tell(str(path), problems)
    assert space is not None
    return space


def write_csv_points(space: DealSpace, path: Path) -> tuple[Path, ...]:
    """Write the short table where every party's utility is a sum over issues, else the full one.

    Raises InputError naming what a table of points cannot hold: rules, parties away from the table, or
    more than 100,000 packages that are not sums. Caps that bind make a full table. Cost: rows × parties.
    """
    require_plain(space, _TITLE)
    require_names(space, _TITLE)
    tables = [additive_tables(space, p) for p in range(len(space.parties))]
    sums = [t for t in tables if t is not None]
    capped = space.cap is not None and np.isfinite(space.cap).any()
    if len(sums) == len(tables) and not capped and len(space.parties):
        lines = _short_lines(space, sums)
    else:
        lines = _full_lines(space)
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return (write_text(path, stream.getvalue()),)


def _rows(text: str, file: str) -> list[Row]:
    """Rows that are not blank; the first is the header."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(reader.line_num, tuple(cell.strip() for cell in cells)))
            if len(rows) > MOST_READ:
                raise InputError(f"{file} must have at most {MOST_READ:,} rows, got more")
    except csv.Error as error:
        raise InputError(f"{file}: line {reader.line_num}: must be a row of cells, got {error}") from None
    if not rows:
        raise InputError(f"{file} must be a table with a header, got nothing")
    return rows


def _read_short(rows: Sequence[Row], problems: list[str]) -> DealSpace | None:
    parties = _parties(rows[0], rows[0].cells[2:], problems)
    points: dict[str, dict[str, FloatArray]] = {}
    reserved: FloatArray | None = None
    for row in rows[1:]:
        if len(row.cells) != len(parties) + 2:
            problems.append(f"line {row.line}: must have {len(parties) + 2} cells, got {len(row.cells)}")
            continue
        issue, option = row.cells[:2]
        if issue.lower() == RESERVATION and not option:
            reserved = _reserved(row, row.cells[2:], reserved, problems)
        elif not issue or not option:
            problems.append(f"line {row.line}: must name an issue and an option")
        elif option in points.setdefault(issue, {}):
            problems.append(f"line {row.line}: must not have {issue}={option} twice"[:200])
        else:
            points[issue][option] = _numbers(row, row.cells[2:], problems)
    if not points:
        problems.append(f"line {rows[0].line}: must be followed by rows with options")
    if problems:
        return None
    unary = [np.array(list(options.values())) for options in points.values()]
    least = np.sum([table.min(axis=0) for table in unary], axis=0)
    return DealSpace.from_arrays(
        options=[len(options) for options in points.values()],
        unary=unary,
        no_deal=_no_deal(reserved, least).tolist(),
        names={"issues": list(points), "options": [list(o) for o in points.values()], "parties": parties},
        status_quo=False,
    )


def _read_full(rows: Sequence[Row], problems: list[str]) -> DealSpace | None:
    named = [_PARTY.fullmatch(cell) for cell in rows[0].cells]
    count = next((k for k, hit in enumerate(named) if hit), 0)
    if not count or not all(named[count:]):
        problems.append(f"line {rows[0].line}: must name one or more issues, then only u(party) columns")
        return None
    issues, heads = rows[0].cells[:count], [(h[1] or h[2]).strip() for h in named[count:] if h]
    parties = _parties(rows[0], heads, problems)
    if len(set(issues)) < count or "" in issues or count > 31:
        problems.append(f"line {rows[0].line}: must name at most 31 issues, each once")
    options: list[dict[str, int]] = [{} for _ in issues]
    found: dict[tuple[int, ...], FloatArray] = {}
    reserved: FloatArray | None = None
    for row in rows[1:]:
        chosen, points = row.cells[:count], row.cells[count:]
        if len(row.cells) != len(rows[0].cells):
            problems.append(f"line {row.line}: must have {len(rows[0].cells)} cells, got {len(row.cells)}")
        elif chosen[0].lower() == RESERVATION and not any(chosen[1:]):
            reserved = _reserved(row, points, reserved, problems)
        elif not all(chosen):
            problems.append(f"line {row.line}: must name an option for every issue")
        else:
            key = tuple(known.setdefault(o, len(known)) for known, o in zip(options, chosen, strict=True))
            if key in found:
                problems.append(f"line {row.line}: must not have a package twice")
            found[key] = _numbers(row, points, problems)
    sizes = [len(known) for known in options]
    packages = math.prod(sizes)
    if not found or packages != len(found):
        problems.append(
            f"line {rows[-1].line}: every package must have a row, {packages:,} in all, got {len(found):,}"
        )
    if problems:
        return None
    return _full_space(issues, options, parties, found, reserved)


def _full_space(
    issues: Sequence[str],
    options: Sequence[dict[str, int]],
    parties: Sequence[str],
    found: dict[tuple[int, ...], FloatArray],
    reserved: FloatArray | None,
) -> DealSpace:
    sizes = [len(known) for known in options]
    table = np.zeros((*sizes, len(parties)))
    table[tuple(np.array(list(found)).T)] = np.array(list(found.values()))
    single = len(sizes) == 1
    return DealSpace.from_arrays(
        options=sizes,
        unary=[table] if single else [np.zeros((n, len(parties))) for n in sizes],
        links={} if single else {tuple(range(len(sizes))): table},
        no_deal=_no_deal(reserved, np.min(list(found.values()), axis=0)).tolist(),
        names={"issues": list(issues), "options": [list(o) for o in options], "parties": list(parties)},
        status_quo=False,
    )


def _parties(header: Row, names: Sequence[str], problems: list[str]) -> list[str]:
    if "" in names or len(set(names)) < len(names):
        problems.append(f"line {header.line}: must name parties, each once, got {', '.join(names)[:80]}")
    return list(names)


def _reserved(
    row: Row, cells: Sequence[str], before: FloatArray | None, problems: list[str]
) -> FloatArray | None:
    """Reservation values of a row; NaN where a cell is empty."""
    if before is not None:
        problems.append(f"line {row.line}: must be the only row for {RESERVATION}")
    return _numbers(row, cells, problems, empty=True)


def _no_deal(reserved: FloatArray | None, least: FloatArray) -> FloatArray:
    return least if reserved is None else np.where(np.isnan(reserved), least, reserved)


def _numbers(row: Row, cells: Sequence[str], problems: list[str], *, empty: bool = False) -> FloatArray:
    found = np.full(len(cells), np.nan)
    for k, cell in enumerate(cells):
        if empty and not cell:
            continue
        value = float(cell) if len(cell) < 400 and _NUMBER.fullmatch(cell) else math.nan
        if abs(value) <= MOST:
            found[k] = value
        else:
            hint = "; write a decimal point" if "," in cell else ""
            problems.append(f"line {row.line}: must have numbers up to {MOST:g}, got {shown(cell)}{hint}")
    return found


def _short_lines(space: DealSpace, tables: Sequence[Sequence[FloatArray]]) -> list[list[str]]:
    lines = [["issue", "option", *space.parties]]
    for i, (issue, options) in enumerate(zip(space.issues, space.options, strict=True)):
        for o, option in enumerate(options):
            lines.append([issue, option, *(_told(own[i][o]) for own in tables)])
    lines.append([RESERVATION, "", *(_told(d) for d in space.no_deal)])
    return lines


def _full_lines(space: DealSpace) -> list[list[str]]:
    total = count_packages(space)
    if total > MOST_WRITTEN:
        raise InputError(
            f"{_TITLE} that are not sums over issues must have at most {MOST_WRITTEN:,} packages, "
            f"got {total:.3g}; try the format of detente itself"
        )
    lines = [[*space.issues, *(f"u({name})" for name in space.parties)]]
    for rows in list_packages(space):
        worth = utilities(space, rows)
        for row, points in zip(rows.tolist(), worth.tolist(), strict=True):
            names = [options[o] for options, o in zip(space.options, row, strict=True)]
            lines.append([*names, *map(_told, points)])
    lines.append([RESERVATION, *[""] * (len(space.issues) - 1), *(_told(d) for d in space.no_deal)])
    return lines


def _told(value: float) -> str:
    """The shortest text that is read as the same number."""
    return repr(float(value)).removesuffix(".0")


def _looks_so(path: Path) -> bool:
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return False
    lines = [line for line in head(path, 20_000).splitlines() if line.strip()]
    first = lines[0].lower() if lines else ""
    begins = re.match(r'\s*"?issue"?\s*[,;\t]\s*"?option"?\s*[,;\t]', first)
    return bool(begins or re.search(r'[,;\t]\s*"?u[(:]', first))


FORMAT = Format(
    name="csv",
    title="CSV table of points",
    about="Issues, options, utilities and reservation values; all linkage only in the full table.",
    source="docs/reference/spaces-more.md",
    recognises=_looks_so,
    read=read_csv_points,
    write=write_csv_points,
    extension=".csv",
)
