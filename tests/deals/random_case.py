"""Random small cases built from the frozen values, and draws that need no files."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from detente.case.model import (
    Body,
    Brings,
    Case,
    Condition,
    Consent,
    Contribution,
    Delivery,
    Goal,
    Issue,
    Lever,
    Link,
    Option,
    Overlap,
    Party,
    Quantity,
    Reversion,
    Shock,
    Task,
)

AS_OF = date(2016, 7, 14)


@dataclass(frozen=True)
class FixedDraws:
    """Uniform draws that depend only on the die's name: what `Draws.sample` promises."""

    n: int

    def sample(self, quantity: Quantity) -> np.ndarray:
        rng = np.random.default_rng(zlib.crc32(quantity.die.encode()))
        return quantity.low + (quantity.high - quantity.low) * rng.random(self.n)


@dataclass(frozen=True)
class GivenValues:
    """The fields of `Values` that the deal room reads."""

    draws: FixedDraws
    weights: np.ndarray
    brings: np.ndarray
    contributors: tuple[str, ...]
    tasks: tuple[str, ...]
    as_of: date
    mode: str = "evidenced"


class CaseMaker:
    """Draws the parts of a case from one generator, so that a seed tells the whole case."""

    def __init__(
        self, seed: int, issues: int = 4, goals: int = 4, parties: int = 4, options: int = 3
    ) -> None:
        self.rng = np.random.default_rng(seed)
        self.sizes = [int(self.rng.integers(1, options + 1)) for _ in range(issues)]
        self.goals = [f"g{i}" for i in range(goals)]
        self.parties = [f"p{i}" for i in range(parties)]
        self.tasks = ["t0", "t1", "t2"]
        self.dice = 0

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def some(self, names: list[Any], at_most: int) -> list[Any]:
        k = int(self.rng.integers(0, min(at_most, len(names)) + 1))
        return sorted(self.rng.choice(len(names), k, replace=False).tolist())

    def quantity(self, low: float, high: float, of: str | None = None) -> Quantity:
        self.dice += 1
        a, b = np.sort(np.round(self.rng.uniform(low, high, 2), 2))
        return Quantity(float(a), float(b), of=of, die=f"die{self.dice}")

    def effects(self, size: float = 30, at_most: int = 3) -> dict[str, Quantity]:
        return {self.goals[g]: self.quantity(-size, size) for g in self.some(self.goals, at_most)}

    def seen(self) -> dict[str, dict[str, Quantity]]:
        return (
            {self.parties[p]: self.effects() for p in self.some(self.parties, 2)} if self.chance(0.4) else {}
        )

    def pattern(self, at_least: int, at_most: int) -> dict[str, tuple[int, ...]]:
        k = int(self.rng.integers(at_least, min(at_most, len(self.sizes)) + 1))
        chosen = self.rng.choice(len(self.sizes), k, replace=False)
        return {f"i{i}": self.options_of(int(i)) for i in chosen}

    def options_of(self, i: int) -> tuple[int, ...]:
        k = int(self.rng.integers(1, self.sizes[i] + 1))
        return tuple(sorted(self.rng.choice(self.sizes[i], k, replace=False).tolist()))

    def option(self, o: int) -> Option:
        if o == 0:
            return Option("o0", "as it is")
        brings = tuple(
            Brings(str(self.rng.choice(["c0", "c1"])), str(self.rng.choice(self.tasks)), self.quantity(0, 1))
            for _ in range(int(self.rng.integers(0, 3)) if self.chance(0.5) else 0)
        )
        return Option(f"o{o}", f"option {o}", self.effects(), self.seen(), brings)

    def delivery(self, i: int) -> Delivery:
        of = str(self.rng.choice(["c0.t0", "c1.t1"])) if self.chance(0.3) else None
        return Delivery(self.options_of(i), str(self.rng.choice(self.parties)), self.quantity(0, 1, of))

    def consent(self, i: int) -> Consent:
        by = str(self.rng.choice([*self.parties, "body"]))
        overruled = str(self.rng.choice(self.parties)) if self.chance(0.2) else None
        cost = self.quantity(0, 5) if overruled else None
        return Consent(self.options_of(i), by, self.chance(0.2), overruled, cost)

    def issue(self, i: int) -> Issue:
        reverts = None
        if self.sizes[i] > 1 and self.chance(0.3):
            on = date(2017, 1, 31) if self.chance(0.8) else date(2019, 1, 1)
            by = str(self.rng.choice([*self.parties, "body"]))
            reverts = Reversion(int(self.rng.integers(1, self.sizes[i])), on, by, holds=(0,))
        return Issue(
            name=f"i{i}",
            title=f"issue {i}",
            options=tuple(self.option(o) for o in range(self.sizes[i])),
            consents=tuple(self.consent(i) for _ in range(int(self.rng.integers(0, 2)))),
            deliveries=tuple(self.delivery(i) for _ in range(int(self.rng.integers(0, 3)))),
            reverts=reverts,
        )

    def lever(self, k: int) -> Lever:
        since = AS_OF if self.chance(0.7) else (date(2018, 1, 1) if self.chance(0.5) else None)
        ended = tuple(self.pattern(1, 2) for _ in range(int(self.rng.integers(0, 3))))
        by = str(self.rng.choice([*self.parties, "body"]))
        return Lever(f"l{k}", f"lever {k}", by, self.effects(), self.quantity(0, 9), since, ended)

    def overlap(self) -> Overlap:
        chosen = self.rng.choice(len(self.sizes), min(3, len(self.sizes)), replace=False)
        return Overlap(str(self.rng.choice(self.goals)), tuple(f"i{i}" for i in chosen))

    def contributions(self) -> tuple[Contribution, ...]:
        return tuple(
            Contribution(c, t, None, None, now=self.quantity(0, 0.5))
            for c in ("c0", "c1")
            for t in self.tasks
            if self.chance(0.6)
        )

    def task(self, t: str) -> Task:
        helped = tuple(u for u in self.tasks if u != t and self.chance(0.3))
        return Task(t, t, str(self.rng.choice(self.goals)), self.quantity(0, 40), 0.5, all_of=helped)

    def case(self) -> Case:
        votes = {p: float(self.rng.integers(1, 4)) for p in self.parties}
        quota = float(self.rng.integers(1, int(sum(votes.values())) + 1))
        two = min(2, len(self.sizes))
        return Case(
            name="random",
            title="random",
            about="",
            as_of=AS_OF,
            principal="p0",
            table=("p0", "p1"),
            horizon=date(2017, 7, 14),
            marking="",
            goals=tuple(Goal(g, g, "lost", "reached", self.quantity(5, 95)) for g in self.goals),
            parties=tuple(Party(p, p, p, {}, margin=float(self.rng.integers(0, 2))) for p in self.parties),
            issues=tuple(self.issue(i) for i in range(len(self.sizes))),
            bodies=(Body("body", "a body", votes, quota),),
            links=tuple(Link(f"k{k}", self.pattern(two, 3), self.effects(), self.seen()) for k in range(2)),
            overlaps=(self.overlap(), self.overlap()),
            conditions=(Condition("c", "p1", self.pattern(1, 2), self.pattern(1, 2)),),
            forbid=(self.pattern(two, 3),) if self.chance(0.3) else (),
            levers=tuple(self.lever(k) for k in range(2)),
            tasks=tuple(self.task(t) for t in self.tasks),
            contributions=self.contributions(),
            shocks=(Shock("s", "shock", date(2016, 7, 4), 10.0, {}, {"i0": 0.5}),),
        )

    def values(self, n: int = 3) -> GivenValues:
        weights = self.rng.normal(size=(n, len(self.parties), len(self.goals)))
        weights /= np.abs(weights).sum(axis=2, keepdims=True)
        brings = self.rng.random((n, 2, len(self.tasks)))
        return GivenValues(FixedDraws(n), weights, brings, ("c0", "c1"), tuple(self.tasks), AS_OF)
