"""What elimination works on: tables of whole numbers over few issues, and patterns over many.

Everything comes from the criteria of a space, on their grid, so that sums are exact and ties are ties. A
ban is minus infinity where it matches. A pattern (a box, a ban, the no-deal package) that spans more
issues than any table is not turned into a table: all that must be known of it while its issues go one
by one is whether those gone so far fit, which is one bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import Ban, Criteria, PatternTerm, TableTerm
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

WORD = 2**62
"""One word of a package's number stays below this, so that two of them add without overflow."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """`value` (parties,) whole numbers, or −inf, where every issue of `scope` takes an option of its mask."""

    scope: tuple[int, ...]
    masks: tuple[BoolArray, ...]
    value: FloatArray

    def table(self) -> TableTerm:
        """The same as a table, with one axis per issue. Cost: the product of the options of its issues."""
        fits = np.ones((), dtype=np.bool_)
        for mask in self.masks:
            fits = fits[..., None] & mask
        return TableTerm(self.scope, np.where(fits[..., None], self.value, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """`tables` over issues of `sizes` (last axis: the table's parties), `wide` patterns, what every package
    starts from (`start`, minus no deal), the `least` gains, the units that rounding may be off (`slack`),
    points per unit (`grid`), and `strides` (issues, words): a package's number is the sum of option ×
    stride, and numbers ascend as packages do in lexicographic order."""

    sizes: tuple[int, ...]
    tables: tuple[TableTerm, ...]
    wide: tuple[Pattern, ...]
    start: FloatArray
    least: FloatArray
    slack: float
    grid: float
    strides: IntArray

    @property
    def parties(self) -> int:
        """How many are at the table."""
        return len(self.start)

    @property
    def allows_any(self) -> bool:
        """False where a ban matches every package."""
        return bool(np.isfinite(self.start).all())


def set_problem(criteria: Criteria, *, tabulated: int = 2) -> Problem:
    """The problem of a space without consents; patterns over at most `tabulated` issues, or within the
    issues of a table, become tables. Raises InputError where consents, bodies or keeps decide.
    Cost: cells of the tables."""
    if criteria.clauses:
        raise InputError(
            "elimination must have a space without consents and keeps that decide, got "
            f"{len(criteria.clauses)} of them; try find_frontier, which follows consents, or eligible=False"
        )
    parties = criteria.table
    tables = [
        TableTerm(term.scope, term.table[..., :parties])
        for term in criteria.terms
        if isinstance(term, TableTerm)
    ]
    homes = [set(term.scope) for term in tables]
    wide: list[Pattern] = []
    start = criteria.start[:parties].copy()
    for pattern in _patterns(criteria):
        if not pattern.scope:
            start = start + pattern.value
        elif len(pattern.scope) <= tabulated or any(set(pattern.scope) <= home for home in homes):
            tables.append(pattern.table())
        else:
            wide.append(pattern)
    return Problem(
        sizes=criteria.sizes,
        tables=tuple(tables),
        wide=tuple(wide),
        start=start,
        least=criteria.least,
        slack=criteria.slack,
        grid=criteria.grid,
        strides=_strides(criteria.sizes),
    )


def _patterns(criteria: Criteria) -> Iterator[Pattern]:
    """Boxes and bans with issues left out in which they allow everything; those that never match are gone."""
    parties = criteria.table
    found: list[tuple[Mapping[int, BoolArray], FloatArray]] = [
        (dict(zip(term.scope, term.masks, strict=True)), term.value[:parties])
        for term in criteria.terms
        if isinstance(term, PatternTerm)
    ]
    never = np.full(parties, -np.inf)
    found += [(masks, never) for ban in criteria.bans for masks in _banned(ban)]
    for masks, value in found:
        bound = {i: mask for i, mask in sorted(masks.items()) if not mask.all()}
        if all(mask.any() for mask in bound.values()):
            yield Pattern(tuple(bound), tuple(bound.values()), value)


def _banned(ban: Ban) -> Iterator[dict[int, BoolArray]]:
    """What a ban forbids, as patterns: `when` together with each single way of missing `then`."""
    if ban.then is None:
        yield dict(ban.when)
        return
    for issue, meets in ban.then.items():
        fits = ban.when.get(issue, np.ones_like(meets))
        yield {**ban.when, issue: fits & ~meets}


def _strides(sizes: tuple[int, ...]) -> IntArray:
    """As few words as hold the number of every package, first issues in the first word."""
    words: list[list[int]] = [[]]
    product = 1
    for issue, size in enumerate(sizes):
        if product * size > WORD:
            words.append([])
            product = 1
        product *= size
        words[-1].append(issue)
    strides = np.zeros((len(sizes), len(words)), dtype=np.int64)
    for word, issues in enumerate(words):
        stride = 1
        for issue in reversed(issues):
            strides[issue, word] = stride
            stride *= sizes[issue]
    return strides


def packages_of(numbers: IntArray, problem: Problem) -> IntArray:
    """(k, issues) the packages of these numbers (k, words)."""
    packages = np.zeros((len(numbers), len(problem.sizes)), dtype=np.int64)
    for issue, size in enumerate(problem.sizes):
        (word,) = np.flatnonzero(problem.strides[issue])
        packages[:, issue] = numbers[:, word] // problem.strides[issue, word] % size
    return packages
