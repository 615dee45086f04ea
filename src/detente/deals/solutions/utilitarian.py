"""Harsanyi (1955): the largest sum of gains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.solutions.concept import Concept, Mixing, largest

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, stakes: FloatArray) -> IntArray:
    """Rows with the largest sum of stakes × gain."""
    return largest(gains @ stakes)


CONCEPT = Concept(
    name="utilitarian",
    title="Utilitarian",
    definition="largest sum of stakes × gain",
    source="Harsanyi (1955), Journal of Political Economy 63; as a bargaining solution Myerson (1981)",
    choose=choose,
    axioms=("pareto", "weak_pareto", "symmetry", "iia", "consistency"),
    fails={
        "scale_invariance": ((2, 6), (4, 3)),
        "everybody_gains": ((9, 0), (2, 2)),
        "midpoint_domination": ((10, 0), (5, 3), (0, 6)),
        "worst_off_monotonicity": ((9, 0), (2, 2)),
        "ideal_monotonicity": ((10, 0), (0, 10), (6, 6), (10, 3)),
    },
    compares_parties=True,
    mixing=Mixing("sum", lambda gains, stakes: stakes),
)
