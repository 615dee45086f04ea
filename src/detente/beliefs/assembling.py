"""From fits and leave-one-out to Beliefs: what is told, and what must not be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.beliefs.average import Mixture, average_weights, candour_of, scales_of
from detente.beliefs.evidence import Layout, Rows
from detente.beliefs.fit import Fit, pick, points_at
from detente.beliefs.hypotheses import AS_DECLARED, Story
from detente.beliefs.records import Docket, is_pushed
from detente.beliefs.values import (
    Beliefs,
    HypothesisResult,
    InformationRow,
    RefusalChance,
    SourceTell,
    Tell,
    best_for,
    strongest_against,
)

FloatArray = NDArray[np.float64]

NEGLIGIBLE = 0.01
UNTEMPERED = 4.0
UNEXPLAINED = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What every fit of one inference shares."""

    docket: Docket
    layout: Layout
    rows: Rows
    samples: int
    seed: int
    gap_factor: float


@dataclass(frozen=True, slots=True)
class Told:
    """What single observations and sources say, and what one more would."""

    tells: tuple[Tell, ...] = ()
    sources: tuple[SourceTell, ...] = ()
    refusals: tuple[RefusalChance, ...] = ()
    information: tuple[InformationRow, ...] = ()


NOTHING = Told()


def stream_of(setting: Setting, name: str) -> tuple[int, int]:
    """Entropy of a story's own stream: the order and number of other stories do not matter."""
    return setting.seed, int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _result(setting: Setting, mixture: Mixture, place: int) -> HypothesisResult:
    story, fit = mixture.stories[place], mixture.fits[place]
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([*stream_of(setting, story.name), 3])))
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


def may_matter(stories: Sequence[Story], fits: Sequence[Fit], place: int) -> bool:
    """Whether a story that is fitted badly could have one chance in a hundred: with three errors more where
    it was tempered, with four nats more where it was not (a bad importance sample is too low)."""
    odds = np.log(np.maximum([story.odds for story in stories], 1e-300)) + [fit.gain for fit in fits]
    fit = fits[place]
    most = odds[place] + (3 * fit.error if fit.method == "tempered" else UNTEMPERED)
    others = np.delete(odds, place)
    return bool(not len(others) or most > others.max() + np.log(NEGLIGIBLE))


def _why_unfit(mixture: Mixture) -> tuple[str, str]:
    """Why odds must not be told, and what is rough but cannot matter."""
    poor = [place for place, fit in enumerate(mixture.fits) if not fit.good]
    bad = [p for p in poor if may_matter(mixture.stories, mixture.fits, p)]
    names = [
        ", ".join(mixture.stories[p].name for p in some) for some in (bad, [p for p in poor if p not in bad])
    ]
    why = f"the sampling for {names[0]} is not reliable (Pareto k̂, sample size, error)" if bad else ""
    return why, f"the sampling for {names[1]} is rough; it has almost no chance" if names[1] else ""


def _over_all(mixture: Mixture) -> dict[str, Any]:
    """What all stories together say of the weights, as fields of Beliefs."""
    found = average_weights(mixture)
    told = {"mean": found.mean, "low": found.low, "high": found.high, "learned": found.learned}
    return told | {"prior_variance": found.before}


def _words_only(docket: Docket, goals: Sequence[str]) -> NDArray[np.bool_]:
    said = {goal for c in docket.codings if c.kind == "statement" for goal in c.cells}
    return np.array([goal in said and not is_pushed(docket, goal) for goal in goals])


def assemble(
    setting: Setting,
    party: str,
    as_of: date,
    mixture: Mixture,
    changed: Mapping[str, tuple[FloatArray, FloatArray]],
    told: Told,
) -> Beliefs:
    """Everything about one party. `changed`: assumption → probabilities and errors; `told`: what single
    observations say."""
    docket, goals = setting.docket, [goal.name for goal in setting.docket.case.goals]
    declared = next((s.centre for s in mixture.stories if s.name == AS_DECLARED), None)
    why_unfit, rough = _why_unfit(mixture)
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
        **_over_all(mixture),
        words_only=_words_only(docket, goals),
        candour=candour_of(mixture, party, setting.layout.audiences),
        scales=scales_of(mixture),
        shifts={name: pair[0] for name, pair in changed.items()},
        shift_errors={name: pair[1] for name, pair in changed.items()},
        tells=told.tells,
        source_tells=told.sources,
        against=strongest_against(told.tells),
        refusals=told.refusals,
        status="unfit" if why_unfit else "ok",
        why_unfit=why_unfit,
        notes=tuple(note for note in (undeclared, rough) if note),
        seed=setting.seed,
        best_for=best_for(told.tells, [s.name for s in mixture.stories], mixture.leader),
        unexplained=tuple(t.id for t in told.tells if t.surprises.max() < UNEXPLAINED * t.by_chance),
        information=told.information,
    )
