"""Why not, and what would: against listing, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable, is_acceptable
from detente.deals.conditions import condition_worths
from detente.deals.explanation import explain
from detente.deals.frontier import find_frontier
from detente.deals.give import who_must_give
from detente.deals.nearby import ball, obstacles
from detente.deals.relaxed import drop_condition, relax, silence
from detente.deals.repairs import find_repairs, is_minimal_repair
from detente.deals.space import (
    BodyRule,
    ConditionRule,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    KeepRule,
)
from detente.deals.zopa import find_zopa
from detente.errors import InputError
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_obstacles_are_nothing_exactly_where_a_package_is_acceptable(seed: int) -> None:
    space = random_space(seed)
    rows = every_package(space)
    found = obstacles(space, rows)
    free = ~found.hit.any(axis=1) & ~found.impossible
    np.testing.assert_array_equal(free, acceptable(space, rows))
    for row, hit in zip(rows, found.hit, strict=True):
        refusals = [r for r in is_acceptable(space, row).refusals if r.party]
        named = {("condition", r.detail) if r.why == "condition" else ("refusal", r.party) for r in refusals}
        assert {found.labels[k] for k in np.flatnonzero(hit)} == named


@given(SEEDS, st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_the_ball_is_every_package_within_its_radius(seed: int, limit: int) -> None:
    space = random_space(seed)
    rows = every_package(space)
    at = rows[seed % len(rows)]
    near, distance = ball(space, at, limit=limit)
    apart = (rows != at).sum(axis=1)
    assert sorted(map(tuple, near.tolist())) == sorted(map(tuple, rows[apart <= distance.max()].tolist()))
    assert (np.diff(distance) >= 0).all()
    assert len(near) <= limit or distance.max() <= 1
    if distance.max() < apart.max():
        assert distance.max() == 1 or (apart <= distance.max() + 1).sum() > limit


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_nearest_and_corrections_are_what_listing_finds(seed: int) -> None:
    space = random_space(seed)
    rows = every_package(space)
    at = rows[seed % len(rows)]
    found = explain(space, at, favour="party0")
    apart = (rows != at).sum(axis=1)
    near = [(r.rungs, r.gains[0]) for r in find_repairs(space, at, favour="party0").repairs]
    assert [(np.abs(n.package - at).sum(), n.gains[0]) for n in found.nearest] == near
    assert all(is_minimal_repair(space, at, n.package) for n in found.nearest)
    assert found.nearest_proven
    assert found.gives == who_must_give(space, at)
    stands = obstacles(space, rows)
    sets = {
        (int(d), frozenset(np.flatnonzero(h).tolist()))
        for d, h, never in zip(apart, stands.hit, stands.impossible, strict=True)
        if not never
    }
    minimal = {(d, s) for d, s in sets if not any((e < d and t <= s) or (e == d and t < s) for e, t in sets)}
    told = {
        (len(c.changes), frozenset(stands.labels.index(label) for label in c.drop)) for c in found.corrections
    }
    assert told <= minimal
    assert len(told) + found.corrections_left_out == len(minimal)


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_a_single_killer_is_what_alone_kills_it(seed: int) -> None:
    space = random_space(seed)
    front = find_frontier(space)
    zone = find_zopa(space, front)
    for at in every_package(space)[:: max(1, len(every_package(space)) // 4)]:
        found = explain(space, at, radius=1, frontier=front, zone=zone)
        if found.acceptance.ok:
            assert found.single_killer is found.single_refuser is None
            continue
        kills = [c.name for c in space.conditions if acceptable(drop_condition(space, c.name), at)[0]]
        assert kills == ([found.single_killer] if found.single_killer else [])
        if found.single_refuser in space.consenters:
            c = space.consenters.index(found.single_refuser)
            silent = silence(space, c)
            left = is_acceptable(silent, at).refusals if silent.table else ()
            assert not [r for r in left if r.why in ("gain", "condition", "forbidden")]


@given(SEEDS)
@settings(max_examples=12, deadline=None)
def test_a_closed_zone_is_opened_as_near_as_can_be(seed: int) -> None:
    loose = random_space(seed)
    space = replace(loose, margin=loose.margin + np.array([5.0, 5.0, 0.0, 0.0]))
    rows = every_package(space)
    at, zone = rows[seed % len(rows)], find_zopa(space)
    found = explain(space, at, zone=zone)
    if zone.exists:
        assert found.opens == ()
        return
    assert zone.corrections is not None
    assert [c.drop for c in found.opens] == [c.drop for c in zone.corrections.sets[:6]]
    for one in found.opens:
        open_rows = rows[acceptable(relax(space, one.drop), rows)]
        assert one.package.tolist() in open_rows.tolist()
        assert len(one.changes) == (open_rows != at).sum(axis=1).min()


def offer(**rules: object) -> DealSpace:
    """A partner's offer with a string: fight together if sanctions go."""
    unary = [[[0, 0, 0], [3, 2, 1]], [[0, 0, 0], [-1, 2, -1], [-4, 4, -3]]]
    names = {
        "issues": ["fight", "sanctions"],
        "options": [["apart", "together"], ["stay", "eased", "lifted"]],
        "parties": ["us", "russia", "ukraine"],
    }
    return DealSpace.from_arrays(
        options=[2, 3], unary=unary, no_deal=[0, 0, 0], table=[0, 1], names=names, **rules
    )  # type: ignore[arg-type]


LIFTED = ConditionRule("no fight unless lifted", 1, ((0, (1,)),), ((1, (2,)),))


