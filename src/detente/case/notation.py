"""How numbers are written: `5`, `5..8`, `30%`, `{low, mode, high}`, a word, a contribution.

`read_number` and `read_said` take what the file holds (text, list or dict) and give values; what is
wrong is told as pydantic errors, so that all of a file's problems come at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic_core import PydanticCustomError

from detente.case.model import Quantity
from detente.case.problems import nearest, shown

NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?%?"
_NUMBER = re.compile(NUMBER, re.ASCII)
_RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})", re.ASCII)
_REFERENCE = re.compile(r"(?:(.+?)\s+of\s+)?([A-Za-z][\w-]*\.[A-Za-z][\w-]*)", re.ASCII)
_WORD = re.compile(r"(minus\s+)?([a-z][a-z -]*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

POINT_WORDS: Mapping[str, tuple[float, float]] = {
    "slight": (1, 4),
    "some": (4, 10),
    "strong": (10, 20),
    "decisive": (20, 40),
}
SHARE_WORDS: Mapping[str, tuple[float, float]] = {
    "almost no chance": (0.01, 0.05),
    "very unlikely": (0.05, 0.20),
    "unlikely": (0.20, 0.45),
    "roughly even": (0.45, 0.55),
    "likely": (0.55, 0.80),
    "very likely": (0.80, 0.95),
    "almost certain": (0.95, 0.99),
}

LIMITS: Mapping[str, tuple[float, float]] = {
    "points": (-100, 100),
    "level": (0, 100),
    "share": (0, 1),
    "push": (-3, 3),
    "cost": (0, 100),
    "need": (0, 100),
    "size": (-1e9, 1e9),
    "factor": (0, 1e9),
    "measure": (-1e15, 1e15),
}
"""What each kind of quantity may be, in its own unit."""
_WORDY = ("points", "size", "cost", "need")


@dataclass(frozen=True, slots=True)
class Said:
    """A quantity as written: numbers, or a `word` whose numbers the case's scale tells; `of` names a
    contribution "contributor.task" that the number is a share of."""

    low: float = 1.0
    high: float = 1.0
    mode: float | None = None
    of: str | None = None
    word: str = ""
    sign: int = 1
    text: str = ""


def wrong(must: str, hint: str = "", got: str = "") -> PydanticCustomError:
    """A problem with the value at hand, in the words of a Problem."""
    return PydanticCustomError("detente", "{must}", {"must": must, "hint": hint, "got": got})


def read_number(raw: Any) -> float:
    """A finite number; `30%` is 0.3."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        value = float(raw)
    elif isinstance(raw, str) and _NUMBER.fullmatch(text := _ascii(raw)):
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    else:
        raise wrong("must be a number")
    if not math.isfinite(value):
        raise wrong("must be a finite number")
    return value


def read_factor(raw: Any) -> float:
    """A factor on a weight, `x1.6` or `1.6`, above 0."""
    text = raw.strip().removeprefix("x") if isinstance(raw, str) else raw
    try:
        value = read_number(text)
    except PydanticCustomError:
        raise wrong("must be a factor such as x1.5") from None
    if not 0 < value <= 1000:
        raise wrong("must be a factor above 0 and at most 1000")
    return value


def read_date(raw: Any) -> date:
    """A day, `2016-07-14`."""
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str) and _DATE.fullmatch(raw.strip()):
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            pass
    raise wrong("must be a date such as 2016-07-14")


def read_bool(raw: Any) -> bool:
    """`true` or `false`, nothing else: yes, no, on and off are text."""
    if raw in ("true", "false"):
        return bool(raw == "true")
    if isinstance(raw, bool):
        return raw
    raise wrong("must be true or false")


