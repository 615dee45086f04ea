"""Factions of one flag: what sets one apart from its story is likely to set the other apart too.

Each faction's coordinates v (how far every weight lies above what the story says, as a standard normal
number) are correlated across factions with ρ = `kinship`: v_f = √ρ·z + √(1−ρ)·e_f, z the country's. And
with chance ρ all follow the story of the same name. Each faction's own prior stays as it was. Given draws
of the single posteriors, the joint evidence of stories h is Π Z_h · mean of the density ratio of the
correlated to the independent prior over tuples of draws, so nothing is fitted again.

Source: hierarchical pooling as in Gelman & Hill (2007), chapter 12, with a Gaussian copula in place of a
parametric country level.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.average import posterior
from detente.beliefs.fit import pick
from detente.beliefs.values import Beliefs, HypothesisResult
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DRAWS = 600
BLOCKS = 4
MOST_TUPLES = 400
RARE = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class _Joint:
    """One tuple of stories, one per faction: their places, log density ratio with its error, and tuples of
    draws (n, factions) that fit together."""

    places: tuple[int, ...]
    log_ratio: float
    error: float
    tuples: IntArray


def link_factions(found: Sequence[Beliefs], kinship: float, seed: int = 0) -> tuple[Beliefs, ...]:
    """The same beliefs with what each faction's record says about the others.

    `found`: two or more parties of one flag, inferred alone on one day; `kinship` ρ in [0, 1): 0 changes
    nothing. What is told about single observations stays that of the party's own record; odds under other
    assumptions move as the odds do. Raises InputError for another ρ. Cost: stories^factions × 600² × goals.
    """
    if not 0 <= kinship < 1:
        raise InputError(f"kinship must be at least 0 and below 1, got {kinship:g}")
    if kinship == 0 or len(found) < 2:
        return tuple(found)
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 5])))
    draws = [[_some(h, rng) for h in one.hypotheses] for one in found]
    joints = [_joint(found, draws, places, kinship, rng) for places in _places(found)]
    priors = _prior(found, [j.places for j in joints], kinship)
    gains = np.array([_gain(found, j) for j in joints])
    errors = np.array([_error(found, j) for j in joints])
    chances, spread = posterior(priors, gains, errors, np.zeros((len(joints), 1)))
    names = [one.party for one in found]
    return tuple(
        _relink(one, f, joints, (chances, spread), draws[f], tuple(n for n in names if n != one.party))
        for f, one in enumerate(found)
    )


def log_ratios(mean: FloatArray, count: int, other: FloatArray, kinship: float) -> FloatArray:
    """(tuples, draws) log density of `other` (draws, goals) given the mean (tuples, goals) of `count`
    kindred coordinates, over its density alone.

    >>> log_ratios(np.zeros((1, 1)), 1, np.zeros((1, 1)), 0.6).round(4).tolist()
    [[0.2231]]
    """
    share = count * kinship / (1 + (count - 1) * kinship)
    variance = 1 - share * kinship
    goals = other.shape[1]
    away = share**2 * (mean**2).sum(axis=1)[:, None] - 2 * share * mean @ other.T
    size = (other**2).sum(axis=1)
    return np.asarray(-0.5 * ((away + size) / variance - size) - 0.5 * goals * np.log(variance))


def _some(h: HypothesisResult, rng: np.random.Generator) -> IntArray:
    """Places of the draws that are looked at."""
    return rng.permutation(len(h.weights))[:DRAWS]


def _places(found: Sequence[Beliefs]) -> list[tuple[int, ...]]:
    """Tuples of stories; where there are too many, stories that have almost no chance alone are left out."""
    every = [list(range(len(one.hypotheses))) for one in found]
    if math.prod(len(e) for e in every) > MOST_TUPLES:
        every = [[i for i, h in enumerate(one.hypotheses) if h.probability > RARE] for one in found]
    return list(product(*every))


def _joint(
    found: Sequence[Beliefs],
    draws: Sequence[Sequence[IntArray]],
    places: tuple[int, ...],
    kinship: float,
    rng: np.random.Generator,
) -> _Joint:
    stories = [one.hypotheses[h] for one, h in zip(found, places, strict=True)]
    sets = [story.coordinates[draws[f][h]] for f, (story, h) in enumerate(zip(stories, places, strict=True))]
    n = min(len(s) for s in sets)
    tuples, total, log_ratio, error = np.arange(n)[:, None], sets[0][:n], 0.0, 0.0
    for f in range(1, len(sets)):
        ratio = log_ratios(total / f, f, sets[f][:n], kinship)
        log_ratio += float(special.logsumexp(ratio)) - 2 * np.log(n)
        error = float(np.hypot(error, _block_error(ratio)))
        pairs = pick(ratio.ravel(), n, rng)
        row, column = pairs // n, pairs % n
        tuples = np.concatenate([tuples[row], column[:, None]], axis=1)
        total = total[row] + sets[f][column]
    return _Joint(places, log_ratio, error, tuples)


def _block_error(ratio: FloatArray) -> float:
    """Standard error of the log mean, from blocks that share no draw."""
    n = len(ratio) // BLOCKS
    corners = (ratio[i * n : (i + 1) * n, i * n : (i + 1) * n] for i in range(BLOCKS))
    means = np.array([float(special.logsumexp(corner)) for corner in corners])
    relative = np.exp(means - float(special.logsumexp(means)) + np.log(BLOCKS))
    return float(relative.std(ddof=1) / np.sqrt(BLOCKS))


def _prior(found: Sequence[Beliefs], places: Sequence[tuple[int, ...]], kinship: float) -> FloatArray:
    """Joint prior of tuples: apart, or with chance ρ alike as far as each faction's own odds allow (the
    coupling that makes them alike most often). Each faction's own prior stays what it is."""
    priors = [{h.name: h.prior for h in one.hypotheses} for one in found]
    shared = {name: min(p.get(name, 0.0) for p in priors) for name in priors[0]}
    left = 1 - sum(shared.values())
    values = []
    for at in places:
        names = [one.hypotheses[h].name for one, h in zip(found, at, strict=True)]
        apart = math.prod(p[name] for p, name in zip(priors, names, strict=True))
        rest = math.prod(p[name] - shared.get(name, 0.0) for p, name in zip(priors, names, strict=True))
        alike = shared.get(names[0], 0.0) if len(set(names)) == 1 else 0.0
        together = alike + (rest / left ** (len(found) - 1) if left > 1e-12 else 0.0)
        values.append((1 - kinship) * apart + kinship * together)
    return np.array(values) / sum(values)


