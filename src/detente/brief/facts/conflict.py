"""Facts about a conflict told as states and moves: what is stable, for whom, why, and what is published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from detente.case.conflict import ConflictCase
from detente.deals.space import index_of
from detente.deals.stability import (
    STABILITY_CONCEPTS,
    Conflict,
    Path,
    equilibria,
    explain_stability,
    joint_improvements,
    stable_states,
)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A move: who makes it, and the state it leads to."""

    party: str
    to: str


@dataclass(frozen=True, slots=True)
class StateRow:
    """A state: `ranks` party: place in its order, 1 is best. `stable` concept: parties that would stay."""

    name: str
    title: str
    ranks: Mapping[str, int]
    stable: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TemptationRow:
    """A move that `party` would be better off by, and per concept the answer that deters it (None: none)."""

    party: str
    to: str
    sanctions: Mapping[str, tuple[StepRow, ...] | None]


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """What `parties` could reach together from a state, to the gain of each."""

    start: str
    to: str
    parties: tuple[str, ...]
    path: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A concept's published equilibria beside the computed ones, and whether they agree."""

    concept: str
    published: tuple[str, ...]
    computed: tuple[str, ...]
    agrees: bool


@dataclass(frozen=True, slots=True)
class ConflictFacts:
    """Everything that the page about a conflict tells. `state`: the one asked about, "" for none."""

    name: str
    title: str
    about: str
    parties: Mapping[str, str]
    concepts: Mapping[str, str]
    meanings: Mapping[str, str]
    states: tuple[StateRow, ...]
    equilibria: Mapping[str, tuple[str, ...]]
    together: tuple[TogetherRow, ...]
    published: tuple[PublishedRow, ...]
    published_source: str
    published_note: str
    sources: tuple[str, ...]
    state: str = ""
    temptations: tuple[TemptationRow, ...] = ()


def gather_conflict(case: ConflictCase, state: str | None = None) -> ConflictFacts:
    """The facts about a conflict; with `state`, also who would leave that state and what deters them.

    Raises InputError for a state that the conflict does not have. Cost: as `stable_states`, four times.
    """
    conflict = Conflict.from_case(case)
    stands = None if state is None else index_of(state, conflict.states, "state")
    stable = {name: stable_states(conflict, name) for name in STABILITY_CONCEPTS}
    found = {
        name: tuple(conflict.states[s] for s in equilibria(conflict, name)) for name in STABILITY_CONCEPTS
    }
    rows = tuple(
        StateRow(
            name,
            case.states[name],
            {party: _place(case, party, name) for party in conflict.parties},
            {
                concept: tuple(party for q, party in enumerate(conflict.parties) if marks[s, q])
                for concept, marks in stable.items()
            },
        )
        for s, name in enumerate(conflict.states)
    )
    said = case.published
    return ConflictFacts(
        name=case.name,
        title=case.title,
        about=case.about,
        parties=dict(case.parties),
        concepts={name: concept.title for name, concept in STABILITY_CONCEPTS.items()},
        meanings={name: concept.meaning for name, concept in STABILITY_CONCEPTS.items()},
        states=rows,
        equilibria=found,
        together=_together(conflict, found),
        published=() if said is None else _published(said.equilibria, found),
        published_source="" if said is None else said.source,
        published_note="" if said is None else said.note,
        sources=case.sources,
        state=state or "",
        temptations=() if stands is None else _temptations(conflict, stands),
    )


def conflict_json(facts: ConflictFacts) -> str:
    """The facts as JSON, format 1."""
    return json.dumps({"format": 1, "kind": "conflict", **asdict(facts)}, indent=2, ensure_ascii=False)


def _place(case: ConflictCase, party: str, state: str) -> int:
    order = case.ranks[party]
    return 1 + sum(rank > order[state] for rank in order.values())


def _published(
    said: Mapping[str, tuple[str, ...]], found: Mapping[str, tuple[str, ...]]
) -> tuple[PublishedRow, ...]:
    return tuple(
        PublishedRow(name, said[name], found[name], set(said[name]) == set(found[name]))
        for name in STABILITY_CONCEPTS
        if name in said
    )


def _together(conflict: Conflict, found: Mapping[str, tuple[str, ...]]) -> tuple[TogetherRow, ...]:
    """From every state that is stable for all under some concept."""
    starts = sorted({conflict.states.index(name) for names in found.values() for name in names})
    return tuple(
        TogetherRow(
            conflict.states[start],
            conflict.states[joint.to],
            tuple(conflict.parties[p] for p in joint.parties),
            _steps(conflict, joint.path),
        )
        for start in starts
        for joint in joint_improvements(conflict, start)
    )


def _temptations(conflict: Conflict, state: int) -> tuple[TemptationRow, ...]:
    rows = []
    for party, name in enumerate(conflict.parties):
        told = {c: explain_stability(conflict, c, state, party) for c in STABILITY_CONCEPTS}
        for place, temptation in enumerate(told["nash"]):
            sanctions = {
                c: None if (way := found[place].sanction) is None else _steps(conflict, way)
                for c, found in told.items()
            }
            rows.append(TemptationRow(name, conflict.states[temptation.to], sanctions))
    return tuple(rows)


def _steps(conflict: Conflict, path: Path) -> tuple[StepRow, ...]:
    return tuple(StepRow(conflict.parties[p], conflict.states[s]) for p, s in path)
