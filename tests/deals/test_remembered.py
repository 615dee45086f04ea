"""What is remembered to save time is what would have been computed, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.case import Case
from detente.deals import DealSpace, draw_gains, explain, find_frontier, utilities
from detente.deals import ensemble as module
from detente.deals.conditions import condition_worths, zone_costs
from detente.deals.goal_factors import Corrections, goal_factors
from detente.study import Study, assess
from tests.study.made_up import template


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return template(str(tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="module")
def study(case: Case) -> Study:
    return assess(case, draws=60)


def packages(space: DealSpace, count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, space.sizes, (count, len(space.sizes)))


def test_a_package_asked_for_again_is_worth_the_same(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    space = DealSpace.from_case(study.case, study.evidenced)
    rows = packages(space, 3)
    first = [draw_gains(space, rows), draw_gains(space, rows, 1), draw_gains(space, rows[:1])]
    assert space.ensemble is not None
    assert len(space.ensemble.seen) == 3
    monkeypatch.setattr(module, "_gains", None)
    again = [draw_gains(space, rows), draw_gains(space, rows, 1), draw_gains(space, rows[:1])]
    monkeypatch.undo()
    fresh = DealSpace.from_case(study.case, study.evidenced)
    anew = [draw_gains(fresh, rows), draw_gains(fresh, rows, 1), draw_gains(fresh, rows[:1])]
    for one, two, three in zip(first, again, anew, strict=True):
        assert one.tobytes() == two.tobytes() == three.tobytes()
    with pytest.raises(ValueError, match="read-only"):
        first[0][0] = 0.0


def test_memory_is_bounded(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    space = DealSpace.from_case(study.case, study.evidenced)
    assert space.ensemble is not None
    one = draw_gains(space, packages(space, 1)).nbytes
    monkeypatch.setattr(module, "REMEMBERED", 5 * one)
    for row in packages(space, 40):
        draw_gains(space, row[None])
        assert sum(known.nbytes for known in space.ensemble.seen.values()) <= 6 * one
    draw_gains(space, packages(space, 9))
    assert max(known.shape[1] for known in space.ensemble.seen.values()) == 1


def test_one_party_alone_is_its_column_of_all(study: Study) -> None:
    rows = packages(study.space, 50)
    whole = utilities(study.space, rows)
    for party in range(len(study.space.parties)):
        assert utilities(study.space, rows, party).tobytes() == whole[:, party].tobytes()


def test_corrections_known_already_change_no_factor(study: Study) -> None:
    known: Corrections = {}
    pinned = replace(study.claimed, draws=study.claimed.draws.pin(study.case.goals[0].base.path, 0.3))
    for values in (study.evidenced, study.claimed, pinned, study.evidenced):
        shared, alone = goal_factors(study.case, values, known), goal_factors(study.case, values)
        for one, other in zip(shared, alone, strict=True):
            assert one.levels.tobytes() == other.levels.tobytes()
            assert [v.tobytes() for v in one.views.values()] == [v.tobytes() for v in other.views.values()]
    assert known, "the case has an overlap"


def test_dice_remembered_are_the_dice_and_pins_stay_pins(case: Case) -> None:
    draws = case.draws(20, 3)
    kept = draws.remembered()
    assert kept.uniform("a").tobytes() == kept.uniform("a").tobytes() == draws.uniform("a").tobytes()
    assert kept.pin("a", 0.25).uniform("a").tolist() == [0.25] * 20
    assert kept.uniform("a").tobytes() == draws.uniform("a").tobytes()
    with pytest.raises(ValueError, match="read-only"):
        kept.uniform("a")[0] = 0.0


def test_what_conditions_cost_is_the_same_known_before(study: Study) -> None:
    space = study.space
    rows = packages(space, 30)
    costs = zone_costs(space, rows, frontier=study.frontier)
    assert costs, "some package breaks a string"
    for row in rows[:6]:
        alone = condition_worths(space, row, frontier=study.frontier)
        known = condition_worths(space, row, frontier=study.frontier, costs=costs)
        for one, other in zip(alone, known, strict=True):
            assert (one.costs_zone is None) == (other.costs_zone is None)
            if one.costs_zone is not None and other.costs_zone is not None:
                assert one.costs_zone.tobytes() == other.costs_zone.tobytes()
    told = explain(space, rows[0], frontier=find_frontier(space), costs=costs)
    assert [w.name for w in told.worths] == [c.name for c in space.conditions]
