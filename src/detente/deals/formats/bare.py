"""The part of a space that formats of plain utilities can hold: the table, its points, no deal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from detente.deals.space import DealSpace, Factor, TableFactor

_RULES = ("bodies", "consents", "deliveries", "keeps", "conditions", "forbid")


def bare_space(space: DealSpace) -> tuple[DealSpace, tuple[str, ...]]:
    """The space of the table alone, without rules, margins, stakes, draws and status quo; and what was
    left out, in words.

    Whoever does not sit at the table is gone, and with it its say: what nobody there may agree to by
    itself now can be agreed. Cost: cells of the tables.

    >>> space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 2]]], no_deal=[0, 0], table=[1])
    >>> bare_space(space)[1]
    ('1 of 2 parties (party0)', 'the status quo')
    """
    seats = list(space.table)
    dropped = [f"{name} ({len(getattr(space, name))})" for name in _RULES if getattr(space, name)]
    away = [name for p, name in enumerate(space.parties) if p not in seats]
    if away:
        dropped.append(f"{len(away)} of {len(space.parties)} parties ({', '.join(away)})")
    if space.margin[seats].any():
        dropped.append("margins")
    if not (space.stakes[seats] == 1).all():
        dropped.append("stakes")
    if (space.no_deal_package >= 0).any():
        dropped.append("the status quo")
    rules = dict.fromkeys(_RULES, ())
    kept = replace(
        space,
        parties=tuple(space.parties[p] for p in seats),
        factors=tuple(_seated(factor, seats) for factor in space.factors),
        no_deal=space.no_deal[seats],
        table=tuple(range(len(seats))),
        margin=np.zeros(len(seats)),
        stakes=np.ones(len(seats)),
        no_deal_package=np.full(len(space.issues), -1, dtype=np.int64),
        ensemble=None,
        cap=None if space.cap is None else space.cap[seats],
        **rules,
    )
    return kept, tuple(dropped)


def _seated(factor: Factor, seats: list[int]) -> Factor:
    if isinstance(factor, TableFactor):
        return replace(factor, table=factor.table[..., seats])
    return replace(factor, value=np.asarray(factor.value)[seats])
