"""The two renderers on a hand-made page: hostile text stays text, nothing is loaded from outside."""

import io
import re
from html import unescape

from rich.cells import cell_len
from rich.console import Console

from detente.brief.document import Cell, Document, Picture, Points, Section, Table, Text
from detente.brief.html import render_html
from detente.brief.terminal import print_document

HOSTILE = (
    '\uffff\x00\ud800\x1b[31m\x07<script>alert(1)</script> {{ 7*7 }} "quoted" [bold]\u202eevil\u202c 🔥 Ж'
)
GRID = Table(
    "Grid " + HOSTILE,
    ("a", HOSTILE),
    tuple((Cell(f"row {k}"), Cell(HOSTILE, 0.5, "bad")) for k in range(5)),
    (1,),
    2,
    HOSTILE,
)
SPEC = {
    "data": {"values": [{"x": 1, "label": HOSTILE}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "label", "type": "nominal"}},
}
PAGE = Document(
    HOSTILE, HOSTILE, "TRIAL", HOSTILE,
    (Section("one", HOSTILE, HOSTILE, (Text(HOSTILE, "bad"), Points(((HOSTILE, (HOSTILE,), "one"),)), GRID, Picture("p", HOSTILE, SPEC, HOSTILE, GRID))),),
    ((HOSTILE, HOSTILE),), (HOSTILE,),
)  # fmt: skip


def test_html_escapes_everything_and_loads_nothing() -> None:
    page = render_html(PAGE)
    assert "<script" not in page.lower()
    assert "{{ 7*7 }}" in page and "49" not in re.sub(
        r"<style>.*?</style>|<svg.*?</svg>", "", page, flags=re.S
    )
    assert not re.search(r'(src|href)="(?!#)', page)
    assert not re.search(r"url\(|@import", page)
    assert "default-src 'none'" in unescape(page)
    assert page.count("TRIAL") == 2


def test_svg_has_no_colour_of_its_own() -> None:
    svgs = re.findall(r"<svg.*?</svg>", render_html(PAGE), flags=re.S)
    assert len(svgs) == 1
    for colour in re.findall(r'(?:fill|stroke)="([^"]*)"', svgs[0]):
        assert colour in ("none", "transparent", "") or colour.startswith("var(--") or colour == "#4c78a8", (
            colour
        )


def test_same_document_same_bytes() -> None:
    assert render_html(PAGE) == render_html(PAGE)


def test_terminal_prints_markup_as_text_and_cuts_long_tables() -> None:
    out = io.StringIO()
    print_document(PAGE, Console(file=out, width=100, markup=False, emoji=False, highlight=False))
    text = out.getvalue()
    assert "[bold]" in text and "<script>" in text
    assert "row 1" in text and "row 2" not in text and "3 more" in text
    assert "\x1b" not in text and "\u202e" not in text


def test_terminal_fits_its_width() -> None:
    out = io.StringIO()
    print_document(PAGE, Console(file=out, width=60, markup=False, emoji=False, highlight=False))
    assert max(cell_len(line) for line in out.getvalue().splitlines()) <= 60
