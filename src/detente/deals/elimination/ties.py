"""All packages that are worth the same to the table as a given one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.deals.acceptance import as_rows
from detente.deals.brute import candidates
from detente.deals.criteria import set_criteria
from detente.deals.elimination.bounds import best_along, directions_of
from detente.deals.elimination.cost import check_size, choose_plan
from detente.deals.elimination.frontier import check_request
from detente.deals.elimination.plan import Plan
from detente.deals.elimination.problem import Problem, packages_of
from detente.deals.elimination.rows import Rows, write_rows
from detente.deals.elimination.weighted import check_uncapped
from detente.deals.space import DealSpace
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CHUNK = 1 << 12
"""Partial packages taken further at once: depth first, so that whole ones come early."""

MOST_WORK = 5_000_000
"""Partial packages looked at before the list is cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """`packages` (k, issues) in lexicographic order, worth the same to the table; `cut`: whether there may be
    more; `work`: partial packages looked at."""

    packages: IntArray
    cut: bool
    work: int


@dataclass(frozen=True, slots=True, eq=False)
class _Partial:
    """Rows of partial packages: their number so far, what is `left` of the target (parties,), the cell of
    every step not yet opened, and the most that those cells can be worth along each direction."""

    number: IntArray
    left: FloatArray
    cells: IntArray
    hope: FloatArray

    def take(self, rows: IntArray | BoolArray | slice) -> _Partial:
        return _Partial(self.number[rows], self.left[rows], self.cells[rows], self.hope[rows])


@dataclass(frozen=True, slots=True, eq=False)
class _Tree:
    """The steps with their rows, and the most of every cell along directions and their opposites."""

    problem: Problem
    plan: Plan
    rows: tuple[Rows, ...]
    directions: FloatArray
    best: tuple[FloatArray, ...]
    slack: FloatArray


def list_ties(space: DealSpace, package: ArrayLike, most: int = 1000, *, eligible: bool = True) -> Ties:
    """Packages whose utilities are equal, for everyone at the table, to those of `package`.

    `package` (issues,): option indices; it is in the list where it counts itself. `most` ≥ 1: how many are
    listed. `eligible`: acceptable ones only, consents and keeps included, else all that are not forbidden.
    Where there are more, or MOST_WORK was reached, those found first stand there and `cut` is True. Equal
    means equal on the grid of `set_criteria` (1e-9 points). Raises InputError for a package that does not
    fit, for `most` below 1, where utilities of the table stop at a cap, and for tables too large.
    Cost: partial packages that can still reach the target along a set of directions, at most MOST_WORK;
    finding a sum exactly is NP-hard, so that a list may be cut before anything but the package is found.

    >>> space = DealSpace.from_arrays(options=[2, 2], unary=[[[0, 0], [1, 2]]] * 2, no_deal=[0, 0])
    >>> list_ties(space, [0, 1]).packages.tolist()
    [[0, 1], [1, 0]]
    """
    check_request(space)
    check_uncapped(space)
    if most < 1:
        raise InputError(f"most must be at least 1 package, got {most}")
    given = as_rows(space, np.asarray(package, dtype=np.int64))[:1]
    criteria = replace(set_criteria(space, eligible=eligible), clauses=())
    problem, plan = choose_plan(criteria)
    if not problem.allows_any:
        return Ties(given[:0], False, 0)
    check_size(problem, plan)
    tree = _grow(problem, plan)
    own = _value(problem, given[0]) - problem.start
    numbers, more, work = _search(space, tree, own, most, eligible)
    packages = packages_of(numbers, problem)
    if candidates(space, given, eligible=eligible).all():
        packages = np.concatenate([packages, given])
    packages = np.unique(packages, axis=0)
    if len(packages) > most:
        first = packages[:most]
        if not (first == given).all(axis=1).any():
            first[-1] = given[0]
        packages, more = first, True
    return Ties(packages, more, work)


def _value(problem: Problem, package: IntArray) -> FloatArray:
    """(parties,) what a package is worth on the grid, bans aside."""
    total = problem.start.copy()
    for term in problem.tables:
        entry = term.table[tuple(package[list(term.scope)])]
        total += np.where(np.isfinite(entry), entry, 0.0)
    for pattern in problem.wide:
        if all(mask[package[i]] for i, mask in zip(pattern.scope, pattern.masks, strict=True)):
            total += np.where(np.isfinite(pattern.value), pattern.value, 0.0)
    return total


def _grow(problem: Problem, plan: Plan) -> _Tree:
    rows = tuple(write_rows(problem, plan, step) for step in plan.steps)
    one_way = directions_of(problem, rows)
    directions = np.concatenate([one_way, -one_way])
    slack = np.abs(directions).sum(axis=1) * (problem.slack + 1.0) + 1e-9
    return _Tree(problem, plan, rows, directions, best_along(plan, rows, directions)[1], slack)


def _search(
    space: DealSpace, tree: _Tree, target: FloatArray, most: int, eligible: bool
) -> tuple[IntArray, bool, int]:
    """Numbers of packages worth the target, whether there may be more, and the work done."""
    steps = len(tree.plan.steps)
    start = _Partial(
        np.zeros((1, tree.problem.strides.shape[1]), dtype=np.int64),
        target[None],
        np.zeros((1, steps), dtype=np.int64),
        tree.best[-1][:1] if steps else np.zeros((1, len(tree.directions))),
    )
    stack = [(steps - 1, start)] if np.isfinite(start.hope).all() else []
    found, count, work = [start.number[:0]], 0, 0
    while stack:
        step, some = stack.pop()
        if step < 0:
            whole = some.number[(some.left == 0.0).all(axis=1)]
            whole = whole[candidates(space, packages_of(whole, tree.problem), eligible=eligible)]
            found.append(whole)
            count += len(whole)
            if count > most:
                return np.concatenate(found)[:most], True, work
            continue
        wide = _open(tree, step, some)
        work += len(wide.number)
        if work > MOST_WORK:
            return np.concatenate(found), True, work
        for begin in reversed(range(0, len(wide.number), CHUNK)):
            stack.append((step - 1, wide.take(slice(begin, begin + CHUNK))))
    return np.concatenate(found), False, work


def _open(tree: _Tree, step: int, some: _Partial) -> _Partial:
    """Every row of the step's cell, where what is left can still be reached."""
    rows, cell = tree.rows[step], some.cells[:, step]
    many = rows.start[cell + 1] - rows.start[cell]
    which = np.repeat(np.arange(len(cell)), many)
    row = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many) + rows.start[cell][which]
    hope = some.hope[which] - tree.best[step][cell][which]
    cells = some.cells[which]
    for side, k in enumerate(tree.plan.steps[step].inputs):
        cells[:, k] = rows.cells[side, row]
        hope = hope + tree.best[k][cells[:, k]]
    left = some.left[which] - rows.value[row]
    open_still = (hope + tree.slack >= left @ tree.directions.T).all(axis=1)
    return _Partial(some.number[which] + rows.number[row], left, cells, hope).take(open_still)
