"""The reference: list every package. Slow, short, and right by reading."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import acceptable, matches
from detente.deals.space import DealSpace, utilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DECIMALS = 9
"""Utilities are compared on this many decimals, so that the order of a sum does not break a tie."""


def count_packages(space: DealSpace) -> int:
    """How many packages there are: the product of the options of all issues.

    >>> count_packages(DealSpace.from_arrays(options=[2, 3], unary=[[[0]] * 2, [[0]] * 3], no_deal=[0]))
    6
    """
    count = 1
    for size in space.sizes:
        count *= size
    return count


def list_packages(space: DealSpace, chunk: int = 1 << 16) -> Iterator[IntArray]:
    """Every package, (at most `chunk`, issues) at a time, in lexicographic order (last issue fastest)."""
    total = count_packages(space)
    for start in range(0, total, chunk):
        number = np.arange(start, min(total, start + chunk))
        rows = np.empty((len(number), len(space.sizes)), dtype=np.int64)
        for i in reversed(range(len(space.sizes))):
            number, rows[:, i] = np.divmod(number, space.sizes[i])
        yield rows


def candidates(space: DealSpace, packages: IntArray, *, eligible: bool = True) -> BoolArray:
    """(packages,) which packages count: eligible ones, or with `eligible=False` all not forbidden."""
    if eligible:
        return acceptable(space, packages)
    ok = np.ones(len(packages), dtype=bool)
    for pattern in space.forbid:
        ok &= ~matches(packages, pattern)
    return ok


def undominated(points: FloatArray) -> BoolArray:
    """(points,) True where no other point is at least as good for all and better for one; `points`
    (k, parties). Equal points all stay. A point that beats another comes before it in descending
    lexicographic order, so the first one left is never beaten. Cost: k × points that stay × parties.

    >>> undominated(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [1.0, 2.0]])).tolist()
    [True, True, False, True]
    """
    keep = np.zeros(len(points), dtype=bool)
    left = np.lexsort(-points.T[::-1])
    while len(left):
        best = points[left[0]]
        keep[left[0]] = True
        rest = points[left[1:]]
        beaten = (best >= rest).all(axis=1) & (best > rest).any(axis=1)
        left = left[1:][~beaten]
    return keep


def is_pareto(space: DealSpace, packages: IntArray, within: IntArray) -> BoolArray:
    """(packages,) True where no package of `within` is at least as good for the whole table and better
    for one of it: the checker beside `find_frontier`. Cost: packages × within."""
    table = list(space.table)
    points = np.round(utilities(space, packages)[:, table], DECIMALS)
    rivals = np.round(utilities(space, within)[:, table], DECIMALS)
    beaten = [bool(((rivals >= p).all(axis=1) & (rivals > p).any(axis=1)).any()) for p in points]
    return ~np.asarray(beaten, dtype=np.bool_)


def brute_frontier(space: DealSpace, *, eligible: bool = True) -> tuple[IntArray, FloatArray, IntArray]:
    """The frontier by listing: packages (k, issues), utilities (k, parties), multiplicity (k,).

    Packages with equal utilities for the table are one point: the lexicographically first package
    stands for it and `multiplicity` counts them. Points are in ascending lexicographic order of
    package. Cost: every package of the space, squared in the number of undominated ones.
    """
    table = list(space.table)
    kept = np.zeros((0, len(space.sizes)), dtype=np.int64)
    for rows in list_packages(space):
        kept = np.concatenate([kept, rows[candidates(space, rows, eligible=eligible)]])
        points = np.round(utilities(space, kept)[:, table], DECIMALS)
        distinct, place = np.unique(points, axis=0, return_inverse=True)
        kept = kept[undominated(distinct)[place.reshape(-1)]]
    points = np.round(utilities(space, kept)[:, table], DECIMALS)
    _, first, count = np.unique(points, axis=0, return_index=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    packages = kept[first[order]]
    return packages, utilities(space, packages), count[order]
