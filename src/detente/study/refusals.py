"""Recorded answers as data for inference: what each proposal was worth, goal by goal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.beliefs import RefusalData
from detente.case import Case, Coding, Values, event_probability, reading_probability
from detente.deals import DealSpace, level_changes, require_ensemble

FloatArray = NDArray[np.float64]
SAMPLES = 64


def recorded_refusals(
    case: Case, party: str, as_of: date, evidenced: Values, claimed: Values
) -> tuple[RefusalData, ...]:
    """Answers and counter-offers of `party` known by `as_of`, with the gain that each proposal meant for it
    by goal, as evidenced and as claimed (64 draws each: they enter a mean).

    Gains are against option 0 everywhere; what reverts by itself before the horizon is the same on both
    sides of a proposal that leaves it alone.
    """
    proposals = {p.name: p for p in case.proposals}
    answers = [
        c
        for c in case.codings
        if c.kind in ("answer", "counter") and c.by == party and c.known_on <= as_of and c.about in proposals
    ]
    if not answers:
        return ()
    evidenced, claimed = _few(evidenced), _few(claimed)
    spaces = [DealSpace.from_case(case, values) for values in (evidenced, claimed)]
    found = []
    for coding in answers:
        package = spaces[0].package(dict(proposals[coding.about].take))
        told = [
            _worth(case, values, space, party, package)
            for values, space in zip((evidenced, claimed), spaces, strict=True)
        ]
        put = None
        if coding.kind == "counter":
            instead = spaces[0].package(dict(proposals[coding.answer].take))
            put = _worth(case, evidenced, spaces[0], party, instead)
        found.append(
            RefusalData(
                id=coding.id,
                proposal=coding.about,
                answer=coding.answer if coding.kind == "answer" else "counter",
                gain_by_goal=told[0][0],
                constant=told[0][1],
                claimed_gain_by_goal=told[1][0],
                claimed_constant=told[1][1],
                counter_gain_by_goal=put[0] if put else None,
                counter_constant=put[1] if put else None,
                q=_sure(case, coding, as_of),
            )
        )
    return tuple(found)


def _few(values: Values) -> Values:
    """The first draws of some values: what is drawn for few is the beginning of what is drawn for many."""
    n = min(SAMPLES, values.draws.n)
    return replace(
        values, draws=replace(values.draws, n=n), weights=values.weights[:n], brings=values.brings[:n]
    )


def _sure(case: Case, coding: Coding, as_of: date) -> float:
    event = next(e for e in case.events if e.id == coding.event)
    fact, reading = event_probability(case, event, as_of), reading_probability(case.settings, coding.reading)
    return 0.0 if fact is None or reading is None else fact * reading


def _worth(
    case: Case, values: Values, space: DealSpace, party: str, package: NDArray[np.int64]
) -> tuple[FloatArray, FloatArray]:
    """(draws, goals) level changes as the party sees them, and (draws,) the rest less its margin."""
    margin = next(p.margin for p in case.parties if p.name == party)
    owner = space.parties.index(party)
    by_goal = level_changes(case, values, package, party, space=space)
    rest = np.full(len(by_goal), -margin)
    for factor in require_ensemble(space).factors:
        if factor.kind == "lever":
            row = factor.rows_of(package[None])[0]
            by_goal[:, list(factor.goals)] += factor.levels[:, row]
            rest += factor.points[owner][:, row] if owner in factor.points else 0.0
    return by_goal, rest
