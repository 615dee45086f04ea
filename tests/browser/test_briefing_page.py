"""The mailed briefing in a real browser: complete, silent, self-contained, and it fits."""

from __future__ import annotations

from pathlib import Path

import pytest

import detente as dt
from tests.browser.looking import look

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The briefing of a bundled case, with few draws."""
    path = tmp_path_factory.mktemp("page") / "brief.html"
    dt.write_brief(dt.assess("kerry-2016", draws=60), path)
    return path


@pytest.mark.parametrize("width", [1280, 520])
def test_it_opens_from_disk_and_needs_nothing_else(
    chromium: str, page: Path, tmp_path: Path, width: int
) -> None:
    found = look(chromium, page, tmp_path, width)
    assert found.said == ()
    assert found.asked_for == ()
    assert found.fits, f"{found.width} pixels wide in a window of {found.window}: {found.wide}"
    assert found.pictures >= 3
    assert found.words > 5000
