"""Why not, and what would: who refuses a package, what would have to give, and what lives nearby."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import Acceptance, acceptable, as_rows, broken, is_acceptable
from detente.deals.brute import count_packages
from detente.deals.conditions import ConditionWorth, condition_worths
from detente.deals.front import Frontier
from detente.deals.give import who_must_give
from detente.deals.nearby import Change, Obstacle, Obstacles, ball, changes_between, obstacles
from detente.deals.relaxed import relax
from detente.deals.repairs import find_repairs, minimal_repairs, repair_weights, rungs_between
from detente.deals.shortfall import Shortfall, find_shortfalls
from detente.deals.space import DealSpace, gains
from detente.deals.voices import Say, list_says
from detente.deals.zopa import Opener, Zopa, find_zopa

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST = 5
OPENS = 6
BALL = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """An acceptable package near the one explained: what changes, none of it for nothing (a part of the
    changes alone does not do), and (parties,) gains."""

    package: IntArray
    changes: tuple[Change, ...]
    gains: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """A minimal set of things that would have to give: with `drop` gone, `package` (issues,), reached
    by `changes`, is acceptable; with less gone, no package at most as far away is. An empty `drop` is a
    package that needs nothing dropped. `gains` (parties,)."""

    drop: tuple[Obstacle, ...]
    package: IntArray
    changes: tuple[Change, ...]
    gains: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why a package stands or falls, at mean utilities.

    `gains` (parties,) points above no deal. `says`: everybody whose yes it needs. `broken`: names of
    conditions that it breaks. `single_killer`: the one condition without which it would be acceptable;
    `single_refuser`: the one consenter whose silence would make it so. `corrections`: minimal sets of
    refusals and conditions, by changes needed, then size; `corrections_left_out` more exist.
    `gives`: the minimal groups whose change of mind would carry it as it stands (`who_must_give`).
    `nearest`: repairs by fewest changes, then rungs, then gain. `radius`: every package within that many
    changes was looked at, so that corrections and nearest are complete so far; where nothing acceptable
    lies within, the nearest are searched for beyond. `nearest_proven`: no acceptable package comes before
    those listed, or there is none where none is listed. `worths`: what each condition is worth.
    `shortfalls`: what each refuser misses and what would bring it. `openers`, `opens`: only where no
    package at all is acceptable: what single thing would open the zone, and minimal correction sets of the
    space (`find_corrections`), each with the package that it opens nearest to this one.
    """

    package: IntArray
    acceptance: Acceptance
    gains: FloatArray
    says: tuple[Say, ...]
    broken: tuple[str, ...]
    single_killer: str | None
    single_refuser: str | None
    corrections: tuple[Correction, ...]
    corrections_left_out: int
    gives: tuple[tuple[Obstacle, ...], ...]
    nearest: tuple[Nearby, ...]
    nearest_proven: bool
    radius: int
    worths: tuple[ConditionWorth, ...]
    shortfalls: tuple[Shortfall, ...]
    openers: tuple[Opener, ...]
    opens: tuple[Correction, ...]


def explain(
    space: DealSpace,
    package: IntArray,
    *,
    favour: str | None = None,
    frontier: Frontier | None = None,
    zone: Zopa | None = None,
    costs: Mapping[str, FloatArray] | None = None,
    radius: int | None = None,
    limit: int = BALL,
    currency: Sequence[str] = (),
    gap90: float = 15.0,
) -> Explanation:
    """Who refuses a package and by how much, what would have to give, and what lives nearby.

    `package` (issues,). `favour`: among equally near packages the largest gain of this party comes
    first (default: the stakes-weighted sum at the table, which compares parties). `frontier`, `zone`: the
    eligible frontier and what `find_zopa` says of it, if known; `costs`: what broken conditions cost the zone
    (`zone_costs`), if known. `radius`: look at packages within that many
    changed issues (default: as far as `limit` packages go). `currency`: issues that are sums of money;
    `gap90` points: both for `find_shortfalls`. Raises InputError for unknown names.
    Cost: at most max(`limit`, one change) evaluations; where none of them is acceptable, one search per
    repair; where there is no deal at all, what `find_zopa` costs; one frontier per broken condition.
    Source: MODEL section 4; minimal correction sets as in Liffiton & Sakallah (2008), by listing.

    >>> unary = [[[0, 0], [3, -1]], [[0, 0], [-1, 2]]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0])
    >>> found = explain(space, np.array([1, 0]))
    >>> [r.party for r in found.acceptance.refusals], found.nearest[0].changes[0].issue
    (['party1'], 'issue1')
    """
    row = as_rows(space, package)[0]
    acceptance = is_acceptable(space, row)
    rows, distance = ball(space, row, limit=limit, radius=radius)
    score = gains(space, rows) @ repair_weights(space, favour)
    around = _Around(rows, distance, obstacles(space, rows), score)
    nearest, proven = _nearest(space, around, favour, frontier)
    corrections, left_out = _corrections(space, around)
    closed = None if nearest or acceptance.ok else zone or find_zopa(space, frontier)
    return Explanation(
        package=row,
        acceptance=acceptance,
        gains=gains(space, row)[0],
        says=list_says(space, row),
        broken=tuple(c.name for c in space.conditions if broken(row[None], c.when, c.then)[0]),
        single_killer=_single(acceptance, condition=True),
        single_refuser=_single(acceptance, condition=False),
        corrections=corrections,
        corrections_left_out=left_out,
        gives=who_must_give(space, row),
        nearest=tuple(Nearby(y, changes_between(space, row, y), gains(space, y)[0]) for y in nearest),
        nearest_proven=proven,
        radius=int(distance.max()),
        worths=condition_worths(space, row, frontier=frontier, costs=costs),
        shortfalls=find_shortfalls(space, row, currency=currency, gap90=gap90),
        openers=() if closed is None else closed.openers,
        opens=() if closed is None else _opens(space, row, closed, favour),
    )


