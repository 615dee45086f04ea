"""The run as a whole: seeds, dates, what is used when, and what another input does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.brief import facts_json, gather_facts
from detente.case import Case, Values, stated_weights
from detente.contribution import read_capabilities
from detente.engine import Crew
from detente.errors import InputError
from detente.study import assess, review, with_offer, with_price
from detente.study.refusals import SAMPLES, recorded_refusals
from tests.study.made_up import template


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return template(str(tmp_path_factory.mktemp("case")))


def test_same_seed_same_bytes_and_another_seed_other_numbers(case: Case) -> None:
    one, two, other = (facts_json(gather_facts(assess(case, draws=60, seed=s))) for s in (3, 3, 4))
    assert one == two
    assert one != other


def test_nothing_known_later_is_used(case: Case) -> None:
    early = date(2031, 1, 1)
    late = assess(case, draws=40)
    before = assess(case, draws=40, as_of=early)
    known = {c.id for c in case.codings if c.known_on <= early}
    assert {row.id for row in gather_facts(before).observations} == known
    assert {p.name for p in before.proposals} == {p.name for p in case.proposals if p.known_on <= early}
    assert len(gather_facts(late).observations) > len(known)


def test_dropping_what_is_known_later_changes_nothing(case: Case) -> None:
    day = case.as_of
    cut = replace(case, codings=tuple(c for c in case.codings if c.known_on <= day))
    assert facts_json(gather_facts(assess(case, draws=40))) == facts_json(gather_facts(assess(cut, draws=40)))


def test_weights_of_an_inferred_party_come_from_its_posterior(case: Case) -> None:
    study = assess(case, draws=50)
    for place, party in enumerate(case.parties):
        weights = study.evidenced.weights[:, place]
        assert np.abs(weights).sum(axis=1) == pytest.approx(1.0)
        if party.inferred:
            assert weights.std(axis=0).max() > 0.01
    declared = assess(case, draws=50, as_declared=True)
    inferred = [place for place, party in enumerate(case.parties) if party.inferred]
    assert inferred
    assert np.allclose(declared.evidenced.weights[:, inferred[0]].std(axis=0), 0.0)


def test_an_offer_and_a_price_can_be_asked_for(case: Case) -> None:
    study = assess(case, draws=40)
    issue = case.issues[0]
    asked = with_offer(study, f"{issue.name}={issue.options[1].name}")
    assert asked.offer is not None
    assert asked.offer.package.tolist() == [1] + [0] * (len(case.issues) - 1)
    ladder = with_price(study, issue=issue.name).prices[0]
    assert ladder.issue == issue.name
    assert len(ladder.evidenced[0].payable) == len(issue.options)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"principal": "nobody"}, "must be one of"),
        ({"table": ("nobody",)}, "must be one of"),
        ({"draws": 3}, "at least 20"),
        ({"engine": "cloud"}, "'local'"),
        ({"as_of": "tomorrow"}, "a date like"),
    ],
)
def test_wrong_arguments_are_told(case: Case, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        assess(case, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["nonsense", "water=", "=x", "nowhere=1", ""])
def test_a_package_that_is_none_is_told(case: Case, text: str) -> None:
    with pytest.raises(InputError):
        with_offer(assess(case, draws=20), text)


def test_the_briefing_for_the_other_side(case: Case) -> None:
    other = next(name for name in case.table if name != case.principal)
    study = assess(case, draws=40, principal=other)
    assert study.principal == other
    assert gather_facts(study).principal == other


def test_a_recorded_answer_that_the_model_contradicts_is_noticed(case: Case) -> None:
    strong = replace(case, settings=replace(case.settings, gap90_points=1.0))
    offer = assess(strong, draws=200).proposals[0]
    free = [p for p, party in enumerate(case.parties) if party.name not in {c.by for c in case.conditions}]
    surest = max(free, key=lambda p: offer.says_yes[p])
    assert offer.says_yes[surest] > 0.85
    pattern = next(c for c in case.codings if c.kind == "answer")
    for answer, noticed in (("no", True), ("yes", False)):
        coding = replace(pattern, id="K999", by=case.parties[surest].name, about=offer.name, answer=answer)
        found = review(replace(strong, codings=(*case.codings, coding)))
        assert any("K999" in problem.must for problem in found) == noticed


def test_a_broken_string_explains_a_no_and_contradicts_a_yes(case: Case) -> None:
    study = assess(case, draws=200)
    offer = study.offer
    assert offer is not None
    assert offer.explanation.broken, "the template's draft breaks a string"
    owner = next(c.by for c in case.conditions if c.name in offer.explanation.broken)
    pattern = next(c for c in case.codings if c.kind == "answer")
    for answer, noticed in (("no", False), ("yes", True)):
        coding = replace(pattern, id="K999", by=owner, about=offer.name, answer=answer)
        found = review(replace(case, codings=(*case.codings, coding)))
        assert any("K999" in problem.must for problem in found) == noticed


def test_two_processes_give_the_bytes_of_one(case: Case) -> None:
    with Crew(2) as crew:
        shared = assess(case, draws=60, crew=crew)
    assert facts_json(gather_facts(shared)) == facts_json(gather_facts(assess(case, draws=60)))


def test_answers_are_read_off_the_first_draws(case: Case) -> None:
    """What few draws say of an answer is the beginning of what many say."""
    day = case.as_of
    name = next(c.by for c in case.codings if c.kind == "answer")
    few, many = (
        recorded_refusals(case, name, day, values_of(case, n), values_of(case, n)) for n in (SAMPLES, 500)
    )
    assert few
    for one, other in zip(few, many, strict=True):
        assert one.gain_by_goal.shape == (SAMPLES, len(case.goals))
        assert np.array_equal(one.gain_by_goal, other.gain_by_goal)
        assert np.array_equal(one.constant, other.constant)


def values_of(case: Case, n: int) -> Values:
    draws = case.draws(n, 0)
    has = read_capabilities(case, case.as_of, draws)
    weights = stated_weights(case, draws, case.as_of)
    return Values(draws, weights, has.evidenced, has.contributors, has.tasks, case.as_of)
