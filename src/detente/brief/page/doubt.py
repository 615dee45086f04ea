"""What we may be wrong about."""

from __future__ import annotations

from detente.brief.document import Block, Cell, Points, Text
from detente.brief.facts.values import Facts, SensitivityRow
from detente.brief.page.agenda import ranked
from detente.brief.page.cells import NOTHING, gain, grid
from detente.brief.words import percent, points

STORY = "hypotheses."


def doubt_blocks(facts: Facts) -> tuple[Block, ...]:
    """One-at-a-time sensitivities, each story alone, the dissenting hypothesis, what is assumed."""
    blocks: list[Block] = []
    for judgement in dict.fromkeys(row.judgement for row in facts.sensitivities):
        blocks += _judgement(judgement, [row for row in facts.sensitivities if row.judgement == judgement])
    if not blocks:
        blocks.append(
            Text(f"{NOTHING}there is no package whose value could be tested, or no uncertain input.")
        )
    for agenda in facts.agendas:
        order = ranked(agenda)
        if agenda.fit and len(order) > 1:
            left = percent(order[1].probability.value)
            told = (
                f"Dissent on {agenda.title}: “{order[1].title}” holds {left} and should be argued at its"
                " strongest."
            )
            blocks.append(Text(told))
    blocks.append(Text("Taken for granted:"))
    blocks.append(Points(tuple((text, (), "") for text in facts.assumptions)))
    return tuple(blocks)


def _judgement(judgement: str, rows: list[SensitivityRow]) -> list[Block]:
    inputs = [row for row in rows if not row.path.startswith(STORY)]
    stories = [row for row in rows if row.path.startswith(STORY)]
    blocks: list[Block] = []
    if inputs:
        blocks.append(
            grid(
                f"What moves {judgement}: one input at its low and high end, all else as drawn",
                ("input", "low end", "high end", ""),
                (
                    (
                        r.label,
                        points(r.low.value),
                        points(r.high.value),
                        Cell("changes sign" if r.flips else "", None, "bad"),
                    )
                    for r in inputs
                ),
                numeric=(1, 2),
            )
        )
    if stories:
        title = f"{judgement[:1].upper()}{judgement[1:]}, if one story alone were right"
        blocks.append(grid(title, ("story", "gain"), ((r.label, gain(r.low)) for r in stories), numeric=(1,)))
    return blocks
