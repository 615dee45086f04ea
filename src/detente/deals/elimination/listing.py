"""The last step where everything is linked with everything: all choices one by one, none of them stored.

What is left of a part whose tables link all its issues has no separator any more: the step is a listing. Its
values are sums of two or three tables that leave out an issue each, so that no table as large as the
listing is built, and what is undominated so far beats most choices at first sight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.deals._kernels.jit import pays
from detente.deals.elimination.fronts import Fronts
from detente.deals.elimination.merge import best_first, settle
from detente.deals.elimination.plan import Step
from detente.deals.elimination.problem import Pattern, Problem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

WORTH_LISTING = 20_000
"""Choices from which a step without inputs and separator is listed and not written out."""

MOST_MATCHES = 300_000
"""Choices that patterns may match in a listing; beyond, the step is written out."""

LEADERS = 64
"""Choices with the largest sums, per direction, that others are held against first."""

PIVOTS = 12
SLICE = 1 << 17

Part = tuple[tuple[int, ...], FloatArray]
"""Issues, and a table with one axis for each and a last one."""

Exceptions = tuple[IntArray, FloatArray]
"""Places in the listing, ascending, and what is added there."""


def can_list(problem: Problem, step: Step) -> bool:
    """Whether a step is a listing: everything goes at once, nothing comes in, and patterns match little."""
    if step.keep or step.inputs or step.wide or step.rows < WORTH_LISTING:
        return False
    return sum(_matches(problem, step, pattern) for pattern in _inside(problem, step)) <= MOST_MATCHES


def _inside(problem: Problem, step: Step) -> list[Pattern]:
    return [pattern for pattern in problem.wide if set(pattern.scope) & set(step.gone)]


def _matches(problem: Problem, step: Step, pattern: Pattern) -> int:
    fits = {i: int(mask.sum()) for i, mask in zip(pattern.scope, pattern.masks, strict=True)}
    return math.prod(fits.get(i, problem.sizes[i]) for i in step.gone)


def list_step(problem: Problem, step: Step) -> Fronts:
    """The undominated points of all choices of `step.gone`, ties as one. Cost: choices × (parts + points
    that must be looked at, mostly one or two); memory: tables with one issue less than the listing."""
    sizes = [problem.sizes[i] for i in step.gone]
    terms = [(problem.tables[k].scope, problem.tables[k].table) for k in step.tables]
    parts = _parts(step.gone, problem.sizes, terms, problem.parties)
    exceptions = _exceptions(problem, step)
    tables = [(np.array([_stride(i, part, problem.sizes) for i in step.gone]), part[1]) for part in parts]
    place, count = _undominated(np.array(sizes), tables, exceptions)
    options = np.stack(np.unravel_index(place, sizes), axis=1)
    number = options @ problem.strides[list(step.gone)]
    value = _values(np.array(sizes), tables, exceptions, place)
    order = best_first(np.zeros(len(place), dtype=np.int64), value, number)
    error = np.zeros((1, problem.parties))
    return Fronts(np.array([0, len(place)]), value[order], count[order], number[order], error)


def _stride(issue: int, part: Part, sizes: Sequence[int]) -> int:
    scope = part[0]
    if issue not in scope:
        return 0
    return math.prod(sizes[i] for i in scope[scope.index(issue) + 1 :])


def _parts(issues: tuple[int, ...], sizes: Sequence[int], terms: Sequence[Part], parties: int) -> list[Part]:
    """At most three tables whose sum is that of `terms`: without the first issue, without the last, and
    what holds both."""
    if len(issues) < 2:
        return [(issues, _summed(issues, sizes, terms, parties))]
    first, last = issues[0], issues[-1]
    groups = (
        (issues[1:], [t for t in terms if first not in t[0]]),
        (issues[:-1], [t for t in terms if first in t[0] and last not in t[0]]),
    )
    found = [(scope, _summed(scope, sizes, group, parties)) for scope, group in groups]
    both = [t for t in terms if first in t[0] and last in t[0]]
    if both:
        scope = tuple(sorted({i for t in both for i in t[0]}))
        found.append((scope, _added(scope, sizes, both, parties)))
    return found


def _summed(issues: tuple[int, ...], sizes: Sequence[int], terms: Sequence[Part], parties: int) -> FloatArray:
    """The sum of the terms as one table over `issues`; large ones from tables with an issue less."""
    if len(issues) > 2 and len(terms) > 3:
        terms = _parts(issues, sizes, terms, parties)
    return _added(issues, sizes, terms, parties)


def _added(issues: tuple[int, ...], sizes: Sequence[int], terms: Sequence[Part], parties: int) -> FloatArray:
    total = np.zeros((*(sizes[i] for i in issues), parties))
    for scope, table in terms:
        total += table.reshape(*(sizes[i] if i in scope else 1 for i in issues), parties)
    return total


def _exceptions(problem: Problem, step: Step) -> Exceptions:
    """Where patterns match, and what they are worth there together."""
    sizes = [problem.sizes[i] for i in step.gone]
    places: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    values: list[FloatArray] = [np.zeros((0, problem.parties))]
    for pattern in _inside(problem, step):
        masks = dict(zip(pattern.scope, pattern.masks, strict=True))
        at = np.zeros(1, dtype=np.int64)
        for issue, size in zip(step.gone, sizes, strict=True):
            fits = np.flatnonzero(masks[issue]) if issue in masks else np.arange(size)
            at = (at[:, None] * size + fits).ravel()
        places.append(at)
        values.append(np.repeat(pattern.value[None], len(at), axis=0))
    every, place = np.unique(np.concatenate(places), return_inverse=True)
    added = np.zeros((len(every), problem.parties))
    np.add.at(added, place.reshape(-1), np.concatenate(values))
    return every, added


Strided = tuple[IntArray, FloatArray]
"""Stride per issue of the listing (0 where the table does not hold it), and the table."""


def _undominated(
    sizes: IntArray, tables: Sequence[Strided], exceptions: Exceptions
) -> tuple[IntArray, IntArray]:
    """Places of undominated choices, the first of each point, and how many choices each stands for."""
    parties = tables[0][1].shape[-1]
    if pays("listing", math.prod(sizes.tolist()) * 2 // 5):
        from detente.deals._kernels.listing import list_choices as fast

        nothing = (np.zeros(len(sizes), dtype=np.int64), np.zeros((1, parties)))
        three = [*tables, nothing, nothing][:3]
        flat = [np.ascontiguousarray(table.reshape(-1, parties)) for _, table in three]
        strides = np.stack([stride for stride, _ in three])
        spread = sum(np.abs(np.where(np.isfinite(t), t, 0.0)).max(axis=0) for t in flat) + 1.0
        directions = np.ones((1 if parties > 3 else 0, parties)) / spread
        found = fast(sizes, strides, (flat[0], flat[1], flat[2]), exceptions, directions, LEADERS)
        return np.asarray(found[0]), np.asarray(found[1])
    return list_choices(sizes, tables, exceptions)


def list_choices(
    sizes: IntArray, tables: Sequence[Strided], exceptions: Exceptions
) -> tuple[IntArray, IntArray]:
    """Places and counts of the undominated choices, slice by slice: what the best points so far beat goes
    first, the rest is sorted. The readable twin of the kernel in `_kernels.listing`."""
    parties, total = tables[0][1].shape[-1], math.prod(sizes.tolist())
    points, count = np.zeros((0, parties)), np.zeros(0, dtype=np.int64)
    place = np.zeros((0, 1), dtype=np.int64)
    for start in range(0, total, SLICE):
        at = np.arange(start, min(total, start + SLICE))
        worth = _values(sizes, tables, exceptions, at)
        left = np.flatnonzero(np.isfinite(worth).all(axis=1))
        at, worth = at[left], worth[left]
        for pivot in _pivots(np.concatenate([points, worth])):
            beaten = (worth <= pivot).all(axis=1) & (worth < pivot).any(axis=1)
            at, worth = at[~beaten], worth[~beaten]
        points = np.concatenate([points, worth])
        count = np.concatenate([count, np.ones(len(at), dtype=np.int64)])
        place = np.concatenate([place, at[:, None]])
        _, points, count, place = settle(np.zeros(len(points), dtype=np.int64), points, count, place)
    return place[:, 0], count


def _pivots(points: FloatArray) -> FloatArray:
    """A few points that beat many: the best along as many directions."""
    if not len(points):
        return points
    dice = np.random.default_rng(0).dirichlet(np.ones(points.shape[1]), PIVOTS)
    scale = np.maximum(np.ptp(points, axis=0), 1.0)
    return np.asarray(points[np.unique([int(np.argmax(points @ (weights / scale))) for weights in dice])])


def _values(sizes: IntArray, tables: Sequence[Strided], exceptions: Exceptions, at: IntArray) -> FloatArray:
    """(places, parties) what the choices at these places are worth."""
    parties = tables[0][1].shape[-1]
    options = np.unravel_index(at, tuple(sizes.tolist()))
    worth = np.zeros((len(at), parties))
    for strides, table in tables:
        index = np.zeros(len(at), dtype=np.int64)
        for option, stride in zip(options, strides, strict=True):
            index += option * stride
        worth += table.reshape(-1, parties)[index]
    where, added = exceptions
    if len(where):
        near = np.minimum(np.searchsorted(where, at), len(where) - 1)
        worth += np.where((where[near] == at)[:, None], added[near], 0.0)
    return worth
