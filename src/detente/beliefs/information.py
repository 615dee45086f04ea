"""Value of information: which kind of observation would tell most about what the party wants.

For one more record of a kind, sure and rightly read: the expected information about which hypothesis holds
(mutual information, Lindley 1956) and the expected change of the leader's probability.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.evidence import Layout
from detente.beliefs.likelihood import Features
from detente.beliefs.space import Point
from detente.beliefs.values import InformationRow

FloatArray = NDArray[np.float64]
Looks = Sequence[tuple[Features, Point, FloatArray]]


def expected_information(
    layout: Layout,
    looks: Looks,
    probabilities: FloatArray,
    leader: int,
) -> tuple[InformationRow, ...]:
    """One row per kind of observation on record, most telling first.

    `looks`: per hypothesis its features, its points and the weight (draws, points) of each pair;
    `probabilities` (hypotheses,). Menus, proposals, kinds of delay and audiences that the party has not
    been seen with are not among them; of answers a yes is told from all else, and of delays only quick from
    slow, so that their bits are lower bounds. Cost: linear in features.
    """
    kinds: dict[tuple[str, str], list[FloatArray]] = {}
    for key, tables in _outcomes(layout, looks):
        kinds.setdefault(key, []).append(np.array(tables))
    rows = []
    for (kind, about), choices in kinds.items():
        found = [_told(table, probabilities, leader) for table in choices]
        bits, move = max(found)
        rows.append(InformationRow(kind, about, bits, move))
    return tuple(sorted(rows, key=lambda r: (-r.bits, r.kind, r.about)))


def _told(chances: FloatArray, p: FloatArray, leader: int) -> tuple[float, float]:
    """Bits and move of one record with outcome chances (hypotheses, outcomes).

    >>> _told(np.eye(2), np.array([0.5, 0.5]), 0)
    (1.0, 0.5)
    """
    joint = p[:, None] * chances
    total = joint.sum(axis=0)
    seen = total > 0
    after = joint[:, seen] / total[seen]
    nats = special.entr(p).sum() - float((total[seen] * special.entr(after).sum(axis=0)).sum())
    move = float((total[seen] * np.abs(after[leader] - p[leader])).sum())
    return max(float(nats) / float(np.log(2)), 0.0), move


def _outcomes(layout: Layout, looks: Looks) -> list[tuple[tuple[str, str], list[FloatArray]]]:
    """((kind, about), chances per hypothesis) of every distinct choice."""
    found: list[tuple[tuple[str, str], list[FloatArray]]] = []
    situations = dict.fromkeys(f[1] for f in layout.place if f[0] == "act")
    for situation in situations:
        rows = [layout.place["act", situation, a] for a in situation.among]
        found.append((("act", situation.menu), [_mean(x.acts[rows], w) for x, _, w in looks]))
    for feature, row in layout.place.items():
        if feature[0] == "answer":
            yes = [special.expit(x.accept[row]) for x, _, _ in looks]
            found.append((("answer", feature[1]), _pairs(yes, looks)))
        elif feature[0] == "delay":
            quick = [special.ndtr(x.quick[row] * layout.delay_spread[row]) for x, _, _ in looks]
            found.append((("delay", feature[1]), _pairs(quick, looks)))
    for audience, place in zip(layout.audiences, range(len(layout.audiences)), strict=True):
        found.append((("statement", audience), [_words(layout, point, place) for _, point, _ in looks]))
    return found


def _mean(values: FloatArray, weight: FloatArray) -> FloatArray:
    """(outcomes, draws, points) → (outcomes,) under weights (draws, points)."""
    return np.asarray((values * weight).sum(axis=(1, 2)) / weight.sum())


def _pairs(chance: Sequence[FloatArray], looks: Looks) -> list[FloatArray]:
    means = [float((c * w).sum() / w.sum()) for c, (_, _, w) in zip(chance, looks, strict=True)]
    return [np.array([m, 1 - m]) for m in means]


def _words(layout: Layout, point: Point, audience: int) -> FloatArray:
    """Chances of the cells (goal, sign) of one word to an audience."""
    h, w = point.candour[:, audience, None], point.weights
    meant = np.concatenate([np.maximum(w, 0), np.maximum(-w, 0)], axis=1)
    return np.asarray((h * meant + (1 - h) * layout.wanted[audience]).mean(axis=0))
