"""Claims about one measured quantity, graded and pooled against ignorance (MODEL section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from detente.case.draws import Draws
from detente.case.grades import claim_probability
from detente.case.model import Case, Measure, Quantity
from detente.errors import InputError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Claim:
    """One graded claim. `probability` that it is true; None = cannot be judged, weight 0. `number`
    in the unit of the measure."""

    coding: str
    measure: str
    by: str
    origin: str
    number: Quantity
    probability: float | None
    happened: datetime
    known_on: date
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two claims whose numbers do not overlap; listed, never averaged away."""

    first: Claim
    second: Claim


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Claims pooled. `values` (n,) draws in the measure's unit. `entries`: one claim per origin;
    `weights` (entries,) their chances; the rest `ignorance_weight` lies on the ignorance prior.
    `conflicts`: pairs of claims that cannot both be right."""

    values: FloatArray
    weights: FloatArray
    ignorance_weight: float
    entries: tuple[Claim, ...]
    conflicts: tuple[Conflict, ...]


def find_measure(case: Case, measure: str) -> Measure:
    """The measure of that name; InputError names the known ones."""
    for known in case.measures:
        if known.name == measure:
            return known
    raise InputError(
        f"measure must be one of {', '.join(m.name for m in case.measures) or 'none'}, got {measure}"
    )


def claims_on(case: Case, measure: str, as_of: date) -> tuple[Claim, ...]:
    """Claims about a measure that were known by `as_of`, oldest first; those that cannot be judged
    are among them with probability None. Raises InputError for an unknown measure."""
    find_measure(case, measure)
    events = {event.id: event for event in case.events}
    claims = []
    for coding in case.codings:
        if (
            coding.kind != "claim"
            or coding.about != measure
            or coding.number is None
            or coding.known_on > as_of
        ):
            continue
        event = events[coding.event]
        claims.append(
            Claim(
                coding.id,
                measure,
                coding.by,
                event.origin,
                coding.number,
                claim_probability(case, coding, as_of),
                coding.happened,
                coding.known_on,
                event.sources,
            )
        )
    return tuple(sorted(claims, key=lambda c: (c.happened, c.coding)))


def claim_as_stated(case: Case, measure: str, as_of: date) -> Claim | None:
    """The latest claim by the one the measure is about ("as claimed"): by that party or flag itself,
    or by any party of that flag. None if nobody of them has claimed anything by then.

    It counts as stated whatever its grade, even where it cannot be judged. What others say about
    that party is never found here.
    """
    about = find_measure(case, measure).about
    own = {about} | {party.name for party in case.parties if party.flag == about}
    claims = [claim for claim in claims_on(case, measure, as_of) if claim.by in own]
    return claims[-1] if claims else None


def pool(claims: Sequence[Claim], ignorance: Quantity, draws: Draws) -> Pooled:
    """Draws from the claims and the ignorance prior: ω_j = o_j/(1+Σo), o = π/(1−π), the rest on
    `ignorance`; in each draw one entry is right (linear opinion pool; Stone 1961).

    One entry per origin: its best-graded claim, the latest of equals. Claims that cannot be judged
    have weight 0 and change nothing. Conflicts are found among all claims given. Adding a claim
    leaves the draws of the others' numbers as they were.
    """
    best: dict[str, Claim] = {}
    for claim in claims:
        if claim.probability is not None and claim.probability > 0:
            held = best.get(claim.origin)
            if held is None or _rank(claim) > _rank(held):
                best[claim.origin] = claim
    entries = tuple(best[origin] for origin in sorted(best))
    odds = np.array([_odds(claim) for claim in entries], dtype=np.float64)
    weights = odds / (1 + odds.sum())
    rest = float(1 / (1 + odds.sum()))
    values = draws.sample(ignorance)
    chosen = np.searchsorted(np.cumsum(weights), draws.uniform(f"pool.{ignorance.path}"), side="right")
    for position, claim in enumerate(entries):
        mine = chosen == position
        if mine.any():
            values[mine] = draws.sample(claim.number)[mine]
    return Pooled(values, weights, rest, entries, find_conflicts(claims))


def _rank(claim: Claim) -> tuple[float, date, str]:
    return claim.probability or 0.0, claim.known_on, claim.coding


def _odds(claim: Claim) -> float:
    chance = min(claim.probability or 0.0, 0.95)
    return chance / (1 - chance)


def find_conflicts(claims: Sequence[Claim], per: dict[str, float] | None = None) -> tuple[Conflict, ...]:
    """Pairs of claims whose numbers do not overlap, in the order given. `per`: measure → the number
    that stands for 1, to compare measures in different units. Cost: pairs."""
    scale = per or {}
    found = []
    for position, first in enumerate(claims):
        one = scale.get(first.measure, 1.0)
        for second in claims[position + 1 :]:
            two = scale.get(second.measure, 1.0)
            if (
                first.number.high / one < second.number.low / two
                or second.number.high / two < first.number.low / one
            ):
                found.append(Conflict(first, second))
    return tuple(found)


def topic_conflicts(case: Case, as_of: date) -> tuple[Conflict, ...]:
    """Conflicts over all claims known by `as_of`, among the measures of one topic as well: people
    confuse them, and so their numbers contradict each other in public."""
    found: list[Conflict] = []
    topics = dict.fromkeys(measure.topic or measure.name for measure in case.measures)
    for topic in topics:
        measures = [m for m in case.measures if (m.topic or m.name) == topic]
        claims = [claim for measure in measures for claim in claims_on(case, measure.name, as_of)]
        found += find_conflicts(claims, {measure.name: measure.per for measure in measures})
    return tuple(found)
