"""How events are read: acts, statements, claims, answers, counter-offers, delays, levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic_core import PydanticCustomError

from detente.case.model import KINDS, UNSEEN, Coding, Event, Mark, Quantity
from detente.case.notation import read_number, read_said, settle
from detente.case.problems import nearest
from detente.case.records import DATE_HINT, MAX_PROBLEMS, Ids, Reading, read_day, read_grade, split_ids
from detente.case.table import Row
from detente.errors import Problem

ANSWERS = ("yes", "no", "partly", "later", "unclear")
MAX_COUNT = 1_000_000


def read_codings(
    rows: Sequence[Row],
    events: Sequence[Event],
    menus: Mapping[str, tuple[str, ...]],
    reading: Reading,
    event_ids: Ids,
) -> tuple[Coding, ...]:
    """Codings with names checked. `menus`: alternatives per menu. `event_ids`: every event id on
    file (None = the event table is torn). A coding is known from the later of its
    own and its event's `known_on`."""
    by_id = {event.id: event for event in events}
    found = []
    for row in rows:
        if len(reading.problems) > MAX_PROBLEMS:
            break
        coding = _coding(row, by_id, menus, reading, event_ids)
        found += [coding] if coding is not None else []
    return tuple(found)


def _coding(
    row: Row,
    events: Mapping[str, Event],
    menus: Mapping[str, tuple[str, ...]],
    reading: Reading,
    event_ids: Ids,
) -> Coding | None:
    cells, problems = row.cells, reading.problems
    kind, event = cells["kind"], events.get(cells["event"])
    if kind not in KINDS:
        must = f"must be {', '.join(KINDS[:-1])} or {KINDS[-1]}"
        problems.append(row.wrong("kind", must, nearest(kind, KINDS)))
    if event_ids is not None and cells["event"] not in event_ids:
        hint = nearest(cells["event"], event_ids, "ids")
        problems.append(row.wrong("event", "must be an id of events.csv", hint))
    value = _value(row, menus, reading) if kind in KINDS else {}
    _check_by(row, reading)
    read = read_grade(row, "reading", problems)
    content = read_grade(row, "content", problems, None if kind in ("claim", "level") else 6)
    seen, known_on = _seen(row, reading), _known_on(row, event, problems)
    if event is None or known_on is None or kind not in KINDS:
        return None
    head = (cells["id"], event.id, kind, cells["by"], split_ids(cells["to"]), cells["about"], known_on)
    mark, note = Mark(row.file, row.line, 1), cells["note"]
    value |= {"occasion": cells["occasion"], "note": note, "mark": mark}
    return Coding(*head, event.happened, read, content=content, seen=seen, **value)


def _known_on(row: Row, event: Event | None, problems: list[Problem]) -> date | None:
    """The later of the row's own day and its event's."""
    text = row.cells["known_on"]
    day = read_day(text) if text else None
    if text and day is None:
        problems.append(row.wrong("known_on", "must be a date or empty", DATE_HINT))
        return None
    if event is None:
        return None
    return max(day, event.known_on) if day is not None else event.known_on


def _check_by(row: Row, reading: Reading) -> None:
    kind, by = row.cells["kind"], row.cells["by"]
    if kind in ("act", "statement", "answer", "counter"):
        reading.known(row, "by", by, "party")
    elif kind == "delay":
        reading.known(row, "by", by, "contributor")
    elif not by:
        reading.problems.append(row.wrong("by", "must say who claims it"))


def _seen(row: Row, reading: Reading) -> float | None:
    text = row.cells["seen"]
    if not text:
        return None
    try:
        seen = read_number(text)
    except PydanticCustomError:
        seen = -1.0
    if not 0 < seen <= 1:
        reading.problems.append(row.wrong("seen", "must be a chance above 0 and at most 1, or empty"))
        return 1.0
    return seen


def _value(row: Row, menus: Mapping[str, tuple[str, ...]], reading: Reading) -> dict[str, Any]:
    readers: dict[str, Callable[[], dict[str, Any]]] = {
        "act": lambda: _taken(row, menus, reading),
        "statement": lambda: _cells(row, reading),
        "claim": lambda: _claim(row, reading),
        "answer": lambda: _answer(row, reading),
        "counter": lambda: _counter(row, reading),
        "delay": lambda: _delay(row, reading),
        "level": lambda: _level(row, reading),
    }
    return readers[row.cells["kind"]]()


