"""Levers as things that could open a closed zone of agreement: those in place dropped, others threatened."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.case import Case, Lever, Values
from detente.deals import DealSpace
from detente.deals.relaxed import threaten


def threat_spaces(case: Case, values: Values, space: DealSpace) -> Mapping[str, DealSpace]:
    """By name of each lever that is not in place: the space in which it is what no deal brings.

    No deal moves by the lever's effects at each party's interests, its owner pays the cost (every member,
    if a body owns it), means over draws; a lever against the refusal of one party moves only that one's no
    deal. Whether anybody would believe the threat is told by `LeverWorth.worth`.
    Cost: draws × effects × parties. Source: Nash (1953); MODEL section 4.
    """
    return {
        lever.name: threaten(space, _points(case, values, lever))
        for lever in case.levers
        if lever.since is None or lever.since > values.as_of
    }


def _points(case: Case, values: Values, lever: Lever) -> dict[int, float]:
    """Party → points by which the lever moves its no deal."""
    goals = [goal.name for goal in case.goals]
    levels = np.zeros((values.draws.n, len(goals)))
    for goal, effect in lever.effects.items():
        levels[:, goals.index(goal)] = values.draws.sample(effect)
    change = np.einsum("ng,npg->p", levels, values.weights) / values.draws.n
    owners = next((list(body.votes) for body in case.bodies if body.name == lever.by), [lever.by])
    cost = float(values.draws.sample(lever.cost).mean())
    points = {}
    for place, party in enumerate(case.parties):
        if lever.against_refusal_of in (None, party.name):
            points[place] = float(change[place]) - cost * (party.name in owners)
    return points
