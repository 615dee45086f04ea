"""The record behind a briefing: observations used, sources they cite, contradictions."""

from __future__ import annotations

from datetime import date

from detente.brief.facts.values import ObservationRow, SourceRow
from detente.case import Case, Coding, Event


def observation_rows(case: Case, day: date) -> tuple[ObservationRow, ...]:
    """Every coding known by `day`, by day of happening then id."""
    events = {event.id: event for event in case.events}
    used = [c for c in case.codings if c.known_on <= day and events[c.event].known_on <= day]
    return tuple(_row(case, c, events[c.event]) for c in sorted(used, key=lambda c: (c.happened, c.id)))


def _row(case: Case, coding: Coding, event: Event) -> ObservationRow:
    letters = {s.id: s.reliability for s in case.sources}
    best = min((letters[s] for s in event.sources if s in letters), default="F")
    grade = f"{best}{event.reported}, reading {coding.reading}"
    if coding.kind == "claim":
        grade += f", content {coding.content}"
    return ObservationRow(
        id=coding.id,
        event=event.id,
        day=event.happened.date().isoformat(),
        known=max(coding.known_on, event.known_on).isoformat(),
        kind=coding.kind,
        by=coding.by,
        text=event.text,
        reading=read_as(coding),
        grade=grade,
        sources=event.sources,
    )


def read_as(coding: Coding) -> str:
    """How a coding reads its event, in a phrase."""
    if coding.kind == "act":
        taken = ", ".join(
            f"{name} {count:g}×" if count != 1 else name for name, count in coding.taken.items()
        )
        return f"{coding.about}: {taken}"
    if coding.kind == "statement":
        cells = ", ".join(f"{goal} {'+' if sign > 0 else '−'}" for goal, sign in coding.cells.items())
        return f"to {coding.about}: {cells}"
    if coding.kind == "answer":
        return f"{coding.about}: {coding.answer}"
    if coding.number is None:
        return coding.about
    low, high = coding.number.low, coding.number.high
    number = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{coding.about}: {coding.bound}{number}"


def source_rows(case: Case, observations: tuple[ObservationRow, ...]) -> tuple[SourceRow, ...]:
    """The sources that the observations cite, in file order."""
    cited = {source for row in observations for source in row.sources}
    return tuple(
        SourceRow(
            s.id, s.publisher, s.title, s.known_on.isoformat() if s.known_on else "", s.reliability, s.url
        )
        for s in case.sources
        if s.id in cited
    )
