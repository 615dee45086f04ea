"""Log likelihood of a party's record relative to choice at random.

Per group: log(rest + Σ_levels q·exp(x)), x = log P(records) − log P(records at random). A group that
cannot be judged is exactly 0 for every parameter. Over common draws s of the effects:
log L = log mean_s exp Σ_groups (MODEL section 3; McFadden 1974 for the logit).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.evidence import Layout, Rows
from detente.beliefs.space import Point, Space, to_point
from detente.beliefs.timing import log_between

FloatArray = NDArray[np.float64]
CELLS = 250_000
BLOCK = 16
FEW = 8
HIGHEST = 600.0
LARGE = 1e18


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What parameters say about single choices at several points: `acts` (alternatives and unseen
    occasions, draws, points) probabilities; `words` (cells, points), `delays` (delays, draws, points) and
    `answers` (answers, draws, points) log probabilities; `value` (alternatives, draws, points):
    β·(w·push − cost); `quick` like delays: the same of being twice as quick; `accept`, `counter` like
    answers: β·(gain less reserve) of the package and of what was put against it; `said` like words:
    probabilities."""

    acts: FloatArray
    words: FloatArray
    delays: FloatArray
    answers: FloatArray
    value: FloatArray
    quick: FloatArray
    accept: FloatArray
    counter: FloatArray
    said: FloatArray


def make_features(layout: Layout, point: Point, room: FloatArray | None = None) -> Features:
    """Probabilities of every single choice, word and answer of a layout.

    `room`: memory to work in, of at least alternatives × draws × points numbers; `acts` then lives there
    until the next call, and `value` is not kept. Cost: alternatives × draws × points exponentials.
    """
    turned = np.ascontiguousarray(point.weights.T)
    steep = np.minimum(point.push, HIGHEST / (layout.reach * np.maximum(np.abs(turned).sum(axis=0), 1.0)))
    value = _values(layout, turned, steep, room)
    acts = _choice(layout, np.exp(value, out=None if room is None else value))
    quick, delays = _delays(layout, turned, steep)
    h = point.candour[:, layout.cell_audience].T
    meant = np.maximum(layout.cell_sign[:, None] * turned[layout.cell_goal], 0.0)
    said = h * meant + (1 - h) * layout.sigma[:, None]
    accept, counter, answers = _answers(layout, turned, point)
    return Features(acts, np.log(said), delays, answers, value, quick, accept, counter, said)


def group_chances(rows: Rows, features: Features) -> FloatArray:
    """(groups, draws, points) probability of each group's records relative to choice at random."""
    return rows.rest[:, None, None] + sum_levels(rows, levels_of(rows, features))


def sum_groups(rows: Rows, chances: FloatArray) -> FloatArray:
    """(draws, points) Σ over groups of times · log chance.

    Groups that occur once are multiplied sixteen at a time before the logarithm where their factors lie far
    from the limits of a double, as nearly all do (1/20 .. some hundreds).
    """
    often = rows.times > 1
    total = np.tensordot(rows.times[often], np.log(chances[often]), axes=1)
    once = chances[~often] if often.any() else chances
    if once.max(initial=0.0) > LARGE or once.min(initial=1.0) < 1 / LARGE:
        return np.asarray(total + np.log(once).sum(axis=0))
    for start in range(0, len(once), BLOCK):
        total += np.log(np.multiply.reduce(once[start : start + BLOCK], axis=0))
    return np.asarray(total)


