"""A crew gives the numbers of one process, shares the work, and ends when its owner ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detente.engine import Crew, cores


def square(i: int) -> int:
    return i * i


def slow_id(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def refuse_odd(i: int) -> int:
    if i % 2:
        raise KeyError(f"item {i}")
    return i


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_order_whoever_finds_them(workers: int) -> None:
    with Crew(workers) as crew:
        begun = crew.begin(square, 9)
        assert crew.map(square, range(7)) == [i * i for i in range(7)]
        assert begun.result() == begun.result() == 81
        assert crew.map(square, []) == []
        assert crew.map(square, [3]) == [9]


def test_one_works_alone_and_two_share() -> None:
    with Crew() as alone:
        assert alone.alone
        assert set(alone.map(slow_id, [0.0] * 3)) == {os.getpid()}
        assert alone.begin(slow_id, 0.0).result() == os.getpid()
    with Crew(2) as crew:
        assert not crew.alone
        crew.begin(square, 1).result()
        found = crew.map(slow_id, [0.2] * 4)
        assert os.getpid() in found
        assert len(set(found)) == 2
        assert crew.begin(slow_id, 0.0).result() in set(found) - {os.getpid()}


def leave_a_mark(path: Path) -> None:
    if path.name == "last":
        raise KeyError("last")
    time.sleep(0.1)
    path.touch()


def test_after_an_error_what_was_not_begun_is_dropped(tmp_path: Path) -> None:
    with Crew(2) as crew:
        crew.begin(square, 1).result()
        with pytest.raises(KeyError, match="last"):
            crew.map(leave_a_mark, [*(tmp_path / str(k) for k in range(8)), tmp_path / "last"])
    assert len(list(tmp_path.iterdir())) <= 1


@pytest.mark.parametrize("workers", [1, 2])
def test_errors_reach_whoever_asks(workers: int) -> None:
    with Crew(workers) as crew:
        with pytest.raises(KeyError, match="item"):
            crew.map(refuse_odd, range(6))
        with pytest.raises(KeyError, match="item 5"):
            crew.begin(refuse_odd, 5).result()
        assert crew.map(square, [2, 3]) == [4, 9]


def test_a_crew_of_nobody_is_told() -> None:
    with pytest.raises(ValueError, match="workers"):
        Crew(0)
    assert cores() >= 1


OWNER = (
    "import os, time; from detente.engine import Crew; from tests.engine.test_crew import slow_id\n"
    "if __name__ == '__main__':\n"
    "    crew = Crew(2); print(crew.begin(slow_id, 0.0).result(), flush=True)\n"
    "    crew.begin(slow_id, 60.0); time.sleep(0.2); os.kill(os.getpid(), 9)\n"
)


def test_nobody_is_left_behind_by_an_owner_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        other = int(owner.stdout.readline())
        assert owner.wait(timeout=60) == -9
        for _ in range(200):
            if not running(other):
                break
            time.sleep(0.05)
        left = running(other)
        if left:
            os.kill(other, signal.SIGKILL)
    assert not left


def running(process: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False
    return told.rsplit(")", 1)[1].split()[0] != "Z"
