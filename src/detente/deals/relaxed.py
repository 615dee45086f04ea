"""The same space with something out of the way: a say, a refusal, a string, a lever; or with a threat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from detente.deals.nearby import Obstacle
from detente.deals.space import BodyRule, DealSpace, TableFactor, index_of
from detente.deals.voting import assume_yes

LEVER = "lever "
"""How the label of a factor begins that says what ending a lever in place changes."""


def silence(space: DealSpace, consenter: int) -> DealSpace:
    """The space in which one consenter has no say: its consents, conditions and keeping are dropped, it
    leaves the table, and in every body its votes count as yes."""
    left = waive(space, consenter)
    return replace(
        left,
        conditions=tuple(rule for rule in space.conditions if rule.by != consenter),
        bodies=tuple(_yes_from(body, consenter) for body in space.bodies),
    )


def waive(space: DealSpace, consenter: int) -> DealSpace:
    """The space in which one consenter takes what it gets: no seat, no consent, no keeping asked of it.
    Its strings stay, and so does its vote in a body."""
    return replace(
        space,
        table=tuple(p for p in space.table if p != consenter),
        consents=tuple(rule for rule in space.consents if rule.by != consenter),
        keeps=tuple(rule for rule in space.keeps if rule.by != consenter),
    )


def drop_condition(space: DealSpace, name: str) -> DealSpace:
    """The space without the condition of that name."""
    return replace(space, conditions=tuple(c for c in space.conditions if c.name != name))


def relax(space: DealSpace, drop: Iterable[Obstacle]) -> DealSpace:
    """The space without some refusals (`waive`) and conditions (`drop_condition`).

    Nobody may be left at the table: then every package that the rest allows counts.
    """
    for kind, name in drop:
        if kind == "condition":
            space = drop_condition(space, name)
        else:
            space = waive(space, index_of(name, space.consenters, "consenter"))
    return space


def droppable(space: DealSpace) -> tuple[Obstacle, ...]:
    """Every refusal and condition that the space knows, in order of consenters, then of conditions."""
    say = set(space.table) | {r.by for r in space.consents} | {r.by for r in space.keeps}
    refusals = [("refusal", space.consenters[c]) for c in sorted(say)]
    return (*refusals, *dict.fromkeys(("condition", c.name) for c in space.conditions))


def levers_in_place(space: DealSpace) -> tuple[str, ...]:
    """Names of the levers in place that some package ends, as the space's factors tell them."""
    found = [f.label[len(LEVER) :] for f in space.factors if f.label.startswith(LEVER)]
    return tuple(dict.fromkeys(found))


def drop_lever(space: DealSpace, name: str) -> DealSpace:
    """The space as it would be had a lever in place been lifted before the talks, for nothing.

    No deal and every package lose it alike, so what remains is that a package which ends it no longer
    has that to offer. Utilities count from where things then stand. Draws are left out.
    Raises InputError for a lever that the space does not have.
    """
    label = LEVER + levers_in_place(space)[index_of(name, levers_in_place(space), "lever in place")]
    row = space.no_deal_package
    no_deal = space.no_deal.copy()
    for factor in space.factors:
        if factor.label == label and isinstance(factor, TableFactor):
            no_deal = no_deal - factor.table[tuple(row[list(factor.scope)])]
    kept = tuple(f for f in space.factors if f.label != label)
    return replace(space, factors=kept, no_deal=no_deal, ensemble=None)


def threaten(space: DealSpace, points: Mapping[int, float]) -> DealSpace:
    """The space with no deal worth `points` more to some parties (party → points, mostly below zero):
    what a lever that is not in place would do to them if there is no agreement (Nash 1953). Packages
    stay as they are; draws are left out."""
    no_deal = space.no_deal.copy()
    for party, change in points.items():
        no_deal[party] += change
    # What was no deal is now worth something against it, and is still no deal to be made.
    stays = space.no_deal_package
    forbid = space.forbid
    if (stays >= 0).all() and _is_worth_nothing(space):
        forbid = (*forbid, tuple((i, (int(o),)) for i, o in enumerate(stays)))
    return replace(space, no_deal=no_deal, forbid=forbid, ensemble=None)


def _is_worth_nothing(space: DealSpace) -> bool:
    from detente.deals.acceptance import TOLERANCE
    from detente.deals.space import gains

    return bool((np.abs(gains(space, space.no_deal_package[None])[0]) <= TOLERANCE).all())


def _yes_from(body: BodyRule, party: int) -> BodyRule:
    """The body with one member's votes counted as yes: always met where they suffice alone."""
    if party not in body.members:
        return body
    place = body.members.index(party)
    return replace(
        body,
        members=(*body.members[:place], *body.members[place + 1 :]),
        votes=(*body.votes[:place], *body.votes[place + 1 :]),
        quota=body.quota - body.votes[place],
        ways=assume_yes(body.ways, place),
    )
