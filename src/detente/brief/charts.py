"""Pictures as data: Vega-Lite specifications made from facts, with a text alternative each.

Colours are the page's variables (see draw.py); a difference of colour is always also one of shape,
dash or label, so that pages read in black and white.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.brief.document import Picture, Table
from detente.brief.draw import FAINT, INK, LINE, MAIN, OTHER
from detente.brief.facts.values import Agenda, Bring, FrontierFacts, LadderFacts, Number
from detente.brief.words import points, signed

Spec = dict[str, Any]
PAIR = ("as claimed", "as evidenced")
LEGEND: Spec = {"title": None, "orient": "top"}
ZERO: Spec = {"mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 0}}}


def _picture(rows: list[Spec], height: int | Spec, layers: list[Spec]) -> Spec:
    return {"data": {"values": rows}, "width": 560, "height": height, "layer": layers}


def _colour(kinds: Sequence[str]) -> Spec:
    return {"field": "kind", "scale": {"domain": list(kinds), "range": [OTHER, MAIN]}, "legend": LEGEND}


def _shape(kinds: Sequence[str]) -> Spec:
    return {
        "field": "kind",
        "scale": {"domain": list(kinds), "range": ["diamond", "circle"]},
        "legend": LEGEND,
    }


def _names(titles: Sequence[str]) -> Spec:
    return {"field": "name", "type": "nominal", "sort": list(titles), "title": None}


def _row(name: str, kind: str, number: Number) -> Spec:
    return {"name": name, "kind": kind, "value": number.value, "low": number.low, "high": number.high}


def _value(title: str) -> Spec:
    return {"field": "value", "type": "quantitative", "title": title}


def _spread(where: Spec, title: str, **mark: Any) -> Spec:
    """A line from low to high."""
    ends = {"x": {"field": "low", "type": "quantitative", "title": title}, "x2": {"field": "high"}}
    return {"mark": {"type": "rule", **mark}, "encoding": {**where, **ends}}


def price_picture(ladder: LadderFacts, payer: str, table: Table) -> Picture:
    """The payer's expected gain with the deliveries and each rung of the ladder, as claimed and as
    evidenced."""
    rows = [
        _row(rung.title, kind, number)
        for rung in ladder.rungs
        for kind, number in zip(PAIR, (rung.claimed, rung.evidenced), strict=True)
    ]
    where = {
        "y": _names([rung.title for rung in ladder.rungs]),
        "yOffset": {"field": "kind", "sort": list(PAIR)},
        "color": _colour(PAIR),
    }
    title = f"expected gain of {payer} in its points, 80 % interval (0 = no deal)"
    dots = {
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        "encoding": {**where, "shape": _shape(PAIR), "x": _value(title)},
    }
    spec = _picture(rows, {"step": 22}, [ZERO, _spread(where, title, strokeWidth=2), dots])
    top = [[r["name"] for r in rows if r["kind"] == kind and r["value"] >= 0] for kind in PAIR]
    told = [f"“{names[-1]}”" if names else "no rung" for names in top]
    alt = f"Mean gain stays above no deal up to {told[0]} as claimed and up to {told[1]} as evidenced."
    name = f"What {ladder.paid_with} can pay for: {ladder.title}"
    return Picture(f"price-{ladder.issue}", name, spec, alt, table)


def agenda_picture(agenda: Agenda, table: Table) -> Picture:
    """Declared beside revealed weights with 80 % intervals."""
    kinds = ("declared", "revealed")
    shown = sorted(agenda.goals, key=lambda g: -abs(g.revealed.value))
    rows = [_row(g.title, "revealed", g.revealed) for g in shown]
    rows += [_row(g.title, "declared", g.declared) for g in shown if g.declared is not None]
    where = {"y": _names([g.title for g in shown])}
    title = "share of all that it could win or lose (negative: it wants the goal to fail)"
    dots = {
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        "encoding": {**where, "x": _value(title), "color": _colour(kinds), "shape": _shape(kinds)},
    }
    lines = _spread(where, title, strokeWidth=3, color=MAIN)
    spec = _picture(rows, {"step": 20}, [ZERO, lines, dots])
    top = ", ".join(f"{g.title} {signed(g.revealed.value)}" for g in shown[:3])
    name = f"{agenda.title}: interests as declared and as revealed"
    return Picture(f"agenda-{agenda.party}", name, spec, f"Largest revealed weights: {top}.", table)


def hype_picture(bring: Bring, contributor: str, table: Table) -> Picture:
    """Added value by task as claimed beside as evidenced."""
    tasks = [row for row in bring.rows if row.contributor == contributor]
    rows = [
        _row(task.title, kind, number)
        for task in tasks
        for kind, number in zip(PAIR, (task.claimed, task.evidenced), strict=True)
    ]
    where = {
        "y": _names([t.title for t in tasks]),
        "yOffset": {"field": "kind", "sort": list(PAIR)},
    }
    title = "points of the goal added, 80 % interval"
    opacity = {"field": "kind", "scale": {"domain": list(PAIR), "range": [0.45, 1]}, "legend": None}
    bars = {
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
        "encoding": {**where, "color": _colour(PAIR), "fillOpacity": opacity, "x": _value(title)},
    }
    spec = _picture(rows, {"step": 16}, [bars, _spread(where, title, color=INK)])
    alt = "; ".join(
        f"{t.title}: {points(t.claimed.value, False)} claimed, {points(t.evidenced.value, False)} evidenced"
        for t in tasks
    )
    return Picture(f"hype-{contributor}", f"What {contributor} adds", spec, f"{alt}.", table)


def frontier_picture(frontier: FrontierFacts, offer: str, table: Table) -> Picture:
    """The frontier of the zone of agreement with offer and solutions, gains of two table parties."""
    a, b = frontier.parties
    marks = _marks(frontier, offer)
    kinds = ["frontier", "offer", "solution"]

    def by_kind(values: list[Any], legend: Spec | None = LEGEND) -> Spec:
        return {"field": "kind", "scale": {"domain": kinds, "range": values}, "legend": legend}

    where: Spec = {
        "x": {"field": "x", "type": "quantitative", "title": f"gain of {a}"},
        "y": {"field": "y", "type": "quantitative", "title": f"gain of {b}"},
    }
    dots = {
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            **where,
            "color": by_kind([FAINT, OTHER, MAIN]),
            "shape": by_kind(["circle", "diamond", "square"]),
            "size": by_kind([30, 160, 110], None),
        },
    }
    axes: list[Spec] = [
        {"mark": {"type": "rule", "color": LINE}, "encoding": {axis: {"datum": 0}}} for axis in ("x", "y")
    ]
    spec = _picture(marks, 320, [*axes, dots, *_labels(where, marks)])
    place = "no offer is on the table"
    if frontier.offer is not None:
        place = f"{offer} gives {points(frontier.offer[0])} and {points(frontier.offer[1])}"
    alt = f"{len(frontier.points)} frontier points; {place}."
    return Picture("frontier", f"What {a} and {b} can both gain", spec, alt, table)


def _marks(frontier: FrontierFacts, offer: str) -> list[Spec]:
    """Frontier points, the offer, and solutions (those with equal gains share a mark)."""
    a, b = frontier.parties
    marks: list[Spec] = [{"x": x, "y": y, "kind": "frontier", "label": ""} for x, y in frontier.points]
    if frontier.offer is not None:
        marks.append({"x": frontier.offer[0], "y": frontier.offer[1], "kind": "offer", "label": offer})
    seen: dict[tuple[float, float], list[str]] = {}
    for row in frontier.solutions:
        worth = dict(row.gains)
        seen.setdefault((round(worth[a].value, 2), round(worth[b].value, 2)), []).append(row.title)
    marks += [
        {"x": x, "y": y, "kind": "solution", "label": ", ".join(names)} for (x, y), names in seen.items()
    ]
    return marks


def _labels(where: Spec, marks: list[Spec]) -> list[Spec]:
    """Labels beside their points, inside the picture: to the left in its right half."""
    if not marks:
        return []
    middle = (min(m["x"] for m in marks) + max(m["x"] for m in marks)) / 2
    sides = (("left", 9, f"datum.x <= {middle}"), ("right", -9, f"datum.x > {middle}"))
    return [
        {
            "transform": [{"filter": f"datum.label != '' && {side}"}],
            "mark": {"type": "text", "align": align, "dx": dx, "dy": -9, "color": INK},
            "encoding": {**where, "text": {"field": "label"}},
        }
        for align, dx, side in sides
    ]
