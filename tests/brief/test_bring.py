"""What they bring, on the page: tables that appear where there is something to tell apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from detente.brief.document import Table
from detente.brief.facts.values import Bring, CoverRow, Number, TaskRow, TheatreRow
from detente.brief.page.bring import bring_blocks


def number(value: float) -> Number:
    return Number(f"n{value}", value, "points", "", value - 1, value + 1)


def bring(**changes: Any) -> Bring:
    row = TaskRow("Bear", "raids", "Raids", "north", "Safe", *[number(n) for n in (9, 2, 7)], None, False)
    total = ("Bear", number(8), number(3), number(5))
    given: dict[str, Any] = {"rows": (row,), "totals": (total,), "shapley": (("Bear", number(4)),)}
    rest = {"methods": (), "claims": (), "nothing": ()}
    return Bring(**{**given, **rest, **changes})


def tables(found: Bring) -> dict[str, list[list[str]]]:
    blocks = bring_blocks(SimpleNamespace(bring=found, principal_title="Eagle"))  # type: ignore[arg-type]
    return {b.title: [[cell.text for cell in row] for row in b.rows] for b in blocks if isinstance(b, Table)}


def theatre(name: str, who: str = "Bear") -> TheatreRow:
    return TheatreRow(name, who, number(6), number(2), number(4), number(3))


def test_theatres_are_told_apart_where_there_are_several() -> None:
    title = "The same by theatre, in points of Eagle"
    assert title not in tables(bring(theatres=(theatre("north"), theatre("north", "Owl"))))
    shown = tables(bring(theatres=(theatre("north"), theatre(""))))[title]
    assert shown[0] == ["north", "Bear", "+6.0", "+2.0", "+1.0 to +3.0", "+4.0", "+3.0 to +5.0"]
    assert shown[1][:2] == ["–", "Bear"]


def test_covers_name_who_cannot_be_missed() -> None:
    cover = Number("c", 0.52, "share", "", 0.4, 0.6)
    rows = (
        CoverRow("raids", "Raids", "north", "Safe", cover, ("Bear", "Owl")),
        CoverRow("bread", "Bread", "", "Fed", cover, ()),
    )
    assert tables(bring(covers=rows))["How far each task is covered by all together, as evidenced"] == [
        ["Raids", "north", "52 %", "40 % to 60 %", "Bear and Owl"],
        ["Bread", "–", "52 %", "40 % to 60 %", "–"],
    ]


def test_pairs_worth_telling() -> None:
    pairs = (("Bear", "Owl", number(2)), ("Bear", "Fox", number(-1)), ("Owl", "Fox", number(0.4)))
    shown = tables(bring(pairs=pairs))["Who goes with whom, in points of Eagle"]
    assert [row[:3] + row[4:] for row in shown] == [
        ["Bear", "Owl", "+2.0", "complements"],
        ["Bear", "Fox", "−1.0", "substitutes"],
    ]
    assert "Who goes with whom, in points of Eagle" not in tables(bring(pairs=pairs[2:]))
