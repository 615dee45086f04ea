"""What a group of contributors is worth, and what one more adds to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.contribution.coverage import Complements, cover, with_complements
from detente.errors import InputError

FloatArray = NDArray[np.float64]


def coalition_value(
    capability: ArrayLike, sizes: ArrayLike, members: Sequence[int], all_of: Complements = ()
) -> FloatArray:
    """v(S): what the members cover together, in the points that `sizes` is in.

    `capability`: (…, contributors, tasks) in 0..1. `sizes`: (…, tasks) points at full cover, weight
    × R_g × ω_k. `members`: places of the contributors in S. Returns (…). v of nobody is 0. Cost:
    linear in the size of `capability`. Source: MODEL section 5, `v = Σ_g weight·R_g·Σ_k ω_k·cover_k`.
    It will not find gains that are not in a task, such as legitimacy.

    >>> round(float(coalition_value([[0.5], [0.5]], [40.0], members=[0, 1])), 6)
    30.0
    """
    given = np.asarray(capability, dtype=np.float64)[..., list(members), :]
    value: FloatArray = (np.asarray(sizes, dtype=np.float64) * cover(given, all_of)).sum(axis=-1)
    return value


def value_table(capability: FloatArray, sizes: FloatArray, all_of: Complements = ()) -> FloatArray:
    """v of every coalition at once; coalition m holds contributor i where bit i of m is set.

    `capability`: (draws, contributors, tasks), `sizes`: (draws, tasks) as in `coalition_value`.
    Returns (draws, 2^contributors). Cost and memory: draws × tasks × 2^contributors.
    """
    draws, contributors, tasks = capability.shape
    missing = np.ones((draws, tasks, 1))
    for i in range(contributors):
        missing = np.concatenate([missing, missing * (1.0 - capability[:, i, :, None])], axis=-1)
    counted = with_complements(1.0 - missing, all_of, axis=1)
    value = np.zeros((draws, 2**contributors))
    for k in range(tasks):
        value += sizes[:, k, None] * counted[:, k]
    return value


def added_cover(capability: FloatArray, alone: FloatArray, all_of: Complements = ()) -> FloatArray:
    """What each contributor adds to the cover that all others reach together.

    `capability`: (draws, contributors, tasks) of the others. `alone`: the same shape, what each
    contributor brings when it is the one that joins (its claim, say). Returns the same shape,
    in 0..1: `cover(S∪{p}) − cover(S)`, S = everybody but p. A contributor that covers only a
    complement is credited under the task that needs it. Raises InputError for capabilities outside
    0..1. Cost: draws × contributors × tasks.
    """
    for given in (capability, alone):
        if not np.all((given >= 0) & (given <= 1)):
            raise InputError("capability must be between 0 and 1")
    left = 1.0 - capability
    without = np.ones_like(left)
    # What those before and those after leave open, so that nobody's own factor has to be divided out.
    without[:, 1:] *= np.cumprod(left[:, :-1], axis=1)
    without[:, :-1] *= np.cumprod(left[:, :0:-1], axis=1)[:, ::-1]
    joined = without * (1.0 - alone)
    return with_complements(1.0 - joined, all_of) - with_complements(1.0 - without, all_of)
