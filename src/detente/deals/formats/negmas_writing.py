"""From a deal space to the plain data that NegMAS dumps: a domain and a utility function per party."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from detente.deals.formats.writing import additive_tables, require_names, require_plain
from detente.deals.space import BoxFactor, DealSpace, TableFactor
from detente.errors import InputError

MOST_RANGES = 100_000
"""Ranges of one utility function."""

_TITLE = "NegMAS"
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")


def plain_from_space(space: DealSpace) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The domain and, per party, the utility function, as NegMAS dumps them.

    Raises InputError naming all that NegMAS cannot hold. Cost: cells of the tables × parties.

    >>> space = DealSpace.from_arrays(options=[2], unary=[[[0.5], [1]]], no_deal=[0.25])
    >>> domain, (ufun,) = plain_from_space(space)
    >>> ufun["type"], ufun["values"][0]["mapping"]
    ('LinearAdditiveUtilityFunction', {'o0': 0.5, 'o1': 1.0})
    """
    require_plain(space, _TITLE)
    require_names(space, _TITLE)
    if space.cap is not None and np.isfinite(space.cap).any():
        raise InputError(f"{_TITLE} cannot hold caps on utilities; try the format of detente itself")
    values = [option_values(names) for names in space.options]
    issues = [_issue(name, given) for name, given in zip(space.issues, values, strict=True)]
    domain = {"type": "DiscreteCartesianOutcomeSpace", "name": "domain", "path": None, "issues": issues}
    return domain, tuple(_function(space, p, values) for p in range(len(space.parties)))


def option_values(names: tuple[str, ...]) -> list[Any]:
    """Names of options as values of an issue: whole numbers where all are, one after the other.

    >>> option_values(("2", "3")), option_values(("3", "2"))
    ([2, 3], ['3', '2'])
    """
    if all(_WHOLE.fullmatch(name) for name in names):
        found = [int(name) for name in names]
        if found == list(range(found[0], found[0] + len(found))):
            return found
    return list(names)


def file_names(space: DealSpace) -> tuple[str, ...]:
    """Names of the files of a scenario: the domain, then the parties, numbered so that sorting keeps
    their order."""
    digits = len(str(len(space.parties)))
    return ("domain.yml", *(f"{p + 1:0{digits}d}-{name}.yml" for p, name in enumerate(space.parties)))


def _issue(name: str, values: list[Any]) -> dict[str, Any]:
    if isinstance(values[0], int):
        return {"name": name, "type": "ContiguousIssue", "values": [values[0], values[-1]]}
    return {"name": name, "type": "CategoricalIssue", "values": list(values)}


def _function(space: DealSpace, party: int, values: list[list[Any]]) -> dict[str, Any]:
    common = {
        "name": space.parties[party],
        "reserved_value": float(space.no_deal[party]),
        "reserved_outcome": None,
    }
    tables = additive_tables(space, party)
    if tables is not None:
        mappings = [
            {"type": "TableFun", "mapping": {v: float(x) for v, x in zip(given, points, strict=True)}}
            for given, points in zip(values, tables, strict=True)
        ]
        weights = [1.0] * len(values)
        return {"type": "LinearAdditiveUtilityFunction", **common, "values": mappings, "weights": weights}
    ranges, utilities = [], []
    bias = 0.0
    for sides, points in _ranges(space, party):
        if not sides:
            bias += points
            continue
        ranges.append({i: _side(values[i], low, high) for i, low, high in sides})
        utilities.append(points)
        if len(ranges) > MOST_RANGES:
            raise InputError(
                f"{_TITLE} would need more than {MOST_RANGES:,} ranges for {space.parties[party]}"
            )
    weights = [1.0] * len(ranges)
    parts = {"outcome_ranges": ranges, "utilities": utilities, "weights": weights, "bias": bias}
    return {"type": "HyperRectangleUtilityFunction", **common, **parts}


def _ranges(space: DealSpace, party: int) -> Iterator[tuple[list[tuple[int, int, int]], float]]:
    """(issue, first, last option) of every part of one party's utility, and its points."""
    for factor in space.factors:
        if isinstance(factor, BoxFactor):
            if factor.value[party]:
                sides = [
                    (i, max(int(low), 0), min(int(high), space.sizes[i] - 1))
                    for i, low, high in zip(factor.scope, factor.low, factor.high, strict=True)
                ]
                if all(low <= high for _, low, high in sides):
                    free = [(i, low, high) for i, low, high in sides if high - low + 1 < space.sizes[i]]
                    yield free, float(factor.value[party])
        else:
            yield from _cells(factor, party)


def _cells(factor: TableFactor, party: int) -> Iterator[tuple[list[tuple[int, int, int]], float]]:
    own = factor.table[..., party]
    for cell in product(*map(range, own.shape)):
        if own[cell]:
            yield [(i, o, o) for i, o in zip(factor.scope, cell, strict=True)], float(own[cell])


def _side(values: list[Any], low: int, high: int) -> Any:
    """A single value, or the list of those from first to last, which NegMAS reads as membership; of two
    numbers the second stands twice, since NegMAS takes two for a range without its ends."""
    found = values[low : high + 1]
    if len(found) == 2 and isinstance(found[0], int):
        return [found[0], found[1], found[1]]
    return found[0] if len(found) == 1 else list(found)
