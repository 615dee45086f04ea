"""Which codings speak about a party's aims, and how much each is believed.

A group holds the records of one origin: they share one truth, so doubt about that truth is one mixture
around all of them (MODEL section 3). What no factor of the likelihood may depend on is decided here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from detente.beliefs.situations import Situation, pushes_in, situation_of
from detente.beliefs.values import RefusalData
from detente.case import (
    Case,
    Coding,
    Event,
    Settings,
    grade_probability,
    known_sources,
    reading_probability,
)
from detente.case.repeats import effective_count
from detente.errors import InputError

Feature = tuple[Any, ...]
"""("act", situation, alternative), ("word", goal, sign, audience), ("delay", coding id) or
("answer", refusal id)."""
Level = tuple[float, tuple[tuple[Feature, float], ...]]
Group = tuple[Level, ...]
"""Levels (probability, features with exponents); what is left of 1 is choice at random."""

T = TypeVar("T")

CAP = 0.95
OPEN_ANSWERS = ("partly", "later", "unclear")


@dataclass(frozen=True, slots=True, eq=False)
class Docket:
    """What is admitted about one party as of a day.

    `codings` in the order of the case; `unused` counts what was left out, by reason. `bundles`: origin (or
    occasion) → its codings. `letters`: event → (source, reliability) as far as known by then.
    `situations`: act → what it was chosen among.
    """

    case: Case
    codings: tuple[Coding, ...]
    refusals: tuple[RefusalData, ...]
    unused: Mapping[str, int]
    bundles: Mapping[str, tuple[Coding, ...]]
    events: Mapping[str, Event]
    letters: Mapping[str, tuple[tuple[str, str], ...]]
    situations: Mapping[str, Situation]


def admit(
    case: Case, party: str, as_of: date, refusals: Sequence[RefusalData] = (), drop: Iterable[str] = ()
) -> Docket:
    """The acts, statements and answers of `party` that may be used as of a day.

    Left out and counted: what became known later, texts that a hypothesis is taken from (`kept_out`,
    under every hypothesis), what cannot be judged (F or 6), answers that say neither yes nor no,
    delays of a kind that pushes no goal, and what `drop` names. Raises InputError for an act whose menu or
    alternative, or a delay whose kind, the case does not have. Cost: linear in the record.
    """
    events = {event.id: event for event in case.events}
    kept = {item for h in case.hypotheses if h.party == party for item in h.kept_out}
    letters = {event.id: _letters(case, event, as_of) for event in case.events}
    unused: Counter[str] = Counter()
    pushed = {scale.name: bool(scale.pushes) for scale in case.delays}
    used = []
    for coding in case.codings:
        if coding.by != party or coding.kind not in ("act", "statement", "delay") or coding.id in drop:
            continue
        event = events[coding.event]
        reason = _why_not(case.settings, coding, event, letters[event.id], as_of, kept)
        if not reason and coding.kind == "delay" and not _known(pushed, coding, "about"):
            reason = "a delay of a kind that pushes no goal"
        if reason:
            unused[reason] += 1
        else:
            used.append(coding)
    bundles: dict[str, list[Coding]] = {}
    for coding in used:
        bundles.setdefault(bundle_name(events, coding), []).append(coding)
    asked = _once(case, refusals, as_of, kept, set(drop), unused)
    grouped = {name: tuple(found) for name, found in bundles.items()}
    return Docket(case, tuple(used), asked, dict(unused), grouped, events, letters, _situations(case, used))


def bundle_name(events: Mapping[str, Event], coding: Coding) -> str:
    """The key of a coding's bundle: its occasion if it names one, else the origin of its event."""
    return f"occasion {coding.occasion}" if coding.occasion else events[coding.event].origin


def _situations(case: Case, codings: Sequence[Coding]) -> dict[str, Situation]:
    menus = {menu.name: menu for menu in case.menus}
    found = {}
    for coding in codings:
        if coding.kind == "act":
            situation = situation_of(case, _known(menus, coding, "about"), coding)
            for name in coding.taken:
                if name not in situation.alternatives:
                    must = ", ".join(situation.alternatives)
                    raise InputError(f"coding {coding.id}: value must be one of {must}, got {name!r}")
            found[coding.id] = situation
    return found


