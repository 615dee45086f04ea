"""Facts about why an offer fails: who refuses and what it misses, strings, and what closes the zone."""

from __future__ import annotations

from math import isfinite

from detente.brief.facts.names import change_title, changes_from, lever_title, obstacles_told, party_title
from detente.brief.facts.values import (
    ClosedFacts,
    GroundRow,
    MakerRow,
    MendRow,
    Number,
    SayRow,
    ShortRow,
    StringFacts,
)
from detente.case import Event, Source, known_sources
from detente.deals import broken, matches
from detente.deals.conditions import ConditionWorth
from detente.deals.explanation import Correction
from detente.deals.nearby import obstacles
from detente.deals.shortfall import Maker, Shortfall
from detente.deals.voices import Say, keeping_share
from detente.study import Offer, Study

ROLES = {"table": "at the table", "consent": "must consent", "keeps": "must keep it from lapsing"}
MANNERS = {
    "sincerely": "accepts",
    "cheaply": "accepts cheaply: it would not comply",
    "by silence": "does not object",
    "overruled": "refuses, overruled",
}
STRING = "refuses while its string is broken"
Chances = dict[str, tuple[Number, Number | None]]
"""By name: share of draws in which a party or body is better off, and its chance of a yes."""


def say_rows(study: Study, offer: Offer, chances: Chances) -> tuple[SayRow, ...]:
    """Everybody whose yes the offer needs, refusers first, each once for what it says in one manner;
    `chances` by name: share of draws in which it is better off, and its chance of a yes."""
    refusals = offer.explanation.acceptance.refusals
    strings = {r.party for r in refusals if r.why == "condition"}
    seated = {(say.consenter, say.manner) for say in offer.explanation.says if say.role == "table"}
    rows = [
        _say(study, offer, say, strings, chances)
        for say in offer.explanation.says
        if say.role != "consent" or (say.consenter, say.manner) not in seated
    ]
    asked = {say.consenter for say in offer.explanation.says}
    for name in sorted(strings - asked):
        better, yes = chances[name]
        title = party_title(study, name)
        rows.append(SayRow(title, "has a string attached", None, None, better, yes, STRING))
    return tuple(sorted(rows, key=lambda row: not row.manner.startswith("refuses")))


def _say(study: Study, offer: Offer, say: Say, strings: set[str], chances: Chances) -> SayRow:
    key = f"offer.{offer.name}.says.{say.role}.{say.consenter}.{say.manner.replace(' ', '_')}"
    manner = MANNERS.get(say.manner, say.manner)
    if say.consenter in strings and say.manner != "refuses":
        manner = STRING
    gain = Number(f"{key}.gain", say.gain, "points", "what it decides by, at mean values")
    bar = Number(f"{key}.bar", say.bar, "points", "what would be enough")
    better, yes = chances[say.consenter]
    if say.role == "keeps":
        share = keeping_share(study.space, offer.package, study.space.consenters.index(say.consenter))
        better, yes = (
            Number(f"{key}.keeps", share, "probability", "share of draws in which it keeps it"),
            None,
        )
    return SayRow(
        party_title(study, say.consenter),
        ROLES[say.role],
        gain if isfinite(say.gain) else None,
        bar if isfinite(say.bar) else None,
        better,
        yes,
        manner,
    )


def short_rows(study: Study, offer: Offer) -> tuple[ShortRow, ...]:
    """What each refuser misses, and the single changes that would make it whole."""
    return tuple(_short(study, offer, short) for short in offer.explanation.shortfalls)


def _short(study: Study, offer: Offer, short: Shortfall) -> ShortRow:
    key = f"offer.{offer.name}.short.{short.consenter}"
    points = None
    if isfinite(short.points):
        points = Number(key, short.points, "points", "missing for a yes at mean values")
    return ShortRow(
        party_title(study, short.consenter),
        points,
        tuple(_maker(study, f"{key}.maker.{k}", m) for k, m in enumerate(short.makers)),
        tuple(_maker(study, f"{key}.transfer.{k}", m) for k, m in enumerate(short.transfers)),
    )


def _maker(study: Study, key: str, maker: Maker) -> MakerRow:
    change = maker.change
    return MakerRow(
        change_title(study, change.issue, change.before, change.after),
        tuple(
            (party_title(study, who), Number(f"{key}.{who}", points, "points", "what the change costs it"))
            for who, points in maker.payers
        ),
        tuple(obstacles_told(study, [o]) for o in maker.left),
    )


def string_facts(study: Study, offer: Offer) -> tuple[StringFacts, ...]:
    """The strings that the offer calls on, with what honouring each is worth and what it is read from."""
    rows = offer.package[None]
    found: list[StringFacts] = []
    worths = offer.explanation.worths
    for rule, condition, worth in zip(study.space.conditions, study.case.conditions, worths, strict=True):
        if matches(rows, rule.when)[0]:
            state = "broken" if broken(rows, rule.when, rule.then)[0] else "kept"
            key = f"offer.{offer.name}.string.{len(found)}"
            src = condition.grounds.src
            found.append(
                StringFacts(
                    condition.name,
                    party_title(study, condition.by),
                    state,
                    src,
                    condition.grounds.why,
                    ground_rows(study, src),
                    _worth(study, worth, key),
                    _costs(study, worth, key),
                )
            )
    return tuple(found)


