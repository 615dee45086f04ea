"""Would it hold, over the doubt: patience in every draw, and what watching and false alarms do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, as_rows
from detente.deals.ensemble import draw_gains, require_ensemble
from detente.deals.hold import breaches, check_chances, delivered_in
from detente.deals.space import DealSpace, undone_by

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

INTERVAL = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, eq=False)
class DelivererDraws:
    """One deliverer of a package, draw by draw.

    `temptation`, `loss`, `delta_star` (draws,) T, Λ and δ* as in `Deliverer`; δ* is 0 where compliance needs
    no patience and infinite where none suffices. `low`, `median`, `high`: the 10 %, 50 % and 90 % points of
    δ*, each one of its values. `self_enforcing`, `never`: shares of draws. `kept`: share of draws in which
    the patience given is enough, None where none was given. `punishers`: (name, share of draws in which it
    would rather stop too), all other deliverers.
    """

    party: str
    temptation: FloatArray
    loss: FloatArray
    delta_star: FloatArray
    low: float
    median: float
    high: float
    self_enforcing: float
    never: float
    kept: float | None
    punishers: tuple[tuple[str, float], ...]


def hold_over_draws(
    space: DealSpace,
    package: IntArray,
    *,
    detection: float,
    false_alarm: float,
    patience: float | None = None,
) -> tuple[DelivererDraws, ...]:
    """What `check_hold` finds for each deliverer, in every draw, parties in order.

    In each draw the breach is that draw's most tempting (of equally tempting ones the one punished least),
    and those punish who in that draw would rather stop too. `package` (issues,); `detection`, `false_alarm`,
    `patience` in 0..1. Raises InputError without draws, for numbers outside 0..1, or a deliverer of more
    than 12 issues. Cost: draws × 2^deliveries, and draws × deliverers for each breach that tempts most in
    some draw; memory draws × 2^deliveries. Source: MODEL section 4; Friedman (1971), Green & Porter (1984).
    It will NOT find joint breaches or renegotiation.
    """
    require_ensemble(space)
    check_chances(
        detection=detection, false_alarm=false_alarm, patience=0.0 if patience is None else patience
    )
    row = as_rows(space, package)[0]
    return tuple(
        _deliverer(space, row, p, (detection, false_alarm), patience)
        for p in sorted(delivered_in(space, row))
    )


def patience_needed(
    temptation: FloatArray, loss: FloatArray, *, detection: float, false_alarm: float
) -> FloatArray:
    """δ* for arrays of T and Λ of one shape: 0 where T ≤ 0, infinite where no patience suffices.

    >>> patience_needed(np.array([2.0, 0.0, 1.0]), np.array([6.0, 1.0, 0.0]), detection=1, false_alarm=0)
    array([0.25, 0.  ,  inf])
    """
    punished = (detection - false_alarm) * loss
    never = punished <= false_alarm * temptation + TOLERANCE
    idle = temptation <= TOLERANCE
    divisor = np.where(never | idle, 1.0, (1.0 - false_alarm) * temptation + punished)
    found = np.where(never, np.inf, temptation / divisor)
    needed: FloatArray = np.where(idle, 0.0, found)
    return needed


def patience_grid(
    temptation: float, loss: float, detections: Sequence[float], false_alarms: Sequence[float]
) -> FloatArray:
    """(detections, false alarms) δ* of one deliverer under each pair; infinite where no patience suffices.

    Chances in 0..1, else InputError.

    >>> patience_grid(1.0, 3.0, [1.0, 0.5], [0.0, 0.5]).tolist()
    [[0.25, 0.5], [0.4, inf]]
    """
    for value in (*detections, *false_alarms):
        check_chances(chance=value)
    one, other = np.array(temptation, dtype=np.float64), np.array(loss, dtype=np.float64)
    return np.array(
        [
            [float(patience_needed(one, other, detection=seen, false_alarm=alarm)) for alarm in false_alarms]
            for seen in detections
        ]
    )


def _deliverer(
    space: DealSpace, row: IntArray, party: int, chances: tuple[float, float], patience: float | None
) -> DelivererDraws:
    rows = breaches(space, row, party)
    worth = draw_gains(space, np.concatenate([row[None], rows]), party)
    tempted = worth[:, 1:] - worth[:, :1]
    temptation = tempted.max(axis=1)
    tied = tempted >= temptation[:, None] - TOLERANCE
    others = [q for q in sorted(delivered_in(space, row)) if q != party]
    loss = np.full(len(worth), np.inf)
    willing = np.zeros((len(worth), len(others)), dtype=np.bool_)
    for k in np.flatnonzero(tied.any(axis=0)):
        lost, would = _punishment(space, row, rows[k], party, others)
        better = tied[:, k] & (lost < loss)
        loss[better], willing[better] = lost[better], would[better]
    detection, false_alarm = chances
    delta = patience_needed(temptation, loss, detection=detection, false_alarm=false_alarm)
    low, median, high = (float(np.quantile(delta, q, method="inverted_cdf")) for q in INTERVAL)
    return DelivererDraws(
        party=space.parties[party],
        temptation=temptation,
        loss=loss,
        delta_star=delta,
        low=low,
        median=median,
        high=high,
        self_enforcing=float((temptation <= TOLERANCE).mean()),
        never=float((delta >= 1.0).mean()),
        kept=None if patience is None else float((delta <= patience).mean()),
        punishers=tuple((space.parties[q], float(willing[:, n].mean())) for n, q in enumerate(others)),
    )


def _punishment(
    space: DealSpace, row: IntArray, broken: IntArray, party: int, others: Sequence[int]
) -> tuple[FloatArray, BoolArray]:
    """(draws,) Λ of one breach, and (draws, others) who would rather stop too."""
    draws = require_ensemble(space).draws
    willing = np.zeros((draws, len(others)), dtype=np.bool_)
    for n, q in enumerate(others):
        pair = np.concatenate([broken[None], undone_by(space, broken, q)])
        if (pair[0] != pair[1]).any():
            worth = draw_gains(space, pair, q)
            willing[:, n] = worth[:, 1] - worth[:, 0] > TOLERANCE
    loss = np.zeros(draws)
    for group in np.unique(willing, axis=0):
        if group.any():
            after = broken
            for q in np.array(others)[group].tolist():
                after = undone_by(space, after, q)[0]
            worth = draw_gains(space, np.stack([row, after]), party)
            here = (willing == group).all(axis=1)
            loss[here] = (worth[:, 0] - worth[:, 1])[here]
    return loss, willing
