"""Genius' constraint profiles: ranks of options, and rules under which they count for nothing.

The utility of a package is the mean over the ranked issues of rank / largest rank of the issue. A
rule on an issue makes that issue count 0 where the rule applies; a rule on the outcome makes the whole
utility 0. Both are tables over the issues that they name, so that a sum of tables holds them exactly.
"Contains" compares texts as Genius does: "NS=penalty" is contained in "NS=penalty+ProRail=warning".

| type | applies where |
| --- | --- |
| zeroConstraint | every value assignment holds |
| conditionalZeroConstraint | every value assignment holds and the issue's option does not contain `value` |
| sumZeroConstraint | the items sum to min..max and the issue's option contains `value` |
| sumZeroNotConstraint | … and the issue's option does not contain `value` |
| sumZeroConstraintList | … and the issue's option contains one of the conditions |
| inclusiveZeroOutcomeConstraint | every check holds; numeric=positive: at least 0, =negative: at most 0 |
| conditionalZeroOutcomeConstraint | the first check, numeric, holds strictly and the second does not |

Source: Genius 10.4, `ConstraintUtilitySpace`, `Rank` and the constraints that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.deals.formats.genius_domain import Issue
from detente.deals.formats.reading import Report
from detente.deals.formats.xml_reading import Element, text_of, whole_of
from detente.deals.space import Factor, FloatArray, TableFactor

BoolArray = NDArray[np.bool_]

MOST_CELLS = 4_000_000
"""Combinations of the issues that rules tie together."""

MOST_TIED = 30
"""Issues that rules tie together."""

MOST_WORK = 400_000_000
"""Combinations looked at for one profile: over its rules, and over its issues and the rules on each."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a rule applies: `cells`, one axis per issue of `scope` (ascending places)."""

    scope: tuple[int, ...]
    cells: BoolArray


@dataclass(frozen=True, slots=True)
class _Reader:
    domain: tuple[Issue, ...]
    places: dict[int, int]
    report: Report
    spent: list[int]

    def place(self, element: Element) -> int | None:
        index = whole_of(self.report, element, "index")
        if index is not None and index not in self.places:
            self.report.wrong(element, "index must be of an issue of the domain", str(index))
        return None if index is None else self.places.get(index)


def read_rules(objective: Element, domain: tuple[Issue, ...], report: Report) -> tuple[Factor, ...]:
    """Tables (options of the issues tied together…, 1) whose sum is the party's utility.

    `domain`: the issues in order. What is wrong goes to the report: also rules of unknown types, which
    Genius would skip without a word, and rules that tie together more than MOST_CELLS combinations.
    Cost: for each ranked issue, the combinations of the issues that its rules name.
    """
    holders = objective.all("rules")
    if len(holders) != 1 or len(holders[0].all("ranks")) != 1:
        report.wrong(holders[0] if holders else objective, "must hold one <rules> with one <ranks>")
        return ()
    reader = _Reader(domain, {issue.index: place for place, issue in enumerate(domain)}, report, [])
    ranks = _read_ranks(holders[0].all("ranks")[0], reader)
    of_issue: dict[int, list[Rule]] = {}
    of_outcome: list[Rule] = []
    for part in holders[0].children:
        if part.tag not in ("ranks", "constraints"):
            report.wrong(part, "must be <ranks> or <constraints>")
    for element in [c for part in holders[0].all("constraints") for c in part.children]:
        kind = element.attributes.get("type", "").strip()
        if kind in _OUTCOME:
            of_outcome += _OUTCOME[kind](element, reader)
        elif kind in _ISSUE:
            place = reader.place(element)
            rules = _ISSUE[kind](element, reader, place) if place is not None else []
            if place is not None and place not in ranks:
                report.wrong(element, "index must be of a ranked issue", str(domain[place].index))
            elif place is not None:
                of_issue.setdefault(place, []).extend(rules)
        else:
            known = ", ".join((*_ISSUE, *_OUTCOME))
            report.wrong(element, f"type must be one of {known}", repr(kind))
    return _tables(ranks, of_issue, of_outcome, reader, holders[0])


