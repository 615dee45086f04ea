"""Issues and functions of one value as NegMAS dumps them: what each option is called, and worth."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.formats.places import MOST, Place, as_number, elements, fields, number, text, whole

FloatArray = NDArray[np.float64]

MOST_OPTIONS = 10_000
"""Options of one issue."""

_LISTED = ("CategoricalIssue", "DiscreteOrdinalIssue", "DiscreteCardinalIssue", "DiscreteIssue")
_ENDLESS = ("ContinuousIssue", "ContinuousInfiniteIssue", "CountableInfiniteIssue", "CallableIssue")


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: its values as the file has them, and their names."""

    name: str
    values: tuple[Any, ...]

    @property
    def options(self) -> tuple[str, ...]:
        """Names of the values."""
        return tuple(map(str, self.values))


def class_name(value: object) -> str:
    """The last part of what a dumped object says it is, "" where it does not.

    >>> class_name({"type": "negmas.preferences.LinearFun"})
    'LinearFun'
    """
    if not isinstance(value, Mapping):
        return ""
    said = value.get("type", value.get("__python_class__", ""))
    return said.rpartition(".")[2] if isinstance(said, str) else ""


def read_issue(place: Place) -> Issue:
    """An issue of a domain. Notes what cannot be listed: continuous, infinite and computed issues."""
    known = ("type", "__python_class__", "name", "values", "value", "n_levels")
    parts = fields(place, ("name",), known)
    kind, name = class_name(place.value), text(parts.get("name"))
    values: tuple[Any, ...] = ()
    if kind in _ENDLESS:
        place.wrong(f"have listed options, not be a {kind}", "try Scenario.discretize() in NegMAS first")
    elif kind == "ContiguousIssue":
        values = _contiguous(parts.get("values"))
    elif kind == "SingletonIssue" and "value" in parts:
        values = (parts["value"].value,)
    elif kind in (*_LISTED, "SingletonIssue", ""):
        values = tuple(p.value for p in elements(parts.get("values")))
    else:
        place.wrong(
            f"be an issue of a known kind, not {kind}", f"known: ContiguousIssue, {', '.join(_LISTED)}"
        )
    if not values and kind not in _ENDLESS:
        place.wrong("have at least one value")
    return _checked(place, Issue(name, values[:MOST_OPTIONS] or ("?",)), len(values))


def _contiguous(place: Place | None) -> tuple[int, ...]:
    """First and last whole number, or how many from 0."""
    if place is not None and as_number(place.value) is not None:
        return tuple(range(whole(place, 1, MOST_OPTIONS)))
    ends = [whole(p, -(10**15), 10**15) for p in elements(place)]
    if place is None or len(ends) != 2 or not 0 <= ends[1] - ends[0] < MOST_OPTIONS:
        if place is not None:
            place.wrong(f"be the first and the last of at most {MOST_OPTIONS:,} whole numbers")
        return ()
    return tuple(range(ends[0], ends[1] + 1))


def _checked(place: Place, issue: Issue, count: int) -> Issue:
    if count > MOST_OPTIONS:
        place.wrong(f"have at most {MOST_OPTIONS:,} values")
    if not issue.name.strip():
        place.wrong("have a name")
    if any(not isinstance(v, str | int | float) for v in issue.values):
        place.wrong("have texts and numbers as values")
        return Issue(issue.name, tuple(f"?{k}" for k in range(len(issue.values))))
    if any(isinstance(v, float) and not math.isfinite(v) for v in issue.values):
        place.wrong("have finite values")
    if len(set(issue.options)) < len(issue.values):
        place.wrong("have values that differ, each named once")
    return issue


def look_up(mapping: Mapping[Any, Any], value: Any) -> Any:
    """What a mapping has for a value of an issue; keys that were turned into text (JSON) count as well."""
    if value in mapping:
        return mapping[value]
    if not isinstance(value, str):
        for key in (str(value), json.dumps(value)):
            if key in mapping:
                return mapping[key]
    return None


def value_points(place: Place, issue: Issue) -> FloatArray:
    """(options,) what a function of one issue gives for each of its values.

    Known: a mapping or a number by itself, TableFun, ConstFun, IdentityFun, LinearFun, AffineFun,
    QuadraticFun, PolynomialFun, ExponentialFun, TriangularFun. What is not known, not numeric or not
    finite is noted.
    """
    kind, given = class_name(place.value), place.value
    if as_number(given) is not None:
        return np.full(len(issue.values), number(place))
    if not isinstance(given, Mapping):
        place.wrong("be a function of one issue: a mapping with a type")
    elif kind in ("TableFun", ""):
        table = fields(place, ("mapping",), _NAMES)["mapping"] if "mapping" in given else place
        return _table(table, issue)
    elif kind in _SHAPES:
        return _curve(place, kind, issue)
    else:
        hint = f"known: TableFun, {', '.join(_SHAPES)}"
        place.wrong(f"be a function that is known, not {kind or 'one without a type'}", hint)
    return np.zeros(len(issue.values))


