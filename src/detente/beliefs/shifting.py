"""What the odds would be under other assumptions: by reweighting where that is safe, else fitted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.assembling import Setting, may_matter, stream_of
from detente.beliefs.average import Mixture, posterior
from detente.beliefs.evidence import Rows, list_groups, make_rows
from detente.beliefs.fit import Fit, fit_story, pick, points_at, reweigh, temper_story
from detente.beliefs.hypotheses import Story, list_stories
from detente.beliefs.likelihood import log_likelihood, mean_over_draws
from detente.beliefs.psis import BAD, smooth
from detente.beliefs.space import build_space
from detente.beliefs.values import Beliefs, HypothesisResult
from detente.case import regrade
from detente.errors import InputError

FloatArray = NDArray[np.float64]

FACTORS = {"half": 0.5, "double": 2.0}
POWERS = {"grades_soft": 0.5, "grades_sharp": 2.0}
LOOK = 800
SAFE = 0.4
HOPELESS = 8.0
LEAST = 300


def changed_assumptions(
    setting: Setting, party: str, kappa_factor: float, mixture: Mixture
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Changed assumption → probabilities (stories,) and their errors: κ and gap90 halved and doubled, and
    the odds of every grade to the power ½ and 2.

    Cost: some densities where reweighting is safe (Pareto k̂ ≤ 0.7), else a fit each.
    """
    least = max(fit.gain for fit in mixture.fits) - HOPELESS
    found: dict[str, list[tuple[float, float]]] = {}
    for name, factor in FACTORS.items():
        others = list_stories(setting.docket.case, party, kappa_factor * factor)
        trio = zip(mixture.stories, others, mixture.fits, strict=True)
        found[f"kappa_{name}"] = [_with_kappa(setting, a, b, fit, least) for a, b, fit in trio]
        pairs = zip(mixture.stories, mixture.fits, strict=True)
        found[f"gap_{name}"] = [_with_gap(setting, story, fit, factor) for story, fit in pairs]
    for name, power in POWERS.items():
        rows = _regraded(setting, power)
        pairs = zip(mixture.stories, mixture.fits, strict=True)
        found[name] = [_with_rows(setting, rows, story, fit) for story, fit in pairs]
    told = {}
    for name, results in found.items():
        gains, errors = (np.array(column) for column in zip(*results, strict=True))
        told[name] = posterior(mixture.priors, gains, errors, mixture.influences)
    return told


def reweigh_priors(beliefs: Beliefs, odds: Mapping[str, float]) -> Beliefs:
    """The same beliefs with other prior odds (hypothesis → size ≥ 0; those not named keep theirs): at once,
    because evidences do not depend on them. What is told about single observations stays.

    Raises InputError for an unknown hypothesis, or odds that are negative or all 0.
    """
    for name in odds:
        beliefs.hypothesis(name)
    sizes = np.array([odds.get(h.name, h.prior) for h in beliefs.hypotheses], dtype=np.float64)
    if not np.isfinite(sizes).all() or sizes.min() < 0 or sizes.sum() <= 0:
        raise InputError(f"odds must be finite, at least 0 and not all 0, got {dict(odds)}")
    priors = sizes / sizes.sum()
    with np.errstate(divide="ignore"):
        move = np.log(priors) - np.log([h.prior for h in beliefs.hypotheses])
        p = special.softmax(np.log([h.probability for h in beliefs.hypotheses]) + move)
        moved = {
            name: special.softmax(np.log(np.maximum(old, 1e-300)) + move)
            for name, old in beliefs.shifts.items()
        }
    fresh = [
        replace(h, prior=float(q), probability=float(now), probability_error=_spread(h, float(now)))
        for h, q, now in zip(beliefs.hypotheses, priors, p, strict=True)
    ]
    return replace(beliefs.with_hypotheses(tuple(fresh)), shifts=moved)


def _spread(h: HypothesisResult, now: float) -> float:
    """The error of a probability that has moved, its log odds being as sure as before."""
    before = h.probability * (1 - h.probability)
    return h.probability_error * now * (1 - now) / before if before > 0 else h.probability_error


def fit_again(
    setting: Setting,
    story: Story,
    samples: int | None = None,
    warm: Sequence[FloatArray] = (),
    gap: float = 1.0,
) -> Fit:
    """The fit of one story, not tempered where it is bad; `gap` multiplies the centres of both gap90
    priors."""
    space = build_space(story, setting.layout, setting.gap_factor * gap)
    seed = stream_of(setting, story.name)
    wished = samples or setting.samples
    return fit_story(space, setting.layout, setting.rows, wished, seed, warm=warm, rescue=False)


