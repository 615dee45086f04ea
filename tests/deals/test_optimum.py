"""One best package for one aim, by branching on linear bounds and by patterns: the best of all packages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.brute import list_packages
from detente.deals.exact.aims import AIMS, Optimum, aim_value
from detente.deals.solver.box_aims import optimise_boxes
from detente.deals.solver.branching import optimise_by_branching
from detente.deals.space import ConsentRule, DealSpace, gains
from detente.errors import InputError
from tests.deals.box_space import wished
from tests.deals.random_space import SpaceMaker
from tests.deals.rule_spaces import random_space
from tests.deals.test_caps import capped
from tests.deals.test_solver import grand

SEEDS = st.integers(0, 10**6)
Optimise = Callable[..., Optimum | None]


def best_of_all(space: DealSpace, aim: str) -> float | None:
    """By listing; None where nothing is acceptable."""
    every = np.concatenate(list(list_packages(space)))
    gained = gains(space, every[acceptable(space, every)])[:, list(space.table)]
    if not len(gained):
        return None
    scale = np.asarray(space.stakes[list(space.table)], dtype=np.float64)
    if aim == "party":
        scale = (np.arange(len(scale)) == 0).astype(float)
    if aim == "shares":
        ideal = gained.max(axis=0)
        scale = np.where(ideal > 1e-6, 1.0 / np.where(ideal > 1e-6, ideal, 1.0), 0.0)
        if not scale.any():
            return 0.0
    return float(aim_value(aim, scale, gained).max())


def check(space: DealSpace, aim: str, optimise: Optimise, within: float = 2e-5) -> None:
    """The best by listing is met, or there is proven to be none."""
    best = best_of_all(space, aim)
    found = optimise(space, aim, party=space.parties[space.table[0]] if aim == "party" else None)
    assert found is not None
    if best is None:
        assert (found.status, found.package) == ("infeasible", None)
        return
    assert found.status == "optimal"
    assert found.package is not None
    assert acceptable(space, found.package[None])[0]
    assert found.value == pytest.approx(best, abs=within * max(1.0, abs(best)))
    assert found.bound >= best - 1e-9


@given(SEEDS, st.sampled_from(AIMS))
@settings(max_examples=80, deadline=None)
def test_branching_finds_the_best_under_every_kind_of_rule(seed: int, aim: str) -> None:
    check(SpaceMaker(seed, most_packages=200).space(), aim, optimise_by_branching)


@given(SEEDS, st.sampled_from(AIMS))
@settings(max_examples=60, deadline=None)
def test_branching_finds_the_best_with_votes_strings_and_keeping(seed: int, aim: str) -> None:
    check(random_space(seed), aim, optimise_by_branching)


@given(SEEDS, st.sampled_from(AIMS))
@settings(max_examples=60, deadline=None)
def test_branching_minds_caps(seed: int, aim: str) -> None:
    check(capped(seed), aim, optimise_by_branching)


@given(SEEDS, st.sampled_from(AIMS))
@settings(max_examples=80, deadline=None)
def test_patterns_find_the_best_wishes(seed: int, aim: str) -> None:
    check(wished(seed), aim, optimise_boxes)


@pytest.mark.parametrize("aim", ["sum", "least"])
def test_both_ways_agree_where_nobody_can_list(aim: str) -> None:
    space = grand(2, parties=5)
    one, two = optimise_boxes(space, aim), optimise_by_branching(space, aim)
    assert one is not None
    assert (one.status, two.status) == ("optimal", "optimal")
    assert one.value == pytest.approx(two.value, rel=1e-5)


def test_what_the_work_leaves_open_is_said() -> None:
    space = grand(2, parties=6)
    best = optimise_by_branching(space, "least")
    assert best.status == "optimal"
    short = optimise_by_branching(space, "least", nodes=1)
    assert short.bound >= best.value
    assert not short.value > best.value + 1e-9
    boxes = optimise_boxes(space, "least", work=1e-9)
    assert boxes is not None
    assert boxes.status == "bounded"
    assert boxes.bound >= best.value


def test_a_cap_changes_what_is_best() -> None:
    """Uncapped, the first option is worth most together; but nobody gets more than four of it."""
    given_ = {"options": [2], "unary": [[[9, 0], [4, 4]]], "no_deal": [0, 0], "status_quo": False}
    assert optimise_by_branching(DealSpace.from_arrays(**given_), "sum").value == 9
    space = DealSpace.from_arrays(**given_, cap=[4, 4])
    assert optimise_by_branching(space, "sum").value == 8
    boxes = optimise_boxes(space, "sum")
    assert boxes is not None
    assert boxes.value == 8


def test_wrong_questions_are_refused() -> None:
    space = wished(1)
    for optimise in (optimise_by_branching, optimise_boxes):
        with pytest.raises(InputError, match="aim must be"):
            optimise(space, "best")
        with pytest.raises(InputError, match="party must be given"):
            optimise(space, "party")
        with pytest.raises(InputError, match="party must not be given"):
            optimise(space, "sum", party=space.parties[0])
        with pytest.raises(InputError, match="party at the table"):
            optimise(space, "party", party="nobody")
    with pytest.raises(InputError, match="nodes must be at least 1"):
        optimise_by_branching(space, "sum", nodes=0)


def test_patterns_leave_other_spaces_to_other_engines() -> None:
    space = DealSpace.from_arrays(
        options=[2], unary=[[[0], [1]]], no_deal=[0], consents=[ConsentRule(0, (1,), 0)], status_quo=False
    )
    assert optimise_boxes(space, "sum") is None
    assert optimise_boxes(space, "shares") is None
