"""The watcher itself: it must see what would be wrong with a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.looking import Seen, look

pytestmark = pytest.mark.browser


def seen(chromium: str, folder: Path, body: str, width: int = 1200) -> Seen:
    page = folder / "page.html"
    page.write_text(f"<!doctype html><html><body>{body}</body></html>", encoding="utf-8")
    return look(chromium, page, folder, width)


def test_a_good_page(chromium: str, tmp_path: Path) -> None:
    found = seen(chromium, tmp_path, "<p>words</p><svg width=100 height=100></svg>")
    assert (found.said, found.asked_for, found.fits, found.pictures, found.words) == ((), (), True, 1, 5)


def test_what_is_wrong_is_seen(chromium: str, tmp_path: Path) -> None:
    image, broken = '<img src="https://elsewhere.example/x.png">', "<script>nonsense()</script>"
    bad = f'{image}<div style="width:2000px">wide</div>{broken}'
    found = seen(chromium, tmp_path, bad, width=800)
    assert found.asked_for == ("https://elsewhere.example/x.png",)
    assert not found.fits
    assert found.wide == ("DIV.",)
    assert any("nonsense is not defined" in line for line in found.said)
