"""Everybody whose yes a package needs, and how they give it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import (
    TOLERANCE,
    choice_name,
    consenter_gains,
    keep_values,
    rule_accepts,
    rule_value,
    sincere_gains,
)
from detente.deals.ensemble import draw_gains, require_ensemble
from detente.deals.space import DealSpace, gains

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Say:
    """One consenter that a package depends on.

    `role`: "table", "consent" or "keeps". `options`: "issue=option" that call on it (none at the
    table). `gain`: what it decides by (for a body: above its margin, of the member who completes the
    quota; for `keeps`: points from keeping). `bar`: what would be enough. `manner`: "sincerely",
    "cheaply" (says yes and does not comply), "by silence" (does not object), "overruled", "refuses".
    """

    consenter: str
    role: str
    options: tuple[str, ...]
    gain: float
    bar: float
    manner: str

    @property
    def accepts(self) -> bool:
        """Whether it stands in the way no longer, by its own will or not."""
        return self.manner != "refuses"


def list_says(space: DealSpace, row: IntArray) -> tuple[Say, ...]:
    """Everybody that a package `row` (issues,) depends on: the table, then consents, then keeping.

    Cost: as one evaluation of `acceptable`. Source: MODEL section 1.
    """
    own, values = gains(space, row)[0], consenter_gains(space, row)[0]
    says = []
    for p in space.table:
        bar = max(float(space.margin[p]), 0.0)
        manner = "sincerely" if own[p] >= bar - TOLERANCE else "refuses"
        says.append(Say(space.parties[p], "table", (), float(own[p]), bar, manner))
    return (*says, *_consents(space, row, own, values), *_keepers(space, row))


def _consents(space: DealSpace, row: IntArray, own: FloatArray, values: FloatArray) -> list[Say]:
    """One Say per consenter and manner, with the options that call on it."""
    found: dict[tuple[int, float, str], list[str]] = {}
    sincere = sincere_gains(space, own)
    for rule in space.consents:
        if row[rule.issue] not in rule.options:
            continue
        above = float(rule_value(space, rule, values))
        if above < -TOLERANCE:
            manner = "overruled" if rule_accepts(space, rule, values) else "refuses"
        elif rule_value(space, rule, sincere) < -TOLERANCE:
            manner = "cheaply"
        else:
            bar = space.margin[rule.by] if rule.by < len(space.parties) else 0.0
            manner = "by silence" if rule.silent and values[rule.by] < bar - TOLERANCE else "sincerely"
        bar = float(values[rule.by]) - above if rule.by < len(space.parties) else 0.0
        found.setdefault((rule.by, bar, manner), []).append(choice_name(space, row, rule.issue))
    return [
        Say(space.consenters[c], "consent", tuple(options), float(values[c]), bar, manner)
        for (c, bar, manner), options in found.items()
    ]


def _keepers(space: DealSpace, row: IntArray) -> list[Say]:
    says = []
    for place, keep in enumerate(space.keeps):
        if row[keep.issue] in keep.holds:
            above = float(keep_values(space, row, place)[0])
            bar = float(space.margin[keep.by]) if keep.by < len(space.parties) else 0.0
            manner = "sincerely" if above >= -TOLERANCE else "refuses"
            held = (choice_name(space, row, keep.issue),)
            says.append(Say(space.consenters[keep.by], "keeps", held, above + bar, bar, manner))
    return says


def keeping_share(space: DealSpace, row: IntArray, consenter: int) -> float:
    """Share of draws in which a consenter keeps all that a package `row` (issues,) asks it to keep from
    lapsing. Raises InputError where the space has no draws. Cost: draws × (1 + rules of keeping)."""
    look = partial(draw_gains, space)
    kept = np.ones(require_ensemble(space).draws, dtype=np.bool_)
    for place, keep in enumerate(space.keeps):
        if keep.by == consenter and row[keep.issue] in keep.holds:
            kept &= keep_values(space, row[None], place, evaluate=look)[:, 0] >= -TOLERANCE
    return float(kept.mean())
