"""From staged rows to counts: doubles once, then groups and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from detente.case.importers.importer import Importer
from detente.case.importers.mapping import EventMapping
from detente.case.importers.result import Group, Left
from detente.case.importers.scan import (
    BAD_CHOICE,
    BAD_DAY,
    BAD_KEY,
    BAD_ROW,
    CLASS_ROWS,
    COUNTED,
    DOUBLE,
    REASONS,
    THIN,
)
from detente.case.repeats import independent_choices
from detente.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_GROUPS = 50_000
TOP = 10
_PERIOD = {"month": "strftime(day, '%Y-%m')", "year": "strftime(day, '%Y')"}
_MALFORMED = (BAD_DAY, BAD_KEY, BAD_CHOICE)


def count(store: DuckDBPyConnection, mapping: EventMapping) -> None:
    """Fill the table `tally`, rows of one key once: of rows that differ, one that counts goes before one that
    does not, then the smallest. Cost: one pass over the staged keys for every four million rows."""
    classes = 1 + _one(store, "SELECT count(*) FROM staged") // CLASS_ROWS
    sure = f"outcome NOT IN {_MALFORMED}"
    _add(store, mapping, f"SELECT * FROM staged WHERE key IS NULL OR NOT {sure}", "false")
    for place in range(classes):
        here = f"hash(key) % {classes} = {place}" if classes > 1 else "true"
        rows = f"FROM staged WHERE key IS NOT NULL AND {sure} AND {here}"
        store.execute(
            f"CREATE OR REPLACE TEMP TABLE twice AS SELECT key {rows} GROUP BY key HAVING count(*) > 1"
        )
        if not _one(store, "SELECT count(*) FROM twice"):
            _add(store, mapping, f"SELECT * {rows}", here)
            continue
        order = "outcome, day, known, who, whom, kind, unit, told, mentions, sources, wording"
        store.execute(
            f"CREATE OR REPLACE TEMP TABLE ranked AS SELECT *, row_number() OVER "
            f"(PARTITION BY key ORDER BY {order}) AS nth {rows} AND key IN (FROM twice)"
        )
        first = "SELECT * EXCLUDE (nth) FROM ranked WHERE nth = 1"
        _add(store, mapping, f"SELECT * {rows} AND key NOT IN (FROM twice) UNION ALL {first}", here)
        told = "replace(key::VARCHAR, chr(31), ' ')"
        again = (
            f"SELECT * EXCLUDE (nth) REPLACE ({DOUBLE} AS outcome, {told} AS told) FROM ranked WHERE nth > 1"
        )
        _add(store, mapping, again, "false")


def _add(store: DuckDBPyConnection, mapping: EventMapping, rows: str, mentioned: str) -> None:
    """Tally some staged rows, with the mentions that `mentioned` selects."""
    period = _PERIOD.get(mapping.per, "unit")
    least = mapping.at_least_sources
    thin = f"CASE WHEN outcome = {COUNTED} AND sources < {least} THEN {THIN} ELSE outcome END"
    if _one(store, "SELECT count(*) FROM (FROM mentions LIMIT 1)"):
        rows = f"""SELECT r.* REPLACE (coalesce(m.mentions, r.mentions) AS mentions,
                          coalesce(m.sources, r.sources) AS sources)
            FROM ({rows}) r LEFT JOIN (SELECT key, count(*) AS mentions, count(DISTINCT source) AS sources
                FROM mentions WHERE {mentioned} GROUP BY key) m ON m.key = r.key"""
    kept = f"outcome = {COUNTED}"
    store.execute(f"""
        INSERT INTO tally
        WITH found AS (SELECT * REPLACE ({thin if least else "outcome"} AS outcome) FROM ({rows})),
        told AS (SELECT outcome, CASE WHEN {kept} THEN who END AS who, CASE WHEN {kept} THEN whom END AS whom,
            CASE WHEN {kept} THEN kind END AS kind, CASE WHEN {kept} THEN {period} END AS period, told,
            day, known, mentions, sources, wording FROM found)
        SELECT outcome, who, whom, kind, period, told, count(*), max(day), max(known), sum(mentions),
            sum(sources), max(wording) FROM told GROUP BY outcome, who, whom, kind, period, told""")


def read_groups(
    store: DuckDBPyConnection, importer: Importer, mapping: EventMapping, rho: float
) -> tuple[Group, ...]:
    """The groups, sorted; raises InputError where they are too many for a case."""
    rows = store.execute(f"""
        SELECT period, who, whom, kind, sum(rows)::BIGINT, max(day), max(known), sum(mentions)::BIGINT,
            sum(sources)::BIGINT, max(wording)
        FROM tally WHERE outcome = {COUNTED} GROUP BY period, who, whom, kind
        ORDER BY period, who, whom, kind LIMIT {MAX_GROUPS * 4}""").fetchall()
    found: dict[tuple[str, str, str, str], list[tuple[Any, ...]]] = {}
    names = ["", *(actor.name for actor in mapping.actors)]
    for row in rows:
        to = names[row[2]] if importer.target else ""
        key = (row[0] or "none", names[row[1]], to, mapping.kinds[row[3] - 1].menu)
        found.setdefault(key, []).append(row)
    if len(found) > MAX_GROUPS or len(rows) == MAX_GROUPS * 4:
        hint = "map fewer actors, or set per: year"
        raise InputError(f"the events must make at most {MAX_GROUPS:,} groups, got more; {hint}")
    return tuple(sorted(_group(key, rows, mapping, rho) for key, rows in found.items()))


def _group(
    key: tuple[str, str, str, str], rows: Sequence[tuple[Any, ...]], mapping: EventMapping, rho: float
) -> Group:
    kinds = [mapping.kinds[row[3] - 1] for row in rows]
    counts: dict[str, int] = {}
    for row, kind in zip(rows, kinds, strict=True):
        counts[kind.take] = counts.get(kind.take, 0) + row[4]
    period, by, to, menu = key
    return Group(
        period=period,
        by=by,
        to=to,
        menu=menu,
        happened=max(row[5] for row in rows),
        known_on=max(row[6] for row in rows),
        counts=tuple(sorted(counts.items())),
        reading=max(kind.reading or mapping.reading for kind in kinds),
        mentions=sum(row[7] for row in rows),
        sources=sum(row[8] for row in rows),
        size=independent_choices(sum(counts.values()), rho),
        wording=max((row[9] for row in rows if row[9]), default=""),
    )


def read_left(store: DuckDBPyConnection) -> tuple[Left, ...]:
    """What was left out, by reason, with the most frequent values."""
    found = []
    for outcome, reason in REASONS.items():
        if outcome == BAD_ROW:
            found += _rejected(store, reason)
            continue
        rows, values = _pair(
            store, f"SELECT coalesce(sum(rows), 0), count(DISTINCT told) FROM tally WHERE outcome = {outcome}"
        )
        top = store.execute(
            f"SELECT told, sum(rows)::BIGINT AS n FROM tally WHERE outcome = {outcome} AND told IS NOT NULL "
            f"GROUP BY told ORDER BY n DESC, told LIMIT {TOP}"
        ).fetchall()
        if rows:
            found.append(Left(reason, rows, values, tuple((told, int(n)) for told, n in top)))
    return tuple(found)


def _rejected(store: DuckDBPyConnection, reason: str) -> list[Left]:
    """Rows that have not the columns of their file, or signs that are not UTF-8, with places."""
    lines = """(SELECT f.file_path, e.line, min(e.error_type) AS wrong FROM reject_errors e
        JOIN reject_scans f USING (scan_id, file_id) GROUP BY f.file_path, e.line)"""
    total = _one(store, f"SELECT count(*) FROM {lines}")
    if not total:
        return []
    first = store.execute(f"SELECT * FROM {lines} ORDER BY ALL LIMIT {TOP}").fetchall()
    top = tuple((f"{path.rpartition('/')[2]}:{line} {str(wrong).lower()}", 1) for path, line, wrong in first)
    return [Left(reason, total, total, top)]


def rows_read(store: DuckDBPyConnection) -> int:
    """All rows, the rejected ones included."""
    rejected = _one(store, "SELECT count(*) FROM (SELECT DISTINCT scan_id, file_id, line FROM reject_errors)")
    return _one(store, "SELECT count(*) FROM staged") + rejected


def _one(store: DuckDBPyConnection, query: str) -> int:
    row = store.execute(query).fetchone()
    return int(row[0]) if row else 0


def _pair(store: DuckDBPyConnection, query: str) -> tuple[int, int]:
    row = store.execute(query).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
