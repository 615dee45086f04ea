"""Compensation, the fewest rungs that make whole, and ceilings over draws."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable, overrule_costs
from detente.deals.ensemble import draw_gains
from detente.deals.price import ceiling, issue_owners, owner_ceilings, price_move
from detente.deals.space import (
    BodyRule,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    KeepRule,
    utilities,
)
from detente.errors import InputError
from tests.deals.random_case import CaseMaker
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_prices_and_makers_are_the_definition(seed: int) -> None:
    space = random_space(seed)
    rng = np.random.default_rng(seed)
    at = every_package(space)[rng.integers(len(every_package(space)))]
    issue, party = int(rng.integers(len(space.issues))), int(rng.integers(4))
    to = int(rng.integers(space.sizes[issue]))
    price = price_move(
        space, party=f"party{party}", issue=f"issue{issue}", to=space.options[issue][to], at=at
    )

    def u(row: np.ndarray) -> float:
        return float(utilities(space, row)[0, party])

    moved = at.copy()
    moved[issue] = to
    assert price.points == u(at) - u(moved)
    assert [m.issue for m in price.makers] == [f"issue{j}" for j in range(len(at)) if j != issue]
    for maker in price.makers:
        j = space.issues.index(maker.issue)
        ways = []
        for option in range(space.sizes[j]):
            row = moved.copy()
            row[j] = option
            if u(row) >= u(at):
                ways.append((abs(option - at[j]), -(u(row) - u(at))))
        if maker.option is None:
            assert not ways
            assert maker.surplus < 0
        else:
            assert (maker.rungs, -maker.surplus) == min(ways)
            assert u(maker.package) - u(at) == maker.surplus
            assert maker.acceptable == acceptable(space, maker.package)[0]


def test_a_move_may_start_elsewhere_than_the_package() -> None:
    space = DealSpace.from_arrays(options=[3], unary=[[[0], [-2], [-5]]], no_deal=[0])
    found = price_move(space, party="party0", issue="issue0", from_="o1", to="o2", at=np.array([0]))
    assert (found.points, found.from_option, found.to_option) == (3, "o1", "o2")
    with pytest.raises(InputError, match="did you mean o2"):
        price_move(space, party="party0", issue="issue0", to="o22", at=np.array([0]))


def ladder(**rules: object) -> DealSpace:
    """party0 pays on `sanctions` for `fight`, which party1 delivers."""
    unary = [[[0, 0], [-2, 2], [-4, 4], [-7, 7]], [[0, 0], [5, -1]]]
    return DealSpace.from_arrays(
        options=[4, 2],
        unary=unary,
        no_deal=[0, 0],
        delivers=[DeliveryRule(1, (1,), 1)],
        names={"issues": ["sanctions", "fight"]},
        **rules,
    )  # type: ignore[arg-type]


def test_the_ceiling_falls_as_performance_gets_doubtful() -> None:
    for eta, want in ((1.0, 2), (0.8, 2), (0.7, 1), (0.0, 0)):
        found = ceiling(ladder(), party="party0", issue="sanctions", deliveries=np.array([0, 1]), eta=eta)
        assert found.index == want
        np.testing.assert_allclose(found.performed, [5, 3, 1, -2])
        np.testing.assert_allclose(found.undone, [0, -2, -4, -7])
        np.testing.assert_allclose(found.mean, eta * found.performed + (1 - eta) * found.undone)


def test_a_margin_above_the_gain_leaves_nothing_payable() -> None:
    space = ladder(margin=[6, 0])
    assert ceiling(space, party="party0", issue="sanctions", deliveries=np.array([0, 1]), eta=1).index is None


def test_a_ceiling_needs_every_rung_below_it() -> None:
    space = DealSpace.from_arrays(options=[3], unary=[[[0], [-1], [4]]], no_deal=[0])
    assert ceiling(space, party="party0", issue="issue0", deliveries=np.array([0]), eta=1).index == 0


def test_only_those_named_may_fail() -> None:
    space = ladder()
    sure = ceiling(
        space, party="party0", issue="sanctions", deliveries=np.array([0, 1]), eta=0, deliverers=["party0"]
    )
    np.testing.assert_allclose(sure.undone, sure.performed)
    with pytest.raises(InputError, match="eta must be between 0 and 1"):
        ceiling(space, party="party0", issue="sanctions", deliveries=np.array([0, 1]), eta=1.5)


def test_the_lowest_ceiling_among_owners() -> None:
    unary = [[[0, 0, 0], [-2, -4, 2], [-4, -8, 4]], [[0, 0, 0], [5, 3, -1]]]
    space = DealSpace.from_arrays(
        options=[3, 2],
        unary=unary,
        no_deal=[0, 0, 0],
        bodies=[BodyRule("union", (1, 2), (1, 1), 2)],
        consents=[ConsentRule(0, (1, 2), 0)],
        keeps=[KeepRule(0, (0,), 2, 3)],
    )
    assert issue_owners(space, 0) == (0, 1, 2)
    assert issue_owners(space, 1) == ()
    found = owner_ceilings(space, issue="issue0", deliveries=np.array([0, 1]), eta=1.0)
    assert {c.party: c.index for c in found.ceilings} == {"party0": 2, "party1": 0, "party2": None}
    assert found.lowest == "party2"
    assert owner_ceilings(space, issue="issue1", deliveries=np.array([0, 1]), eta=1.0).lowest is None


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_ceilings_over_draws_are_the_definition(seed: int) -> None:
    maker = CaseMaker(seed)
    space = DealSpace.from_case(maker.case(), maker.values(20))
    space = replace(space, margin=np.full(4, 1.0))
    at = np.array([size - 1 for size in space.sizes])
    party, issue, eta = int(maker.rng.integers(4)), int(maker.rng.integers(len(at))), 0.7
    found = ceiling(
        space, party=space.parties[party], issue=space.issues[issue], deliveries=at, eta=eta, payable=0.5
    )
    for option in range(space.sizes[issue]):
        kept, lost = at.copy(), at.copy()
        for rule in space.deliveries:
            if rule.party != party and at[rule.issue] in rule.options:
                lost[rule.issue] = 0
        kept[issue] = lost[issue] = option
        values = draw_gains(space, np.stack([kept, lost]))[:, :, party] @ [eta, 1 - eta]
        values = values - overrule_costs(space, kept[None], partial(draw_gains, space))[:, 0, party]
        assert found.payable[option] == np.mean(values >= 1.0 - 1e-9)
        assert found.mean[option] == pytest.approx(values.mean())
        assert found.low[option] == pytest.approx(np.quantile(values, 0.1))
    run = list(np.asarray(found.payable) >= 0.5)
    assert found.index == ((run.index(False) if False in run else len(run)) - 1 if run[0] else None)
