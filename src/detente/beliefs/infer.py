"""The door's work: from a case, a party and a day to Beliefs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.beliefs.average import (
    Mixture,
    average_weights,
    candour_of,
    mix,
    posterior,
    scales_of,
)
from detente.beliefs.evidence import Layout, Rows, lay_out, list_groups, make_rows
from detente.beliefs.fit import Fit, fit_story, pick, points_at, reweigh
from detente.beliefs.hypotheses import AS_DECLARED, Story, list_stories
from detente.beliefs.information import expected_information
from detente.beliefs.psis import BAD
from detente.beliefs.records import Docket, admit, is_pushed
from detente.beliefs.space import build_space
from detente.beliefs.tells import Bench, refusal_chances, tell_observations, tell_sources
from detente.beliefs.values import (
    Beliefs,
    HypothesisResult,
    InformationRow,
    RefusalChance,
    RefusalData,
    SourceTell,
    Tell,
)
from detente.case import Case
from detente.errors import InputError

FloatArray = NDArray[np.float64]

EFFECT_DRAWS = 32
NEGLIGIBLE = 0.01
UNEXPLAINED = 0.5
CHANGES = {"kappa_half": 0.5, "kappa_double": 2.0, "gap_half": 0.5, "gap_double": 2.0}


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What every fit of one inference shares."""

    docket: Docket
    layout: Layout
    rows: Rows
    samples: int
    seed: int
    gap_factor: float


def infer_beliefs(
    case: Case,
    party: str,
    as_of: date,
    *,
    seed: int = 0,
    samples: int = 3000,
    refusals: Sequence[RefusalData] = (),
    drop: Iterable[str] = frozenset(),
    kappa_factor: float = 1.0,
    gap_factor: float = 1.0,
    effect_draws: int = EFFECT_DRAWS,
    shifts: bool = True,
    tells: bool = True,
) -> Beliefs:
    """What `party` wants, by its acts, words and answers known on the day `as_of`.

    `samples` ≥ 400 posterior draws per hypothesis; `refusals` from the study; `drop`: ids of codings to
    leave out; the factors > 0 multiply every κ and both gap90 priors; `effect_draws` ≥ 1 common draws of
    the menus' effects; `shifts`, `tells` False leaves out the changed assumptions and the
    leave-one-out. Raises InputError for an unknown party or a record that names what the case does not
    have; a fit that is not good is marked in `status`, never raised. Same arguments, same values.

    Cost: samples × effect draws × distinct records per hypothesis, and about as much again for shifts.
    Source: MODEL section 3; docs/theory/beliefs.md. It will not find motives that no goal of the case
    names, and it takes the order and choice of offers as given (Signorino 1999).
    """
    names = [p.name for p in case.parties]
    if party not in names:
        raise InputError(f"party must be one of {', '.join(names)}, got {party!r}")
    if samples < 400 or effect_draws < 1 or min(kappa_factor, gap_factor) <= 0:
        raise InputError(
            "samples must be at least 400, effect_draws at least 1 and factors positive, "
            f"got {samples}, {effect_draws}, {kappa_factor}, {gap_factor}"
        )
    docket = admit(case, party, as_of, refusals, drop)
    layout = lay_out(docket, effect_draws, seed)
    setting = Setting(docket, layout, make_rows(layout, list_groups(docket)), samples, seed, gap_factor)
    stories = list_stories(case, party, kappa_factor)
    fits = [_fit(setting, story) for story in stories]
    mixture = mix(stories, fits)
    changed = _shifts(setting, party, kappa_factor, mixture) if shifts else {}
    told = _tells(setting, mixture) if tells else _NOTHING
    return _assemble(setting, party, as_of, mixture, changed, told)


