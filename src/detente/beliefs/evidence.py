"""From admitted records to arrays: features that parameters decide, rows that records ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from detente.beliefs.records import Docket, Feature, Group, answer_group, features_of, group_of
from detente.case import Case, Draws, Menu, Settings
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SPREAD = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Everything that turns parameters into log probabilities of single choices, words and answers.

    Acts: `push_and_cost` (alternatives, draws, goals + 1), alternatives of all menus end to end, and
    `reach` the largest Σ of sizes of pushes and cost; `menu_starts` (menus,), `menu_of` (alternatives,).
    Words: cells (goal, sign, audience) with `sigma` (cells,) what that audience wants to hear. Answers:
    `gain` (answers, draws, goals), `constant` (answers, draws), `others` (answers,), `yes` (answers,).
    `place`: feature → its column among acts, words or answers; `chance`: feature → log probability at
    random.
    """

    goals: int
    draws: int
    push_and_cost: FloatArray
    reach: float
    menu_starts: IntArray
    menu_of: IntArray
    cell_goal: IntArray
    cell_sign: FloatArray
    cell_audience: IntArray
    sigma: FloatArray
    gain: FloatArray
    constant: FloatArray
    others: FloatArray
    yes: NDArray[np.bool_]
    audiences: tuple[str, ...]
    place: dict[Feature, int]
    chance: dict[Feature, float]
    settings: Settings


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Groups of records as rows over features: log odds of a level against choice at random.

    The first rows are the first levels of all groups in order, then come further levels; `owner` (rows,)
    is the group of each. `acts` (rows, alternatives), `words` (rows, cells), `answers` (rows, answers)
    exponents; `offset` (rows,) minus the log probability at random; `q` (rows,) probability of the level.
    `rest` (groups,) what is left for choice at random; `times` (groups,) how many equal groups there are;
    `coin` (groups,) log probability of the records of one group at random. Most rows are one choice of
    one alternative: `single` their numbers, `chosen` their alternatives; `other` the rest, `involved` the
    alternatives that those name, `other_acts` (other, involved) their exponents.
    """

    acts: csr_array
    words: FloatArray
    answers: FloatArray
    offset: FloatArray
    q: FloatArray
    owner: IntArray
    rest: FloatArray
    times: FloatArray
    coin: FloatArray
    single: IntArray
    chosen: IntArray
    other: IntArray
    involved: IntArray
    other_acts: csr_array


def lay_out(docket: Docket, draws: int, seed: int) -> Layout:
    """The layout of all features of a docket; `draws` of effects are common to all of them.

    Where no effect is uncertain one draw is enough. Raises InputError for an act whose menu or
    alternative the case does not have. Cost: linear in draws × alternatives × goals.
    """
    case = docket.case
    menus = _menus_used(docket)
    n = draws if _is_uncertain(docket, menus) else 1
    pushes = _pushes(case, menus, case.draws(n, seed))
    cells = sorted({cell for c in docket.codings if c.kind == "statement" for cell in features_of(c)})
    place, chance = _index(docket, menus, cells)
    goals = [goal.name for goal in case.goals]
    audiences = tuple(sorted({cell[3] for cell in cells}))
    sizes = [len(menu.alternatives) for menu in menus]
    return Layout(
        goals=len(goals),
        draws=n,
        push_and_cost=pushes,
        reach=max(float(np.abs(pushes).sum(axis=2).max(initial=0.0)), 1.0),
        menu_starts=np.cumsum([0, *sizes], dtype=np.int64)[: len(sizes)],
        menu_of=np.repeat(np.arange(len(sizes)), sizes),
        cell_goal=np.array([goals.index(cell[1]) for cell in cells], dtype=np.int64),
        cell_sign=np.array([1.0 if cell[2] == "+" else -1.0 for cell in cells]),
        cell_audience=np.array([audiences.index(cell[3]) for cell in cells], dtype=np.int64),
        sigma=np.array([wanted(case, c[3])[goals.index(c[1]), 0 if c[2] == "+" else 1] for c in cells]),
        gain=_stack([_cycle(r.gain_by_goal, n) for r in docket.refusals], (0, n, len(goals))),
        constant=_stack([_cycle(r.constant, n) for r in docket.refusals], (0, n)),
        others=np.array([1.0 if r.named else r.others_yes for r in docket.refusals]),
        yes=np.array([r.answer == "yes" for r in docket.refusals], dtype=np.bool_),
        audiences=audiences,
        place=place,
        chance=chance,
        settings=case.settings,
    )


def wanted(case: Case, audience: str) -> FloatArray:
    """σ (goals, 2): how probable each cell (goal, sign + or −) is in words said only to please.

    The sizes that the case states, scaled to 1, of which 5 % are spread evenly over all cells so that
    no word is impossible; an audience that the case does not describe has all cells alike.
    """
    goals = [goal.name for goal in case.goals]
    even = np.full((len(goals), 2), 1.0 / (2 * len(goals)))
    for found in case.audiences:
        total = sum(abs(size) for size in found.wants.values())
        if found.name == audience and total > 0:
            sizes = np.zeros((len(goals), 2))
            for goal, size in found.wants.items():
                sizes[goals.index(goal), 0 if size > 0 else 1] += abs(size) / total
            return (1 - SPREAD) * sizes + SPREAD * even
    return even


def list_groups(docket: Docket) -> list[Group]:
    """All mixtures of a docket, in an order that does not depend on the order of the records."""
    found = [group_of(docket, codings) for codings in docket.origins.values()]
    found += [answer_group(docket, refusal) for refusal in docket.refusals]
    return sorted(group for group in found if group is not None)


def make_rows(layout: Layout, groups: Sequence[Group]) -> Rows:
    """Rows of the given groups, equal ones merged into one with a multiplicity, in the given order."""
    count: dict[Group, int] = {}
    for group in groups:
        count[group] = count.get(group, 0) + 1
    later = [(level, g) for g, group in enumerate(count) for level in group[1:]]
    levels = [*(group[0] for group in count), *(level for level, _ in later)]
    owner = np.array([*range(len(count)), *(g for _, g in later)], dtype=np.int64)
    words = np.zeros((len(levels), len(layout.sigma)))
    answers = np.zeros((len(levels), len(layout.yes)))
    acts = np.zeros((len(levels), len(layout.menu_of)))
    tables = {"act": acts, "word": words, "answer": answers}
    offset = np.zeros(len(levels))
    for row, (_, powers) in enumerate(levels):
        for feature, power in powers:
            tables[feature[0]][row, layout.place[feature]] = power
            offset[row] -= power * layout.chance[feature]
    q = np.array([level[0] for level in levels])
    alone = ((acts != 0).sum(axis=1) == 1) & (acts.max(axis=1, initial=0.0) == 1.0)
    alone &= ~words.any(axis=1) & ~answers.any(axis=1)
    single, other = np.flatnonzero(alone), np.flatnonzero(~alone)
    involved = np.flatnonzero(acts[other].any(axis=0))
    return Rows(
        acts=csr_array(acts),
        words=words,
        answers=answers,
        offset=offset,
        q=q,
        owner=owner,
        rest=np.array([max(1.0 - sum(level[0] for level in group), 0.0) for group in count]),
        times=np.array(list(count.values()), dtype=np.float64),
        coin=-np.array([offset[owner == g].max() for g in range(len(count))]),
        single=single,
        chosen=acts[single].argmax(axis=1) if acts.size else np.zeros(0, np.int64),
        other=other,
        involved=involved,
        other_acts=csr_array(acts[np.ix_(other, involved)]),
    )


def _menus_used(docket: Docket) -> list[Menu]:
    known = {menu.name: menu for menu in docket.case.menus}
    for coding in docket.codings:
        if coding.kind == "act":
            menu = known.get(coding.about)
            if menu is None:
                must = ", ".join(known) or "the case's menus, of which it has none"
                raise InputError(f"coding {coding.id}: about must be one of {must}, got {coding.about!r}")
            for name in coding.taken:
                if name not in menu.alternatives:
                    must = ", ".join(menu.alternatives)
                    raise InputError(f"coding {coding.id}: value must be one of {must}, got {name!r}")
    used = sorted({c.about for c in docket.codings if c.kind == "act"})
    return [known[name] for name in used]


def _is_uncertain(docket: Docket, menus: Sequence[Menu]) -> bool:
    costs = (q for menu in menus for q in menu.cost.values())
    pushes = (q for menu in menus for a in menu.alternatives.values() for q in a.values())
    return any(q.low != q.high for q in (*costs, *pushes)) or any(
        len(r.constant) > 1 for r in docket.refusals
    )


def _index(
    docket: Docket, menus: Sequence[Menu], cells: Sequence[Feature]
) -> tuple[dict[Feature, int], dict[Feature, float]]:
    """Every feature's column, and its log probability at random."""
    acts: list[Feature] = [("act", menu.name, a) for menu in menus for a in menu.alternatives]
    answers: list[Feature] = [("answer", r.id) for r in docket.refusals]
    place = {feature: i for kind in (acts, cells, answers) for i, feature in enumerate(kind)}
    at_random: dict[Feature, float] = {
        ("act", m.name, a): -float(np.log(len(m.alternatives))) for m in menus for a in m.alternatives
    }
    at_random |= dict.fromkeys(cells, -float(np.log(2 * len(docket.case.goals))))
    at_random |= dict.fromkeys(answers, -float(np.log(2.0)))
    return place, at_random


def _pushes(case: Case, menus: Sequence[Menu], draws: Draws) -> FloatArray:
    goals = {goal.name: g for g, goal in enumerate(case.goals)}
    entries = [(menu, name) for menu in menus for name in menu.alternatives]
    table = np.zeros((len(entries), draws.n, len(goals) + 1))
    for a, (menu, name) in enumerate(entries):
        for goal, q in menu.alternatives[name].items():
            table[a, :, goals[goal]] = draws.sample(q)
        if name in menu.cost:
            table[a, :, -1] = draws.sample(menu.cost[name])
    return table


def _cycle(values: FloatArray, n: int) -> FloatArray:
    """The first n rows, from the start again where there are fewer."""
    return np.asarray(values, dtype=np.float64)[np.arange(n) % len(values)]


def _stack(arrays: Sequence[FloatArray], empty: tuple[int, ...]) -> FloatArray:
    return np.stack(arrays) if arrays else np.zeros(empty)
