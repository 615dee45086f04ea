"""A seeded tenth of the simulation-based calibration; `./run bench sbc` does the whole."""

from __future__ import annotations

import numpy as np
import pytest

from bench.sbc import POSTERIOR, band, chi_square, leads, pointwise, ranks
from bench.simulating import KINDS

DATA_SETS, FAMILY = 50, 0.001


@pytest.fixture(scope="module")
def gamma() -> float:
    """The pointwise level of a band that holds as a whole in 999 of 1,000 uniform samples."""
    return band(DATA_SETS, simulations=4000, level=FAMILY)


@pytest.mark.parametrize("kind", KINDS)
def test_ranks_of_the_truth_are_uniform(kind: str, gamma: float) -> None:
    found = ranks(kind, DATA_SETS)
    assert found.shape[0] == DATA_SETS
    assert ((found >= 0) & (found <= POSTERIOR)).all()
    for column in found.T:
        assert chi_square(column) > FAMILY / found.shape[1]
        assert pointwise(column) > gamma / found.shape[1]


def test_a_wrong_scale_is_noticed(monkeypatch: pytest.MonkeyPatch, gamma: float) -> None:
    """A posterior that has shrunk to its best draw fails the same test."""
    monkeypatch.setattr("bench.sbc.pick", lambda w, n, rng: np.full(n, int(np.argmax(w))))
    found = ranks("acts", DATA_SETS)
    assert any(pointwise(column) < gamma / found.shape[1] for column in found.T)


def test_the_true_hypothesis_leads_more_often_with_more_acts() -> None:
    few, many = (np.mean([leads(acts, seed) for seed in range(20)]) for acts in (2, 40))
    assert many > few
    assert many >= 0.7
