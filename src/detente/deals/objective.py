"""One aim over the packages that everybody needed accepts: the frontier engine as a plain optimiser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.space import (
    BoxFactor,
    ConsentRule,
    DealSpace,
    Factor,
    Pattern,
    TableFactor,
    gains,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Engine = Callable[[DealSpace], Frontier]
"""Anything that finds the eligible frontier of a space, such as `find_frontier`."""

WIDTHS = (256, 4_096, 40_000)
AIM = "(aim)"


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """What a search for one package came back with: `package` (issues,) or None; `proven`: it is the
    best there is, or there is none."""

    package: IntArray | None
    proven: bool


def seek(space: DealSpace, aim: Sequence[Factor], *, engine: Engine | None = None) -> Sought:
    """The acceptable package for which the sum of `aim` is largest.

    `aim`: factors with one column (…, 1). `space` may have an empty table. `engine`: what finds frontiers
    (default: elimination, at most 40,000 partial packages at once; what it cannot settle is not proven).
    Of packages that serve it alike, one, the same each time. Cost: one frontier of a table of one, all
    others as constraints. Source: the same elimination as `find_frontier`.
    """
    front = (engine or _within_limit)(with_aim(space, aim))
    proven = front.status == "exact"
    return Sought(front.packages[0] if len(front.packages) else None, proven)


def find_any(space: DealSpace, *, engine: Engine | None = None) -> Sought:
    """Some acceptable package, or none. `space` may have an empty table.

    Stops at the first found; None is proven unless the engine says "bounded". Cost: as `seek`, mostly
    far less: narrow searches come first.
    """
    sought = with_aim(space, ())
    if engine is not None:
        fronts = [engine(sought)]
    else:
        fronts = []
        for width in WIDTHS:
            fronts.append(find_frontier(sought, limit=width))
            if len(fronts[-1].packages) or fronts[-1].status == "exact":
                break
    found = fronts[-1].packages
    return Sought(found[0] if len(found) else None, bool(len(found)) or fronts[-1].status == "exact")


def gain_of(space: DealSpace, weights: FloatArray) -> tuple[Factor, ...]:
    """The sum of `weights` (parties,) × utilities as an aim; caps are left out of it."""
    aim: list[Factor] = []
    for factor in space.factors:
        if isinstance(factor, TableFactor):
            aim.append(TableFactor(factor.scope, (factor.table @ weights)[..., None]))
        else:
            value = np.asarray([float(factor.value @ weights)])
            aim.append(BoxFactor(factor.scope, factor.low, factor.high, value))
    return tuple(aim)


def with_aim(space: DealSpace, aim: Sequence[Factor]) -> DealSpace:
    """The same acceptable packages, negotiated by one party that wants nothing but `aim`.

    The aim is the last party and the whole table; who sat there before becomes a consenter on whatever
    is chosen. A party that delivers, or that would settle for a loss, consents through a twin without
    deliveries: at the table only sincere gains of at least 0 count.
    """
    n = len(space.parties)
    bar = np.maximum(space.margin, 0.0)
    deliver = {rule.party for rule in space.deliveries}
    twins = [p for p in space.table if p in deliver or space.margin[p] < 0]
    columns = [*range(n), *twins]
    factors = [_columns(f, columns) for f in space.factors] + [_last(f, len(columns)) for f in aim]
    shift = len(twins) + 1
    seats = {p: n + twins.index(p) if p in twins else p for p in space.table}
    everything = tuple(range(space.sizes[0]))
    no_deal = np.append(space.no_deal[columns], _least(aim) - 1.0)
    cap = None if space.cap is None else np.append(space.cap[columns], np.inf)
    return replace(
        space,
        parties=(*space.parties, *(f"{space.parties[p]} (at the table)" for p in twins), AIM),
        factors=tuple(factors),
        no_deal=no_deal,
        table=(len(columns),),
        margin=np.concatenate([space.margin, bar[twins], [0.0]]),
        stakes=np.concatenate([space.stakes[columns], [1.0]]),
        no_deal_package=np.full(len(space.issues), -1, dtype=np.int64),
        consents=(
            *(ConsentRule(0, everything, seat) for seat in seats.values()),
            *(replace(rule, by=_moved(rule.by, n, shift)) for rule in space.consents),
        ),
        keeps=tuple(replace(rule, by=_moved(rule.by, n, shift)) for rule in space.keeps),
        conditions=tuple(replace(rule, by=_moved(rule.by, n, shift)) for rule in space.conditions),
        forbid=(*space.forbid, *_no_deal(space)),
        ensemble=None,
        cap=cap,
    )


def _within_limit(space: DealSpace) -> Frontier:
    return find_frontier(space, limit=WIDTHS[-1])


def _moved(by: int, parties: int, shift: int) -> int:
    """Bodies are numbered after the parties."""
    return by + shift if by >= parties else by


def _no_deal(space: DealSpace) -> tuple[Pattern, ...]:
    """No deal as a forbidden pattern, where it is one."""
    row = space.no_deal_package
    if (row < 0).any() or (np.abs(gains(space, row[None])[0]) > TOLERANCE).any():
        return ()
    return (tuple((i, (int(o),)) for i, o in enumerate(row)),)


def _least(aim: Sequence[Factor]) -> float:
    """No more than the aim can be anywhere."""
    return sum(
        float(min(f.table.min(), 0.0)) if isinstance(f, TableFactor) else min(float(f.value[0]), 0.0)
        for f in aim
    )


def _columns(factor: Factor, columns: list[int]) -> Factor:
    """The factor with its twins' columns, and nothing for the aim."""
    if isinstance(factor, TableFactor):
        table = factor.table[..., columns]
        return replace(factor, table=np.concatenate([table, np.zeros((*table.shape[:-1], 1))], axis=-1))
    return replace(factor, value=np.append(np.asarray(factor.value)[columns], 0.0))


def _last(factor: Factor, before: int) -> Factor:
    """A factor of the aim as one of the space: only the last party cares."""
    if isinstance(factor, TableFactor):
        empty = np.zeros((*factor.table.shape[:-1], before))
        return replace(factor, table=np.concatenate([empty, factor.table], axis=-1))
    return replace(factor, value=np.append(np.zeros(before), factor.value))
