"""From form to values: issues, options, and everything that speaks about combinations of them."""

from __future__ import annotations

from collections.abc import Mapping

from detente.case.desk import Desk
from detente.case.form import CaseForm, ConsentForm, IssueForm, OptionForm
from detente.case.model import (
    Brings,
    Consent,
    Delivery,
    Issue,
    Option,
    Quantity,
    Reversion,
)
from detente.case.notation import Said
from detente.case.problems import Path, shown


def compile_issues(desk: Desk, form: CaseForm) -> tuple[Issue, ...]:
    """Issues with their options, consents, deliveries and reversion."""
    issues = []
    for name, said in form.issues.items():
        path: Path = ("issues", name)
        if not said.options:
            desk.note((*path, "options"), "must have at least one option", "none")
            continue
        options = tuple(_option(desk, name, said, rung) for rung in range(len(said.options)))
        issues.append(
            Issue(
                name,
                said.title or name,
                options,
                said.ladder,
                _consents(desk, name, said),
                _deliveries(desk, name, said),
                _reversion(desk, name, said),
                said.currency,
            )
        )
    return tuple(issues)


def _option(desk: Desk, issue: str, said: IssueForm, rung: int) -> Option:
    name, form = list(said.options.items())[rung]
    path: Path = ("issues", issue, "options", name)
    if rung == 0:
        for key, value in (
            ("effects", form.effects),
            ("besides", form.besides),
            ("as_seen_by", form.as_seen_by),
        ):
            if value:
                must = "must be empty for the first option: it is where things stand"
                desk.note((*path, key), must, ", ".join(value), "put a new first option above it")
    die = f"issues.{issue}" if said.ladder else f"issues.{issue}.{name}"
    effects, brings = _effects(desk, form, path, die)
    seen = {
        party: _dice(desk, values, (*path, "as_seen_by", party), die)
        for party, values in form.as_seen_by.items()
        if desk.known("party", party, (*path, "as_seen_by", party))
    }
    return Option(name, form.title or name, effects, seen, brings, desk.grounds(form, path), desk.mark(path))


def _dice(desk: Desk, said: Mapping[str, Said], path: Path, die: str) -> dict[str, Quantity]:
    """Goal → points, every goal on the die of this issue (or option)."""
    found = {}
    for goal, value in said.items():
        at = (*path, goal)
        if desk.known("goal", goal, at) and (quantity := desk.number(value, at, "points", f"{die}.{goal}")):
            found[goal] = quantity
    return found


def _effects(
    desk: Desk, form: OptionForm, path: Path, die: str
) -> tuple[dict[str, Quantity], tuple[Brings, ...]]:
    """Typed effects and calls on contributions; the two on one goal only through `besides`."""
    effects: dict[str, Quantity] = {}
    brings: list[Brings] = []
    for goal, values in form.effects.items():
        at = (*path, "effects", goal)
        if not desk.known("goal", goal, at):
            continue
        typed = [value for value in values if value.of is None]
        if len(typed) > 1:
            desk.note(at, "must be one number", f"{len(typed)} numbers")
        if typed and len(typed) < len(values):
            desk.note(
                at,
                "must not be a number and a contribution at once",
                " and ".join(v.text for v in values),
                f"write what comes on top as besides: {{{goal}: {typed[0].text}}}",
            )
        for position, value in enumerate(values):
            if value.of is not None:
                brings += _brings(desk, value, goal, (*at, position) if len(values) > 1 else at)
            elif (quantity := desk.number(value, at, "points", f"{die}.{goal}")) is not None:
                effects[goal] = quantity
    for goal, quantity in _dice(desk, form.besides, (*path, "besides"), die).items():
        if all(value.of is None for value in form.effects.get(goal, [])):
            desk.note(
                (*path, "besides", goal),
                "must stand beside a contribution to the same goal",
                "none",
                "write the number under effects",
            )
        effects[goal] = quantity
    return effects, tuple(brings)


def _brings(desk: Desk, said: Said, goal: str, path: Path) -> list[Brings]:
    share = desk.quantity(said, path, "share")
    if share is None or share.of is None:
        return []
    contributor, task = share.of.split(".")
    of_goal = desk.root.locate(("tasks", task, "goal"))[0].text
    if of_goal != goal:
        desk.note(path, f"must name a task of {goal}", f"{task}, a task of {shown(of_goal)}")
        return []
    return [
        Brings(
            contributor,
            task,
            Quantity(share.low, share.high, share.mode, None, share.die, share.path, share.mark),
        )
    ]


def _consents(desk: Desk, issue: str, said: IssueForm) -> tuple[Consent, ...]:
    found = []
    for text, entries in said.consent.items():
        path: Path = ("issues", issue, "consent", text)
        options = desk.options(issue, text, path)
        for position, entry in enumerate(entries):
            at: Path = (*path, position)
            consent = _consent(desk, entry, options, at if desk.root.locate(at)[1] == len(at) else path)
            found += [consent] if consent is not None else []
    return tuple(found)


def _consent(desk: Desk, entry: ConsentForm, options: tuple[int, ...], path: Path) -> Consent | None:
    if not desk.known("consenter", entry.by, path):
        return None
    grounds = desk.grounds(entry, path)
    rule = entry.can_be_overruled
    if rule is None:
        return Consent(options, entry.by, entry.silent, grounds=grounds)
    at = (*path, "can_be_overruled")
    cost = desk.number(rule.cost, (*at, "cost"), "cost")
    if not desk.known("party", rule.by, (*at, "by")):
        return None
    flags = desk.names.flag_of
    if flags.get(entry.by) != flags[rule.by] or rule.by == entry.by:
        same = [p for p, flag in flags.items() if flag == flags.get(entry.by) and p != entry.by]
        desk.note(
            (*at, "by"),
            f"must be another party of the same flag as {entry.by}",
            rule.by,
            "parties: " + (", ".join(same) or "none"),
        )
    return Consent(options, entry.by, entry.silent, rule.by, cost, grounds)


def _deliveries(desk: Desk, issue: str, said: IssueForm) -> tuple[Delivery, ...]:
    found = []
    for text, shares in said.delivers.items():
        path: Path = ("issues", issue, "delivers", text)
        options = desk.options(issue, text, path)
        for party, value in shares.items():
            at: Path = (*path, party)
            share = desk.quantity(value, at, "share")
            if desk.known("party", party, at) and share is not None:
                found.append(Delivery(options, party, share))
    return tuple(found)


def _reversion(desk: Desk, issue: str, said: IssueForm) -> Reversion | None:
    form, path = said.reverts, ("issues", issue, "reverts")
    if form is None:
        return None
    to = desk.options(issue, form.to, (*path, "to"))
    holds = desk.choices(issue, form.holds, (*path, "holds")) if form.holds else (0,)
    if len(to) > 1:
        desk.note((*path, "to"), "must be one option", form.to)
    if to and to[0] in holds:
        desk.note(
            (*path, "to"),
            "must not be among the options it falls from",
            form.to,
            "holds lists what needs keeping",
        )
    if not to or not desk.known("consenter", form.kept_by, (*path, "kept_by")):
        return None
    return Reversion(to[0], form.on, form.kept_by, holds, desk.grounds(form, path))
