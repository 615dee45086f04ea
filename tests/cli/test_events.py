"""`detente import events`: what it says, what it writes, how it fails; and `detente import` beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detente.case import load, new_case
from detente.case.importers import list_importers
from detente.cli import main
from detente.cli.commands import cli
from tests.case.importers.made_up import mapping_text, rows_of, write_rows

SPACE = "issue,option,a,b\ni,x,1,2\ni,y,2,1\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    unga = list_importers()["unga"]
    path = write_rows(tmp_path / "rows.csv", unga.columns, rows_of(unga))
    (tmp_path / "map.yaml").write_text(mapping_text("unga"), encoding="utf-8")
    return str(path), str(tmp_path / "map.yaml")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["import", "events", *words])


def test_it_tells_what_it_found(files: tuple[str, str]) -> None:
    result = run("unga", files[0], "--mapping", files[1])
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert lines == [
        "rows.csv as unga: 6 rows",
        "3 counted, in 2 groups worth 2.7 independent choices (rho 0.2)",
        "1 double: 10 Russia 1",
        "1 actor not mapped: FR 1",
        "1 kind not mapped: R/71/14 1",
        "Nothing written: --into CASE_FOLDER or --out FOLDER would",
    ]


def test_json_has_every_group(files: tuple[str, str], tmp_path: Path) -> None:
    result = run("unga", files[0], "--mapping", files[1], "--json", "--out", str(tmp_path / "out"))
    found = json.loads(result.output)
    assert (found["rows"], found["counted"], len(found["groups"]), len(found["written"])) == (6, 3, 2, 3)
    assert found["groups"][0]["known_on"] == "2016-07-31"


def test_dates_choose(files: tuple[str, str]) -> None:
    for words, counted in (
        (("--from", "2016-08-01"), 1),
        (("--to", "2016-07-31"), 2),
        (("--as-of", "2016-07-05"), 1),
    ):
        found = json.loads(run("unga", files[0], "--mapping", files[1], "--json", *words).output)
        assert found["counted"] == counted
    assert run("unga", files[0], "--mapping", files[1], "--from", "soon").exit_code == 2


def test_into_a_case(tmp_path: Path) -> None:
    case = new_case("c", tmp_path)
    gdelt = list_importers()["gdelt-1"]
    path = write_rows(tmp_path / "rows", gdelt.columns, rows_of(gdelt), delimiter="\t", header=False)
    mapping = tmp_path / "m.yaml"
    text = mapping_text("gdelt-1").replace("one:", "arvenia:").replace("two:", "delmar:")
    mapping.write_text(text.replace("menu: m, take: soft", "menu: dry_spell, take: open_gates").replace("menu: m, take: hard", "menu: dry_spell, take: run_turbines"), encoding="utf-8")  # fmt: skip
    words = ("gdelt-1", str(path), "--mapping", str(mapping), "--into", str(case))
    first = run(*words)
    assert first.exit_code == 0, first.output
    assert first.output.count("Written: ") == 3
    assert sum(coding.id.startswith("gdelt-1.act") for coding in load(case).codings) == 2
    assert main(["import", "events", *words]) == 2
    again = run(*words, "--replace")
    assert "Nothing changed" in again.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--into", "kerry-2016"), "got a bundled one"),
        (("--into", "nowhere"), "must be a case folder"),
        (("--into", "a", "--out", "b"), "must not stand together"),
        (("--replace",), "must stand with --into"),
        (("--mentions", "x"), "unga has no files of mentions"),
    ],
)
def test_wrong_words_end_without_a_traceback(
    words: tuple[str, ...], told: str, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "events", "unga", files[0], "--mapping", files[1], *words]) == 2
    assert told in capsys.readouterr().err


def test_a_mapping_is_required(files: tuple[str, str]) -> None:
    result = run("unga", files[0])
    assert result.exit_code == 2
    assert "--mapping" in result.output
    assert "Usage: cli import events [OPTIONS] FORMAT FILE" in result.output


def test_spaces_are_imported_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events").write_text(SPACE)
    Path("space.csv").write_text(SPACE)
    for path in ("space.csv", "./events"):
        result = CliRunner().invoke(cli, ["import", path, "--from", "csv"])
        assert result.exit_code == 0, result.output
    assert "--profile" in CliRunner().invoke(cli, ["import", "--help"]).output
    assert "--mapping" in run("--help").output
    assert CliRunner().invoke(cli, ["import"]).exit_code == 2
