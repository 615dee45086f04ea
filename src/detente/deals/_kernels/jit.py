"""How kernels are compiled: once per machine where the cache can be written, else once per process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from detente.deals._kernels import compiled


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled at its first call. Raises ImportError without the extra `fast`."""
    compiled()  # names the cache folder, which must be known before the compiler is loaded
    from numba import njit

    try:
        found: Callable[..., Any] = njit(cache=True)(function)
    except RuntimeError:  # no folder for the cache can be written
        found = njit(function)
    return found
