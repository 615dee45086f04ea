"""Genius' evaluators word by word: one profile, one package of values at a time, with plain loops.

Written from what the classes of Genius 10.4 say; nothing of the reader under test is used. For trusted
samples only: `xml.etree` opens whatever it is given.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

Bid = dict[int, str]


class SlowProfile:
    """`utility(bid)`: bid is {issue index: value as written}."""

    def __init__(self, path: Path, domain: Path | None = None) -> None:
        self.root = ET.fromstring(path.read_text("utf-8").strip())
        self.kind = self.root.get("type", "linear")
        home = self.root if domain is None else ET.fromstring(domain.read_text("utf-8").strip())
        self.issues = [i for i in home.iter("issue") if i.get("name") is not None]

    def indices(self) -> list[int]:
        return [int(i.get("index", "")) for i in self.issues]

    def values(self, index: int) -> list[str]:
        (issue,) = [i for i in self.issues if int(i.get("index", "")) == index]
        if issue.get("type") == "integer":
            return [
                str(v) for v in range(int(issue.get("lowerbound", "")), int(issue.get("upperbound", "")) + 1)
            ]
        return [str(item.get("value")) for item in issue.iter("item")]

    def reservation(self) -> float:
        found = self.root.find("reservation")
        return 0.0 if found is None else float(found.get("value", ""))

    def utility(self, bid: Bid) -> float:
        if self.kind == "nonlinear":
            return self.nonlinear(bid)
        return self.constraint(bid) if self.kind == "constraint" else self.linear(bid)

    def linear(self, bid: Bid) -> float:
        total = 0.0
        weights = {int(w.get("index", "")): float(w.get("value", "")) for w in self.root.iter("weight")}
        for issue in self.root.iter("issue"):
            index = int(issue.get("index", ""))
            if issue.get("type", "discrete") == "discrete":
                evaluations = {i.get("value"): float(i.get("evaluation", "")) for i in issue.iter("item")}
                largest = max(evaluations.values())
                worth = 0.0 if largest < 0.00001 else evaluations[bid[index]] / largest
            else:
                evaluator = issue.find("evaluator")
                slope = offset = 0.0
                if evaluator is not None:
                    slope, offset = float(evaluator.get("slope", "")), float(evaluator.get("offset", ""))
                worth = slope * (int(bid[index]) - int(issue.get("lowerbound", ""))) + offset
                worth = min(max(worth, 0.0), 1.0)
            total += weights[index] * worth
        return min(total, 1.0)

    def nonlinear(self, bid: Bid) -> float:
        holder = next(self.root.iter("utility"))
        ufun = holder.find("ufun")
        assert ufun is not None
        return min(self.function(ufun, bid) / float(holder.get("maxutility", "")), 1.0)

    def function(self, ufun: ET.Element, bid: Bid) -> float:
        total = sum(self.rectangle(r, bid) for r in ufun.findall("hyperRectangle"))
        for inner in ufun.findall("ufun"):
            total += self.function(inner, bid) * float(inner.get("weight", "1"))
        return total

    def rectangle(self, r: ET.Element, bid: Bid) -> float:
        worth = float(r.get("utility", "")) * float(r.get("weight", "1"))
        for bounds, inside, outside in (("EXCLUDES", 0.0, worth), ("INCLUDES", worth, 0.0)):
            if r.findall(bounds):
                for bound in r.findall(bounds):
                    value = int(bid[int(bound.get("index", ""))])
                    if value < int(bound.get("min", "")) or value > int(bound.get("max", "")):
                        return outside
                return inside
        return worth

    def constraint(self, bid: Bid) -> float:
        rules = next(self.root.iter("constraints"))
        if any(self.outcome_is_zero(rule, bid) for rule in rules):
            return 0.0
        ranks = next(self.root.iter("ranks")).findall("issue")
        total = 0.0
        for issue in ranks:
            index = int(issue.get("index", ""))
            table = {i.get("value"): int(i.get("rank", "")) for i in issue.findall("item")}
            if not any(self.issue_is_zero(rule, index, bid) for rule in rules):
                total += table[bid[index]] / max(table.values())
        return total / len(ranks)

    def outcome_is_zero(self, rule: ET.Element, bid: Bid) -> bool:
        checks = {int(c.get("index", "")): c.get("condition", "") for c in rule.findall("checkassignment")}
        if rule.get("type") == "inclusiveZeroOutcomeConstraint":
            for index, condition in checks.items():
                if "numeric" in condition:
                    if "positive" in condition and int(bid[index]) < 0:
                        return False
                    if "positive" not in condition and "negative" in condition and int(bid[index]) > 0:
                        return False
                elif condition not in bid[index]:
                    return False
            return True
        if rule.get("type") == "conditionalZeroOutcomeConstraint":
            one, other = sorted(checks, key=lambda index: index % 16)
            fires = (checks[one] == "numeric=positive" and int(bid[one]) > 0) or (
                checks[one] == "numeric=negative" and int(bid[one]) < 0
            )
            return fires and checks[other] not in bid[other]
        return False

    def issue_is_zero(self, rule: ET.Element, index: int, bid: Bid) -> bool:
        kind = rule.get("type", "")
        if kind.endswith("OutcomeConstraint") or int(rule.get("index", "")) != index:
            return False
        assigned = all(
            bid[int(a.get("index", ""))] == a.get("value") for a in rule.findall("valueassignment")
        )
        if kind == "zeroConstraint":
            return assigned
        if kind == "conditionalZeroConstraint":
            return assigned and rule.get("value", "") not in bid[index]
        total = sum(int(bid[int(i.get("index", ""))]) for i in rule.findall("item"))
        if not int(rule.get("min", "")) <= total <= int(rule.get("max", "")):
            return False
        if kind == "sumZeroConstraint":
            return rule.get("value", "") in bid[index]
        if kind == "sumZeroNotConstraint":
            return rule.get("value", "") not in bid[index]
        return any(c.get("value", "") in bid[index] for c in rule.findall("condition"))
