"""What the room hands out: values, with the draws behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.case import Claim, Conflict, Pooled

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """A number with its doubt: mean over the draws, 10 % and 90 % quantile."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, draws: FloatArray) -> Spread:
        """The spread of (draws,) numbers.

        >>> Spread.of(np.arange(11.0))
        Spread(mean=5.0, low=1.0, high=9.0)
        """
        low, high = np.quantile(draws, (0.1, 0.9))
        return cls(float(draws.mean()), float(low), float(high))


@dataclass(frozen=True, slots=True, eq=False)
class MeasureReading:
    """One measured quantity: the latest claim of the one it is about (None: it claimed nothing) and
    what the graded record supports."""

    measure: str
    claimed: Claim | None
    pooled: Pooled


@dataclass(frozen=True, slots=True, eq=False)
class Capabilities:
    """Who can cover how much of what: (draws, contributors, tasks) in 0..1, as claimed and as
    evidenced; 0 where the case says nothing. `readings` has one entry per measure of the case."""

    contributors: tuple[str, ...]
    tasks: tuple[str, ...]
    evidenced: FloatArray
    claimed: FloatArray
    readings: tuple[MeasureReading, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What one contributor adds on one task to what all others bring as evidenced, in points of the
    task's goal. `hype` = as claimed − as evidenced. `ratio` = claimed / evidenced; None where it
    can cover less than a twentieth of the task, because a ratio to almost nothing says nothing.
    `lost_without` = the part of the cover reached by all, as evidenced, that goes when it leaves;
    more than half = `irreplaceable`."""

    contributor: str
    task: str
    goal: str
    claimed: Spread
    evidenced: Spread
    hype: Spread
    ratio: float | None
    lost_without: float
    irreplaceable: bool


@dataclass(frozen=True, slots=True)
class Total:
    """What one contributor adds over all tasks, and its Shapley value as evidenced, in the unit that
    `ContributionResult.weighed_by` names."""

    contributor: str
    claimed: Spread
    evidenced: Spread
    hype: Spread
    shapley: Spread


@dataclass(frozen=True, slots=True)
class InTheatre:
    """What one contributor adds in one theatre (the `theatre` of a task; "" where it names none), in
    the unit that `ContributionResult.weighed_by` names. Over the theatres the means sum to its `Total`.
    A complement is counted where the task is that needs it; who is credited with nothing there has no row."""

    theatre: str
    contributor: str
    claimed: Spread
    evidenced: Spread
    hype: Spread
    shapley: Spread


@dataclass(frozen=True, slots=True)
class TaskCover:
    """One task as all contributors together cover it: `cover` in 0..1 as evidenced, complements
    counted, and `points` of the goal that this moves. `irreplaceable`: contributors whose leaving would
    undo more than half of it; empty where hardly anything is covered or everybody has a substitute."""

    task: str
    goal: str
    theatre: str
    cover: Spread
    points: Spread
    irreplaceable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """How much more two contributors are worth together than each joined without the other, as
    evidenced, averaged over who else is there; unit of `ContributionResult.weighed_by`. Below 0 they
    are substitutes for each other, above 0 complements."""

    first: str
    second: str
    together: Spread


@dataclass(frozen=True, slots=True)
class MethodCost:
    """What a contributor's way of doing things does to one goal, in points of the goal, whatever it
    adds elsewhere. `borne_by`: parties whose stated interests make it a loss."""

    contributor: str
    goal: str
    effect: Spread
    borne_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ContributionResult:
    """What each contributor brings as of a day.

    `evidenced`, `claimed`: capabilities (draws, contributors, tasks) in 0..1, as in `Capabilities`.
    `conflicts`: claims of one topic that cannot both be right. `added` per contributor and task,
    `by_task` per task, `totals` per contributor, `by_theatre` per theatre and contributor, `pairs` of
    contributors who share a task or need each other, strongest first, `shapley` (contributors,) means
    as evidenced. `weighed_by`: the party whose points the totals are in; "" = points of all goals,
    each counted alike. `absent`: (contributor, task) on which the case credits it with nothing at all.
    """

    as_of: date
    contributors: tuple[str, ...]
    tasks: tuple[str, ...]
    evidenced: FloatArray
    claimed: FloatArray
    readings: tuple[MeasureReading, ...]
    conflicts: tuple[Conflict, ...]
    added: tuple[Added, ...]
    by_task: tuple[TaskCover, ...]
    totals: tuple[Total, ...]
    by_theatre: tuple[InTheatre, ...]
    pairs: tuple[Pair, ...]
    shapley: FloatArray
    weighed_by: str
    methods: tuple[MethodCost, ...]
    absent: tuple[tuple[str, str], ...]
