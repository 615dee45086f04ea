"""What a case says about goals, as factors over few issues, for every draw.

One factor per issue (its options), per link, per overlap, per task and per lever in place. Levels are
points of a goal against option 0 everywhere; what a party makes of them is a matter of its weights.
MODEL sections 1 and 5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError

if TYPE_CHECKING:
    from detente.case.model import Case, Issue, Lever, Link, Overlap, Quantity, Task
    from detente.case.model import Pattern as CasePattern
    from detente.case.values import Values

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


MOST_CELLS = 200_000
"""Combinations of options that one factor may hold; more would not fit in memory beside 1,000 draws."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawFactor:
    """A change of goal levels that depends on a few issues, in every draw.

    `rows` has one axis per issue of `scope` and names the row of `levels` (draws, rows, goals of this
    factor) that a choice reads; many choices may share a row. `views`: party → levels as that party
    judges them. `points`: party → (draws, rows) points that come from no goal (a lever's cost given
    back). `kind`: option, link, overlap, task or lever.
    """

    kind: str
    label: str
    scope: tuple[int, ...]
    goals: tuple[int, ...]
    rows: IntArray
    levels: FloatArray
    views: Mapping[int, FloatArray] = field(default_factory=dict)
    points: Mapping[int, FloatArray] = field(default_factory=dict)

    def rows_of(self, packages: IntArray) -> IntArray:
        """(packages,) the row that each package reads."""
        found: IntArray = self.rows[tuple(packages[:, self.scope].T)]
        return found


Corrections = dict[bytes, FloatArray]
"""Overlap corrections worked out before, by all that goes into them."""


def goal_factors(
    case: Case, values: Values, corrections: Corrections | None = None
) -> tuple[DrawFactor, ...]:
    """All factors of a case, in the order options, overlaps, links, tasks, levers.

    `values`: draws, capabilities and the as-of date. `corrections`: what a space of nearly the same values
    has worked out already, and where this one adds what is new. Raises InputError where an option calls on a
    contribution that `values` does not have. Cost and memory: draws × rows × goals summed over
    factors, where an overlap has one row per combination of the options that move its goal.
    Will not find: effects outside 0..100 (nothing is clipped; see `goal_range`).
    Source: MODEL sections 1 and 5.
    """
    builder = _Builder(case, values, {} if corrections is None else corrections)
    options = [builder.option_factor(i, issue) for i, issue in enumerate(case.issues)]
    built: list[DrawFactor | None] = list(options)
    built += [builder.overlap_factor(overlap, options) for overlap in case.overlaps]
    built += [builder.link_factor(link) for link in case.links]
    built += [builder.task_factor(task) for task in case.tasks]
    built += [builder.lever_factor(lever) for lever in case.levers]
    return tuple(f for f in built if f is not None)