def _opens(space: DealSpace, row: IntArray, zone: Zopa, favour: str | None) -> tuple[Correction, ...]:
    """The smallest correction sets of a closed space, each with the nearest package that it opens."""
    found = []
    for one in () if zone.corrections is None else zone.corrections.sets[:OPENS]:
        relaxed, package = relax(space, one.drop), row
        if not acceptable(relaxed, row)[0]:
            near = find_repairs(relaxed, row, favour=favour, most=1).repairs
            package = near[0].package if near else one.package
        changes = changes_between(space, row, package)
        found.append(Correction(one.drop, package, changes, gains(space, package)[0]))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """Packages (m, issues) around one, the first being itself; how far, what hinders, what is liked."""

    rows: IntArray
    distance: IntArray
    stands: Obstacles
    score: FloatArray


def _nearest(
    space: DealSpace, around: _Around, favour: str | None, frontier: Frontier | None
) -> tuple[list[IntArray], bool]:
    """Repairs of the first package, and whether none comes before them: those within the ball, else
    whatever a search finds."""
    free = ~around.stands.hit.any(axis=1) & ~around.stands.impossible
    fine = np.flatnonzero(free & (around.distance > 0))
    rungs = rungs_between(around.rows[0], around.rows[fine])
    order = np.lexsort((*around.rows[fine].T[::-1], -around.score[fine], rungs, around.distance[fine]))
    near = minimal_repairs(around.rows[0], around.rows[fine[order]], MOST)
    if near or len(around.rows) == count_packages(space):
        return near, True
    if frontier is not None and frontier.status == "exact" and not len(frontier.packages):
        return [], True
    found = find_repairs(space, around.rows[0], favour=favour, most=MOST)
    return [r.package for r in found.repairs], found.proven


def _corrections(space: DealSpace, around: _Around) -> tuple[tuple[Correction, ...], int]:
    places, left_out = _minimal(around)
    found = []
    for place in places:
        package, hit = around.rows[place], np.flatnonzero(around.stands.hit[place])
        drop = tuple(around.stands.labels[k] for k in hit)
        changes = changes_between(space, around.rows[0], package)
        found.append(Correction(drop, package, changes, gains(space, package)[0]))
    return tuple(found), left_out


def _minimal(around: _Around) -> tuple[list[int], int]:
    """Places of packages whose obstacles are minimal: nothing at most as far away is hindered by fewer
    of the same. One place per set, the preferred of the nearest; at most 2 × MOST, and how many more."""
    hit = around.stands.hit
    order = np.lexsort((-around.score, hit.sum(axis=1), around.distance))
    kept: list[int] = []
    seen: set[bytes] = set()
    for place in order[~around.stands.impossible[order]]:
        mine = hit[place]
        if mine.tobytes() in seen:
            continue
        seen.add(mine.tobytes())
        if all((hit[other] & ~mine).any() for other in kept):
            kept.append(int(place))
            if not mine.any():
                break
    return kept[: 2 * MOST], max(0, len(kept) - 2 * MOST)


def _single(acceptance: Acceptance, *, condition: bool) -> str | None:
    """The one condition, or the one consenter, behind all refusals."""
    why = {r.why for r in acceptance.refusals}
    if not why or why & {"forbidden", "no_deal"}:
        return None
    if condition:
        names = {r.detail for r in acceptance.refusals}
        return names.pop() if why == {"condition"} and len(names) == 1 else None
    parties = {r.party for r in acceptance.refusals}
    return parties.pop() if len(parties) == 1 else None
