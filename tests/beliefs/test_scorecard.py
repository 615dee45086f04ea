"""Levels by time and the scorecard made of them: doubt kept, contradictions kept, nothing known too early."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from detente.beliefs import Aims, Scorecard, level_series, score_party
from detente.case import Case, Coding, Event, Grounds, Quantity
from detente.case.model import Lever, Period
from detente.errors import InputError
from tests.beliefs.made_up import DAY, act, event, make_case, menu, quantity

N = 4000


def seen(
    name: str,
    day: int,
    goal: str,
    level: float | tuple[float, float],
    *,
    sources: tuple[str, ...] = ("A",),
    reported: int = 1,
    content: int = 1,
    reading: int = 1,
    origin: str = "",
    known: int | None = None,
) -> tuple[Event, Coding]:
    """A report of a level and the event that it is read from."""
    when = datetime(2016, 1, 1) + timedelta(days=day)
    late = when.date() if known is None else DAY + timedelta(days=known)
    happened = Event(f"L{name}", when, late, "", sources, reported, origin or f"L{name}")
    low, high = level if isinstance(level, tuple) else (level, level)
    number = Quantity(low, high, path=f"codings.{name}", die=f"codings.{name}")
    coding = Coding(name, happened.id, "level", "observers", (), goal, late, when, reading, number=number)
    return happened, replace(coding, content=content)


def with_levels(case: Case, *reports: tuple[Event, Coding]) -> Case:
    return replace(
        case,
        events=(*case.events, *(e for e, _ in reports)),
        codings=(*case.codings, *(c for _, c in reports)),
    )


def empty(goals: int = 2, **more: object) -> Case:
    return make_case(goals, [], [], **more)  # type: ignore[arg-type]


def card(case: Case, inferred: list[float], as_of: date | None = None, **more: object) -> Scorecard:
    day = as_of or case.as_of
    levels = level_series(case, day, case.draws(N, 0))
    return score_party(case, "p", day, levels, Aims(None, np.array(inferred)), **more)  # type: ignore[arg-type]


def test_a_level_is_right_by_all_its_grades() -> None:
    case = with_levels(empty(), seen("a", 0, "g0", 80, sources=("B",), reported=2, content=3, reading=2))
    point = level_series(case, date(2016, 6, 1), case.draws(N, 0))[0].points[0]
    assert point.weights == pytest.approx([0.8075 * 0.65 * 0.85])
    assert point.known.mean() == pytest.approx(0.8075 * 0.65 * 0.85, abs=0.03)
    assert (point.values[point.known] == 80).all()
    assert np.quantile(point.values[~point.known], (0.1, 0.9)) == pytest.approx([10, 90], abs=4)


def test_one_entry_per_origin_and_independent_ones_strengthen() -> None:
    one = seen("a", 0, "g0", 80, reported=3)
    copy, other = seen("b", 1, "g0", 80, reported=3, origin="La"), seen("b", 1, "g0", 80, reported=3)
    alone, copied, backed = (
        level_series(case, date(2016, 6, 1), case.draws(N, 0))[0].points[0]
        for case in (with_levels(empty(), one, *more) for more in ((), (copy,), (other,)))
    )
    assert copied.weights == pytest.approx(alone.weights)
    odds = alone.weights[0] / (1 - alone.weights[0])
    assert backed.weights.sum() == pytest.approx(2 * odds / (1 + 2 * odds))


def test_contradicting_levels_stand_side_by_side() -> None:
    case = with_levels(empty(), seen("low", 0, "g0", (10, 20)), seen("high", 3, "g0", (70, 80)))
    point = level_series(case, date(2016, 6, 1), case.draws(N, 0))[0].points[0]
    assert [(c.first.coding, c.second.coding) for c in point.conflicts] == [("low", "high")]
    between = (point.values > 20) & (point.values < 70) & point.known
    assert not between.any()
    assert 0.4 < (point.values <= 20).mean() < 0.6


def test_times_more_than_a_stretch_apart_are_two() -> None:
    days = [0, 30, 31, 70]
    case = with_levels(empty(), *(seen(f"r{d}", d, "g0", d) for d in days))
    points = level_series(case, date(2016, 6, 1), case.draws(N, 0))[0].points
    assert [(p.first, p.day) for p in points] == [
        (DAY + timedelta(days=a), DAY + timedelta(days=b)) for a, b in ((0, 30), (31, 31), (70, 70))
    ]
    both = points[0].known & points[1].known
    assert both.mean() == pytest.approx(points[0].known.mean() * points[1].known.mean(), abs=0.02)


def test_the_base_stands_in_from_its_own_day_on_and_never_earlier() -> None:
    base = replace(
        empty(1).goals[0], base=quantity(40, 60, "base"), grounds=Grounds(judged_on=date(2016, 6, 1))
    )
    case = with_levels(
        replace(empty(1), goals=(base,)),
        seen("a", 0, "g0", 90, reported=3),
        seen("b", 140, "g0", 10, reported=3),
    )
    early = level_series(case, date(2016, 5, 31), case.draws(N, 0))[0]
    late = level_series(case, date(2016, 6, 1), case.draws(N, 0))[0]
    assert [p.judged for p in early.points] == [False, False]
    assert [p.judged for p in late.points] == [False, True]
    assert late.points[1].known.all()
    assert set(np.unique(np.digitize(late.points[1].values, (10.5, 39.5, 60.5)))) == {0, 2}
    alone = level_series(replace(case, codings=()), date(2016, 6, 1), case.draws(N, 0))[0]
    assert [(p.day, p.judged) for p in alone.points] == [(date(2016, 6, 1), True)]


def test_achieved_not_achieved_lost_and_cannot_tell_are_probabilities() -> None:
    reports = [
        seen(f"{goal}{day}", day, goal, level)
        for goal, pair in {"g0": (20, 60), "g1": (20, 60), "g2": (50, 53), "g3": (5, 5)}.items()
        for day, level in zip((0, 100), pair, strict=True)
        if goal != "g3"
    ]
    case = with_levels(empty(4), *reports)
    found = card(case, [0.4, -0.3, 0.2, 0.1], date(2016, 12, 1))
    assert [g.verdict for g in found.goals] == ["achieved", "lost", "not achieved", "cannot tell"]
    for g in found.goals:
        assert g.achieved + g.not_achieved + g.lost + g.cannot_tell == pytest.approx(1)
        assert g.rose + g.fell <= 1 - g.cannot_tell + 1e-12
    first, second, still, nothing = found.goals
    assert (first.change, first.low, first.high) == (40, 40, 40)
    assert (first.before, first.after, first.reports) == (20, 60, ("g00", "g0100"))
    assert (first.rose, second.rose) == (first.achieved, second.lost)
    assert (still.change, nothing.change, nothing.start) == (3, None, None)
    assert found.fell == ("g1",)
    known = 1 - first.cannot_tell
    assert found.won[0] == pytest.approx(0.4 * 40 * known + 0.2 * 3 * (1 - still.cannot_tell))
    assert found.gone[0] == pytest.approx(0.3 * 40 * (1 - second.cannot_tell))


def test_what_cannot_be_judged_has_no_weight_and_is_named() -> None:
    bad = [
        seen("f", 0, "g0", 0, sources=("F",), reported=6),
        seen("c", 100, "g0", 90, content=6),
        seen("r", 101, "g0", 90, reading=6),
    ]
    case = with_levels(empty(), *bad)
    series = level_series(case, date(2016, 12, 1), case.draws(N, 0))[0]
    assert series.points == ()
    assert series.missing == ("f", "c", "r")
    found = card(case, [0.5, 0.5], date(2016, 12, 1))
    assert {g.verdict for g in found.goals} == {"cannot tell"}
    assert [g.cannot_tell for g in found.goals] == [1.0, 1.0]
    assert found.won == found.gone == (0.0, 0.0, 0.0)
    good = with_levels(case, seen("a", 0, "g0", 20), seen("b", 100, "g0", 60))
    clean = with_levels(empty(), seen("a", 0, "g0", 20), seen("b", 100, "g0", 60))
    assert card(good, [0.5, 0.5], date(2016, 12, 1)) == card(clean, [0.5, 0.5], date(2016, 12, 1))


def test_only_what_was_known_by_the_day_is_used() -> None:
    case = with_levels(
        empty(), seen("a", 0, "g0", 20), seen("b", 100, "g0", 60), seen("later", 101, "g0", 5, known=200)
    )
    before, after = date(2016, 5, 1), date(2016, 9, 1)
    cut = replace(case, codings=case.codings[:-1])
    assert card(case, [1, 0], before) == card(cut, [1, 0], before)
    assert card(case, [1, 0], after).goals[0].lost > card(cut, [1, 0], after).goals[0].lost
    assert card(case, [1, 0], date(2016, 2, 1)).goals[0].verdict == "cannot tell"


def test_the_order_of_the_file_does_not_matter() -> None:
    reports = [seen(f"r{d}", d, f"g{d % 2}", float(d % 97)) for d in range(0, 200, 9)]
    mixed = reports.copy()
    random.Random(3).shuffle(mixed)
    one, other = with_levels(empty(), *reports), with_levels(empty(), *mixed)
    assert card(one, [0.5, 0.5]) == card(other, [0.5, 0.5])


def moving_case(**more: object) -> Case:
    where = menu("m0", {"nothing": {}, "push": {"g0": 2, "g1": -1}, "pull": {"g0": -2}}, push=0.5)
    acts = [act(0, "m0", "push"), act(5, "m0", {"push": 3, "pull": 1}, reading=2), act(9, "m0", "pull")]
    case = make_case(2, [where], acts, events=[event(5, reported=2)], **more)  # type: ignore[arg-type]
    return with_levels(case, seen("a", 2, "g0", 20), seen("b", 100, "g0", 60))


def test_acts_are_counted_by_what_they_push_and_what_they_cost() -> None:
    case = moving_case()
    found = card(case, [0.6, 0.4], since=DAY)
    first, second = found.goals
    assert found.acts == 3
    assert first.acts_for == ("K0", "K5")
    assert first.acts_against == ("K9",)
    assert second.acts_against == ("K0", "K5")
    sure, counted = 0.95 * 0.95, 0.85 * 0.85 * 4 / (1 + 3 * 0.2)
    assert first.push == pytest.approx(sure * 2 + counted * 1.0 - sure * 2)
    assert second.push == pytest.approx(-sure - counted * 0.75)
    assert found.spent == pytest.approx(0.5 * sure + 0.375 * counted)
    from_first_level = card(case, [0.6, 0.4])
    assert from_first_level.since == DAY + timedelta(days=2)
    assert from_first_level.acts == 2


def test_one_act_told_twice_counts_once_by_its_surest_record() -> None:
    case = moving_case()
    whole = card(case, [0.6, 0.4], since=DAY)
    again = replace(act(0, "m0", "push", reading=3), id="K0b")
    told_again = card(replace(case, codings=(again, *case.codings)), [0.6, 0.4], since=DAY)
    assert told_again == whole
    same = [
        replace(c, taken={"push": 1.0}, occasion="o", reading=1 if c.id == "K9" else 4)
        if c.id in ("K0", "K9")
        else c
        for c in case.codings
    ]
    found = card(replace(case, codings=tuple(same)), [0.6, 0.4], since=DAY)
    assert found.acts == 2
    assert set(found.goals[0].acts_for) == {"K5", "K9"}


def test_pushes_are_those_of_the_day() -> None:
    case = moving_case()
    where = case.menus[0]
    for states in (
        {"levers": (Lever("open", "", "p", {}, quantity(0), since=DAY + timedelta(days=9)),)},
        {"periods": (Period("open", "", DAY + timedelta(days=8), DAY + timedelta(days=9)),)},
    ):
        changed = replace(where, during={"open": {"pull": {"g0": quantity(3)}}})
        found = card(replace(case, menus=(changed,), **states), [0.6, 0.4], since=DAY)  # type: ignore[arg-type]
        assert found.goals[0].acts_for == ("K0", "K5", "K9")
    over = {"periods": (Period("open", "", DAY, DAY + timedelta(days=8)),)}
    found = card(replace(case, menus=(changed,), **over), [0.6, 0.4], since=DAY)  # type: ignore[arg-type]
    assert found.goals[0].acts_against == ("K9",)


def test_a_party_without_evidence_has_an_empty_card() -> None:
    case = moving_case()
    levels = level_series(case, case.as_of, case.draws(N, 0))
    found = score_party(case, "q", case.as_of, levels, Aims(None, np.array([0.5, 0.5])))
    assert (found.acts, found.spent, found.missing) == (0, 0.0, ())
    assert [g.acts_for for g in found.goals] == [(), ()]
    assert found.goals[0].verdict == "achieved"  # the level rose, whoever moved it
    bare = replace(empty(), events=(), codings=(), sources=())
    assert card(bare, [0.5, 0.5]).goals[0].verdict == "cannot tell"


def test_acts_that_cannot_be_judged_are_left_out_and_named() -> None:
    case = moving_case()
    doubtful = [replace(c, reading=6) if c.id == "K9" else c for c in case.codings]
    found = card(replace(case, codings=tuple(doubtful)), [0.6, 0.4], since=DAY)
    assert (found.acts, found.missing) == (2, ("K9",))


def test_the_card_lists_what_is_declared_or_inferred_and_goes_by_the_inferred_sign() -> None:
    case = with_levels(empty(3), seen("a", 0, "g1", 20), seen("b", 100, "g1", 60))
    levels = level_series(case, case.as_of, case.draws(N, 0))
    aims = Aims(np.array([0.7, 0.3, 0.0]), np.array([0.0, -0.96, 0.04]))
    found = score_party(case, "p", case.as_of, levels, aims)
    assert [(g.goal, g.wanted) for g in found.goals] == [("g1", -1), ("g0", 1)]
    assert (found.goals[0].declared, found.goals[0].inferred) == (0.3, -0.96)
    assert found.goals[0].verdict == "lost"


def test_what_some_story_supposes_is_on_the_card_too() -> None:
    case = with_levels(empty(3), seen("a", 0, "g2", 20), seen("b", 100, "g2", 21))
    day = date(2016, 12, 1)
    aims = Aims(np.array([1.0, 0.0, 0.0]), np.array([0.99, 0.0, 0.01]), np.array([0.5, 0.04, -0.3]))
    found = score_party(case, "p", day, level_series(case, day, case.draws(N, 0)), aims)
    assert [(g.goal, g.wanted, g.verdict) for g in found.goals] == [
        ("g0", 1, "cannot tell"),
        ("g2", -1, "not achieved"),
    ]


def test_wrong_input_is_told() -> None:
    case = with_levels(empty(), seen("a", 0, "g0", 20), seen("a", 100, "g0", 60))
    with pytest.raises(InputError, match="codings must have ids of their own, got a more"):
        level_series(case, case.as_of, case.draws(N, 0))
    case = empty()
    levels = level_series(case, case.as_of, case.draws(N, 0))
    with pytest.raises(InputError, match="party must be one of p, q"):
        score_party(case, "nobody", case.as_of, levels, Aims(None, np.array([0.5, 0.5])))
    with pytest.raises(InputError, match="one entry per goal"):
        score_party(case, "p", case.as_of, levels, Aims(None, np.array([1.0])))


def test_same_seed_same_card() -> None:
    case = moving_case()
    assert card(case, [0.6, 0.4]) == card(case, [0.6, 0.4])
