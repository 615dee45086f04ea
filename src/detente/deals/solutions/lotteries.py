"""Lotteries over two packages: what the convex theory mixes, where one package alone is too coarse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.solutions.concept import Concept, Mixing, largest
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Lots = tuple[IntArray, FloatArray]
"""Rows (m, 2) that are drawn from, and the probability (m,) of the first."""

MOST_PACKAGES = 1_200
"""With three or more at the table, lotteries are looked for among this many packages: 720,000 pairs."""

CELLS = 1 << 20
"""Numbers in the largest array that pairs are compared in."""

HALVINGS = 53
"""Halvings of the interval that a probability lies in: all that a double can tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """The best lotteries over at most two rows of gains (k, table).

    `rows` (m, 2) and `probability` (m, 2), which sums to 1; where no lottery does better than the best
    single rows, these stand twice, with probability 1 and 0. `gains` (m, table) expected. `value`: what the
    concept makes large: for products the gain that, were it everybody's, would give the same product
    (over those who gain), for leximin the smallest unit × gain, else the sum of unit × gain.
    `value_of_one`: the same of the best single row. `bound`: what no lottery over any number of rows
    exceeds. `more_gain`: how many more gain than with a single row. `searched`: rows that were paired.
    """

    rows: IntArray
    probability: FloatArray
    gains: FloatArray
    value: float
    value_of_one: float
    bound: float
    more_gain: int
    searched: int

    @property
    def better(self) -> bool:
        """Whether a lottery does better than every single row."""
        return bool((self.rows[:, 0] != self.rows[:, 1]).any())


def mix(concept: Concept, gains: FloatArray, numbers: FloatArray) -> Mixture:
    """The best lotteries over two rows of gains (k, table) ≥ 0, k ≥ 1, as the concept ranks expected gains.

    `numbers` (table,): stakes, or bargaining weights for concepts `by_weights`. Lotteries with equal
    expected gains stand once. With two at the table only neighbours on the concave hull can be best, and
    mixing more rows adds nothing. With more, all pairs of up to MOST_PACKAGES rows (the best single ones)
    are compared; `bound` says what mixing more could add. A product is concave in the probability, so
    halving finds its top; for leximin the best probability is 0, 1 or one at which two parties are
    equally well off, so these are compared; a sum is never larger than at the better row.
    Raises InputError for a concept that does not say how it ranks lotteries.
    Cost: k log k for two at the table; for n, k² × n² (halving: k² × n × 53 at worst).
    Source: Nash (1950) for expected gains; Imai (1983) for leximin. It will NOT find lotteries over three
    rows, nor over packages that somebody would refuse once the lot has fallen.

    >>> from detente.deals.solutions.nash import CONCEPT
    >>> mix(CONCEPT, np.array([[8.0, 0.0], [3.0, 3.0], [0.0, 8.0]]), np.ones(2)).gains.tolist()
    [[4.0, 4.0]]
    """
    mixing = concept.mixing
    if mixing is None:
        raise InputError(f"lottery must come with a concept that ranks lotteries, got {concept.name}")
    unit, pure = mixing.unit(gains, numbers), concept.choose(gains, numbers)
    best: Lots = (np.stack([pure, pure], axis=1), np.ones(len(pure)))
    among = np.arange(0)
    if mixing.kind != "sum" and gains.shape[1] > 1:
        among = _among(mixing, gains, unit, pure)
        for pairs in _neighbours(gains, among) if gains.shape[1] == 2 else _all_pairs(gains, among):
            best = _better_of(mixing, gains, unit, best, pairs)
    expected = _expected(gains, best)
    if (best[0][:, 0] != best[0][:, 1]).any():
        first = np.sort(np.unique(np.round(expected, 9), axis=0, return_index=True)[1])
        best, expected = (best[0][first], best[1][first]), expected[first]
    value = _value(mixing, unit, expected[0])
    exact = gains.shape[1] < 3 or mixing.kind == "sum"
    return Mixture(
        rows=best[0],
        probability=np.stack([best[1], 1.0 - best[1]], axis=1),
        gains=expected,
        value=value,
        value_of_one=_value(mixing, unit, gains[pure[0]]),
        bound=value if exact else max(value, _bound(mixing, gains, unit, expected[0])),
        more_gain=int((expected[0] > TOLERANCE).sum() - (gains[pure[0]] > TOLERANCE).sum()),
        searched=len(among),
    )


