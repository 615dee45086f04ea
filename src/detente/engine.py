"""Where work runs: here, or in processes of this machine, with the same numbers in the same order.

An item carries its own seed (`Philox(SeedSequence(root, spawn_key=(i,)))`), so a result depends on
the item alone and never on who computed it, or when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]


def map_ordered(
    fn: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Result]:
    """`[fn(item) for item in items]`, with `workers` processes where there is more than one.

    `workers` ≥ 1 (ValueError otherwise). With more than one, `fn` and the items must be picklable
    and `fn` must live in an importable module; processes are started afresh (spawn), so nothing of
    this process leaks into them. `progress(done, total)` is called after every item, in order. The
    error of the first failing item, in the order of the items, reaches the caller as it was raised,
    and work not yet begun is dropped. Cost: starting a process loads what `fn` imports (half a
    second for NumPy and SciPy), so items should take longer than that. It does not restart a
    process that the system kills: that raises BrokenProcessPool.

    >>> map_ordered(abs, [-2, 1])
    [2, 1]
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    todo = list(items)
    if workers == 1 or len(todo) < 2:
        return _collect(map(fn, todo), len(todo), progress)
    pool = ProcessPoolExecutor(min(workers, len(todo)), mp_context=get_context("spawn"))
    try:
        return _collect(pool.map(fn, todo), len(todo), progress)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _collect(results: Iterator[Result], total: int, progress: Progress | None) -> list[Result]:
    found: list[Result] = []
    for result in results:
        found.append(result)
        if progress is not None:
            progress(len(found), total)
    return found
