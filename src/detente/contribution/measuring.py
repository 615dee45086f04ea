"""The order of the room: capabilities, what each adds, what its methods cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.case import Case, Draws, stated_weights, topic_conflicts
from detente.contribution.capability import read_capabilities
from detente.contribution.coalitions import added_cover
from detente.contribution.coverage import cover
from detente.contribution.result import Added, Capabilities, ContributionResult, MethodCost, Spread
from detente.contribution.sums import complements, cover_by_task, find_pairs, sum_up

FloatArray = NDArray[np.float64]
TOO_LITTLE = 0.05
MOST_OF_IT = 0.5


def measure_contribution(
    case: Case, as_of: date, draws: Draws, weights: FloatArray | None = None
) -> ContributionResult:
    """What each contributor of a case really brings, as claimed beside as evidenced.

    Only claims known by `as_of` count. Added value is what a contributor joins to everybody else as
    evidenced; as claimed, only its own capability is taken at its word, so the difference is its own
    hype. `weights` (draws, goals) weigh the goals in the totals; default: the principal's stated
    interests, or all goals alike where these are inferred. Cost: draws × tasks × contributors³ for the
    pairs, which are left out above 20 contributors, contributors² for the rest. Source: MODEL section
    5; Shapley (1953), exact by way of Owen (1972). It will not find what a contributor does outside the
    tasks listed, nor whether it would really do what it can: that is `check_hold`.
    """
    has = read_capabilities(case, as_of, draws)
    all_of = complements(case)
    stated = stated_weights(case, draws, as_of)
    weighed_by = "" if weights is not None else case.principal
    if weights is None:
        weights = stated[:, [party.name for party in case.parties].index(case.principal)]
        if not weights.any():
            weights, weighed_by = np.ones_like(weights), ""
    points = full_points(case, draws)
    goals = [[goal.name for goal in case.goals].index(task.goal) for task in case.tasks]
    joined = added_cover(has.evidenced, has.evidenced, all_of)
    promised = added_cover(has.evidenced, has.claimed, all_of)
    sizes = points * weights[:, goals]
    theatres, totals = sum_up(case, has, promised, joined, sizes)
    return ContributionResult(
        as_of=as_of,
        contributors=has.contributors,
        tasks=has.tasks,
        evidenced=has.evidenced,
        claimed=has.claimed,
        readings=has.readings,
        conflicts=topic_conflicts(case, as_of),
        added=(added := _added(case, has, promised, joined, points)),
        by_task=cover_by_task(case, has, added, points),
        totals=totals,
        by_theatre=theatres,
        pairs=find_pairs(has, sizes, all_of),
        shapley=np.array([total.shapley.mean for total in totals]),
        weighed_by=weighed_by,
        methods=_methods(case, draws, stated),
        absent=_absent(case, has.contributors),
    )


def full_points(case: Case, draws: Draws) -> FloatArray:
    """(draws, tasks) points of its goal that full cover of each task would move: R_g·ω_k."""
    if not case.tasks:
        return np.zeros((draws.n, 0))
    return np.stack([draws.sample(task.need) * task.share for task in case.tasks], axis=1)


def _added(
    case: Case, has: Capabilities, promised: FloatArray, joined: FloatArray, points: FloatArray
) -> tuple[Added, ...]:
    all_of = complements(case)
    together = cover(has.evidenced, all_of).mean(axis=0)
    credited = _credited(case)
    rows = []
    for p, contributor in enumerate(has.contributors):
        for k, task in enumerate(case.tasks):
            if task.share == 0 or not credited & {(contributor, name) for name in (task.name, *task.all_of)}:
                continue
            said, shown = points[:, k] * promised[:, p, k], points[:, k] * joined[:, p, k]
            share = float(joined[:, p, k].mean())
            lost = share / float(together[k]) if together[k] >= TOO_LITTLE else 0.0
            able = has.evidenced[:, p, [k, *all_of[k]]].mean(axis=0).max()
            ratio = float(said.mean() / shown.mean()) if able >= TOO_LITTLE and shown.any() else None
            spreads = Spread.of(said), Spread.of(shown), Spread.of(said - shown)
            rows.append(Added(contributor, task.name, task.goal, *spreads, ratio, lost, lost > MOST_OF_IT))
    return tuple(rows)


def _methods(case: Case, draws: Draws, stated: FloatArray) -> tuple[MethodCost, ...]:
    names = [goal.name for goal in case.goals]
    found = []
    for method in case.methods:
        for goal, quantity in method.effects.items():
            effect = draws.sample(quantity)
            felt = (stated[:, :, names.index(goal)] * effect[:, None]).mean(axis=0)
            bearers = tuple(
                party.name for party, points in zip(case.parties, felt, strict=True) if points < 0
            )
            found.append(MethodCost(method.contributor, goal, Spread.of(effect), bearers))
    return tuple(found)


def _credited(case: Case) -> set[tuple[str, str]]:
    return {(given.contributor, given.task) for given in case.contributions}


def _absent(case: Case, contributors: Sequence[str]) -> tuple[tuple[str, str], ...]:
    credited = _credited(case)
    return tuple((c, t.name) for c in contributors for t in case.tasks if (c, t.name) not in credited)
