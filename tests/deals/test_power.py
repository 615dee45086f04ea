"""Power in voting bodies: textbook values, brute force over random rules, sampling, deals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations, product
from math import factorial

import numpy as np
import pytest

from detente.deals import winning
from detente.deals.acceptance import consenter_gains, rule_accepts
from detente.deals.pivots import pivotal_members
from detente.deals.power import measure_power, sample_power
from detente.deals.space import BodyRule, ConsentRule, DealSpace, KeepRule
from detente.deals.voting import (
    VotingRule,
    WeightedQuota,
    set_council,
    set_n_of_m,
    set_unanimity,
    set_weighted,
)
from detente.errors import InputError
from tests.deals.rule_spaces import every_package
from tests.deals.test_voting import random_ways, slowly, with_compound_body


def random_rule(rng: np.random.Generator, members: int) -> VotingRule:
    """A rule met by some and not by all."""
    while True:
        ways = random_ways(rng, members)
        if slowly(ways, (True,) * members) and not slowly(ways, (False,) * members):
            return VotingRule(tuple(f"m{k}" for k in range(members)), ways)


def slow_power(rule: VotingRule) -> tuple[list[int], list[Fraction]]:
    """Swings and Shapley–Shubik by the definitions: every coalition, every order."""
    n = len(rule.members)
    wins = {yes: slowly(rule.ways, yes) for yes in product((False, True), repeat=n)}
    swings = [
        sum(wins[yes] and not wins[(*yes[:i], False, *yes[i + 1 :])] for yes in wins if yes[i])
        for i in range(n)
    ]
    pivots = [0] * n
    for order in permutations(range(n)):
        said = [False] * n
        for i in order:
            said[i] = True
            if wins[tuple(said)]:
                pivots[i] += 1
                break
    return swings, [Fraction(p, factorial(n)) for p in pivots]


def test_random_rules_have_the_power_of_the_definitions() -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        rule = random_rule(rng, int(rng.integers(1, 7)))
        power = measure_power(rule)
        swings, shapley = slow_power(rule)
        n = len(rule.members)
        assert list(power.swings) == swings
        assert power.absolute.tolist() == [s / 2 ** (n - 1) for s in swings]
        np.testing.assert_allclose(power.shapley_shubik, [float(s) for s in shapley], atol=1e-12)
        np.testing.assert_allclose(power.banzhaf, np.array(swings) / max(sum(swings), 1), atol=1e-12)


def test_every_way_of_counting_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generating function, halves and full listing, on rules that all three can do or two of them."""
    rng = np.random.default_rng(3)
    kinds = {"one": 0, "two": 0}
    for _ in range(60):
        members = int(rng.integers(4, 10))
        rule = random_rule(rng, members)
        vectors = list(dict.fromkeys(q.weights for w in rule.ways for q in w if len(set(q.weights)) > 1))
        if not 1 <= len(vectors) <= 2:
            continue
        listed = winning._by_listing(rule)
        assert winning._by_halves(rule, vectors) == listed
        kinds["two"] += len(vectors) == 2
        if len(vectors) == 1:
            kinds["one"] += 1
            assert winning._by_generating(rule, vectors[0]) == listed
        assert winning.count_winning(rule) == listed
    assert min(kinds.values()) >= 5


def test_the_six_of_1958() -> None:
    """Luxembourg's vote never decided (Felsenthal & Machover 1998)."""
    power = measure_power(set_weighted({"FR": 4, "DE": 4, "IT": 4, "BE": 2, "NL": 2, "LU": 1}, 12))
    np.testing.assert_allclose(power.banzhaf * 21, [5, 5, 5, 3, 3, 0])
    np.testing.assert_allclose(power.shapley_shubik * 60, [14, 14, 14, 9, 9, 0])
    assert power.swings == (10, 10, 10, 6, 6, 0)


def test_the_security_council() -> None:
    """Five with a veto and ten without, nine yes: 0.1963 and 0.0019 (Straffin 1994)."""
    votes = {f"permanent{k}": 7 for k in range(5)} | {f"elected{k}": 1 for k in range(10)}
    weighted = measure_power(set_weighted(votes, 39))
    members = tuple(votes)
    veto = tuple(WeightedQuota(tuple(float(m == f"permanent{k}") for m in members), 1.0) for k in range(5))
    told = VotingRule(members, ((WeightedQuota((1.0,) * 15, 9.0), *veto),))
    spoken = measure_power(told)
    for power in (weighted, spoken):
        assert power.shapley_shubik[0] == pytest.approx(421 / 2145)
        assert power.shapley_shubik[9] == pytest.approx(4 / 2145)
        assert power.banzhaf[0] == pytest.approx(0.16693, abs=1e-5)
    assert weighted.swings == spoken.swings


def test_the_council_of_27_under_nice_and_of_28_by_population() -> None:
    """Germany at 7.78 % of swings and 8.67 % of orders, about 2 % of coalitions win, as the literature on Nice tells."""
    nice = measure_power(set_council("qmv-nice", date(2010, 1, 1)))
    assert nice.passing == pytest.approx(0.0203, abs=1e-4)
    assert nice.banzhaf[:4].tolist() == pytest.approx([0.0778] * 4, abs=1e-4)
    assert nice.shapley_shubik[:4].tolist() == pytest.approx([0.0867] * 4, abs=1e-4)
    lisbon = measure_power(set_council("qmv-lisbon", date(2016, 7, 14)))
    assert lisbon.shapley_shubik.sum() == pytest.approx(1)
    assert lisbon.shapley_shubik[0] > nice.shapley_shubik[0]
    assert (np.diff(lisbon.shapley_shubik) < 0).all()
    assert lisbon.passing > 5 * nice.passing