def test_the_one_string_that_kills_an_offer() -> None:
    found = explain(offer(conditions=[LIFTED]), np.array([1, 0]))
    assert found.broken == ("no fight unless lifted",)
    assert found.single_killer == "no fight unless lifted"
    assert found.single_refuser == "russia"
    assert found.corrections[0].drop == (("condition", "no fight unless lifted"),)
    assert found.corrections[0].changes == ()


def test_what_a_string_is_worth_to_whom() -> None:
    space = offer(conditions=[LIFTED])
    (broken,) = condition_worths(space, np.array([1, 1]))
    assert (broken.in_play, broken.holds) == (True, False)
    assert broken.with_it.tolist() == [1, 2]
    assert broken.worth.tolist() == [-3, 2, -2]
    assert (broken.low, broken.high) == (None, None)
    assert broken.costs_zone is not None
    assert np.isnan(broken.costs_zone).all()  # with this string there is no deal to compare with
    (held,) = condition_worths(space, np.array([1, 2]))
    assert held.holds
    assert held.without_it.tolist() == [1, 0]
    assert held.worth.tolist() == [-4, 4, -3]
    (idle,) = condition_worths(space, np.array([0, 2]))
    assert not idle.in_play
    assert idle.worth.tolist() == [0, 0, 0]


def test_what_a_broken_string_costs_those_at_the_table() -> None:
    """Eased or lifted, it says; the best for Washington would be to fight together and ease nothing."""
    eased = ConditionRule("no fight unless eased", 1, ((0, (1,)),), ((1, (1, 2)),))
    (broken,) = condition_worths(offer(conditions=[eased]), np.array([1, 0]))
    assert broken.costs_zone is not None
    np.testing.assert_array_equal(broken.costs_zone, [1, 0, np.nan])
    (kept,) = condition_worths(offer(conditions=[eased]), np.array([1, 1]))
    assert kept.costs_zone is None


def test_a_string_that_says_never_is_left_by_the_fewest_rungs() -> None:
    never = ConditionRule("never both", 2, ((0, (1,)), (1, (2,))), None)
    (found,) = condition_worths(offer(conditions=[never]), np.array([1, 2]))
    assert found.with_it.tolist() == [0, 2]
    assert found.worth.tolist() == [-3, -2, -1]
    always = ConditionRule("cannot be left", 2, ((0, (0, 1)),), None)
    assert condition_worths(offer(conditions=[always]), np.array([1, 2]))[0].worth.tolist() == [0, 0, 0]


def test_everybody_whose_yes_it_needs_and_how_they_give_it() -> None:
    rules = {
        "bodies": [BodyRule("council", (0, 2), (1, 1), 2)],
        "consents": [
            ConsentRule(1, (1, 2), 2, silent=True),
            ConsentRule(0, (1,), 2, overruled_by=0, cost=1),
            ConsentRule(1, (2,), 3),
        ],
        "delivers": [DeliveryRule(1, (1,), 2)],
        "keeps": [KeepRule(1, (0,), 2, 0)],
        "margin": [0, 0, 0.5],
    }

    def told(package: list[int], **more: object) -> list[tuple[str, str, str]]:
        found = explain(offer(**{**rules, **more}), np.array(package))
        return [(s.consenter, s.role, s.manner) for s in found.says]

    table = [("us", "table", "sincerely"), ("russia", "table", "sincerely")]
    assert told([1, 1], delivers=[]) == [
        *table,
        ("ukraine", "consent", "by silence"),
        ("ukraine", "consent", "overruled"),
    ]
    assert told([1, 1]) == [*table, ("ukraine", "consent", "sincerely"), ("ukraine", "consent", "cheaply")]
    assert told([0, 2], delivers=[]) == [
        ("us", "table", "refuses"),
        ("russia", "table", "sincerely"),
        ("ukraine", "consent", "refuses"),
        ("council", "consent", "refuses"),
    ]
    assert told([1, 0])[-1] == ("us", "keeps", "sincerely")
    assert not explain(offer(**rules), np.array([0, 2])).says[0].accepts


def test_where_nothing_near_lives_a_search_goes_on() -> None:
    """Only the far corner is acceptable: three changes away, looked around within one."""
    unary = [[[0, 0], [-1, 1]], [[0, 0], [-1, 1]], [[0, 0], [-1, 1]]]
    bonus = {(0, 1, 2): np.zeros((2, 2, 2, 2))}
    bonus[0, 1, 2][1, 1, 1] = [5, 0]
    space = DealSpace.from_arrays(options=[2] * 3, unary=unary, links=bonus, no_deal=[0, 0])
    found = explain(space, np.array([0, 0, 0]), radius=1)
    assert (found.radius, found.nearest_proven) == (1, True)
    assert found.nearest[0].package.tolist() == [1, 1, 1]
    again = explain(space, np.array([0, 0, 0]), radius=1, frontier=find_frontier(space))
    assert again.nearest[0].package.tolist() == [1, 1, 1]
    assert again.openers == ()
    shut = replace(space, forbid=(((0, (1,)),),))
    assert explain(shut, np.array([0, 0, 0]), radius=1).nearest == ()
    known = explain(shut, np.array([0, 0, 0]), radius=1, frontier=find_frontier(shut))
    assert (known.nearest, known.nearest_proven) == ((), True)
    closed = replace(space, margin=np.array([9.0, 0.0]))
    assert [(o.kind, o.name) for o in explain(closed, np.array([0, 0, 0])).openers] == [("silence", "party0")]


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="did you mean russia"):
        explain(offer(), np.array([1, 0]), favour="rusia")
