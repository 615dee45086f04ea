"""The bargain under one pair of threats: what no deal then brings, what is acceptable, what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.frontier import find_frontier
from detente.deals.goal_factors import check_cells
from detente.deals.relaxed import threaten
from detente.deals.solutions.known import find_concept, positive
from detente.deals.solutions.lotteries import mix
from detente.deals.space import DealSpace, Pattern, TableFactor, index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Cell = tuple[int, int]
"""What the first and what the second side threatens; bit m of each number: its move m."""

MOST_MOVES = 8
"""Moves of one side: 256 subsets each, 65,536 pairs."""

MOST_SEARCHES = 1_024
"""Searches for a frontier; pairs that differ only in what no deal is worth at the table share one."""


@dataclass(frozen=True, slots=True, eq=False)
class ThreatMove:
    """A move that a side can commit itself to in case there is no deal.

    `side`: 0 or 1. `change` (parties,): points by which it moves everybody, cost to its owners included.
    `lifted_by`: a package that fits one of these patterns ends the move, every other leaves it standing
    beside the deal (MODEL section 1); None: any deal ends it (Nash 1953). `owners`: parties that would
    have to carry it out, by default the one that sits for the side.
    """

    side: int
    name: str
    change: FloatArray
    lifted_by: tuple[Pattern, ...] | None = None
    owners: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Bargaining:
    """What does not change from one pair of threats to the next: `seats` (2) party indices, `moves` by
    side, and how the two then settle."""

    space: DealSpace
    seats: list[int]
    moves: tuple[tuple[ThreatMove, ...], tuple[ThreatMove, ...]]
    concept: str
    weights: tuple[float, float] | None
    lottery: bool

    def used(self, cell: Cell) -> list[ThreatMove]:
        """The moves of a pair of subsets."""
        pairs = zip(self.moves, cell, strict=True)
        return [m for moves, chosen in pairs for k, m in enumerate(moves) if chosen >> k & 1]

    def shift(self, cell: Cell) -> FloatArray:
        """(parties,) points by which no deal moves."""
        total: FloatArray = np.zeros(len(self.space.parties))
        for move in self.used(cell):
            total = total + move.change
        return total

    def groups(self, cells: list[Cell], shift: FloatArray) -> list[list[int]]:
        """Places of pairs that share a frontier: packages are worth the same, and no deal is to all who
        have a say beside the table. InputError where there are too many of them."""
        watched = _have_a_say(self.space)
        groups: dict[tuple[object, ...], list[int]] = {}
        for place, cell in enumerate(cells):
            standing = tuple(m.lifted_by is not None for m in self.used(cell))
            names = tuple(m.name for m, s in zip(self.used(cell), standing, strict=True) if s)
            groups.setdefault((names, np.round(shift[place, watched], 9).tobytes()), []).append(place)
        if len(groups) > MOST_SEARCHES:
            raise InputError(
                f"threats must take at most {MOST_SEARCHES:,} searches for a frontier, got {len(groups):,}; "
                "give fewer moves, or moves that any deal ends"
            )
        return list(groups.values())

    def frontier(self, cell: Cell, shift: FloatArray) -> tuple[bool, IntArray, FloatArray]:
        """Whether the frontier is exact, its packages and their utilities (k, parties), for a group of
        pairs with one `cell` of it and no deal moved by `shift` (pairs, parties).

        At the lowest that no deal is for the table, everything is acceptable that is so anywhere in the
        group; whatever beats an acceptable package is acceptable too, so that none is hidden.
        """
        space = self.space
        lowest = threaten(space, dict(enumerate(shift.min(axis=0).tolist())))
        standing = [_standing(space, m) for m in self.used(cell) if m.lifted_by is not None]
        under = replace(lowest, factors=space.factors + tuple(standing))
        front = find_frontier(under)
        return front.status == "exact", front.packages, front.utilities

    def choose(self, worth: FloatArray, no_deal: FloatArray) -> tuple[IntArray, FloatArray]:
        """Chosen rows of utilities (k, parties) and their probabilities, given no deal (parties,)."""
        gain = worth[:, self.seats] - no_deal[self.seats]
        floor = np.maximum(self.space.margin[self.seats], 0.0) - TOLERANCE
        open_ = np.flatnonzero((gain >= floor).all(axis=1))
        if not len(open_):
            return open_, np.zeros(0)
        found = find_concept(self.concept, False, self.weights is not None)
        stakes = self.space.stakes[self.seats]
        numbers = stakes if self.weights is None else positive(np.array(self.weights, dtype=np.float64))
        seated = np.maximum(gain[open_], 0.0)
        if self.lottery:
            mixture = mix(found, seated, numbers)
            if mixture.better:
                return open_[mixture.rows[0]], mixture.probability[0]
        rows = found.choose(seated, numbers)
        return open_[rows], np.full(len(rows), 1.0 / len(rows))


def read_seats(space: DealSpace, sides: tuple[str, str]) -> list[int]:
    """Party indices of the two sides; InputError where they are not the table."""
    seats = [index_of(name, space.parties, "side") for name in sides]
    if len(seats) != 2 or sorted(seats) != sorted(space.table):
        table = ", ".join(space.parties[p] for p in space.table)
        raise InputError(f"sides must be the two parties at the table, got {', '.join(sides)} and {table}")
    return seats


def by_side(
    space: DealSpace, moves: Sequence[ThreatMove]
) -> tuple[tuple[ThreatMove, ...], tuple[ThreatMove, ...]]:
    """The moves of each side, checked."""
    names = [move.name for move in moves]
    for move in moves:
        if move.side not in (0, 1):
            raise InputError(f"side of {move.name} must be 0 or 1, got {move.side}")
        if move.change.shape != (len(space.parties),) or not np.isfinite(move.change).all():
            raise InputError(f"change of {move.name} must be {len(space.parties)} finite numbers")
        if names.count(move.name) > 1:
            raise InputError(f"moves must have different names, got {move.name} twice")
        if move.lifted_by is not None and space.cap is not None and np.isfinite(space.cap).any():
            raise InputError(f"{move.name} must end with any deal in a space with caps on utilities")
        for issue, options in (pair for pattern in move.lifted_by or () for pair in pattern):
            if not 0 <= issue < len(space.issues) or any(not 0 <= o < space.sizes[issue] for o in options):
                raise InputError(f"{move.name} must be lifted by options that the space has, got {issue}")
    first, second = (tuple(m for m in moves if m.side == side) for side in (0, 1))
    for own in (first, second):
        if len(own) > MOST_MOVES:
            raise InputError(f"a side must have at most {MOST_MOVES} moves, got {len(own)}; leave some out")
    return first, second


def _have_a_say(space: DealSpace) -> list[int]:
    """Parties whose gain decides on consents beside the table's own threshold."""
    called = {rule.by for rule in space.consents}
    bodies = [body for b, body in enumerate(space.bodies) if len(space.parties) + b in called]
    members = {member for body in bodies for member in body.members}
    outside = (members | {c for c in called if c < len(space.parties)}) - set(space.table)
    over = {rule.overruled_by for rule in space.consents if rule.overruled_by is not None}
    return sorted(outside | over)


def _standing(space: DealSpace, move: ThreatMove) -> TableFactor:
    """What a move changes in packages that do not lift it."""
    patterns = move.lifted_by or ()
    scope = tuple(sorted({issue for pattern in patterns for issue, _ in pattern})) or (0,)
    sizes = [space.sizes[i] for i in scope]
    check_cells(sizes, f"move {move.name}")
    stands = np.ones(sizes, dtype=np.bool_)
    for pattern in patterns:
        fits = np.ones(sizes, dtype=np.bool_)
        for issue, options in pattern:
            axis = scope.index(issue)
            inside = np.isin(np.arange(sizes[axis]), options)
            fits &= inside.reshape([-1 if a == axis else 1 for a in range(len(sizes))])
        stands &= ~fits
    return TableFactor(scope, stands[..., None] * move.change, f"threat {move.name}")
