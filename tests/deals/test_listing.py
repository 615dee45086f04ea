"""Listing whole columns finds what listing package by package finds; so do distinct options."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.criteria import set_criteria
from detente.deals.exact import listing
from detente.deals.exact.distinct import tell_apart
from detente.deals.exact.listing import frontier_by_listing
from detente.deals.space import BoxFactor, DealSpace
from tests.deals.random_space import SpaceMaker
from tests.deals.test_frontier import same_as_listing

SEEDS = st.integers(0, 10**6)


@given(SEEDS, st.booleans(), st.sampled_from([1, 4096]))
@settings(max_examples=250, deadline=None)
def test_it_is_the_frontier_of_the_reference(seed: int, eligible: bool, sample: int) -> None:
    space = SpaceMaker(seed).space()
    before, listing.SAMPLE = listing.SAMPLE, sample
    try:
        found = frontier_by_listing(space, set_criteria(space, eligible=eligible), eligible=eligible)
    finally:
        listing.SAMPLE = before
    same_as_listing(space, found, eligible)


def test_options_that_nothing_tells_apart_are_one() -> None:
    base = DealSpace.from_arrays(
        options=[5, 4],
        unary=[np.zeros((5, 2)), np.zeros((4, 2))],
        boxes=[
            BoxFactor((0, 1), (2, 0), (3, 1), np.array([3.0, 1.0])),
            BoxFactor((0,), (0,), (1,), np.array([0.0, 2.0])),
        ],
        no_deal=[0, 0],
        status_quo=False,
    )
    distinct = tell_apart(set_criteria(base))
    assert [first.tolist() for first in distinct.first] == [[0, 2, 4], [0, 2]]
    assert [many.tolist() for many in distinct.many] == [[2, 2, 1], [2, 2]]
    assert distinct.packages(np.array([[1, 1]])).tolist() == [[2, 2]]
    assert distinct.counts(np.array([[1, 1]])).tolist() == [4]
    banned = replace(base, forbid=(((0, (3,)),),))
    assert tell_apart(set_criteria(banned)).first[0].tolist() == [0, 2, 3, 4]


def test_counts_beyond_what_whole_numbers_hold_stay_at_the_top() -> None:
    wide = DealSpace.from_arrays(
        options=[10] * 30, unary=[np.zeros((10, 1))] * 30, no_deal=[-1.0], status_quo=False
    )
    distinct = tell_apart(set_criteria(wide))
    assert distinct.size == 1
    assert distinct.counts(np.zeros((1, 30), dtype=np.int64)).tolist() == [2**62]
