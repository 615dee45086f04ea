"""Where work runs: here, or in processes of this machine, with the same numbers in the same order.

An item carries its own seed (`Philox(SeedSequence(root, spawn_key=(i,)))`), so a result depends on
the item alone and never on who computed it, or when.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from types import TracebackType
from typing import Any, Generic, TypeVar

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


def cores() -> int:
    """Processors that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class Pending(Generic[Result]):
    """Work begun elsewhere, or put off until somebody asks for it."""

    def __init__(self, later: Callable[[], Result]) -> None:
        self._later = later
        self._found: list[Result] = []

    def result(self) -> Result:
        """What the work found; its error is raised here."""
        if not self._found:
            self._found.append(self._later())
        return self._found[0]


class Crew:
    """This process and `workers` − 1 others beside it, started at once and kept until the end of a `with`.

    `warm`: modules that the others load while this process is busy with something else. With one worker
    nothing is started, and everything happens here when its result is asked for. Functions and items
    must be picklable where there is more than one, and results never depend on how many there are. The
    others are started afresh (spawn): a script that uses more than one needs the usual
    `if __name__ == "__main__"`. Cost: half a second of a processor for each, NumPy and SciPy loaded.
    A process that the system kills raises BrokenProcessPool.

    >>> with Crew() as crew:
    ...     crew.map(abs, [-2, 1]), crew.begin(abs, -3).result()
    ([2, 1], 3)
    """

    def __init__(self, workers: int = 1, *, warm: Sequence[str] = ()) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        context = get_context("spawn")
        self._others = [
            ProcessPoolExecutor(1, mp_context=context, initializer=_settle) for _ in range(workers - 1)
        ]
        for other in self._others:
            other.submit(_load, tuple(warm))

    @property
    def alone(self) -> bool:
        """Whether everything happens in this process."""
        return not self._others

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for other in self._others:
            other.shutdown(wait=False, cancel_futures=True)

    def begin(self, fn: Callable[[Item], Result], item: Item) -> Pending[Result]:
        """`fn(item)` in the first of the other processes, while this one goes on."""
        if not self._others:
            return Pending(lambda: fn(item))
        return Pending(self._others[0].submit(fn, item).result)

    def map(self, fn: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """`[fn(item) for item in items]`, by all processes, this one too: whoever is free takes the next, the
        others from the front and this one from the back.

        The error of the first failing item, in their order, reaches the caller; what was not yet begun
        then is dropped.
        """
        todo = deque(enumerate(items))
        if not self._others:
            return [fn(item) for _, item in todo]
        done: dict[int, Future[Result]] = {}
        hands = [Thread(target=_feed, args=(other, fn, todo, done)) for other in self._others]
        for hand in hands[: max(len(todo) - 1, 0)]:
            hand.start()
        while todo:
            _take(lambda item: fn(item), todo, done, last=True)
        for hand in hands:
            if hand.ident is not None:
                hand.join()
        return [done[place].result() for place in sorted(done)]


def _settle() -> None:
    """A process beside another: an interruption ends it without a word, and so does the end of the other."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _load(modules: Sequence[str]) -> None:
    for name in modules:
        import_module(name)


def _feed(
    other: ProcessPoolExecutor,
    fn: Callable[[Item], Result],
    todo: deque[tuple[int, Item]],
    done: dict[int, Future[Result]],
) -> None:
    while todo:
        _take(lambda item: other.submit(fn, item).result(), todo, done, last=False)


def _take(
    work: Callable[[Any], Result],
    todo: deque[tuple[int, Any]],
    done: dict[int, Future[Result]],
    *,
    last: bool,
) -> None:
    """One item worked on, if one is left; after an error nothing is left."""
    try:
        place, item = todo.pop() if last else todo.popleft()
    except IndexError:
        return
    done[place] = outcome = Future[Result]()
    try:
        outcome.set_result(work(item))
    except BaseException as error:
        todo.clear()
        outcome.set_exception(error)
