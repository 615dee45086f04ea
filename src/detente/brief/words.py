"""Words for numbers: ICD 203 likelihood words, rounding that does not pretend, lists and dates.

Source of the scale: Intelligence Community Directive 203, Analytic Standards (2015), D.6.e.(2)(a).
Bins are half-open, so that every probability has exactly one word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from math import floor, log10

from detente.case import find_scale

ICD203 = tuple(
    (term.low, term.high, term.word.replace("even chance", "even"))
    for term in find_scale("icd-203").terms
    if term.low is not None and term.high is not None
)

REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def likelihood(p: float, error: float = 0.0) -> str:
    """ICD 203 word(s) for probability `p`; both words where ± 2 Monte Carlo errors cross a bin.

    Outside 1..99 % there is no word: the figure stands alone and the result is "".

    >>> likelihood(0.42), likelihood(0.55), likelihood(0.999)
    ('unlikely', 'likely', '')
    """
    words = [_word(min(max(q, 0.0), 1.0)) for q in (p - 2 * error, p, p + 2 * error)]
    named = list(dict.fromkeys(w for w in words if w))
    if not _word(p):
        return ""
    return " to ".join(named[:1] + named[-1:]) if len(named) > 1 else named[0]


def _word(p: float) -> str:
    for low, high, word in ICD203:
        if low <= p < high:
            return word
    return "almost certain" if p == 0.99 else ""


def percent(p: float) -> str:
    """A probability as people write it; the ends are told as bounds, never as 0 or 100.

    >>> percent(0.423), percent(0.0), percent(1.0)
    ('42 %', 'under 1 %', 'over 99 %')
    """
    if p < 0.01:
        return "under 1 %"
    if p > 0.99:
        return "over 99 %"
    return f"{100 * p:.0f} %"


def points(x: float, sign: bool = True) -> str:
    """Points with one decimal below ten, none above: no false precision.

    >>> points(3.14), points(-12.6), points(0.01)
    ('+3.1', '−13', '0.0')
    """
    text = f"{abs(x):.1f}" if abs(x) < 9.95 else f"{abs(x):.0f}"
    if float(text) == 0:
        return "0.0"
    return ("−" if x < 0 else "+" if sign else "") + text


def signed(x: float, places: int = 2) -> str:
    """A weight or a log ratio with its sign; nothing that rounds to zero carries one.

    >>> signed(0.344), signed(-0.156), signed(-0.001)
    ('+0.34', '−0.16', '0.00')
    """
    text = f"{abs(x):.{places}f}"
    return text if float(text) == 0 else ("−" if x < 0 else "+") + text


def figure(x: float) -> str:
    """A number in its own unit, to three figures.

    >>> figure(22.53), figure(2628.4), figure(0.0), figure(3.254)
    ('22.5', '2630', '0', '3.25')
    """
    if x == 0:
        return "0"
    places = 2 - floor(log10(abs(x)))
    text = f"{round(x, places):.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval(low: float, high: float) -> str:
    """An interval in points.

    >>> interval(-1.2, 3.4)
    '−1.2 to +3.4'
    """
    return f"{points(low)} to {points(high)}"


def visible(text: str) -> str:
    """Text without control characters, surrogates, noncharacters and marks that reorder what follows,
    so that a case's words can neither drive a terminal, nor disguise themselves, nor stop the drawing.

    >>> visible("a\x1b[31mb\u202ec\uffff")
    'a[31mbc'
    """
    return "".join(c for c in text if c in "\n\t" or not _hidden(c))


def _hidden(c: str) -> bool:
    nothing = ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF
    return nothing or c in REORDERING or unicodedata.category(c) in ("Cc", "Cs")


def listing(items: Sequence[str], last: str = "and") -> str:
    """Items as a phrase.

    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
