"""What a solution concept is: a rule on gains with its source and the axioms that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Choose = Callable[[FloatArray, FloatArray], IntArray]
"""From gains (k, table) ≥ 0, k ≥ 1, and one number per party (table,) to the chosen rows, all ties,
ascending. The numbers are the space's stakes; for concepts `by_weights`, bargaining weights."""

Unit = Callable[[FloatArray, FloatArray], FloatArray]
"""From gains (k, table) and the same numbers to what one point of each party counts, (table,) ≥ 0."""

Gains = tuple[tuple[float, ...], ...]
"""Rows are packages, columns are parties."""


@dataclass(frozen=True, slots=True)
class Mixing:
    """How a concept ranks lotteries over packages by expected gains.

    `kind`: "product" (largest product of gains, each to the power of its unit), "leximin" (smallest
    unit × gain first; parties with unit 0 are left out) or "sum" (of unit × gain: then no lottery does
    better than the better of its packages).
    """

    kind: Literal["product", "leximin", "sum"]
    unit: Unit


@dataclass(frozen=True, slots=True)
class Concept:
    """A way of choosing among acceptable packages by what each party at the table gains.

    `choose`: the rule (for concepts `for_party`, the party is the first column). `definition` and
    `source` for people. `axioms`: names from `axioms.py` that hold on every finite set of gains, for any
    number of parties; `fails`: the others, each with gains on which it can be seen to fail; `only_two`:
    those of them that hold wherever two parties sit at the table. `compares_parties`: points of
    different parties are weighed against each other, so stakes matter. `by_weights`: the rule is told
    how much each party counts, and that is a judgement of who asks. `note`: what to say of a particular
    result, given the gains chosen from and the rows chosen. `mixing`: how lotteries are ranked.
    """

    name: str
    title: str
    definition: str
    source: str
    choose: Choose
    axioms: tuple[str, ...]
    fails: Mapping[str, Gains] = field(default_factory=dict)
    only_two: tuple[str, ...] = ()
    compares_parties: bool = False
    for_party: bool = False
    by_weights: bool = False
    note: Callable[[FloatArray, IntArray], str] = lambda gains, rows: ""
    mixing: Mixing | None = None

    def keeps(self, axiom: str) -> str:
        """ "yes", "for two" (parties at the table) or "no"."""
        if axiom in self.axioms:
            return "yes"
        return "for two" if axiom in self.only_two else "no"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A way to an agreement that is no rule on gains of packages: it stands beside the concepts.

    `name`: the function that runs it. `definition`, `needs` (what a space must be) and `source` for people.
    """

    name: str
    title: str
    definition: str
    needs: str
    source: str
    compares_parties: bool = False


def largest(values: FloatArray) -> IntArray:
    """Rows with the largest value, all ties within TOLERANCE.

    >>> largest(np.array([1.0, 3.0, 3.0])).tolist()
    [1, 2]
    """
    return np.flatnonzero(values >= values.max() - TOLERANCE).astype(np.int64)


def leximin(values: FloatArray) -> IntArray:
    """Rows (k, n) whose smallest value is largest, then the second smallest, and so on; all ties.

    >>> leximin(np.array([[1.0, 9.0], [2.0, 2.0], [3.0, 2.0], [2.0, 3.0]])).tolist()
    [2, 3]
    """
    ordered = np.sort(values, axis=1)
    rows = np.arange(len(values), dtype=np.int64)
    for place in range(values.shape[1]):
        rows = rows[largest(ordered[rows, place])]
    return rows


def largest_product(gains: FloatArray, power: FloatArray) -> IntArray:
    """Rows (k, n) with the largest product of gains to the power (n,) > 0; where no row gives everybody
    more than 0, the rows that leave most parties better off, and of these the largest product over
    those; all ties.

    >>> largest_product(np.array([[4.0, 2.0], [2.0, 5.0]]), np.array([2.0, 1.0])).tolist()
    [0]
    """
    better = gains > TOLERANCE
    most = most_gain(better)
    logs = np.log(np.where(better, gains, 1.0)) @ power
    return most[largest(logs[most])].astype(np.int64)


def who_is_left_out(gains: FloatArray, rows: IntArray) -> str:
    """Says when a product leaves parties out, and when which ones depends on the units of points."""
    better = gains > TOLERANCE
    out = int((~better[rows]).sum(axis=1).max())
    if not out:
        return ""
    many = len(np.unique(better[most_gain(better)], axis=0)) > 1
    units = "; who is left out depends on whose points are counted how" if many else ""
    return f"no package lets everybody gain: product over all but {out}{units}"


def most_gain(better: NDArray[np.bool_]) -> IntArray:
    """Rows (k, n) in which most parties gain."""
    count = better.sum(axis=1)
    return np.flatnonzero(count == count.max()).astype(np.int64)
