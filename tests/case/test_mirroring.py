"""Whether the two grades say two things: shares and rank correlation, and when the page warns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from scipy.stats import kendalltau

from detente.case import Case, Event, Source, grade_mirror
from tests.beliefs.made_up import make_case


def graded(pairs: Sequence[tuple[str, int]]) -> Case:
    """A case whose only records are events with these grades, one a day."""
    start = datetime(2016, 1, 1)
    days = [start + timedelta(days=k) for k in range(len(pairs))]
    events = tuple(
        Event(f"E{k}", day, day.date(), "", (letter,), digit, f"E{k}")
        for k, (day, (letter, digit)) in enumerate(zip(days, pairs, strict=True))
    )
    sources = tuple(Source(letter, "", "", None, "", letter) for letter in "ABCDEF")
    return replace(make_case(1, [], []), events=events, sources=sources)


def test_grades_that_repeat_each_other_are_told() -> None:
    found = grade_mirror(graded([("A", 1), ("B", 2), ("C", 3)] * 4))
    assert (found.records, found.same, found.correlation) == (12, 1.0, 1.0)
    assert found.chance == pytest.approx(1 / 3)
    assert found.mirrored
    assert found.pairs == (("A1", 4), ("B2", 4), ("C3", 4))


def test_one_always_with_the_same_other_mirrors_off_the_diagonal_too() -> None:
    found = grade_mirror(graded([("A", 2), ("B", 3), ("C", 4)] * 4))
    assert (found.same, found.correlation) == (0.0, 1.0)
    assert found.mirrored


@pytest.mark.parametrize(
    "pairs",
    [
        [("A", 1), ("B", 2)] * 3,  # too few
        [("A", 1), ("A", 2), ("B", 1), ("B", 2)] * 4,  # unrelated
        [("B", 2)] * 20,  # one grade for all: no two judgements to compare
        [("F", 6)] * 20,  # nothing can be judged
        [],
    ],
)
def test_no_warning_without_reason(pairs: list[tuple[str, int]]) -> None:
    found = grade_mirror(graded(pairs))
    assert not found.mirrored
    assert found.records + found.missing == len(pairs)


def test_what_cannot_be_judged_is_missing_and_not_a_grade() -> None:
    pairs = [("A", 1), ("B", 2), ("C", 3)] * 4
    found = grade_mirror(graded([*pairs, ("F", 6), ("F", 1), ("A", 6)]))
    assert (found.records, found.missing) == (12, 3)
    assert found.same == 1.0


def test_rank_correlation_is_kendalls() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        letters, digits = rng.integers(0, 5, 15), rng.integers(1, 6, 15)
        found = grade_mirror(graded([("ABCDE"[a], int(b)) for a, b in zip(letters, digits, strict=True)]))
        assert found.correlation == pytest.approx(kendalltau(letters, digits).statistic)


def test_only_what_was_known_by_the_day_counts() -> None:
    case = graded([("A", 1), ("B", 2), ("C", 3)] * 4)
    assert grade_mirror(case, date(2016, 1, 7)).records == 7
    assert grade_mirror(case, date(2015, 1, 1)).records == 0
