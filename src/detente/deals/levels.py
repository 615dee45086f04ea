"""What a package does to the goals: level changes per draw, and how far each goal can be moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.deals.eliminate import Term, largest_total, smallest_total
from detente.deals.goal_factors import DrawFactor, goal_factors
from detente.deals.space import DealSpace, index_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.case.model import Case
    from detente.case.values import Values

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def level_changes(
    case: Case, values: Values, package: IntArray, party: str | None = None, *, space: DealSpace | None = None
) -> FloatArray:
    """(draws, goals) points by which each goal moves under a package: a_g(x), levers left out.

    `package` (issues,). `party`: as that party judges it; None: as evidenced. `space`: the space
    compiled from the same case and values, if at hand, saves compiling again. Raises InputError for a
    party that the case does not have. Source: MODEL section 1.
    """
    chosen = np.atleast_2d(np.asarray(package, dtype=np.int64))
    judge = None if party is None else index_of(party, [p.name for p in case.parties], "party")
    total = np.zeros((values.weights.shape[0], len(case.goals)))
    for factor in _factors(case, values, space):
        if factor.kind != "lever":
            levels = factor.levels if judge is None else factor.views.get(judge, factor.levels)
            total[:, list(factor.goals)] += levels[:, factor.rows_of(chosen)[0]]
    return total


def lever_change(
    case: Case, values: Values, party: str, package: IntArray, *, space: DealSpace | None = None
) -> FloatArray:
    """(draws,) points to `party` from the levers in place that the package lifts: −(w·e), and its own
    cost back. `package` (issues,); `space` as in `level_changes`. Source: MODEL section 1, Δ.
    """
    chosen = np.atleast_2d(np.asarray(package, dtype=np.int64))
    owner = index_of(party, [p.name for p in case.parties], "party")
    total = np.zeros(values.weights.shape[0])
    for factor in _factors(case, values, space):
        if factor.kind == "lever":
            row = factor.rows_of(chosen)[0]
            weights = values.weights[:, owner, list(factor.goals)]
            total += (factor.levels[:, row] * weights).sum(axis=1)
            if owner in factor.points:
                total += factor.points[owner][:, row]
    return total


def goal_range(case: Case, values: Values, *, space: DealSpace | None = None) -> FloatArray:
    """(goals, 2) lowest and highest level that any package not forbidden can give each goal.

    Levels are the mean base plus mean changes, levers that the package lifts included, and nothing is
    clipped: outside 0..100 means that the effects of the case do not fit its scale. By elimination,
    not by listing; cost exponential only in the width of the factors that touch one goal (and of the
    forbidden patterns). It will not find single draws that leave the scale.
    """
    factors = _factors(case, values, space)
    sizes = [len(issue.options) for issue in case.issues]
    barred = _forbidden(case, sizes)
    found = np.zeros((len(case.goals), 2))
    for g, goal in enumerate(case.goals):
        terms: list[Term] = [
            (f.scope, f.levels[:, :, f.goals.index(g)].mean(axis=0)[f.rows]) for f in factors if g in f.goals
        ]
        base = float(values.draws.sample(goal.base).mean())
        lowest = smallest_total(sizes, terms + [(scope, -table) for scope, table in barred])
        found[g] = base + lowest, base + largest_total(sizes, terms + barred)
    return found


def _factors(case: Case, values: Values, space: DealSpace | None) -> Sequence[DrawFactor]:
    if space is not None and space.ensemble is not None:
        return space.ensemble.factors
    return goal_factors(case, values)


def _forbidden(case: Case, sizes: Sequence[int]) -> list[Term]:
    """Tables with −inf where a package is forbidden."""
    place = {issue.name: i for i, issue in enumerate(case.issues)}
    terms: list[Term] = []
    for pattern in case.forbid:
        scope = tuple(sorted(place[name] for name in pattern))
        table = np.zeros([sizes[i] for i in scope])
        allowed = {place[name]: list(options) for name, options in pattern.items()}
        table[np.ix_(*[allowed[i] for i in scope])] = -np.inf
        terms.append((scope, table))
    return terms
