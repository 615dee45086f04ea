"""Why not, and what would: who refuses a package, what would have to give, and what lives nearby."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import (
    TOLERANCE,
    Acceptance,
    as_rows,
    broken,
    choice_name,
    consenter_gains,
    is_acceptable,
    keep_values,
    rule_accepts,
    rule_value,
    sincere_gains,
)
from detente.deals.conditions import ConditionWorth, condition_worths
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.nearby import Change, Obstacle, Obstacles, ball, changes_between, obstacles
from detente.deals.space import DealSpace, gains, index_of
from detente.deals.zopa import Opener, Zopa, find_zopa

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST = 5
BALL = 20_000


@dataclass(frozen=True, slots=True)
class Say:
    """One consenter that a package depends on.

    `role`: "table", "consent" or "keeps". `options`: "issue=option" that call on it (none at the
    table). `gain`: what it decides by (for a body: above its margin, of the member who completes the
    quota; for `keeps`: points from keeping). `bar`: what would be enough. `manner`: "sincerely",
    "cheaply" (says yes and does not comply), "by silence" (does not object), "overruled", "refuses".
    """

    consenter: str
    role: str
    options: tuple[str, ...]
    gain: float
    bar: float
    manner: str

    @property
    def accepts(self) -> bool:
        """Whether it stands in the way no longer, by its own will or not."""
        return self.manner != "refuses"


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """An acceptable package near the one explained: what changes, and (parties,) gains."""

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
    `nearest`: acceptable packages by fewest changes, then by gain. `radius`: every package within that
    many changes was looked at, so that both lists are complete so far; `nearest_proven` False: nothing
    acceptable lies within, the nearest are frontier packages. `worths`: what each condition is worth.
    `openers`: only where no package at all is acceptable: what single thing would open the zone.
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
    nearest: tuple[Nearby, ...]
    nearest_proven: bool
    radius: int
    worths: tuple[ConditionWorth, ...]
    openers: tuple[Opener, ...]


def explain(
    space: DealSpace,
    package: IntArray,
    *,
    favour: str | None = None,
    frontier: Frontier | None = None,
    zone: Zopa | None = None,
    radius: int | None = None,
    limit: int = BALL,
) -> Explanation:
    """Who refuses a package and by how much, what would have to give, and what lives nearby.

    `package` (issues,). `favour`: among equally near packages the largest gain of this party comes
    first (default: the largest smallest gain at the table). `frontier`, `zone`: the eligible frontier
    and what `find_zopa` says of it, if known.
    `radius`: look at packages within that many changed issues (default: as far as `limit` packages
    go). Raises InputError for unknown names. Cost: at most max(`limit`, one change) evaluations; where
    none of them is acceptable also the frontier, and where there is none, one frontier per obstacle.
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
    around = _Around(rows, distance, obstacles(space, rows), _score(space, gains(space, rows), favour))
    nearest, openers = _nearest(around), tuple[Opener, ...]()
    proven = bool(nearest) or acceptance.ok
    if not proven:
        front = frontier if frontier is not None else find_frontier(space)
        nearest = _nearest_of(space, front.packages, row, favour)
        openers = () if len(front.packages) else (zone or find_zopa(space, front)).openers
    corrections, left_out = _corrections(space, around)
    return Explanation(
        package=row,
        acceptance=acceptance,
        gains=gains(space, row)[0],
        says=_says(space, row),
        broken=tuple(c.name for c in space.conditions if broken(row[None], c.when, c.then)[0]),
        single_killer=_single(acceptance, condition=True),
        single_refuser=_single(acceptance, condition=False),
        corrections=corrections,
        corrections_left_out=left_out,
        nearest=tuple(Nearby(y, changes_between(space, row, y), gains(space, y)[0]) for y in nearest),
        nearest_proven=proven,
        radius=int(distance.max()),
        worths=condition_worths(space, row),
        openers=openers,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """Packages (m, issues) around one, the first being itself; how far, what hinders, what is liked."""

    rows: IntArray
    distance: IntArray
    stands: Obstacles
    score: FloatArray


def _nearest(around: _Around) -> list[IntArray]:
    """Acceptable packages other than the first, by distance and score."""
    free = ~around.stands.hit.any(axis=1) & ~around.stands.impossible
    fine = np.flatnonzero(free & (around.distance > 0))
    order = np.lexsort((-around.score[fine], around.distance[fine]))[:MOST]
    return [around.rows[k] for k in fine[order]]


def _corrections(space: DealSpace, around: _Around) -> tuple[tuple[Correction, ...], int]:
    places, left_out = _minimal(around)
    found = []
    for place in places:
        package, hit = around.rows[place], np.flatnonzero(around.stands.hit[place])
        drop = tuple(around.stands.labels[k] for k in hit)
        changes = changes_between(space, around.rows[0], package)
        found.append(Correction(drop, package, changes, gains(space, package)[0]))
    return tuple(found), left_out


def _score(space: DealSpace, points: FloatArray, favour: str | None) -> FloatArray:
    """(m,) what is preferred among equally near packages."""
    if favour is not None:
        chosen: FloatArray = points[:, index_of(favour, space.parties, "party")]
        return chosen
    return np.asarray(points[:, list(space.table)].min(axis=1), dtype=np.float64)


def _nearest_of(space: DealSpace, packages: IntArray, row: IntArray, favour: str | None) -> list[IntArray]:
    """The packages fewest changes away from `row`, at most MOST."""
    if not len(packages):
        return []
    score = _score(space, gains(space, packages), favour)
    order = np.lexsort((-score, (packages != row).sum(axis=1)))[:MOST]
    return [packages[k] for k in order]


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


def _says(space: DealSpace, row: IntArray) -> tuple[Say, ...]:
    """Everybody that the package depends on: the table, then consents, then keeping."""
    own, values = gains(space, row)[0], consenter_gains(space, row)[0]
    says = []
    for p in space.table:
        bar = max(float(space.margin[p]), 0.0)
        manner = "sincerely" if own[p] >= bar - TOLERANCE else "refuses"
        says.append(Say(space.parties[p], "table", (), float(own[p]), bar, manner))
    return (*says, *_consents(space, row, own, values), *_keepers(space, row))


def _consents(space: DealSpace, row: IntArray, own: FloatArray, values: FloatArray) -> list[Say]:
    """One Say per consenter and manner, with the options that call on it."""
    found: dict[tuple[int, float, str], list[str]] = {}
    sincere = sincere_gains(space, own)
    for rule in space.consents:
        if row[rule.issue] not in rule.options:
            continue
        above = float(rule_value(space, rule, values))
        if above < -TOLERANCE:
            manner = "overruled" if rule_accepts(space, rule, values) else "refuses"
        elif rule_value(space, rule, sincere) < -TOLERANCE:
            manner = "cheaply"
        else:
            bar = space.margin[rule.by] if rule.by < len(space.parties) else 0.0
            manner = "by silence" if rule.silent and values[rule.by] < bar - TOLERANCE else "sincerely"
        bar = float(values[rule.by]) - above if rule.by < len(space.parties) else 0.0
        found.setdefault((rule.by, bar, manner), []).append(choice_name(space, row, rule.issue))
    return [
        Say(space.consenters[c], "consent", tuple(options), float(values[c]), bar, manner)
        for (c, bar, manner), options in found.items()
    ]


def _keepers(space: DealSpace, row: IntArray) -> list[Say]:
    says = []
    for place, keep in enumerate(space.keeps):
        if row[keep.issue] in keep.holds:
            above = float(keep_values(space, row, place)[0])
            bar = float(space.margin[keep.by]) if keep.by < len(space.parties) else 0.0
            manner = "sincerely" if above >= -TOLERANCE else "refuses"
            held = (choice_name(space, row, keep.issue),)
            says.append(Say(space.consenters[keep.by], "keeps", held, above + bar, bar, manner))
    return says
