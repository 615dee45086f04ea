"""One step of the elimination, written out: every choice of its issues as a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.elimination.plan import Plan, Step
from detente.deals.elimination.problem import Problem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
AnyArray = NDArray[Any]

Axis = tuple[int, int]
"""(issue, −1), or (pattern, which input brings the bit whether it fits so far)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows in order of the cell of the result that they end in; `start` (cells + 1): where each begins.

    `value` (rows, parties) whole numbers that the choice itself is worth; `cells` (2, rows): in which cell
    of either input it looks (0 where there is none); `number` (rows, words): what it adds to a package's
    number.
    """

    start: IntArray
    value: FloatArray
    cells: IntArray
    number: IntArray

    def take(self, keep: BoolArray) -> Rows:
        """Some of the rows, in the same cells."""
        if keep.all():
            return self
        before = np.concatenate([[0], np.cumsum(keep)])
        return Rows(before[self.start], self.value[keep], self.cells[:, keep], self.number[keep])

    @property
    def cell(self) -> IntArray:
        """(rows,) the cell in which each row ends."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


def write_rows(problem: Problem, plan: Plan, step: Step) -> Rows:
    """The rows of a step that nothing forbids. Cost and memory: `step.rows` × (parties + words + 4)."""
    axes: list[Axis] = [(i, -1) for i in (*step.keep, *step.gone)]
    axes += [(w, side) for side, k in enumerate(step.inputs) for w in plan.steps[k].wide]
    sizes = [problem.sizes[i] if side < 0 else 2 for i, side in axes]
    shape, parties, words = (*sizes, 1), problem.parties, problem.strides.shape[1]
    value = np.zeros((*sizes, parties))
    for k in step.tables:
        term = problem.tables[k]
        value += _spread(term.table, [(i, -1) for i in term.scope], axes)
    number = np.zeros((*([1] * len(sizes)), words), dtype=np.int64)
    for i in step.gone:
        steps = np.arange(problem.sizes[i])[:, None] * problem.strides[i]
        number = number + _spread(steps, [(i, -1)], axes)
    ends = _cell(problem, step.keep, (), -1, axes)
    for w, fits in _fitting(problem, plan, step, axes):
        if w in step.wide:
            ends = 2 * ends + fits
        else:
            value += np.where(fits, problem.wide[w].value, 0.0)
    inputs = [plan.steps[k] for k in step.inputs]
    cells = [_cell(problem, given.keep, given.wide, side, axes) for side, given in enumerate(inputs)]
    cells += [np.zeros((1,) * len(shape), dtype=np.int64)] * (2 - len(cells))
    rows = _in_order(
        np.broadcast_to(ends, shape).ravel(),
        value.reshape(-1, parties),
        np.stack([np.broadcast_to(c, shape).ravel() for c in cells]),
        np.broadcast_to(number, (*sizes, words)).reshape(-1, words),
        math.prod(problem.sizes[i] for i in step.keep) << len(step.wide),
    )
    allowed = np.all(np.isfinite(rows.value), axis=1)
    return rows.take(allowed)


def _in_order(ends: IntArray, value: FloatArray, cells: IntArray, number: IntArray, count: int) -> Rows:
    """Rows sorted by where they end."""
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=count))])
    if (np.diff(ends) < 0).any():
        order = np.argsort(ends, kind="stable")
        value, cells, number = value[order], cells[:, order], number[order]
    return Rows(start, value, cells, number)


def _spread(table: AnyArray, of: Sequence[Axis], axes: Sequence[Axis]) -> AnyArray:
    """A table with one axis each of `of` and a last one, as an array that broadcasts against all rows."""
    order = sorted(range(len(of)), key=lambda a: axes.index(of[a]))
    shape = [1] * len(axes) + [table.shape[-1]]
    for a in order:
        shape[axes.index(of[a])] = table.shape[a]
    return np.transpose(table, (*order, len(of))).reshape(shape)


def _cell(
    problem: Problem, issues: Sequence[int], wide: Sequence[int], side: int, axes: Sequence[Axis]
) -> IntArray:
    """The cell that these issues and bits tell, last ones fastest; broadcasts against all rows."""
    cell = np.zeros((1,) * (len(axes) + 1), dtype=np.int64)
    for axis, size in [((i, -1), problem.sizes[i]) for i in issues] + [((w, side), 2) for w in wide]:
        cell = cell * size + _spread(np.arange(size)[:, None], [axis], axes)
    return cell


def _fitting(problem: Problem, plan: Plan, step: Step, axes: Sequence[Axis]) -> list[tuple[int, BoolArray]]:
    """Every wide pattern that this step touches, ascending, and whether what is gone fits it."""
    touched: dict[int, BoolArray] = {}
    for w, pattern in enumerate(problem.wide):
        bits = [_spread(np.array([[False], [True]]), [a], axes) for a in axes if a[1] >= 0 and a[0] == w]
        masks = dict(zip(pattern.scope, pattern.masks, strict=True))
        bits += [_spread(masks[i][:, None], [(i, -1)], axes) for i in step.gone if i in masks]
        if bits:
            fits = np.ones((1,) * (len(axes) + 1), dtype=np.bool_)
            for bit in bits:
                fits = fits & bit
            touched[w] = fits
    return sorted(touched.items())
