"""A deal space keeps what it is given and says everything that is wrong with it."""

from __future__ import annotations

import itertools
import pkgutil
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import deals
from detente.deals.brute import count_packages, list_packages
from detente.deals.eliminate import largest_total, smallest_total
from detente.deals.space import (
    BoxFactor,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    TableFactor,
    undone_by,
    utilities,
)
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker


def test_every_name_of_the_door_opens_and_none_hides_a_module() -> None:
    modules = {m.name for m in pkgutil.iter_modules(deals.__path__)}
    assert not modules & set(deals.__all__)
    assert not any(isinstance(getattr(deals, name), ModuleType) for name in deals.__all__)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_a_package_is_worth_the_sum_of_its_factors(seed: int) -> None:
    space = SpaceMaker(seed, most_packages=200).space()
    packages = next(iter(list_packages(space)))
    for package, found in zip(packages, utilities(space, packages), strict=True):
        total = np.zeros(len(space.parties))
        for factor in space.factors:
            if isinstance(factor, TableFactor):
                total = total + factor.table[tuple(package[i] for i in factor.scope)]
            elif all(
                a <= package[i] <= b for i, a, b in zip(factor.scope, factor.low, factor.high, strict=True)
            ):
                total = total + factor.value
        np.testing.assert_allclose(found, total)


def test_packages_are_listed_once_each_in_order() -> None:
    space = SpaceMaker(7, most_packages=500).space()
    listed = np.concatenate(list(list_packages(space, chunk=7)))
    assert listed.tolist() == [list(p) for p in itertools.product(*map(range, space.sizes))]
    assert count_packages(space) == len(listed)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        DealSpace.from_arrays(
            options=[2, 2],
            unary=[[[0], [1]]],
            links={(1, 0): np.zeros((2, 2, 1)), (0, 1): np.full((2, 3, 1), np.nan)},
            no_deal=[0],
            forbid=[{4: 0}],
            boxes=[BoxFactor((7,), (0,), (1,), np.zeros(1))],
            consents=[ConsentRule(3, (1,), 0)],
        )
    said = str(caught.value)
    for part in (
        "one array per issue (2), got 1",
        "scope (1, 0)",
        "shape (2, 2, 1), got (2, 3, 1)",
        "finite",
    ):
        assert part in said
    for part in ("forbid over issues (4,)", "box over issues (7,)", "rule over issues (3,)"):
        assert part in said


def test_a_package_is_named_by_issue_and_option() -> None:
    names = {"issues": ["sanctions", "posture"], "options": [["renew", "shorter"], ["warsaw", "limits"]]}
    space = DealSpace.from_arrays(options=[2, 2], unary=[[[0], [1]]] * 2, no_deal=[0], names=names)
    assert space.package({"sanctions": "shorter"}).tolist() == [1, 0]
    assert space.package({"posture": 1}).tolist() == [0, 1]
    with pytest.raises(InputError, match="did you mean sanctions"):
        space.package({"sanction": "renew"})
    with pytest.raises(InputError, match="option of posture"):
        space.package({"posture": "moscow"})


def test_undoing_puts_back_only_what_the_party_delivers() -> None:
    rules = [DeliveryRule(0, (1, 2), 0), DeliveryRule(1, (2,), 0), DeliveryRule(1, (1, 2), 1)]
    space = DealSpace.from_arrays(
        options=[3, 3], unary=[np.zeros((3, 2))] * 2, no_deal=[0, 0], delivers=rules
    )
    packages = np.array([[1, 1], [2, 2]])
    assert undone_by(space, packages, 0).tolist() == [[0, 1], [0, 0]]
    assert undone_by(space, packages, 1).tolist() == [[1, 0], [2, 0]]


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_elimination_finds_the_largest_and_smallest_total(seed: int) -> None:
    maker = SpaceMaker(seed, most_packages=300)
    scopes = [maker.scope(1, 3) for _ in range(5)]
    terms = [(s, maker.points(*(maker.sizes[i] for i in s))) for s in scopes]
    totals = [
        sum(table[tuple(x[i] for i in scope)] for scope, table in terms)
        for x in itertools.product(*map(range, maker.sizes))
    ]
    assert largest_total(maker.sizes, terms) == pytest.approx(max(totals))
    assert smallest_total(maker.sizes, terms) == pytest.approx(min(totals))