def _expected(gains: FloatArray, lots: Lots) -> FloatArray:
    rows, share = lots
    return share[:, None] * gains[rows[:, 0]] + (1.0 - share)[:, None] * gains[rows[:, 1]]


def _value(mixing: Mixing, unit: FloatArray, expected: FloatArray) -> float:
    if mixing.kind == "sum":
        return float(expected @ unit)
    if mixing.kind == "leximin":
        return float((expected * unit)[unit > 0].min(initial=np.inf)) if (unit > 0).any() else 0.0
    gain = expected > TOLERANCE
    return float(np.exp(np.log(expected[gain]) @ unit[gain] / unit[gain].sum())) if gain.any() else 0.0


def _key(mixing: Mixing, unit: FloatArray, expected: FloatArray) -> FloatArray:
    """(m, places) what lotteries are compared by, the first place first."""
    if mixing.kind == "leximin":
        return np.sort((expected * unit)[:, unit > 0], axis=1)
    gain = expected > TOLERANCE
    return np.stack([gain.sum(axis=1), np.log(np.where(gain, expected, 1.0)) @ unit], axis=1)


def _better_of(mixing: Mixing, gains: FloatArray, unit: FloatArray, best: Lots, pairs: IntArray) -> Lots:
    """The best of what was found and of the lotteries over pairs (m, 2) of rows; of equals what came first
    if it is no lottery, else all."""
    found = (
        _topped(gains, unit, best, pairs) if mixing.kind == "product" else _crossed(gains, unit, best, pairs)
    )
    if not len(found[1]):
        return best
    both: Lots = (np.concatenate([best[0], found[0]]), np.concatenate([best[1], found[1]]))
    key = _key(mixing, unit, _expected(gains, both))
    rows = np.arange(len(key))
    for place in range(key.shape[1]):
        rows = rows[largest(key[rows, place])]
    single = rows[both[0][rows, 0] == both[0][rows, 1]]
    rows = single if len(single) else rows
    return both[0][rows], both[1][rows]


def _topped(gains: FloatArray, power: FloatArray, best: Lots, pairs: IntArray) -> Lots:
    """For each pair the probability of the first that makes the product largest, if inside 0..1.

    Where the best so far gives everybody something, a pair of rows that both lie below the plane that
    touches its product there has no lottery above it.
    """
    level = _expected(gains, best)[0]
    if (level > TOLERANCE).all():
        above = (gains / level) @ power > power.sum() * (1.0 + TOLERANCE)
        pairs = pairs[above[pairs].any(axis=1)]
    first, second = gains[pairs[:, 0]], gains[pairs[:, 1]]
    share = _of_two(first, second, power) if gains.shape[1] == 2 else _halve(first, second, power)
    inside = (share > TOLERANCE) & (share < 1.0 - TOLERANCE)
    return pairs[inside], share[inside]


def _of_two(first: FloatArray, second: FloatArray, power: FloatArray) -> FloatArray:
    """(m,) where the slope of the product of two is 0; neighbours on the hull trade one for the other."""
    (a, b), (x, y), (s, t) = power, (first - second).T, second.T
    top: FloatArray = -(a * x * t + b * y * s) / ((a + b) * x * y)
    return top


def _halve(first: FloatArray, second: FloatArray, power: FloatArray) -> FloatArray:
    """(m,) where the slope of the product of all who gain changes its sign, by halving 0..1."""
    counted = np.where((first > TOLERANCE) | (second > TOLERANCE), power, 0.0)
    change = first - second
    low, high = np.zeros(len(first)), np.ones(len(first))
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        there = np.maximum(second + middle[:, None] * change, 1e-200)
        rising = (counted * change / there).sum(axis=1) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return (low + high) / 2.0