def _tables(
    ranks: dict[int, FloatArray],
    of_issue: dict[int, list[Rule]],
    of_outcome: list[Rule],
    reader: _Reader,
    holder: Element,
) -> tuple[Factor, ...]:
    factors: dict[tuple[int, ...], FloatArray] = {}
    for place, values in ranks.items():
        rules = of_issue.get(place, []) + of_outcome
        scope = tuple(sorted({place}.union(*(rule.scope for rule in rules))))
        sizes = [len(reader.domain[i].options) for i in scope]
        if not _small(set(scope), holder, reader, len(rules) + 1):
            return ()
        table = np.broadcast_to(_spread(values / len(ranks), (place,), scope), sizes).copy()
        for rule in rules:
            table[np.broadcast_to(_spread(rule.cells, rule.scope, scope), sizes)] = 0.0
        factors[scope] = factors.get(scope, 0.0) + table[..., None]
    return tuple(TableFactor(scope, table) for scope, table in factors.items())


def _spread(array: NDArray[np.generic], own: tuple[int, ...], scope: tuple[int, ...]) -> NDArray[np.generic]:
    """The array with an axis for each issue of `scope`, of length 1 for those that are not its own."""
    missing = [axis for axis, issue in enumerate(scope) if issue not in own]
    return np.expand_dims(array, tuple(missing))


def _read_ranks(element: Element, reader: _Reader) -> dict[int, FloatArray]:
    """By place of the issue: (options,) rank / largest rank."""
    ranks: dict[int, FloatArray] = {}
    for part in element.children:
        if part.tag != "issue":
            reader.report.wrong(part, "must be an <issue> with its ranks")
            continue
        place = reader.place(part)
        if place is None:
            continue
        if place in ranks:
            reader.report.wrong(part, "must rank an issue once")
        values = _rank_options(part, reader.domain[place], reader.report)
        ranks[place] = np.zeros(len(reader.domain[place].options)) if values is None else values
    if not ranks:
        reader.report.wrong(element, "must rank at least one issue")
    return ranks


def _rank_options(element: Element, issue: Issue, report: Report) -> FloatArray | None:
    found: dict[str, int] = {}
    for item in element.all("item"):
        option, rank = text_of(report, item, "value"), whole_of(report, item, "rank")
        if option is None or rank is None:
            return None
        if option not in issue.options or option in found:
            report.wrong(item, f"value must be an option of {issue.name}, each once", repr(option))
        found[option] = rank
    missing = [option for option in issue.options if option not in found]
    if missing:
        report.wrong(element, f"must rank every option of {issue.name}", f"none for {', '.join(missing[:5])}")
        return None
    if max(found.values()) < 1:
        report.wrong(element, "must have a largest rank of at least 1", str(max(found.values())))
        return None
    return np.array([found[option] for option in issue.options]) / max(found.values())


def _option(element: Element, issue: Issue, where: BoolArray, report: Report) -> BoolArray:
    """`where`, and a note if no option is meant: Genius compares, finds nothing, and goes on."""
    if not where.any():
        text = next((element.attributes[a] for a in ("value", "condition") if a in element.attributes), "")
        report.odd(element, f"should mean an option of {issue.name!r}", repr(text), "no option fits it")
    return where


def _contains(element: Element, name: str, place: int, reader: _Reader) -> BoolArray | None:
    """(options,) whether an option's text contains an attribute's."""
    text = text_of(reader.report, element, name)
    if text is None:
        return None
    issue = reader.domain[place]
    return _option(element, issue, np.array([text in option for option in issue.options]), reader.report)


