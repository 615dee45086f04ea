"""Against shapiq, which works out the same values by code of its own."""

from __future__ import annotations

import numpy as np
import pytest

from detente.contribution import interaction_draws, shapley, shapley_draws, value_table

pytestmark = pytest.mark.filterwarnings("ignore")  # its own


def referee(table: np.ndarray, players: int, index: str, order: int) -> dict[tuple[int, ...], float]:
    """Values of shapiq's exact computer for a table of worth."""
    from shapiq.game_theory import ExactComputer

    bits = 1 << np.arange(players)
    computer = ExactComputer(lambda members: table[np.asarray(members) @ bits], n_players=players)
    found = computer(index, order)
    return {key: float(found[key]) for key in found.interaction_lookup}


@pytest.mark.parametrize("players", [1, 2, 5, 11])
def test_any_table(players: int) -> None:
    table = 100 * np.random.default_rng(players).normal(size=2**players)
    known = referee(table, players, "SV", 1)
    np.testing.assert_allclose(shapley(table, players), [known[i,] for i in range(players)], atol=1e-9)


def test_covers_with_complements() -> None:
    rng = np.random.default_rng(0)
    capability, sizes, all_of = rng.random((1, 8, 4)), 20 * rng.random((1, 4)), [(1, 2), (), (3,), ()]
    table = value_table(capability, sizes, all_of)[0]
    alone, pairs = referee(table, 8, "SV", 1), referee(table, 8, "SII", 2)
    shares, index = (
        shapley_draws(capability, sizes, all_of)[0],
        interaction_draws(capability, sizes, all_of)[0],
    )
    np.testing.assert_allclose(shares, [alone[i,] for i in range(8)], atol=1e-9)
    for p in range(8):
        for q in range(p + 1, 8):
            assert index[p, q] == pytest.approx(pairs[p, q], abs=1e-9)
