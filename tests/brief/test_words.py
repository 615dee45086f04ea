"""Words for numbers: bins, ends, rounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.brief.words import ICD203, interval, likelihood, listing, percent, points


@pytest.mark.parametrize(("low", "high", "word"), ICD203)
def test_bins_are_half_open(low: float, high: float, word: str) -> None:
    assert likelihood(low) == word
    assert likelihood((low + high) / 2) == word
    if high < 0.99:
        assert likelihood(high) != word


@given(st.floats(0, 1))
def test_every_probability_has_one_word_or_none(p: float) -> None:
    word = likelihood(p)
    assert (word == "") == (p < 0.01 or p > 0.99)
    assert " to " not in word


def test_monte_carlo_error_across_a_bin_gives_both_words() -> None:
    assert likelihood(0.54, error=0.02) == "roughly even to likely"
    assert likelihood(0.7, error=0.02) == "likely"


def test_nothing_is_told_as_certain() -> None:
    assert percent(0.0) == "under 1 %"
    assert percent(1.0) == "over 99 %"


@given(st.floats(-1e4, 1e4))
def test_points_carry_their_sign_and_no_false_precision(x: float) -> None:
    text = points(x)
    assert float(text.replace("−", "-")) == pytest.approx(x, abs=0.51 if abs(x) >= 9.95 else 0.051)
    assert text[0] in "+−0"


def test_intervals_and_lists() -> None:
    assert interval(-1.2, 3.4) == "−1.2 to +3.4"
    assert listing([]) == ""
    assert listing(["a"]) == "a"
    assert listing(["a", "b"], "or") == "a or b"
