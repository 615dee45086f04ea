"""The frontier point by point, each proven by a constraint solver: for spaces with wide links.

Two parties: the largest gain of the first, then of the second; then the same with more asked for the
second, until nothing is left (ε-constraint method; Haimes, Lasdon & Wismer 1971; Mavrotas 2009). Other
numbers of parties: the largest weighted sum outside everything that a found point covers, until nothing is
left (Sylva & Crema 2004). Each step is proven, so the end proves the frontier complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.criteria import Criteria
from detente.deals.dominance import undominated_rows
from detente.deals.exact.distinct import Distinct, tell_apart
from detente.deals.exact.program import Program, forbid_row, rows_of, write_program
from detente.deals.front import Frontier, bounded_frontier, exact_frontier
from detente.deals.search import Progress
from detente.deals.space import DealSpace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WORK = 300.0
"""Deterministic seconds of the solver in all: about wall seconds of one core of 2025, but a count of steps,
so that results repeat."""

MOST_BOUNDS = 2_000
LARGEST = 2.0**60


@dataclass(slots=True)
class Budget:
    """Deterministic work: what is left, and what has been used."""

    left: float
    used: float = 0.0


def frontier_by_solver(
    space: DealSpace,
    criteria: Criteria,
    *,
    eligible: bool = True,
    work: float = WORK,
    progress: Progress | None = None,
) -> Frontier:
    """The frontier with every point and its completeness proven, or what `work` allows and a bound on
    what is left.

    `work`: deterministic seconds of the solver (single thread, fixed seed: same input, same result).
    `progress(points, 0, points)` after each point. Differences below a millionth of a point count as none.
    Multiplicities count packages that differ only in options that nothing tells apart: lower bounds of
    those of the other engines. Raises InputError where the solver is not installed. Cost: one integer
    program per point, exponential at worst; memory: the program, cells of tables + scopes of patterns.
    """
    distinct = tell_apart(criteria)
    program = write_program(distinct.criteria)
    search = _two if distinct.criteria.table == 2 else _any_number
    budget = Budget(work)
    rows: list[IntArray] = []
    unseen: FloatArray | None = None
    for row, bound in search(_Seat(space, distinct, program, budget, eligible)):
        if row is None:
            unseen = bound
        else:
            rows.append(row)
            if progress is not None:
                progress(len(rows), 0, len(rows))
    found = np.array(rows, dtype=np.int64).reshape(len(rows), len(space.issues))
    packages, many = distinct.packages(found), distinct.counts(found)
    steps = round(budget.used * 1000)
    if unseen is None:
        return exact_frontier(space, packages, many, steps, "solver")
    return bounded_frontier(space, packages, many, unseen, steps, "solver")


@dataclass(slots=True)
class _Seat:
    """What both searches need: where they sit."""

    space: DealSpace
    distinct: Distinct
    program: Program
    budget: Budget
    eligible: bool

    def best(self, objective: Any) -> tuple[str, Any]:
        """("proven" | "found" | "nothing" | "none", solver): "none" means that nothing is left, proven;
        "nothing" that the work ran out before anything was found."""
        cp, model = self.program.library, self.program.model
        model.maximize(objective)
        solver = cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = max(self.budget.left, 1e-9)
        status = solver.solve(model)
        took = float(solver.response_proto.deterministic_time)
        self.budget.left -= took
        self.budget.used += took
        told = {cp.OPTIMAL: "proven", cp.FEASIBLE: "found", cp.INFEASIBLE: "none"}
        return told.get(status, "nothing"), solver

    def counts(self, row: IntArray) -> bool:
        """Whether the independent checker agrees; if not, the package is taken out."""
        ok = bool(candidates(self.space, self.distinct.packages(row[None]), eligible=self.eligible)[0])
        if not ok:
            forbid_row(self.program, row)
        return ok

    def worth(self, solver: Any, column: int) -> int:
        """What a solution makes of a column, in whole units: from the package, since literals that do not
        help may be left untrue."""
        return int(solver.value(self.program.columns[column]))

    def utilities(self, whole: FloatArray) -> FloatArray:
        """(rows, table) utilities of rows of whole units, rounded up."""
        criteria = self.program.criteria
        units = np.array(self.program.units[: criteria.table])
        above = whole * units + criteria.start[: criteria.table] + 3.0 * criteria.slack
        points: FloatArray = above * criteria.grid + self.space.no_deal[list(self.space.table)]
        return points


Step = tuple[IntArray | None, FloatArray]
"""A row of classes found, or None and the utilities that nothing left can exceed."""


def _two(seat: _Seat) -> Iterator[Step]:
    """Two parties: the first as much as can be, the second then; ask more for the second; again."""
    program = seat.program
    first, second = program.columns[:2]
    (_, top0), (low1, top1) = program.reach[:2]
    step = top1 - low1 + 1
    joint = float(step) * max(abs(v) for v in (*program.reach[0], 1)) < LARGEST
    while True:
        status, solver = seat.best(step * first + second if joint else first)
        if status == "none":
            return
        if status == "proven" and not joint:
            floor = seat.worth(solver, 0)
            status, solver = _second(seat, floor)
        if status != "proven":
            yield None, seat.utilities(np.array([[top0, top1]], dtype=np.float64))
            return
        top0 = seat.worth(solver, 0)
        row, reached = rows_of(program, solver), seat.worth(solver, 1)
        if seat.counts(row):
            program.model.add(second >= reached + 1)
            program.model.add(first <= top0)
            yield row, np.zeros((0, 2))


def _second(seat: _Seat, floor: int) -> tuple[str, Any]:
    """The most for the second where the first gets its most; only while numbers are too large to join."""
    program, plain = seat.program, seat.program.model
    program.model = plain.clone()
    program.model.add(program.columns[0] >= floor)
    found = seat.best(program.columns[1])
    program.model = plain
    return found


def _any_number(seat: _Seat) -> Iterator[Step]:
    """One party, or three and more: the largest weighted sum that no found point covers."""
    program, table = seat.program, seat.program.criteria.table
    columns = program.columns[:table]
    spans = [max(top - low, 1) for low, top in program.reach[:table]]
    weights = [max(1, round(1e6 / span)) if span < 1e6 else 1 for span in spans]
    objective = sum(w * column for w, column in zip(weights, columns, strict=True))
    corners = np.array([[top for _, top in program.reach[:table]]], dtype=np.float64)
    while True:
        status, solver = seat.best(objective)
        if status == "none":
            return
        if status != "proven":
            yield None, seat.utilities(corners)
            return
        row = rows_of(program, solver)
        point = np.array([seat.worth(solver, c) for c in range(table)])
        if seat.counts(row):
            better = [program.model.new_bool_var("") for _ in columns]
            for literal, column, reached in zip(better, columns, point, strict=True):
                program.model.add(column >= int(reached) + 1).only_enforce_if(literal)
            program.model.add_bool_or(better)
            corners = without_point(corners, point.astype(np.float64))
            yield row, np.zeros((0, table))


def without_point(corners: FloatArray, point: FloatArray) -> FloatArray:
    """Corners of what can be, given that nothing lies above `point`, which is on the frontier: each
    corner above it is cut along every axis (after Klamroth, Lacour & Vanderpooten 2015). With more than
    MOST_BOUNDS corners they stay as they are, which bounds less tightly and is still true.

    >>> without_point(np.array([[5.0, 5.0]]), np.array([3.0, 2.0])).tolist()
    [[3.0, 5.0], [5.0, 2.0]]
    """
    above = (corners > point).all(axis=1)
    cut = [np.where(np.arange(len(point)) == axis, point, corners[above]) for axis in range(len(point))]
    left = np.unique(np.concatenate([corners[~above], *cut]), axis=0)
    left = left[undominated_rows(left)]
    return corners if len(left) > MOST_BOUNDS else left
