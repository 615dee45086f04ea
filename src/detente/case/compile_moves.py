"""From form to values: what speaks about combinations of options, and what parties do alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from detente.case.desk import Desk
from detente.case.form import CaseForm, ConditionForm, LeverForm
from detente.case.model import (
    Condition,
    Lever,
    Link,
    Overlap,
    Pattern,
    Proposal,
)
from detente.case.problems import Path, shown


def compile_links(desk: Desk, form: CaseForm) -> tuple[Link, ...]:
    """Extra effects of patterns over two or more issues."""
    links: list[Link] = []
    for path, said in desk.entries(form.links, "links"):
        when = desk.pattern(said.when, (*path, "when"))
        if len(said.when) == 1:
            desk.note(
                (*path, "when"),
                "must name two or more issues",
                ", ".join(said.when),
                "an effect of one issue belongs to its options",
            )
        if not said.effects and not said.as_seen_by:
            desk.note(path, "must have effects", "none")
        seen = {
            party: desk.effects(values, (*path, "as_seen_by", party))
            for party, values in said.as_seen_by.items()
            if desk.known("party", party, (*path, "as_seen_by", party))
        }
        name = said.name or " with ".join(said.when) or f"link {len(links) + 1}"
        links.append(
            Link(name, when, desk.effects(said.effects, (*path, "effects")), seen, desk.grounds(said, path))
        )
    return tuple(links)


def compile_overlaps(desk: Desk, form: CaseForm) -> tuple[Overlap, ...]:
    """Issues that feed one goal with the same good."""
    overlaps = []
    for path, said in desk.entries(form.overlaps, "overlaps"):
        issues = desk.each_known("issue", said.issues, (*path, "issues"))
        if len(set(said.issues)) < 2:
            desk.note((*path, "issues"), "must name two or more issues", ", ".join(said.issues))
        if desk.known("goal", said.goal, (*path, "goal")):
            overlaps.append(Overlap(said.goal, issues, desk.grounds(said, path)))
    return tuple(overlaps)


def compile_conditions(desk: Desk, form: CaseForm) -> tuple[Condition, ...]:
    """Strings attached: `if` … `then`, or `never`."""
    found = []
    for path, said in desk.entries(form.conditions, "conditions"):
        if (said.never is None) == (said.if_ is None) or (said.if_ is None) != (said.then is None):
            given = [key for key in ("if", "then", "never") if getattr(said, "if_" if key == "if" else key)]
            desk.note(path, "must have if and then, or never", ", ".join(given) or "neither")
            continue
        condition = _condition(desk, said, path)
        if desk.known("consenter", said.by, (*path, "by")):
            found.append(condition)
    return tuple(found)


def _condition(desk: Desk, said: ConditionForm, path: Path) -> Condition:
    grounds = desk.grounds(said, path)
    if said.never is not None:
        when = desk.pattern(said.never, (*path, "never"))
        return Condition(said.name or f"{said.by}: never {_words(said.never)}", said.by, when, None, grounds)
    when, then = desk.pattern(said.if_ or {}, (*path, "if")), desk.pattern(said.then or {}, (*path, "then"))
    for issue in when.keys() & then.keys():
        if when[issue] and then[issue] and not set(when[issue]) & set(then[issue]):
            desk.note(
                (*path, "then", issue),
                "must not contradict its own if",
                f"no option of {issue} fits both",
                "write never if that is meant",
            )
    name = said.name or f"{said.by}: {_words(said.if_ or {})} needs {_words(said.then or {})}"
    return Condition(name, said.by, when, then, grounds)


def _words(pattern: Mapping[str, list[str]]) -> str:
    return ", ".join(f"{issue} {' or '.join(texts)}" for issue, texts in pattern.items())


def compile_forbid(desk: Desk, form: CaseForm) -> tuple[Pattern, ...]:
    """Patterns that nobody can choose."""
    found = []
    for path, said in desk.entries(form.forbid, "forbid"):
        desk.grounds(said, path)
        found.append(desk.pattern(said.when, (*path, "when")))
    return tuple(found)


def compile_levers(desk: Desk, form: CaseForm) -> tuple[Lever, ...]:
    """Moves that a party makes alone."""
    found = []
    for name, said in form.levers.items():
        path: Path = ("levers", name)
        cost = desk.number(said.cost, (*path, "cost"), "cost")
        ended = _ended_by(desk, said, path)
        if said.in_place is not None and said.in_place > form.as_of:
            desk.note(
                (*path, "in_place"),
                f"must not be after as_of {form.as_of}",
                str(said.in_place),
                "leave in_place out for a lever that is only available",
            )
        patron = said.against_refusal_of
        good = desk.known("party", said.by, (*path, "by"))
        if patron is not None:
            good &= desk.known("party", patron, (*path, "against_refusal_of"))
        effects = desk.effects(said.effects, (*path, "effects"))
        if good and cost is not None:
            found.append(
                Lever(
                    name,
                    said.title or name,
                    said.by,
                    effects,
                    cost,
                    said.in_place,
                    ended,
                    patron,
                    desk.grounds(said, path),
                )
            )
    return tuple(found)


def _ended_by(desk: Desk, said: LeverForm, path: Path) -> tuple[Pattern, ...]:
    listed = desk.root.locate((*path, "ended_by"))[0].kind == "list"
    return tuple(
        desk.pattern(pattern, (*path, "ended_by", position) if listed else (*path, "ended_by"))
        for position, pattern in enumerate(said.ended_by)
    )


def compile_proposals(desk: Desk, form: CaseForm) -> tuple[Proposal, ...]:
    """Packages on record."""
    found = []
    for name, said in form.proposals.items():
        path: Path = ("proposals", name)
        take = {}
        for issue, text in said.take.items():
            at: Path = (*path, "take", issue)
            if desk.known("issue", issue, at):
                options = desk.options(issue, text, at)
                if len(options) > 1:
                    desk.note(at, "must be one option", shown(text))
                take.update({issue: options[0]} if options else {})
        sequence = tuple(
            desk.each_known("issue", group, (*path, "sequence", position))
            for position, group in enumerate(said.sequence)
        )
        known_on: date = said.known_on or said.on
        found.append(
            Proposal(
                name,
                said.title or name,
                desk.each_known("party", said.by, (*path, "by")),
                said.on,
                known_on,
                take,
                sequence,
                desk.grounds(said, path),
            )
        )
    return tuple(found)
