"""In what situation a choice was made: what was open, what was in place, what had just happened.

Acts in the same situation share their chances. Everything here is read off the case and the day of the
act; nothing depends on what the party wants.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.case import UNSEEN, Case, Coding, Menu, Quantity

FloatArray = NDArray[np.float64]

LEAST = 0.01
DIGITS = 2


@dataclass(frozen=True, slots=True, order=True)
class Situation:
    """What a choice was made among.

    `menu` and the alternatives `among` that were open, in the menu's order; `states`: levers and periods
    that hold and change pushes; `seen` chance of each alternative to be seen at all; `announced`: the
    occasion was known beforehand, so what was seen is not a selection. `factors`: (goal, log factor on its
    weight) by shocks that still worked on that day.
    """

    menu: str
    among: tuple[str, ...]
    states: tuple[str, ...] = ()
    seen: tuple[float, ...] = ()
    announced: bool = False
    factors: tuple[tuple[str, float], ...] = ()

    @property
    def alternatives(self) -> tuple[str, ...]:
        """What can be recorded of it: the open alternatives, and that nothing was seen."""
        return (*self.among, UNSEEN) if self.announced else self.among

    @property
    def selection(self) -> tuple[float, ...]:
        """Factors on the odds of each alternative to be on record: 1 where the occasion was known anyway."""
        return self.seen if self.seen and not self.announced else (1.0,) * len(self.among)

    def at_random(self, alternative: str) -> float:
        """Chance of the record if the choice is made at random: as likely as it is seen.

        >>> Situation("m", ("strike", "wait"), seen=(0.9, 0.3)).at_random("strike")
        0.75
        """
        seen = dict(zip(self.among, self.seen or (1.0,) * len(self.among), strict=True))
        if alternative == UNSEEN:
            return sum(1 - chance for chance in seen.values()) / len(seen)
        if self.announced:
            return 1.0 / len(seen)
        return seen[alternative] / sum(seen.values())


def situation_of(case: Case, menu: Menu, coding: Coding) -> Situation:
    """The situation of one act on the day that it happened.

    A coding's own `seen` is that of the alternatives it takes. Shocks that change a weight by less than a
    hundredth no longer count, and factors are rounded to two digits, so that days of one week look alike.
    """
    day = coding.happened.date()
    among = coding.among or tuple(menu.alternatives)
    seen = {name: menu.seen.get(name, 1.0) for name in among}
    if coding.seen is not None:
        seen |= {name: coding.seen for name in coding.taken if name in seen}
    chances = tuple(seen.values())
    alike = len(set(chances)) == 1 and not (menu.announced and chances[0] < 1)
    return Situation(
        menu.name,
        among,
        tuple(state for state in menu.during if holds(case, state, day)),
        () if alike else chances,
        menu.announced and not alike,
        shock_factors(case, coding.by, day),
    )


def holds(case: Case, state: str, day: date) -> bool:
    """Whether a lever is in place, or a period lasts, on a day."""
    for lever in case.levers:
        if lever.name == state:
            return lever.since is not None and lever.since <= day
    period = next((p for p in case.periods if p.name == state), None)
    return period is not None and period.since <= day and (period.until is None or day <= period.until)


def shock_factors(case: Case, party: str, day: date) -> tuple[tuple[str, float], ...]:
    """(goal, log factor) of the shocks that still move `party`'s weights on a day (MODEL section 1)."""
    total: dict[str, float] = {}
    for shock in case.shocks:
        if shock.on <= day:
            fading = 2.0 ** (-(day - shock.on).days / shock.half_life)
            for goal, factor in shock.weights.get(party, {}).items():
                total[goal] = total.get(goal, 0.0) + math.log(factor) * fading
    rounded = {goal: round(value, DIGITS) for goal, value in total.items() if abs(value) >= LEAST}
    return tuple(sorted((goal, value) for goal, value in rounded.items() if value))


def factors_of(goals: Iterable[str], factors: Iterable[tuple[str, float]]) -> FloatArray:
    """(goals,) factors on the weights."""
    moved = dict(factors)
    return np.exp([moved.get(goal, 0.0) for goal in goals])


def pushes_in(menu: Menu, situation: Situation, alternative: str) -> Mapping[str, Quantity]:
    """Goal → push of an alternative, with what the states of the situation replace."""
    found = dict(menu.alternatives[alternative])
    for state in situation.states:
        found |= menu.during[state].get(alternative, {})
    return found
