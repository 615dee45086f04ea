"""The parameters of one story in standard normal coordinates, where the prior is N(0, I)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.evidence import Layout
from detente.beliefs.hypotheses import Story
from detente.beliefs.quantiles import SizeTable, build_table, signed_sizes

FloatArray = NDArray[np.float64]
LN9 = float(np.log(9.0))
# beyond 37 standard deviations the upper tail of the normal is 0 in a double, and the reserve infinite
FARTHEST = 37.0


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Parameters at several points: `weights` (points, goals); `push`, `points` (points,) β of acts and
    of packages; `reserve` (points,) r ≥ 0; `candour` (points, audiences)."""

    weights: FloatArray
    push: FloatArray
    points: FloatArray
    reserve: FloatArray
    candour: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """What the gradient needs of the transform: `sizes`, `size_slope` (points, goals), `total`
    (points,) Σ|y|, `reserve` (points,), `candour` (points, audiences)."""

    sizes: FloatArray
    size_slope: FloatArray
    total: FloatArray
    reserve: FloatArray
    candour: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Coordinates of one story: goals first, then the scales that the evidence needs, then candour.

    A scale without evidence is left out, so it adds no noise. `free`: every sign is free (*none of
    these*); then only the direction of the size coordinates matters, not their length.
    """

    table: SizeTable
    goals: int
    has_push: bool
    has_points: bool
    audiences: int
    log_gap: tuple[float, float]
    spread: float
    reserve: float
    candour: tuple[float, float]
    free: bool

    @property
    def size(self) -> int:
        """Number of coordinates."""
        return self.goals + self.has_push + 2 * self.has_points + self.audiences


def build_space(story: Story, layout: Layout, gap_factor: float = 1.0) -> Space:
    """The space of a story for a layout; `gap_factor` multiplies the centres of both gap priors."""
    s = layout.settings
    return Space(
        table=build_table(story.alpha.tolist(), story.sign.tolist()),
        goals=layout.goals,
        has_push=len(layout.situation_of) > 0 or len(layout.delay_spread) > 0,
        has_points=len(layout.took) > 0,
        audiences=len(layout.audiences),
        log_gap=(float(np.log(s.gap90_pushes * gap_factor)), float(np.log(s.gap90_points * gap_factor))),
        spread=s.gap90_spread,
        reserve=s.refusal_reserve,
        candour=s.candour,
        free=bool((story.sign == 0).all()),
    )


def to_point(space: Space, u: FloatArray, unscaled: bool = False) -> tuple[Point, Slopes]:
    """Parameters and slopes at coordinates u (points, space.size).

    `unscaled`: sizes are divided by their expected sum instead of their sum. Then nothing is singular
    where all are 0, which is what a search for modes needs if all signs are free.
    """
    sizes, slope = signed_sizes(space.table, u[:, : space.goals])
    total = np.maximum(np.abs(sizes).sum(axis=1), 1e-300)
    if unscaled:
        total = np.full(len(u), float(space.goals))
    at = space.goals
    push = points = np.ones(len(u))
    reserve = reserve_slope = np.zeros(len(u))
    if space.has_push:
        push = LN9 * np.exp(-space.log_gap[0] - space.spread * u[:, at])
        at += 1
    if space.has_points:
        points = LN9 * np.exp(-space.log_gap[1] - space.spread * u[:, at])
        z = np.minimum(u[:, at + 1], FARTHEST)
        scaled = -special.ndtri(0.5 * special.ndtr(-z))
        reserve = space.reserve * scaled
        reserve_slope = 0.5 * space.reserve * np.exp(0.5 * (scaled**2 - z**2))
        at += 2
    candour, candour_slope = _candour(space, u[:, at:])
    point = Point(sizes / total[:, None], push, points, reserve, candour)
    return point, Slopes(sizes, slope, total, reserve_slope, candour_slope)


def _candour(space: Space, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    a, b = space.candour
    h = np.clip(special.betaincinv(a, b, special.ndtr(z)), 1e-12, 1 - 1e-12)
    log_density = (a - 1) * np.log(h) + (b - 1) * np.log1p(-h) - special.betaln(a, b)
    return h, np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - log_density)
