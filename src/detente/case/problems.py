"""Collecting what is wrong: one list, one way to name a place, one way to give a hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from itertools import islice

Path = tuple[str | int, ...]

SHOWN = 12
SEARCHED = 2_000


def key_text(path: Sequence[str | int]) -> str:
    """A key path as people write it.

    >>> key_text(("conditions", 0, "if"))
    'conditions[0].if'
    """
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else str(step)
    return out


def shown(value: object, limit: int = 60) -> str:
    """A value as an error message shows it: on one line, cut to `limit` characters, no control signs."""
    text = value if isinstance(value, str) else describe(value)
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    if isinstance(value, str) and not clean.strip():
        return "nothing" if not clean else "blanks"
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def describe(value: object) -> str:
    """What kind of thing a parsed value is, in plain words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping (" + ", ".join(str(k) for k in list(value)[:4]) + ")"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return str(value)


def nearest(word: str, known: Iterable[str], what: str = "known") -> str:
    """A hint for a name that is not known: the nearest known one, else the list.

    >>> nearest("intrests", ["title", "interests"])
    'did you mean interests?'
    >>> nearest("zebra", ["us", "russia"], "parties")
    'parties: us, russia'
    """
    names = list(islice(dict.fromkeys(known), SEARCHED))
    close = difflib.get_close_matches(word[:80], names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    if not names:
        return f"{what}: none"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{what}: " + ", ".join(names[:SHOWN]) + more
