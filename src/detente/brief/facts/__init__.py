"""The one set of facts that every page reads. Names load when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.brief.facts.gather import all_numbers, gather_facts
    from detente.brief.facts.sections import facts_json
    from detente.brief.facts.values import Facts, Number

__all__ = ["Facts", "Number", "all_numbers", "facts_json", "gather_facts"]

_HOME = {"all_numbers": "gather", "facts_json": "sections", "gather_facts": "gather"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"detente.brief.facts.{_HOME.get(name, 'values')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
