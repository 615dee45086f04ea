"""Frontiers over draws agree with listing every package in every draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from detente.deals.acceptance import acceptable
from detente.deals.brute import DECIMALS, brute_frontier, is_pareto
from detente.deals.draw_frontiers import frontiers_of_draws, on_frontier
from detente.deals.ensemble import at_draw, draw_gains
from detente.deals.frontier import find_frontier
from detente.deals.space import DealSpace
from detente.engine import map_ordered
from detente.errors import InputError
from tests.deals.test_compile import SEEDS, some_packages
from tests.deals.test_ensemble import made


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_each_draw_s_frontier_is_what_listing_finds_in_that_draw(seed: int) -> None:
    space, packages, _ = made(seed)
    found = frontiers_of_draws(space, 3, start=packages)
    assert found.draws.tolist() == [0, 2, 3] or found.draws.tolist() == [0, 1, 3]
    for k, front in zip(found.draws, found.fronts, strict=True):
        rows, _, many = brute_frontier(at_draw(space, int(k)))
        assert front.status == "exact"
        assert front.packages.tolist() == rows.tolist()
        assert front.multiplicity.tolist() == many.tolist()


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_shares_count_the_draws_a_package_stands_in(seed: int) -> None:
    space, _, _ = made(seed)
    found = frontiers_of_draws(space, 4)
    for package, share in zip(found.packages, found.share, strict=True):
        within = [(front.packages == package).all(axis=1).any() for front in found.fronts]
        assert share == pytest.approx(np.mean(within))


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_candidates_on_the_frontier_are_those_that_no_acceptable_candidate_beats(seed: int) -> None:
    space, packages, maker = made(seed)
    more = some_packages(maker.rng, maker.sizes, 60)
    packages = np.unique(np.concatenate([packages, more, find_frontier(space).packages]), axis=0)
    want = np.zeros(len(packages))
    for k in range(4):
        one = at_draw(space, k)
        ok = acceptable(one, packages)
        if ok.any():
            want[ok] += is_pareto(one, packages[ok], packages[ok])
    np.testing.assert_allclose(on_frontier(space, packages), want / 4)


def test_what_is_tried_first_and_who_computes_change_nothing() -> None:
    space, packages, _ = made(5)
    alone = frontiers_of_draws(space, 4)
    spread = frontiers_of_draws(space, 4, start=packages, run=map_ordered)
    assert alone.packages.tolist() == spread.packages.tolist()
    assert alone.share.tolist() == spread.share.tolist()


def test_no_candidates_no_shares_and_no_draws_no_frontiers() -> None:
    space, _, _ = made(5)
    assert on_frontier(space, np.zeros((0, len(space.issues)), dtype=np.int64)).shape == (0,)
    with pytest.raises(InputError, match="draws must be at least 1"):
        frontiers_of_draws(space, 0)
    bare = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0])
    with pytest.raises(InputError, match="must carry draws"):
        frontiers_of_draws(bare)


def test_a_warm_start_counts_ties_as_a_cold_one_does() -> None:
    for seed in range(30):
        space, _, _ = made(seed)
        cold = find_frontier(space)
        if len(cold.packages):
            again = frontiers_of_draws(space, 4, start=cold.packages)
            for k, front in zip(again.draws, again.fronts, strict=True):
                points = np.round(draw_gains(space, front.packages)[k][:, list(space.table)], DECIMALS)
                assert len(np.unique(points, axis=0)) == len(points)
