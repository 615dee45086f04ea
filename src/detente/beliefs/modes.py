"""Modes of a posterior and the curvature there (Laplace approximation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from detente.beliefs.evidence import Layout, Rows
from detente.beliefs.gradient import value_and_gradient
from detente.beliefs.likelihood import log_likelihood, mean_over_draws
from detente.beliefs.space import Space

FloatArray = NDArray[np.float64]
LOOK = 256
STARTS = 3
APART = 0.75
LEAST_CURVATURE = 0.5
DIFFERENCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """A local maximum `at` (size,), the inverse of the curvature there `covariance` (size, size), and
    the log evidence `mass` that the Laplace approximation gives to it."""

    at: FloatArray
    covariance: FloatArray
    mass: float


def find_modes(
    space: Space, layout: Layout, rows: Rows, rng: np.random.Generator, warm: Sequence[FloatArray] = ()
) -> tuple[Mode, ...]:
    """Distinct modes found by L-BFGS from the prior's middle and the likeliest of 256 prior draws, or
    from `warm` alone where given; best first.

    Where all signs are free, only the direction of the size coordinates matters, and the density
    peaks at length 0, where there is no mass: the search then uses the expected length instead.
    Cost: some hundred gradients. It will not find a narrow mode that no start leads to.
    """
    tops = []
    for start in warm or _starts(space, layout, rows, rng):
        at, height, _ = optimize.fmin_l_bfgs_b(
            lambda u: _objective(space, layout, rows, np.asarray(u)), start, factr=1e9, pgtol=1e-3, maxiter=60
        )
        tops.append((float(height), np.asarray(at, dtype=np.float64)))
    modes: list[Mode] = []
    for _, at in sorted(tops, key=lambda top: top[0]):
        if all(np.linalg.norm(at - other.at) > APART for other in modes):
            modes.append(mode_at(space, layout, rows, at))
    return tuple(modes)


def _starts(space: Space, layout: Layout, rows: Rows, rng: np.random.Generator) -> list[FloatArray]:
    u = rng.standard_normal((LOOK, space.size))
    order = np.argsort(-mean_over_draws(log_likelihood(space, layout, rows, u)), kind="stable")
    best = [u[i] for i in order[:STARTS]]
    middle = np.where(space.table.free, 0.2, 0.0) * np.sign(best[0][: space.goals])
    return [*best, np.concatenate([middle, np.zeros(space.size - space.goals)])]


def _objective(space: Space, layout: Layout, rows: Rows, u: FloatArray) -> tuple[float, FloatArray]:
    value, slope = _log_target(space, layout, rows, u[None])
    return -float(value[0]), -slope[0]


def _log_target(space: Space, layout: Layout, rows: Rows, u: FloatArray) -> tuple[FloatArray, FloatArray]:
    value, slope = value_and_gradient(space, layout, rows, u, unscaled=space.free)
    return value - 0.5 * (u**2).sum(axis=1), slope - u


def mode_at(space: Space, layout: Layout, rows: Rows, at: FloatArray) -> Mode:
    """The mode at coordinates `at` (size,), with the curvature there."""
    size = len(at)
    steps = np.concatenate([np.eye(size), -np.eye(size)]) * DIFFERENCE
    slopes = _log_target(space, layout, rows, at + steps)[1]
    curvature = -(slopes[:size] - slopes[size:]) / (2 * DIFFERENCE)
    values, vectors = np.linalg.eigh(0.5 * (curvature + curvature.T))
    values = np.maximum(values, LEAST_CURVATURE)
    covariance = (vectors / values) @ vectors.T
    top = float(_log_target(space, layout, rows, at[None])[0][0])
    return Mode(at, covariance, top - 0.5 * float(np.log(values).sum()))
