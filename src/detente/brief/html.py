"""The briefing as one HTML file: no network, no script, escaped everywhere, prints on A4 and Letter."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

from detente.brief.document import Document, Picture, Points, Table, Text
from detente.brief.draw import draw_svg
from detente.brief.words import visible


def render_html(document: Document) -> str:
    """One self-contained page from a Document; same document, same bytes.

    A Content-Security-Policy in the page allows its own style sheet (by hash) and nothing else.
    Cost: linear in the document, plus about 0.03 s for each picture.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("detente.brief"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests.update(
        text=lambda b: isinstance(b, Text),
        points=lambda b: isinstance(b, Points),
        table=lambda b: isinstance(b, Table),
        picture=lambda b: isinstance(b, Picture),
        day=lambda text: re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None,
    )
    style = "\n" + files("detente.brief").joinpath("templates/brief.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("brief.html").render(
        page=document,
        style=Markup(style),  # our own file, not a case's text
        policy=(
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'none'; base-uri 'none'; form-action"
            " 'none'"
        ),
        svg=lambda picture: Markup(_inert(draw_svg(picture.spec))),
    )


def _inert(svg: str) -> str:
    """The drawing without inline styles, which the page's policy would refuse."""
    svg = re.sub(r' style="[^"]*"', "", svg)
    return svg.replace("<svg ", '<svg role="presentation" aria-hidden="true" focusable="false" ', 1)
