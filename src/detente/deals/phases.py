"""A package carried out step by step: who is exposed on the way, and the order that exposes them least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, as_rows, broken, matches
from detente.deals.ensemble import draw_gains
from detente.deals.space import DealSpace, gains, index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Order = tuple[tuple[str, ...], ...]
"""Phases in turn, each the names of the issues that are carried out in it at once."""

MOST_STEPS = 12
DECIMALS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """A package carried out in an order.

    `order`: phases in turn. `gains` (phases, parties) points above no deal if things stopped after each
    phase; the last row is the package. `worst` (parties,) the least of them by party, and `worst_after` the
    phase that it comes after (0 = the first). `loss`: the largest interim loss of anybody at the table,
    points × stakes, before the last phase (0: nobody is ever worse off than without a deal). `exposed`, by
    phase: who at the table would be worse off than without a deal. `stops`, by phase: who still has something
    to deliver and would be better off if it all stopped there.
    """

    order: Order
    gains: FloatArray
    worst: FloatArray
    worst_after: IntArray
    loss: float
    exposed: tuple[tuple[str, ...], ...]
    stops: tuple[tuple[str, ...], ...]


def interim_losses(space: DealSpace, package: IntArray, order: Sequence[Sequence[str]]) -> FloatArray:
    """(phases, parties) points above no deal if things stopped after each phase.

    `package` (issues,). `order`: names of issues, phase by phase; every issue that the package settles
    otherwise than no deal must be in exactly one, and others may not. An issue not yet carried out stands as
    it does without a deal. Raises InputError for what is missing, twice, or not in the package. Cost: one
    evaluation per phase.
    """
    return gains(space, _states(space, package, order))


def interim_draws(space: DealSpace, package: IntArray, order: Sequence[Sequence[str]]) -> FloatArray:
    """(draws, phases, parties) what `interim_losses` tells, in every draw; InputError without draws."""
    return draw_gains(space, _states(space, package, order))


def order_phases(
    space: DealSpace,
    package: IntArray,
    *,
    steps: Sequence[Sequence[str]] | None = None,
    together: int = 1,
    bind: bool = False,
) -> Phases | None:
    """The order of carrying a package out that exposes the table least; None where `bind` allows none.

    `steps`: groups of issues that go together (default: each issue that differs from no deal is one step);
    at most 12. `together`: how many steps one phase may take at once, hand over hand (1, or more). `bind`:
    what is forbidden, and conditions, must hold at every stage, not only at the end. Among all orders the
    least largest interim loss (over the table, points × stakes, every state before the last), then the least
    sum of losses over states and table, then the fewest phases, then the first in order of steps. Raises
    InputError for more steps or names that do not fit. Cost: 2^steps evaluations and 2^steps ×
    steps^together comparisons. Source: MODEL section 4 (phases); interim exposure after Schelling (1960)
    ch. 2 on agreements cut into parts; dynamic programming over subsets, Held & Karp (1962).
    It will NOT weigh how long a phase lasts, nor breaches on the way (`check_hold` looks at the whole).

    >>> unary = [[[0, 0], [-1, 3]], [[0, 0], [2, -1]], [[0, 0], [2, -2]]]
    >>> space = DealSpace.from_arrays(options=[2, 2, 2], unary=unary, no_deal=[0, 0])
    >>> found = order_phases(space, np.array([1, 1, 1]))
    >>> found.order, found.loss
    ((('issue0',), ('issue1',), ('issue2',)), 1.0)
    >>> order_phases(space, np.array([1, 1, 1]), together=2).loss
    0.0
    """
    row = as_rows(space, package)[0]
    groups = _groups(space, row, steps)
    if together < 1:
        raise InputError(f"together must be 1 or more, got {together}")
    if not groups:
        return phases_in(space, row, ())
    states = _subsets(space, row, groups)
    losses = np.maximum(-gains(space, states)[:, space.table] * space.stakes[list(space.table)], 0.0)
    worst = np.round(losses.max(axis=1, initial=0.0), DECIMALS)
    allowed = _allowed(space, states) if bind else np.ones(len(states), dtype=np.bool_)
    moves = _moves(len(groups), together)
    bar = _bottleneck(worst, allowed, moves)
    if not np.isfinite(bar):
        return None
    path = _least_sum(np.round(losses.sum(axis=1), DECIMALS), allowed & (worst <= bar + TOLERANCE), moves)
    taken = [[g for k, g in enumerate(groups) if move >> k & 1] for move in path]
    return phases_in(space, row, [[space.issues[i] for group in phase for i in group] for phase in taken])


def phases_in(space: DealSpace, package: IntArray, order: Sequence[Sequence[str]]) -> Phases:
    """What a given order does to everybody on the way. Arguments and errors as `interim_losses`."""
    row = as_rows(space, package)[0]
    states = _states(space, row, order)
    found = gains(space, states)
    told = tuple(tuple(phase) for phase in order)
    on_way = found[:-1, list(space.table)] * space.stakes[list(space.table)]
    return Phases(
        order=told,
        gains=found,
        worst=found.min(axis=0) if len(found) else np.zeros(len(space.parties)),
        worst_after=np.asarray(
            found.argmin(axis=0) if len(found) else np.zeros(len(space.parties)), dtype=np.int64
        ),
        loss=max(0.0, -float(on_way.min(initial=0.0))),
        exposed=tuple(
            tuple(space.parties[p] for p in space.table if line[p] < -TOLERANCE) for line in found[:-1]
        ),
        stops=tuple(_stops(space, row, states[k], found[k], found[-1]) for k in range(len(found) - 1)),
    )


def _stops(
    space: DealSpace, row: IntArray, state: IntArray, now: FloatArray, end: FloatArray
) -> tuple[str, ...]:
    """Who would rather stop here than go on, and has something left to deliver."""
    left = {r.party for r in space.deliveries if row[r.issue] in r.options and state[r.issue] != row[r.issue]}
    return tuple(space.parties[p] for p in sorted(left) if now[p] > end[p] + TOLERANCE)


def _base(space: DealSpace) -> IntArray:
    if (space.no_deal_package < 0).any():
        raise InputError("phases must start from where things stand; this space has reservation values only")
    return space.no_deal_package


def _states(space: DealSpace, package: IntArray, order: Sequence[Sequence[str]]) -> IntArray:
    """(phases, issues) what is carried out after each phase."""
    row = as_rows(space, package)[0]
    taken = _named(space, row, order)
    state = _base(space).copy()
    states = []
    for group in taken:
        state = state.copy()
        state[list(group)] = row[list(group)]
        states.append(state)
    return np.array(states, dtype=np.int64).reshape(-1, len(row))


def _named(space: DealSpace, row: IntArray, order: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
    """Groups of issue indices, checked to hold each issue that changes exactly once."""
    groups = [tuple(index_of(name, space.issues, "issue") for name in group) for group in order]
    named = sorted(i for group in groups for i in group)
    want = np.flatnonzero(row != _base(space)).tolist()
    if named != want or not all(groups):
        told = ", ".join(space.issues[i] for i in want) or "nothing"
        got = ", ".join(space.issues[i] for i in named) or "nothing"
        raise InputError(f"steps must name once each issue that the package changes ({told}), got {got}")
    return groups


def _groups(space: DealSpace, row: IntArray, steps: Sequence[Sequence[str]] | None) -> list[tuple[int, ...]]:
    each = [[space.issues[i]] for i in np.flatnonzero(row != _base(space))]
    groups = _named(space, row, each if steps is None else steps)
    if len(groups) > MOST_STEPS:
        raise InputError(f"steps must be at most {MOST_STEPS}, got {len(groups)}; try groups of issues")
    return groups


def _subsets(space: DealSpace, row: IntArray, groups: list[tuple[int, ...]]) -> IntArray:
    """(2^steps, issues) what is carried out once the steps of a mask are done."""
    masks = np.arange(2 ** len(groups))
    states = np.repeat(_base(space)[None], len(masks), axis=0)
    for k, group in enumerate(groups):
        done = (masks >> k & 1) == 1
        for i in group:
            states[done, i] = row[i]
    return states


def _allowed(space: DealSpace, states: IntArray) -> BoolArray:
    """(states,) where nothing is forbidden and every condition holds; the last state is not asked."""
    ok: BoolArray = np.ones(len(states), dtype=np.bool_)
    for pattern in space.forbid:
        ok &= ~matches(states, pattern)
    for rule in space.conditions:
        ok &= ~broken(states, rule.when, rule.then)
    return ok


def _moves(steps: int, together: int) -> IntArray:
    """Masks of what one phase may take, single steps first, in order of steps."""
    sizes = range(1, min(together, steps) + 1)
    groups = [group for size in sizes for group in combinations(range(steps), size)]
    return np.array([sum(1 << k for k in group) for group in groups], dtype=np.int64)


def _bottleneck(worst: FloatArray, allowed: BoolArray, moves: IntArray) -> float:
    """The least largest loss, before the last state, of any way from nothing to everything."""
    full = len(worst) - 1
    here = np.where(allowed, worst, np.inf)
    here[full] = 0.0
    onward = np.full(len(worst), np.inf)
    onward[full] = 0.0
    for mask in range(full - 1, -1, -1):
        after = mask | moves[(moves & mask) == 0]
        onward[mask] = np.maximum(here[after], onward[after]).min()
    return float(onward[0])


def _least_sum(total: FloatArray, allowed: BoolArray, moves: IntArray) -> list[int]:
    """Moves of the way with the least sum of losses over allowed states, then the fewest phases."""
    full = len(total) - 1
    here = np.where(allowed, total, np.inf)
    here[full] = 0.0
    onward, phases = np.full(len(total), np.inf), np.zeros(len(total), dtype=np.int64)
    onward[full] = 0.0
    step = np.zeros(len(total), dtype=np.int64)
    for mask in range(full - 1, -1, -1):
        possible = moves[(moves & mask) == 0]
        after = mask | possible
        sums = np.round(here[after] + onward[after], DECIMALS)
        pick = int(np.lexsort((phases[after], sums))[0])
        onward[mask], phases[mask], step[mask] = sums[pick], phases[after[pick]] + 1, possible[pick]
    path, mask = [], 0
    while mask != full:
        path.append(int(step[mask]))
        mask |= path[-1]
    return path
