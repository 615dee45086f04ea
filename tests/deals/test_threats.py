"""Variable threats: payoffs by listing every package under every pair of threats, and worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.model import Case, Lever, Quantity
from detente.deals import threats_bargaining
from detente.deals.acceptance import acceptable
from detente.deals.space import ConsentRule, DealSpace, TableFactor, gains, utilities
from detente.deals.threats import is_saddle, variable_threats
from detente.deals.threats_bargaining import ThreatMove
from detente.deals.threats_moves import threat_moves
from detente.errors import InputError
from tests.deals.random_case import AS_OF, CaseMaker, GivenValues
from tests.deals.rule_spaces import Dice, every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)
SIDES = ("party0", "party1")


def random_moves(dice: Dice, space: DealSpace) -> list[ThreatMove]:
    moves = []
    for k in range(int(dice.rng.integers(1, 4))):
        patterns = tuple(
            tuple((i, dice.some(space.sizes[i])) for i in dice.some(len(space.issues)))
            for _ in range(dice.upto(3))
        )
        change = dice.rng.integers(-3, 2, size=len(space.parties)).astype(float)
        change[2:] *= dice.chance(0.4)
        moves.append(ThreatMove(dice.upto(2), f"m{k}", change, patterns if dice.chance(0.5) else None))
    return moves


def lifted(move: ThreatMove, package: tuple[int, ...]) -> bool:
    return move.lifted_by is None or any(
        all(package[i] in options for i, options in pattern) for pattern in move.lifted_by
    )


def by_listing(space: DealSpace, used: list[ThreatMove]) -> np.ndarray:
    """Utilities of the two after bargaining, every package weighed by itself (MODEL section 1)."""
    rows = every_package(space)
    worth = utilities(space, rows)
    stays = (rows == space.no_deal_package).all(axis=1) & (np.abs(gains(space, rows)) < 1e-9).all(axis=1)
    for move in used:
        for r, package in enumerate(rows):
            worth[r] += 0 if lifted(move, tuple(package)) else move.change
    no_deal = space.no_deal + sum(move.change for move in used)
    table = TableFactor(tuple(range(len(space.issues))), worth.reshape(*space.sizes, -1))
    under = replace(space, factors=(table,), no_deal=no_deal)
    best = worth[acceptable(under, rows) & ~stays][:, :2] - no_deal[:2]
    if not len(best):
        return no_deal[:2]
    key = [((g > 1e-9).sum(), round(float(np.prod(g[g > 1e-9])), 6)) for g in best]
    tied = np.unique(np.round([g for g, k in zip(best, key, strict=True) if k == max(key)], 9), axis=0)
    return tied.mean(axis=0) + no_deal[:2]


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_payoffs_are_those_of_listing(seed: int) -> None:
    dice = Dice(seed)
    space = random_space(seed)
    moves = random_moves(dice, space)
    found = variable_threats(space, SIDES, moves)
    first, second = ([m for m in moves if m.side == side] for side in (0, 1))
    saddles = []
    for a, b in product(range(2 ** len(first)), range(2 ** len(second))):
        used = [m for k, m in enumerate(first) if a >> k & 1] + [
            m for k, m in enumerate(second) if b >> k & 1
        ]
        np.testing.assert_allclose(found.payoffs[a, b], by_listing(space, used), atol=1e-8)
        np.testing.assert_allclose(found.no_deal[a, b], space.no_deal + sum(m.change for m in used))
        outcome = found.at(a, b)
        assert outcome.used == (
            tuple(m.name for m in used if m.side == 0),
            tuple(m.name for m in used if m.side == 1),
        )
        assert outcome.probability.sum() == pytest.approx(1.0 if len(outcome.packages) else 0.0)
        u = found.payoffs
        rows = all(u[x, b, 0] <= u[a, b, 0] + 1e-9 for x in range(2 ** len(first)))
        if rows and all(u[a, y, 1] <= u[a, b, 1] + 1e-9 for y in range(2 ** len(second))):
            saddles.append((a, b))
    assert found.saddles == tuple(saddles)
    assert (found.security <= found.ceiling + 1e-9).all()
    if saddles and found.competitive:
        at = found.payoffs[saddles[0]]
        np.testing.assert_allclose([found.security, found.ceiling], [at, at], atol=1e-8)


def cake(size: int = 40, **rules: object) -> DealSpace:
    """One thing to divide, step by step."""
    points = [[0, 0], *([k, size - k] for k in range(size + 1))]
    return DealSpace.from_arrays(options=[size + 2], unary=[points], no_deal=[0, 0], **rules)  # type: ignore[arg-type]


@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_dividing_a_cake_each_threat_counts_by_what_it_does_to_the_difference(seed: int) -> None:
    """On a straight frontier of length M the first gets (M + d1 − d2)/2, so that a move pays if it moves
    d1 − d2 the right way, whatever else is threatened (Nash 1953, the transferable case)."""
    rng = np.random.default_rng(seed)
    moves = [
        ThreatMove(k % 2, f"m{k}", rng.integers(-9, 3, size=2) / 2.0) for k in range(int(rng.integers(1, 6)))
    ]
    found = variable_threats(cake(), SIDES, moves, lottery=True)
    np.testing.assert_allclose(
        found.payoffs[..., 0], np.clip((40 + found.no_deal[..., 0] - found.no_deal[..., 1]) / 2, 0, 40)
    )
    assert found.competitive
    pays = [[m.change[s] - m.change[1 - s] for m in found.moves[s]] for s in (0, 1)]
    best = [
        {c for c in range(2 ** len(p)) if all((x > 0) == bool(c >> k & 1) for k, x in enumerate(p) if x)}
        for p in pays
    ]
    assert set(found.saddles) == set(product(*best))
    at = found.payoffs[found.saddles[0]]
    np.testing.assert_allclose([found.security, found.ceiling], [at, at])


def test_an_empty_threat_still_moves_the_bargain_and_is_called_empty() -> None:
    strike = ThreatMove(0, "strike", np.array([-2.0, -12.0]))
    found = variable_threats(cake(), SIDES, [strike])
    assert found.saddles == ((1, 0),)
    outcome = found.at(1, 0)
    assert outcome.used == (("strike",), ())
    assert outcome.not_credible == ("strike",)
    assert outcome.no_deal.tolist() == [-2, -12]
    assert outcome.utilities.tolist() == [25, 15]
    assert found.at(0, 0).utilities.tolist() == [20, 20]
    assert found.credible == ((False,), ())
    keen = ThreatMove(0, "keen", np.array([1.0, -3.0]))
    assert variable_threats(cake(), SIDES, [keen]).credible == ((True,), ())
    paid = ThreatMove(0, "paid by another", np.array([1.0, -3.0]), owners=(1,))
    assert variable_threats(cake(), SIDES, [paid]).credible == ((False,), ())


def test_a_move_that_stands_beside_the_deal_does_not_move_it() -> None:
    """What no package lifts is there with a deal and without: gains stay, utilities move."""
    stays = ThreatMove(0, "stays", np.array([-2.0, -12.0]), lifted_by=())
    found = variable_threats(cake(), SIDES, [stays])
    assert found.at(1, 0).utilities.tolist() == [18, 8]
    half = ThreatMove(0, "lifted above half", np.array([-2.0, -12.0]), (((0, tuple(range(21, 42))),),))
    outcome = variable_threats(cake(), SIDES, [half]).at(1, 0)
    assert outcome.utilities.tolist() == [25, 15]


def test_there_may_be_no_saddle_and_then_security_levels_are_told() -> None:
    """Each of two threats ends with some deals only; each side would answer the other's choice."""
    points = [[0, 0], [1, 3], [3, 11], [5, 8], [6, 2], [8, 1]]
    space = DealSpace.from_arrays(options=[6], unary=[points], no_deal=[0, 0])
    moves = [
        ThreatMove(0, "a", np.array([0.0, -4.0]), (((0, (2, 5)),),)),
        ThreatMove(1, "b", np.array([0.0, -3.0]), (((0, (1, 2, 4, 5)),),)),
    ]
    found = variable_threats(space, SIDES, moves)
    assert found.payoffs.tolist() == [[[5, 8], [3, 11]], [[3, 11], [8, 1]]]
    assert found.saddles == ()
    assert found.competitive
    assert (found.security.tolist(), found.ceiling.tolist()) == ([3, 8], [5, 11])


