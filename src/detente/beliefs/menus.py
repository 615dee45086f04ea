"""Which menus could tell the stories apart at all, before anything is observed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.beliefs.hypotheses import NONE_OF_THESE, list_stories
from detente.case import Case, Draws, Menu

FloatArray = NDArray[np.float64]


def menu_separation(case: Case, party: str) -> dict[str, float]:
    """Menu → nats: the largest expected log Bayes factor of one act between two stories of `party`.

    Only menus that acts of `party` name. At the centres of the stories, mean pushes and the median scale
    of choice; near 0, an act from that menu teaches nothing whatever it is. *None of these* is left
    out. Cost: menus × stories². Source: Kullback & Leibler (1951); MODEL section 3. It will not find
    separation that only the spread of a story gives.
    """
    used = {c.about for c in case.codings if c.kind == "act" and c.by == party}
    stories = [s for s in list_stories(case, party) if s.name != NONE_OF_THESE and s.centre is not None]
    centres = np.array([s.centre for s in stories])
    beta = np.log(9) / case.settings.gap90_pushes
    found = {}
    for menu in case.menus:
        if menu.name in used and len(stories) > 1:
            chances = _chances(beta * (_pushes(case, menu) @ centres.T - _costs(menu)[:, None]))
            logs = np.log(chances)
            between = np.einsum("as,ast->st", chances, logs[:, :, None] - logs[:, None, :])
            found[menu.name] = float(between.max())
    return found


def _chances(values: FloatArray) -> FloatArray:
    """(alternatives, stories) logit choice probabilities."""
    powers = np.exp(values - values.max(axis=0))
    chances: FloatArray = powers / powers.sum(axis=0)
    return chances


def _pushes(case: Case, menu: Menu) -> FloatArray:
    """(alternatives, goals) mean pushes."""
    goals = [goal.name for goal in case.goals]
    table = np.zeros((len(menu.alternatives), len(goals)))
    for row, pushes in enumerate(menu.alternatives.values()):
        for goal, push in pushes.items():
            table[row, goals.index(goal)] = Draws.mean(push)
    return table


def _costs(menu: Menu) -> FloatArray:
    """(alternatives,) mean cost of each to its actor, as a size."""
    return np.array([Draws.mean(menu.cost[name]) if name in menu.cost else 0.0 for name in menu.alternatives])
