"""Power in a voting body: how often a member's vote decides, over all ways in which the others may vote.

Banzhaf counts coalitions, Shapley–Shubik orders of joining; both come exactly from one count: how many
winning coalitions of each size there are, and how many of them hold each member. Whose vote decides within a
given deal is for `pivotal_members`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import NDArray

from detente.deals.voting import VOTE, VotingRule, ways_pass
from detente.deals.winning import Winning, count_winning
from detente.errors import InputError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Power:
    """Power of each of `members`, in their order.

    `swings`: coalitions of the others that lose without the member and win with it. `absolute` (members,):
    their share of all coalitions of the others (Penrose's measure). `banzhaf` (members,): swings as shares of
    all members' swings; 0 where there are none. `shapley_shubik` (members,): share of orders of joining in
    which the member completes the quota; sums to 1. `passing`: share of all coalitions that win (Coleman's
    power of the body to act).
    """

    members: tuple[str, ...]
    swings: tuple[int, ...]
    absolute: FloatArray
    banzhaf: FloatArray
    shapley_shubik: FloatArray
    passing: float


def measure_power(rule: VotingRule) -> Power:
    """Banzhaf and Shapley–Shubik power of every member, exact.

    Raises InputError for a rule that is always or never met, and where counting would be too much: then
    `sample_power`. Cost: as `count_winning`: milliseconds for weighted votes, a third of a second for the
    Council of 28 by population. Source: Penrose (1946); Banzhaf (1965); Shapley & Shubik (1954);
    Coleman (1971); Brams & Affuso (1976) for generating functions.

    >>> from detente.deals.voting import set_weighted
    >>> eec = {"FR": 4, "DE": 4, "IT": 4, "BE": 2, "NL": 2, "LU": 1}  # the six of 1958
    >>> power = measure_power(set_weighted(eec, 12))
    >>> [round(21 * share) for share in power.banzhaf], [round(60 * s) for s in power.shapley_shubik]
    ([5, 5, 5, 3, 3, 0], [14, 14, 14, 9, 9, 0])
    """
    n = len(rule.members)
    _check_open(rule)
    won = count_winning(rule)
    swings = tuple(2 * sum(mine) - sum(won.of_size) for mine in won.holding)
    total = sum(swings)
    shares = [float(Fraction(s, total)) if total else 0.0 for s in swings]
    return Power(
        rule.members,
        swings,
        np.array([float(Fraction(s, 2 ** (n - 1))) for s in swings]),
        np.array(shares),
        np.array([float(_shapley(won, i)) for i in range(n)]),
        float(Fraction(sum(won.of_size), 2**n)),
    )


def _shapley(won: Winning, i: int) -> Fraction:
    """Σ over winning coalitions: those with the member gain its weight, those without lose it."""
    n = len(won.holding)
    total = Fraction(0)
    for size in range(n + 1):
        held = won.holding[i][size]
        if held:
            total += Fraction(held * factorial(size - 1) * factorial(n - size), factorial(n))
        if won.of_size[size] - held:
            lost = (won.of_size[size] - held) * factorial(size) * factorial(n - size - 1)
            total -= Fraction(lost, factorial(n))
    return total


@dataclass(frozen=True, slots=True, eq=False)
class SampledPower:
    """Estimates of `absolute` and `shapley_shubik` (members,) with a standard error each."""

    members: tuple[str, ...]
    absolute: FloatArray
    absolute_error: FloatArray
    shapley_shubik: FloatArray
    shapley_shubik_error: FloatArray
    samples: int


def sample_power(rule: VotingRule, *, samples: int = 100_000, seed: int = 0) -> SampledPower:
    """Power of every member from random coalitions and random orders, with standard errors.

    For rules that `measure_power` cannot count. Same seed, same numbers. Raises InputError for fewer than 100
    samples and for a rule that is always or never met. Cost: samples × members × quotas.
    Source: Mann & Shapley (1960). What it will not find: powers far below 1 / samples.
    """
    if samples < 100:
        raise InputError(f"samples must be at least 100, got {samples}")
    _check_open(rule)
    n, rng = len(rule.members), np.random.default_rng(seed)
    swings, pivots = np.zeros(n), np.zeros(n)
    done, size = 0, max(1, 2_000_000 // n)
    while done < samples:
        batch = min(size, samples - done)
        swings += _swings(rule, rng.random((batch, n)) < 0.5)
        pivots += np.bincount(
            _pivots(rule, rng.permuted(np.tile(np.arange(n), (batch, 1)), axis=1)), minlength=n
        )
        done += batch
    absolute, shapley = swings / samples, pivots / samples
    return SampledPower(
        rule.members, absolute, _error(absolute, samples), shapley, _error(shapley, samples), samples
    )


def _swings(rule: VotingRule, yes: BoolArray) -> FloatArray:
    """(members,) coalitions in which switching the member switches the outcome."""
    held = [[yes @ np.asarray(q.weights) for q in way] for way in rule.ways]
    found = np.zeros(len(rule.members))
    for i in range(len(rule.members)):
        with_it, without = (_met(rule, held, i, yes[:, i], joined) for joined in (True, False))
        found[i] = np.count_nonzero(with_it & ~without)
    return found


def _met(rule: VotingRule, held: list[list[FloatArray]], i: int, in_it: BoolArray, joined: bool) -> BoolArray:
    found: BoolArray = np.zeros(len(in_it), dtype=np.bool_)
    for way, sums in zip(rule.ways, held, strict=True):
        met: BoolArray = np.ones(len(in_it), dtype=np.bool_)
        for quota, votes in zip(way, sums, strict=True):
            met &= votes + quota.weights[i] * (float(joined) - in_it) >= quota.needed - VOTE
        found |= met
    return found


def _pivots(rule: VotingRule, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """(orders,) the member that completes the rule in each order of joining."""
    first = np.full(len(order), order.shape[1])
    for way in rule.ways:
        reached = np.zeros(len(order), dtype=np.int64)
        for quota in way:
            met = np.cumsum(np.asarray(quota.weights)[order], axis=1) >= quota.needed - VOTE
            at = np.where(met.any(axis=1), met.argmax(axis=1), order.shape[1])
            reached = np.maximum(reached, 0 if quota.needed <= VOTE else at)
        first = np.minimum(first, reached)
    return np.asarray(order[np.arange(len(order)), first], dtype=np.int64)


def _error(share: FloatArray, samples: int) -> FloatArray:
    """Standard error, from one more of each outcome so that a share of 0 or 1 is not held for certain."""
    smoothed = (share * samples + 1) / (samples + 2)
    return np.sqrt(smoothed * (1 - smoothed) / samples)


def _check_open(rule: VotingRule) -> None:
    nobody, everybody = (ways_pass(rule.ways, np.full(len(rule.members), said)) for said in (False, True))
    if nobody or not everybody:
        got = "met by nobody's yes" if nobody else "not met by everybody's yes"
        raise InputError(f"a rule must be met by some and not by all, got one {got}; try another quota")
