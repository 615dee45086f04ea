"""Facts about packages: who gains, who says yes, who refuses and why, what would live nearby."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.brief.facts.names import changes_from, obstacles_told, option_title
from detente.brief.facts.names import party_title as party_title
from detente.brief.facts.values import BodyRow, Nearest, Number, OfferFacts, PartyRow
from detente.brief.facts.why import Chances, closed_facts, say_rows, short_rows, string_facts
from detente.brief.words import points
from detente.contribution import Spread
from detente.deals import DealSpace, Nearby, Refusal
from detente.study import Offer, Study

IntArray = NDArray[np.int64]
SHOWN = 4
OVERRULING = "what it pays to overrule refusals of its own side; not taken off its gain"


def settles(study: Study, package: IntArray) -> tuple[tuple[str, str], ...]:
    """(issue, option) titles of everything in a package that is not where it stands."""
    return tuple(
        (issue.title, issue.options[o].title)
        for issue, o in zip(study.case.issues, package, strict=True)
        if o != 0
    )


def offer_facts(study: Study, offer: Offer) -> OfferFacts:
    """One package from all sides."""
    found, key = offer.explanation, f"offer.{offer.name}.overruling"
    parties, bodies = _parties(study, offer), _bodies(study, offer)
    chances: Chances = {p.party: (p.better_off, p.says_yes) for p in parties}
    chances |= {b.body: (b.accepts, None) for b in bodies}
    return OfferFacts(
        name=offer.name,
        title=offer.title,
        settles=settles(study, offer.package),
        acceptable=found.acceptance.ok,
        parties=parties,
        bodies=bodies,
        refusals=tuple(_refusal(study, offer.name, k, r) for k, r in enumerate(found.acceptance.refusals)),
        says=say_rows(study, offer, chances),
        short=short_rows(study, offer),
        strings=string_facts(study, offer),
        killer=found.single_killer,
        nearest=tuple(_near(study, offer, place, row) for place, row in enumerate(found.nearest[:SHOWN])),
        nearest_proven=found.nearest_proven,
        mends=_mends(study, offer),
        gives=_gives(study, offer),
        closed=closed_facts(study, offer) if offer is study.offer else None,
        answers=_answers(study, offer),
        all_accept=_chance(
            offer, "all_accept", "share of draws in which nobody needed loses, no string broken"
        ),
        without_strings=_chance(offer, "without_strings", "the same with every string dropped"),
        all_yes=_chance(
            offer, "all_yes", "chance that everyone needed says yes at once, choices being noisy"
        ),
        all_yes_without_strings=_chance(
            offer, "all_yes_without_strings", "that chance with every string dropped"
        ),
        overruling=tuple(
            (party_title(study, party.name), Number(f"{key}.{party.name}", float(cost), "points", OVERRULING))
            for party, cost in zip(study.case.parties, offer.overruling, strict=True)
            if cost > 0
        ),
    )


def _chance(offer: Offer, field: str, gloss: str) -> Number:
    return Number(f"offer.{offer.name}.{field}", float(getattr(offer, field)), "probability", gloss)


def called_on(space: DealSpace, package: IntArray) -> list[bool]:
    """By consenter: whether an option of the package needs its consent (keeping what lapses apart)."""
    asked = {rule.by for rule in space.consents if package[rule.issue] in rule.options}
    return [c in asked for c in range(len(space.consenters))]


def _parties(study: Study, offer: Offer) -> tuple[PartyRow, ...]:
    space = study.space
    needed = called_on(space, offer.package)
    bodies = [body for b, body in enumerate(space.bodies) if needed[len(space.parties) + b]]
    voting = {member for body in bodies for member in body.members}
    rows = []
    for p, party in enumerate(study.case.parties):
        role = "votes in a body" if p in voting else "affected"
        if needed[p] or p in space.table:
            role = "table" if p in space.table else "must consent"
        rows.append(_party(study, offer, p, party.name, role))
    return tuple(rows)


def _party(study: Study, offer: Offer, place: int, name: str, role: str) -> PartyRow:
    spread, key = Spread.of(offer.gains[:, place]), f"offer.{offer.name}.{name}"
    better, yes = float(offer.better_off[place]), float(offer.says_yes[place])
    return PartyRow(
        party=name,
        title=party_title(study, name),
        role=role,
        gain=Number(f"{key}.gain", spread.mean, "points", "gain above no deal", spread.low, spread.high),
        better_off=Number(f"{key}.better_off", better, "probability", "share of draws with a gain"),
        says_yes=Number(f"{key}.says_yes", yes, "probability", "chance of acceptance when choices are noisy"),
        manner=_manner(study, offer, name, role),
    )


def _manner(study: Study, offer: Offer, name: str, role: str) -> str:
    acceptance = offer.explanation.acceptance
    if any(r.party == name for r in acceptance.refusals):
        return "refuses"
    over = next((by for who, by, _ in acceptance.overruled if who == name), None)
    if over is not None:
        cost = offer.overruling[study.party(over)]
        return f"refuses, overruled by {party_title(study, over)} at {points(float(cost), False)} points"
    if name in acceptance.cheap:
        return "accepts cheaply: it would not comply"
    return "accepts" if role in ("table", "must consent") else ""


def _bodies(study: Study, offer: Offer) -> tuple[BodyRow, ...]:
    space = study.space
    needed = called_on(space, offer.package)
    first = len(space.parties)
    return tuple(
        BodyRow(
            body.name,
            body.title or body.name,
            needed[first + b],
            Number(
                f"offer.{offer.name}.{body.name}.accepts",
                float(offer.consent[first + b]),
                "probability",
                "share of draws in which its quota accepts",
            ),
        )
        for b, body in enumerate(study.case.bodies)
    )


def _refusal(study: Study, name: str, place: int, refusal: Refusal) -> tuple[str, str, Number | None, str]:
    points = None
    if refusal.why in ("gain", "consent", "keeps"):
        points = Number(
            f"offer.{name}.refusal.{place}",
            refusal.gain - refusal.margin,
            "points",
            "short of what would be enough",
        )
    return (party_title(study, refusal.party), WHY[refusal.why], points, _detail(study, refusal))


def _detail(study: Study, refusal: Refusal) -> str:
    """What a refusal is about, in words."""
    if refusal.why == "consent":
        return "; ".join(option_title(study, choice) for choice in refusal.detail.split(", "))
    if refusal.why == "forbidden":
        return " with ".join(option_title(study, choice) for choice in refusal.detail.split(" with "))
    if refusal.why == "keeps":
        return option_title(study, refusal.detail.partition(" lapses to ")[0])
    return "" if refusal.why == "gain" else refusal.detail


WHY = {
    "gain": "it would lose",
    "consent": "its consent is needed and it would lose",
    "keeps": "it would rather let lapse than keep",
    "condition": "a string is broken",
    "forbidden": "it is impossible",
    "no_deal": "it is no deal",
}


def _near(study: Study, offer: Offer, place: int, near: Nearby) -> Nearest:
    seats = sorted(study.space.table, key=lambda p: p != study.party(study.principal))
    return Nearest(
        changes_to(study, offer, near.package),
        tuple(
            (
                party_title(study, study.space.parties[p]),
                Number(
                    f"offer.{offer.name}.near.{place}.{study.space.parties[p]}",
                    float(near.gains[p]),
                    "points",
                    "gain above no deal",
                ),
            )
            for p in seats
        ),
    )


def changes_to(study: Study, offer: Offer, package: IntArray) -> tuple[tuple[str, str, str], ...]:
    """(issue, from, to) titles of what a package settles otherwise than an offer."""
    return changes_from(study, offer.package, package)


def _mends(study: Study, offer: Offer) -> tuple[tuple[str, str], ...]:
    """(what would have to give, with which changes) for the smallest corrections that drop something."""
    rows = []
    for correction in offer.explanation.corrections:
        if correction.drop:
            drop = obstacles_told(study, correction.drop)
            moves = changes_to(study, offer, correction.package)
            changes = "; ".join(f"{i}: {a} → {b}" for i, a, b in moves) or "as it stands"
            rows.append((drop, changes))
    return tuple(rows[:SHOWN])


def _gives(study: Study, offer: Offer) -> tuple[str, ...]:
    """Groups whose change of mind would carry the offer as it stands, in words."""
    return tuple(obstacles_told(study, group) for group in offer.explanation.gives if group)


def _answers(study: Study, offer: Offer) -> tuple[tuple[str, str, Number | None, str], ...]:
    rows = []
    for answer in offer.answers:
        p_yes = None
        if answer.party in study.space.parties:
            p = study.party(answer.party)
            p_yes = Number(
                f"offer.{offer.name}.answer.{answer.party}",
                float(offer.says_yes[p]),
                "probability",
                "model's chance of a yes",
                rests_on=(answer.coding,),
            )
        rows.append((party_title(study, answer.party), answer.answer, p_yes, answer.coding))
    return tuple(rows)
