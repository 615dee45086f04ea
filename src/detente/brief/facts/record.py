"""The record behind a briefing: observations used, sources they cite, contradictions."""

from __future__ import annotations

from detente.brief.facts.values import ObservationRow, SourceRow
from detente.case import Case, Coding, Event, best_reliability, known_sources
from detente.study import Study


def observation_rows(study: Study) -> tuple[ObservationRow, ...]:
    """Every coding known by the day of the study, the latest first, with the use that is made of it."""
    case, day = study.case, study.as_of
    events = {event.id: event for event in case.events}
    known = [c for c in case.codings if c.known_on <= day and events[c.event].known_on <= day]
    known.sort(key=lambda c: (c.happened, c.id), reverse=True)
    return tuple(_row(study, c, events[c.event]) for c in known)


def _row(study: Study, coding: Coding, event: Event) -> ObservationRow:
    grade = f"{best_reliability(study.case, event, study.as_of)}{event.reported}, reading {coding.reading}"
    if coding.kind in ("claim", "level"):
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
        use=use_of(study, coding),
        sources=tuple(source.id for source in known_sources(study.case, event, study.as_of)),
    )


def use_of(study: Study, coding: Coding) -> str:
    """What a coding is used for, or why it is not."""
    if coding.kind == "claim":
        return "claim" if coding.content != 6 else "claim, no weight"
    if coding.kind == "level":
        missing = any(coding.id in series.missing for series in study.levels)
        return "level, no weight" if missing else "level of a goal"
    if any(coding.id == tell.id for found in study.beliefs.values() for tell in found.tells):
        return "inference"
    if any({coding.id, coding.event} & set(h.kept_out) for h in study.case.hypotheses):
        return "kept out: a hypothesis is taken from it"
    if coding.kind == "delay":
        return "on file: tells nothing of aims"
    if coding.kind == "answer":
        return "compared with the model"
    return "on file: no hypotheses about its actor" if coding.by not in study.beliefs else "cannot be judged"


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
