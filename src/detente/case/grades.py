"""Grades of sources and items (NATO Admiralty code) as probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from detente.case.model import Case, Coding, Event, Settings, Source
from detente.errors import InputError

RELIABILITY: Mapping[str, float] = {"A": 1.0, "B": 0.95, "C": 0.85, "D": 0.7, "E": 0.5}
CREDIBILITY: Mapping[str, float] = {"1": 0.95, "2": 0.85, "3": 0.65, "4": 0.35, "5": 0.15}
CAP = 0.95
MOST_POWER = 100.0


def grade_probability(settings: Settings, reliability: str, credibility: int) -> float | None:
    """The chance that an item graded so is true: reliability factor × credibility value, at most 0.95.

    None = cannot be judged (F or 6): weight 0, never "false". The table is ours, not NATO's; a case
    may override it in `settings`, and `regrade` softens or sharpens all of it.

    >>> grade_probability(Settings(), "B", 2), grade_probability(Settings(), "F", 1)
    (0.8075, None)
    """
    factor = {**RELIABILITY, **settings.reliability}.get(reliability)
    value = {**CREDIBILITY, **settings.credibility}.get(str(credibility))
    if factor is None or value is None:
        return None
    return _tempered(min(CAP, factor * value), settings.grade_power)


def regrade(settings: Settings, power: float) -> Settings:
    """The same settings with every graded chance pulled towards one half (`power` below 1) or away from it
    (above 1): the odds of each are raised to `power`.

    To ask how much the table of grades matters: 1/2 is a sceptic's reading of it, 2 a believer's, 0 says
    that grades tell nothing. Regrading twice multiplies the powers. At most 0.95 as ever, so that chances at
    the cap stay there when sharpened; what cannot be judged stays so. Raises InputError where all powers
    together are outside 0..100. Source: Karmarkar (1978), "Subjectively weighted utility"; Baron, Mellers,
    Tetlock, Stone & Ungar (2014) sharpen forecasts by the same rule. It will not find whether one letter or
    digit is misjudged: override that one.

    >>> soft, sharp = (regrade(Settings(), power) for power in (0.5, 2.0))
    >>> [round(grade_probability(s, "B", 2), 2) for s in (soft, Settings(), sharp)]
    [0.67, 0.81, 0.95]
    """
    together = settings.grade_power * power
    if not 0 <= together <= MOST_POWER:
        raise InputError(f"power must be between 0 and {MOST_POWER:g}, got {together:g}; 1 changes nothing")
    return replace(settings, grade_power=together)


def _tempered(chance: float, power: float) -> float:
    if power == 1:
        return chance
    true, false = pow(chance, power), pow(1 - chance, power)
    return min(CAP, float(true / (true + false)))


def known_sources(case: Case, event: Event, as_of: date | None = None) -> tuple[Source, ...]:
    """An event's sources known by `as_of` (None: all); all of them where none was, because the event
    was known all the same."""
    named = [source for source in case.sources if source.id in event.sources]
    known = [s for s in named if as_of is None or s.known_on is None or s.known_on <= as_of]
    return tuple(known or named)


def best_reliability(case: Case, event: Event, as_of: date | None = None) -> str:
    """The best letter among an event's sources known by `as_of`; F where none can be judged."""
    return min((source.reliability for source in known_sources(case, event, as_of)), default="F")


def event_probability(case: Case, event: Event, as_of: date | None = None) -> float | None:
    """The chance that an event happened (or was said) at all: its best source's reliability with its
    own credibility `reported`; None = cannot be judged. Sources known after `as_of` do not count."""
    return grade_probability(case.settings, best_reliability(case, event, as_of), event.reported)


def reading_probability(settings: Settings, reading: int) -> float | None:
    """The chance that a coding reads its event rightly (for acts: that it was deliberate)."""
    return grade_probability(settings, "A", reading)


def claim_probability(case: Case, coding: Coding, as_of: date | None = None) -> float | None:
    """The chance that a claimed number is true: that it was said (the event's grade) times that what
    was said is true (`content`). None if either, or the reading, cannot be judged. Sources known after
    `as_of` do not count."""
    event = next(event for event in case.events if event.id == coding.event)
    said = event_probability(case, event, as_of)
    true = grade_probability(case.settings, "A", coding.content)
    if said is None or true is None or reading_probability(case.settings, coding.reading) is None:
        return None
    return min(CAP, said * true)
