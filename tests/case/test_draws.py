"""Draws are reproducible, independent of order, extendable, and have the means they should have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case import Draws, Quantity, Values, apply_shocks, stated_weights
from detente.errors import InputError
from tests.case.sample import case_of, original

CASE = case_of(original())
RANGE = Quantity(-3, 5, die="d")
THREE = Quantity(0, 10, 2, die="d")


@given(st.text(max_size=20), st.integers(1, 40), st.integers(0, 2**64))
def test_first_k_of_n_are_the_draws_of_k(die: str, k: int, seed: int) -> None:
    few, many = Draws(CASE, k, seed).uniform(die), Draws(CASE, k + 13, seed).uniform(die)
    assert (few == many[:k]).all()
    assert ((many >= 0) & (many < 1)).all()


def test_order_of_asking_and_new_dice_do_not_matter() -> None:
    draws = CASE.draws(100, 7)
    first = draws.uniform("a")
    draws.uniform("b")
    assert (draws.uniform("a") == first).all()
    assert not (draws.uniform("b") == first).any()
    assert not (CASE.draws(100, 8).uniform("a") == first).any()


def test_numbers_are_pinned() -> None:
    """A change here changes every published result: say so in the changelog."""
    drawn = CASE.draws(2, 0).uniform("issues.filling.fields_watered")
    assert drawn.tolist() == pytest.approx(PINNED, abs=0)


PINNED = [0.19493734832262322, 0.9335938970203768]


def test_samples_lie_where_they_should_and_share_their_die() -> None:
    draws = CASE.draws(20_000, 1)
    flat, bent = draws.sample(RANGE), draws.sample(THREE)
    assert flat.min() >= -3
    assert flat.max() <= 5
    assert flat.mean() == pytest.approx(Draws.mean(RANGE), abs=0.06)
    assert bent.min() >= 0
    assert bent.max() <= 10
    assert bent.mean() == pytest.approx(Draws.mean(THREE), abs=0.06)
    assert Draws.mean(THREE) == pytest.approx(3.0)
    assert (np.argsort(flat) == np.argsort(bent)).all()
    assert (draws.sample(Quantity(4, 4)) == 4).all()


def test_pert_variance() -> None:
    """Var = (mean − low)(high − mean)/7 for the PERT of shape 4."""
    drawn = CASE.draws(40_000, 3).sample(THREE)
    assert drawn.var() == pytest.approx(3 * 7 / 7, rel=0.03)


def test_rungs_of_a_ladder_do_not_cross() -> None:
    draws = CASE.draws(500, 5)
    for issue in CASE.issues:
        if issue.ladder:
            low, high = (issue.options[k].effects for k in (1, 2))
            for goal in low.keys() & high.keys():
                step = draws.sample(high[goal]) - draws.sample(low[goal])
                assert (step >= 0).all() or (step <= 0).all()


@pytest.mark.parametrize(("n", "seed"), [(0, 0), (1, -1)])
def test_bad_draws(n: int, seed: int) -> None:
    with pytest.raises(InputError):
        CASE.draws(n, seed)


def test_stated_weights_are_scaled_signed_and_empty_for_inferred_parties() -> None:
    weights = stated_weights(CASE, CASE.draws(200, 0), CASE.as_of)
    total = np.abs(weights).sum(axis=2)
    names = [party.name for party in CASE.parties]
    inferred = names.index("arvenia")
    assert weights.shape == (200, 5, 6)
    assert (weights[:, inferred] == 0).all()
    assert np.delete(total, inferred, axis=1) == pytest.approx(1.0)
    goals = [goal.name for goal in CASE.goals]
    assert (weights[:, names.index("delmar"), goals.index("power_income")] < 0).all()


def shifted(days: int) -> np.ndarray:
    shock = CASE.shocks[0]
    flat = np.full(6, 1 / 6)
    flat[1] = -1 / 6
    return apply_shocks(CASE, flat, "delmar", shock.on + timedelta(days=days))


def test_shock_at_once_at_half_life_and_long_after() -> None:
    """w ∝ w·factor^(2^(−days/half_life)): factor 1.5 at once, √1.5 after 60 days."""
    flood = [goal.name for goal in CASE.goals].index("floods_contained")
    for days, power in ((0, 1.0), (60, 0.5), (120, 0.25), (60_000, 0.0)):
        found = shifted(days)
        assert np.abs(found).sum() == pytest.approx(1)
        assert found[flood] / found[0] == pytest.approx(1.5**power)
        assert found[1] == pytest.approx(-found[0])
    assert (shifted(-1) == shifted(60_000)).all() or shifted(-1) == pytest.approx(shifted(60_000))


def test_shock_leaves_others_zeros_and_signs() -> None:
    weights = np.array([[0.5, 0, 0, 0, -0.5, 0], [0, 0, 0, -1, 0, 0]])
    after = apply_shocks(CASE, weights, "delmar", CASE.as_of)
    assert (np.sign(after) == np.sign(weights)).all()
    assert (apply_shocks(CASE, weights, "sorland", CASE.as_of) == weights).all()
    assert (apply_shocks(CASE, np.zeros((2, 6)), "delmar", CASE.as_of) == 0).all()
    early = replace(CASE, shocks=())
    assert (apply_shocks(early, weights, "delmar", CASE.as_of) == weights).all()


def test_values_refuse_arrays_of_another_shape() -> None:
    draws = CASE.draws(3, 0)
    weights = stated_weights(CASE, draws, CASE.as_of)
    Values(draws, weights, np.zeros((3, 1, 2)), ("arvenia",), ("gauges", "keep_promises"), date(2031, 6, 1))
    with pytest.raises(ValueError, match="must have the shape"):
        Values(draws, weights[:2], np.zeros((3, 1, 2)), ("arvenia",), ("a", "b"), date(2031, 6, 1))
