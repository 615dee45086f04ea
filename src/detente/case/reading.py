"""From a folder to a case: read, validate, compile; every problem of every file at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detente.case.codings import read_codings
from detente.case.compile_case import compile_case
from detente.case.desk import Desk, Names
from detente.case.folder import FILES, Texts, digest_of
from detente.case.model import Case, Coding, Event, Source
from detente.case.nodes import Node, read_tree
from detente.case.records import (
    CODING_COLUMNS,
    EVENT_COLUMNS,
    OPTIONAL_CODING_COLUMNS,
    SOURCE_COLUMNS,
    Reading,
    read_events,
    read_sources,
)
from detente.case.table import Row, read_rows
from detente.case.validate import validate
from detente.errors import CaseError, Problem

_COLUMNS = {"sources.csv": SOURCE_COLUMNS, "events.csv": EVENT_COLUMNS, "codings.csv": CODING_COLUMNS}
_OPTIONAL = {"codings.csv": OPTIONAL_CODING_COLUMNS}


def read_case(texts: Texts) -> tuple[Case | None, tuple[Problem, ...], Node | None]:
    """The case and all problems in file order; the case is None if one of them is an error. The tree
    comes along for those who look at places (notices, edits)."""
    problems: list[Problem] = []
    tables = {}
    for name, columns in _COLUMNS.items():
        tables[name], wrong = read_rows(texts.files.get(name, ""), name, columns, _OPTIONAL.get(name, ()))
        problems += wrong
    try:
        root, wrong = read_tree(texts.files["case.yaml"], "case.yaml")
    except CaseError as error:
        return None, in_file_order([*error.problems, *problems]), None
    form, invalid = validate(root, "case.yaml")
    names = replace(_names(root, tables), records_whole=not problems)
    desk = Desk(root, "case.yaml", names, broken=frozenset(p.key for p in (*wrong, *invalid)))
    case = compile_case(desk, form) if form is not None else None
    sources, events, codings = _read_record(tables, desk, problems)
    told = in_file_order([*problems, *wrong, *invalid, *desk.problems])
    if case is None or any(p.severity == "error" for p in told):
        return None, told, root
    case = replace(
        case, sources=sources, events=events, codings=codings, folder=texts.folder, digest=digest_of(texts)
    )
    return case, told, root


def _names(root: Node, tables: dict[str, list[Row]]) -> Names:
    records = frozenset(row.cells["id"] for rows in tables.values() for row in rows)
    return replace(Names.of(root), records=records)


def _read_record(
    tables: dict[str, list[Row]], desk: Desk, problems: list[Problem]
) -> tuple[tuple[Source, ...], tuple[Event, ...], tuple[Coding, ...]]:
    ids = {name: [row.cells["id"] for row in rows] for name, rows in tables.items()}
    torn = {problem.file for problem in problems}
    sources = read_sources(tables["sources.csv"], problems)
    known = None if "sources.csv" in torn else dict.fromkeys(ids["sources.csv"])
    events = read_events(tables["events.csv"], sources, known, problems)
    menus = {}
    for menu in desk.names.get("menu"):
        node, steps = desk.root.locate(("menus", menu, "alternatives"))
        menus[menu] = tuple(str(key.text) for key, _ in node.pairs) if steps == 3 else ()
    reading = Reading(desk.names, problems, not desk.broken)
    known = None if "events.csv" in torn else dict.fromkeys(ids["events.csv"])
    codings = read_codings(tables["codings.csv"], events, menus, reading, known)
    return sources, events, codings


def in_file_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems by file (case.yaml first), line and column, without repeats."""
    order = {name: position for position, name in enumerate(FILES)}
    return tuple(
        sorted(dict.fromkeys(problems), key=lambda p: (order.get(p.file, -1), p.line, p.column, p.key))
    )
