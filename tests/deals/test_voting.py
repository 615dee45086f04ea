"""Rules of voting, the Council's among them, and deals that need them, against the rules read slowly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from math import inf

import numpy as np
import pytest

from detente.case.council import cast_by, council_members, council_populations, council_ways
from detente.case.model import VoteQuota
from detente.deals.acceptance import acceptable, body_value, keep_values
from detente.deals.chances import draw_acceptable
from detente.deals.criteria import set_criteria
from detente.deals.frontier import find_frontier
from detente.deals.relaxed import silence
from detente.deals.space import BodyRule, ConsentRule, DealSpace, gains
from detente.deals.voting import (
    VotingRule,
    Ways,
    WeightedQuota,
    assume_yes,
    set_council,
    set_n_of_m,
    set_unanimity,
    set_weighted,
    ways_as_clauses,
    ways_pass,
    ways_value,
)
from detente.errors import InputError
from tests.deals.random_case import CaseMaker
from tests.deals.rule_spaces import every_package, random_space
from tests.deals.test_compile import some_packages

SUMMIT = date(2016, 7, 14)


def random_ways(rng: np.random.Generator, members: int) -> Ways:
    def quota() -> WeightedQuota:
        weights = tuple(float(w) for w in rng.integers(0, 4, members))
        return WeightedQuota(weights, float(rng.integers(-1, int(sum(weights)) + 2)))

    return tuple(tuple(quota() for _ in range(rng.integers(1, 4))) for _ in range(rng.integers(1, 4)))


def slowly(ways: Ways, yes: tuple[bool, ...]) -> bool:
    for way in ways:
        reached = True
        for quota in way:
            if sum(w for w, y in zip(quota.weights, yes, strict=True) if y) < quota.needed:
                reached = False
        if reached:
            return True
    return False


def test_rules_of_any_shape_pass_as_read() -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        members = int(rng.integers(1, 6))
        ways = random_ways(rng, members)
        every = list(product((False, True), repeat=members))
        wanted = [slowly(ways, yes) for yes in every]
        assert ways_pass(ways, np.array(every)).tolist() == wanted
        clauses = ways_as_clauses(ways)
        assert [all(slowly(tuple((q,) for q in c), y) for c in clauses) for y in every] == wanted
        place = int(rng.integers(members))
        with_yes = [slowly(ways, (*y[:place], True, *y[place + 1 :])) for y in every]
        others = [(*y[:place], *y[place + 1 :]) for y in every]
        assert [slowly(assume_yes(ways, place), y) for y in others] == with_yes


def test_the_decisive_value_is_the_highest_bar_that_still_carries() -> None:
    rng = np.random.default_rng(2)
    for _ in range(150):
        members = int(rng.integers(1, 6))
        ways = random_ways(rng, members)
        values = rng.integers(-3, 4, (4, members)).astype(float)
        found = ways_value(ways, values)
        for row, value in zip(values, found, strict=True):
            if slowly(ways, (False,) * members):
                assert value == inf
                continue
            carries = [v for v in row if slowly(ways, tuple(row >= v))]
            assert value == max(carries, default=-inf)


def test_one_quota_keeps_its_meaning() -> None:
    """A body with votes and quota, and the same written as a way, are one."""
    plain = BodyRule("body", (0, 2), (2.0, 1.0), 2.0)
    told = replace(plain, votes=(0.0, 0.0), quota=9.0, ways=((WeightedQuota((2.0, 1.0), 2.0),),))
    values = np.random.default_rng(0).normal(size=(20, 3))
    margin = np.array([0.1, 0.0, -0.3])
    want = values[:, 0] - margin[0]
    assert np.array_equal(body_value(plain, values, margin), want)
    assert np.array_equal(body_value(told, values, margin), want)


def with_compound_body(seed: int) -> DealSpace:
    space = random_space(seed)
    rng = np.random.default_rng(seed)
    ways = random_ways(rng, 3)
    return replace(space, bodies=(replace(space.bodies[0], votes=(0, 0, 0), quota=99.0, ways=ways),))


def slow_body(space: DealSpace, above: np.ndarray) -> list[bool]:
    members = space.bodies[0].members
    return [slowly(space.bodies[0].ways, tuple(bool(row[m] >= 0) for m in members)) for row in above]


def test_deals_that_a_compound_body_must_accept() -> None:
    """Eligibility by the checker and by clauses on columns, and the frontier, against the rule as read."""
    both = 0
    for seed in range(60):
        space = with_compound_body(seed)
        rows = every_package(space)
        own = gains(space, rows)
        ok = acceptable(space, rows)
        free = acceptable(replace(space, bodies=(replace(space.bodies[0], ways=((),)),)), rows)
        body = len(space.parties)
        undone = own.copy()
        for p in {d.party for d in space.deliveries}:
            lapsed = rows.copy()
            for d in space.deliveries:
                if d.party == p:
                    lapsed[np.isin(rows[:, d.issue], d.options), d.issue] = 0
            undone[:, p] = np.maximum(own[:, p], gains(space, lapsed, p))
        held = np.ones(len(rows), dtype=bool)
        for rule in space.consents:
            if rule.by == body:
                bar = -np.abs(space.margin) if rule.silent else space.margin
                yes = np.array(slow_body(space, undone - bar))
                if rule.overruled_by is not None:
                    q = rule.overruled_by
                    yes |= undone[:, q] - rule.cost >= space.margin[q]
                held &= yes | ~np.isin(rows[:, rule.issue], rule.options)
        for place, keep in enumerate(space.keeps):
            if keep.by == body:
                lapsed = rows.copy()
                lapsed[:, keep.issue] = keep.to
                yes = np.array(slow_body(space, own - gains(space, lapsed) - space.margin))
                assert np.array_equal(keep_values(space, rows, place) >= 0, yes)
                held &= yes | ~np.isin(rows[:, keep.issue], keep.holds)
        assert np.array_equal(ok, free & held)
        both += int(held.any() and not held.all())
        front = find_frontier(space)
        assert acceptable(space, front.packages).all()
        best = own[ok][:, list(space.table)]
        beaten = [any((other >= mine).all() and (other > mine).any() for other in best) for mine in best]
        wanted = {tuple(r) for r, b in zip(best, beaten, strict=True) if not b}
        assert {tuple(r) for r in gains(space, front.packages)[:, list(space.table)]} == wanted
    assert both > 15


def test_clauses_of_the_criteria_ask_what_the_rule_asks() -> None:
    """(A and B) or C becomes (A or C) and (B or C), each over the same columns of the members."""
    a, b, c = (WeightedQuota(w, 2.0) for w in ((1.0, 1.0, 0.0), (0.0, 1.0, 1.0), (2.0, 0.0, 0.0)))
    space = DealSpace.from_arrays(
        options=[2],
        unary=[[[0] * 4, [1] * 4]],
        no_deal=[0] * 4,
        table=[0],
        bodies=[BodyRule("council", (1, 2, 3), (1, 1, 1), 2, ((a, b), (c,)))],
        consents=[ConsentRule(0, (1,), 4), ConsentRule(0, (1,), 4, overruled_by=0)],
    )
    told = [[way.votes for way in clause.ways] for clause in set_criteria(space).clauses]
    assert told == [
        [a.weights, c.weights],
        [b.weights, c.weights],
        [a.weights, c.weights, (1.0,)],
        [b.weights, c.weights, (1.0,)],
    ]


def test_a_member_whose_say_is_taken_away_counts_as_yes() -> None:
    for seed in range(20):
        space = with_compound_body(seed)
        member = space.bodies[0].members[1]
        quiet = silence(space, member)
        assert member not in quiet.bodies[0].members
        for yes in product((False, True), repeat=2):
            wanted = slowly(space.bodies[0].ways, (yes[0], True, yes[1]))
            assert slowly(quiet.bodies[0].ways, yes) == wanted


def test_simple_rules() -> None:
    every = np.array(list(product((False, True), repeat=3)))
    assert set_unanimity("abc").passes(every).tolist() == [bool(y.all()) for y in every]
    assert set_n_of_m("abc", 2).passes(every).tolist() == [bool(y.sum() >= 2) for y in every]
    weighted = set_weighted({"a": 3, "b": 1, "c": 1}, 4)
    assert weighted.passes(every).tolist() == [bool(y[0] and (y[1] or y[2])) for y in every]
    assert weighted.decisive_value(np.array([5.0, 1.0, 2.0])) == 2.0


@pytest.mark.parametrize(
    ("votes", "quota", "says"),
    [
        ({}, 1, "none"),
        ({"a": -1}, 1, "0 or more"),
        ({"a": inf}, 1, "0 or more"),
        ({"a": 1}, 0, "above 0"),
        ({"a": 1}, 2, "at most 1"),
    ],
)
def test_impossible_rules_are_refused(votes: dict[str, float], quota: float, says: str) -> None:
    with pytest.raises(InputError, match=says):
        set_weighted(votes, quota)
    with pytest.raises(InputError, match="one entry per member"):
        set_unanimity("ab").passes(np.array([True]))


def without(rule: VotingRule, *codes: str) -> bool:
    return bool(rule.passes(~np.isin(rule.members, codes)))


def test_the_council_of_28_in_2016() -> None:
    """16 of 28 and 65 %; four are needed to block; figures as the Council printed them."""
    figures, source = council_populations(SUMMIT)
    assert sum(figures.values()) == 508_940_955 and "2015/2393" in source
    percent = {code: round(100 * n / 508_940_955, 2) for code, n in figures.items()}
    assert (percent["DE"], percent["FR"], percent["GB"], percent["IT"], percent["MT"]) == (
        15.93,
        13.04,
        12.73,
        12.07,
        0.08,
    )
    council = set_council("qmv-lisbon", SUMMIT)
    assert [q.needed for q in council.ways[0]] == [16, pytest.approx(330_811_620.75)]
    assert without(council, "DE", "FR", "GB")
    assert not without(council, "DE", "FR", "GB", "MT")
    assert without(council, "DE", "FR", "MT", "LU")
    small = [c for c in council.members if figures[c] < 10_000_000]
    assert len(small) == 16 and not council.passes(np.isin(council.members, small))
    assert without(council, *small[:12]) and not without(council, *small[:13])
    alone = set_council("qmv-lisbon", SUMMIT, on_proposal=False)
    assert alone.ways[0][0].needed == 21 and not without(alone, "DE", "FR", "GB")


@pytest.mark.parametrize(
    ("day", "members", "votes", "quota", "majority", "two_thirds"),
    [
        (date(2005, 6, 1), 25, 321, 232, 13, 17),
        (date(2007, 1, 1), 27, 345, 255, 14, 18),
        (date(2013, 7, 1), 28, 352, 260, 15, 19),
    ],
)
def test_the_votes_of_nice(
    day: date, members: int, votes: int, quota: int, majority: int, two_thirds: int
) -> None:
    council = set_council("qmv-nice", day)
    (weighted, heads) = council.ways[0]
    assert (len(council.members), sum(weighted.weights), weighted.needed) == (members, votes, quota)
    assert heads.needed == majority
    assert set_council("qmv-nice", day, on_proposal=False).ways[0][1].needed == two_thirds
    checked = set_council("qmv-nice", day, population_check=True)
    assert len(checked.ways[0]) == 3 and "62%" in checked.ways[0][2].title
    assert votes - quota + 1 in (90, 91, 93)  # what it takes to block
    assert without(council, "DE", "FR", "GB") and not without(council, "DE", "FR", "GB", "IE")


def test_the_population_check_of_nice_can_decide() -> None:
    """Germany with two large ones keeps more than 38 % back though the votes are there."""
    plain, checked = (set_council("qmv-nice", date(2010, 1, 1), population_check=c) for c in (False, True))
    assert without(plain, "DE", "FR", "GB") and not without(checked, "DE", "FR", "GB")
    assert sum(f for c, f in council_populations(date(2010, 1, 1))[0].items()) == pytest.approx(492_881.5)
    assert sum(f for c, f in council_populations(date(2014, 1, 1))[0].items()) == pytest.approx(508_077.9)


def test_members_come_and_go() -> None:
    counts = {
        date(1958, 1, 1): 6,
        date(1973, 1, 1): 9,
        date(1981, 1, 1): 10,
        date(1986, 1, 1): 12,
        date(1995, 1, 1): 15,
        date(2004, 5, 1): 25,
        date(2007, 1, 1): 27,
        date(2013, 7, 1): 28,
        date(2020, 2, 1): 27,
    }
    for day, count in counts.items():
        assert len(council_members(day)) == count
    after = set_council("qmv-lisbon", date(2020, 2, 1))
    assert after.ways[0][0].needed == 15 and after.ways[1][0].needed == 24
    later = set_council("qmv-lisbon", date(2025, 3, 1))
    assert later.ways[0][1].needed == pytest.approx(65.0065)


@pytest.mark.parametrize(
    ("rule", "day", "says"),
    [
        ("qmv", SUMMIT, "one of qmv-nice, qmv-lisbon"),
        ("qmv-lisbon", date(2014, 10, 31), "from 2014-11-01, got 2014-10-31"),
        ("qmv-nice", date(2004, 10, 31), "from 2004-11-01 to 2017-03-31"),
        ("qmv-nice", date(2017, 4, 1), "to 2017-03-31"),
        ("qmv-nice", date(1950, 1, 1), "since 1958"),
    ],
)
def test_days_on_which_a_rule_did_not_apply(rule: str, day: date, says: str) -> None:
    with pytest.raises(InputError, match=says):
        council_ways(rule, day)


def test_parties_that_cast_the_votes_of_several() -> None:
    ways = council_ways("qmv-lisbon", SUMMIT)
    codes = tuple(council_members(SUMMIT))
    blocs = {"germany": ("DE",), "large": ("FR", "GB", "IT"), "rest": codes[4:]}
    merged = cast_by(ways, blocs)
    whole = set_council("qmv-lisbon", SUMMIT)
    for yes in product((False, True), repeat=3):
        said = np.isin(whole.members, [c for y, b in zip(yes, blocs.values(), strict=True) if y for c in b])
        reached = any(
            all(sum(q.votes[p] for p, y in zip(blocs, yes, strict=True) if y) >= q.needed for q in way)
            for way in merged
        )
        assert reached == bool(whole.passes(said))
    for members, says in (
        ({"a": codes[1:]}, "nobody for DE"),
        ({"a": codes, "b": ("FR",)}, "FR twice"),
        ({"a": ("UK",)}, "did you mean|members:"),
    ):
        with pytest.raises(InputError, match=says):
            cast_by(ways, members)


def test_a_body_of_a_case_keeps_its_rule_in_the_space() -> None:
    """A quota written as ways decides alike at the mean, in every draw, and about what lapses."""
    lapsed = 0
    for seed in range(30):
        maker = CaseMaker(seed)
        case = maker.case()
        (body,) = case.bodies
        same = VoteQuota("votes", body.votes, body.quota)
        told = replace(case, bodies=(replace(body, quota=99.0, ways=((same,), (same, same))),))
        values = maker.values(4)
        plain, ways = (DealSpace.from_case(c, values) for c in (case, told))
        assert ways.bodies[0].ways[0][0].weights == plain.bodies[0].votes
        assert np.array_equal(plain.no_deal_package, ways.no_deal_package)
        assert plain.ensemble is not None and ways.ensemble is not None
        assert np.array_equal(plain.ensemble.no_deal_packages, ways.ensemble.no_deal_packages)
        rows = some_packages(maker.rng, maker.sizes, 8)
        assert np.array_equal(acceptable(plain, rows), acceptable(ways, rows))
        assert np.array_equal(draw_acceptable(plain, rows), draw_acceptable(ways, rows))
        lapsed += int(plain.ensemble.no_deal_packages.any())
    assert lapsed
