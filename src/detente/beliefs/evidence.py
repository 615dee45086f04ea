"""From admitted records to arrays: features that parameters decide, rows that records ask for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from detente.beliefs.records import Docket, Feature, Group, answer_group, features_of, group_of
from detente.beliefs.situations import Situation, factors_of, pushes_in
from detente.beliefs.timing import Timed, lay_out_delays
from detente.beliefs.values import RefusalData, has_counter
from detente.case import UNSEEN, Case, Coding, Draws, Quantity, Settings

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SPREAD = 0.05
TOOK = {"no": 0, "yes": 1, "counter": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Everything that turns parameters into log probabilities of single choices, words and answers.

    Acts: `push_and_cost` (alternatives, draws, goals + 1), alternatives of all situations end to end, and
    `reach` the largest Σ of sizes of pushes and cost; `starts` (situations,), `situation_of`
    (alternatives,); `seen` (alternatives,) factors on the odds of being on record; `unseen` (announced
    situations, alternatives) chances of each alternative to stay unseen. `blocks`: runs of alternatives
    with the factors (goals,) that shocks put on the weights then (None: none; their pushes are multiplied
    already). Words: cells (goal, sign, audience) with `sigma` (cells,) what that audience wants to hear,
    `wanted` (audiences, 2·goals) the same for all goals with + and then with −. Delays: `quickening`
    (delays, draws, goals + 1) pushes and cost of being twice as quick, `delay_factors` (delays, goals)
    with `delay_moved` (delays,), `delay_low`, `delay_high` (delays, draws) bounds in standard deviations
    of the logarithm against the reference, `delay_spread` (delays,) that deviation in halvings. Answers:
    `gain` (answers, draws, goals), `constant` (answers, draws), the same of what was put against it
    (`counter_constant` −inf: nothing was), `others` (answers,), `took` (answers,) 0 = no, 1 = yes, 2 =
    counter-offer. `place`: feature → its column among acts, words, delays or answers; `chance`: feature →
    log probability at random.
    """

    goals: int
    draws: int
    push_and_cost: FloatArray
    reach: float
    starts: IntArray
    situation_of: IntArray
    seen: FloatArray
    unseen: FloatArray
    blocks: tuple[tuple[int, int, FloatArray | None], ...]
    cell_goal: IntArray
    cell_sign: FloatArray
    cell_audience: IntArray
    sigma: FloatArray
    quickening: FloatArray
    delay_factors: FloatArray
    delay_moved: NDArray[np.bool_]
    delay_low: FloatArray
    delay_high: FloatArray
    delay_spread: FloatArray
    gain: FloatArray
    constant: FloatArray
    counter_gain: FloatArray
    counter_constant: FloatArray
    others: FloatArray
    took: IntArray
    audiences: tuple[str, ...]
    wanted: FloatArray
    place: dict[Feature, int]
    chance: dict[Feature, float]
    settings: Settings


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Groups of records as rows over features: log odds of a level against choice at random.

    The first rows are the first levels of all groups in order, then come further levels; `owner` (rows,)
    is the group of each. `acts` (rows, alternatives and unseen occasions), `words` (rows, cells), `delays`
    (rows, delays), `answers` (rows, answers) exponents; `offset` (rows,) minus the log probability at
    random; `q` (rows,) probability of the level. `rest` (groups,) what is left for choice at random;
    `times` (groups,) how many equal groups there are; `coin` (groups,) log probability of the records of
    one group at random. Most rows are one choice of one alternative: `single` their numbers, `chosen`
    their alternatives; `other` the rest, `involved` the alternatives that those name, `other_acts` (other,
    involved) their exponents.
    """

    acts: csr_array
    words: FloatArray
    delays: FloatArray
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

    Where no effect is uncertain one draw is enough. Cost: linear in draws × alternatives × goals.
    """
    case = docket.case
    situations = sorted(set(docket.situations.values()), key=lambda s: (s.factors, s))
    delays = [c for c in docket.codings if c.kind == "delay"]
    n = draws if _is_uncertain(docket, situations, delays) else 1
    samples = case.draws(n, seed)
    cells = sorted({f for c in docket.codings if c.kind == "statement" for f in features_of(docket, c)})
    goals = [goal.name for goal in case.goals]
    audiences = tuple(sorted({cell[3] for cell in cells}))
    timed = lay_out_delays(case, delays, samples)
    place, chance = _index(docket, situations, cells, timed)
    pushes = _pushes(case, situations, samples)
    sizes = [len(situation.among) for situation in situations]
    return Layout(
        goals=len(goals),
        draws=n,
        push_and_cost=pushes,
        reach=max(float(np.abs(pushes).sum(axis=2).max(initial=0.0)), 1.0),
        starts=np.cumsum([0, *sizes], dtype=np.int64)[: len(sizes)],
        situation_of=np.repeat(np.arange(len(sizes)), sizes),
        seen=np.array([chance for situation in situations for chance in situation.selection]),
        unseen=_unseen(situations),
        blocks=_blocks(goals, situations),
        cell_goal=np.array([goals.index(cell[1]) for cell in cells], dtype=np.int64),
        cell_sign=np.array([1.0 if cell[2] == "+" else -1.0 for cell in cells]),
        cell_audience=np.array([audiences.index(cell[3]) for cell in cells], dtype=np.int64),
        sigma=np.array([wanted(case, c[3])[goals.index(c[1]), 0 if c[2] == "+" else 1] for c in cells]),
        **timed.arrays(),
        **_answers(docket.refusals, n, len(goals)),
        audiences=audiences,
        wanted=_stack([wanted(case, name).T.ravel() for name in audiences], (0, 2 * len(goals))),
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
    found = [group_of(docket, codings) for codings in docket.bundles.values()]
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
    answers = np.zeros((len(levels), len(layout.took)))
    delays = np.zeros((len(levels), len(layout.delay_spread)))
    acts = np.zeros((len(levels), len(layout.situation_of) + len(layout.unseen)))
    tables = {"act": acts, "word": words, "delay": delays, "answer": answers}
    offset = np.zeros(len(levels))
    for row, (_, powers) in enumerate(levels):
        for feature, power in powers:
            tables[feature[0]][row, layout.place[feature]] = power
            offset[row] -= power * layout.chance[feature]
    q = np.array([level[0] for level in levels])
    alone = ((acts != 0).sum(axis=1) == 1) & (acts.max(axis=1, initial=0.0) == 1.0)
    alone &= ~words.any(axis=1) & ~answers.any(axis=1) & ~delays.any(axis=1)
    single, other = np.flatnonzero(alone), np.flatnonzero(~alone)
    involved = np.flatnonzero(acts[other].any(axis=0))
    return Rows(
        acts=csr_array(acts),
        words=words,
        delays=delays,
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


def _is_uncertain(docket: Docket, situations: Sequence[Situation], delays: Sequence[Coding]) -> bool:
    menus = {menu.name: menu for menu in docket.case.menus}
    scales = {scale.name: scale for scale in docket.case.delays}
    told: list[Quantity | None] = []
    for situation in situations:
        menu = menus[situation.menu]
        told += menu.cost.values()
        told += [q for a in situation.among for q in pushes_in(menu, situation, a).values()]
    for coding in delays:
        scale = scales[coding.about]
        told += [coding.number, scale.reference, scale.cost, *scale.pushes.values()]
    return any(q is not None and q.low != q.high for q in told) or any(
        len(r.constant) > 1 or (r.counter_constant is not None and len(r.counter_constant) > 1)
        for r in docket.refusals
    )


def _index(
    docket: Docket, situations: Sequence[Situation], cells: Sequence[Feature], timed: Timed
) -> tuple[dict[Feature, int], dict[Feature, float]]:
    """Every feature's column, and its log probability at random."""
    acts: list[Feature] = [("act", s, a) for s in situations for a in s.among]
    acts += [("act", s, UNSEEN) for s in situations if s.announced]
    answers: list[Feature] = [("answer", r.id) for r in docket.refusals]
    columns = (acts, cells, timed.features, answers)
    place = {feature: i for kind in columns for i, feature in enumerate(kind)}
    at_random: dict[Feature, float] = {f: math.log(f[1].at_random(f[2])) for f in acts}
    at_random |= dict.fromkeys(cells, -math.log(2 * len(docket.case.goals)))
    at_random |= dict(zip(timed.features, timed.at_random.tolist(), strict=True))
    at_random |= {("answer", r.id): -math.log(3.0 if has_counter(r) else 2.0) for r in docket.refusals}
    return place, at_random


def _pushes(case: Case, situations: Sequence[Situation], draws: Draws) -> FloatArray:
    """(alternatives, draws, goals + 1); pushes are multiplied by the factors on the weights."""
    goals = {goal.name: g for g, goal in enumerate(case.goals)}
    menus = {menu.name: menu for menu in case.menus}
    entries = [(situation, name) for situation in situations for name in situation.among]
    table = np.zeros((len(entries), draws.n, len(goals) + 1))
    for a, (situation, name) in enumerate(entries):
        menu, factor = menus[situation.menu], factors_of(goals, situation.factors)
        for goal, q in pushes_in(menu, situation, name).items():
            table[a, :, goals[goal]] = draws.sample(q) * factor[goals[goal]]
        if name in menu.cost:
            table[a, :, -1] = draws.sample(menu.cost[name])
    return table


def _unseen(situations: Sequence[Situation]) -> FloatArray:
    """(announced situations, alternatives) chance that each alternative stays unseen."""
    width = sum(len(situation.among) for situation in situations)
    rows, start = [], 0
    for situation in situations:
        end = start + len(situation.among)
        if situation.announced:
            row = np.zeros(width)
            row[start:end] = 1.0 - np.array(situation.seen)
            rows.append(row)
        start = end
    return np.array(rows).reshape(len(rows), width)


def _blocks(
    goals: Sequence[str], situations: Sequence[Situation]
) -> tuple[tuple[int, int, FloatArray | None], ...]:
    """Runs of alternatives whose situations share the factors on the weights."""
    found, start = [], 0
    for factors, group in groupby(situations, key=lambda s: s.factors):
        end = start + sum(len(situation.among) for situation in group)
        found.append((start, end, factors_of(goals, factors) if factors else None))
        start = end
    return tuple(found)


def _answers(refusals: Sequence[RefusalData], n: int, goals: int) -> dict[str, Any]:
    """The layout's arrays of answers."""
    none = np.zeros((1, goals)), np.array([-np.inf])
    counters = [(r.counter_gain_by_goal, r.counter_constant) if has_counter(r) else none for r in refusals]
    return {
        "gain": _stack([_cycle(r.gain_by_goal, n) for r in refusals], (0, n, goals)),
        "constant": _stack([_cycle(r.constant, n) for r in refusals], (0, n)),
        "counter_gain": _stack([_cycle(np.asarray(gain), n) for gain, _ in counters], (0, n, goals)),
        "counter_constant": _stack([_cycle(np.asarray(constant), n) for _, constant in counters], (0, n)),
        "others": np.array([1.0 if r.named else r.others_yes for r in refusals]),
        "took": np.array([TOOK.get(r.answer, 0) for r in refusals], dtype=np.int64),
    }


def _cycle(values: FloatArray, n: int) -> FloatArray:
    """The first n rows, from the start again where there are fewer."""
    return np.asarray(values, dtype=np.float64)[np.arange(n) % len(values)]


def _stack(arrays: Sequence[FloatArray], empty: tuple[int, ...]) -> FloatArray:
    return np.stack(arrays) if arrays else np.zeros(empty)
