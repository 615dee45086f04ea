"""Largest totals of a sum of tables, one issue after the other (bucket elimination; Dechter 1999)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Term = tuple[tuple[int, ...], FloatArray]
"""A scope (ascending issue numbers) and a table with one axis per issue of it."""


def largest_total(sizes: Sequence[int], terms: Sequence[Term]) -> float:
    """The largest sum of `terms` over all choices of one option per issue.

    `sizes`: options per issue. A table may hold −inf for what is impossible; the result is −inf where
    everything is. Issues go in the order of the smallest table that removing them makes. Cost and
    memory: the largest such table (exponential in the width of the factor graph), never the number
    of packages. Source: Dechter (1999), bucket elimination.

    >>> import numpy as np
    >>> largest_total([2, 2], [((0, 1), np.array([[0.0, 3.0], [2.0, 1.0]])), ((1,), np.array([0.0, -2.0]))])
    2.0
    """
    live = [(tuple(scope), np.asarray(table, dtype=np.float64)) for scope, table in terms]
    left = {i for scope, _ in live for i in scope}
    while left:
        issue = min(left, key=lambda i: (_joined_size(i, live, sizes), i))
        bucket = [term for term in live if issue in term[0]]
        scope = tuple(sorted({i for s, _ in bucket for i in s}))
        joined = sum_over(scope, bucket, sizes).max(axis=scope.index(issue))
        live = [term for term in live if issue not in term[0]]
        live.append((tuple(i for i in scope if i != issue), joined))
        left.discard(issue)
    return float(sum(float(table) for _, table in live))


def smallest_total(sizes: Sequence[int], terms: Sequence[Term]) -> float:
    """The smallest sum of `terms`; impossible choices hold +inf. See `largest_total`."""
    return -largest_total(sizes, [(scope, -table) for scope, table in terms])


def sum_over(scope: tuple[int, ...], terms: Sequence[Term], sizes: Sequence[int]) -> FloatArray:
    """The sum of `terms` as one table over `scope`, which must hold every issue of theirs."""
    total = np.zeros([sizes[i] for i in scope])
    for part, table in terms:
        total = total + table.reshape([sizes[i] if i in part else 1 for i in scope])
    return total


def _joined_size(issue: int, live: Sequence[Term], sizes: Sequence[int]) -> int:
    scope = {i for s, _ in live if issue in s for i in s}
    return int(np.prod([sizes[i] for i in scope], dtype=np.float64))
