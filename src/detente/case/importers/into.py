"""Rows of an import into the tables of a case folder, or into a folder of their own: all of it or nothing."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from detente.case.folder import FILES, Texts, bundled_folder, find_case, read_folder
from detente.case.importers.result import Imported
from detente.case.importers.tables import MARK, Row
from detente.case.nodes import read_tree
from detente.case.reading import read_case
from detente.case.records import (
    CODING_COLUMNS,
    EVENT_COLUMNS,
    OPTIONAL_CODING_COLUMNS,
    SOURCE_COLUMNS,
    split_ids,
)
from detente.case.table import read_rows
from detente.errors import CaseError, InputError, Problem

CASE, SOURCES, EVENTS, CODINGS = FILES
COLUMNS = {SOURCES: SOURCE_COLUMNS, EVENTS: EVENT_COLUMNS, CODINGS: CODING_COLUMNS}
OPTIONAL: dict[str, tuple[str, ...]] = {SOURCES: (), EVENTS: (), CODINGS: OPTIONAL_CODING_COLUMNS}
MENUS = "menus.yaml"


def add_to_case(found: Imported, case: str | Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Append an import to the tables of a case folder, and menus that it brings to its case file; the files
    written.

    What stands in the files stays as it is, byte for byte. An earlier import of the same source is refused,
    or with `replace` taken out first; so are the same groups under another name. The case as it would be is
    read before anything is written; CaseError tells what would be wrong with it, InputError what is in the
    way (a bundled case, nothing counted, ids that are taken). Files are written beside the old ones and put
    in their place at the end; if that fails, the old ones are put back.
    """
    folder = own_folder(case)
    _require_acts(found)
    texts = read_folder(folder)
    if replace:
        texts = Texts(_without(texts.files, found.source), texts.folder)
    _refuse_known(found, texts.files)
    new = {**texts.files, CASE: _with_menus(texts.files[CASE], found.menus)}
    for name, rows in _rows(found).items():
        new[name] = _appended(texts.files.get(name, ""), name, rows)
    loaded, problems, _ = read_case(Texts(new, texts.folder))
    if loaded is None:
        raise CaseError([problem for problem in problems if problem.severity == "error"])
    before = read_folder(folder).files
    return _put(folder, {name: text for name, text in new.items() if text != before.get(name, "")})


def write_tables(found: Imported, folder: str | Path) -> tuple[Path, ...]:
    """Write the rows of an import as three tables, and its menus as `menus.yaml`, into a new or empty folder;
    the files written. Raises InputError where something is in the way or nothing was counted."""
    place = Path(folder)
    _require_acts(found)
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise InputError(
                f"{place} must be new or an empty folder, got something there; choose another name"
            )
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{place} must be a folder that can be made, got {error.strerror}") from None
    texts = {name: _appended("", name, rows) for name, rows in _rows(found).items()}
    if found.menus:
        texts[MENUS] = "menus:\n" + "".join(found.menus.values())
    return _put(place, texts)


def own_folder(case: str | Path) -> Path:
    """The folder of a case that is the analyst's own; InputError for bundled ones, which are never edited."""
    folder, bundled = find_case(case), bundled_folder()
    if bundled is not None and bundled.resolve() in folder.resolve().parents:
        raise InputError(
            f"{case} must be a case of your own, got a bundled one; copy {folder} and import there"
        )
    if not (folder / CASE).is_file():
        raise InputError(f"{case} must be a case folder with {CASE}, got none; detente new makes one")
    return folder


def _require_acts(found: Imported) -> None:
    if not found.groups:
        reasons = ", ".join(f"{item.reason} {item.rows:,}" for item in found.left)
        raise InputError(
            f"the events must hold acts of the mapping, got none of {found.rows:,} rows: {reasons}"
        )


def _rows(found: Imported) -> dict[str, Sequence[Row]]:
    return {SOURCES: found.sources, EVENTS: found.events, CODINGS: found.codings}


def _cells(text: str, name: str) -> list[dict[str, str]]:
    rows, wrong = read_rows(text, name, COLUMNS[name], OPTIONAL[name])
    if wrong:
        raise CaseError(wrong)
    return [row.cells for row in rows]


def _refuse_known(found: Imported, texts: Mapping[str, str]) -> None:
    """The same source, the same groups under another name, or ids that something else has."""
    for cells in _cells(texts.get(SOURCES, ""), SOURCES):
        same = cells["note"].startswith(MARK + found.digest)
        if cells["id"] == found.source:
            got = "the same acts" if same else "other rows of that id"
            hint = (
                "--replace puts the new ones in their place"
                if cells["note"].startswith(MARK)
                else "set another id in the mapping"
            )
            raise InputError(f"{SOURCES} must not hold {found.source} yet, got {got}; {hint}")
        if same:
            raise InputError(
                f"{SOURCES} must not hold the same acts yet, got them as {cells['id']}; import once"
            )
    for name, rows in _rows(found).items():
        taken = {cells["id"] for cells in _cells(texts.get(name, ""), name)}
        clash = next((row["id"] for row in rows if row["id"] in taken), None)
        if clash is not None:
            raise InputError(f"{name} must not have the id {clash} yet; set another id in the mapping")


