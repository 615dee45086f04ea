"""What they bring."""

from __future__ import annotations

from detente.brief.charts import hype_picture
from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.values import Bring, Facts
from detente.brief.page.cells import NOTHING, between, faint, grid, span
from detente.brief.words import figure, listing, points


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
