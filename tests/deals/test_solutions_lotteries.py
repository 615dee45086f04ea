"""Lotteries over two packages are as good as any that a fine grid finds, and certified as far as they are."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.solutions import lotteries, solve
from detente.deals.solutions.concept import Concept
from detente.deals.solutions.known import list_concepts
from detente.deals.solutions.lotteries import mix
from detente.deals.space import DealSpace, gains
from detente.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)
MIXED = [c for c in list_concepts().values() if c.mixing is not None and c.mixing.kind != "sum"]
GRID = np.linspace(0, 1, 81)


def random_points(seed: int, parties: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 7))
    if rng.random() < 0.5:
        points = rng.integers(0, 6, size=(k, parties)).astype(float)
    else:
        points = rng.uniform(0, 9, size=(k, parties)) * (rng.random((k, parties)) < 0.8)
    return points, rng.uniform(0.3, 3.0, size=parties)


def rank(concept: Concept, expected: np.ndarray, points: np.ndarray, numbers: np.ndarray) -> list[float]:
    """What the concept compares lotteries by, read from its definition."""
    if concept.name == "egalitarian":
        return sorted((expected * numbers).tolist())
    if concept.name == "kalai_smorodinsky":
        best = points.max(axis=0)
        return sorted((expected[best > 0] / best[best > 0]).tolist())
    power = numbers if concept.name == "asymmetric_nash" else np.ones(len(numbers))
    gain = expected > 1e-9
    return [float(gain.sum()), float(np.log(expected[gain]) @ power[gain])]


def no_worse(a: list[float], b: list[float], slack: float = 1e-7) -> bool:
    for x, y in zip(a, b, strict=True):
        if abs(x - y) > slack:
            return x > y
    return True


@pytest.mark.parametrize("concept", MIXED, ids=lambda c: c.name)
@given(seed=SEEDS, parties=st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_no_lottery_on_a_grid_does_better(concept: Concept, seed: int, parties: int) -> None:
    points, numbers = random_points(seed, parties)
    found = mix(concept, points, numbers)
    mine = rank(concept, found.gains[0], points, numbers)
    for i, j in combinations(range(len(points)), 2):
        for t in GRID:
            assert no_worse(mine, rank(concept, t * points[i] + (1 - t) * points[j], points, numbers))
    for row in points:
        assert no_worse(mine, rank(concept, row, points, numbers))
    for rows, probability, expected in zip(found.rows, found.probability, found.gains, strict=True):
        assert probability.sum() == pytest.approx(1)
        assert (probability >= 0).all()
        np.testing.assert_allclose(probability @ points[rows], expected)
        assert no_worse(rank(concept, expected, points, numbers), mine)
    best = [rank(concept, row, points, numbers) for row in points]
    assert found.better == (not any(no_worse(b, mine, 1e-9) for b in best))


@pytest.mark.parametrize("concept", MIXED, ids=lambda c: c.name)
@given(seed=SEEDS, parties=st.integers(2, 4))
@settings(max_examples=50, deadline=None)
def test_the_bound_holds_over_lotteries_on_all_packages(concept: Concept, seed: int, parties: int) -> None:
    points, numbers = random_points(seed, parties)
    points = points + 0.01
    found = mix(concept, points, numbers)
    assert found.bound >= found.value - 1e-9 >= found.value_of_one - 2e-9
    if parties == 2:
        assert found.bound == found.value
    rng = np.random.default_rng(seed)
    for chances in rng.dirichlet(np.full(len(points), 0.5), size=40):
        every = rank(concept, chances @ points, points, numbers)
        power = numbers if concept.name == "asymmetric_nash" else np.ones(parties)
        value = float(np.exp(every[1] / power.sum())) if concept.mixing.kind == "product" else every[0]
        assert value <= found.bound + 1e-9


@given(seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_the_closed_form_for_two_agrees_with_halving(seed: int) -> None:
    """A third party that always gets the same decides nothing, but is solved the general way."""
    points, numbers = random_points(seed, 2)
    third = np.hstack([points, np.full((len(points), 1), 4.0)])
    for concept in MIXED:
        if concept.mixing.kind == "product":
            two = mix(concept, points, numbers).gains
            three = mix(concept, third, np.append(numbers, 1.0)).gains[:, :2]
            np.testing.assert_allclose(
                np.unique(np.round(three, 6), axis=0), np.unique(np.round(two, 6), axis=0), atol=2e-6
            )


def listed(points: list[list[float]], **rules: object) -> DealSpace:
    width = len(points[0])
    return DealSpace.from_arrays(
        options=[len(points) + 1], unary=[[[0.0] * width, *points]], no_deal=[0.0] * width, **rules
    )  # type: ignore[arg-type]


def test_a_hand_worked_lottery_is_told_with_what_it_adds() -> None:
    space = listed([[8, 0], [3, 3], [0, 8]])
    found = solve(space, "nash", lottery=True)
    assert found.gains.tolist() == [[3, 3]]
    lot = found.lottery
    assert lot.packages.tolist() == [[[3], [1]]]
    assert lot.probability.tolist() == [[0.5, 0.5]]
    assert lot.gains.tolist() == [[4, 4]]
    assert lot.better and (lot.value, lot.value_of_one, lot.bound) == pytest.approx((4, 3, 4))
    assert found.note == "a lottery reaches 4, the best package 3"
    weighted = solve(space, "asymmetric_nash", weights={"party0": 3, "party1": 1}, lottery=True).lottery
    np.testing.assert_allclose(weighted.gains, [[6, 2]])
    skewed = solve(listed([[9, 0], [0, 3]]), "kalai_smorodinsky", lottery=True).lottery
    np.testing.assert_allclose(skewed.gains, [[4.5, 1.5]])
    equal = solve(listed([[9, 0], [0, 3]]), "egalitarian", lottery=True).lottery
    np.testing.assert_allclose(equal.gains, [[2.25, 2.25]])


def test_a_lottery_can_let_somebody_gain_whom_every_package_leaves_out() -> None:
    found = solve(listed([[8, 0], [0, 2]]), "nash", lottery=True)
    assert found.lottery.gains.tolist() == [[4, 1]]
    assert found.note.endswith("a lottery lets 1 more gain than any package")


def test_where_no_lottery_does_better_the_packages_stand() -> None:
    space = listed([[5, 1], [4, 4], [1, 5]])
    found = solve(space, "nash", lottery=True)
    assert found.note == "no lottery over two packages does better"
    assert found.lottery.packages.tolist() == [[[2], [2]]]
    assert found.lottery.probability.tolist() == [[1, 0]]
    for name, told in (("utilitarian", {}), ("best_for", {"party": "party1"})):
        same = solve(space, name, lottery=True, **told)  # type: ignore[arg-type]
        assert not same.lottery.better
        assert same.lottery.gains.tolist() == same.gains.tolist()
        assert same.lottery.value == {"utilitarian": 8, "best_for": 5}[name]
    assert solve(space, "nash").lottery is None


def test_leximin_looks_beyond_the_worst_off() -> None:
    """The worst off gets 1 whatever is drawn; half and half is best for the next."""
    found = solve(listed([[1, 0.5, 5], [1, 5, 0.5], [1, 1, 1]]), "egalitarian", lottery=True)
    assert found.lottery.gains.tolist() == [[1, 2.75, 2.75]]
    assert found.note.startswith("assumes equal stakes; a lottery does as well for the worst off and better")


def test_what_more_packages_could_add_is_told() -> None:
    """Each of three packages serves one party; two at a time leave one out, all three give 3 to each."""
    found = solve(listed([[9, 0, 0], [0, 9, 0], [0, 0, 9]]), "egalitarian", lottery=True)
    assert found.lottery.bound == pytest.approx(3)
    assert found.note.endswith("lotteries over more packages could reach 3 at most")
    nash = solve(listed([[9, 0, 0], [0, 9, 0], [0, 0, 9]]), "nash", lottery=True)
    assert nash.lottery.bound == np.inf
    assert nash.note.endswith("could let more gain")


def test_large_tables_are_searched_among_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform(0.1, 1, size=(60, 3))
    concept = list_concepts()["nash"]
    every = mix(concept, points, np.ones(3))
    monkeypatch.setattr(lotteries, "MOST_PACKAGES", 40)
    some = mix(concept, points, np.ones(3))
    assert (some.searched, every.searched) == (40, 60)
    assert some.value_of_one == every.value_of_one <= some.value <= every.value + 1e-12
    monkeypatch.setattr(lotteries, "CELLS", 90)
    assert mix(concept, points, np.ones(3)).value == some.value


@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_what_is_drawn_is_acceptable(seed: int) -> None:
    from tests.deals.rule_spaces import random_space

    space = random_space(seed)
    found = solve(space, "nash", lottery=True).lottery
    if found is not None:
        assert acceptable(space, found.packages.reshape(-1, len(space.issues))).all()
        drawn = np.einsum("mk,mkp->mp", found.probability, [gains(space, pair) for pair in found.packages])
        np.testing.assert_allclose(found.gains, drawn)


def test_a_concept_that_ranks_no_lotteries_says_so() -> None:
    plain = Concept("x", "X", "", "", lambda g, s: np.zeros(1, dtype=np.int64), ())
    with pytest.raises(InputError, match="ranks lotteries, got x"):
        mix(plain, np.ones((1, 2)), np.ones(2))
