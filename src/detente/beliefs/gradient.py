"""The gradient of the log likelihood, written out term by term; `likelihood` is what it is the slope of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.evidence import Layout, Rows
from detente.beliefs.likelihood import (
    Features,
    levels_of,
    make_features,
    mean_over_draws,
    sum_groups,
    sum_levels,
)
from detente.beliefs.space import Point, Space, to_point
from detente.beliefs.timing import FLOOR, between_slope

FloatArray = NDArray[np.float64]


def value_and_gradient(
    space: Space, layout: Layout, rows: Rows, u: FloatArray, unscaled: bool = False
) -> tuple[FloatArray, FloatArray]:
    """log L (points,) and its gradient (points, size) at coordinates u; `unscaled` as in `to_point`."""
    point, slopes = to_point(space, u, unscaled)
    features = make_features(layout, point)
    chance = levels_of(rows, features)
    whole = rows.rest[:, None, None] + sum_levels(rows, chance)
    by_draw = sum_groups(rows, whole)
    share = special.softmax(by_draw, axis=0)
    pull = chance * (share * rows.times[:, None, None] / whole)[rows.owner]
    grad = np.zeros(u.shape)
    by_weight = np.zeros((layout.goals, len(u)))
    at = space.goals
    if space.has_push:
        d_value = _acts(layout, rows, features, pull)
        d_quick = _delays(layout, rows, features, pull)
        by_weight += _act_weights(layout, point, d_value) + _delay_weights(layout, point, d_quick)
        scaled = (d_value * features.value).sum(axis=(0, 1)) + (d_quick * features.quick).sum(axis=(0, 1))
        grad[:, at] = -space.spread * scaled
        at += 1
    if space.has_points:
        weights, grad[:, at], d_reserve = _answer_weights(layout, rows, features, point, pull)
        by_weight += weights
        grad[:, at] *= space.spread
        grad[:, at + 1] = slopes.reserve * d_reserve
        at += 2
    by_word, by_candour = _words(layout, rows, features, point, pull)
    by_weight += by_word
    grad[:, at:] = by_candour * slopes.candour
    inner = np.zeros(len(u)) if unscaled else (point.weights.T * by_weight).sum(axis=0)
    by_size = (by_weight.T - np.sign(slopes.sizes) * inner[:, None]) / slopes.total[:, None]
    grad[:, : space.goals] = by_size * slopes.size_slope
    return mean_over_draws(by_draw), grad


def _back(table: FloatArray, weight: FloatArray) -> FloatArray:
    """(rows, draws, goals), (rows, draws, points) → (goals, points)."""
    rows, draws, goals = table.shape
    return np.asarray(table.reshape(rows * draws, goals).T @ weight.reshape(rows * draws, -1))


def _acts(layout: Layout, rows: Rows, features: Features, pull: FloatArray) -> FloatArray:
    """d log L / d(β·value), (alternatives, draws, points)."""
    count = len(layout.situation_of)
    acts = features.acts[:count]
    direct = (rows.acts.T @ pull.reshape(len(rows.q), -1)).reshape(features.acts.shape)
    if not count:
        return np.asarray(direct)
    if len(layout.unseen):
        share = (direct[count:] / np.maximum(features.acts[count:], 1e-300)).reshape(len(layout.unseen), -1)
        direct = direct[:count] + acts * (layout.unseen.T @ share).reshape(acts.shape)
    by_situation = np.add.reduceat(direct, layout.starts, axis=0)
    return np.asarray(direct - acts * by_situation[layout.situation_of])


def _act_weights(layout: Layout, point: Point, d_value: FloatArray) -> FloatArray:
    """(goals, points): d log L / dw of the acts, from `d_value` by β·value."""
    by_weight = np.zeros((layout.goals, len(point.weights)))
    for start, end, factors in layout.blocks:
        part = _back(layout.push_and_cost[start:end], d_value[start:end] * point.push)[:-1]
        by_weight += part if factors is None else _on_a_day(part, point, factors)
    return by_weight


def _on_a_day(part: FloatArray, point: Point, factors: FloatArray) -> FloatArray:
    """The gradient (goals, points) by w where the weights were w∘f / Σ|w|f; `part` is that by w∘f, f
    already multiplied in."""
    turned = point.weights.T
    total = np.maximum(factors @ np.abs(turned), 1e-300)
    scaled = part / total
    inner = (scaled * turned).sum(axis=0) / total
    return np.asarray(scaled - np.sign(turned) * factors[:, None] * inner)


def _delays(layout: Layout, rows: Rows, features: Features, pull: FloatArray) -> FloatArray:
    """d log L / d(β·worth of quickness), (delays, draws, points)."""
    if not features.delays.size:
        return np.zeros(features.delays.shape)
    shift = features.quick * layout.delay_spread[:, None, None]
    low, high = layout.delay_low[:, :, None] + shift, layout.delay_high[:, :, None] + shift
    slope = -between_slope(low, high, features.delays) * layout.delay_spread[:, None, None]
    slope = np.where(features.delays <= FLOOR, 0.0, slope)
    return np.asarray(slope * (rows.delays.T @ pull.reshape(len(rows.q), -1)).reshape(slope.shape))


def _delay_weights(layout: Layout, point: Point, d_quick: FloatArray) -> FloatArray:
    """(goals, points): d log L / dw of the delays, from `d_quick` by β·worth."""
    by_weight = np.zeros((layout.goals, len(point.weights)))
    for row, factors in enumerate(layout.delay_factors):
        part = layout.quickening[row, :, :-1].T @ (d_quick[row] * point.push)
        by_weight += _on_a_day(part, point, factors) if layout.delay_moved[row] else part
    return by_weight


def _answer_weights(
    layout: Layout, rows: Rows, features: Features, point: Point, pull: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """d log L of the answers by weights (goals, points), by log β (points,) and by the reserve (points,)."""
    total = np.logaddexp(0.0, np.logaddexp(features.accept, features.counter))
    p, c = np.exp(features.accept - total), np.exp(features.counter - total)
    o, took = layout.others[:, None, None], layout.took[:, None, None]
    failed = o * p / np.maximum(1 - o * p, 1e-300)
    by_accept = np.where(took == 1, 1 - p, np.where((took == 2) | (o == 1.0), -p, -failed * (1 - p)))
    by_counter = np.where(took == 2, 1 - c, np.where((took == 1) | (o == 1.0), -c, failed * c))
    weight = (rows.answers.T @ pull.reshape(len(rows.q), -1)).reshape(p.shape)
    by_accept, by_counter = by_accept * weight, by_counter * weight
    by_weight = _back(layout.gain, by_accept * point.points)
    by_weight += _back(layout.counter_gain, by_counter * point.points)
    counter = np.where(np.isneginf(features.counter), 0.0, features.counter)
    by_scale = -(by_accept * features.accept + by_counter * counter).sum(axis=(0, 1))
    return by_weight, by_scale, -point.points * (by_accept + by_counter).sum(axis=(0, 1))


def _words(
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
