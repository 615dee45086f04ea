"""How much of a task a group of contributors covers together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Complements = Sequence[Sequence[int]]
"""Per task, the places of the tasks that must be covered too (`all_of`)."""


def cover(capability: ArrayLike, all_of: Complements = ()) -> FloatArray:
    """Share of each task that contributors cover who work independently of each other.

    `capability`: (…, contributors, tasks) in 0..1, what each can cover alone. `all_of`: one entry
    per task, or none at all. Returns (…, tasks) in 0..1: `1 − Π_p (1 − c[p,k])`, multiplied by the
    same of every complement, named once each: strikes without ground truth cover nothing. Raises
    ValueError for a capability outside 0..1. Cost: linear in the size of `capability`.
    Source: MODEL section 5; the product is that of parallel components in reliability theory
    (Barlow & Proschan 1975, chapter 1). It will not find help that is more than independent (two
    who are good only together on one task: make that two tasks with `all_of`), nor people who
    cover the same tenth twice.

    >>> cover([[0.5, 1.0], [0.5, 0.2]]).tolist()
    [0.75, 1.0]
    >>> cover([[0.5, 0.4]], all_of=[(1,), ()]).tolist()
    [0.2, 0.4]
    """
    given = np.asarray(capability, dtype=np.float64)
    if not np.all((given >= 0) & (given <= 1)):
        raise ValueError("capability must be between 0 and 1")
    return with_complements(1.0 - np.prod(1.0 - given, axis=-2), all_of)


def with_complements(alone: FloatArray, all_of: Complements, axis: int = -1) -> FloatArray:
    """Covers of tasks taken alone → covers that count, each multiplied by those of its complements.

    `alone`: covers in 0..1 with the tasks on `axis`; `all_of` as in `cover`. Same shape out. A
    complement's own complements are not followed: name them all.
    """
    if not any(all_of):
        return alone
    tasks = np.moveaxis(alone, axis, 0)
    counted = np.stack([tasks[[k, *others]].prod(axis=0) for k, others in enumerate(all_of)])
    return np.moveaxis(counted, 0, axis)
