"""The frontier of a space of wished-for ranges, each point and its completeness proven.

Two parties: the largest gain of the first, then of the second; then the same with more asked for the
second (ε-constraint method; Haimes, Lasdon & Wismer 1971). Other numbers: the largest sum outside
everything that a found point covers (Sylva & Crema 2004).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.criteria import Criteria
from detente.deals.exact.by_solver import without_point
from detente.deals.front import Frontier, bounded_frontier, exact_frontier
from detente.deals.search import Progress
from detente.deals.solver.boxes import BoxProgram, block_of, capped, held, write_boxes
from detente.deals.space import DealSpace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WORK = 300.0
"""Deterministic seconds of the solver: steps counted, not time, so that results repeat."""

TIES = 64
"""Other sets of patterns worth the same that are looked for at each point."""

JOINT = 2.0**60
COUNTED = 2.0**62
NOTHING = np.zeros((0, 0))


def frontier_of_boxes(
    space: DealSpace,
    criteria: Criteria,
    *,
    eligible: bool = True,
    work: float = WORK,
    progress: Progress | None = None,
) -> Frontier | None:
    """The frontier with every point and its completeness proven, or what `work` allows and a bound on the
    rest; None where the space is not one of wished-for ranges (`as_bonuses`).

    `criteria`: of `set_criteria(space, eligible=eligible)`. `work`: deterministic seconds of the solver
    (one thread, fixed seed). `progress(points, 0, points)` after each point. Utilities that differ by less
    than the rounding of `criteria` (a billionth of a point for each factor) count as equal.
    Multiplicities are exact up to TIES sets of patterns per point, lower bounds beyond that, and for points
    at a cap. Raises InputError where the solver is not installed. Cost: two integer programs per point,
    exponential at worst; on the ANAC 2014 domains some hundredths of a second each.
    """
    above = None if space.cap is None else (space.cap - space.no_deal)[list(space.table)]
    program = write_boxes(criteria, above)
    if program is None:
        return None
    sweep = _Sweep(program, space, eligible, work)
    steps = _two(sweep) if criteria.table == 2 else _any_number(sweep)
    rows, many, unseen = [], [], None
    for row, count, bound in steps:
        if row is None:
            unseen = sweep.utilities(bound)
            continue
        rows.append(row)
        many.append(count)
        if progress is not None:
            progress(len(rows), 0, len(rows))
    packages = np.array(rows, dtype=np.int64).reshape(len(rows), len(space.issues))
    counts, used = np.array(many, dtype=np.int64), round(1000 * sweep.used)
    if unseen is None:
        return exact_frontier(space, packages, counts, used, "solver")
    return bounded_frontier(space, packages, counts, unseen, used, "solver")


@dataclass(slots=True)
class _Sweep:
    """One search: the program, whom it is for, and the work left and used."""

    program: BoxProgram
    space: DealSpace
    eligible: bool
    left: float
    used: float = 0.0

    def solve(self, model: Any, objective: Any = None) -> tuple[str, Any]:
        """("proven" | "found" | "none" | "nothing", solver); "none": proven that nothing is left."""
        cp = self.program.library
        if objective is not None:
            model.maximize(objective)
        solver = cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = max(self.left, 1e-3)
        status = solver.solve(model)
        took = float(solver.response_proto.deterministic_time)
        self.left, self.used = self.left - took, self.used + took
        told = {cp.OPTIMAL: "proven", cp.FEASIBLE: "found", cp.INFEASIBLE: "none"}
        return told.get(status, "nothing"), solver

    def point(self, places: tuple[int, ...]) -> IntArray:
        """(table,) what a set of patterns is worth, in whole units, up to the caps."""
        worth: IntArray = np.minimum(self.program.whole[list(places)].sum(axis=0), self.program.caps)
        return worth

    def package(self, places: tuple[int, ...]) -> tuple[IntArray, int]:
        """The lexicographically first package in a set of patterns, and how many there are."""
        block = block_of(self.program, places)
        size = min(float(np.prod([float(len(options)) for options in block])), COUNTED)
        return np.array([options[0] for options in block], dtype=np.int64), int(size)

    def counts(self, row: IntArray) -> bool:
        """What the independent checker says."""
        return bool(candidates(self.space, row[None], eligible=self.eligible)[0])

    def utilities(self, whole: FloatArray) -> FloatArray:
        """(rows, table) points of rows of whole units, rounding added."""
        criteria = self.program.criteria
        above = whole * self.program.units + criteria.start + 3.0 * criteria.slack
        points: FloatArray = above * criteria.grid + self.space.no_deal[list(self.space.table)]
        return points

    def ties(self, places: tuple[int, ...]) -> tuple[IntArray, int]:
        """The first package of a point on the frontier and how many are worth the same. Below the caps a
        set of patterns is all that its packages are in, so that packages of different sets differ."""
        first, many = self.package(places)
        point = self.point(places)
        if (self.program.binding & (point >= self.program.caps)).any():
            return first, many
        model = self.program.model.clone()
        for worth, reached in zip(self.program.worth, point, strict=True):
            model.add(worth >= int(reached))
        for _ in range(TIES):
            model.add_bool_or([~self.program.holds[place] for place in places])
            status, solver = self.solve(model)
            if status not in ("proven", "found"):
                break
            places = held(self.program, solver)
            row, count = self.package(places)
            first, many = min(first, row, key=lambda one: one.tolist()), many + count
        return first, min(many, int(COUNTED))


Step = tuple[IntArray | None, int, FloatArray]
"""A package of a point and its multiplicity, or None and (rows, table) whole units that nothing left out
can exceed, row by row."""


def _two(sweep: _Sweep) -> Iterator[Step]:
    """Two parties: the first as much as can be, the second then; ask more for the second; again."""
    program, model = sweep.program, sweep.program.model
    first, second = (capped(program, model, column) for column in (0, 1))
    high, top = (int(most) for most in program.tops)
    joint = float(top + 1) * (high + 1) < JOINT
    while True:
        status, solver = sweep.solve(model, (top + 1) * first + second if joint else first)
        if status == "none":
            return
        if status == "proven" and not joint:
            narrowed = model.clone()
            narrowed.add(first >= int(solver.value(first)))
            status, solver = sweep.solve(narrowed, second)
        if status != "proven":
            if joint and np.isfinite(solver.best_objective_bound):
                high = min(high, int(solver.best_objective_bound // (top + 1)) + 1)
            yield from _cut_short(sweep, status, solver, np.array([[high, top]], dtype=np.float64))
            return
        places = held(program, solver)
        reached = sweep.point(places)
        high = int(reached[0])
        row, count = sweep.ties(places)
        if not sweep.counts(row):
            model.add_bool_or([~program.holds[place] for place in places])
            continue
        yield row, count, NOTHING
        if reached[1] >= top:
            return
        model.add(program.worth[1] >= int(reached[1]) + 1)


def _any_number(sweep: _Sweep) -> Iterator[Step]:
    """One party, or three and more: the largest weighted sum that no found point covers."""
    program, model = sweep.program, sweep.program.model
    worth = [capped(program, model, column) for column in range(program.criteria.table)]
    weights = [max(1, round(1e6 / max(1, int(most)))) for most in program.tops]
    objective = sum(weight * column for weight, column in zip(weights, worth, strict=True))
    corners = program.tops[None].astype(np.float64)
    while True:
        status, solver = sweep.solve(model, objective)
        if status == "none":
            return
        if status != "proven":
            yield from _cut_short(sweep, status, solver, corners)
            return
        places = held(program, solver)
        row, count = sweep.ties(places)
        if not sweep.counts(row):
            model.add_bool_or([~program.holds[place] for place in places])
            continue
        yield row, count, NOTHING
        reached = sweep.point(places)
        _ask_more(program, reached)
        corners = without_point(corners, reached.astype(np.float64))


def _ask_more(program: BoxProgram, reached: IntArray) -> None:
    """From now on somebody must get more than here, if its cap allows."""
    model, better = program.model, []
    for column, value, cap in zip(program.worth, reached, program.caps, strict=True):
        if value < cap:
            literal = model.new_bool_var("")
            model.add(column >= int(value) + 1).only_enforce_if(literal)
            better.append(literal)
    model.add_bool_or(better)


def _cut_short(sweep: _Sweep, status: str, solver: Any, bound: FloatArray) -> Iterator[Step]:
    """The work ran out: what was found on the way, and what nothing left can exceed."""
    if status == "found":
        row, count = sweep.package(held(sweep.program, solver))
        if sweep.counts(row):
            yield row, count, NOTHING
    yield None, 0, bound
