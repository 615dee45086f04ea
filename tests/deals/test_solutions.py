"""Solutions agree with their definitions over every acceptable package, and keep their axioms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.brute import is_pareto
from detente.deals.frontier import find_frontier
from detente.deals.solutions import AXIOMS, chooser, list_concepts, satisfies_axiom, solve
from detente.deals.solutions.concept import Choose, Concept
from detente.deals.space import DealSpace, gains
from detente.errors import InputError
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)
CONCEPTS = list(list_concepts().values())


def rule(concept: Concept) -> Choose:
    return chooser(concept.name, 0 if concept.for_party else None)


def random_gains(seed: int, *, ties: bool = True) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 9)), int(rng.integers(1, 4)))
    return rng.integers(0, 7, size=shape).astype(float) if ties else rng.uniform(0, 10, size=shape)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda c: c.name)
@given(seed=SEEDS, ties=st.booleans())
@settings(max_examples=200, deadline=None)
def test_declared_axioms_hold(concept: Concept, seed: int, ties: bool) -> None:
    values = random_gains(seed, ties=ties)
    for axiom in concept.axioms:
        assert satisfies_axiom(rule(concept), axiom, values), (axiom, values.tolist())


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda c: c.name)
def test_every_other_axiom_is_seen_to_fail(concept: Concept) -> None:
    assert set(concept.axioms) | set(concept.fails) == set(AXIOMS)
    assert not set(concept.axioms) & set(concept.fails)
    for axiom, values in concept.fails.items():
        assert not satisfies_axiom(rule(concept), axiom, np.array(values, dtype=float)), axiom


def best_by_definition(name: str, values: np.ndarray, everything: np.ndarray) -> set[tuple[float, ...]]:
    """Gains (as tuples) that are maximal under the definition, ranked in Python over all of X*."""
    ideal = everything.max(axis=0)

    def key(g: np.ndarray) -> tuple[float, ...]:
        match name:
            case "nash":
                better = g[g > 0]
                return (len(better), round(float(np.prod(better)), 6))
            case "kalai_smorodinsky":
                return tuple(sorted(np.round(g[ideal > 0] / ideal[ideal > 0], 9)))
            case "egalitarian":
                return tuple(sorted(g))
            case "utilitarian":
                return (float(g.sum()),)
        return (float(g[0]),)

    top = max(key(g) for g in values)
    found = {tuple(g) for g in values if key(g) == top}
    if name == "best_for":
        dominated = {
            g for g in found for h in found if all(b >= a for a, b in zip(g, h, strict=True)) and g != h
        }
        found -= dominated
    return found


@given(seed=SEEDS, rules=st.booleans(), table=st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_solutions_are_the_best_of_all_acceptable_packages(seed: int, rules: bool, table: int) -> None:
    space = random_space(seed, table=table, rules=rules)
    rows = every_package(space)
    rows = rows[acceptable(space, rows)]
    values = gains(space, rows)[:, :table]
    front = find_frontier(space)
    for concept in list_concepts():
        party = "party0" if concept == "best_for" else None
        found = solve(space, concept, frontier=front, party=party)
        chosen = {tuple(g) for g in found.gains[:, :table]}
        want = best_by_definition(concept, values, values) if len(rows) else set()
        assert chosen == want
        assert len(found.packages) == len(want)
        assert acceptable(space, found.packages).all()
        assert is_pareto(space, found.packages, rows).all()
        equal = [int((values == g[:table]).all(axis=1).sum()) for g in found.gains]
        assert found.multiplicity.tolist() == equal


def listed(points: list[list[float]], **rules: object) -> DealSpace:
    """A space of one issue: stay, or one of the given points."""
    width = len(points[0])
    unary = [[[0.0] * width, *points]]
    return DealSpace.from_arrays(options=[len(points) + 1], unary=unary, no_deal=[0.0] * width, **rules)  # type: ignore[arg-type]


def test_the_concepts_differ_where_textbooks_say_so() -> None:
    """Two parties, one of whom gains easily: (best, fair, equal) by hand."""
    space = listed([[10, 1], [8, 3], [5, 4], [4.2, 4.2], [1, 5]])
    got = {
        c: solve(space, c).gains.tolist() for c in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")
    }
    assert got == {
        "nash": [[8, 3]],
        "kalai_smorodinsky": [[8, 3]],
        "egalitarian": [[4.2, 4.2]],
        "utilitarian": [[10, 1], [8, 3]],
    }
    assert solve(space, "best_for", party="party1").gains.tolist() == [[1, 5]]


def test_nash_counts_who_gains_first_and_says_so() -> None:
    found = solve(listed([[9, 0, 0], [1, 1, 0], [1, 0, 2]]), "nash")
    assert found.gains.tolist() == [[1, 0, 2]]
    assert found.note == (
        "no package lets everybody gain: product over all but 1; "
        "who is left out depends on whose points are counted how"
    )
    same = solve(listed([[9, 0, 0], [1, 1, 0], [2, 1, 0]]), "nash")
    assert same.note == "no package lets everybody gain: product over all but 1"
    assert solve(listed([[9, 1]]), "nash").note == ""


def test_kalai_smorodinsky_leaves_out_who_can_gain_nothing() -> None:
    found = solve(listed([[4, 0, 2], [2, 0, 4], [3, 0, 3]]), "kalai_smorodinsky")
    assert found.gains.tolist() == [[3, 0, 3]]
    assert "1 can gain nothing" in found.note


def test_no_acceptable_package_no_solution() -> None:
    space = listed([[3, -1], [-1, 3]])
    for concept in list_concepts():
        found = solve(space, concept, party="party0" if concept == "best_for" else None)
        assert found.packages.shape == (0, 1)
        assert found.gains.shape == (0, 2)
        assert "no package is acceptable" in found.note


def test_comparing_parties_is_said_and_tried_at_other_stakes() -> None:
    space = listed([[6, 3], [3, 5]])
    found = solve(space, "utilitarian")
    assert found.assumes_stakes
    assert found.note == "assumes equal stakes"
    told = {(r.party, r.factor): (r.packages.tolist(), r.same) for r in found.reranked}
    assert told[("party1", 2.0)] == ([[2]], False)
    assert told[("party0", 2.0)] == ([[1]], True)
    assert len(told) == 4
    assert not solve(space, "nash").assumes_stakes
    assert (
        solve(replace(space, stakes=np.array([1.0, 2.0])), "utilitarian").note == "assumes the stakes given"
    )


def test_stakes_weigh_in_egalitarian_and_utilitarian_only() -> None:
    space = replace(listed([[6, 3], [3, 5]]), stakes=np.array([1.0, 4.0]))
    assert solve(space, "utilitarian").gains.tolist() == [[3, 5]]
    assert solve(replace(space, stakes=np.array([4.0, 1.0])), "egalitarian").gains.tolist() == [[3, 5]]
    assert solve(replace(space, stakes=np.array([1.0, 2.0])), "egalitarian").gains.tolist() == [[6, 3]]


def test_all_ties_are_returned() -> None:
    found = solve(listed([[4, 2], [2, 4], [2, 4], [1, 1]]), "nash")
    assert found.gains.tolist() == [[4, 2], [2, 4]]
    assert found.multiplicity.tolist() == [1, 2]


def test_wrong_names_and_frontiers_are_refused() -> None:
    space = listed([[3, -1], [2, 2]])
    with pytest.raises(InputError, match="did you mean nash"):
        solve(space, "nahs")
    with pytest.raises(InputError, match="party must be given with best_for"):
        solve(space, "best_for")
    with pytest.raises(InputError, match="party must not be given with nash"):
        solve(space, "nash", party="party0")
    with pytest.raises(InputError, match="party at the table"):
        solve(replace(space, table=(0,)), "best_for", party="party1")
    with pytest.raises(InputError, match="acceptable packages only"):
        solve(space, "nash", frontier=find_frontier(space, eligible=False))
    with pytest.raises(InputError, match="axiom must be one of"):
        satisfies_axiom(chooser("nash"), "beauty", np.ones((1, 2)))
