"""Spaces of wished-for ranges as weighted independent sets: no option has a literal, only patterns have.

Where every number in a space is a bonus for options that lie in ranges, a package is worth what the ranges
are worth that it lies in, and any set of ranges of which every two meet has a package in all of them
(Helly 1923, for boxes). So the packages can be forgotten: what is left is to choose among patterns, of
which conflicting ones exclude each other. Single options with points of their own are ranges too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import Criteria, PatternTerm, TableTerm
from detente.deals.exact.program import common_unit, solver_library
from detente.deals.solver.cliques import MOST_PATTERNS, conflict_cliques

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class BoxProgram:
    """A model over patterns. `criteria`: the space as bonuses only. `holds`: a literal per term, true only
    where the term may be counted; `whole` (terms, table) what it then adds, in `units` (table,) of the grid;
    `worth` (table) the sums; `caps` (table,) whole units above which more is worth no more."""

    library: Any
    model: Any
    criteria: Criteria
    patterns: tuple[PatternTerm, ...]
    holds: tuple[Any, ...]
    whole: IntArray
    units: FloatArray
    worth: tuple[Any, ...]
    caps: IntArray

    @property
    def tops(self) -> IntArray:
        """(table,) the most that each sum could be if all patterns held, up to the cap."""
        tops: IntArray = np.minimum(self.whole.sum(axis=0), self.caps)
        return tops

    @property
    def binding(self) -> BoolArray:
        """(table,) whether a sum could exceed its cap."""
        found: BoolArray = self.caps < self.whole.sum(axis=0)
        return found

    def reaching(self, column: int, grid_units: float) -> int:
        """The least whole number of a column that may reach a bar in grid units, rounding forgiven."""
        above = (grid_units - float(self.criteria.start[column]) - self.criteria.slack) / self.units[column]
        return int(np.clip(np.ceil(above - 1e-9), 0, 2.0**60))


def as_bonuses(criteria: Criteria) -> Criteria | None:
    """The same space with nothing but patterns of ranges that are worth at least 0 to everybody, or None
    where it is none: consents, bans, tables over several issues, penalties, or options that are no range.

    Tables of one issue become a pattern per option, worth what the option adds to the worst. Cost: linear.
    """
    if criteria.clauses or criteria.bans or criteria.columns != criteria.table or not criteria.table:
        return None
    start = criteria.start.copy()
    terms: list[TableTerm | PatternTerm] = []
    for term in criteria.terms:
        if isinstance(term, PatternTerm):
            if (term.value < 0).any() or not all(_is_range(mask) for mask in term.masks):
                return None
            terms.append(term)
        elif len(term.scope) > 1 and term.table.any():
            return None
        elif len(term.scope) == 1:
            worst = term.table.min(axis=0)
            start += worst
            masks = np.eye(len(term.table), dtype=np.bool_)
            added = zip(masks, term.table - worst, strict=True)
            terms += [PatternTerm(term.scope, (mask,), more) for mask, more in added if more.any()]
    return replace(criteria, terms=tuple(terms), start=start)


def _is_range(mask: BoolArray) -> bool:
    inside = np.flatnonzero(mask)
    return len(inside) > 0 and int(inside[-1] - inside[0]) + 1 == len(inside)


def write_boxes(criteria: Criteria, caps: FloatArray | None = None) -> BoxProgram | None:
    """The program of a space of bonuses, or None where it is none (`as_bonuses`) or too large.

    `caps` (table,) gains in points beyond which more counts no more (inf: none). Raises InputError where
    the solver is not installed. Cost: `conflict_cliques`.
    """
    bonuses = as_bonuses(criteria)
    if bonuses is None or len(bonuses.terms) > MOST_PATTERNS:
        return None
    patterns = tuple(term for term in bonuses.terms if isinstance(term, PatternTerm))
    library = solver_library()
    model = library.CpModel()
    holds = tuple(model.new_bool_var("") for _ in patterns)
    for clique in conflict_cliques(bonuses):
        model.add_at_most_one([holds[place] for place in clique])
    table = criteria.table
    values = np.array([term.value for term in patterns]).reshape(len(patterns), table)
    units = np.array([common_unit(values[:, column]) for column in range(table)])
    whole = np.rint(values / units).astype(np.int64)
    worth = tuple(_sum(library, holds, whole[:, column]) for column in range(table))
    most = _caps(bonuses, units, whole, caps)
    program = BoxProgram(library, model, bonuses, patterns, holds, whole, units, worth, most)
    for column, bar in enumerate(criteria.least):
        if bar > -np.inf:
            model.add(worth[column] >= program.reaching(column, float(bar)))
    return program


def _sum(library: Any, holds: Sequence[Any], whole: IntArray) -> Any:
    """The sum as an expression; coefficients of 0 left out."""
    used = [(literal, int(k)) for literal, k in zip(holds, whole, strict=True) if k]
    return library.LinearExpr.weighted_sum([literal for literal, _ in used], [k for _, k in used])


def _caps(criteria: Criteria, units: FloatArray, whole: IntArray, caps: FloatArray | None) -> IntArray:
    """Caps in whole units: the least sum that is at the cap for certain, or, where units are so large that
    rounding cannot reach from one to the next, exactly."""
    most = whole.sum(axis=0)
    if caps is None:
        return np.asarray(most, dtype=np.int64)
    forgiven = np.where(units > 8 * criteria.slack, -criteria.slack, criteria.slack)
    above = np.ceil((np.minimum(caps, 1e9) / criteria.grid - criteria.start + forgiven) / units)
    found: IntArray = np.minimum(np.maximum(above, 0.0), most.astype(np.float64)).astype(np.int64)
    return found


def held(program: BoxProgram, solver: Any) -> tuple[int, ...]:
    """Places of the patterns that hold in a solution."""
    return tuple(place for place, literal in enumerate(program.holds) if solver.boolean_value(literal))


def block_of(program: BoxProgram, places: Sequence[int]) -> tuple[IntArray, ...]:
    """Per issue the options that lie in every one of these patterns, ascending: all packages made of
    them are in all of the patterns. None of them is empty where no two of the patterns conflict."""
    left = [np.ones(size, dtype=np.bool_) for size in program.criteria.sizes]
    for place in places:
        for issue, mask in zip(program.patterns[place].scope, program.patterns[place].masks, strict=True):
            left[issue] &= mask
    return tuple(np.flatnonzero(mask) for mask in left)


def capped(program: BoxProgram, model: Any, column: int) -> Any:
    """What a column is worth to its party, as something to maximise: the sum, or a number up to it and
    the cap where the sum could exceed it. `model`: the program's, or a copy of it."""
    if not program.binding[column]:
        return program.worth[column]
    worth = model.new_int_var(0, int(program.caps[column]), "")
    model.add(worth <= program.worth[column])
    return worth
