"""Nash (1950): the largest product of gains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.solutions.concept import Concept, Mixing, largest_product, who_is_left_out

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, stakes: FloatArray) -> IntArray:
    """Rows with the largest product of gains; where no row gives everybody more than 0, the rows that
    leave most parties better off, and of these the largest product over those. Stakes change nothing."""
    return largest_product(gains, np.ones_like(stakes))


CONCEPT = Concept(
    name="nash",
    title="Nash",
    definition="largest product of gains; if none gains everybody something, over the most who gain",
    source="Nash (1950), The Bargaining Problem, Econometrica 18; on finite sets Mariotti (1998)",
    choose=choose,
    axioms=(
        *("pareto", "weak_pareto", "symmetry", "scale_invariance", "iia", "consistency"),
        "everybody_gains",
    ),
    fails={
        "midpoint_domination": ((4, 4), (8, 3), (0, 8)),
        "worst_off_monotonicity": ((4, 4), (10, 3)),
        "ideal_monotonicity": ((10, 0), (0, 10), (4, 4), (9, 2)),
    },
    note=who_is_left_out,
    mixing=Mixing("product", lambda gains, stakes: np.ones_like(stakes)),
)
