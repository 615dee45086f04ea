"""Whose change of mind would carry one package: the smallest groups, votes and overruling included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, combinations, islice

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import (
    TOLERANCE,
    as_rows,
    broken,
    consenter_gains,
    is_no_deal,
    keep_values,
    matches,
    rule_accepts,
)
from detente.deals.nearby import Obstacle
from detente.deals.space import ConsentRule, DealSpace, gains
from detente.deals.voting import ways_pass

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Group = frozenset[Obstacle]

MOST = 32
TRIED = 4_096


def who_must_give(
    space: DealSpace, package: IntArray, *, most: int = MOST
) -> tuple[tuple[Obstacle, ...], ...]:
    """The minimal groups of parties and conditions that would have to give for a package to stand as it is.

    `package` (issues,). ("refusal", party): the party says yes to all that is asked of it, at the table, by
    consent, in keeping, and with its vote in a body. ("overruling", party): it overrules the no of another.
    ("condition", name): the string is dropped. Groups by size, then by name; at most `most`, and for a body
    those among the first 4,096 groups of its members, or one that is minimal. One empty group: it stands as
    it is. None: nobody's yes would help. Cost: refusals × groups².
    Source: MODEL section 1 (quotas, overruling); minimal correction sets of a single assignment.

    >>> from detente.deals.space import BodyRule
    >>> points = [[[0, 0, 0, 0], [3, -1, -2, 1]]]
    >>> space = DealSpace.from_arrays(options=[2], unary=points, no_deal=[0] * 4, table=[0],
    ...     bodies=[BodyRule("council", (1, 2, 3), (1, 1, 1), 2)], consents=[ConsentRule(0, (1,), 4)])
    >>> who_must_give(space, np.array([1]))
    ((('refusal', 'party1'),), (('refusal', 'party2'),))
    """
    row = as_rows(space, package)
    own = gains(space, row)
    if is_no_deal(space, row, own)[0] or any(matches(row, pattern)[0] for pattern in space.forbid):
        return ()
    groups: list[Group] = [frozenset()]
    for ways in _steps(space, row, own):
        groups = _minimal(group | way for group in groups for way in ways)[: most * most]
    return tuple(tuple(sorted(group)) for group in groups[:most])


def _steps(space: DealSpace, row: IntArray, own: FloatArray) -> Iterator[list[Group]]:
    """For each thing that stands in the way, the groups of which any one would do."""
    values = consenter_gains(space, row, own)
    for p in space.table:
        if own[0, p] < max(float(space.margin[p]), 0.0) - TOLERANCE:
            yield _minimal(_carriers(space, p, np.full(len(space.parties), -1.0)))
    for rule in space.consents:
        if row[0, rule.issue] in rule.options and not rule_accepts(space, rule, values)[0]:
            above = values[0, : len(space.parties)] - _bars(space, rule)
            ways = list(_carriers(space, rule.by, above))
            if rule.overruled_by is not None:
                ways.append(frozenset({("overruling", space.parties[rule.overruled_by])}))
            yield _minimal(ways)
    for place, keep in enumerate(space.keeps):
        if row[0, keep.issue] in keep.holds and keep_values(space, row, place, own)[0] < -TOLERANCE:
            lapsed = row.copy()
            lapsed[0, keep.issue] = keep.to
            above = own[0] - gains(space, lapsed)[0] - space.margin
            yield _minimal(_carriers(space, keep.by, above))
    for name in dict.fromkeys(c.name for c in space.conditions if broken(row, c.when, c.then)[0]):
        yield [frozenset({("condition", name)})]


def _bars(space: DealSpace, rule: ConsentRule) -> FloatArray:
    bars: FloatArray = -np.abs(space.margin) if rule.silent else space.margin
    return bars


def _carriers(space: DealSpace, consenter: int, above: FloatArray) -> Iterator[Group]:
    """Groups of parties below their bar (`above` (parties,) < 0) whose yes would carry a consenter."""
    if consenter < len(space.parties):
        yield frozenset({("refusal", space.parties[consenter])})
        return
    body = space.bodies[consenter - len(space.parties)]
    yes: BoolArray = np.asarray(above[list(body.members)] >= -TOLERANCE, dtype=np.bool_)
    weight = [sum(q.weights[k] for way in body.rule for q in way) for k in range(len(yes))]
    against = sorted(np.flatnonzero(~yes).tolist(), key=lambda k: (-weight[k], k))

    def carries(group: Iterable[int]) -> bool:
        joined = yes.copy()
        joined[list(group)] = True
        return bool(ways_pass(body.rule, joined))

    if not carries(against):
        return
    tried = chain.from_iterable(combinations(against, size) for size in range(1, len(against) + 1))
    groups = [group for group in islice(tried, TRIED) if carries(group)]
    # Where the smallest groups are too large to be reached by trying, one that lets nobody go is told.
    for group in groups or [_pared(against, carries)]:
        yield frozenset(("refusal", space.parties[body.members[k]]) for k in group)


def _pared(group: list[int], carries: Callable[[Iterable[int]], bool]) -> tuple[int, ...]:
    """A group that carries, less everybody without whom it still does, the lightest first."""
    for member in reversed(list(group)):
        left = [k for k in group if k != member]
        if carries(left):
            group = left
    return tuple(group)


def _minimal(groups: Iterable[Group]) -> list[Group]:
    """Those that contain no other, by size, then by name."""
    kept: list[Group] = []
    for group in sorted(set(groups), key=lambda g: (len(g), sorted(g))):
        if not any(other <= group for other in kept):
            kept.append(group)
    return kept
