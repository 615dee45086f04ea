"""What a user waits for: help, the list of cases, a cold briefing. `./run bench -k help`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture


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


def test_cold_briefing(benchmark: BenchmarkFixture) -> None:
    """A thousand draws, nothing cached: at most 15 s on two cores."""
    benchmark.pedantic(detente, args=("brief", "kerry-2016", "--draws", "1000"), rounds=3)
