"""Stories of what a party wants, as prior distributions of its weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case import Case, Hypothesis
from detente.errors import InputError

FloatArray = NDArray[np.float64]

AS_DECLARED = "as_declared"
NONE_OF_THESE = "none_of_these"
FLOOR = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """One hypothesis as a prior: |w| ~ Dirichlet(alpha), with signs.

    `alpha` (goals,) positive. `sign` (goals,) is +1 or −1 where the story says so and 0 where it does
    not: there either sign has probability ½, independently. `centre` (goals,) is the signed centre as
    told, Σ|centre| = 1; None for *none of these*. `odds` are prior odds of any size.
    """

    name: str
    title: str
    odds: float
    alpha: FloatArray
    sign: FloatArray
    centre: FloatArray | None


def list_stories(case: Case, party: str, kappa_factor: float = 1.0) -> tuple[Story, ...]:
    """The stories about `party`: those of the case in its order, then *none of these* (odds 1).

    `kappa_factor` > 0 multiplies every κ (how firmly each story holds to its centre); *none of these*
    has no κ. Magnitudes are floored at 0.01 and rescaled, so that no goal is impossible; a goal that a
    story does not name may have either sign. Raises InputError if the case writes *none of these*
    itself. Source: MODEL section 3.
    """
    told = [h for h in case.hypotheses if h.party == party]
    if any(h.name == NONE_OF_THESE for h in told):
        raise InputError(f"hypotheses.{party}.{NONE_OF_THESE} must not be written: it is always added")
    names = [goal.name for goal in case.goals]
    return (*(_story(h, names, kappa_factor) for h in told), _none_of_these(len(names)))


def weight_moments(story: Story) -> tuple[FloatArray, FloatArray]:
    """Prior mean and second moment (goals,) of the signed weights under one story.

    >>> mean, second = weight_moments(_none_of_these(2))
    >>> float(mean[0]), round(float(second[0]), 4)
    (0.0, 0.3333)
    """
    total = story.alpha.sum()
    mean = story.alpha / total
    return story.sign * mean, mean * (story.alpha + 1) / (total + 1)


def _story(hypothesis: Hypothesis, goals: list[str], kappa_factor: float) -> Story:
    signed = np.array([float(hypothesis.centre.get(goal, 0.0)) for goal in goals])
    total = np.abs(signed).sum()
    if total <= 0 or hypothesis.kappa <= 0 or hypothesis.odds < 0:
        raise InputError(
            f"hypotheses.{hypothesis.party}.{hypothesis.name} must name a goal, with kappa > 0 and odds ≥ 0, "
            f"got interests {dict(hypothesis.centre)}, kappa {hypothesis.kappa}, odds {hypothesis.odds}"
        )
    centre = signed / total
    size = np.maximum(np.abs(centre), FLOOR)
    return Story(
        name=hypothesis.name,
        title=hypothesis.title,
        odds=hypothesis.odds,
        alpha=hypothesis.kappa * kappa_factor * size / size.sum(),
        sign=np.sign(centre),
        centre=centre,
    )


def _none_of_these(goals: int) -> Story:
    return Story(NONE_OF_THESE, "None of these", 1.0, np.ones(goals), np.zeros(goals), None)
