"""The best that one party can get from packages that everybody accepts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.solutions.concept import Concept, Mixing, largest

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, stakes: FloatArray) -> IntArray:
    """Rows with the largest gain of the first column; of these, those that no other of them beats for
    the rest of the table. Stakes change nothing."""
    rows = largest(gains[:, 0])
    rest = gains[rows]
    beaten = [bool(((rest >= g).all(axis=1) & (rest > g).any(axis=1)).any()) for g in rest]
    return rows[np.flatnonzero(~np.asarray(beaten))].astype(np.int64)


CONCEPT = Concept(
    name="best_for",
    title="Best for one party",
    definition="largest gain of one party among acceptable packages, without waste for the others",
    source="dictatorial solution; as a proposer's choice Romer & Rosenthal (1978), Public Choice 33",
    choose=choose,
    axioms=("pareto", "weak_pareto", "scale_invariance"),
    fails={
        "iia": ((5, 2, 0), (5, 1, 0), (5, 0, 9)),
        # Three at the table cannot show it: with two gains settled, only one is left to differ.
        "consistency": ((5, 1, 9, 0), (5, 1, 0, 5), (5, 2, 0, 5)),
        "symmetry": ((2, 6), (4, 3)),
        "everybody_gains": ((9, 0), (2, 2)),
        "midpoint_domination": ((10, 0), (5, 3), (0, 6)),
        "worst_off_monotonicity": ((9, 0), (2, 2)),
        "ideal_monotonicity": ((9, 4, 4), (0, 9, 9), (9, 9, 0)),
    },
    only_two=("iia", "consistency", "ideal_monotonicity"),
    for_party=True,
    mixing=Mixing("sum", lambda gains, stakes: np.eye(1, len(stakes))[0]),
)
