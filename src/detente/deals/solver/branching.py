"""One best package for one aim by branching on linear bounds: for many parties on many issues.

A constraint solver finds good packages at once and proves them slowly where everybody's least gain is to
be raised: each party's sum by itself says little. Linear bounds weigh all of them together (the
multipliers of the relaxation are the weights), and branching on them proves the same with less work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from detente.deals.brute import candidates
from detente.deals.criteria import set_criteria
from detente.deals.exact.aims import AIMS, Optimum, aim_value, share_scale
from detente.deals.exact.distinct import Distinct, tell_apart
from detente.deals.solver.linear import Inequalities, plus, write_inequalities
from detente.deals.space import DealSpace, gains, index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NODES = 10_000
"""Branches, the work that is allowed: on thirty issues and eight parties some hundredths of a second each."""

TOLERANCE = 1e-6
"""What the solver, which adds in floating point, may be off, as a share of what the aim can reach."""

TRIES = 100
"""Packages that the solver takes for acceptable and the checker does not, before the search gives up."""


def optimise_by_branching(
    space: DealSpace,
    aim: str,
    *,
    party: str | None = None,
    eligible: bool = True,
    nodes: int = NODES,
) -> Optimum:
    """The acceptable package that is best by one aim, over the table; needs no extra.

    `aim`, `party`, `eligible` as in `optimise`; utilities stop at the space's caps. `nodes`: branches at
    most, for each integer program. `work` of the result counts them. "optimal" and "infeasible" hold
    within TOLERANCE of what the aim can reach, since the solver adds in floating point; `bound` includes
    it, `value` is exact. Raises InputError for unknown names and nodes below 1. Same input, same result on
    one machine and lock file. Cost: an integer program, exponential at worst; "shares" one more per party.
    It will NOT break ties.
    Source: Land & Doig (1960), Econometrica 28; HiGHS (Huangfu & Hall 2018) through SciPy.

    >>> unary = [[[0, 0], [3, -1]], [[0, 0], [-1, 2]]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0])
    >>> best = optimise_by_branching(space, "sum")
    >>> best.package.tolist(), best.value, best.status
    ([1, 1], 3.0, 'optimal')
    """
    aim = AIMS[index_of(aim, AIMS, "aim")]
    if (party is not None) != (aim == "party"):
        raise InputError(f"party must {'' if aim == 'party' else 'not '}be given with {aim}")
    if nodes < 1:
        raise InputError(f"nodes must be at least 1, got {nodes}")
    seats = [space.parties[p] for p in space.table]
    scale = np.asarray(space.stakes[list(space.table)], dtype=np.float64)
    distinct = tell_apart(set_criteria(space, eligible=eligible))
    task = _Task(space, distinct, eligible, nodes)
    if aim == "party":
        scale = np.asarray(np.arange(len(seats)) == index_of(party or "", seats, "party at the table"), float)
    if aim == "shares":
        each = [
            _best(task, "party", np.asarray(np.arange(len(seats)) == s, float)) for s in range(len(seats))
        ]
        lost = next((best for best in each if best.status == "infeasible"), None)
        ideal = np.array([best.bound if best.status == "bounded" else best.value for best in each])
        if lost is not None:
            return Optimum(aim, None, np.nan, np.nan, "infeasible", sum(best.work for best in each))
        scale = share_scale(ideal)
    return _best(task, aim, scale)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """Where to look, and how far."""

    space: DealSpace
    distinct: Distinct
    eligible: bool
    nodes: int


def _best(task: _Task, aim: str, scale: FloatArray) -> Optimum:
    """Solve, look at what came out, and where the checker refuses it take it out and solve again."""
    if aim in ("least", "shares") and not (scale > 0).any():
        aim = "any"
    model = write_inequalities(task.distinct.criteria)
    objective, constant = _objective(model, task.space, aim, scale)
    span = sum(abs(weight) * max(abs(model.lower[v]), abs(model.upper[v])) for v, weight in objective.items())
    used = 0
    for _ in range(TRIES):
        solved = _run(model, objective, span or 1.0, task.nodes)
        used += int(solved.mip_node_count or 0)
        if solved.status == 2:
            return Optimum(aim, None, np.nan, np.nan, "infeasible", used)
        known = solved.mip_dual_bound is not None and np.isfinite(solved.mip_dual_bound)
        most = -float(solved.mip_dual_bound) * (span or 1.0) if known else np.inf
        bound = most + constant + TOLERANCE * span
        if solved.x is None:
            return Optimum(aim, None, np.nan, bound, "bounded", used)
        row = np.array([int(np.argmax(solved.x[options])) for options in model.options], dtype=np.int64)
        package = task.distinct.packages(row[None])
        if candidates(task.space, package, eligible=task.eligible)[0]:
            gained = gains(task.space, package)[:, list(task.space.table)]
            value = float(aim_value(aim, scale, gained)[0])
            proven = solved.status == 0 and value >= bound - 4 * TOLERANCE * max(span, 1.0)
            return Optimum(
                aim, package[0], value, max(value, bound), "optimal" if proven else "bounded", used
            )
        chosen = {int(options[o]): 1.0 for options, o in zip(model.options, row, strict=True)}
        model.rows.append((-np.inf, chosen, len(row) - 1.0))
    return Optimum(aim, None, np.nan, bound, "bounded", used)


def _run(model: Inequalities, objective: dict[int, float], span: float, nodes: int):  # type: ignore[no-untyped-def]
    """The integer program, its aim made to lie between −1 and 1."""
    cost = np.zeros(len(model.lower))
    for variable, weight in objective.items():
        cost[variable] = -weight / span
    matrix, low, high = model.matrix()
    return milp(
        cost,
        integrality=np.array(model.whole, dtype=np.int64),
        bounds=Bounds(np.array(model.lower), np.array(model.upper)),
        constraints=LinearConstraint(matrix, low, high),
        options={"node_limit": nodes, "mip_rel_gap": 1e-9},
    )


def _objective(
    model: Inequalities, space: DealSpace, aim: str, scale: FloatArray
) -> tuple[dict[int, float], float]:
    """What to maximise, and the points that come on top of it whatever is chosen."""
    criteria = model.criteria
    if aim == "any":
        return {}, 0.0
    stays = criteria.start[: criteria.table] * criteria.grid
    worth = [_capped(model, space, column, float(stays[column])) for column in range(criteria.table)]
    if aim not in ("least", "shares"):
        total = plus(*({v: k * s for v, k in sums.items()} for sums, s in zip(worth, scale, strict=True)))
        return total, float(stays @ scale)
    ends = [scale[c] * (stays[c] + end) for c, sums in enumerate(worth) for end in _ends(model, sums)]
    smallest = model.new(lower=min(ends), upper=max(ends))
    for column, sums in enumerate(worth):
        if scale[column] > 0:
            row = plus({smallest: 1.0}, {v: -k * scale[column] for v, k in sums.items()})
            model.rows.append((-np.inf, row, float(scale[column] * stays[column])))
    return {smallest: 1.0}, 0.0


def _capped(model: Inequalities, space: DealSpace, column: int, stays: float) -> dict[int, float]:
    """A column, or a variable up to it and to the party's cap where it could exceed that."""
    sums, party = model.columns[column], space.table[column]
    low, high = _ends(model, sums)
    cap = np.inf if space.cap is None else float(space.cap[party] - space.no_deal[party]) - stays
    if high <= cap:
        return sums
    worth = model.new(lower=min(low, cap), upper=cap)
    model.rows.append((-np.inf, plus({worth: 1.0}, {v: -k for v, k in sums.items()}), 0.0))
    return {worth: 1.0}


def _ends(model: Inequalities, sums: dict[int, float]) -> tuple[float, float]:
    """The least and the most that a sum can be, variable by variable."""
    low = sum(min(k * model.lower[v], k * model.upper[v]) for v, k in sums.items())
    return low, sum(max(k * model.lower[v], k * model.upper[v]) for v, k in sums.items())