def test_no_deal_is_what_they_get_where_nothing_is_acceptable() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [5, -1]]], no_deal=[0, 0])
    found = variable_threats(space, SIDES, [ThreatMove(0, "m", np.array([-1.0, -3.0]))])
    assert found.payoffs[:, 0].tolist() == [[0, 0], [5, -1]]
    assert found.at(0, 0).packages.shape == (0, 1)
    assert found.saddles == ((1, 0),)


def test_other_concepts_and_weights_settle_too() -> None:
    move = ThreatMove(1, "m", np.array([-8.0, 0.0]))
    equal = variable_threats(cake(), SIDES, [move], "egalitarian")
    assert equal.at(0, 1).utilities.tolist() == [16, 24]
    strong = variable_threats(cake(), SIDES, [move], "asymmetric_nash", weights=(3.0, 1.0))
    assert strong.at(0, 1).utilities.tolist() == [28, 12]
    swapped = variable_threats(cake(), SIDES[::-1], [move], "asymmetric_nash", weights=(3.0, 1.0))
    assert swapped.sides == ("party1", "party0")
    assert swapped.at(0, 1).utilities.tolist() == [36, 4]


def test_ties_count_as_equally_likely_and_are_told() -> None:
    space = DealSpace.from_arrays(options=[3], unary=[[[0, 0], [6, 2], [2, 6]]], no_deal=[0, 0])
    found = variable_threats(space, SIDES, [])
    assert found.at(0, 0).utilities.tolist() == [4, 4]
    assert found.at(0, 0).probability.tolist() == [0.5, 0.5]
    assert found.note == "tied solutions count as equally likely"
    assert variable_threats(space, SIDES, [], lottery=True).note == ""


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    move = ThreatMove(0, "m", np.array([-1.0, -1.0]))
    three = DealSpace.from_arrays(options=[2], unary=[[[0, 0, 0], [1, 1, 1]]], no_deal=[0, 0, 0])
    wrong = [
        (three, SIDES, [], "two parties at the table"),
        (cake(), ("party0", "party0"), [], "two parties at the table"),
        (cake(), ("party0", "partyx"), [], "did you mean party"),
        (cake(), SIDES, [ThreatMove(2, "m", np.zeros(2))], "must be 0 or 1, got 2"),
        (cake(), SIDES, [ThreatMove(0, "m", np.zeros(3))], "must be 2 finite numbers"),
        (cake(), SIDES, [ThreatMove(0, "m", np.array([0, np.nan]))], "must be 2 finite numbers"),
        (cake(), SIDES, [move, move], "different names, got m twice"),
        (cake(), SIDES, [ThreatMove(0, "m", np.zeros(2), (((4, (0,)),),))], "options that the space has"),
        (cake(), SIDES, [ThreatMove(0, f"m{k}", np.zeros(2)) for k in range(9)], "at most 8 moves, got 9"),
        (cake(cap=[9, 9]), SIDES, [ThreatMove(0, "m", np.zeros(2), ())], "caps on utilities"),
    ]
    for space, sides, moves, word in wrong:
        with pytest.raises(InputError, match=word):
            variable_threats(space, sides, moves)
    monkeypatch.setattr(threats_bargaining, "MOST_SEARCHES", 1)
    patterned = ThreatMove(0, "m", np.zeros(2), ())
    with pytest.raises(InputError, match="at most 1 searches"):
        variable_threats(cake(), SIDES, [patterned])