def _worth(study: Study, worth: ConditionWorth, key: str) -> tuple[tuple[str, Number], ...]:
    """What honouring it gives each at the table and its owner."""
    space, gloss = study.space, "points that honouring the string adds, around the offer"
    seats = sorted(space.table, key=lambda p: space.parties[p] != study.principal)
    if worth.by in space.parties and space.parties.index(worth.by) not in seats:
        seats.append(space.parties.index(worth.by))
    low, high = worth.low, worth.high
    return tuple(
        (
            party_title(study, space.parties[p]),
            Number(
                f"{key}.worth.{space.parties[p]}",
                float(worth.worth[p]),
                "points",
                gloss,
                None if low is None else float(low[p]),
                None if high is None else float(high[p]),
            ),
        )
        for p in seats
    )


def _costs(study: Study, worth: ConditionWorth, key: str) -> tuple[tuple[str, Number], ...]:
    """What a broken string takes off the best deal of each at the table."""
    if worth.costs_zone is None:
        return ()
    gloss = "points by which the string lowers the best acceptable package for it"
    names = [study.space.parties[p] for p in study.space.table]
    points = {name: float(worth.costs_zone[study.party(name)]) for name in names}
    return tuple(
        (party_title(study, name), Number(f"{key}.costs.{name}", points[name], "points", gloss))
        for name in sorted(names, key=lambda name: name != study.principal)
        if isfinite(points[name])
    )


def ground_rows(study: Study, src: tuple[str, ...]) -> tuple[GroundRow, ...]:
    """What a judgement is read from, as far as known by the day: events (or the events of codings) with
    their sources, and sources cited alone."""
    case, day = study.case, study.as_of
    events = {event.id: event for event in case.events}
    events |= {coding.id: events[coding.event] for coding in case.codings}
    sources = {source.id: source for source in case.sources}
    rows: dict[str, GroundRow] = {}
    for name in src:
        event, source = events.get(name), sources.get(name)
        if event is not None and event.known_on <= day:
            rows[event.id] = _event(study, event)
        elif source is not None and source.known_on is not None and source.known_on <= day:
            dated = source.known_on.isoformat()
            rows[name] = GroundRow(name, dated, source.title, (source.publisher,), (name,))
    return tuple(rows.values())


def _event(study: Study, event: Event) -> GroundRow:
    known: tuple[Source, ...] = tuple(known_sources(study.case, event, study.as_of))
    return GroundRow(
        event.id,
        event.happened.date().isoformat(),
        event.text,
        tuple(source.publisher for source in known),
        tuple(source.id for source in known),
    )


def closed_facts(study: Study, offer: Offer) -> ClosedFacts | None:
    """Why there is no deal at all, and what would make one; None where there is a deal."""
    found = study.zopa.corrections
    if study.zopa.exists or found is None:
        return None
    sets = tuple(_mend(study, offer, place, c) for place, c in enumerate(offer.explanation.opens))
    conflicts = tuple(obstacles_told(study, conflict) for conflict in found.conflicts)
    openers = tuple(opener_told(study, o.kind, o.name) for o in study.zopa.openers)
    whole = found.complete and found.proven and len(sets) == len(found.sets)
    return ClosedFacts(conflicts, sets, openers, whole, found.size)


def _mend(study: Study, offer: Offer, place: int, correction: Correction) -> MendRow:
    """One minimal correction set with the nearest package that it opens."""
    stands = obstacles(study.space, correction.package)
    short = dict(zip(stands.labels, stands.short[0], strict=True))
    gloss = "missing for a yes in that package"
    return MendRow(
        obstacles_told(study, correction.drop),
        changes_from(study, offer.package, correction.package),
        tuple(
            (party_title(study, o[1]), Number(f"closed.{place}.{o[1]}", float(short[o]), "points", gloss))
            for o in correction.drop
            if o[0] == "refusal" and isfinite(short[o])
        ),
    )


def opener_told(study: Study, kind: str, name: str) -> tuple[str, str]:
    """(kind, what): the single thing that would open the zone, in words."""
    if kind == "condition":
        return kind, obstacles_told(study, [(kind, name)])
    if kind == "silence":
        return kind, f"{party_title(study, name)}, if it had no say: no veto, no vote, no string"
    title = lever_title(study, name)
    if kind == "lever":
        return kind, f"“{title}”, had it been lifted before the talks"
    worth = next(lever.worth for lever in study.levers if lever.name == name)
    doubt = "" if worth > 0 else ", a threat that its owner would not carry out"
    return kind, f"“{title}”, if refusing brought it about{doubt}"
