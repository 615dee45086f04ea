"""Stability of conflicts told as states and moves, against the definitions read slowly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from detente.case.conflict import load_conflict
from detente.case.conflict_reading import CONCEPT_NAMES
from detente.deals.stability import (
    STABILITY_CONCEPTS,
    Conflict,
    equilibria,
    explain_stability,
    joint_improvements,
    joint_paths,
    reachable,
    stable_states,
    unilateral_improvements,
)
from detente.errors import InputError


def random_conflict(seed: int, *, parties: int | None = None) -> Conflict:
    """Two to four parties, a few states, ties likely, moves that often cannot be undone."""
    rng = np.random.default_rng(seed)
    sides = parties or int(rng.integers(2, 5))
    count = int(rng.integers(2, {2: 6, 3: 5, 4: 4}[sides]))
    pairs = [(a, b) for a, b in product(range(count), repeat=2) if a != b]
    density = rng.choice([0.2, 0.35, 0.5])
    moves = [[m for m in pairs if rng.random() < density] for _ in range(sides)]
    return Conflict.from_arrays(ranks=rng.integers(0, rng.integers(2, 6), (count, sides)), moves=moves)


class Slow:
    """The definitions one sequence of moves at a time."""

    def __init__(self, conflict: Conflict) -> None:
        self.c = conflict

    def ends(self, others: list[int], start: int, improving: bool) -> set[int]:
        """Where sequences lead in which nobody moves twice in a row."""
        return {path[-1][1] for path in self.sequences(others, start, improving, ())}

    def sequences(
        self, others: list[int], state: int, improving: bool, path: tuple[tuple[int, int], ...]
    ) -> Iterator[tuple[tuple[int, int], ...]]:
        for mover in others:
            if path and path[-1][0] == mover:
                continue
            for start, end in self.c.moves[mover]:
                better = self.c.ranks[end, mover] > self.c.ranks[start, mover]
                if start == state and (better or not improving) and (mover, end) not in path:
                    longer = (*path, (mover, end))
                    yield longer
                    yield from self.sequences(others, end, improving, longer)

    def improvements(self, i: int, s: int) -> list[int]:
        return [b for a, b in self.c.moves[i] if a == s and self.c.ranks[b, i] > self.c.ranks[s, i]]

    def stable(self, concept: str, s: int, i: int) -> bool:
        worth, others = self.c.ranks[:, i], [j for j in range(len(self.c.parties)) if j != i]

        def deterred(to: int) -> bool:
            if concept == "nash":
                return False
            for end in self.ends(others, to, concept == "sequential"):
                back = [b for a, b in self.c.moves[i] if a == end]
                lasts = concept != "symmetric_metarational" or all(worth[b] <= worth[s] for b in back)
                if worth[end] <= worth[s] and lasts:
                    return True
            return False

        return all(deterred(to) for to in self.improvements(i, s))


@pytest.mark.parametrize("concept", STABILITY_CONCEPTS)
def test_stable_states_are_those_of_the_definition(concept: str) -> None:
    found = 0
    for seed in range(300):
        conflict = random_conflict(seed)
        slow, stable = Slow(conflict), stable_states(conflict, concept)
        for s, i in np.ndindex(stable.shape):
            assert stable[s, i] == slow.stable(concept, s, i), (seed, s, i)
        found += int((~stable).sum())
        both = [s for s in range(len(conflict.states)) if stable[s].all()]
        assert list(equilibria(conflict, concept)) == both
    assert found > 20


def test_two_parties_answer_with_one_move() -> None:
    """With one opponent the general definition must give Fraser and Hipel's: a single countermove."""
    for seed in range(80):
        conflict = random_conflict(seed, parties=2)
        for concept, step in (("general_metarational", reachable), ("sequential", unilateral_improvements)):
            stable = stable_states(conflict, concept)
            for i in (0, 1):
                worth, answers = conflict.ranks[:, i], step(conflict, 1 - i)
                own = unilateral_improvements(conflict, i)
                for s in range(len(worth)):
                    simple = all(any(worth[e] <= worth[s] for e in answers[to]) for to in own[s])
                    assert stable[s, i] == simple


def test_concepts_contain_one_another() -> None:
    widened = dict.fromkeys(STABILITY_CONCEPTS, 0)
    for seed in range(150):
        conflict = random_conflict(seed)
        nash, seq, gmr, smr = (stable_states(conflict, name) for name in CONCEPT_NAMES)
        assert (nash <= seq).all() and (seq <= gmr).all() and (nash <= smr).all() and (smr <= gmr).all()
        for name, marks in zip(CONCEPT_NAMES, (nash, seq, gmr, smr), strict=True):
            widened[name] += int(marks.sum())
    assert widened["nash"] < widened["sequential"] < widened["general_metarational"]
    assert widened["nash"] < widened["symmetric_metarational"] < widened["general_metarational"]


def test_elmira_has_its_published_answer() -> None:
    case = load_conflict("elmira")
    conflict = Conflict.from_case(case)
    assert case.published is not None
    for concept, names in case.published.equilibria.items():
        assert tuple(conflict.states[s] for s in equilibria(conflict, concept)) == names
    assert tuple(case.published.equilibria) == tuple(STABILITY_CONCEPTS) == CONCEPT_NAMES


