"""One best package by a solver, for spaces whose frontier nobody can list: many parties, many issues."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.criteria import set_criteria
from detente.deals.exact.beam import FEW, best_by_layers
from detente.deals.exact.distinct import Distinct, tell_apart
from detente.deals.exact.program import Program, forbid_row, rows_of, write_program
from detente.deals.layers import plan_order
from detente.deals.space import DealSpace, gains, index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

AIMS = ("any", "sum", "least", "shares", "party")
WORK = 60.0
FEW_PASTS = 1e6
"""Pasts told apart up to which the search by layers is tried before the solver."""

NOTHING = 1e-6
"""Points that are as good as none."""

FINE = 1e6
"""Whole numbers that the largest coefficient of an aim is given: finer is slower, coarser less sharp."""


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """The best package for one aim.

    `package` (issues,), None where none was found; `value` what it gives by the aim, NaN where none;
    `bound`: no acceptable package gives more (inf where nothing is known). `status`: "optimal" (the bound
    is the value, within the rounding of coefficients), "bounded" (the work ran out between the two) or
    "infeasible" (proven: nobody can agree on anything). `work`: deterministic milliseconds of the solver, or
    thousands of partial packages.
    """

    aim: str
    package: IntArray | None
    value: float
    bound: float
    status: str
    work: int

    @property
    def gap(self) -> float:
        """How far at most the value lies below the best, as a share of the bound; NaN where unknown."""
        if self.status == "optimal":
            return 0.0
        known = np.isfinite(self.value) and self.bound > 0
        return float((self.bound - self.value) / self.bound) if known else float("nan")


def optimise(
    space: DealSpace,
    aim: str,
    *,
    party: str | None = None,
    eligible: bool = True,
    work: float = WORK,
    start: IntArray | None = None,
) -> Optimum:
    """The acceptable package that is best by one aim, over the table.

    `aim`: "sum" (stakes times gains, utilitarian), "least" (the smallest stakes times gain, first level of
    egalitarian), "shares" (the smallest share of one's best, first level of Kalai–Smorodinsky), "party"
    (`party`'s gain), or "any" (whether there is an acceptable package at all: the ZOPA test).
    `eligible=False`: among all that are not forbidden. `work`: deterministic seconds of the solver.
    `start` (issues,): a package to begin with. Raises InputError for unknown names or where the solver is
    not installed. Cost: an integer program, exponential at worst; "shares" solves one more for each party.
    It will NOT break ties: any one of the best is returned.

    >>> unary = [[[0, 0], [3, -1]], [[0, 0], [-1, 2]]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0])
    >>> best = optimise(space, "sum")
    >>> best.package.tolist(), best.value, best.status
    ([1, 1], 3.0, 'optimal')
    """
    aim = AIMS[index_of(aim, AIMS, "aim")]
    if (party is not None) != (aim == "party"):
        raise InputError(f"party must {'' if aim == 'party' else 'not '}be given with {aim}")
    seats = [space.parties[p] for p in space.table]
    scale = space.stakes[list(space.table)].astype(np.float64)
    if aim == "party":
        scale = np.zeros(len(seats))
        scale[index_of(party or "", seats, "party at the table")] = 1.0
    spent = 0
    if aim == "shares":
        each = [optimise(space, "party", party=name, eligible=eligible, work=work) for name in seats]
        spent = sum(best.work for best in each)
        if any(best.status == "infeasible" for best in each):
            return Optimum(aim, None, float("nan"), float("nan"), "infeasible", spent)
        ideal = np.array([best.bound for best in each])
        scale = share_scale(ideal)
        aim = aim if (scale > 0).any() else "any"
    if aim == "sum" and space.cap is not None:
        return _capped_sum(space, eligible, work)
    return _solve(space, aim, scale, (eligible, work, spent), start)


def share_scale(ideal: FloatArray) -> FloatArray:
    """(parties,) shares per point, from the most that each could gain; 0 for those who can gain nothing,
    and who are left out of the comparison (Imai 1983)."""
    some = ideal > NOTHING
    scale: FloatArray = np.where(some, 1.0 / np.where(some, ideal, 1.0), 0.0)
    return scale


def _capped_sum(space: DealSpace, eligible: bool, work: float) -> Optimum:
    """The largest sum where gains stop at caps, which sums of factors do not know of."""
    from detente.deals.solver.box_aims import optimise_boxes
    from detente.deals.solver.branching import optimise_by_branching

    found = optimise_boxes(space, "sum", eligible=eligible, work=work) if find_spec("ortools") else None
    return found if found is not None else optimise_by_branching(space, "sum", eligible=eligible)


def aim_value(aim: str, scale: FloatArray, gained: FloatArray) -> FloatArray:
    """(packages,) what an aim makes of gains (packages, table)."""
    weighed = gained * scale
    if aim == "any":
        return np.zeros(len(gained))
    if aim in ("least", "shares"):
        return np.asarray(weighed[:, scale > 0].min(axis=1), dtype=np.float64)
    return np.asarray(weighed.sum(axis=1), dtype=np.float64)


def _solve(
    space: DealSpace,
    aim: str,
    scale: FloatArray,
    how: tuple[bool, float, int],
    start: IntArray | None,
) -> Optimum:
    eligible, left, spent = how
    distinct = tell_apart(set_criteria(space, eligible=eligible))
    small = distinct.size * distinct.criteria.columns <= FEW
    if small or plan_order(distinct.criteria)[1] <= FEW_PASTS:
        found = _level_by_level(space, distinct, aim, scale, (eligible, spent))
        if found is not None:
            return found
    else:
        short = _by_patterns(space, aim, (eligible, left), start)
        if short is not None:
            return short
    program = write_program(distinct.criteria)
    fine = _aim(program, aim, scale)
    if start is not None:
        _hint(program, distinct.first, start)
    while True:
        status, solver = _run(program, left)
        left -= float(solver.response_proto.deterministic_time)
        spent += round(1000 * float(solver.response_proto.deterministic_time))
        if status == "infeasible":
            return Optimum(aim, None, float("nan"), float("nan"), status, spent)
        if status == "nothing":
            return Optimum(aim, None, float("nan"), float("inf"), "bounded", spent)
        bound = 0.0 if aim == "any" else float(solver.best_objective_bound) / fine[0] + fine[1]
        row = rows_of(program, solver)
        package = distinct.packages(row[None])
        if candidates(space, package, eligible=eligible)[0]:
            gained = gains(space, package)[:, list(space.table)]
            value = float(aim_value(aim, scale, gained)[0])
            bound = max(value, bound)
            return Optimum(aim, package[0], value, value if status == "optimal" else bound, status, spent)
        forbid_row(program, row)


def _by_patterns(
    space: DealSpace, aim: str, how: tuple[bool, float], start: IntArray | None
) -> Optimum | None:
    """The best by patterns alone where the space is one of wished-for ranges; see `solver.box_aims`."""
    if aim not in ("any", "sum", "least") or start is not None:
        return None
    from detente.deals.solver.box_aims import optimise_boxes

    return optimise_boxes(space, aim, eligible=how[0], work=how[1])


def _level_by_level(
    space: DealSpace, distinct: Distinct, aim: str, scale: FloatArray, how: tuple[bool, int]
) -> Optimum | None:
    """The proven best by layers, where few pasts have to be told apart; None where it is not proven."""
    eligible, spent = how
    package, proven, looked = best_by_layers(
        space, distinct, scale, smallest=aim in ("least", "shares"), eligible=eligible
    )
    spent += looked // 1000
    if not proven:
        return None
    if package is None:
        return Optimum(aim, None, float("nan"), float("nan"), "infeasible", spent)
    gained = gains(space, package[None])[:, list(space.table)]
    value = float(aim_value(aim, scale, gained)[0])
    return Optimum(aim, package, value, value, "optimal", spent)


def _aim(program: Program, aim: str, scale: FloatArray) -> tuple[float, float]:
    """Set the objective in whole numbers; whole numbers per unit of the aim, and what rounding may hide."""
    if aim == "any":
        return 1.0, 0.0
    criteria, table = program.criteria, len(scale)
    per_unit = scale * np.array(program.units[:table]) * criteria.grid
    fine = FINE / float(per_unit.max(initial=0.0) or 1.0)
    whole = [int(v) for v in np.ceil(per_unit * fine)]
    offset = [int(v) for v in np.ceil(scale * criteria.start[:table] * criteria.grid * fine)]
    terms: list[Any] = [k * c + o for k, c, o in zip(whole, program.columns, offset, strict=False)]
    off = sum(max(abs(low), abs(top)) for low, top in program.reach[:table]) / fine + 1.0 / fine
    if aim in ("least", "shares"):
        most = [
            k * max(abs(low), abs(top)) + abs(o)
            for k, (low, top), o in zip(whole, program.reach, offset, strict=False)
        ]
        smallest = program.model.new_int_var(-max(most), max(most), "")
        for term, weight in zip(terms, scale, strict=True):
            if weight > 0:
                program.model.add(smallest <= term)
        program.model.maximize(smallest)
    else:
        program.model.maximize(sum(terms))
    return fine, off


def _hint(program: Program, first: tuple[IntArray, ...], start: IntArray) -> None:
    """Begin with a package: of each issue the class that its option lies in, if it stands for it."""
    for issue, literals in enumerate(program.options):
        for literal, lowest in zip(literals, first[issue], strict=True):
            program.model.add_hint(literal, int(start[issue] == lowest))


def _run(program: Program, work: float) -> tuple[str, Any]:
    cp = program.library
    solver = cp.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = max(work, 1e-9)
    status = solver.solve(program.model)
    told = {cp.OPTIMAL: "optimal", cp.FEASIBLE: "bounded", cp.INFEASIBLE: "infeasible"}
    return told.get(status, "nothing"), solver
