"""A mapping as SQL expressions over the columns of one file: who, towards whom, of which kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from detente.case.importers.importer import Field
from detente.case.importers.mapping import ANYBODY, EventMapping, Kind, Test


def quote(text: str) -> str:
    """A text as an SQL literal.

    >>> quote("O'Neill")
    "'O''Neill'"
    """
    return "'" + text.replace("'", "''") + "'"


def actor_sql(mapping: EventMapping, fields: Mapping[str, Field], columns: Mapping[str, str]) -> str:
    """The number of the first actor that fits, from 1; 0 where none does. `columns`: column → SQL."""
    whens = [
        f"WHEN {_any(_all(look, fields, columns) for look in actor.looks)} THEN {place}"
        for place, actor in enumerate(mapping.actors, 1)
    ]
    return f"CASE {' '.join(whens)} ELSE 0 END::INTEGER"


def kind_sql(mapping: EventMapping, fields: Mapping[str, Field], columns: Mapping[str, str]) -> str:
    """The number of the first kind that fits, from 1: its fields, its actor `who` and its target `whom`.

    0 where none fits, −1 where one would with a target that is mapped, −2 where actor and target are one
    party.
    """
    looks = [_any(_all(look, fields, columns) for look in kind.looks) for kind in mapping.kinds]
    places = {actor.name: place for place, actor in enumerate(mapping.actors, 1)}
    whens, almost = [], []
    for place, (kind, look) in enumerate(zip(mapping.kinds, looks, strict=True), 1):
        by = f" AND who IN ({', '.join(str(places[name]) for name in kind.by)})" if kind.by else ""
        whens.append(f"WHEN ({look}){by}{_target(kind, places)} THEN {place}")
        if kind.menu:
            almost.append(f"(({look}){by})")
    if almost:
        whens.append(f"WHEN {' OR '.join(almost)} THEN CASE WHEN whom = who THEN -2 ELSE -1 END")
    return f"CASE {' '.join(whens)} ELSE 0 END::INTEGER"


def _target(kind: Kind, places: Mapping[str, int]) -> str:
    if not kind.menu or kind.to == (ANYBODY,):
        return " AND (whom = 0 OR whom <> who)" if kind.menu else ""
    if not kind.to:
        return " AND (no_targets OR (whom > 0 AND whom <> who))"
    return f" AND whom <> who AND whom IN ({', '.join(str(places[name]) for name in kind.to)})"


def _any(parts: Iterable[str]) -> str:
    return " OR ".join(f"({part})" for part in parts)


def _all(look: Sequence[Test], fields: Mapping[str, Field], columns: Mapping[str, str]) -> str:
    return " AND ".join(f"({pattern_sql(test, fields[test.field], columns)})" for test in look)


def pattern_sql(test: Test, field: Field, columns: Mapping[str, str]) -> str:
    """Whether one of the patterns of a test fits the column of a field.

    >>> pattern_sql(Test("code", ("03*", "112")), Field("EventCode", exact=True), {"EventCode": "c26"})
    "c26 IN ('112') OR starts_with(c26, '03')"
    >>> pattern_sql(Test("name", ("*bank of*",)), Field("N"), {"N": "c6"})
    "lower(c6) LIKE '%bank of%' ESCAPE '!'"
    """
    cell = columns[field.column]
    if field.first:
        cell = f"left({cell}, {field.first})"
    patterns = [text if field.exact else text.lower() for text in test.patterns]
    cell = cell if field.exact else f"lower({cell})"
    whole = [text for text in patterns if "*" not in text]
    parts = [f"{cell} IN ({', '.join(map(quote, whole))})"] if whole else []
    for text in patterns:
        start, star, rest = text.partition("*")
        if star and not rest and start:
            parts.append(f"starts_with({cell}, {quote(start)})")
        elif star and not text.strip("*"):
            parts.append(f"{cell} <> ''")
        elif star:
            parts.append(f"{cell} LIKE {quote(_like(text))} ESCAPE '!'")
    return " OR ".join(parts)


def _like(text: str) -> str:
    for sign in "!%_":
        text = text.replace(sign, "!" + sign)
    return text.replace("*", "%")
