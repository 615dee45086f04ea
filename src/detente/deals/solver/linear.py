"""A space as linear inequalities over options, for a mixed-integer solver: strong bounds on single aims.

Every pattern is held below the options that it needs, issue by issue, and every table is a distribution over
its cells with the options as margins; so the relaxation is exact on each factor by itself. Consents become
bars that a yes switches on. The relaxation only ever admits more than acceptance does; the independent
checker has the last word on what comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from detente.deals.criteria import Clause, Criteria, PatternTerm, Quota, TableTerm

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Row = dict[int, float]
"""Variable → coefficient."""


@dataclass(slots=True)
class Inequalities:
    """Variables, each between 0 and 1 unless told otherwise, and rows low ≤ Σ coefficient·variable ≤ high.

    `options[i]` (options,) the variables of issue i; `columns` sums in points, `start` left out."""

    criteria: Criteria
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, Row, float]] = field(default_factory=list)
    options: list[IntArray] = field(default_factory=list)
    columns: list[Row] = field(default_factory=list)

    def new(self, *, whole: bool = False, lower: float = 0.0, upper: float = 1.0) -> int:
        """One more variable."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.lower) - 1

    def within(self, issue: int, mask: BoolArray, weight: float = 1.0) -> Row:
        """1 where the issue takes an option of the mask, times a weight."""
        return dict.fromkeys((int(v) for v in self.options[issue][mask]), weight)

    def least(self, column: int) -> float:
        """No more than a column's sum can be."""
        return sum(min(k, 0.0) * self.upper[v] for v, k in self.columns[column].items())

    def matrix(self) -> tuple[csr_matrix, FloatArray, FloatArray]:
        """The rows as a sparse matrix with their lower and upper ends."""
        starts = np.cumsum([0, *(len(row) for _, row, _ in self.rows)])
        places = [variable for _, row, _ in self.rows for variable in row]
        values = [float(weight) for _, row, _ in self.rows for weight in row.values()]
        shape = (len(self.rows), len(self.lower))
        low, high = (np.array([row[end] for row in self.rows], dtype=np.float64) for end in (0, 2))
        return csr_matrix((values, places, starts), shape=shape), low, high


def plus(*rows: Mapping[int, float]) -> Row:
    """The sum of rows."""
    total: Row = {}
    for row in rows:
        for variable, weight in row.items():
            total[variable] = total.get(variable, 0.0) + weight
    return total


def write_inequalities(criteria: Criteria) -> Inequalities:
    """The inequalities of a space. Cost: cells of the tables + scopes of the patterns + atoms."""
    model = Inequalities(criteria)
    for size in criteria.sizes:
        model.options.append(np.array([model.new(whole=True) for _ in range(size)], dtype=np.int64))
        model.rows.append((1.0, dict.fromkeys(map(int, model.options[-1]), 1.0), 1.0))
    model.columns = [{} for _ in range(criteria.columns)]
    for term in criteria.terms:
        if isinstance(term, TableTerm):
            _add_table(model, term)
        else:
            _add_pattern(model, term)
    for column, bar in enumerate(criteria.least):
        if bar == np.inf:
            model.rows.append((1.0, {}, 1.0))
        elif bar > -np.inf:
            model.rows.append((_above(model, column, float(bar)), model.columns[column], np.inf))
    for clause in criteria.clauses:
        _add_clause(model, clause)
    for ban in criteria.bans:
        fits = plus(*(model.within(issue, mask) for issue, mask in ban.when.items()))
        spare = float(len(ban.when) - 1)
        if ban.then is None:
            model.rows.append((-np.inf, fits, spare))
        for issue, mask in (ban.then or {}).items():
            model.rows.append((-np.inf, plus(fits, model.within(issue, mask, -1.0)), spare))
    return model


def _above(model: Inequalities, column: int, bar: float) -> float:
    """Points that a column's sum must reach for a bar in grid units, rounding forgiven."""
    criteria = model.criteria
    return (bar - float(criteria.start[column]) - criteria.slack) * criteria.grid


def _count(model: Inequalities, variable: int, value: FloatArray) -> None:
    """A variable adds (columns,) grid units to the columns."""
    for column in np.flatnonzero(value):
        sums = model.columns[column]
        sums[variable] = sums.get(variable, 0.0) + float(value[column]) * model.criteria.grid


def _add_table(model: Inequalities, term: TableTerm) -> None:
    """A variable for each cell, with the options as margins; a table of one issue needs none."""
    if not term.table.any():
        return
    if len(term.scope) == 1:
        for variable, value in zip(model.options[term.scope[0]], term.table, strict=True):
            _count(model, int(variable), value)
        return
    margins: dict[tuple[int, int], Row] = {}
    for at in product(*(range(size) for size in term.table.shape[:-1])):
        cell = model.new()
        _count(model, cell, term.table[at])
        for issue, option in zip(term.scope, at, strict=True):
            margins.setdefault((issue, option), {})[cell] = 1.0
    for (issue, option), cells in margins.items():
        model.rows.append((0.0, plus(cells, {int(model.options[issue][option]): -1.0}), 0.0))


def _add_pattern(model: Inequalities, term: PatternTerm) -> None:
    """A variable that the pattern's options bind from above where it is wanted, from below where feared."""
    if len(term.scope) == 1:
        for variable in model.options[term.scope[0]][term.masks[0]]:
            _count(model, int(variable), term.value)
        return
    holds = model.new(whole=True)
    _count(model, holds, term.value)
    needs = [model.within(issue, mask, -1.0) for issue, mask in zip(term.scope, term.masks, strict=True)]
    if (term.value > 0).any():
        model.rows += [(-np.inf, plus({holds: 1.0}, need), 0.0) for need in needs]
    if (term.value < 0).any():
        model.rows.append((1.0 - len(needs), plus({holds: 1.0}, *needs), np.inf))


def _add_clause(model: Inequalities, clause: Clause) -> None:
    """Where it is called on, one of its ways must be reached."""
    ways = dict.fromkeys([_add_way(model, way) for way in clause.ways], -1.0)
    for issue, mask in clause.needed.items():
        model.rows.append((-np.inf, plus(model.within(issue, mask), ways), 0.0))


def _add_way(model: Inequalities, way: Quota) -> int:
    """A variable that may be 1 only where enough votes are reached."""
    reached = model.new(whole=True)
    votes: Row = {}
    for vote, atoms in zip(way.votes, way.atoms, strict=True):
        yes = model.new()
        votes[yes] = vote
        model.rows.append((-np.inf, plus({yes: 1.0}, _yes(model, atoms)), 0.0))
    model.rows.append((-1e-7 * max(1.0, way.quota), plus(votes, {reached: -way.quota}), np.inf))
    return reached


def _yes(model: Inequalities, atoms: Sequence[tuple[int, float]]) -> Row:
    """A variable for each bar, with weight −1, that may be 1 only where the bar is reached."""
    found: Row = {}
    for column, bar in atoms:
        if bar == np.inf:
            continue
        literal = model.new(whole=True)
        found[literal] = -1.0
        if bar > -np.inf:
            low, above = model.least(column), _above(model, column, bar)
            if above > low:
                model.rows.append((low, plus(model.columns[column], {literal: low - above}), np.inf))
    return found
