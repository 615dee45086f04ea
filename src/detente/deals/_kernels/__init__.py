"""Compiled twins of slow loops. Each has a readable twin of the same name outside this folder and a test
of one against the other; without the extra `fast` the readable ones do all the work."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def compiled() -> bool:
    """Whether compiled kernels can be used. Compiled code is kept in the user's cache folder, so that a
    machine compiles once; where that cannot be written, it compiles anew in every process."""
    if find_spec("numba") is None:
        return False
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    os.environ.setdefault("NUMBA_CACHE_DIR", str(home / "detente" / "numba"))
    return True