def test_threats_that_any_deal_ends_share_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threats_bargaining, "MOST_SEARCHES", 1)
    moves = [ThreatMove(k % 2, f"m{k}", np.array([-1.0 - k, -2.0])) for k in range(6)]
    assert variable_threats(cake(), SIDES, moves).payoffs.shape == (8, 8, 2)
    outsider = DealSpace.from_arrays(
        options=[2],
        unary=[[[0, 0, 0], [1, 1, 1]]],
        no_deal=[0, 0, 0],
        table=[0, 1],
        consents=[ConsentRule(0, (1,), 2)],
    )
    touched = ThreatMove(0, "m", np.array([0.0, 0.0, -1.0]))
    with pytest.raises(InputError, match="at most 1 searches"):
        variable_threats(outsider, SIDES, [touched])


def test_the_checker_by_hand() -> None:
    pennies = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])
    assert not any(is_saddle(pennies, a, b) for a, b in product((0, 1), (0, 1)))


class Levered(CaseMaker):
    """Two flags, levers of all kinds."""

    def levered(self) -> Case:
        made = self.case()
        flags = dict(zip(self.parties, ("a", "b", "a", "c"), strict=True))
        parties = tuple(replace(p, flag=flags[p.name]) for p in made.parties)
        zero = Quantity(0.0, 0.0, die="zero")

        def lever(name: str, by: str, since: date | None, against: str | None = None) -> Lever:
            ended = (self.pattern(1, 2),)
            return Lever(
                name,
                name,
                by,
                self.effects() | {"g0": self.quantity(-9, 9)},
                zero if by == "p3" else self.quantity(0, 5),
                since,
                ended,
                against,
            )

        levers = (
            lever("use", "p0", None),
            lever("ally", "p2", date(2030, 1, 1)),
            lever("stop", "p1", AS_OF),
            lever("client", "p1", None, "p3"),
            lever("punish", "p1", None, "p2"),
            lever("third", "p3", None),
            lever("jointly", "body", None),
        )
        return replace(made, parties=parties, levers=levers)


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_the_levers_of_a_case_become_moves(seed: int) -> None:
    made = Levered(seed)
    case, values = made.levered(), made.values(4)
    space = DealSpace.from_case(case, values)
    moves = {m.name: m for m in threat_moves(case, values, space, ("p0", "p1"))}
    assert {n: m.side for n, m in moves.items()} == {"use": 0, "ally": 0, "withdraw stop": 1, "punish": 1}
    for name, sign in (("use", 1), ("ally", 1), ("withdraw stop", -1)):
        lever = next(x for x in case.levers if x.name == name.removeprefix("withdraw "))
        np.testing.assert_allclose(moves[name].change, [sign * x for x in slow_change(case, values, lever)])
        assert moves[name].owners == (made.parties.index(lever.by),)
    assert all(m.lifted_by is None for m in threat_moves(case, values, space, ("p0", "p1"), any_deal=True))
    with_third = threat_moves(case, values, space, ("p0", "p1"), allies={"p1": ["p3", "body"]})
    assert [m.name for m in with_third] == ["use", "ally", "withdraw stop", "punish", "third", "jointly"]
    assert with_third[-1].owners == (0, 1, 2, 3)