@dataclass(frozen=True, slots=True, eq=False)
class _Builder:
    """The case, its values and the name → place tables that every factor needs."""

    case: Case
    values: Values
    corrections: Corrections
    goal: Mapping[str, int] = field(init=False)
    party: Mapping[str, int] = field(init=False)
    issue: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "goal", {g.name: i for i, g in enumerate(self.case.goals)})
        object.__setattr__(self, "party", {p.name: i for i, p in enumerate(self.case.parties)})
        object.__setattr__(self, "issue", {s.name: i for i, s in enumerate(self.case.issues)})

    @property
    def n(self) -> int:
        return int(self.values.weights.shape[0])

    def sample(self, quantity: Quantity) -> FloatArray:
        drawn: FloatArray = self.values.draws.sample(quantity)
        if quantity.of is None:
            return drawn
        contributor, _, task = quantity.of.partition(".")
        return drawn * self.capability(contributor, task)

    def capability(self, contributor: str, task: str) -> FloatArray:
        values = self.values
        if contributor not in values.contributors or task not in values.tasks:
            known = ", ".join(f"{c}.{t}" for c in values.contributors for t in values.tasks)
            raise InputError(
                f"contribution must be one that values has, got {contributor}.{task}; known: {known}"
            )
        column: FloatArray = values.brings[
            :, values.contributors.index(contributor), values.tasks.index(task)
        ]
        return column

    def delivered(self, issue: Issue) -> FloatArray:
        """(draws, options) share of each option's effects that is carried out."""
        share = np.ones((self.n, len(issue.options)))
        for delivery in issue.deliveries:
            share[:, list(delivery.options)] *= self.sample(delivery.share)[:, None]
        carried = sorted({o for d in issue.deliveries for o in d.options})
        for shock in self.case.shocks:
            age = (self.values.as_of - shock.on).days
            if issue.name in shock.delivery and age >= 0:
                share[:, carried] *= shock.delivery[issue.name] ** 0.5 ** (age / shock.half_life)
        return np.minimum(share, 1.0)

    def option_factor(self, i: int, issue: Issue) -> DrawFactor:
        seen = [(o, p, e) for o, opt in enumerate(issue.options) for p, e in opt.as_seen_by.items()]
        names = {g for opt in issue.options for g in opt.effects} | {g for _, _, e in seen for g in e}
        goals = tuple(sorted(self.goal[g] for g in names))
        share = self.delivered(issue)
        levels = np.zeros((self.n, len(issue.options), len(goals)))
        for o, option in enumerate(issue.options):
            self._fill(levels[:, o], option.effects, goals, share[:, o])
        views: dict[int, FloatArray] = {}
        for o, party, effects in seen:
            view = views.setdefault(self.party[party], levels.copy())
            self._fill(view[:, o], effects, goals, share[:, o])
        rows = np.arange(len(issue.options))
        return DrawFactor("option", issue.name, (i,), goals, rows, levels, views)

    def _fill(
        self,
        into: FloatArray,
        effects: Mapping[str, Quantity],
        goals: Sequence[int],
        share: FloatArray | float,
    ) -> None:
        for name, quantity in effects.items():
            into[:, goals.index(self.goal[name])] = self.sample(quantity) * share

    def overlap_factor(self, overlap: Overlap, options: Sequence[DrawFactor]) -> DrawFactor | None:
        g = self.goal[overlap.goal]
        parts = [
            options[i] for i in sorted(self.issue[name] for name in overlap.issues) if g in options[i].goals
        ]
        if len(parts) < 2:
            return None
        base = self.sample(self.case.goals[g].base)
        columns = [part.goals.index(g) for part in parts]
        classes = [_classes(part, c) for part, c in zip(parts, columns, strict=True)]
        firsts = [np.unique(k, return_index=True)[1] for k in classes]

        def corrected(party: int | None) -> FloatArray:
            effects = []
            for part, c, first in zip(parts, columns, firsts, strict=True):
                source = part.levels if party is None else part.views.get(party, part.levels)
                effects.append(source[:, first, c])
            return self.corrected(effects, base)[:, :, None]

        views = {p: corrected(p) for p in sorted({p for part in parts for p in part.views})}
        scope = tuple(part.scope[0] for part in parts)
        rows = combination_rows(classes, f"overlap on {overlap.goal}")
        return DrawFactor("overlap", overlap.goal, scope, (g,), rows, corrected(None), views)

    def corrected(self, effects: Sequence[FloatArray], base: FloatArray) -> FloatArray:
        """`overlap_correction`, once for the same input: most parties see most goals alike."""
        key = hashlib.blake2b(np.ascontiguousarray(base).tobytes())
        for effect in effects:
            key.update(f"{effect.shape}".encode() + np.ascontiguousarray(effect).tobytes())
        if key.digest() not in self.corrections:
            self.corrections[key.digest()] = overlap_correction(effects, base)
        return self.corrections[key.digest()]

    def link_factor(self, link: Link) -> DrawFactor:
        names = set(link.effects) | {g for e in link.as_seen_by.values() for g in e}
        goals = tuple(sorted(self.goal[g] for g in names))
        levels = np.zeros((self.n, 2, len(goals)))
        self._fill(levels[:, 1], link.effects, goals, 1.0)
        views: dict[int, FloatArray] = {}
        for party, effects in link.as_seen_by.items():
            views[self.party[party]] = levels.copy()
            self._fill(views[self.party[party]][:, 1], effects, goals, 1.0)
        scope, rows = self.matches([link.when], f"link {link.name}")
        return DrawFactor("link", link.name, scope, goals, rows, levels, views)

    def lever_factor(self, lever: Lever) -> DrawFactor | None:
        if lever.since is None or lever.since > self.values.as_of or not lever.ended_by:
            return None
        goals = tuple(sorted(self.goal[g] for g in lever.effects))
        levels = np.zeros((self.n, 2, len(goals)))
        self._fill(levels[:, 1], lever.effects, goals, -1.0)
        cost = np.zeros((self.n, 2))
        cost[:, 1] = self.sample(lever.cost)
        owners = next((list(b.votes) for b in self.case.bodies if b.name == lever.by), [lever.by])
        scope, rows = self.matches(lever.ended_by, f"lever {lever.name}")
        points = {self.party[owner]: cost for owner in owners}
        return DrawFactor("lever", lever.name, scope, goals, rows, levels, {}, points)

    def matches(self, patterns: Iterable[CasePattern], label: str) -> tuple[tuple[int, ...], IntArray]:
        """The issues that the patterns name, and 1 where a choice over them fits any pattern, else 0."""
        listed = list(patterns)
        scope = tuple(sorted({self.issue[name] for pattern in listed for name in pattern}))
        sizes = tuple(len(self.case.issues[i].options) for i in scope)
        check_cells(sizes, label)
        hit = np.zeros(sizes, dtype=bool)
        for pattern in listed:
            fits = np.ones(sizes, dtype=bool)
            for name, allowed in pattern.items():
                axis = scope.index(self.issue[name])
                inside = np.isin(np.arange(sizes[axis]), allowed)
                fits &= inside.reshape([-1 if a == axis else 1 for a in range(len(sizes))])
            hit |= fits
        return scope, hit.astype(np.int64)

    def task_factor(self, task: Task) -> DrawFactor | None:
        from detente.deals.task_cover import cover_change

        return cover_change(self, task)


