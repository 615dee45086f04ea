"""The engine gives the same numbers however many processes do the work."""

from __future__ import annotations

import os

import numpy as np
import pytest

from detente.engine import map_ordered


def draw(i: int) -> list[float]:
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(7, spawn_key=(i,))))
    return [float(x) for x in rng.random(3)]


def refuse_three(i: int) -> int:
    if i >= 3:
        raise KeyError(f"item {i}")
    return i


def process_id(_: int) -> int:
    return os.getpid()


def test_two_processes_give_the_numbers_of_one() -> None:
    assert map_ordered(draw, range(6), workers=2) == map_ordered(draw, range(6))


def test_work_really_leaves_this_process() -> None:
    assert os.getpid() not in map_ordered(process_id, range(4), workers=2)
    assert map_ordered(process_id, range(2)) == [os.getpid()] * 2


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_error_in_order_reaches_the_caller(workers: int) -> None:
    done: list[int] = []
    with pytest.raises(KeyError, match="item 3"):
        map_ordered(refuse_three, range(8), workers=workers, progress=lambda n, _: done.append(n))
    assert done == [1, 2, 3]


def test_progress_counts_every_item() -> None:
    seen: list[tuple[int, int]] = []
    map_ordered(abs, [1, -1, 0], progress=lambda n, total: seen.append((n, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_nothing_to_do_and_nobody_to_do_it() -> None:
    assert map_ordered(abs, [], workers=4) == []
    with pytest.raises(ValueError, match="workers"):
        map_ordered(abs, [1], workers=0)
