"""Notices on the record: sources, grades, menus and counts."""

from __future__ import annotations

from collections.abc import Iterator

from detente.case.draws import Draws
from detente.case.grades import best_reliability
from detente.case.grounds import judged_things
from detente.case.model import Case, Hypothesis, Menu, Quantity
from detente.case.nodes import Node, problem_at
from detente.case.repeats import effective_count
from detente.errors import Problem

MIRROR_FROM = 8
COUNT_FROM = 5


def record_notices(case: Case, root: Node) -> Iterator[Problem]:
    """Notices about records and menus, each at its row or line."""
    yield from _uncited(case)
    yield from _late_codings(case)
    yield from _mirrored(case)
    yield from _counts(case)
    for menu in case.menus:
        for must, got, hint in _menu(case, menu):
            yield problem_at(root, "case.yaml", ("menus", menu.name), (must, got, hint), severity="notice")


def _row(case_file: str, line: int, key: str, parts: tuple[str, str, str]) -> Problem:
    return Problem(case_file, line, 0, key, *parts, "notice")


def _uncited(case: Case) -> Iterator[Problem]:
    cited = {name for event in case.events for name in event.sources}
    cited |= {name for _, grounds in judged_things(case) for name in grounds.src}
    for source in case.sources:
        if source.id not in cited and source.mark is not None:
            yield _row("sources.csv", source.mark.line, source.id, ("is cited by nobody", "", ""))


def _late_codings(case: Case) -> Iterator[Problem]:
    """One notice for all: a record that goes on after the as-of date is usual, and good to know."""
    late = [c for c in case.codings if c.known_on > case.as_of and c.mark is not None]
    if late and late[0].mark is not None:
        shown = ", ".join(c.id for c in late[:5]) + (" …" if len(late) > 5 else "")
        must = f"and {len(late) - 1} more are known" if len(late) > 1 else "is known"
        told = f"{must} only after as_of {case.as_of}: not used as of then"
        yield _row("codings.csv", late[0].mark.line, late[0].id, (told, shown, ""))


def _mirrored(case: Case) -> Iterator[Problem]:
    """Reliability of the source and credibility of the report, one always with the same other."""
    pairs = [(best_reliability(case, event), event.reported) for event in case.events if event.sources]
    letters, digits, both = {p[0] for p in pairs}, {p[1] for p in pairs}, set(pairs)
    if len(pairs) >= MIRROR_FROM and len(both) == len(letters) == len(digits) > 1:
        got = ", ".join(f"{letter}{digit}" for letter, digit in sorted(both))
        hint = "grade the report apart from its source"
        yield _row("events.csv", 1, "reported", ("only mirrors the reliability of the sources", got, hint))


def _counts(case: Case) -> Iterator[Problem]:
    acts = [coding for coding in case.codings if coding.kind == "act"]
    for party in dict.fromkeys(coding.by for coding in acts):
        mine = [coding for coding in acts if coding.by == party]
        weight = {coding.id: effective_count(coding, case.settings.rho) for coding in mine}
        for coding in mine:
            k = sum(coding.taken.values())
            rest = sum(weight.values()) - weight[coding.id]
            if k >= COUNT_FROM and weight[coding.id] > rest and coding.mark is not None:
                must = f"outweighs all other acts of {party} together"
                got = f"{k:g} counted as {weight[coding.id]:.1f} choices against {rest:.1f}"
                yield _row(
                    "codings.csv", coding.mark.line, coding.id, (must, got, "are they independent choices?")
                )


def _menu(case: Case, menu: Menu) -> Iterator[tuple[str, str, str]]:
    def pushes(alternative: str) -> dict[str, float]:
        means = {goal: Draws.mean(push) for goal, push in menu.alternatives[alternative].items()}
        return {goal: push for goal, push in means.items() if push}

    if all(pushes(alternative) for alternative in menu.alternatives):
        yield ("has no alternative that does nothing", ", ".join(menu.alternatives), "write nothing: {}")
    seen: dict[tuple[object, ...], str] = {}
    for alternative in menu.alternatives:
        key = (*sorted(pushes(alternative).items()), Draws.mean(menu.cost.get(alternative, _FREE)))
        if key in seen:
            yield (
                "has two alternatives that are alike",
                f"{seen[key]} and {alternative}",
                "near-duplicates are one entry",
            )
        seen.setdefault(key, alternative)
    users = dict.fromkeys(
        coding.by for coding in case.codings if coding.kind == "act" and coding.about == menu.name
    )
    if not users:
        yield ("is used by no act", "", "")
    for party in users:
        stories = [story for story in case.hypotheses if story.party == party]
        best = {_best(menu, story) for story in stories}
        if len(stories) > 1 and len(best) == 1:
            yield (
                f"has one alternative that is best under every hypothesis of {party}",
                best.pop(),
                "it cannot tell them apart",
            )


_FREE = Quantity(0, 0)


def _best(menu: Menu, story: Hypothesis) -> str:
    """The alternative with the highest mean push under a story's centre; the first of equals."""
    total = sum(abs(size) for size in story.centre.values())

    def worth(alternative: str) -> float:
        pushes = menu.alternatives[alternative].items()
        gain = sum(story.centre.get(goal, 0.0) / total * Draws.mean(push) for goal, push in pushes)
        return gain - Draws.mean(menu.cost.get(alternative, _FREE))

    return max(menu.alternatives, key=worth)
