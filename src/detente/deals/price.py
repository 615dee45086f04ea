"""What a move costs whom, what would make good for it, and how far one can go for what one gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, acceptable, as_rows, overrule_costs
from detente.deals.ensemble import draw_gains
from detente.deals.space import DealSpace, gains, index_of, undone_by, utilities
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PAYABLE = 0.8
INTERVAL = (0.1, 0.9)


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """The smallest step on another issue that makes a party whole.

    `option`: where `issue` must go, None where no option suffices; `rungs`: how far that is from where
    the package has it. `surplus`: points left over for the party (the best shortfall, negative, where
    none suffices). `package` (issues,) with move and step; `acceptable`: whether all needed accept it.
    """

    issue: str
    option: str | None
    rungs: int
    surplus: float
    package: IntArray
    acceptable: bool


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """What `party` loses when `issue` goes from one option to another, the rest of a package as it is:
    `points` to compensate (negative: it gains). `makers`: one per other issue, in order of issues."""

    party: str
    issue: str
    from_option: str
    to_option: str
    points: float
    makers: tuple[Maker, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ceiling:
    """How far `party` can go on the ladder of `issue` for what a package delivers.

    All arrays (options,) by rung. `payable`: share of draws in which the expected gain, with chance
    `eta` that the others perform, reaches the party's margin. `mean`, `low`, `high`: of that expected
    gain, with its 10 % and 90 % points. `performed`, `undone`: its mean if they surely perform, or
    surely do not. `index`: the walk-away ceiling, None where not even the first rung is payable.
    """

    party: str
    issue: str
    options: tuple[str, ...]
    eta: float
    threshold: float
    payable: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    performed: FloatArray
    undone: FloatArray
    index: int | None


@dataclass(frozen=True, slots=True, eq=False)
class OwnerCeilings:
    """Ceilings of all who own an issue. `lowest`: the name with the lowest (first of ties), None where
    nobody owns it: who gains from a delivery may not be who has to pay for it."""

    ceilings: tuple[Ceiling, ...]
    lowest: str | None


def price_move(
    space: DealSpace, *, party: str, issue: str, to: str, at: IntArray, from_: str | None = None
) -> Price:
    """What a move on one issue costs one party, and the fewest rungs elsewhere that make it whole.

    comp = u(at) − u(at with `issue` at `to`). `at`: (issues,) the package around the move, with
    `issue` first put to `from_` if given. Ties in rungs go to the larger surplus. Raises InputError
    naming the nearest known name. Cost: one evaluation per option of the space. Source: MODEL
    section 4; compensating variation as in Raiffa (1982) ch. 11. It will NOT find makers that need two
    issues at once (`least_compensation` does).

    >>> unary = [[[0], [-2]], [[0], [1], [3]]]
    >>> space = DealSpace.from_arrays(options=[2, 3], unary=unary, no_deal=[0])
    >>> price = price_move(space, party="party0", issue="issue0", to="o1", at=np.array([0, 0]))
    >>> price.points, price.makers[0].option, price.makers[0].rungs
    (2.0, 'o2', 2)
    """
    p, i = index_of(party, space.parties, "party"), index_of(issue, space.issues, "issue")
    start = as_rows(space, at)[0].copy()
    if from_ is not None:
        start[i] = index_of(from_, space.options[i], f"option of {issue}")
    moved = start.copy()
    moved[i] = index_of(to, space.options[i], f"option of {issue}")
    before = float(utilities(space, start)[0, p])
    makers = tuple(_maker(space, p, j, moved, before) for j in range(len(space.issues)) if j != i)
    return Price(
        party=party,
        issue=issue,
        from_option=space.options[i][start[i]],
        to_option=to,
        points=before - float(utilities(space, moved)[0, p]),
        makers=makers,
    )


def _maker(space: DealSpace, party: int, issue: int, moved: IntArray, before: float) -> Maker:
    rows = rungs_of(space, moved, issue)
    left = utilities(space, rows)[:, party] - before
    steps = np.abs(rows[:, issue] - moved[issue])
    whole = np.flatnonzero(left >= -TOLERANCE)
    if len(whole) == 0:
        best = int(np.argmax(left))
        return Maker(space.issues[issue], None, int(steps[best]), float(left[best]), rows[best], False)
    best = int(whole[np.lexsort((-left[whole], steps[whole]))[0]])
    option, ok = space.options[issue][best], bool(acceptable(space, rows[best])[0])
    return Maker(space.issues[issue], option, int(steps[best]), float(left[best]), rows[best], ok)


def ceiling(
    space: DealSpace,
    *,
    party: str,
    issue: str,
    deliveries: IntArray,
    eta: float,
    payable: float = PAYABLE,
    deliverers: Sequence[str] | None = None,
) -> Ceiling:
    """The highest rung that a party can pay for what a package delivers, by expected utility per draw.

    payable(o) = P(η·u(B, o) + (1 − η)·u(B undone, o) − d ≥ margin). `deliveries`: (issues,) package B;
    `issue` runs over its options, the rest stays. `eta` in 0..1: chance that the others perform.
    `deliverers`: whose deliveries fail with chance 1 − η (default: everybody's but the party's own;
    what nobody delivers cannot fail). The ceiling is the highest rung with payable ≥ the threshold on
    it and on every rung below. What the party pays to overrule refusals of its own side is taken off
    first. Spaces without draws count as one draw. Raises InputError for
    unknown names or an η outside 0..1. Cost: 2 × draws × rungs evaluations. Source: MODEL section 4.
    """
    p, i = index_of(party, space.parties, "party"), index_of(issue, space.issues, "issue")
    for name, value in (("eta", eta), ("payable", payable)):
        if not 0.0 <= value <= 1.0:
            raise InputError(f"{name} must be between 0 and 1, got {value}")
    rows = rungs_of(space, as_rows(space, deliveries)[0], i)
    failed = rows
    others = [q for q in space.parties if q != party] if deliverers is None else deliverers
    for q in others:
        failed = undone_by(space, failed, index_of(q, space.parties, "party"))
    failed[:, i] = rows[:, i]
    kept, lost = _party_draws(space, rows, p), _party_draws(space, failed, p)
    expected = eta * kept + (1.0 - eta) * lost - _overruling(space, rows, p)
    share = np.asarray((expected >= space.margin[p] - TOLERANCE).mean(axis=0), dtype=np.float64)
    low, high = np.quantile(expected, INTERVAL, axis=0)
    below = np.flatnonzero(share < payable)
    top = int(below[0]) - 1 if len(below) else len(share) - 1
    return Ceiling(
        party=party,
        issue=issue,
        options=space.options[i],
        eta=eta,
        threshold=payable,
        payable=share,
        mean=expected.mean(axis=0),
        low=low,
        high=high,
        performed=kept.mean(axis=0),
        undone=lost.mean(axis=0),
        index=top if top >= 0 else None,
    )


def owner_ceilings(
    space: DealSpace, *, issue: str, deliveries: IntArray, eta: float, payable: float = PAYABLE
) -> OwnerCeilings:
    """The ceiling of everyone whose consent the issue needs, and whose is lowest.

    Arguments, errors and source as `ceiling`. Cost: one ceiling per owner.
    """
    owners = issue_owners(space, index_of(issue, space.issues, "issue"))
    found = tuple(
        ceiling(space, party=space.parties[p], issue=issue, deliveries=deliveries, eta=eta, payable=payable)
        for p in owners
    )
    lowest = min(found, key=lambda c: -1 if c.index is None else c.index, default=None)
    return OwnerCeilings(found, None if lowest is None else lowest.party)


def issue_owners(space: DealSpace, issue: int) -> tuple[int, ...]:
    """Party indices, ascending, of those who must agree to something on an issue or keep it from
    lapsing; for a body, its members."""
    by = {r.by for r in space.consents if r.issue == issue} | {r.by for r in space.keeps if r.issue == issue}
    parties = len(space.parties)
    members = {m for c in by if c >= parties for m in space.bodies[c - parties].members}
    return tuple(sorted({c for c in by if c < parties} | members))


def rungs_of(space: DealSpace, package: IntArray, issue: int) -> IntArray:
    """(options, issues) the package with one issue at each of its options."""
    rows = np.repeat(np.asarray(package, dtype=np.int64)[None], space.sizes[issue], axis=0)
    rows[:, issue] = np.arange(space.sizes[issue])
    return rows


def _overruling(space: DealSpace, rows: IntArray, party: int) -> FloatArray:
    """(draws, packages) points that overruling costs one party."""
    if not any(rule.overruled_by == party for rule in space.consents):
        return np.zeros((1, len(rows)))
    look = None if space.ensemble is None else partial(draw_gains, space)
    costs = overrule_costs(space, rows, look)[..., party]
    return costs[None] if space.ensemble is None else costs


def _party_draws(space: DealSpace, rows: IntArray, party: int) -> FloatArray:
    """(draws, packages) gains of one party."""
    values = gains(space, rows)[None] if space.ensemble is None else draw_gains(space, rows)
    party_values: FloatArray = values[:, :, party]
    return party_values
