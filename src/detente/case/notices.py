"""What is legal in a case and yet worth a look, as far as the files alone can tell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from detente.case.draws import Draws
from detente.case.grounds import hindsight
from detente.case.model import Case, Contribution, Issue, Quantity
from detente.case.nodes import Node, problem_at
from detente.case.notices_record import record_notices
from detente.case.problems import Path
from detente.errors import Problem

CORRELATED = 0.8
MOVED_BY = 4

Note = tuple[Path, str, str, str]
"""Key path, what is noticed, what it is now, what to do."""


def notices(case: Case, root: Node) -> tuple[Problem, ...]:
    """All notices on a case that loads; `root` tells the lines. Cost: options × goals, goals²."""
    found = [
        problem_at(root, "case.yaml", path, (must, got, hint), severity="notice")
        for path, must, got, hint in _design_notices(case)
    ]
    return (*found, *record_notices(case, root))


def _design_notices(case: Case) -> Iterator[Note]:
    yield from _late(case)
    yield from _correlated(case)
    yield from _options(case)
    for issue in case.issues:
        yield from _crooked(issue)
    yield from _over_capacity(case)
    for lever in case.levers:
        if lever.since is not None and not lever.ended_by:
            yield (
                ("levers", lever.name),
                "is in place and no option ends it",
                "",
                "write ended_by, or say why not",
            )
    typed = {party.name for party in case.parties if not party.inferred}
    for name in dict.fromkeys(story.party for story in case.hypotheses if story.party in typed):
        yield (
            ("parties", name, "interests"),
            "are typed though hypotheses would infer them",
            "both",
            "acts decide where there are any; interests: inferred says so",
        )


def _late(case: Case) -> Iterator[Note]:
    for path, reason in hindsight(case, case.as_of):
        if not reason.startswith("judged"):
            yield (path, f"{reason}, known only after as_of {case.as_of}", "", "date it with judged_on")
    for proposal in case.proposals:
        if proposal.known_on > case.as_of:
            yield (
                ("proposals", proposal.name),
                f"is known only after as_of {case.as_of}: it will not be used",
                str(proposal.known_on),
                "",
            )
    for shock in case.shocks:
        if shock.on > case.as_of:
            yield (
                ("shocks", shock.name),
                f"comes only after as_of {case.as_of}: it will not be used",
                str(shock.on),
                "",
            )


def _middle(quantity: Quantity) -> float:
    return Draws.mean(quantity)


def _steps(case: Case) -> NDArray[np.float64]:
    """(options above the first, goals): mean points of each option, of a rung what it adds to the
    rung below. Contributions count with their full need."""
    goals = {goal.name: g for g, goal in enumerate(case.goals)}
    needs = {task.name: (goals[task.goal], _middle(task.need) * task.share) for task in case.tasks}
    rows = []
    for issue in case.issues:
        below = np.zeros(len(goals))
        for option in issue.options[1:]:
            row = np.zeros(len(goals))
            for goal, points in option.effects.items():
                row[goals[goal]] += _middle(points)
            for brings in option.brings:
                goal_index, need = needs[brings.task]
                row[goal_index] += _middle(brings.share) * need
            rows.append(row - below if issue.ladder else row)
            below = row
    return np.array(rows).reshape(-1, len(goals))


def _correlated(case: Case) -> Iterator[Note]:
    """Goals that the same options move together: what they share is counted twice."""
    steps = _steps(case)
    length = np.sqrt((steps**2).sum(axis=0))
    for second in range(len(case.goals)):
        for first in range(second):
            both = int(((steps[:, first] != 0) & (steps[:, second] != 0)).sum())
            if both < MOVED_BY:
                continue
            cosine = float(steps[:, first] @ steps[:, second] / (length[first] * length[second]))
            if abs(cosine) >= CORRELATED:
                one = case.goals[first].name
                yield (
                    ("goals", case.goals[second].name),
                    f"moves together with {one} over the options",
                    f"correlation {cosine:+.2f}",
                    "is one good counted twice?",
                )


def _options(case: Case) -> Iterator[Note]:
    wanted = {
        goal for party in case.parties for goal, size in party.interests.items() if size.low or size.high
    }
    wanted |= {goal for story in case.hypotheses for goal, size in story.centre.items() if size}
    if any(
        party.inferred and all(story.party != party.name for story in case.hypotheses)
        for party in case.parties
    ):
        wanted = {goal.name for goal in case.goals}
    of_task = {task.name: task.goal for task in case.tasks}
    for issue in case.issues:
        linked = {o for link in case.links for o in link.when.get(issue.name, ())}
        for rung, option in enumerate(issue.options[1:], start=1):
            path: Path = ("issues", issue.name, "options", option.name)
            if not option.grounds.why and not option.grounds.src:
                yield (path, "gives neither reason nor source", "", "write a line of why, and src")
            views = [option.effects, *option.as_seen_by.values()]
            moved = {goal for view in views for goal, points in view.items() if points.low or points.high}
            moved |= {of_task[brings.task] for brings in option.brings}
            if not moved & wanted and rung not in linked:
                got = ", ".join(sorted(moved)) or "no effects"
                yield (path, "moves no goal that anybody wants", got, "")


def _crooked(issue: Issue) -> Iterator[Note]:
    """Goals that a ladder moves up and down again; a goal left out at a higher rung counts as 0."""
    if not issue.ladder:
        return
    brought = {b.path for option in issue.options for brings in option.brings if (b := brings.share)}
    named = dict.fromkeys(goal for option in issue.options for goal in option.effects)
    for goal in named:
        if any(f".effects.{goal}" in path for path in brought):
            continue
        ends = [
            (q.low, q.high) if (q := option.effects.get(goal)) else (0.0, 0.0) for option in issue.options
        ]
        for side in (0, 1):
            steps = np.diff([end[side] for end in ends])
            if (steps > 1e-9).any() and (steps < -1e-9).any():
                shape = " → ".join(f"{low:g}..{high:g}" for low, high in ends)
                yield (
                    ("issues", issue.name, "options"),
                    f"do not rise or fall steadily for {goal}",
                    shape,
                    "effects are totals at each rung, lower rungs included",
                )
                break


def _over_capacity(case: Case) -> Iterator[Note]:
    """Typed effects beyond what all contributors together could add to the goal."""
    able = {goal: _capacity(case, goal) for goal in {task.goal for task in case.tasks}}
    for issue in case.issues:
        for option in issue.options:
            for goal, points in option.effects.items():
                if goal in able and points.high > able[goal] + 1e-9:
                    path: Path = ("issues", issue.name, "options", option.name, "effects", goal)
                    yield (
                        path,
                        f"is more than all contributors together can add ({able[goal]:.1f})",
                        f"{points.low:g}..{points.high:g}",
                        "",
                    )


def _capacity(case: Case, goal: str) -> float:
    total = 0.0
    for task in case.tasks:
        if task.goal == goal:
            open_part = 1.0
            for contribution in case.contributions:
                if contribution.task == task.name:
                    open_part *= 1 - _most(contribution)
            total += task.need.high * task.share * (1 - open_part)
    return total


def _most(contribution: Contribution) -> float:
    if contribution.pooled is not None:
        return min(1.0, contribution.scale.high)
    stated = [q.high for q in (contribution.claimed, contribution.evidenced) if q is not None]
    return max(stated, default=1.0)
