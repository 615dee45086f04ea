"""What to tell: facts, the page made of them, and its renderers."""

from __future__ import annotations

import io
from pathlib import Path

from detente.brief.document import Document
from detente.brief.facts import Facts, Number, all_numbers, facts_json, gather_facts
from detente.brief.page import compose
from detente.errors import InputError
from detente.study import Study

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


def brief_text(study: Study, width: int = 100) -> str:
    """The briefing as plain text, `width` columns wide."""
    from rich.console import Console

    from detente.brief.terminal import print_document

    out = io.StringIO()
    print_document(
        compose(gather_facts(study)),
        Console(file=out, width=width, highlight=False, emoji=False, markup=False),
    )
    return out.getvalue()


def write_brief(study: Study, path: str | Path) -> Path:
    """Write the briefing to `path`: .html (one self-contained file), .json (the facts) or .txt.

    Written whole or not at all. Raises InputError for another ending, OSError if the place cannot be
    written. Same study, same bytes.
    """
    target = Path(path)
    if target.suffix in (".html", ".htm"):
        from detente.brief.html import render_html

        text = render_html(compose(gather_facts(study)))
    elif target.suffix == ".json":
        text = facts_json(gather_facts(study)) + "\n"
    elif target.suffix == ".txt":
        text = brief_text(study)
    else:
        raise InputError(f"a briefing must end in .html, .json or .txt, got {target.name!r}")
    part = target.with_name(target.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)
    return target
