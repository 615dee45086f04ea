"""Other people's scales of words: what each word stands for, and how one scale reads on another.

Terms of the NATO Admiralty code, ICD 203 and JP 2-0 are in `scales_data/misp.json`, made from the
taxonomies of MISP by `./run docs`; those of STIX 2.1, appendix A, in `scales_data/stix.csv`. What our own
grades count as is another matter: `detente.case.grades`.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from detente.case.problems import nearest, shown
from detente.errors import InputError

_DATA = Path(__file__).parent / "scales_data"
_SPOKEN = {"roughly even": "roughly even chance"}
"""How our own pages shorten a term."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a scale. `code`: its letter or digit, "" where it has none. `also`: other words for the
    same. `low`..`high`: the chances it stands for, in 0..1, without `high` itself unless `closed`; None =
    no numbers. `value`: the one number that STIX fixes for it. `misp`: MISP's 0..100, kept for comparison."""

    word: str
    code: str = ""
    also: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    closed: bool = False
    value: float | None = None
    misp: int | None = None

    def holds(self, number: float) -> bool:
        """Whether a number in 0..1 has this word."""
        if self.low is None or self.high is None:
            return False
        return self.low <= number < self.high or (self.closed and number == self.high)

    @property
    def unjudged(self) -> bool:
        """Whether it says that nothing can be said."""
        return self.word.endswith("cannot be judged")


