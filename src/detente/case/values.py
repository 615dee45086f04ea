"""What a run has settled about a case: weights and contributions per draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.case.draws import Draws

FloatArray = NDArray[np.float64]
Mode = Literal["evidenced", "claimed"]


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """A case with its uncertain parts resolved, draw by draw.

    `weights` (n, parties, goals): signed, sum of absolutes 1 per party (or all 0). `brings`
    (n, contributors, tasks): capability in 0..1, aligned with `contributors` and `tasks`. `mode`:
    whether the capabilities are as evidenced or as claimed.
    """

    draws: Draws
    weights: FloatArray
    brings: FloatArray
    contributors: tuple[str, ...]
    tasks: tuple[str, ...]
    as_of: date
    mode: Mode = "evidenced"

    def __post_init__(self) -> None:
        case, n = self.draws.case, self.draws.n
        shapes = (
            (self.weights, (n, len(case.parties), len(case.goals))),
            (self.brings, (n, len(self.contributors), len(self.tasks))),
        )
        for array, shape in shapes:
            if array.shape != shape:
                raise ValueError(f"must have the shape {shape}, got {array.shape}")
