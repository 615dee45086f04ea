"""From form to values: what is brought, what is wanted, what is measured."""

from __future__ import annotations

from collections.abc import Mapping

from detente.case.desk import Desk
from detente.case.form import CaseForm, ContributionForm, MenuForm
from detente.case.model import (
    UNSEEN,
    Audience,
    Contribution,
    DelayScale,
    Hypothesis,
    Measure,
    Menu,
    Method,
    Period,
    Quantity,
    Shock,
    Task,
)
from detente.case.problems import Path, nearest, shown

RESERVED = "none_of_these"


def compile_tasks(desk: Desk, form: CaseForm) -> tuple[Task, ...]:
    """Tasks; the shares of a goal's tasks must sum to 1 (a task that only conditions others, named in
    their `all_of`, has share 0 unless it says otherwise)."""
    conditions = {other for said in form.tasks.values() for other in said.all_of}
    found = []
    for name, said in form.tasks.items():
        path: Path = ("tasks", name)
        share = said.share if said.share is not None else 0.0 if name in conditions else 1.0
        if not 0 <= share <= 1:
            desk.note(
                (*path, "share"), "must be between 0 and 1", f"{share:g}", "a share is written 30% or 0.3"
            )
        need = desk.number(said.need, (*path, "need"), "need")
        all_of = desk.each_known("task", said.all_of, (*path, "all_of"))
        if name in all_of:
            desk.note((*path, "all_of"), "must name other tasks", name)
        if desk.known("goal", said.goal, (*path, "goal")) and need is not None:
            found.append(
                Task(
                    name,
                    said.title or name,
                    said.goal,
                    need,
                    share,
                    said.theatre,
                    all_of,
                    desk.grounds(said, path),
                )
            )
    _check_shares(desk, found)
    return tuple(found)


def _check_shares(desk: Desk, tasks: list[Task]) -> None:
    for goal in dict.fromkeys(task.goal for task in tasks):
        mine = [task for task in tasks if task.goal == goal]
        total = sum(task.share for task in mine)
        sane = desk.intact(("tasks",)) and all(0 <= task.share <= 1 for task in mine)
        if sane and abs(total - 1) > 1e-6:
            parts = " + ".join(f"{task.name} {task.share:g}" for task in mine)
            desk.note(
                ("tasks", mine[0].name, "share"),
                f"must sum to 1 over the tasks of {goal}",
                f"{parts} = {total:g}",
                "the default share is 1",
            )


def compile_measures(desk: Desk, form: CaseForm) -> tuple[Measure, ...]:
    """Measured quantities that claims speak about."""
    found = []
    for name, said in form.measures.items():
        path: Path = ("measures", name)
        ignorance = desk.number(said.ignorance, (*path, "ignorance"), "measure")
        if said.per <= 0:
            desk.note((*path, "per"), "must be above 0", f"{said.per:g}")
        if ignorance is not None:
            found.append(
                Measure(
                    name,
                    said.title or name,
                    said.unit,
                    said.period,
                    said.about,
                    ignorance,
                    said.per,
                    said.topic,
                    desk.grounds(said, path),
                )
            )
    return tuple(found)


def compile_contributions(desk: Desk, form: CaseForm) -> tuple[Contribution, ...]:
    """What each contributor can cover of each task."""
    found = []
    for contributor, tasks in form.contributions.items():
        known = desk.known("contributor", contributor, ("contributions", contributor))
        for task, said in tasks.items():
            path: Path = ("contributions", contributor, task)
            if desk.known("task", task, path) and known:
                found.append(_contribution(desk, said, path))
    return tuple(found)


