"""A study that comes from the cache is the study that went in, and nothing stale has its key."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from detente.brief import facts_json, gather_facts
from detente.brief.pages import Shelf, keep_page, kept_page, make_page, page_html
from detente.case import load, new_case
from detente.study import Study, assess, keep_study, kept_study, study_key, with_offer
from detente.study.cache import Cache
from detente.study.keeping import program_digest

ASKED: dict[str, Any] = {
    "principal": None,
    "table": None,
    "as_of": None,
    "draws": 40,
    "seed": 0,
    "as_declared": False,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_case("lune", tmp_path_factory.mktemp("keeping"))


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return assess(load(folder), draws=40)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    def fail(text: str) -> None:
        raise AssertionError(text)

    return Cache(tmp_path / "detente", note=fail)


def same(one: object, two: object) -> bool:
    """Whether two values hold the same, arrays to the last bit."""
    if isinstance(one, np.ndarray):
        return isinstance(two, np.ndarray) and one.dtype == two.dtype and one.tobytes() == two.tobytes()
    if hasattr(one, "__dataclass_fields__"):
        return type(one) is type(two) and all(
            same(getattr(one, f.name), getattr(two, f.name))
            for f in fields(one)  # type: ignore[arg-type]
            if f.compare
        )
    if isinstance(one, tuple | list):
        return isinstance(two, tuple | list) and len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return isinstance(two, dict) and list(one) == list(two) and all(same(one[k], two[k]) for k in one)
    return one == two or (one != one and two != two)


def test_a_kept_study_is_the_same_to_the_last_bit(study: Study, cache: Cache) -> None:
    keep_study(cache, "k", study)
    found = kept_study(cache, "k")
    assert found is not None
    assert [f.name for f in fields(study) if not same(getattr(study, f.name), getattr(found, f.name))] == []
    assert facts_json(gather_facts(found)) == facts_json(gather_facts(study))
    asked = study.case.proposals[0].name
    assert facts_json(gather_facts(with_offer(found, asked))) == facts_json(
        gather_facts(with_offer(study, asked))
    )
    assert kept_study(cache, "l") is None


def test_a_kept_page_is_the_same_byte_for_byte(study: Study, cache: Cache) -> None:
    shelf, page = Shelf(cache, "k"), make_page(study)
    assert kept_page(shelf) is None
    keep_page(shelf, page)
    found = kept_page(shelf)
    assert found == page
    html = page_html(page)
    assert page_html(found, shelf) == html
    assert cache.get("k", "html") == html.encode()
    assert page_html(found, shelf) == html
    assert kept_page(Shelf(cache, "k", (("package", "other"),))) is None


def test_whatever_changes_the_numbers_changes_the_key(folder: Path, tmp_path: Path) -> None:
    other = copytree(folder, tmp_path / "lune")
    (other / "events.csv").write_text((folder / "events.csv").read_text("utf-8") + "\n", "utf-8")
    changed: list[dict[str, Any]] = [
        {"principal": "west"},
        {"table": ("a", "b")},
        {"table": ("b", "a")},
        {"as_of": date(2031, 1, 1)},
        {"draws": 41},
        {"seed": 1},
        {"as_declared": True},
    ]
    keys = {study_key(place, **ASKED) for place in (folder, other)}
    keys |= {study_key(folder, **{**ASKED, **change}) for change in changed}
    assert len(keys) == 2 + len(changed)
    assert study_key(folder, **ASKED) == study_key(Path(str(folder)), **ASKED)


def test_a_program_that_changed_has_another_digest(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "inner").mkdir(parents=True)
    (package / "inner" / "a.py").write_text("x = 1\n")
    before = program_digest(package)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.pyc").write_text("made")
    assert program_digest(package) == before
    (package / "inner" / "a.py").write_text("x = 2\n")
    assert program_digest(package) != before


def test_a_package_that_was_updated_changes_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = program_digest(tmp_path)
    (tmp_path / "beside" / "numpy-9.9.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "beside")
    (tmp_path / "empty").mkdir()
    assert program_digest(tmp_path / "empty") != before
