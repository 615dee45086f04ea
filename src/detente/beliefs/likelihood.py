"""Log likelihood of a party's record relative to choice at random, with its gradient.

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

FloatArray = NDArray[np.float64]
CELLS = 250_000
BLOCK = 16
HIGHEST = 600.0


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What parameters say about single choices at several points: `acts` (alternatives, draws, points)
    probabilities; `words` (cells, points) and `answers` (answers, draws, points) log probabilities;
    `value` like acts: β·(w·push − cost); `margin` like answers: gain less reserve; `said` like words:
    probabilities."""

    acts: FloatArray
    words: FloatArray
    answers: FloatArray
    value: FloatArray
    margin: FloatArray
    said: FloatArray


def make_features(layout: Layout, point: Point, room: FloatArray | None = None) -> Features:
    """Probabilities of every single choice, word and answer of a layout.

    `room`: memory to work in, of at least alternatives × draws × points numbers; `acts` then lives there
    until the next call, and `value` is not kept. Cost: alternatives × draws × points exponentials.
    """
    points = len(point.weights)
    turned = np.ascontiguousarray(point.weights.T)
    highest = HIGHEST / (layout.reach * np.maximum(np.abs(turned).sum(axis=0), 1.0))
    steep = np.minimum(point.push, highest)
    value = _times(layout.push_and_cost, np.concatenate([turned * steep, -steep[None]]), room)
    acts = _choice(layout, np.exp(value, out=None if room is None else value))
    h = point.candour[:, layout.cell_audience].T
    meant = np.maximum(layout.cell_sign[:, None] * turned[layout.cell_goal], 0.0)
    said = h * meant + (1 - h) * layout.sigma[:, None]
    margin = _times(layout.gain, turned) + layout.constant[:, :, None] - point.reserve
    x = margin * point.points
    yes, no = special.log_expit(x), special.log_expit(-x)
    failed = np.log1p(-layout.others[:, None, None] * np.exp(np.minimum(yes, -1e-15)))
    alone = (layout.others == 1.0)[:, None, None]
    answers = np.where(layout.yes[:, None, None], yes, np.where(alone, no, failed))
    return Features(acts, np.log(said), answers.reshape(-1, layout.draws, points), value, margin, said)


def group_chances(rows: Rows, features: Features) -> FloatArray:
    """(groups, draws, points) probability of each group's records relative to choice at random."""
    return rows.rest[:, None, None] + _sum_levels(rows, _levels(rows, features))


def sum_groups(rows: Rows, chances: FloatArray) -> FloatArray:
    """(draws, points) Σ over groups of times · log chance.

    Groups that occur once are multiplied sixteen at a time before the logarithm: their factors lie
    within 1/20 .. some hundreds, far from the limits of a double.
    """
    often = rows.times > 1
    total = np.tensordot(rows.times[often], np.log(chances[often]), axes=1)
    once = chances[~often] if often.any() else chances
    for start in range(0, len(once), BLOCK):
        total += np.log(np.multiply.reduce(once[start : start + BLOCK], axis=0))
    return np.asarray(total)


