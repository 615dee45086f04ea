"""Every judged thing of a case with its grounds: the trail from a number to what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from detente.case.model import Case, Grounds, Issue
from detente.case.problems import Path


class _Judged(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def grounds(self) -> Grounds: ...


def judged_things(case: Case) -> Iterator[tuple[Path, Grounds]]:
    """Key path and grounds of everything judged, in the order of the file's sections. Consents share
    the path of their issue's `consent`. Cost: linear."""
    sections: tuple[tuple[str, Sequence[_Judged]], ...] = (
        ("goals", case.goals),
        ("parties", case.parties),
        ("bodies", case.bodies),
        ("levers", case.levers),
        ("proposals", case.proposals),
        ("tasks", case.tasks),
        ("measures", case.measures),
        ("menus", case.menus),
        ("delays", case.delays),
        ("shocks", case.shocks),
    )
    for section, things in sections:
        for thing in things:
            yield (section, thing.name), thing.grounds
    for issue in case.issues:
        yield from _of_issue(issue)
    for position, link in enumerate(case.links):
        yield ("links", position), link.grounds
    for position, overlap in enumerate(case.overlaps):
        yield ("overlaps", position), overlap.grounds
    for position, condition in enumerate(case.conditions):
        yield ("conditions", position), condition.grounds
    for contribution in case.contributions:
        yield ("contributions", contribution.contributor, contribution.task), contribution.grounds
    for method in case.methods:
        yield ("methods", method.contributor), method.grounds
    for story in case.hypotheses:
        yield ("hypotheses", story.party, story.name), story.grounds


def _of_issue(issue: Issue) -> Iterator[tuple[Path, Grounds]]:
    for option in issue.options:
        yield ("issues", issue.name, "options", option.name), option.grounds
    for consent in issue.consents:
        yield ("issues", issue.name, "consent"), consent.grounds
    if issue.reverts is not None:
        yield ("issues", issue.name, "reverts"), issue.reverts.grounds


def known_dates(case: Case) -> dict[str, date | None]:
    """Id of every source, event and coding → the day it was known (None: a source without date)."""
    found: dict[str, date | None] = {source.id: source.known_on for source in case.sources}
    found.update({event.id: event.known_on for event in case.events})
    found.update({coding.id: coding.known_on for coding in case.codings})
    return found


def hindsight(case: Case, as_of: date) -> tuple[tuple[Path, str], ...]:
    """Judged things that use later knowledge than `as_of`: those judged on a later day, and those
    that cite something known only later; each with the reason in words. Finds only what is declared:
    a judgement made with hindsight and without a source stays unseen."""
    dates = known_dates(case)
    found = []
    for path, grounds in judged_things(case):
        if grounds.judged_on is not None:
            if grounds.judged_on > as_of:
                found.append((path, f"judged on {grounds.judged_on}"))
            continue
        late = [
            f"{name} ({day})" for name in grounds.src if (day := dates.get(name)) is not None and day > as_of
        ]
        if late:
            found.append((path, "cites " + ", ".join(late)))
    return tuple(found)
