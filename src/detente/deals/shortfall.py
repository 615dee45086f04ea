"""How far each refuser is from a yes, what one change would bring it there, and who would pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, as_rows, consenter_gains, needed_consenters
from detente.deals.chances import consent_probability, says_yes
from detente.deals.nearby import Change, Obstacle, Obstacles, ball, changes_between, obstacles
from detente.deals.space import DealSpace, gains, index_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SHOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """One change that makes a refuser whole.

    `rungs` moved. `gain`: what it then decides by, in points (bodies: above their margin). `payers`:
    (party, points below zero) of those at the table or asked for consent whom the change costs something,
    dearest first. `left`: what then still stands in the way, `settles` where nothing does.
    """

    change: Change
    rungs: int
    gain: float
    payers: tuple[tuple[str, float], ...]
    settles: bool
    left: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shortfall:
    """One refuser of a package. `points` that it misses (inf: no points would help). `better_off`: share of
    draws in which it would accept; `says_yes`: chance of a yes when choices are noisy (None for bodies,
    and both None without draws). `makers`: the single changes that make it whole, those that leave least
    standing first, then by rungs and by what they cost their payers. `transfers`: those among them that
    move an issue of money, empty where there is none."""

    consenter: str
    points: float
    better_off: float | None
    says_yes: float | None
    makers: tuple[Maker, ...]
    transfers: tuple[Maker, ...]


def find_shortfalls(
    space: DealSpace,
    package: IntArray,
    *,
    currency: Sequence[str] = (),
    gap90: float = 15.0,
    most: int = SHOWN,
) -> tuple[Shortfall, ...]:
    """Each refuser of a package with the points that it misses and what single change would make it whole.

    `package` (issues,). `currency`: names of issues that are sums of money and nothing else; only there is
    a transfer shown, for points of different parties cannot be handed over. `gap90` points as in `says_yes`,
    where the space has draws. `most` makers and transfers each. A refuser is whole where no refusal of its
    own is left, whatever its strings say. Raises InputError for an unknown issue.
    Cost: one evaluation per single change and rule. It will NOT find what only several changes together
    bring about (see `find_repairs`). Source: MODEL section 4; side payments as in Raiffa (1982), chapter 13.

    >>> unary = [[[0, 0], [5, -1]], [[0, 0], [-2, 2], [-3, 4]]]
    >>> space = DealSpace.from_arrays(options=[2, 3], unary=unary, no_deal=[0, 0])
    >>> (short,) = find_shortfalls(space, np.array([1, 0]), currency=["issue1"])
    >>> short.points, [(m.change.after, m.gain, m.payers) for m in short.transfers]
    (1.0, [('o1', 1.0, (('party0', -2.0),)), ('o2', 3.0, (('party0', -3.0),))])
    """
    row = as_rows(space, package)[0]
    money = [space.issues[index_of(name, space.issues, "issue")] for name in currency]
    around = _look_around(space, row)
    chances = _chances(space, row, gap90)
    found = []
    for c in np.flatnonzero(around.stands.hit[0, : len(space.consenters)]):
        makers = _makers(space, around, int(c))
        transfers = tuple(m for m in makers if m.change.issue in money)
        points, name = float(around.stands.short[0, c]), space.consenters[c]
        found.append(Shortfall(name, points, *chances[c], tuple(makers[:most]), transfers[:most]))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """A package (first) and all that differ from it in one issue, with what stands in their way.

    `values` (m, consenters) what each decides by, `change` (m, parties) points against the first, `payers`
    (m, parties) whether a party sits at the table or is asked for consent.
    """

    rows: IntArray
    stands: Obstacles
    values: FloatArray
    change: FloatArray
    payers: BoolArray


def _look_around(space: DealSpace, row: IntArray) -> _Around:
    rows = ball(space, row, limit=0, radius=1)[0]
    own = gains(space, rows)
    payers = needed_consenters(space, rows)[:, : len(space.parties)]
    payers[:, list(space.table)] = True
    return _Around(rows, obstacles(space, rows), consenter_gains(space, rows, own), own - own[0], payers)


def _chances(space: DealSpace, row: IntArray, gap90: float) -> list[tuple[float | None, float | None]]:
    """Per consenter: share of draws in which it would accept, and its chance of a yes."""
    if space.ensemble is None:
        return [(None, None)] * len(space.consenters)
    share = consent_probability(space, row[None])[0]
    yes = says_yes(space, row[None], gap90)[0]
    return [(float(s), float(yes[c]) if c < len(yes) else None) for c, s in enumerate(share)]


def _makers(space: DealSpace, around: _Around, consenter: int) -> list[Maker]:
    """Every single change after which the consenter refuses nothing more."""
    stands = around.stands
    whole = np.flatnonzero(~stands.hit[:, consenter] & ~stands.impossible)
    found = []
    for k in whole:
        paid = [
            (space.parties[p], float(around.change[k, p]))
            for p in np.argsort(around.change[k], kind="stable")
            if around.payers[k, p] and around.change[k, p] < -TOLERANCE
        ]
        found.append(
            Maker(
                change=changes_between(space, around.rows[0], around.rows[k])[0],
                rungs=int(np.abs(around.rows[k] - around.rows[0]).sum()),
                gain=float(around.values[k, consenter]),
                payers=tuple(paid),
                settles=not stands.hit[k].any(),
                left=tuple(stands.labels[h] for h in np.flatnonzero(stands.hit[k])),
            )
        )
    return sorted(found, key=lambda m: (len(m.left), m.rungs, -sum(points for _, points in m.payers)))
