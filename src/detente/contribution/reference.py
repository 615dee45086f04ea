"""The definitions as one would write them on paper; slow twins that the fast ones are tested against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations


def cover_one_by_one(capability: Sequence[Sequence[float]], all_of: Sequence[Sequence[int]]) -> list[float]:
    """`cover` of one (contributors, tasks) table in plain loops.

    >>> cover_one_by_one([[0.5], [0.5]], [()])
    [0.75]
    """
    alone = []
    for k in range(len(all_of)):
        missing = 1.0
        for row in capability:
            missing *= 1.0 - row[k]
        alone.append(1.0 - missing)
    counted = []
    for k, others in enumerate(all_of):
        whole = alone[k]
        for other in others:
            whole *= alone[other]
        counted.append(whole)
    return counted


def shapley_by_orders(value: Callable[[tuple[int, ...]], float], players: int) -> list[float]:
    """`shapley` by walking through every order of joining; for a handful of players."""
    total = [0.0] * players
    orders = list(permutations(range(players)))
    for order in orders:
        for position, player in enumerate(order):
            before = tuple(sorted(order[:position]))
            after = tuple(sorted(order[: position + 1]))
            total[player] += value(after) - value(before)
    return [t / len(orders) for t in total]
