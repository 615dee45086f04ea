"""What would make good for a move, with every other issue free to help: fewest rungs against least cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, acceptable, as_rows
from detente.deals.frontier import find_frontier
from detente.deals.nearby import Change, changes_between
from detente.deals.space import (
    ConsentRule,
    DealSpace,
    Factor,
    Pattern,
    TableFactor,
    index_of,
    utilities,
)
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LIMIT = 20_000
"""Partial packages that the search may hold at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Remedy:
    """One package that makes a party whole after a move.

    `package` (issues,) with the move and what makes good for it; `changes`: the latter alone, `rungs` how
    many rungs that is in all. `surplus`: points that the party has left over. `cost`: points that the payer
    gives up against the move alone (negative: it gains by it too). `change` (parties,) points of everybody
    against the package before the move. `acceptable`: whether all needed accept the package.
    """

    package: IntArray
    changes: tuple[Change, ...]
    rungs: int
    surplus: float
    cost: float
    change: FloatArray
    acceptable: bool


@dataclass(frozen=True, slots=True, eq=False)
class Compensation:
    """What makes `party` whole after a move that costs it `points`, paid by `payer`.

    `moved` (issues,) the package with the move alone. `remedies`: by rungs, each cheaper for the payer than
    all with fewer rungs, so that the first is nearest and the last costs the payer least; empty where
    nothing makes the party whole. `status`: "exact", or "bounded" where the limit was reached: then what is
    listed makes it whole, and something nearer or cheaper may exist.
    """

    party: str
    payer: str
    points: float
    moved: IntArray
    remedies: tuple[Remedy, ...]
    status: str


def least_compensation(
    space: DealSpace,
    *,
    party: str,
    at: IntArray,
    moved: IntArray,
    payer: str | None = None,
    free: Sequence[str] | None = None,
    eligible: bool = False,
    limit: int = LIMIT,
) -> Compensation:
    """The packages that make `party` whole after a move: none has both fewer rungs and less cost.

    `at`, `moved`: (issues,) the packages before and after the move; the issues on which they differ are
    held. A package y makes the party whole if u(y) ≥ u(at). Rungs: Σ |y − moved| over issues. `payer`: whose
    cost is kept low (default: the first other party at the table). `free`: issues that may help (default:
    all others). `eligible`: only packages that all needed accept; else only what is forbidden is left out.
    Exact over the whole space by elimination, not by listing; `limit` as in `find_frontier`. Raises
    InputError for unknown names or where nobody can pay. Cost: a frontier in two dimensions (payer, rungs)
    with one consent; with `eligible`, one over the table and rungs with all consents of the space.
    Source: MODEL section 4 (price); compensation across issues after Tollison & Willett (1979) and Raiffa
    (1982) ch. 11. It will NOT tell apart packages with equal rungs and cost (the first in order of options
    stands for them), nor divide the cost among several payers.

    >>> unary = [[[0, 0], [-4, 6]], [[0, 0], [3, -1]], [[0, 0], [2, -2]]]
    >>> space = DealSpace.from_arrays(options=[2, 2, 2], unary=unary, no_deal=[0, 0])
    >>> found = least_compensation(space, party="party0", at=np.array([0, 0, 0]), moved=np.array([1, 0, 0]))
    >>> found.points, [(r.rungs, r.cost, r.surplus) for r in found.remedies]
    (4.0, [(2, 3.0, 1.0)])
    """
    p = index_of(party, space.parties, "party")
    q = _payer(space, p, payer)
    start, held = as_rows(space, at)[0], as_rows(space, moved)[0]
    kept = _held(space, start, held, free)
    floor = float(utilities(space, start)[0, p])
    priced = (_everyone if eligible else _pair)(space, p, q, held, floor)
    found = find_frontier(replace(priced, forbid=priced.forbid + kept), limit=limit)
    return Compensation(
        party=party,
        payer=space.parties[q],
        points=floor - float(utilities(space, held)[0, p]),
        moved=held,
        remedies=_remedies(space, found.packages, (p, q), start, held),
        status=found.status,
    )


def _payer(space: DealSpace, party: int, payer: str | None) -> int:
    if payer is not None:
        q = index_of(payer, space.parties, "payer")
        if q == party:
            raise InputError(f"payer must be somebody else than {payer}, who is to be made whole")
        return q
    others = [q for q in space.table if q != party]
    if not others:
        raise InputError("payer must be named where nobody else sits at the table")
    return others[0]


def _held(
    space: DealSpace, start: IntArray, moved: IntArray, free: Sequence[str] | None
) -> tuple[Pattern, ...]:
    """Patterns that forbid every option but the one held, for each issue that may not help."""
    allowed = set(range(len(start))) if free is None else {index_of(i, space.issues, "issue") for i in free}
    stays = [i for i in range(len(start)) if start[i] != moved[i] or i not in allowed]
    others = [(i, tuple(o for o in range(space.sizes[i]) if o != moved[i])) for i in stays]
    return tuple(((i, options),) for i, options in others if options)


