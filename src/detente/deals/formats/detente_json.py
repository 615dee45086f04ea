"""A deal space as one JSON file of detente's own: everything but the draws, number for number.

The parts are those of `DealSpace`. Issues, options, parties and consenters are named wherever their names
are unique, else numbered from 0; a reader may use either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from detente.deals.formats.detente_json_rules import read_rules, write_rules
from detente.deals.formats.detente_json_words import FORMAT_TYPE, Words
from detente.deals.formats.format import Format
from detente.deals.formats.places import (
    MOST,
    FloatArray,
    Place,
    elements,
    fields,
    number,
    numbers,
    pick,
    tell,
    text,
    texts,
    whole,
)
from detente.deals.formats.plain_text import head, parse_json, read_text, write_text
from detente.deals.space import BoxFactor, DealSpace, Factor, IntArray, TableFactor
from detente.errors import InputError

MOST_CELLS = 2_000_000
"""Numbers in one table of points."""

_NEEDED = ("format", "type", "issues", "parties", "no_deal")
_PARTS = ("table", "margin", "stakes", "cap", "no_deal_package", "factors")
_RULES = ("bodies", "consents", "deliveries", "keeps", "conditions", "forbid")


def read_detente_json(path: Path) -> DealSpace:
    """The deal space in a `*.space.json` file.

    Raises InputError with every problem, each with its JSON pointer: names that are not known, numbers
    that are not finite, tables of the wrong shape, ranges upside down. Cost: linear in the file.
    """
    return space_from_plain(parse_json(read_text(path), str(path)), str(path))


def write_detente_json(space: DealSpace, path: Path) -> tuple[Path, ...]:
    """Write a space without its draws as one JSON file. Raises InputError where that fails."""
    return (write_text(path, dump_plain(plain_from_space(space)) + "\n"),)


def space_from_plain(value: Any, file: str = "the space") -> DealSpace:
    """A deal space from lists, dicts, texts and numbers as `plain_from_space` returns them.

    `file`: what messages call it. Raises InputError with every problem.

    >>> given = {"format": 1, "type": "detente.DealSpace", "no_deal": [0.5], "parties": ["we"],
    ...          "issues": [{"name": "price", "options": ["low", "high"]}],
    ...          "factors": [{"issues": ["price"], "points": [[1], [0]]}]}
    >>> space_from_plain(given).options
    (('low', 'high'),)
    """
    problems: list[str] = []
    root = Place(value, "", problems)
    found = fields(root, _NEEDED, (*_PARTS, *_RULES))
    whole(found.get("format"), 1, 1, 1)
    if text(found.get("type")) not in ("", FORMAT_TYPE):
        found["type"].wrong(f"be {FORMAT_TYPE!r}")
    words = _read_words(found)
    tell(file, problems)  # what follows is told by these names
    table = [pick(p, words.parties, "party") for p in elements(found.get("table"))]
    if "table" not in found:
        table = list(range(len(words.parties)))
    elif len(set(table)) < max(len(table), 1) and not problems:
        found["table"].wrong("name one or more parties, each once")
    no_deal, margin, stakes = _read_vectors(found, len(words.parties))
    factors = tuple(_read_factor(p, words) for p in elements(found.get("factors")))
    rules = read_rules(found, words)
    cap = _read_cap(found.get("cap"), len(words.parties))
    if cap is not None and (rules["deliveries"] or rules["keeps"]):
        found["cap"].wrong("not be there together with deliveries or keeps")
    no_deal_package = _read_no_deal(found.get("no_deal_package"), words)
    tell(file, problems)
    return DealSpace(
        issues=words.issues,
        options=words.options,
        parties=words.parties,
        factors=factors,
        table=tuple(table),
        no_deal_package=no_deal_package,
        cap=cap,
        no_deal=no_deal,
        margin=margin,
        stakes=stakes,
        **rules,
    )


def plain_from_space(space: DealSpace) -> dict[str, Any]:
    """A deal space as lists, dicts, texts and numbers that JSON can hold; draws are left out.

    Raises InputError for numbers that are not finite.
    """
    words = Words(space.issues, space.options, space.parties, tuple(b.name for b in space.bodies))
    _require_distinct(words)
    places = [(i, int(o)) for i, o in enumerate(space.no_deal_package)]
    return {
        "format": 1,
        "type": FORMAT_TYPE,
        "issues": [
            {"name": name, "options": list(options)}
            for name, options in zip(space.issues, space.options, strict=True)
        ],
        "parties": list(space.parties),
        "table": [words.party(p) for p in space.table],
        "no_deal": _finite(space.no_deal, "no_deal"),
        "margin": _finite(space.margin, "margin"),
        "stakes": _finite(space.stakes, "stakes"),
        **({} if space.cap is None else {"cap": _written_cap(space.cap)}),
        "no_deal_package": None
        if all(o < 0 for _, o in places)
        else [None if o < 0 else words.option(i, o) for i, o in places],
        "factors": [plain for factor in space.factors if (plain := _written_factor(factor, words))],
        **write_rules(space, words),
    }


def dump_plain(value: Mapping[str, Any]) -> str:
    """JSON text with one line per member and per element of the lists in it.

    >>> print(dump_plain({"format": 1, "parties": ["a"]}))
    {
      "format": 1,
      "parties": ["a"]
    }
    """
    lines = []
    for name, member in value.items():
        if isinstance(member, list) and any(isinstance(m, list | dict) for m in member):
            inner = ",\n    ".join(_compact(m) for m in member)
            lines.append(f"{json.dumps(name)}: [\n    {inner}\n  ]")
        else:
            lines.append(f"{json.dumps(name)}: {_compact(member)}")
    return "{\n  " + ",\n  ".join(lines) + "\n}"


def _compact(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise InputError("rules must hold finite numbers only to be written") from None


def _looks_so(path: Path) -> bool:
    return path.name.endswith(".space.json") or (
        path.suffix == ".json" and f'"{FORMAT_TYPE}"' in head(path, 20_000)
    )


def _read_words(found: Mapping[str, Place]) -> Words:
    issues, options = [], []
    listed = elements(found.get("issues"))
    for place in listed:
        parts = fields(place, ("name", "options"))
        issues.append(text(parts.get("name")))
        options.append(texts(parts.get("options"), "option"))
    if "issues" in found and not listed and isinstance(found["issues"].value, list):
        found["issues"].wrong("have at least one issue")
    for name in sorted({n for n in issues if n and issues.count(n) > 1}):
        found["issues"].problems.append(f"/issues must not name issue {name[:60]!r} twice")
    bodies = [
        text(Place(p.value.get("name"), "", [])) if isinstance(p.value, dict) else ""
        for p in elements(Place(getattr(found.get("bodies"), "value", []), "", []))
    ]
    return Words(tuple(issues), tuple(options), texts(found.get("parties"), "party"), tuple(bodies))


def _read_vectors(found: Mapping[str, Place], parties: int) -> list[FloatArray]:
    """The numbers by party: no_deal, and margin and stakes where they are not 0 and 1."""
    return [
        numbers(found[name], (parties,)) if name in found else np.full(parties, default)
        for name, default in (("no_deal", 0.0), ("margin", 0.0), ("stakes", 1.0))
    ]


def _read_cap(place: Place | None, parties: int) -> FloatArray | None:
    if place is None or place.value is None:
        return None
    caps = [np.inf if p.value is None else number(p) for p in elements(place)]
    if len(caps) != parties:
        place.wrong(f"be a list of {parties}")
    return np.array(caps)


def _read_no_deal(place: Place | None, words: Words) -> IntArray:
    none = np.full(len(words.issues), -1, dtype=np.int64)
    if place is None or place.value is None:
        return none
    listed = elements(place)
    if len(listed) != len(none):
        place.wrong(f"be a list of {len(none)} options, one per issue")
        return none
    found = [
        -1 if p.value is None else pick(p, words.options[i], f"option of {words.issues[i]}")
        for i, p in enumerate(listed)
    ]
    return np.array(found, dtype=np.int64)


def _read_factor(place: Place, words: Words) -> Factor:
    """A table (`issues` with nested `points`) or a box (`box` with one number per party)."""
    parties = len(words.parties)
    if isinstance(place.value, Mapping) and "box" in place.value:
        return _read_box(place, words)
    parts = fields(place, ("issues", "points"), ("label",))
    scope = [pick(p, words.issues, "issue") for p in elements(parts.get("issues"))]
    if scope != sorted(set(scope)):
        parts["issues"].wrong("name issues in their order, each once")
        return TableFactor((), np.zeros(parties))
    shape = (*(len(words.options[i]) for i in scope), parties)
    if np.prod(shape, dtype=float) > MOST_CELLS or len(shape) > 32:
        place.wrong(f"hold at most {MOST_CELLS:,} numbers over at most 31 issues")
        return TableFactor((), np.zeros(parties))
    return TableFactor(tuple(scope), numbers(parts.get("points"), shape), text(parts.get("label")))


def _read_box(place: Place, words: Words) -> BoxFactor:
    parts = fields(place, ("box", "points"), ("label",))
    sides: dict[int, tuple[int, int]] = {}
    for side in elements(parts.get("box")):
        ends = fields(side, ("issue", "low", "high"))
        issue = pick(ends.get("issue"), words.issues, "issue")
        what = f"option of {words.issues[issue]}"
        low, high = (pick(ends.get(end), words.options[issue], what) for end in ("low", "high"))
        if low > high:
            side.wrong("have low before high in the order of the options")
        if issue in sides:
            side.wrong("be the only side of its issue")
        sides[issue] = (low, high)
    scope = tuple(sorted(sides))
    lows, highs = (tuple(sides[i][end] for i in scope) for end in (0, 1))
    points = numbers(parts.get("points"), (len(words.parties),))
    return BoxFactor(scope, lows, highs, points, text(parts.get("label")))


def _written_factor(factor: Factor, words: Words) -> dict[str, Any] | None:
    """None for a box that holds no package."""
    label = {"label": factor.label} if factor.label else {}
    if isinstance(factor, TableFactor):
        points = _finite(factor.table, "a table")
        return {"issues": [words.issue(i) for i in factor.scope], "points": points, **label}
    sides = []
    for i, low, high in zip(factor.scope, factor.low, factor.high, strict=True):
        bottom, top = max(int(low), 0), min(int(high), len(words.options[i]) - 1)
        if bottom > top:
            return None
        ends = {"low": words.option(i, bottom), "high": words.option(i, top)}
        sides.append({"issue": words.issue(i), **ends})
    return {"box": sides, "points": _finite(np.asarray(factor.value), "a box"), **label}


def _require_distinct(words: Words) -> None:
    for names in (words.issues, words.parties, *words.options):
        if len(set(names)) < len(names) or not all(name.strip() for name in names):
            raise InputError(f"names must be given, each once, to be written, got {', '.join(names)[:80]}")


def _finite(array: FloatArray, what: str) -> list[Any]:
    if not (np.abs(array) <= MOST).all():
        raise InputError(f"{what} must hold finite numbers up to {MOST:g} only to be written")
    found: list[Any] = np.asarray(array, dtype=np.float64).tolist()
    return found


def _written_cap(cap: FloatArray) -> list[float | None]:
    if np.isnan(cap).any() or np.isneginf(cap).any():
        raise InputError("cap must hold numbers or +inf to be written")
    return [None if np.isinf(c) else float(c) for c in cap]


FORMAT = Format(
    name="detente-json",
    title="Deal space of detente",
    about="Everything of a deal space at its mean, number for number; draws are left out.",
    source="docs/reference/spaces-more.md",
    recognises=_looks_so,
    read=read_detente_json,
    write=write_detente_json,
    extension=".space.json",
)
