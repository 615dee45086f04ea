"""Genius' nonlinear profiles: bonuses for hyper-rectangles of the options of integer issues.

The utility of a package is the sum of utility × weight over the rectangles that it satisfies, divided
by `maxutility` and at most 1. INCLUDES: satisfied where every bound holds, ends included. EXCLUDES:
satisfied where not every bound holds. Without bounds: always. Functions within functions count with
their weight; the weight of the outermost is not used.
Source: Genius 10.4, `NonlinearUtilitySpace`, `UtilityFunction`, the two hyper-rectangles.
"""

from __future__ import annotations

import numpy as np

from detente.deals.formats.genius_domain import Issue
from detente.deals.formats.reading import Report
from detente.deals.formats.xml_reading import Element, number_of, whole_of
from detente.deals.space import BoxFactor, Factor

PARTS = ("hyperRectangle", "ufun")


def read_boxes(objective: Element, domain: tuple[Issue, ...], report: Report) -> tuple[Factor, ...]:
    """Boxes with value (1,), already divided by `maxutility`; what is wrong goes to the report.

    `domain`: the issues in order. A rectangle that no package satisfies is left out and noted as odd.
    Cost: linear in the rectangles.
    """
    holders = objective.all("utility")
    if len(holders) != 1:
        report.wrong(objective, "must hold one <utility>", str(len(holders)))
        return ()
    largest = number_of(report, holders[0], "maxutility")
    if largest is not None and largest <= 0:
        report.wrong(holders[0], "maxutility must be above 0", f"{largest:g}")
    functions = holders[0].all("ufun")
    if len(functions) != 1 or len(holders[0].children) != 1:
        got = ", ".join(child.tag for child in holders[0].children[:4]) or "nothing"
        report.wrong(holders[0], "must hold one <ufun> and nothing else", got)
        return ()
    scale = 1.0 / largest if largest is not None and largest > 0 else 1.0
    places = {issue.index: (place, issue) for place, issue in enumerate(domain)}
    return tuple(_read_function(functions[0], places, scale, report))


def _read_function(
    element: Element, places: dict[int, tuple[int, Issue]], scale: float, report: Report
) -> list[Factor]:
    how = element.attributes.get("aggregation", "").strip().lower()
    if how != "sum":
        report.wrong(element, "aggregation must be sum", repr(how), "least and largest are not sums of parts")
    found: list[Factor] = []
    for part in element.children:
        if part.tag == "ufun":
            weight = number_of(report, part, "weight", 1.0)
            found += _read_function(part, places, scale * (weight or 0.0), report)
        elif part.tag == "hyperRectangle":
            found += _read_rectangle(part, places, scale, report)
        else:
            report.wrong(part, f"must be one of {', '.join(PARTS)}")
    return found


def _read_rectangle(
    element: Element, places: dict[int, tuple[int, Issue]], scale: float, report: Report
) -> list[Factor]:
    worth, weight = number_of(report, element, "utility"), number_of(report, element, "weight", 1.0)
    inside, outside = element.all("INCLUDES"), element.all("EXCLUDES")
    for part in element.children:
        if part.tag not in ("INCLUDES", "EXCLUDES"):
            report.wrong(part, "must be INCLUDES or EXCLUDES")
    if inside and outside:
        report.wrong(element, "must hold INCLUDES or EXCLUDES, not both")
    ranges: dict[int, tuple[int, int]] = {}
    for bound in inside + outside:
        _narrow(ranges, bound, places, report)
    if worth is None or weight is None:
        return []
    value = np.array([worth * weight * scale])
    if not np.isfinite(value).all():
        report.wrong(element, "utility × weight / maxutility must be a finite number")
        return []
    scope = tuple(sorted(ranges))
    low, high = tuple(ranges[i][0] for i in scope), tuple(ranges[i][1] for i in scope)
    empty = any(a > b for a, b in zip(low, high, strict=True))
    if empty:
        says = "is always satisfied" if outside else "is never satisfied"
        report.odd(element, "should have bounds that some package meets", says)
    within = [] if empty else [BoxFactor(scope, low, high, -value if outside else value)]
    return [BoxFactor((), (), (), value), *within] if outside else list(within)


def _narrow(
    ranges: dict[int, tuple[int, int]], bound: Element, places: dict[int, tuple[int, Issue]], report: Report
) -> None:
    """Meet the range of one issue, in option numbers, with one bound."""
    index, low, high = (whole_of(report, bound, name) for name in ("index", "min", "max"))
    if index is None or low is None or high is None:
        return
    if index not in places:
        report.wrong(bound, "index must be of an issue of the domain", str(index))
        return
    place, issue = places[index]
    if issue.kind != "integer":
        report.wrong(bound, f"must bound an integer issue; {issue.name!r} is {issue.kind}")
    if low > high:
        report.wrong(bound, "min must not exceed max", f"{low} and {high}")
    before = ranges.get(place, (0, len(issue.options) - 1))
    ranges[place] = (max(before[0], low - issue.first), min(before[1], high - issue.first))
