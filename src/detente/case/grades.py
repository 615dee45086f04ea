"""Grades of sources and items (NATO Admiralty code) as probabilities."""

from __future__ import annotations

from collections.abc import Mapping

from detente.case.model import Case, Coding, Event, Settings

RELIABILITY: Mapping[str, float] = {"A": 1.0, "B": 0.95, "C": 0.85, "D": 0.7, "E": 0.5}
CREDIBILITY: Mapping[str, float] = {"1": 0.95, "2": 0.85, "3": 0.65, "4": 0.35, "5": 0.15}
CAP = 0.95


def grade_probability(settings: Settings, reliability: str, credibility: int) -> float | None:
    """The chance that an item graded so is true: reliability factor × credibility value, at most 0.95.

    None = cannot be judged (F or 6): weight 0, never "false". The table is ours, not NATO's; a case
    may override it in `settings`.

    >>> grade_probability(Settings(), "B", 2), grade_probability(Settings(), "F", 1)
    (0.8075, None)
    """
    factor = {**RELIABILITY, **settings.reliability}.get(reliability)
    value = {**CREDIBILITY, **settings.credibility}.get(str(credibility))
    return None if factor is None or value is None else min(CAP, factor * value)


def best_reliability(case: Case, event: Event) -> str:
    """The best letter among an event's sources; F where none can be judged."""
    letters = {source.id: source.reliability for source in case.sources}
    return min((letters[name] for name in event.sources if name in letters), default="F")


def event_probability(case: Case, event: Event) -> float | None:
    """The chance that an event happened (or was said) at all: its best source's reliability with its
    own credibility `reported`; None = cannot be judged."""
    return grade_probability(case.settings, best_reliability(case, event), event.reported)


def reading_probability(settings: Settings, reading: int) -> float | None:
    """The chance that a coding reads its event rightly (for acts: that it was deliberate)."""
    return grade_probability(settings, "A", reading)


def claim_probability(case: Case, coding: Coding) -> float | None:
    """The chance that a claimed number is true: that it was said (the event's grade) times that what
    was said is true (`content`). None if either, or the reading, cannot be judged."""
    event = next(event for event in case.events if event.id == coding.event)
    said = event_probability(case, event)
    true = grade_probability(case.settings, "A", coding.content)
    if said is None or true is None or reading_probability(case.settings, coding.reading) is None:
        return None
    return min(CAP, said * true)
