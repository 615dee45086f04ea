"""Pictures as data: Vega-Lite specifications made from facts, with a text alternative each.

Colours are the page's variables (see draw.py); a difference of colour is always also one of shape,
dash or label, so that pages read in black and white.
"""

from __future__ import annotations

from typing import Any

from detente.brief.document import Picture, Table
from detente.brief.draw import FAINT, INK, LINE, MAIN, OTHER
from detente.brief.facts.values import Agenda, Bring, FrontierFacts, LadderFacts
from detente.brief.words import points

Spec = dict[str, Any]
CLAIMED, EVIDENCED = "as claimed", "as evidenced"
TWO = {"domain": [CLAIMED, EVIDENCED], "range": [OTHER, MAIN]}
SHAPES = {"domain": [CLAIMED, EVIDENCED], "range": ["diamond", "circle"]}


def _base(rows: list[Spec], height: int | Spec, layers: list[Spec]) -> Spec:
    return {"data": {"values": rows}, "width": 560, "height": height, "layer": layers}


def price_picture(ladder: LadderFacts, payer: str, table: Table) -> Picture:
    """The payer's gain with the deliveries and one rung of the ladder, as claimed and as evidenced."""
    rows = []
    for rung in ladder.rungs:
        for kind, number in ((CLAIMED, rung.claimed), (EVIDENCED, rung.evidenced)):
            rows.append({"rung": rung.title, "kind": kind, "gain": number.value, "low": number.low, "high": number.high})
    order = [rung.title for rung in ladder.rungs]
    y: Spec = {"field": "rung", "type": "nominal", "sort": order, "title": None}
    offset: Spec = {"field": "kind", "sort": [CLAIMED, EVIDENCED]}
    color: Spec = {"field": "kind", "scale": TWO, "legend": {"title": None, "orient": "top"}}
    shape: Spec = {"field": "kind", "scale": SHAPES, "legend": {"title": None, "orient": "top"}}
    x_title = f"gain of {payer} in its points, 80 % interval (0 = no deal)"
    spec = _base(
        rows,
        {"step": 22},
        [
            {"mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 0}}},
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"y": y, "yOffset": offset, "color": color, "x": {"field": "low", "type": "quantitative", "title": x_title}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
                "encoding": {"y": y, "yOffset": offset, "color": color, "shape": shape, "x": {"field": "gain", "type": "quantitative"}},
            },
        ],
    )
    last = {k: [r for r in rows if r["kind"] == k and r["gain"] >= 0] for k in (CLAIMED, EVIDENCED)}
    reach = {k: v[-1]["rung"] if v else "no rung" for k, v in last.items()}
    alt = f"Mean gain stays above no deal up to “{reach[CLAIMED]}” as claimed and up to “{reach[EVIDENCED]}” as evidenced."
    return Picture(f"price-{ladder.issue}", f"What {ladder.paid_with} can pay for: {ladder.title}", spec, alt, table)


def agenda_picture(agenda: Agenda, table: Table) -> Picture:
    """Declared beside revealed weights with 80 % intervals."""
    shown = sorted(agenda.goals, key=lambda g: -abs(g.revealed.value))
    rows: list[Spec] = []
    for goal in shown:
        rows.append({"goal": goal.title, "kind": "revealed", "w": goal.revealed.value, "low": goal.revealed.low, "high": goal.revealed.high})
        if goal.declared is not None:
            rows.append({"goal": goal.title, "kind": "declared", "w": goal.declared.value})
    y: Spec = {"field": "goal", "type": "nominal", "sort": [g.title for g in shown], "title": None}
    scale = {"domain": ["declared", "revealed"], "range": [OTHER, MAIN]}
    shapes = {"domain": ["declared", "revealed"], "range": ["diamond", "circle"]}
    legend: Spec = {"title": None, "orient": "top"}
    x: Spec = {"field": "w", "type": "quantitative", "title": "share of all it could win or lose (negative: wants it to fail)"}
    spec = _base(
        rows,
        {"step": 20},
        [
            {"mark": {"type": "rule", "color": INK}, "encoding": {"x": {"datum": 0}}},
            {
                "transform": [{"filter": "datum.kind == 'revealed'"}],
                "mark": {"type": "rule", "strokeWidth": 3, "color": MAIN},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
                "encoding": {
                    "y": y, "x": x,
                    "color": {"field": "kind", "scale": scale, "legend": legend},
                    "shape": {"field": "kind", "scale": shapes, "legend": legend},
                },
            },
        ],
    )
    top = ", ".join(f"{g.title} {g.revealed.value:+.2f}" for g in shown[:3])
    return Picture(f"agenda-{agenda.party}", f"{agenda.title}: declared beside revealed", spec, f"Largest revealed weights: {top}.", table)


