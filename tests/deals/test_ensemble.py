"""Chances over draws agree with judging every draw by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable, consenter_gains, keep_values, needed_consenters
from detente.deals.chances import (
    better_off,
    consent_probability,
    draw_acceptable,
    option_frequency,
    says_yes,
)
from detente.deals.ensemble import at_draw, draw_gains, gains_with_weights
from detente.deals.space import DealSpace
from detente.errors import InputError
from tests.deals.random_case import CaseMaker
from tests.deals.test_compile import SEEDS, some_packages


def made(seed: int, draws: int = 4) -> tuple[DealSpace, np.ndarray, CaseMaker]:
    maker = CaseMaker(seed)
    space = DealSpace.from_case(maker.case(), maker.values(draws))
    return space, some_packages(maker.rng, maker.sizes, 6), maker


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_acceptance_over_draws_is_acceptance_in_each_draw(seed: int) -> None:
    space, packages, _ = made(seed)
    want = [acceptable(at_draw(space, k), packages) for k in range(4)]
    np.testing.assert_array_equal(draw_acceptable(space, packages), want)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_consenter_s_probability_is_the_share_of_draws_in_which_it_says_yes_and_keeps(seed: int) -> None:
    space, packages, _ = made(seed)
    shares = consent_probability(space, packages)
    ruled = {c.by for c in space.consents if c.silent} | {c.by for c in space.conditions}
    bar = np.concatenate([space.margin, np.zeros(len(space.bodies))])
    for j in sorted(set(range(len(space.consenters))) - ruled):
        yes = []
        for one in (at_draw(space, k) for k in range(4)):
            agrees = consenter_gains(one, packages)[:, j] >= bar[j] - 1e-9
            for place, keep in enumerate(space.keeps):
                held = np.isin(packages[:, keep.issue], keep.holds) & (keep.by == j)
                agrees &= ~held | (keep_values(one, packages, place) >= -1e-9)
            yes.append(agrees)
        np.testing.assert_allclose(shares[:, j], np.mean(yes, axis=0))


@given(SEEDS, st.floats(1, 50))
@settings(max_examples=30, deadline=None)
def test_the_two_chances_are_what_they_are_said_to_be(seed: int, gap90: float) -> None:
    space, packages, _ = made(seed)
    gained = draw_gains(space, packages)
    np.testing.assert_allclose(better_off(space, packages), (gained >= space.margin - 1e-9).mean(axis=0))
    asked = needed_consenters(space, packages)[:, :4]
    asked[:, list(space.table)] = False
    cheap = np.stack([consenter_gains(at_draw(space, k), packages)[:, :4] for k in range(4)])
    deciding = np.where(asked, cheap, gained)
    odds = 9.0 ** ((deciding - space.margin) / gap90)
    np.testing.assert_allclose(says_yes(space, packages, gap90), (odds / (1 + odds)).mean(axis=0), atol=1e-9)


def test_the_better_of_two_options_gap90_apart_is_taken_nine_times_in_ten() -> None:
    space, packages, _ = made(11)
    gained = draw_gains(space, packages[:1])[:, 0, 0]
    gap90 = np.abs(gained - space.margin[0])
    expected = np.where(gained > space.margin[0], 0.9, 0.1).mean()
    assert says_yes(space, packages[:1], gap90)[0, 0] == pytest.approx(expected)


def test_a_broken_condition_is_a_no_in_every_draw() -> None:
    for seed in range(200):
        space, packages, _ = made(seed)
        rule = space.conditions[0]
        for package in packages:
            fits = [all(package[i] in allowed for i, allowed in p) for p in (rule.when, rule.then or ())]
            if fits == [True, False]:
                assert consent_probability(space, package[None])[0, rule.by] == 0
                return
    pytest.fail("no package broke its condition")


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_option_shares_count_the_solution_of_each_draw(seed: int) -> None:
    space, packages, _ = made(seed)
    packages = np.unique(packages, axis=0)

    def richest(gained: np.ndarray, stakes: np.ndarray) -> np.ndarray:
        return np.array([int((gained @ stakes).argmax())])

    shares = option_frequency(space, packages, richest)
    want = [np.zeros(size) for size in space.sizes]
    for k in range(4):
        ok = packages[draw_acceptable(space, packages)[k]]
        if len(ok):
            one = at_draw(space, k)
            totals = [consenter_free_total(one, x) for x in ok]
            for i, option in enumerate(ok[int(np.argmax(totals))]):
                want[i][option] += 0.25
    for got, wanted in zip(shares, want, strict=True):
        np.testing.assert_allclose(got, wanted)


def consenter_free_total(space: DealSpace, package: np.ndarray) -> float:
    from detente.deals.space import gains

    table = list(space.table)
    return float(gains(space, package[None])[0, table] @ space.stakes[table])


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_gains_with_the_party_s_own_weights_are_its_gains(seed: int) -> None:
    space, packages, _ = made(seed)
    assert space.ensemble is not None
    for party in range(4):
        weights = space.ensemble.weights[:, party]
        own = gains_with_weights(space, packages[0], party, weights)
        np.testing.assert_allclose(own, draw_gains(space, packages[:1])[:, 0, party], atol=1e-9)
    turned = gains_with_weights(space, packages[0], 0, -space.ensemble.weights[:, 0])
    levers = any(0 in f.points for f in space.ensemble.factors)
    if not levers:
        np.testing.assert_allclose(
            turned, -gains_with_weights(space, packages[0], 0, space.ensemble.weights[:, 0])
        )


def test_a_space_without_draws_says_so() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0], [1]]], no_deal=[0])
    with pytest.raises(InputError, match="must carry draws"):
        draw_gains(space, np.array([[1]]))
    with pytest.raises(InputError, match=r"draw must be in 0\.\.3"):
        at_draw(made(0)[0], 4)
