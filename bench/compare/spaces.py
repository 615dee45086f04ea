"""Spaces made from a seed, as numbers that every program here can be given."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.deals import BoxFactor, DealSpace

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Numbers:
    """A space before any program has seen it. `unary` (issues, options, parties); `links` pairs of issues
    to (options, options, parties); `boxes` (low, high) by issue, with (parties,) bonus."""

    name: str
    unary: FloatArray
    links: dict[tuple[int, int], FloatArray]
    boxes: tuple[tuple[dict[int, tuple[int, int]], FloatArray], ...]

    @property
    def parties(self) -> int:
        return int(self.unary.shape[2])

    @property
    def outcomes(self) -> int:
        return int(self.unary.shape[1]) ** len(self.unary)

    def space(self) -> DealSpace:
        """The same numbers as a deal space with reservation value 0 and no status quo."""
        boxes = [
            BoxFactor(tuple(ends), tuple(e[0] for e in ends.values()), tuple(e[1] for e in ends.values()), v)
            for ends, v in self.boxes
        ]
        issues, options, parties = self.unary.shape
        return DealSpace.from_arrays(
            options=[options] * issues,
            unary=list(self.unary),
            links=self.links,
            boxes=boxes,
            no_deal=[0.0] * parties,
            status_quo=False,
        )


def additive(issues: int, options: int, parties: int, seed: int = 1) -> Numbers:
    """Every issue counts for itself."""
    rng = np.random.default_rng(seed)
    unary = rng.random((issues, options, parties)) / issues
    return Numbers(f"additive, {parties} parties", unary, {}, ())


def linked(issues: int, options: int, parties: int, seed: int = 1) -> Numbers:
    """Every pair of issues is linked."""
    rng = np.random.default_rng(seed)
    pairs = list(combinations(range(issues), 2))
    links = {pair: rng.random((options, options, parties)) / len(pairs) for pair in pairs}
    unary = np.zeros((issues, options, parties))
    return Numbers(f"all pairs linked, {parties} parties", unary, links, ())


def boxed(issues: int, options: int, parties: int, boxes: int = 50, seed: int = 1) -> Numbers:
    """`boxes` bonuses for each party, each over two to four issues."""
    rng = np.random.default_rng(seed)
    found = []
    for party in range(parties):
        for _ in range(boxes):
            scope = sorted(int(i) for i in rng.choice(issues, int(rng.integers(2, 5)), replace=False))
            ends = {}
            for issue in scope:
                low, high = np.sort(rng.integers(0, options, 2))
                ends[issue] = (int(low), int(high))
            value = np.zeros(parties)
            value[party] = float(rng.integers(1, 100)) / 1000.0
            found.append((ends, value))
    unary = np.zeros((issues, options, parties))
    return Numbers(f"{boxes} boxes each, {parties} parties", unary, {}, tuple(found))
