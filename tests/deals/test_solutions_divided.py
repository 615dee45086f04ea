"""Adjusted Winner gives the published divisions, and refuses what it does not fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.solutions import divide_by_points
from detente.deals.space import BodyRule, BoxFactor, ConditionRule, ConsentRule, DealSpace, KeepRule
from detente.errors import InputError

# Raiffa (1982); the division is Brams & Taylor's (1996).
PANAMA = {
    "defence rights": (22, 9),
    "use rights": (22, 15),
    "land and water": (15, 15),
    "expansion rights": (14, 3),
    "duration": (11, 15),
    "expansion routes": (6, 5),
    "compensation": (4, 11),
    "jurisdiction": (2, 7),
    "military rights": (2, 7),
    "defence role": (2, 13),
}
# Brams & Togman (1996).
CAMP_DAVID = {
    "Sinai": (35, 55),
    "recognition": (10, 5),
    "West Bank and Gaza": (20, 10),
    "linkage": (10, 5),
    "Palestinian rights": (5, 20),
    "Jerusalem": (20, 5),
}


def contested(points: dict[str, tuple[float, float]], scale: float = 1.0, **rules: object) -> DealSpace:
    """Each issue open, won by the first, or won by the second."""
    unary = [[[0, 0], [a, 0], [0, b * scale]] for a, b in points.values()]
    return DealSpace.from_arrays(
        options=[3] * len(points), unary=unary, no_deal=[0, 0], names={"issues": list(points)}, **rules
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "points", "split", "to_first"),
    [(PANAMA, 66, "land and water", 2 / 15), (CAMP_DAVID, 395 / 6, "Sinai", 1 / 6)],
)
def test_published_divisions(
    case: dict[str, tuple[float, float]], points: float, split: str, to_first: float
) -> None:
    found = divide_by_points(contested(case, scale=0.37))
    np.testing.assert_allclose(found.points, [points, points])
    assert found.split == split
    np.testing.assert_allclose(found.shares[found.issues.index(split)], [to_first, 1 - to_first])
    whole = [row for issue, row in zip(found.issues, found.shares, strict=True) if issue != split]
    assert all(sorted(row) == [0, 1] for row in np.asarray(whole).tolist())


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_equal_points_no_waste_and_no_envy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    worth = rng.integers(0, 12, size=(int(rng.integers(1, 8)), 2)).astype(float)
    worth[0] += 1
    found = divide_by_points(contested({f"i{k}": (a, b) for k, (a, b) in enumerate(worth.tolist())}))
    assert found.points[0] == pytest.approx(found.points[1])
    assert found.points[0] >= 50 - 1e-9
    assert (np.abs(found.shares.sum(axis=1) - (worth.sum(axis=1) > 0)) < 1e-9).all()
    partly = ((found.shares > 1e-9) & (found.shares < 1 - 1e-9)).any(axis=1)
    assert partly.sum() <= 1
    # No waste: nobody could swap fractions of two issues so that one gains and the other does not lose.
    w = found.worth
    for i in range(len(w)):
        for j in range(len(w)):
            if found.shares[i, 0] > 1e-9 and found.shares[j, 1] > 1e-9:
                assert w[i, 0] * w[j, 1] >= w[j, 0] * w[i, 1] - 1e-9


def test_an_issue_that_one_does_not_care_about_goes_to_the_other() -> None:
    found = divide_by_points(contested({"a": (10, 0), "b": (10, 30), "c": (0, 0)}))
    assert found.shares.tolist()[0] == [1, 0]
    assert found.shares.tolist()[2] == [0, 0]


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        ({"links": {(0, 1): np.ones((3, 3, 2))}}, "add up, got a link over a and b"),
        ({"boxes": [BoxFactor((0,), (1,), (2,), np.ones(2))]}, "got a link over a"),
        ({"table": [0]}, "two parties, got 1"),
        ({"cap": [9, np.inf]}, "without a cap"),
        ({"keeps": [KeepRule(0, (0,), 1, 0)]}, "nothing may lapse"),
        ({"forbid": [{0: 1, 1: 1}]}, "conditional or forbidden"),
        ({"conditions": [ConditionRule("c", 0, ((0, (1,)),), None)]}, "conditional or forbidden"),
        (
            {"bodies": [BodyRule("senate", (0, 1), (1, 1), 1)], "consents": [ConsentRule(0, (1,), 2)]},
            "nobody else may have a say, got senate",
        ),
    ],
)
def test_what_does_not_fit_is_refused(rules: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word):
        divide_by_points(contested({"a": (5, 6), "b": (7, 2)}, **rules))


def test_common_interests_and_no_interests_are_refused() -> None:
    common = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0])
    with pytest.raises(InputError, match="must go to one or the other"):
        divide_by_points(common)
    with pytest.raises(InputError, match="must value some issue, got none for party1"):
        divide_by_points(contested({"a": (5, 0)}))
