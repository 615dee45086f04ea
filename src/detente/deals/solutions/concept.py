"""What a solution concept is: a rule on gains with its source and the axioms that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Choose = Callable[[FloatArray, FloatArray], IntArray]
"""From gains (k, table) ≥ 0, k ≥ 1, and stakes (table,) to the chosen rows, all ties, ascending."""

Gains = tuple[tuple[float, ...], ...]
"""Rows are packages, columns are parties."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A way of choosing among acceptable packages by what each party at the table gains.

    `choose`: the rule (for concepts `for_party`, the party is the first column). `definition` and
    `source` for people. `axioms`: names from `axioms.py` that hold on every finite set of gains;
    `fails`: the others, each with gains on which it can be seen to fail. `compares_parties`: points
    of different parties are weighed against each other, so stakes matter. `note`: what to say of a
    particular result, given the gains chosen from and the rows chosen.
    """

    name: str
    title: str
    definition: str
    source: str
    choose: Choose
    axioms: tuple[str, ...]
    fails: Mapping[str, Gains] = field(default_factory=dict)
    compares_parties: bool = False
    for_party: bool = False
    note: Callable[[FloatArray, IntArray], str] = lambda gains, rows: ""


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
