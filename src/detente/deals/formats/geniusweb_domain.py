"""GeniusWeb domains: issues with values or ranges of numbers, and bids over them."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from detente.deals.formats.json_reading import Node, list_of, member, number_in, object_of, text_in
from detente.deals.formats.reading import Report

MOST_OPTIONS = 100_000
"""Options of all issues of a domain."""

WIDEST = 1e15
"""Numbers of a range lie within this of 0."""

Domain = dict[str, tuple[str, ...]]
Values = dict[str, dict[str, Decimal | None]]
"""By issue: its options by name, with the number that stands for them in a range of numbers."""


def names_of(values: Values) -> Domain:
    """The names of the options alone."""
    return {issue: tuple(options) for issue, options in values.items()}


def read_domain(node: Node | None, report: Report) -> Values:
    """The issues of a domain with their options, in order; what is wrong goes to the report."""
    found: Values = {}
    for name, part in object_of(report, member(report, node, "issuesValues") if node else None).items():
        content = object_of(report, part)
        if "range" in content:
            found[name] = {str(v): v for v in _read_range(content["range"], report)}
        else:
            texts = [(n, text_in(report, n)) for n in list_of(report, member(report, part, "values"))]
            found[name] = {text: None for _, text in texts if text is not None}
            if len(found[name]) < len(texts):
                report.wrong(part, "must hold each value once")
        if not found[name]:
            report.wrong(part, "must hold at least one value")
        if sum(map(len, found.values())) > MOST_OPTIONS:
            report.wrong(part, f"must hold at most {MOST_OPTIONS:,} values, with the issues before it")
            return {}
    if node is not None and not found:
        report.wrong(node, "must hold at least one issue")
    return found


def _read_range(node: Node, report: Report) -> list[Decimal]:
    low, high, step = (
        number_in(report, member(report, node, name), -WIDEST, WIDEST) for name in ("low", "high", "step")
    )
    if low is None or high is None or step is None:
        return []
    if step <= 0 or low > high:
        report.wrong(node, "must have step above 0 and low not above high")
        return []
    count = ((high - low) / step).to_integral_value(ROUND_FLOOR) + 1
    if count > MOST_OPTIONS:
        report.wrong(node, f"must have at most {MOST_OPTIONS:,} steps", f"{count:.3g}")
        return []
    return [low + step * k for k in range(int(count))]


def same_names(told: set[str], known: set[str], node: Node, must: str, report: Report) -> bool:
    """Whether two sets of names are the same; else an error at the node."""
    odd = sorted(told ^ known)
    if odd:
        report.wrong(node, must, f"differing in {', '.join(odd[:4])}")
    return not odd


def read_bid(node: Node | None, values: Values, report: Report) -> list[int] | None:
    """Option numbers of a bid over all issues of a domain; None where there is none or it is wrong."""
    if node is None or node.value is None:
        return None
    told = object_of(report, member(report, node, "issuevalues"))
    if not same_names(set(told), set(values), node, "must choose an option of every issue", report):
        return None
    found = []
    for issue, options in values.items():
        chosen = told[issue].value
        text = chosen.strip() if isinstance(chosen, str) else str(chosen)
        fits = [
            k for k, (name, number) in enumerate(options.items()) if text == name or _same(chosen, number)
        ]
        if chosen is None or not fits:
            report.wrong(told[issue], f"must be an option of {issue}", text[:40])
            return None
        found.append(fits[0])
    return found


def _same(chosen: object, number: Decimal | None) -> bool:
    return isinstance(chosen, Decimal) and number is not None and chosen == number
