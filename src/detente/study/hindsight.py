"""Which inputs were judged with knowledge later than the day of the assessment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from detente.case import Case


def judged_later(case: Case, day: date) -> tuple[str, ...]:
    """Names of the judged things whose `judged_on` lies after `day`, in case order."""
    return tuple(path for path, when in _judgements(case, "") if when > day)


def _judgements(value: object, path: str) -> Iterator[tuple[str, date]]:
    grounds = getattr(value, "grounds", None)
    when = getattr(grounds, "judged_on", None)
    if isinstance(when, date):
        yield path, when
    if isinstance(value, tuple):
        for item in value:
            name = getattr(item, "name", None) or getattr(item, "task", None) or getattr(item, "by", "")
            yield from _judgements(item, f"{path}.{name}" if name else path)
    elif is_dataclass(value):
        for field in fields(value):
            inner = getattr(value, field.name)
            if isinstance(inner, tuple) or is_dataclass(inner):
                yield from _judgements(inner, f"{path}.{field.name}" if path else field.name)
