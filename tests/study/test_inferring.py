"""Parties inferred in several processes, factions linked, odds over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.beliefs import Beliefs
from detente.case import Case, load
from detente.engine import Crew
from detente.errors import InputError
from detente.study import odds_of
from detente.study.inferring import ask_parties, infer_party, link_flags

DAYS = (date(2015, 10, 15), date(2016, 3, 14))


@pytest.fixture(scope="module")
def case() -> Case:
    return load("kerry-2016")


@pytest.fixture(scope="module")
def alone(case: Case) -> dict[str, Beliefs]:
    asked = ask_parties(case, ["kremlin", "rus_mod", "damascus"], DAYS[1], case.draws(50, 0), brief=True)
    return {question.party: infer_party(question) for question in asked}


def test_two_processes_find_the_same_numbers(case: Case, alone: dict[str, Beliefs]) -> None:
    asked = ask_parties(case, list(alone), DAYS[1], case.draws(50, 0), brief=True)
    with Crew(2) as crew:
        beside = crew.map(infer_party, asked)
    for found in beside:
        for a, b in zip(found.hypotheses, alone[found.party].hypotheses, strict=True):
            assert (a.probability, a.log_evidence) == (b.probability, b.log_evidence)
            assert (a.weights == b.weights).all()


def test_only_factions_of_one_flag_are_linked(case: Case, alone: dict[str, Beliefs]) -> None:
    linked = link_flags(case, alone, 0)
    assert linked["kremlin"].kin == ("rus_mod",)
    assert linked["rus_mod"].kin == ("kremlin",)
    assert linked["damascus"] is alone["damascus"]
    strangers = replace(case, settings=replace(case.settings, kinship=0.0))
    assert link_flags(strangers, alone, 0)["kremlin"] is alone["kremlin"]


def test_odds_over_time_grow_with_the_record(case: Case) -> None:
    series = odds_of(case, DAYS)
    kremlin = series["kremlin"]
    assert kremlin.days == DAYS
    assert kremlin.observations[0] < kremlin.observations[1]
    np.testing.assert_allclose(kremlin.probability.sum(axis=1), 1.0)
    with pytest.raises(InputError, match="ascending"):
        odds_of(case, DAYS[::-1])