def test_merged_populations_count_as_single_ones() -> None:
    """The Council of 28 by halves, against a generating function over the same shares in whole points."""
    council = set_council("qmv-lisbon", date(2016, 7, 14))
    people = np.array(council.ways[0][1].weights)
    share = tuple(np.round(10_000 * people / people.sum()).tolist())
    rule = VotingRule(
        council.members,
        tuple(
            tuple(replace(q, weights=share, needed=6_500.0) if q.needed > 1e6 else q for q in way)
            for way in council.ways
        ),
    )
    assert winning._by_generating(rule, share) == winning._by_halves(rule, [share])


def test_equal_members_share_alike_and_a_dictator_has_all() -> None:
    even = measure_power(set_n_of_m("abcde", 3))
    assert even.shapley_shubik.tolist() == pytest.approx([0.2] * 5) and even.passing == 0.5
    assert measure_power(set_unanimity("abc")).swings == (1, 1, 1)
    dictator = measure_power(set_weighted({"a": 3, "b": 1, "c": 1}, 3))
    assert dictator.banzhaf.tolist() == [1, 0, 0] and dictator.shapley_shubik.tolist() == [1, 0, 0]
    many = measure_power(set_n_of_m([str(k) for k in range(60)], 31))
    assert many.shapley_shubik.tolist() == pytest.approx([1 / 60] * 60)


def test_samples_come_near_the_exact_numbers_and_repeat() -> None:
    for rule in (set_council("qmv-lisbon", date(2016, 7, 14)), random_rule(np.random.default_rng(5), 6)):
        exact, found = measure_power(rule), sample_power(rule, samples=20_000, seed=1)
        for value, told, error in (
            (exact.absolute, found.absolute, found.absolute_error),
            (exact.shapley_shubik, found.shapley_shubik, found.shapley_shubik_error),
        ):
            assert (np.abs(value - told) < 4.5 * error).all() and (error < 0.01).all()
        again = sample_power(rule, samples=20_000, seed=1)
        assert again.shapley_shubik.tobytes() == found.shapley_shubik.tobytes()
        assert sample_power(rule, samples=20_000, seed=2).absolute.tobytes() != found.absolute.tobytes()


def test_what_cannot_be_counted_is_sampled() -> None:
    rng = np.random.default_rng(0)
    votes = rng.random((3, 24))
    way = tuple(WeightedQuota(tuple(v), float(v.sum() / 2)) for v in votes)
    rule = VotingRule(tuple(f"m{k}" for k in range(24)), (way,))
    with pytest.raises(InputError, match="24 with 3 kinds of votes beside heads; try sample_power"):
        measure_power(rule)
    assert sample_power(rule, samples=2_000).shapley_shubik.sum() == pytest.approx(1)


def test_rules_that_ask_nobody_or_can_never_be_met() -> None:
    always = VotingRule(("a", "b"), ((WeightedQuota((1.0, 1.0), 0.0),),))
    never = VotingRule(("a", "b"), ((WeightedQuota((1.0, 1.0), 3.0),),))
    for rule, says in ((always, "met by nobody's yes"), (never, "not met by everybody's")):
        for ask in (measure_power, sample_power):
            with pytest.raises(InputError, match=says):
                ask(rule)
    with pytest.raises(InputError, match="at least 100"):
        sample_power(set_unanimity("ab"), samples=99)


def one_issue(points: list[float], body: BodyRule, **rules: object) -> DealSpace:
    parties = len(points)
    return DealSpace.from_arrays(
        options=[2], unary=[[[0] * parties, points]], no_deal=[0] * parties, table=[0], bodies=[body], **rules
    )


def test_who_completes_a_quota_and_whose_switch_decides() -> None:
    body = BodyRule("council", (1, 2, 3, 4), (3.0, 1.0, 1.0, 1.0), 4.0)
    asks = {"consents": [ConsentRule(0, (1,), 5)]}
    (vote,) = pivotal_members(one_issue([1, 2, 5, -1, 4], body, **asks), np.array([1]))
    assert (vote.passes, vote.yes, vote.no) == (True, ("party2", "party4", "party1"), ("party3",))
    assert (vote.completes, vote.value, vote.pivotal) == (("party1",), 2.0, ("party1",))
    (lost,) = pivotal_members(one_issue([1, -2, 5, 1, 4], body, **asks), np.array([1]))
    assert (lost.passes, lost.completes, lost.value, lost.pivotal) == (False, ("party1",), -2.0, ("party1",))
    assert pivotal_members(one_issue([1, 2, 5, -1, 4], body, **asks), np.array([0])) == ()


def test_keeping_asks_who_prefers_it_to_the_lapse() -> None:
    body = BodyRule("council", (1, 2), (1.0, 1.0), 2.0)
    space = one_issue([1, 2, -3], body, keeps=[KeepRule(0, (1,), 0, 3)])
    (vote,) = pivotal_members(space, np.array([1]))
    assert (vote.asks, vote.passes, vote.completes, vote.pivotal) == (
        "keeps",
        False,
        ("party2",),
        ("party2",),
    )


def test_votes_told_are_those_that_decide_acceptance() -> None:
    """Each consent by itself, silent ones and cheap yeses included."""
    told = {False: 0, True: 0}
    for seed in range(150):
        space = with_compound_body(seed)
        called = (r for r in space.consents if r.by == len(space.parties))
        for rule, package in product(called, every_package(space)[::3]):
            if package[rule.issue] not in rule.options:
                continue
            values = consenter_gains(space, package)
            alone = replace(space, consents=(rule,), keeps=())
            (vote,) = pivotal_members(alone, package)
            assert vote.passes == bool(rule_accepts(space, replace(rule, overruled_by=None), values)[0])
            assert vote.passes == (vote.value >= 0)
            told[rule.silent] += 1
    assert min(told.values()) > 50  # silent or not
