"""The package with the largest weighted sum, by the same orders with one number in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import EXACT, GRID, TableTerm, set_criteria
from detente.deals.elimination.cost import check_size, choose_plan
from detente.deals.elimination.engine import eliminate
from detente.deals.elimination.frontier import check_request
from detente.deals.elimination.problem import Pattern, Problem, packages_of
from detente.deals.space import DealSpace, gains
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def best_weighted(space: DealSpace, weights: Sequence[float] | FloatArray) -> tuple[IntArray, float]:
    """The package (issues,) whose gains for the table have the largest weighted sum, and that sum.

    `weights` (table,): finite numbers of any sign, in the order of `space.table`. All packages that are not
    forbidden compete, acceptable or not. Of packages whose sums are equal on a grid of 1e-9 (coarser only
    where numbers are too large for it) the lexicographically first.
    Raises InputError where the weights do not fit, where utilities of the table stop at a cap (they are no
    sums then), where everything is forbidden, and where the tables of the best order are too large.
    Cost: rows of all steps, exponential in the width alone. It will not say how many share the maximum.
    Source: Dechter (1999), Artificial Intelligence 113, section 5 (elim-opt).

    >>> space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [3, -1]]], no_deal=[0, 0])
    >>> best_weighted(space, [1, 2])
    (array([1]), 1.0)
    """
    check_request(space)
    check_uncapped(space)
    given = np.asarray(weights, dtype=np.float64)
    table = list(space.table)
    if given.shape != (len(table),) or not np.isfinite(given).all():
        raise InputError(
            f"weights must be one finite number per party of the table ({len(table)}), got {weights}"
        )
    problem, plan = choose_plan(set_criteria(space, eligible=False))
    check_size(problem, plan)
    if problem.allows_any:
        problem = _one_number(problem, given)
    found = eliminate(problem, plan, limit=10**9, epsilon=0.0).fronts
    if not len(found.points):
        raise InputError("forbid must leave some package, got patterns that match all of them")
    package = packages_of(found.number[:1], problem)[0]
    return package, float(gains(space, package)[0, table] @ given)


def check_uncapped(space: DealSpace) -> None:
    """Raises InputError where the utility of someone at the table stops at a cap."""
    if space.cap is not None and np.isfinite(space.cap[list(space.table)]).any():
        raise InputError("cap must be infinite for the whole table here, as capped utilities are no sums")


def _one_number(problem: Problem, weights: FloatArray) -> Problem:
    """The problem with the weighted sum in place of the parties' numbers, whole again on its own grid."""
    sizes = [np.abs(t.table[np.isfinite(t.table)]).max(initial=0.0) for t in problem.tables]
    sizes += [np.abs(p.value[np.isfinite(p.value)]).max(initial=0.0) for p in problem.wide]
    largest = (sum(sizes) + np.abs(problem.start).max()) * np.abs(weights).sum() * problem.grid
    unit = GRID
    while 4 * largest / unit > EXACT:
        unit *= 10

    def mixed(numbers: FloatArray) -> FloatArray:
        banned = ~np.all(np.isfinite(numbers), axis=-1, keepdims=True)
        total = np.where(banned, 0.0, numbers) @ (weights * (problem.grid / unit))
        return np.asarray(np.where(banned, -np.inf, np.round(total)[..., None]))

    return replace(
        problem,
        tables=tuple(TableTerm(t.scope, mixed(t.table)) for t in problem.tables),
        wide=tuple(Pattern(p.scope, p.masks, mixed(p.value)) for p in problem.wide),
        start=mixed(problem.start),
        least=np.full(1, -np.inf),
        grid=unit,
    )
