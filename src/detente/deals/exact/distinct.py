"""Options that nothing tells apart, as one: the same space with fewer packages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import Ban, Clause, Criteria, PatternTerm, TableTerm

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """`criteria` over classes of options. `first[i]` (classes,) the lowest option of each class of issue
    i, ascending; `many[i]` (classes,) how many options each stands for."""

    criteria: Criteria
    first: tuple[IntArray, ...]
    many: tuple[IntArray, ...]

    def packages(self, rows: IntArray) -> IntArray:
        """(k, issues) lowest options of rows of classes."""
        columns = [first[rows[:, i]] for i, first in enumerate(self.first)]
        return np.stack(columns, axis=1) if columns else rows

    def counts(self, rows: IntArray) -> IntArray:
        """(k,) packages that each row of classes stands for, at most 2^62."""
        logs = np.zeros(len(rows))
        product = np.ones(len(rows), dtype=np.int64)
        for i, many in enumerate(self.many):
            logs += np.log2(many[rows[:, i]])
            product *= many[rows[:, i]]
        return np.where(logs < 62, product, np.int64(2**62))

    @property
    def size(self) -> float:
        """Packages of classes."""
        return float(np.prod([float(len(first)) for first in self.first]))


def tell_apart(criteria: Criteria) -> Distinct:
    """The classes of options. Two options of an issue are alike where every table has the same row for
    them and every pattern, ban and consent treats both the same. Cost: cells of the tables."""
    firsts, counts = [], []
    for issue, size in enumerate(criteria.sizes):
        alike: dict[bytes, list[int]] = {}
        for option, row in enumerate(_marks(criteria, issue, size)):
            alike.setdefault(row.tobytes(), []).append(option)
        firsts.append(np.array([options[0] for options in alike.values()], dtype=np.int64))
        counts.append(np.array([len(options) for options in alike.values()], dtype=np.int64))
    if all(len(first) == size for first, size in zip(firsts, criteria.sizes, strict=True)):
        return Distinct(criteria, tuple(firsts), tuple(counts))
    return Distinct(_reduced(criteria, firsts), tuple(firsts), tuple(counts))


def _marks(criteria: Criteria, issue: int, size: int) -> NDArray[np.float64]:
    """(options, marks) everything that the space says about each option of an issue."""
    marks = [np.zeros((size, 1))]
    for term in criteria.terms:
        if issue not in term.scope:
            continue
        axis = term.scope.index(issue)
        if isinstance(term, TableTerm):
            marks.append(np.moveaxis(term.table, axis, 0).reshape(size, -1))
        else:
            marks.append(term.masks[axis].astype(np.float64)[:, None])
    masks = [clause.needed[issue] for clause in criteria.clauses if issue in clause.needed]
    masks += [part[issue] for ban in criteria.bans for part in (ban.when, ban.then or {}) if issue in part]
    marks += [mask.astype(np.float64)[:, None] for mask in masks]
    return np.concatenate(marks, axis=1) + 0.0


def _reduced(criteria: Criteria, first: list[IntArray]) -> Criteria:
    def cut(masks: dict[int, BoolArray]) -> dict[int, BoolArray]:
        return {i: mask[first[i]] for i, mask in masks.items()}

    terms: list[TableTerm | PatternTerm] = []
    for term in criteria.terms:
        if isinstance(term, TableTerm):
            table = term.table[np.ix_(*[first[i] for i in term.scope])]
            terms.append(TableTerm(term.scope, table))
        else:
            masks = tuple(mask[first[i]] for i, mask in zip(term.scope, term.masks, strict=True))
            terms.append(PatternTerm(term.scope, masks, term.value))
    return replace(
        criteria,
        sizes=tuple(len(f) for f in first),
        terms=tuple(terms),
        clauses=tuple(Clause(cut(dict(c.needed)), c.ways) for c in criteria.clauses),
        bans=tuple(
            Ban(cut(dict(b.when)), None if b.then is None else cut(dict(b.then))) for b in criteria.bans
        ),
    )
