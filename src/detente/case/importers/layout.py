"""How one file is laid out: judged by its beginning, before any of it is read as data."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detente.case.importers.importer import Importer
from detente.case.problems import nearest, shown
from detente.errors import InputError

HEAD = 1_000_000
"""Bytes that are looked at; a first line that is longer is not a line of such a file."""
_PACKED = {b"\x1f\x8b": ("gzip", "gunzip -k"), b"PK": ("zip", "unzip"), b"BZh": ("bzip2", "bunzip2 -k")}
_PACKED |= {b"\x28\xb5\x2f\xfd": ("zstd", "unzstd"), b"\xfd7zXZ": ("xz", "unxz -k")}


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a file in order (names of the importer; what it does not know stands under its own name)."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    header: bool
    quoted: bool


def read_layout(path: Path, importer: Importer, others: Sequence[Importer] = ()) -> Layout:
    """The layout of a file of coded events.

    Raises InputError where it is missing, empty, packed, binary, not UTF-8, of a number of columns that the
    format does not have, or without a column that the format needs; `others` are formats that the hint
    may name instead. Cost: the first megabyte at most. Whether later rows fit is found when they are read.
    """
    head = _beginning(path)
    fitting = _fit(path, head, importer)
    if isinstance(fitting, Layout):
        return fitting
    other = next(
        (o.name for o in others if o is not importer and isinstance(_fit(path, head, o), Layout)), None
    )
    hint = f"it looks like {other}" if other else f"columns of {importer.name}: {importer.source}"
    raise InputError(f"{path}:1 {fitting}; {hint}")


def read_columns(path: Path, columns: tuple[str, ...], delimiter: str) -> Layout:
    """The layout of a file that has exactly these columns, with or without a header; raises InputError."""
    head = _beginning(path)
    line = head.partition("\n")[0]
    header = columns[0].lower() in [cell.strip().lower() for cell in line.replace(",", "\t").split("\t")]
    if header and "\t" not in line:
        delimiter = ","
    cells = _cells(head, delimiter)
    if len(cells) != len(columns):
        raise InputError(
            f"{path}:1 must have {len(columns)} columns, got {len(cells)}; is it a file of mentions?"
        )
    return Layout(path, columns, delimiter, header, delimiter == ",")


def _fit(path: Path, head: str, importer: Importer) -> Layout | str:
    """The layout, or what must be and what was got."""
    known, line = {name.lower(): name for name in importer.columns}, head.partition("\n")[0]
    for delimiter in ("\t", ",", ";"):
        cells = [cell.strip() for cell in _cells(head, delimiter)]
        if importer.day.lower() in [cell.lower() for cell in cells]:
            names = tuple(known.get(cell.lower(), cell) for cell in cells)
            wrong = _wrong_header(names, importer)
            return wrong or Layout(path, names, delimiter, True, delimiter != "\t" or line.startswith('"'))
    cells = _cells(head, importer.delimiter)
    for columns in importer.layouts:
        if len(cells) == len(columns):
            return Layout(path, columns, importer.delimiter, False, importer.delimiter != "\t")
    counts = " or ".join(str(len(columns)) for columns in importer.layouts)
    sign = "tabs" if importer.delimiter == "\t" else "commas"
    return f"must have {counts} columns between {sign}, or a header with {importer.day}, got {len(cells)}"


def _wrong_header(names: tuple[str, ...], importer: Importer) -> str:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        return f"must have each column once, got {shown(twice)} twice"
    fields = {*importer.actor.values(), *importer.target.values(), *importer.kinds.values()}
    if not {field.column for field in fields} & set(names):
        return f"must have columns of {importer.name}, got none of actors and kinds"
    return ""


def _cells(head: str, delimiter: str) -> list[str]:
    """The first record: tabs without quotes unless it begins with one; between commas, over several lines."""
    line = head.partition("\n")[0].rstrip("\r")
    if delimiter == "\t" and not line.startswith('"'):
        return line.split(delimiter)
    try:
        return next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    except (csv.Error, StopIteration):
        return [line]


def require(layout: Layout, columns: Sequence[str], why: str) -> None:
    """Raises InputError for the first column that a layout lacks."""
    for name in columns:
        if name not in layout.columns:
            raise InputError(
                f"{layout.path}:1 must have a column {name} ({why}), got {len(layout.columns)} columns; "
                + nearest(name, layout.columns, "columns")
            )


def _beginning(path: Path) -> str:
    """The first megabyte as text; its first line is sure to be UTF-8."""
    try:
        if not path.is_file():
            got = "a folder" if path.is_dir() else "nothing there"
            raise InputError(f"{path} must be a file of events, got {got}; check the spelling")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise InputError(f"{shown(str(path), 200)} must be readable, got {told}") from None
    if not head.strip():
        raise InputError(f"{path} must hold events, got an empty file")
    for magic, (name, command) in _PACKED.items():
        if head.startswith(magic):
            raise InputError(f"{path} must be unpacked text, got a {name} file; try {command} {path.name}")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{path} must be UTF-8 text, got UTF-16; save it as UTF-8")
    if b"\0" in head:
        raise InputError(f"{path} must be text, got a NUL byte; is it a binary file?")
    line, newline, _ = head.partition(b"\n")
    if not newline and len(head) == HEAD:
        raise InputError(f"{path}:1 must be a line of events, got more than a megabyte without a line break")
    try:
        line.decode("utf-8")
        return head.decode("utf-8-sig", errors="replace")
    except UnicodeDecodeError as error:
        got = f"byte 0x{line[error.start]:02x} in line 1"
        raise InputError(f"{path} must be UTF-8 text, got {got}; save it as UTF-8") from None
