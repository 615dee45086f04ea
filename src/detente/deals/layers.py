"""The space issue by issue: a layered graph whose nodes are all that the past still says to the future.

Each term becomes a small automaton along the order of issues: after some of its issues are chosen, two
choices are one state where the rest of the term is the same up to a constant, and that constant is
paid at once (as in decision diagrams). A box or a ban has two or three states however many issues it
spans. Automata run jointly, in one graph or, where that would grow too large, in several whose bounds
add up (mini-buckets; Dechter & Rish 2003).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import Ban, Criteria, PatternTerm, TableTerm

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HOPELESS = 1e9
"""Pasts beyond which no better order is looked for: another engine is needed."""

MOST_EDGES = 3_000_000
"""Numbers (nodes × options × columns) that one layer of a graph may hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """States of one term after each of its issues, in the order of issues.

    `scope`: its issues in that order. `step[d]` (states, options) → next state or −1 (banned);
    `pay[d]` (states, options, columns) whole numbers, None where it never pays.
    """

    scope: tuple[int, ...]
    step: tuple[IntArray, ...]
    pay: tuple[FloatArray | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Layer k: `step[k]` (nodes, options) → node of layer k + 1 or −1, `pay[k]` (nodes, options,
    columns), and the best (`up`) and worst (`down`) that is still to come from each node, (nodes,
    columns); one layer more than issues."""

    step: tuple[IntArray, ...]
    pay: tuple[FloatArray, ...]
    up: tuple[FloatArray, ...]
    down: tuple[FloatArray, ...]

    def along(self, direction: FloatArray) -> tuple[FloatArray, ...]:
        """Per layer (nodes,): the most of a weighted sum of columns that is still to come."""
        pays = [pay @ direction for pay in self.pay]
        return tuple(best[:, 0] for best in _best([p[:, :, None] for p in pays], self.step))


def order_issues(criteria: Criteria, tries: int = 12) -> tuple[int, ...]:
    """An order in which few choices must be remembered at once; see `plan_order`."""
    return plan_order(criteria, tries)[0]


def plan_order(criteria: Criteria, tries: int = 12) -> tuple[tuple[int, ...], float]:
    """An order in which few choices must be remembered at once, and how many pasts in all it tells apart
    at most (infinite beyond what a float holds): the cost of one partial package for each.

    Greedy by the size of what must be remembered after each issue, best of several starts with
    reproducible tie-breaking. Cost: tries × issues² × terms. It will not find the best order always:
    that is as hard as pathwidth.
    """
    scopes = [_bits(t.scope) for t in criteria.terms if isinstance(t, TableTerm) and len(t.scope) > 1]
    flags = [_bits(t.scope) for t in criteria.terms if isinstance(t, PatternTerm)]
    flags += [_bits((*b.when, *(b.then or {}))) for b in criteria.bans]
    sizes = criteria.sizes
    best: tuple[float, tuple[int, ...]] = (np.inf, tuple(range(len(sizes))))
    for attempt in range(tries):
        rng = random.Random(attempt)
        chosen, done, cost = [], 0, 0.0
        left = list(range(len(sizes)))
        while left:
            widths = [_remembered(done | 1 << i, scopes, flags, sizes) for i in left]
            smallest = min(widths)
            near = [i for i, w in zip(left, widths, strict=True) if w <= smallest * (1.0 + attempt / 4)]
            pick = near[0] if attempt == 0 else rng.choice(near)
            cost += widths[left.index(pick)] * sizes[pick]
            chosen.append(pick)
            left.remove(pick)
            done |= 1 << pick
        best = min(best, (cost, tuple(chosen)))
        if best[0] > HOPELESS:
            break
    return best[1], best[0]


def _bits(scope: Sequence[int]) -> int:
    bits = 0
    for i in scope:
        bits |= 1 << i
    return bits


def _remembered(done: int, scopes: list[int], flags: list[int], sizes: Sequence[int]) -> float:
    """How many different pasts matter once the issues of `done` are chosen, at most."""
    kept, width = 0, 1.0
    for scope in scopes:
        if scope & done and scope & ~done:
            kept |= scope & done
    for flag in flags:
        if flag & done and flag & ~done and flag & done & ~kept:
            width *= 2.0
    place = 0
    while kept:
        if kept & 1:
            width *= sizes[place]
        kept >>= 1
        place += 1
    return width


def build_automata(criteria: Criteria, order: Sequence[int]) -> list[Automaton]:
    """One automaton per term and ban; tables that lie within a larger one are added to it first."""
    rank = {issue: k for k, issue in enumerate(order)}
    tables = _absorbed([t for t in criteria.terms if isinstance(t, TableTerm)], criteria.sizes)
    automata = [_table_automaton(t, rank) for t in tables]
    automata += [_pattern_automaton(t, rank) for t in criteria.terms if isinstance(t, PatternTerm)]
    automata += [_ban_automaton(b, rank, criteria.sizes) for b in criteria.bans]
    return automata


def _absorbed(terms: list[TableTerm], sizes: Sequence[int]) -> list[TableTerm]:
    kept: list[TableTerm] = []
    for term in sorted(terms, key=lambda t: -len(t.scope)):
        home = next((k for k, t in enumerate(kept) if set(term.scope) <= set(t.scope)), None)
        if home is None:
            kept.append(term)
        else:
            shape = [sizes[i] if i in term.scope else 1 for i in kept[home].scope]
            wide = term.table.reshape(*shape, term.table.shape[-1])
            kept[home] = TableTerm(kept[home].scope, kept[home].table + wide)
    return kept


def _table_automaton(term: TableTerm, rank: dict[int, int]) -> Automaton:
    """States are the different remainders of the table; see the head of this file."""
    axes = sorted(range(len(term.scope)), key=lambda a: rank[term.scope[a]])
    table = np.ascontiguousarray(np.transpose(term.table, (*axes, len(axes)))) + 0.0
    columns = table.shape[-1]
    shape = table.shape[:-1]
    # `at` are the pasts that stand for the states so far: their remainders, (states, rest…, columns).
    at = table[None]
    steps: list[IntArray] = []
    pays: list[FloatArray | None] = []
    for d, size in enumerate(shape):
        rest = at.reshape(len(at), size, -1, columns)
        first = rest[:, :, 0, :]
        paid = at.reshape(len(at), -1, columns)[:, :1, :] if d else 0.0
        pays.append(first - paid)
        remainder = np.ascontiguousarray(rest - first[:, :, None, :]).reshape(len(at) * size, -1) + 0.0
        names = remainder.view(np.dtype((np.void, remainder.shape[1] * remainder.itemsize))).ravel()
        _, stands, state = np.unique(names, return_index=True, return_inverse=True)
        steps.append(state.reshape(len(at), size).astype(np.int64))
        at = rest.reshape(len(at) * size, *shape[d + 1 :], columns)[stands]
    return Automaton(tuple(term.scope[a] for a in axes), tuple(steps), tuple(pays))


def _pattern_automaton(term: PatternTerm, rank: dict[int, int]) -> Automaton:
    """State 0: out of the pattern; 1: still in it. Paid with the last issue."""
    axes = sorted(range(len(term.scope)), key=lambda a: rank[term.scope[a]])
    steps: list[IntArray] = []
    pays: list[FloatArray | None] = []
    for d, axis in enumerate(axes):
        mask = term.masks[axis]
        into = mask.astype(np.int64)[None]
        last = d == len(axes) - 1
        whole = into if d == 0 else np.concatenate([np.zeros_like(into), into])
        steps.append(np.zeros_like(whole) if last else whole)
        pays.append(whole[:, :, None] * term.value if last else None)
    return Automaton(tuple(term.scope[a] for a in axes), tuple(steps), tuple(pays))


def _ban_automaton(ban: Ban, rank: dict[int, int], sizes: Sequence[int]) -> Automaton:
    """State 0: nothing can go wrong any more; 1: `when` and `then` both still fit; 2: `then` does not."""
    then = ban.then or {}
    scope = tuple(sorted({*ban.when, *then}, key=lambda i: rank[i])) or (min(rank, key=lambda i: rank[i]),)
    steps: list[IntArray] = []
    for d, issue in enumerate(scope):
        free = np.ones(sizes[issue], dtype=np.bool_)
        fits, meets = ban.when.get(issue, free), then.get(issue, free)
        after = scope[d + 1 :]
        matched = not any(i in ban.when for i in after)
        met = not any(i in then for i in after)
        failing = -1 if matched else 2
        fine = 0 if met and ban.then is not None else 1
        from_one = np.where(fits, np.where(meets & (ban.then is not None), fine, failing), 0)
        from_two = np.where(fits, failing, 0)
        start = from_one if ban.then is not None else from_two
        steps.append(np.stack([start] if d == 0 else [np.zeros_like(from_one), from_one, from_two]))
    return Automaton(scope, tuple(steps), (None,) * len(scope))


def build_graphs(criteria: Criteria, order: Sequence[int]) -> list[Graph]:
    """Joint graphs of all automata: one if its layers stay below MOST_EDGES numbers, else several.

    Bounds of several graphs add up to bounds of the whole, weaker than those of one. Cost: edges ×
    columns of every layer.
    """
    automata = build_automata(criteria, order)
    graphs = []
    while automata:
        together, apart = automata, []
        while True:
            graph, culprit = _join(together, order, criteria)
            if graph is not None:
                break
            apart.append(together[culprit])
            together = together[:culprit] + together[culprit + 1 :]
        graphs.append(graph)
        automata = apart
    return graphs


def _join(automata: list[Automaton], order: Sequence[int], criteria: Criteria) -> tuple[Graph | None, int]:
    """The joint graph, or None and the automaton that made it too large."""
    columns = criteria.columns
    states = np.zeros((1, len(automata)), dtype=np.int64)
    steps: list[IntArray] = []
    pays: list[FloatArray] = []
    for issue in order:
        size = criteria.sizes[issue]
        follow = np.repeat(states[:, None, :], size, axis=1)
        pay = np.zeros((len(states), size, columns))
        allowed = np.ones((len(states), size), dtype=np.bool_)
        for a, automaton in enumerate(automata):
            if issue in automaton.scope:
                d = automaton.scope.index(issue)
                follow[:, :, a] = automaton.step[d][states[:, a]]
                allowed &= follow[:, :, a] >= 0
                given = automaton.pay[d]
                if given is not None:
                    pay += given[states[:, a]]
        flat = follow.reshape(-1, len(automata))[allowed.ravel()]
        fresh, names = distinct_rows(flat)
        if len(fresh) * max(criteria.sizes) * columns > MOST_EDGES and len(automata) > 1:
            return None, int(np.argmax([len(np.unique(fresh[:, a])) for a in range(len(automata))]))
        step = np.full((len(states), size), -1, dtype=np.int64)
        step[allowed] = names
        steps.append(step)
        pays.append(pay)
        states = fresh
    up = _best(pays, steps)
    down = tuple(-b for b in _best([-p for p in pays], steps))
    return Graph(tuple(steps), tuple(pays), up, down), -1


def distinct_rows(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Distinct rows and, for each row, the place of its like."""
    if not len(rows):
        return rows, np.zeros(0, dtype=np.int64)
    names = np.zeros(len(rows), dtype=np.int64)
    count = 1
    for column in rows.T:
        span = int(column.max()) + 1
        if span == 1:
            continue
        _, names = np.unique(names * span + column, return_inverse=True)
        count = int(names.max()) + 1
    firsts = np.zeros(count, dtype=np.int64)
    firsts[names[::-1]] = np.arange(len(rows))[::-1]
    return rows[firsts], names.astype(np.int64)


def _best(pays: Sequence[FloatArray], steps: Sequence[IntArray]) -> tuple[FloatArray, ...]:
    """Per layer (nodes, columns): the most still to come, −inf where no package is left."""
    last = int(steps[-1].max(initial=-1)) + 1
    best = [np.zeros((max(last, 1), pays[-1].shape[2]))]
    for pay, step in zip(reversed(pays), reversed(steps), strict=True):
        open_ways = step >= 0
        ahead = np.full(pay.shape, -np.inf)
        ahead[open_ways] = best[-1][step[open_ways]]
        best.append((pay + ahead).max(axis=1))
    return tuple(reversed(best))
