"""Kalai & Smorodinsky (1975): equal shares of the best that each could get, as leximin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.solutions.concept import Concept, Mixing, leximin

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def choose(gains: FloatArray, stakes: FloatArray) -> IntArray:
    """Rows that are leximin in gain ÷ own best gain; parties that can gain nothing are left out.
    Stakes change nothing."""
    shares = shares_of_best(gains, stakes)
    return leximin((gains * shares)[:, shares > 0])


def shares_of_best(gains: FloatArray, stakes: FloatArray) -> FloatArray:
    """(table,) what share of its best gain one point is to each party; 0 where the best is no gain."""
    best = gains.max(axis=0)
    counted = best > TOLERANCE
    return np.where(counted, 1.0 / np.where(counted, best, 1.0), 0.0)


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
    axioms=(
        *("pareto", "weak_pareto", "symmetry", "scale_invariance", "everybody_gains"),
        *("midpoint_domination", "ideal_monotonicity"),
    ),
    fails={
        "iia": ((6, 4), (3, 6), (0, 12)),
        "consistency": ((6, 3, 3), (6, 5, 2), (4, 1, 4)),
        "worst_off_monotonicity": ((6, 4), (3, 6), (0, 12)),
    },
    only_two=("consistency",),
    note=note,
    mixing=Mixing("leximin", shares_of_best),
)
