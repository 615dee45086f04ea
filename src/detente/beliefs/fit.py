"""Posterior and evidence of one story: Laplace fit, Student-t importance sampling, honest diagnosis.

Draws come from a mixture of Student-t distributions around the modes, one more that is fitted to the
weighted draws of a first round, and the prior; weights use the density of the whole mixture (balance
heuristic: Veach & Guibas 1995; Owen & Zhou 2000, defensive part) and are Pareto-smoothed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.evidence import Layout, Rows
from detente.beliefs.likelihood import log_likelihood, mean_over_draws
from detente.beliefs.modes import Mode, find_modes
from detente.beliefs.proposal import Part, draw, log_density, log_prior, make_part, prior_part
from detente.beliefs.psis import BAD, Smoothed, smooth
from detente.beliefs.space import Point, Space, to_point

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_ESS = 100.0
SHARES = (0.2, 0.2, 0.6)
MORE = (0.8, 0.8)
PRIOR_SHARE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Weighted draws of one story's posterior.

    `u` (n, size) coordinates, `log_weights` (n,) smoothed, unnormalised; `by_draw` (effect draws, n)
    log likelihood relative to choice at random; `gain` log evidence relative to it; `error` its
    Monte Carlo standard error; `influence` (effect draws,) relative deviation of each effect draw's
    evidence from their mean; `centres` of the proposals, for a warm start.
    """

    space: Space
    u: FloatArray
    log_weights: FloatArray
    by_draw: FloatArray
    gain: float
    error: float
    khat: float
    ess: float
    influence: FloatArray
    centres: tuple[FloatArray, ...]

    @property
    def good(self) -> bool:
        """Whether the numbers may be reported: k̂ ≤ 0.7 and an effective sample size of 100."""
        return self.khat <= BAD and self.ess >= LEAST_ESS

    @property
    def effect_error(self) -> float:
        """Standard error of `gain` from the finite number of effect draws."""
        return float(np.sqrt((self.influence**2).sum()) / len(self.influence))


def fit_story(
    space: Space,
    layout: Layout,
    rows: Rows,
    samples: int,
    seed: Sequence[int],
    warm: Sequence[FloatArray] = (),
) -> Fit:
    """The posterior of one story by importance sampling; up to four rounds until the weights are good.

    `samples` ≥ 100 draws in all if the second round is good. `seed`: entropy of the stream. `warm`:
    centres of an earlier fit instead of a search. Without records: prior draws, evidence exactly 1.
    Never raises for a bad fit: look at `good`. Cost: samples × groups × effect draws.
    """
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(list(seed))))
    if not len(rows.q):
        return _prior_fit(space, layout, samples, rng)
    modes = find_modes(space, layout, rows, rng, warm)
    parts, counts = _first_parts(space, modes, int(samples * SHARES[0]))
    u = _draw_all(parts, counts, rng)
    by_draw = log_likelihood(space, layout, rows, u)
    weights = _weigh(parts, counts, u, by_draw)
    for share in (*SHARES[1:], *MORE):
        parts = [*parts, _adapted(u, weights, modes[0].covariance)]
        counts = [*counts, int(samples * share)]
        more = draw(parts[-1], counts[-1], rng)
        u = np.concatenate([u, more])
        by_draw = np.concatenate([by_draw, log_likelihood(space, layout, rows, more)], axis=1)
        weights = _weigh(parts, counts, u, by_draw)
        if sum(counts) >= 0.95 * samples and weights.khat <= BAD and weights.ess >= LEAST_ESS:
            break
    return _finish(space, u, by_draw, weights, tuple(mode.at for mode in modes))


def reweigh(fit: Fit, log_ratio: FloatArray) -> Smoothed:
    """The fit's draws under a target that differs by `log_ratio` (n,): look at k̂ before using them.

    `log_mean` is then the log ratio of the two evidences.
    """
    base = fit.log_weights - special.logsumexp(fit.log_weights)
    found = smooth(base + log_ratio)
    return Smoothed(found.log_weights, float(special.logsumexp(found.log_weights)), found.khat, found.ess)


def pick(log_weights: FloatArray, n: int, rng: np.random.Generator) -> IntArray:
    """(n,) indices of equally weighted draws by systematic resampling, in random order."""
    share = np.cumsum(special.softmax(log_weights))
    grid = (np.arange(n) + rng.random()) / n
    return np.asarray(
        rng.permutation(np.minimum(np.searchsorted(share, grid), len(share) - 1)), dtype=np.int64
    )


def points_at(fit: Fit, index: IntArray) -> Point:
    """Parameters of the chosen draws."""
    return to_point(fit.space, fit.u[index])[0]


def _prior_fit(space: Space, layout: Layout, samples: int, rng: np.random.Generator) -> Fit:
    u = rng.standard_normal((samples, space.size))
    zero = np.zeros((layout.draws, samples))
    influence = np.zeros(layout.draws)
    return Fit(space, u, np.zeros(samples), zero, 0.0, 0.0, 0.0, float(samples), influence, ())


def _first_parts(space: Space, modes: Sequence[Mode], samples: int) -> tuple[list[Part], list[int]]:
    mass = special.softmax(np.array([mode.mass for mode in modes]))
    share = np.maximum(mass, 0.08)
    share *= (1 - PRIOR_SHARE) / share.sum()
    counts = [max(int(samples * PRIOR_SHARE), 10), *(max(int(samples * s), 10) for s in share)]
    return [prior_part(space.size), *(make_part(mode.at, mode.covariance) for mode in modes)], counts


def _draw_all(parts: Sequence[Part], counts: Sequence[int], rng: np.random.Generator) -> FloatArray:
    return np.concatenate([draw(part, n, rng) for part, n in zip(parts, counts, strict=True)])


def _weigh(parts: Sequence[Part], counts: Sequence[int], u: FloatArray, by_draw: FloatArray) -> Smoothed:
    share = np.log(np.array(counts, dtype=np.float64) / sum(counts))
    proposed = special.logsumexp(np.array([log_density(part, u) for part in parts]) + share[:, None], axis=0)
    return smooth(mean_over_draws(by_draw) + log_prior(u) - proposed)


def _adapted(u: FloatArray, weights: Smoothed, fallback: FloatArray) -> Part:
    """A component with the mean and covariance of the weighted draws, shrunk where these are few."""
    w = special.softmax(weights.log_weights)
    centre = w @ u
    away = u - centre
    sample = (away * w[:, None]).T @ away
    trust = weights.ess / (weights.ess + u.shape[1])
    return make_part(centre, trust * sample + (1 - trust) * fallback)


def _finish(
    space: Space, u: FloatArray, by_draw: FloatArray, weights: Smoothed, centres: tuple[FloatArray, ...]
) -> Fit:
    w = special.softmax(weights.log_weights)
    relative = np.exp(by_draw - mean_over_draws(by_draw)) @ w
    return Fit(
        space=space,
        u=u,
        log_weights=weights.log_weights,
        by_draw=by_draw,
        gain=weights.log_mean,
        error=weights.error,
        khat=weights.khat,
        ess=weights.ess,
        influence=relative - 1.0,
        centres=centres,
    )
