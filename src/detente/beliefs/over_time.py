"""Odds over time: what was inferred on successive days, from what was known then, as one series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.beliefs.values import Beliefs, OddsSeries
from detente.errors import InputError


def as_series(found: Sequence[Beliefs]) -> OddsSeries:
    """The odds of every hypothesis about one party, day by day.

    `found`: one inference per day, in ascending order. Raises InputError for none, or for days out of order
    or parties that differ. It will not find what the hypotheses would have been if they had been written on
    an earlier day: they are today's.
    """
    days = [one.as_of for one in found]
    if not found or days != sorted(set(days)) or len({one.party for one in found}) > 1:
        told = ", ".join(f"{one.party} on {one.as_of}" for one in found) or "none"
        raise InputError(f"a series must be of one party and of days in ascending order, got {told}")
    return OddsSeries(
        party=found[0].party,
        days=tuple(days),
        hypotheses=tuple(h.name for h in found[0].hypotheses),
        probability=np.array([[h.probability for h in one.hypotheses] for one in found]),
        error=np.array([[h.probability_error for h in one.hypotheses] for one in found]),
        observations=tuple(one.observations for one in found),
        fit=tuple(one.status == "ok" for one in found),
    )
