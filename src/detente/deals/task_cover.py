"""What options that call on contributions do to a goal: one factor per task, nothing counted twice.

`a_g += R_g · ω_k · (cover_k(c(x)) − cover_k(c0))`, `cover_k = 1 − Π_p (1 − c[p,k])`; tasks named in
`all_of` multiply their covers with this one's. MODEL section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.deals.goal_factors import DrawFactor, combination_rows

if TYPE_CHECKING:
    from detente.case.model import Issue, Option, Task
    from detente.deals.goal_factors import _Builder

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def cover_change(builder: _Builder, task: Task) -> DrawFactor | None:
    """The factor of one task over the issues whose options call on it or on its complements; None
    where no option does.

    Levels: R_g·ω_k·(cover after − cover now), (draws, rows, 1); one row per combination of options
    that call on different contributions. A delivery share does not scale them: the capability
    already says how much is carried out. A party that judges the goal otherwise (`as_seen_by`) for an
    option that only calls on a contribution has its own number instead of the cover.
    """
    names = (task.name, *task.all_of)
    scope = tuple(i for i, issue in enumerate(builder.case.issues) if _calls(issue, names))
    if not scope:
        return None
    issues = [builder.case.issues[i] for i in scope]
    classes = [_option_classes(issue, names, task.goal) for issue in issues]
    rows = combination_rows(classes, f"task {task.name}")
    firsts = [np.unique(k, return_index=True)[1] for k in classes]
    combos = np.indices([len(f) for f in firsts]).reshape(len(firsts), -1)
    chosen = np.stack([first[c] for first, c in zip(firsts, combos, strict=True)])
    size = builder.sample(task.need) * task.share

    def levels(party: str | None) -> FloatArray:
        after = _cover(builder, names, issues, chosen, (party, task.goal))
        before = _cover(builder, names, issues, np.zeros((len(issues), 1), dtype=np.int64), (None, task.goal))
        change: FloatArray = size[:, None] * (after - before)
        return change[:, :, None]

    judges = sorted(
        {p for issue in issues for o in issue.options for p in o.as_seen_by if _own(o, p, task.goal)}
    )
    views = {builder.party[p]: levels(p) for p in judges}
    return DrawFactor("task", task.name, scope, (builder.goal[task.goal],), rows, levels(None), views)


def _calls(issue: Issue, tasks: Sequence[str]) -> bool:
    return any(b.task in tasks for option in issue.options for b in option.brings)


def _own(option: Option, party: str, goal: str) -> bool:
    """Whether `party` puts its own number in place of what the option's contribution does to `goal`."""
    return bool(option.brings) and goal in option.as_seen_by.get(party, {}) and goal not in option.effects


def _option_classes(issue: Issue, tasks: Sequence[str], goal: str) -> IntArray:
    """(options,) equal numbers for options that call on the same contributions in the same words."""
    first: dict[object, int] = {}
    numbers = []
    for option in issue.options:
        called = tuple((b.contributor, b.task, b.share) for b in option.brings if b.task in tasks)
        own = tuple(p for p in sorted(option.as_seen_by) if _own(option, p, goal)) if called else ()
        numbers.append(first.setdefault((called, own), len(first)))
    return np.array(numbers, dtype=np.int64)


def _cover(
    builder: _Builder,
    tasks: Sequence[str],
    issues: Sequence[Issue],
    chosen: IntArray,
    view: tuple[str | None, str],
) -> FloatArray:
    """(draws, combinations) product over `tasks` of their covers; `chosen` (issues, combinations)."""
    party, goal = view
    level: dict[tuple[str, str], FloatArray] = {}
    for given in builder.case.contributions:
        if given.task in tasks:
            now = builder.sample(given.now) * builder.capability(given.contributor, given.task)
            level[given.contributor, given.task] = np.repeat(now[:, None], chosen.shape[1], axis=1)
    for issue, picks in zip(issues, chosen, strict=True):
        for o, option in enumerate(issue.options):
            if party is not None and _own(option, party, goal):
                continue
            for called in (b for b in option.brings if b.task in tasks):
                key = (called.contributor, called.task)
                reached = builder.sample(called.share) * builder.capability(*key)
                have = level.setdefault(key, np.zeros((builder.n, chosen.shape[1])))
                level[key] = np.where(picks == o, np.maximum(have, reached[:, None]), have)
    product = np.ones((builder.n, chosen.shape[1]))
    for task in tasks:
        uncovered = np.ones_like(product)
        for (_, name), reached in level.items():
            if name == task:
                uncovered *= 1.0 - reached
        product *= 1.0 - uncovered
    return product
