"""From a valid form to the frozen case: goals, parties, bodies, settings, and the whole."""

from __future__ import annotations

import math
from dataclasses import replace

from detente.case.compile_bodies import compile_body
from detente.case.compile_issues import compile_issues
from detente.case.compile_means import (
    compile_audiences,
    compile_contributions,
    compile_hypotheses,
    compile_measures,
    compile_menus,
    compile_methods,
    compile_tasks,
    compile_times,
)
from detente.case.compile_moves import (
    compile_conditions,
    compile_forbid,
    compile_levers,
    compile_links,
    compile_overlaps,
    compile_proposals,
)
from detente.case.desk import Desk
from detente.case.form import CaseForm, PartyForm, SettingsForm
from detente.case.model import Case, Goal, Party, Quantity, Settings
from detente.case.problems import Path, nearest

_SETTING_LIMITS = {
    "gap90_points": (0.01, 1000.0),
    "gap90_pushes": (0.01, 100.0),
    "gap90_spread": (0.0, 5.0),
    "rho": (0.0, 1.0),
    "refusal_reserve": (0.0, 100.0),
    "kinship": (0.0, 0.95),
    "detection": (0.0, 1.0),
    "detection_unwatched": (0.0, 1.0),
    "false_alarm": (0.0, 1.0),
    "performance": (0.0, 1.0),
    "payable": (0.0, 1.0),
    "grade_power": (0.0, 10.0),
}


def compile_case(desk: Desk, form: CaseForm) -> Case:
    """The case without its records. What does not resolve becomes a problem on the desk."""
    settings = _settings(desk, form.settings)
    desk.scale = settings.scale
    goals = _goals(desk, form)
    parties = tuple(_party(desk, name, said) for name, said in form.parties.items())
    bodies = tuple(compile_body(desk, name, said, form) for name, said in form.bodies.items())
    _check_head(desk, form)
    _check_inferred(desk, form)
    return Case(
        form.name,
        form.title,
        form.about.strip(),
        form.as_of,
        form.principal,
        tuple(form.table),
        form.horizon,
        form.marking,
        goals,
        parties,
        compile_issues(desk, form),
        bodies,
        compile_links(desk, form),
        compile_overlaps(desk, form),
        compile_conditions(desk, form),
        compile_forbid(desk, form),
        compile_levers(desk, form),
        compile_proposals(desk, form),
        compile_tasks(desk, form),
        compile_measures(desk, form),
        compile_contributions(desk, form),
        compile_methods(desk, form),
        compile_hypotheses(desk, form),
        compile_menus(desk, form),
        compile_audiences(desk, form),
        *compile_times(desk, form),
        settings=settings,
        asks=desk.each_known("issue", form.asks, ("asks",)),
        flags=_flags(desk, form),
    )


def _settings(desk: Desk, said: SettingsForm) -> Settings:
    found: dict[str, float] = {}
    for key, (low, high) in _SETTING_LIMITS.items():
        value = getattr(said, key)
        if value is None:
            continue
        if not low <= value <= high:
            desk.note(("settings", key), f"must be between {low:g} and {high:g}", f"{value:g}")
        found[key] = value
    settings = replace(Settings(), **found)  # type: ignore[arg-type]
    if said.candour is not None:
        if len(said.candour) != 2 or min(said.candour) <= 0:
            desk.note(("settings", "candour"), "must be two numbers above 0, the a and b of a Beta")
        else:
            settings = replace(settings, candour=(said.candour[0], said.candour[1]))
    for key, table in (("reliability", said.reliability), ("credibility", said.credibility)):
        for grade, value in table.items():
            if not 0 <= value <= 1:
                desk.note(("settings", key, grade), "must be between 0 and 1", f"{value:g}")
    scale = {}
    for word, quantity in said.scale.items():
        at: Path = ("settings", "scale", word)
        if quantity.word:
            desk.note(at, "must be numbers", quantity.text)
        elif (value := desk.number(quantity, at, "size")) is not None:
            scale[word.lower()] = value
    return replace(
        settings,
        reliability={str(k): v for k, v in said.reliability.items()},
        credibility={str(k): v for k, v in said.credibility.items()},
        scale=scale,
    )


def _goals(desk: Desk, form: CaseForm) -> tuple[Goal, ...]:
    found = []
    if not form.goals and desk.intact(("goals",)):
        desk.note(("goals",), "must name at least one goal", "none")
    for name, said in form.goals.items():
        path: Path = ("goals", name)
        base = desk.number(said.base, (*path, "base"), "level") or Quantity(50, 50)
        found.append(Goal(name, said.title or name, said.worst, said.best, base, desk.grounds(said, path)))
    return tuple(found)


def _party(desk: Desk, name: str, said: PartyForm) -> Party:
    path: Path = ("parties", name)
    inferred = isinstance(said.interests, str)
    interests = (
        {} if isinstance(said.interests, str) else desk.effects(said.interests, (*path, "interests"), "size")
    )
    if (
        not inferred
        and desk.intact((*path, "interests"))
        and all(q.low == q.high == 0 for q in interests.values())
    ):
        desk.note(
            (*path, "interests"),
            "must have a size other than 0",
            "only zeros" if interests else "none",
            "who wants nothing is no party",
        )
    stakes = desk.number(said.stakes, (*path, "stakes"), "factor") or Quantity(1, 1)
    if stakes.low <= 0:
        desk.note((*path, "stakes"), "must be above 0", said.stakes.text)
    if not (math.isfinite(said.margin) and abs(said.margin) <= 100):
        desk.note((*path, "margin"), "must be between -100 and 100 points", f"{said.margin:g}")
    return Party(
        name,
        said.title or name,
        said.flag or name,
        interests,
        inferred,
        stakes,
        said.margin,
        desk.grounds(said, path),
    )


def _flags(desk: Desk, form: CaseForm) -> dict[str, str]:
    for flag in form.flags:
        if flag not in desk.names.flags:
            hint = nearest(flag, sorted(desk.names.flags), "flags")
            desk.note(("flags", flag), "must be the flag of a party", flag, hint)
    return dict(form.flags)


def _check_head(desk: Desk, form: CaseForm) -> None:
    if form.horizon < form.as_of and desk.intact(("as_of",)) and desk.intact(("horizon",)):
        desk.note(("horizon",), f"must not be before as_of {form.as_of}", str(form.horizon))
    if not form.issues and desk.intact(("issues",)):
        desk.note(("issues",), "must name at least one issue", "none")
    if not (desk.intact(("table",)) and desk.intact(("principal",))):
        return
    desk.each_known("party", form.table, ("table",))
    if len(set(form.table)) != len(form.table):
        desk.note(("table",), "must name each party once", ", ".join(form.table))
    if len(form.table) < 2:
        desk.note(("table",), "must have two or more parties", ", ".join(form.table) or "none")
    if desk.known("party", form.principal, ("principal",)) and form.principal not in form.table:
        desk.note(("principal",), "must sit at the table", form.principal, "table: " + ", ".join(form.table))


def _check_inferred(desk: Desk, form: CaseForm) -> None:
    for name, said in form.parties.items():
        if isinstance(said.interests, str) and not form.hypotheses.get(name):
            desk.note(
                ("parties", name, "interests"),
                "is inferred from acts alone: no hypotheses are written",
                "inferred",
                f"write hypotheses: {name}: …",
                severity="notice",
            )
