"""The import itself: files and a mapping in, one value out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from detente.case.importers import scan, tally
from detente.case.importers.importer import Importer
from detente.case.importers.known import list_importers, named_importer
from detente.case.importers.layout import Layout, read_columns, read_layout, require
from detente.case.importers.mapping import EventMapping
from detente.case.importers.mapping_reading import read_mapping
from detente.case.importers.result import Group, Imported, Left
from detente.case.importers.tables import coding_rows, digest_of, event_rows, menu_texts, source_rows
from detente.case.model import Case, Settings
from detente.errors import InputError

Progress = Callable[[str], None]


def import_events(
    files: Sequence[Path | str],
    format: str,
    mapping: Path | str,
    *,
    case: Case | None = None,
    mentions: Sequence[Path | str] = (),
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Coded events or roll calls as acts of a case: rows for its tables, and an account of every row read.

    `files`: of one `format` (a name in `list_importers()`), as published, unpacked. `mapping`: the analyst's
    YAML file. `case`: whose parties, menus and goals the mapping must use, and whose `rho` discounts
    repeated acts; without it names are taken as written and `rho` is the default. `mentions`: files that
    tell who reported which event (GDELT 2.0). `since`, `until`: first and last day of the event. `as_of`:
    only what was known by then.

    Raises InputError for files that are not what `format` says, or without DuckDB; CaseError with all
    problems of the mapping. Same input, same result. Cost: one pass over the files, some 700,000 rows of
    GDELT a second on two cores, memory bounded whatever the number of rows. It does not find that two data
    sets, or two keys of one, tell of the same act.
    """
    importer = named_importer(format)
    said = read_mapping(mapping, importer, case)
    layouts = _layouts([Path(file) for file in files], importer, said)
    told = _told_by(mentions, importer)
    if since and until and since > until:
        raise InputError(f"the first day must not be after the last, got {since} and {until}")
    rho = case.settings.rho if case is not None else Settings().rho
    with scan.open_store() as store:
        scan.create(store, importer)
        for place, layout in enumerate(layouts, 1):
            _say(progress, f"reading {layout.path.name} ({place} of {len(layouts)})")
            scan.stage(store, layout, importer, said, scan.Window(since, until, as_of))
        for layout in told:
            _say(progress, f"reading {layout.path.name}")
            scan.stage_mentions(store, layout, *importer.mention_columns)
        _say(progress, "counting")
        tally.count(store, said)
        found = _Tallied(
            tally.rows_read(store), tally.read_groups(store, importer, said, rho), tally.read_left(store)
        )
    return _imported(found, layouts, importer, said, case)


@dataclass(frozen=True, slots=True)
class _Tallied:
    rows: int
    groups: tuple[Group, ...]
    left: tuple[Left, ...]


def _imported(
    found: _Tallied, layouts: Sequence[Layout], importer: Importer, mapping: EventMapping, case: Case | None
) -> Imported:
    """The counts as rows of a case; InputError where every row is malformed: the file is something else."""
    rows, groups, left = found.rows, found.groups, found.left
    if rows and sum(item.rows for item in left if item.reason.startswith("malformed")) == rows:
        example = f"{left[0].reason} {left[0].top[0][0] if left[0].top else ''}".strip()
        raise InputError(f"{layouts[0].path} must hold rows of {importer.name}, got none; {example}")
    menus, notes = menu_texts(mapping, [menu.name for menu in case.menus] if case is not None else [])
    return Imported(
        format=importer.name,
        source=mapping.source["id"],
        rows=rows,
        counted=sum(group.records for group in groups),
        files=tuple(layout.path.name for layout in layouts),
        left=left,
        groups=groups,
        sources=source_rows(mapping, groups, rows),
        events=event_rows(mapping, groups),
        codings=coding_rows(mapping, groups),
        menus=menus,
        notes=(*notes, *_unkeyed(layouts, importer)),
        digest=digest_of(groups),
        rho=case.settings.rho if case is not None else Settings().rho,
    )


def _say(progress: Progress | None, step: str) -> None:
    if progress is not None:
        progress(step)


def _layouts(files: Sequence[Path], importer: Importer, mapping: EventMapping) -> tuple[Layout, ...]:
    """The layouts of all files, each with the columns that the mapping needs; every wrong file is told."""
    if not files:
        raise InputError("the events must come from a file, got none")
    wrong, found = [], []
    for file in files:
        try:
            layout = read_layout(file, importer, tuple(list_importers().values()))
            _require(layout, importer, mapping)
            found.append(layout)
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        raise InputError("\n".join(wrong))
    return tuple(found)


def _require(layout: Layout, importer: Importer, mapping: EventMapping) -> None:
    if all(scan.has_key(importer, columns) for columns in importer.layouts):
        require(layout, importer.key, "it names the record")
    actors, kinds = mapping.fields
    acting = {test.field for actor in mapping.actors if actor.acts for look in actor.looks for test in look}
    require(
        layout, sorted(importer.actor[name].column for name in acting), "the mapping looks for actors there"
    )
    if importer.target:
        targets = sorted(importer.target[name].column for name in actors)
        require(layout, targets, "the mapping looks for targets there")
    require(
        layout, sorted(importer.kinds[name].column for name in kinds), "the mapping looks for kinds there"
    )
    more = [importer.known] if importer.known else []
    more += [importer.kinds[importer.choice].column] if importer.choice else []
    more += [importer.sources] if mapping.at_least_sources else []
    more += list(importer.happening) if mapping.per == "each" else []
    more += list((importer.session or ())[:1]) if mapping.per == "session" else []
    require(layout, more, "the format has it")
    if mapping.per == "each" and not scan.has_key(importer, layout.columns):
        raise InputError(
            f"{layout.path}:1 must have columns {', '.join(importer.key)} for per: each; use per: month"
        )


def _told_by(mentions: Sequence[Path | str], importer: Importer) -> tuple[Layout, ...]:
    if mentions and not importer.mention_layout:
        raise InputError(f"mentions must be left out: {importer.name} has no files of mentions")
    return tuple(read_columns(Path(file), importer.mention_layout, importer.delimiter) for file in mentions)


def _unkeyed(layouts: Sequence[Layout], importer: Importer) -> tuple[str, ...]:
    without = [layout.path.name for layout in layouts if not scan.has_key(importer, layout.columns)]
    return (f"{', '.join(without)}: no keys, so that doubles could not be told apart",) if without else ()
