"""The packages around one package, and what stands in the way of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import (
    TOLERANCE,
    as_rows,
    broken,
    consenter_gains,
    is_no_deal,
    keep_values,
    matches,
    rule_accepts,
    rule_value,
)
from detente.deals.space import DealSpace, among, gains

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Obstacle = tuple[str, str]
"""("refusal", consenter) or ("condition", name of the condition)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One issue settled otherwise: option names before and after."""

    issue: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, eq=False)
class Obstacles:
    """What stands in the way of packages: `hit` (packages, labels) which of `labels` does, `short`
    (packages, labels) the points that a refuser misses (its worst reason; 0 for conditions and for who
    does not refuse; inf where no points would help), `impossible` (packages,) where nobody's yes would
    help (forbidden, or no deal at all)."""

    labels: tuple[Obstacle, ...]
    hit: BoolArray
    short: FloatArray
    impossible: BoolArray


def ball(
    space: DealSpace, package: IntArray, *, limit: int, radius: int | None = None
) -> tuple[IntArray, IntArray]:
    """(m, issues) all packages within some number of changed issues, and (m,) that number, ascending.

    The number is the largest for which at most `limit` packages result, at least 1 and at most
    `radius`. Cost: m × issues.

    >>> space = DealSpace.from_arrays(options=[2, 3], unary=[[[0]] * 2, [[0]] * 3], no_deal=[0])
    >>> ball(space, np.array([0, 0]), limit=4)[0].tolist()
    [[0, 0], [1, 0], [0, 1], [0, 2]]
    """
    row = as_rows(space, package)[0]
    most = len(row) if radius is None else min(radius, len(row))
    sizes = _shell_sizes(space.sizes)
    reach = max([1, *(d for d in range(len(row) + 1) if sum(sizes[: d + 1]) <= limit)])
    shells = [row[None]]
    for distance in range(1, min(most, reach) + 1):
        for issues in combinations(range(len(row)), distance):
            shells.append(_changed(space, row, issues))
    rows = np.concatenate(shells)
    return rows, (rows != row).sum(axis=1).astype(np.int64)


def obstacles(space: DealSpace, packages: IntArray) -> Obstacles:
    """What stands in the way of each package, by consenter and by condition.

    A party's no counts once, whether it gains too little, withholds consent or will not keep.
    Nothing hit and nothing impossible = acceptable. Cost: as `acceptable`.
    """
    rows = as_rows(space, packages)
    own, values = gains(space, rows), consenter_gains(space, rows)
    names = tuple(dict.fromkeys(c.name for c in space.conditions))
    short = np.zeros((len(rows), len(space.consenters) + len(names)))
    for p in space.table:
        _miss(short[:, p], own[:, p] - max(float(space.margin[p]), 0.0), None)
    for rule in space.consents:
        called = among(rows[:, rule.issue], rule.options) & ~rule_accepts(space, rule, values)
        _miss(short[:, rule.by], rule_value(space, rule, values), called)
    for place, keep in enumerate(space.keeps):
        held = among(rows[:, keep.issue], keep.holds)
        _miss(short[:, keep.by], keep_values(space, rows, place, own), held)
    refused: BoolArray = short[:, : len(space.consenters)] > 0
    strings: BoolArray = np.zeros((len(rows), len(names)), dtype=np.bool_)
    for condition in space.conditions:
        strings[:, names.index(condition.name)] |= broken(rows, condition.when, condition.then)
    impossible = is_no_deal(space, rows, own)
    for pattern in space.forbid:
        impossible |= matches(rows, pattern)
    labels = [("refusal", name) for name in space.consenters] + [("condition", name) for name in names]
    return Obstacles(tuple(labels), np.concatenate([refused, strings], axis=1), short, impossible)


def _miss(short: FloatArray, above: FloatArray, asked: BoolArray | None) -> None:
    """Raise `short` (packages,) to the points by which `above` (packages,) stays below 0, where asked."""
    missing = (above < -TOLERANCE) if asked is None else (above < -TOLERANCE) & asked
    short[missing] = np.maximum(short[missing], -above[missing])


def changes_between(space: DealSpace, before: IntArray, after: IntArray) -> tuple[Change, ...]:
    """What is settled otherwise in `after`, in order of issues."""
    return tuple(
        Change(space.issues[i], space.options[i][before[i]], space.options[i][after[i]])
        for i in range(len(space.issues))
        if before[i] != after[i]
    )


def _shell_sizes(sizes: tuple[int, ...]) -> list[int]:
    """How many packages differ in exactly 0, 1, … issues."""
    count = [1] + [0] * len(sizes)
    for size in sizes:
        for d in range(len(sizes), 0, -1):
            count[d] += count[d - 1] * (size - 1)
    return count


def _changed(space: DealSpace, row: IntArray, issues: tuple[int, ...]) -> IntArray:
    """Every package that differs from `row` in exactly these issues."""
    choices = [[o for o in range(space.sizes[i]) if o != row[i]] for i in issues]
    grid = np.stack(np.meshgrid(*choices, indexing="ij"), axis=-1).reshape(-1, len(issues))
    rows = np.repeat(row[None], len(grid), axis=0)
    rows[:, list(issues)] = grid
    return rows
