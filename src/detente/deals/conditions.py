"""What a string attached to a package is worth to each party."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import as_rows, broken, matches
from detente.deals.ensemble import draw_gains
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.relaxed import drop_condition
from detente.deals.space import ConditionRule, DealSpace, Pattern, gains

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LIMIT = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class ConditionWorth:
    """What honouring one condition is worth around one package.

    `by`: whose string. `in_play`: the package calls on it. `holds`: it is honoured. `with_it`,
    `without_it` (issues,): the package with the string honoured, and with it ignored; `worth`
    (parties,) points that honouring adds for each (0 where not in play, or where it cannot be ignored
    or honoured by moving its own issues); `low`, `high` (parties,) its 80 % interval over draws, None
    without draws. `costs_zone` (parties,), for a broken condition only, else None: by how much less each
    at the table can gain in the zone of agreement than in the zone without this condition (NaN for the
    others, and where one of the two zones is empty).
    """

    name: str
    by: str
    in_play: bool
    holds: bool
    with_it: IntArray
    without_it: IntArray
    worth: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    costs_zone: FloatArray | None


def condition_worths(
    space: DealSpace,
    package: IntArray,
    *,
    frontier: Frontier | None = None,
    costs: Mapping[str, FloatArray] | None = None,
) -> tuple[ConditionWorth, ...]:
    """One ConditionWorth per condition of the space, in its order, around one package `package` (issues,).

    Where the package honours the string, ignoring it puts each issue that the string asks for to the
    nearest option that it does not allow (option 0 if that is one); where the package breaks it,
    honouring it moves those issues to the nearest option allowed. A string that says *never* asks for
    leaving its pattern: the one issue that gets out of it with the fewest rungs (first of ties).
    Worth = gains with it − gains without it. `frontier`: the eligible frontier, if known;
    `costs`: what broken conditions cost the zone, where known (`zone_costs`).
    Cost: two evaluations per condition, over the draws where there are any; for broken ones a frontier
    each. Source: MODEL section 4 (worth of each condition to each party).
    It will NOT find how a string works where its issues would be settled in yet another way.
    """
    row = as_rows(space, package)[0]
    known = zone_costs(space, row, frontier=frontier) if costs is None else costs
    return tuple(
        _worth(space, row, rule, known[rule.name] if broken(row[None], rule.when, rule.then)[0] else None)
        for rule in space.conditions
    )


def zone_costs(
    space: DealSpace, packages: IntArray, *, frontier: Frontier | None = None
) -> dict[str, FloatArray]:
    """By name of each condition that some package breaks: (parties,) what it costs the zone of agreement, as
    in `ConditionWorth.costs_zone`. It is the same whatever package breaks it.

    `packages` (m, issues); `frontier`: the eligible frontier, if known. Cost: a frontier for each.
    """
    rows = as_rows(space, packages)
    rules = [rule for rule in space.conditions if broken(rows, rule.when, rule.then).any()]
    if not rules:
        return {}
    zone = frontier or find_frontier(space, limit=LIMIT)
    return {rule.name: _zone_cost(space, rule, zone) for rule in {r.name: r for r in rules}.values()}


def _zone_cost(space: DealSpace, rule: ConditionRule, zone: Frontier) -> FloatArray:
    """(parties,) the most that each at the table gains without the condition, less the most with it."""
    start = zone.packages if len(zone.packages) else None
    free = find_frontier(drop_condition(space, rule.name), limit=LIMIT, start=start)
    costs = np.full(len(space.parties), np.nan)
    if len(zone.packages) and len(free.packages):
        table = list(space.table)
        # A search that was cut short may miss the best without the condition: never below the best with it.
        most = np.maximum(free.gains[:, table].max(axis=0), zone.gains[:, table].max(axis=0))
        costs[table] = most - zone.gains[:, table].max(axis=0)
    return costs


def _worth(space: DealSpace, row: IntArray, rule: ConditionRule, costs: FloatArray | None) -> ConditionWorth:
    in_play = bool(matches(row[None], rule.when)[0])
    holds = not bool(broken(row[None], rule.when, rule.then)[0])
    with_it, without_it = row, row
    if in_play and rule.then is None:
        with_it = _leave(space, row, rule.when)
    elif in_play and rule.then is not None:
        with_it = row if holds else _enter(row, rule.then)
        without_it = _ignore(space, row, rule.then) if holds else row
    pair = np.stack([with_it, without_it])
    both = gains(space, pair)
    low = high = None
    if space.ensemble is not None:
        drawn = draw_gains(space, pair)
        low, high = np.quantile(drawn[:, 0] - drawn[:, 1], (0.1, 0.9), axis=0)
    return ConditionWorth(
        name=rule.name,
        by=space.consenters[rule.by],
        in_play=in_play,
        holds=holds,
        with_it=with_it,
        without_it=without_it,
        worth=both[0] - both[1],
        low=low,
        high=high,
        costs_zone=costs,
    )


def _enter(row: IntArray, pattern: Pattern) -> IntArray:
    """Each issue of the pattern at the nearest option that it allows."""
    moved = row.copy()
    for issue, options in pattern:
        moved[issue] = min(options, key=lambda o: (abs(o - row[issue]), o))
    return moved


def _ignore(space: DealSpace, row: IntArray, pattern: Pattern) -> IntArray:
    """Each issue of the pattern at option 0 if it does not allow that, else at the nearest it does not."""
    moved = row.copy()
    for issue, options in pattern:
        others = [o for o in range(space.sizes[issue]) if o not in options]
        if others:
            moved[issue] = 0 if 0 in others else min(others, key=lambda o: (abs(o - row[issue]), o))
    return moved


def _leave(space: DealSpace, row: IntArray, pattern: Pattern) -> IntArray:
    """The package with one issue of the pattern moved out of it, by the fewest rungs."""
    ways = [
        (abs(o - int(row[issue])), issue, o)
        for issue, options in pattern
        for o in range(space.sizes[issue])
        if o not in options
    ]
    if not ways:
        return row
    _, issue, option = min(ways)
    moved = row.copy()
    moved[issue] = option
    return moved
