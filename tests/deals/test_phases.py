"""Orders of carrying out, against trying every order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import broken, matches
from detente.deals.phases import interim_draws, interim_losses, order_phases, phases_in
from detente.deals.space import DealSpace, DeliveryRule, utilities
from detente.errors import InputError
from tests.deals.random_case import CaseMaker
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


def every_order(steps: tuple[int, ...], together: int) -> Iterator[list[tuple[int, ...]]]:
    """Every way to take the steps in turn, up to `together` at once."""
    if not steps:
        yield []
    for size in range(1, min(together, len(steps)) + 1):
        for group in combinations(steps, size):
            for rest in every_order(tuple(k for k in steps if k not in group), together):
                yield [group, *rest]


def merit(
    space: DealSpace, row: np.ndarray, order: list[tuple[int, ...]], bind: bool
) -> tuple[float, ...] | None:
    """(largest interim loss, sum of losses, phases) of one order; None where a stage breaks a rule."""
    state, losses = np.zeros_like(row), [np.zeros(len(space.table))]
    for group in order[:-1]:
        state = state.copy()
        state[list(group)] = row[list(group)]
        if bind:
            barred = [f for f in space.forbid if matches(state[None], f)[0]]
            strings = [c for c in space.conditions if broken(state[None], c.when, c.then)[0]]
            if barred or strings:
                return None
        gain = (utilities(space, state)[0] - space.no_deal)[list(space.table)]
        losses.append(np.maximum(-gain * space.stakes[list(space.table)], 0.0))
    return round(max(x.max() for x in losses), 9), round(sum(x.sum() for x in losses), 9), len(order)


@given(SEEDS, st.integers(1, 3), st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_best_order_is_the_best_of_all(seed: int, together: int, bind: bool) -> None:
    space = replace(random_space(seed), stakes=np.array([1.0, 2.0, 1.0, 1.0]))
    every = every_package(space)
    row = every[np.random.default_rng(seed).integers(len(every))]
    found = order_phases(space, row, together=together, bind=bind)
    steps = tuple(int(i) for i in np.flatnonzero(row))
    tried = [m for order in every_order(steps, together) if (m := merit(space, row, order, bind)) is not None]
    if found is None:
        assert bind
        assert not tried
        return
    order = [tuple(space.issues.index(name) for name in phase) for phase in found.order]
    mine = merit(space, row, order, bind)
    assert mine == min(tried)
    assert max(len(phase) for phase in [*order, ()]) <= together
    assert found.loss == pytest.approx(mine[0])


@given(SEEDS, st.integers(2, 5))
@settings(max_examples=60, deadline=None)
def test_many_linked_steps_against_all_permutations(seed: int, steps: int) -> None:
    """Losses differ enough between stages that the least largest loss and the least sum often disagree."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(*[2] * steps, 3)) * 3
    links = {tuple(range(steps)): points}
    unary = [np.zeros((2, 3))] * steps
    space = DealSpace.from_arrays(
        options=[2] * steps, unary=unary, links=links, no_deal=[0] * 3, table=[0, 1], stakes=[1, 4, 9]
    )
    found = order_phases(space, np.ones(steps, dtype=np.int64))

    def losses(order: tuple[int, ...]) -> tuple[float, float]:
        states = [tuple(int(i in order[:k]) for i in range(steps)) for k in range(1, steps)]
        lost = [max(0.0, -points[state][0]) + max(0.0, -4 * points[state][1]) for state in states]
        most = [max(0.0, -points[state][0], -4 * points[state][1]) for state in states]
        return round(max(most), 9), round(sum(lost), 9)

    mine = tuple(space.issues.index(name) for (name,) in found.order)
    assert losses(mine) == pytest.approx(min(map(losses, permutations(range(steps)))))
    assert found.loss == pytest.approx(losses(mine)[0])


def test_six_steps_against_all_permutations() -> None:
    rng = np.random.default_rng(0)
    unary = [np.vstack([np.zeros(3), rng.normal(size=3)]) for _ in range(6)]
    links = {
        (i, j): rng.normal(size=(2, 2, 3)) * [[[0], [0]], [[0], [1]]] for i, j in combinations(range(6), 2)
    }
    space = DealSpace.from_arrays(options=[2] * 6, unary=unary, links=links, no_deal=[0] * 3)
    row = np.ones(6, dtype=np.int64)
    found = order_phases(space, row)
    tried = [merit(space, row, [(k,) for k in order], False) for order in permutations(range(6))]
    assert merit(space, row, [(space.issues.index(n),) for (n,) in found.order], False) == min(tried)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_what_happens_on_the_way_is_the_definition(seed: int) -> None:
    space = random_space(seed)
    rng = np.random.default_rng(seed)
    every = every_package(space)
    row = every[rng.integers(len(every))]
    steps = [space.issues[i] for i in rng.permutation(np.flatnonzero(row))]
    found = phases_in(space, row, [[name] for name in steps])
    states = []
    for k in range(1, len(steps) + 1):
        done = {space.issues.index(name) for name in steps[:k]}
        states.append([int(o) if i in done else 0 for i, o in enumerate(row)])
    if not states:
        assert found.gains.shape == (0, 4)
        return
    want = utilities(space, np.array(states)) - space.no_deal
    np.testing.assert_allclose(found.gains, want)
    np.testing.assert_allclose(found.gains, interim_losses(space, row, [[name] for name in steps]))
    np.testing.assert_allclose(found.worst, want.min(axis=0))
    np.testing.assert_allclose(want[found.worst_after, range(4)], want.min(axis=0))
    for k, state in enumerate(states[:-1]):
        assert found.exposed[k] == tuple(f"party{p}" for p in space.table if want[k, p] < 0)
        left = {
            r.party for r in space.deliveries if row[r.issue] in r.options and state[r.issue] != row[r.issue]
        }
        assert found.stops[k] == tuple(f"party{p}" for p in sorted(left) if want[k, p] > want[-1, p])


