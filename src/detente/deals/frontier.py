"""The frontier (by listing until the elimination is in place)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import brute_frontier
from detente.deals.space import DealSpace, utilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Progress = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    packages: IntArray
    utilities: FloatArray
    gains: FloatArray
    status: str
    epsilon: float
    bound: FloatArray
    multiplicity: IntArray
    work: int


def find_frontier(
    space: DealSpace, *, eligible: bool = True, progress: Progress | None = None
) -> Frontier:
    packages, worth, count = brute_frontier(space, eligible=eligible)
    bound = worth[:, list(space.table)]
    return Frontier(packages, worth, utilities(space, packages) - space.no_deal, "exact", 0.0, bound, count, 0)