def hype_picture(bring: Bring, contributor: str, table: Table) -> Picture:
    """Added value by task as claimed beside as evidenced."""
    tasks = [row for row in bring.rows if row.contributor == contributor]
    rows = [
        {"task": row.title, "kind": kind, "v": number.value, "low": number.low, "high": number.high}
        for row in tasks
        for kind, number in ((CLAIMED, row.claimed), (EVIDENCED, row.evidenced))
    ]
    y: Spec = {"field": "task", "type": "nominal", "sort": [t.title for t in tasks], "title": None}
    offset: Spec = {"field": "kind", "sort": [CLAIMED, EVIDENCED]}
    color: Spec = {"field": "kind", "scale": TWO, "legend": {"title": None, "orient": "top"}}
    spec = _base(
        rows,
        {"step": 16},
        [
            {
                "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
                "encoding": {
                    "y": y, "yOffset": offset, "color": color,
                    "fillOpacity": {"field": "kind", "scale": {"domain": [CLAIMED, EVIDENCED], "range": [0.45, 1]}, "legend": None},
                    "x": {"field": "v", "type": "quantitative", "title": "points of the goal added"},
                },
            },
            {
                "mark": {"type": "rule", "color": INK},
                "encoding": {"y": y, "yOffset": offset, "x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
            },
        ],
    )
    alt = "; ".join(f"{t.title}: {points(t.claimed.value, False)} claimed, {points(t.evidenced.value, False)} evidenced" for t in tasks)
    return Picture(f"hype-{contributor}", f"What {contributor} adds", spec, f"{alt}.", table)


def frontier_picture(frontier: FrontierFacts, offer: str, table: Table) -> Picture:
    """The frontier of the zone of agreement with offer and solutions, gains of two table parties."""
    a, b = frontier.parties
    marks: list[Spec] = [{"x": x, "y": y, "kind": "frontier", "label": ""} for x, y in frontier.points]
    if frontier.offer is not None:
        marks.append({"x": frontier.offer[0], "y": frontier.offer[1], "kind": "offer", "label": offer})
    seen: dict[tuple[float, float], list[str]] = {}
    for row in frontier.solutions:
        pair = dict(row.gains)
        if a in pair and b in pair:
            seen.setdefault((round(pair[a].value, 2), round(pair[b].value, 2)), []).append(row.title)
    marks += [{"x": x, "y": y, "kind": "solution", "label": ", ".join(names)} for (x, y), names in seen.items()]
    domain = ["frontier", "offer", "solution"]
    legend: Spec = {"title": None, "orient": "top"}
    encoding: Spec = {
        "x": {"field": "x", "type": "quantitative", "title": f"gain of {a}"},
        "y": {"field": "y", "type": "quantitative", "title": f"gain of {b}"},
    }
    spec = _base(
        marks,
        320,
        [
            {"mark": {"type": "rule", "color": LINE}, "encoding": {"x": {"datum": 0}}},
            {"mark": {"type": "rule", "color": LINE}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": {
                    **encoding,
                    "color": {"field": "kind", "scale": {"domain": domain, "range": [FAINT, OTHER, MAIN]}, "legend": legend},
                    "shape": {"field": "kind", "scale": {"domain": domain, "range": ["circle", "diamond", "square"]}, "legend": legend},
                    "size": {"field": "kind", "scale": {"domain": domain, "range": [30, 160, 110]}, "legend": None},
                },
            },
            *_labels(encoding, marks),
        ],
    )
    place = "no offer is on the table"
    if frontier.offer is not None:
        place = f"the offer gives {points(frontier.offer[0])} and {points(frontier.offer[1])}"
    alt = f"{len(frontier.points)} frontier points; {place}."
    return Picture("frontier", f"What {a} and {b} can both gain", spec, alt, table)


def _labels(encoding: Spec, marks: list[Spec]) -> list[Spec]:
    """Labels beside their points, inside the picture: to the left in its right half."""
    if not marks:
        return []
    middle = (min(m["x"] for m in marks) + max(m["x"] for m in marks)) / 2
    sides = (("left", 9, f"datum.x <= {middle}"), ("right", -9, f"datum.x > {middle}"))
    return [
        {
            "transform": [{"filter": f"datum.label != '' && {where}"}],
            "mark": {"type": "text", "align": align, "dx": dx, "dy": -9, "color": INK},
            "encoding": {**encoding, "text": {"field": "label"}},
        }
        for align, dx, where in sides
    ]

