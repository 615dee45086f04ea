"""In which order issues go: weighted min-fill with a look ahead, from several reproducible starts.

Two issues are neighbours when a table holds both. Removing an issue makes neighbours of all its
neighbours; the edges that this adds (the fill) make later tables larger.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

LOOK = 3
"""Equally good issues whose successors are looked at too."""


def graph_of(scopes: Iterable[Sequence[int]], issues: int) -> list[int]:
    """Neighbours of every issue, as bits."""
    near = [0] * issues
    for scope in scopes:
        bits = 0
        for i in scope:
            bits |= 1 << i
        for i in scope:
            near[i] |= bits & ~(1 << i)
    return near


def elimination_order(near: Sequence[int], sizes: Sequence[int], attempt: int = 0) -> tuple[int, ...]:
    """An order of all issues that keeps the tables small.

    Each time the issue goes whose fill is least, every added edge counted with the options of both its
    ends; among equals the one with the smallest table, then the one after which the best next fill is
    least. `attempt`: 0 is deterministic by index, others break ties by a generator seeded with it, and
    odd ones put the smallest table first. Cost: issues × degree² of the graph as it fills. It will not find
    the best order always: that is as hard as treewidth (NP-hard). Source: Dechter (1999); Kjærulff (1990).

    >>> elimination_order(graph_of([(0, 1), (1, 2)], 3), [2, 2, 2])
    (0, 1, 2)
    """
    graph, dice = list(near), random.Random(attempt)
    costs = {i: _cost(graph, sizes, i) for i in range(len(graph))}
    chosen: list[int] = []
    while costs:
        odd = attempt % 2 == 1
        least = min((c[::-1] if odd else c) for c in costs.values())
        equal = [i for i, c in costs.items() if (c[::-1] if odd else c) == least]
        if attempt:
            dice.shuffle(equal)
        pick = equal[0]
        if least[0] > 0 and len(equal) > 1:
            pick = min(equal[:LOOK], key=lambda i: _after(graph, sizes, i))
        chosen.append(pick)
        del costs[pick]
        around = _remove(graph, pick)
        touched = around
        for i in _ones(around):
            touched |= graph[i]
        for i in _ones(touched):
            costs[i] = _cost(graph, sizes, i)
    return tuple(chosen)


def _cost(graph: Sequence[int], sizes: Sequence[int], issue: int) -> tuple[float, float]:
    """Weighted fill of removing an issue, and cells of the table that this makes."""
    around = graph[issue]
    fill, cells = 0.0, float(sizes[issue])
    rest = around
    while rest:
        low = rest & -rest
        i = low.bit_length() - 1
        rest ^= low
        cells *= sizes[i]
        missing = rest & ~graph[i]
        while missing:
            bit = missing & -missing
            fill += sizes[i] * sizes[bit.bit_length() - 1]
            missing ^= bit
    return fill, cells


def _after(graph: Sequence[int], sizes: Sequence[int], issue: int) -> tuple[float, float]:
    """The least cost among the neighbours once the issue is gone."""
    trial = list(graph)
    around = _remove(trial, issue)
    return min((_cost(trial, sizes, i) for i in _ones(around)), default=(0.0, 0.0))


def _remove(graph: list[int], issue: int) -> int:
    """Make neighbours of an issue's neighbours and take it out; returns them, as bits."""
    around = graph[issue]
    for i in _ones(around):
        graph[i] = (graph[i] | around) & ~(1 << i) & ~(1 << issue)
    graph[issue] = 0
    return around


def _ones(bits: int) -> list[int]:
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
