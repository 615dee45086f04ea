"""Random small spaces from arrays, with every kind of rule."""

from __future__ import annotations

import numpy as np

from detente.deals.space import (
    BodyRule,
    BoxFactor,
    ConditionRule,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    KeepRule,
)


class SpaceMaker:
    """A seed tells the whole space: 2–5 parties, 2–8 issues, links of arity 2–4, boxes, and rules."""

    def __init__(self, seed: int, *, most_packages: int = 3000) -> None:
        self.rng = np.random.default_rng(seed)
        self.parties = int(self.rng.integers(2, 6))
        self.sizes = [int(self.rng.integers(1, 5)) for _ in range(int(self.rng.integers(2, 9)))]
        while np.prod(self.sizes) > most_packages:
            self.sizes[int(np.argmax(self.sizes))] -= 1
        # Whole numbers make ties; 0.1 steps make sums whose order matters in floating point.
        self.step = float(self.rng.choice([1.0, 1.0, 0.1, 0.01]))
        self.reach = int(self.rng.choice([2, 4, 9]))

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def points(self, *shape: int) -> np.ndarray:
        return self.rng.integers(-self.reach, self.reach + 1, size=shape) * self.step

    def scope(self, low: int, high: int) -> tuple[int, ...]:
        size = min(len(self.sizes), int(self.rng.integers(low, high + 1)))
        return tuple(sorted(int(i) for i in self.rng.choice(len(self.sizes), size, replace=False)))

    def some(self, issue: int) -> tuple[int, ...]:
        count = int(self.rng.integers(1, self.sizes[issue] + 1))
        return tuple(sorted(int(o) for o in self.rng.choice(self.sizes[issue], count, replace=False)))

    def pattern(self, low: int, high: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
        return tuple((i, self.some(i)) for i in self.scope(low, high))

    def issue(self) -> int:
        return int(self.rng.integers(0, len(self.sizes)))

    def party(self) -> int:
        return int(self.rng.integers(0, self.parties))

    def consenter(self) -> int:
        return int(self.rng.integers(0, self.parties + len(self.bodies)))

    def box(self) -> BoxFactor:
        scope = self.scope(1, 6)
        ends = [sorted(int(v) for v in self.rng.integers(0, self.sizes[i], 2)) for i in scope]
        return BoxFactor(
            scope, tuple(e[0] for e in ends), tuple(e[1] for e in ends), self.points(self.parties)
        )

    def body(self) -> BodyRule:
        members = sorted(
            int(p) for p in self.rng.choice(self.parties, int(self.rng.integers(1, self.parties + 1)), False)
        )
        votes = tuple(float(v) for v in self.rng.integers(1, 4, len(members)))
        return BodyRule("body", tuple(members), votes, float(self.rng.integers(1, int(sum(votes)) + 1)))

    def unary(self) -> list[np.ndarray]:
        tables = [self.points(size, self.parties) for size in self.sizes]
        for table in tables:
            if len(table) > 2 and self.chance(0.2):
                table[2] = table[1]
        return tables

    def consent(self) -> ConsentRule:
        issue = self.issue()
        over = self.party() if self.chance(0.3) else None
        cost = float(self.rng.integers(0, 3)) if over is not None else 0.0
        return ConsentRule(issue, self.some(issue), self.consenter(), self.chance(0.25), over, cost)

    def keep(self) -> KeepRule:
        issue = self.issue()
        to = int(self.rng.integers(0, self.sizes[issue]))
        return KeepRule(issue, tuple(o for o in self.some(issue) if o != to), to, self.consenter())

    def delivery(self) -> DeliveryRule:
        issue = self.issue()
        return DeliveryRule(issue, self.some(issue), self.party())

    def space(self) -> DealSpace:
        rng = self.rng
        self.bodies = [self.body() for _ in range(int(rng.integers(0, 3)))]
        links = {}
        for _ in range(int(rng.integers(0, 4))):
            scope = self.scope(2, 4)
            links[scope] = self.points(*(self.sizes[i] for i in scope), self.parties)
        table = sorted(
            int(p) for p in rng.choice(self.parties, int(rng.integers(1, self.parties + 1)), False)
        )
        conditions = [
            ConditionRule(
                "c", self.consenter(), self.pattern(1, 3), self.pattern(1, 2) if self.chance(0.8) else None
            )
            for _ in range(int(rng.integers(0, 3)))
        ]
        return DealSpace.from_arrays(
            options=self.sizes,
            unary=self.unary(),
            links=links,
            boxes=[self.box() for _ in range(int(rng.integers(0, 4)))],
            no_deal=self.points(self.parties) if self.chance(0.5) else np.zeros(self.parties) - 3 * self.step,
            forbid=[dict(self.pattern(1, 3)) for _ in range(int(rng.integers(0, 3)))],
            table=table,
            margin=rng.integers(-1, 2, self.parties) * self.step if self.chance(0.3) else None,
            bodies=self.bodies,
            consents=[self.consent() for _ in range(int(rng.integers(0, 5)))],
            delivers=[self.delivery() for _ in range(int(rng.integers(0, 3)))],
            keeps=[self.keep() for _ in range(int(rng.integers(0, 2)))],
            conditions=conditions,
        )
