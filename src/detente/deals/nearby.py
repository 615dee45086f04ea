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
)
from detente.deals.space import DealSpace, gains

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
    """What stands in the way of packages: `hit` (packages, labels) which of `labels` does,
    `impossible` (packages,) where nobody's yes would help (forbidden, or no deal at all)."""

    labels: tuple[Obstacle, ...]
    hit: BoolArray
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
    refused: BoolArray = np.zeros((len(rows), len(space.consenters)), dtype=np.bool_)
    for p in space.table:
        refused[:, p] |= own[:, p] < max(float(space.margin[p]), 0.0) - TOLERANCE
    for rule in space.consents:
        called = np.isin(rows[:, rule.issue], rule.options)
        refused[:, rule.by] |= called & ~rule_accepts(space, rule, values)
    for place, keep in enumerate(space.keeps):
        held = np.isin(rows[:, keep.issue], keep.holds)
        refused[:, keep.by] |= held & (keep_values(space, rows, place, own) < -TOLERANCE)
    strings: BoolArray = np.zeros((len(rows), len(names)), dtype=np.bool_)
    for condition in space.conditions:
        strings[:, names.index(condition.name)] |= broken(rows, condition.when, condition.then)
    impossible = is_no_deal(space, rows, own)
    for pattern in space.forbid:
        impossible |= matches(rows, pattern)
    labels = [("refusal", name) for name in space.consenters] + [("condition", name) for name in names]
    return Obstacles(tuple(labels), np.concatenate([refused, strings], axis=1), impossible)


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
