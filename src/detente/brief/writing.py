"""A briefing as text or as a file, straight from a study."""

from __future__ import annotations

from pathlib import Path

from detente.brief.pages import make_page, page_text, write_page
from detente.study import Study


def brief_text(study: Study, width: int = 100) -> str:
    """The briefing as plain text, `width` columns wide."""
    return page_text(make_page(study), width)


def write_brief(study: Study, path: str | Path) -> Path:
    """Write the briefing to `path`: .html (one self-contained file), .json (the facts) or .txt.

    Written whole or not at all. Raises InputError for another ending, OSError if the place cannot be
    written. Same study, same bytes.
    """
    return write_page(make_page(study), path)
