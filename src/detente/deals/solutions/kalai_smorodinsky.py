"""Kalai & Smorodinsky (1975): equal shares of the best that each could get, as leximin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.solutions.concept import Concept, leximin

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, stakes: FloatArray) -> IntArray:
    """Rows that are leximin in gain ÷ own best gain; parties that can gain nothing are left out.
    Stakes change nothing."""
    best = gains.max(axis=0)
    counted = best > TOLERANCE
    return leximin(gains[:, counted] / best[counted])


def note(gains: FloatArray, rows: IntArray) -> str:
    """Says when parties are left out."""
    out = int((gains.max(axis=0) <= TOLERANCE).sum())
    return f"{out} can gain nothing and is left out" if out else ""


CONCEPT = Concept(
    name="kalai_smorodinsky",
    title="Kalai–Smorodinsky",
    definition="leximin of gain ÷ the best that the party could gain in any acceptable package",
    source="Kalai & Smorodinsky (1975), Econometrica 43; leximin: Imai (1983), Econometrica 51",
    choose=choose,
    axioms=("pareto", "symmetry", "scale_invariance", "everybody_gains", "ideal_monotonicity"),
    fails={
        "iia": ((6, 4), (3, 6), (0, 12)),
        "worst_off_monotonicity": ((6, 4), (3, 6), (0, 12)),
    },
    note=note,
)
