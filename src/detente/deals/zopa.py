"""Is there a deal at all, and if not, what single thing stands in its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.corrections import Corrections, find_corrections
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.relaxed import drop_condition, drop_lever, levers_in_place, silence
from detente.deals.space import DealSpace, gains

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIZE, MOST, CALLS = 3, 12, 100


@dataclass(frozen=True, slots=True, eq=False)
class Opener:
    """One thing whose absence alone would open the zone of agreement.

    `kind`: "silence" (consenter `name` has no say any more: no consent, no condition, no seat, and its
    votes count as yes), "condition" (the string `name` is dropped), "lever" (the lever in place is lifted
    before the talks) or "threat" (the lever, not in place, is what no deal brings). `packages` (k, issues):
    the frontier that opens, `gains` (k, parties) points in it.
    """

    kind: str
    name: str
    packages: IntArray
    gains: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Zopa:
    """The zone of agreement: whether any package is acceptable.

    `best` (parties,) the most that each party at the table gains in it, NaN for the others and where
    there is none. `best_packages` (parties, issues) a package that gives it, −1 likewise. `count`: how
    many acceptable packages reach the frontier's points, None where the frontier is only bounded.
    `status`: "exact" or "bounded", as the frontier's. `openers` and `corrections` (what would have to give
    together, and what closes it together): only where the zone is empty.
    """

    exists: bool
    count: int | None
    best: FloatArray
    best_packages: IntArray
    status: str
    openers: tuple[Opener, ...] = ()
    corrections: Corrections | None = None


def find_zopa(
    space: DealSpace,
    frontier: Frontier | None = None,
    *,
    without: Mapping[str, DealSpace] | None = None,
    threats: Mapping[str, DealSpace] | None = None,
) -> Zopa:
    """Whether the parties at the table and all needed consenters have a deal, and who closes it if not.

    `frontier`: the eligible frontier if already known. `without`: the same space with a lever in place
    dropped, by the lever's name (default: `drop_lever` for each that the space knows); `threats`: with one
    that is not in place used where there is no deal (`threaten`); both tried only where the zone is empty.
    Cost: the frontier; where it is empty, one more per consenter with a say, condition and lever, and
    `find_corrections` for sets of up to three, at most twelve, in a hundred questions.
    Source: MODEL section 4. It will NOT find levers that open it only together.

    >>> space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [3, -1]]], no_deal=[0, 0])
    >>> zone = find_zopa(space)
    >>> zone.exists, [(o.kind, o.name) for o in zone.openers]
    (False, [('silence', 'party1')])
    """
    front = frontier if frontier is not None else find_frontier(space)
    best = np.full(len(space.parties), np.nan)
    where = np.full((len(space.parties), len(space.issues)), -1, dtype=np.int64)
    if len(front.packages):
        values = gains(space, front.packages)
        for p in space.table:
            top = int(np.argmax(values[:, p]))
            best[p], where[p] = values[top, p], front.packages[top]
    exists = bool(len(front.packages))
    count = int(front.multiplicity.sum()) if front.status == "exact" else None
    if exists:
        return Zopa(exists, count, best, where, front.status)
    dropped = {n: drop_lever(space, n) for n in levers_in_place(space)} if without is None else without
    openers = tuple(_openers(space, {"lever": dropped, "threat": threats or {}}))
    corrections = find_corrections(space, size=SIZE, most=MOST, calls=CALLS)
    return Zopa(exists, count, best, where, front.status, openers, corrections)


def _openers(space: DealSpace, levers: Mapping[str, Mapping[str, DealSpace]]) -> Iterator[Opener]:
    for kind, name, variant in _variants(space, levers):
        if variant.table:
            front = find_frontier(variant)
            if len(front.packages):
                yield Opener(kind, name, front.packages, gains(space, front.packages))


def _variants(
    space: DealSpace, levers: Mapping[str, Mapping[str, DealSpace]]
) -> Iterator[tuple[str, str, DealSpace]]:
    """Every single obstacle with the space that lacks it: who has a say, conditions, levers."""
    say = set(space.table) | {rule.by for rule in space.consents} | {rule.by for rule in space.keeps}
    say |= {rule.by for rule in space.conditions}
    parties = len(space.parties)
    say |= {m for c in say if c >= parties for m in space.bodies[c - parties].members}
    for c in sorted(say):
        yield "silence", space.consenters[c], silence(space, c)
    for name in dict.fromkeys(rule.name for rule in space.conditions):
        yield "condition", name, drop_condition(space, name)
    for kind, variants in levers.items():
        for name, variant in variants.items():
            yield kind, name, variant
