"""Groups as rows of a case's three tables, and menus as text of its case file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from detente.case.codings import MAX_COUNT
from detente.case.importers.mapping import EventMapping, Kind
from detente.case.importers.result import Group
from detente.case.problems import shown
from detente.case.records import CODING_COLUMNS, EVENT_COLUMNS, SOURCE_COLUMNS

Row = Mapping[str, str]
NOTHING = "nothing"
MARK = "imported events, digest "
_KEEP = "/_.-"


def digest_of(groups: Sequence[Group]) -> str:
    """Sixteen signs that are the same for the same groups, whatever the source is called."""
    told = [(g.period, g.by, g.to, g.menu, str(g.happened), str(g.known_on), g.counts) for g in groups]
    return hashlib.blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()


def source_rows(mapping: EventMapping, groups: Sequence[Group], rows: int) -> tuple[Row, ...]:
    """The data set as one source; its note holds the digest, and what was read as what and why."""
    if not groups:
        return ()
    said = "; ".join(dict.fromkeys(_reason(kind) for kind in mapping.kinds if kind.menu))
    note = f"{MARK}{digest_of(groups)}; {rows:,} rows read with {mapping.file}; {said}"
    return (_row(SOURCE_COLUMNS, {**mapping.source, "note": note}),)


def _reason(kind: Kind) -> str:
    tests = " and ".join(f"{t.field} {', '.join(t.patterns)}" for t in kind.looks[0])
    return f"{tests} is {kind.take} of {kind.menu}: {kind.why}"


def event_rows(mapping: EventMapping, groups: Sequence[Group]) -> tuple[Row, ...]:
    """One event for each group; occasions that many parties share are one event."""
    found: dict[str, Row] = {}
    for group in groups:
        name = event_id(mapping, group)
        origin = (
            name if mapping.per == "each" else f"{mapping.source['id']}.{_slug(group.period)}.{_pair(group)}"
        )
        text = shown(group.wording, 300) if group.wording else _text(mapping, group)
        cells = {"id": name, "happened": str(group.happened), "known_on": str(group.known_on), "text": text}
        cells |= {"sources": mapping.source["id"], "reported": str(mapping.reported), "origin": origin}
        old = found.get(name)
        if old is not None:
            cells["known_on"] = max(old["known_on"], cells["known_on"])
            cells["happened"] = max(old["happened"], cells["happened"])
        found[name] = _row(EVENT_COLUMNS, cells)
    return tuple(found.values())


def coding_rows(mapping: EventMapping, groups: Sequence[Group]) -> tuple[Row, ...]:
    """One act for each group, with counts where it stands for more than one record."""
    return tuple(_coding(mapping, group) for group in groups)


def _coding(mapping: EventMapping, group: Group) -> Row:
    largest = max(number for _, number in group.counts)
    scale = min(1.0, MAX_COUNT / largest)
    value = ";".join(f"{name}:{max(1, round(number * scale))}" for name, number in group.counts)
    note = f"{group.records:,} records, worth {group.size:.2f} independent choices"
    note = note if group.records > 1 else "1 record"
    if group.sources:
        note += f"; {group.mentions:,} mentions, {group.sources:,} sources counted"
    if scale < 1:
        note += f"; counts scaled down to at most {MAX_COUNT:,}"
    cells = {"id": f"{mapping.source['id']}.act.{_slug(group.period)}.{_pair(group)}.{group.menu}"}
    cells |= {"event": event_id(mapping, group), "kind": "act", "by": group.by, "to": group.to}
    cells |= {"about": group.menu, "value": group.counts[0][0] if group.records == 1 else value}
    return _row(CODING_COLUMNS, {**cells, "reading": str(group.reading), "note": note})


def event_id(mapping: EventMapping, group: Group) -> str:
    """Readable and free of clashes: names have no full stops, periods are escaped."""
    head = f"{mapping.source['id']}.{_slug(group.period)}"
    return head if mapping.per == "each" else f"{head}.{_pair(group)}.{group.menu}"


def _pair(group: Group) -> str:
    return f"{group.by}.{group.to or '-'}"


def _slug(period: str) -> str:
    return quote(period.replace("\x1f", " "), safe=_KEEP)


def _text(mapping: EventMapping, group: Group) -> str:
    acts = "1 act" if group.records == 1 else f"{group.records:,} acts"
    towards = f" towards {group.to}" if group.to else ""
    when = f"session {group.period}" if mapping.per == "session" else group.period
    return f"{acts} of {group.by}{towards} in {when}, as coded in {mapping.source['title']}"


def menu_texts(mapping: EventMapping, known: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """YAML of the menus of which the mapping gives pushes, and notes on those that are `known` already.

    The alternative `nothing` is added: acts are choices against doing nothing too.
    """
    alternatives: dict[str, dict[str, str]] = {}
    reasons: dict[str, list[str]] = {}
    for kind in mapping.kinds:
        if kind.pushes is not None:
            pushes = ", ".join(f"{goal}: {push}" for goal, push in kind.pushes.items())
            alternatives.setdefault(kind.menu, {}).setdefault(kind.take, pushes)
            reasons.setdefault(kind.menu, []).append(f"{kind.take}: {kind.why}")
    texts, notes = {}, []
    for menu, takes in alternatives.items():
        if menu in known:
            notes.append(
                f"menu {menu} is in the case already: its pushes stand, those of the mapping do not count"
            )
            continue
        if all(takes.values()):
            takes[NOTHING] = ""
        why = " ".join(dict.fromkeys(reasons[menu]))
        lines = [
            f"  {menu}:",
            f"    title: {json.dumps('As coded in ' + mapping.source['title'], ensure_ascii=False)}",
        ]
        lines += [f"    why: {json.dumps(why, ensure_ascii=False)}", f"    src: [{mapping.source['id']}]"]
        lines += ["    alternatives:", *(f"      {take}: {{{pushes}}}" for take, pushes in takes.items())]
        texts[menu] = "\n".join(lines) + "\n"
    return texts, tuple(notes)


def _row(columns: Sequence[str], cells: Row) -> Row:
    """All columns of a table, blank where nothing is said; no line breaks inside cells."""
    return {name: " ".join(cells.get(name, "").split()) for name in columns}