def _assigned(element: Element, reader: _Reader) -> list[Rule]:
    """One rule per value assignment: where it holds."""
    rules: list[Rule] = []
    for part in element.all("valueassignment"):
        place, text = reader.place(part), text_of(reader.report, part, "value")
        if place is None or text is None:
            continue
        issue = reader.domain[place]
        if any(rule.scope == (place,) for rule in rules):
            reader.report.wrong(part, f"must assign {issue.name} once")
        where = np.array([text == option for option in issue.options])
        rules.append(Rule((place,), _option(part, issue, where, reader.report)))
    if not element.all("valueassignment"):
        reader.report.wrong(element, "must hold a <valueassignment>")
    return rules


def _all_of(rules: list[Rule]) -> Rule:
    """Where every one of some rules applies. Several rules may name one issue."""

    def both(one: Rule, other: Rule) -> Rule:
        scope = tuple(sorted({*one.scope, *other.scope}))
        return Rule(scope, _spread(one.cells, one.scope, scope) & _spread(other.cells, other.scope, scope))  # type: ignore[operator]

    return reduce(both, rules)


def _numbers(place: int, element: Element, reader: _Reader) -> FloatArray | None:
    """(options,) the whole numbers that the options of an issue are written as."""
    issue = reader.domain[place]
    if not all(re.fullmatch(r"[+-]?[0-9]{1,9}", option) for option in issue.options):
        reader.report.wrong(element, "must name an issue whose options are whole numbers", repr(issue.name))
        return None
    return np.array([int(option) for option in issue.options], dtype=np.float64)


def _small(scope: set[int], element: Element, reader: _Reader, times: int) -> bool:
    """Whether the combinations over some issues, looked at so many times, are within what may be tied
    together and done; else an error at the element. Counts what is done."""
    cells = prod(len(reader.domain[i].options) for i in scope)
    tied = cells <= MOST_CELLS and len(scope) <= MOST_TIED
    if not tied:
        names = ", ".join(reader.domain[i].name for i in sorted(scope)[:6])
        must = f"must tie together at most {MOST_TIED} issues and {MOST_CELLS:,} combinations of options"
        reader.report.wrong(element, must, f"{cells:,} over {len(scope)} issues: {names}")
        return False
    reader.spent.append(cells * times)
    if sum(reader.spent) > MOST_WORK:
        reader.report.wrong(element, f"must need at most {MOST_WORK:,} steps, with the rules before it")
        return False
    return True


def _zero(element: Element, reader: _Reader, place: int) -> list[Rule]:
    rules = _assigned(element, reader)
    scope = {i for rule in rules for i in rule.scope}
    return [_all_of(rules)] if rules and _small(scope, element, reader, len(rules)) else []


def _conditional(element: Element, reader: _Reader, place: int) -> list[Rule]:
    rules, contains = _assigned(element, reader), _contains(element, "value", place, reader)
    scope = {place, *(i for rule in rules for i in rule.scope)}
    if contains is None or not rules or not _small(scope, element, reader, len(rules) + 1):
        return []
    return [_all_of([*rules, Rule((place,), ~contains)])]


def _sum(element: Element, reader: _Reader, place: int, chosen: BoolArray | None) -> list[Rule]:
    """Where the items sum to min..max and the option of the issue is a chosen one."""
    low, high = whole_of(reader.report, element, "min"), whole_of(reader.report, element, "max")
    items = [(item, reader.place(item)) for item in element.all("item")]
    if low is not None and high is not None and low > high:
        reader.report.wrong(element, "min must not exceed max", f"{low} and {high}")
    if not items:
        reader.report.wrong(element, "must hold an <item>")
    numbers = [(i, _numbers(i, item, reader)) for item, i in items if i is not None]
    scope = tuple(sorted({i for i, _ in numbers}))
    known = [(i, values) for i, values in numbers if values is not None]
    if low is None or high is None or chosen is None or len(known) < len(items) or not scope:
        return []
    if not _small({*scope, place}, element, reader, len(known) + 1):
        return []
    total: FloatArray = np.zeros([1] * len(scope))
    for i, values in known:
        total = total + _spread(values, (i,), scope)  # type: ignore[operator]
    return [_all_of([Rule(scope, (low <= total) & (total <= high)), Rule((place,), chosen)])]


