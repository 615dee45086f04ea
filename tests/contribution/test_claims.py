"""Claims: graded, pooled, dated; what the party says of itself stands beside it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from detente.case import Contribution, Quantity
from detente.contribution import ContributionResult, measure_contribution, read_capabilities
from tests.contribution.cases import AS_OF, claim, number, small_case, with_contributions

DRAWS = 4000
BOAST = claim("C1", (100, 100), grades=("A", 1, 5))
COUNT = claim("C2", (20, 20), by="press", grades=("A", 1, 1))


def measured(*claims: tuple) -> ContributionResult:
    case = small_case(*claims)
    return measure_contribution(case, AS_OF, case.draws(DRAWS, seed=1))


def bear_on_raids(found: ContributionResult, mode: str = "evidenced") -> np.ndarray:
    capability: np.ndarray = getattr(found, mode)[
        :, found.contributors.index("bear"), found.tasks.index("raids")
    ]
    return capability


def test_without_claims_ignorance_is_all_there_is() -> None:
    shown = bear_on_raids(measured())
    case = small_case()
    prior = case.draws(DRAWS, seed=1).sample(case.measures[0].ignorance)
    np.testing.assert_allclose(shown, 0.5 * prior / 100)
    np.testing.assert_array_equal(shown, bear_on_raids(measured(), "claimed"))


def test_pooling_follows_the_formula() -> None:
    """Chances 0.15·0.95 and 0.95·0.95: odds 0.166 and 9.256, the rest on ignorance."""
    found = measured(BOAST, COUNT)
    odds = [p / (1 - p) for p in (0.95 * 0.15, 0.95 * 0.95)]
    total = 1 + sum(odds)
    pooled = found.readings[0].pooled
    np.testing.assert_allclose(sorted(pooled.weights), [o / total for o in sorted(odds)])
    mean = (odds[0] * 1.0 + odds[1] * 0.2 + 0.5) / total * 0.5
    assert bear_on_raids(found).mean() == pytest.approx(mean, abs=0.005)


def test_a_claim_that_cannot_be_judged_changes_nothing_as_evidenced() -> None:
    before = measured(COUNT)
    for grades in (("F", 1, 1), ("A", 6, 1), ("A", 1, 6)):
        after = measured(COUNT, claim("C9", (90, 90), by="press", grades=grades))
        np.testing.assert_array_equal(after.evidenced, before.evidenced)
        np.testing.assert_array_equal(after.claimed, before.claimed)
        np.testing.assert_array_equal(after.shapley, before.shapley)
    assert bear_on_raids(measured(claim("C9", (90, 90))))[0] != bear_on_raids(measured())[0]


def test_claims_after_the_day_are_not_there_yet() -> None:
    late = claim("C3", (80, 80), on=date(2020, 7, 1))
    np.testing.assert_array_equal(measured(BOAST, late).evidenced, measured(BOAST).evidenced)
    np.testing.assert_array_equal(measured(BOAST, late).claimed, measured(BOAST).claimed)
    case = small_case(BOAST, late)
    next_day = measure_contribution(case, date(2020, 7, 1), case.draws(DRAWS, seed=1))
    assert bear_on_raids(next_day, "claimed").mean() == pytest.approx(0.4)


def test_one_origin_counts_once() -> None:
    first = claim("C4", (60, 60), by="press", origin="wire")
    echoes = [claim(f"C{n}", (60, 60), by="press", origin="wire") for n in (5, 6, 7)]
    once, often = measured(first), measured(first, *echoes)
    assert len(often.readings[0].pooled.entries) == 1
    np.testing.assert_array_equal(often.evidenced, once.evidenced)
    apart = measured(first, claim("C5", (60, 60), by="press"))
    assert apart.readings[0].pooled.ignorance_weight < once.readings[0].pooled.ignorance_weight


def test_as_claimed_is_its_own_latest_word() -> None:
    old = claim("C1", (40, 40), on=date(2020, 1, 1))
    new = claim("C2", (70, 70), on=date(2020, 6, 1))
    flattery = claim("C3", (100, 100), by="press", on=date(2020, 6, 20))
    np.testing.assert_allclose(bear_on_raids(measured(new, old, flattery), "claimed"), 0.35)


def test_contradictions_are_listed() -> None:
    pairs = {frozenset((c.first.coding, c.second.coding)) for c in measured(BOAST, COUNT).conflicts}
    assert pairs == {frozenset(("C1", "C2"))}
    assert measured(COUNT).conflicts == ()


def test_a_capability_stays_a_share() -> None:
    case = small_case(BOAST)
    bold = Contribution("bear", "raids", None, None, pooled="share", scale=Quantity(3, 3))
    has = read_capabilities(with_contributions(case, [bold]), AS_OF, case.draws(50, seed=0))
    assert has.claimed[:, 0, 0].tolist() == [1.0] * 50
    assert has.evidenced.max() <= 1.0


def test_readings_of_the_analyst() -> None:
    given = [
        Contribution("bear", "raids", number(0.8), None),
        Contribution("bear", "bread", None, number(0.1, 0.3, "x")),
    ]
    case = with_contributions(small_case(), given)
    has = read_capabilities(case, AS_OF, case.draws(DRAWS, seed=0))
    unchecked, shown = has.evidenced[:, 0, 0], has.evidenced[:, 0, 1]
    assert has.claimed[:, 0, 0].tolist() == [0.8] * DRAWS
    assert unchecked.mean() == pytest.approx(0.4, abs=0.02)
    assert unchecked.max() <= 0.8
    np.testing.assert_array_equal(has.claimed[:, 0, 1], shown)
    assert shown.min() >= 0.1
    assert shown.max() <= 0.3