def test_who_gives_first_is_exposed_and_hand_over_hand_protects() -> None:
    unary = [[[0, 0], [-1, 3]], [[0, 0], [3, -2]]]
    space = DealSpace.from_arrays(
        options=[2, 2],
        unary=unary,
        no_deal=[0, 0],
        delivers=[DeliveryRule(0, (1,), 0), DeliveryRule(1, (1,), 1)],
    )
    found = order_phases(space, np.array([1, 1]))
    assert (found.order, found.loss) == ((("issue0",), ("issue1",)), 1)
    assert (found.exposed, found.stops) == ((("party0",),), (("party1",),))
    assert (found.worst.tolist(), found.worst_after.tolist()) == ([-1, 1], [0, 1])
    hand = order_phases(space, np.array([1, 1]), together=2)
    assert (hand.order, hand.loss, hand.exposed) == ((("issue0", "issue1"),), 0, ())
    backwards = phases_in(space, np.array([1, 1]), [["issue1"], ["issue0"]])
    assert backwards.loss == 2


def test_rules_that_bind_on_the_way_may_leave_no_order() -> None:
    unary = [[[0, 0], [1, 1]]] * 2
    open_ = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0], forbid=[{0: 1, 1: 0}])
    assert order_phases(open_, np.array([1, 1]), bind=True).order == (("issue1",), ("issue0",))
    shut = DealSpace.from_arrays(
        options=[2, 2], unary=unary, no_deal=[0, 0], forbid=[{0: 1, 1: 0}, {0: 0, 1: 1}]
    )
    assert order_phases(shut, np.array([1, 1]), bind=True) is None
    assert order_phases(shut, np.array([1, 1]), bind=True, together=2).order == (("issue0", "issue1"),)


def test_draws_see_the_same_stages() -> None:
    maker = CaseMaker(5)
    space = DealSpace.from_case(maker.case(), maker.values(6))
    row = np.array([size - 1 for size in space.sizes])
    steps = [[name] for name, a, b in zip(space.issues, row, space.no_deal_package, strict=True) if a != b]
    drawn = interim_draws(space, row, steps)
    assert drawn.shape == (6, len(steps), len(space.parties))
    usual = (space.ensemble.no_deal_packages == space.no_deal_package).all(axis=1)
    if usual.all():
        np.testing.assert_allclose(drawn.mean(axis=0), interim_losses(space, row, steps), atol=1e-9)


def test_twelve_steps_go_and_thirteen_are_refused() -> None:
    points = np.random.default_rng(1).normal(size=(13, 2))
    unary = [np.vstack([np.zeros(2), line]) for line in points]
    space = DealSpace.from_arrays(options=[2] * 13, unary=unary, no_deal=[0, 0])
    twelve = np.array([1] * 12 + [0])
    assert len(order_phases(space, twelve).order) == 12
    with pytest.raises(InputError, match="at most 12, got 13; try groups"):
        order_phases(space, np.ones(13, dtype=np.int64))
    pairs = [[f"issue{i}", f"issue{i + 1}"] for i in range(0, 12, 2)] + [["issue12"]]
    assert len(order_phases(space, np.ones(13, dtype=np.int64), steps=pairs).order) == 7


def test_wrong_orders_are_refused() -> None:
    space = DealSpace.from_arrays(options=[2, 2], unary=[[[0], [1]]] * 2, no_deal=[0])
    row = np.array([1, 0])
    for wrong in ([], [["issue0"], ["issue1"]], [["issue0"], ["issue0"]], [["issue0"], []]):
        with pytest.raises(InputError, match="steps must name once each issue"):
            interim_losses(space, row, wrong)
    with pytest.raises(InputError, match="together must be 1 or more"):
        order_phases(space, row, together=0)
    bare = DealSpace.from_arrays(options=[2], unary=[[[0], [1]]], no_deal=[0], status_quo=False)
    with pytest.raises(InputError, match="reservation values only"):
        order_phases(bare, np.array([1]))
    assert order_phases(space, np.array([0, 0])).order == ()
