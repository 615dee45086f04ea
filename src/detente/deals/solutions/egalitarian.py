"""Kalai (1977): gains as equal as they can be without waste, as leximin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.solutions.concept import Concept, Mixing, leximin

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, stakes: FloatArray) -> IntArray:
    """Rows that are leximin in stakes × gain."""
    return leximin(gains * stakes)


CONCEPT = Concept(
    name="egalitarian",
    title="Egalitarian",
    definition="leximin of stakes × gain: the least satisfied gains most, then the next",
    source="Kalai (1977), Econometrica 45; leximin: Imai (1983), Econometrica 51",
    choose=choose,
    axioms=(
        *("pareto", "weak_pareto", "symmetry", "iia", "consistency", "everybody_gains"),
        "worst_off_monotonicity",
    ),
    fails={
        "scale_invariance": ((2, 6), (3, 3)),
        "midpoint_domination": ((10, 1), (2, 2)),
        "ideal_monotonicity": ((10, 0), (0, 2), (3, 1), (1.5, 1.5)),
    },
    compares_parties=True,
    mixing=Mixing("leximin", lambda gains, stakes: stakes),
)
