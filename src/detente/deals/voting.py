"""Rules of voting: who must say yes for a body to say yes.

Every rule here is monotone (one more yes never undoes a decision) and written as ways of weighted quotas: any
one way suffices, and in a way every quota must be reached. Unanimity, n of m, weighted votes and the double
majorities of the Council of the European Union are all of this form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detente.case.council import council_ways
from detente.errors import InputError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

VOTE = 1e-9
"""Votes below which a difference counts as none."""


@dataclass(frozen=True, slots=True)
class WeightedQuota:
    """`weights` (members,) of those who say yes must sum to `needed`."""

    weights: tuple[float, ...]
    needed: float
    title: str = ""


Ways = tuple[tuple[WeightedQuota, ...], ...]
"""Any one way suffices; in a way every quota must be reached."""


@dataclass(frozen=True, slots=True)
class VotingRule:
    """A rule of voting over `members` (names); `ways` as quotas over their places."""

    members: tuple[str, ...]
    ways: Ways

    def passes(self, yes: BoolArray) -> BoolArray:
        """(…) whether those who say yes, (…, members), carry the body. Cost: linear.

        >>> set_weighted({"a": 2, "b": 1, "c": 1}, 3).passes(np.array([[1, 1, 0], [0, 1, 1]], bool)).tolist()
        [True, False]
        """
        votes = np.asarray(yes, dtype=np.bool_)
        if votes.shape[-1:] != (len(self.members),):
            raise InputError(f"yes must have one entry per member ({len(self.members)}), got {votes.shape}")
        return ways_pass(self.ways, votes)

    def decisive_value(self, values: FloatArray) -> FloatArray:
        """(…) the value of the member whose yes carries the body when members say yes in order of `values`,
        (…, members), highest first. Cost: members log members."""
        return ways_value(self.ways, np.asarray(values, dtype=np.float64))


def set_unanimity(members: Sequence[str]) -> VotingRule:
    """Everybody must say yes."""
    return set_n_of_m(members, len(members))


def set_n_of_m(members: Sequence[str], needed: int) -> VotingRule:
    """`needed` of the members must say yes. Raises InputError where that cannot be, or needs nobody."""
    return set_weighted(dict.fromkeys(members, 1.0), needed)


def set_weighted(votes: Mapping[str, float], quota: float) -> VotingRule:
    """Votes of those who say yes must sum to `quota`.

    Raises InputError for votes below 0 and a quota that nobody is needed for or that all together miss.
    """
    weights = tuple(float(v) for v in votes.values())
    if not weights or not all(0 <= w < float("inf") for w in weights):
        raise InputError(f"votes must be numbers of 0 or more, got {list(weights) or 'none'}")
    if not 0 < quota <= sum(weights) + VOTE:
        raise InputError(f"quota must be above 0 and at most {sum(weights):g}, all votes, got {quota:g}")
    return VotingRule(tuple(votes), ((WeightedQuota(weights, float(quota), "votes"),),))


def set_council(
    rule: str, on: date, *, population_check: bool = False, on_proposal: bool = True
) -> VotingRule:
    """The Council of the European Union on a day, its member states by code.

    Arguments, errors and sources as `detente.case.council.council_ways`.

    >>> council = set_council("qmv-lisbon", date(2016, 7, 14))
    >>> without = ~np.isin(council.members, ["DE", "FR", "GB"])  # 41.7 % of population, but only three
    >>> bool(council.passes(without))
    True
    """
    ways = council_ways(rule, on, population_check=population_check, on_proposal=on_proposal)
    members = tuple(ways[0][0].votes)
    quotas = tuple(
        tuple(WeightedQuota(tuple(q.votes[m] for m in members), q.needed, q.title) for q in way)
        for way in ways
    )
    return VotingRule(members, quotas)


def ways_pass(ways: Ways, yes: BoolArray) -> BoolArray:
    """(…) whether yes votes, (…, members), satisfy some way. Cost: quotas × entries of `yes`."""
    found: BoolArray = np.zeros(yes.shape[:-1], dtype=np.bool_)
    for way in ways:
        held: BoolArray = np.ones(yes.shape[:-1], dtype=np.bool_)
        for quota in way:
            held &= yes @ np.asarray(quota.weights, dtype=np.float64) >= quota.needed - VOTE
        found |= held
    return found


def ways_value(ways: Ways, values: FloatArray) -> FloatArray:
    """(…) the largest value v such that the members with `values` (…, members) of v or more satisfy some way.

    +inf where the rule needs nobody, −inf where all together are not enough. For one quota it is the value of
    the member who completes it, members sorted descending; a way is worth its worst quota, a rule its best
    way, since a coalition of all above a bar only shrinks as the bar rises.
    Cost: quotas × members log members.
    """
    best = np.full(values.shape[:-1], -np.inf)
    for way in ways:
        worst = np.full(values.shape[:-1], np.inf)
        for quota in way:
            worst = np.minimum(worst, _quota_value(quota, values))
        best = np.maximum(best, worst)
    return best


def _quota_value(quota: WeightedQuota, values: FloatArray) -> FloatArray:
    if quota.needed <= VOTE:
        return np.full(values.shape[:-1], np.inf)
    if sum(quota.weights) < quota.needed - VOTE:
        return np.full(values.shape[:-1], -np.inf)
    order = np.argsort(-values, axis=-1, kind="stable")
    reached = np.cumsum(np.asarray(quota.weights)[order], axis=-1) >= quota.needed - VOTE
    first = np.argmax(reached, axis=-1)[..., None]
    decides = np.take_along_axis(np.take_along_axis(values, order, axis=-1), first, axis=-1)[..., 0]
    return np.asarray(decides, dtype=np.float64)


def ways_as_clauses(ways: Ways) -> tuple[tuple[WeightedQuota, ...], ...]:
    """The same rule as clauses that must all hold, each by any one of its quotas: (A and B) or C is
    (A or C) and (B or C). Cost: product of the numbers of quotas of the ways."""
    return tuple(dict.fromkeys(tuple(dict.fromkeys(choice)) for choice in product(*ways)))


def assume_yes(ways: Ways, place: int) -> Ways:
    """The rule over the others once the member at `place` has said yes: its weight is off every quota."""

    def left(quota: WeightedQuota) -> WeightedQuota:
        others = (*quota.weights[:place], *quota.weights[place + 1 :])
        return replace(quota, weights=others, needed=quota.needed - quota.weights[place])

    return tuple(tuple(left(quota) for quota in way) for way in ways)