def log_likelihood(space: Space, layout: Layout, rows: Rows, u: FloatArray) -> FloatArray:
    """(draws, points) log likelihood given each draw of the effects, at coordinates u (points, size).

    In chunks that stay in the processor's cache, in memory that is asked for once: fresh pages cost more
    than the arithmetic.
    """
    out = np.zeros((layout.draws, len(u)))
    widest = max(len(layout.menu_of), len(rows.q), 1) * layout.draws
    chunk = max(CELLS // widest, 8)
    room = np.empty(len(layout.menu_of) * layout.draws * chunk)
    for start in range(0, len(u), chunk):
        part = slice(start, start + chunk)
        features = make_features(layout, to_point(space, u[part])[0], room)
        out[:, part] = sum_groups(rows, group_chances(rows, features))
    return out


def mean_over_draws(by_draw: FloatArray) -> FloatArray:
    """(points,) log mean exp over the draws of the effects."""
    return np.asarray(special.logsumexp(by_draw, axis=0) - np.log(len(by_draw)))


def value_and_gradient(
    space: Space, layout: Layout, rows: Rows, u: FloatArray, unscaled: bool = False
) -> tuple[FloatArray, FloatArray]:
    """log L (points,) and its gradient (points, size) at coordinates u; `unscaled` as in `to_point`."""
    point, slopes = to_point(space, u, unscaled)
    features = make_features(layout, point)
    chance = _levels(rows, features)
    whole = rows.rest[:, None, None] + _sum_levels(rows, chance)
    by_draw = sum_groups(rows, whole)
    value = mean_over_draws(by_draw)
    share = special.softmax(by_draw, axis=0)
    pull = chance * (share * rows.times[:, None, None] / whole)[rows.owner]
    grad = np.zeros(u.shape)
    at = space.goals
    by_weight = np.zeros((layout.goals, len(u)))
    if space.has_push:
        d_value = _act_gradient(layout, rows, features, pull)
        by_weight += _back(layout.push_and_cost, d_value * point.push)[:-1]
        grad[:, at] = -space.spread * (d_value * features.value).sum(axis=(0, 1))
        at += 1
    if space.has_points:
        d_margin = _answer_gradient(layout, rows, features, point, pull)
        by_weight += _back(layout.gain, d_margin * point.points)
        grad[:, at] = -space.spread * point.points * (d_margin * features.margin).sum(axis=(0, 1))
        grad[:, at + 1] = -slopes.reserve * point.points * d_margin.sum(axis=(0, 1))
        at += 2
    by_word, by_candour = _word_gradient(layout, rows, features, point, pull)
    by_weight += by_word
    grad[:, at:] = by_candour * slopes.candour
    inner = np.zeros(len(u)) if unscaled else (point.weights.T * by_weight).sum(axis=0)
    by_size = (by_weight.T - np.sign(slopes.sizes) * inner[:, None]) / slopes.total[:, None]
    grad[:, : space.goals] = by_size * slopes.size_slope
    return value, grad


def _times(table: FloatArray, turned: FloatArray, room: FloatArray | None = None) -> FloatArray:
    """(rows, draws, goals) · (goals, points) → (rows, draws, points), in `room` where given."""
    rows, draws, goals = table.shape
    points = turned.shape[1]
    out = None if room is None else room[: rows * draws * points].reshape(rows * draws, points)
    return np.matmul(table.reshape(rows * draws, goals), turned, out=out).reshape(rows, draws, points)


def _back(table: FloatArray, weight: FloatArray) -> FloatArray:
    """(rows, draws, goals), (rows, draws, points) → (goals, points)."""
    rows, draws, goals = table.shape
    return np.asarray(table.reshape(rows * draws, goals).T @ weight.reshape(rows * draws, -1))


def _choice(layout: Layout, odds: FloatArray) -> FloatArray:
    """Odds (alternatives, draws, points) made probabilities within each menu, in place."""
    for start, end in pairwise([*layout.menu_starts, len(odds)]):
        odds[start:end] /= odds[start:end].sum(axis=0)
    return odds


def _levels(rows: Rows, features: Features) -> FloatArray:
    """(rows, draws, points) q × probability of each level's records relative to choice at random."""
    _, draws, points = features.acts.shape
    out = np.empty((len(rows.q), draws, points))
    scale = rows.q * np.exp(rows.offset)
    out[rows.single] = scale[rows.single, None, None] * features.acts[rows.chosen]
    if len(rows.other):
        logs = np.log(np.maximum(features.acts[rows.involved], 1e-300))
        x = (rows.other_acts @ logs.reshape(-1, draws * points)).reshape(len(rows.other), draws, points)
        x += (rows.words[rows.other] @ features.words)[:, None, :]
        if features.answers.size:
            flat = features.answers.reshape(len(features.answers), -1)
            x += (rows.answers[rows.other] @ flat).reshape(x.shape)
        out[rows.other] = np.exp(x) * scale[rows.other, None, None]
    return out


def _sum_levels(rows: Rows, values: FloatArray) -> FloatArray:
    """(rows, …) → (groups, …)."""
    groups = len(rows.rest)
    if groups == len(values):
        return values
    total = values[:groups].copy()
    for row in range(groups, len(values)):
        total[rows.owner[row]] += values[row]
    return total


def _act_gradient(layout: Layout, rows: Rows, features: Features, pull: FloatArray) -> FloatArray:
    """d log L / d(β·value), (alternatives, draws, points)."""
    direct = (rows.acts.T @ pull.reshape(len(rows.q), -1)).reshape(features.acts.shape)
    by_menu = np.add.reduceat(direct, layout.menu_starts, axis=0)[layout.menu_of]
    return np.asarray(direct - features.acts * by_menu)


def _answer_gradient(
    layout: Layout, rows: Rows, features: Features, point: Point, pull: FloatArray
) -> FloatArray:
    """d log L / d(β·margin), (answers, draws, points)."""
    x = features.margin * point.points
    p = special.expit(x)
    o = layout.others[:, None, None]
    refused = np.where(o == 1.0, -p, -o * p * (1 - p) / np.maximum(1 - o * p, 1e-300))
    slope = np.where(layout.yes[:, None, None], 1 - p, refused)
    return np.asarray(slope * (rows.answers.T @ pull.reshape(len(rows.q), -1)).reshape(x.shape))


def _word_gradient(
    layout: Layout,
    rows: Rows,
    features: Features,
    point: Point,
    pull: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """d log L of the statements by weights (goals, points) and by candour (points, audiences)."""
    by_weight = np.zeros((layout.goals, len(point.weights)))
    by_candour = np.zeros(point.candour.shape)
    slope = (rows.words.T @ pull.sum(axis=1)) / features.said
    h = point.candour[:, layout.cell_audience].T
    signed = layout.cell_sign[:, None] * point.weights.T[layout.cell_goal]
    np.add.at(by_weight, layout.cell_goal, slope * h * layout.cell_sign[:, None] * (signed > 0))
    np.add.at(by_candour.T, layout.cell_audience, slope * (np.maximum(signed, 0.0) - layout.sigma[:, None]))
    return by_weight, by_candour
