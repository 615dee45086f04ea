"""Stated interests as weights, and how shocks move them for a time."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.case.draws import Draws
from detente.case.model import Case

FloatArray = NDArray[np.float64]


def stated_weights(case: Case, draws: Draws, as_of: date) -> FloatArray:
    """(n, parties, goals) signed swing weights as typed in the case, sum of absolutes 1 in each draw,
    moved by the shocks known by `as_of`. Parties whose interests are inferred have zeros.

    A party's sizes are drawn one by one and then scaled, so a range on one goal also moves the
    shares of the others. Cost: one stream per uncertain size.

    >>> from detente.case import load
    >>> case = load("panama-1974")
    >>> float(np.abs(stated_weights(case, case.draws(3, 0), case.as_of)).sum(axis=2).max().round(12))
    1.0
    """
    position = {goal.name: g for g, goal in enumerate(case.goals)}
    weights = np.zeros((draws.n, len(case.parties), len(case.goals)))
    for p, party in enumerate(case.parties):
        for goal, size in party.interests.items():
            weights[:, p, position[goal]] = draws.sample(size)
        weights[:, p] = apply_shocks(case, _scaled(weights[:, p]), party.name, as_of)
    return weights


def apply_shocks(case: Case, weights: FloatArray, party: str, as_of: date) -> FloatArray:
    """Weights (…, goals) of one party after the shocks up to `as_of`:
    w ∝ w·exp(Σ ln(factor)·2^(−days/half_life)), rescaled to sum of absolutes 1 (MODEL section 1).

    Signs and zeros stay. Shocks after `as_of` do nothing; an expired one does nearly nothing.
    """
    position = {goal.name: g for g, goal in enumerate(case.goals)}
    exponent = np.zeros(len(case.goals))
    for shock in case.shocks:
        if shock.on > as_of:
            continue
        fading = 2.0 ** (-(as_of - shock.on).days / shock.half_life)
        for goal, factor in shock.weights.get(party, {}).items():
            exponent[position[goal]] += np.log(factor) * fading
    return _scaled(weights * np.exp(exponent)) if exponent.any() else weights


def _scaled(weights: FloatArray) -> FloatArray:
    total = np.abs(weights).sum(axis=-1, keepdims=True)
    scaled: FloatArray = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return scaled
