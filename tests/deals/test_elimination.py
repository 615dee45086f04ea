"""Elimination finds what listing finds, and what the layers engine finds where listing takes too long."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.brute import DECIMALS, brute_frontier, candidates, list_packages
from detente.deals.criteria import set_criteria
from detente.deals.elimination import bounds, engine, listing, merge
from detente.deals.elimination.cost import MOST_ROWS, choose_plan, estimate
from detente.deals.elimination.frontier import frontier_by_elimination, relative_epsilon
from detente.deals.elimination.fronts import nothing_yet
from detente.deals.elimination.plan import make_plan
from detente.deals.front import Frontier
from detente.deals.level_by_level import frontier_by_layers
from detente.deals.space import BoxFactor, ConditionRule, ConsentRule, DealSpace, utilities
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SEEDS = st.integers(0, 10**6)


def free_space(seed: int, most_packages: int = 2000) -> DealSpace:
    """A random space with boxes, bans, conditions and margins, but nobody to ask."""
    space = SpaceMaker(seed, most_packages=most_packages).space()
    return replace(space, consents=(), keeps=(), deliveries=())


def grid_space(issues: int, options: int, parties: int, seed: int, scale: float = 0.0) -> DealSpace:
    """Pairs of neighbours linked in two rows, so that the graph is wider than a chain."""
    rng = np.random.default_rng(seed)

    def points(*shape: int) -> np.ndarray:
        drawn = rng.normal(size=shape)
        return np.round(drawn * scale) if scale else drawn

    links = {(a, b): points(options, options, parties) for a, b in pairwise(range(issues))}
    links |= {(a, a + 2): points(options, options, parties) for a in range(issues - 2)}
    unary = points(issues, options, parties)
    return DealSpace.from_arrays(
        options=[options] * issues, unary=unary, links=links, no_deal=[-1.0] * parties
    )


def assert_same(found: Frontier, space: DealSpace, *, eligible: bool) -> None:
    packages, worth, many = brute_frontier(space, eligible=eligible)
    assert found.status == "exact" and found.epsilon == 0.0 and found.engine == "elimination"
    assert found.packages.tolist() == packages.tolist()
    assert found.multiplicity.tolist() == many.tolist()
    assert np.allclose(found.utilities, worth)


def points_of(front: Frontier, space: DealSpace) -> list[tuple[float, ...]]:
    return sorted(map(tuple, np.round(front.utilities[:, list(space.table)], DECIMALS).tolist()))


@given(SEEDS, st.booleans())
@settings(max_examples=250, deadline=None)
def test_what_listing_finds(seed: int, eligible: bool) -> None:
    space = free_space(seed)
    assert_same(frontier_by_elimination(space, eligible=eligible), space, eligible=eligible)


@given(SEEDS, st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_listing_finds_with_bounds_and_a_fence(seed: int, eligible: bool) -> None:
    space = free_space(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "WORTH_BOUNDS", (0, 0))
        patch.setattr(engine, "NARROW", 2)
        found = frontier_by_elimination(space, eligible=eligible)
    assert_same(found, space, eligible=eligible)


@given(SEEDS, st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_listing_finds_compiled(seed: int, eligible: bool) -> None:
    space = free_space(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "pays", lambda name, work: True)
        found = frontier_by_elimination(space, eligible=eligible)
    assert_same(found, space, eligible=eligible)


@given(SEEDS, st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_listing_finds_as_a_last_step(seed: int, eligible: bool, fast: bool) -> None:
    space = free_space(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "WORTH_LISTING", 2)
        patch.setattr(listing, "SLICE", 50)
        patch.setattr(listing, "pays", lambda name, work: fast)
        found = frontier_by_elimination(space, eligible=eligible)
    assert_same(found, space, eligible=eligible)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_utilities_that_stop_at_a_cap(seed: int) -> None:
    space = free_space(seed, most_packages=500)
    every = np.concatenate([utilities(space, rows) for rows in list_packages(space)])
    share = np.random.default_rng(seed).choice([0.3, 0.6, 2.0], size=len(space.parties))
    space = replace(space, cap=every.min(axis=0) + share * np.ptp(every, axis=0))
    found, (_, worth, _) = frontier_by_elimination(space), brute_frontier(space)
    table = list(space.table)
    assert found.status == "exact" and candidates(space, found.packages).all()
    assert points_of(found, space) == sorted(map(tuple, np.round(worth[:, table], DECIMALS).tolist()))


@pytest.mark.parametrize(
    ("issues", "options", "parties", "scale"),
    [(9, 4, 2, 0), (12, 3, 2, 3), (8, 4, 3, 0), (10, 3, 3, 2), (7, 3, 4, 2), (6, 3, 5, 0)],
)
def test_what_layers_find_on_larger_spaces(issues: int, options: int, parties: int, scale: float) -> None:
    space = grid_space(issues, options, parties, seed=issues + parties, scale=scale)
    found = frontier_by_elimination(space)
    known = frontier_by_layers(space, limit=150_000)
    assert found.status == known.status == "exact"
    assert found.packages.tolist() == known.packages.tolist()
    assert found.multiplicity.tolist() == known.multiplicity.tolist()


def test_readable_and_compiled_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    space = grid_space(9, 3, 3, seed=1, scale=3)
    monkeypatch.setattr(engine, "WORTH_BOUNDS", (0, 0))
    for module in (merge, bounds):
        monkeypatch.setattr(module, "pays", lambda name, work: False)
    slow = frontier_by_elimination(space)
    monkeypatch.undo()
    monkeypatch.setattr(engine, "WORTH_BOUNDS", (0, 0))
    for module in (merge, bounds):
        monkeypatch.setattr(module, "pays", lambda name, work: True)
    fast = frontier_by_elimination(space)
    for name in ("packages", "utilities", "multiplicity", "bound"):
        assert getattr(slow, name).tobytes() == getattr(fast, name).tobytes()
    assert slow.work == fast.work


@given(SEEDS, st.sampled_from([0.3, 1.0, 3.0]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_epsilon_is_kept(seed: int, epsilon: float, bounded: bool) -> None:
    """Every package that counts lies below a row of the bound, and within the epsilon told of one found."""
    space = free_space(seed)
    table = list(space.table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detente.deals.elimination.thin.FEW", 0.0)
        if bounded:
            patch.setattr(engine, "WORTH_BOUNDS", (0, 0))
        found = frontier_by_elimination(space, eligible=False, epsilon=epsilon)
    every = np.concatenate(list(list_packages(space)))
    worth = utilities(space, every[candidates(space, every, eligible=False)])[:, table]
    assert_covered(found, worth, space)
    cap_free = space.cap is None
    assert not cap_free or found.epsilon <= epsilon + 1e-6 or not len(worth)


def assert_covered(found: Frontier, worth: np.ndarray, space: DealSpace) -> None:
    table = list(space.table)
    for point in worth:
        assert (found.bound >= point - 1e-9).all(axis=1).any()
        gap = (point - found.utilities[:, table]).max(axis=1).min(initial=np.inf)
        assert gap <= found.epsilon + 1e-6


@given(SEEDS, st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_a_limit_makes_it_bounded_and_never_wrong(seed: int, limit: int) -> None:
    space = free_space(seed)
    found = frontier_by_elimination(space, limit=limit)
    every = np.concatenate(list(list_packages(space)))
    worth = utilities(space, every[candidates(space, every)])[:, list(space.table)]
    assert candidates(space, found.packages).all()
    assert_covered(found, worth, space)
    if found.status == "exact":
        assert_same(found, space, eligible=True)


def test_thinning_leaves_less_and_says_how_far_off() -> None:
    space = grid_space(9, 4, 3, seed=5)
    exact = frontier_by_elimination(space, eligible=False)
    near = frontier_by_elimination(space, eligible=False, epsilon=1.0)
    assert near.status == "bounded" and len(near.packages) < len(exact.packages)
    assert 0.0 < near.epsilon <= 1.0
    assert_covered(near, exact.utilities, space)
    ratio = relative_epsilon(space, near)
    assert 0.0 < ratio < np.inf
    above = exact.gains[(exact.gains > 0.0).all(axis=1)] / (1.0 + ratio)
    assert len(above) and all((near.gains >= row - 1e-6).all(axis=1).any() for row in above)
    assert relative_epsilon(space, exact) == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_a_fence_leaves_what_thinned_points_stand_for(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    space = grid_space(8, 4, 3, seed)
    exact = frontier_by_elimination(space, eligible=False)
    monkeypatch.setattr(engine, "WORTH_BOUNDS", (0, 0))
    monkeypatch.setattr("detente.deals.elimination.thin.FEW", 0.0)
    for epsilon in (2.0, 6.0):
        near = frontier_by_elimination(space, eligible=False, epsilon=epsilon)
        assert near.status == "bounded" and near.epsilon <= epsilon
        assert_covered(near, exact.utilities, space)


def test_a_thinned_point_is_kept_for_what_it_stands_for() -> None:
    """(9, 9) lies below a package at (10, 10); what it stands for may be 2 better and does not."""
    problem = choose_plan(set_criteria(grid_space(3, 2, 2, 0), eligible=False))[0]
    units = np.eye(2)
    fence = bounds.build_fence(problem, units, np.array([[10.0, 10.0]]))
    known = bounds.Bounds(units, (np.zeros((1, 2)),), (np.zeros((1, 2)),))
    one = nothing_yet(2, 1)
    for error, stays in ((0.0, False), (2.0, True)):
        point = replace(one, points=np.array([[9.0, 9.0]]), error=np.full((1, 2), error))
        assert bounds.may_count(known, fence, 0, point).tolist() == [stays]


def test_the_ratio_is_infinite_where_nothing_matches() -> None:
    space = grid_space(4, 2, 2, seed=0)
    front = frontier_by_elimination(space)
    assert relative_epsilon(space, replace(front, gains=front.gains[:0])) == np.inf
    assert relative_epsilon(space, replace(front, gains=np.zeros_like(front.gains))) == np.inf


def test_counts_beyond_64_bits_stop_there() -> None:
    """70 issues of two options, all worthless: 2^70 packages of one point."""
    space = DealSpace.from_arrays(options=[2] * 70, unary=[[[0, 0]] * 2] * 70, no_deal=[-1, -1])
    found = frontier_by_elimination(space)
    assert found.packages.tolist() == [[0] * 70]
    assert found.multiplicity.tolist() == [2**63 - 1]
    fewer = DealSpace.from_arrays(options=[2] * 62, unary=[[[0, 0]] * 2] * 62, no_deal=[-1, -1])
    assert frontier_by_elimination(fewer).multiplicity.tolist() == [2**62]


def test_the_no_deal_package_never_stands_for_others() -> None:
    """Everything is worth nothing: what is left is every package but no deal, first among them the last option."""
    space = DealSpace.from_arrays(options=[2] * 12, unary=[[[0, 0]] * 2] * 12, no_deal=[0, 0])
    found = frontier_by_elimination(space)
    assert found.packages.tolist() == [[0] * 11 + [1]]
    assert found.multiplicity.tolist() == [2**12 - 1]


def test_wide_boxes_and_conditions_do_not_widen_the_graph() -> None:
    """A box and a condition over 14 issues: the width stays that of the chain."""
    rng = np.random.default_rng(3)
    links = {(i, i + 1): rng.integers(-3, 4, size=(2, 2, 2)) for i in range(13)}
    space = DealSpace.from_arrays(
        options=[2] * 14,
        unary=rng.integers(-3, 4, size=(14, 2, 2)),
        links=links,
        boxes=[BoxFactor(tuple(range(14)), (0,) * 14, (1,) * 6 + (0,) * 8, np.array([2.0, 3.0]))],
        conditions=[ConditionRule("c", 0, ((0, (0,)), (5, (1,))), ((9, (1,)), (13, (0,))))],
        forbid=[{0: 1, 6: 1, 12: 1}],
        no_deal=[-4, -4],
    )
    assert estimate(space).width <= 3
    assert_same(frontier_by_elimination(space), space, eligible=True)


def test_spaces_at_the_edge() -> None:
    one = DealSpace.from_arrays(options=[1], unary=[[[1.0, 1.0]]], no_deal=[0, 0], status_quo=False)
    assert frontier_by_elimination(one).packages.tolist() == [[0]]
    nothing = DealSpace.from_arrays(options=[2, 2], unary=[[[-1, -1]] * 2] * 2, no_deal=[0, 0])
    assert frontier_by_elimination(nothing).packages.shape == (0, 2)
    banned = DealSpace.from_arrays(options=[2], unary=[[[1, 1]] * 2], no_deal=[0, 0], forbid=[{0: (0, 1)}])
    assert frontier_by_elimination(banned).packages.shape == (0, 1)


def test_what_cannot_be_done_is_refused() -> None:
    asked = DealSpace.from_arrays(
        options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0], consents=[ConsentRule(0, (1,), 1)]
    )
    with pytest.raises(InputError, match="without consents"):
        frontier_by_elimination(asked)
    assert len(frontier_by_elimination(asked, eligible=False).packages) == 1
    with pytest.raises(InputError, match="limit"):
        frontier_by_elimination(asked, eligible=False, limit=0)
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(InputError, match="epsilon"):
            frontier_by_elimination(asked, eligible=False, epsilon=wrong)
    with pytest.raises(InputError, match="table"):
        frontier_by_elimination(replace(asked, table=(), consents=()))


def test_a_graph_too_wide_is_refused_before_anything_is_built() -> None:
    rng = np.random.default_rng(0)
    clique = [(a, b) for a in range(12) for b in range(a)]
    links = {(b, a): rng.normal(size=(9, 9, 2)) for a, b in clique}
    unary = rng.normal(size=(12, 9, 2))
    space = DealSpace.from_arrays(options=[9] * 12, unary=unary, links=links, no_deal=[-1, -1])
    told = estimate(space)
    assert told.width == 11 and told.cells > MOST_ROWS and not told.feasible
    with pytest.raises(InputError, match="find_frontier"):
        frontier_by_elimination(space)


def test_the_estimate_is_near_the_work_done() -> None:
    for seed in range(5):
        space = grid_space(10, 4, 2, seed)
        assert 1 / 4 < estimate(space).work / frontier_by_elimination(space).work < 4


def test_any_order_gives_the_same() -> None:
    space = grid_space(7, 3, 2, seed=4, scale=2)
    problem, _ = choose_plan(set_criteria(space))
    rng = np.random.default_rng(0)
    fronts = []
    for _ in range(5):
        plan = make_plan(problem, [int(i) for i in rng.permutation(7)])
        fronts.append(engine.eliminate(problem, plan, limit=10**6, epsilon=0.0).fronts)
    for front in fronts[1:]:
        assert front.points.tolist() == fronts[0].points.tolist()
        assert front.number.tolist() == fronts[0].number.tolist()
        assert front.count.tolist() == fronts[0].count.tolist()


def test_progress_counts_the_steps_of_each_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    space, seen = grid_space(6, 3, 2, seed=2), []
    frontier_by_elimination(space, progress=lambda *now: seen.append(now))
    steps = seen[0][1]
    assert [now[0] for now in seen] == list(range(1, steps + 1))
    monkeypatch.setattr(engine, "WORTH_BOUNDS", (0, 0))
    frontier_by_elimination(space, progress=lambda *now: seen.append(now))
    assert len(seen) == 3 * steps
