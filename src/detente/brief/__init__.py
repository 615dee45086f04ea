"""What to tell: facts, the page made of them, and its renderers.

The door of the room; names load when first used, so that a page that is kept is shown without what made it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.brief.document import Document
    from detente.brief.facts import Facts, Number, all_numbers, facts_json, gather_facts
    from detente.brief.page.compose import compose
    from detente.brief.writing import brief_text, write_brief

__all__ = [
    "Document",
    "Facts",
    "Number",
    "all_numbers",
    "brief_text",
    "compose",
    "facts_json",
    "gather_facts",
    "write_brief",
]

_HOME = {"Document": "document", "brief_text": "writing", "compose": "page.compose", "write_brief": "writing"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"detente.brief.{_HOME.get(name, 'facts')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
