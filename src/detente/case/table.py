"""CSV files to rows that know their line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from detente.case.problems import nearest, shown
from detente.errors import Problem

MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its cells by column name (blanks stripped), and the line it starts on."""

    file: str
    line: int
    cells: dict[str, str]

    def wrong(self, column: str, must: str, hint: str = "", *, severity: str = "error") -> Problem:
        """A problem with one cell."""
        key = f"{self.cells.get('id', '')}.{column}".strip(".")
        return Problem(
            self.file, self.line, 0, shown(key), must, shown(self.cells.get(column, "")), hint, severity
        )


def read_rows(
    text: str, file: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> tuple[list[Row], list[Problem]]:
    """The rows of a CSV text with these columns, in any order, and perhaps the `optional` ones (empty
    where they are not there); rows that do not fit are left out and told. An empty text has no rows.
    Cost: linear.

    >>> read_rows("id,note\\nS1,a\\n", "s.csv", ("id", "note"))[0][0].cells
    {'id': 'S1', 'note': 'a'}
    """
    if not text.strip():
        return [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        header = [cell.strip() for cell in next(reader)]
        problems += _check_header(header, file, columns, optional)
        if problems:
            return [], problems
        start = reader.line_num + 1
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                hint = "text with commas needs double quotes" if len(cells) > len(header) else ""
                problems.append(
                    Problem(file, line, 0, "", f"must have {len(header)} columns", str(len(cells)), hint)
                )
                continue
            told = {k: v.strip() for k, v in zip(header, cells, strict=True)}
            rows.append(Row(file, line, dict.fromkeys(optional, "") | told))
            if len(rows) > MAX_ROWS:
                problems.append(Problem(file, line, 0, "", f"must have at most {MAX_ROWS:,} rows", "more"))
                break
    except csv.Error as error:
        hint = "look for a quotation mark that is not closed"
        problems.append(
            Problem(file, max(reader.line_num, 1), 0, "", "must be readable as CSV", str(error), hint)
        )
    return rows, problems + _check_ids(rows, file)


def _check_header(
    header: list[str], file: str, columns: Sequence[str], optional: Sequence[str]
) -> list[Problem]:
    problems = []
    for name in header:
        if name not in columns and name not in optional:
            problems.append(
                Problem(
                    file,
                    1,
                    0,
                    shown(name),
                    "is not a column of this file",
                    "",
                    nearest(name, columns, "columns"),
                )
            )
    for name in columns:
        if name not in header:
            problems.append(Problem(file, 1, 0, name, "must be a column", "none of that name"))
    if len(set(header)) != len(header):
        twice = next(name for name in header if header.count(name) > 1)
        problems.append(Problem(file, 1, 0, shown(twice), "must not be a column twice"))
    return problems


def _check_ids(rows: list[Row], file: str) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for row in rows:
        name = row.cells["id"]
        if not name:
            problems.append(Problem(file, row.line, 0, "id", "must not be empty"))
        elif name in seen:
            problems.append(
                Problem(
                    file,
                    row.line,
                    0,
                    "id",
                    "must not appear twice",
                    shown(name),
                    f"first on line {seen[name]}",
                )
            )
        seen.setdefault(name, row.line)
    return problems