def log_likelihood(space: Space, layout: Layout, rows: Rows, u: FloatArray) -> FloatArray:
    """(draws, points) log likelihood given each draw of the effects, at coordinates u (points, size).

    In chunks that stay in the processor's cache, in memory that is asked for once: fresh pages cost more
    than the arithmetic.
    """
    out = np.zeros((layout.draws, len(u)))
    widest = max(len(layout.situation_of), len(rows.q), 1) * layout.draws
    chunk = max(CELLS // widest, 8)
    room = np.empty(len(layout.situation_of) * layout.draws * chunk)
    for start in range(0, len(u), chunk):
        part = slice(start, start + chunk)
        features = make_features(layout, to_point(space, u[part])[0], room)
        out[:, part] = sum_groups(rows, group_chances(rows, features))
    return out


def mean_over_draws(by_draw: FloatArray) -> FloatArray:
    """(points,) log mean exp over the draws of the effects."""
    return np.asarray(special.logsumexp(by_draw, axis=0) - np.log(len(by_draw)))


def _values(layout: Layout, turned: FloatArray, steep: FloatArray, room: FloatArray | None) -> FloatArray:
    """(alternatives, draws, points) β·(w·push − cost), with the weights of each act's own day."""
    count, draws, _ = layout.push_and_cost.shape
    wide = draws * turned.shape[1]
    flat = np.empty(count * wide) if room is None else room[: count * wide]
    for start, end, factors in layout.blocks:
        load = steep if factors is None else steep / np.maximum(factors @ np.abs(turned), 1e-300)
        weights = np.concatenate([turned * load, -steep[None]])
        times(layout.push_and_cost[start:end], weights, flat[start * wide : end * wide])
    return flat.reshape(count, draws, turned.shape[1])


def _delays(layout: Layout, turned: FloatArray, steep: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(delays, draws, points): β·(w·push − cost) of being twice as quick, and log chances of what is known
    of each delay."""
    worth = times(layout.quickening[:, :, :-1], turned)
    total = layout.delay_factors @ np.abs(turned)
    worth /= np.where(layout.delay_moved[:, None], np.maximum(total, 1e-300), 1.0)[:, None]
    quick = (worth - layout.quickening[:, :, -1:]) * steep
    shift = quick * layout.delay_spread[:, None, None]
    return quick, log_between(layout.delay_low[:, :, None] + shift, layout.delay_high[:, :, None] + shift)


def _answers(layout: Layout, turned: FloatArray, point: Point) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(answers, draws, points): β·(gain − reserve) of the package, the same of the counter-offer, and log
    chances of what was answered."""
    accept = (times(layout.gain, turned) + layout.constant[:, :, None] - point.reserve) * point.points
    counter = times(layout.counter_gain, turned) + layout.counter_constant[:, :, None] - point.reserve
    counter = counter * point.points
    total = np.logaddexp(0.0, np.logaddexp(accept, counter))
    yes, no = accept - total, -total
    failed = np.log1p(-layout.others[:, None, None] * np.exp(np.minimum(yes, -1e-15)))
    alone = (layout.others == 1.0)[:, None, None]
    took = layout.took[:, None, None]
    refused = np.where(alone, no, failed)
    return accept, counter, np.where(took == 1, yes, np.where(took == 2, counter - total, refused))


def times(table: FloatArray, turned: FloatArray, room: FloatArray | None = None) -> FloatArray:
    """(rows, draws, goals) · (goals, points) → (rows, draws, points), in `room` where given."""
    rows, draws, goals = table.shape
    points = turned.shape[1]
    out = None if room is None else room[: rows * draws * points].reshape(rows * draws, points)
    return np.matmul(table.reshape(rows * draws, goals), turned, out=out).reshape(rows, draws, points)


def _choice(layout: Layout, odds: FloatArray) -> FloatArray:
    """Odds (alternatives, draws, points) made probabilities of what is on record within each situation, in
    place; occasions of which nothing was seen come after them."""
    if (layout.seen != 1).any():
        odds *= layout.seen[:, None, None]
    if odds.shape[2] <= FEW and len(odds):
        odds /= np.add.reduceat(odds, layout.starts, axis=0)[layout.situation_of]
    else:
        for start, end in pairwise([*layout.starts, len(odds)]):
            odds[start:end] /= odds[start:end].sum(axis=0)
    if not len(layout.unseen):
        return odds
    hidden = (layout.unseen @ odds.reshape(len(odds), -1)).reshape(-1, *odds.shape[1:])
    return np.concatenate([odds, hidden])


def levels_of(rows: Rows, features: Features) -> FloatArray:
    """(rows, draws, points) q × probability of each level's records relative to choice at random."""
    _, draws, points = features.acts.shape
    out = np.empty((len(rows.q), draws, points))
    scale = rows.q[rows.single] * np.exp(rows.offset[rows.single])
    out[rows.single] = scale[:, None, None] * features.acts[rows.chosen]
    if len(rows.other):
        logs = np.log(np.maximum(features.acts[rows.involved], 1e-300))
        x = (rows.other_acts @ logs.reshape(-1, draws * points)).reshape(len(rows.other), draws, points)
        x += (rows.words[rows.other] @ features.words)[:, None, :]
        if features.delays.size:
            flat = features.delays.reshape(len(features.delays), -1)
            x += (rows.delays[rows.other] @ flat).reshape(x.shape)
        if features.answers.size:
            flat = features.answers.reshape(len(features.answers), -1)
            x += (rows.answers[rows.other] @ flat).reshape(x.shape)
        x += rows.offset[rows.other, None, None]
        out[rows.other] = np.exp(np.minimum(x, HIGHEST)) * rows.q[rows.other, None, None]
    return out


def sum_levels(rows: Rows, values: FloatArray) -> FloatArray:
    """(rows, …) → (groups, …)."""
    groups = len(rows.rest)
    if groups == len(values):
        return values
    total = values[:groups].copy()
    for row in range(groups, len(values)):
        total[rows.owner[row]] += values[row]
    return total
