"""The programs: each finds frontier, Nash and Kalai–Smorodinsky points of `Numbers`, as it would be used."""

from __future__ import annotations

from itertools import product
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.compare.spaces import Numbers
from detente.deals import DealSpace, find_frontier, solve

FloatArray = NDArray[np.float64]
Found = tuple[float, FloatArray, dict[str, FloatArray], str]
"""Seconds, frontier points in lexicographic order, points of concepts, what to say of it."""


def by_detente(space: DealSpace) -> Found:
    """Frontier and both solutions from one deal space."""
    start = perf_counter()
    front = find_frontier(space)
    points = {
        concept: solve(space, concept, frontier=front).gains for concept in ("nash", "kalai_smorodinsky")
    }
    took = perf_counter() - start
    proof = front.status if front.status == "exact" else f"within {front.epsilon:.2g}"
    return took, _sorted(front.utilities), points, f"{front.engine}, {proof}"


def by_listing(numbers: Numbers, chunk: int = 1 << 18) -> Found:
    """Every outcome in NumPy, filtered by paretoset as it goes."""
    from paretoset import paretoset

    start = perf_counter()
    issues, options, parties = numbers.unary.shape
    kept = np.zeros((0, parties))
    for first in range(0, numbers.outcomes, chunk):
        at = np.arange(first, min(first + chunk, numbers.outcomes))
        rows = np.stack(np.unravel_index(at, (options,) * issues), axis=1)
        kept = np.concatenate([kept, _worth(numbers, rows)])
        kept = kept[paretoset(kept, sense=["max"] * parties, distinct=True)]
    ideal = kept.max(axis=0)
    points = {
        "nash": kept[[int(np.prod(kept, axis=1).argmax())]],
        "kalai_smorodinsky": kept[[int((kept / ideal).min(axis=1).argmax())]],
    }
    return perf_counter() - start, _sorted(kept), points, "lists all"


def _worth(numbers: Numbers, rows: NDArray[np.int64]) -> FloatArray:
    issues = np.arange(rows.shape[1])
    total: FloatArray = numbers.unary[issues, rows].sum(axis=1)
    for (i, j), table in numbers.links.items():
        total += table[rows[:, i], rows[:, j]]
    for ends, value in numbers.boxes:
        inside = np.ones(len(rows), dtype=bool)
        for issue, (low, high) in ends.items():
            inside &= (rows[:, issue] >= low) & (rows[:, issue] <= high)
        total += inside[:, None] * value
    return total


def negmas_ufuns(numbers: Numbers) -> tuple[list[Any], list[Any]]:
    """Issues and utility functions, one of its classes for each kind of space."""
    from negmas.outcomes import make_issue, make_os
    from negmas.preferences import (
        GLAUtilityFunction,
        HyperRectangleUtilityFunction,
        LinearAdditiveUtilityFunction,
    )

    count, options, parties = numbers.unary.shape
    issues = [make_issue(options, f"i{k}") for k in range(count)]
    space = make_os(issues)
    ufuns: list[Any] = []
    for p in range(parties):
        shared = {"outcome_space": space, "reserved_value": 0.0}
        if numbers.boxes:
            own = [(ends, v[p]) for ends, v in numbers.boxes if v[p]]
            # Its ranges are open; half a step more makes them the closed ones meant.
            ranges = [{i: (lo - 0.5, hi + 0.5) for i, (lo, hi) in ends.items()} for ends, _ in own]
            ufuns.append(HyperRectangleUtilityFunction(ranges, [float(v) for _, v in own], **shared))
        elif numbers.links:
            factors = [
                (pair, {(a, b): float(t[a, b, p]) for a, b in product(range(options), repeat=2)})
                for pair, t in numbers.links.items()
            ]
            ufuns.append(GLAUtilityFunction(factors, **shared))
        else:
            values = [{o: float(numbers.unary[i, o, p]) for o in range(options)} for i in range(count)]
            ufuns.append(LinearAdditiveUtilityFunction(values, weights=[1.0] * count, **shared))
    return issues, ufuns


def by_negmas(numbers: Numbers) -> Found:
    """Its own frontier, Nash points and Kalai–Smorodinsky points."""
    from negmas.preferences.ops import ks_points, nash_points, pareto_frontier

    issues, ufuns = negmas_ufuns(numbers)
    start = perf_counter()
    points, _ = pareto_frontier(ufuns, issues=issues)
    ranges = [u.minmax() for u in ufuns]
    nash = nash_points(ufuns, points, ranges=ranges)
    shares = ks_points(ufuns, points, ranges=ranges)
    took = perf_counter() - start
    told = {"nash": _points(nash), "kalai_smorodinsky": _points(shares)}
    return took, _sorted(np.array(points)), told, "lists all"


def by_negmas_search(numbers: Numbers) -> Found:
    """Its search for two additive parties (IPS), which rounds utilities to three decimals."""
    from negmas.preferences.pareto_sampler.ips import IPSParetoSampler

    _, ufuns = negmas_ufuns(numbers)
    start = perf_counter()
    sampler = IPSParetoSampler()
    sampler.init(*ufuns)
    outcomes = sampler.pareto_outcomes()
    took = perf_counter() - start
    rows = np.array(outcomes, dtype=np.int64)
    return took, _sorted(_worth(numbers, rows)), {}, "rounds to three decimals"


def _points(given: Any) -> FloatArray:
    return np.array([point for point, _ in given], dtype=np.float64)


def _sorted(points: FloatArray) -> FloatArray:
    distinct: FloatArray = np.unique(np.round(points, 9), axis=0)
    return distinct