def _crossed(gains: FloatArray, unit: FloatArray, best: Lots, pairs: IntArray) -> Lots:
    """For each pair every probability of the first, inside 0..1, at which two parties are equally well
    off, and no worse than the worst off is with the best so far."""
    level = (_expected(gains, best)[0] * unit)[unit > 0].min(initial=np.inf) - TOLERANCE
    scaled = np.ascontiguousarray((gains * unit)[:, unit > 0].T)
    first, second = scaled[:, pairs[:, 0]], scaled[:, pairs[:, 1]]
    rows, shares = [pairs[:0]], [np.zeros(0)]
    for p in range(len(scaled)):
        for q in range(p):
            ahead, behind = first[p] - first[q], second[p] - second[q]
            cross = np.flatnonzero(ahead * behind < 0)
            share = behind[cross] / (behind[cross] - ahead[cross])
            both = share * first[p, cross] + (1.0 - share) * second[p, cross]
            rows.append(pairs[cross[both >= level]])
            shares.append(share[both >= level])
    return np.concatenate(rows), np.concatenate(shares)


def _among(mixing: Mixing, gains: FloatArray, unit: FloatArray, pure: IntArray) -> IntArray:
    """The rows that are paired: all, or of many the best as the concept ranks them, and everybody's best."""
    if gains.shape[1] == 2 or len(gains) <= MOST_PACKAGES:
        return np.arange(len(gains), dtype=np.int64)
    ranked = np.lexsort(-_key(mixing, unit, gains).T[::-1])
    wanted = np.concatenate([pure, gains.argmax(axis=0), ranked])
    first = np.sort(np.unique(wanted, return_index=True)[1])[:MOST_PACKAGES]
    return np.sort(wanted[first]).astype(np.int64)


def _neighbours(gains: FloatArray, among: IntArray) -> Iterator[IntArray]:
    """Pairs (m, 2) of neighbours on the upper concave hull of points in the plane (Andrew 1979)."""
    hull: list[int] = []
    for row in among[np.lexsort((gains[among, 1], gains[among, 0]))].tolist():
        while hull and gains[hull[-1], 1] <= gains[row, 1]:
            hull.pop()
        while len(hull) > 1 and not _turns_right(*gains[[hull[-2], hull[-1], row]]):
            hull.pop()
        hull.append(row)
    if len(hull) > 1:
        yield np.stack([hull[:-1], hull[1:]], axis=1).astype(np.int64)


def _turns_right(a: FloatArray, b: FloatArray, c: FloatArray) -> bool:
    return bool((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) < 0)


def _all_pairs(gains: FloatArray, among: IntArray) -> Iterator[IntArray]:
    """Every pair of rows, as (m, 2), some at a time."""
    first, second = np.triu_indices(len(among), k=1)
    parties = gains.shape[1]
    size = CELLS // (parties * parties)
    for start in range(0, len(first), size):
        some = slice(start, start + size)
        yield np.stack([among[first[some]], among[second[some]]], axis=1)


def _bound(mixing: Mixing, gains: FloatArray, unit: FloatArray, best: FloatArray) -> float:
    """What no lottery over any number of rows exceeds, told in the terms of `value`.

    Products: the mean of logs is at most the log of the mean, so that none exceeds the best by more than
    the row that lies furthest above the plane that touches the product there. Leximin: the smallest
    unit × gain that any lottery reaches, by linear programming. Infinite where more could gain.
    """
    if mixing.kind == "leximin":
        return _largest_minimum((gains * unit)[:, unit > 0])
    counted = best > TOLERANCE
    if (gains[:, ~counted] > TOLERANCE).any():
        return np.inf
    if not counted.any():
        return 0.0
    share = unit[counted] / unit[counted].sum()
    level = float(np.exp(np.log(best[counted]) @ share))
    return level * float(((gains[:, counted] / best[counted]) @ share).max())


def _largest_minimum(scaled: FloatArray) -> float:
    """The largest smallest expectation over lotteries on rows (k, n), by linear programming (HiGHS)."""
    from scipy.optimize import linprog

    rows, parties = scaled.shape
    if not parties:
        return 0.0
    # Unknown: a probability for every row, then the smallest expectation, which is made large.
    found = linprog(
        c=np.append(np.zeros(rows), -1.0),
        A_ub=np.hstack([-scaled.T, np.ones((parties, 1))]),
        b_ub=np.zeros(parties),
        A_eq=np.append(np.ones(rows), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0.0, None)] * (rows + 1),
        method="highs",
    )
    return np.inf if found.x is None else float(found.x[-1])
