"""How numbers are written, and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from detente.case.model import Quantity
from detente.case.notation import POINT_WORDS, SHARE_WORDS, read_factor, read_number, read_said, settle
from tests.case.sample import case_of, changed, original


@pytest.mark.parametrize(
    ("text", "low", "high", "mode"),
    [
        ("5", 5, 5, None),
        ("-5", -5, -5, None),
        ("+.5", 0.5, 0.5, None),
        ("1e1", 10, 10, None),
        ("5..8", 5, 8, None),
        ("-14..-6", -14, -6, None),
        ("5 .. 8", 5, 8, None),
        ("\N{MINUS SIGN}3..-1", -3, -1, None),
        ("30%", 0.3, 0.3, None),
        ("20%..45%", 0.2, 0.45, None),
        ({"low": "5", "mode": "6", "high": "9"}, 5, 9, 6),
        ({"low": "10%", "high": "20%"}, 0.1, 0.2, None),
        ("slight", 1, 4, None),
        ("Minus strong", -20, -10, None),
    ],
)
def test_notation(text: object, low: float, high: float, mode: float | None) -> None:
    found = settle(read_said(text), "points", {})
    assert (found.low, found.high, found.mode) == pytest.approx((low, high, mode))


@pytest.mark.parametrize(
    "text", ["", "five..six", "1_000", "0x10", "1,5", "5...8..", "5..", "..5", "--5", "5%%", "a.b.c", "nan", "-.inf",
             "30% of 20% of a.b", "1e999", True, None, [1], {"low": 1}, {"low": 1, "high": 2, "odd": 3}]
)  # fmt: skip
def test_what_is_no_quantity(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        settle(read_said(text), "points", {})


def test_contributions_and_shares() -> None:
    plain, part = read_said("russia.strikes_is"), read_said("20%..45% of russia.strikes_is")
    assert (plain.low, plain.high, plain.of) == (1, 1, "russia.strikes_is")
    assert (part.low, part.high, part.of) == (0.2, 0.45, "russia.strikes_is")
    assert settle(read_said("likely of a.b"), "points", {}).low == 0.55
    with pytest.raises(PydanticCustomError, match="between 0 and 1"):
        settle(read_said("30 of a.b"), "points", {})


def test_words_have_the_documented_numbers_and_a_case_may_override_them() -> None:
    for word, ends in POINT_WORDS.items():
        found = settle(read_said(word), "points", {})
        assert (found.low, found.high) == ends
    for word, ends in SHARE_WORDS.items():
        found = settle(read_said(word), "share", {})
        assert (found.low, found.high) == ends
    files = changed('marking: ""', 'settings: {scale: {slight: 2..3, huge: 50..60}}\nmarking: ""')
    files["case.yaml"] = files["case.yaml"].replace("power_income: 15..30", "power_income: huge")
    option = case_of(files).issues[2].options[1]
    assert (option.effects["power_income"].low, option.effects["border_quiet"].low) == (50, 2)


def test_shares_are_half_open_icd_bins_without_gaps() -> None:
    bins = list(SHARE_WORDS.values())
    assert [high for _, high in bins[:-1]] == [low for low, _ in bins[1:]]
    assert (bins[0][0], bins[-1][1]) == (0.01, 0.99)


@pytest.mark.parametrize(("text", "value"), [("x1.5", 1.5), ("0.5", 0.5), ("x150%", 1.5)])
def test_factors(text: str, value: float) -> None:
    assert read_factor(text) == pytest.approx(value)


@given(st.floats(-99, 99), st.floats(-99, 99))
def test_ranges_survive_writing_and_reading(one: float, two: float) -> None:
    low, high = sorted((one, two))
    found = settle(read_said(f"{low!r}..{high!r}"), "points", {})
    assert (found.low, found.high) == (low, high)
    assert read_number(repr(low)) == low


@given(st.floats(-99, 99), st.floats(0, 50), st.floats(0, 1))
def test_three_points_survive_writing_and_reading(low: float, width: float, part: float) -> None:
    high = min(99.0, low + width)
    mode = min(max(low + part * (high - low), low), high)
    said = read_said({"low": repr(low), "mode": repr(mode), "high": repr(high)})
    assert settle(said, "points", {}) == Quantity(low, high, mode)


@given(st.text(max_size=30))
def test_random_text_is_a_quantity_or_a_told_error(text: str) -> None:
    told = {}
    try:
        settle(read_said(text), "points", {})
    except PydanticCustomError as error:
        told = error.context or {}
    assert told == {} or told["must"]


def test_dice_and_paths() -> None:
    case = case_of(original())
    filling, power = case.issues[0], case.issues[2]
    slow, rule = filling.options[1].effects["fields_watered"], filling.options[2].effects["fields_watered"]
    assert slow.die == rule.die == "issues.filling.fields_watered"
    assert slow.path == "issues.filling.options.slow.effects.fields_watered"
    seen = filling.options[2].as_seen_by["arvenia_power"]["power_income"]
    assert seen.die == filling.options[2].effects["power_income"].die == "issues.filling.power_income"
    assert power.options[1].effects["power_income"].die == "issues.power.more_power.power_income"
    assert case.levers[0].cost.die == case.levers[0].cost.path == "levers.held_water.cost"
    centre = case.issues[3].options[2]
    assert [b.share.path for b in centre.brings] == [
        f"issues.warning.options.centre.effects.floods_contained[{i}]" for i in range(2)
    ]
    assert slow.mark is not None
    assert "fields_watered: 5..12" in original()["case.yaml"].splitlines()[slow.mark.line - 1]
