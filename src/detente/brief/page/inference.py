"""What the inference says beyond its odds: odds over time, what speaks for the others, what would teach"
" most."""

from __future__ import annotations

from detente.brief.document import Block, Table
from detente.brief.facts.belief_values import OddsFacts
from detente.brief.facts.values import Agenda, EvidenceRow
from detente.brief.page.cells import grid
from detente.brief.words import percent, signed

SHOWN = 5


def odds_table(title: str, odds: OddsFacts) -> Table:
    """Probabilities as they would have been told on earlier days."""
    return grid(
        f"{title}: the same probabilities as of earlier days",
        ("as of", "observations", *odds.hypotheses),
        (
            (day, f"{seen.value:.0f}", *(percent(chance.value) for chance in chances))
            for day, seen, chances in odds.rows
        ),
        numeric=range(1, 2 + len(odds.hypotheses)),
        note="Each with what was known by that day and nothing else.",
    )


def told_blocks(agenda: Agenda) -> list[Block]:
    """What speaks for the losing hypotheses, what none explains, what would move the odds most."""
    blocks: list[Block] = []
    if agenda.best_for:
        blocks.append(_best(agenda))
    if agenda.unexplained:
        blocks.append(_unexplained(agenda))
    if agenda.information:
        blocks.append(_information(agenda))
    return blocks


def _best(agenda: Agenda) -> Table:
    return grid(
        f"{agenda.title}: what speaks most for each other story",
        ("story", "day", "what", "record", "nats"),
        (
            (row.hypothesis, row.evidence.day, row.evidence.text, row.evidence.id, signed(row.margin.value))
            for row in agenda.best_for
        ),
        numeric=(4,),
        note="Nats for that story against the leading one; not above 0: nothing on record speaks for it.",
    )


def _unexplained(agenda: Agenda) -> Table:
    return grid(
        f"{agenda.title}: not explained by any hypothesis",
        ("day", "what", "record", "at most", "by the story"),
        ((row.day, row.text, row.id, *_likeliest(row)) for row in agenda.unexplained),
        numeric=(3,),
        note=(
            "At most: the highest chance that any hypothesis gave to it, much less than choice at random."
            " A motive may be missing, a record misread, or an alternative left out of the menu."
        ),
    )


def _likeliest(row: EvidenceRow) -> tuple[str, str]:
    """The highest chance that any hypothesis gave to it, and which."""
    if not row.under:
        return "", ""
    title, chance = max(row.under, key=lambda pair: pair[1].value)
    return percent(chance.value), title


def _information(agenda: Agenda) -> Table:
    return grid(
        f"{agenda.title}: what to look for, by how much it would teach",
        ("kind", "about", "bits expected", "expected move of the leader"),
        (
            (row.kind, row.title, f"{row.bits.value:.3f}", f"± {100 * row.move.value:.1f} points")
            for row in agenda.information
        ),
        numeric=(2, 3),
        terminal_rows=SHOWN,
        note=(
            "One more observation of that kind, before it is known what it will be. One bit would settle"
            " an even question between two stories. Move: percentage points up or down."
        ),
    )
