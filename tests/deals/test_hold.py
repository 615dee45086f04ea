"""Would it hold: by hand, by brute force, and by playing the repeated game."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.ensemble import Ensemble, at_draw
from detente.deals.goal_factors import DrawFactor
from detente.deals.hold import check_hold, patience
from detente.deals.hold_draws import hold_over_draws, patience_grid, patience_needed
from detente.deals.space import BodyRule, ConsentRule, DealSpace, DeliveryRule, utilities
from detente.errors import InputError
from tests.deals.random_case import CaseMaker
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


def dilemma(give: float = 1.0, get: float = 3.0) -> DealSpace:
    """Each delivers one thing that costs it `give` and brings the other `get`."""
    unary = [[[0, 0], [-give, get]], [[0, 0], [get, -give]]]
    delivers = [DeliveryRule(0, (1,), 0), DeliveryRule(1, (1,), 1)]
    return DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0], delivers=delivers)


def test_prisoners_dilemma_by_hand() -> None:
    """Defecting gains 1, mutual defection costs 2: with perfect detection δ* = 1/(1 + 2) (Friedman 1971:
    (d − c)/(d − p) with d = 3, c = 2, p = 0)."""
    found = check_hold(dilemma(), np.array([1, 1]), detection=1, false_alarm=0)
    assert [d.delta_star for d in found.deliverers] == pytest.approx([1 / 3, 1 / 3])
    first = found.deliverers[0]
    assert (first.temptation, first.loss, first.punishers, first.defects) == (1, 2, ("party1",), ("issue0",))
    assert (found.verdict, found.delta_star) == ("needs patience", pytest.approx(1 / 3))
    assert found.expected_life == np.inf


def test_unwatched_it_takes_more_patience_and_false_alarms_may_undo_it() -> None:
    half = check_hold(dilemma(), np.array([1, 1]), detection=0.5, false_alarm=0)
    assert half.delta_star == pytest.approx(1 / (1 + 0.5 * 2))
    noisy = check_hold(dilemma(), np.array([1, 1]), detection=0.5, false_alarm=0.1)
    assert noisy.delta_star == pytest.approx(1 / (0.9 + 0.4 * 2))
    assert noisy.expected_life == 10
    blind = check_hold(dilemma(), np.array([1, 1]), detection=0.2, false_alarm=0.2)
    assert (blind.verdict, blind.delta_star) == ("never", np.inf)


@given(st.floats(0.1, 10), st.floats(-5, 20), st.floats(0, 1), st.floats(0, 0.9), st.floats(0.01, 0.99))
@settings(max_examples=200, deadline=None)
def test_delta_star_separates_complying_from_breaking(
    temptation: float, loss: float, detection: float, false_alarm: float, delta: float
) -> None:
    """Value of a plan, after punishment 0 and with cooperation worth `loss` a period, found by summing
    the periods: comply while no false alarm has come, against breaking in every period until seen."""
    t = np.arange(20_000)
    comply = loss * np.sum((delta * (1 - false_alarm)) ** t)
    breaking = (loss + temptation) * np.sum((delta * (1 - detection)) ** t)
    star = patience(temptation, loss, detection, false_alarm)
    if abs(comply - breaking) > 1e-6 * (1 + abs(comply)) and abs(delta - min(star, 2)) > 1e-6 and loss > 0:
        assert (comply > breaking) == (delta > star)


@given(SEEDS, st.floats(0, 1), st.floats(0, 0.5))
@settings(max_examples=80, deadline=None)
def test_temptation_and_loss_are_the_definition(seed: int, detection: float, false_alarm: float) -> None:
    space = random_space(seed, parties=4)
    extra = tuple(DeliveryRule(i, (1,), (seed + i) % 3) for i, n in enumerate(space.sizes) if n > 1)
    space = replace(space, deliveries=space.deliveries + extra)
    for row in every_package(space)[:: max(1, len(every_package(space)) // 6)]:
        found = {
            d.party: d
            for d in check_hold(space, row, detection=detection, false_alarm=false_alarm).deliverers
        }
        held = {
            p: sorted(
                {
                    r.issue
                    for r in space.deliveries
                    if r.party == p and row[r.issue] in r.options and row[r.issue]
                }
            )
            for p in range(4)
        }
        assert set(found) == {f"party{p}" for p in held if held[p]}
        for p, issues in held.items():
            if issues:
                check_deliverer(space, row, p, held, found[f"party{p}"].temptation, found[f"party{p}"].loss)


def check_deliverer(
    space: DealSpace, row: np.ndarray, p: int, held: dict[int, list[int]], temptation: float, loss: float
) -> None:
    def u(gone: set[int], party: int) -> float:
        return float(utilities(space, np.where(np.isin(np.arange(len(row)), list(gone)), 0, row))[0, party])

    subsets = [set(c) for n in range(1, len(held[p]) + 1) for c in combinations(held[p], n)]
    best = max(u(d, p) for d in subsets)
    assert temptation == best - u(set(), p)
    losses = []
    for d in subsets:
        if u(d, p) == best:
            willing = [q for q in held if q != p and u(d | set(held[q]), q) > u(d, q)]
            gone = d.union(*(held[q] for q in willing))
            losses.append(u(set(), p) - u(gone, p) if willing else 0.0)
    assert loss == min(losses)


def test_nothing_to_gain_by_breaking_is_self_enforcing() -> None:
    found = check_hold(dilemma(give=-1), np.array([1, 1]), detection=0, false_alarm=0)
    assert found.verdict == "self-enforcing"
    assert [d.defects for d in found.deliverers] == [(), ()]
    assert check_hold(dilemma(), np.array([0, 0]), detection=1, false_alarm=0).deliverers == ()


def test_nobody_willing_to_punish_means_never() -> None:
    """Party 1 likes delivering, so that it keeps on when party 0 stops."""
    space = DealSpace.from_arrays(
        options=[2, 2],
        unary=[[[0, 0], [-1, 3]], [[0, 0], [3, 1]]],
        no_deal=[0, 0],
        delivers=[DeliveryRule(0, (1,), 0), DeliveryRule(1, (1,), 1)],
    )
    found = check_hold(space, np.array([1, 1]), detection=1, false_alarm=0)
    assert [(d.verdict, d.loss, d.punishers) for d in found.deliverers] == [
        ("never", 0, ()),
        ("self-enforcing", 4, ("party0",)),
    ]
    assert (found.verdict, found.delta_star) == ("never", np.inf)


def one_draw(space: DealSpace) -> DealSpace:
    """The space with one draw that says what the mean says: each party's points are a goal of its own."""
    factors = []
    for place, factor in enumerate(space.factors):
        cells = np.arange(int(np.prod(factor.table.shape[:-1]))).reshape(factor.table.shape[:-1])
        levels = factor.table.reshape(1, cells.size, -1)
        goals = tuple(range(len(space.parties)))
        factors.append(DrawFactor("link", f"factor {place}", factor.scope, goals, cells, levels))
    weights, stakes = np.eye(len(space.parties))[None], np.ones((1, len(space.parties)))
    ensemble = Ensemble(tuple(factors), weights, space.no_deal[None], space.no_deal_package[None], stakes)
    return replace(space, ensemble=ensemble)