def _gain(found: Sequence[Beliefs], joint: _Joint) -> float:
    return joint.log_ratio + sum(
        one.hypotheses[h].nats_over_coin for one, h in zip(found, joint.places, strict=True)
    )


def _error(found: Sequence[Beliefs], joint: _Joint) -> float:
    single = (one.hypotheses[h].mc_error for one, h in zip(found, joint.places, strict=True))
    return math.hypot(joint.error, *single)


def _relink(
    one: Beliefs,
    f: int,
    joints: Sequence[_Joint],
    told: tuple[FloatArray, FloatArray],
    draws: Sequence[IntArray],
    kin: tuple[str, ...],
) -> Beliefs:
    chances, spread = told
    linked = []
    for place, h in enumerate(one.hypotheses):
        mine = [i for i, j in enumerate(joints) if j.places[f] == place]
        p = float(chances[mine].sum()) if mine else 0.0
        rows = _rows([joints[i].tuples[:, f] for i in mine], chances[mine], len(h.weights))
        chosen = draws[place][rows] if len(rows) else np.arange(len(h.weights))
        error = float(np.sqrt((spread[mine] ** 2).sum()))
        linked.append(
            replace(
                h,
                probability=p,
                probability_error=error,
                weights=h.weights[chosen],
                coordinates=h.coordinates[chosen],
                mean=h.weights[chosen].mean(axis=0),
            )
        )
    return replace(one.with_hypotheses(tuple(linked)), shifts=_moved(one, tuple(linked)), kin=kin)


def _rows(tuples: Sequence[IntArray], chances: FloatArray, n: int) -> IntArray:
    """n rows of the tuples' draws in proportion to the tuples' chances."""
    total = chances.sum() if len(tuples) else 0.0
    if total <= 0:
        return np.zeros(0, dtype=np.int64)
    ends = np.round(np.cumsum(chances / total) * n).astype(int)
    counts = np.diff([0, *ends])
    return np.concatenate([t[np.arange(k) % len(t)] for t, k in zip(tuples, counts, strict=True)])


def _moved(one: Beliefs, linked: tuple[HypothesisResult, ...]) -> dict[str, FloatArray]:
    """Odds under changed assumptions, moved as the odds are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = ([h.probability for h in told] for told in (one.hypotheses, linked))
        move = np.log(after) - np.log(before)
        move = np.where(np.isfinite(move), move, 0.0)
    return {name: special.softmax(np.log(np.maximum(p, 1e-300)) + move) for name, p in one.shifts.items()}
