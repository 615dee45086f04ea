"""The command line: every command, wrong input without tracebacks, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from detente.cli import main
from detente.cli.commands import cli

ROOMS = ("brief", "beliefs", "contribution", "deals", "evidence", "price", "why", "holds")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("cli") / "lune"
    assert main(["new", str(place)]) == 0
    return str(place)


@pytest.mark.parametrize("command", ROOMS)
def test_every_room_shows_itself_and_as_json(
    command: str, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, folder, "--draws", "30"]) == 0
    told = capsys.readouterr()
    assert "As of" in told.out
    assert "\x1b" not in told.out
    assert told.err == ""
    assert main([command, folder, "--draws", "30", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == 1


def test_the_matrix_of_one_party(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", folder, "--draws", "30", "--party", "arvenia"]) == 0
    told = capsys.readouterr().out
    assert "hypotheses against" in told
    assert "Grades as numbers" in told
    assert main(["evidence", folder, "--draws", "30", "--party", "arvenia", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [matrix["party"] for matrix in facts["matrices"]] == ["arvenia"]
    assert facts["matrices"][0]["rows"][0]["cells"]
    assert main(["evidence", folder, "--party", "delmar"]) == 2
    assert "with hypotheses (arvenia), got 'delmar'" in capsys.readouterr().err


def test_a_narrow_terminal_gets_numbers_for_heads(
    folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["evidence", folder, "--draws", "30"]) == 0
    told = capsys.readouterr().out
    assert "hypotheses against" not in told
    assert "Hypotheses: 1 " in " ".join(told.split())


def test_first_steps_cases_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "kerry-2016" in capsys.readouterr().out
    assert main(["cases", "--json"]) == 0
    assert {"kerry-2016", "panama-1974", "camp-david-1978"} <= {
        c["name"] for c in json.loads(capsys.readouterr().out)
    }
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli.commands)


def test_check_counts_and_its_exit_code(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", folder]) == 0
    assert "0 errors" in capsys.readouterr().out
    text = (Path(folder) / "case.yaml").read_text("utf-8")
    bad = tmp_path / "bad"
    assert main(["new", str(bad)]) == 0
    (bad / "case.yaml").write_text(text.replace("principal:", "principle:"), "utf-8")
    capsys.readouterr()
    assert main(["check", str(bad)]) == 2
    assert "principal" in capsys.readouterr().out
    assert main(["brief", str(bad)]) == 2
    assert "case.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["brief", "no-such-case"],
        ["brief", "panama-1974", "--as-of", "yesterday"],
        ["brief", "panama-1974", "--for", "nobody"],
        ["brief", "panama-1974", "--table", "a,b"],
        ["brief", "panama-1974", "--draws", "0"],
        ["brief", "panama-1974", "--seed", "-1"],
        ["why", "panama-1974", "--package", "x=y"],
        ["evidence", "kerry-2016", "--party", "nobody"],
        ["evidence", "panama-1974", "--party", "us"],
        ["price", "panama-1974", "--issue", "nothing"],
        ["brief", "panama-1974", "--draws", "20", "--html", "/nowhere/at/all.html"],
        ["frobnicate"],
        ["brief"],
    ],
)
def test_wrong_input_is_told_without_a_traceback(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.err.strip()
    assert "Traceback" not in told.err


def test_new_refuses_to_overwrite(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = (Path(folder) / "case.yaml").read_bytes()
    assert main(["new", folder]) == 2
    assert capsys.readouterr().err.strip()
    assert (Path(folder) / "case.yaml").read_bytes() == before


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from detente.cli import main; main(['--help']); "
        "print([m for m in ('numpy', 'scipy', 'pydantic', 'yaml', 'rich', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_a_broken_pipe_is_quiet(folder: str) -> None:
    command = f"{sys.executable} -m detente.cli brief {folder} --draws 30 | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
