"""Exchange rates between issues: a rung of one in rungs of another, and the swaps that pay two parties."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, acceptable, as_rows, matches
from detente.deals.ensemble import draw_gains
from detente.deals.space import DealSpace, gains, index_of, utilities
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ENDS = (0.1, 0.5, 0.9)
DECIMALS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What one rung on each issue costs `party` around a package, and how many rungs elsewhere make good.

    Rows i are the issue that moves by `step` rungs (+1 or −1), columns j the issue that compensates. `at`
    (issues,) the package. `points` (issues,) what the move costs (negative: it gains; NaN where the ladder
    ends), `points_low`, `points_high` its 10 % and 90 % points over draws. `rungs` (issues, issues) fewest
    rungs on j, up or down, that make the party whole; 0 where nothing need be made good, NaN where no option
    of j suffices and on the diagonal. `to` (issues, issues) the option of j, −1 likewise. `median`, `low`,
    `high` (issues, issues): of the fewest rungs over draws, NaN where so large a share of the draws has none;
    `possible` (issues, issues): share of draws with one. Without draws these tell the mean alone.
    """

    party: str
    issues: tuple[str, ...]
    at: IntArray
    step: int
    points: FloatArray
    points_low: FloatArray
    points_high: FloatArray
    rungs: FloatArray
    to: IntArray
    median: FloatArray
    low: FloatArray
    high: FloatArray
    possible: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Swap:
    """Two issues settled otherwise so that both parties gain. `issues` and `options` in pairs (the same issue
    twice: a single change that pays both). `gains` (2,) points of the first and the second party against the
    package around it, `alone` (2, 2) those of each change by itself (issues, parties). `both`: share of draws
    in which both gain (of one mean value without draws). `needs_both`: neither change alone pays both.
    `acceptable`: whether all needed accept the package then. `change` (parties,) points of everybody.
    """

    issues: tuple[str, str]
    options: tuple[str, str]
    gains: FloatArray
    alone: FloatArray
    both: float
    needs_both: bool
    acceptable: bool
    change: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """For each pair of issues the swap that pays both parties best.

    `gains` (issues, issues, 2) points of the first and the second party, NaN where no swap pays both; the
    diagonal holds single changes. `both` (issues, issues) share of draws in which both gain, 0 where none.
    `swaps`: the same as a list, largest smaller gain first.
    """

    parties: tuple[str, str]
    issues: tuple[str, ...]
    gains: FloatArray
    both: FloatArray
    swaps: tuple[Swap, ...]


def exchange_rates(space: DealSpace, *, party: str, at: IntArray, step: int = 1) -> Rates:
    """What one rung of each issue costs a party around a package, told in rungs of every other issue.

    `at` (issues,), `step` +1 (further up the ladder) or −1. Both issues change together, so links between
    them count. Raises InputError for unknown names or another step. Cost: issues × options of the space
    evaluations, times draws where there are any; memory draws × options. Source: MODEL section 4 (price);
    marginal rates of substitution between issues as in Raiffa (1982) ch. 11, on ladders.
    It will NOT find compensation that needs two issues at once (`least_compensation` does).

    >>> unary = [[[0], [-2]], [[0], [1], [3]]]
    >>> space = DealSpace.from_arrays(options=[2, 3], unary=unary, no_deal=[0])
    >>> rates = exchange_rates(space, party="party0", at=np.array([0, 0]))
    >>> rates.points.tolist(), rates.rungs.tolist()
    ([2.0, -1.0], [[nan, 2.0], [0.0, nan]])
    """
    if step not in (-1, 1):
        raise InputError(f"step must be 1 or -1, got {step}")
    p, row = index_of(party, space.parties, "party"), as_rows(space, at)[0]
    n = len(space.issues)
    points, found = np.full((3, n), np.nan), np.full((4, n, n), np.nan)
    to, possible = np.full((n, n), -1, dtype=np.int64), np.zeros((n, n))
    for i, size in enumerate(space.sizes):
        if not 0 <= row[i] + step < size:
            continue
        moved = row.copy()
        moved[i] += step
        rows, owner = _ladders(space, moved, i)
        mean, drawn = _left(space, np.concatenate([row[None], moved[None], rows]), p)
        points[:, i] = -mean[0], *_quantiles(-drawn[:, :1])[[0, 2], 0]
        for j in range(n):
            mine = np.flatnonzero(owner == j) + 1
            if j != i:
                steps = np.abs(np.arange(space.sizes[j]) - row[j])
                best, to[i, j] = _nearest(mean[mine], steps)
                each = np.where(drawn[:, mine] >= -TOLERANCE, steps, np.inf).min(axis=1)
                found[:, i, j] = best, *_quantiles(each[:, None])[:, 0]
                possible[i, j] = np.isfinite(each).mean()
    found[np.isinf(found)] = np.nan
    return Rates(
        party=party,
        issues=space.issues,
        at=row,
        step=step,
        points=points[0],
        points_low=points[1],
        points_high=points[2],
        rungs=found[0],
        to=to,
        low=found[1],
        median=found[2],
        high=found[3],
        possible=possible,
    )


