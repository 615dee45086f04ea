"""The steps of an elimination, and what they would cost: decided before a single table is added up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from detente.deals.elimination.orders import elimination_order, graph_of
from detente.deals.elimination.problem import Problem

TRIES = 8
"""Orders tried at most; the one with the least predicted work is taken."""

WORTH_A_TRY = 300_000
"""Predicted candidates of the best order so far, per try, from which another try pays."""

GROWTH = (1.0, 1.6, 2.6, 3.6)
"""Undominated points after n issues are predicted as n to this power, for 1, 2, 3 and more parties (measured
on random tables), and never more than there are packages."""


@dataclass(frozen=True, slots=True)
class Step:
    """Add up `tables` and the points of up to two earlier steps (`inputs`) over `keep` + `gone`, and let
    `gone` go. `wide`: patterns some but not all of whose issues are gone then. `below`: bits of all issues
    gone here and before. `rows`: choices looked at; `points`: predicted in one cell of the result; `work`:
    predicted candidates."""

    keep: tuple[int, ...]
    gone: tuple[int, ...]
    tables: tuple[int, ...]
    inputs: tuple[int, ...]
    wide: tuple[int, ...]
    below: int
    rows: float
    points: float
    work: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order in which they are done; the last one holds everything."""

    steps: tuple[Step, ...]

    @property
    def work(self) -> float:
        """Predicted candidates."""
        return sum(step.work for step in self.steps)

    @property
    def width(self) -> int:
        """Most issues of a step, less one: the induced width."""
        return max((len(s.keep) + len(s.gone) for s in self.steps), default=1) - 1

    @property
    def cells(self) -> float:
        """Rows of the largest step."""
        return max((s.rows for s in self.steps), default=1.0)


def best_plan(problem: Problem, tries: int = TRIES) -> Plan:
    """The plan of the order with the least predicted work. Cost: tries × one `elimination_order`."""
    near = graph_of([t.scope for t in problem.tables], len(problem.sizes))
    best = make_plan(problem, elimination_order(near, problem.sizes))
    for attempt in range(1, tries):
        if best.work < attempt * WORTH_A_TRY:
            break
        other = make_plan(problem, elimination_order(near, problem.sizes, attempt))
        best = min(best, other, key=lambda plan: plan.work)
    return best


def make_plan(problem: Problem, order: Sequence[int]) -> Plan:
    """Steps that remove the issues in this order.

    Where what is left of a connected part is one clique, it goes in one step: then everything can be pruned
    against everything at once. More than two earlier results meet in steps of their own. Parts that
    share nothing are put together at the end, smallest first.
    """
    draft = _Draft(problem)
    gone = 0
    for issue in order:
        if gone >> issue & 1:
            continue
        scope, tables, steps = draft.touching(1 << issue)
        scope |= 1 << issue
        wider, all_tables, all_steps = draft.touching(scope)
        leaving = 1 << issue
        if wider & ~scope == 0:
            leaving, tables, steps = scope, all_tables, all_steps
        draft.add(scope & ~leaving, leaving, tables, steps)
        gone |= leaving
    draft.join_parts()
    return Plan(tuple(draft.steps))


@dataclass(slots=True)
class _Draft:
    """Steps so far, tables not yet used, and steps whose result nothing has used yet with their scopes."""

    problem: Problem
    steps: list[Step] = field(default_factory=list)
    tables: dict[int, int] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = {k: _bits(t.scope) for k, t in enumerate(self.problem.tables)}

    def touching(self, bits: int) -> tuple[int, list[int], list[int]]:
        """All issues of what holds one of these issues; those tables and waiting steps."""
        tables = [k for k, scope in self.tables.items() if scope & bits]
        steps = [k for k, scope in self.waiting.items() if scope & bits]
        scope = 0
        for k in tables:
            scope |= self.tables[k]
        for k in steps:
            scope |= self.waiting[k]
        return scope, tables, steps

    def add(self, keep: int, gone: int, tables: Sequence[int], inputs: Sequence[int]) -> None:
        """One step, after steps of their own for all inputs but two."""
        inputs = list(inputs)
        while len(inputs) > 2:
            first, second = min(
                ((a, b) for n, a in enumerate(inputs) for b in inputs[:n]),
                key=lambda pair: (self._joined(*pair), pair),
            )
            self._append(self.waiting[first] | self.waiting[second], 0, (), (second, first))
            inputs = [k for k in inputs if k not in (first, second)] + [len(self.steps) - 1]
        self._append(keep, gone, tables, sorted(inputs))

    def join_parts(self) -> None:
        """Results that share no issue are added up, smallest first."""
        while len(self.waiting) > 1:
            first, second = sorted(self.waiting, key=lambda k: (self.steps[k].points, k))[:2]
            self._append(0, 0, (), sorted((first, second)))

    def _joined(self, first: int, second: int) -> float:
        cells = _product(self.waiting[first] | self.waiting[second], self.problem.sizes)
        return cells * self.steps[first].points * self.steps[second].points

    def _append(self, keep: int, gone: int, tables: Sequence[int], inputs: Sequence[int]) -> None:
        below, touched, flags = gone, set[int](), 0
        for k in inputs:
            below |= self.steps[k].below
            touched |= set(self.steps[k].wide)
            flags += len(self.steps[k].wide)
            del self.waiting[k]
        for k in tables:
            del self.tables[k]
        scopes = [_bits(pattern.scope) for pattern in self.problem.wide]
        touched |= {w for w, scope in enumerate(scopes) if scope & gone}
        still = tuple(w for w in sorted(touched) if scopes[w] & ~below)
        rows = _product(keep | gone, self.problem.sizes) * 2.0**flags
        points = min(_product(below, self.problem.sizes), self._growth(below.bit_count()))
        work = rows * math.prod(self.steps[k].points for k in inputs)
        step = Step(_ones(keep), _ones(gone), tuple(tables), tuple(inputs), still, below, rows, points, work)
        self.waiting[len(self.steps)] = keep
        self.steps.append(step)

    def _growth(self, issues: int) -> float:
        if self.problem.parties < 2:
            return 1.0
        return float(max(issues, 1) ** GROWTH[min(self.problem.parties, len(GROWTH)) - 1])


def _bits(scope: Sequence[int]) -> int:
    bits = 0
    for i in scope:
        bits |= 1 << i
    return bits


def _ones(bits: int) -> tuple[int, ...]:
    return tuple(i for i in range(bits.bit_length()) if bits >> i & 1)


def _product(bits: int, sizes: Sequence[int]) -> float:
    return math.prod(float(sizes[i]) for i in _ones(bits))