def _contribution(desk: Desk, said: ContributionForm, path: Path) -> Contribution:
    claimed = desk.number(said.claimed, (*path, "claimed"), "share") if said.claimed else None
    evidenced = desk.number(said.evidenced, (*path, "evidenced"), "share") if said.evidenced else None
    if said.pooled is not None:
        desk.known("measure", said.pooled, (*path, "pooled"))
        if said.claimed or said.evidenced:
            desk.note(
                (*path, "pooled"),
                "must not stand beside claimed or evidenced",
                said.pooled,
                "either the claims decide or the analyst",
            )
    elif not (said.claimed or said.evidenced):
        desk.note(path, "must have pooled, or claimed and evidenced", "neither")
    scale = desk.number(said.scale, (*path, "scale"), "factor")
    now = desk.number(said.now, (*path, "now"), "share")
    default = Quantity(1, 1), Quantity(0, 0)
    return Contribution(
        str(path[1]),
        str(path[2]),
        claimed,
        evidenced,
        said.pooled,
        scale or default[0],
        now or default[1],
        desk.grounds(said, path),
    )


def compile_methods(desk: Desk, form: CaseForm) -> tuple[Method, ...]:
    """What a contributor's way of doing things costs others."""
    found = []
    for contributor, said in form.methods.items():
        path: Path = ("methods", contributor)
        if desk.known("contributor", contributor, path):
            found.append(
                Method(contributor, desk.effects(said.effects, (*path, "effects")), desk.grounds(said, path))
            )
    return tuple(found)


def compile_hypotheses(desk: Desk, form: CaseForm) -> tuple[Hypothesis, ...]:
    """Stories of what a party wants."""
    found = []
    for party, stories in form.hypotheses.items():
        known = desk.known("party", party, ("hypotheses", party))
        for name, said in stories.items():
            path: Path = ("hypotheses", party, name)
            if name == RESERVED:
                desk.note(path, "must not be written: it is always in the list", RESERVED)
            centre = _sizes(desk, said.interests, (*path, "interests"))
            for key, value in (("odds", said.odds), ("kappa", said.kappa)):
                if value <= 0:
                    desk.note((*path, key), "must be above 0", f"{value:g}")
            _records(desk, said.kept_out, (*path, "kept_out"))
            if known:
                found.append(
                    Hypothesis(
                        party,
                        name,
                        said.title or name,
                        centre,
                        said.odds,
                        said.kappa,
                        tuple(said.kept_out),
                        desk.grounds(said, path),
                    )
                )
    return tuple(found)


def _sizes(desk: Desk, said: Mapping[str, float], path: Path) -> dict[str, float]:
    """Goal → signed size, not all zero."""
    if desk.intact(path) and not any(said.values()):
        desk.note(path, "must have a size other than 0", "only zeros" if said else "none")
    return {goal: value for goal, value in said.items() if desk.known("goal", goal, (*path, goal))}


def _records(desk: Desk, names: list[str], path: Path) -> None:
    for position, name in enumerate(names):
        if name not in desk.names.records and desk.names.records_whole:
            desk.note(
                (*path, position),
                "must be the id of an event or coding",
                shown(name),
                nearest(name, sorted(desk.names.records), "ids"),
            )


def compile_menus(desk: Desk, form: CaseForm) -> tuple[Menu, ...]:
    """Alternatives that many acts share."""
    found = []
    for name, said in form.menus.items():
        path: Path = ("menus", name)
        alternatives = {
            alternative: desk.effects(pushes, (*path, "alternatives", alternative), "push")
            for alternative, pushes in said.alternatives.items()
        }
        if len(alternatives) < 2:
            desk.note((*path, "alternatives"), "must be two or more", ", ".join(alternatives) or "none")
        if UNSEEN in alternatives:
            desk.note((*path, "alternatives", UNSEEN), "must not be written: it is coded, not chosen", UNSEEN)
        found.append(
            Menu(
                name,
                said.title or name,
                alternatives,
                _menu_cost(desk, said, path),
                _during(desk, said, path),
                _seen(desk, said, path),
                said.announced,
                desk.grounds(said, path),
            )
        )
    return tuple(found)


def _alternative(desk: Desk, said: MenuForm, name: str, at: Path) -> bool:
    """Whether the menu has that alternative; tells the problem if not."""
    if name in said.alternatives:
        return True
    hint = nearest(name, said.alternatives, "alternatives")
    desk.note(at, "must be an alternative of this menu", shown(name), hint)
    return False