@dataclass(frozen=True, slots=True)
class Scale:
    """A named scale. `measures`: what its words tell: likelihood, confidence, credibility or reliability.
    `terms` in the order of its source."""

    name: str
    title: str
    measures: str
    source: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a word stands for: from `low` to `high` (0..1), and the one number `value` where the scale fixes
    one. All None where it stands for no number: then `why` says so."""

    low: float | None
    high: float | None
    value: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """A word on another scale. `words`: those that its range reaches, likeliest share first; `shares`: how
    much of the range has each, in 0..1. `why`: what could not be mapped, "" where all could."""

    words: tuple[str, ...]
    shares: tuple[float, ...]
    why: str = ""


_ABOUT = {
    "icd-203": (
        "Likelihood words of ICD 203",
        "likelihood",
        "Intelligence Community Directive 203 (2015), D.6.e.(2)(a)",
    ),
    "stix-wep": ("Words of estimative probability", "likelihood", "STIX 2.1 (OASIS 2021), appendix A"),
    "stix-dni": ("The DNI scale", "likelihood", "STIX 2.1 (OASIS 2021), appendix A"),
    "stix-none-low-med-high": ("None, low, med, high", "confidence", "STIX 2.1 (OASIS 2021), appendix A"),
    "stix-0-10": ("0 to 10", "confidence", "STIX 2.1 (OASIS 2021), appendix A"),
    "jp-2-0-confidence": (
        "Confidence in an analytic judgement",
        "confidence",
        "Joint Publication 2-0, Joint Intelligence, by MISP's estimative-language",
    ),
    "admiralty-reliability": (
        "NATO Admiralty code, reliability of a source",
        "reliability",
        "FM 2-22.3, by MISP's admiralty-scale",
    ),
    "admiralty-credibility": (
        "NATO Admiralty code, credibility of an item",
        "credibility",
        "FM 2-22.3, by MISP's admiralty-scale",
    ),
    "stix-admiralty-credibility": (
        "Admiralty credibility with numbers",
        "credibility",
        "STIX 2.1 (OASIS 2021), appendix A",
    ),
}


@cache
def list_scales() -> tuple[Scale, ...]:
    """All scales that the program knows."""
    terms = {**_from_misp(), **_from_stix()}
    return tuple(Scale(name, *about, terms[name]) for name, about in _ABOUT.items())


def find_scale(name: str) -> Scale:
    """The scale of that name; InputError names the known ones."""
    for scale in list_scales():
        if scale.name == name:
            return scale
    known = [scale.name for scale in list_scales()]
    raise InputError(f"scale must be the name of one, got {shown(name)}; {nearest(name, known, 'scales')}")


def word_for(number: float, scale: str) -> str:
    """The word for a chance in 0..1 on a scale.

    Raises InputError for an unknown scale, a number outside 0..1, a scale without numbers, and a number that
    has no word there: ICD 203 has none outside 1..99 %, and the STIX scales that keep a word for exactly 0
    none between 0 and 1 %.

    >>> word_for(0.42, "icd-203"), word_for(0.42, "stix-wep"), word_for(0.42, "stix-0-10")
    ('unlikely', 'even chance', '4')
    """
    terms = find_scale(scale).terms
    if not 0 <= number <= 1:
        raise InputError(f"a chance must be between 0 and 1, got {number:g}; is it in per cent?")
    if all(term.low is None for term in terms):
        raise InputError(f"{scale} gives its words no numbers, so none can be named for {number:g}")
    for term in terms:
        if term.holds(number):
            return term.word
    raise InputError(f"{number:g} has no word on {scale}; give the figure alone")


def number_for(word: str, scale: str) -> Numbers:
    """What a word (or its letter or digit) of a scale stands for.

    Raises InputError for an unknown scale, and for a word that is not on it. A word that stands for no
    number, because it says that nothing can be judged or because the scale has no numbers, says so in `why`.

    >>> number_for("likely", "stix-wep")
    Numbers(low=0.6, high=0.8, value=0.7, why='')
    """
    term = _find_term(word, find_scale(scale))
    if term.low is not None:
        return Numbers(term.low, term.high, term.value)
    if term.unjudged:
        why = f"{term.word!r} on {scale} is missing information: it has no number"
    else:
        why = f"{scale} gives its words no numbers"
    return Numbers(None, None, None, why)


def convert(word: str, source: str, target: str) -> Converted:
    """A word of one scale on another; both names are needed, always.

    Between two STIX scales the number that STIX fixes for the word decides; between scales of the same
    grades, the grade; between other scales that tell the same thing, the range: then several words may
    be reached, and each has its share of the range. Scales that tell different things (confidence and
    likelihood, say) are not converted, nor is what cannot be judged turned into a number: `why` says so.
    Raises InputError for an unknown scale or word. Source: STIX 2.1, appendix A; ICD 203,
    D.6.e.(2)(b), for keeping likelihood and confidence apart.

    >>> convert("likely", "stix-wep", "icd-203").words
    ('likely',)
    >>> convert("probably true", "admiralty-credibility", "stix-admiralty-credibility").words
    ('probably true',)
    """
    one, two = find_scale(source), find_scale(target)
    term = _find_term(word, one)
    same = next((t for t in two.terms if term.code and t.code == term.code), None)
    if one.name == two.name or (same is not None and one.measures == two.measures):
        return Converted(((same or term).word,), (1.0,))
    if term.unjudged:
        return Converted((), (), number_for(word, source).why)
    if term.value is not None and two.name.startswith("stix-"):
        return Converted((word_for(term.value, target),), (1.0,))
    if one.measures != two.measures:
        apart = f"{source} tells {one.measures} and {target} {two.measures}: neither follows from the other"
        return Converted((), (), apart)
    if term.low is None or term.high is None:
        return Converted((), (), number_for(word, source).why)
    return _by_range(term.low, term.high, two)


def _by_range(low: float, high: float, scale: Scale) -> Converted:
    if all(term.low is None for term in scale.terms):
        return Converted((), (), f"{scale.name} gives its words no numbers")
    reached: dict[str, float] = {}
    for term in scale.terms:
        if term.low is None or term.high is None:
            continue
        if low == high:
            share = float(term.holds(low))
        else:
            share = max(0.0, min(high, term.high) - max(low, term.low)) / (high - low)
        if share > 1e-9:
            reached[term.word] = share
    ordered = sorted(reached, key=lambda word: -reached[word])
    missing = 1.0 - sum(reached.values())
    why = f"{100 * missing:.0f} % of the range has no word on {scale.name}" if missing > 1e-9 else ""
    return Converted(tuple(ordered), tuple(reached[word] for word in ordered), why)


def _find_term(word: str, scale: Scale) -> Term:
    said = " ".join(word.replace("-", " ").casefold().split())
    said = _SPOKEN.get(said, said)
    for term in scale.terms:
        if said in (term.word, term.code.casefold() or None, *term.also):
            return term
    known = [f"{t.code} {t.word}".strip() for t in scale.terms]
    raise InputError(f"word must be on {scale.name}, got {shown(word)}; try {', '.join(known)}")


def _from_misp() -> dict[str, tuple[Term, ...]]:
    found = json.loads((_DATA / "misp.json").read_text("utf-8"))
    scales = {}
    for name, scale in found.items():
        # "Deliberately deceptive" is MISP's addition; the NATO code ends with F.
        said = [t for t in scale["terms"] if not (name == "admiralty-reliability" and t["code"] == "G")]
        scales[name] = tuple(
            Term(
                t["word"],
                t["code"],
                tuple(t["also"]),
                None if t["low"] is None else t["low"] / 100,
                None if t["high"] is None else t["high"] / 100,
                closed=t is said[-1],
                misp=t["misp"],
            )
            for t in said
        )
    return scales


def _from_stix() -> dict[str, tuple[Term, ...]]:
    with (_DATA / "stix.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    scales: dict[str, tuple[Term, ...]] = {}
    for row in rows:
        scales[row["scale"]] = (*scales.get(row["scale"], ()), _stix_term(row))
    return scales


def _stix_term(row: dict[str, str]) -> Term:
    """Ranges are of whole per cent: 40..59 becomes 0.40 to below 0.60, and 100 closes the scale."""
    code, _, rest = (
        row["term"].partition(" ") if row["scale"] == "stix-admiralty-credibility" else ("", "", "")
    )
    word, *also = (rest or row["term"]).split("/")
    if not row["low"]:
        return Term(word, code, tuple(also))
    low, high = int(row["low"]), int(row["high"])
    closed = low == high or high == 100
    above = high if closed else high + 1
    return Term(word, code, tuple(also), low / 100, above / 100, closed, int(row["value"]) / 100)
