"""What is shown from the cache is what was computed, and nothing about the cache stops a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from detente.cli import main

COMMANDS = (
    ("brief",),
    ("beliefs",),
    ("beliefs", "--json"),
    ("brief", "--json"),
    ("why",),
    ("why", "--package", "draft"),
    ("price", "--issue", "water"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("kept") / "lune"
    assert main(["new", str(place)]) == 0
    return str(place)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "detente"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    assert main([*words, "--draws", "30"]) == 0
    shown = capsys.readouterr()
    return shown.out, shown.err


def words_of(folder: str) -> dict[str, str]:
    """An issue and a proposal of the case, by the names that COMMANDS use for them."""
    from detente.case import load

    case = load(folder)
    return {"water": case.issues[0].name, "draft": case.proposals[0].name}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_from_the_cache_as_without_it(
    command: tuple[str, ...],
    folder: str,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = words_of(folder)
    asked = [command[0], folder, *(names.get(word, word) for word in command[1:])]
    capsys.readouterr()
    fresh = told(capsys, *asked, "--no-cache")
    assert not place.exists()
    assert told(capsys, *asked) == fresh
    monkeypatch.setattr("detente.study.run.assess", None)
    monkeypatch.setattr("detente.brief.facts.gather.gather_facts", None)
    assert told(capsys, *asked) == fresh


def test_another_page_of_a_kept_study_is_made_from_it(
    folder: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("why", folder, "--package", words_of(folder)["draft"])
    fresh = told(capsys, *asked, "--no-cache")
    told(capsys, "brief", folder)
    monkeypatch.setattr("detente.study.run.assess", None)
    assert told(capsys, *asked) == fresh


def test_the_file_is_the_same_from_the_cache(
    folder: str,
    place: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = [tmp_path / f"{n}.html" for n in range(3)]
    told(capsys, "brief", folder, "--html", str(files[0]), "--no-cache")
    told(capsys, "brief", folder, "--html", str(files[1]))
    monkeypatch.setattr("detente.brief.draw.draw_svg", None)
    monkeypatch.setattr("detente.brief.html.render_html", None)
    told(capsys, "brief", folder, "--html", str(files[2]))
    assert len({file.read_bytes() for file in files}) == 1


def test_a_case_that_changed_is_computed_again(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = str(tmp_path / "mine")
    assert main(["new", mine]) == 0
    capsys.readouterr()
    before = told(capsys, "brief", mine)
    file = Path(mine) / "case.yaml"
    lines = file.read_text("utf-8").splitlines()
    title = next(n for n, line in enumerate(lines) if line.startswith("title:"))
    lines[title] = "title: Another matter altogether"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    after = told(capsys, "brief", mine)
    assert "Another matter altogether" in after[0]
    assert "Another matter altogether" not in before[0]


def test_a_hostile_folder_is_told_once_and_not_used(
    folder: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = told(capsys, "brief", folder)
    place.chmod(0o777)
    shown, noted = told(capsys, "brief", folder)
    assert shown == fresh[0]
    assert noted.count("the cache is not used") == 1
    assert len(noted.splitlines()) == 1
    assert told(capsys, "brief", folder, "--quiet") == fresh


def test_wrong_names_are_told_as_ever(folder: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "brief", folder)
    assert main(["why", folder, "--draws", "30", "--package", "x=y"]) == 2
    assert main(["price", folder, "--draws", "30", "--issue", "nothing"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_cache_tells_where_it_is_and_is_cleared(
    folder: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "brief", folder)
    assert main(["cache", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["path"], found["studies"]) == (str(place / "studies.sqlite"), 1)
    assert 0 < found["bytes"] < found["limit"]
    assert main(["cache", "--clear"]) == 0
    assert "0 studies" in capsys.readouterr().out
    assert list(place.iterdir()) == []


def test_a_kept_briefing_loads_nothing_heavy(
    folder: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "brief", folder)
    code = (
        "import sys; from detente.cli import main; "
        f"assert main(['brief', {folder!r}, '--draws', '30']) == 0; "
        "print([m for m in ('numpy', 'scipy', 'pydantic', 'yaml', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.strip().endswith("[]")
