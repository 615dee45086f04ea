"""From the levers of a case to the moves that two sides can threaten with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.deals.space import DealSpace, Pattern
from detente.deals.threats_bargaining import ThreatMove, read_seats
from detente.errors import InputError

if TYPE_CHECKING:
    from detente.case.model import Case, Lever
    from detente.case.values import Values

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def threat_moves(
    case: Case,
    values: Values,
    space: DealSpace,
    sides: tuple[str, str],
    *,
    allies: Mapping[str, Sequence[str]] | None = None,
    usual: BoolArray | None = None,
    any_deal: bool = False,
) -> tuple[ThreatMove, ...]:
    """The levers of a case as moves of two sides: those not in place to use, those in place to withdraw.

    `space`: compiled from the case. `sides`: the two at the table. A lever is a side's where its owner has
    the flag of the party that sits for it (if the two fly different flags), or is named in `allies`
    (side → parties or bodies). Points are means over draws of effects at each party's interests, less the
    cost to the owner (every member, if a body owns it); `usual` (draws,) keeps some draws only.
    A package lifts a lever as the case says; `any_deal`: every package does. A lever against the refusal
    of somebody who is not the other side, and levers of third parties, are left out: they do not depend
    on whether these two agree. Raises InputError for unknown names. Cost: draws × effects × parties.
    Source: MODEL section 1, Δ.
    """
    seats = read_seats(space, sides)
    groups = _groups(case, sides, allies or {})
    moves = []
    for lever in case.levers:
        side = next((s for s in (0, 1) if lever.by in groups[s]), None)
        if side is None or not (
            lever.against_refusal_of is None or lever.against_refusal_of in groups[1 - side]
        ):
            continue
        owners = _owners(case, lever)
        change = _change(case, values, lever, owners, usual)
        in_place = lever.since is not None and lever.since <= values.as_of
        moves.append(
            ThreatMove(
                side=side,
                name=f"withdraw {lever.name}" if in_place else lever.name,
                change=-change if in_place else change,
                lifted_by=None if any_deal else _patterns(space, lever),
                owners=tuple(owners) or (seats[side],),
            )
        )
    return tuple(moves)


def _groups(case: Case, sides: tuple[str, str], allies: Mapping[str, Sequence[str]]) -> list[set[str]]:
    known = {p.name for p in case.parties} | {b.name for b in case.bodies}
    for side, names in allies.items():
        if side not in sides:
            raise InputError(f"allies must be those of {' or '.join(sides)}, got {side!r}")
        for name in names:
            if name not in known:
                raise InputError(f"ally must be a party or body of the case, got {name!r}")
    flag = {p.name: p.flag for p in case.parties}
    apart = flag[sides[0]] != flag[sides[1]]
    groups = [
        {side, *allies.get(side, ()), *(name for name, f in flag.items() if apart and f == flag[side])}
        for side in sides
    ]
    both = groups[0] & groups[1]
    if both:
        raise InputError(f"nobody may stand on both sides, got {', '.join(sorted(both))}")
    return groups


def _owners(case: Case, lever: Lever) -> list[int]:
    places = {p.name: i for i, p in enumerate(case.parties)}
    names = next((list(b.votes) for b in case.bodies if b.name == lever.by), [lever.by])
    return [places[name] for name in names]


def _change(
    case: Case, values: Values, lever: Lever, owners: list[int], usual: BoolArray | None
) -> FloatArray:
    """(parties,) mean points of a lever in use, cost included."""
    kept = np.ones(len(values.weights), dtype=np.bool_) if usual is None else usual
    weights = values.weights[kept]
    change: FloatArray = np.zeros(len(case.parties))
    for place, goal in enumerate(case.goals):
        if goal.name in lever.effects:
            levels = values.draws.sample(lever.effects[goal.name])[kept]
            change += levels @ weights[:, :, place] / len(weights)
    change[owners] -= float(values.draws.sample(lever.cost)[kept].mean())
    return change


def _patterns(space: DealSpace, lever: Lever) -> tuple[Pattern, ...]:
    place = {name: i for i, name in enumerate(space.issues)}
    return tuple(
        tuple(sorted((place[issue], tuple(options)) for issue, options in pattern.items()))
        for pattern in lever.ended_by
    )
