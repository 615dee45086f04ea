"""The frontier by variable elimination, exact or within a proven distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.criteria import set_criteria
from detente.deals.elimination.cost import check_size, choose_plan
from detente.deals.elimination.engine import Found, Progress, eliminate
from detente.deals.elimination.problem import Problem, packages_of
from detente.deals.front import Frontier, bounded_frontier, exact_frontier
from detente.deals.space import DealSpace
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LIMIT = 400_000
"""Points held of one step."""


def frontier_by_elimination(
    space: DealSpace,
    *,
    eligible: bool = True,
    limit: int = LIMIT,
    epsilon: float = 0.0,
    progress: Progress | None = None,
) -> Frontier:
    """The frontier of a space without consents, by removing issues one by one (bucket elimination).

    `limit`: points held of one step. `epsilon` ≥ 0 (points): how far the result may be off; 0 is exact.
    Where `epsilon` is above 0 and something was left out, or `limit` was reached, the result is "bounded":
    `bound` covers every package that counts, and `Frontier.epsilon` is how far the packages found are from
    it, at most what was asked for unless the limit was reached or a bar of the table cuts off the package
    that stands for others. `progress(step, steps, points)` after each step of each pass.
    Multiplicities stop at 2^63 − 1. The same input gives the same result, compiled or not.
    Raises InputError where consents or keeps decide, where nobody is at the table, and where the tables of
    the best order found are too large to be written out (ask `estimate` first).
    Cost: exponential in the width of the factor graph, then rows × points of both inputs, less what bounds
    prune; many points with four and more parties. It will not find mixtures of packages, nor tell packages
    of one point apart (`list_ties` does).
    Source: Dechter (1999), Artificial Intelligence 113; Rollón & Larrosa (2006), Journal of Heuristics 12;
    Papadimitriou & Yannakakis (2000); Klamroth, Lacour & Vanderpooten (2015) for the pruning.

    >>> mine, yours = [[0, 0], [3, -1]], [[0, 0], [-1, 2]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=[mine, yours], no_deal=[0, 0])
    >>> frontier_by_elimination(space).gains.tolist()
    [[2.0, 1.0]]
    """
    check_request(space, limit, epsilon)
    problem, plan = choose_plan(set_criteria(space, eligible=eligible))
    check_size(problem, plan)
    found = eliminate(problem, plan, limit=limit, epsilon=epsilon / problem.grid, progress=progress)
    return _told(space, problem, found, eligible)


def check_request(space: DealSpace, limit: int = 1, epsilon: float = 0.0) -> None:
    """Raises InputError for what makes no sense."""
    if not space.table:
        raise InputError("table must name at least one negotiating party, got none; try table=[0, 1]")
    if limit < 1:
        raise InputError(f"limit must be at least 1 point, got {limit}")
    if not 0.0 <= epsilon < np.inf:
        raise InputError(f"epsilon must be a number of points, at least 0, got {epsilon}")


def _told(space: DealSpace, problem: Problem, found: Found, eligible: bool) -> Frontier:
    """What was found as packages, each checked again."""
    last = found.fronts
    enough = (last.points >= problem.least).all(axis=1)
    packages, count = packages_of(last.number[enough], problem), last.count[enough]
    exact = not last.error.any()
    if not exact:
        earlier = packages_of(found.before.number, problem)
        packages = np.concatenate([packages, earlier])
        count = np.concatenate([count, np.ones(len(earlier), dtype=np.int64)])
        packages, first = np.unique(packages, axis=0, return_index=True)
        count = count[first]
    ok = candidates(space, packages, eligible=eligible)
    packages, count = packages[ok], count[ok]
    if space.cap is not None:  # points at a cap are added up once more, and must not overflow
        count = np.minimum(count, (2**63 - 1) // max(len(count), 1))
    if exact:
        return exact_frontier(space, packages, count, found.work, "elimination")
    off = last.points + last.error[last.cell] + problem.slack
    off = off[(off >= problem.least).all(axis=1)]  # below a bar there is nothing that counts
    unseen = off * problem.grid + space.no_deal[list(space.table)]
    return bounded_frontier(space, packages, count, unseen, found.work, "elimination")


def relative_epsilon(space: DealSpace, front: Frontier) -> float:
    """The least r such that every row of `front.bound` has a package found whose gains are all at least
    1 / (1 + r) of it: 0 for an exact frontier, infinite where some row is matched by none.

    A gain of the bound that is 0 or below must be reached in full, as no ratio speaks of it.
    Cost: rows of the bound × packages. Source: Papadimitriou & Yannakakis (2000).

    >>> space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 2]]], no_deal=[0, 0])
    >>> relative_epsilon(space, frontier_by_elimination(space))
    0.0
    """
    table = list(space.table)
    have = front.gains[:, table]
    worst = 0.0
    for row in front.bound - space.no_deal[table]:
        if not len(have):
            return float("inf")
        near = have >= row - 1e-9
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(near, 0.0, np.where((have > 0) & (row > 0), row / have - 1.0, np.inf))
        worst = max(worst, float(ratio.max(axis=1).min()))
    return worst
