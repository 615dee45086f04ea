"""The record, the sources, the method."""

from __future__ import annotations

from detente.brief.document import Block, Section, Table, Text
from detente.brief.facts.values import Facts
from detente.brief.page.cells import grid
from detente.brief.page.matrix import conflict_table, grade_blocks, matrix_blocks
from detente.brief.page.scorecard import level_table

CUT = 6
"""Rows of long tables in the terminal's briefing; HTML and JSON have all."""


def evidence_blocks(facts: Facts) -> tuple[Block, ...]:
    """Method, the matrix, contradictions, levels, grades, every observation used, every source cited."""
    method = (
        f"Method: {facts.draws} joint draws of every uncertain input (seed {facts.seed}); same seed, same"
        " figures on one machine. Probabilities of hypotheses by importance sampling with the error shown;"
        " packages by exact search. What was not known by the as-of day is not used."
    )
    return (Text(method), *_weighed(facts, narrow=False, cut=CUT), _observations(facts), _sources(facts))


def evidence_view(facts: Facts, *, narrow: bool) -> Section:
    """The matrix page: evidence against hypotheses, nothing cut. `narrow`: no room for the text of
    observations, nor for many columns."""
    blocks = _weighed(facts, narrow=narrow, cut=0)
    ask = "What does each record say about each hypothesis, and how far can it be trusted?"
    return Section("evidence", "Evidence against hypotheses", ask, (*blocks, _observations(facts)))


def _weighed(facts: Facts, *, narrow: bool, cut: int) -> tuple[Block, ...]:
    blocks = [block for matrix in facts.matrices for block in matrix_blocks(matrix, narrow=narrow, cut=cut)]
    if facts.conflicts:
        blocks.append(conflict_table(facts.conflicts, cut))
    if facts.levels:
        blocks.append(level_table(facts.levels, cut))
    return (*blocks, *grade_blocks(facts.grades))


def _observations(facts: Facts) -> Table:
    return grid(
        f"Observations on record by {facts.as_of} ({len(facts.observations)})",
        ("record", "day", "by", "what", "read as", "grades", "used for", "sources"),
        (
            (o.id, o.day, o.by, o.text, f"{o.kind}, {o.reading}", o.grade, o.use, " ".join(o.sources))
            for o in facts.observations
        ),
        terminal_rows=CUT,
        note=(
            "Grades: reliability of the best source and credibility that it happened; how sure the reading"
            " is; for claims and levels, whether what was said is true. F and 6 cannot be judged and carry"
            " no weight."
        ),
    )


def _sources(facts: Facts) -> Table:
    return grid(
        f"Sources cited ({len(facts.sources)})",
        ("id", "reliability", "publisher", "title", "day", "address"),
        ((s.id, s.reliability, s.publisher, s.title, s.day, s.url) for s in facts.sources),
        terminal_rows=3,
    )
