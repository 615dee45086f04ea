"""What is on file: a case as frozen values, its record, its draws.

The door of the room; names load when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.case.draws import Draws
    from detente.case.grades import (
        best_reliability,
        claim_probability,
        event_probability,
        grade_probability,
        known_sources,
        reading_probability,
    )
    from detente.case.grounds import hindsight, judged_things, known_dates
    from detente.case.importers import import_events
    from detente.case.jsonschema import schema
    from detente.case.library import CaseInfo, check, find_case, list_cases, load, new_case
    from detente.case.model import (
        KINDS,
        Audience,
        Body,
        Brings,
        Case,
        Coding,
        Condition,
        Consent,
        Contribution,
        DelayScale,
        Delivery,
        Event,
        Goal,
        Grounds,
        Hypothesis,
        Issue,
        Lever,
        Link,
        Mark,
        Measure,
        Menu,
        Method,
        Option,
        Overlap,
        Party,
        Pattern,
        Proposal,
        Quantity,
        Reversion,
        Settings,
        Shock,
        Source,
        Task,
    )
    from detente.case.patch import edit
    from detente.case.pooling import (
        Claim,
        Conflict,
        Pooled,
        claim_as_stated,
        claims_on,
        find_conflicts,
        find_measure,
        pool,
        topic_conflicts,
    )
    from detente.case.values import Values
    from detente.case.weights import apply_shocks, stated_weights

_DOOR = {
    "draws": ("Draws",),
    "grades": (
        "best_reliability",
        "best_reliability",
        "claim_probability",
        "event_probability",
        "grade_probability",
        "known_sources",
        "reading_probability",
    ),
    "grounds": ("hindsight", "judged_things", "known_dates"),
    "importers": ("import_events",),
    "jsonschema": ("schema",),
    "library": ("CaseInfo", "check", "find_case", "list_cases", "load", "new_case"),
    "model": (
        "Audience",
        "Body",
        "Brings",
        "Case",
        "Coding",
        "Condition",
        "Consent",
        "Contribution",
        "DelayScale",
        "Delivery",
        "Event",
        "Goal",
        "Grounds",
        "Hypothesis",
        "Issue",
        "KINDS",
        "Lever",
        "Link",
        "Mark",
        "Measure",
        "Menu",
        "Method",
        "Option",
        "Overlap",
        "Party",
        "Pattern",
        "Proposal",
        "Quantity",
        "Reversion",
        "Settings",
        "Shock",
        "Source",
        "Task",
    ),
    "patch": ("edit",),
    "pooling": (
        "Claim",
        "Conflict",
        "Pooled",
        "claim_as_stated",
        "claims_on",
        "find_conflicts",
        "find_measure",
        "pool",
        "topic_conflicts",
    ),
    "values": ("Values",),
    "weights": ("apply_shocks", "stated_weights"),
}
_HOME = {name: module for module, names in _DOOR.items() for name in names}

__all__ = [
    "KINDS",
    "Audience",
    "Body",
    "Brings",
    "Case",
    "CaseInfo",
    "Claim",
    "Coding",
    "Condition",
    "Conflict",
    "Consent",
    "Contribution",
    "DelayScale",
    "Delivery",
    "Draws",
    "Event",
    "Goal",
    "Grounds",
    "Hypothesis",
    "Issue",
    "Lever",
    "Link",
    "Mark",
    "Measure",
    "Menu",
    "Method",
    "Option",
    "Overlap",
    "Party",
    "Pattern",
    "Pooled",
    "Proposal",
    "Quantity",
    "Reversion",
    "Settings",
    "Shock",
    "Source",
    "Task",
    "Values",
    "apply_shocks",
    "best_reliability",
    "check",
    "claim_as_stated",
    "claim_probability",
    "claims_on",
    "edit",
    "event_probability",
    "find_case",
    "find_conflicts",
    "find_measure",
    "grade_probability",
    "hindsight",
    "import_events",
    "judged_things",
    "known_dates",
    "known_sources",
    "list_cases",
    "load",
    "new_case",
    "pool",
    "reading_probability",
    "schema",
    "stated_weights",
    "topic_conflicts",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"detente.case.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
