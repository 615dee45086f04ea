"""Acceptance agrees with the definition read slowly, and says why not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import (
    acceptable,
    as_rows,
    body_value,
    consenter_gains,
    is_acceptable,
    needed_consenters,
)
from detente.deals.space import BodyRule, ConditionRule, ConsentRule, DealSpace, DeliveryRule, KeepRule, gains
from detente.errors import InputError
from tests.deals.rule_spaces import every_package, random_space, slowly_acceptable

SEEDS = st.integers(0, 2**32 - 1)


def one_issue(points: list[list[float]], **rules: object) -> DealSpace:
    names = {"issues": ["base"], "options": [["stay", "go", "far"][: len(points)]], "parties": list("abcd")}
    names["parties"] = names["parties"][: len(points[0])]
    return DealSpace.from_arrays(
        options=[len(points)], unary=[points], no_deal=[0.0] * len(points[0]), names=names, **rules
    )  # type: ignore[arg-type]


@given(SEEDS)
@settings(max_examples=150, deadline=None)
def test_acceptance_is_the_definition(seed: int) -> None:
    space = random_space(seed)
    rows = every_package(space)
    want = [slowly_acceptable(space, tuple(row)) for row in rows.tolist()]
    assert acceptable(space, rows).tolist() == want


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_every_refused_package_has_a_reason_and_no_accepted_one_has(seed: int) -> None:
    space = random_space(seed)
    for row, ok in zip(every_package(space), acceptable(space, every_package(space)), strict=True):
        found = is_acceptable(space, row)
        assert found.ok == ok == (not found.refusals)
        for refusal in found.refusals:
            if refusal.why in ("gain", "consent", "keeps"):
                assert refusal.gain < refusal.margin


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_gains_per_draw_are_judged_draw_by_draw(seed: int) -> None:
    space, rows = random_space(seed), every_package(random_space(seed))
    others = [replace(space, no_deal=space.no_deal + shift) for shift in (-1.0, 0.0, 1.0)]
    together = acceptable(
        space, rows, lambda these, party=None: np.stack([gains(o, these, party) for o in others])
    )
    np.testing.assert_array_equal(together, [acceptable(o, rows) for o in others])


def test_a_party_at_the_table_that_loses_refuses() -> None:
    space = one_issue([[0, 0], [4, -1]])
    (refusal,) = is_acceptable(space, np.array([1])).refusals
    assert (refusal.party, refusal.gain, refusal.margin, refusal.why) == ("b", -1, 0, "gain")


def test_staying_is_possible_but_no_deal() -> None:
    space = one_issue([[0, 0], [4, 1]])
    assert [r.why for r in is_acceptable(space, np.array([0])).refusals] == ["no_deal"]


def test_the_first_package_is_a_deal_where_it_is_not_what_no_deal_is_worth() -> None:
    space = replace(one_issue([[2, 2], [0, 0]]), no_deal=np.array([1.0, 1.0]))
    assert acceptable(space, np.array([[0], [1]])).tolist() == [True, False]


def test_a_needed_consenter_refuses_and_may_be_overruled_at_a_cost() -> None:
    points = [[0, 0, 0], [4, 1, -2]]
    for cost, want in ((4.0, True), (4.5, False)):
        rule = ConsentRule(0, (1,), 2, overruled_by=0, cost=cost)
        found = is_acceptable(one_issue(points, table=[0, 1], consents=[rule]), np.array([1]))
        assert found.ok is want
        assert found.overruled == ((("c", "a", cost),) if want else ())
        assert [r.party for r in found.refusals] == ([] if want else ["c"])


def test_who_delivers_may_say_yes_and_not_comply() -> None:
    rules = {"table": [0, 1], "consents": [ConsentRule(0, (1,), 2)], "delivers": [DeliveryRule(0, (1,), 2)]}
    found = is_acceptable(one_issue([[0, 0, 0], [4, 1, -2]], **rules), np.array([1]))
    assert (found.ok, found.cheap) == (True, ("c",))
    table = is_acceptable(one_issue([[0, 0, 0], [4, 1, -2]], **{**rules, "table": [0, 2]}), np.array([1]))
    assert [(r.party, r.why) for r in table.refusals] == [("c", "gain")]


def test_silence_is_a_yes_down_to_minus_the_margin() -> None:
    for gain, silent, want in ((-2, True, True), (-3, True, False), (1, False, False), (2, False, True)):
        rule = ConsentRule(0, (1,), 2, silent=silent)
        space = one_issue([[0, 0, 0], [4, 1, gain]], table=[0, 1], consents=[rule], margin=[0, 0, 2])
        assert is_acceptable(space, np.array([1])).ok is want


def test_a_body_decides_by_the_member_who_completes_its_quota() -> None:
    body = BodyRule("council", (0, 1, 2), (1.0, 2.0, 3.0), 4.0)
    values, margin = np.array([[5.0, -1.0, 2.0], [5.0, 3.0, -4.0]]), np.array([0.0, 0.0, 1.0])
    assert body_value(body, values, margin).tolist() == [1.0, -5.0]
    assert body_value(replace(body, quota=7.0), values, margin).tolist() == [-np.inf] * 2
    assert body_value(replace(body, quota=0.0), values, margin).tolist() == [np.inf] * 2


def test_a_body_that_must_agree_is_told_by_its_name() -> None:
    space = one_issue(
        [[0, 0, 0], [4, 1, -2]],
        table=[0, 1],
        bodies=[BodyRule("council", (0, 1, 2), (1, 1, 1), 3)],
        consents=[ConsentRule(0, (1,), 3)],
    )
    (refusal,) = is_acceptable(space, np.array([1])).refusals
    assert (refusal.party, refusal.gain, refusal.detail) == ("council", -2, "base=go")
    assert needed_consenters(space, np.array([[0], [1]])).tolist() == [[False] * 4, [False] * 3 + [True]]


def test_what_would_lapse_must_be_kept_by_somebody_who_prefers_it() -> None:
    keep = KeepRule(0, (0,), 2, 2)
    points = [[0.0, 0.0, 0.0], [4.0, 1.0, 0.0], [1.0, 1.0, 3.0]]
    space = replace(one_issue(points, table=[0, 1], keeps=[keep]), no_deal=np.array([-1.0, -1.0, 3.0]))
    (refusal,) = is_acceptable(space, np.array([0])).refusals
    assert (refusal.party, refusal.why, refusal.gain) == ("c", "keeps", -3)
    assert refusal.detail == "base=stay lapses to far"


def test_conditions_and_impossible_combinations() -> None:
    unary = [[[0, 0], [1, 1]], [[0, 0], [1, 1]]]
    condition = ConditionRule("only with both", 1, ((0, (1,)),), ((1, (1,)),))
    rules = {"conditions": [condition, replace(condition, name="never", when=((1, (1,)),), then=None)]}
    space = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0], forbid=[{0: 1, 1: 1}], **rules)
    names = [(r.why, r.detail, r.party) for r in is_acceptable(space, np.array([1, 0])).refusals]
    assert names == [("condition", "only with both", "party1")]
    both = [(r.why, r.detail) for r in is_acceptable(space, np.array([1, 1])).refusals]
    assert both == [("condition", "never"), ("forbidden", "issue0=o1 with issue1=o1")]


def test_what_is_wrong_with_a_package_is_said() -> None:
    space = one_issue([[0, 0], [1, 1]])
    with pytest.raises(InputError, match=r"must be 0\.\.1, got \[2\]"):
        as_rows(space, np.array([2]))
    with pytest.raises(InputError, match="must have 1 options"):
        acceptable(space, np.array([[0, 0]]))
    with pytest.raises(InputError, match="evaluate must come with gains per draw"):
        consenter_gains(space, np.array([[1]]), np.zeros((3, 1, 2)))
