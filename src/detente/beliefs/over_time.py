"""Odds over time: what would have been inferred on earlier days, from what was known then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import numpy as np

from detente.beliefs.infer import infer_beliefs
from detente.beliefs.values import Beliefs, OddsSeries, RefusalData
from detente.case import Case
from detente.errors import InputError

Run = Callable[[Callable[[date], Beliefs], Sequence[date]], Sequence[Beliefs]]


def here(fn: Callable[[date], Beliefs], days: Sequence[date]) -> Sequence[Beliefs]:
    """Days one after the other, in this process."""
    return [fn(day) for day in days]


def odds_over_time(
    case: Case,
    party: str,
    days: Sequence[date],
    *,
    seed: int = 0,
    samples: int = 1500,
    refusals: Callable[[date], Sequence[RefusalData]] | None = None,
    run: Run = here,
) -> OddsSeries:
    """The odds of every hypothesis about `party` as of each of `days` (in ascending order).

    `refusals` gives the answers known on a day; `run` maps a function over days (in order; an engine's map).
    On a day before anything is known the odds are the prior's. Raises InputError for no days or days out of
    order. Cost: a fit of every hypothesis per day. It will not find what the hypotheses would have been if
    they had been written on that day: they are today's.
    """
    if not days or list(days) != sorted(set(days)):
        told = ", ".join(map(str, days)) or "none"
        raise InputError(f"days must be one or more, in ascending order, got {told}")
    found = list(run(partial(_as_of, case, party, seed, samples, refusals), days))
    return OddsSeries(
        party=party,
        days=tuple(days),
        hypotheses=tuple(h.name for h in found[0].hypotheses),
        probability=np.array([[h.probability for h in b.hypotheses] for b in found]),
        error=np.array([[h.probability_error for h in b.hypotheses] for b in found]),
        observations=tuple(b.observations for b in found),
    )


def _as_of(
    case: Case,
    party: str,
    seed: int,
    samples: int,
    refusals: Callable[[date], Sequence[RefusalData]] | None,
    day: date,
) -> Beliefs:
    told = refusals(day) if refusals else ()
    return infer_beliefs(
        case, party, day, seed=seed, samples=samples, refusals=told, shifts=False, tells=False
    )
