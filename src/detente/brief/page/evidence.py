"""The record, the sources, the method."""

from __future__ import annotations

from detente.brief.document import Block, Table, Text
from detente.brief.facts.values import Facts
from detente.brief.page.cells import grid


def evidence_blocks(facts: Facts) -> tuple[Block, ...]:
    """Method, contradictions, every observation used, every source cited."""
    method = (
        f"Method: {facts.draws} joint draws of every uncertain input (seed {facts.seed}); same seed, same"
        " figures on one machine. Probabilities of hypotheses by importance sampling with the error shown;"
        " packages by exact search. What was not known by the as-of day is not used."
    )
    blocks: list[Block] = [Text(method)]
    if facts.conflicts:
        rows = ((conflict,) for conflict in facts.conflicts)
        title = "Claims that contradict each other, side by side"
        blocks.append(grid(title, ("conflict",), rows, terminal_rows=8))
    return (*blocks, _observations(facts), _sources(facts))


def _observations(facts: Facts) -> Table:
    return grid(
        f"Observations on record by {facts.as_of} ({len(facts.observations)})",
        ("record", "day", "by", "what", "read as", "grades", "used for", "sources"),
        (
            (o.id, o.day, o.by, o.text, f"{o.kind}, {o.reading}", o.grade, o.use, " ".join(o.sources))
            for o in facts.observations
        ),
        terminal_rows=6,
        note=(
            "Grades: reliability of the best source and credibility that it happened; how sure the reading"
            " is; for claims, whether what was said is true. F and 6 cannot be judged and carry no weight."
        ),
    )


def _sources(facts: Facts) -> Table:
    return grid(
        f"Sources cited ({len(facts.sources)})",
        ("id", "reliability", "publisher", "title", "day", "address"),
        ((s.id, s.reliability, s.publisher, s.title, s.day, s.url) for s in facts.sources),
        terminal_rows=3,
    )
