"""Where to draw from: mixtures of Student-t distributions around modes, and the prior itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

FloatArray = NDArray[np.float64]
FREEDOM = 5.0
EDGE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One component: Student-t with `freedom` (inf: normal) around `centre` (size,), scale matrix
    `root`·`root`ᵀ with `root` (size, size) lower triangular."""

    centre: FloatArray
    root: FloatArray
    freedom: float


def prior_part(size: int) -> Part:
    """The prior N(0, I) as a component: it bounds the weights of a bounded likelihood."""
    return Part(np.zeros(size), np.eye(size), float("inf"))


def make_part(centre: FloatArray, covariance: FloatArray, freedom: float = FREEDOM) -> Part:
    """A component with a scale matrix (size, size), made positive definite if rounding broke that."""
    values, vectors = linalg.eigh(0.5 * (covariance + covariance.T))
    sound = (vectors * np.maximum(values, 1e-8)) @ vectors.T
    return Part(centre, np.linalg.cholesky(np.asarray(sound, dtype=np.float64)), freedom)


def draw(part: Part, n: int, rng: np.random.Generator) -> FloatArray:
    """(n, size) draws, spread evenly: scrambled Sobol points through the quantiles (Owen 1997), each as
    random as a plain draw. The error of a mean over them is smaller than that of plain draws, so errors
    that are told from weights are on the safe side."""
    from scipy.stats import qmc

    size, heavy = len(part.centre), bool(np.isfinite(part.freedom))
    points = qmc.Sobol(size + heavy, rng=rng).random_base2(int(np.ceil(np.log2(max(n, 1)))))[:n]
    points = np.clip(points, EDGE, 1 - EDGE)
    z = special.ndtri(points[:, :size])
    if heavy:
        z *= np.sqrt(part.freedom / special.chdtri(part.freedom, points[:, size]))[:, None]
    return np.asarray(part.centre + z @ part.root.T)


def log_density(part: Part, u: FloatArray) -> FloatArray:
    """(n,) log density at u (n, size)."""
    d, f = len(part.centre), part.freedom
    z = linalg.solve_triangular(part.root, (u - part.centre).T, lower=True)
    square = (z**2).sum(axis=0)
    volume = float(np.log(np.diag(part.root)).sum())
    if not np.isfinite(f):
        return np.asarray(-0.5 * square - 0.5 * d * np.log(2 * np.pi) - volume)
    norm = special.gammaln((f + d) / 2) - special.gammaln(f / 2) - 0.5 * d * np.log(f * np.pi)
    return np.asarray(norm - volume - 0.5 * (f + d) * np.log1p(square / f))


def log_prior(u: FloatArray) -> FloatArray:
    """(n,) log density of N(0, I)."""
    return np.asarray(-0.5 * (u**2).sum(axis=1) - 0.5 * u.shape[1] * np.log(2 * np.pi))
