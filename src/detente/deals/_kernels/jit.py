"""How kernels are compiled, and when they pay for being loaded.

Compiled once per machine where the cache can be written, else once per process. Loading the compiler takes
most of a second, compiling several: until readable loops have taken about as long in this process as loading
would, they go on (the ski rental rule: never more than twice the better of both).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.deals._kernels import compiled

LOAD, LOAD_MORE, COMPILE = 700_000, 50_000, 8_000_000
"""Microseconds: the compiler and a kernel from the cache, one more kernel, and a kernel not compiled yet."""

_spent = [0]
"""Microseconds, about, that readable loops have taken in this process where a kernel would have done."""


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled at its first call. Raises ImportError without the extra `fast`."""
    compiled()  # names the cache folder, which must be known before the compiler is loaded
    from numba import njit

    try:
        found: Callable[..., Any] = njit(cache=True)(function)
    except RuntimeError:  # no folder for the cache can be written
        found = njit(function)
    return found


def pays(name: str, microseconds: int) -> bool:
    """Whether to use the kernels of module `name` for what would take readable loops so long.

    Both give the same bytes, so that only time depends on it. Cost: at most one look into the cache folder.
    """
    if f"detente.deals._kernels.{name}" in sys.modules:
        return True
    _spent[0] += microseconds
    if _spent[0] < LOAD_MORE or not compiled():
        return False
    bar = LOAD_MORE if "numba" in sys.modules else LOAD
    if _spent[0] < bar:
        return False
    return _spent[0] >= COMPILE or any(Path(os.environ["NUMBA_CACHE_DIR"]).glob(f"*/{name}.*.nbi"))
