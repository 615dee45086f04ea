"""The Shapley value of any game: added value, averaged over all orders in which contributors may join."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.errors import InputError

FloatArray = NDArray[np.float64]
MOST_PLAYERS = 20
_CELLS = 4_000_000


def shapley(value: Callable[[tuple[int, ...]], float] | ArrayLike, players: int) -> FloatArray:
    """Exact Shapley value of every player, from the worth of every coalition.

    `value`: a function of the members of a coalition in ascending order, or a table (…, 2^players)
    in which bit i of the place tells whether player i is in. `players`: 0..20. Returns (…, players)
    in the unit of `value`; sums to v(all) − v(nobody); exactly 0 for who adds nothing to anybody.
    Raises InputError above 20 players or for a table of another length. Cost: players × 2^players
    per table (30 to 100 ms at 20 players), memory 2^players. Source: Shapley (1953), "A value for n-person
    games", equation 13. It will not find whether the shares keep anybody from leaving: that is the
    core, a different question. Beyond 20: `shapley_sampled`, or `shapley_draws` where the worth
    comes from covers.

    >>> glove = lambda members: float(0 in members and len(members) > 1)   # left glove, two right ones
    >>> shapley(glove, 3).round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    if not 0 <= players <= MOST_PLAYERS:
        raise InputError(
            f"players must be between 0 and {MOST_PLAYERS} for an exact value, got {players}; "
            "try shapley_sampled"
        )
    if callable(value):
        worth = [value(_members(coalition, players)) for coalition in range(2**players)]
        table = np.array(worth, dtype=np.float64)
    else:
        table = np.asarray(value, dtype=np.float64)
    if table.shape[-1:] != (2**players,):
        raise InputError(f"the table must have 2^{players} values, got {table.shape[-1:]}")
    shares = np.zeros((*table.shape[:-1], players))
    if players:
        rows, found = table.reshape(-1, 2**players), shares.reshape(-1, players)
        portion = max(1, _CELLS // 2**players)
        weight = _weights(players)
        for at in range(0, len(rows), portion):
            found[at : at + portion] = _shares(rows[at : at + portion], weight)
    return shares


def _weights(players: int) -> FloatArray:
    """(2^(players−1),) chance that exactly this coalition of the others has joined before one does."""
    by_size = np.array([1.0 / (players * comb(players - 1, s)) for s in range(players)])
    return by_size[np.bitwise_count(np.arange(2 ** (players - 1)))]


def _shares(rows: FloatArray, weight: FloatArray) -> FloatArray:
    """Shapley values (tables, players) of whole tables (tables, 2^players).

    With the axis split as (2^(players−1−i), 2, 2^i) the middle place says whether i is in, and what is
    left, read in order, numbers the coalitions of the others alike for every i: one weight serves all,
    and nothing is gathered by index. Sums run along one table's own line, so that the last digit does
    not depend on how many tables come along.
    """
    tables, others = len(rows), len(weight)
    players = others.bit_length()
    shares = np.empty((tables, players))
    added = np.empty((tables, others))
    for i in range(players):
        split = rows.reshape(tables, others >> i, 2, 1 << i)
        np.subtract(split[:, :, 1], split[:, :, 0], out=added.reshape(tables, others >> i, 1 << i))
        added *= weight
        shares[:, i] = added.sum(axis=-1)
    return shares


def _members(coalition: int, players: int) -> tuple[int, ...]:
    return tuple(i for i in range(players) if coalition >> i & 1)
