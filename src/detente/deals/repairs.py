"""The fewest changes that make a package acceptable, found by elimination and not by looking around."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import acceptable, as_rows
from detente.deals.nearby import Change, changes_between
from detente.deals.objective import Engine, gain_of, seek
from detente.deals.space import DealSpace, Factor, Pattern, TableFactor, gains, index_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST = 5


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """An acceptable `package` (issues,) reached from another by `changes`, over `rungs` rungs in all, and
    by no part of them alone. `gains` (parties,) points."""

    package: IntArray
    changes: tuple[Change, ...]
    rungs: int
    gains: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Repairs:
    """Repairs of a package by changes, then rungs, then gain. `proven`: no other repair comes before the
    last of them, and if `complete` there is no other at all."""

    repairs: tuple[Repair, ...]
    proven: bool
    complete: bool


def find_repairs(
    space: DealSpace,
    package: IntArray,
    *,
    favour: str | None = None,
    most: int = MOST,
    engine: Engine | None = None,
) -> Repairs:
    """The acceptable packages that need fewest changes from `package`, none of which contains another.

    `package` (issues,), acceptable or not. Order: number of issues changed, then rungs moved, then the gain
    of `favour` (default: the stakes-weighted sum at the table, which compares parties); gains closer than a
    hundred-millionth of their range count as equal. `engine`: what searches (default: elimination, see
    `objective.seek`). A package that changes all that a listed repair changes, and more, is not listed.
    Raises InputError for an unknown party. Cost: one search per repair, each a frontier with a single
    party at the table. Source: MODEL section 4 (fewest changes, then largest gain); the order is that of
    minimal repairs in constraint reasoning.

    >>> unary = [[[0, 0], [3, -1]], [[0, 0], [-1, 2], [-2, 3]]]
    >>> space = DealSpace.from_arrays(options=[2, 3], unary=unary, no_deal=[0, 0])
    >>> [[(c.issue, c.after) for c in r.changes] for r in find_repairs(space, np.array([1, 0])).repairs]
    [[('issue1', 'o1')], [('issue1', 'o2')]]
    """
    row = as_rows(space, package)[0]
    weights = repair_weights(space, favour)
    aim = nearness(space, row, weights)
    left = replace(space, forbid=(*space.forbid, tuple((i, (int(o),)) for i, o in enumerate(row))))
    found: list[IntArray] = []
    proven, complete = True, False
    while len(found) < most:
        sought = seek(left, aim, engine=engine)
        proven &= sought.proven
        if sought.package is None:
            complete = proven
            break
        found.append(sought.package)
        left = replace(left, forbid=(*left.forbid, _changed(row, sought.package)))
    return Repairs(tuple(as_repair(space, row, y) for y in found), proven, complete)


def repair_weights(space: DealSpace, favour: str | None) -> FloatArray:
    """(parties,) how much the gain of each counts among equally near packages."""
    weights = np.zeros(len(space.parties))
    if favour is not None:
        weights[index_of(favour, space.parties, "party")] = 1.0
    else:
        weights[list(space.table)] = space.stakes[list(space.table)]
    return weights


def minimal_repairs(package: IntArray, candidates: IntArray, most: int) -> list[IntArray]:
    """The first `most` of `candidates` (m, issues), given in order of preference, whose changes against
    `package` (issues,) do not contain those of one before. Cost: m × `most`."""
    kept: list[IntArray] = []
    for row in candidates:
        if not any((row[other != package] == other[other != package]).all() for other in kept):
            kept.append(row)
            if len(kept) == most:
                break
    return kept


def nearness(space: DealSpace, row: IntArray, weights: FloatArray) -> tuple[Factor, ...]:
    """An aim that is largest for the fewest changes from `row` (issues,), then the fewest rungs, then the
    largest gain under `weights` (parties,)."""
    rungs = [np.abs(np.arange(size) - o).astype(np.float64) for size, o in zip(space.sizes, row, strict=True)]
    change = 1.0 + sum(float(r.max()) for r in rungs)
    away = [TableFactor((i,), -(r + change * (r > 0))[:, None]) for i, r in enumerate(rungs)]
    gain = gain_of(space, weights)
    spread = sum(_spread(f) for f in gain)
    scale = 0.5 / spread if spread > 0 else 0.0
    return (*away, *(_scaled(f, scale) for f in gain))


def rungs_between(row: IntArray, packages: IntArray) -> IntArray:
    """(m,) rungs from `row` (issues,) to each of `packages` (m, issues)."""
    total: IntArray = np.abs(packages - row).sum(axis=1)
    return total


def as_repair(space: DealSpace, row: IntArray, package: IntArray) -> Repair:
    """A package told as a repair of `row`."""
    rungs = int(np.abs(package - row).sum())
    return Repair(package, changes_between(space, row, package), rungs, gains(space, package)[0])


def is_minimal_repair(space: DealSpace, package: IntArray, repaired: IntArray) -> bool:
    """The checker: `repaired` is acceptable, and putting back any of its changes but not all is not.

    Cost: 2^changes evaluations.
    """
    moved = np.flatnonzero(package != repaired)
    parts = np.repeat(package[None], 2 ** len(moved) - 2, axis=0) if len(moved) else package[None][:0]
    for k, part in enumerate(parts, start=1):
        taken = [i for bit, i in enumerate(moved) if k >> bit & 1]
        part[taken] = repaired[taken]
    return bool(acceptable(space, repaired)[0]) and not acceptable(space, parts).any()


def _changed(row: IntArray, package: IntArray) -> Pattern:
    """What a package settles otherwise than `row`, as a pattern: it matches every package that does so."""
    return tuple((i, (int(package[i]),)) for i in range(len(row)) if package[i] != row[i])


def _spread(factor: Factor) -> float:
    """How far apart two packages can be in one factor of an aim."""
    if isinstance(factor, TableFactor):
        return float(factor.table.max() - factor.table.min())
    return abs(float(factor.value[0]))


def _scaled(factor: Factor, scale: float) -> Factor:
    if isinstance(factor, TableFactor):
        return replace(factor, table=factor.table * scale)
    return replace(factor, value=np.asarray(factor.value) * scale)
