"""The Shapley value of large games, estimated from random orders of joining."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.contribution.coverage import Complements, with_complements
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@runtime_checkable
class Joining(Protocol):
    """A game that knows what each newcomer adds without working out every coalition anew."""

    def along(self, orders: IntArray) -> FloatArray:
        """`orders`: (m, players), who joins at which place. Returns (m, players): what the one who
        joins at that place adds to those before."""


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Shapley values estimated. `shares` and `errors` (players,): mean and its standard error, in the
    unit of the game; shares sum to v(all) − v(nobody) whatever was sampled. `orders`: how many orders
    of joining were walked. `reached`: no error is above the target (always so without a target)."""

    shares: FloatArray
    errors: FloatArray
    orders: int
    reached: bool


@dataclass(frozen=True, slots=True, eq=False)
class CoverGame:
    """The value of `coalition_value` as a game for `shapley_sampled`: what newcomers add is kept up as
    they join, at the cost of one product per task.

    `capability`: (players, tasks) in 0..1; `sizes`: (tasks,) points at full cover; `all_of` as in
    `cover`. Source: MODEL section 5. Its exact value is `shapley_draws`; this is for comparing.
    """

    capability: FloatArray
    sizes: FloatArray
    all_of: Complements = ()

    def along(self, orders: IntArray) -> FloatArray:
        """What each newcomer adds, (m, players); see `Joining`."""
        added = np.empty(orders.shape)
        open_ = np.ones((len(orders), len(self.sizes)))
        before = np.zeros(len(orders))
        for place in range(orders.shape[1]):
            open_ *= 1.0 - self.capability[orders[:, place]]
            now = (with_complements(1.0 - open_, self.all_of) * self.sizes).sum(axis=1)
            added[:, place] = now - before
            before = now
        return added


def shapley_sampled(
    value: Callable[[BoolArray], ArrayLike] | Joining,
    players: int,
    *,
    seed: int,
    orders: int = 0,
    target: float = 0.0,
) -> Sampled:
    """Shapley value of every player from random orders of joining, with standard errors.

    `value`: a function of memberships (m, players) bool → worth (m,), or a `Joining`. `players` ≥ 1.
    Orders come in blocks of 2·players: a random order, turned so that everybody stands at every place once,
    and each of these backwards; blocks are independent, so the spread of their means gives the error.
    `orders`: most to walk, rounded up to whole blocks, at least four (default: 20 blocks).
    `target`: stop earlier, once no standard error is above this share of |v(all) − v(nobody)|; looked at
    when the number of blocks has doubled. Stops on work done, never on time: same seed, same numbers.

    Raises InputError for arguments out of range and for worth that is not finite or of another shape. Cost:
    orders × (players + 1) values; memory stays bounded. Source: Castro, Gómez & Tejada (2009), "Polynomial
    calculation of the Shapley value based on sampling"; everybody at every place: stratification
    after Castro, Gómez, Molina & Tejada (2017); backwards: Mitchell, Cooper, Frank & Holmes (2022). It
    will not find shares smaller than their errors, nor what no order met (then the error is too small
    as well); errors from a handful of blocks are rough themselves. Where the worth comes from covers,
    `shapley_draws` is exact and faster.

    >>> pairs = lambda members: (members.sum(axis=1) // 2).astype(float)   # gloves: two make a pair
    >>> found = shapley_sampled(pairs, 30, seed=0)
    >>> found.shares.round(6).tolist() == [0.5] * 30, round(float(found.shares.sum()), 6)
    (True, 15.0)
    """
    _check(players, orders, target)
    walk = value.along if isinstance(value, Joining) else _walk_by_memberships(value)
    rng = np.random.Generator(np.random.Philox(seed))
    most = max(4, -(-(orders or 40 * players) // (2 * players)))
    means = np.empty((0, players))
    look = 4
    while True:
        until = min(look, most) if target else most
        means = np.concatenate([means, _blocks(walk, rng, players, until - len(means))])
        shares = means.mean(axis=0)
        errors = means.std(axis=0, ddof=1) / np.sqrt(len(means))
        good = bool(errors.max() <= target * abs(shares.sum())) or not target
        if good or len(means) == most:
            return Sampled(shares, errors, 2 * players * len(means), good)
        look *= 2


def _check(players: int, orders: int, target: float) -> None:
    if players < 1:
        raise InputError(f"players must be at least 1, got {players}")
    if orders < 0:
        raise InputError(f"orders must be 0 or more, got {orders}; 0 takes the default")
    if not 0 <= target < 1:
        raise InputError(f"target must be a share of the whole from 0 to below 1, got {target}")


def _blocks(
    walk: Callable[[IntArray], FloatArray], rng: np.random.Generator, players: int, blocks: int
) -> FloatArray:
    """Means (blocks, players) of what each adds, over the orders of each block."""
    turns = (np.arange(players)[:, None] + np.arange(players)) % players
    means = np.empty((blocks, players))
    for block in range(blocks):
        turned = rng.permutation(players)[turns]
        orders = np.concatenate([turned, turned[:, ::-1]])
        added = np.asarray(walk(orders), dtype=np.float64)
        _check_worth(added, orders.shape)
        by_player = np.empty_like(added)
        np.put_along_axis(by_player, orders, added, axis=1)
        means[block] = by_player.mean(axis=0)
    return means


def _walk_by_memberships(value: Callable[[BoolArray], ArrayLike]) -> Callable[[IntArray], FloatArray]:
    def walk(orders: IntArray) -> FloatArray:
        worth = np.empty((len(orders), orders.shape[1] + 1))
        members = np.zeros(orders.shape, dtype=bool)
        rows = np.arange(len(orders))
        for place in range(worth.shape[1]):
            if place:
                members[rows, orders[:, place - 1]] = True
            now = np.asarray(value(members.copy()), dtype=np.float64)
            _check_worth(now, (len(orders),))
            worth[:, place] = now
        return np.diff(worth, axis=1)

    return walk


def _check_worth(worth: FloatArray, shape: tuple[int, ...]) -> None:
    if worth.shape != shape:
        raise InputError(f"value must return an array of shape {shape}, got {worth.shape}")
    if not np.isfinite(worth).all():
        raise InputError("value must be finite for every coalition; got infinite or missing worth")
