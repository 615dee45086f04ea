"""Grades as probabilities, claims pooled: hand arithmetic, and what must change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case import (
    Case,
    Claim,
    Quantity,
    Settings,
    claim_as_stated,
    claim_probability,
    claims_on,
    event_probability,
    find_measure,
    grade_probability,
    pool,
    reading_probability,
    regrade,
    topic_conflicts,
)
from detente.errors import InputError
from tests.case.sample import case_of, changed, original

CASE = case_of(original())
AS_OF = CASE.as_of
DRAWS = CASE.draws(4000, 0)
IGNORANCE = CASE.measures[0].ignorance


def claim(name: str, low: float, high: float, chance: float | None, origin: str = "") -> Claim:
    number = Quantity(low, high, die=name, path=name)
    known = date(2031, 1, 1)
    return Claim(name, "m", "someone", origin or name, number, chance, CASE.events[0].happened, known)


def test_grade_table() -> None:
    assert grade_probability(Settings(), "A", 1) == 0.95
    assert grade_probability(Settings(), "B", 2) == pytest.approx(0.8075)
    assert grade_probability(Settings(), "E", 5) == pytest.approx(0.075)
    for letter, digit in (("F", 1), ("A", 6), ("F", 6)):
        assert grade_probability(Settings(), letter, digit) is None
    own = Settings(reliability={"A": 0.5}, credibility={"1": 1.0})
    assert grade_probability(own, "A", 1) == 0.5
    assert grade_probability(Settings(credibility={"1": 1.0}), "A", 1) == 0.95


def test_events_take_their_best_source_and_claims_both_credibilities() -> None:
    events = {event.id: event for event in CASE.events}
    assert event_probability(CASE, events["E7"]) == pytest.approx(0.85)
    assert event_probability(CASE, replace(events["E7"], sources=("S4", "S5"))) == pytest.approx(0.85)
    assert event_probability(CASE, replace(events["E7"], sources=())) is None
    coding = next(c for c in CASE.codings if c.id == "K6")
    assert claim_probability(CASE, coding) == pytest.approx(0.85 * 0.95)
    for name in ("reading", "content"):
        assert claim_probability(CASE, replace(coding, **{name: 6})) is None


def test_weights_by_hand() -> None:
    """π = 0.8 and 0.5: odds 4 and 1, so ω = 4/6 and 1/6, ignorance 1/6."""
    found = pool([claim("a", 1, 1, 0.8), claim("b", 2, 2, 0.5)], Quantity(9, 9, path="i"), DRAWS)
    assert found.weights == pytest.approx([4 / 6, 1 / 6])
    assert found.ignorance_weight == pytest.approx(1 / 6)
    shares = [(found.values == value).mean() for value in (1, 2, 9)]
    assert shares == pytest.approx([4 / 6, 1 / 6, 1 / 6], abs=0.02)
    assert [(c.first.coding, c.second.coding) for c in found.conflicts] == [("a", "b")]


def test_certainty_is_capped_and_no_claims_leave_ignorance() -> None:
    assert pool([claim("a", 1, 1, 1.0)], IGNORANCE, DRAWS).weights == pytest.approx([0.95])
    nothing = pool([], IGNORANCE, DRAWS)
    assert nothing.ignorance_weight == 1
    assert (nothing.values == DRAWS.sample(IGNORANCE)).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 100)), max_size=5), st.floats(0, 100))
def test_what_cannot_be_judged_changes_nothing(rows: list[tuple[float, float]], number: float) -> None:
    claims = [claim(f"c{i}", value, value, chance) for i, (chance, value) in enumerate(rows)]
    draws = CASE.draws(50, 1)
    before, after = (
        pool(some, IGNORANCE, draws) for some in (claims, [*claims, claim("z", number, number, None)])
    )
    assert (before.values == after.values).all()
    assert (before.weights == after.weights).all()
    assert before.weights.sum() + before.ignorance_weight == pytest.approx(1)
    assert before.values.min() >= 0
    assert before.values.max() <= 100


def test_one_entry_per_origin_the_best_graded() -> None:
    pair = [claim("a", 1, 1, 0.5, "o"), claim("b", 2, 2, 0.8, "o")]
    for claims in (pair, pair[::-1]):
        found = pool(claims, IGNORANCE, DRAWS)
        assert [entry.coding for entry in found.entries] == ["b"]
        assert len(found.conflicts) == 1


def test_ranges_are_drawn_and_pooling_is_reproducible() -> None:
    one, two = (pool([claim("a", 40, 60, 0.95)], IGNORANCE, DRAWS).values for _ in range(2))
    assert (one == two).all()
    inside = one[(one >= 40) & (one <= 60)]
    assert len(inside) > 0.9 * len(one)
    assert inside.mean() == pytest.approx(50, abs=0.5)


def test_claims_on_file_with_their_dates() -> None:
    claims = claims_on(CASE, "gauges_working", AS_OF)
    assert [(c.coding, c.by, c.origin) for c in claims] == [
        ("K5", "arvenia", "E6"),
        ("K6", "observers", "E7"),
    ]
    assert [c.coding for c in claims_on(CASE, "gauges_working", date(2031, 3, 31))] == ["K5"]
    assert claims_on(CASE, "gauges_working", date(2031, 1, 1)) == ()
    with pytest.raises(InputError, match="gauges_working"):
        find_measure(CASE, "gauges")


def test_as_claimed_is_the_latest_word_of_the_one_it_is_about() -> None:
    said = claim_as_stated(CASE, "gauges_working", AS_OF)
    assert said is not None
    assert said.coding == "K5"
    by_company = case_of(changed("claim,observers", "claim,arvenia_power", "codings.csv"))
    later = claim_as_stated(by_company, "gauges_working", AS_OF)
    assert later is not None
    assert later.coding == "K6"
    assert claim_as_stated(CASE, "gauges_working", date(2031, 1, 1)) is None


def test_conflicts_reach_over_the_measures_of_a_topic() -> None:
    def pairs(case: Case, day: date = AS_OF) -> list[tuple[str, str]]:
        return [(c.first.coding, c.second.coding) for c in topic_conflicts(case, day)]

    assert pairs(CASE) == [("K5", "K6")]
    assert pairs(CASE, date(2031, 3, 31)) == []
    files = changed(
        "contributions:\n",
        "  gauges_seen: {about: arvenia, ignorance: 0..1, topic: gauges}\ncontributions:\n",
    )
    files["codings.csv"] = files["codings.csv"].replace("gauges_working,45..60", "gauges_seen,45%..60%")
    assert pairs(case_of(files)) == [("K5", "K6")]
    files["codings.csv"] = files["codings.csv"].replace("45%..60%", "85%..95%")
    assert pairs(case_of(files)) == []


def test_grades_are_a_function_of_the_table_only() -> None:
    table = np.array([[grade_probability(Settings(), a, d) or 0 for d in range(1, 7)] for a in "ABCDEF"])
    assert (np.diff(table, axis=0) <= 0).all()
    assert (np.diff(table, axis=1) <= 0).all()


@given(st.floats(0, 4), st.sampled_from("ABCDE"), st.integers(1, 5))
def test_regrading_raises_odds_to_a_power(power: float, letter: str, digit: int) -> None:
    plain = grade_probability(Settings(), letter, digit)
    told = grade_probability(regrade(Settings(), power), letter, digit)
    odds = (plain / (1 - plain)) ** power
    assert told == pytest.approx(min(0.95, odds / (1 + odds)))
    if power <= 1:
        assert abs(told - 0.5) <= abs(plain - 0.5) + 1e-12
    else:
        assert abs(told - 0.5) >= abs(plain - 0.5) - 1e-12


def test_regrading_keeps_what_must_stay() -> None:
    own = Settings(reliability={"C": 0.6}, credibility={"1": 1.0, "5": 0.0})
    assert regrade(own, 1) == own
    assert regrade(regrade(own, 2), 0.5) == own
    for power in (0.0, 0.5, 2.0):
        changed = regrade(own, power)
        assert changed.reliability == own.reliability
        assert grade_probability(changed, "F", 1) is None
        assert grade_probability(changed, "A", 6) is None
        table = np.array([[grade_probability(changed, a, d) or 0 for d in range(1, 6)] for a in "ABDE"])
        assert (np.diff(table, axis=0) <= 0).all() and (np.diff(table, axis=1) <= 0).all()
    assert grade_probability(regrade(own, 0), "A", 5) == 0.5
    assert grade_probability(regrade(own, 3), "A", 5) == 0.0
    assert reading_probability(regrade(Settings(), 0.5), 4) == pytest.approx(0.4232, abs=1e-4)
    for wrong in (-1.0, 101.0, float("inf"), float("nan")):
        with pytest.raises(InputError, match="power must be between 0 and 100"):
            regrade(own, wrong)
    assert grade_probability(regrade(own, 100), "E", 1) == 0.5


def test_regrading_reaches_claims_and_events() -> None:
    coding = next(c for c in CASE.codings if c.id == "K6")
    event = next(e for e in CASE.events if e.id == coding.event)
    softer = replace(CASE, settings=regrade(CASE.settings, 0.5))
    assert event_probability(softer, event) < event_probability(CASE, event)
    assert claim_probability(softer, coding) < claim_probability(CASE, coding)
    before, after = (
        pool(claims_on(case, "gauges_working", AS_OF), IGNORANCE, DRAWS) for case in (CASE, softer)
    )
    assert after.ignorance_weight > before.ignorance_weight


def test_a_case_may_soften_its_grades() -> None:
    files = changed("tasks:\n", "settings: {grade_power: 0.5}\ntasks:\n")
    assert case_of(files).settings == replace(CASE.settings, grade_power=0.5)
