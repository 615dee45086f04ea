"""From the plain data of a NegMAS scenario to a deal space: one domain, one utility function per party."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import count_packages, list_packages
from detente.deals.formats.negmas_issues import (
    Issue,
    class_name,
    look_up,
    numeric_values,
    read_issue,
    value_points,
)
from detente.deals.formats.negmas_ranges import boxes_of
from detente.deals.formats.places import Place, elements, fields, number, pick, tell, text
from detente.deals.formats.profiles import Profile, combine
from detente.deals.space import BoxFactor, DealSpace, Factor, TableFactor
from detente.errors import Problem

FloatArray = NDArray[np.float64]

MOST_OPTIONS = 200_000
"""Values of all issues together."""

MOST_CELLS = 2_000_000
"""Numbers in the table of one utility function."""

MOST_LISTED = 1_000_000
"""Packages listed to find what a party gets at least."""

MOST_ADDED = 50_000_000
"""Packages times parts of a function that are added up for it."""

_COMMON = ("type", "__python_class__", "name", "id", "path", "outcome_space", "n_values")
_FATE = ("reserved_value", "reserved_outcome", "stability")
_DISCOUNTED = ("ExpDiscountedUFun", "LinDiscountedUFun")
_SWITCHES = ("ignore_issues_not_in_input", "ignore_failing_range_utilities")


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A deal space and, as notices, what of the scenario is not in it."""

    space: DealSpace
    notes: tuple[Problem, ...]


def scenario_from_plain(domain: tuple[str, Any], ufuns: Sequence[tuple[str, Any]]) -> Scenario:
    """The deal space of a dumped domain and dumped utility functions.

    `domain`, `ufuns`: (what messages call it, dict as NegMAS dumps it). Parties are named by their
    utility functions and stand in the order given. Raises InputError with every problem of every part.
    Cost: cells of tables and ranges; where a reservation value is −∞, listing up to a million packages.
    """
    problems: list[str] = []
    issues = _read_domain(Place(domain[1], "", problems))
    tell(domain[0], problems)  # what follows is told by these names
    told: list[str] = []
    profiles, notes = [], []
    for file, value in ufuns:
        problems = []
        profile, said = _read_party(Place(value, "", problems), issues)
        told += [f"{file}: {p}" for p in problems]
        profiles.append(profile)
        notes += [Problem(file, 0, 0, "", note, severity="notice") for note in said]
    names = [profile.name for profile in profiles]
    if len(set(names)) < len(names) or "" in names:
        told.append(f"{domain[0]}: utility functions must have names that differ, got {', '.join(names)}")
    tell("", told)
    space = combine({issue.name: issue.options for issue in issues}, profiles)
    return Scenario(space, tuple(notes))


def _read_domain(place: Place) -> list[Issue]:
    parts = fields(place, ("issues",), _COMMON)
    issues: list[Issue] = []
    for p in elements(parts.get("issues")):
        issues.append(read_issue(p))
        if sum(len(issue.values) for issue in issues) > MOST_OPTIONS:
            place.problems.append(f"/issues must have at most {MOST_OPTIONS:,} values in all")
            break
    if not issues:
        place.wrong("have at least one issue")
    names = [issue.name for issue in issues]
    if len(set(names)) < len(names):
        place.problems.append("/issues must have names that differ")
    return issues or [Issue("?", ("?",))]


def _read_party(place: Place, issues: list[Issue]) -> tuple[Profile, list[str]]:
    """The profile of one utility function, and what is lost."""
    notes: list[str] = []
    inner, given = place, place.value if isinstance(place.value, Mapping) else {}
    name = text(Place(given.get("name", ""), f"{place.pointer}/name", place.problems))
    if class_name(given) in _DISCOUNTED and "ufun" in given:
        notes.append(f"has a discount ({class_name(given)}), which is left out: deal spaces have no clock")
        inner = place.step("ufun", given["ufun"])
    factors = _read_function(inner, issues)
    fate = Place(given.get("reserved_value"), f"{place.pointer}/reserved_value", place.problems)
    value = -np.inf if fate.value is None else number(fate, -np.inf, infinite=True)
    if value == np.inf:
        fate.wrong("be below +∞, else no package is ever accepted")
    if given.get("reserved_outcome") is not None:
        notes.append("has a reserved outcome, which is left out: no deal is worth the reserved value")
    if not np.isfinite(value) and not place.problems:
        value, exact = _least(factors, issues)
        how = "the least that any package gives it" if exact else "less than any package gives it"
        notes.append(f"has no reservation value: {value:g} stands for it, {how}")
    return Profile(name, factors, value), notes


