"""What each lever is worth: force, threat and withholding, in points of those whom it touches."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.case import Case, Values
from detente.study.study import LeverWorth


def lever_worths(case: Case, values: Values) -> tuple[LeverWorth, ...]:
    """Every lever of a case, in its order: worth to its owner and to the principal, means over draws.

    Worth is the effects at a party's interests, less the owner's cost (Nash 1953: a threat is credible
    if its owner would still carry it out). Cost: draws × effects.
    """
    goals = [goal.name for goal in case.goals]
    parties = [party.name for party in case.parties]
    found = []
    for lever in case.levers:
        levels = np.zeros((values.draws.n, len(goals)))
        for goal, effect in lever.effects.items():
            levels[:, goals.index(goal)] = values.draws.sample(effect)
        owner, principal = parties.index(lever.by), parties.index(case.principal)
        cost = float(values.draws.sample(lever.cost).mean())
        worth = float((levels * values.weights[:, owner]).sum(axis=1).mean()) - cost
        other = float((levels * values.weights[:, principal]).sum(axis=1).mean())
        in_place = lever.since is not None and lever.since <= values.as_of
        found.append(LeverWorth(lever.name, lever.by, in_place, worth, other - cost * (owner == principal)))
    return tuple(found)


def best_pulls(levers: tuple[LeverWorth, ...]) -> Mapping[str, float]:
    """Party → worth of its best lever that is not in place yet."""
    free = [lever for lever in levers if not lever.in_place]
    return {owner: max(x.worth for x in free if x.owner == owner) for owner in {x.owner for x in free}}