def test_elmira_tells_what_ministry_and_company_do_together() -> None:
    """The way out of the stalemate that the literature tells: from 5 to 8 by two parties."""
    conflict = Conflict.from_case(load_conflict("elmira"))
    (joint,) = joint_improvements(conflict, conflict.states.index("5"))
    assert [conflict.parties[p] for p in joint.parties] == ["ministry", "company"]
    assert conflict.states[joint.to] == "8"


def test_nobody_moves_twice_in_succession() -> None:
    conflict = Conflict.from_arrays(ranks=np.zeros((4, 2)), moves=[[(0, 1), (1, 2)], [(2, 3)]])
    assert joint_paths(conflict, [0], 0) == {1: ((0, 1),)}
    assert set(joint_paths(conflict, [0, 1], 0)) == {1}
    assert set(joint_paths(conflict, [0, 1], 1)) == {2, 3}


def test_the_last_mover_is_remembered_by_every_way_there() -> None:
    """State 1 can be reached by either party, so either may go on from it."""
    conflict = Conflict.from_arrays(ranks=np.zeros((3, 2)), moves=[[(0, 1), (1, 2)], [(0, 1)]])
    assert joint_paths(conflict, [0, 1], 0)[2] == ((1, 1), (0, 2))


def test_a_step_that_hurts_its_mover_is_no_credible_sanction() -> None:
    ranks = [[2, 2], [3, 1], [1, 0]]
    conflict = Conflict.from_arrays(ranks=ranks, moves=[[(0, 1)], [(1, 2)]])
    assert stable_states(conflict, "general_metarational")[0, 0]
    assert not stable_states(conflict, "sequential")[0, 0]


def test_a_sanction_that_can_be_escaped_does_not_last() -> None:
    ranks = [[2, 0], [3, 0], [1, 0], [4, 0]]
    conflict = Conflict.from_arrays(ranks=ranks, moves=[[(0, 1), (2, 3)], [(1, 2)]])
    assert stable_states(conflict, "general_metarational")[0, 0]
    assert not stable_states(conflict, "symmetric_metarational")[0, 0]


def test_no_moves_and_indifference_leave_everything_stable() -> None:
    for moves in ([[], []], [[(0, 1), (1, 0)], [(0, 1)]]):
        conflict = Conflict.from_arrays(ranks=[[7, 7], [7, 7]], moves=moves)
        for concept in STABILITY_CONCEPTS:
            assert stable_states(conflict, concept).all()


@pytest.mark.parametrize("concept", STABILITY_CONCEPTS)
def test_every_sanction_told_is_one(concept: str) -> None:
    """The explanation and the table agree, and each way told is legal, move by move."""
    told = 0
    for seed in range(60):
        conflict = random_conflict(seed)
        stable = stable_states(conflict, concept)
        for s, i in np.ndindex(stable.shape):
            temptations = explain_stability(conflict, concept, s, i)
            assert [t.to for t in temptations] == list(unilateral_improvements(conflict, i)[s])
            assert stable[s, i] == all(t.sanction is not None for t in temptations)
            for temptation in temptations:
                at, last = temptation.to, i
                for mover, end in temptation.sanction or ():
                    assert mover not in (i, last) and (at, end) in conflict.moves[mover]
                    if concept == "sequential":
                        assert conflict.ranks[end, mover] > conflict.ranks[at, mover]
                    at, last = end, mover
                if temptation.sanction:
                    assert conflict.ranks[at, i] <= conflict.ranks[s, i]
                    told += 1
    assert told > 10 or concept == "nash"


def test_joint_improvements_are_gains_for_all_and_reachable() -> None:
    found = 0
    for seed in range(200):
        conflict = random_conflict(seed)
        slow = Slow(conflict)
        for s in range(len(conflict.states)):
            for joint in joint_improvements(conflict, s):
                group = list(joint.parties)
                found += 1
                assert joint.to in slow.ends(group, s, False)
                assert (conflict.ranks[joint.to, group] > conflict.ranks[s, group]).all()
    assert found > 20


@pytest.mark.parametrize(
    ("ranks", "moves", "says"),
    [
        ([[1, 2]], [[(0, 0)], []], "another state"),
        ([[1, 2], [2, 1]], [[(0, 2)], []], "another state"),
        ([[1, 2], [2, 1]], [[(0, 1)]], "one list per party"),
        ([[1, float("nan")]], [[], []], "finite"),
        ([1, 2], [[], []], "finite"),
        ([], [], "finite"),
    ],
)
def test_wrong_conflicts_are_refused(ranks: object, moves: list[list[tuple[int, int]]], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Conflict.from_arrays(ranks=ranks, moves=moves)


def test_wrong_questions_are_refused() -> None:
    conflict = Conflict.from_arrays(ranks=[[1, 2], [2, 1]], moves=[[(0, 1)], []])
    with pytest.raises(InputError, match="2 different names"):
        Conflict.from_arrays(ranks=[[1], [2]], moves=[[]], states=["a", "a"])
    with pytest.raises(InputError, match="concept must be one of nash"):
        stable_states(conflict, "minimax")
    with pytest.raises(InputError, match="state must be a place"):
        explain_stability(conflict, "nash", 2, 0)
    crowd = Conflict.from_arrays(ranks=np.zeros((2, 13)), moves=[[] for _ in range(13)])
    with pytest.raises(InputError, match="at most 12"):
        joint_improvements(crowd, 0)
