"""How many coalitions win under a voting rule, by size, and how many of them hold each member; exact.

Three ways, by what the rule is made of. Quotas that count heads are settled by the size of a coalition. What
else is weighed: nothing or one vector of whole numbers of moderate sum goes by a generating function; one or
two vectors of any numbers by listing the coalitions of each half of the members; anything by listing all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.voting import VOTE, VotingRule, WeightedQuota, ways_pass
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LISTED = 20
"""Members up to which every coalition is looked at."""

HALVED = 30
"""Members up to which the coalitions of each half are listed."""

CELLS = 5_000_000
"""Members × sum of votes up to which the generating function is written out."""


@dataclass(frozen=True, slots=True)
class Winning:
    """`of_size`: winning coalitions of each size 0..n. `holding`: per member, those that hold it."""

    of_size: tuple[int, ...]
    holding: tuple[tuple[int, ...], ...]


def count_winning(rule: VotingRule) -> Winning:
    """Winning coalitions by size, and those that hold each member.

    Raises InputError where the rule has more members than its quotas allow to count: more than 30 with votes
    that are not whole numbers of moderate sum, or with two kinds of votes beside heads; more than 20 with
    three. Cost: members² × sum of votes; or 2^(members/2) × members, times the kinds of votes in a half for
    two; or 2^members. Memory: 40 MB at most. Source: Brams & Affuso (1976); Leech (2002).
    """
    n = len(rule.members)
    vectors = list(dict.fromkeys(q.weights for way in rule.ways for q in way if len(set(q.weights)) > 1))
    whole = all(w == int(w) and w >= 0 for v in vectors for w in v)
    if n <= 60 and len(vectors) <= 1 and whole and n * (sum(map(sum, vectors)) + 1) <= CELLS:
        return _by_generating(rule, vectors[0] if vectors else (0.0,) * n)
    if n <= LISTED:
        return _by_listing(rule)
    if n <= HALVED and len(vectors) <= 2:
        return _by_halves(rule, vectors)
    kinds = f"{len(vectors)} kind{'s' * (len(vectors) != 1)} of votes beside heads"
    raise InputError(f"a rule must have fewer members to be counted, got {n} with {kinds}; try sample_power")


def _by_generating(rule: VotingRule, votes: tuple[float, ...]) -> Winning:
    """Coefficients of Π (1 + z·x^votes): coalitions by size and votes; a member is divided out again."""
    n, weights = len(votes), [int(v) for v in votes]
    table = np.zeros((n + 1, sum(weights) + 1), dtype=np.int64)
    table[0, 0] = 1
    for weight in weights:
        table[1:, weight:] += table[:-1, : table.shape[1] - weight].copy()
    sums = np.arange(table.shape[1], dtype=np.float64)
    wins = np.stack([_wins(rule, size, [sums]) for size in range(n + 1)])
    of_size = tuple(int(v) for v in np.where(wins, table, 0).sum(axis=1))
    holding: dict[int, tuple[int, ...]] = {}
    for weight in dict.fromkeys(weights):
        without = table.copy()
        for size in range(1, n + 1):
            without[size, weight:] -= without[size - 1, : table.shape[1] - weight]
        outside = np.where(wins, without, 0).sum(axis=1)
        holding[weight] = tuple(a - int(b) for a, b in zip(of_size, outside, strict=True))
    return Winning(of_size, tuple(holding[w] for w in weights))


def _wins(rule: VotingRule, size: int, sums: list[FloatArray]) -> BoolArray:
    """Whether a coalition of a size wins, by its sums of each vector of votes that is not heads."""
    vectors = list(dict.fromkeys(q.weights for way in rule.ways for q in way if len(set(q.weights)) > 1))
    found: BoolArray = np.zeros(np.broadcast_shapes(*(s.shape for s in sums)), dtype=np.bool_)
    for way in rule.ways:
        met: BoolArray = np.ones(found.shape, dtype=np.bool_)
        for quota in way:
            met &= _held(quota, size, vectors, sums) >= quota.needed - VOTE
        found |= met
    return found


def _held(
    quota: WeightedQuota, size: int, vectors: list[tuple[float, ...]], sums: list[FloatArray]
) -> FloatArray:
    if quota.weights in vectors:
        return sums[vectors.index(quota.weights)]
    return np.asarray(size * quota.weights[0], dtype=np.float64)


def _by_listing(rule: VotingRule) -> Winning:
    n = len(rule.members)
    of_size = np.zeros(n + 1, dtype=np.int64)
    holding = np.zeros((n, n + 1), dtype=np.int64)
    for yes in _coalitions(n):
        won = yes[ways_pass(rule.ways, yes)]
        sizes = won.sum(axis=1)
        of_size += np.bincount(sizes, minlength=n + 1)
        for i in range(n):
            holding[i] += np.bincount(sizes[won[:, i]], minlength=n + 1)
    return Winning(_whole(of_size), tuple(_whole(row) for row in holding))


def _coalitions(n: int, chunk: int = 1 << 16) -> Iterator[BoolArray]:
    for first in range(0, 1 << n, chunk):
        codes = np.arange(first, min(first + chunk, 1 << n))
        yield (codes[:, None] >> np.arange(n) & 1).astype(np.bool_)


def _whole(counts: IntArray) -> tuple[int, ...]:
    return tuple(int(v) for v in counts)


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """All coalitions of half of the members: who is in it, how many, and their sums of each vector."""

    yes: BoolArray
    size: IntArray
    sums: tuple[FloatArray, ...]

    @classmethod
    def of(cls, members: range, vectors: list[tuple[float, ...]]) -> _Half:
        yes = np.concatenate(list(_coalitions(len(members))))
        sums = tuple(yes @ np.asarray(v, dtype=np.float64)[members.start : members.stop] for v in vectors)
        return cls(yes, yes.sum(axis=1), sums)


def _by_halves(rule: VotingRule, vectors: list[tuple[float, ...]]) -> Winning:
    """For each coalition of one half, how many of each size of the other half complete it: once for each
    half, since a half's table tells about its own members only."""
    n, middle = len(rule.members), len(rule.members) // 2
    halves = [_Half.of(range(middle), vectors), _Half.of(range(middle, n), vectors)]
    of_size = [0] * (n + 1)
    holding: list[tuple[int, ...]] = []
    for mine, other in (halves, halves[::-1]):
        table = _completions(rule, mine, other)
        by_size = np.zeros((n + 1, len(mine.size)), dtype=np.int64)
        for extra in range(table.shape[0]):
            np.add.at(by_size, (mine.size + extra, np.arange(len(mine.size))), table[extra])
        of_size = [int(row.sum()) for row in by_size]
        holding += [_whole(by_size[:, mine.yes[:, i]].sum(axis=1)) for i in range(mine.yes.shape[1])]
    return Winning(tuple(of_size), tuple(holding))