def _fit(
    setting: Setting,
    story: Story,
    samples: int | None = None,
    warm: Sequence[FloatArray] = (),
    gap: float = 1.0,
) -> Fit:
    space = build_space(story, setting.layout, setting.gap_factor * gap)
    seed = _stream(setting, story.name)
    return fit_story(space, setting.layout, setting.rows, samples or setting.samples, seed, warm)


def _stream(setting: Setting, name: str) -> tuple[int, int]:
    """Entropy of a story's own stream: the order and number of other stories do not matter."""
    return setting.seed, int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _shifts(
    setting: Setting, party: str, kappa_factor: float, mixture: Mixture
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Probabilities and their errors if κ or gap90 were half or double."""
    found = {}
    for name, factor in CHANGES.items():
        if name.startswith("kappa"):
            stories = list_stories(setting.docket.case, party, kappa_factor * factor)
            fits = [
                old if story.centre is None else _fit(setting, story, setting.samples // 3, old.centres)
                for story, old in zip(stories, mixture.fits, strict=True)
            ]
            gains, errors = [fit.gain for fit in fits], [fit.error for fit in fits]
        else:
            pairs = [
                _with_gap(setting, story, fit, factor)
                for story, fit in zip(mixture.stories, mixture.fits, strict=True)
            ]
            gains, errors = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        found[name] = posterior(mixture.priors, np.array(gains), np.array(errors), mixture.influences)
    return found


def _with_gap(setting: Setting, story: Story, fit: Fit, factor: float) -> tuple[float, float]:
    """Log evidence and its error with the gap priors moved, by reweighting if that is safe."""
    space, move = fit.space, float(np.log(factor)) / fit.space.spread
    ratio = np.zeros(len(fit.u))
    for at in [space.goals] * space.has_push + [space.goals + space.has_push] * space.has_points:
        ratio += move * fit.u[:, at] - 0.5 * move**2
    if not ratio.any() or not len(setting.rows.q):
        return fit.gain, fit.error
    found = reweigh(fit, ratio)
    if found.khat <= BAD and found.ess >= 100:
        return fit.gain + found.log_mean, found.error
    again = _fit(setting, story, setting.samples // 2, fit.centres, factor)
    return again.gain, again.error


@dataclass(frozen=True, slots=True)
class _Told:
    tells: tuple[Tell, ...] = ()
    sources: tuple[SourceTell, ...] = ()
    refusals: tuple[RefusalChance, ...] = ()
    information: tuple[InformationRow, ...] = ()


_NOTHING = _Told()


def _tells(setting: Setting, mixture: Mixture) -> _Told:
    seeds = [_stream(setting, story.name) for story in mixture.stories]
    bench = Bench(setting.docket, setting.layout, mixture, seeds, setting.samples // 2)
    return _Told(
        tell_observations(bench, mixture.leader, mixture.runner_up),
        tell_sources(bench, mixture.leader, mixture.runner_up),
        refusal_chances(bench, mixture.priors, np.array([fit.gain for fit in mixture.fits])),
        expected_information(
            setting.layout,
            [(look.features, look.point, look.share) for look in bench.looks],
            mixture.probabilities,
            mixture.leader,
        ),
    )


def _result(setting: Setting, mixture: Mixture, place: int) -> HypothesisResult:
    story, fit = mixture.stories[place], mixture.fits[place]
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([*_stream(setting, story.name), 3])))
    chosen = pick(fit.log_weights, max(setting.samples // 2, 200), rng)
    weights = points_at(fit, chosen).weights
    above = np.where(fit.space.table.free, 1.0, fit.space.table.sign)
    return HypothesisResult(
        name=story.name,
        title=story.title,
        prior=float(mixture.priors[place]),
        probability=float(mixture.probabilities[place]),
        probability_error=float(mixture.errors[place]),
        log_evidence=fit.gain + float(setting.rows.times @ setting.rows.coin),
        mc_error=fit.error,
        effect_error=fit.effect_error,
        nats_over_coin=fit.gain,
        ess=fit.ess,
        khat=fit.khat,
        fit=fit.good,
        centre=story.centre,
        mean=weights.mean(axis=0),
        weights=weights,
        coordinates=fit.u[chosen][:, : fit.space.goals] * above,
        method=fit.method,
    )


def _why_unfit(mixture: Mixture) -> tuple[str, str]:
    """Why odds must not be told, and what is rough but cannot matter: a story that three errors more would
    leave below one chance in a hundred."""
    bad: list[str] = []
    rough: list[str] = []
    for place, (story, fit) in enumerate(zip(mixture.stories, mixture.fits, strict=True)):
        if not fit.good:
            most = float(mixture.probabilities[place]) * float(np.exp(3 * min(fit.error, 3.0)))
            trusted = fit.method == "tempered" and most < NEGLIGIBLE
            (rough if trusted else bad).append(story.name)
    why = f"the sampling for {', '.join(bad)} is not reliable (Pareto k̂, sample size, error)" if bad else ""
    return why, f"the sampling for {', '.join(rough)} is rough; it has almost no chance" if rough else ""


def _words_only(docket: Docket, goals: Sequence[str]) -> NDArray[np.bool_]:
    said = {goal for c in docket.codings if c.kind == "statement" for goal in c.cells}
    return np.array([goal in said and not is_pushed(docket, goal) for goal in goals])


def _best_for(tells: Sequence[Tell], mixture: Mixture) -> dict[str, str]:
    """Losing story → the observation that speaks most for it against the leader, if one does."""
    found = {}
    for place, story in enumerate(mixture.stories):
        best = max(tells, key=lambda t: float(t.loss[place] - t.loss[mixture.leader]), default=None)
        if place != mixture.leader and best is not None and best.loss[place] > best.loss[mixture.leader]:
            found[story.name] = best.id
    return found


def _strongest_against(tells: Sequence[Tell]) -> str | None:
    worst = min(tells, key=lambda tell: tell.pull, default=None)
    return worst.id if worst is not None and worst.pull < 0 else None


def _assemble(
    setting: Setting,
    party: str,
    as_of: date,
    mixture: Mixture,
    changed: dict[str, tuple[FloatArray, FloatArray]],
    told: _Told,
) -> Beliefs:
    docket, goals = setting.docket, [goal.name for goal in setting.docket.case.goals]
    declared = next((s.centre for s in mixture.stories if s.name == AS_DECLARED), None)
    average, (why_unfit, rough) = average_weights(mixture), _why_unfit(mixture)
    undeclared = "" if declared is not None else f"no hypothesis of {party} is named {AS_DECLARED}"
    return Beliefs(
        party=party,
        as_of=as_of,
        goals=tuple(goals),
        hypotheses=tuple(_result(setting, mixture, i) for i in range(len(mixture.stories))),
        leader=mixture.stories[mixture.leader].name,
        runner_up="" if mixture.runner_up is None else mixture.stories[mixture.runner_up].name,
        observations=len(docket.codings) + len(docket.refusals),
        unused=docket.unused,
        declared=declared,
        mean=average.mean,
        low=average.low,
        high=average.high,
        learned=average.learned,
        words_only=_words_only(docket, goals),
        candour=candour_of(mixture, party, setting.layout.audiences),
        scales=scales_of(mixture),
        shifts={name: pair[0] for name, pair in changed.items()},
        shift_errors={name: pair[1] for name, pair in changed.items()},
        tells=told.tells,
        source_tells=told.sources,
        against=_strongest_against(told.tells),
        refusals=told.refusals,
        status="unfit" if why_unfit else "ok",
        why_unfit=why_unfit,
        notes=tuple(note for note in (undeclared, rough) if note),
        seed=setting.seed,
        prior_variance=average.before,
        best_for=_best_for(told.tells, mixture),
        unexplained=tuple(t.id for t in told.tells if t.surprises.max() < UNEXPLAINED * t.by_chance),
        information=told.information,
    )
