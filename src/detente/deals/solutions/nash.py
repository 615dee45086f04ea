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
    most = _most(better)
    logs = np.log(np.where(better, gains, 1.0)).sum(axis=1)
    return most[largest(logs[most])].astype(np.int64)


def note(gains: FloatArray, rows: IntArray) -> str:
    """Says when the product leaves parties out, and when which ones depends on the units of points."""
    better = gains > TOLERANCE
    out = int((~better[rows]).sum(axis=1).max())
    if not out:
        return ""
    many = len(np.unique(better[_most(better)], axis=0)) > 1
    units = "; who is left out depends on whose points are counted how" if many else ""
    return f"no package lets everybody gain: product over all but {out}{units}"


def _most(better: NDArray[np.bool_]) -> IntArray:
    """Rows in which most parties gain."""
    count = better.sum(axis=1)
    return np.flatnonzero(count == count.max()).astype(np.int64)


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
