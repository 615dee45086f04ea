"""Odds over time for every party with hypotheses, from what was known on each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from detente.beliefs import OddsSeries, as_series
from detente.case import Case
from detente.engine import Crew
from detente.errors import InputError
from detente.study.inferring import ask_parties, infer_party, link_flags
from detente.study.study import Study

DRAWS = 100


def odds_of(
    case: Case, days: Sequence[date], *, seed: int = 0, crew: Crew | None = None
) -> Mapping[str, OddsSeries]:
    """Party → its odds as of each of `days`, factions of one flag linked.

    Raises InputError for no days or days out of order. Cost: a fit of every hypothesis per party and day,
    shared by `crew`. It will not find what the hypotheses would have been if they had been written on that
    day.
    """
    if not days or list(days) != sorted(set(days)):
        told = ", ".join(map(str, days)) or "none"
        raise InputError(f"days must be one or more, in ascending order, got {told}")
    parties = list(dict.fromkeys(h.party for h in case.hypotheses))
    draws = case.draws(DRAWS, seed)
    asked = [question for day in days for question in ask_parties(case, parties, day, draws, brief=True)]
    found = (crew or Crew()).map(infer_party, asked)
    by_day = [
        link_flags(case, dict(zip(parties, found[i : i + len(parties)], strict=True)), seed)
        for i in range(0, len(found), len(parties))
    ]
    return {name: as_series([beliefs[name] for beliefs in by_day]) for name in parties}


def with_odds(study: Study, days: Sequence[date], crew: Crew | None = None) -> Study:
    """The same study with odds over time."""
    return replace(study, odds=odds_of(study.case, days, seed=study.seed, crew=crew))
