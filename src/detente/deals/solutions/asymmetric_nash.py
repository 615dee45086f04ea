"""Kalai (1977): the largest product of gains, each to the power of a bargaining weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.solutions.concept import Concept, Mixing, largest_product, who_is_left_out

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, weights: FloatArray) -> IntArray:
    """Rows with the largest Σ weight × log gain; where no row gives everybody more than 0, the rows that
    leave most parties better off, and of these the largest sum over those. Weights (table,) > 0; only
    their ratios count."""
    return largest_product(gains, weights / weights.sum())


CONCEPT = Concept(
    name="asymmetric_nash",
    title="Asymmetric Nash",
    definition="largest product of gains, each to the power of the party's bargaining weight",
    source="Kalai (1977), Nonsymmetric Nash Solutions, International Journal of Game Theory 6",
    choose=choose,
    axioms=("pareto", "weak_pareto", "scale_invariance", "iia", "consistency", "everybody_gains"),
    fails={
        "symmetry": ((4, 2), (2, 5)),
        "midpoint_domination": ((4, 4), (8, 3), (0, 8)),
        "worst_off_monotonicity": ((4, 4), (10, 3)),
        "ideal_monotonicity": ((10, 0), (0, 10), (4, 4), (9, 2)),
    },
    by_weights=True,
    note=who_is_left_out,
    mixing=Mixing("product", lambda gains, weights: weights / weights.sum()),
)
