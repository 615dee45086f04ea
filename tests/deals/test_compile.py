"""A compiled space says what the model says, package by package, draw by draw."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.model import Brings, Issue, Lever, Link, Option, Overlap, Quantity, Reversion, Task
from detente.deals.ensemble import at_draw, draw_gains
from detente.deals.goal_factors import overlap_correction
from detente.deals.levels import goal_range, level_changes, lever_change
from detente.deals.space import DealSpace, gains, utilities
from detente.errors import InputError
from tests.deals.random_case import CaseMaker
from tests.deals.slow_model import SlowModel

SEEDS = st.integers(0, 10**6)


def some_packages(rng: np.random.Generator, sizes: list[int], count: int = 4) -> np.ndarray:
    return np.stack([[int(rng.integers(0, s)) for s in sizes] for _ in range(count)])


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_gains_per_draw_and_at_the_mean_are_the_model_s(seed: int) -> None:
    maker = CaseMaker(seed)
    case, values = maker.case(), maker.values()
    space = DealSpace.from_case(case, values)
    slow = SlowModel(case, values)
    packages = some_packages(maker.rng, maker.sizes)
    want = np.array([[[slow.gain(p, x, k) for p in slow.parties] for x in packages] for k in range(3)])
    np.testing.assert_allclose(draw_gains(space, packages), want, atol=1e-9)
    mean = np.array([[[slow.utility(p, x, k) for p in slow.parties] for x in packages] for k in range(3)])
    np.testing.assert_allclose(utilities(space, packages), mean.mean(axis=0), atol=1e-9)
    assert space.ensemble is not None
    assert space.ensemble.no_deal_packages.tolist() == [slow.no_deal(k) for k in range(3)]


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_levels_and_levers_are_the_model_s_and_add_up_to_utility(seed: int) -> None:
    maker = CaseMaker(seed)
    case, values = maker.case(), maker.values()
    slow = SlowModel(case, values)
    package = some_packages(maker.rng, maker.sizes, 1)[0]
    as_evidenced = level_changes(case, values, package)
    want = [[slow.level_change(g, package, None, k) for g in slow.goals] for k in range(3)]
    np.testing.assert_allclose(as_evidenced, want, atol=1e-9)
    for place, party in enumerate(slow.parties):
        seen = level_changes(case, values, package, party)
        levers = lever_change(case, values, party, package)
        np.testing.assert_allclose(
            levers, [slow.lever_change(party, package, k) for k in range(3)], atol=1e-9
        )
        total = (seen * values.weights[:, place]).sum(axis=1) + levers
        np.testing.assert_allclose(total, [slow.utility(party, package, k) for k in range(3)], atol=1e-9)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_goal_range_is_the_range_over_all_packages_that_are_not_forbidden(seed: int) -> None:
    maker = CaseMaker(seed)
    case, values = maker.case(), maker.values()
    space = DealSpace.from_case(case, values)
    every = [x for x in itertools.product(*map(range, maker.sizes)) if not any_fits(case, x)]
    found = goal_range(case, values, space=space)
    np.testing.assert_allclose(found, goal_range(case, values), atol=1e-12)
    assert space.ensemble is not None
    for g, goal in enumerate(case.goals):
        levels = [values.draws.sample(goal.base).mean() + moved(space, x, g) for x in every]
        want = [min(levels), max(levels)] if levels else [np.inf, -np.inf]
        np.testing.assert_allclose(found[g], want, atol=1e-9)


def any_fits(case, x) -> bool:
    places = {issue.name: i for i, issue in enumerate(case.issues)}
    return any(all(x[places[i]] in allowed for i, allowed in p.items()) for p in case.forbid)


def moved(space: DealSpace, x, g: int) -> float:
    assert space.ensemble is not None
    row = np.array([x])
    return sum(
        float(f.levels[:, f.rows_of(row)[0], f.goals.index(g)].mean())
        for f in space.ensemble.factors
        if g in f.goals
    )


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_space_of_one_draw_has_that_draw_s_gains(seed: int) -> None:
    maker = CaseMaker(seed)
    space = DealSpace.from_case(maker.case(), maker.values())
    packages = some_packages(maker.rng, maker.sizes)
    for k in range(3):
        np.testing.assert_allclose(
            gains(at_draw(space, k), packages), draw_gains(space, packages)[k], atol=1e-9
        )


def plain_case(**changes):
    """Two issues, one goal at 50, one party that wants it: nothing but what a test puts in."""
    maker = CaseMaker(0, issues=2, goals=1, parties=2, options=2)
    maker.sizes = [2, 2]
    case = maker.case()
    issues = tuple(
        Issue(f"i{i}", "", (Option("o0", ""), Option("o1", "", {"g0": Quantity(40, 40, die=f"e{i}")})))
        for i in range(2)
    )
    goal = replace(case.goals[0], base=Quantity(50, 50))
    empty = {"links": (), "overlaps": (), "levers": (), "conditions": (), "forbid": (), "tasks": ()}
    case = replace(case, goals=(goal,), issues=issues, contributions=(), shocks=(), **(empty | changes))
    values = replace(maker.values(1), weights=np.array([[[1.0], [-1.0]]]))
    return case, values


def test_an_overlap_saves_the_same_lives_once() -> None:
    case, values = plain_case(overlaps=(Overlap("g0", ("i0", "i1")),))
    space = DealSpace.from_case(case, values)
    both = utilities(space, np.array([[1, 0], [1, 1]]))[:, 0]
    np.testing.assert_allclose(both, [40, 50 * (1 - 0.2 * 0.2)])


def test_an_effect_larger_than_what_is_open_is_left_as_it_is() -> None:
    effects = [np.array([[0.0, 90.0]]), np.array([[0.0, 10.0]])]
    correction = overlap_correction(effects, np.array([50.0]))[0]
    np.testing.assert_allclose(correction, [0, 0, 0, -10])


def test_lifting_a_lever_takes_its_effect_away_and_gives_its_owner_the_cost_back() -> None:
    lever = Lever(
        "siege", "", "p1", {"g0": Quantity(-10, -10)}, Quantity(3, 3), date(2016, 7, 7), ({"i0": (1,)},)
    )
    case, values = plain_case(levers=(lever,))
    lifted = utilities(DealSpace.from_case(case, values), np.array([[1, 0]]))[0]
    np.testing.assert_allclose(lifted, [40 + 10, -40 - 10 + 3])


def test_a_link_counts_where_option_0_is_part_of_its_pattern() -> None:
    case, values = plain_case(
        links=(Link("ally under sanctions", {"i0": (0,), "i1": (1,)}, {"g0": Quantity(5, 5)}),)
    )
    found = utilities(DealSpace.from_case(case, values), np.array([[0, 1], [1, 1]]))[:, 0]
    np.testing.assert_allclose(found, [45, 80])


@pytest.mark.parametrize(("by", "falls"), [("p0", 1), ("p1", 0)])
def test_what_lapses_stays_only_where_its_keeper_prefers_it(by: str, falls: int) -> None:
    case, values = plain_case()
    lapsing = replace(case.issues[0], reverts=Reversion(1, date(2017, 1, 31), by))
    case = replace(
        case, issues=(lapsing, case.issues[1]), parties=tuple(replace(p, margin=0.0) for p in case.parties)
    )
    space = DealSpace.from_case(case, values)
    assert space.no_deal_package.tolist() == [falls, 0]
    assert space.no_deal.tolist() == [40.0 * falls, -40.0 * falls]
    assert [(k.issue, k.holds, k.to) for k in space.keeps] == [(0, (0,), 1)]
    later = replace(case, horizon=date(2016, 12, 31))
    assert not DealSpace.from_case(later, values).keeps


def test_an_unknown_contribution_is_named() -> None:
    case, values = plain_case()
    calls = replace(case.issues[0].options[1], brings=(Brings("russia", "strikes", Quantity(1, 1)),))
    issue = replace(case.issues[0], options=(case.issues[0].options[0], calls))
    task = Task("strikes", "", "g0", Quantity(30, 30))
    with pytest.raises(InputError, match=r"contribution must be one that values has, got russia\.strikes"):
        DealSpace.from_case(replace(case, issues=(issue, case.issues[1]), tasks=(task,)), values)