def _without(texts: Mapping[str, str], source: str) -> dict[str, str]:
    """The tables without an earlier import: its source, the events that rest on it alone, their codings."""
    sources = _cells(texts.get(SOURCES, ""), SOURCES)
    if not any(cells["id"] == source and cells["note"].startswith(MARK) for cells in sources):
        return dict(texts)
    gone = {
        cells["id"]
        for cells in _cells(texts.get(EVENTS, ""), EVENTS)
        if split_ids(cells["sources"]) == (source,) and cells["id"].startswith(f"{source}.")
    }
    mine: dict[str, Callable[[Row], bool]] = {
        SOURCES: lambda c: c["id"] == source,
        EVENTS: lambda c: c["id"] in gone,
        CODINGS: lambda c: c["event"] in gone and c["id"].startswith(f"{source}.act."),
    }
    return {**texts, **{name: _filtered(texts.get(name, ""), name, mine[name]) for name in mine}}


def _filtered(text: str, name: str, drop: Callable[[Row], bool]) -> str:
    """A table's text without some of its rows; all other lines stay as they are."""
    rows, _ = read_rows(text, name, COLUMNS[name], OPTIONAL[name])
    lines = text.split("\n")
    starts = [row.line for row in rows] + [len(lines) + 1]
    kept = lines[: starts[0] - 1]
    for row, end in zip(rows, starts[1:], strict=True):
        if not drop(row.cells):
            kept += lines[row.line - 1 : end - 1]
        elif end == len(lines) + 1 and lines[-1] == "":
            kept.append("")
    return "\n".join(kept)


def _appended(text: str, name: str, rows: Sequence[Row]) -> str:
    """A table's text with rows at its end, in the order of its own header and with its own line ends."""
    header = list(COLUMNS[name])
    if text.strip():
        header = [cell.strip() for cell in next(csv.reader(io.StringIO(text, newline="")))]
    newline = "\r\n" if "\r\n" in text else "\n"
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=newline)
    if not text.strip():
        text = ""
        writer.writerow(header)
    elif not text.endswith("\n"):
        text += newline
    writer.writerows([row.get(column, "") for column in header] for row in rows)
    return text + out.getvalue()


def _with_menus(text: str, menus: Mapping[str, str]) -> str:
    """The case file with menus at the head of its menus; comments and order stay."""
    if not menus:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    root, _ = read_tree(text, CASE)
    key, node = root.key("menus"), root.get("menus")
    if key is None or node is None:
        end = "" if text.endswith("\n") else newline
        return text + end + newline.join(["menus:", *"".join(menus.values()).splitlines(), ""])
    if node.kind == "map" and (node.flow or node.alias):
        hint = f"write them over several lines, or import with --out and copy {MENUS}"
        raise CaseError([Problem(CASE, node.line, node.column, "menus", "must be a block", "braces", hint)])
    indent = " " * (node.pairs[0][0].column - 1 if node.pairs else 2)
    lines = [indent + line[2:] for line in "".join(menus.values()).splitlines()]
    at = text.index("\n", key.end) + 1 if "\n" in text[key.end :] else len(text)
    head = text[:at] if text[:at].endswith("\n") else text[:at] + newline
    return head + newline.join(lines) + newline + text[at:]


def _put(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Replace files as one: all written beside the old ones, then renamed, old ones put back on failure."""
    staged: list[tuple[Path, Path, Path | None]] = []
    done: list[tuple[Path, Path | None]] = []
    try:
        for name, text in texts.items():
            path = folder / name
            beside, kept = (folder / f".{name}.{os.getpid()}.{end}" for end in ("new", "old"))
            staged.append((path, beside, kept if path.exists() else None))
            beside.write_bytes(text.encode("utf-8"))
            if path.exists():
                beside.chmod(path.stat().st_mode & 0o777)
        for path, beside, old in staged:
            if old is not None:
                path.rename(old)
            done.append((path, old))
            beside.replace(path)
    except BaseException as error:
        for path, old in reversed(done):
            path.unlink(missing_ok=True)
            if old is not None:
                old.replace(path)
        for _, beside, _ in staged:
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            told = error.strerror or error
            raise InputError(f"{folder} must be writable, got {told}; nothing was changed") from None
        raise
    for _, old in done:
        if old is not None:
            old.unlink(missing_ok=True)
    return tuple(path for path, _, _ in staged)