def _least(factors: tuple[Factor, ...], issues: list[Issue]) -> tuple[float, bool]:
    """The least utility of one party, or a bound where there are too many packages; whether exact."""
    additive = all(isinstance(f, TableFactor) and len(f.scope) <= 1 for f in factors)
    space = DealSpace.from_arrays(
        options=[len(issue.values) for issue in issues],
        unary=[np.zeros((len(issue.values), 1)) for issue in issues],
        no_deal=[0.0],
    )
    count = count_packages(space)
    if not additive and count <= MOST_LISTED and count * len(factors) <= MOST_ADDED:
        worth = [
            sum((_points(f, rows) for f in factors), np.zeros(len(rows))) for rows in list_packages(space)
        ]
        return float(min(points.min() for points in worth)), True
    per_issue = [np.zeros(len(issue.values)) for issue in issues]
    rest = 0.0
    for factor in factors:
        if isinstance(factor, TableFactor) and len(factor.scope) == 1:
            per_issue[factor.scope[0]] += factor.table[:, 0]
        elif isinstance(factor, TableFactor):
            rest += float(factor.table.min())
        else:
            rest += min(0.0, float(factor.value[0]))
    return rest + float(sum(points.min() for points in per_issue)), additive


def _points(factor: Factor, rows: NDArray[np.int64]) -> FloatArray:
    columns = rows[:, factor.scope]
    if isinstance(factor, TableFactor):
        return np.asarray(factor.table[tuple(columns.T)][:, 0], dtype=np.float64)
    inside = np.all((columns >= factor.low) & (columns <= factor.high), axis=1)
    return np.asarray(inside * factor.value[0], dtype=np.float64)


def _read_function(place: Place, issues: list[Issue]) -> tuple[Factor, ...]:
    kind = class_name(place.value)
    read = _KINDS.get(kind)
    if read is None:
        place.wrong(f"be a utility function that is known, not {kind or 'one without a type'}", _KNOWN)
        return ()
    return read(place, issues)


def _additive(place: Place, issues: list[Issue]) -> tuple[Factor, ...]:
    """LinearAdditiveUtilityFunction: the weighted sum of one function per issue."""
    parts = fields(place, ("values",), ("weights", "bias", *_COMMON, *_FATE))
    weights = _per_issue(parts.get("weights"), issues, 1.0)
    listed = _by_issue(parts.get("values"), issues)
    tables = [
        w * value_points(p, issue) if p is not None else np.zeros(len(issue.values))
        for w, p, issue in zip(weights, listed, issues, strict=True)
    ]
    return _unary(tables, number(parts.get("bias")))


def _affine(place: Place, issues: list[Issue]) -> tuple[Factor, ...]:
    """AffineUtilityFunction and LinearUtilityFunction: weights times values that are numbers."""
    parts = fields(place, ("weights",), ("bias", "values", *_COMMON, *_FATE))
    weights = _per_issue(parts.get("weights"), issues, 1.0)
    tables = [
        w * numeric_values(place, issue) if w else np.zeros(len(issue.values))
        for w, issue in zip(weights, issues, strict=True)
    ]
    return _unary(tables, number(parts.get("bias")))


def _constant(place: Place, issues: list[Issue]) -> tuple[Factor, ...]:
    parts = fields(place, ("value",), (*_COMMON, *_FATE))
    return _unary([np.zeros(len(issue.values)) for issue in issues], number(parts.get("value")))


def _mapped(place: Place, issues: list[Issue]) -> tuple[Factor, ...]:
    """MappingUtilityFunction: a utility for every package."""
    parts = fields(place, ("mapping",), ("default", *_COMMON, *_FATE))
    default = number(parts.get("default"), -np.inf, infinite=True)
    scope = tuple(range(len(issues)))
    if "mapping" not in parts:
        return ()
    return (_multi_table(parts["mapping"], scope, issues, default),)


def _multi_table(place: Place, scope: tuple[int, ...], issues: list[Issue], default: float) -> TableFactor:
    """A table over some issues from a mapping of tuples (or of single values, over one issue)."""
    shape = tuple(len(issues[i].values) for i in scope)
    if np.prod(shape, dtype=float) > MOST_CELLS or len(shape) > 31:
        place.wrong(f"be over at most {MOST_CELLS:,} packages of at most 31 issues")
        return TableFactor((), np.zeros(1))
    table = np.zeros((*shape, 1))
    if not isinstance(place.value, Mapping):
        place.wrong("be a mapping of packages to utilities")
    else:
        missing = 0
        for cell in np.ndindex(*shape):
            values = tuple(issues[i].values[o] for i, o in zip(scope, cell, strict=True))
            found = place.value.get(values)
            if found is None and len(scope) == 1:
                found = look_up(place.value, values[0])
            if found is None:
                missing += not np.isfinite(default)
                table[cell] = default if np.isfinite(default) else 0.0
            else:
                table[cell] = number(place.step(values, found))
        if missing:
            place.problems.append(f"{place.pointer} must have every package, {missing} are missing")
    return TableFactor(scope, table)