def _completions(rule: VotingRule, mine: _Half, other: _Half) -> IntArray:
    """(sizes of the other half, coalitions of mine) how many of the other's coalitions of a size win with
    each of mine: inclusion and exclusion over ways, each a corner of sums that must be reached."""
    sizes = int(other.size.max()) + 1
    table = np.zeros((sizes, len(mine.size)), dtype=np.int64)
    for extra in range(sizes):
        rows = np.flatnonzero(other.size == extra)
        for own in range(int(mine.size.max()) + 1):
            columns = np.flatnonzero(mine.size == own)
            for sign, corner in _corners(rule, own + extra, mine.sums):
                missing = [need - s[columns] for need, s in zip(corner, mine.sums, strict=True)]
                table[extra, columns] += sign * _at_least([s[rows] for s in other.sums], missing)
    return table


def _corners(
    rule: VotingRule, size: int, sums: tuple[FloatArray, ...]
) -> Iterator[tuple[int, tuple[float, ...]]]:
    """The sums of each vector that sets of ways ask for at a size, with their sign in the count of unions."""
    vectors = list(dict.fromkeys(q.weights for way in rule.ways for q in way if len(set(q.weights)) > 1))
    corners: list[tuple[float, ...]] = []
    for way in rule.ways:
        heads = [q for q in way if q.weights not in vectors]
        if all(size * q.weights[0] >= q.needed - VOTE for q in heads):
            asked = [max((q.needed - VOTE for q in way if q.weights == v), default=-np.inf) for v in vectors]
            corners.append(tuple(asked))
    for mask in range(1, 1 << len(corners)):
        chosen = [corner for k, corner in enumerate(corners) if mask >> k & 1]
        joint = tuple(max(c[d] for c in chosen) for d in range(len(sums)))
        yield (1 if len(chosen) % 2 else -1), joint


def _at_least(sums: list[FloatArray], missing: list[FloatArray]) -> IntArray:
    """(coalitions of mine,) how many rows of the other half reach what is missing in every vector."""
    if not sums:
        raise InputError("halves must have something to weigh; count heads by their number")
    if len(sums) == 1:
        ordered = np.sort(sums[0])
        return np.asarray(len(ordered) - np.searchsorted(ordered, missing[0]), dtype=np.int64)
    found = np.zeros(len(missing[0]), dtype=np.int64)
    values = np.unique(sums[0])
    for value in values:
        ordered = np.sort(sums[1][sums[0] == value])
        asking = missing[0] <= value
        found[asking] += len(ordered) - np.searchsorted(ordered, missing[1][asking])
    return found
