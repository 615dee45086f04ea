"""The Shapley value: added value, averaged over all orders in which contributors may join."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.contribution.coalitions import value_table
from detente.contribution.coverage import Complements
from detente.errors import InputError

FloatArray = NDArray[np.float64]
MOST_PLAYERS = 20
_CELLS = 4_000_000


def shapley(value: Callable[[tuple[int, ...]], float] | ArrayLike, players: int) -> FloatArray:
    """Exact Shapley value of every player.

    `value`: a function of the members of a coalition in ascending order, or a table (…, 2^players)
    in which bit i of the place tells whether player i is in. `players`: 0..20. Returns (…, players)
    in the unit of `value`; sums to v(all) − v(nobody). Raises InputError above 20 players or for a
    table of another length. Cost: players × 2^players per table. Source: Shapley (1953), "A value
    for n-person games", equation 13. It will not find whether the shares keep anybody from
    leaving: that is the core, a different question.

    >>> glove = lambda members: float(0 in members and len(members) > 1)   # left glove, two right ones
    >>> shapley(glove, 3).round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    if not 0 <= players <= MOST_PLAYERS:
        raise InputError(f"players must be between 0 and {MOST_PLAYERS} for an exact value, got {players}")
    coalitions = np.arange(2**players)
    if callable(value):
        table = np.array([value(_members(int(m), players)) for m in coalitions], dtype=np.float64)
    else:
        table = np.asarray(value, dtype=np.float64)
    if table.shape[-1:] != coalitions.shape:
        raise InputError(f"the table must have 2^{players} values, got {table.shape[-1:]}")
    # No matrix product below: its last digit would depend on how many draws come along.
    size = np.bitwise_count(coalitions)
    weight = np.array([1.0 / (players * comb(players - 1, s)) for s in range(players)])
    shares = np.empty((*table.shape[:-1], players))
    for i in range(players):
        without = coalitions[coalitions >> i & 1 == 0]
        added = table[..., without | 1 << i] - table[..., without]
        shares[..., i] = np.ascontiguousarray(added * weight[size[without]]).sum(axis=-1)
    return shares


def shapley_draws(capability: FloatArray, sizes: FloatArray, all_of: Complements = ()) -> FloatArray:
    """Shapley value of every contributor in every draw, for the value of `coalition_value`.

    `capability`: (draws, contributors, tasks), `sizes`: (draws, tasks). Returns (draws,
    contributors). Memory stays bounded: draws are taken in portions. Cost: draws × (contributors +
    tasks) × 2^contributors: 1,000 draws of 10 contributors take a fraction of a second, of 20 many
    minutes.
    """
    draws, contributors, tasks = capability.shape
    if contributors > MOST_PLAYERS:
        raise InputError(
            f"contributors must be at most {MOST_PLAYERS} for an exact value, got {contributors}"
        )
    portion = max(1, _CELLS // (2**contributors * max(tasks, 1)))
    shares = np.empty((draws, contributors))
    for at in range(0, draws, portion):
        some = slice(at, at + portion)
        shares[some] = shapley(value_table(capability[some], sizes[some], all_of), contributors)
    return shares


def _members(coalition: int, players: int) -> tuple[int, ...]:
    return tuple(i for i in range(players) if coalition >> i & 1)
