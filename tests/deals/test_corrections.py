"""What would have to give: correction sets, conflicts, and changes of mind, against every subset."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.corrections import Corrections, find_corrections
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.give import who_must_give
from detente.deals.hitting import members, minimal_hitting_sets
from detente.deals.objective import find_any, gain_of, seek
from detente.deals.relaxed import (
    drop_lever,
    droppable,
    levers_in_place,
    relax,
    threaten,
)
from detente.deals.space import (
    BodyRule,
    ConditionRule,
    ConsentRule,
    DealSpace,
    KeepRule,
    TableFactor,
    gains,
    utilities,
)
from detente.deals.voting import WeightedQuota
from detente.deals.zopa import find_zopa
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


def subsets(items: tuple) -> chain:
    return chain.from_iterable(combinations(items, k) for k in range(len(items) + 1))


def lives(space: DealSpace) -> bool:
    return bool(acceptable(space, every_package(space)).any())


def least(sets: list[frozenset]) -> set[frozenset]:
    return {s for s in sets if not any(t < s for t in sets)}


def correction_sets(space: DealSpace) -> set[frozenset]:
    return least([frozenset(s) for s in subsets(droppable(space)) if lives(relax(space, s))])


def conflict_sets(space: DealSpace) -> set[frozenset]:
    everything = frozenset(droppable(space))
    return least(
        [frozenset(s) for s in subsets(droppable(space)) if not lives(relax(space, everything - set(s)))]
    )


def tightened(seed: int) -> DealSpace:
    """A random space in which those at the table want more than most packages give."""
    space = random_space(seed)
    return replace(space, margin=space.margin + np.array([3.0, 3.0, 1.0, 0.0]))


def as_sets(found: Corrections) -> tuple[set[frozenset], set[frozenset]]:
    return {frozenset(c.drop) for c in found.sets}, {frozenset(c) for c in found.conflicts}


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_listed_correction_sets_and_conflicts_are_those_of_all_subsets(seed: int) -> None:
    space = tightened(seed)
    found = find_corrections(space)
    sets, conflicts = as_sets(found)
    assert found.complete
    assert sets == correction_sets(space)
    if sets:  # else what is forbidden leaves nothing, and no subset explains that
        assert conflicts == conflict_sets(space)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_asking_finds_what_listing_finds(seed: int) -> None:
    space = tightened(seed)
    listed, asked = find_corrections(space), find_corrections(space, listed=0)
    assert as_sets(asked) == as_sets(listed)
    assert asked.complete
    assert asked.proven
    for correction in asked.sets:
        assert acceptable(relax(space, correction.drop), correction.package)[0]
        assert correction.gains.tolist() == gains(space, correction.package)[0].tolist()
        refused = [
            s for (kind, _), s in zip(correction.drop, correction.short, strict=True) if kind == "refusal"
        ]
        assert all(s > 0 for s in refused)


@given(SEEDS, st.integers(1, 3), st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_bounds_leave_out_larger_sets_only(seed: int, size: int, most: int) -> None:
    space = tightened(seed)
    whole, asked = find_corrections(space), find_corrections(space, listed=0, size=size, most=most)
    sizes = [len(c.drop) for c in asked.sets]
    assert {frozenset(c.drop) for c in asked.sets} <= as_sets(whole)[0]
    assert max([0, *sizes]) <= size or sizes == [0]
    assert len(sizes) == min(most, sum(len(c.drop) <= size for c in whole.sets))
    assert sizes == sorted(sizes)
    assert {frozenset(c) for c in asked.conflicts} <= as_sets(whole)[1]


def test_what_may_not_be_dropped_is_not() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0, 0], [3, -1, -2]]], no_deal=[0, 0, 0])
    held = find_corrections(space, keep=[("refusal", "party2")])
    assert (held.sets, held.complete) == ((), True)
    assert find_corrections(space, keep=[("refusal", "party2")], listed=0).sets == ()
    with pytest.raises(InputError, match="keep must hold obstacles"):
        find_corrections(space, keep=[("refusal", "party9")])


def test_a_deal_as_things_are_needs_nothing_dropped() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [3, 1]]], no_deal=[0, 0])
    for found in (find_corrections(space), find_corrections(space, listed=0)):
        assert [c.drop for c in found.sets] == [()]
        assert found.conflicts == ()


def test_two_strings_that_only_together_close_the_zone() -> None:
    """One wants issue 0 with issue 1, the other forbids both: without either string there is a deal, and
    so there is if the first would take issue 0 alone."""
    want = ConditionRule("both or none", 0, ((1, (1,)),), ((0, (1,)),))
    never = ConditionRule("never both", 1, ((0, (1,)), (1, (1,))), None)
    unary = [[[0, 0], [-2, 1]], [[0, 0], [3, 3]]]
    space = DealSpace.from_arrays(
        options=[2, 2], unary=unary, no_deal=[0, 0], conditions=[want, never], margin=[1, 1]
    )
    found = find_corrections(space)
    both, never_both, first = (
        ("condition", "both or none"),
        ("condition", "never both"),
        ("refusal", "party0"),
    )
    assert found.conflicts == ((first, both, never_both),)
    assert [(c.drop, c.short) for c in found.sets] == [
        ((both,), (0.0,)),
        ((never_both,), (0.0,)),
        ((first,), (3.0,)),
    ]


@given(st.lists(st.integers(1, 63), min_size=0, max_size=6))
@settings(max_examples=100, deadline=None)
def test_hitting_sets_are_those_of_all_subsets(sets: list[int]) -> None:
    found = minimal_hitting_sets(sets).sets
    hits = [m for m in range(64) if all(m & s for s in sets)]
    want = [m for m in hits if not any(h != m and h & m == h for h in hits)]
    assert sorted(found) == sorted(want)
    assert [m.bit_count() for m in found] == sorted(m.bit_count() for m in found)


def test_hitting_sets_that_are_too_many_are_cut_by_size() -> None:
    pairs = [0b11 << 2 * k for k in range(5)]
    cut = minimal_hitting_sets([*pairs, 1 << 20], most=10)
    assert cut.size is not None
    assert all(m.bit_count() <= cut.size for m in cut.sets)
    assert members(0b1011) == [0, 1, 3]


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_one_aim_over_the_same_packages(seed: int) -> None:
    """With and without deliveries, bodies, keeps: the best for anybody is what listing says."""
    space = SpaceMaker(seed, most_packages=400).space()
    rows = every_package(space)
    fine = rows[acceptable(space, rows)]
    weights = np.zeros(len(space.parties))
    weights[seed % len(weights)] = 1.0
    sought, some = seek(space, gain_of(space, weights)), find_any(space)
    assert sought.proven
    assert (sought.package is None) == (some.package is None) == (not len(fine))
    if sought.package is not None and some.package is not None:
        assert acceptable(space, sought.package)[0]
        assert acceptable(space, some.package)[0]
        best = (utilities(space, fine) @ weights).max()
        assert (utilities(space, sought.package) @ weights)[0] == pytest.approx(best, abs=1e-8)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_one_aim_under_caps(seed: int) -> None:
    space = random_space(seed)
    capped = replace(space, deliveries=(), keeps=(), cap=np.array([2.0, 1.0, 3.0, 0.0]))
    sought = seek(capped, gain_of(capped, np.array([1.0, 0, 0, 0])))
    assert sought.proven
    assert (sought.package is not None) == lives(capped)
    if sought.package is not None:
        assert acceptable(capped, sought.package)[0]


def test_a_search_cut_short_says_that_it_proves_nothing() -> None:
    rng = np.random.default_rng(3)
    unary = [rng.normal(size=(3, 2)) - 0.3 for _ in range(10)]
    links = {(i, (i + 5) % 10): rng.normal(size=(3, 3, 2)) for i in range(5)}
    space = DealSpace.from_arrays(options=[3] * 10, unary=unary, links=links, no_deal=[2, 2])

    def hasty(these: DealSpace) -> Frontier:
        return replace(find_frontier(these), status="bounded")

    assert not seek(space, gain_of(space, np.array([1.0, 0.0])), engine=hasty).proven
    shut = replace(space, no_deal=np.array([99.0, 99.0]))
    assert not find_any(shut, engine=hasty).proven
    assert find_any(shut).proven
    assert not find_corrections(shut, listed=0, engine=hasty).proven


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_whose_change_of_mind_carries_a_package(seed: int) -> None:
    """Against every subset of parties made content and strings dropped, body by body and vote by vote."""
    space = random_space(seed)
    rows = every_package(space)
    row = rows[seed % len(rows)]
    if acceptable(space, row)[0]:
        assert who_must_give(space, row) == ((),)
        return
    free = replace(space, consents=tuple(replace(r, overruled_by=None) for r in space.consents))
    atoms = (*(("refusal", p) for p in space.parties), ("condition", "string"), ("condition", "never"))
    carried = least([frozenset(s) for s in subsets(atoms) if stands_if(free, row, frozenset(s))])
    assert {frozenset(g) for g in who_must_give(free, row)} == carried


def stands_if(space: DealSpace, row: np.ndarray, given: frozenset) -> bool:
    """Whether a package stands when some parties say yes to everything and some strings are dropped: the
    parties get a large bonus on exactly this package, which no keeping or undoing shares."""
    yes = [space.parties.index(name) for kind, name in given if kind == "refusal"]
    bonus = np.zeros((*space.sizes, len(space.parties)))
    bonus[(*row, yes)] = 1000.0
    happy = replace(
        space,
        factors=(*space.factors, TableFactor(tuple(range(len(row))), bonus)),
        conditions=tuple(c for c in space.conditions if ("condition", c.name) not in given),
        no_deal_package=np.where(is_nothing(space, row), row, -1),
    )
    return bool(acceptable(happy, row)[0]) and not is_nothing(space, row)


def is_nothing(space: DealSpace, row: np.ndarray) -> bool:
    return tuple(row) == tuple(space.no_deal_package) and not gains(space, row)[0].any()


def test_overruling_and_votes_are_other_ways_to_carry_it() -> None:
    points = [[[0, 0, 0, 0], [3, -1, -2, -1]]]
    space = DealSpace.from_arrays(
        options=[2],
        unary=points,
        no_deal=[0] * 4,
        table=[0],
        bodies=[BodyRule("council", (1, 2, 3), (3, 1, 1), 3)],
        consents=[ConsentRule(0, (1,), 4), ConsentRule(0, (1,), 2, overruled_by=0, cost=9)],
    )
    assert who_must_give(space, np.array([1])) == (
        (("overruling", "party0"), ("refusal", "party1")),
        (("refusal", "party1"), ("refusal", "party2")),
    )
    unable = replace(space, bodies=(BodyRule("council", (1, 2, 3), (1, 1, 1), 4),))
    assert who_must_give(unable, np.array([1])) == ()
    assert who_must_give(space, np.array([0])) == ()


def test_a_silent_council_needs_fewer_to_change_their_minds() -> None:
    """Party 2 does not object, for it loses less than its margin; only party 1 stands against it."""
    points = [[[0, 0, 0], [3, -5, -1]]]
    space = DealSpace.from_arrays(
        options=[2],
        unary=points,
        no_deal=[0] * 3,
        table=[0],
        margin=[0, 2, 2],
        bodies=[BodyRule("council", (1, 2), (1, 1), 2)],
        consents=[ConsentRule(0, (1,), 3, silent=True)],
    )
    assert who_must_give(space, np.array([1])) == ((("refusal", "party1"),),)


def test_a_council_with_two_quotas_needs_whoever_completes_both() -> None:
    """Two of three members, and votes of three: the heavy one with any other, or nobody without it."""
    points = [[[0, 0, 0, 0], [3, -5, -1, -1]]]
    both = ((WeightedQuota((1, 1, 1), 2), WeightedQuota((3, 1, 1), 3)),)
    council = BodyRule("council", (1, 2, 3), (0, 0, 0), 0, both)
    space = DealSpace.from_arrays(
        options=[2],
        unary=points,
        no_deal=[0] * 4,
        table=[0],
        bodies=[council],
        consents=[ConsentRule(0, (1,), 4)],
    )
    assert who_must_give(space, np.array([1])) == (
        (("refusal", "party1"), ("refusal", "party2")),
        (("refusal", "party1"), ("refusal", "party3")),
    )
    silent = {o.name for o in find_zopa(space).openers}
    assert silent == {"council"}
    light = replace(space, factors=(TableFactor((0,), np.array([[0, 0, 0, 0], [3, -5, -1, 1.0]])),))
    assert {o.name for o in find_zopa(light).openers} == {"party1", "council"}


def test_a_large_council_is_pared_to_one_minimal_group() -> None:
    unary = [[np.zeros(31), np.append(1.0, -np.ones(30))]]
    council = BodyRule("council", tuple(range(1, 31)), (1,) * 30, 20)
    space = DealSpace.from_arrays(
        options=[2],
        unary=unary,
        no_deal=[0] * 31,
        table=[0],
        bodies=[council],
        consents=[ConsentRule(0, (1,), 31)],
    )
    (group,) = who_must_give(space, np.array([1]))
    assert len(group) == 20


def test_a_keeper_may_change_its_mind() -> None:
    keeps = [KeepRule(0, (0,), 1, 1)]
    unary = [[[0, 0], [-1, 2]], [[0, 0], [2, 1]]]
    space = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0], table=[0], keeps=keeps)
    assert who_must_give(space, np.array([0, 1])) == ((("refusal", "party1"),),)


def lever_space() -> DealSpace:
    """A siege costs party 1 four points; option 1 ends it and costs party 0 one."""
    siege = TableFactor((0,), np.array([[0.0, 0.0], [0.0, 4.0]]), "lever siege")
    space = DealSpace.from_arrays(
        options=[2, 2], unary=[[[0, 0], [-1, 0]], [[0, 0], [2, -3]]], no_deal=[0, 0]
    )
    return replace(space, factors=(*space.factors, siege))


def test_a_lever_dropped_has_nothing_left_to_offer() -> None:
    space = lever_space()
    assert levers_in_place(space) == ("siege",)
    assert gains(space, np.array([1, 1]))[0].tolist() == [1, 1]
    freed = drop_lever(space, "siege")
    assert gains(freed, np.array([1, 1]))[0].tolist() == [1, -3]
    fallen = replace(space, no_deal_package=np.array([1, 0]), no_deal=np.array([-1.0, 4.0]))
    assert gains(drop_lever(fallen, "siege"), np.array([1, 0]))[0].tolist() == [0, 0]
    with pytest.raises(InputError, match="lever in place"):
        drop_lever(space, "blockade")


def test_a_threat_moves_no_deal_and_leaves_it_no_deal() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [3, -1]]], no_deal=[0, 0])
    pressed = threaten(space, {1: -2.0})
    assert gains(pressed, np.array([1]))[0].tolist() == [3, 1]
    assert acceptable(pressed, np.array([[0], [1]])).tolist() == [False, True]
    assert find_frontier(pressed).packages.tolist() == [[1]]
