"""What makes good for a move, against listing every package."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable, matches
from detente.deals.compensation import least_compensation
from detente.deals.space import BodyRule, BoxFactor, ConsentRule, DealSpace, utilities
from detente.errors import InputError
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


def listed(
    space: DealSpace, p: int, q: int, at: np.ndarray, moved: np.ndarray, held: set[int], eligible: bool
) -> list[tuple[int, float]]:
    """(rungs, cost to q) of the packages that make p whole and that nothing beats in both."""
    ways = []
    for row in every_package(space):
        fixed = all(row[i] == moved[i] for i in range(len(at)) if at[i] != moved[i] or i in held)
        barred = any(matches(row[None], pattern)[0] for pattern in space.forbid)
        whole = utilities(space, row)[0, p] >= utilities(space, at)[0, p]
        if fixed and whole and not barred and (not eligible or acceptable(space, row)[0]):
            cost = float(utilities(space, moved)[0, q] - utilities(space, row)[0, q])
            ways.append((int(np.abs(row - moved).sum()), cost))
    best: list[tuple[int, float]] = []
    for rungs, cost in sorted(set(ways)):
        if not best or cost < best[-1][1]:
            best.append((rungs, cost))
    return best


@given(SEEDS, st.booleans(), st.booleans())
@settings(max_examples=120, deadline=None)
def test_remedies_are_those_of_listing(seed: int, eligible: bool, narrow: bool) -> None:
    space = random_space(seed)
    rng = np.random.default_rng(seed)
    every = every_package(space)
    at = every[rng.integers(len(every))]
    moved = at.copy()
    issue = int(rng.integers(len(at)))
    moved[issue] = rng.integers(space.sizes[issue])
    p, q = (int(n) for n in rng.choice(4, 2, replace=False))
    held = {int(rng.integers(len(at)))} if narrow else set()
    found = least_compensation(
        space,
        party=f"party{p}",
        payer=f"party{q}",
        at=at,
        moved=moved,
        free=[name for i, name in enumerate(space.issues) if i not in held] if narrow else None,
        eligible=eligible,
    )
    assert found.status == "exact"
    assert found.points == utilities(space, at)[0, p] - utilities(space, moved)[0, p]
    assert [(r.rungs, r.cost) for r in found.remedies] == listed(space, p, q, at, moved, held, eligible)
    for r in found.remedies:
        assert r.surplus == utilities(space, r.package)[0, p] - utilities(space, at)[0, p] >= 0
        assert r.acceptable == acceptable(space, r.package)[0]
        assert {c.issue for c in r.changes} == {
            space.issues[i] for i in range(len(at)) if r.package[i] != moved[i]
        }
        np.testing.assert_allclose(r.change, (utilities(space, r.package) - utilities(space, at))[0])


def test_two_issues_make_whole_what_one_cannot() -> None:
    unary = [[[0, 0], [-4, 6]], [[0, 0], [3, -1]], [[0, 0], [2, -2]], [[0, 0], [0, 3]]]
    space = DealSpace.from_arrays(options=[2] * 4, unary=unary, no_deal=[0, 0])
    found = least_compensation(space, party="party0", at=np.zeros(4, int), moved=np.array([1, 0, 0, 0]))
    assert [(r.rungs, r.cost, r.surplus) for r in found.remedies] == [(2, 3, 1), (3, 0, 1)]
    assert [c.issue for c in found.remedies[0].changes] == ["issue1", "issue2"]
    alone = least_compensation(
        space, party="party0", at=np.zeros(4, int), moved=np.array([1, 0, 0, 0]), free=["issue1"]
    )
    assert alone.remedies == ()


def test_a_body_that_refuses_is_still_the_body() -> None:
    """What party 0 would take back is refused by a senate of one; the next best costs more."""
    unary = [[[0, 0, 0], [-2, 9, 0]], [[0, 0, 0], [3, -1, -1]], [[0, 0, 0], [2, -3, 1]]]
    space = DealSpace.from_arrays(
        options=[2] * 3,
        unary=unary,
        no_deal=[0] * 3,
        table=[0, 1],
        bodies=[BodyRule("senate", (2,), (1,), 1)],
        consents=[ConsentRule(1, (1,), 3)],
    )
    move = {"party": "party0", "at": np.zeros(3, int), "moved": np.array([1, 0, 0])}
    anyhow, eligible = least_compensation(space, **move), least_compensation(space, **move, eligible=True)
    assert [(r.changes[0].issue, r.cost, r.acceptable) for r in anyhow.remedies] == [("issue1", 1, False)]
    assert [(r.changes[0].issue, r.cost, r.acceptable) for r in eligible.remedies] == [("issue2", 3, True)]


def test_caps_and_boxes_count() -> None:
    """The cap of three leaves nothing that makes up for two points lost from it."""
    box = BoxFactor((0, 1), (0, 1), (0, 1), np.array([5.0, 0.0]))
    space = DealSpace.from_arrays(
        options=[2, 2], unary=[[[0, 0], [1, 1]], [[0, 0], [0, 0]]], no_deal=[0, 0], boxes=[box], cap=[3, 9]
    )
    found = least_compensation(space, party="party0", at=np.array([0, 1]), moved=np.array([1, 1]))
    assert (found.points, found.remedies) == (2, ())
    back = least_compensation(space, party="party0", at=np.array([1, 1]), moved=np.array([0, 1]))
    assert [(r.rungs, r.surplus) for r in back.remedies] == [(0, 2)]


def test_a_space_that_nobody_can_list() -> None:
    """Thirty issues of five rungs in a chain, 10^21 packages: every remedy is checked by adding up, and none
    nearer can exist, because all that p could win within fewer rungs is too little."""
    rng = np.random.default_rng(3)
    ladder = np.arange(5)
    unary = [np.stack([ladder * a, -ladder * b], axis=1) for a, b in rng.integers(1, 6, size=(30, 2))]
    unary[0] = np.stack([-ladder * 20, ladder * 20], axis=1)
    links = {(i, i + 1): rng.integers(0, 2, size=(5, 5, 2)) * 0.5 for i in range(29)}
    space = DealSpace.from_arrays(options=[5] * 30, unary=unary, links=links, no_deal=[0, 0])
    at, moved = np.zeros(30, int), np.zeros(30, int)
    moved[0] = 1
    found = least_compensation(space, party="party0", at=at, moved=moved)
    assert found.status == "exact"
    assert found.remedies[0].rungs <= 4
    for r in found.remedies:
        own = utilities(space, r.package)[0]
        assert own[0] >= utilities(space, at)[0, 0]
        assert r.cost == pytest.approx(utilities(space, moved)[0, 1] - own[1])
    costs = [r.cost for r in found.remedies]
    assert costs == sorted(costs, reverse=True)


def test_a_bounded_search_says_so_and_lists_only_what_makes_whole() -> None:
    rng = np.random.default_rng(5)
    unary = [np.round(rng.normal(size=(4, 2)), 4) for _ in range(12)]
    space = DealSpace.from_arrays(options=[4] * 12, unary=unary, no_deal=[0, 0])
    at, moved = np.zeros(12, int), np.zeros(12, int)
    moved[0] = int(np.argmin(unary[0][:, 0]))
    found = least_compensation(space, party="party0", at=at, moved=moved, limit=5)
    assert found.status == "bounded"
    assert all(r.surplus >= -1e-9 for r in found.remedies)


def test_wrong_names_are_refused() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0])
    at = np.array([0])
    with pytest.raises(InputError, match="payer must be somebody else"):
        least_compensation(space, party="party0", payer="party0", at=at, moved=at)
    with pytest.raises(InputError, match="did you mean issue0"):
        least_compensation(space, party="party0", at=at, moved=at, free=["issue9"])
    alone = DealSpace.from_arrays(options=[2], unary=[[[0], [1]]], no_deal=[0])
    with pytest.raises(InputError, match="payer must be named"):
        least_compensation(alone, party="party0", at=at, moved=at)
