"""Pareto-smoothed importance weights and their diagnostic k̂.

Vehtari, Simpson, Gelman, Yao & Gabry, "Pareto smoothed importance sampling", JMLR 25 (2024), section 3;
the fit of the generalised Pareto distribution follows Zhang & Stephens, Technometrics 51 (2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

FloatArray = NDArray[np.float64]
TAIL = 5
BAD = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """Log weights after smoothing (n,), not normalised; `log_mean` of the weights; `khat` the shape of
    the tail (above 0.7 the weights are not to be used); `ess` effective sample size."""

    log_weights: FloatArray
    log_mean: float
    khat: float
    ess: float

    @property
    def error(self) -> float:
        """Standard error of `log_mean`, from the spread of the smoothed weights."""
        n = len(self.log_weights)
        return float(np.sqrt(max(1.0 / self.ess - 1.0 / n, 0.0)))


def smooth(log_weights: FloatArray) -> Smoothed:
    """Smooth the upper tail of importance weights (n,) given as logs.

    Tail of min(n/5, 3√n) weights; what equals the cut is no tail (resampled
    draws come in equals), and fewer than five above it are left alone (k̂ = 0). Cost:
    a sort.

    >>> smooth(np.zeros(100)).khat
    0.0
    """
    out = np.array(log_weights, dtype=np.float64)
    n = len(out)
    top = out.max()
    size = int(np.ceil(min(n / 5, 3 * np.sqrt(n))))
    khat = 0.0
    if size >= TAIL:
        order = np.argsort(out, kind="stable")[-size - 1 :]
        cut, tail = np.exp(out[order[0]] - top), np.exp(out[order[1:]] - top)
        above = tail - cut > 1e-12 * tail[-1]
        kept, size = order[1:][above], int(above.sum())
        if size >= TAIL:
            khat, scale = fit_pareto(tail[above] - cut)
            at = (np.arange(size) + 0.5) / size
            stretched = -np.log1p(-at) if abs(khat) < 1e-9 else np.expm1(-khat * np.log1p(-at)) / khat
            out[kept] = np.minimum(np.log(cut + scale * stretched), 0.0) + top
    total = float(special.logsumexp(out))
    ess = float(np.exp(2 * total - special.logsumexp(2 * out)))
    return Smoothed(out, total - float(np.log(n)), khat, ess)


def fit_pareto(excess: FloatArray) -> tuple[float, float]:
    """Shape k and scale σ of a generalised Pareto distribution for excesses (n,), ascending, positive.

    Posterior mean over a grid of profile likelihoods, then drawn to k = 0.5 with the weight of ten
    observations.

    >>> rng = np.random.default_rng(0)
    >>> k, sigma = fit_pareto(np.sort(rng.pareto(2.0, 4000)))
    >>> round(k, 1), round(sigma, 1)
    (0.5, 0.5)
    """
    n = len(excess)
    grid = 30 + int(np.sqrt(n))
    quarter = excess[int(n / 4 + 0.5) - 1]
    theta = 1 / excess[-1] + (1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / (3 * quarter)
    shape = np.mean(np.log1p(-theta[:, None] * excess[None]), axis=1)
    profile = n * (np.log(-theta / shape) - shape - 1)
    weight = special.softmax(profile)
    best = float(weight @ theta)
    k = float(np.mean(np.log1p(-best * excess)))
    sigma = -k / best
    return (k * n + 0.5 * 10) / (n + 10), sigma
