"""Added value, hype, totals: by hand on a case small enough to check on paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.case import Case, Contribution, Task
from detente.contribution import Added, measure_contribution
from tests.contribution.cases import AS_OF, claim, number, small_case, with_contributions

PLAIN = (Task("raids", "Raids", "safe", number(20)), Task("bread", "Bread", "fed", number(30)))
GIVEN = (
    Contribution("bear", "raids", number(0.8), number(0.2)),
    Contribution("eagle", "raids", number(0.4), number(0.4)),
    Contribution("eagle", "bread", number(0.9), number(0.5)),
)


def exact_case() -> Case:
    return with_contributions(small_case(), GIVEN, PLAIN)


def row(case: Case, contributor: str, task: str) -> Added:
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    return next(r for r in found.added if (r.contributor, r.task) == (contributor, task))


def test_added_value_on_paper() -> None:
    """Eagle leaves 60 % of the raids open; bear covers 20 % of that, says 80 %: of 20 points."""
    bear = row(exact_case(), "bear", "raids")
    assert bear.evidenced.mean == pytest.approx(20 * 0.6 * 0.2)
    assert bear.claimed.mean == pytest.approx(20 * 0.6 * 0.8)
    assert bear.hype.mean == pytest.approx(20 * 0.6 * 0.6)
    assert bear.ratio == pytest.approx(4.0)
    assert bear.lost_without == pytest.approx(0.12 / 0.52)
    assert not bear.irreplaceable


def test_its_hype_is_its_own() -> None:
    """What eagle claims changes nothing that is said of bear."""
    modest = [GIVEN[0], replace(GIVEN[1], claimed=number(1.0)), GIVEN[2]]
    assert row(with_contributions(exact_case(), modest), "bear", "raids") == row(
        exact_case(), "bear", "raids"
    )


def test_who_alone_does_it_is_irreplaceable() -> None:
    bread = row(exact_case(), "eagle", "bread")
    assert bread.lost_without == pytest.approx(1.0)
    assert bread.irreplaceable


def test_no_ratio_to_almost_nothing() -> None:
    for shown, ratio in ((0.04, None), (0.05, pytest.approx(16.0))):
        faint = [replace(GIVEN[0], evidenced=number(shown)), *GIVEN[1:]]
        assert row(with_contributions(exact_case(), faint), "bear", "raids").ratio == ratio


def test_totals_are_in_the_points_of_the_principal() -> None:
    """Eagle's interests 3:1: weights 0.75 and 0.25."""
    case = exact_case()
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    totals = {total.contributor: total for total in found.totals}
    assert found.weighed_by == "eagle"
    assert totals["bear"].evidenced.mean == pytest.approx(0.75 * 2.4)
    assert totals["eagle"].evidenced.mean == pytest.approx(0.75 * 20 * 0.8 * 0.4 + 0.25 * 30 * 0.5)
    everything = 0.75 * 20 * 0.52 + 0.25 * 30 * 0.5
    assert found.shapley.sum() == pytest.approx(everything)
    assert found.shapley[0] == pytest.approx(0.75 * 20 * (0.2 + 0.12) / 2)


def test_all_goals_alike_where_the_principal_is_inferred() -> None:
    case = exact_case()
    parties = (replace(case.parties[0], interests={}, inferred=True), case.parties[1])
    found = measure_contribution(replace(case, parties=parties), AS_OF, case.draws(40, seed=3))
    assert found.weighed_by == ""
    assert found.totals[0].evidenced.mean == pytest.approx(2.4)


def test_weights_may_be_given() -> None:
    case = exact_case()
    given = np.tile([0.0, -1.0], (40, 1))
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3), weights=given)
    assert [total.evidenced.mean for total in found.totals] == pytest.approx([0.0, -15.0])
    assert found.weighed_by == ""


def test_a_task_is_its_share_of_the_goal() -> None:
    case = exact_case()
    half = replace(case, tasks=(replace(PLAIN[0], share=0.5), PLAIN[1]))
    assert row(half, "bear", "raids").evidenced.mean == pytest.approx(
        row(case, "bear", "raids").evidenced.mean / 2
    )


def test_the_need_of_a_task_carries_its_doubt() -> None:
    case = small_case(claim("C1", (50, 50)))
    found = measure_contribution(case, AS_OF, case.draws(4000, seed=3))
    said = found.added[0].claimed
    assert said.mean == pytest.approx(30 * 0.6 * 0.25, rel=0.02)
    assert (said.low, said.high) == pytest.approx((22 * 0.15, 38 * 0.15), rel=0.02)


def test_a_complement_is_credited_where_it_is_needed() -> None:
    tasks = (
        Task("raids", "Raids", "safe", number(20), all_of=("truth",)),
        Task("truth", "Truth", "safe", number(20), 0.0),
    )
    given = (
        Contribution("bear", "raids", number(0.5), number(0.5)),
        Contribution("eagle", "truth", number(0.5), number(0.5)),
    )
    case = with_contributions(small_case(), given, tasks)
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    assert [(r.contributor, r.task, r.evidenced.mean) for r in found.added] == [
        ("bear", "raids", pytest.approx(5.0)),
        ("eagle", "raids", pytest.approx(5.0)),
    ]
    assert all(r.irreplaceable for r in found.added)
    assert found.absent == (("bear", "truth"), ("eagle", "raids"))


