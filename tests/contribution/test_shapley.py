"""Shapley's value: his axioms, all orders of joining by brute force, and known games."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.contribution import shapley
from detente.contribution.reference import shapley_by_orders
from detente.errors import InputError

MOST = 5
values = st.floats(-100, 100, allow_nan=False)


@st.composite
def games(draw: st.DrawFn) -> tuple[int, np.ndarray]:
    players = draw(st.integers(1, MOST))
    table = draw(st.lists(values, min_size=2**players, max_size=2**players))
    return players, np.array(table)


def worth(table: np.ndarray, members: tuple[int, ...]) -> float:
    return float(table[sum(1 << i for i in members)])


@settings(max_examples=60)
@given(games())
def test_equals_the_average_over_all_orders(game: tuple[int, np.ndarray]) -> None:
    players, table = game
    by_orders = shapley_by_orders(partial(worth, table), players)
    np.testing.assert_allclose(shapley(table, players), by_orders, atol=1e-9)
    np.testing.assert_allclose(shapley(partial(worth, table), players), by_orders, atol=1e-9)


@given(games())
def test_efficiency_the_shares_are_what_there_is(game: tuple[int, np.ndarray]) -> None:
    players, table = game
    assert shapley(table, players).sum() == pytest.approx(table[-1] - table[0], abs=1e-9)


@given(games(), st.integers(0, MOST - 1), st.floats(-10, 10))
def test_a_null_player_gets_only_what_it_brings_alone(
    game: tuple[int, np.ndarray], who: int, alone: float
) -> None:
    players, table = game
    who %= players
    coalitions = np.arange(len(table))
    table = table[coalitions & ~(1 << who)] + alone * (coalitions >> who & 1)
    assert shapley(table, players)[who] == pytest.approx(alone, abs=1e-9)


@given(games(), st.permutations(range(MOST)))
def test_symmetry_names_do_not_matter(game: tuple[int, np.ndarray], renaming: list[int]) -> None:
    players, table = game
    new = [i for i in renaming if i < players]
    renamed = np.empty_like(table)
    for coalition in range(len(table)):
        renamed[sum(1 << new[i] for i in range(players) if coalition >> i & 1)] = table[coalition]
    np.testing.assert_allclose(shapley(renamed, players)[new], shapley(table, players), atol=1e-9)


@given(games(), st.data())
def test_additivity_two_games_at_once(game: tuple[int, np.ndarray], data: st.DataObject) -> None:
    players, table = game
    other = np.array(data.draw(st.lists(values, min_size=len(table), max_size=len(table))))
    together = shapley(np.stack([table, other, table + other]), players)
    np.testing.assert_allclose(together[2], together[0] + together[1], atol=1e-9)


def test_the_united_nations_security_council_of_five_and_ten() -> None:
    """Shapley & Shubik (1954): 9 of 15 votes with five vetoes give each permanent member 0.196."""
    coalitions = np.arange(2**15)
    carried = (coalitions & 31 == 31) & (np.bitwise_count(coalitions) >= 9)
    power = shapley(carried.astype(float), 15)
    np.testing.assert_allclose(power, [0.19627] * 5 + [0.00186] * 10, atol=1e-5)


def test_portions_of_tables_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = np.random.default_rng(0).normal(size=(7, 2, 2**4))
    whole = shapley(tables, 4)
    one_by_one = [[shapley(table, 4) for table in pair] for pair in tables]
    monkeypatch.setattr("detente.contribution.joining._CELLS", 40)
    np.testing.assert_array_equal(shapley(tables, 4), whole)
    np.testing.assert_array_equal(one_by_one, whole)


def test_who_adds_nothing_gets_exactly_nothing() -> None:
    table = np.random.default_rng(1).normal(size=2**9)
    table = table[np.arange(2**9) & ~(1 << 4)]
    assert shapley(table, 9)[4] == 0


def test_a_table_of_twenty_players() -> None:
    """Two weighted majorities of twenty, by counting orders: each of equals gets the same."""
    members = np.bitwise_count(np.arange(2**20))
    np.testing.assert_allclose(shapley((members >= 11).astype(float), 20), 1 / 20, atol=1e-12)
    heavy = members + 9 * (np.arange(2**20) & 1)  # the first has ten votes of twenty-nine, fifteen win
    # It completes the quota unless fewer than five or more than fourteen of the others were there before.
    assert shapley((heavy >= 15).astype(float), 20)[0] == pytest.approx(10 / 20, abs=1e-12)


def test_what_cannot_be_exact_is_refused() -> None:
    with pytest.raises(InputError, match=r"between 0 and 20.*shapley_sampled"):
        shapley(lambda members: 0.0, 21)
    with pytest.raises(InputError, match=r"2\^2 values"):
        shapley([0.0, 1.0, 2.0], 2)
    assert shapley([0.0], 0).tolist() == []