def slow_change(case: Case, values: GivenValues, lever: Lever) -> list[float]:
    """Mean points of a lever to every party, draw by draw."""
    out = []
    for p, party in enumerate(case.parties):
        total = 0.0
        for n in range(values.draws.n):
            for g, goal in enumerate(case.goals):
                if goal.name in lever.effects:
                    total += values.weights[n, p, g] * values.draws.sample(lever.effects[goal.name])[n]
            total -= values.draws.sample(lever.cost)[n] * (party.name == lever.by)
        out.append(total / values.draws.n)
    return out


def test_a_lever_withdrawn_is_worth_what_ending_it_by_a_package_is() -> None:
    """The same lever, told once as a threat to withdraw and once by the factor of the space."""
    for seed in range(8):
        made = Levered(seed)
        case, values = made.levered(), made.values(4)
        space = DealSpace.from_case(case, values)
        move = next(m for m in threat_moves(case, values, space, ("p0", "p1")) if m.name == "withdraw stop")
        factor = next(f for f in space.factors if f.label == "lever stop")
        ended = factor.table.reshape(-1, 4)
        assert any(np.allclose(row, move.change) for row in ended)


def test_a_case_is_played() -> None:
    made = Levered(5)
    case, values = made.levered(), made.values(4)
    space = DealSpace.from_case(case, values)
    found = variable_threats(space, ("p0", "p1"), threat_moves(case, values, space, ("p0", "p1")))
    assert found.payoffs.shape == (4, 4, 2)
    assert [m.name for m in found.moves[1]] == ["withdraw stop", "punish"]


def test_who_stands_where_is_checked() -> None:
    made = Levered(1)
    case, values = made.levered(), made.values(4)
    space = DealSpace.from_case(case, values)
    for allies, word in (
        ({"p2": ["p3"]}, "allies must be those of p0 or p1"),
        ({"p1": ["nobody"]}, "party or body of the case"),
        ({"p1": ["p2"]}, "both sides, got p2"),
    ):
        with pytest.raises(InputError, match=word):
            threat_moves(case, values, space, ("p0", "p1"), allies=allies)
    some = np.array([True, False, True, False])
    cut = threat_moves(case, values, space, ("p0", "p1"), usual=some)
    assert [m.name for m in cut] == ["use", "ally", "withdraw stop", "punish"]