def _known(table: Mapping[str, T], coding: Coding, what: str) -> T:
    if coding.about not in table:
        must = ", ".join(table) or "what the case has, of which there is none"
        raise InputError(f"coding {coding.id}: {what} must be one of {must}, got {coding.about!r}")
    return table[coding.about]


def group_of(docket: Docket, codings: Sequence[Coding], without: str | None = None) -> Group | None:
    """The mixture of the records of one origin, or of one occasion; `without` names a source that is taken
    away.

    Of one origin, records whose reading is surer stay in where a weaker reading is taken to be wrong
    (readings are nested, so a weak record never dilutes a strong one). One report of the same choice by
    several events or coders counts once. Of one occasion, reports of different origins make the act
    surer, and reports of different acts are rivals of which one is right at most. None: nothing left that
    can be judged.
    """
    known = [c for c in codings if _fact(docket, c.event, without) is not None]
    if not known:
        return None
    if known[0].occasion:
        return _rivals(docket, known, without)
    fact = max(p for c in known if (p := _fact(docket, c.event, without)) is not None)
    best: dict[tuple[object, ...], tuple[float, float, Coding]] = {}
    for coding in known:
        reading = reading_probability(docket.case.settings, coding.reading)
        assert reading is not None
        size = effective_size(coding, docket.case.settings.rho)
        key = (coding.kind, coding.about, tuple(sorted(features_of(docket, coding).items())))
        old = best.get(key, (0.0, 0.0, coding))
        best[key] = (max(reading, old[0]), max(size, old[1]), coding)
    records = sorted(best.values(), key=lambda item: (-item[0], item[2].kind, item[2].about, item[2].id))
    return _nested(docket, fact, records)


def _rivals(docket: Docket, codings: Sequence[Coding], without: str | None) -> Group:
    """The mixture of one occasion: what each reported act has for it over all origins, pooled by odds
    against choice at random (as claims are pooled: MODEL section 2)."""
    doubt: dict[tuple[tuple[Feature, float], ...], dict[str, float]] = {}
    for coding in codings:
        size = effective_size(coding, docket.case.settings.rho)
        powers = tuple(sorted((f, size * share) for f, share in features_of(docket, coding).items()))
        fact = _fact(docket, coding.event, without)
        reading = reading_probability(docket.case.settings, coding.reading)
        assert fact is not None
        assert reading is not None
        by_origin = doubt.setdefault(powers, {})
        origin = docket.events[coding.event].origin
        by_origin[origin] = min(by_origin.get(origin, 1.0), 1.0 - fact * reading)
    sure = {powers: min(CAP, 1.0 - math.prod(by.values())) for powers, by in doubt.items()}
    odds = {powers: p / (1.0 - p) for powers, p in sure.items()}
    total = 1.0 + sum(odds.values())
    return tuple(sorted(((o / total, powers) for powers, o in odds.items()), key=lambda x: (-x[0], x[1])))


def answer_group(docket: Docket, refusal: RefusalData, without: str | None = None) -> Group | None:
    """The mixture of one answer; `without` names a source that is taken away: where the answer stands in
    an event of the case, its weight changes as the event's grade does."""
    q = refusal.q
    event = next((c.event for c in docket.case.codings if c.id == refusal.id), None)
    if without is not None and event is not None:
        old, new = _fact(docket, event, None), _fact(docket, event, without)
        if new is None and old is not None:
            return None
        q *= new / old if new and old else 1.0
    return ((q, ((("answer", refusal.id), 1.0),)),)


def features_of(docket: Docket, coding: Coding) -> dict[Feature, float]:
    """What a coding names, with shares that sum to 1: alternatives of a menu by count, cells of a
    statement alike, or the delay itself."""
    if coding.kind == "act":
        total, where = float(sum(coding.taken.values())), docket.situations[coding.id]
        return {("act", where, name): n / total for name, n in coding.taken.items() if n > 0}
    if coding.kind == "delay":
        return {("delay", coding.id): 1.0}
    cells = coding.cells.items()
    return {("word", goal, "+" if s > 0 else "-", coding.about): 1.0 / len(cells) for goal, s in cells}


def effective_size(coding: Coding, rho: float) -> float:
    """How many independent choices a coding stands for: k / (1 + (k−1)ρ); 1 for a statement.

    >>> from datetime import datetime
    >>> when = datetime(2016, 1, 1)
    >>> strikes = Coding("K", "E", "act", "p", (), "menu", when.date(), when, 1, {"a": 15, "b": 49})
    >>> round(effective_size(strikes, 0.2), 2)
    4.71
    """
    return effective_count(coding, rho) if coding.kind == "act" else 1.0


