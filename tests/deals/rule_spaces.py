"""Random small spaces with every kind of rule, and their rules read slowly, one package at a time."""

from __future__ import annotations

from itertools import product

import numpy as np

from detente.deals.space import (
    BodyRule,
    ConditionRule,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    KeepRule,
    Pattern,
)


class Dice:
    """A generator with the few throws that random rules need."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def some(self, count: int, at_least: int = 1) -> tuple[int, ...]:
        k = int(self.rng.integers(at_least, count + 1))
        return tuple(sorted(int(i) for i in self.rng.choice(count, k, replace=False)))

    def upto(self, n: int) -> int:
        return int(self.rng.integers(n))


def random_space(seed: int, *, parties: int = 4, table: int = 2, rules: bool = True) -> DealSpace:
    """Two to four issues of one to three options, whole points, ties likely, no deal worth x° or not."""
    dice = Dice(seed)
    sizes = [int(n) for n in dice.rng.integers(1, 4, size=int(dice.rng.integers(2, 5)))]
    unary = [dice.rng.integers(-3, 5, size=(n, parties)) for n in sizes]
    for table_ in unary:
        table_[0] = 0
    pair = (0, len(sizes) - 1)
    links = {pair: dice.rng.integers(-2, 3, size=(*(sizes[i] for i in pair), parties))}
    no_deal = np.zeros(parties) if dice.chance(0.5) else dice.rng.integers(-2, 2, size=parties)
    bodies = (BodyRule("senate", (1, 2, 3), (1, 2, 1.5), float(dice.rng.integers(1, 5))),)
    kinds = {} if not rules else random_rules(dice, sizes, parties)
    return DealSpace.from_arrays(
        options=sizes,
        unary=unary,
        links=links,
        no_deal=[float(d) for d in no_deal],
        table=tuple(range(table)),
        margin=[float(m) for m in dice.rng.integers(-1, 2, size=parties)],
        bodies=bodies if rules else (),
        **kinds,
    )


def random_rules(dice: Dice, sizes: list[int], parties: int) -> dict[str, object]:
    def pattern() -> Pattern:
        return tuple((i, dice.some(sizes[i])) for i in dice.some(len(sizes)))

    consents = [
        ConsentRule(
            i,
            dice.some(sizes[i]),
            dice.upto(parties + 1),
            silent=dice.chance(0.3),
            overruled_by=dice.upto(parties) if dice.chance(0.3) else None,
            cost=float(dice.upto(3)),
        )
        for i in range(len(sizes))
    ]
    return {
        "consents": consents,
        "delivers": [DeliveryRule(i, dice.some(sizes[i]), dice.upto(parties)) for i in range(len(sizes))],
        "keeps": [KeepRule(0, (0,), sizes[0] - 1, dice.upto(parties + 1))] if sizes[0] > 1 else [],
        "conditions": [
            ConditionRule("string", dice.upto(parties), pattern(), pattern()),
            ConditionRule("never", dice.upto(parties), pattern(), None),
        ],
        "forbid": [{0: sizes[0] - 1, len(sizes) - 1: sizes[-1] - 1}] if dice.chance(0.5) else [],
    }


def every_package(space: DealSpace) -> np.ndarray:
    return np.array(list(product(*(range(n) for n in space.sizes))), dtype=np.int64)


def worth(space: DealSpace, package: tuple[int, ...], party: int) -> float:
    """Gain by adding up tables entry by entry."""
    total = -float(space.no_deal[party])
    for factor in space.factors:
        total += float(factor.table[tuple(package[i] for i in factor.scope)][party])  # type: ignore[union-attr]
    return total


def fits(package: tuple[int, ...], pattern: Pattern) -> bool:
    return all(package[i] in options for i, options in pattern)


def votes_reach(space: DealSpace, body: int, yes: set[int]) -> bool:
    rule = space.bodies[body]
    return sum(v for m, v in zip(rule.members, rule.votes, strict=True) if m in yes) >= rule.quota


def decides_by(space: DealSpace, package: tuple[int, ...], party: int) -> float:
    """The larger of complying and of leaving everything undone that it delivers."""
    undone = list(package)
    for rule in space.deliveries:
        if rule.party == party and package[rule.issue] in rule.options:
            undone[rule.issue] = 0
    return max(worth(space, package, party), worth(space, tuple(undone), party))


def bar(space: DealSpace, rule: ConsentRule, party: int) -> float:
    margin = float(space.margin[party])
    return -abs(margin) if rule.silent else margin


def yes_to(space: DealSpace, package: tuple[int, ...], rule: ConsentRule) -> bool:
    parties = range(len(space.parties))
    yes = {p for p in parties if decides_by(space, package, p) >= bar(space, rule, p)}
    body = rule.by - len(space.parties)
    accepts = rule.by in yes if body < 0 else votes_reach(space, body, yes)
    q = rule.overruled_by
    return accepts or (q is not None and decides_by(space, package, q) - rule.cost >= space.margin[q])


def keeps_it(space: DealSpace, package: tuple[int, ...], rule: KeepRule) -> bool:
    lapsed = list(package)
    lapsed[rule.issue] = rule.to
    yes = {
        p
        for p in range(len(space.parties))
        if worth(space, package, p) - worth(space, tuple(lapsed), p) >= space.margin[p]
    }
    body = rule.by - len(space.parties)
    return rule.by in yes if body < 0 else votes_reach(space, body, yes)


def slowly_acceptable(space: DealSpace, package: tuple[int, ...]) -> bool:
    """X* by reading the definition."""
    gained = [worth(space, package, p) for p in range(len(space.parties))]
    if package == tuple(space.no_deal_package) and not any(gained):
        return False
    return (
        all(gained[p] >= 0 and gained[p] >= space.margin[p] for p in space.table)
        and all(yes_to(space, package, r) for r in space.consents if package[r.issue] in r.options)
        and all(keeps_it(space, package, r) for r in space.keeps if package[r.issue] in r.holds)
        and all(
            not fits(package, c.when) or (c.then is not None and fits(package, c.then))
            for c in space.conditions
        )
        and not any(fits(package, pattern) for pattern in space.forbid)
    )
