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


POWER = (3.0, 1.0, 2.0, 1.5)


def rule(concept: Concept, parties: int) -> Choose:
    weights = POWER[:parties] if concept.by_weights else None
    return chooser(concept.name, 0 if concept.for_party else None, weights)


def told(concept: Concept, parties: int) -> dict[str, object]:
    """What `solve` must be told beside the name."""
    named = {f"party{p}": POWER[p] for p in range(parties)}
    return ({"party": "party0"} if concept.for_party else {}) | (
        {"weights": named} if concept.by_weights else {}
    )


def random_gains(seed: int, *, ties: bool = True) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 9)), int(rng.integers(1, 5)))
    return rng.integers(0, 7, size=shape).astype(float) if ties else rng.uniform(0, 10, size=shape)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda c: c.name)
@given(seed=SEEDS, ties=st.booleans())
@settings(max_examples=200, deadline=None)
def test_declared_axioms_hold(concept: Concept, seed: int, ties: bool) -> None:
    values = random_gains(seed, ties=ties)
    parties = values.shape[1]
    for axiom in concept.axioms + (concept.only_two if parties == 2 else ()):
        assert satisfies_axiom(rule(concept, parties), axiom, values), (axiom, values.tolist())


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda c: c.name)
def test_every_other_axiom_is_seen_to_fail(concept: Concept) -> None:
    assert set(concept.axioms) | set(concept.fails) == set(AXIOMS)
    assert not set(concept.axioms) & set(concept.fails)
    assert set(concept.only_two) <= set(concept.fails)
    for axiom, values in concept.fails.items():
        parties = len(values[0])
        assert parties > 2 or axiom not in concept.only_two
        assert not satisfies_axiom(rule(concept, parties), axiom, np.array(values, dtype=float)), axiom
    said = {axiom: concept.keeps(axiom) for axiom in AXIOMS}
    assert {a for a, word in said.items() if word == "for two"} == set(concept.only_two)


def test_what_a_solution_keeps_depends_on_the_size_of_the_table() -> None:
    two, three = listed([[6, 3], [3, 5]]), listed([[6, 3, 1], [3, 5, 1]])
    assert "consistency" in solve(two, "kalai_smorodinsky").axioms
    assert "consistency" not in solve(three, "kalai_smorodinsky").axioms


def best_by_definition(name: str, values: np.ndarray, everything: np.ndarray) -> set[tuple[float, ...]]:
    """Gains (as tuples) that are maximal under the definition, ranked in Python over all of X*."""
    ideal = everything.max(axis=0)

    def key(g: np.ndarray) -> tuple[float, ...]:
        match name:
            case "asymmetric_nash":
                power = np.array(POWER[: len(g)])[g > 0]
                return (len(power), round(float(np.prod(g[g > 0] ** power)), 6))
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
    for concept, meant in list_concepts().items():
        found = solve(space, concept, frontier=front, **told(meant, table))
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
    for concept in CONCEPTS:
        found = solve(space, concept.name, lottery=True, **told(concept, 2))
        assert found.lottery is None and found.reranked == ()
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


def test_bargaining_weights_move_the_solution_and_are_tried_at_twice_and_half() -> None:
    space = listed([[6, 3], [4, 4], [3, 6]])
    weights = {"party0": 2.0, "party1": 1.0}
    found = solve(space, "asymmetric_nash", weights=weights)
    assert found.gains.tolist() == [[6, 3]]
    assert solve(space, "asymmetric_nash", weights={"party1": 6.0, "party0": 2.0}).gains.tolist() == [[3, 6]]
    assert found.weights == weights and not found.assumes_stakes
    assert found.note == "assumes the bargaining weights given"
    said = {(r.party, r.factor): (r.packages.tolist(), r.same) for r in found.reranked}
    assert said == {
        ("party0", 2.0): ([[1]], True),
        ("party0", 0.5): ([[1], [3]], False),
        ("party1", 2.0): ([[1], [3]], False),
        ("party1", 0.5): ([[1]], True),
    }
    equal = solve(space, "asymmetric_nash", weights={"party0": 7.0, "party1": 7.0})
    assert equal.gains.tolist() == solve(space, "nash").gains.tolist() == [[6, 3], [3, 6]]
    nobody = solve(
        listed([[9, 0, 0], [1, 1, 0]]),
        "asymmetric_nash",
        weights=dict.fromkeys(("party0", "party1", "party2"), 1.0),
    )
    assert nobody.gains.tolist() == [[1, 1, 0]]
    assert nobody.note.startswith("no package lets everybody gain: product over all but 1; assumes")


@pytest.mark.parametrize(
    ("weights", "word"),
    [
        (None, "weights must be given with asymmetric_nash"),
        ({"party0": 1.0}, "got none for party1"),
        ({"party0": 1.0, "party1": 0.0}, "above 0"),
        ({"party0": 1.0, "party1": float("inf")}, "above 0"),
        ({"party0": 1.0, "party1": float("nan")}, "above 0"),
        ({"party0": 1.0, "party1": 1.0, "party9": 1.0}, "party at the table"),
    ],
)
def test_bargaining_weights_are_checked(weights: dict[str, float] | None, word: str) -> None:
    with pytest.raises(InputError, match=word):
        solve(listed([[2, 2]]), "asymmetric_nash", weights=weights)


def test_weights_where_none_are_asked_for_and_of_another_width_are_refused() -> None:
    with pytest.raises(InputError, match="weights must not be given with nash"):
        solve(listed([[2, 2]]), "nash", weights={"party0": 1.0, "party1": 1.0})
    with pytest.raises(InputError, match="must be 3, one per column, got 2"):
        chooser("asymmetric_nash", weights=[1.0, 2.0])(np.ones((1, 3)), np.ones(3))


def test_a_space_of_reservation_values_only_is_solved() -> None:
    """Every package is a deal there, even the first."""
    unary = [[[5, 5], [9, 1], [1, 8]]]
    space = DealSpace.from_arrays(options=[3], unary=unary, no_deal=[1, 1], status_quo=False)
    assert solve(space, "nash").packages.tolist() == [[0]]
    assert solve(space, "utilitarian").packages.tolist() == [[0], [1]]
    assert solve(space, "nash", lottery=True).lottery.gains.tolist() == [[4, 4]]


def test_a_bounded_frontier_is_told() -> None:
    space = listed([[6, 3], [3, 5]])
    front = find_frontier(space)
    loose = replace(front, status="bounded", epsilon=2.5)
    assert solve(space, "nash", frontier=loose).note == "chosen from a frontier proven only within 2.5"
    nothing = replace(
        loose, packages=front.packages[:0], gains=front.gains[:0], utilities=front.utilities[:0]
    )
    assert (
        solve(space, "nash", frontier=nothing).note
        == "the search ended before it found an acceptable package"
    )


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
