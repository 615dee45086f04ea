"""Files through DuckDB: read once, in a stream, on two threads; what is kept of a row is a few numbers.

Every row is staged as key, day, actor, target, kind and the reason why it does not count. Doubles are then
sought among keys of one residue class at a time, so that memory does not grow with the number of rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.case.importers.importer import Importer
from detente.case.importers.layout import Layout
from detente.case.importers.mapping import EventMapping
from detente.case.importers.matching import actor_sql, kind_sql, quote
from detente.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADS, MEMORY = 2, "400MB"
CLASS_ROWS = 4_000_000
"""Rows of one residue class of keys, about: some 200 MB while doubles are sought."""
EARLIEST, LATEST = date(1800, 1, 1), date(2199, 12, 31)

COUNTED, DOUBLE, BAD_DAY, BAD_KEY, BAD_CHOICE, OUTSIDE, LATE, NO_ACTOR = range(8)
IGNORED, NO_KIND, NO_TARGET, INSIDE, THIN, BAD_ROW = range(8, 14)
REASONS = {
    BAD_ROW: "malformed: columns or signs",
    BAD_DAY: "malformed: date",
    BAD_KEY: "malformed: no key",
    BAD_CHOICE: "malformed: choice",
    DOUBLE: "double",
    OUTSIDE: "outside the dates asked for",
    LATE: "reported too late",
    NO_ACTOR: "actor not mapped",
    IGNORED: "ignored on purpose",
    NO_KIND: "kind not mapped",
    NO_TARGET: "target not mapped",
    INSIDE: "actor and target are one party",
    THIN: "told by too few sources",
}
"""Outcomes of a row that is not counted, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which events are asked for: first and last day of the event, and by when they were known."""

    since: date | None = None
    until: date | None = None
    as_of: date | None = None


@contextmanager
def open_store() -> Iterator[DuckDBPyConnection]:
    """A store of its own in a temporary folder, gone afterwards; bounded in threads and memory.

    Raises InputError where DuckDB is missing, and for whatever it cannot do.
    """
    try:
        import duckdb
    except ImportError:
        raise InputError(
            "importing events must have DuckDB, got none installed; try pip install 'detente[events]'"
        ) from None
    with tempfile.TemporaryDirectory(prefix="detente-events-") as folder:
        config: dict[str, Any] = {
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": f"{folder}/spill",
        }
        config |= {"preserve_insertion_order": False, "autoinstall_known_extensions": False}
        config |= {"autoload_known_extensions": False}
        try:
            with duckdb.connect(f"{folder}/staged.db", config=config) as store:
                store.execute("SET enable_progress_bar = false")
                yield store
        except duckdb.Error as error:
            told = str(error).splitlines()[0]
            raise InputError(f"the events must be readable as tables, got {told}") from None


def stage(
    store: DuckDBPyConnection, layout: Layout, importer: Importer, mapping: EventMapping, window: Window
) -> None:
    """Read one file into the table `staged`; rows that do not fit its columns go to `reject_errors`.

    Cost: one pass over the file, about a million rows a second on two cores, memory bounded.
    """
    names = [f"c{place}" for place in range(len(layout.columns))]
    clean = "trim(coalesce({}, ''))" if layout.header else "coalesce({}, '')"  # as published: no blanks
    columns = {name: clean.format(c) for name, c in zip(layout.columns, names, strict=True)}
    looked_at = (importer.actor, importer.target, importer.kinds)
    used = [field.column for fields in looked_at for field in fields.values()]
    used += [importer.day, importer.known, importer.sources, importer.mentions, importer.wording]
    used += [*importer.key, *importer.happening, *(importer.session or ())[:1]]
    cells = {name: f"x{place}" for place, name in enumerate(dict.fromkeys(used)) if name in columns}
    select = ", ".join(f"{columns[name]} AS {cell}" for name, cell in cells.items())
    who = actor_sql(mapping, importer.actor, cells)
    whom = actor_sql(mapping, importer.target, cells) if importer.target else "0"
    query = f"""
        INSERT INTO staged
        WITH raw AS (SELECT {select} FROM {_read(names, layout)}),
        days AS (SELECT *, {_date(importer.day_forms, cells[importer.day])} AS day FROM raw),
        dated AS (SELECT *, {_known(importer, cells)} AS known FROM days),
        actors AS (SELECT *, {who} AS who, {whom} AS whom, {not importer.target} AS no_targets FROM dated),
        kinds AS (SELECT *, {kind_sql(mapping, importer.kinds, cells)} AS kind, {_key(importer, cells)} AS key
                  FROM actors),
        judged AS (SELECT *, {_outcome(importer, mapping, window, cells)} AS outcome FROM kinds)
        SELECT key, outcome::UTINYINT, day, known, who, whom, kind, {_unit(importer, mapping, cells)},
               {_told(importer, cells)}, {_number(importer.mentions, cells)},
               {_number(importer.sources, cells)}, {_wording(importer, mapping, cells)}
        FROM judged"""
    store.execute(query, [str(_plain_path(store, layout.path))])


def create(store: DuckDBPyConnection, importer: Importer) -> None:
    """The empty tables."""
    store.execute(f"""
        CREATE TABLE staged (key {"BIGINT" if importer.number_key else "VARCHAR"}, outcome UTINYINT, day DATE,
            known DATE, who INTEGER, whom INTEGER, kind INTEGER, unit VARCHAR, told VARCHAR, mentions BIGINT,
            sources BIGINT, wording VARCHAR);
        CREATE TABLE mentions (key BIGINT, source VARCHAR);
        CREATE TABLE tally (outcome UTINYINT, who INTEGER, whom INTEGER, kind INTEGER, period VARCHAR,
            told VARCHAR, rows BIGINT, day DATE, known DATE, mentions BIGINT, sources BIGINT,
            wording VARCHAR)""")


def stage_mentions(store: DuckDBPyConnection, layout: Layout, key: str, source: str) -> None:
    """Read one file of mentions into the table `mentions`."""
    names = [f"c{place}" for place in range(len(layout.columns))]
    at = dict(zip(layout.columns, names, strict=True))
    store.execute(
        f"INSERT INTO mentions SELECT try_cast({at[key]} AS BIGINT), lower(trim({at[source]})) "
        f"FROM {_read(names, layout, 'mention')} WHERE try_cast({at[key]} AS BIGINT) IS NOT NULL",
        [str(_plain_path(store, layout.path))],
    )


def _read(names: Sequence[str], layout: Layout, rejects: str = "reject") -> str:
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    quoted = "'\"'" if layout.quoted else "''"
    return (
        f"read_csv(?, delim = {quote(layout.delimiter)}, quote = {quoted}, escape = {quoted}, "
        f"header = {layout.header}, auto_detect = false, columns = {{{columns}}}, compression = 'none', "
        f"store_rejects = true, rejects_table = '{rejects}_errors', rejects_scan = '{rejects}_scans')"
    )


def _plain_path(store: DuckDBPyConnection, path: Path) -> Path:
    """A name without signs that stand for other names."""
    if not set(str(path.absolute())) & set("*?[]"):
        return path.absolute()
    row = store.execute("SELECT current_setting('temp_directory')").fetchone()
    assert row is not None
    folder = Path(str(row[0])).parent
    link = folder / f"file{len(list(folder.iterdir()))}"
    link.symlink_to(path.absolute())
    return link


def _date(forms: Sequence[str], cell: str) -> str:
    listed = ", ".join(map(quote, forms))
    return f"try_strptime({cell}, [{listed}])::DATE"


def _known(importer: Importer, cells: dict[str, str]) -> str:
    """The day by which a record was known: never before the event, nor unreadable."""
    if importer.known not in cells:
        return "day"
    told, day = cells[importer.known], cells[importer.day]
    late = f"greatest(day, coalesce({_date(importer.known_forms, told)}, day))"
    return f"CASE WHEN {told} = {day} THEN day ELSE {late} END"


def has_key(importer: Importer, columns: Sequence[str]) -> bool:
    """Whether records of a file with these columns can be told apart."""
    return set(importer.key) <= set(columns)


def _key(importer: Importer, cells: dict[str, str]) -> str:
    if not has_key(importer, list(cells)):
        return "NULL"
    if importer.number_key:
        return f"try_cast({cells[importer.key[0]]} AS BIGINT)"
    parts = [cells[name] for name in importer.key]
    whole = " || chr(31) || ".join(parts)
    return f"CASE WHEN {' AND '.join(f'{part} <> {quote(str())}' for part in parts)} THEN {whole} END"


def _outcome(importer: Importer, mapping: EventMapping, window: Window, cells: dict[str, str]) -> str:
    outside = [f"day < {quote(str(window.since))}::DATE"] if window.since else []
    outside += [f"day > {quote(str(window.until))}::DATE"] if window.until else []
    outside += [f"known > {quote(str(window.as_of))}::DATE"] if window.as_of else []
    whens = [f"WHEN day IS NULL OR day < '{EARLIEST}'::DATE OR day > '{LATEST}'::DATE THEN {BAD_DAY}"]
    if has_key(importer, list(cells)):
        whens.append(f"WHEN key IS NULL THEN {BAD_KEY}")
    if importer.choice:
        listed = ", ".join(map(quote, importer.choices))
        whens.append(
            f"WHEN lower({cells[importer.kinds[importer.choice].column]}) NOT IN ({listed}) THEN {BAD_CHOICE}"
        )
    whens += [f"WHEN {' OR '.join(outside)} THEN {OUTSIDE}"] if outside else []
    if importer.known:
        whens.append(f"WHEN known > day + {mapping.known_within} THEN {LATE}")
    acting = sum(actor.acts for actor in mapping.actors)
    whens.append(f"WHEN who = 0 OR who > {acting} THEN {NO_ACTOR}")
    ignored = sum(not kind.menu for kind in mapping.kinds)
    whens.append(f"WHEN kind BETWEEN 1 AND {ignored} THEN {IGNORED}")
    whens.append(f"WHEN kind = 0 THEN {NO_KIND} WHEN kind = -1 THEN {NO_TARGET} WHEN kind = -2 THEN {INSIDE}")
    return f"CASE {' '.join(whens)} ELSE {COUNTED} END"


def _unit(importer: Importer, mapping: EventMapping, cells: dict[str, str]) -> str:
    if mapping.per == "session" and importer.session:
        column, pattern = importer.session
        return f"regexp_extract({cells[column]}, {quote(pattern)}, 1)"
    if mapping.per == "each":
        return " || '-' || ".join(cells[name] for name in importer.happening or importer.key)
    return "NULL"


def _told(importer: Importer, cells: dict[str, str]) -> str:
    """The value by which a row that does not count is told: of its actor, target, kind or date."""
    actors = [cells[f.column] for f in importer.actor.values() if f.column in cells][:2]
    targets = [cells[f.column] for f in importer.target.values() if f.column in cells][:2]
    told = importer.kinds[importer.told].column
    kind = cells.get(told) or next(cells[f.column] for f in importer.kinds.values() if f.column in cells)
    choice = cells[importer.kinds[importer.choice].column] if importer.choice else "''"
    return f"""CASE outcome WHEN {COUNTED} THEN NULL WHEN {BAD_DAY} THEN {cells[importer.day]}
        WHEN {BAD_CHOICE} THEN {choice} WHEN {NO_ACTOR} THEN {_first(actors)}
        WHEN {NO_TARGET} THEN {_first(targets)} WHEN {IGNORED} THEN {kind} WHEN {NO_KIND} THEN {kind} END"""


def _first(cells: Sequence[str]) -> str:
    return (
        f"coalesce({', '.join(f'nullif({cell}, {quote(str())})' for cell in cells)}, '')" if cells else "''"
    )


def _number(column: str, cells: dict[str, str]) -> str:
    return f"greatest(coalesce(try_cast({cells[column]} AS BIGINT), 0), 0)" if column in cells else "0"


def _wording(importer: Importer, mapping: EventMapping, cells: dict[str, str]) -> str:
    return cells[importer.wording] if mapping.per == "each" and importer.wording in cells else "NULL"
