"""The frontier is what listing finds: package by package, tie by tie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals import layers
from detente.deals import level_by_level as engine
from detente.deals.brute import brute_frontier, candidates, is_pareto, list_packages
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.space import BodyRule, BoxFactor, ConsentRule, DealSpace, KeepRule, gains
from tests.deals.random_space import SpaceMaker

SEEDS = st.integers(0, 10**6)


def same_as_listing(space: DealSpace, found: Frontier, eligible: bool = True) -> None:
    packages, worth, multiplicity = brute_frontier(space, eligible=eligible)
    assert found.status == "exact"
    assert found.epsilon == 0
    assert found.packages.tolist() == packages.tolist()
    assert found.multiplicity.tolist() == multiplicity.tolist()
    np.testing.assert_array_equal(found.utilities, worth)
    np.testing.assert_array_equal(found.gains, gains(space, packages))


@given(SEEDS)
@settings(max_examples=250, deadline=None)
def test_the_frontier_of_acceptable_packages_is_what_listing_finds(seed: int) -> None:
    space = SpaceMaker(seed).space()
    same_as_listing(space, find_frontier(space, engine="layers"))


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_the_frontier_of_all_packages_is_what_listing_finds(seed: int) -> None:
    space = SpaceMaker(seed).space()
    same_as_listing(space, find_frontier(space, engine="layers", eligible=False), eligible=False)


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_narrow_first_passes_and_split_graphs_change_nothing(seed: int) -> None:
    space = SpaceMaker(seed).space()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "PASSES", (1, 3, 10))
        patch.setattr(layers, "MOST_EDGES", 60)
        same_as_listing(space, find_frontier(space, engine="layers"))


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_what_is_tried_first_changes_nothing(seed: int) -> None:
    space = SpaceMaker(seed).space()
    tried = np.random.default_rng(seed).integers(0, space.sizes, (5, len(space.sizes)))
    same_as_listing(space, find_frontier(space, engine="layers", start=tried))


@given(SEEDS, st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_a_bounded_frontier_says_truly_how_far_it_is_off(seed: int, limit: int) -> None:
    space = SpaceMaker(seed).space()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "PASSES", (1,))
        found = find_frontier(space, engine="layers", limit=limit)
    if found.status == "exact":
        same_as_listing(space, found)
        return
    table = list(space.table)
    truth = brute_frontier(space)[1][:, table]
    assert all((found.bound >= point - 1e-7).all(axis=1).any() for point in truth)
    assert candidates(space, found.packages).all()
    if len(found.packages):
        own = found.utilities[:, table]
        assert all((own >= point - found.epsilon - 1e-7).all(axis=1).any() for point in truth)
        assert all((own >= row - found.epsilon - 1e-7).all(axis=1).any() for row in found.bound)
    else:
        assert found.epsilon == np.inf


def test_random_spaces_are_not_all_empty_and_have_ties_and_bounds() -> None:
    found = [find_frontier(SpaceMaker(seed).space()) for seed in range(60)]
    assert sum(len(f.packages) > 0 for f in found) > 25
    assert sum(bool((f.multiplicity > 1).any()) for f in found) > 5
    assert sum(len(f.packages) > 2 for f in found) > 10


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_checker_agrees_with_the_solver(seed: int) -> None:
    space = SpaceMaker(seed, most_packages=300).space()
    every = np.concatenate([rows[candidates(space, rows)] for rows in list_packages(space)])
    table = list(space.table)
    found = find_frontier(space).utilities[:, table].round(9).tolist()
    if len(every):
        best = gains(space, every)[is_pareto(space, every, every)][:, table] + space.no_deal[table]
        assert sorted(best.round(9).tolist()) == sorted(
            p for p, k in zip(found, find_frontier(space).multiplicity, strict=True) for _ in range(k)
        )


def two_issues(**rules) -> DealSpace:
    """Washington and Moscow trade two issues; Kyiv (2) and Berlin (3) lose by the second."""
    first = [[0, 0, 0, 0], [5, -1, 0, 0]]
    second = [[0, 0, 0, 0], [-1, 4, -3, -1], [-2, 6, -6, 2]]
    return DealSpace.from_arrays(
        options=[2, 3], unary=[first, second], no_deal=[0, 0, 0, 0], table=(0, 1), **rules
    )


def test_who_is_not_asked_does_not_stop_it() -> None:
    assert find_frontier(two_issues()).packages.tolist() == [[1, 1], [1, 2]]


def test_a_consent_removes_what_it_would_refuse_and_a_dominated_package_may_take_its_place() -> None:
    asked = two_issues(consents=[ConsentRule(1, (2,), 2)])
    assert find_frontier(asked).packages.tolist() == [[1, 1]]
    everywhere = two_issues(consents=[ConsentRule(1, (1, 2), 2)])
    assert find_frontier(everywhere).packages.tolist() == []


def test_silence_and_overruling_open_what_a_veto_closed() -> None:
    silent = ConsentRule(1, (1, 2), 2, silent=True)
    found = find_frontier(two_issues(consents=[silent], margin=[0, 0, 3, 0]))
    assert found.packages.tolist() == [[1, 1]]
    over = ConsentRule(1, (1, 2), 2, overruled_by=0, cost=3.0)
    assert find_frontier(two_issues(consents=[over])).packages.tolist() == [[1, 1], [1, 2]]
    dear = ConsentRule(1, (1, 2), 2, overruled_by=0, cost=4.0)
    assert find_frontier(two_issues(consents=[dear])).packages.tolist() == [[1, 1]]


def test_a_quota_needs_votes_not_everybody() -> None:
    for quota, expected in [(2.0, [[1, 1], [1, 2]]), (4.0, []), (3.0, [[1, 2]])]:
        body = BodyRule("council", (1, 2, 3), (2.0, 1.0, 1.0), quota)
        space = two_issues(bodies=[body], consents=[ConsentRule(1, (1, 2), 4)])
        assert find_frontier(space).packages.tolist() == expected


def test_keeping_what_would_lapse_needs_its_keeper() -> None:
    lapsing = KeepRule(0, (0,), 1, 0)
    space = two_issues(keeps=[lapsing])
    assert find_frontier(space, eligible=True).packages.tolist() == [[1, 1], [1, 2]]
    kept_out = two_issues(keeps=[KeepRule(1, (1, 2), 0, 2)])
    assert find_frontier(kept_out).packages.tolist() == []


def test_a_box_over_many_issues_needs_no_table() -> None:
    issues = 40
    box = BoxFactor(tuple(range(issues)), (1,) * issues, (2,) * issues, np.array([100.0, 100.0]))
    step = [[0.0, 0.0], [-1.0, 0.0], [-2.0, 0.5]]
    space = DealSpace.from_arrays(options=[3] * issues, unary=[step] * issues, no_deal=[0, 0], boxes=[box])
    found = find_frontier(space)
    assert found.status == "exact"
    assert len(found.packages) == 41
    assert found.gains[:, 0].max() == 60
    assert sum(found.multiplicity) == 2**40


def test_equal_packages_are_one_point_counted() -> None:
    space = DealSpace.from_arrays(
        options=[3, 1, 2], unary=[[[0, 0], [1, 1], [1, 1]], [[0, 0]], [[0, 0], [0, 0]]], no_deal=[0, 0]
    )
    found = find_frontier(space)
    assert found.packages.tolist() == [[1, 0, 0]]
    assert found.multiplicity.tolist() == [4]


def test_the_order_of_a_sum_breaks_no_tie() -> None:
    tenths = [[[0, 0], [0.1, 0.3]], [[0, 0], [0.2, 0.0]], [[0, 0], [0.3, 0.3]]]
    space = DealSpace.from_arrays(
        options=[2, 2, 2], unary=tenths, no_deal=[0, 0], forbid=[{0: 1, 2: 1}, {1: 1, 2: 1}]
    )
    found = find_frontier(space)
    assert found.packages.tolist() == [[0, 0, 1]]
    assert found.multiplicity.tolist() == [2]


def test_where_nobody_can_gain_there_is_no_frontier() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [5, -1]]], no_deal=[0, 0])
    assert find_frontier(space).packages.shape == (0, 1)
    banned = DealSpace.from_arrays(options=[2, 2], unary=[[[1], [2]]] * 2, no_deal=[0], forbid=[{0: [0, 1]}])
    assert find_frontier(banned, eligible=False).packages.shape == (0, 2)


def test_progress_is_told_level_by_level() -> None:
    seen: list[tuple[int, int, int]] = []
    find_frontier(two_issues(), engine="layers", progress=lambda *at: seen.append(at))
    assert [at[:2] for at in seen] == [(1, 2), (2, 2)]


def test_work_repeats() -> None:
    space = SpaceMaker(5).space()
    assert find_frontier(space).work == find_frontier(space).work
