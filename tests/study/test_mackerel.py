"""The bundled fisheries case: what its record says, and that the model answers as the parties did."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from detente.case import Case, check, claims_on, load, pool
from detente.study import Study, assess, review

AFTER_LONDON = date(2014, 3, 13)


@pytest.fixture(scope="module")
def case() -> Case:
    return load("mackerel-2014")


@pytest.fixture(scope="module")
def after(case: Case) -> Study:
    return assess(case, draws=60, as_of=AFTER_LONDON)


def test_the_record_is_full_and_of_its_years(case: Case) -> None:
    kinds = Counter(coding.kind for coding in case.codings)
    assert len(case.sources) >= 25
    assert len(case.events) >= 45
    assert set(kinds) == {"act", "statement", "claim", "answer", "counter", "delay", "level"}
    assert kinds["act"] >= 50
    assert {event.known_on.year for event in case.events} == set(range(2008, 2016))


def test_two_surveys_and_one_claim_of_the_same_summer_stay_apart(case: Case) -> None:
    claims = claims_on(case, "zone_2013", case.as_of)
    assert {(claim.by, claim.number.low) for claim in claims} == {("survey", 17.0), ("iceland", 30.0)}
    measure = next(m for m in case.measures if m.name == "zone_2013")
    pooled = pool(claims, measure.ignorance, case.draws(200, 0))
    heaviest = claims[int(np.argmax(pooled.weights))]
    assert heaviest.by == "survey"


def test_the_check_notices_only_what_the_readme_defends(case: Case) -> None:
    found = [*check("mackerel-2014"), *review(case)]
    assert [p for p in found if p.severity == "error"] == []
    defended = ("moves together with", "known only after as_of", "comes only after as_of")
    assert [p for p in found if not any(words in p.must for words in defended)] == []


def refusers(study: Study, proposal: str) -> set[str]:
    offer = next(o for o in study.proposals if o.name == proposal)
    return {study.space.parties[p] for p in np.flatnonzero(offer.gains.mean(axis=0) < 0)}


def test_those_who_said_no_lose_by_what_they_refused(after: Study) -> None:
    assert {"iceland", "faroes"} <= refusers(after, "offer_2012")
    assert {"norway", "faroes"} <= refusers(after, "autumn_2013")
    assert next(o for o in after.proposals if o.name == "autumn_2013").all_accept < 0.1


def test_the_string_of_each_side_closes_the_way_to_four(after: Study) -> None:
    by_name = {offer.name: offer for offer in after.proposals}
    assert by_name["edinburgh"].all_accept < 0.05
    assert by_name["edinburgh"].without_strings > 0.5


def test_three_of_four_gain_by_london(after: Study) -> None:
    london = next(o for o in after.proposals if o.name == "london")
    gains = dict(zip(after.space.parties, london.gains.mean(axis=0), strict=True))
    assert min(gains[p] for p in ("commission", "norway", "faroes", "ireland")) > 0
    assert gains["iceland"] < gains["faroes"]
    assert london.all_accept > 0.9


def test_the_record_tells_of_the_faroes_and_not_yet_of_iceland(after: Study) -> None:
    iceland, faroes = after.beliefs["iceland"], after.beliefs["faroes"]
    assert iceland.status == faroes.status == "ok"
    chances = {h.name: h.probability for h in faroes.hypotheses}
    assert faroes.leader == "own_master"
    assert chances["as_declared"] < 0.2
    assert max(h.probability for h in iceland.hypotheses) < 0.5
