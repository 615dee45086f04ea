"""Would the package on the table hold: patience over the draws, the order of phases, spoilers at work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import broken, matches
from detente.deals.hold_draws import hold_over_draws
from detente.deals.phases import MOST_STEPS, Phases, interim_draws, order_phases, phases_in
from detente.study.levers import pulled_levers
from detente.study.study import Carrying, Holding, Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
INTERVAL = (0.1, 0.9)


def holding_of(study: Study) -> Holding | None:
    """Patience in every draw, orders of carrying out and spoilers' levers for the package on the table.

    None where nothing is on the table. The orders: that of the proposal, where it has one; the best one step
    at a time; and the best with up to two steps at once, where that exposes somebody less. Strings and bans
    bind at every stage where some order allows it. Cost: draws × 2^deliveries, and 2^steps evaluations.
    """
    if study.offer is None:
        return None
    space, settings, package = study.space, study.case.settings, study.offer.package
    chances = (
        (settings.detection, settings.false_alarm),
        (settings.detection_unwatched, settings.false_alarm),
    )
    watched, unwatched = (hold_over_draws(space, package, detection=n, false_alarm=f) for n, f in chances)
    spoilers = {s.party: s.gain for s in study.offer.watched.spoilers}
    steps = 0 if (space.no_deal_package < 0).any() else int((package != space.no_deal_package).sum())
    return Holding(
        watched=watched,
        unwatched=unwatched,
        steps=steps,
        carrying=tuple(_orders(study, package)) if 1 < steps <= MOST_STEPS else (),
        pulled=pulled_levers(study, package, spoilers),
    )


def _orders(study: Study, package: IntArray) -> Iterator[Carrying]:
    proposed = _sequence(study, package)
    if len(proposed) > 1:
        yield _carrying(study, package, "proposed", phases_in(study.space, package, proposed))
    for kind, together in (("single", 1), ("together", 2)):
        found = order_phases(study.space, package, together=together, bind=True)
        if found is None:
            found = order_phases(study.space, package, together=together)
        if found is not None and len(found.order) > 1:
            yield _carrying(study, package, kind, found)


def _sequence(study: Study, package: IntArray) -> Sequence[Sequence[str]]:
    """Phases of the proposal on the table, less what it leaves as it is; what they do not name comes last."""
    space, offer = study.space, study.offer
    said = next((p.sequence for p in study.case.proposals if offer and p.name == offer.name), ())
    changed = [space.issues[i] for i in np.flatnonzero(package != space.no_deal_package)]
    named = [[name for name in group if name in changed] for group in said]
    rest = [name for name in changed if name not in {n for group in named for n in group}]
    return [group for group in [*named, rest] if group] if said else []


def _carrying(study: Study, package: IntArray, kind: str, phases: Phases) -> Carrying:
    space = study.space
    least = interim_draws(space, package, phases.order)[:, :-1].min(axis=1)
    low, high = np.quantile(least, INTERVAL, axis=0)
    bound = _bound(study, package, phases)
    return Carrying(kind, bound, phases, phases.gains[:-1].min(axis=0), low, high)


def _bound(study: Study, package: IntArray, phases: Phases) -> bool:
    """Whether every string and ban holds at each stage before the last."""
    space, state = study.space, study.space.no_deal_package.copy()
    for phase in phases.order[:-1]:
        for name in phase:
            i = space.issues.index(name)
            state[i] = package[i]
        if any(matches(state[None], pattern)[0] for pattern in space.forbid):
            return False
        if any(broken(state[None], rule.when, rule.then)[0] for rule in space.conditions):
            return False
    return True