def _pair(space: DealSpace, p: int, q: int, moved: IntArray, floor: float) -> DealSpace:
    """The space of payer, party and rungs: the payer and rungs at the table, the party's consent needed."""
    factors = _columns(space, [q, p], moved)
    least = _lowest(factors)
    return DealSpace(
        issues=space.issues,
        options=space.options,
        parties=("payer", "party", "rungs"),
        factors=factors,
        no_deal=np.array([least[0], floor, least[2]]),
        table=(0, 2),
        margin=np.zeros(3),
        stakes=np.ones(3),
        no_deal_package=np.full(len(moved), -1, dtype=np.int64),
        consents=(ConsentRule(0, tuple(range(space.sizes[0])), 1),),
        forbid=space.forbid,
        cap=None if space.cap is None else np.append(space.cap[[q, p]], np.inf),
    )


def _everyone(space: DealSpace, p: int, q: int, moved: IntArray, floor: float) -> DealSpace:
    """The space as it is, with payer and rungs at the table and the party's consent to be made whole."""
    parties = len(space.parties)
    factors = _columns(space, [*range(parties), q, p], moved)
    least = _lowest(factors)
    shift = 3
    further = ("the payer", "the party made whole", "rungs")
    wholeness = ConsentRule(0, tuple(range(space.sizes[0])), parties + 1)
    return replace(
        space,
        parties=space.parties + further,
        factors=factors,
        no_deal=np.concatenate([space.no_deal, [least[parties], floor, least[parties + 2]]]),
        table=(*space.table, parties, parties + 2),
        margin=np.append(space.margin, np.zeros(shift)),
        stakes=np.append(space.stakes, np.ones(shift)),
        consents=(*(replace(r, by=_moved_up(r.by, parties, shift)) for r in space.consents), wholeness),
        keeps=tuple(replace(r, by=_moved_up(r.by, parties, shift)) for r in space.keeps),
        conditions=tuple(replace(r, by=_moved_up(r.by, parties, shift)) for r in space.conditions),
        ensemble=None,
        cap=None if space.cap is None else np.concatenate([space.cap, space.cap[[q, p]], [np.inf]]),
    )


def _moved_up(consenter: int, parties: int, shift: int) -> int:
    return consenter if consenter < parties else consenter + shift


def _columns(space: DealSpace, parties: Sequence[int], moved: IntArray) -> tuple[Factor, ...]:
    """The factors for some parties, in this order, and a last column of minus the rungs from `moved`."""
    chosen: list[Factor] = []
    for factor in space.factors:
        if isinstance(factor, TableFactor):
            points = factor.table[..., list(parties)]
            chosen.append(
                replace(factor, table=np.concatenate([points, np.zeros((*points.shape[:-1], 1))], axis=-1))
            )
        else:
            chosen.append(replace(factor, value=np.append(factor.value[list(parties)], 0.0)))
    for issue, size in enumerate(space.sizes):
        rungs = np.zeros((size, len(parties) + 1))
        rungs[:, -1] = -np.abs(np.arange(size) - moved[issue])
        chosen.append(TableFactor((issue,), rungs, "rungs"))
    return tuple(chosen)


def _lowest(factors: Sequence[Factor]) -> FloatArray:
    """(columns,) points that no package can fall below."""
    low = np.zeros(1)
    for f in factors:
        if isinstance(f, TableFactor):
            low = low + f.table.reshape(-1, f.table.shape[-1]).min(axis=0)
        else:
            low = low + np.minimum(f.value, 0.0)
    floors: FloatArray = low - 1.0
    return floors


def _remedies(
    space: DealSpace, packages: IntArray, pair: tuple[int, int], start: IntArray, moved: IntArray
) -> tuple[Remedy, ...]:
    """Those that nothing with as few rungs undercuts, by rungs."""
    if not len(packages):
        return ()
    p, q = pair
    worth, before = utilities(space, packages), utilities(space, start)[0]
    cost = utilities(space, moved)[0, q] - worth[:, q]
    rungs, ok = np.abs(packages - moved).sum(axis=1), acceptable(space, packages)
    found: list[Remedy] = []
    for k in np.lexsort((cost, rungs)):
        if found and cost[k] >= found[-1].cost - TOLERANCE:
            continue
        found.append(
            Remedy(
                package=packages[k],
                changes=changes_between(space, moved, packages[k]),
                rungs=int(rungs[k]),
                surplus=float(worth[k, p] - before[p]),
                cost=float(cost[k]),
                change=worth[k] - before,
                acceptable=bool(ok[k]),
            )
        )
    return tuple(found)
