"""Ranges of NegMAS' hyper-rectangles as boxes of options."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detente.deals.formats.negmas_issues import Issue, split_runs
from detente.deals.formats.places import Place, as_number, elements, number, pick

BoolArray = NDArray[np.bool_]

MOST_BOXES = 10_000
"""Boxes that one range may fall into where it names values that are not neighbours."""


def boxes_of(
    area: Place, issues: list[Issue]
) -> list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Scope, lows and highs of the boxes that one range stands for: several where it has gaps.

    A range is a mapping of issues (numbers or names) to what it holds of them; nothing holds everywhere.
    """
    if area.value is None:
        return [((), (), ())]
    if not isinstance(area.value, Mapping):
        area.wrong("be a mapping of issues to values")
        return []
    names, sides = [issue.name for issue in issues], {}
    for key, value in area.value.items():
        at = area.step(key, value)
        if isinstance(key, str) and key not in names and key.isascii() and key.isdigit():
            key = int(key[:9])
        i = pick(Place(key, at.pointer, area.problems), names, "issue")
        sides[i] = split_runs(_allowed(at, issues[i]))
    count = float(np.prod([len(runs) for runs in sides.values()], dtype=float))
    if count > MOST_BOXES:
        area.wrong(f"fall into at most {MOST_BOXES:,} boxes")
        return []
    scope = tuple(sorted(sides))
    chosen = product(*(sides[i] for i in scope))
    return [(scope, tuple(a for a, _ in runs), tuple(b for _, b in runs)) for runs in chosen]


def _allowed(place: Place, issue: Issue, *, inner: bool = False) -> BoolArray:
    """(options,) which values of an issue one side of a range holds: one value, two numbers as the
    first and the last, a list of values, or a list of such pairs."""
    given = place.value
    if isinstance(given, list | tuple) and len(given) == 2 and all(as_number(v) is not None for v in given):
        low, high = (number(p) for p in elements(place))
        if low > high:
            place.wrong("have its first number before its last")
        levels = [as_number(value) for value in issue.values]
        return np.array([x is not None and low <= x <= high for x in levels])
    if isinstance(given, list | tuple) and not inner:
        found = np.zeros(len(issue.values), dtype=np.bool_)
        for p in elements(place):
            found |= _allowed(p, issue, inner=True)
        return found
    mask = np.array([type(value) is type(given) and value == given for value in issue.values])
    if not mask.any() and as_number(given) is not None:
        mask = np.array([as_number(value) == as_number(given) for value in issue.values])
    if not mask.any():
        place.wrong(f"be a value of {issue.name}", f"known: {', '.join(issue.options[:8])}")
    return mask
