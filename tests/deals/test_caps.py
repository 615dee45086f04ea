"""Utilities that stop at a cap, and spaces without a status quo: as imported profiles have them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.brute import DECIMALS, brute_frontier, list_packages
from detente.deals.frontier import find_frontier
from detente.deals.space import ConsentRule, DealSpace, DeliveryRule, utilities
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SEEDS = st.integers(0, 10**6)


def capped(seed: int) -> DealSpace:
    """A random space whose parties' utilities stop at a random share of what they could reach."""
    space = SpaceMaker(seed, most_packages=800).space()
    rng = np.random.default_rng(seed)
    space = replace(space, deliveries=(), keeps=(), ensemble=None)
    every = np.concatenate([utilities(space, rows) for rows in list_packages(space)])
    low, high = every.min(axis=0), every.max(axis=0)
    share = rng.choice([0.3, 0.6, 0.9, 2.0], size=len(space.parties))
    return replace(space, cap=low + share * (high - low))


@given(SEEDS)
@settings(max_examples=120, deadline=None)
def test_points_are_those_of_listing(seed: int) -> None:
    space = capped(seed)
    found, (packages, worth, many) = find_frontier(space), brute_frontier(space)
    table = list(space.table)

    def points(values: np.ndarray) -> list[tuple[float, ...]]:
        return sorted(map(tuple, np.round(values[:, table], DECIMALS).tolist()))

    assert found.status == "exact"
    assert points(found.utilities) == points(worth)
    assert acceptable(space, found.packages).all()
    below = (np.round(worth[:, table], DECIMALS) < space.cap[table] - 1e-6).all(axis=1)  # type: ignore[index]
    exact = dict(zip(map(tuple, packages[below].tolist()), many[below].tolist(), strict=True))
    counted = dict(zip(map(tuple, found.packages.tolist()), found.multiplicity.tolist(), strict=True))
    assert {key: counted.get(key) for key in exact} == exact


def test_a_bar_above_the_cap_is_never_reached() -> None:
    space = DealSpace.from_arrays(
        options=[2],
        unary=[[[0, 0, 0], [5, 5, 5]]],
        no_deal=[0, 0, 0],
        table=[0, 1],
        margin=[0, 0, 4],
        consents=[ConsentRule(0, (1,), 2)],
        cap=[9, 9, 3],
    )
    assert not len(find_frontier(space).packages)
    assert len(find_frontier(replace(space, cap=np.array([9.0, 9.0, 4.0]))).packages) == 1


def test_without_a_status_quo_every_package_is_a_deal() -> None:
    given_ = {"options": [2], "unary": [[[0.3, 0.3], [0.1, 0.1]]], "no_deal": [0.3, 0.3]}
    assert not len(find_frontier(DealSpace.from_arrays(**given_)).packages)
    free = DealSpace.from_arrays(**given_, status_quo=False)
    assert find_frontier(free).packages.tolist() == [[0]]
    assert brute_frontier(free)[0].tolist() == [[0]]


def test_caps_that_make_no_sense_are_refused() -> None:
    base = {"options": [2], "unary": [[[0, 0], [1, 1]]], "no_deal": [0, 0]}
    with pytest.raises(InputError, match="one number per party"):
        DealSpace.from_arrays(**base, cap=[1.0])
    with pytest.raises(InputError, match="deliveries or keeps"):
        DealSpace.from_arrays(**base, cap=[1.0, 1.0], delivers=[DeliveryRule(0, (1,), 0)])
