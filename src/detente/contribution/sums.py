"""Added value summed up: by task, by theatre, over all, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.case import Case
from detente.contribution.coverage import Complements, cover
from detente.contribution.multilinear import interaction_draws, shapley_draws
from detente.contribution.result import Added, Capabilities, InTheatre, Pair, Spread, TaskCover, Total

FloatArray = NDArray[np.float64]
MOST_IN_PAIRS = 20


def complements(case: Case) -> Complements:
    """Per task of the case, the places of the tasks in its `all_of`."""
    place = {task.name: k for k, task in enumerate(case.tasks)}
    return tuple(tuple(place[name] for name in task.all_of) for task in case.tasks)


def cover_by_task(
    case: Case, has: Capabilities, added: Sequence[Added], points: FloatArray
) -> tuple[TaskCover, ...]:
    """How far each task that counts is covered by all together, and who could not be missed there."""
    together = cover(has.evidenced, complements(case))
    return tuple(
        TaskCover(
            task.name,
            task.goal,
            task.theatre,
            Spread.of(together[:, k]),
            Spread.of(points[:, k] * together[:, k]),
            tuple(row.contributor for row in added if row.task == task.name and row.irreplaceable),
        )
        for k, task in enumerate(case.tasks)
        if task.share > 0
    )


def sum_up(
    case: Case, has: Capabilities, promised: FloatArray, joined: FloatArray, sizes: FloatArray
) -> tuple[tuple[InTheatre, ...], tuple[Total, ...]]:
    """Sums over the tasks of each theatre, for whoever is credited there, and over all.

    `promised`, `joined`: (draws, contributors, tasks) covers added, as claimed and as evidenced.
    `sizes`: (draws, tasks) points at full cover in the unit of the totals. Shapley values add up over
    tasks, so the whole is the sum of the theatres, to the last digit. Cost: draws × tasks × contributors².
    """
    all_of = complements(case)
    whole = np.zeros((3, *joined.shape[:2]))
    rows = []
    for theatre in dict.fromkeys(task.theatre for task in case.tasks if task.share > 0):
        there = np.array([task.theatre == theatre for task in case.tasks])
        mine = np.where(there, sizes, 0.0)
        parts = np.stack(
            [
                (mine[:, None] * promised).sum(axis=2),
                (mine[:, None] * joined).sum(axis=2),
                shapley_draws(has.evidenced, mine, all_of),
            ]
        )
        whole += parts
        able = _able(case, theatre)
        rows += [InTheatre(theatre, who, *found) for who, *found in _spreads(has, parts) if who in able]
    return tuple(rows), tuple(Total(who, *spreads) for who, *spreads in _spreads(has, whole))


def _able(case: Case, theatre: str) -> set[str]:
    """Who is credited with anything on a task there, or on one that such a task needs."""
    needed = {
        name
        for task in case.tasks
        if task.theatre == theatre and task.share > 0
        for name in (task.name, *task.all_of)
    }
    return {given.contributor for given in case.contributions if given.task in needed}


def _spreads(has: Capabilities, parts: FloatArray) -> list[tuple[str, Spread, Spread, Spread, Spread]]:
    """Per contributor: claimed, evidenced, hype and fair share of (3, draws, contributors) sums."""
    said, shown, fair = parts
    return [
        (
            who,
            Spread.of(said[:, p]),
            Spread.of(shown[:, p]),
            Spread.of(said[:, p] - shown[:, p]),
            Spread.of(fair[:, p]),
        )
        for p, who in enumerate(has.contributors)
    ]


def find_pairs(has: Capabilities, sizes: FloatArray, all_of: Complements) -> tuple[Pair, ...]:
    """Pairs of contributors who have to do with each other, strongest first.

    Empty above 20 contributors, where a list of pairs says nothing and the cost grows with their cube.
    """
    many = len(has.contributors)
    if not 2 <= many <= MOST_IN_PAIRS:
        return ()
    index = interaction_draws(has.evidenced, sizes, all_of)
    pairs = [
        Pair(has.contributors[p], has.contributors[q], Spread.of(index[:, p, q]))
        for p in range(many)
        for q in range(p + 1, many)
        if index[:, p, q].any()
    ]
    return tuple(sorted(pairs, key=lambda pair: -abs(pair.together.mean)))
