"""A space as a constraint program: options, tables, patterns, consents and bans as literals.

Columns of the criteria become sums of literals times whole numbers of the column's own unit. Everything
that acceptance asks is a lower bar on columns, so a literal need only be free to be true where it helps;
the independent checker has the last word on every package that comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import Clause, Criteria, PatternTerm, Quota, TableTerm
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

FINEST = 8192
"""A column's unit is looked for among its smallest number divided by up to this."""


def solver_library() -> Any:
    """The solver's module, or InputError that names the extra."""
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        raise InputError(
            'this space needs the solver, which must be installed: pip install "detente[solver]"'
        ) from None
    return cp_model


@dataclass(slots=True)
class Program:
    """A model under construction. `options[i][o]` literal of option o of issue i; `columns` sums of
    literals, `units` grid units of each, `reach` (columns, 2) least and most that each sum can be."""

    library: Any
    model: Any
    criteria: Criteria
    options: list[list[Any]]
    columns: list[Any] = field(default_factory=list)
    units: list[float] = field(default_factory=list)
    reach: list[tuple[int, int]] = field(default_factory=list)
    masks: dict[tuple[int, bytes], Any] = field(default_factory=dict)

    def within(self, issue: int, mask: BoolArray) -> Any:
        """A literal that is true exactly where the issue takes an option of the mask."""
        key = (issue, mask.tobytes())
        if key not in self.masks:
            chosen = [self.options[issue][o] for o in np.flatnonzero(mask)]
            if len(chosen) == 1:
                self.masks[key] = chosen[0]
            else:
                literal = self.model.new_bool_var("")
                self.model.add(sum(chosen) == literal)
                self.masks[key] = literal
        return self.masks[key]

    def whole(self, column: int, grid_units: float) -> int:
        """The least whole number of the column's unit that reaches a bar in grid units, start included."""
        slack = self.criteria.slack
        above = (grid_units - float(self.criteria.start[column]) - slack) / self.units[column]
        return int(np.clip(np.ceil(above - 1e-9), -(2.0**61), 2.0**61))


def write_program(criteria: Criteria) -> Program:
    """The constraint program of a space. Cost: cells of the tables + scopes of the patterns + atoms."""
    library = solver_library()
    model = library.CpModel()
    options = [[model.new_bool_var(f"{i}={o}") for o in range(n)] for i, n in enumerate(criteria.sizes)]
    for literals in options:
        model.add_exactly_one(literals)
    program = Program(library, model, criteria, options)
    _add_columns(program)
    for column, bar in enumerate(criteria.least):
        if bar > -np.inf:
            model.add(program.columns[column] >= program.whole(column, float(bar)))
    for clause in criteria.clauses:
        _add_clause(program, clause)
    for ban in criteria.bans:
        broken = [~program.within(i, mask) for i, mask in ban.when.items()]
        if ban.then is None:
            model.add_bool_or(broken)
        for i, mask in (ban.then or {}).items():
            model.add_bool_or([*broken, program.within(i, mask)])
    return program


def _add_columns(program: Program) -> None:
    """Every term as literals times whole numbers; see the head of this file for which way they bind."""
    parts: list[list[tuple[float, Any]]] = [[] for _ in range(program.criteria.columns)]
    for term in program.criteria.terms:
        found = _table(program, term) if isinstance(term, TableTerm) else _pattern(program, term)
        for literal, values in found:
            for column in np.flatnonzero(values):
                parts[column].append((float(values[column]), literal))
    for held in parts:
        unit = common_unit(np.array([value for value, _ in held]))
        whole = [(round(value / unit), literal) for value, literal in held]
        program.units.append(unit)
        program.columns.append(sum(k * literal for k, literal in whole) if whole else 0)
        least, most = (sum(k for k, _ in whole if (k > 0) == up) for up in (False, True))
        program.reach.append((least, most))