def rescue(setting: Setting, stories: Sequence[Story], fits: Sequence[Fit]) -> list[Fit]:
    """The fits, those that are not good tempered unless they are out of the race anyway."""
    found = list(fits)
    for place, (story, fit) in enumerate(zip(stories, fits, strict=True)):
        if not fit.good and may_matter(stories, found, place):
            seed = np.random.SeedSequence([*stream_of(setting, story.name), 8])
            rng = np.random.Generator(np.random.Philox(seed))
            found[place] = temper_story(fit, setting.layout, setting.rows, setting.samples, rng)
    return found


def _with_kappa(setting: Setting, story: Story, other: Story, fit: Fit, least: float) -> tuple[float, float]:
    """Log evidence and its error where the story holds more or less firmly to its centre; a story whose
    gain is below `least` has no chance either way and is reweighted."""
    if story.centre is None or not len(setting.rows.q):
        return fit.gain, fit.error
    sizes = np.log(np.maximum(np.abs(points_at(fit, np.arange(len(fit.u))).weights), 1e-300))
    found = reweigh(fit, _log_dirichlet(other.alpha, sizes) - _log_dirichlet(story.alpha, sizes))
    if fit.gain < least or (found.khat <= SAFE and found.ess >= 200):
        return fit.gain + found.log_mean, float(np.hypot(fit.error, found.error))
    return _gain(fit_again(setting, other, max(setting.samples // 3, LEAST), fit.centres))


def _log_dirichlet(alpha: FloatArray, log_sizes: FloatArray) -> FloatArray:
    """(draws,) log density of Dirichlet(alpha) at exp(log_sizes) (draws, goals)."""
    norm = special.gammaln(alpha.sum()) - special.gammaln(alpha).sum()
    return np.asarray(norm + log_sizes @ (alpha - 1))


def _with_gap(setting: Setting, story: Story, fit: Fit, factor: float) -> tuple[float, float]:
    """Log evidence and its error with the gap priors moved."""
    space, move = fit.space, float(np.log(factor)) / fit.space.spread
    ratio = np.zeros(len(fit.u))
    for at in [space.goals] * space.has_push + [space.goals + space.has_push] * space.has_points:
        ratio += move * fit.u[:, at] - 0.5 * move**2
    if not ratio.any() or not len(setting.rows.q):
        return fit.gain, fit.error
    found = reweigh(fit, ratio)
    if found.khat <= BAD and found.ess >= 100:
        base = fit.error if fit.method == "tempered" else 0.0
        return fit.gain + found.log_mean, float(np.hypot(base, found.error))
    return _gain(fit_again(setting, story, max(setting.samples // 2, LEAST), fit.centres, factor))


def _regraded(setting: Setting, power: float) -> Rows:
    """The same records with other chances of being true."""
    docket = setting.docket
    case = replace(docket.case, settings=regrade(docket.case.settings, power))
    answers = tuple(replace(r, q=_power(r.q, power)) for r in docket.refusals)
    return make_rows(setting.layout, list_groups(replace(docket, case=case, refusals=answers)))


def _power(q: float, power: float) -> float:
    raised, rest = float(q**power), float((1 - q) ** power)
    return raised / (raised + rest)


def _with_rows(setting: Setting, rows: Rows, story: Story, fit: Fit) -> tuple[float, float]:
    """Log evidence and its error with the same records believed otherwise."""
    if not len(rows.q):
        return fit.gain, fit.error
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([*stream_of(setting, story.name), 6])))
    chosen = pick(fit.log_weights, LOOK, rng)
    now = mean_over_draws(log_likelihood(fit.space, setting.layout, rows, fit.u[chosen]))
    found = smooth(now - mean_over_draws(fit.by_draw[:, chosen]))
    if found.khat <= BAD and found.ess >= 100:
        return fit.gain + found.log_mean, float(np.hypot(fit.error, found.error))
    samples = max(setting.samples // 3, LEAST)
    return _gain(fit_again(replace(setting, rows=rows), story, samples, fit.centres))


def _gain(fit: Fit) -> tuple[float, float]:
    """Log evidence and error; a fit that is not good counts as unsure by a nat at least."""
    return fit.gain, fit.error if fit.good else max(fit.error, 1.0)