def _menu_cost(desk: Desk, said: MenuForm, path: Path) -> dict[str, Quantity]:
    found = {}
    for name, value in said.cost.items():
        at: Path = (*path, "cost", name)
        if _alternative(desk, said, name, at) and (cost := desk.number(value, at, "push")) is not None:
            found[name] = cost
    return found


def _seen(desk: Desk, said: MenuForm, path: Path) -> dict[str, float]:
    for name, chance in said.seen.items():
        at: Path = (*path, "seen", name)
        if _alternative(desk, said, name, at) and not 0 < chance <= 1:
            desk.note(at, "must be a chance above 0 and at most 1", f"{chance:g}")
    return dict(said.seen)


def _during(desk: Desk, said: MenuForm, path: Path) -> dict[str, dict[str, dict[str, Quantity]]]:
    found = {}
    for state, changes in said.during.items():
        at: Path = (*path, "during", state)
        known = desk.names.get("lever") + desk.names.get("period")
        if state not in known and (known or not desk.broken):
            desk.note(at, "must be a lever or a period of the case", shown(state), nearest(state, known))
        found[state] = {
            name: desk.effects(pushes, (*at, name), "push")
            for name, pushes in changes.items()
            if _alternative(desk, said, name, (*at, name))
        }
    return found


def compile_periods(desk: Desk, form: CaseForm) -> tuple[Period, ...]:
    """States of things that last for a time."""
    found = []
    for name, said in form.periods.items():
        path: Path = ("periods", name)
        if said.until is not None and said.until < said.since:
            desk.note((*path, "until"), f"must not be before since {said.since}", str(said.until))
        if name in form.levers:
            desk.note(path, "must not have the name of a lever", name)
        found.append(Period(name, said.title or name, said.since, said.until, desk.grounds(said, path)))
    return tuple(found)


def compile_audiences(desk: Desk, form: CaseForm) -> tuple[Audience, ...]:
    """What audiences want to hear."""
    return tuple(
        Audience(name, _sizes(desk, wants, ("audiences", name))) for name, wants in form.audiences.items()
    )


def compile_times(
    desk: Desk, form: CaseForm
) -> tuple[tuple[DelayScale, ...], tuple[Period, ...], tuple[Shock, ...]]:
    """What has a clock: kinds of delay, periods, shocks."""
    return compile_delays(desk, form), compile_periods(desk, form), compile_shocks(desk, form)


def compile_delays(desk: Desk, form: CaseForm) -> tuple[DelayScale, ...]:
    """Kinds of delay with their reference."""
    found = []
    for name, said in form.delays.items():
        path: Path = ("delays", name)
        reference = desk.number(said.reference, (*path, "reference"), "factor")
        pushes = desk.effects(said.pushes, (*path, "pushes"), "push")
        cost = desk.number(said.cost, (*path, "cost"), "push")
        if reference is not None and reference.low <= 0:
            desk.note((*path, "reference"), "must be above 0", said.reference.text)
        if not 1 < said.spread <= 1000:
            desk.note((*path, "spread"), "must be a factor above 1 and at most 1000", f"{said.spread:g}")
        if reference is not None and cost is not None:
            head = (name, said.title or name, said.unit, reference, pushes, cost, said.spread)
            found.append(DelayScale(*head, desk.grounds(said, path)))
    return tuple(found)


def compile_shocks(desk: Desk, form: CaseForm) -> tuple[Shock, ...]:
    """Events that multiply weights for a time."""
    found = []
    for name, said in form.shocks.items():
        path: Path = ("shocks", name)
        if said.half_life <= 0:
            desk.note((*path, "half_life"), "must be above 0 days", f"{said.half_life:g}")
        for party, factors in said.weights.items():
            desk.known("party", party, (*path, "weights", party))
            for goal in factors:
                desk.known("goal", goal, (*path, "weights", party, goal))
        for issue in said.delivery:
            desk.known("issue", issue, (*path, "delivery", issue))
        found.append(
            Shock(
                name,
                said.title or name,
                said.on,
                said.half_life,
                said.weights,
                said.delivery,
                desk.grounds(said, path),
            )
        )
    return tuple(found)
