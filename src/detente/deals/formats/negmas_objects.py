"""Deal spaces from and to the objects of NegMAS, for those who work with it.

NegMAS is no requirement of detente: it is imported when one of these functions is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import count_packages
from detente.deals.formats.negmas_reading import scenario_from_plain
from detente.deals.formats.negmas_writing import plain_from_space
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError

MOST_CALLED = 50_000
"""Outcomes of which a utility function is asked one by one where its kind is not known."""

PROBES = 200
"""Outcomes on which what was read is compared with what the utility function itself says."""

_READ_BY_PARTS = ("LinearAdditiveUtilityFunction", "AffineUtilityFunction", "LinearUtilityFunction")


def to_negmas(space: DealSpace) -> tuple[Any, tuple[Any, ...]]:
    """The outcome space and one utility function per party, as objects of NegMAS.

    Raises InputError naming what NegMAS cannot hold (see `write_negmas`), or where it is not installed.
    """
    outcomes, preferences = _negmas("outcomes"), _negmas("preferences")
    domain, ufuns = plain_from_space(space)
    issues = [
        getattr(outcomes, issue["type"])(values=_span(issue), name=issue["name"])
        for issue in domain["issues"]
    ]
    os = outcomes.make_os(issues, name=domain["name"])
    return os, tuple(_function(preferences, ufun, os) for ufun in ufuns)


def from_negmas(outcome_space: Any, ufuns: Iterable[Any]) -> DealSpace:
    """The deal space of an outcome space and utility functions that are objects of NegMAS.

    Utilities are those that calling a function gives, ranges included (NegMAS leaves out both ends of a
    tuple). Sums over issues and ranges keep their parts; other functions are asked about every outcome.
    Raises InputError for issues that cannot be listed, functions of unknown kind over more than 50,000
    outcomes, and where what was read differs from what a function says on one of 200 outcomes.
    Cost: those calls.
    """
    functions = list(ufuns)
    issues = [_plain_issue(issue) for issue in outcome_space.issues]
    listed = [_plain_function(f, k, issues) for k, f in enumerate(functions)]
    named = [(f"utility function {plain['name']}", plain) for plain in listed]
    domain = {"type": "OutcomeSpace", "issues": issues}
    space = scenario_from_plain(("outcome space", domain), named).space
    _compare(space, functions, [issue["values"] for issue in issues])
    return space


def _negmas(room: str) -> Any:
    try:
        return import_module(f"negmas.{room}")
    except ImportError as error:
        raise InputError(f"negmas must be installed for this, got {error}; pip install negmas") from None


def _span(issue: dict[str, Any]) -> Any:
    values = issue["values"]
    return tuple(values) if issue["type"] == "ContiguousIssue" else list(values)


def _function(preferences: Any, ufun: dict[str, Any], os: Any) -> Any:
    own = {"name": ufun["name"], "reserved_value": ufun["reserved_value"], "outcome_space": os}
    if ufun["type"] == "LinearAdditiveUtilityFunction":
        values = [table["mapping"] for table in ufun["values"]]
        return preferences.LinearAdditiveUtilityFunction(values=values, weights=ufun["weights"], **own)
    parts = {key: ufun[key] for key in ("outcome_ranges", "utilities", "weights", "bias")}
    return preferences.HyperRectangleUtilityFunction(**parts, **own)


def _plain_issue(issue: Any) -> dict[str, Any]:
    """An issue with all its values listed."""
    try:
        values = list(islice(issue.all, 10_001))
    except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
        raise InputError(f"issue {issue.name} must have values that can be listed, got {error}") from None
    return {"type": "DiscreteIssue", "name": str(issue.name), "values": values}


def _plain_function(ufun: Any, place: int, issues: Sequence[dict[str, Any]]) -> dict[str, Any]:
    kind = type(ufun).__name__
    reserved = float(ufun.reserved_value)
    name = str(ufun.name or f"party{place}").rpartition("/")[2]
    common = {"name": name, "reserved_value": reserved}
    if kind in _READ_BY_PARTS:
        return {"type": "LinearAdditiveUtilityFunction", **common, **_by_issue(ufun, issues)}
    if kind == "HyperRectangleUtilityFunction" and all(isinstance(u, int | float) for u in ufun.mappings):
        ranges = [_explicit(area, issues) for area in ufun.outcome_ranges]
        weights = [1.0] * len(ranges) if ufun.weights is None else [float(w) for w in ufun.weights]
        points = {"utilities": [float(u) for u in ufun.mappings], "bias": float(ufun.bias)}
        return {"type": kind, **common, "outcome_ranges": ranges, "weights": weights, **points}
    count = float(np.prod([len(issue["values"]) for issue in issues], dtype=float))
    if count > MOST_CALLED:
        raise InputError(f"{name} must be of a known kind over {count:.3g} outcomes, got {kind}; "
                         f"others are read up to {MOST_CALLED:,} outcomes")  # fmt: skip
    every = product(*(issue["values"] for issue in issues))
    mapping = {outcome: float(ufun(outcome)) for outcome in every}
    return {"type": "MappingUtilityFunction", **common, "mapping": mapping}


def _by_issue(ufun: Any, issues: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A function that is a sum over issues, told by calling it: from one outcome, one issue at a time."""
    start = tuple(issue["values"][0] for issue in issues)
    base = float(ufun(start))
    tables = []
    for i, issue in enumerate(issues):
        changed = [(*start[:i], value, *start[i + 1 :]) for value in issue["values"]]
        points = [float(ufun(outcome)) - base for outcome in changed]
        tables.append({"type": "TableFun", "mapping": dict(zip(issue["values"], points, strict=True))})
    return {"values": tables, "weights": [1.0] * len(tables), "bias": base}


def _explicit(area: Any, issues: Sequence[dict[str, Any]]) -> dict[Any, Any] | None:
    """A range with every value that it holds for NegMAS listed, as pairs of equal ends for numbers."""
    if not area:
        return None
    names = [issue["name"] for issue in issues]
    inside = _negmas("outcomes").outcome_in_range
    found = {}
    for key, side in area.items():
        place = names.index(key) if isinstance(key, str) else int(key)
        values = [v for v in issues[place]["values"] if inside({place: v}, {place: side})]
        found[place] = [v if isinstance(v, str) else [v, v] for v in values]
    return found


def _compare(space: DealSpace, ufuns: Sequence[Any], values: Sequence[Sequence[Any]]) -> None:
    """Raise InputError where a utility differs from what its function says, on outcomes spread evenly."""
    total = count_packages(space)
    numbers = sorted({k * total // PROBES for k in range(PROBES)} | {total - 1})
    rows = np.array([_package(number, space.sizes) for number in numbers])
    worth: NDArray[np.float64] = utilities(space, rows)
    for p, ufun in enumerate(ufuns):
        said = [
            float(ufun(tuple(given[o] for given, o in zip(values, row, strict=True))))
            for row in rows.tolist()
        ]
        off = np.flatnonzero(~np.isclose(worth[:, p], said, rtol=1e-9, atol=1e-9))
        if len(off):
            k = int(off[0])
            raise InputError(
                f"{space.parties[p]} must be worth {said[k]:g} at package {rows[k].tolist()}, "
                f"got {worth[k, p]:g}; functions of this kind ({type(ufun).__name__}) cannot be read"
            )


def _package(number: int, sizes: Sequence[int]) -> list[int]:
    row = []
    for size in reversed(sizes):
        number, option = divmod(number, size)
        row.append(option)
    return row[::-1]
