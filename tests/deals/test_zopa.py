"""Whether there is a deal, and what single thing closes the zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.frontier import find_frontier
from detente.deals.relaxed import drop_condition, silence, threaten
from detente.deals.space import BodyRule, ConditionRule, ConsentRule, DealSpace, TableFactor, gains
from detente.deals.zopa import find_zopa
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


def lives(space: DealSpace) -> bool:
    return bool(acceptable(space, every_package(space)).any())


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_the_zone_is_what_listing_finds(seed: int) -> None:
    space = random_space(seed)
    rows = every_package(space)
    rows = rows[acceptable(space, rows)]
    zone = find_zopa(space)
    assert zone.exists == bool(len(rows))
    for p in range(4):
        if p in space.table and len(rows):
            assert zone.best[p] == gains(space, rows)[:, p].max()
            assert gains(space, zone.best_packages[p])[0, p] == zone.best[p]
            assert acceptable(space, zone.best_packages[p])[0]
        else:
            assert np.isnan(zone.best[p])
            assert (zone.best_packages[p] == -1).all()


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_openers_are_exactly_what_opens_it(seed: int) -> None:
    space = random_space(seed)
    zone = find_zopa(space)
    told = {(o.kind, o.name) for o in zone.openers}
    if zone.exists:
        assert told == set()
        return
    want = {
        ("silence", name)
        for c, name in enumerate(space.consenters)
        if len(set(space.table) - {c}) and lives(silence(space, c))
    }
    want |= {("condition", c.name) for c in space.conditions if lives(drop_condition(space, c.name))}
    assert told == want
    for opener in zone.openers:
        assert len(opener.packages) == len(opener.gains) > 0


def blocked(**rules: object) -> DealSpace:
    points = [[[0, 0, 0, 0], [3, 2, -1, -2]]]
    return DealSpace.from_arrays(options=[2], unary=points, no_deal=[0] * 4, table=[0, 1], **rules)  # type: ignore[arg-type]


def test_a_body_opens_when_its_last_hold_out_falls_silent() -> None:
    council = BodyRule("council", (1, 2, 3), (1, 1, 1), 2)
    space = blocked(bodies=[council], consents=[ConsentRule(0, (1,), 4)])
    told = {o.name for o in find_zopa(space).openers}
    assert told == {"party2", "party3", "council"}
    both = replace(space, bodies=(replace(council, quota=3.0),))
    assert {o.name for o in find_zopa(both).openers} == {"council"}


def test_a_condition_that_closes_the_zone_is_named() -> None:
    space = blocked(conditions=[ConditionRule("not that", 2, ((0, (1,)),), None)])
    told = [(o.kind, o.name, o.gains.tolist()) for o in find_zopa(space).openers]
    assert told == [("silence", "party2", [[3, 2, -1, -2]]), ("condition", "not that", [[3, 2, -1, -2]])]


def test_a_lever_is_tried_as_the_caller_drops_it() -> None:
    space = replace(blocked(), table=(0, 1, 2))
    freed = replace(space, no_deal=np.array([0.0, 0.0, -1.5, 0.0]))
    told = {(o.kind, o.name) for o in find_zopa(space, without={"siege": freed}).openers}
    assert told == {("silence", "party2"), ("lever", "siege")}


def test_levers_in_place_are_tried_by_themselves_and_threats_as_given() -> None:
    """The siege makes no deal so bad for the second that it would take anything: but lifting it is all
    that the first has to offer, and costs it more than it is worth."""
    siege = TableFactor((0,), np.array([[0.0, 0.0], [-3.0, 4.0]]), "lever siege")
    base = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0])
    space = replace(base, factors=(*base.factors, siege))
    zone = find_zopa(space, threats={"blockade": threaten(space, {0: -2.5})})
    assert [(o.kind, o.name) for o in zone.openers] == [
        ("silence", "party0"),
        ("lever", "siege"),
        ("threat", "blockade"),
    ]
    assert zone.corrections is not None
    assert [c.drop for c in zone.corrections.sets] == [(("refusal", "party0"),)]
    assert find_zopa(space, without={}).openers[-1].kind == "silence"
    assert find_zopa(base).corrections is None


def test_a_known_frontier_is_used_and_counted() -> None:
    twice = [[[0, 0], [1, 2], [1, 2]]]
    space = DealSpace.from_arrays(options=[3], unary=twice, no_deal=[0, 0])
    zone = find_zopa(space, find_frontier(space))
    assert (zone.exists, zone.count, zone.status) == (True, 2, "exact")