def _classes(factor: DrawFactor, column: int) -> IntArray:
    """(options,) equal numbers for options that move the goal in the same way in every draw and view."""
    stacked = np.stack([factor.levels[:, :, column], *(view[:, :, column] for view in factor.views.values())])
    flat = np.ascontiguousarray(stacked.transpose(2, 0, 1)).reshape(stacked.shape[2], -1)
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(row.tobytes(), len(first)) for row in flat], dtype=np.int64)


def check_cells(sizes: Sequence[int], label: str) -> None:
    """InputError where a factor over issues of these sizes would have more than MOST_CELLS cells."""
    cells = int(np.prod(sizes, dtype=np.float64))
    if cells > MOST_CELLS:
        raise InputError(
            f"{label} must join at most {MOST_CELLS:,} combinations of options, got {cells:,} over "
            f"{len(sizes)} issues; name fewer issues, or split it"
        )


def combination_rows(classes: Sequence[IntArray], label: str) -> IntArray:
    """Row number of every combination of options: mixed radix over the classes, first issue slowest."""
    check_cells([len(k) for k in classes], label)
    rows = np.zeros((), dtype=np.int64)
    for k in classes:
        rows = rows[..., None] * (int(k.max()) + 1) + k
    return rows


def overlap_correction(effects: Sequence[FloatArray], base: FloatArray) -> FloatArray:
    """What the product rule takes off the plain sum, for every combination of options.

    `effects`: per issue (draws, options) points on the goal; `base` (draws,) level where things
    stand. Positive parts share R = 100 − base, negative parts R = base:
    combined = R·(1 − Π(1 − e_i/R)). A part larger than R counts as R in the product, and the largest
    excess is added, so that one effect alone is never changed. Returns (draws, combinations), first
    issue slowest. Cost: draws × combinations. Source: MODEL section 1, `overlap`.

    >>> import numpy as np
    >>> overlap_correction([np.array([[0.0, 40.0]])] * 2, np.array([20.0]))
    array([[  0.,   0.,   0., -20.]])
    """
    n = len(base)
    alone = _outer_count(effects) <= 1
    combined = total = np.zeros((n, alone.shape[1]))
    for sign, room in ((1.0, 100.0 - base), (-1.0, base)):
        if not any((sign * effect > 0).any() for effect in effects):
            continue
        room = np.maximum(room, 1e-9)[:, None]
        still_open = np.ones((n, 1))
        excess = np.zeros((n, 1))
        plain = np.zeros((n, 1))
        for effect in effects:
            part = np.maximum(sign * effect, 0.0)
            still_open = _outer(np.multiply, still_open, 1.0 - np.minimum(part / room, 1.0))
            excess = _outer(np.maximum, excess, np.maximum(part - room, 0.0))
            plain = _outer(np.add, plain, part)
        joint = np.where(alone, plain, room * (1.0 - still_open) + excess)
        combined = combined + sign * joint
        total = total + sign * plain
    return combined - total


def _outer(operation: np.ufunc, left: FloatArray, right: FloatArray) -> FloatArray:
    out: FloatArray = operation(left[:, :, None], right[:, None, :])
    return out.reshape(len(left), -1)


def _outer_count(effects: Sequence[FloatArray]) -> IntArray:
    """(combinations,) how many of the parts are not zero in any draw."""
    count = np.zeros((1, 1))
    for effect in effects:
        count = _outer(np.add, count, (effect != 0).any(axis=0).astype(np.float64)[None])
    return count.astype(np.int64)
