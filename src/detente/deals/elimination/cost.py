"""What an elimination would cost, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from detente.deals.criteria import Criteria, set_criteria
from detente.deals.elimination.listing import can_list
from detente.deals.elimination.plan import Plan, best_plan
from detente.deals.elimination.problem import Problem, set_problem
from detente.deals.space import DealSpace
from detente.errors import InputError

MOST_ROWS = 6_000_000
"""Rows of one step that are written out; at some 60 bytes each."""

MOST_LISTED = 2_000_000_000
"""Choices of a last step that are listed without being written out."""

SMALL, LARGE = 2, 4
"""Patterns over so many issues at most are turned into tables; both ways are tried."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """`width`: most other issues that one must be remembered with (induced width of the order found).
    `cells`: rows of the largest step. `work`: predicted sums of partial packages, without pruning by
    bounds, which only makes it less. `feasible`: whether the rows can be held at all."""

    width: int
    cells: float
    work: float
    feasible: bool


def estimate(space: DealSpace | Criteria, *, eligible: bool = True) -> Estimate:
    """What `frontier_by_elimination` would cost for a space, or for criteria already set.

    The number of undominated points in a cell is predicted from the issues below it (see `plan.GROWTH`); on
    random tables the work so predicted was within a factor of four of the work done without bounds.
    Raises InputError where consents or keeps decide. Cost: a few orders of the issues, never a table.

    >>> space = DealSpace.from_arrays(options=[2, 2], unary=[[[0, 0], [1, 2]]] * 2, no_deal=[0, 0])
    >>> estimate(space, eligible=False).width
    0
    """
    criteria = space if isinstance(space, Criteria) else set_criteria(space, eligible=eligible)
    problem, plan = choose_plan(criteria)
    return Estimate(plan.width, plan.cells, plan.work, feasible(problem, plan))


def choose_plan(criteria: Criteria) -> tuple[Problem, Plan]:
    """The problem with its patterns as tables or not, whichever is predicted to be less work."""
    few = set_problem(criteria, tabulated=SMALL)
    plan = best_plan(few)
    if not any(SMALL < len(pattern.scope) <= LARGE for pattern in few.wide):
        return few, plan
    more = set_problem(criteria, tabulated=LARGE)
    other = best_plan(more)
    return (more, other) if other.work < plan.work else (few, plan)


def feasible(problem: Problem, plan: Plan) -> bool:
    """Whether every step's rows can be held."""
    return all(step.rows <= (MOST_LISTED if can_list(problem, step) else MOST_ROWS) for step in plan.steps)


def check_size(problem: Problem, plan: Plan) -> None:
    """Raises InputError where a step would be too large."""
    if not feasible(problem, plan):
        raise InputError(
            f"elimination must hold the rows of its largest step (at most {MOST_ROWS:,}), got "
            f"{plan.cells:.2g} at width {plan.width}; try find_frontier, whose other engines stop at a limit"
        )
