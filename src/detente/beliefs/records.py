"""Which codings speak about a party's aims, and how much each is believed.

A group holds the records of one origin: they share one truth, so doubt about that truth is one mixture
around all of them (MODEL section 3). What no factor of the likelihood may depend on is decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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

Feature = tuple[str, ...]
"""("act", menu, alternative), ("word", goal, sign, audience) or ("answer", refusal id)."""
Level = tuple[float, tuple[tuple[Feature, float], ...]]
Group = tuple[Level, ...]
"""Levels (probability, features with exponents); what is left of 1 is choice at random."""

OPEN_ANSWERS = ("partly", "later", "unclear")


@dataclass(frozen=True, slots=True, eq=False)
class Docket:
    """What is admitted about one party as of a day.

    `codings` in the order of the case; `unused` counts what was left out, by reason. `origins`:
    origin → its codings. `letters`: event → (source, reliability) as far as known by then.
    """

    case: Case
    codings: tuple[Coding, ...]
    refusals: tuple[RefusalData, ...]
    unused: Mapping[str, int]
    origins: Mapping[str, tuple[Coding, ...]]
    events: Mapping[str, Event]
    letters: Mapping[str, tuple[tuple[str, str], ...]]


def admit(
    case: Case, party: str, as_of: date, refusals: Sequence[RefusalData] = (), drop: Iterable[str] = ()
) -> Docket:
    """The acts, statements and answers of `party` that may be used as of a day.

    Left out and counted: what became known later, texts that a hypothesis is taken from (`kept_out`,
    under every hypothesis), what cannot be judged (F or 6), answers that say neither yes nor no,
    delays (later issues), and what `drop` names. Cost: linear in the record.
    """
    events = {event.id: event for event in case.events}
    kept = {item for h in case.hypotheses if h.party == party for item in h.kept_out}
    letters = {event.id: _letters(case, event, as_of) for event in case.events}
    unused: Counter[str] = Counter()
    used = []
    for coding in case.codings:
        if coding.by != party or coding.kind in ("claim", "answer") or coding.id in drop:
            continue
        event = events[coding.event]
        reason = _why_not(case.settings, coding, event, letters[event.id], as_of, kept)
        if reason:
            unused[reason] += 1
        else:
            used.append(coding)
    origins: dict[str, list[Coding]] = {}
    for coding in used:
        origins.setdefault(events[coding.event].origin, []).append(coding)
    asked = _once(case, refusals, as_of, kept, set(drop), unused)
    grouped = {name: tuple(found) for name, found in origins.items()}
    return Docket(case, tuple(used), asked, dict(unused), grouped, events, letters)


def group_of(docket: Docket, codings: Sequence[Coding], without: str | None = None) -> Group | None:
    """The mixture of one origin's records; `without` names a source that is taken away.

    Records whose reading is surer stay in where a weaker reading of the same origin is taken to be
    wrong (readings are nested, so a weak record never dilutes a strong one). One report of the same
    choice by several events or coders counts once. None: nothing left that can be judged.
    """
    fact = max((p for c in codings if (p := _fact(docket, c.event, without)) is not None), default=None)
    if fact is None:
        return None
    best: dict[tuple[object, ...], tuple[float, float, Coding]] = {}
    for coding in codings:
        if _fact(docket, coding.event, without) is None:
            continue
        reading = reading_probability(docket.case.settings, coding.reading)
        assert reading is not None
        size = effective_size(coding, docket.case.settings.rho)
        key = (coding.kind, coding.about, tuple(sorted(features_of(coding).items())))
        old = best.get(key, (0.0, 0.0, coding))
        best[key] = (max(reading, old[0]), max(size, old[1]), coding)
    return _nested(fact, sorted(best.values(), key=lambda item: (-item[0], item[2].kind, item[2].about)))


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


def features_of(coding: Coding) -> dict[Feature, float]:
    """What a coding names, with shares that sum to 1: alternatives of a menu by count, or cells of a
    statement alike."""
    if coding.kind == "act":
        total = float(sum(coding.taken.values()))
        return {("act", coding.about, name): n / total for name, n in coding.taken.items() if n > 0}
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
    if coding.kind != "act":
        return 1.0
    count = float(sum(coding.taken.values()))
    return count / (1 + (count - 1) * rho) if count > 0 else 0.0


def is_pushed(docket: Docket, goal: str) -> bool:
    """Whether any admitted act or answer could tell something about a goal."""
    place = [g.name for g in docket.case.goals].index(goal)
    menus = {c.about for c in docket.codings if c.kind == "act"}
    for menu in docket.case.menus:
        if menu.name in menus:
            pushes = [a[goal] for a in menu.alternatives.values() if goal in a]
            if any(q.low != 0 or q.high != 0 for q in pushes):
                return True
    return any(bool(r.gain_by_goal[:, place].any()) for r in docket.refusals)


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
    if coding.kind == "delay":
        return "delays are not used yet"
    if not (coding.taken if coding.kind == "act" else coding.cells):
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


def _nested(fact: float, records: Sequence[tuple[float, float, Coding]]) -> Group:
    readings = sorted({reading for reading, _, _ in records}, reverse=True)
    levels = []
    for reading, weaker in zip(readings, [*readings[1:], 0.0], strict=True):
        powers: dict[Feature, float] = {}
        for sure, size, coding in records:
            if sure >= reading:
                for feature, share in features_of(coding).items():
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
    """One answer per proposal, a named one first; open answers tell nothing."""
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
        elif refusal.proposal in chosen and (chosen[refusal.proposal].named or not refusal.named):
            unused["the same proposal again"] += 1
        else:
            if refusal.proposal in chosen:
                unused["the same proposal again"] += 1
            chosen[refusal.proposal] = refusal
    return tuple(chosen.values())
