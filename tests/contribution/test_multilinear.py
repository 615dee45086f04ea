"""Covers: Shapley value and interaction in polynomial time, against every coalition and every order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.contribution import (
    coalition_value,
    cover,
    interaction_draws,
    shapley,
    shapley_draws,
    value_table,
)
from detente.contribution.reference import shapley_by_orders
from detente.errors import InputError

Teams = tuple[np.ndarray, np.ndarray, list[tuple[int, ...]]]


@st.composite
def teams(draw: st.DrawFn, most: int = 7) -> Teams:
    """Three draws of capabilities (nothing and everything among them), sizes of either sign, complements."""
    people, tasks = draw(st.integers(1, most)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    capability = rng.choice([0.0, 1.0, -1.0], size=(3, people, tasks), p=[0.2, 0.1, 0.7])
    capability = np.where(capability < 0, rng.random(capability.shape), capability)
    others = st.lists(st.integers(0, tasks - 1), unique=True, max_size=3)
    all_of = [tuple(o for o in draw(others) if o != k) for k in range(tasks)]
    return capability, rng.normal(size=(3, tasks)), all_of


@given(teams())
def test_equals_all_coalitions(team: Teams) -> None:
    capability, sizes, all_of = team
    by_table = shapley(value_table(capability, sizes, all_of), capability.shape[1])
    np.testing.assert_allclose(shapley_draws(capability, sizes, all_of), by_table, atol=1e-12)


@given(teams(most=4))
def test_equals_all_orders(team: Teams) -> None:
    capability, sizes, all_of = team
    for n in range(3):

        def value(members: tuple[int, ...], n: int = n) -> float:
            return float(coalition_value(capability[n], sizes[n], members, all_of))

        by_orders = shapley_by_orders(value, capability.shape[1])
        np.testing.assert_allclose(shapley_draws(capability, sizes, all_of)[n], by_orders, atol=1e-9)


@given(teams(most=5))
def test_interaction_equals_the_average_over_all_coalitions_of_the_others(team: Teams) -> None:
    """Σ over S without p and q of (|S|)! (n−|S|−2)! / (n−1)! · second difference, from the table of worth."""
    capability, sizes, all_of = team
    people = capability.shape[1]
    table = value_table(capability, sizes, all_of)
    found = interaction_draws(capability, sizes, all_of)
    for p in range(people):
        assert not found[:, p, p].any()
        for q in range(p + 1, people):
            one, two = 1 << p, 1 << q
            rest = [i for i in range(people) if i not in (p, q)]
            kept = [sum(1 << i for k, i in enumerate(rest) if s >> k & 1) for s in range(2 ** len(rest))]
            second = [
                table[:, s | one | two] - table[:, s | one] - table[:, s | two] + table[:, s] for s in kept
            ]
            expected = shapley_average(np.array(second), people - 2)
            np.testing.assert_allclose(found[:, p, q], expected, atol=1e-12)
            np.testing.assert_array_equal(found[:, p, q], found[:, q, p])


def shapley_average(worth: np.ndarray, others: int) -> np.ndarray:
    """(coalitions, draws) averaged: every size alike, within a size every coalition alike."""
    size = np.bitwise_count(np.arange(len(worth)))
    return np.mean([worth[size == s].mean(axis=0) for s in range(others + 1)], axis=0)


def test_how_many_draws_come_along_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    capability, sizes = rng.random((7, 5, 3)), rng.random((7, 3))
    all_of = [(1, 2), (), (0,)]
    for measure in (shapley_draws, interaction_draws):
        whole = measure(capability, sizes, all_of)
        alone = [measure(capability[n : n + 1], sizes[n : n + 1], all_of)[0] for n in range(7)]
        np.testing.assert_array_equal(whole, alone)
        monkeypatch.setattr("detente.contribution.multilinear._CELLS", 40)
        np.testing.assert_array_equal(measure(capability, sizes, all_of), whole)
        monkeypatch.undo()


def test_three_hundred_contributors_share_what_there_is() -> None:
    rng = np.random.default_rng(2)
    capability, sizes = 0.05 * rng.random((2, 300, 4)), rng.normal(size=(2, 4))
    capability[:, 7] = 0
    all_of = [(1, 2), (), (), (0,)]
    shares = shapley_draws(capability, sizes, all_of)
    whole = (sizes * cover(capability, all_of)).sum(axis=1)
    np.testing.assert_allclose(shares.sum(axis=1), whole, atol=1e-11)
    assert not shares[:, 7].any()


def test_equals_get_equal_shares_even_where_all_is_covered_many_times() -> None:
    shares = shapley_draws(np.ones((1, 400, 1)), np.array([[8.0]]))
    np.testing.assert_allclose(shares, 8 / 400, atol=1e-12)


def test_an_air_strike_needs_ground_truth() -> None:
    """Strikes of one, truth of another: each half of what they do together, which is all of interaction."""
    capability, sizes = np.array([[[0.5, 0.0], [0.0, 0.8]]]), np.array([[20.0, 0.0]])
    all_of = [(1,), ()]
    np.testing.assert_allclose(shapley_draws(capability, sizes, all_of), [[4.0, 4.0]])
    np.testing.assert_allclose(interaction_draws(capability, sizes, all_of)[0, 0, 1], 8.0)
    np.testing.assert_allclose(shapley_draws(capability, sizes), [[10.0, 0.0]])


def test_what_no_cover_can_be_is_refused() -> None:
    for measure in (shapley_draws, interaction_draws):
        for wrong in (-0.1, 1.1, np.nan):
            with pytest.raises(InputError, match="between 0 and 1"):
                measure(np.full((1, 2, 1), wrong), np.ones((1, 1)))
        with pytest.raises(InputError, match="all_of of task 0 must name at most 11 tasks, got 13"):
            measure(np.zeros((1, 2, 14)), np.ones((1, 14)), [tuple(range(1, 14)), *[()] * 13])
    assert shapley_draws(np.zeros((3, 0, 2)), np.ones((3, 2))).shape == (3, 0)
    assert shapley_draws(np.zeros((3, 2, 0)), np.ones((3, 0))).tolist() == [[0.0, 0.0]] * 3
    assert interaction_draws(np.ones((1, 1, 1)), np.ones((1, 1))).tolist() == [[[0.0]]]