def test_methods_are_told_apart_and_cost_who_minds() -> None:
    case = exact_case()
    found = measure_contribution(case, AS_OF, case.draws(4000, seed=3))
    (cost,) = found.methods
    assert (cost.contributor, cost.goal, cost.borne_by) == ("bear", "fed", ("eagle",))
    assert cost.effect.mean == pytest.approx(-6, abs=0.1)
    silent = measure_contribution(replace(case, methods=()), AS_OF, case.draws(4000, seed=3))
    assert silent.totals == found.totals


def test_a_case_without_tasks_says_nothing() -> None:
    case = replace(small_case(), tasks=(), contributions=(), measures=())
    found = measure_contribution(case, AS_OF, case.draws(20, seed=0))
    assert (found.added, found.totals, found.shapley.tolist(), found.evidenced.shape) == (
        (),
        (),
        [],
        (20, 0, 0),
    )


def test_same_seed_same_numbers() -> None:
    case = small_case(claim("C1", (30, 60)))
    one, two = (measure_contribution(case, AS_OF, case.draws(200, seed=5)) for _ in range(2))
    np.testing.assert_array_equal(one.evidenced, two.evidenced)
    assert one.totals == two.totals


THEATRES = (
    replace(PLAIN[0], theatre="north"),
    replace(PLAIN[1], theatre="south"),
    Task("truth", "Truth", "safe", number(20), 0.0),
    Task("strikes", "Strikes", "safe", number(10), theatre="south", all_of=("truth",)),
)


def theatre_case() -> Case:
    given = (
        *GIVEN,
        Contribution("bear", "strikes", number(0.9), number(0.5)),
        Contribution("eagle", "truth", number(0.6), number(0.6)),
    )
    return with_contributions(small_case(), given, THEATRES)


def test_by_theatre_on_paper() -> None:
    """Eagle's weights 0.75 and 0.25. Bear's strikes in the south need eagle's ground truth."""
    case = theatre_case()
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    rows = {(r.theatre, r.contributor): r for r in found.by_theatre}
    assert rows["north", "bear"].evidenced.mean == pytest.approx(0.75 * 2.4)
    assert rows["north", "bear"].claimed.mean == pytest.approx(0.75 * 9.6)
    assert rows["south", "bear"].evidenced.mean == pytest.approx(0.75 * 10 * 0.5 * 0.6)
    assert rows["south", "bear"].hype.mean == pytest.approx(0.75 * 10 * 0.4 * 0.6)
    assert rows["south", "bear"].shapley.mean == pytest.approx(0.75 * 10 * 0.3 / 2)
    assert rows["south", "eagle"].evidenced.mean == pytest.approx(0.25 * 15 + 0.75 * 10 * 0.3)
    for total in found.totals:
        mine = [r for r in found.by_theatre if r.contributor == total.contributor]
        for kind in ("claimed", "evidenced", "hype", "shapley"):
            assert sum(getattr(r, kind).mean for r in mine) == pytest.approx(getattr(total, kind).mean)


def test_no_row_where_nobody_is_credited() -> None:
    given = [replace(GIVEN[0], task="bread"), GIVEN[1]]
    case = with_contributions(small_case(), given, THEATRES[:2])
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    assert [(r.theatre, r.contributor) for r in found.by_theatre] == [("north", "eagle"), ("south", "bear")]


def test_a_complement_has_its_row_where_it_is_needed() -> None:
    given = (
        Contribution("bear", "strikes", None, number(0.5)),
        Contribution("owl", "truth", None, number(0.6)),
    )
    case = with_contributions(small_case(), given, THEATRES)
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    assert [(r.theatre, r.contributor) for r in found.by_theatre] == [("south", "bear"), ("south", "owl")]


def test_who_is_irreplaceable_per_task() -> None:
    case = theatre_case()
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    told = {r.task: (round(r.cover.mean, 9), round(r.points.mean, 9), r.irreplaceable) for r in found.by_task}
    assert told == {
        "raids": (0.52, 10.4, ("eagle",)),  # without eagle 0.20 is left of 0.52
        "bread": (0.5, 15.0, ("eagle",)),
        "strikes": (0.3, 3.0, ("bear", "eagle")),
    }
    assert [(r.task, r.theatre, r.goal) for r in found.by_task][2] == ("strikes", "south", "safe")


def test_substitutes_and_complements() -> None:
    """Raids: both together are worth 0.2·0.4 of the task less than one by one; strikes: 0.3 more."""
    case = theatre_case()
    (pair,) = measure_contribution(case, AS_OF, case.draws(40, seed=3)).pairs
    assert (pair.first, pair.second) == ("bear", "eagle")
    assert pair.together.mean == pytest.approx(0.75 * (10 * 0.3 - 20 * 0.08))
    apart = with_contributions(small_case(), [GIVEN[0], GIVEN[2]], PLAIN)
    assert measure_contribution(apart, AS_OF, apart.draws(40, seed=3)).pairs == ()


def test_as_many_contributors_as_there_are() -> None:
    many = [Contribution(f"c{n:02}", "raids", None, number(0.05)) for n in range(60)]
    case = with_contributions(small_case(), many, PLAIN)
    found = measure_contribution(case, AS_OF, case.draws(40, seed=3))
    np.testing.assert_allclose(found.shapley, 0.75 * 20 * (1 - 0.95**60) / 60)
    assert found.pairs == ()
    assert len(found.totals) == 60
