"""What a party has achieved, and how levels moved."""

from __future__ import annotations

from detente.brief.document import Block, Cell, Table, Text
from detente.brief.facts.belief_values import GoalScoreRow, LevelRow, ScorecardFacts
from detente.brief.facts.values import Number
from detente.brief.page.cells import between, brief_percent, grid
from detente.brief.words import figure, listing, percent, points, signed

HEADS = (
    *("goal", "says", "shows", "since", "change", "reached", "unmoved", "lost", "unknown"),
    *("in short", "acts"),
)
NOTE = (
    "Says and shows: the goal’s weight in its words and by its acts; negative: it wants the level"
    " down. Change of the level (0 to 100) since then, with 80 % interval, where both ends are"
    " known. In %: reached (it moved its way by 5 points or more), unmoved (by less), lost"
    " (against it by 5 or more), unknown (an end rests on nothing that can be judged). In short:"
    " what holds more than half. Acts: of its own that pushed the goal its way, and the other way."
    " They stand beside the levels; that the one caused the other is not shown by it."
)
TONE = {"achieved": "good", "lost": "bad", "cannot tell": "faint", "not achieved": ""}


def scorecard_blocks(title: str, card: ScorecardFacts, *, explained: bool = False) -> list[Block]:
    """One party's card: goals of which two levels are on record, the others in a sentence. `explained`: what
    the columns mean has been told before."""
    told = [row for row in card.rows if row.start]
    blocks: list[Block] = [_table(title, told, explained)] if told else []
    return [*blocks, Text(_summary(title, card, bool(told))), *_untold(title, card)]


def _table(title: str, rows: list[GoalScoreRow], explained: bool) -> Table:
    return grid(
        f"{title}: what it has achieved with its moves",
        HEADS,
        (_row(row) for row in rows),
        numeric=(1, 2, 5, 6, 7, 8),
        note="" if explained else NOTE,
    )


def _row(row: GoalScoreRow) -> tuple[Cell | str, ...]:
    change = ""
    if row.change is not None:
        change = f"{points(row.change.value)} ({between(row.change, points)})"
    return (
        row.title,
        "–" if row.declared is None else signed(row.declared.value),
        signed(row.inferred.value),
        row.start,
        change,
        *(brief_percent(n.value) for n in (row.achieved, row.not_achieved, row.lost, row.cannot_tell)),
        Cell(row.verdict, None, TONE[row.verdict]),
        _acts(row),
    )


def _acts(row: GoalScoreRow) -> str:
    return f"{row.acts_for.value:.0f}, {row.acts_against.value:.0f}"


def _untold(title: str, card: ScorecardFacts) -> list[Block]:
    left = [row for row in card.rows if not row.start]
    if not left:
        return []
    named = listing([f"{row.title} ({_acts(row)})" for row in left])
    why = "two levels" if card.observed else "any level"
    return [Text(f"Nobody can tell for want of {why} on record (its acts for, against): {named}.", "faint")]


def _summary(title: str, card: ScorecardFacts, moved: bool) -> str:
    since = f" since {card.since}" if card.since else ""
    told = (
        f"{title}{since}: its {card.acts.value:.0f} acts on record cost it {figure(card.spent.value)} pushes"
    )
    told += " (the scale of menus, 3 is the most for one act)."
    if moved:
        told += (
            f" By what it shows, goals moved its way by {_points(card.won)} of its own points and against"
            f" it by {_points(card.gone)}."
        )
    if card.fell:
        told += f" It fell back on: {listing(card.fell)}."
    if card.missing.value:
        told += f" {card.missing.value:.0f} more acts cannot be judged and are left out."
    return told


def _points(number: Number) -> str:
    return f"{points(number.value, False)} ({between(number, lambda x: points(x, False))})"


def level_table(rows: tuple[LevelRow, ...], cut: int) -> Table:
    """Every level on record by goal and time; `cut` rows in the terminal (0: all)."""
    return grid(
        "Levels of goals on record",
        ("goal", "time", "level", "80 % interval", "known", "reports, chance of each"),
        (
            (
                row.title,
                row.day if row.first == row.day else f"{row.first} to {row.day}",
                points(row.level.value, False),
                between(row.level, lambda x: points(x, False)),
                percent(row.known.value),
                _reports(row),
            )
            for row in rows
        ),
        numeric=(2, 4),
        terminal_rows=cut,
        note=(
            "Level: where it is known. Known: chance that one of the reports is right; from the day of the"
            " case’s own judgement on, that stands in where none is."
        ),
    )


def _reports(row: LevelRow) -> str:
    told = [f"{text}: {percent(chance.value)}" for text, chance in row.entries]
    if row.judged:
        told.append("else the case’s own level" if told else "the case’s own level")
    return "; ".join(told)
