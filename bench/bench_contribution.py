"""Shapley values: of any table of twenty, of covers in polynomial time, sampled; shapiq in the same run.

`python -m bench.bench_contribution` prints the comparison with shapiq: time for the same exact values, and
how far off both are after the same number of orders of joining.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.contribution import (
    CoverGame,
    coalition_value,
    interaction_draws,
    shapley,
    shapley_draws,
    shapley_sampled,
)

COMPLEMENTS = [(1, 2), (), (), (4,), (), (), (), ()]


def covers(draws: int, contributors: int) -> tuple[np.ndarray, np.ndarray]:
    """Capabilities and sizes of eight tasks."""
    rng = np.random.default_rng(0)
    return rng.random((draws, contributors, 8)), 10 * rng.random((draws, 8))


@pytest.mark.parametrize("players", [12, 16, 20])
def test_shapley_of_a_table(benchmark: BenchmarkFixture, players: int) -> None:
    benchmark(shapley, np.random.default_rng(0).random(2**players), players)


@pytest.mark.parametrize("contributors", [4, 8, 12, 20, 60, 200])
def test_shapley_of_a_thousand_draws(benchmark: BenchmarkFixture, contributors: int) -> None:
    """Eight tasks, two of them with complements."""
    benchmark(shapley_draws, *covers(1000, contributors), COMPLEMENTS)


@pytest.mark.parametrize("contributors", [8, 20])
def test_pairs_of_a_thousand_draws(benchmark: BenchmarkFixture, contributors: int) -> None:
    benchmark(interaction_draws, *covers(1000, contributors), COMPLEMENTS)


@pytest.mark.parametrize("given", ["step by step", "by memberships"])
def test_sixty_sampled_to_half_a_per_cent(benchmark: BenchmarkFixture, given: str) -> None:
    game, value = sixty()
    found = benchmark(
        shapley_sampled, game if given == "step by step" else value, 60, seed=0, orders=12_000, target=0.005
    )
    assert found.reached


def sixty() -> tuple[CoverGame, Callable[[np.ndarray], np.ndarray]]:
    """Sixty contributors, as a game and as a function of memberships."""
    capability, sizes = covers(1, 60)
    game = CoverGame(capability[0], sizes[0], COMPLEMENTS)

    def value(members: np.ndarray) -> np.ndarray:
        mine = np.where(np.atleast_2d(members)[:, :, None], game.capability, 0.0)
        return coalition_value(mine, game.sizes, range(60), COMPLEMENTS)

    return game, value


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds and result of one call."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def compare_exact(players: int) -> None:
    """One table of worth, both programs."""
    from shapiq.game_theory import ExactComputer

    table = np.random.default_rng(0).random(2**players)
    bits = 1 << np.arange(players)
    ours, shares = min((timed(lambda: shapley(table, players)) for _ in range(3)), key=lambda t: t[0])

    def refer() -> object:
        return ExactComputer(lambda members: table[np.asarray(members) @ bits], n_players=players)("SV", 1)

    theirs, known = timed(refer)
    off = max(abs(known[i,] - shares[i]) for i in range(players))  # type: ignore[index]
    print(f"exact, {players} players: {1e3 * ours:.1f} ms, shapiq {1e3 * theirs:.0f} ms")
    print(f"  {theirs / ours:.0f} times as fast; values differ by {off:.0e}")


def compare_sampled(orders: int, seeds: int = 5) -> None:
    """Sixty contributors to tasks, the same number of orders, root mean square of the true errors."""
    from shapiq.approximator import PermutationSamplingSV

    game, value = sixty()
    true = shapley_draws(game.capability[None], game.sizes[None], COMPLEMENTS)[0]

    def refer(seed: int) -> np.ndarray:
        found = PermutationSamplingSV(60, random_state=seed).approximate(orders * 59 + 2, value)
        return np.array([found[i,] for i in range(60)])

    def sample(seed: int, game: CoverGame | Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        return shapley_sampled(game, 60, seed=seed, orders=orders).shares

    ways = {"step by step": partial(sample, game=game), "by memberships": partial(sample, game=value)}
    for name, way in {**ways, "shapiq": refer}.items():
        runs = [timed(partial(way, seed)) for seed in range(seeds)]
        off = 100 * np.sqrt(np.mean([(shares - true) ** 2 for _, shares in runs])) / true.sum()
        took = 1e3 * np.mean([spent for spent, _ in runs])
        print(f"sampled, {orders} orders of 60, {name}: off by {off:.3f} % of the whole in {took:.0f} ms")


if __name__ == "__main__":
    for count in (int(given) for given in sys.argv[1:] or ("12", "16")):
        compare_exact(count)
    for many in (480, 2400):
        compare_sampled(many)
