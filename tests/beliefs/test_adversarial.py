"""Records that should break an inference, and must not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.beliefs import Beliefs, as_series, infer_beliefs, reweigh_priors, to_arviz
from detente.case import Case, DelayScale
from detente.errors import InputError
from tests.beliefs.made_up import act, event, make_case, menu, quantity, story
from tests.beliefs.test_situations import late

PUSHES = {"nothing": {}, "a": {"g0": 3.0, "g1": -2.0}, "b": {"g0": -3.0, "g1": 2.0}}
STORIES = (story("as_declared", {"g0": 3, "g1": -1}), story("other", {"g0": -1, "g1": 3}))


def inferred(case: Case, **more: object) -> Beliefs:
    return infer_beliefs(case, "p", case.as_of, samples=600, **more)  # type: ignore[arg-type]


def made(
    codings: list, *, events: tuple = (), hypotheses: tuple = STORIES, pushes: dict | None = None
) -> Case:  # type: ignore[type-arg]
    return make_case(2, [menu("m0", pushes or PUSHES)], codings, events=events, hypotheses=hypotheses)


def test_contradictory_acts_leave_the_odds_near_even() -> None:
    found = inferred(made([act(n, "m0", "ab"[n % 2]) for n in range(20)]))
    assert found.status == "ok"
    assert abs(found.hypothesis("as_declared").probability - found.hypothesis("other").probability) < 0.35
    one_sided = inferred(made([act(n, "m0", "a") for n in range(20)]))
    assert one_sided.hypothesis("as_declared").probability > 0.7


def test_an_act_whose_alternatives_are_identical_says_nothing() -> None:
    same = {"x": {"g0": 1.0}, "y": {"g0": 1.0}, "z": {"g0": 1.0}}
    found = inferred(made([act(n, "m0", "x") for n in range(12)], pushes=same))
    assert [h.probability for h in found.hypotheses] == pytest.approx([1 / 3] * 3, abs=0.01)
    assert max(abs(t.pull) for t in found.tells) < 1e-6
    assert all(row.bits < 1e-6 for row in found.information)
    assert found.unexplained == ()


def test_weights_at_the_edge_of_the_simplex() -> None:
    told = (story("as_declared", {"g0": 1.0}), story("other", {"g1": -1.0}))
    found = inferred(made([act(n, "m0", "a") for n in range(40)], hypotheses=told))
    assert found.status == "ok"
    assert np.isfinite(found.mean).all()
    assert all(np.isfinite(h.log_evidence) for h in found.hypotheses)
    assert np.abs(found.mean).sum() <= 1 + 1e-9


@pytest.mark.parametrize(("reported", "sources"), [(6, ("A",)), (1, ("F",)), (6, ("F",))])
def test_evidence_that_cannot_be_judged_changes_nothing(reported: int, sources: tuple[str, ...]) -> None:
    codings = [act(n, "m0", "a") for n in range(10)]
    events = tuple(event(n, reported=reported, sources=sources) for n in range(10))
    found = inferred(made(codings, events=events))
    assert found.observations == 0
    assert found.unused == {"cannot be judged": 10}
    assert [h.probability for h in found.hypotheses] == pytest.approx([1 / 3] * 3)
    assert (found.learned == 0).all()
    assert all(h.method == "prior" for h in found.hypotheses)


def test_a_party_without_a_record_keeps_its_prior() -> None:
    found = inferred(made([]))
    assert (found.status, found.observations, found.tells, found.information) == ("ok", 0, (), ())
    assert found.shifts["grades_soft"] == pytest.approx([1 / 3] * 3)


def test_the_order_of_the_record_does_not_matter() -> None:
    codings = [act(n, "m0", "aab"[n % 3], reading=1 + n % 3) for n in range(15)]
    forward, backward = inferred(made(codings)), inferred(made(codings[::-1]))
    for a, b in zip(forward.hypotheses, backward.hypotheses, strict=True):
        assert a.probability == b.probability
        assert (a.weights == b.weights).all()
    assert {t.id: round(t.pull, 12) for t in forward.tells} == {
        t.id: round(t.pull, 12) for t in backward.tells
    }


def test_a_record_that_is_told_twice_counts_once() -> None:
    codings = [act(n, "m0", "a") for n in range(5)]
    again = [replace(c, id=f"{c.id}x") for c in codings]
    once, twice = inferred(made(codings)), inferred(made([*codings, *again]))
    assert [h.probability for h in twice.hypotheses] == [h.probability for h in once.hypotheses]


def test_other_priors_at_once_are_those_of_another_inference() -> None:
    codings = [act(n, "m0", "aab"[n % 3]) for n in range(9)]
    found = reweigh_priors(inferred(made(codings)), {"other": 3.0, "as_declared": 1.0, "none_of_these": 1.0})
    stories = (STORIES[0], replace(STORIES[1], odds=3.0))
    again = inferred(made(codings, hypotheses=stories))
    for a, b in zip(found.hypotheses, again.hypotheses, strict=True):
        assert a.probability == pytest.approx(b.probability, abs=1e-9)
        assert a.prior == pytest.approx(b.prior)
    assert found.leader == again.leader
    assert found.mean == pytest.approx(again.mean, abs=0.02)
    assert found.shifts["kappa_half"] == pytest.approx(again.shifts["kappa_half"], abs=1e-9)


@pytest.mark.parametrize("odds", [{"other": -1.0}, {"nobody": 1.0}, {"other": float("nan")},
                                  {"other": 0.0, "as_declared": 0.0, "none_of_these": 0.0}])  # fmt: skip
def test_wrong_priors_are_refused(odds: dict[str, float]) -> None:
    found = inferred(made([]), shifts=False, tells=False)
    with pytest.raises(InputError, match="must be"):
        reweigh_priors(found, odds)


def test_a_series_is_of_one_party_and_of_days_in_order() -> None:
    case = made([act(n, "m0", "a") for n in range(4)])
    days = [case.events[0].known_on, case.as_of]
    found = [infer_beliefs(case, "p", day, samples=600, shifts=False, tells=False) for day in days]
    series = as_series(found)
    assert series.observations == (1, 4)
    assert series.probability.shape == (2, 3)
    assert series.probability.sum(axis=1) == pytest.approx([1, 1])
    for wrong in ([], found[::-1], [found[0], replace(found[1], party="q")]):
        with pytest.raises(InputError, match="series must be"):
            as_series(wrong)


def test_draws_go_to_arviz_with_their_names() -> None:
    found = inferred(made([act(0, "m0", "a")]), shifts=False, tells=False)
    tree = to_arviz(found)
    assert list(tree.posterior["other"].goal.values) == ["g0", "g1"]
    n = len(found.hypothesis("other").weights)
    np.testing.assert_array_equal(tree.posterior["other"].values[0], found.hypothesis("other").weights[:n])
    assert tree.sample_stats["probability"].values.ravel() == pytest.approx(
        [h.probability for h in found.hypotheses]
    )


def test_many_delays_far_from_the_usual_do_not_overflow() -> None:
    scale = DelayScale("call", "", "days", quantity(30), {"g0": quantity(3.0)}, quantity(0.0), 1.5)
    codings = [late(n, "", 0.5, 0.5) for n in range(16)]
    found = inferred(replace(made(codings), delays=(scale,)), tells=False)
    assert all(np.isfinite(h.log_evidence) for h in found.hypotheses)
    assert found.status == "ok"


def test_a_delay_of_nothing_is_far_off_and_no_more() -> None:
    scale = DelayScale("call", "", "days", quantity(30), {"g0": quantity(3.0)}, quantity(0.0), 1.5)
    found = inferred(replace(made([late(0, "", 0.0, 0.0)]), delays=(scale,)), shifts=False, tells=False)
    assert max(h.nats_over_coin for h in found.hypotheses) < 16


def test_many_large_counts_under_one_origin_do_not_overflow() -> None:
    wide = {"nothing": {}, **{f"a{i}": {"g0": 3.0 - 0.3 * i} for i in range(20)}}
    menus = [menu(f"m{k}", wide) for k in range(5)]
    codings = [
        replace(act(5 * e + k, f"m{k}", {"a0": 60 + e}), event=f"E{e}") for e in range(18) for k in range(5)
    ]
    case = make_case(2, menus, codings, hypotheses=STORIES)
    found = inferred(case, shifts=False)
    assert all(np.isfinite(h.log_evidence) for h in found.hypotheses)
    assert found.mean[0] > 0.4


def test_what_speaks_against_the_leader_follows_the_leader() -> None:
    found = inferred(made([act(n, "m0", "aab"[n % 3]) for n in range(9)]))
    other = next(h.name for h in found.hypotheses if h.name != found.leader)
    turned = reweigh_priors(found, {other: 1e6})
    assert turned.leader == other
    names = [h.name for h in turned.hypotheses]
    lead, following = names.index(turned.leader), names.index(turned.runner_up)
    for tell in turned.tells:
        assert tell.pull == pytest.approx(tell.loss[lead] - tell.loss[following])
        assert tell.surprise == pytest.approx(tell.surprises[lead])
    assert turned.leader not in turned.best_for
