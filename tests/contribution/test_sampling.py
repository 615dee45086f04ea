"""Sampled Shapley values: near the exact ones by their own errors, reproducible, and right about their doubt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.contribution import (
    CoverGame,
    Sampled,
    coalition_value,
    shapley,
    shapley_draws,
    shapley_sampled,
    value_table,
)
from detente.errors import InputError

ALL_OF = [(1, 2), (), (), ()]


def cover_game(players: int, seed: int, reach: float = 1.0) -> CoverGame:
    rng = np.random.default_rng(seed)
    return CoverGame(reach * rng.random((players, 4)), 10 * rng.random(4), ALL_OF)


def by_memberships(game: CoverGame) -> object:
    def value(members: np.ndarray) -> np.ndarray:
        mine = np.where(members[:, :, None], game.capability, 0.0)
        return coalition_value(mine, game.sizes, range(len(game.capability)), game.all_of)

    return value


def exact(game: CoverGame) -> np.ndarray:
    return shapley_draws(game.capability[None], game.sizes[None], game.all_of)[0]


@pytest.mark.parametrize("reach", [1.0, 0.1])
def test_sixty_contributors(reach: float) -> None:
    """The goal of the room: errors of at most half a per cent of the whole, and they are not a boast."""
    game = cover_game(60, 5, reach)
    found, true = shapley_sampled(game, 60, seed=1), exact(game)
    assert found.errors.max() <= 0.005 * true.sum()
    assert found.shares.sum() == pytest.approx(true.sum())
    far = np.abs(found.shares - true) / found.errors
    assert far.max() < 5
    assert np.mean(far < 2) > 0.85
    assert found.orders == 2 * 60 * 20


def test_errors_are_those_that_repeating_shows() -> None:
    """Root mean square of 40 repetitions' true errors against what they said of themselves."""
    game = cover_game(8, 3)
    runs = [shapley_sampled(game, 8, seed=seed, orders=320) for seed in range(40)]
    true = np.sqrt(np.mean([(run.shares - exact(game)) ** 2 for run in runs], axis=0))
    said = np.sqrt(np.mean([run.errors**2 for run in runs], axis=0))
    assert np.all(np.abs(np.log(true / said)) < 0.5)


def test_turning_and_reversing_pay() -> None:
    """Over five games, as many plain random orders are half as far off again, and more."""
    plainly, ours = 0.0, 0.0
    for seed in range(5):
        game = cover_game(60, seed)
        rng = np.random.default_rng(seed)
        orders = rng.permuted(np.tile(np.arange(60), (1200, 1)), axis=1)
        plain = np.empty(orders.shape)
        np.put_along_axis(plain, orders, game.along(orders), axis=1)
        plainly += float(np.mean((plain.mean(axis=0) - exact(game)) ** 2))
        found = shapley_sampled(game, 60, seed=seed, orders=1200)
        ours += float(np.mean((found.shares - exact(game)) ** 2))
    assert np.sqrt(plainly / ours) > 1.5


@given(st.integers(1, 6), st.integers(0, 2**32))
@settings(max_examples=25)
def test_any_game_given_by_memberships(players: int, seed: int) -> None:
    table = np.random.default_rng(seed).normal(size=2**players)
    bits = 1 << np.arange(players)
    found = shapley_sampled(lambda members: table[members @ bits], players, seed=seed, orders=3000)
    assert found.shares.sum() == pytest.approx(table[-1] - table[0])
    assert np.all(np.abs(found.shares - shapley(table, players)) <= 6 * found.errors + 1e-9)


def test_joining_step_by_step_is_the_same_game() -> None:
    game = cover_game(9, 0)
    stepwise = shapley_sampled(game, 9, seed=4)
    whole = shapley_sampled(by_memberships(game), 9, seed=4)
    table = value_table(game.capability[None], game.sizes[None], game.all_of)[0]
    np.testing.assert_allclose(stepwise.shares, whole.shares, atol=1e-12)
    np.testing.assert_allclose(stepwise.errors, whole.errors, atol=1e-12)
    np.testing.assert_allclose(stepwise.shares, shapley(table, 9), atol=6 * stepwise.errors.max())


def test_same_seed_same_numbers_and_another_seed_others() -> None:
    one, two, other = (shapley_sampled(cover_game(12, 0), 12, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.shares, two.shares)
    np.testing.assert_array_equal(one.errors, two.errors)
    assert not np.array_equal(one.shares, other.shares)


def test_stops_at_its_target_or_when_the_work_is_done() -> None:
    game = cover_game(60, 5)

    def run(target: float) -> Sampled:
        return shapley_sampled(game, 60, seed=1, orders=8000, target=target)

    loose, tight, never = run(0.005), run(0.0008), run(1e-6)
    assert loose.reached and tight.reached and not never.reached
    assert loose.orders < tight.orders < never.orders == 8040
    assert tight.errors.max() <= 0.0008 * tight.shares.sum()
    assert run(0.0).reached and run(0.0).orders == 8040


def test_a_single_player_and_players_alike_leave_no_doubt() -> None:
    alone = shapley_sampled(lambda members: 3.0 * members[:, 0], 1, seed=0)
    assert (alone.shares.tolist(), alone.errors.tolist()) == ([3.0], [0.0])
    alike = shapley_sampled(lambda members: members.sum(axis=1) ** 2.0, 25, seed=0, orders=1)
    np.testing.assert_allclose(alike.shares, 25.0)
    assert alike.orders == 4 * 50


def test_what_cannot_be_sampled_is_refused() -> None:
    def zeros(members: np.ndarray) -> np.ndarray:
        return np.zeros(len(members))

    for said, arguments in (
        ("players must be at least 1", {"players": 0}),
        ("orders must be 0 or more", {"players": 2, "orders": -1}),
        ("target must be a share", {"players": 2, "target": 1.0}),
        ("target must be a share", {"players": 2, "target": float("nan")}),
    ):
        with pytest.raises(InputError, match=said):
            shapley_sampled(zeros, **{"seed": 0, **arguments})
    with pytest.raises(InputError, match=r"shape \(4,\), got \(\)"):
        shapley_sampled(lambda members: 0.0, 2, seed=0)
    with pytest.raises(InputError, match="finite"):
        shapley_sampled(lambda members: np.full(len(members), np.nan), 2, seed=0)