def common_unit(values: FloatArray) -> float:
    """The largest number of which all values, rounded to the grid, are whole multiples; else 1, the grid
    itself. Small coefficients are what a solver is quick with."""
    sizes = np.unique(np.abs(values[values != 0]))
    if not len(sizes):
        return 1.0
    parts = np.arange(1.0, FINEST)
    few = sizes[:: -(-len(sizes) // 64)]
    times = np.round(few * parts[:, None] / sizes[0])
    fits = np.abs(few - times * (sizes[0] / parts)[:, None]) <= 2.0 + times / parts[:, None]
    for k in parts[fits.all(axis=1)]:
        times = np.round(sizes * k / sizes[0])
        unit = float((sizes * times).sum() / (times * times).sum())
        times = np.round(sizes / unit)
        if unit > 100 and (np.abs(sizes - times * unit) <= 2.0).all():
            return unit
    return 1.0


def _table(program: Program, term: TableTerm) -> Iterable[tuple[Any, FloatArray]]:
    """A literal for every cell, tied to the options by its marginals; where most cells are empty, a pattern
    for each other; a table of one issue needs none."""
    if len(term.scope) == 1:
        yield from zip(program.options[term.scope[0]], term.table, strict=True)
        return
    filled = np.argwhere((term.table != 0).any(axis=-1))
    if 2 * len(filled) <= term.table[..., 0].size:
        for row in filled:
            masks = tuple(np.arange(n) == o for n, o in zip(term.table.shape, row, strict=False))
            yield from _pattern(program, PatternTerm(term.scope, masks, term.table[tuple(row)]))
        return
    cells = {}
    for at in product(*[range(n) for n in term.table.shape[:-1]]):
        cells[at] = program.model.new_bool_var("")
        yield cells[at], term.table[at]
    for axis, issue in enumerate(term.scope):
        for o, literal in enumerate(program.options[issue]):
            program.model.add(sum(cell for at, cell in cells.items() if at[axis] == o) == literal)


def _pattern(program: Program, term: PatternTerm) -> Iterable[tuple[Any, FloatArray]]:
    literals = [program.within(i, mask) for i, mask in zip(term.scope, term.masks, strict=True)]
    if len(literals) == 1:
        return [(literals[0], term.value)]
    holds = program.model.new_bool_var("")
    if (term.value > 0).any():
        for literal in literals:
            program.model.add_implication(holds, literal)
    if (term.value < 0).any():
        program.model.add_bool_or([holds, *(~literal for literal in literals)])
    return [(holds, term.value)]


def _add_clause(program: Program, clause: Clause) -> None:
    """Where it is called on, one of its ways must be reached."""
    ways = [_way(program, way) for way in clause.ways]
    for issue, mask in clause.needed.items():
        if mask.any():
            program.model.add_bool_or([~program.within(issue, mask), *ways])


def _way(program: Program, way: Quota) -> Any:
    """A literal that may be true only where enough votes are reached."""
    reached = program.model.new_bool_var("")
    votes = []
    for vote, atoms in zip(way.votes, way.atoms, strict=True):
        yes = program.model.new_bool_var("")
        program.model.add_bool_or([~yes, *(_atom(program, column, bar) for column, bar in atoms)])
        votes.append((round(vote * 1e6), yes))
    needed = int(np.ceil(way.quota * 1e6 - 0.5))
    program.model.add(sum(k * yes for k, yes in votes) >= needed).only_enforce_if(reached)
    return reached


def _atom(program: Program, column: int, bar: float) -> Any:
    literal = program.model.new_bool_var("")
    if not np.isfinite(bar):
        program.model.add(literal == int(bar < 0))
        return literal
    program.model.add(program.columns[column] >= program.whole(column, bar)).only_enforce_if(literal)
    return literal


def rows_of(program: Program, solver: Any) -> IntArray:
    """(issues,) the option that a solution gives each issue."""
    return np.array(
        [next(o for o, x in enumerate(literals) if solver.boolean_value(x)) for literals in program.options],
        dtype=np.int64,
    )


def forbid_row(program: Program, row: IntArray) -> None:
    """Take one package out."""
    program.model.add_bool_or([~literals[o] for literals, o in zip(program.options, row, strict=True)])


def hint_row(program: Program, model: Any, row: Mapping[int, int] | IntArray) -> None:
    """Tell the solver where to look first."""
    model.clear_hints()
    for issue, literals in enumerate(program.options):
        for o, literal in enumerate(literals):
            model.add_hint(literal, int(row[issue]) == o)
