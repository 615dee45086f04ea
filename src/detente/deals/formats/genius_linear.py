"""Genius' linear additive profiles: a weight per issue, an evaluation per option.

The utility of a package is Σ weight × evaluation, at most 1. Evaluations of a discrete issue are
divided by the largest of them (0 throughout where that is below 0.00001); an integer issue has
offset + slope × (value − lowerbound), held within 0..1; a real issue a linear, constant or triangular
function. Weights are taken as they stand, and those of objectives above issues do not count.
Source: Genius 10.4, `AdditiveUtilitySpace` and the evaluators that it names.
"""

from __future__ import annotations

import numpy as np

from detente.deals.formats.genius_domain import Issue, walk
from detente.deals.formats.reading import Report
from detente.deals.formats.xml_reading import Element, number_of, whole_of
from detente.deals.space import Factor, FloatArray, TableFactor

LEAST_MAXIMUM = 0.00001
"""Below this, the largest evaluation of an issue counts as 0 and so does every option of it."""


def read_linear(
    objective: Element, domain: tuple[Issue, ...], own: tuple[Issue, ...], report: Report
) -> tuple[Factor, ...]:
    """One table (options, 1) per issue: what each option adds to the party's utility.

    `domain`: the issues in order; `own`: those of the profile, with their evaluations. What is wrong
    goes to the report. Cost: linear in the options.
    """
    weights = _read_weights(objective, report)
    by_index = {issue.index: issue for issue in own}
    factors: list[Factor] = []
    for place, issue in enumerate(domain):
        mine = by_index.get(issue.index)
        if mine is None:
            report.wrong(objective, f"must evaluate the issue {issue.name!r} (index {issue.index})")
            continue
        weight = weights.pop(issue.index, None)
        if weight is None:
            report.wrong(mine.element, "must have a <weight> with its index beside it")
            continue
        values = _evaluate(issue, mine, report)
        if values is not None and weight[1] is not None:
            factors.append(TableFactor((place,), (weight[1] * values)[:, None]))
    above = {_index(child) for child in _objectives(objective)}
    for index, (element, _) in weights.items():
        if index not in above and index not in by_index:
            report.wrong(element, "index must be of an issue of the domain", str(index))
    return tuple(factors)


def _read_weights(objective: Element, report: Report) -> dict[int, tuple[Element, float | None]]:
    found: dict[int, tuple[Element, float | None]] = {}
    for element in walk(objective, "weight"):
        index = whole_of(report, element, "index")
        value = number_of(report, element, "value", low=0.0)
        if index is not None and index in found:
            report.wrong(
                element, f"index {index} must have one weight", f"another in line {found[index][0].line}"
            )
        elif index is not None:
            found[index] = (element, value)
    return found


def _objectives(objective: Element) -> list[Element]:
    below = objective.all("objective")
    return below + [found for child in below for found in _objectives(child)]


def _index(element: Element) -> int | None:
    text = element.attributes.get("index", "").strip()
    return int(text) if text.isdecimal() and len(text) < 11 else None


def _evaluate(issue: Issue, own: Issue, report: Report) -> FloatArray | None:
    """(options,) evaluations on 0–1 in the domain's order of options."""
    if issue.kind == "discrete":
        return _discrete(issue, own, report)
    evaluator = next(iter(own.element.all("evaluator")), None)
    if evaluator is None and issue.kind == "integer":
        return np.zeros(len(issue.options))
    if evaluator is None:
        report.wrong(own.element, "must hold an <evaluator>")
        return None
    if issue.kind == "integer":
        slope, offset = number_of(report, evaluator, "slope"), number_of(report, evaluator, "offset")
        if slope is None or offset is None:
            return None
        with np.errstate(over="ignore"):
            return np.clip(offset + slope * np.arange(len(issue.options)), 0.0, 1.0)
    return _real(np.asarray(issue.numbers), evaluator, report)


def _discrete(issue: Issue, own: Issue, report: Report) -> FloatArray | None:
    found: dict[str, float] = {}
    for item in own.element.all("item"):
        value = number_of(report, item, "evaluation", low=0.0)
        if value is not None:
            found[item.attributes.get("value", "").strip()] = value
    if set(found) != set(issue.options):
        return None  # said already: by the missing evaluation, or by matching the options
    values = np.array([found[option] for option in issue.options])
    largest = float(values.max())
    return values / largest if largest >= LEAST_MAXIMUM else np.zeros(len(values))


def _real(numbers: FloatArray, evaluator: Element, report: Report) -> FloatArray | None:
    kind = evaluator.attributes.get("ftype", "").strip().lower()
    wanted = {"linear": 2, "constant": 1, "triangular": 3}.get(kind)
    if wanted is None:
        report.wrong(evaluator, "ftype must be linear, constant or triangular", repr(kind))
        return None
    given = [number_of(report, evaluator, f"parameter{k}") for k in range(wanted)]
    known = [p for p in given if p is not None]
    if len(known) < wanted:
        return None
    with np.errstate(all="ignore"):
        if kind == "linear":
            return np.clip(known[0] + known[1] * numbers, 0.0, 1.0)
        if kind == "constant":
            return np.full(len(numbers), known[0])
        low, high, top = known
        rising, falling = (numbers - low) / (top - low), 1 - (numbers - top) / (high - top)
        values = np.where(numbers < top, rising, np.where(numbers < high, falling, 0.0))
    if not low <= top <= high or not np.isfinite(values).all():
        report.wrong(evaluator, "parameters must have the top (2) between low (0) and high (1)")
        return None
    return np.where(numbers < low, 0.0, values)
