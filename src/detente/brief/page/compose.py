"""From facts to a page: the sections in EXPERIENCE's order, each with what it has or what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from detente.brief.document import Block, Document, Points, Section, Table, Text
from detente.brief.facts.values import Facts
from detente.brief.glossary import used_terms
from detente.brief.page.agenda import agenda_blocks
from detente.brief.page.bring import bring_blocks
from detente.brief.page.cells import NOTHING
from detente.brief.page.deals import deal_blocks
from detente.brief.page.doubt import doubt_blocks
from detente.brief.page.evidence import evidence_blocks
from detente.brief.page.hold import hold_blocks
from detente.brief.page.price import price_blocks
from detente.brief.page.why import why_blocks
from detente.brief.words import listing

UNFOLD = (
    f"{NOTHING}this version has no model of time yet. Shocks are applied to interests as of the day; offers,"
    " waiting and moves are not played out."
)


BLOCKS: tuple[tuple[str, str, str, Callable[[Facts], tuple[Block, ...]]], ...] = (
    ("bottom-line", "Bottom line", "", lambda facts: _bottom(facts)),
    ("agenda", "What they say and what they do", "Whose words match whose deeds?", agenda_blocks),
    ("contribution", "What they bring", "How much of what is claimed survives grading?", bring_blocks),
    ("price", "What it is worth", "How far can what they bring pay for what they ask?", price_blocks),
    ("deals", "What can be agreed", "Who signs, who must consent, who must deliver?", deal_blocks),
    ("why", "Why the offer fails or stands", "Who refuses, and what would close it?", why_blocks),
    ("hold", "Would it hold", "Who is tempted to break it, and what patience keeps them in?", hold_blocks),
    ("unfold", "How it may unfold", "", lambda facts: (Text(UNFOLD),)),
    ("doubt", "What we may be wrong about", "Which input moves which judgement?", doubt_blocks),
    (
        "evidence",
        "Evidence",
        "What is on record, how it is graded, and what it is used for.",
        evidence_blocks,
    ),
)
"""Anchor, title, question and maker of each section, in the order of reading."""


def compose(facts: Facts) -> Document:
    """The briefing as a Document. Cost: linear in the facts."""
    sections = tuple(Section(anchor, title, ask, make(facts)) for anchor, title, ask, make in BLOCKS)
    terms = used_terms(" ".join(_texts(sections)))
    warnings = tuple(_warnings(facts))
    return Document(facts.title, facts.about, facts.marking, _line(facts), sections, terms, warnings)


def _line(facts: Facts) -> str:
    return (
        f"As of {facts.as_of} · for {facts.principal_title} · table: {listing(facts.table)} · levels judged"
        f" at {facts.horizon} · {facts.draws} draws, seed {facts.seed} · detente {facts.version} · case"
        f" {facts.case} {facts.digest[:12]}"
    )


def _warnings(facts: Facts) -> list[str]:
    warnings = []
    if facts.hindsight:
        shown = (
            listing(facts.hindsight[:4])
            if len(facts.hindsight) < 5
            else ", ".join(facts.hindsight[:4]) + " …"
        )
        many = len(facts.hindsight) > 1
        told = f"{len(facts.hindsight)} input{'s were' if many else ' was'} judged with knowledge later than"
        warnings.append(f"HINDSIGHT: {told} {facts.as_of}: {shown}")
    if facts.as_declared:
        warnings.append("Interests are taken as declared; nothing was inferred from acts.")
    if facts.grades.warning:
        warnings.append(facts.grades.warning)
    return warnings


def _bottom(facts: Facts) -> tuple[Block, ...]:
    if not facts.judgements:
        return (Text(f"{NOTHING}the case supports no key judgement."),)
    return (
        Points(
            tuple(
                (j.sentence, (f"Confidence: {j.confidence}; {j.why_confidence}.",), j.anchor)
                for j in facts.judgements
            )
        ),
    )


def _texts(sections: Sequence[Section]) -> list[str]:
    """Everything that a reader sees, for the glossary."""
    out: list[str] = []
    for block in (b for section in sections for b in section.blocks):
        if isinstance(block, Text):
            out.append(block.text)
        elif isinstance(block, Points):
            out += [f"{head} {' '.join(lines)}" for head, lines, _ in block.entries]
        else:
            table = block if isinstance(block, Table) else block.table
            out += [table.title, *table.columns, table.note]
    return out
