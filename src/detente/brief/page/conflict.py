"""The page about a conflict told as states and moves."""

from __future__ import annotations

from detente.brief.document import Block, Cell, Document, Points, Section, Table, Text
from detente.brief.facts.conflict import ConflictFacts, StateRow, StepRow, TemptationRow

STAYS, LEAVES = "●", "○"


def compose_conflict(facts: ConflictFacts) -> Document:
    """The page: states and for whom they are stable, equilibria, published beside computed, one state."""
    sections = [Section("states", "Which states would last", "", (_states(facts), *_equilibria(facts)))]
    if facts.published:
        sections.append(Section("published", "Beside the published answer", "", _published(facts)))
    if facts.together:
        sections.append(Section("together", "What groups could do together", "", (_together(facts),)))
    if facts.state:
        title = f"State {facts.state}: {_title(facts, facts.state)}"
        sections.append(Section("state", title, "", (_why(facts),)))
    return Document(facts.title, facts.about, "", "; ".join(facts.parties.values()), tuple(sections))


def _states(facts: ConflictFacts) -> Table:
    rows = tuple(
        (Cell(row.name), Cell(row.title), *(_marks(facts, row, concept) for concept in facts.concepts))
        for row in facts.states
    )
    names = [title.replace("metarational", "meta.") for title in facts.concepts.values()]
    note = (
        f"One mark per party, in this order: {', '.join(facts.parties.values())}. {STAYS} it would stay, "
        f"{LEAVES} it would leave."
    )
    return Table("States, and for whom they are stable", ("state", "", *names), rows, note=note)


def _marks(facts: ConflictFacts, row: StateRow, concept: str) -> Cell:
    stays = row.stable[concept]
    marks = "".join(STAYS if party in stays else LEAVES for party in facts.parties)
    everybody = len(stays) == len(facts.parties)
    return Cell(f"{marks} all" if everybody else marks, tone="good" if everybody else "")


def _equilibria(facts: ConflictFacts) -> tuple[Block, ...]:
    lines = tuple(
        (f"{facts.concepts[concept]}: {_names(names)}", (facts.meanings[concept] + ".",), "")
        for concept, names in facts.equilibria.items()
    )
    return (Text("Stable for all parties. A party stays where"), Points(lines))


def _published(facts: ConflictFacts) -> tuple[Block, ...]:
    rows = tuple(
        (
            Cell(facts.concepts[row.concept]),
            Cell(_names(row.computed)),
            Cell(_names(row.published)),
            Cell("agrees" if row.agrees else "differs", tone="good" if row.agrees else "bad"),
        )
        for row in facts.published
    )
    all_agree = all(row.agrees for row in facts.published)
    verdict = "Computed and published agree." if all_agree else "Computed and published differ."
    told = f"Source: {facts.published_source}. {facts.published_note}".strip()
    return Table("", ("concept", "computed", "published", ""), rows), Text(f"{verdict} {told}")


def _together(facts: ConflictFacts) -> Points:
    entries = tuple(
        (
            f"From {row.start} to {row.to}: {_people(facts, row.parties)}",
            (_walk(facts, row.path) + ". Each of them prefers where it ends.",),
            "",
        )
        for row in facts.together
    )
    return Points(entries)


def _why(facts: ConflictFacts) -> Points:
    entries = []
    for party, title in facts.parties.items():
        mine = [row for row in facts.temptations if row.party == party]
        stays = next(row for row in facts.states if row.name == facts.state).stable
        head = f"{title}: {_verdict(facts, [c for c in facts.concepts if party in stays[c]])}"
        lines = [line for row in mine for line in _temptation(facts, row)]
        entries.append((head, tuple(lines) or ("No move of its own would leave it better off.",), ""))
    return Points(tuple(entries))


def _verdict(facts: ConflictFacts, stays: list[str]) -> str:
    if len(stays) == len(facts.concepts):
        return "stays"
    if not stays:
        return "leaves"
    return f"stays only if {' or '.join(facts.concepts[c].lower() for c in stays)} deterrence counts"


def _temptation(facts: ConflictFacts, row: TemptationRow) -> tuple[str, ...]:
    lines = [f"It would be better off in {row.to} ({_title(facts, row.to)})."]
    answers: dict[tuple[StepRow, ...] | None, list[str]] = {}
    for concept, way in row.sanctions.items():
        if concept != "nash":
            answers.setdefault(way, []).append(facts.concepts[concept].lower())
    for way, concepts in answers.items():
        told = "no answer deters it" if way is None else f"deterred, since {_walk(facts, way)}"
        lines.append(f"  {', '.join(concepts)}: {told}.")
    return tuple(lines)


def _walk(facts: ConflictFacts, path: tuple[StepRow, ...]) -> str:
    return ", then ".join(f"{facts.parties[step.party]} moves to {step.to}" for step in path)


def _title(facts: ConflictFacts, state: str) -> str:
    return next(row.title for row in facts.states if row.name == state)


def _people(facts: ConflictFacts, parties: tuple[str, ...]) -> str:
    return " and ".join(facts.parties[party] for party in parties)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) if names else "none"
