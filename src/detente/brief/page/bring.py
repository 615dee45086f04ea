"""What they bring."""

from __future__ import annotations

from collections.abc import Sequence

from detente.brief.charts import hype_picture
from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.values import Bring, Facts, Number
from detente.brief.page.cells import NOTHING, between, faint, grid, span
from detente.brief.words import figure, listing, percent, points

WORTH_TELLING = 0.5
MOST_PAIRS = 10


def bring_blocks(facts: Facts) -> tuple[Block, ...]:
    """Added value by task, what it is worth to the principal, methods, and claims."""
    bring = facts.bring
    if not bring.rows:
        missing = Text(f"{NOTHING}the case names no tasks or no contributions to them.")
        return (missing, _claims(bring)) if bring.claims else (missing,)
    blocks: list[Block] = [
        hype_picture(bring, who, _tasks(bring, who))
        for who in dict.fromkeys(row.contributor for row in bring.rows)
    ]
    blocks.append(_totals(facts))
    if len({row.theatre for row in bring.theatres}) > 1:
        blocks.append(_theatres(facts))
    blocks.append(_covers(bring))
    pairs = [pair for pair in bring.pairs if abs(pair[2].value) >= WORTH_TELLING]
    if pairs:
        blocks.append(_pairs(facts.principal_title, pairs))
    if bring.nothing:
        named = listing([f"{task} ({who})" for who, task in bring.nothing])
        blocks.append(Text(f"As evidenced they add next to nothing (under half a point) on: {named}."))
    if bring.methods:
        blocks.append(_methods(bring))
    if bring.claims:
        blocks.append(_claims(bring))
    return tuple(blocks)


def _tasks(bring: Bring, contributor: str) -> Table:
    return grid(
        f"{contributor}: added value by task, in points of the goal",
        ("task", "goal", "claimed", "evidenced", "80 % interval", "hype", "80 % interval", ""),
        (
            (
                f"{r.title} ({r.theatre})" if r.theatre else r.title,
                r.goal,
                points(r.claimed.value, False),
                points(r.evidenced.value, False),
                span(r.evidenced),
                points(r.hype.value),
                span(r.hype),
                faint("irreplaceable" if r.irreplaceable else ""),
            )
            for r in bring.rows
            if r.contributor == contributor
        ),
        numeric=(2, 3, 4, 5, 6),
        note="Added value: what all together cover with it, less what they cover without it.",
    )


def _totals(facts: Facts) -> Table:
    fair = dict(facts.bring.shapley)
    return grid(
        f"Worth to {facts.principal_title}, in its points, of all that each adds",
        (
            "contributor",
            "as claimed",
            "as evidenced",
            "80 % interval",
            "hype",
            "80 % interval",
            "Shapley value",
        ),
        (
            (
                who,
                points(claimed.value),
                points(evidenced.value),
                span(evidenced),
                points(hype.value),
                span(hype),
                points(fair[who].value),
            )
            for who, claimed, evidenced, hype in facts.bring.totals
        ),
        numeric=(1, 2, 3, 4, 5, 6),
    )


def _theatres(facts: Facts) -> Table:
    return grid(
        f"The same by theatre, in points of {facts.principal_title}",
        ("theatre", "contributor", "as claimed", "as evidenced", "80 % interval", "hype", "80 % interval"),
        (
            (
                r.theatre or "–",
                r.contributor,
                points(r.claimed.value),
                points(r.evidenced.value),
                span(r.evidenced),
                points(r.hype.value),
                span(r.hype),
            )
            for r in facts.bring.theatres
        ),
        numeric=(2, 3, 4, 5, 6),
    )


def _covers(bring: Bring) -> Table:
    return grid(
        "How far each task is covered by all together, as evidenced",
        ("task", "theatre", "covered", "80 % interval", "irreplaceable"),
        (
            (
                r.title,
                r.theatre or "–",
                Cell(percent(r.cover.value), r.cover.value),
                between(r.cover, percent),
                listing(r.irreplaceable) or "–",
            )
            for r in bring.covers
        ),
        numeric=(2, 3),
        note="Irreplaceable: without it more than half of what is covered would go.",
    )


def _pairs(principal: str, pairs: Sequence[tuple[str, str, Number]]) -> Table:
    return grid(
        f"Who goes with whom, in points of {principal}",
        ("", "", "together", "80 % interval", ""),
        (
            (first, second, points(n.value), span(n), faint("substitutes" if n.value < 0 else "complements"))
            for first, second, n in pairs[:MOST_PAIRS]
        ),
        numeric=(2, 3),
        note="Together: worth beyond what each adds without the other, averaged over who else is there.",
    )


def _methods(bring: Bring) -> Table:
    return grid(
        "What the way of doing things costs others",
        ("contributor", "goal", "points", "80 % interval"),
        (
            (who, goal, Cell(points(n.value), None, "bad" if n.value < 0 else ""), span(n))
            for who, goal, n in bring.methods
        ),
        numeric=(2, 3),
    )


def _claims(bring: Bring) -> Table:
    return grid(
        "Claims and what survives grading",
        ("measure", "claimed", "evidenced", "80 % interval", "contradictions"),
        (
            (
                f"{c.title}, {c.period} ({c.unit})",
                "–" if c.claimed is None else figure(c.claimed.value),
                figure(c.evidenced.value),
                between(c.evidenced, figure),
                "; ".join(c.conflicts) or "–",
            )
            for c in bring.claims
        ),
        numeric=(1, 2, 3),
        note="Evidenced: claims pooled by grade; what is left stays on what one would say without any claim.",
    )
