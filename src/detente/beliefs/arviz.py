"""Posteriors for those who work with ArviZ (extra `arviz`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.beliefs.values import Beliefs
from detente.errors import InputError

if TYPE_CHECKING:
    from xarray import DataTree


def to_arviz(beliefs: Beliefs) -> DataTree:
    """The posterior draws as an ArviZ DataTree, one variable per hypothesis and `average` over all of them.

    Variables have the dimensions chain (1), draw and goal; signed weights, Σ|w| = 1. Group
    `sample_stats` holds, per hypothesis, probability, log evidence with its error, ESS and Pareto k̂.
    Raises InputError where the extra is not installed.

    >>> from detente.case import load
    >>> from detente.beliefs import infer_beliefs
    >>> case = load("kerry-2016")
    >>> found = infer_beliefs(case, "kremlin", case.as_of, samples=400, shifts=False, tells=False)
    >>> sorted(to_arviz(found).children)
    ['posterior', 'sample_stats']
    """
    try:
        from arviz_base import from_dict
    except ImportError:
        raise InputError("ArviZ is not installed; try pip install 'detente[arviz]'") from None
    from detente.beliefs.average import weight_draws

    n = min(len(h.weights) for h in beliefs.hypotheses)
    drawn = {h.name: h.weights[None, :n] for h in beliefs.hypotheses}
    drawn["average"] = weight_draws(beliefs, n, beliefs.seed)[None]
    told = {
        name: np.array([[getattr(h, name) for h in beliefs.hypotheses]])[:, None]
        for name in ("probability", "log_evidence", "mc_error", "ess", "khat")
    }
    dims: dict[str, Any] = {name: ["goal"] for name in drawn} | {name: ["hypothesis"] for name in told}
    coords: dict[str, Any] = {
        "goal": list(beliefs.goals),
        "hypothesis": [h.name for h in beliefs.hypotheses],
    }
    groups: dict[str, Any] = {"posterior": drawn, "sample_stats": told}
    return from_dict(groups, coords=coords, dims=dims, check_conventions=False)