def _taken(row: Row, menus: Mapping[str, tuple[str, ...]], reading: Reading) -> dict[str, Any]:
    """`alt` or `alt:15;alt2:49`."""
    menu = row.cells["about"]
    if not reading.known(row, "about", menu, "menu"):
        return {}
    known = menus.get(menu, ())
    among = _among(row, known, reading)
    known = (*(among or known), UNSEEN)
    taken: dict[str, float] = {}
    for part in split_ids(row.cells["value"]):
        name, _, count = (piece.strip() for piece in part.partition(":"))
        if name not in known:
            hint = nearest(name, known, "alternatives")
            reading.problems.append(row.wrong("value", f"must be alternatives of menu {menu}", hint))
        try:
            number = read_number(count) if count else 1.0
        except PydanticCustomError:
            number = 0.0
        if not 0 < number <= MAX_COUNT:
            reading.problems.append(
                row.wrong("value", "must count above 0, such as is_areas:15;rebel_areas:49")
            )
        taken[name] = taken.get(name, 0.0) + number
    if not taken:
        reading.problems.append(
            row.wrong("value", "must name the alternative taken", "alternatives: " + ", ".join(known[:-1]))
        )
    if UNSEEN in taken and len(taken) > 1:
        reading.problems.append(row.wrong("value", f"must not name {UNSEEN} beside other alternatives"))
    return {"taken": taken, "among": among}


def _among(row: Row, known: Sequence[str], reading: Reading) -> tuple[str, ...]:
    """Alternatives that were open: none written = all of the menu."""
    among = split_ids(row.cells["among"])
    for name in among:
        if name not in known:
            hint = nearest(name, known, "alternatives")
            reading.problems.append(row.wrong("among", "must be alternatives of the menu", hint))
    if len(among) == 1 or len(set(among)) < len(among):
        reading.problems.append(row.wrong("among", "must name two or more different alternatives, or none"))
    return among


def _cells(row: Row, reading: Reading) -> dict[str, Any]:
    """`goal+;goal2-`: what the speaker says it wants and wants to fail."""
    reading.known(row, "about", row.cells["about"], "audience")
    cells = {}
    for part in split_ids(row.cells["value"]):
        goal = part.rstrip("+-").strip()
        if reading.known(row, "value", goal, "goal"):
            cells[goal] = -1 if part.endswith("-") else 1
    if not split_ids(row.cells["value"]):
        reading.problems.append(row.wrong("value", "must name goals, such as is_defeated+;europe_safe-"))
    return {"cells": cells}


def _number(row: Row, reading: Reading, text: str, kind: str = "measure") -> Quantity | None:
    try:
        quantity = settle(read_said(text), kind, {})
    except PydanticCustomError as error:
        context = error.context or {}
        reading.problems.append(row.wrong("value", str(context["must"]), str(context["hint"])))
        return None
    if quantity.of is not None:
        reading.problems.append(row.wrong("value", "must be a number or a range"))
        return None
    key = f"codings.{row.cells['id']}"
    return Quantity(quantity.low, quantity.high, quantity.mode, None, key, key, Mark(row.file, row.line, 1))


def _claim(row: Row, reading: Reading) -> dict[str, Any]:
    reading.known(row, "about", row.cells["about"], "measure")
    return {"number": _number(row, reading, row.cells["value"])}


def _delay(row: Row, reading: Reading) -> dict[str, Any]:
    """`7`, `5..6`, `<=12.4` (not later than), `>=5` (still nothing by then)."""
    reading.known(row, "about", row.cells["about"], "delay")
    text = row.cells["value"]
    bound = next((sign for sign in ("<=", ">=") if text.startswith(sign)), "")
    return {"number": _number(row, reading, text.removeprefix(bound).strip(), "factor"), "bound": bound}


def _level(row: Row, reading: Reading) -> dict[str, Any]:
    reading.known(row, "about", row.cells["about"], "goal")
    return {"number": _number(row, reading, row.cells["value"], "level")}


def _counter(row: Row, reading: Reading) -> dict[str, Any]:
    about, value = row.cells["about"], row.cells["value"]
    both = [reading.known(row, column, row.cells[column], "proposal") for column in ("about", "value")]
    if all(both) and about == value:
        reading.problems.append(row.wrong("value", "must be another proposal than the one it answers"))
    return {"answer": value}


def _answer(row: Row, reading: Reading) -> dict[str, Any]:
    reading.known(row, "about", row.cells["about"], "proposal")
    if row.cells["value"] not in ANSWERS:
        hint = nearest(row.cells["value"], ANSWERS)
        reading.problems.append(row.wrong("value", "must be yes, no, partly, later or unclear", hint))
    return {"answer": row.cells["value"]}
