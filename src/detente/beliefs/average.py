"""Over hypotheses: probabilities with their errors, and what all of them together say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.fit import Fit, pick
from detente.beliefs.hypotheses import Story, weight_moments
from detente.beliefs.quantiles import weighted_ends
from detente.beliefs.space import LN9, Point, to_point
from detente.beliefs.values import Beliefs, Candour, Scale
from detente.errors import InputError

FloatArray = NDArray[np.float64]

ENDS = (0.1, 0.9)


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """All stories with their fits: `priors`, `probabilities`, `errors` (stories,); `influences`
    (stories, effect draws); `leader`, `runner_up` their places; `points` the parameters of all draws."""

    stories: tuple[Story, ...]
    fits: tuple[Fit, ...]
    priors: FloatArray
    probabilities: FloatArray
    errors: FloatArray
    influences: FloatArray
    leader: int
    runner_up: int | None
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Average:
    """Weights over all stories: `mean`, `low`, `high` (80 %), `learned`, and the variance `before` any
    evidence, all (goals,)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    learned: FloatArray
    before: FloatArray


def posterior(
    priors: FloatArray, gains: FloatArray, errors: FloatArray, influences: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Probabilities of the stories (stories,) and their Monte Carlo errors.

    `gains` log evidences, `errors` their independent standard errors, `influences` (stories, effect
    draws) deviations from common draws of the effects: what moves all stories alike moves no odds.
    Delta method.

    >>> p, error = posterior(np.array([0.5, 0.5]), np.zeros(2), np.zeros(2), np.zeros((2, 1)))
    >>> p.tolist(), error.tolist()
    ([0.5, 0.5], [0.0, 0.0])
    """
    with np.errstate(divide="ignore"):
        p = np.asarray(special.softmax(np.log(priors) + gains))
    slope = np.diag(p) - np.outer(p, p)
    common = slope @ influences / influences.shape[1]
    return p, np.sqrt((slope**2) @ errors**2 + (common**2).sum(axis=1))


def mix(stories: Sequence[Story], fits: Sequence[Fit]) -> Mixture:
    """The stories with their posterior probabilities. Raises InputError if all prior odds are 0."""
    odds = np.array([story.odds for story in stories])
    priors = odds / odds.sum()
    influences = np.array([fit.influence for fit in fits])
    gains, errors = np.array([fit.gain for fit in fits]), np.array([fit.error for fit in fits])
    probabilities, spread = posterior(priors, gains, errors, influences)
    order = np.argsort(-probabilities, kind="stable")
    return Mixture(
        stories=tuple(stories),
        fits=tuple(fits),
        priors=priors,
        probabilities=probabilities,
        errors=spread,
        influences=influences,
        leader=int(order[0]),
        runner_up=int(order[1]) if len(order) > 1 else None,
        points=tuple(to_point(fit.space, fit.u)[0] for fit in fits),
    )


def average_weights(mixture: Mixture) -> Average:
    """Mean, 80 % interval and what was learned about each weight, over all stories.

    learned = 1 − var_post/var_prior, both over the stories with their probabilities; exactly 0 where
    nothing was observed; it may be negative (evidence for a story that leaves a goal more open).
    """
    values, share = _pooled(mixture, [point.weights for point in mixture.points])
    mean = share @ values
    moments = [weight_moments(story) for story in mixture.stories]
    centre = mixture.priors @ np.array([m for m, _ in moments])
    before = mixture.priors @ np.array([s for _, s in moments]) - centre**2
    after = share @ (values - mean) ** 2
    seen = any(fit.centres for fit in mixture.fits)
    learned = 1 - after / np.maximum(before, 1e-12) if seen else np.zeros(len(mean))
    low, high = weighted_ends(values, share, ENDS)
    return Average(mean, low, high, learned, before)


def candour_of(mixture: Mixture, party: str, audiences: Sequence[str]) -> tuple[Candour, ...]:
    """Candour towards each audience that the party spoke to, over all stories."""
    values, share = _pooled(mixture, [point.candour for point in mixture.points])
    low, high = weighted_ends(values, share, ENDS)
    return tuple(
        Candour(party, audience, float(share @ values[:, i]), float(low[i]), float(high[i]))
        for i, audience in enumerate(audiences)
    )


def scales_of(mixture: Mixture) -> tuple[Scale, ...]:
    """Posterior of gap90 for what there is evidence of: acts (pushes), packages (points)."""
    space = mixture.fits[0].space
    found = []
    for unit, there in (("pushes", space.has_push), ("points", space.has_points)):
        if there:
            betas = [point.push if unit == "pushes" else point.points for point in mixture.points]
            values, share = _pooled(mixture, [(LN9 / beta)[:, None] for beta in betas])
            low, high = weighted_ends(values, share, ENDS)
            found.append(Scale(unit, float((share @ values)[0]), float(low[0]), float(high[0])))
    return tuple(found)


def weight_draws(beliefs: Beliefs, n: int, seed: int) -> FloatArray:
    """(n, goals) draws of the weights from the posterior over all hypotheses, Σ|w| = 1 each.

    Each hypothesis gets its share of the draws (systematic, so shares are exact to 1/n), in random
    order. Look at `beliefs.status` before reporting what rests on them. Raises InputError unless n ≥ 1.
    """
    if n < 1:
        raise InputError(f"draws must be at least 1, got {n}")
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 4])))
    with np.errstate(divide="ignore"):
        which = pick(np.log([h.probability for h in beliefs.hypotheses]), n, rng)
    out = np.empty((n, len(beliefs.goals)))
    for place, hypothesis in enumerate(beliefs.hypotheses):
        mine = np.flatnonzero(which == place)
        rows = rng.permutation(len(hypothesis.weights))
        out[mine] = hypothesis.weights[rows[np.arange(len(mine)) % len(rows)]]
    return out


def _pooled(mixture: Mixture, values: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Draws of all stories on top of each other (draws, columns), and their shares (draws,)."""
    share = [
        p * special.softmax(fit.log_weights)
        for p, fit in zip(mixture.probabilities, mixture.fits, strict=True)
    ]
    return np.concatenate(values), np.concatenate(share)
