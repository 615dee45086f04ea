"""Scales of words: what their sources say, half-open bins, and nothing converted that cannot be."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytaxonomies import Taxonomies

import detente.case
from detente.case import convert, find_scale, list_scales, number_for, word_for
from detente.errors import InputError
from docs.vocabularies import PREDICATES, vocabularies

NAMES = [scale.name for scale in list_scales()]
NUMBERED = [scale for scale in list_scales() if any(term.low is not None for term in scale.terms)]
STIX = [name for name in NAMES if name.startswith("stix-")]
DATA = Path(detente.case.__file__).parent / "scales_data"


def test_the_file_is_what_pytaxonomies_says() -> None:
    assert (DATA / "misp.json").read_text("utf-8") == vocabularies()


@pytest.mark.parametrize("name", PREDICATES)
def test_terms_by_their_taxonomy(name: str) -> None:
    """Read apart from the generator: every tag and range of the taxonomy is found under its scale."""
    namespace, predicate = PREDICATES[name]
    for entry in Taxonomies()[namespace].predicates[predicate].entries.values():
        if name == "admiralty-reliability" and entry.value == "g":  # no letter of NATO's
            with pytest.raises(InputError):
                number_for(entry.value, name)
            continue
        found = number_for(entry.value, name)
        if name == "icd-203":
            low, high = entry.expanded.split(" - ")[-1].rstrip("%").split("-")
            assert (found.low, found.high) == (int(low) / 100, int(high) / 100)
        else:
            assert found.low is None and found.why
            term = next(t for t in find_scale(name).terms if entry.value in (t.code.lower(), t.word))
            assert term.misp == entry.numerical_value
            assert entry.expanded.lower() == term.word


def test_icd_203_by_the_directive() -> None:
    bins = [(t.word, *t.also, t.low, t.high) for t in find_scale("icd-203").terms]
    assert bins == [
        ("almost no chance", "remote", 0.01, 0.05),
        ("very unlikely", "highly improbable", 0.05, 0.20),
        ("unlikely", "improbable", 0.20, 0.45),
        ("roughly even chance", "roughly even odds", 0.45, 0.55),
        ("likely", "probable", 0.55, 0.80),
        ("very likely", "highly probable", 0.80, 0.95),
        ("almost certain", "nearly certain", 0.95, 0.99),
    ]


def test_forty_two_per_cent_is_two_words() -> None:
    assert word_for(0.42, "icd-203") == "unlikely"
    assert word_for(0.42, "stix-wep") == "even chance"


@pytest.mark.parametrize(
    ("scale", "number", "word"),
    [
        ("icd-203", 0.45, "roughly even chance"),
        ("icd-203", 0.99, "almost certain"),
        ("stix-wep", 0.0, "impossible"),
        ("stix-wep", 0.01, "highly unlikely"),
        ("stix-wep", 0.595, "even chance"),
        ("stix-wep", 0.999, "highly likely"),
        ("stix-wep", 1.0, "certain"),
        ("stix-dni", 0.0, "almost no chance"),
        ("stix-dni", 0.8, "very likely"),
        ("stix-dni", 1.0, "almost certain"),
        ("stix-none-low-med-high", 0.29, "low"),
        ("stix-none-low-med-high", 0.3, "med"),
        ("stix-none-low-med-high", 1.0, "high"),
        ("stix-0-10", 0.04, "0"),
        ("stix-0-10", 0.05, "1"),
        ("stix-0-10", 0.95, "10"),
        ("stix-admiralty-credibility", 0.19, "improbable"),
        ("stix-admiralty-credibility", 0.8, "confirmed by other sources"),
    ],
)
def test_words_for_numbers(scale: str, number: float, word: str) -> None:
    assert word_for(number, scale) == word


@given(st.sampled_from(NUMBERED), st.floats(0, 1))
def test_a_number_has_one_word_or_none(scale: detente.case.Scale, number: float) -> None:
    words = [term.word for term in scale.terms if term.holds(number)]
    assert len(words) <= 1
    if words:
        found = number_for(words[0], scale.name)
        assert found.low is not None and found.high is not None and found.low <= number <= found.high
    else:
        with pytest.raises(InputError, match="has no word"):
            word_for(number, scale.name)
        assert number < 0.01 or (scale.name == "icd-203" and number > 0.99)


@pytest.mark.parametrize("name", STIX)
def test_the_number_that_stix_fixes_leads_back_to_its_word(name: str) -> None:
    for term in find_scale(name).terms:
        if not term.unjudged:
            assert term.value is not None and word_for(term.value, name) == term.word


def test_between_stix_scales_the_fixed_number_decides() -> None:
    assert convert("low", "stix-none-low-med-high", "stix-dni").words == ("very unlikely",)
    assert convert("4", "stix-admiralty-credibility", "stix-wep").words == ("unlikely",)
    assert convert("10", "stix-0-10", "stix-wep").words == ("certain",)


def test_a_range_may_reach_several_words() -> None:
    found = convert("Likely", "icd-203", "stix-wep")
    assert found.words == ("likely", "even chance")
    assert found.shares == pytest.approx((0.8, 0.2))
    assert found.why == ""
    beyond = convert("highly likely", "stix-wep", "icd-203")
    assert dict(zip(beyond.words, beyond.shares, strict=True)) == pytest.approx(
        {"very likely": 0.75, "almost certain": 0.2}
    )
    assert beyond.why == "5 % of the range has no word on icd-203"
    certain = convert("certain", "stix-wep", "icd-203")
    assert (certain.words, certain.why) == ((), "100 % of the range has no word on icd-203")


def test_what_cannot_be_judged_is_missing_information() -> None:
    """MISP gives it 50 of 100; here it has no number, and no word on any scale of numbers."""
    for word, name in (("6", "admiralty-credibility"), ("F", "admiralty-reliability")):
        term = next(t for t in find_scale(name).terms if t.code == word)
        assert term.misp == 50
        found = number_for(word, name)
        assert (found.low, found.high, found.value) == (None, None, None)
        assert "missing information" in found.why
    for target in NAMES:
        found = convert("6", "stix-admiralty-credibility", target)
        if target.endswith("admiralty-credibility"):
            assert found.words == ("truth cannot be judged",)
        else:
            assert found.words == () and "missing information" in found.why


def test_the_same_grades_are_the_same_grades() -> None:
    for term in find_scale("admiralty-credibility").terms:
        for word in (term.code, term.word):
            found = convert(word, "admiralty-credibility", "stix-admiralty-credibility")
            assert (found.words, found.shares, found.why) == ((term.word,), (1.0,), "")


def test_what_tells_another_thing_is_not_converted() -> None:
    for word, source, target in (
        ("moderate", "jp-2-0-confidence", "icd-203"),
        ("likely", "icd-203", "jp-2-0-confidence"),
        ("likely", "icd-203", "stix-0-10"),
        ("B", "admiralty-reliability", "admiralty-credibility"),
        ("2", "admiralty-credibility", "stix-wep"),
    ):
        found = convert(word, source, target)
        assert found.words == () and "neither follows from the other" in found.why
    assert "no numbers" in convert("low", "jp-2-0-confidence", "stix-0-10").why


def test_no_word_without_its_scale() -> None:
    for function, names in ((word_for, 1), (number_for, 1), (convert, 2)):
        given = list(inspect.signature(function).parameters.values())
        assert [p.default for p in given[1:]] == [inspect.Parameter.empty] * names
        with pytest.raises(InputError, match="scale must be the name of one"):
            function(*("likely",) * (names + 1))


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="did you mean icd-203"):
        word_for(0.5, "icd203")
    with pytest.raises(InputError, match=r"word must be on icd-203, got even chance; try almost no chance"):
        number_for("even chance", "icd-203")
    with pytest.raises(InputError, match="is it in per cent"):
        word_for(42, "icd-203")
    with pytest.raises(InputError, match="is it in per cent"):
        word_for(float("nan"), "icd-203")
    with pytest.raises(InputError, match="no numbers"):
        word_for(0.5, "jp-2-0-confidence")
    assert number_for("roughly even", "icd-203") == number_for("roughly-even-chance", "icd-203")
