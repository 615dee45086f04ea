"""From one profile per party to one space: tables side by side, equal boxes together, caps that may bind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.deals.brute import count_packages, list_packages
from detente.deals.frontier import find_frontier
from detente.deals.space import BoxFactor, DealSpace, Factor, FloatArray, TableFactor, utilities
from detente.errors import InputError

CLOSE = 1e-9
"""Differences of utility below this count as none, as everywhere in this room."""

MOST_LISTED = 1_000_000
"""Packages that are listed to find the largest utility; beyond it the frontier engine looks for it."""

MOST_NUMBERS = 50_000_000
"""Numbers in the tables of one space."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One party: its `factors` have one column, its own utility. `reservation`: what no deal is worth
    to it. `discount`: in 0–1, told apart. `clipped`: whether its utility is at most 1 by definition."""

    name: str
    factors: tuple[Factor, ...]
    reservation: float
    discount: float = 1.0
    clipped: bool = False


def combine(options: Mapping[str, Sequence[str]], profiles: Sequence[Profile]) -> DealSpace:
    """The space of several profiles over the same issues, without a status quo.

    `options`: names by issue, in order. A cap of 1 is set for parties that are clipped and whose parts
    may sum to more. Raises InputError where the tables together would be too large. Cost: cells of the
    tables × parties.
    """
    sizes = [len(names) for names in options.values()]
    tables: dict[tuple[int, ...], FloatArray] = {}
    boxes: dict[tuple[tuple[int, ...], ...], FloatArray] = {}
    cells = {f.scope: f.table[..., 0].size for p in profiles for f in p.factors if isinstance(f, TableFactor)}
    _require_room((sum(cells.values()) + sum(sizes)) * len(profiles))
    for column, profile in enumerate(profiles):
        for factor in profile.factors:
            if isinstance(factor, TableFactor):
                shape = (*factor.table.shape[:-1], len(profiles))
                tables.setdefault(factor.scope, np.zeros(shape))[..., column] += factor.table[..., 0]
            else:
                key = (factor.scope, factor.low, factor.high)
                boxes.setdefault(key, np.zeros(len(profiles)))[column] += factor.value[0]
    unary = [tables.pop((i,), None) for i in range(len(sizes))]
    _absorb(tables)
    caps = [1.0 if p.clipped and most_possible(p.factors) > 1.0 + CLOSE else np.inf for p in profiles]
    return DealSpace.from_arrays(
        options=sizes,
        unary=[np.zeros((n, len(profiles))) if t is None else t for n, t in zip(sizes, unary, strict=True)],
        links=tables,
        boxes=[BoxFactor(key[0], key[1], key[2], value) for key, value in boxes.items()],
        no_deal=[p.reservation for p in profiles],
        names={
            "issues": list(options),
            "options": list(options.values()),
            "parties": [p.name for p in profiles],
        },
        cap=caps if np.isfinite(caps).any() else None,
        status_quo=False,
    )


def require_room(profiles: Sequence[Profile]) -> None:
    """Raise InputError where the tables of some profiles are too large to go on reading more."""
    _require_room(sum(f.table.size for p in profiles for f in p.factors if isinstance(f, TableFactor)))


def _require_room(numbers: int) -> None:
    if numbers > MOST_NUMBERS:
        most = f"at most {MOST_NUMBERS:,} numbers"
        raise InputError(f"tables of all parties must hold {most}, got {numbers:,}; read fewer parties")


def _absorb(tables: dict[tuple[int, ...], FloatArray]) -> None:
    """Add tables over several issues to one that has all of these, so that fewer are left."""
    for scope in sorted(tables, key=len):
        wider = [other for other in tables if len(other) > len(scope) > 1 and set(scope) < set(other)]
        if wider:
            home = min(wider, key=lambda other: tables[other].size)
            missing = tuple(axis for axis, issue in enumerate(home) if issue not in scope)
            tables[home] += np.expand_dims(tables.pop(scope), missing)


def most_possible(factors: Sequence[Factor], column: int = 0) -> float:
    """A bound on the sum of one column of some factors: what each could add at most. Cost: their cells.

    >>> most_possible([TableFactor((0,), np.array([[0.25], [0.5]])), BoxFactor((0,), (0,), (0,), np.ones(1))])
    1.5
    """
    parts = [
        float(f.table[..., column].max()) if isinstance(f, TableFactor) else max(0.0, float(f.value[column]))
        for f in factors
    ]
    return float(sum(parts))


def largest_utilities(space: DealSpace, *, search: bool = True) -> FloatArray:
    """(parties,) the largest sum of each party's factors, without caps and whatever is forbidden.

    Exact where packages can be listed, utilities are sums over issues, or the frontier engine finishes;
    else an upper bound. `search`: whether that engine is asked at all. Cost: listing up to MOST_LISTED
    packages, or one frontier per party, which on 30 issues with 150 boxes takes minutes.
    """
    open_space = replace(space, cap=None, forbid=(), ensemble=None)
    if count_packages(space) <= MOST_LISTED:
        most = [utilities(open_space, rows).max(axis=0) for rows in list_packages(space)]
        return np.asarray(np.stack(most).max(axis=0), dtype=np.float64)
    found = []
    for p in range(len(space.parties)):
        if all(isinstance(f, TableFactor) and len(f.scope) <= 1 for f in space.factors):
            found.append(_additive_most(space, p))
        elif not search:
            found.append(most_possible(space.factors, p))
        else:
            front = find_frontier(replace(open_space, table=(p,)), eligible=False)
            found.append(float(front.bound.max()))
    return np.array(found)


def _additive_most(space: DealSpace, party: int) -> float:
    total = [np.zeros(size) for size in space.sizes]
    constant = 0.0
    for factor in space.factors:
        if isinstance(factor, TableFactor) and factor.scope:
            total[factor.scope[0]] += factor.table[:, party]
        elif isinstance(factor, TableFactor):
            constant += float(factor.table[party])
    return constant + float(sum(float(values.max()) for values in total))


def clipped_parties(space: DealSpace, *, search: bool = True) -> tuple[str, ...]:
    """The parties whose cap takes something away from some package: their sums exceed it.

    On a space whose largest utilities are only bounded, a party may be named whose cap never binds; none
    is left out. `search` and cost: as `largest_utilities`.
    """
    if space.cap is None:
        return ()
    over = largest_utilities(space, search=search) > space.cap + CLOSE
    return tuple(name for name, clipped in zip(space.parties, over, strict=True) if clipped)
