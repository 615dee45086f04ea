"""Which states of a conflict would last: the graph model of states and moves.

A conflict is told as states, the moves that each party can make alone from one state to another, and how
each party orders the states. A state is stable for a party if the party does not want to leave it, or is
deterred from leaving by what the others could do next. What counts as deterrence is the concept: a table of
four, each wider than or equal to Nash.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError

if TYPE_CHECKING:
    from detente.case.conflict import ConflictCase

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

Move = tuple[int, int]
"""(from, to): places of two different states."""

Path = tuple[tuple[int, int], ...]
"""Moves after one another: (party that moves, state that it reaches)."""


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """A conflict told as states and moves.

    `states` and `parties`: names. `moves`: per party the moves it can make alone, (from, to), places in
    `states`; what is not listed cannot be undone. `ranks` (states, parties): larger is better to that party,
    equal is indifferent; only the order means something, never compared across parties.
    """

    states: tuple[str, ...]
    parties: tuple[str, ...]
    moves: tuple[tuple[Move, ...], ...]
    ranks: IntArray

    @classmethod
    def from_arrays(
        cls,
        *,
        ranks: Any,
        moves: Sequence[Sequence[Move]],
        states: Sequence[str] | None = None,
        parties: Sequence[str] | None = None,
    ) -> Conflict:
        """A conflict for people who come with numbers.

        `ranks` (states, parties) numbers, larger is better. `moves`: per party (from, to) pairs of places.
        `states`, `parties`: names, by default s1, s2, … and p1, p2, … . Raises InputError with all that is
        wrong. Cost: linear in states × parties and in moves.

        >>> chicken = Conflict.from_arrays(ranks=[[3, 3], [2, 4], [4, 2], [1, 1]],
        ...     moves=[[(0, 2), (2, 0), (1, 3), (3, 1)], [(0, 1), (1, 0), (2, 3), (3, 2)]])
        >>> equilibria(chicken, "nash")
        (1, 2)
        """
        values = np.asarray(ranks, dtype=np.float64)
        if values.ndim != 2 or not values.size or not np.isfinite(values).all():
            raise InputError(f"ranks must be finite numbers (states, parties), got shape {values.shape}")
        count, sides = values.shape
        names = tuple(states) if states is not None else tuple(f"s{k + 1}" for k in range(count))
        people = tuple(parties) if parties is not None else tuple(f"p{k + 1}" for k in range(sides))
        problems = [
            f"{what} must be {n} different names, got {len(set(given))} of {len(given)}"
            for what, given, n in (("states", names, count), ("parties", people, sides))
            if len(given) != n or len(set(given)) != n
        ]
        if len(moves) != sides:
            problems.append(f"moves must have one list per party ({sides}), got {len(moves)}")
        wrong = [m for own in moves for m in own if m[0] == m[1] or not all(0 <= s < count for s in m)]
        if wrong:
            problems.append(f"a move must lead to another state, places 0..{count - 1}, got {wrong[0]}")
        if problems:
            raise InputError("; ".join(problems))
        order = np.stack([np.unique(column, return_inverse=True)[1] for column in values.T], axis=1)
        clean = tuple(tuple(sorted({(int(a), int(b)) for a, b in own})) for own in moves)
        return cls(names, people, clean, order.reshape(count, sides).astype(np.int64))

    @classmethod
    def from_case(cls, case: ConflictCase) -> Conflict:
        """The conflict of a conflict file. Cost: linear in its moves and ranks."""
        place = {name: k for k, name in enumerate(case.states)}
        return cls.from_arrays(
            ranks=[[case.ranks[party][state] for party in case.parties] for state in case.states],
            moves=[[(place[a], place[b]) for a, b in case.moves[party]] for party in case.parties],
            states=tuple(case.states),
            parties=tuple(case.parties),
        )


@dataclass(frozen=True, slots=True)
class StabilityConcept:
    """One idea of what deters. `sanctions`: which moves of the others a party fears: none, any that they
    can make, or only those that leave each mover better off than it was. `lasting`: a sanction counts only
    if the party could not escape it by one more move of its own."""

    name: str
    short: str
    title: str
    sanctions: Literal["none", "any", "improving"]
    lasting: bool
    meaning: str
    source: str


STABILITY_CONCEPTS: dict[str, StabilityConcept] = {
    c.name: c
    for c in (
        StabilityConcept(
            "nash",
            "R",
            "Nash",
            "none",
            False,
            "it has no move that it would be better off by",
            "Nash (1950)",
        ),
        StabilityConcept(
            "sequential",
            "SEQ",
            "Sequential",
            "improving",
            False,
            "each such move could be answered, by moves that those who make them gain by, so that it is no "
            "better off in the end",
            "Fraser & Hipel (1979)",
        ),
        StabilityConcept(
            "general_metarational",
            "GMR",
            "General metarational",
            "any",
            False,
            "each such move could be answered, at whatever cost to those who answer, so that it is no better "
            "off in the end",
            "Howard (1971)",
        ),
        StabilityConcept(
            "symmetric_metarational",
            "SMR",
            "Symmetric metarational",
            "any",
            True,
            "each such move could be answered, at whatever cost, so that it is no better off in the end even "
            "after one more move of its own",
            "Howard (1971)",
        ),
    )
}
"""The concepts by name; definitions for n parties: Fang, Hipel & Kilgour (1993), chapter 3."""


@dataclass(frozen=True, slots=True)
class Temptation:
    """One improvement that a party could move to, and what deters it.

    `to`: the state that it would move to. `sanction`: moves of the others from there that leave the party no
    better off than where it stands, one of the shortest; None: nothing deters this move.
    """

    to: int
    sanction: Path | None


def reachable(conflict: Conflict, party: int) -> tuple[tuple[int, ...], ...]:
    """Per state, the states that a party can move to alone, ascending. Cost: states + moves.

    Source: Fang, Hipel & Kilgour (1993), reachable list R_i(s).
    """
    lists: list[list[int]] = [[] for _ in conflict.states]
    for start, end in conflict.moves[party]:
        lists[start].append(end)
    return tuple(tuple(sorted(ends)) for ends in lists)


def unilateral_improvements(conflict: Conflict, party: int) -> tuple[tuple[int, ...], ...]:
    """Per state, the states that a party can move to alone and prefers, ascending. Cost: states + moves.

    Source: Fang, Hipel & Kilgour (1993), R_i^+(s).
    """
    worth = conflict.ranks[:, party]
    found = enumerate(reachable(conflict, party))
    return tuple(tuple(end for end in ends if worth[end] > worth[start]) for start, ends in found)


def joint_paths(
    conflict: Conflict, parties: Sequence[int], start: int, *, improving: bool = False
) -> dict[int, Path]:
    """The states that a group of parties can reach from `start` by moves one after another, none of them
    moving twice in succession, each with one of the shortest ways there.

    `parties`: places of the group. `improving`: each move must leave its mover better off than the state just
    before. One party alone makes one move. `start` itself is in the answer where a way leads back to it.
    Cost: group² × moves. Source: Fang, Hipel & Kilgour (1993), section 3.4: R_H(s) and R_H^+(s) with the
    record of last movers.

    >>> duel = Conflict.from_arrays(ranks=[[1, 1], [2, 2], [3, 3]], moves=[[(0, 1)], [(1, 2)]])
    >>> joint_paths(duel, [0, 1], 0)
    {1: ((0, 1),), 2: ((0, 1), (1, 2))}
    """
    step = unilateral_improvements if improving else reachable
    return dict(_ways({p: step(conflict, p) for p in parties}, start))


def _ways(lists: dict[int, tuple[tuple[int, ...], ...]], start: int) -> Iterator[tuple[int, Path]]:
    """Breadth first over pairs (state, last mover): who got there last cannot move on at once."""
    seen: set[tuple[int, int]] = set()
    told: set[int] = set()
    front: list[tuple[int, int, Path]] = [(start, -1, ())]
    while front:
        following: list[tuple[int, int, Path]] = []
        for state, last, path in front:
            for party, ends in lists.items():
                for end in ends[state] if party != last else ():
                    if (end, party) not in seen:
                        seen.add((end, party))
                        following.append((end, party, (*path, (party, end))))
                        if end not in told:
                            told.add(end)
                            yield end, following[-1][2]
        front = following


def explain_stability(conflict: Conflict, concept: str, state: int, party: int) -> tuple[Temptation, ...]:
    """Why a state is stable or not for a party: each improvement it could move to, and what deters it.

    `concept`: a name of STABILITY_CONCEPTS. The state is stable for the party if every temptation has a
    sanction; without temptation it is stable under every concept. Raises InputError for an unknown concept
    or a place out of range. Cost: improvements × parties² × moves.
    """
    wanted = _concept(concept)
    _place(state, conflict.states, "state")
    _place(party, conflict.parties, "party")
    return _temptations(conflict, _Lists.of(conflict, wanted, party), state)


@dataclass(frozen=True, slots=True)
class _Lists:
    """What one party weighs: its improvements and moves, and the moves of the others that it fears."""

    concept: StabilityConcept
    party: int
    own: tuple[tuple[int, ...], ...]
    improve: tuple[tuple[int, ...], ...]
    others: dict[int, tuple[tuple[int, ...], ...]]

    @classmethod
    def of(cls, conflict: Conflict, concept: StabilityConcept, party: int) -> _Lists:
        step = unilateral_improvements if concept.sanctions == "improving" else reachable
        feared = range(len(conflict.parties)) if concept.sanctions != "none" else ()
        others = {q: step(conflict, q) for q in feared if q != party}
        return cls(
            concept, party, reachable(conflict, party), unilateral_improvements(conflict, party), others
        )


def _temptations(conflict: Conflict, lists: _Lists, state: int) -> tuple[Temptation, ...]:
    worth = conflict.ranks[:, lists.party]
    return tuple(Temptation(to, _sanction(lists, worth, state, to)) for to in lists.improve[state])


def _sanction(lists: _Lists, worth: IntArray, state: int, to: int) -> Path | None:
    for end, path in _ways(lists.others, to):
        if worth[end] > worth[state]:
            continue
        if not (lists.concept.lasting and any(worth[q] > worth[state] for q in lists.own[end])):
            return path
    return None


def stable_states(conflict: Conflict, concept: str) -> BoolArray:
    """(states, parties) whether each state is stable for each party under a concept.

    `concept`: nash, sequential, general_metarational or symmetric_metarational. Every Nash stable state is
    stable under the others; sequential and symmetric metarational ones are general metarational. Raises
    InputError for an unknown concept. Cost: states × parties × improvements of a state × parties² × moves:
    milliseconds for ten states; for 500 states and six parties with 2,000 moves each a quarter of a second,
    symmetric metarational ten seconds. Source: Fang, Hipel & Kilgour (1993), chapter 3.
    What it will not find: deterrence by longer foresight (limited-move and non-myopic stability).
    """
    wanted = _concept(concept)
    shape = (len(conflict.states), len(conflict.parties))
    stable: BoolArray = np.ones(shape, dtype=np.bool_)
    for party in range(shape[1]):
        lists = _Lists.of(conflict, wanted, party)
        worth = conflict.ranks[:, party]
        for state in range(shape[0]):
            ways = (_sanction(lists, worth, state, to) for to in lists.improve[state])
            stable[state, party] = all(way is not None for way in ways)
    return stable


def equilibria(conflict: Conflict, concept: str) -> tuple[int, ...]:
    """The states that are stable for every party under a concept, ascending. Cost: as `stable_states`.

    >>> game = Conflict.from_arrays(ranks=[[2, 2], [1, 3], [3, 1], [1, 1]],  # prisoners: deterrence keeps
    ...     moves=[[(0, 2), (1, 3), (2, 0), (3, 1)], [(0, 1), (1, 0), (2, 3), (3, 2)]])  # the first state
    >>> 0 in equilibria(game, "nash"), 0 in equilibria(game, "general_metarational")
    (False, True)
    """
    return tuple(int(s) for s in np.flatnonzero(stable_states(conflict, concept).all(axis=1)))


@dataclass(frozen=True, slots=True)
class JointImprovement:
    """A state that a group could reach together and that each of its `parties` prefers; `path` gets there."""

    parties: tuple[int, ...]
    to: int
    path: Path


def joint_improvements(conflict: Conflict, state: int) -> tuple[JointImprovement, ...]:
    """What groups of two or more parties could do together: states that all of a group prefer to `state`.

    Steps on the way may hurt who makes them: that is what an agreement is needed for. Only groups in which
    every party moves on the way are told, so that nobody is in it for company. By size of the group, then
    place. Cost: 2^parties × parties² × moves; more than twelve parties are an InputError.
    Source: Kilgour, Hipel, Fang & Peng (2001), coalition improvements.
    """
    sides = len(conflict.parties)
    _place(state, conflict.states, "state")
    if sides > 12:
        raise InputError(f"joint improvements must be of at most 12 parties, got {sides}")
    found = []
    for group in sorted((g for g in _groups(sides) if len(g) > 1), key=lambda g: (len(g), g)):
        better = np.all(conflict.ranks[:, group] > conflict.ranks[state, group], axis=1)
        for end, path in sorted(joint_paths(conflict, group, state).items()):
            if better[end] and {mover for mover, _ in path} == set(group):
                found.append(JointImprovement(group, end, path))
    return tuple(found)


def _groups(sides: int) -> list[tuple[int, ...]]:
    return [tuple(p for p in range(sides) if mask >> p & 1) for mask in range(1, 1 << sides)]


def _concept(name: str) -> StabilityConcept:
    if name not in STABILITY_CONCEPTS:
        raise InputError(f"concept must be one of {', '.join(STABILITY_CONCEPTS)}, got {name!r}")
    return STABILITY_CONCEPTS[name]


def _place(place: int, names: Sequence[str], what: str) -> None:
    if not 0 <= place < len(names):
        raise InputError(f"{what} must be a place 0..{len(names) - 1}, got {place}")
