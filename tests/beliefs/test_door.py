"""What goes in by the door, and what the result says about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.beliefs import Beliefs, RefusalData, infer_beliefs, weight_draws
from detente.case import Case
from detente.errors import InputError
from tests.beliefs.made_up import act, choose, event, make_case, menu, random_menus, story, words

TRUTH = np.array([0.5, -0.3, 0.2])


def sample_case() -> Case:
    rng = np.random.default_rng(2)
    menus = random_menus(rng, 3, 4, spread=0.4)
    codings = [act(i, f"m{i % 4}", choose(rng, menus[i % 4], TRUTH, 0.6), 1 + i % 2) for i in range(16)]
    codings += [words(16, "west", {"g1": 1}), words(17, "home", {"g0": 1, "g1": -1})]
    events = [event(i, sources=("A", "B") if i % 2 else ("C",)) for i in range(18)]
    stories = [story("as_declared", {"g1": 3, "g2": 2}), story("true", {"g0": 5, "g1": -3, "g2": 2})]
    return make_case(3, menus, codings, events=events, hypotheses=stories)


def answer(name: str, said: str, gain: tuple[float, float, float], claimed: float = 0.0) -> RefusalData:
    gains = np.array([gain])
    return RefusalData(name, name, said, gains, np.zeros(1), gains + claimed, np.zeros(1))


@pytest.fixture(scope="module")
def case() -> Case:
    return sample_case()


@pytest.fixture(scope="module")
def full(case: Case) -> Beliefs:
    return infer_beliefs(case, "p", case.as_of)


def brief(case: Case, **options: object) -> Beliefs:
    return infer_beliefs(case, "p", case.as_of, shifts=False, tells=False, samples=1000, **options)  # type: ignore[arg-type]


def test_the_result_tells_its_numbers(full: Beliefs) -> None:
    assert full.status == "ok"
    assert (full.leader, full.observations) == ("true", 18)
    assert sum(h.probability for h in full.hypotheses) == pytest.approx(1)
    for h in full.hypotheses:
        assert h.fit
        assert 0 < h.mc_error < 0.1
        assert np.abs(h.weights).sum(axis=1) == pytest.approx(np.ones(len(h.weights)))
    assert full.declared == pytest.approx([0, 0.6, 0.4])
    assert (full.low <= full.mean).all()
    assert (full.mean <= full.high).all()
    assert {(c.speaker, c.audience) for c in full.candour} == {("p", "home"), ("p", "west")}
    assert [s.unit for s in full.scales] == ["pushes"]
    assert full.scales[0].mean < 1.5


def test_odds_come_with_their_assumptions_changed(full: Beliefs, case: Case) -> None:
    assert set(full.shifts) == {
        *(f"{n}_{k}" for n in ("kappa", "gap") for k in ("half", "double")),
        "grades_soft",
        "grades_sharp",
    }
    for name, options in {"kappa_double": {"kappa_factor": 2.0}, "gap_half": {"gap_factor": 0.5}}.items():
        again = infer_beliefs(case, "p", case.as_of, shifts=False, tells=False, **options)  # type: ignore[arg-type]
        assert full.shifts[name] == pytest.approx([h.probability for h in again.hypotheses], abs=0.03)
    assert full.shifts["kappa_double"] != pytest.approx(full.shifts["kappa_half"], abs=1e-3)


def test_same_seed_same_values_and_another_seed_others(case: Case) -> None:
    one, two, other = brief(case, seed=3), brief(case, seed=3), brief(case, seed=4)
    assert (one.mean == two.mean).all()
    assert [h.probability for h in one.hypotheses] == [h.probability for h in two.hypotheses]
    assert (one.mean != other.mean).any()


def test_a_story_does_not_depend_on_which_others_are_told(case: Case) -> None:
    fewer = replace(case, hypotheses=case.hypotheses[1:])
    assert brief(case).hypothesis("true").log_evidence == brief(fewer).hypothesis("true").log_evidence
    assert brief(fewer).declared is None
    assert "as_declared" in brief(fewer).notes[0]


def test_only_what_was_known_by_the_day_is_used(case: Case) -> None:
    early = infer_beliefs(case, "p", date(2016, 1, 10), shifts=False, tells=False, samples=1000)
    assert early.observations == 10
    assert early.unused == {"known only later": 8}
    cut = replace(case, codings=case.codings[:10])
    assert [h.log_evidence for h in early.hypotheses] == [h.log_evidence for h in brief(cut).hypotheses]


def test_the_text_a_story_is_taken_from_is_kept_out_under_every_story(case: Case) -> None:
    told = (replace(case.hypotheses[0], kept_out=("E16", "K3")), case.hypotheses[1])
    kept, cut = brief(replace(case, hypotheses=told)), brief(case, drop={"K16", "K3"})
    assert kept.unused == {"kept out: a hypothesis is taken from it": 2}
    assert [h.log_evidence for h in kept.hypotheses] == [h.log_evidence for h in cut.hypotheses]


def test_leaving_one_out_agrees_with_doing_so(full: Beliefs, case: Case) -> None:
    base = infer_beliefs(case, "p", case.as_of, shifts=False, tells=False, samples=12_000)
    for tell in (full.tells[0], full.tells[5], full.tells[17]):
        again = infer_beliefs(
            case, "p", case.as_of, drop={tell.id}, shifts=False, tells=False, samples=12_000
        )
        pairs = zip(base.hypotheses, again.hypotheses, strict=True)
        loss = [a.nats_over_coin - b.nats_over_coin for a, b in pairs]
        assert tell.loss == pytest.approx(loss, abs=0.12)
        places = [h.name for h in full.hypotheses]
        leader, next_one = places.index(full.leader), places.index(full.runner_up)
        assert tell.pull == pytest.approx(tell.loss[leader] - tell.loss[next_one])


def test_surprise_is_the_chance_of_what_was_done(full: Beliefs) -> None:
    acts = [t for t in full.tells if t.kind == "act"]
    assert all(0 < t.surprise < 1 for t in full.tells)
    assert [t.by_chance for t in acts] == pytest.approx([0.25] * len(acts))
    assert np.mean([t.surprise for t in acts]) > 0.4
    assert full.against == min(full.tells, key=lambda t: t.pull).id


def test_a_source_carries_what_rests_on_it_alone(full: Beliefs, case: Case) -> None:
    by_source = {t.source: t for t in full.source_tells}
    assert set(by_source) == {"A", "C"}  # B never decides a grade: A is better and always there
    assert by_source["C"].observations == tuple(f"K{i}" for i in range(0, 18, 2))
    assert np.abs(by_source["A"].loss).max() < 0.5  # without A, B still vouches
    without = infer_beliefs(
        case, "p", case.as_of, drop=set(by_source["C"].observations), shifts=False, tells=False
    )
    pairs = zip(full.hypotheses, without.hypotheses, strict=True)
    loss = [a.nats_over_coin - b.nats_over_coin for a, b in pairs]
    assert by_source["C"].loss == pytest.approx(loss, abs=0.2)


def test_draws_average_over_stories(full: Beliefs) -> None:
    draws = weight_draws(full, 2000, seed=1)
    assert draws.shape == (2000, 3)
    assert np.abs(draws).sum(axis=1) == pytest.approx(np.ones(2000))
    assert draws.mean(axis=0) == pytest.approx(full.mean, abs=0.02)
    assert (draws == weight_draws(full, 2000, seed=1)).all()
    with pytest.raises(InputError, match="at least 1"):
        weight_draws(full, 0, seed=1)


def test_words_without_acts_are_marked() -> None:
    where = menu("m0", {"nothing": {}, "push": {"g0": 2}})
    found = brief(make_case(3, [where], [act(0, "m0", "push"), words(1, "west", {"g0": 1, "g2": 1})]))
    assert found.words_only.tolist() == [False, False, True]


def test_a_refusal_says_what_a_party_minds() -> None:
    case = make_case(2, [], [])
    no = [answer(f"r{i}", "no", (10.0, 0.0, 0.0)[:2]) for i in range(6)]  # type: ignore[arg-type]
    yes = [answer(f"s{i}", "yes", (0.0, 10.0, 0.0)[:2]) for i in range(6)]  # type: ignore[arg-type]
    found = brief(case, refusals=[*no, *yes])
    assert found.mean[0] < -0.1
    assert found.mean[1] > 0.1
    assert [s.unit for s in found.scales] == ["points"]


def test_open_answers_and_repeated_proposals_tell_nothing_more(case: Case) -> None:
    no = answer("r", "no", (-20.0, 10.0, 0.0))
    open_ones = [
        replace(no, id=f"o{i}", proposal=f"o{i}", answer=a)
        for i, a in enumerate(("partly", "later", "unclear"))
    ]
    again = replace(no, id="again", named=False, others_yes=0.5)
    one, many = brief(case, refusals=[no]), brief(case, refusals=[no, *open_ones, again])
    assert [h.log_evidence for h in one.hypotheses] == [h.log_evidence for h in many.hypotheses]
    assert many.unused == {"neither yes nor no": 3, "the same proposal again": 1}
    blamed, unblamed = (
        abs(
            brief(case, refusals=[r]).hypothesis("true").log_evidence
            - brief(case).hypothesis("true").log_evidence
        )
        for r in (replace(no, q=0.9), replace(no, q=0.9, named=False, others_yes=0.1))
    )
    assert blamed != pytest.approx(unblamed, abs=0.01)


def test_talks_that_fail_speak_about_hype(case: Case) -> None:
    offer = answer("r", "no", (-10.0, 10.0, 0.0), claimed=60.0)
    found = infer_beliefs(case, "p", case.as_of, refusals=[offer], shifts=False)
    chance = found.refusals[0]
    assert chance.claimed is not None
    assert chance.evidenced > 0.7 > chance.claimed + 0.2
    tell = found.tells[-1]
    assert (tell.kind, tell.id) == ("answer", "r")
    assert tell.surprise == pytest.approx(
        infer_beliefs(case, "p", case.as_of, refusals=[offer], shifts=False).tells[-1].surprise
    )


def test_the_chance_of_a_no_is_weighed_over_stories() -> None:
    where = menu("m0", {"nothing": {}, "push": {"g0": 3}, "pull": {"g0": -3}})
    stories = [story("friend", {"g0": 5, "g1": 1}), story("foe", {"g0": -5, "g1": 1})]
    pushes = make_case(2, [where], [act(i, "m0", "push") for i in range(12)], hypotheses=stories)
    offer = RefusalData("r", "r", "no", np.array([[-25.0, 0.0]]), np.zeros(1))
    found = infer_beliefs(pushes, "p", pushes.as_of, refusals=[offer], shifts=False)
    assert found.leader == "friend"
    assert found.refusals[0].evidenced > 0.85
    assert found.refusals[0].claimed is None


def test_errors_say_what_must_be(case: Case) -> None:
    with pytest.raises(InputError, match="party must be one of p, q"):
        infer_beliefs(case, "nobody", case.as_of)
    with pytest.raises(InputError, match="samples must be at least 400"):
        infer_beliefs(case, "p", case.as_of, samples=10)
    with pytest.raises(InputError, match="about must be one of m0"):
        brief(replace(case, codings=(*case.codings, act(0, "m9", "a0"))))
    with pytest.raises(InputError, match="value must be one of nothing"):
        brief(replace(case, codings=(*case.codings, act(0, "m0", "z"))))
    with pytest.raises(InputError, match="answer must be one of"):
        answer("r", "perhaps", (1.0, 0.0, 0.0))
    with pytest.raises(InputError, match="gains must be"):
        RefusalData("r", "r", "no", np.zeros(3), np.zeros(1))
    with pytest.raises(InputError, match="hypothesis must be one of"):
        brief(case).hypothesis("spoiler")


def test_a_party_without_stories_has_none_of_these(case: Case) -> None:
    found = infer_beliefs(case, "q", case.as_of)
    assert [h.name for h in found.hypotheses] == ["none_of_these"]
    assert (found.observations, found.runner_up, found.against) == (0, "", None)


def test_the_error_of_few_effect_draws_is_told(case: Case) -> None:
    runs = [brief(case, seed=seed, effect_draws=12) for seed in range(16)]
    told = [[h.effect_error for h in run.hypotheses] for run in runs]
    seen = np.std([[h.nats_over_coin for h in run.hypotheses] for run in runs], axis=0)
    assert seen == pytest.approx(np.mean(told, axis=0), rel=0.6)
    odds = np.std([[h.probability for h in run.hypotheses] for run in runs], axis=0)
    error = np.mean([[h.probability_error for h in run.hypotheses] for run in runs], axis=0)
    assert odds == pytest.approx(error, rel=0.6)
    more = brief(case, effect_draws=200)
    assert (np.mean(told, axis=0) > [2 * h.effect_error for h in more.hypotheses]).all()
