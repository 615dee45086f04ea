"""One best package for one aim in a space of wished-for ranges: tenths of a second for eight parties."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.criteria import set_criteria
from detente.deals.exact.aims import AIMS, Optimum, aim_value, share_scale
from detente.deals.solver.boxes import BoxProgram, block_of, capped, held, write_boxes
from detente.deals.space import DealSpace, gains, index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]

WORK = 60.0
FINE = 1e6
"""Whole numbers that the largest coefficient of an aim is given."""


def optimise_boxes(
    space: DealSpace,
    aim: str,
    *,
    party: str | None = None,
    eligible: bool = True,
    work: float = WORK,
) -> Optimum | None:
    """The acceptable package that is best by one aim, or None where the space is not one of wished-for
    ranges (`as_bonuses`).

    As `optimise`, with caps; `work`: deterministic seconds of the solver, told in thousandths. "optimal":
    within the rounding of coefficients, a millionth of the largest. Raises InputError for unknown names
    or where the solver is not installed. Cost: an integer program over patterns, exponential at worst.
    """
    aim = AIMS[index_of(aim, AIMS, "aim")]
    if (party is not None) != (aim == "party"):
        raise InputError(f"party must {'' if aim == 'party' else 'not '}be given with {aim}")
    seats = [space.parties[p] for p in space.table]
    scale = np.asarray(space.stakes[list(space.table)], dtype=np.float64)
    if aim == "party":
        scale = np.asarray(np.arange(len(seats)) == index_of(party or "", seats, "party at the table"), float)
    used = 0
    if aim == "shares":
        each = [optimise_boxes(space, "party", party=s, eligible=eligible, work=work) for s in seats]
        ideals = [best for best in each if best is not None]
        if len(ideals) < len(each):
            return None
        used = sum(best.work for best in ideals)
        if any(best.status == "infeasible" for best in ideals):
            return Optimum(aim, None, np.nan, np.nan, "infeasible", used)
        ideal = np.array([best.value if best.status == "optimal" else best.bound for best in ideals])
        scale = share_scale(ideal)
    above = None if space.cap is None else (space.cap - space.no_deal)[list(space.table)]
    program = write_boxes(set_criteria(space, eligible=eligible), above)
    if program is None:
        return None
    return _solve(program, space, (aim, eligible, work, used), scale)


def _solve(
    program: BoxProgram, space: DealSpace, how: tuple[str, bool, float, int], scale: FloatArray
) -> Optimum:
    aim, eligible, left, used = how
    aim = "any" if aim in ("least", "shares") and not (scale > 0).any() else aim
    fine, off = _aim(program, aim, scale)
    cp = program.library
    while True:
        solver = cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = max(left, 1e-3)
        status = solver.solve(program.model)
        took = float(solver.response_proto.deterministic_time)
        left, used = left - took, used + round(1000 * took)
        if status == cp.INFEASIBLE:
            return Optimum(aim, None, np.nan, np.nan, "infeasible", used)
        bound = 0.0 if aim == "any" else float(solver.best_objective_bound) / fine + off
        if status not in (cp.OPTIMAL, cp.FEASIBLE):
            return Optimum(aim, None, np.nan, bound, "bounded", used)
        places = held(program, solver)
        package = np.array([options[0] for options in block_of(program, places)], dtype=np.int64)
        if candidates(space, package[None], eligible=eligible)[0]:
            gained = gains(space, package[None])[:, list(space.table)]
            value = float(aim_value(aim, scale, gained)[0])
            told = "optimal" if status == cp.OPTIMAL else "bounded"
            return Optimum(aim, package, value, max(value, bound), told, used)
        program.model.add_bool_or([~program.holds[place] for place in places])


def _aim(program: BoxProgram, aim: str, scale: FloatArray) -> tuple[float, float]:
    """Set the objective in whole numbers; whole numbers per unit of the aim, and what rounding may hide."""
    if aim == "any" or not (scale > 0).any():
        return 1.0, 0.0
    model, criteria = program.model, program.criteria
    per_unit = scale * program.units * criteria.grid
    fine = FINE / float(per_unit.max())
    times = [int(k) for k in np.ceil(per_unit * fine)]
    offset = [int(k) for k in np.ceil(scale * criteria.start * criteria.grid * fine)]
    off = (float(program.tops.sum()) + len(times)) / fine
    worth = [capped(program, model, column) for column in range(len(times))]
    terms: list[Any] = [k * column + o for k, column, o in zip(times, worth, offset, strict=True)]
    if aim not in ("least", "shares"):
        model.maximize(sum(terms))
        return fine, off
    far = [k * int(top) + abs(o) for k, top, o in zip(times, program.tops, offset, strict=True)]
    smallest = model.new_int_var(-max(far), max(far), "")
    for term, weight in zip(terms, scale, strict=True):
        if weight > 0:
            model.add(smallest <= term)
    model.maximize(smallest)
    return fine, off
