"""The frontier of a small space by listing, whole columns at a time.

Nothing is looked up package by package: every factor is added to arrays with one axis per issue. What a
reference by listing (`brute.py`) does in a loop takes some ten passes over memory here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import candidates
from detente.deals.criteria import Ban, Criteria, PatternTerm, TableTerm
from detente.deals.dominance import beaten_by, undominated_rows
from detente.deals.exact.distinct import Distinct, tell_apart
from detente.deals.front import Frontier, exact_frontier
from detente.deals.search import holds
from detente.deals.space import DealSpace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SAMPLE = 4096
"""Packages whose frontier is found first, to throw most others out."""


def frontier_by_listing(space: DealSpace, criteria: Criteria, *, eligible: bool = True) -> Frontier:
    """The frontier, ties counted exactly, by adding all factors up over all packages.

    Options that nothing tells apart are listed once. Cost and memory: packages of distinct options ×
    columns of the criteria × 8 bytes, and a pass per factor over the part of them that it touches.
    """
    distinct = tell_apart(criteria)
    columns, alive = list_columns(distinct.criteria)
    spots = _maybe_undominated(columns[: criteria.table], alive, criteria.slack)
    return _checked(space, distinct, spots, eligible)


def list_columns(criteria: Criteria) -> tuple[list[FloatArray], BoolArray]:
    """(packages,) of each column, and which packages may count: nothing bans them, and table and
    consents are reached within rounding. Cost and memory: packages × columns."""
    columns, alive = _columns(criteria)
    for column, bar in zip(columns, criteria.least, strict=False):
        if bar > -np.inf:
            alive &= column >= bar - criteria.slack
    for clause in criteria.clauses:
        asked = _any(clause.needed, criteria.sizes)
        spots = np.flatnonzero(asked & alive)
        values = np.stack([column[spots] for column in columns], axis=1)
        alive[spots[~holds(clause, values, -criteria.slack)]] = False
    return columns, alive


def _columns(criteria: Criteria) -> tuple[list[FloatArray], BoolArray]:
    """Each column over all packages, flat, in lexicographic order; and which packages nothing bans."""
    shape = criteria.sizes
    parts: list[list[Part]] = [[] for _ in criteria.start]
    for term in criteria.terms:
        inside = None if isinstance(term, TableTerm) else _pattern(term, shape)
        for column, held in enumerate(parts):
            if isinstance(term, TableTerm):
                if term.table[..., column].any():
                    held.append((term.scope, term.table[..., column]))
            elif term.value[column] and inside is not None:
                held.append((term.scope, inside * term.value[column]))
    columns = []
    for start, held in zip(criteria.start, parts, strict=True):
        total = sum_over_all(held, tuple(range(len(shape))), shape)
        total += start
        columns.append(total.reshape(-1))
    alive = np.ones(shape, dtype=np.bool_)
    for ban in criteria.bans:
        _strike(alive, ban)
    return columns, alive.reshape(-1)


Part = tuple[tuple[int, ...], FloatArray]
"""A scope (ascending) and an array with one axis for each issue of it."""


def sum_over_all(parts: Sequence[Part], issues: tuple[int, ...], sizes: Sequence[int]) -> FloatArray:
    """The sum of parts over all choices on `issues`, one axis each.

    Parts that leave an issue out are summed without it first, so that only a few passes go over the
    whole array, however many parts there are. Cost: at most as many such passes as issues, each followed
    by the same on one issue less.
    """
    total = np.zeros([sizes[i] for i in issues])
    left = list(parts)
    for issue in issues:
        without = [part for part in left if issue not in part[0]]
        if without:
            fewer = tuple(i for i in issues if i != issue)
            sub = (
                sum_over_all(without, fewer, sizes) if len(without) > 1 else _spread(without[0], fewer, sizes)
            )
            total += np.expand_dims(sub, issues.index(issue))
            left = [part for part in left if issue in part[0]]
    for part in left:
        total += part[1]
    return total


def _spread(part: Part, issues: tuple[int, ...], sizes: Sequence[int]) -> FloatArray:
    """One part with an axis of length 1 for every issue that it leaves out."""
    return part[1].reshape([sizes[i] if i in part[0] else 1 for i in issues])


def _pattern(term: PatternTerm, shape: tuple[int, ...]) -> FloatArray:
    """1 where every mask of the pattern holds, over its scope."""
    total = np.ones([1] * len(term.scope))
    for axis, mask in enumerate(term.masks):
        total = total * mask.reshape([-1 if k == axis else 1 for k in range(len(term.scope))])
    return total


def _outer(masks: Mapping[int, BoolArray], shape: tuple[int, ...]) -> BoolArray:
    """Whether all masks hold, with one axis per issue, of length 1 where no mask asks."""
    total: BoolArray = np.ones([1] * len(shape), dtype=np.bool_)
    for issue, mask in masks.items():
        total = total & mask.reshape([-1 if k == issue else 1 for k in range(len(shape))])
    return total


def _strike(alive: BoolArray, ban: Ban) -> None:
    """Take out what a ban names."""
    out = _outer(ban.when, alive.shape)
    alive &= ~out if ban.then is None else ~(out & ~_outer(ban.then, alive.shape))


def _any(masks: Mapping[int, BoolArray], shape: tuple[int, ...]) -> BoolArray:
    """(packages,) whether any of the masks holds."""
    total: BoolArray = np.zeros(shape, dtype=np.bool_)
    for issue, mask in masks.items():
        total |= _outer({issue: mask}, shape)
    return total.reshape(-1)


def _maybe_undominated(columns: Sequence[FloatArray], alive: BoolArray, slack: float) -> IntArray:
    """Places of packages that few good ones do not beat by more than rounding."""
    left = np.flatnonzero(alive) if not alive.all() else np.arange(len(alive))
    points = list(columns) if len(left) == len(alive) else [column[left] for column in columns]
    for weights in _directions(len(columns)):
        if len(left) < SAMPLE:
            break
        total = sum(w * p for w, p in zip(weights, points, strict=True))
        best = int(np.argmax(total))
        beaten: BoolArray = np.ones(len(left), dtype=np.bool_)
        for p in points:
            beaten &= p < p[best] - 2 * slack
        if beaten.any():
            left = left[~beaten]
            points = [p[~beaten] for p in points]
    if len(left) < SAMPLE:
        return left
    stacked = np.stack(points, axis=1)
    sample = stacked[:: -(-len(left) // SAMPLE)]
    front = np.unique(sample[undominated_rows(sample)], axis=0)
    some = front[np.argsort(-front.sum(axis=1), kind="stable")[:256]]
    kept = np.flatnonzero(~beaten_by(stacked + 2 * slack, some))
    return left[kept[~beaten_by(stacked[kept] + 2 * slack, front)]]


def _directions(parties: int) -> Iterator[list[float]]:
    """Weights of the parties along which good packages are looked for, the even ones first."""
    yield [1.0] * parties
    for heavy in (2.0, 4.0):
        for p in range(parties):
            yield [heavy if k == p else 1.0 for k in range(parties)]


def _checked(space: DealSpace, distinct: Distinct, spots: IntArray, eligible: bool) -> Frontier:
    """The frontier among what the independent checker lets through, ties counted."""
    work = int(distinct.size)
    rows = np.stack(np.unravel_index(spots, distinct.criteria.sizes), axis=1).astype(np.int64)
    packages, many = distinct.packages(rows), distinct.counts(rows)
    ok = candidates(space, packages, eligible=eligible)
    packages, many = packages[ok], many[ok]
    return exact_frontier(space, packages, many, work, "listing")
