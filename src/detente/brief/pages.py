"""Pages ready to be shown or kept: the document, its facts as JSON, and the HTML file."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detente.brief.document import Document
from detente.errors import InputError
from detente.study.cache import Cache

if TYPE_CHECKING:
    from detente.study import Study


@dataclass(frozen=True, slots=True)
class Page:
    """A briefing as a `document`, and all its `facts` as JSON."""

    document: Document
    facts: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the pages of one study lie: a cache, the study's key, and what was changed in it (another
    package on the table, another issue priced) by name."""

    cache: Cache
    key: str
    changes: tuple[tuple[str, str], ...] = ()

    def part(self, kind: str) -> str:
        """The name of a part of this page."""
        if not self.changes:
            return kind
        return f"{kind} {hashlib.blake2b(json.dumps(self.changes).encode(), digest_size=16).hexdigest()}"


def make_page(study: Study) -> Page:
    """The page of a study. Cost: linear in what is shown."""
    from detente.brief.facts import facts_json, gather_facts
    from detente.brief.page.compose import compose

    facts = gather_facts(study)
    return Page(compose(facts), facts_json(facts))


def kept_page(shelf: Shelf) -> Page | None:
    """The page that lies on a shelf, if one does: byte for byte what `make_page` made."""
    document = shelf.cache.get(shelf.key, shelf.part("document"))
    facts = None if document is None else shelf.cache.get(shelf.key, shelf.part("facts"))
    if document is None or facts is None:
        return None
    return Page(pickle.loads(document), facts.decode())  # the cache has looked at whose file it is


def keep_page(shelf: Shelf, page: Page) -> None:
    """Put a page on its shelf."""
    told = {shelf.part("document"): pickle.dumps(page.document, protocol=5)}
    shelf.cache.put(shelf.key, {**told, shelf.part("facts"): page.facts.encode()})


def page_html(page: Page, shelf: Shelf | None = None) -> str:
    """The HTML file of a page, from its shelf where it lies there; put there where it does not.

    Cost: a second where pictures must be drawn.
    """
    drawn = None if shelf is None else shelf.cache.get(shelf.key, shelf.part("html"))
    if drawn is not None:
        return drawn.decode()
    from detente.brief.html import render_html

    text = render_html(page.document)
    if shelf is not None:
        shelf.cache.put(shelf.key, {shelf.part("html"): text.encode()})
    return text


def page_text(page: Page, width: int = 100) -> str:
    """The page as plain text, `width` columns wide."""
    import io

    from rich.console import Console

    from detente.brief.terminal import print_document

    out = io.StringIO()
    print_document(page.document, Console(file=out, width=width, highlight=False, emoji=False, markup=False))
    return out.getvalue()


def write_page(page: Page, path: str | Path, shelf: Shelf | None = None) -> Path:
    """Write a page to `path`: .html (one self-contained file), .json (the facts) or .txt.

    Written whole or not at all. Raises InputError for another ending, OSError if the place cannot be
    written. Same page, same bytes.
    """
    target = Path(path)
    if target.suffix in (".html", ".htm"):
        text = page_html(page, shelf)
    elif target.suffix == ".json":
        text = page.facts + "\n"
    elif target.suffix == ".txt":
        text = page_text(page)
    else:
        raise InputError(f"a briefing must end in .html, .json or .txt, got {target.name!r}")
    part = target.with_name(target.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)
    return target