def test_of_equally_tempting_breaches_the_one_punished_least_counts() -> None:
    """Leaving out either of two deliveries tempts by 1; only leaving out the first is punished."""
    either = [[[0, 0], [1, 0]], [[1, 0], [0, 0]]]
    answered = [[[0, 0], [4, -1]], [[0, 0], [4, 1]]]
    space = DealSpace.from_arrays(
        options=[2] * 3,
        unary=[np.zeros((2, 2))] * 3,
        links={(0, 1): either, (0, 2): answered},
        no_deal=[0, 0],
        delivers=[DeliveryRule(0, (1,), 0), DeliveryRule(1, (1,), 0), DeliveryRule(2, (1,), 1)],
    )
    first = check_hold(space, np.array([1, 1, 1]), detection=1, false_alarm=0).deliverers[0]
    assert (first.temptation, first.loss, first.punishers, first.defects) == (1, 0, (), ("issue1",))
    drawn = hold_over_draws(one_draw(space), np.array([1, 1, 1]), detection=1, false_alarm=0)[0]
    assert (drawn.temptation[0], drawn.loss[0], drawn.punishers) == (1, 0, (("party1", 0.0),))


def test_spoilers_lose_and_did_not_agree() -> None:
    unary = [[[0] * 5, [2, 1, -3, -1, -2]]]
    space = DealSpace.from_arrays(
        options=[2],
        unary=unary,
        no_deal=[0] * 5,
        table=[0, 1],
        bodies=[BodyRule("senate", (0, 1, 2), (1, 1, 1), 2)],
        consents=[ConsentRule(0, (1,), 5), ConsentRule(0, (1,), 4, silent=True)],
        margin=[0, 0, 0, 0, 2],
    )
    levers = {"party3": 1.0}
    found = check_hold(space, np.array([1]), detection=1, false_alarm=0, levers=levers)
    assert [(s.party, s.gain, s.pulled, s.would_pull) for s in found.spoilers] == [
        ("party2", -3, None, False),
        ("party3", -1, 1.0, True),
    ]


