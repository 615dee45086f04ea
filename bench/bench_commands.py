"""What a user waits for: help, the list of cases, a briefing computed and kept. `./run bench -k help`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.case import load


def detente(*words: str) -> None:
    """One command in a process of its own, as a shell starts it."""
    done = subprocess.run([sys.executable, "-m", "detente.cli", *words], stdout=subprocess.DEVNULL)
    assert done.returncode in (0, 1)  # 1: notices


@pytest.mark.parametrize(
    "words", [("--help",), ("cases",), ("check", "panama-1974", "--files-only")], ids=" ".join
)
def test_quick(benchmark: BenchmarkFixture, words: tuple[str, ...]) -> None:
    """Help should come in under 0.3 s."""
    benchmark.pedantic(detente, args=words, rounds=7, warmup_rounds=1)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_cold_briefing(benchmark: BenchmarkFixture, tmp_path: Path, workers: str) -> None:
    """A thousand draws and the HTML file, nothing kept: at most 5 s on two cores."""
    words = ("brief", "kerry-2016", "--no-cache", "--workers", workers, "--html", str(tmp_path / "b.html"))
    benchmark.pedantic(detente, args=words, rounds=3, warmup_rounds=1)


@pytest.mark.parametrize(
    "words",
    [
        ("brief", "kerry-2016"),
        ("brief", "kerry-2016", "--json"),
        ("why", "kerry-2016"),
        ("holds", "kerry-2016"),
    ],
    ids=" ".join,
)
def test_kept_page(
    benchmark: BenchmarkFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """What was shown before: at most 1 s."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    benchmark.pedantic(detente, args=words, rounds=7, warmup_rounds=1)


def test_another_page_of_a_kept_study(
    benchmark: BenchmarkFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another package on the table of a study that is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    detente("brief", "kerry-2016")
    packages = iter(f"sanctions={option}" for option in options_of("kerry-2016", "sanctions"))
    benchmark.pedantic(
        detente, setup=lambda: (("why", "kerry-2016", "--package", next(packages)), {}), rounds=3
    )


def options_of(case: str, issue: str) -> list[str]:
    """Names of the options of an issue."""
    return [option.name for one in load(case).issues if one.name == issue for option in one.options]
