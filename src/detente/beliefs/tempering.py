"""Tempered sequential Monte Carlo: the way out where importance sampling is not good.

Particles start from the mixture that the modes gave and move to the posterior through π_t ∝ q^(1−t)·p^t,
t from 0 to 1 in steps that keep half of the effective sample, with random-walk Metropolis moves at each
(Del Moral, Doucet & Jasra 2006). Eight islands share temperatures and step sizes and nothing else, so
their disagreement tells the error of the evidence and the effective sample size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from detente.beliefs.evidence import Layout, Rows
from detente.beliefs.likelihood import log_likelihood, mean_over_draws
from detente.beliefs.proposal import Part, draw, log_density, log_prior
from detente.beliefs.space import Space

FloatArray = NDArray[np.float64]

ISLANDS = 8
KEPT = 0.5
MOVES = 8
MOST = 40
WISHED = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Tempered:
    """Particles of a posterior: `u` (n, size), `by_draw` (draws, n) log likelihoods, `log_weights` (n,) of
    their islands; `log_mean` log evidence with standard error `error`; `ess` effective sample size;
    `steps` temperatures that it took."""

    u: FloatArray
    by_draw: FloatArray
    log_weights: FloatArray
    log_mean: float
    error: float
    ess: float
    steps: int


@dataclass(slots=True)
class _Cloud:
    """All particles, and for each the log densities that tempering mixes."""

    u: FloatArray
    by_draw: FloatArray
    start: FloatArray
    target: FloatArray

    def at(self, t: float) -> FloatArray:
        return (1 - t) * self.start + t * self.target

    def keep(self, index: NDArray[np.int64]) -> None:
        self.u, self.by_draw = self.u[index], self.by_draw[:, index]
        self.start, self.target = self.start[index], self.target[index]


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What densities are computed on."""

    space: Space
    layout: Layout
    rows: Rows
    parts: Sequence[Part]
    shares: FloatArray

    def cloud(self, u: FloatArray) -> _Cloud:
        by_draw = log_likelihood(self.space, self.layout, self.rows, u)
        densities = np.array([log_density(part, u) for part in self.parts])
        start = special.logsumexp(densities + np.log(self.shares)[:, None], axis=0)
        return _Cloud(u, by_draw, start, mean_over_draws(by_draw) + log_prior(u))


def temper(
    space: Space,
    layout: Layout,
    rows: Rows,
    mixture: tuple[Sequence[Part], Sequence[float]],
    samples: int,
    rng: np.random.Generator,
) -> Tempered:
    """The posterior by tempering from `mixture` (parts, shares summing to 1).

    `samples` ≥ 64 particles. Never raises for a bad run: look at `error` and `ess`. Cost: about ten
    temperatures × eight moves × samples likelihoods. It will not find a mode that neither the mixture nor
    eight islands' walks reach.
    """
    parts, shares = mixture
    each = max(samples // ISLANDS, 8)
    ground = _Ground(space, layout, rows, parts, np.array(shares))
    counts = rng.multinomial(each * ISLANDS, ground.shares / ground.shares.sum())
    u = np.concatenate([draw(part, int(n), rng) for part, n in zip(parts, counts, strict=True)])
    cloud = ground.cloud(rng.permutation(u))
    mass, t, step, steps = np.zeros(ISLANDS), 0.0, 2.38 / np.sqrt(space.size), 0
    while t < 1 and steps < MOST:
        after = _next(cloud, t)
        weights = ((after - t) * (cloud.target - cloud.start)).reshape(ISLANDS, each)
        mass += special.logsumexp(weights, axis=1) - np.log(each)
        cloud.keep(_resample(weights, rng))
        t, steps = after, steps + 1
        step = _move(ground, cloud, t, step, rng)
    top = float(special.logsumexp(mass) - np.log(ISLANDS))
    spread = max(float(np.exp(mass - top).std(ddof=1)), float(mass.std(ddof=1))) / np.sqrt(ISLANDS)
    error = float(spread) if t >= 1 else float("inf")
    return Tempered(cloud.u, cloud.by_draw, np.repeat(mass, each), top, error, _ess(cloud.u, each), steps)


def _next(cloud: _Cloud, t: float) -> float:
    """The temperature at which the effective sample has shrunk to half."""
    rise = cloud.target - cloud.start

    def lack(after: float) -> float:
        w = (after - t) * rise
        kept = np.exp(2 * special.logsumexp(w) - special.logsumexp(2 * w))
        return float(kept - KEPT * len(rise))

    return 1.0 if lack(1.0) >= 0 else float(optimize.brentq(lack, t, 1.0, xtol=1e-4)) + 1e-9


def _resample(weights: FloatArray, rng: np.random.Generator) -> NDArray[np.int64]:
    """Systematic resampling within each island; weights are logs (islands, particles)."""
    each = weights.shape[1]
    share = np.cumsum(special.softmax(weights, axis=1), axis=1)
    grid = (np.arange(each) + rng.random((len(weights), 1))) / each
    places = [np.minimum(np.searchsorted(s, g), each - 1) for s, g in zip(share, grid, strict=True)]
    return np.concatenate([place + i * each for i, place in enumerate(places)]).astype(np.int64)


def _move(ground: _Ground, cloud: _Cloud, t: float, step: float, rng: np.random.Generator) -> float:
    """Random-walk moves that leave π_t as it is; the step size that suits the next temperature."""
    spread = np.cov(cloud.u.T) + 1e-6 * np.eye(cloud.u.shape[1])
    root = np.linalg.cholesky(np.atleast_2d(spread))
    for _ in range(MOVES):
        other = ground.cloud(cloud.u + step * rng.standard_normal(cloud.u.shape) @ root.T)
        taken = np.log(rng.random(len(cloud.u))) < other.at(t) - cloud.at(t)
        cloud.u[taken], cloud.by_draw[:, taken] = other.u[taken], other.by_draw[:, taken]
        cloud.start[taken], cloud.target[taken] = other.start[taken], other.target[taken]
        step *= float(np.exp(0.7 * (taken.mean() - WISHED)))
    return step


def _ess(u: FloatArray, each: int) -> float:
    """How many independent draws the islands' means are worth: median over coordinates."""
    means = u.reshape(ISLANDS, each, -1).mean(axis=1)
    between = np.maximum(means.var(axis=0, ddof=1), 1e-12)
    return float(min(np.median(u.var(axis=0) / between) * ISLANDS, len(u)))
