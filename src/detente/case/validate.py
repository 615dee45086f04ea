"""From the node tree to a valid form: every problem at its line, with the nearest known key.

What is wrong is cut out and the rest validated again, so that a wrong date on line 3 does not hide
an unknown party on line 300.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from detente.case.form import CaseForm
from detente.case.nodes import Node, plain, problem_at
from detente.case.problems import Path, describe, nearest, shown
from detente.errors import Problem

ROUNDS = 4

_MUST = {
    "missing": "is required",
    "extra_forbidden": "is not a key that belongs here",
    "string_type": "must be text",
    "dict_type": "must be a mapping, key: value",
    "model_type": "must be a mapping, key: value",
    "model_attributes_type": "must be a mapping, key: value",
    "list_type": "must be a list",
}


def validate(root: Node, file: str) -> tuple[CaseForm | None, list[Problem]]:
    """The form of a case file and what is wrong with it.

    With problems, the form is what remains without the wrong parts (stand-ins where a case cannot do
    without them), good only for finding more problems; None where there is no mapping to begin with.
    """
    if root.kind != "map":
        got = "a list" if root.kind == "list" else shown(root.text)
        return None, [Problem(file, root.line, root.column, "", "must be a mapping, key: value", got)]
    raw = plain(root)
    problems: list[Problem] = []
    cut: set[tuple[str | int, ...]] = set()
    for _ in range(ROUNDS):
        try:
            return CaseForm.model_validate(raw), problems
        except ValidationError as error:
            details = error.errors(include_url=False)
        told = [detail for detail in details if tuple(detail["loc"]) not in cut]
        problems += [p for p in (_problem(root, file, d) for d in told) if p not in problems]
        for detail in details:
            cut.add(_cut(raw, detail["loc"][:-1] if detail["type"] == "missing" else detail["loc"]))
        raw = {**_STAND_INS, **raw}
    return None, problems


_STAND_INS = {
    "format": "1",
    "name": "case",
    "title": "case",
    "as_of": "9999-01-01",
    "horizon": "9999-12-31",
    "principal": "",
    "table": [],
    "goals": {},
    "parties": {},
    "issues": {},
}


def _problem(root: Node, file: str, detail: ErrorDetails) -> Problem:
    path = _real_path(root, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return problem_at(root, file, path, ("is required", "", ""))
    if kind == "extra_forbidden":
        known = sorted(_known_keys(path[:-1]))
        return problem_at(root, file, path, (_MUST[kind], "", nearest(str(path[-1]), known, "keys")))
    got = str(context.get("got", "")) or shown(describe(detail["input"]))
    if kind == "detente":
        return problem_at(root, file, path, (str(context["must"]), got, str(context.get("hint", ""))))
    if kind == "literal_error":
        return problem_at(root, file, path, ("must be " + str(context["expected"]), got, ""))
    return problem_at(root, file, path, (_MUST.get(kind, detail["msg"]), got, ""))


def _real_path(root: Node, loc: Sequence[str | int]) -> Path:
    """pydantic's loc without its own marks (`[key]`, branches of a union, indices of a bare name)."""
    path: list[str | int] = []
    node: Node | None = root
    for position, step in enumerate(loc):
        last = position == len(loc) - 1
        child = node.get(step) if node is not None else None
        if child is not None:
            path.append(step)
            node = child
        elif last and isinstance(step, str) and not step.startswith(("[", "literal", "dict", "str")):
            path.append(step)
    return tuple(path)


def _known_keys(path: Path) -> list[str]:
    """The keys that a form knows at a place."""
    at: Any = CaseForm
    for step in path:
        if isinstance(at, type) and issubclass(at, BaseModel):
            fields = {info.alias or name: info for name, info in at.model_fields.items()}
            at = _peel(fields[str(step)].annotation) if str(step) in fields else None
        elif get_origin(at) in (dict, list):
            at = _peel(get_args(at)[-1])
    if isinstance(at, type) and issubclass(at, BaseModel):
        return [info.alias or name for name, info in at.model_fields.items()]
    inner = get_args(at)[-1] if get_origin(at) is list else None
    return _known_fields(inner)


def _known_fields(model: Any) -> list[str]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        return [info.alias or name for name, info in model.model_fields.items()]
    return []


def _peel(annotation: Any) -> Any:
    """The bare type under Annotated and Optional."""
    while hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    options = [a for a in get_args(annotation) if a is not type(None)]
    if options and get_origin(annotation) not in (dict, list):
        return _peel(options[0])
    return annotation


def _cut(raw: Any, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """Take the wrong part out of `raw`; returns the path that is gone.

    Entries of the top-level lists leave a gap, so that the others keep their place; a wrong entry of
    an inner list takes its whole list along.
    """
    holder: Any = None
    path: list[str | int] = []
    gone: tuple[str | int, ...] = ()
    at = raw
    for step in loc:
        inside = step in at if isinstance(at, dict) else isinstance(at, list) and step in range(len(at))
        if not inside:
            continue
        path.append(step)
        if isinstance(at, dict) or len(path) == 2:
            holder, gone = at, tuple(path)
        at = at[step]
    if isinstance(holder, list):
        holder[cast(int, gone[-1])] = None
    elif holder is not None:
        holder.pop(gone[-1])
    return gone
