"""Nash (1950): the largest product of gains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.solutions.concept import Concept, largest

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, stakes: FloatArray) -> IntArray:
    """Rows with the largest product of gains; where no row gives everybody more than 0, the rows that
    leave most parties better off, and of these the largest product over those. Stakes change nothing."""
    better = gains > TOLERANCE
    most = np.flatnonzero(better.sum(axis=1) == better.sum(axis=1).max())
    logs = np.log(np.where(better, gains, 1.0)).sum(axis=1)
    return most[largest(logs[most])].astype(np.int64)


def note(gains: FloatArray, rows: IntArray) -> str:
    """Says when the product leaves parties out."""
    out = int((gains[rows] <= TOLERANCE).sum(axis=1).max())
    return f"nobody finds a package that everybody gains from: product over all but {out}" if out else ""


CONCEPT = Concept(
    name="nash",
    title="Nash",
    definition="largest product of gains; if none gains everybody something, over the most who gain",
    source="Nash (1950), The Bargaining Problem, Econometrica 18; on finite sets Mariotti (1998)",
    choose=choose,
    axioms=("pareto", "symmetry", "scale_invariance", "iia", "everybody_gains"),
    fails={
        "worst_off_monotonicity": ((4, 4), (10, 3)),
        "ideal_monotonicity": ((10, 0), (0, 10), (4, 4), (9, 2)),
    },
    note=note,
)