def is_pushed(docket: Docket, goal: str) -> bool:
    """Whether any admitted act or answer could tell something about a goal."""
    place = [g.name for g in docket.case.goals].index(goal)
    menus = {menu.name: menu for menu in docket.case.menus}
    scales = {scale.name: scale for scale in docket.case.delays}
    pushes = [
        pushes_in(menus[s.menu], s, name).get(goal) for s in docket.situations.values() for name in s.among
    ]
    pushes += [scales[c.about].pushes.get(goal) for c in docket.codings if c.kind == "delay"]
    if any(q is not None and (q.low != 0 or q.high != 0) for q in pushes):
        return True
    gains = [r.gain_by_goal for r in docket.refusals]
    gains += [r.counter_gain_by_goal for r in docket.refusals if r.counter_gain_by_goal is not None]
    return any(bool(gain[:, place].any()) for gain in gains)


def _why_not(
    settings: Settings,
    coding: Coding,
    event: Event,
    letters: Sequence[tuple[str, str]],
    as_of: date,
    kept: set[str],
) -> str:
    if coding.id in kept or event.id in kept:
        return "kept out: a hypothesis is taken from it"
    if coding.known_on > as_of or event.known_on > as_of:
        return "known only later"
    told = {"act": bool(coding.taken), "statement": bool(coding.cells), "delay": coding.number is not None}
    if not told[coding.kind]:
        return "says nothing"
    fact = grade_probability(settings, min((letter for _, letter in letters), default="F"), event.reported)
    if fact is None or reading_probability(settings, coding.reading) is None:
        return "cannot be judged"
    return ""


def _letters(case: Case, event: Event, as_of: date) -> tuple[tuple[str, str], ...]:
    return tuple((s.id, s.reliability) for s in known_sources(case, event, as_of))


def _fact(docket: Docket, event: str, without: str | None) -> float | None:
    left = (letter for source, letter in docket.letters[event] if source != without)
    return grade_probability(docket.case.settings, min(left, default="F"), docket.events[event].reported)


def _nested(docket: Docket, fact: float, records: Sequence[tuple[float, float, Coding]]) -> Group:
    readings = sorted({reading for reading, _, _ in records}, reverse=True)
    levels = []
    for reading, weaker in zip(readings, [*readings[1:], 0.0], strict=True):
        powers: dict[Feature, float] = {}
        for sure, size, coding in records:
            if sure >= reading:
                for feature, share in features_of(docket, coding).items():
                    powers[feature] = powers.get(feature, 0.0) + size * share
        levels.append((fact * (reading - weaker), tuple(sorted(powers.items()))))
    return tuple(levels)


def _once(
    case: Case,
    refusals: Sequence[RefusalData],
    as_of: date,
    kept: set[str],
    drop: set[str],
    unused: Counter[str],
) -> tuple[RefusalData, ...]:
    """One answer per proposal, a named one first, of these a counter-offer; open answers tell nothing."""
    known = {c.id: max(c.known_on, e.known_on) for c in case.codings for e in case.events if e.id == c.event}
    event = {c.id: c.event for c in case.codings}
    chosen: dict[str, RefusalData] = {}
    for refusal in refusals:
        if refusal.id in drop:
            continue
        if refusal.answer in OPEN_ANSWERS or refusal.q <= 0:
            unused["neither yes nor no" if refusal.q > 0 else "cannot be judged"] += 1
        elif refusal.id in kept or event.get(refusal.id) in kept:
            unused["kept out: a hypothesis is taken from it"] += 1
        elif known.get(refusal.id, as_of) > as_of:
            unused["known only later"] += 1
        elif refusal.proposal in chosen and _rank(chosen[refusal.proposal]) >= _rank(refusal):
            unused["the same proposal again"] += 1
        else:
            if refusal.proposal in chosen:
                unused["the same proposal again"] += 1
            chosen[refusal.proposal] = refusal
    return tuple(chosen.values())


def _rank(refusal: RefusalData) -> tuple[bool, bool]:
    """What tells more of one proposal: a named answer, and of these a counter-offer."""
    return refusal.named, refusal.answer == "counter"
