"""Whose vote decides in a given deal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, as_rows, consenter_gains
from detente.deals.space import BodyRule, DealSpace, gains
from detente.deals.voting import ways_pass, ways_value

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BodyVote:
    """How a body votes on what a package asks of it.

    `asks`: consent or keeps. `issue`: what it is asked about. `yes`, `no`: its members, those who gain most
    above their bar first; `passes`: whether their yes suffices. `completes`: members whose yes carries the
    body when they say yes in that order, all that tie for it; none where nobody is needed or all together
    are not enough.
    `value`: their points above the bar. `pivotal`: members whose switch alone would switch the outcome.
    """

    body: str
    asks: str
    issue: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    passes: bool
    completes: tuple[str, ...]
    value: float
    pivotal: tuple[str, ...]


def pivotal_members(space: DealSpace, package: IntArray) -> tuple[BodyVote, ...]:
    """For each body that a package calls on: who votes how, who completes its quota, whose switch decides.

    `package` (issues,) option indices, at the mean. One vote for each consent or keeping asked; equal ones
    are told once. Whoever could overrule the body is not looked at. Cost: rules × members × quotas.
    Source: MODEL section 1 (consent).

    >>> from detente.deals.space import ConsentRule
    >>> points = [[[0, 0, 0, 0], [3, -1, 2, 1]]]
    >>> space = DealSpace.from_arrays(options=[2], unary=points, no_deal=[0] * 4, table=[0],
    ...     bodies=[BodyRule("council", (1, 2, 3), (1, 1, 1), 2)], consents=[ConsentRule(0, (1,), 4)])
    >>> (vote,) = pivotal_members(space, np.array([1]))
    >>> vote.passes, vote.completes, vote.pivotal
    (True, ('party3',), ('party2', 'party3'))
    """
    row = as_rows(space, package)
    own = gains(space, row)
    values = consenter_gains(space, row, own)[0]
    parties = len(space.parties)
    found = []
    for rule in space.consents:
        if rule.by >= parties and row[0, rule.issue] in rule.options:
            bar = -np.abs(space.margin) if rule.silent else space.margin
            above = values[:parties] - bar
            found.append(_vote(space, rule.by, "consent", space.issues[rule.issue], above))
    for keep in space.keeps:
        if keep.by >= parties and row[0, keep.issue] in keep.holds:
            lapsed = row.copy()
            lapsed[0, keep.issue] = keep.to
            above = own[0] - gains(space, lapsed)[0] - space.margin
            found.append(_vote(space, keep.by, "keeps", space.issues[keep.issue], above))
    return tuple(dict.fromkeys(found))


def _vote(space: DealSpace, consenter: int, asks: str, issue: str, above: FloatArray) -> BodyVote:
    body: BodyRule = space.bodies[consenter - len(space.parties)]
    mine = above[list(body.members)]
    yes = mine >= -TOLERANCE
    passes = bool(ways_pass(body.rule, yes))
    switched = np.repeat(yes[None], len(mine), axis=0) ^ np.eye(len(mine), dtype=np.bool_)
    decides = ways_pass(body.rule, switched) != passes
    value = float(ways_value(body.rule, mine))
    order = np.argsort(-mine, kind="stable")
    names = [space.parties[body.members[k]] for k in order]
    marks = list(zip(names, yes[order], decides[order], np.abs(mine[order] - value), strict=True))
    return BodyVote(
        body.name,
        asks,
        issue,
        tuple(name for name, said, _, _ in marks if said),
        tuple(name for name, said, _, _ in marks if not said),
        passes,
        tuple(name for name, _, _, apart in marks if apart <= TOLERANCE),
        value,
        tuple(name for name, _, one, _ in marks if one),
    )
