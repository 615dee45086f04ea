"""Axioms of bargaining on finite sets, where a solution is a set: checkers, short and independent.

Each takes a rule and one finite set of gains and looks for a violation near it. The classical
statements assume convex sets and single answers; these are their set-valued finite readings.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.solutions.concept import Choose
from detente.errors import InputError

FloatArray = NDArray[np.float64]
SCALES = (0.25, 3.0)


def satisfies_axiom(choose: Choose, axiom: str, gains: FloatArray) -> bool:
    """Whether a rule keeps an axiom on one finite set of gains (k, parties) ≥ 0, at equal stakes.

    True means: no violation found on this set and what the axiom compares it with; it is no proof for
    other sets. Raises InputError for an unknown axiom. Cost: at most k + parties! choices.

    >>> from detente.deals.solutions.utilitarian import choose
    >>> satisfies_axiom(choose, "everybody_gains", np.array([[9.0, 0.0], [2.0, 2.0]]))
    False
    """
    if axiom not in AXIOMS:
        raise InputError(f"axiom must be one of {', '.join(AXIOMS)}, got {axiom!r}")
    return AXIOMS[axiom](choose, np.asarray(gains, dtype=np.float64))


def _chosen(choose: Choose, gains: FloatArray) -> set[int]:
    return {int(row) for row in choose(gains, np.ones(gains.shape[1]))}


def _pareto(choose: Choose, gains: FloatArray) -> bool:
    """No row is at least as good for all and better for one than a chosen row."""

    def beats(g: FloatArray) -> bool:
        return bool(((gains >= g - TOLERANCE).all(axis=1) & (gains > g + TOLERANCE).any(axis=1)).any())

    return not any(beats(gains[row]) for row in _chosen(choose, gains))


def _weak_pareto(choose: Choose, gains: FloatArray) -> bool:
    """No row is better for everybody than a chosen row."""
    return not any((gains > gains[row] + TOLERANCE).all(axis=1).any() for row in _chosen(choose, gains))


def _symmetry(choose: Choose, gains: FloatArray) -> bool:
    """Who is called first decides nothing: exchanging columns leaves the chosen rows."""
    chosen = _chosen(choose, gains)
    return all(_chosen(choose, gains[:, list(p)]) == chosen for p in permutations(range(gains.shape[1])))


def _scale_invariance(choose: Choose, gains: FloatArray) -> bool:
    """If some row gives everybody more than 0 (as the theory assumes), counting one party's points in
    another unit leaves the chosen rows."""
    if not (gains > TOLERANCE).all(axis=1).any():
        return True
    chosen = _chosen(choose, gains)
    for party in range(gains.shape[1]):
        for factor in SCALES:
            scaled = gains.copy()
            scaled[:, party] *= factor
            if _chosen(choose, scaled) != chosen:
                return False
    return True


def _iia(choose: Choose, gains: FloatArray) -> bool:
    """Dropping a row that leaves a chosen one in place leaves exactly the chosen ones that remain."""
    chosen = _chosen(choose, gains)
    for out in range(len(gains)):
        left = chosen - {out}
        if left:
            rows = [row for row in range(len(gains)) if row != out]
            if {rows[row] for row in _chosen(choose, gains[rows])} != left:
                return False
    return True


def _consistency(choose: Choose, gains: FloatArray) -> bool:
    """If what one party gets is settled as chosen, exactly the chosen rows that give it so much remain."""
    chosen = _chosen(choose, gains)
    for row in chosen:
        for party in range(gains.shape[1]):
            rows = np.flatnonzero(np.abs(gains[:, party] - gains[row, party]) <= TOLERANCE)
            if {int(rows[r]) for r in _chosen(choose, gains[rows])} != chosen & set(rows.tolist()):
                return False
    return True


def _everybody_gains(choose: Choose, gains: FloatArray) -> bool:
    """If some row gives everybody more than 0, every chosen row does."""
    all_gain = set(np.flatnonzero((gains > TOLERANCE).all(axis=1)).tolist())
    return not all_gain or _chosen(choose, gains) <= all_gain


def _midpoint_domination(choose: Choose, gains: FloatArray) -> bool:
    """If some row gives each of n parties at least 1/n of its best, every chosen row does."""
    fair = (gains >= gains.max(axis=0) / gains.shape[1] - TOLERANCE).all(axis=1)
    return not fair.any() or _chosen(choose, gains) <= set(np.flatnonzero(fair).tolist())


def _worst_off_monotonicity(choose: Choose, gains: FloatArray) -> bool:
    """Adding a row never lowers the smallest gain chosen (Kalai 1977 asks this of every party, which
    no rule keeps on finite sets)."""
    return _never_lower(choose, gains, None)


def _ideal_monotonicity(choose: Choose, gains: FloatArray) -> bool:
    """Adding a row that changes nobody's best never lowers the smallest share of the own best (the
    restricted monotonicity of Kalai & Smorodinsky, for the worst off)."""
    best = gains.max(axis=0)
    counted = best > TOLERANCE
    return _never_lower(choose, gains, np.where(counted, 1.0 / np.where(counted, best, 1.0), np.inf))


def _never_lower(choose: Choose, gains: FloatArray, share: FloatArray | None) -> bool:
    """Whether the smallest gain, or with `share` (parties,) the smallest share of the own best, is never
    larger with a row fewer (one that is nobody's only best, with `share`; infinite: not counted)."""
    unit = np.ones(gains.shape[1]) if share is None else share
    counted = np.isfinite(unit)
    if not counted.any():
        return True

    def worst(set_: FloatArray) -> float:
        return float(min((set_[row][counted] * unit[counted]).min() for row in _chosen(choose, set_)))

    after = worst(gains)
    for out in range(len(gains)):
        fewer = np.delete(gains, out, axis=0)
        if len(fewer) == 0 or (share is not None and np.any(fewer.max(axis=0) < gains.max(axis=0))):
            continue
        if worst(fewer) > after + TOLERANCE:
            return False
    return True


AXIOMS: dict[str, Callable[[Choose, FloatArray], bool]] = {
    "pareto": _pareto,
    "weak_pareto": _weak_pareto,
    "symmetry": _symmetry,
    "scale_invariance": _scale_invariance,
    "iia": _iia,
    "consistency": _consistency,
    "everybody_gains": _everybody_gains,
    "midpoint_domination": _midpoint_domination,
    "worst_off_monotonicity": _worst_off_monotonicity,
    "ideal_monotonicity": _ideal_monotonicity,
}
