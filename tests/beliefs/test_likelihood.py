"""The likelihood equals its definition, and does not care about what it must not care about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import laplace, norm

from detente.beliefs import RefusalData
from detente.beliefs.gradient import value_and_gradient
from detente.beliefs.hypotheses import list_stories
from detente.beliefs.likelihood import log_likelihood, make_features, mean_over_draws
from detente.beliefs.space import build_space, to_point
from detente.case import Case, Settings
from tests.beliefs.made_up import (
    act,
    arrays,
    event,
    make_case,
    menu,
    quantity,
    random_menus,
    slow_log_likelihood,
    words,
)

SEEDS = st.integers(0, 2**20)


def mixed_case(seed: int, goals: int = 4) -> tuple[Case, list[RefusalData]]:
    """Acts (counts, shared origins, costs, ranges, every grade), statements and answers."""
    rng = np.random.default_rng(seed)
    menus = random_menus(rng, goals, 3, spread=0.5)
    menus[0] = replace(menus[0], cost={"a0": quantity(0.2, 1.4, "cost")})
    codings = [act(i, f"m{i % 3}", f"a{i % 3}", 1 + i % 5) for i in range(7)]
    codings.append(act(7, "m1", {"a0": 15, "nothing": 49}))
    codings += [
        words(8, "west", {"g0": 1, "g2": -1}),
        words(9, "home", {"g1": -1}, 3),
        words(10, "elsewhere", {"g0": 1}),
    ]
    codings += [act(11, "m0", "a0", 2), act(12, "m1", "a1", 2)]
    events = [event(i, 1 + i % 5, sources=("BCDE"[i % 4],)) for i in range(11)]
    events += [event(11, 3, "one"), event(12, 3, "one")]
    told = [story_answer(rng, goals, "r1", "no"), story_answer(rng, goals, "r2", "yes")]
    told.append(replace(story_answer(rng, goals, "r3", "no"), named=False, others_yes=0.6))
    return make_case(goals, menus, codings, events=events), told


def story_answer(rng: np.random.Generator, goals: int, name: str, answer: str) -> RefusalData:
    return RefusalData(name, name, answer, rng.normal(0, 9, (8, goals)), rng.normal(0, 2, 8), q=0.8)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_equals_the_definition(seed: int) -> None:
    case, told = mixed_case(seed)
    layout, rows = arrays(case, told)
    space = build_space(list_stories(case, "p")[-1], layout)
    u = np.random.default_rng(seed).standard_normal((5, space.size))
    point = to_point(space, u)[0]
    relative = mean_over_draws(log_likelihood(space, layout, rows, u)) + rows.times @ rows.coin
    for k in range(5):
        slow = slow_log_likelihood(
            case,
            point.weights[k],
            point.push[k],
            point.points[k],
            point.reserve[k],
            dict(zip(layout.audiences, point.candour[k], strict=True)),
            told,
            draws=8,
        )
        assert relative[k] == pytest.approx(slow, abs=1e-9)


@pytest.mark.parametrize("unscaled", [False, True])
def test_the_gradient_is_that_of_the_value(unscaled: bool) -> None:
    case, told = mixed_case(5)
    layout, rows = arrays(case, told)
    space = build_space(list_stories(case, "p")[-1], layout)
    u = np.random.default_rng(1).standard_normal((4, space.size))
    value, slope = value_and_gradient(space, layout, rows, u, unscaled)
    if not unscaled:
        assert value == pytest.approx(mean_over_draws(log_likelihood(space, layout, rows, u)))
    for i, step in enumerate(np.eye(space.size) * 1e-6):
        ahead = value_and_gradient(space, layout, rows, u + step, unscaled)[0]
        behind = value_and_gradient(space, layout, rows, u - step, unscaled)[0]
        assert slope[:, i] == pytest.approx((ahead - behind) / 2e-6, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_order_of_records_does_not_matter(seed: int) -> None:
    case, told = mixed_case(seed)
    rng = np.random.default_rng(seed)
    turned = replace(
        case,
        codings=tuple(case.codings[i] for i in rng.permutation(len(case.codings))),
        events=tuple(case.events[i] for i in rng.permutation(len(case.events))),
        menus=case.menus[::-1],
    )
    values = []
    for one, answers in ((case, told), (turned, told[::-1])):
        layout, rows = arrays(one, answers)
        space = build_space(list_stories(one, "p")[-1], layout)
        values.append(
            log_likelihood(space, layout, rows, np.random.default_rng(0).standard_normal((3, space.size)))
        )
    assert values[0] == pytest.approx(values[1], abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.permutations(range(4)))
def test_the_order_of_goals_does_not_matter(seed: int, order: list[int]) -> None:
    case, told = mixed_case(seed)
    turned = replace(case, goals=tuple(case.goals[i] for i in order))
    turned_told = [replace(r, gain_by_goal=r.gain_by_goal[:, order]) for r in told]
    layout, rows = arrays(case, told)
    space = build_space(list_stories(case, "p")[-1], layout)
    u = np.random.default_rng(seed).standard_normal((3, space.size))
    moved = np.concatenate([u[:, :4][:, order], u[:, 4:]], axis=1)
    other, other_rows = arrays(turned, turned_told)
    same = log_likelihood(build_space(list_stories(turned, "p")[-1], other), other, other_rows, moved)
    assert log_likelihood(space, layout, rows, u) == pytest.approx(same, abs=1e-9)


def gain_at(case: Case, weights: tuple[float, ...]) -> float:
    """Log likelihood relative to choice at random, at given weights, with β = 1."""
    case = replace(case, settings=replace(case.settings, gap90_pushes=float(np.log(9)), gap90_spread=1e-9))
    layout, rows = arrays(case)
    space = build_space(list_stories(case, "p")[-1], layout)
    u = np.zeros((1, space.size))
    u[0, : len(weights)] = norm.ppf(laplace.cdf(np.array(weights) * 1.7))
    return float(mean_over_draws(log_likelihood(space, layout, rows, u))[0])


TWO = menu("m0", {"nothing": {}, "push": {"g0": 2}, "pull": {"g0": -2}})
LIKES = (0.6, -0.4)


def test_a_better_grade_says_more() -> None:
    by_reading = [
        gain_at(make_case(2, [TWO], [act(0, "m0", "push", reading)]), LIKES) for reading in range(1, 6)
    ]
    assert by_reading == sorted(by_reading, reverse=True)
    assert by_reading[-1] > 0
    by_source = [
        gain_at(make_case(2, [TWO], [act(0, "m0", "push")], events=[event(0, 1, sources=(letter,))]), LIKES)
        for letter in "ABCDE"
    ]
    assert by_source == sorted(by_source, reverse=True)
    assert by_source[0] > by_source[-1]


def test_counts_are_discounted() -> None:
    once, many = (gain_at(make_case(2, [TWO], [act(0, "m0", {"push": k})]), LIKES) for k in (1, 64))
    independent = make_case(2, [TWO], [act(0, "m0", {"push": 64})], settings=Settings(rho=0.0))
    q = 0.95 * 0.95
    one, all_of_them, apart = (
        np.log((np.exp(g) - 1 + q) / q) for g in (once, many, gain_at(independent, LIKES))
    )
    assert all_of_them == pytest.approx(64 / (1 + 63 * 0.2) * one)
    assert apart == pytest.approx(64 * one)


def test_records_of_one_origin_share_their_doubt() -> None:
    other = replace(TWO, name="m1")
    codings = [act(0, "m0", "push", 3), act(1, "m1", "push", 3)]
    apart = gain_at(make_case(2, [TWO, other], codings), LIKES)
    events = [event(0, origin="one"), event(1, origin="one")]
    shared = gain_at(make_case(2, [TWO, other], codings, events=events), LIKES)
    alone = gain_at(make_case(2, [TWO, other], codings[:1]), LIKES)
    q = 0.95 * 0.65
    p = (np.exp(alone) - 1 + q) / q
    assert apart == pytest.approx(2 * alone)
    assert shared == pytest.approx(np.log(q * p**2 + 1 - q))


def test_a_report_repeated_by_others_counts_once() -> None:
    codings = [act(i, "m0", "push", 3) for i in range(6)]
    events = [event(i, origin="one") for i in range(6)]
    assert gain_at(make_case(2, [TWO], codings, events=events), LIKES) == pytest.approx(
        gain_at(make_case(2, [TWO], codings[:1]), LIKES)
    )


def test_a_weak_reading_does_not_dilute_a_sure_one_of_the_same_origin() -> None:
    other = replace(TWO, name="m1")
    events = [event(0, origin="one"), event(1, origin="one")]
    sure, weak = act(0, "m0", "push", 1), act(1, "m1", "push", 5)
    both = gain_at(make_case(2, [TWO, other], [sure, weak], events=events), LIKES)
    alone = gain_at(make_case(2, [TWO], [sure]), LIKES)
    assert both > alone > 0
    p = (np.exp(alone) - 1 + 0.95 * 0.95) / (0.95 * 0.95)
    nested = 0.95 * ((0.95 - 0.15) * p + 0.15 * p**2) + 1 - 0.95 * 0.95
    assert both == pytest.approx(np.log(nested))


def test_candid_words_follow_interests_and_the_rest_pleases() -> None:
    case = make_case(2, [], [words(0, "west", {"g0": 1}), words(1, "west", {"g1": 1})])
    layout, _ = arrays(case)
    space = build_space(list_stories(case, "p")[-1], layout)
    u = np.zeros((2, space.size))
    u[:, :2] = 1.0, -1.0
    u[:, 2] = -3.0, 3.0
    point = to_point(space, u)[0]
    said = make_features(layout, point).said
    h = point.candour[:, 0]
    assert said[0] == pytest.approx(h * 0.5 + (1 - h) * (0.95 * 0.75 + 0.05 / 4))
    assert said[1] == pytest.approx((1 - h) * 0.05 / 4)
