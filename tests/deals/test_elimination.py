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
from detente.deals.elimination import engine, listing, merge
from detente.deals.elimination.cost import MOST_ROWS, choose_plan, estimate
from detente.deals.elimination.frontier import frontier_by_elimination, relative_epsilon
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
    return DealSpace.from_arrays(options=[options] * issues, unary=unary, links=links, no_deal=[-1.0] * parties)


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
        patch.setattr(merge, "WORTH_LOADING", 0)
        found = frontier_by_elimination(space, eligible=eligible)
    assert_same(found, space, eligible=eligible)


@given(SEEDS, st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_listing_finds_as_a_last_step(seed: int, eligible: bool, fast: bool) -> None:
    space = free_space(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "WORTH_LISTING", 2)
        patch.setattr(listing, "SLICE", 50)
        patch.setattr(listing, "WORTH_LOADING", 2 if fast else 10**9)
        found = frontier_by_elimination(space, eligible=eligible)
    assert_same(found, space, eligible=eligible)
