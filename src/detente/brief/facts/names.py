"""What people call things: parties, bodies, options, obstacles, changes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detente.brief.words import listing
from detente.deals import Obstacle
from detente.study import Study

IntArray = NDArray[np.int64]


def party_title(study: Study, name: str) -> str:
    """What people call a party, a body or a flag."""
    for group in (study.case.parties, study.case.bodies):
        for item in group:
            if item.name == name:
                return item.title or name
    return study.case.flags.get(name, name)


def lever_title(study: Study, name: str) -> str:
    """What people call a lever."""
    return next((lever.title or name for lever in study.case.levers if lever.name == name), name)


def option_title(study: Study, choice: str) -> str:
    """ "issue=option" in words: the title of the issue, and that of the option."""
    issue, _, option = choice.partition("=")
    for item in study.case.issues:
        if item.name == issue:
            title = next((o.title for o in item.options if o.name == option), option)
            return f"{item.title}: {title}"
    return choice


def change_title(study: Study, issue: str, before: str, after: str) -> tuple[str, str, str]:
    """(issue, from, to) in words, from their names in the case."""
    item = next(i for i in study.case.issues if i.name == issue)
    titles = {o.name: o.title for o in item.options}
    return item.title, titles[before], titles[after]


def changes_from(study: Study, before: IntArray, after: IntArray) -> tuple[tuple[str, str, str], ...]:
    """(issue, from, to) titles of what one package (issues,) settles otherwise than another."""
    return tuple(
        (issue.title, issue.options[a].title, issue.options[b].title)
        for issue, a, b in zip(study.case.issues, before, after, strict=True)
        if a != b
    )


def obstacles_told(study: Study, obstacles: Iterable[Obstacle]) -> str:
    """Obstacles as one phrase: refusals together, then overruling, then strings with their owners."""
    listed = list(obstacles)
    refusing = [party_title(study, name) for kind, name in listed if kind == "refusal"]
    parts = []
    if refusing:
        parts.append(f"the refusal{'s' if len(refusing) > 1 else ''} of {listing(refusing)}")
    parts += [
        f"{party_title(study, n)}’s reluctance to overrule" for kind, n in listed if kind == "overruling"
    ]
    parts += [_string_told(study, name) for kind, name in listed if kind == "condition"]
    return "; ".join(parts)


def _string_told(study: Study, name: str) -> str:
    owner = next((party_title(study, c.by) for c in study.case.conditions if c.name == name), "")
    return f"the string “{name}” ({owner})" if owner else f"the string “{name}”"
