"""Fewest-changes repairs and shortfalls, against listing all packages by distance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.nearby import obstacles
from detente.deals.repairs import find_repairs, is_minimal_repair
from detente.deals.shortfall import find_shortfalls
from detente.deals.space import ConsentRule, DealSpace, KeepRule, gains
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


def by_listing(space: DealSpace, row: np.ndarray, party: int) -> list[tuple[int, int, float]]:
    """(changes, rungs, gain) of every repair none of whose parts would do."""
    rows = every_package(space)
    fine = [tuple(r) for r in rows[acceptable(space, rows)] if (r != row).any()]
    told = []
    for new in fine:
        moved = {i for i in range(len(row)) if new[i] != row[i]}
        parts = (
            {i for i in range(len(row)) if other[i] != row[i]}
            for other in fine
            if all(other[i] in (row[i], new[i]) for i in range(len(row)))
        )
        if not any(part < moved for part in parts):
            rungs = sum(abs(int(a) - int(b)) for a, b in zip(row, new, strict=True))
            told.append((len(moved), rungs, -float(gains(space, np.array(new))[0, party])))
    return sorted(told)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_repairs_are_the_nearest_by_listing(seed: int) -> None:
    space = random_space(seed)
    rows = every_package(space)
    row = rows[seed % len(rows)]
    found = find_repairs(space, row, favour="party0", most=4)
    want = by_listing(space, row, 0)
    told = [(len(r.changes), r.rungs, -float(r.gains[0])) for r in found.repairs]
    assert told == want[:4]
    assert found.proven
    assert found.complete == (len(want) < 4)
    assert all(is_minimal_repair(space, row, r.package) for r in found.repairs)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_repairs_of_spaces_with_every_kind_of_rule(seed: int) -> None:
    space = SpaceMaker(seed, most_packages=300).space()
    rows = every_package(space)
    row = rows[seed % len(rows)]
    found = find_repairs(space, row, most=3)
    rest = rows[acceptable(space, rows) & (rows != row).any(axis=1)]
    apart = sorted(zip((rest != row).sum(axis=1), np.abs(rest - row).sum(axis=1), strict=True))
    assert bool(found.repairs) == bool(apart)
    if apart:
        assert (len(found.repairs[0].changes), found.repairs[0].rungs) == apart[0]


def test_a_repair_far_away_is_found_and_proven() -> None:
    """Twelve issues, and only all twelve together please both: no ball would get there."""
    unary = [[[0, 0], [0.5, 1]] for _ in range(12)]
    space = DealSpace.from_arrays(options=[2] * 12, unary=unary, no_deal=[5.9, 0])
    found = find_repairs(space, np.zeros(12, dtype=np.int64))
    assert [len(r.changes) for r in found.repairs] == [12]
    assert found.proven
    assert found.complete


def test_one_long_change_comes_before_two_short_ones() -> None:
    """Four rungs of one issue, or a rung each of two: fewer issues first, whatever the rungs."""
    unary = [[[0], [0], [0], [0], [2]], [[0], [1]], [[0], [1]]]
    space = DealSpace.from_arrays(options=[5, 2, 2], unary=unary, no_deal=[2])
    found = find_repairs(space, np.array([0, 0, 0]))
    assert [(len(r.changes), r.rungs) for r in found.repairs] == [(1, 4), (2, 2)]


def test_the_checker_sees_a_change_too_many() -> None:
    unary = [[[0, 0], [1, 1]], [[0, 0], [1, 1]]]
    space = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0.5, 0.5])
    start = np.array([0, 0])
    assert is_minimal_repair(space, start, np.array([1, 0]))
    assert not is_minimal_repair(space, start, np.array([1, 1]))
    assert [len(r.changes) for r in find_repairs(space, start).repairs] == [1, 1]


def test_a_search_cut_short_is_not_proven() -> None:
    rng = np.random.default_rng(5)
    unary = [rng.normal(size=(3, 2)) - 0.2 for _ in range(10)]
    links = {(i, (i + 5) % 10): rng.normal(size=(3, 3, 2)) for i in range(5)}
    space = DealSpace.from_arrays(options=[3] * 10, unary=unary, links=links, no_deal=[3, 3])

    def hasty(these: DealSpace) -> Frontier:
        return replace(find_frontier(these), status="bounded")

    found = find_repairs(space, np.zeros(10, dtype=np.int64), most=1, engine=hasty)
    assert not found.complete
    assert not found.proven


def test_repairs_refuse_strangers() -> None:
    space = random_space(1)
    with pytest.raises(InputError, match="did you mean party1"):
        find_repairs(space, every_package(space)[0], favour="partie1")


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_shortfalls_are_the_refusals_and_makers_make_whole(seed: int) -> None:
    space = random_space(seed)
    rows = every_package(space)
    row = rows[seed % len(rows)]
    stands = obstacles(space, rows)
    where = {tuple(r): k for k, r in enumerate(rows)}
    hit = stands.hit[where[tuple(row)]]
    found = find_shortfalls(space, row, most=99)
    refusers = [name for k, (kind, name) in enumerate(stands.labels) if kind == "refusal" and hit[k]]
    assert [s.consenter for s in found] == refusers
    for short in found:
        c = stands.labels.index(("refusal", short.consenter))
        assert short.points == stands.short[where[tuple(row)], c] > 0
        single = [k for k, r in enumerate(rows) if (r != row).sum() == 1]
        want = [k for k in single if not stands.hit[k, c] and not stands.impossible[k]]
        assert len(short.makers) == len(want)
        for maker in short.makers:
            changed = row.copy()
            i = space.issues.index(maker.change.issue)
            changed[i] = space.options[i].index(maker.change.after)
            assert where[tuple(changed)] in want
            assert maker.settles == acceptable(space, changed)[0]
            assert maker.rungs == abs(int(changed[i]) - int(row[i]))


def bargain(**rules: object) -> DealSpace:
    """The first gets a base for which the second wants money or land."""
    unary = [
        [[0, 0, 0], [5, -2, 0]],
        [[0, 0, 0], [-1, 1, 0], [-2, 2.5, -0.5]],
        [[0, 0, 0], [-3, 3, -4]],
    ]
    names = {
        "issues": ["base", "rent", "land"],
        "options": [["no", "yes"], ["none", "some", "more"], ["kept", "ceded"]],
        "parties": ["guest", "host", "neighbour"],
    }
    return DealSpace.from_arrays(
        options=[2, 3, 2], unary=unary, no_deal=[0, 0, 0], table=[0, 1], names=names, **rules
    )  # type: ignore[arg-type]


def test_a_transfer_is_shown_only_where_money_is_an_issue() -> None:
    veto = bargain(consents=[ConsentRule(2, (1,), 2)])
    (short,) = find_shortfalls(veto, np.array([1, 0, 0]))
    assert (short.consenter, short.points, short.better_off, short.transfers) == ("host", 2.0, None, ())
    # Without the base nothing would be left: no deal is no way to make it whole.
    assert [(m.change.after, m.settles) for m in short.makers] == [("more", True), ("ceded", False)]
    assert short.makers[0].payers == (("guest", -2.0),)  # the neighbour loses too, and is not asked
    ceded = short.makers[1]
    assert ceded.left == (("refusal", "neighbour"),)
    assert ceded.payers == (("neighbour", -4.0), ("guest", -3.0))
    (paid,) = find_shortfalls(veto, np.array([1, 0, 0]), currency=["rent"])
    assert [(m.change.after, m.gain, m.payers) for m in paid.transfers] == [("more", 0.5, (("guest", -2.0),))]
    with pytest.raises(InputError, match="did you mean rent"):
        find_shortfalls(veto, np.array([1, 0, 0]), currency=["rents"])


def test_a_keeper_that_prefers_the_lapse_is_short_too() -> None:
    space = bargain(keeps=[KeepRule(2, (0,), 1, 1)])
    found = {s.consenter: s.points for s in find_shortfalls(space, np.array([1, 2, 0]))}
    assert found == {"host": 3.0}


def test_of_two_reasons_the_worse_tells_how_much_is_missing() -> None:
    space = bargain(keeps=[KeepRule(2, (0,), 1, 1)])
    found = {s.consenter: s.points for s in find_shortfalls(space, np.array([1, 0, 0]))}
    assert found == {"host": 3.0}  # two points at the table, three in keeping
    dear = bargain(keeps=[KeepRule(2, (0,), 1, 1)], margin=[0, 4, 0])
    found = {s.consenter: s.points for s in find_shortfalls(dear, np.array([1, 0, 0]))}
    assert found == {"host": 7.0}
    late = bargain(consents=[ConsentRule(0, (1,), 1)], margin=[0, -1, 0])
    found = {s.consenter: s.points for s in find_shortfalls(late, np.array([1, 0, 0]))}
    assert found == {"host": 2.0}  # at the table at least nothing, by consent a point less
