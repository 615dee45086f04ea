"""Values read from JSON or YAML, each with where it stands, so that all problems are told at once.

A `Place` is a value with its JSON pointer (RFC 6901). The functions below take what a reader needs out of
it; what is not as it must be is noted, and something harmless of the right type goes on in its stead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError

FloatArray = NDArray[np.float64]

TOLD = 40
"""Problems that one message lists; more are counted."""

MOST = 1e15
"""Largest number of points: sums and products of a few stay far from the largest there is."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value and its JSON pointer; `problems` is the one list that a whole file fills."""

    value: Any
    pointer: str
    problems: list[str]

    def wrong(self, must: str, hint: str = "") -> None:
        """Note that this value is not what it must be."""
        said = f"{self.pointer or '/'} must {must}, got {shown(self.value)}"
        self.problems.append(f"{said}; {hint}" if hint else said)

    def step(self, key: object, value: Any) -> Place:
        """The value under a key of this one."""
        name = str(key)[:80].replace("~", "~0").replace("/", "~1")
        return Place(value, f"{self.pointer}/{name}", self.problems)


def shown(value: object) -> str:
    """A value as a message shows it: one line, at most 60 characters, no control signs.

    >>> shown({"a": 1}), shown("x\\n")
    ("an object with 'a'", "'x\\\\n'")
    """
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "an object with " + (", ".join(shown(k) for k in list(value)[:3]) or "nothing in it")
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    try:
        text = ascii(value) if isinstance(value, bytes) else repr(value)
    except ValueError:  # whole numbers of thousands of digits are not turned into text
        return "a number with very many digits"
    return text if len(text) <= 60 else text[:59] + "…"


def printable(text: str) -> str:
    """The text without control signs, which a stranger's file may aim at a terminal.

    >>> printable("a\\x1b[2J")
    'a�[2J'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def tell(file: str, problems: Sequence[str]) -> None:
    """Raise one InputError with all problems, each on its line; nothing where there is none.

    `file`: stands before each of them, "" where they name theirs.
    """
    if problems:
        before = f"{file}: " if file else ""
        lines = [before + printable(problem) for problem in problems[:TOLD]]
        if len(problems) > TOLD:
            lines.append(f"{before}and {len(problems) - TOLD} more")
        raise InputError("\n".join(lines))


def fields(place: Place, needed: Sequence[str], allowed: Sequence[str] = ()) -> dict[str, Place]:
    """The members of an object by name: all of `needed`, of `allowed` those that are there, no others."""
    if not isinstance(place.value, Mapping):
        place.wrong("be an object")
        return {}
    known = (*needed, *allowed)
    for name in place.value:
        if name not in known:
            near = get_close_matches(str(name)[:40], known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            place.problems.append(f"{place.step(name, None).pointer} must not be there; {hint}")
    for name in needed:
        if name not in place.value:
            place.problems.append(f"{place.pointer or '/'} must have {name!r}, got {shown(place.value)}")
    return {name: place.step(name, place.value[name]) for name in known if name in place.value}


def elements(place: Place | None) -> list[Place]:
    """The elements of a list; none where it is not given."""
    if place is None:
        return []
    if not isinstance(place.value, list | tuple):
        place.wrong("be a list")
        return []
    return [place.step(k, value) for k, value in enumerate(place.value)]


def text(place: Place | None) -> str:
    """A text; "" where it is not given."""
    if place is None:
        return ""
    if not isinstance(place.value, str):
        place.wrong("be text")
        return ""
    return place.value


def texts(place: Place | None, what: str) -> tuple[str, ...]:
    """A list of one or more texts, each different and not empty."""
    found = elements(place)
    names = tuple(text(p) for p in found)
    if place is not None and isinstance(place.value, list | tuple) and not names:
        place.wrong(f"name at least one {what}")
    for p, name in zip(found, names, strict=True):
        if isinstance(p.value, str) and not name.strip():
            p.wrong(f"name the {what}")
    for name in sorted({n for n in names if names.count(n) > 1}) if len(set(names)) < len(names) else ():
        if place is not None and name:
            place.problems.append(f"{place.pointer} must not name {what} {shown(name)} twice")
    return names


def flag(place: Place | None) -> bool:
    """A true or false; False where it is not given."""
    if place is not None and not isinstance(place.value, bool):
        place.wrong("be true or false")
    return place is not None and place.value is True


def number(place: Place | None, default: float = 0.0, *, infinite: bool = False) -> float:
    """A finite number, at most MOST (with `infinite` also ±inf); `default` where it is not given."""
    if place is None:
        return default
    value = as_number(place.value)
    if value is None or not (abs(value) <= MOST or (infinite and math.isinf(value))):
        place.wrong("be a number" if infinite else f"be a finite number, at most {MOST:g}")
        return default
    return value


def as_number(value: object) -> float | None:
    """The number that a value is, None where it is none (texts and truth values are none)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def whole(place: Place | None, low: int, high: int, default: int = 0) -> int:
    """A whole number in low..high."""
    if place is None:
        return default
    if isinstance(place.value, bool) or not isinstance(place.value, int) or not low <= place.value <= high:
        place.wrong(f"be a whole number in {low}..{high}")
        return default
    return place.value


def numbers(place: Place | None, shape: tuple[int, ...]) -> FloatArray:
    """An array of finite numbers of exactly this shape, from nested lists; zeros where it is not."""
    out = np.zeros(shape)
    if place is not None:
        _fill(place, shape, out)
    return out


def _fill(place: Place, shape: tuple[int, ...], out: FloatArray) -> None:
    if not isinstance(place.value, list | tuple) or len(place.value) != shape[0]:
        place.wrong(f"be a list of {shape[0]}")
        return
    if len(shape) > 1:
        for k, value in enumerate(place.value):
            _fill(place.step(k, value), shape[1:], out[k])
        return
    for k, value in enumerate(place.value):
        found = as_number(value)
        if found is not None and abs(found) <= MOST:
            out[k] = found
        else:
            place.step(k, value).wrong(f"be a finite number, at most {MOST:g}")


def pick(place: Place | None, names: Sequence[str], what: str) -> int:
    """The index that a name or a whole number stands for; 0 where it stands for none."""
    if place is None:
        return 0
    if isinstance(place.value, str):
        if names.count(place.value) == 1:
            return names.index(place.value)
        if place.value in names:
            place.wrong(f"name one {what}", "several have that name: give its number, from 0")
            return 0
        near = get_close_matches(place.value[:80], names, n=1)
        place.wrong(f"name a known {what}", f"did you mean {near[0]}?" if near else f"known: {_some(names)}")
        return 0
    return whole(place, 0, len(names) - 1)


def _some(names: Sequence[str]) -> str:
    return ", ".join(str(n)[:30] for n in names[:8]) + (", …" if len(names) > 8 else "")