def _table(place: Place, issue: Issue) -> FloatArray:
    if not isinstance(place.value, Mapping):
        place.wrong("be a mapping of values to points")
        return np.zeros(len(issue.values))
    found = [look_up(place.value, value) for value in issue.values]
    missing = [str(v) for v, points in zip(issue.values, found, strict=True) if points is None]
    if missing:
        place.problems.append(f"{place.pointer} must have points for {', '.join(missing[:5])[:100]}")
    given = zip(issue.options, found, strict=True)
    return np.array([0.0 if v is None else number(place.step(name, v)) for name, v in given])


_NAMES = ("type", "__python_class__", "name")
_ONE: dict[str, Callable[[Mapping[str, Any], float], float]] = {
    "ConstFun": lambda p, x: p["bias"],
    "IdentityFun": lambda p, x: x,
    "LinearFun": lambda p, x: p["slope"] * x,
    "AffineFun": lambda p, x: p["slope"] * x + p["bias"],
    "QuadraticFun": lambda p, x: p["a2"] * x * x + p["a1"] * x + p["bias"],
    "PolynomialFun": lambda p, x: p["bias"] + sum(c * x ** (k + 1) for k, c in enumerate(p["coefficients"])),
    "ExponentialFun": lambda p, x: p["base"] ** (p["tau"] * x) + p["bias"],
    "TriangularFun": lambda p, x: p["bias"] + p["scale"] * _triangle(x, p["start"], p["middle"], p["end"]),
}
_SHAPES: dict[str, tuple[tuple[str, ...], Mapping[str, float]]] = {
    "ConstFun": (("bias",), {}),
    "IdentityFun": ((), {}),
    "LinearFun": (("slope",), {}),
    "AffineFun": (("slope",), {"bias": 0.0}),
    "QuadraticFun": (("a2", "a1"), {"bias": 0.0}),
    "PolynomialFun": (("coefficients",), {"bias": 0.0}),
    "ExponentialFun": (("tau",), {"bias": 0.0, "base": math.e}),
    "TriangularFun": (("start", "middle", "end"), {"bias": 0.0, "scale": 1.0}),
}


def _triangle(x: float, start: float, middle: float, end: float) -> float:
    """0 at and beyond the ends, 1 in the middle, straight between."""
    if x <= start or x >= end:
        return 0.0
    if x <= middle:
        return 1.0 if middle == start else (x - start) / (middle - start)
    return 1.0 if end == middle else (end - x) / (end - middle)


def _curve(place: Place, kind: str, issue: Issue) -> FloatArray:
    """A formula over an issue whose values are numbers."""
    needed, optional = _SHAPES[kind]
    parts = fields(place, needed, (*_NAMES, *optional))
    given: dict[str, Any] = {name: number(parts.get(name), optional.get(name, 0.0)) for name in optional}
    for name in needed:
        if name == "coefficients":
            given[name] = [number(p) for p in elements(parts.get(name))]
        else:
            given[name] = number(parts.get(name))
    levels = numeric_values(place, issue) if kind != "ConstFun" else np.zeros(len(issue.values))
    try:
        with np.errstate(all="ignore"):
            points = np.array([float(_ONE[kind](given, float(x))) for x in levels])
    except (OverflowError, ZeroDivisionError, TypeError):
        points = np.full(len(issue.values), np.nan)
    if not (np.abs(points) <= MOST).all():
        place.wrong(f"give finite points for every value of {issue.name}")
        return np.zeros(len(issue.values))
    return points


def numeric_values(place: Place, issue: Issue) -> FloatArray:
    """(options,) the values of an issue as numbers; noted where they are texts."""
    found = [as_number(value) for value in issue.values]
    if any(x is None for x in found):
        place.problems.append(f"{place.pointer} must be over numbers, but values of {issue.name} are texts")
        return np.zeros(len(issue.values))
    return np.array(found, dtype=np.float64)


def split_runs(mask: Sequence[bool] | NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last place of every unbroken run of what is true.

    >>> split_runs([True, False, True, True])
    [(0, 0), (2, 3)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.asarray(mask, dtype=np.bool_), [False]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
