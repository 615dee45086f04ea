"""Genius domains: the issues of a negotiation and their options.

Source: Genius 10.4 (Lin, Kraus, Baarslag, Tykhonov, Hindriks & Jonker 2014, Computational Intelligence
30), `DomainImpl`: child objectives come before the issues beside them, `type` decides what an issue is,
and issues are known by their index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from detente.deals.formats.reading import Report
from detente.deals.formats.xml_reading import Element, number_of, text_of, whole_of

MOST_OPTIONS = 100_000
"""Options of one issue, and of all integer and real issues of a domain together."""

MOST_ISSUES = 1_000
"""Issues of one domain."""

KINDS = ("discrete", "integer", "real")


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: `options` by name; `first` is the number of option 0 of an integer issue; `numbers`
    are what the options of a real issue stand for. `element`: where it is described."""

    index: int
    name: str
    kind: str
    options: tuple[str, ...]
    element: Element
    first: int = 0
    numbers: tuple[float, ...] = ()


def find_objective(root: Element, report: Report) -> Element | None:
    """The root objective of a domain or a profile; None and an error where there is not exactly one."""
    holder = root
    if root.tag == "negotiation_template":
        spaces = root.all("utility_space")
        if len(spaces) != 1:
            report.wrong(root, "must hold one <utility_space>", str(len(spaces)))
            return None
        holder = spaces[0]
    objectives = holder.all("objective")
    if len(objectives) != 1:
        report.wrong(holder, "must hold one <objective>, the root of the issues", str(len(objectives)))
        return None
    return objectives[0]


def read_issues(objective: Element, report: Report, *, steps: int | None = None) -> tuple[Issue, ...]:
    """The issues under an objective, in the order in which Genius lists them.

    `steps`: options to cut a real issue into, ends included; None refuses real issues. What is wrong
    goes to the report. Cost: linear in the options.
    """
    elements = walk(objective, "issue")
    if not _few(elements, steps, report):
        return ()
    found = [_read_issue(element, report, steps) for element in elements]
    issues = tuple(issue for issue in found if issue is not None)
    if not found:
        report.wrong(objective, "must hold at least one <issue>")
    for what in ("index", "name"):
        seen: dict[object, Issue] = {}
        for issue in issues:
            first = seen.setdefault(getattr(issue, what), issue)
            if first is not issue:
                got = f"{getattr(issue, what)!r} again, as in line {first.element.line}"
                report.wrong(issue.element, f"{what} must belong to one issue", got)
    return issues


def walk(objective: Element, tag: str) -> list[Element]:
    """Elements of a tag under an objective: those of child objectives first, as Genius orders them."""
    found = [element for child in objective.all("objective") for element in walk(child, tag)]
    return found + objective.all(tag)


def match_issues(domain: tuple[Issue, ...], own: tuple[Issue, ...], report: Report) -> None:
    """Note every issue of a profile that is not the domain's: by index, name, kind and options."""
    known = {issue.index: issue for issue in domain}
    for issue in own:
        same = known.get(issue.index)
        if same is None:
            report.wrong(issue.element, "index must be of an issue of the domain", str(issue.index))
        elif same.name != issue.name:
            report.wrong(issue.element, f"name must be {same.name!r} as in the domain", repr(issue.name))
        elif same.kind != issue.kind or set(same.options) != set(issue.options):
            odd = sorted(set(same.options) ^ set(issue.options))[:3]
            got = f"{issue.kind} with differing {', '.join(odd)}" if odd else issue.kind
            report.wrong(issue.element, f"must have the {same.kind} options of the domain", got)


def _few(elements: list[Element], steps: int | None, report: Report) -> bool:
    """Whether issues and what ranges stand for are few enough to be listed; a line can stand for many."""
    if len(elements) > MOST_ISSUES:
        report.wrong(
            elements[MOST_ISSUES], f"must be one of at most {MOST_ISSUES:,} issues", f"{len(elements):,}"
        )
        return False
    total = 0
    for element in elements:
        low, high = (element.attributes.get(f"{end}bound", "").strip() for end in ("lower", "upper"))
        if _kind(element, Report(report.file)) == "real":
            total += steps or 0
        elif re.fullmatch(r"[+-]?[0-9]{1,10}", low) and re.fullmatch(r"[+-]?[0-9]{1,10}", high):
            total += max(0, int(high) - int(low) + 1)
        if total > MOST_OPTIONS:
            report.wrong(
                element, f"must have at most {MOST_OPTIONS:,} options, with those before it", f"{total:,}"
            )
            return False
    return True


def _read_issue(element: Element, report: Report, steps: int | None) -> Issue | None:
    index, name, kind = (
        whole_of(report, element, "index"),
        text_of(report, element, "name"),
        _kind(element, report),
    )
    if index is None or name is None or kind is None:
        return None
    if kind == "discrete":
        return Issue(index, name, kind, _values(element, report), element)
    holder = element if "lowerbound" in element.attributes else next(iter(element.all("range")), element)
    if kind == "integer":
        low, high = whole_of(report, holder, "lowerbound"), whole_of(report, holder, "upperbound")
        if low is None or high is None or not _in_order(low, high, holder, report):
            return None
        if high - low >= MOST_OPTIONS:  # in a <range> of its own
            report.wrong(holder, f"must have at most {MOST_OPTIONS:,} options", f"{high - low + 1:,}")
            return None
        return Issue(index, name, kind, tuple(str(v) for v in range(low, high + 1)), element, low)
    bottom, top = number_of(report, holder, "lowerbound"), number_of(report, holder, "upperbound")
    if bottom is None or top is None or not _in_order(bottom, top, holder, report):
        return None
    if steps is None:
        hint = "or read with steps=11, say, to cut real issues into that many options"
        report.wrong(element, "must be discrete or integer", "real", hint)
        return None
    numbers = tuple(bottom + (top - bottom) * k / (steps - 1) for k in range(steps))
    return Issue(index, name, kind, tuple(f"{v:.12g}" for v in numbers), element, numbers=numbers)


def _kind(element: Element, report: Report) -> str | None:
    given = [
        element.attributes[a].strip().lower() for a in ("type", "vtype", "etype") if a in element.attributes
    ]
    kind = given[0] if given else "discrete"
    if kind not in KINDS:
        report.wrong(element, f"type must be {', '.join(KINDS)}", repr(kind))
        return None
    if len(set(given)) > 1:
        report.odd(element, "type, vtype and etype should agree", ", ".join(given), "type is what counts")
    return kind


def _values(element: Element, report: Report) -> tuple[str, ...]:
    values = [(item, text_of(report, item, "value")) for item in element.all("item")]
    if not values:
        report.wrong(element, "must hold at least one <item>")
    if len(values) > MOST_OPTIONS:
        report.wrong(element, f"must have at most {MOST_OPTIONS:,} options", f"{len(values):,}")
    seen: set[str] = set()
    for item, value in values:
        if value in seen:
            report.wrong(item, "value must stand once in its issue", repr(value))
        elif value is not None:
            seen.add(value)
    return tuple(value for _, value in values if value is not None)


def _in_order(low: float, high: float, element: Element, report: Report) -> bool:
    if low > high:
        report.wrong(element, "lowerbound must not exceed upperbound", f"{low:g} and {high:g}")
    return low <= high