def test_wrong_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="detection must be between 0 and 1"):
        check_hold(dilemma(), np.array([1, 1]), detection=2, false_alarm=0)
    with pytest.raises(InputError, match="did you mean party1"):
        check_hold(dilemma(), np.array([1, 1]), detection=1, false_alarm=0, levers={"party11": 1})
    many = DealSpace.from_arrays(
        options=[2] * 13,
        unary=[[[0], [1]]] * 13,
        no_deal=[0],
        delivers=[DeliveryRule(i, (1,), 0) for i in range(13)],
    )
    with pytest.raises(InputError, match="at most 12 issues, got 13"):
        check_hold(many, np.ones(13, dtype=np.int64), detection=1, false_alarm=0)


def test_who_punishes_gains_by_it() -> None:
    found = check_hold(dilemma(give=1.5), np.array([1, 1]), detection=1, false_alarm=0)
    assert [d.punishing for d in found.deliverers] == [(1.5,), (1.5,)]


@given(SEEDS, st.floats(0, 1), st.floats(0, 0.5))
@settings(max_examples=30, deadline=None)
def test_every_draw_is_a_world_of_its_own(seed: int, detection: float, false_alarm: float) -> None:
    maker = CaseMaker(seed)
    space = DealSpace.from_case(maker.case(), maker.values(7))
    row = np.array([int(maker.rng.integers(size)) for size in space.sizes])
    chances = {"detection": detection, "false_alarm": false_alarm}
    found = hold_over_draws(space, row, **chances, patience=0.6)
    names = [d.party for d in found]
    would = {d.party: dict.fromkeys((q for q in names if q != d.party), 0) for d in found}
    for k in range(7):
        single = check_hold(at_draw(space, k), row, **chances).deliverers
        assert [d.party for d in single] == names
        for all_draws, one in zip(found, single, strict=True):
            assert all_draws.temptation[k] == pytest.approx(one.temptation, abs=1e-9)
            assert all_draws.loss[k] == pytest.approx(one.loss, abs=1e-9)
            assert all_draws.delta_star[k] == pytest.approx(one.delta_star, rel=1e-6)
            for q in one.punishers:
                would[one.party][q] += 1
    for d in found:
        ordered = np.sort(d.delta_star)
        assert (d.low, d.median, d.high) == (ordered[0], ordered[3], ordered[6])
        assert d.self_enforcing == pytest.approx(np.mean(d.delta_star == 0))
        assert d.never == pytest.approx(np.mean(np.isinf(d.delta_star)))
        assert d.kept == pytest.approx(np.mean(d.delta_star <= 0.6))
        assert dict(d.punishers) == pytest.approx({q: n / 7 for q, n in would[d.party].items()})


@given(st.floats(-2, 10), st.floats(-5, 20), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_the_grid_is_the_formula(
    temptation: float, loss: float, detection: float, false_alarm: float
) -> None:
    want = patience(temptation, loss, detection, false_alarm)
    assert patience_grid(temptation, loss, [detection], [false_alarm]).tolist() == [[want]]
    both = patience_needed(
        np.array([temptation, 1.0]), np.array([loss, 1.0]), detection=detection, false_alarm=false_alarm
    )
    assert both[0] == want


def test_draws_and_chances_are_asked_for() -> None:
    with pytest.raises(InputError, match="draws"):
        hold_over_draws(dilemma(), np.array([1, 1]), detection=1, false_alarm=0)
    with pytest.raises(InputError, match="chance must be between 0 and 1"):
        patience_grid(1, 1, [1.5], [0])