def _ladders(space: DealSpace, moved: IntArray, held: int) -> tuple[IntArray, IntArray]:
    """(m, issues) the package with each issue but one at each of its options, and (m,) which issue."""
    pairs = [(j, o) for j, size in enumerate(space.sizes) if j != held for o in range(size)]
    owner, options = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    rows = np.repeat(moved[None], len(owner), axis=0)
    rows[np.arange(len(owner)), owner] = options
    return rows, owner


def _left(space: DealSpace, rows: IntArray, party: int) -> tuple[FloatArray, FloatArray]:
    """(m − 1,) points of all rows but the first above the first, and (draws, m − 1) the same per draw."""
    worth = utilities(space, rows)[:, party]
    mean: FloatArray = worth[1:] - worth[0]
    if space.ensemble is None:
        return mean, mean[None]
    drawn = draw_gains(space, rows, party)
    each: FloatArray = drawn[:, 1:] - drawn[:, :1]
    return mean, each


def _nearest(left: FloatArray, steps: IntArray) -> tuple[float, int]:
    """Fewest rungs that leave nothing missing and the option; ties to the larger surplus; inf, −1 if none."""
    whole = np.flatnonzero(left >= -TOLERANCE)
    if not len(whole):
        return np.inf, -1
    best = int(whole[np.lexsort((-left[whole], steps[whole]))[0]])
    return float(steps[best]), best


def _quantiles(values: FloatArray) -> FloatArray:
    """(3, m) 10 %, 50 % and 90 % points over the first axis, each one of the values (which may be inf)."""
    ordered = np.sort(values, axis=0)
    places = [max(int(np.ceil(q * len(ordered))) - 1, 0) for q in ENDS]
    picked: FloatArray = ordered[places]
    return picked


def trade_matrix(space: DealSpace, *, first: str, second: str, at: IntArray) -> Trades:
    """For each pair of issues the swap that two parties gain by most, around a package `at` (issues,).

    Both issues change, to any of their options, the rest stays; both must gain. Of several, the one with
    the largest smaller gain, then the largest sum, then the first in order of options. What is forbidden is
    left out; whether everybody needed would accept is told, not required. Raises InputError for unknown
    names or twice the same party. Cost: Σ over pairs of options × options evaluations; draws only for the
    swaps chosen. Source: log-rolling, Tollison & Willett (1979), International Organization 33; pairwise
    exchange after Stokman & van Oosten (1994). It will NOT find swaps over three or more issues.

    >>> unary = [[[0, 0], [-1, 3]], [[0, 0], [3, -1]]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0])
    >>> trades = trade_matrix(space, first="party0", second="party1", at=np.array([0, 0]))
    >>> trades.gains[0, 1].tolist(), trades.swaps[0].needs_both
    ([2.0, 2.0], True)
    """
    pair = [index_of(first, space.parties, "party"), index_of(second, space.parties, "party")]
    if pair[0] == pair[1]:
        raise InputError(f"first and second must be two parties, got {first} twice")
    row, n = as_rows(space, at)[0], len(space.issues)
    where, chosen = _best_swaps(space, row, pair)
    won, both = np.full((n, n, 2), np.nan), np.zeros((n, n))
    swaps = _swaps(space, row, chosen, where, pair) if where else ()
    for (i, j), swap in zip(where, swaps, strict=True):
        won[i, j], won[j, i] = swap.gains, swap.gains
        both[i, j] = both[j, i] = swap.both
    ranked = sorted(swaps, key=lambda s: (-round(float(s.gains.min()), 9), -round(float(s.gains.sum()), 9)))
    return Trades((first, second), space.issues, won, both, tuple(ranked))


