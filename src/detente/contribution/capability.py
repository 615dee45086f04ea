"""From claims and judgements to capabilities: who can cover how much of which task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.case import (
    Case,
    Contribution,
    Draws,
    Quantity,
    claim_as_stated,
    claims_on,
    find_measure,
    pool,
)
from detente.contribution.result import Capabilities, MeasureReading

FloatArray = NDArray[np.float64]


def read_capabilities(case: Case, as_of: date, draws: Draws) -> Capabilities:
    """Capabilities of every contributor of the case, as claimed and as evidenced.

    Where a contribution names a measure, its graded claims known by `as_of` decide: capability =
    scale × value / per, kept within 0..1; as claimed is the latest claim of the one that the measure
    is about. Elsewhere the analyst's two readings are taken; a claim without an evidenced reading
    counts as anything from nothing to all of it, and without a claim nothing is hyped. Cost: claims ×
    draws. Source: MODEL sections 2 and 5. It will not find capabilities that the case does not list.
    """
    contributors = tuple(dict.fromkeys(given.contributor for given in case.contributions))
    tasks = tuple(task.name for task in case.tasks)
    readings = {measure.name: read_measure(case, measure.name, as_of, draws) for measure in case.measures}
    evidenced = np.zeros((draws.n, len(contributors), len(tasks)))
    claimed = np.zeros_like(evidenced)
    for given in case.contributions:
        place = contributors.index(given.contributor), tasks.index(given.task)
        shown, said = _measured(case, given, readings, draws) if given.pooled else _judged(given, draws)
        evidenced[:, place[0], place[1]] = np.clip(shown, 0.0, 1.0)
        claimed[:, place[0], place[1]] = np.clip(said, 0.0, 1.0)
    return Capabilities(contributors, tasks, evidenced, claimed, tuple(readings.values()))


def read_measure(case: Case, measure: str, as_of: date, draws: Draws) -> MeasureReading:
    """What is claimed and what is supported about one measured quantity, from claims known by
    `as_of`. Without a claim that can be judged the ignorance prior is all there is. Raises
    InputError for an unknown measure."""
    claims = claims_on(case, measure, as_of)
    pooled = pool(claims, find_measure(case, measure).ignorance, draws)
    return MeasureReading(measure, claim_as_stated(case, measure, as_of), pooled)


def _measured(
    case: Case, given: Contribution, readings: Mapping[str, MeasureReading], draws: Draws
) -> tuple[FloatArray, FloatArray]:
    reading = readings[str(given.pooled)]
    factor = draws.sample(given.scale) / find_measure(case, reading.measure).per
    values = reading.pooled.values
    said = values if reading.claimed is None else draws.sample(reading.claimed.number)
    return factor * values, factor * said


def _judged(given: Contribution, draws: Draws) -> tuple[FloatArray, FloatArray]:
    if given.evidenced is not None:
        shown = draws.sample(given.evidenced)
        return shown, shown if given.claimed is None else draws.sample(given.claimed)
    said = np.zeros(draws.n) if given.claimed is None else draws.sample(given.claimed)
    unknown = Quantity(0, 1, path=f"contributions.{given.contributor}.{given.task}.evidenced")
    return said * draws.sample(unknown), said
