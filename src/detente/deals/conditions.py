"""What a string attached to a package is worth to each party."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import as_rows, broken, matches
from detente.deals.space import ConditionRule, DealSpace, Pattern, gains

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ConditionWorth:
    """What honouring one condition is worth around one package.

    `by`: whose string. `in_play`: the package calls on it. `holds`: it is honoured. `with_it`,
    `without_it` (issues,): the package with the string honoured, and with it ignored; `worth`
    (parties,) points that honouring adds for each (0 where not in play, or where it cannot be ignored
    or honoured by moving its own issues).
    """

    name: str
    by: str
    in_play: bool
    holds: bool
    with_it: IntArray
    without_it: IntArray
    worth: FloatArray


def condition_worths(space: DealSpace, package: IntArray) -> tuple[ConditionWorth, ...]:
    """One ConditionWorth per condition of the space, in its order.

    Where the package honours the string, ignoring it puts each issue that the string asks for to the
    nearest option that it does not allow (option 0 if that is one); where the package breaks it,
    honouring it moves those issues to the nearest option allowed. A string that says *never* asks for
    leaving its pattern: the one issue that gets out of it with the fewest rungs (first of ties).
    Worth = gains with it − gains without it. Cost: two evaluations per condition.
    """
    row = as_rows(space, package)[0]
    return tuple(_worth(space, row, rule) for rule in space.conditions)


def _worth(space: DealSpace, row: IntArray, rule: ConditionRule) -> ConditionWorth:
    in_play = bool(matches(row[None], rule.when)[0])
    holds = not bool(broken(row[None], rule.when, rule.then)[0])
    with_it, without_it = row, row
    if in_play and rule.then is None:
        with_it = _leave(space, row, rule.when)
    elif in_play and rule.then is not None:
        with_it = row if holds else _enter(row, rule.then)
        without_it = _ignore(space, row, rule.then) if holds else row
    both = gains(space, np.stack([with_it, without_it]))
    return ConditionWorth(
        name=rule.name,
        by=space.consenters[rule.by],
        in_play=in_play,
        holds=holds,
        with_it=with_it,
        without_it=without_it,
        worth=both[0] - both[1],
    )


def _enter(row: IntArray, pattern: Pattern) -> IntArray:
    """Each issue of the pattern at the nearest option that it allows."""
    moved = row.copy()
    for issue, options in pattern:
        moved[issue] = min(options, key=lambda o: (abs(o - row[issue]), o))
    return moved


def _ignore(space: DealSpace, row: IntArray, pattern: Pattern) -> IntArray:
    """Each issue of the pattern at option 0 if it does not allow that, else at the nearest it does not."""
    moved = row.copy()
    for issue, options in pattern:
        others = [o for o in range(space.sizes[issue]) if o not in options]
        if others:
            moved[issue] = 0 if 0 in others else min(others, key=lambda o: (abs(o - row[issue]), o))
    return moved


def _leave(space: DealSpace, row: IntArray, pattern: Pattern) -> IntArray:
    """The package with one issue of the pattern moved out of it, by the fewest rungs."""
    ways = [
        (abs(o - int(row[issue])), issue, o)
        for issue, options in pattern
        for o in range(space.sizes[issue])
        if o not in options
    ]
    if not ways:
        return row
    _, issue, option = min(ways)
    moved = row.copy()
    moved[issue] = option
    return moved