def _rectangles(place: Place, issues: list[Issue]) -> tuple[Factor, ...]:
    """HyperRectangleUtilityFunction: points where values lie in ranges, which hold both their ends."""
    parts = fields(place, ("outcome_ranges", "utilities"), ("weights", "bias", *_SWITCHES, *_COMMON, *_FATE))
    ranges, worths = elements(parts.get("outcome_ranges")), elements(parts.get("utilities"))
    given = parts.get("weights")
    weights = (
        [1.0] * len(ranges) if given is None or given.value is None else [number(p) for p in elements(given)]
    )
    if not len(ranges) == len(worths) == len(weights):
        place.wrong(f"have as many utilities and weights as ranges ({len(ranges)})")
        return ()
    factors: list[Factor] = []
    for area, worth, weight in zip(ranges, worths, weights, strict=True):
        points = number(worth) * weight
        for scope, low, high in boxes_of(area, issues):
            factors.append(BoxFactor(scope, low, high, np.array([points])))
    bias = number(parts.get("bias"))
    return (*_unary([np.zeros(len(issue.values)) for issue in issues], bias), *factors)


def _generalised(place: Place, issues: list[Issue]) -> tuple[Factor, ...]:
    """GLAUtilityFunction: a weighted sum of functions over one issue or several."""
    parts = fields(place, ("factors",), ("bias", "weights", *_COMMON, *_FATE))
    unary = [np.zeros(len(issue.values)) for issue in issues]
    factors: list[Factor] = []
    for entry in elements(parts.get("factors")):
        listed = elements(entry)
        if len(listed) not in (2, 3):
            entry.wrong("be issues, a function and a weight")
            continue
        weight = number(listed[2]) if len(listed) == 3 else 1.0
        scope = tuple(pick(p, [issue.name for issue in issues], "issue") for p in elements(listed[0]))
        if len(scope) == 1:
            unary[scope[0]] += weight * value_points(listed[1], issues[scope[0]])
        elif not scope or len(set(scope)) < len(scope):
            listed[0].wrong("name one or more issues, each once")
        else:
            factors.append(_scaled(_several(listed[1], scope, issues), weight))
    return (*_unary(unary, number(parts.get("bias"))), *factors)


def _several(place: Place, scope: tuple[int, ...], issues: list[Issue]) -> TableFactor:
    """A function of several issues as a table over them."""
    kind = class_name(place.value)
    if kind == "TableMultiFun":
        mapping = fields(place, ("mapping",), _COMMON).get("mapping")
        if mapping is not None:
            return _multi_table(mapping, scope, issues, -np.inf)
    elif kind in ("LinearMultiFun", "AffineMultiFun"):
        parts = fields(place, ("slope",), ("bias", *_COMMON))
        slopes = [number(p) for p in elements(parts.get("slope"))]
        if len(slopes) != len(scope):
            place.wrong(f"have {len(scope)} slopes")
        else:
            levels = [s * numeric_values(place, issues[i]) for s, i in zip(slopes, scope, strict=True)]
            shape = tuple(map(len, levels))
            if np.prod(shape, dtype=float) <= MOST_CELLS:
                total = sum(np.meshgrid(*levels, indexing="ij"), np.zeros(shape)) + number(parts.get("bias"))
                return TableFactor(scope, total[..., None])
            place.wrong(f"be over at most {MOST_CELLS:,} packages")
    else:
        place.wrong(
            f"be a function that is known, not {kind}", "known: TableMultiFun, LinearMultiFun, AffineMultiFun"
        )
    return TableFactor((), np.zeros(1))


def _scaled(factor: TableFactor, weight: float) -> TableFactor:
    """Weighted, with its issues in ascending order."""
    if not factor.scope:
        return factor
    order = np.argsort(factor.scope)
    scope = tuple(int(factor.scope[k]) for k in order)
    return TableFactor(scope, weight * factor.table.transpose(*order, len(scope)))


def _unary(tables: Sequence[FloatArray], bias: float) -> tuple[Factor, ...]:
    """One table per issue, the constant in the first of them."""
    return tuple(
        TableFactor((i,), (points + (bias if i == 0 else 0.0))[:, None]) for i, points in enumerate(tables)
    )


def _by_issue(place: Place | None, issues: list[Issue]) -> list[Place | None]:
    """One entry per issue from a list in the order of issues or a mapping of their names."""
    if place is None:
        return [None] * len(issues)
    if isinstance(place.value, Mapping):
        found = fields(place, tuple(issue.name for issue in issues))
        return [found.get(issue.name) for issue in issues]
    listed = elements(place)
    if len(listed) != len(issues):
        place.wrong(f"have one entry per issue ({len(issues)})")
        return [None] * len(issues)
    return list(listed)


def _per_issue(place: Place | None, issues: list[Issue], default: float) -> list[float]:
    if place is None or place.value is None:
        return [default] * len(issues)
    return [number(p, default) for p in _by_issue(place, issues)]


_KINDS: dict[str, Callable[[Place, list[Issue]], tuple[Factor, ...]]] = {
    "LinearAdditiveUtilityFunction": _additive,
    "AffineUtilityFunction": _affine,
    "LinearUtilityFunction": _affine,
    "ConstUtilityFunction": _constant,
    "MappingUtilityFunction": _mapped,
    "HyperRectangleUtilityFunction": _rectangles,
    "GLAUtilityFunction": _generalised,
}
_KNOWN = f"known: {', '.join(_KINDS)}"
