"""The matrix of evidence against hypotheses as a view, and the table of grades."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.belief_values import ConflictRow, GradeRow, GradesFacts, Matrix, MatrixRow
from detente.brief.facts.values import Number
from detente.brief.page.cells import brief_percent, grid
from detente.brief.words import listing, percent, signed

TEXT = 44
"""Characters of an observation's text in the matrix; the whole text is in the list of observations."""
ACROSS = 6
"""Observations that stand side by side as columns."""
NATS = (
    "Nats: how much better (+) or worse (−) than choice at random the hypothesis explains the record, all"
    " other records known; what counts is the difference along a row."
)


def matrix_blocks(matrix: Matrix, *, narrow: bool, cut: int) -> list[Block]:
    """One party's matrix: the most telling observations as columns with hypotheses as rows, then every
    observation as a row. `narrow`: only the latter, without its text. `cut`: rows of each long table in the
    terminal (0: all)."""
    if not matrix.rows:
        told = f"{matrix.title}: no observation on record speaks about its aims."
        return [Text(told, "faint"), *_unused(matrix)]
    if not matrix.fit:
        told = f"Odds between hypotheses about {matrix.title} are not shown: {matrix.why_unfit}."
        return [Text(told, "bad"), *_unused(matrix)]
    blocks: list[Block] = [] if narrow else [_across(matrix)]
    blocks.append(_down(matrix, narrow, cut))
    if any(row.chances for row in matrix.rows):
        blocks.append(_chances(matrix, narrow, cut))
    if matrix.sources:
        blocks.append(_sources(matrix, cut))
    return [*blocks, *_unused(matrix)]


def _across(matrix: Matrix) -> Table:
    shown = matrix.rows[:ACROSS]
    return grid(
        f"{matrix.title}: hypotheses against the {len(shown)} observations that tell them apart best",
        ("hypothesis", *(row.id for row in shown)),
        (
            (title, *(_cell(row.cells[place]) for row in shown))
            for place, (_, title) in enumerate(matrix.hypotheses)
        ),
        numeric=range(1, 1 + len(shown)),
        note=NATS.replace("along a row", "down a column"),
    )


def _down(matrix: Matrix, narrow: bool, cut: int) -> Table:
    lead = 1 if narrow else 3
    return grid(
        f"{matrix.title}: every observation against every hypothesis ({len(matrix.rows)})",
        (*_heads(matrix, narrow), "tells apart", "pull"),
        (
            (
                *_names(row, narrow),
                *(_cell(number) for number in row.cells),
                f"{row.diagnosticity.value:.2f}",
                signed(row.pull.value),
            )
            for row in matrix.rows
        ),
        numeric=range(lead, lead + 2 + len(matrix.hypotheses)),
        terminal_rows=cut,
        note=(
            f"{NATS} Tells apart: largest less smallest of the row. Pull: change of the log odds of the first"
            f" hypothesis against the second.{_legend(matrix) if narrow else ''}"
        ),
    )


def _chances(matrix: Matrix, narrow: bool, cut: int) -> Table:
    lead = 1 if narrow else 3
    return grid(
        f"{matrix.title}: the chance that each hypothesis gave to what was done",
        _heads(matrix, narrow),
        (
            (*_names(row, narrow), *(brief_percent(number.value) for number in row.chances))
            for row in matrix.rows
            if row.chances
        ),
        numeric=range(lead, lead + len(matrix.hypotheses)),
        terminal_rows=cut,
        note="In %, without having seen it. Low everywhere: no story told explains it.",
    )


def _heads(matrix: Matrix, narrow: bool) -> tuple[str, ...]:
    if narrow:
        return ("record", *(str(place) for place in range(1, 1 + len(matrix.hypotheses))))
    return ("record", "day", "what", *(name.replace("_", " ") for name, _ in matrix.hypotheses))


def _legend(matrix: Matrix) -> str:
    """The hypotheses behind the numbers of narrow columns."""
    named = (f"{place} {title}" for place, (_, title) in enumerate(matrix.hypotheses, 1))
    return f" Hypotheses: {'; '.join(named)}."


def _names(row: MatrixRow, narrow: bool) -> tuple[str, ...]:
    if narrow:
        return (row.id,)
    text = shorten(row.text, TEXT, placeholder=" …")
    return row.id, row.day, f"{text} (unexplained)" if row.unexplained else text


def _sources(matrix: Matrix, cut: int) -> Table:
    return grid(
        f"{matrix.title}: what rests on one source alone",
        ("source", "publisher", "reliability", "observations", "pull"),
        (
            (
                row.source,
                row.publisher,
                row.reliability,
                f"{row.observations.value:.0f}",
                signed(row.pull.value),
            )
            for row in matrix.sources
        ),
        numeric=(3, 4),
        terminal_rows=cut,
        note="Pull: how far the log odds of the first hypothesis against the second fall without the source.",
    )


def _cell(number: Number) -> Cell:
    tone = "" if abs(number.value) < 0.05 else "good" if number.value > 0 else "bad"
    return Cell(signed(number.value), None, tone)


def _unused(matrix: Matrix) -> list[Block]:
    if not matrix.unused:
        return []
    told = listing([f"{reason}: {n.value:.0f}" for reason, n in matrix.unused])
    return [Text(f"{matrix.title}: records left out. {told[:1].upper()}{told[1:]}.", "faint")]


def conflict_table(rows: Sequence[ConflictRow], cut: int) -> Table:
    """Contradictions side by side."""
    return grid(
        "Reports that contradict each other, side by side",
        ("report", "chance", "about", "contradicts"),
        ((row.text, _graded(row.chance), row.about, " ".join(row.against)) for row in rows),
        numeric=(1,),
        terminal_rows=cut,
        note="Chance: that it is true by its grades alone, the others not heard. None is averaged away.",
    )


def _graded(number: Number | None) -> str:
    return "cannot be judged" if number is None else percent(number.value)


def grade_blocks(grades: GradesFacts) -> list[Block]:
    """The table of grades in use, how alike the two are, what cannot be judged."""
    blocks: list[Block] = []
    if grades.warning:
        blocks.append(Text(grades.warning, "bad"))
    blocks.append(
        grid(
            "Grades as numbers: the table in use",
            ("grade", "meaning", "number", "this case says otherwise"),
            (*_grade_rows(grades.reliability), *_grade_rows(grades.credibility)),
            numeric=(2,),
            note=(
                "The letter grades the source, the digit the item; the chance that an item is true is the"
                " product, at most 0.95. F and 6 cannot be judged: missing information, not a middle"
                " value. The numbers are a convention; the odds under softer and sharper ones stand beside"
                " the odds."
            ),
        )
    )
    told = (
        f"Of {grades.records.value:.0f} events with both grades {percent(grades.same.value)} have the"
        f" digit that answers the letter (by chance {percent(grades.chance.value)}); rank correlation"
        f" {grades.correlation.value:.2f}."
    )
    if grades.missing:
        listed = listing([f"{n.value:.0f} of kind {kind}" for kind, n in grades.missing])
        told += f" Missing, because they cannot be judged: {listed}."
    blocks.append(Text(told, "faint"))
    return blocks


def _grade_rows(rows: Sequence[GradeRow]) -> list[tuple[str, str, str, str]]:
    return [
        (row.grade, row.meaning, f"{row.value.value:g}", f"usually {row.usual}" if row.usual else "")
        for row in rows
    ]