def _sum_zero(element: Element, reader: _Reader, place: int) -> list[Rule]:
    return _sum(element, reader, place, _contains(element, "value", place, reader))


def _sum_not(element: Element, reader: _Reader, place: int) -> list[Rule]:
    contains = _contains(element, "value", place, reader)
    return _sum(element, reader, place, None if contains is None else ~contains)


def _sum_list(element: Element, reader: _Reader, place: int) -> list[Rule]:
    parts = element.all("condition")
    found = [_contains(part, "value", place, reader) for part in parts]
    if not parts:
        reader.report.wrong(element, "must hold a <condition>")
    any_of = np.zeros(len(reader.domain[place].options), dtype=np.bool_)
    for where in found:
        any_of |= False if where is None else where
    return _sum(element, reader, place, any_of)


def _checks(element: Element, reader: _Reader) -> list[tuple[Element, int, str]]:
    found: list[tuple[Element, int, str]] = []
    for part in element.all("checkassignment"):
        place, text = reader.place(part), text_of(reader.report, part, "condition")
        if place is None or text is None:
            continue
        if any(place == other for _, other, _ in found):
            reader.report.wrong(part, f"must check {reader.domain[place].name} once")
        found.append((part, place, text))
    if not element.all("checkassignment"):
        reader.report.wrong(element, "must hold a <checkassignment>")
    return found


def _inclusive(element: Element, reader: _Reader) -> list[Rule]:
    rules: list[Rule] = []
    for part, place, text in _checks(element, reader):
        if "numeric" not in text:
            where = _contains(part, "condition", place, reader)
        else:
            numbers = _numbers(place, part, reader)
            if text not in ("numeric=positive", "numeric=negative"):
                reader.report.wrong(
                    part, "condition must be numeric=positive or numeric=negative", repr(text)
                )
            where = None if numbers is None else (numbers >= 0 if "positive" in text else numbers <= 0)
        if where is not None:
            rules.append(Rule((place,), where))
    scope = {i for rule in rules for i in rule.scope}
    return [_all_of(rules)] if rules and _small(scope, element, reader, len(rules)) else []


def _conditional_outcome(element: Element, reader: _Reader) -> list[Rule]:
    checks = _checks(element, reader)
    if len(checks) != 2:
        if len(element.all("checkassignment")) != 2:
            reader.report.wrong(element, "must hold two <checkassignment>", str(len(checks)))
        return []
    # Genius keeps the checks in a hash table of sixteen places and takes what comes first there.
    (first, place, sign), (second, other, _) = sorted(checks, key=lambda c: reader.domain[c[1]].index % 16)
    if sign not in ("numeric=positive", "numeric=negative"):
        must = "must have numeric=positive or numeric=negative on the issue of lower index"
        reader.report.wrong(first, must, repr(sign), "otherwise Genius never applies the rule")
        return []
    numbers, contains = _numbers(place, first, reader), _contains(second, "condition", other, reader)
    if numbers is None or contains is None or not _small({place, other}, element, reader, 2):
        return []
    where = numbers > 0 if "positive" in sign else numbers < 0
    return [_all_of([Rule((place,), where), Rule((other,), ~contains)])]


_ISSUE: dict[str, Callable[[Element, _Reader, int], list[Rule]]] = {
    "zeroConstraint": _zero,
    "conditionalZeroConstraint": _conditional,
    "sumZeroConstraint": _sum_zero,
    "sumZeroNotConstraint": _sum_not,
    "sumZeroConstraintList": _sum_list,
}
_OUTCOME: dict[str, Callable[[Element, _Reader], list[Rule]]] = {
    "inclusiveZeroOutcomeConstraint": _inclusive,
    "conditionalZeroOutcomeConstraint": _conditional_outcome,
}
