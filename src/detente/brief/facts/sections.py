"""Facts as JSON, whole or by the sections of the page; kept JSON is cut up without what made it."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.brief.facts.values import Facts

SECTIONS = {
    "bottom-line": ("judgements",),
    "agenda": ("agendas",),
    "contribution": ("bring",),
    "price": ("ladders", "exchange"),
    "deals": ("frontier", "proposals"),
    "why": ("offer",),
    "hold": ("hold", "spoilers", "levers", "holding"),
    "doubt": ("sensitivities", "assumptions"),
    "evidence": ("matrices", "conflicts", "levels", "grades", "observations", "sources"),
}


def facts_json(facts: Facts, *anchors: str) -> str:
    """Facts as JSON (format 1), whole or the parts of some sections; infinities become null."""
    return cut_json(_text(_finite(asdict(facts))), *anchors)


def cut_json(whole: str, *anchors: str) -> str:
    """Of `facts_json` of everything, what it says of some sections (none named: all)."""
    if not anchors:
        return whole
    keep = {key for anchor in anchors for key in SECTIONS[anchor]}
    listed = {key for keys in SECTIONS.values() for key in keys}
    return _text({key: v for key, v in json.loads(whole).items() if key in keep or key not in listed})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
