"""Shapley values per draw: exact over all coalitions, so the cost doubles with each contributor."""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.contribution import shapley_draws


@pytest.mark.parametrize("contributors", [4, 8, 12])
def test_shapley_of_a_thousand_draws(benchmark: BenchmarkFixture, contributors: int) -> None:
    """Eight tasks."""
    capability = np.random.default_rng(0).random((1000, contributors, 8))
    benchmark(shapley_draws, capability, np.ones((1000, 8)))