def read_said(raw: Any) -> Said:
    """A quantity in any of its notations.

    >>> read_said("20%..45%").low, read_said("30% of russia.strikes_is").of
    (0.2, 'russia.strikes_is')
    """
    if isinstance(raw, Said):
        return raw
    if isinstance(raw, dict):
        return _three_point(raw)
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raw = repr(raw)
    if not isinstance(raw, str):
        raise wrong("must be a quantity such as 5, 5..8 or {low: 5, mode: 6, high: 9}")
    text = _ascii(raw)
    if text.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        raise wrong("must be a finite number")
    if _NUMBER.fullmatch(text):
        value = read_number(text)
        return Said(value, value, text=text)
    if match := _RANGE.fullmatch(text):
        return _ordered(read_number(match[1]), read_number(match[2]), None, text)
    if match := _REFERENCE.fullmatch(text):
        return _reference(match[1], match[2], text)
    if match := _WORD.fullmatch(text.lower()):
        return Said(word=match[2].strip(), sign=-1 if match[1] else 1, text=text)
    raise wrong("must be a quantity such as 5, 5..8, 30%, slight or {low: 5, mode: 6, high: 9}")


def _ascii(raw: str) -> str:
    return raw.strip().replace("\N{MINUS SIGN}", "-")


def _reference(share: str | None, name: str, text: str) -> Said:
    part = read_said(share) if share else Said()
    if part.of:
        raise wrong("must be a share of one contribution, such as 30% of russia.strikes_is")
    return Said(part.low, part.high, part.mode, name, part.word, part.sign, text)


def _three_point(raw: dict[str, Any]) -> Said:
    if not {"low", "high"} <= set(raw) <= {"low", "mode", "high"}:
        odd = next((key for key in raw if key not in ("low", "mode", "high")), None)
        raise wrong(
            "must have the keys low, mode and high",
            nearest(str(odd), ("low", "mode", "high"), "keys") if odd else "low and high are required",
        )
    numbers = {key: read_number(value) for key, value in raw.items()}
    text = "{" + ", ".join(f"{key}: {value}" for key, value in raw.items()) + "}"
    return _ordered(numbers["low"], numbers["high"], numbers.get("mode"), text)


def _ordered(low: float, high: float, mode: float | None, text: str) -> Said:
    if low > high:
        raise wrong("must have its low end first", f"write {high:g}..{low:g}", text)
    if mode is not None and not low <= mode <= high:
        raise wrong("must have its mode between low and high", got=text)
    return Said(low, high, mode, text=text)


def settle(said: Said, kind: str, scale: Mapping[str, Quantity]) -> Quantity:
    """A quantity of a `kind` (a key of LIMITS) from what was written; words through `scale` first,
    then through the default words of that kind. Raises PydanticCustomError.

    >>> settle(read_said("minus slight"), "points", {})
    Quantity(low=-4, high=-1, mode=None, of=None, die='', path='', mark=None)
    """
    limits = LIMITS["share"] if said.of else LIMITS[kind]
    low, high, mode = said.low, said.high, said.mode
    if said.word:
        low, high, mode = _word(said.word, "share" if said.of else kind, scale)
    if said.sign < 0:
        low, high, mode = -high, -low, None if mode is None else -mode
    if low < limits[0] or high > limits[1]:
        raise wrong(
            f"must be between {limits[0]:g} and {limits[1]:g}", _scale_hint(said, kind), shown(said.text)
        )
    return Quantity(low, high, mode, said.of)


def _word(word: str, kind: str, scale: Mapping[str, Quantity]) -> tuple[float, float, float | None]:
    defaults = SHARE_WORDS if kind == "share" else POINT_WORDS if kind in _WORDY else {}
    if word in scale:
        return scale[word].low, scale[word].high, scale[word].mode
    if word in defaults:
        return *defaults[word], None
    known = {**defaults, **scale}
    must = "must be a number or a word of the scale" if known else "must be a number such as 5 or 5..8"
    raise wrong(must, nearest(word, known, "words") if known else "", shown(word))


def _scale_hint(said: Said, kind: str) -> str:
    if kind == "share" and said.high <= 100:
        return "a share is written 30% or 0.3"
    return "is it on another scale?" if kind != "push" else "pushes of one act go from -3 to 3"