def _best_swaps(space: DealSpace, row: IntArray, pair: list[int]) -> tuple[list[tuple[int, int]], IntArray]:
    """Pairs of issues where a change of both (of the one, if twice the same) pays both parties, and (pairs,
    issues) the package with the best such change."""
    pairs, blocks = [], []
    for i, j in combinations_with_replacement(range(len(row)), 2):
        choices = [
            (a, b)
            for a, b in product(range(space.sizes[i]), range(space.sizes[j]))
            if a != row[i] and b != row[j] and (i != j or a == b)
        ]
        if choices:
            block = np.repeat(row[None], len(choices), axis=0)
            block[:, [i, j]] = choices
            pairs.append((i, j))
            blocks.append(block)
    rows = np.concatenate([*blocks, row[None]])
    worth = np.round(_change(space, row, rows)[:, pair], DECIMALS)
    pays: BoolArray = np.asarray((worth > TOLERANCE).all(axis=1), dtype=np.bool_)
    for pattern in space.forbid:
        pays &= ~matches(rows, pattern)
    # Of each pair the first package in order of smaller gain, then sum, both falling, then of options.
    owner = np.repeat(np.arange(len(pairs) + 1), [*map(len, blocks), 1])
    order = np.lexsort((-worth.sum(axis=1), -worth.min(axis=1), owner))
    order = order[pays[order]]
    first = order[np.unique(owner[order], return_index=True)[1]]
    return [pairs[k] for k in owner[first]], rows[first]


def _swaps(
    space: DealSpace, row: IntArray, rows: IntArray, where: list[tuple[int, int]], pair: list[int]
) -> tuple[Swap, ...]:
    """One Swap per chosen package, in order of `where`."""
    together = _change(space, row, rows)
    ok = acceptable(space, rows)
    drawn = _drawn_change(space, row, rows, pair)
    singles = np.repeat(row[None, None], len(rows), axis=0).repeat(2, axis=1)
    for k, issues in enumerate(where):
        singles[k, [0, 1], issues] = rows[k, list(issues)]
    apart = _change(space, row, singles.reshape(-1, len(row)))[:, pair].reshape(-1, 2, 2)
    found = []
    for k, (i, j) in enumerate(where):
        alone = apart[k]
        found.append(
            Swap(
                issues=(space.issues[i], space.issues[j]),
                options=(space.options[i][rows[k, i]], space.options[j][rows[k, j]]),
                gains=together[k, pair],
                alone=alone,
                both=float((drawn[:, k] > TOLERANCE).all(axis=1).mean()),
                needs_both=not (alone > TOLERANCE).all(axis=1).any(),
                acceptable=bool(ok[k]),
                change=together[k],
            )
        )
    return tuple(found)


def _change(space: DealSpace, row: IntArray, rows: IntArray) -> FloatArray:
    """(m, parties) points by which packages differ from one."""
    return gains(space, rows) - gains(space, row)


def _drawn_change(space: DealSpace, row: IntArray, rows: IntArray, pair: list[int]) -> FloatArray:
    """(draws, m, 2) the same for two parties in every draw."""
    if space.ensemble is None:
        return _change(space, row, rows)[None][:, :, pair]
    both = np.concatenate([row[None], rows])
    drawn = np.stack([draw_gains(space, both, p) for p in pair], axis=-1)
    change: FloatArray = drawn[:, 1:] - drawn[:, :1]
    return change
