"""Packages worth the same, and the best of one weighted sum, beside listing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.brute import DECIMALS, candidates, list_packages
from detente.deals.elimination import ties
from detente.deals.elimination.frontier import frontier_by_elimination
from detente.deals.elimination.ties import list_ties
from detente.deals.elimination.weighted import best_weighted
from detente.deals.space import DealSpace, gains, utilities
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SEEDS = st.integers(0, 10**6)


def every_package(space: DealSpace) -> np.ndarray:
    return np.concatenate(list(list_packages(space)))


def alike(space: DealSpace, package: np.ndarray, eligible: bool) -> list[list[int]]:
    """By listing: packages that count and are worth the same to the table."""
    every = every_package(space)
    every = every[candidates(space, every, eligible=eligible)]
    table = list(space.table)
    worth = np.round(utilities(space, every)[:, table], DECIMALS)
    same = (worth == np.round(utilities(space, package[None])[:, table], DECIMALS)).all(axis=1)
    return every[same].tolist()


@given(SEEDS, st.booleans())
@settings(max_examples=150, deadline=None)
def test_ties_are_those_of_listing(seed: int, eligible: bool) -> None:
    """Consents and keeps are checked too, whatever the package."""
    space = SpaceMaker(seed, most_packages=800).space()
    every = every_package(space)
    package = every[seed % len(every)]
    found = list_ties(space, package, most=len(every), eligible=eligible)
    assert found.packages.tolist() == alike(space, package, eligible) and not found.cut


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_point_has_as_many_ties_as_it_counts(seed: int) -> None:
    space = replace(SpaceMaker(seed, most_packages=800).space(), consents=(), keeps=(), deliveries=())
    front = frontier_by_elimination(space)
    for package, many in list(zip(front.packages, front.multiplicity, strict=True))[:4]:
        found = list_ties(space, package, most=int(many))
        assert len(found.packages) == many and not found.cut
        assert found.packages[0].tolist() == package.tolist()


def test_a_list_is_cut_and_says_so() -> None:
    space = DealSpace.from_arrays(options=[2] * 40, unary=[[[0, 0], [1, 1]]] * 40, no_deal=[0, 0])
    package = np.array([1] * 20 + [0] * 20)
    found = list_ties(space, package, most=50)
    assert found.cut and len(found.packages) == 50
    assert (found.packages.sum(axis=1) == 20).all() and len(np.unique(found.packages, axis=0)) == 50
    assert (found.packages == package).all(axis=1).any()
    alone = list_ties(space, [1] * 40, most=1)
    assert alone.packages.tolist() == [[1] * 40] and not alone.cut


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Square roots that never sum to the same twice: the search ends at its limit, with the package itself."""
    monkeypatch.setattr(ties, "MOST_WORK", 2_000)
    roots = [[[0.0], [np.sqrt(p)]] for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)]
    space = DealSpace.from_arrays(options=[2] * 16, unary=roots, no_deal=[0])
    package = [0, 1] * 8
    found = list_ties(space, package)
    assert found.cut and found.packages.tolist() == [package] and found.work >= 2_000


def test_wrong_requests_for_ties() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0])
    with pytest.raises(InputError, match="most"):
        list_ties(space, [1], most=0)
    with pytest.raises(InputError):
        list_ties(space, [5])
    with pytest.raises(InputError):
        list_ties(space, [0, 0])
    with pytest.raises(InputError, match="cap"):
        list_ties(replace(space, cap=np.array([0.5, np.inf])), [1])


@given(SEEDS)
@settings(max_examples=150, deadline=None)
def test_the_best_weighted_sum_is_that_of_listing(seed: int) -> None:
    space = SpaceMaker(seed, most_packages=800).space()
    rng = np.random.default_rng(seed)
    weights = rng.integers(-2, 4, len(space.table)) if seed % 2 else rng.normal(size=len(space.table))
    every = every_package(space)
    every = every[candidates(space, every, eligible=False)]
    if not len(every):
        with pytest.raises(InputError, match="forbid"):
            best_weighted(space, weights)
        return
    sums = gains(space, every)[:, list(space.table)] @ weights
    package, value = best_weighted(space, weights)
    assert value == pytest.approx(sums.max(), abs=1e-6)
    assert candidates(space, package[None], eligible=False).all()
    if seed % 2:  # whole weights and steps of 0.01 at least: ties are ties
        assert package.tolist() == every[np.flatnonzero(sums >= sums.max() - 1e-6)[0]].tolist()


def test_the_best_of_fifty_issues() -> None:
    rng = np.random.default_rng(0)
    unary = rng.normal(size=(50, 10, 2))
    space = DealSpace.from_arrays(options=[10] * 50, unary=unary, no_deal=[0, 0])
    package, value = best_weighted(space, [1.0, 2.0])
    assert package.tolist() == (unary @ [1.0, 2.0]).argmax(axis=1).tolist()
    assert value == pytest.approx((unary @ [1.0, 2.0]).max(axis=1).sum())


@pytest.mark.parametrize("weights", [[1.0], [np.nan, 1.0], [[1.0, 1.0]]])
def test_wrong_weights(weights: list[float]) -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0])
    with pytest.raises(InputError, match="weights"):
        best_weighted(space, weights)
