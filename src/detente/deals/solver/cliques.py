"""Patterns that cannot hold together, as cliques.

Two patterns conflict where some issue has no option that suits both. A set of patterns of which every two
conflict is a clique: at most one of them holds. The cliques take the place of options and issues: boxes that
meet in pairs have a package in common (Helly 1923), so that nothing else needs to be said about ranges.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import Criteria, PatternTerm

BoolArray = NDArray[np.bool_]

MOST_PATTERNS = 3_000
"""Beyond this many patterns none are looked for: pairs would take more time than they save."""


def conflict_cliques(criteria: Criteria, most: int = MOST_PATTERNS) -> tuple[tuple[int, ...], ...]:
    """Sets of terms (places in `criteria.terms`, ascending) of which at most one can hold, such that any
    two conflicting patterns are together in one; empty with more than `most` patterns.

    Only patterns that somebody wants are looked at. Valid whatever consents, bans and tables there are
    besides. Same criteria, same cliques. Cost: patterns² for each issue, then cliques × patterns of the
    largest neighbourhood. It will NOT find the fewest cliques, nor all largest.
    Source: Padberg (1973), Mathematical Programming 5 (clique inequalities); Kou, Stockmeyer & Wong
    (1978), Communications of the ACM 21 (edge cover by cliques, greedily).

    >>> def box(low, high):
    ...     return PatternTerm((0,), ((np.arange(5) >= low) & (np.arange(5) <= high),), np.ones(1))
    >>> terms = (box(0, 1), box(2, 2), box(3, 4), box(1, 3))
    >>> none = np.zeros(1)
    >>> conflict_cliques(Criteria((5,), 1, terms, none, none, (), (), 0.0, 1.0))
    ((0, 1, 2),)
    """
    wanted = [
        place
        for place, term in enumerate(criteria.terms)
        if isinstance(term, PatternTerm) and (term.value > 0).any()
    ]
    if len(wanted) > most:
        return ()
    near = _neighbours(conflicts(criteria, wanted))
    return tuple(tuple(wanted[v] for v in clique) for clique in _edge_cover(near))


def conflicts(criteria: Criteria, places: list[int]) -> BoolArray:
    """(k, k) which of the patterns at `places` of the terms leave each other no option on some issue."""
    found = np.zeros((len(places), len(places)), dtype=np.bool_)
    for issue, size in enumerate(criteria.sizes):
        rows, masks = [], []
        for row, place in enumerate(places):
            term = criteria.terms[place]
            if isinstance(term, PatternTerm) and issue in term.scope:
                rows.append(row)
                masks.append(term.masks[term.scope.index(issue)])
        if len(rows) > 1:
            suits = np.array(masks, dtype=np.float64).reshape(len(rows), size)
            found[np.ix_(rows, rows)] |= suits @ suits.T == 0
    return found


def _neighbours(conflict: BoolArray) -> list[int]:
    """Bit sets, one whole number per pattern: whom it conflicts with."""
    np.fill_diagonal(conflict, False)
    packed = np.packbits(conflict, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _edge_cover(near: list[int]) -> list[tuple[int, ...]]:
    """Every conflict in some clique: from a pair not yet in one, by whoever brings most new pairs in."""
    open_pairs = list(near)
    cliques = []
    for first in range(len(near)):
        while open_pairs[first]:
            second = (open_pairs[first] & -open_pairs[first]).bit_length() - 1
            cliques.append(_grown(near, open_pairs, [first, second]))
            clique = sum(1 << v for v in cliques[-1])
            for member in cliques[-1]:
                open_pairs[member] &= ~clique
    return cliques


def _grown(near: list[int], open_pairs: list[int], clique: list[int]) -> tuple[int, ...]:
    """A largest-by-inclusion clique around a pair; first those that bring new pairs in, then the lowest."""
    members = (1 << clique[0]) | (1 << clique[1])
    able = near[clique[0]] & near[clique[1]]
    while able:
        best, most = -1, -1
        left = able
        while left:
            low = left & -left
            v = low.bit_length() - 1
            new = (open_pairs[v] & members).bit_count()
            if new > most:
                best, most = v, new
            left ^= low
        clique.append(best)
        members |= 1 << best
        able &= near[best]
    return tuple(sorted(clique))
