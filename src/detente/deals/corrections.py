"""What would have to give for there to be a deal at all: minimal correction sets and conflicts.

A correction set is a set of refusals and conditions without which some package is acceptable, and none
of which could stay. A conflict is a set of them that together close the zone of agreement, while without
any one of it they would not. Each correction set meets every conflict, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import count_packages, list_packages
from detente.deals.hitting import Mask, members, minimal_hitting_sets
from detente.deals.nearby import Obstacle, ball, obstacles
from detente.deals.objective import Engine, find_any, gain_of, seek
from detente.deals.relaxed import droppable, relax
from detente.deals.space import DealSpace, gains
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LISTED = 1 << 16
MOST = 24
CALLS = 300


@dataclass(frozen=True, slots=True, eq=False)
class CorrectionSet:
    """With `drop` gone `package` (issues,) is acceptable; with any one of it back, no package is.

    `short`: for each dropped, the points that it misses in `package` (0 for a condition, inf where no
    points would help). `gains` (parties,) points.
    """

    drop: tuple[Obstacle, ...]
    short: tuple[float, ...]
    package: IntArray
    gains: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Corrections:
    """Minimal correction sets of a space by size, then by points missed, and its conflicts by size.

    `complete`: these are all of them, and all conflicts too; else more may exist, none smaller than the
    largest listed. `size`: no set with more members was looked for (None: no such bound). `proven`: the
    search settled every question it asked. One empty correction set: there is a deal as things are. None
    at all, complete: what is forbidden, or may not be dropped, leaves nothing. `calls`: questions asked.
    """

    sets: tuple[CorrectionSet, ...]
    conflicts: tuple[tuple[Obstacle, ...], ...]
    complete: bool
    size: int | None
    proven: bool
    calls: int


def find_corrections(
    space: DealSpace,
    *,
    keep: Sequence[Obstacle] = (),
    size: int | None = None,
    most: int = MOST,
    calls: int = CALLS,
    engine: Engine | None = None,
    listed: int = LISTED,
) -> Corrections:
    """All minimal sets of refusals and conditions that would have to go for a deal to exist.

    `keep`: obstacles that may not be dropped. `size`: look for sets of at most that many. `most`, `calls`:
    stop after that many correction sets, or questions of the kind "is there a package without these".
    `engine`: what answers them (default: elimination). Spaces of at most `listed` packages are listed
    instead, and then all are found. A refusal dropped is a consenter that takes what it gets at the table,
    by consent and in keeping; its strings are droppable apart, its vote in a body is not. What is forbidden
    stays forbidden.
    Raises InputError for an obstacle in `keep` that the space does not have. Cost: about one question per
    correction set and one per obstacle and conflict; the smallest sets come first.
    Source: Reiter (1987), Artificial Intelligence 32, and Liffiton & Sakallah (2008), Journal of Automated
    Reasoning 40 (duality); the smallest hitting set first as in Davies & Bacchus (2011).
    It will NOT find what opens if a body's single member changes its mind (see `who_must_give`).

    >>> space = DealSpace.from_arrays(options=[2], unary=[[[0, 0, 0], [3, -1, -2]]], no_deal=[0, 0, 0])
    >>> found = find_corrections(space)
    >>> found.sets[0].drop, found.sets[0].short
    ((('refusal', 'party1'), ('refusal', 'party2')), (1.0, 2.0))
    >>> found.conflicts
    ((('refusal', 'party1'),), (('refusal', 'party2'),))
    """
    labels = droppable(space)
    for one in keep:
        if one not in labels:
            raise InputError(f"keep must hold obstacles that the space has, got {one!r}; try {labels[:1]}")
    free = tuple(label for label in labels if label not in keep)
    if count_packages(space) <= listed:
        return _by_listing(space, free)
    return _by_asking(_Oracle(space, free, engine), size, most, calls)


def _by_listing(space: DealSpace, free: tuple[Obstacle, ...]) -> Corrections:
    """The minimal ones among what stands in the way of each package."""
    best: dict[Mask, tuple[float, IntArray]] = {}
    for rows in list_packages(space, 1 << 14):
        for mask, cost, row in _distinct(space, free, rows):
            if mask not in best or cost < best[mask][0]:
                best[mask] = (cost, row)
    least = [m for m in best if not any(other != m and other & m == other for other in best)]
    sets = _ranked([_told(space, free, m, best[m][1]) for m in least])
    conflicts = minimal_hitting_sets(least)
    named = _named(free, conflicts.sets if least else ())
    return Corrections(sets, named, conflicts.size is None, None, True, count_packages(space))


def _distinct(
    space: DealSpace, free: tuple[Obstacle, ...], rows: IntArray
) -> Iterator[tuple[Mask, float, IntArray]]:
    """Each set of obstacles that some package of `rows` meets and nothing else, the points it misses at
    the least, and the first package that misses no more."""
    stands = obstacles(space, rows)
    place = [stands.labels.index(label) for label in free]
    other = [k for k in range(len(stands.labels)) if k not in place]
    rows = rows[(possible := ~stands.impossible & ~stands.hit[:, other].any(axis=1))]
    if not len(rows):
        return
    hit, cost = stands.hit[possible][:, place], stands.short[possible][:, place].sum(axis=1)
    bits = np.packbits(hit, axis=1, bitorder="little")
    _, group = np.unique(bits, axis=0, return_inverse=True)
    order = np.lexsort((np.arange(len(rows)), cost, group.reshape(-1)))
    first = np.unique(group.reshape(-1)[order], return_index=True)[1]
    for k in order[first]:
        yield int.from_bytes(bits[k].tobytes(), "little"), float(cost[k]), rows[k]


@dataclass(slots=True)
class _Oracle:
    """Is there a package once these are dropped? Remembers what it was told."""

    space: DealSpace
    free: tuple[Obstacle, ...]
    engine: Engine | None
    calls: int = 0
    proven: bool = True
    met: list[Mask] = field(default_factory=list)
    """What stood in the way of packages seen: dropping any superset leaves a deal."""
    shut: list[Mask] = field(default_factory=list)
    """Dropped without success: so is any subset."""

    def opens(self, drop: Mask) -> bool:
        """Whether some package is acceptable with `drop` gone."""
        if self.seen(drop):
            return True
        if any(drop & ~mask == 0 for mask in self.shut):
            return False
        self.calls += 1
        found = find_any(self.relaxed(drop), engine=self.engine)
        if found.package is None:
            self.proven &= found.proven
            self.shut.append(drop)
            return False
        self._learn(found.package)
        return True

    def _learn(self, package: IntArray) -> None:
        """What stands in the way of a package and of those one change away: cheaper than asking."""
        near = ball(self.space, package, limit=0, radius=1)[0]
        fresh = [mask for mask, _, _ in _distinct(self.space, self.free, near)]
        every = sorted({*self.met, *fresh}, key=lambda m: (m.bit_count(), m))
        self.met = []
        for mask in every:
            if not any(mask & other == other for other in self.met):
                self.met.append(mask)

    def seen(self, drop: Mask) -> bool:
        """Whether a package that `drop` lets through is known already."""
        return any(mask & ~drop == 0 for mask in self.met)

    def relaxed(self, drop: Mask) -> DealSpace:
        return relax(self.space, (self.free[k] for k in members(drop)))

    def conflict(self, drop: Mask) -> Mask:
        """A minimal conflict among what `drop`, which does not open, leaves standing: as many as may
        go are taken off at once, half as many where that opens (compare Junker 2004, QuickXplain)."""
        whole = (1 << len(self.free)) - 1
        core, size = whole & ~drop, len(self.free)
        while True:
            loose = [k for k in members(core) if not self.seen(whole & ~core | 1 << k)]
            if not loose:
                return core
            part = sum(1 << k for k in loose[:size])
            if self.opens(whole & ~core | part):
                size = max(1, min(size, len(loose)) // 2)
            else:
                core, size = core & ~part, 2 * size

    def witness(self, drop: Mask) -> IntArray:
        """The package that misses fewest points of those dropped, or that gains the table most."""
        space = self.space
        losers = _parties_of(space, [self.free[k] for k in members(drop)]) or list(space.table)
        weights = np.zeros(len(space.parties))
        weights[losers] = 1.0
        relaxed = self.relaxed(drop)
        self.calls += 1
        found = seek(relaxed, gain_of(space, weights), engine=self.engine).package
        if found is None:  # cannot be: something with these dropped was seen
            found = find_any(relaxed, engine=self.engine).package
        assert found is not None
        return found


def _parties_of(space: DealSpace, drop: Sequence[Obstacle]) -> list[int]:
    """Who refuses among `drop`: parties, and the members of bodies."""
    found: set[int] = set()
    for kind, name in drop:
        if kind == "refusal":
            c = space.consenters.index(name)
            found |= {c} if c < len(space.parties) else set(space.bodies[c - len(space.parties)].members)
    return sorted(found)


def _by_asking(oracle: _Oracle, size: int | None, most: int, calls: int) -> Corrections:
    """The smallest set that meets every conflict known is tried; it opens, or shows another conflict."""
    conflicts: list[Mask] = []
    sets: list[Mask] = []
    complete = not oracle.opens((1 << len(oracle.free)) - 1)
    while not complete and len(sets) < most and oracle.calls < calls:
        known = minimal_hitting_sets(conflicts)
        trial = next((m for m in known.sets if m not in sets), None)
        if trial is None:
            complete = known.size is None
            break
        if size is not None and trial.bit_count() > size:
            break
        if oracle.opens(trial):
            sets.append(trial)
        else:
            conflicts.append(oracle.conflict(trial))
    told = [_told(oracle.space, oracle.free, m, oracle.witness(m)) for m in sets]
    if complete and sets:
        every = minimal_hitting_sets(sets)
        conflicts, complete = list(every.sets), every.size is None
    return Corrections(
        _ranked(told), _named(oracle.free, conflicts), complete, size, oracle.proven, oracle.calls
    )


def _ranked(sets: Sequence[CorrectionSet]) -> tuple[CorrectionSet, ...]:
    return tuple(sorted(sets, key=lambda c: (len(c.drop), sum(c.short))))


def _named(free: tuple[Obstacle, ...], masks: Sequence[Mask]) -> tuple[tuple[Obstacle, ...], ...]:
    ordered = sorted(masks, key=lambda m: (m.bit_count(), m))
    return tuple(tuple(free[k] for k in members(mask)) for mask in ordered)


def _told(space: DealSpace, free: tuple[Obstacle, ...], mask: Mask, row: IntArray) -> CorrectionSet:
    drop = tuple(free[k] for k in members(mask))
    stands = obstacles(space, row)
    short = tuple(float(stands.short[0, stands.labels.index(label)]) for label in drop)
    return CorrectionSet(drop, short, row, gains(space, row)[0])
