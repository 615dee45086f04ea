"""How soon somebody reacts, as a choice of delay against a declared reference.

Where nothing is at stake, the logarithm of the delay over its reference is normal, x ~ N(0, s²), in
halvings. Being twice as quick is worth v = β·(w·push − cost); the logit choice of a delay then tilts that
density by exp(−v·x), which is again normal: x ~ N(−v·s², s²) (Matějka & McKay 2015 for a logit with unequal
starting chances). A delay is an interval of x, so upper bounds and "nothing yet" are only wider ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.situations import factors_of, shock_factors
from detente.case import Case, Coding, Draws, Quantity

FloatArray = NDArray[np.float64]

EXACT = 1.1
TAIL = 5.0
FLOOR = -700.0


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """Delays as arrays, one row each in the order of `features`; fields as in `Layout`."""

    features: tuple[tuple[str, str], ...]
    quickening: FloatArray
    factors: FloatArray
    moved: NDArray[np.bool_]
    low: FloatArray
    high: FloatArray
    spread: FloatArray

    @property
    def at_random(self) -> FloatArray:
        """(delays,) log chance of each where nothing is at stake, over the doubt about its reference."""
        if not len(self.spread):
            return np.zeros(0)
        return np.asarray(special.logsumexp(log_between(self.low, self.high), axis=1)) - math.log(
            self.low.shape[1]
        )

    def arrays(self) -> dict[str, Any]:
        """As the layout's arrays."""
        return {
            "quickening": self.quickening,
            "delay_factors": self.factors,
            "delay_moved": self.moved,
            "delay_low": self.low,
            "delay_high": self.high,
            "delay_spread": self.spread,
        }


def lay_out_delays(case: Case, codings: Sequence[Coding], draws: Draws) -> Timed:
    """The delays of a party. A single number stands for what rounds to it (a tenth either way); what lies
    beyond five standard deviations of the reference counts as just that far, since no reference is known
    better."""
    goals = [goal.name for goal in case.goals]
    scales = {scale.name: scale for scale in case.delays}
    n, count = draws.n, len(codings)
    quickening = np.zeros((count, n, len(goals) + 1))
    factors = np.ones((count, len(goals)))
    low, high = np.full((count, n), -np.inf), np.full((count, n), np.inf)
    spread = np.ones(count)
    for row, coding in enumerate(codings):
        scale = scales[coding.about]
        for goal, push in scale.pushes.items():
            quickening[row, :, goals.index(goal)] = draws.sample(push)
        quickening[row, :, -1] = draws.sample(scale.cost)
        found = shock_factors(case, coding.by, coding.happened.date())
        factors[row] = factors_of(goals, found)
        quickening[row, :, :-1] *= factors[row]
        spread[row] = math.log2(scale.spread)
        reference = np.log2(draws.sample(scale.reference))
        first, last = _bounds(coding.number, coding.bound)
        if first > 0:
            low[row] = np.minimum((math.log2(first) - reference) / spread[row], TAIL)
        if math.isfinite(last):
            high[row] = np.maximum((math.log2(last) - reference) / spread[row], -TAIL)
        low[row] = np.where(high[row] <= -TAIL, -np.inf, low[row])
        high[row] = np.where(low[row] >= TAIL, np.inf, high[row])
    features = tuple(("delay", coding.id) for coding in codings)
    return Timed(features, quickening, factors, (factors != 1).any(axis=1), low, high, spread)


def log_between(low: FloatArray, high: FloatArray) -> FloatArray:
    """log(Φ(high) − Φ(low)) elementwise, low < high, either may be infinite.

    >>> log_between(np.array([-np.inf, 0.0]), np.array([0.0, np.inf])).round(4).tolist()
    [-0.6931, -0.6931]
    """
    flip = low > 0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    top, bottom = special.log_ndtr(b), special.log_ndtr(a)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.log(-np.expm1(np.minimum(bottom - top, -1e-300)))
    return np.maximum(np.where(np.isneginf(bottom), top, top + rest), FLOOR)


def between_slope(low: FloatArray, high: FloatArray, log_mass: FloatArray) -> FloatArray:
    """d log(Φ(high − m) − Φ(low − m))/dm at m = 0: (φ(low) − φ(high)) / (Φ(high) − Φ(low))."""
    log_density = [-0.5 * x**2 - 0.5 * math.log(2 * math.pi) for x in (low, high)]
    first, last = (np.exp(np.minimum(d - log_mass, FLOOR * -1)) for d in log_density)
    return np.asarray(first - last)


def _bounds(number: Quantity | None, bound: str) -> tuple[float, float]:
    """The interval of a coded delay in its own unit; ≤ and ≥ are open to one side."""
    if number is None:
        return 0.0, math.inf
    if bound == "<=":
        return 0.0, max(number.high, 1e-9)
    if bound == ">=":
        return number.low, math.inf
    if number.low == number.high:
        return number.low / EXACT, max(number.high * EXACT, 1e-9)
    return number.low, number.high
