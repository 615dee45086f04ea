"""What each lever is worth: force, threat and withholding, in points of those whom it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.case import Case, Lever, Values
from detente.deals import DealSpace, gains, is_acceptable, lever_change
from detente.deals.acceptance import TOLERANCE
from detente.study.study import LeverWorth, Pulled, Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


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


def pulled_levers(study: Study, package: IntArray, spoilers: Mapping[str, float]) -> tuple[Pulled, ...]:
    """The levers that spoilers would rather use under a package (issues,), and what that does to everybody.

    `spoilers`: party → its gain, hardest hit first. A lever counts where using it brings its owner more than
    it costs: one that is not in place, unless the package ends it or it only punishes a refusal; or one in
    place that the package ends and the owner keeps up all the same. Effects add up, so that nobody's
    temptation to break the package changes; whether the others still gain does. Cost: draws × goals ×
    parties per lever. Source: MODEL section 4 (spoilers); Stedman (1997), International Security 22.
    It will NOT find levers pulled by two spoilers at once.
    """
    found = []
    for owner in spoilers:
        for lever in study.case.levers:
            if lever.by == owner and lever.against_refusal_of is None:
                change = _under(study, lever, package)
                if change is not None:
                    used = _pulled(study, lever, package, change)
                    found += [used] if used.worth > TOLERANCE else []
    return tuple(found)


def _under(study: Study, lever: Lever, package: IntArray) -> FloatArray | None:
    """(draws, parties) points by which using a lever moves everybody under a package; None where that makes
    no difference to what the package holds already."""
    ended = ends(study.space, lever, package)
    if lever.since is None or lever.since > study.evidenced.as_of:
        return None if ended else _at_interests(study, lever)
    return _kept_up(study, lever, package) if ended else None


def ends(space: DealSpace, lever: Lever, package: IntArray) -> bool:
    """Whether a package (issues,) lifts a lever."""
    row = dict(zip(space.issues, package, strict=True))
    return any(all(row[issue] in options for issue, options in p.items()) for p in lever.ended_by)


def _at_interests(study: Study, lever: Lever) -> FloatArray:
    """(draws, parties) effects of a lever at each party's interests, the cost taken from its owner."""
    case, values = study.case, study.evidenced
    levels = np.zeros((values.draws.n, len(case.goals)))
    for place, goal in enumerate(case.goals):
        if goal.name in lever.effects:
            levels[:, place] = values.draws.sample(lever.effects[goal.name])
    change: FloatArray = np.einsum("ng,npg->np", levels, values.weights)
    change[:, study.party(lever.by)] -= values.draws.sample(lever.cost)
    return change


def _kept_up(study: Study, lever: Lever, package: IntArray) -> FloatArray:
    """(draws, parties) what keeping up a lever in place brings where the package would end it: the opposite
    of what ending it does."""
    issues = tuple(
        replace(i, deliveries=(), options=tuple(replace(o, effects={}, as_seen_by={}) for o in i.options))
        for i in study.case.issues
    )
    alone = replace(study.case, issues=issues, links=(), overlaps=(), tasks=(), levers=(lever,))
    change = [lever_change(alone, study.evidenced, party.name, package) for party in study.case.parties]
    kept: FloatArray = -np.stack(change, axis=1)
    return kept


def _pulled(study: Study, lever: Lever, package: IntArray, change: FloatArray) -> Pulled:
    owner, mean = study.party(lever.by), change.mean(axis=0)
    before = gains(study.space, package)[0]
    # Constants move gains, not comparisons of packages: no deal that much lower says the same.
    moved = replace(study.space, no_deal=study.space.no_deal - mean)
    already = {(r.party, r.why, r.detail) for r in is_acceptable(study.space, package).refusals}
    refusals = [r for r in is_acceptable(moved, package).refusals if r.party != lever.by]
    return Pulled(
        lever=lever.name,
        owner=lever.by,
        kept=lever.since is not None and lever.since <= study.evidenced.as_of,
        worth=float(mean[owner]),
        likely=float((change[study.usual, owner] > TOLERANCE).mean()),
        before=before,
        after=before + mean,
        refusals=tuple(r for r in refusals if (r.party, r.why, r.detail) not in already),
    )
