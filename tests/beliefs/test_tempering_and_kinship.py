"""The fallback agrees with nested sampling's answer; factions pull each other, and only by their kinship."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from detente.beliefs import Beliefs, infer_beliefs, link_factions, shifting
from detente.beliefs import fit as fitting
from detente.beliefs.information import _told
from detente.beliefs.kinship import _places, _prior, log_ratios
from detente.beliefs.proposal import draw, prior_part
from detente.case import Case
from detente.errors import InputError
from tests.beliefs.made_up import act, choose, make_case, random_menus, story

TRUTH = np.array([0.5, -0.3, 0.1, 0.1])


def synthetic(seed: int, acts: int, truth: np.ndarray = TRUTH) -> Case:
    rng = np.random.default_rng(seed)
    menus = random_menus(rng, len(truth), 6)
    codings = [act(i, f"m{i % 6}", choose(rng, menus[i % 6], truth, 0.6)) for i in range(acts)]
    told = [
        story("true", {f"g{i}": float(w) for i, w in enumerate(truth)}),
        story("other", {"g2": 3, "g3": -2}),
    ]
    return make_case(len(truth), menus, codings, hypotheses=told)


def bare(case: Case, **more: int) -> Beliefs:
    return infer_beliefs(case, "p", case.as_of, shifts=False, tells=False, **more)


@pytest.mark.parametrize("seed", range(2))
def test_tempering_finds_the_evidence_and_the_weights(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = synthetic(seed, 40)
    usual = bare(case, samples=20_000)
    monkeypatch.setattr(fitting, "LEAST_ESS", 1e9)
    monkeypatch.setattr(shifting, "may_matter", lambda *told: True)
    found = bare(case, samples=6000)
    for a, b in zip(usual.hypotheses, found.hypotheses, strict=True):
        assert (a.method, b.method) == ("importance", "tempered")
        assert abs(a.log_evidence - b.log_evidence) < 4 * b.mc_error + 0.05
        assert b.mc_error < 0.3
        assert b.mean == pytest.approx(a.mean, abs=0.04)


def test_a_rough_story_that_cannot_matter_does_not_hide_the_odds(monkeypatch: pytest.MonkeyPatch) -> None:
    case = synthetic(3, 80)
    assert bare(case).hypothesis("other").probability < 1e-4
    real = fitting.temper

    def rough(*told: object) -> object:
        return replace(real(*told), ess=1.0)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "temper", rough)
    monkeypatch.setattr(fitting, "LEAST_ESS", 1e9)
    found = bare(case)
    assert found.status == "unfit"
    assert "true" in found.why_unfit
    assert "other" not in found.why_unfit
    assert any("other is rough" in note or "other" in note for note in found.notes)


def test_the_density_ratio_is_that_of_correlated_normals() -> None:
    rng = np.random.default_rng(0)
    v, rho = rng.standard_normal((3, 2)), 0.4
    joint = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
    told = log_ratios(v[:2].mean(axis=0)[None], 2, v[2:], rho)[0, 0]
    whole = sum(multivariate_normal(cov=joint).logpdf(v[:, g]) for g in range(2))
    pair = sum(multivariate_normal(cov=joint[:2, :2]).logpdf(v[:2, g]) for g in range(2))
    alone = sum(multivariate_normal().logpdf(v[2, g]) for g in range(2))
    assert told == pytest.approx(whole - pair - alone)


def test_a_faction_without_a_record_leans_to_what_the_other_shows() -> None:
    one, other = bare(synthetic(0, 60)), bare(synthetic(1, 0))
    assert other.hypothesis("true").probability == pytest.approx(1 / 3)
    linked = link_factions((one, replace(other, party="q")), 0.6)
    assert linked[1].kin == ("p",)
    assert linked[1].hypothesis("true").probability > 0.5
    assert linked[1].mean[0] > other.mean[0] + 0.05
    assert linked[1].learned[0] > 0.05
    assert linked[0].mean == pytest.approx(one.mean, abs=0.03)
    strangers = link_factions((one, other), 0.0)
    assert strangers[1] is other


def test_more_kinship_pulls_more() -> None:
    one, other = bare(synthetic(0, 60)), bare(synthetic(1, 0))
    pulled = [link_factions((one, other), rho)[1].hypothesis("true").probability for rho in (0.1, 0.5, 0.9)]
    assert pulled[0] < pulled[1] < pulled[2]


def test_linking_is_exact_for_two_factions_with_one_goal_each_way() -> None:
    """Brute force: joint posterior on a grid of draws of the correlated prior."""
    cases = [synthetic(0, 12), synthetic(4, 12, np.array([0.4, -0.4, 0.1, 0.1]))]
    found = tuple(bare(c, samples=8000) for c in cases)
    linked = link_factions(found, 0.5)
    again = link_factions(found, 0.5, seed=9)
    for a, b in zip(linked, again, strict=True):
        for h, k in zip(a.hypotheses, b.hypotheses, strict=True):
            assert abs(h.probability - k.probability) < 4 * h.probability_error + 0.03
        assert sum(h.probability for h in a.hypotheses) == pytest.approx(1)


def test_three_factions_and_wrong_kinship() -> None:
    found = [replace(bare(synthetic(s, 10)), party=f"p{s}") for s in range(3)]
    linked = link_factions(found, 0.5)
    assert [b.kin for b in linked] == [("p1", "p2"), ("p0", "p2"), ("p0", "p1")]
    with pytest.raises(InputError, match="kinship must be"):
        link_factions(found, 1.0)


def test_information_of_a_certain_and_of_an_idle_record() -> None:
    p = np.array([0.7, 0.3])
    assert _told(np.array([[0.5, 0.5], [0.5, 0.5]]), p, 0) == pytest.approx((0, 0))
    bits, move = _told(np.eye(2), p, 0)
    assert bits == pytest.approx(-(0.7 * np.log2(0.7) + 0.3 * np.log2(0.3)))
    assert move == pytest.approx(2 * 0.7 * 0.3)


def test_what_tells_most_is_told_first_and_what_nobody_explains_is_listed() -> None:
    case = synthetic(0, 30)
    odd = next(
        a
        for a in ("a0", "a1", "a2")
        if sum(TRUTH[int(g[1:])] * q.low for g, q in case.menus[0].alternatives[a].items())
        == min(
            sum(TRUTH[int(g[1:])] * q.low for g, q in case.menus[0].alternatives[b].items())
            for b in ("a0", "a1", "a2")
        )
    )
    case = replace(
        case,
        codings=(*case.codings, act(31, "m0", odd)),
        events=(*case.events, replace(case.events[0], id="E31", origin="E31")),
    )
    found = infer_beliefs(case, "p", case.as_of, shifts=False)
    bits = [row.bits for row in found.information]
    assert bits == sorted(bits, reverse=True)
    assert {row.about for row in found.information} == {f"m{i}" for i in range(6)}
    assert "K31" in found.unexplained
    tell = next(t for t in found.tells if t.id == "K31")
    assert tell.surprises.shape == (3,)
    assert found.best_for.get("other") in {None, *(t.id for t in found.tells)}


def test_each_faction_keeps_its_own_prior() -> None:
    def told(name: str, odds: dict[str, float]) -> Beliefs:
        one = replace(bare(synthetic(0, 0)), party=name)
        total = sum(odds.values())
        stories = [replace(one.hypotheses[0], name=n, prior=o / total) for n, o in odds.items()]
        return replace(one, hypotheses=tuple(stories))

    found = [
        told("p", {"a": 1, "b": 2, "c": 1}),
        told("q", {"a": 3, "b": 1, "d": 1}),
        told("r", {"b": 1, "a": 1}),
    ]
    for some in (found[:2], found):
        places = _places(some)
        joint = _prior(some, places, 0.7)
        for f, one in enumerate(some):
            for h, story_told in enumerate(one.hypotheses):
                margin = sum(p for p, at in zip(joint, places, strict=True) if at[f] == h)
                assert margin == pytest.approx(story_told.prior)


def test_no_draws_are_no_rows() -> None:
    assert draw(prior_part(3), 0, np.random.default_rng(0)).shape == (0, 3)
