"""MODEL sections 1 and 5 word by word, one draw, one party, one package at a time."""

from __future__ import annotations

import math
from typing import Any

from detente.case.model import Case


class SlowModel:
    """Formulas of the model with plain loops; `k` is the draw, `p` a party's name, `x` a package."""

    def __init__(self, case: Case, values: Any) -> None:
        self.case, self.values = case, values
        self.parties = [p.name for p in case.parties]
        self.goals = [g.name for g in case.goals]
        self.issues = [i.name for i in case.issues]
        self.settled: dict[int, list[int]] = {}

    def number(self, quantity: Any, k: int) -> float:
        value = float(self.values.draws.sample(quantity)[k])
        return value if quantity.of is None else value * self.capability(*quantity.of.split("."), k)

    def capability(self, contributor: str, task: str, k: int) -> float:
        c, t = self.values.contributors.index(contributor), self.values.tasks.index(task)
        return float(self.values.brings[k, c, t])

    def fits(self, pattern: Any, x: Any) -> bool:
        return all(x[self.issues.index(i)] in allowed for i, allowed in pattern.items())

    def share(self, i: int, o: int, k: int) -> float:
        issue, share = self.case.issues[i], 1.0
        carriers = [d for d in issue.deliveries if o in d.options]
        for delivery in carriers:
            share *= self.number(delivery.share, k)
        for shock in self.case.shocks:
            days = (self.values.as_of - shock.on).days
            if carriers and days >= 0 and issue.name in shock.delivery:
                share *= shock.delivery[issue.name] ** (2 ** (-days / shock.half_life))
        return min(share, 1.0)

    def typed(self, i: int, o: int, g: str, p: str | None, k: int) -> float:
        option = self.case.issues[i].options[o]
        effects = dict(option.effects) | dict(option.as_seen_by.get(p, {}))
        return self.number(effects[g], k) * self.share(i, o, k) if g in effects else 0.0

    def calls(self, i: int, o: int, g: str, p: str | None) -> Any:
        option = self.case.issues[i].options[o]
        own = g in option.as_seen_by.get(p, {}) and g not in option.effects
        return () if own else option.brings

    def cover(self, task: str, g: str, x: Any, p: str | None, k: int) -> float:
        open_part = 1.0
        for contributor in self.values.contributors:
            now = [
                self.number(c.now, k) * self.capability(contributor, task, k)
                for c in self.case.contributions
                if (c.contributor, c.task) == (contributor, task)
            ]
            called = [
                self.number(b.share, k) * self.capability(contributor, task, k)
                for i, o in enumerate(x)
                for b in self.calls(i, o, g, p)
                if (b.contributor, b.task) == (contributor, task)
            ]
            open_part *= 1 - max([0.0, *now, *called])
        return 1 - open_part

    def level_change(self, g: str, x: Any, p: str | None, k: int) -> float:
        total = sum(self.typed(i, o, g, p, k) for i, o in enumerate(x))
        for link in self.case.links:
            effects = dict(link.effects) | dict(link.as_seen_by.get(p, {}))
            if g in effects and self.fits(link.when, x):
                total += self.number(effects[g], k)
        for overlap in self.case.overlaps:
            if overlap.goal == g:
                total += self.overlap(overlap, g, x, p, k)
        nothing = [0] * len(x)
        for task in self.case.tasks:
            if task.goal == g:
                tasks = (task.name, *task.all_of)
                after = math.prod(self.cover(t, g, x, p, k) for t in tasks)
                before = math.prod(self.cover(t, g, nothing, None, k) for t in tasks)
                total += self.number(task.need, k) * task.share * (after - before)
        return total

    def overlap(self, overlap: Any, g: str, x: Any, p: str | None, k: int) -> float:
        base = self.number(self.case.goals[self.goals.index(g)].base, k)
        parts = [self.typed(i, x[i], g, p, k) for i in map(self.issues.index, overlap.issues)]
        change = 0.0
        for sign, room in ((1, 100 - base), (-1, base)):
            mine = [sign * e for e in parts if sign * e > 0]
            if mine:
                joint = room * (1 - math.prod(1 - min(e / room, 1) for e in mine)) + max(0, max(mine) - room)
                change += sign * (joint - sum(mine))
        return change

    def lever_change(self, p: str, x: Any, k: int) -> float:
        total = 0.0
        for lever in self.case.levers:
            if lever.since is None or lever.since > self.values.as_of:
                continue
            if any(self.fits(pattern, x) for pattern in lever.ended_by):
                total -= sum(self.weight(p, g, k) * self.number(q, k) for g, q in lever.effects.items())
                owners = next((b.votes for b in self.case.bodies if b.name == lever.by), {lever.by: 1})
                total += self.number(lever.cost, k) if p in owners else 0.0
        return total

    def weight(self, p: str, g: str, k: int) -> float:
        return float(self.values.weights[k, self.parties.index(p), self.goals.index(g)])

    def utility(self, p: str, x: Any, k: int) -> float:
        goals = sum(self.weight(p, g, k) * self.level_change(g, x, p, k) for g in self.goals)
        return goals + self.lever_change(p, x, k)

    def no_deal(self, k: int) -> list[int]:
        if k not in self.settled:
            self.settled[k] = self.lapsed(k)
        return self.settled[k]

    def lapsed(self, k: int) -> list[int]:
        package = [0] * len(self.issues)
        for i, issue in enumerate(self.case.issues):
            falls = issue.reverts
            if falls is None or falls.on > self.case.horizon:
                continue
            stay, lapse = [0] * len(self.issues), [0] * len(self.issues)
            lapse[i] = falls.to
            body = next((b for b in self.case.bodies if b.name == falls.kept_by), None)
            votes, quota = (body.votes, body.quota) if body else ({falls.kept_by: 1.0}, 1.0)
            margin = {p.name: p.margin for p in self.case.parties}
            kept = [m for m in votes if self.utility(m, stay, k) - self.utility(m, lapse, k) >= margin[m]]
            if sum(votes[m] for m in kept) < quota:
                package[i] = falls.to
        return package

    def gain(self, p: str, x: Any, k: int) -> float:
        return self.utility(p, x, k) - self.utility(p, self.no_deal(k), k)
