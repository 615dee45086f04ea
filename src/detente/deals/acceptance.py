"""Who says no to a package, and why: the checker beside the frontier solver.

A package is acceptable (a member of X*, the zone of agreement) when nothing in it is forbidden, every
condition holds, every party at the table gains at least 0 and at least its margin, every consenter
that a chosen option calls on accepts (or is overruled), and whoever must keep an option from lapsing
prefers to keep it. Staying at no deal is always possible, but it is not a deal: the no-deal package
itself is never acceptable where it is worth exactly what no deal is worth.
Differences below TOLERANCE points count as none, so that the order of a sum decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detente.deals.space import BodyRule, ConsentRule, DealSpace, Pattern, among, gains, undone_by
from detente.deals.voting import ways_value
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Evaluate(Protocol):
    """From (k, issues) packages to (…, k, parties) gains, or (…, k) of one party: at the mean, or with
    draws in front."""

    def __call__(self, packages: IntArray, party: int | None = None, /) -> FloatArray: ...


TOLERANCE = 1e-9
"""Points below which a difference counts as none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One no. `party`: the consenter's name, "" where nobody could agree. `gain`: its points above no
    deal (for a body: points above its margin of the member who completes the quota; for `keeps`:
    points from keeping). `margin`: what would have been enough. `why`: gain (at the table), consent,
    keeps, condition, forbidden or no_deal. `detail`: the options, the condition's name, or the pattern."""

    party: str
    gain: float
    margin: float
    why: str
    detail: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether a package is acceptable, and every refusal if not.

    `cheap`: needed consenters that accept only because they can say yes and not comply.
    `overruled`: (who refuses, who overrules it, at what cost in the overruler's points).
    """

    ok: bool
    refusals: tuple[Refusal, ...]
    cheap: tuple[str, ...]
    overruled: tuple[tuple[str, str, float], ...]


def acceptable(space: DealSpace, packages: IntArray, evaluate: Evaluate | None = None) -> BoolArray:
    """(m,) whether each package is acceptable; (…, m) with what `evaluate` puts in front.

    `packages`: (m, issues) option indices. `evaluate`: gains of packages, by default at the mean;
    with draws in front every draw is judged by itself. Cost: m × (factors + rules), times one more
    evaluation per delivering party and per keep rule. Source: MODEL sections 1 and 4.

    >>> space = DealSpace.from_arrays(options=[3], unary=[[[0, 0], [1, 2], [3, -1]]], no_deal=[0, 0])
    >>> acceptable(space, np.array([[0], [1], [2]])).tolist()
    [False, True, False]
    """
    rows, look = as_rows(space, packages), evaluate or partial(gains, space)
    own = look(rows)
    values = consenter_gains(space, rows, own, evaluate=look)
    table = list(space.table)
    enough = own[..., table] >= np.maximum(space.margin[table], 0.0) - TOLERANCE
    ok: BoolArray = np.asarray(enough.all(axis=-1) & ~is_no_deal(space, rows, own), dtype=np.bool_)
    for rule in space.consents:
        needed = among(rows[:, rule.issue], rule.options)
        ok &= ~needed | rule_accepts(space, rule, values)
    for place, keep in enumerate(space.keeps):
        held = among(rows[:, keep.issue], keep.holds)
        ok &= ~held | (keep_values(space, rows, place, own, evaluate=look) >= -TOLERANCE)
    for condition in space.conditions:
        ok &= ~broken(rows, condition.when, condition.then)
    for pattern in space.forbid:
        ok &= ~matches(rows, pattern)
    return ok


def is_acceptable(space: DealSpace, package: IntArray) -> Acceptance:
    """Whether one package is acceptable, with every refusal, cheap yes and overruling.

    `package`: (issues,) option indices. A party at the table that loses is listed once, as `gain`;
    a consenter called on by several options once, with all of them in `detail`. Cost: as `acceptable`.
    """
    rows = as_rows(space, package)
    own, values = gains(space, rows)[0], consenter_gains(space, rows)[0]
    refusals = [*_table_refusals(space, own)]
    consent, overruled = _consent_refusals(space, rows[0], values)
    refusals += [*consent, *_keep_refusals(space, rows), *_pattern_refusals(space, rows)]
    if is_no_deal(space, rows, own[None])[0]:
        refusals.append(Refusal("", 0.0, 0.0, "no_deal", "everything stays where it is without a deal"))
    cheap = _cheap(space, rows[0], sincere_gains(space, own[None])[0], values)
    return Acceptance(not refusals, tuple(refusals), cheap, overruled)


def consenter_gains(
    space: DealSpace,
    packages: IntArray,
    party_gains: FloatArray | None = None,
    *,
    evaluate: Evaluate | None = None,
) -> FloatArray:
    """(…, m, consenters) what each consenter decides by: parties in points, then bodies.

    A party that delivers counts the larger of its gain if it complies and its gain with its own
    deliveries undone. A body counts gain minus margin of the member who completes its quota, members
    sorted by that difference, descending; −inf where all votes together miss the quota.
    `party_gains`: (…, m, parties) if already known; `evaluate` must come with it where draws stand in
    front. Raises InputError otherwise. Cost: m × (delivering parties × factors + members log members).
    """
    rows = as_rows(space, packages)
    if party_gains is not None and party_gains.ndim > 2 and evaluate is None:
        raise InputError("evaluate must come with gains per draw; try evaluate=partial(draw_gains, space)")
    look = evaluate or partial(gains, space)
    values = np.array(look(rows) if party_gains is None else party_gains, dtype=np.float64)
    for party in sorted({rule.party for rule in space.deliveries}):
        undone = undone_by(space, rows, party)
        changed = (undone != rows).any(axis=1)
        if changed.any():
            cheap = look(undone[changed], party)
            values[..., changed, party] = np.maximum(values[..., changed, party], cheap)
    return sincere_gains(space, values)


def keep_values(
    space: DealSpace,
    packages: IntArray,
    place: int,
    party_gains: FloatArray | None = None,
    *,
    evaluate: Evaluate | None = None,
) -> FloatArray:
    """(…, m) points by which the keeper of `space.keeps[place]` prefers the held option to what it
    would lapse to, above its margin: keeps at ≥ 0. Bodies by quota, as in `consenter_gains`.
    """
    keep, rows, look = space.keeps[place], as_rows(space, packages), evaluate or partial(gains, space)
    lapsed = rows.copy()
    lapsed[:, keep.issue] = keep.to
    if keep.by < len(space.parties):
        mine = look(rows, keep.by) if party_gains is None else party_gains[..., keep.by]
        party: FloatArray = mine - look(lapsed, keep.by) - space.margin[keep.by]
        return party
    own = look(rows) if party_gains is None else party_gains
    better = np.zeros_like(own)
    for member in space.bodies[keep.by - len(space.parties)].members:
        better[..., member] = own[..., member] - look(lapsed, member)
    return body_value(space.bodies[keep.by - len(space.parties)], better, space.margin)


def body_value(body: BodyRule, values: FloatArray, margin: FloatArray) -> FloatArray:
    """(…) value minus margin of the member who completes the quota; −inf where nobody does, +inf where
    the quota needs no vote. With several quotas: the best way's worst one (`ways_value`).

    `values`: (…, parties) points, `margin`: (parties,).
    """
    members = list(body.members)
    return ways_value(body.rule, values[..., members] - margin[members])


def matches(packages: IntArray, pattern: Pattern) -> BoolArray:
    """(m,) whether each package fits every (issue, options) pair of a pattern."""
    fits: BoolArray = np.ones(len(packages), dtype=np.bool_)
    for issue, options in pattern:
        fits &= among(packages[:, issue], options)
    return fits


def broken(packages: IntArray, when: Pattern, then: Pattern | None) -> BoolArray:
    """(m,) whether each package matches `when` without matching `then` (None: never matches)."""
    hit = matches(packages, when)
    return hit if then is None else hit & ~matches(packages, then)


def needed_consenters(space: DealSpace, packages: IntArray) -> BoolArray:
    """(m, consenters) whose consent the chosen options call for, to agree or to keep."""
    rows = as_rows(space, packages)
    needed: BoolArray = np.zeros((len(rows), len(space.consenters)), dtype=np.bool_)
    for rule in space.consents:
        needed[:, rule.by] |= among(rows[:, rule.issue], rule.options)
    for keep in space.keeps:
        needed[:, keep.by] |= among(rows[:, keep.issue], keep.holds)
    return needed


def as_rows(space: DealSpace, packages: IntArray) -> IntArray:
    """(m, issues) packages, checked. Raises InputError naming the issue that is out of range."""
    rows = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    if rows.shape[1] != len(space.issues):
        raise InputError(
            f"a package must have {len(space.issues)} options, one per issue, got {rows.shape[1]}"
        )
    bad = ((rows < 0) | (rows >= np.asarray(space.sizes))).any(axis=0)
    if bad.any():
        i = int(np.argmax(bad))
        last, got = space.sizes[i] - 1, rows[:, i].tolist()[:5]
        raise InputError(f"options of {space.issues[i]} must be 0..{last}, got {got}")
    return rows


def sincere_gains(space: DealSpace, values: FloatArray) -> FloatArray:
    """(…, consenters) gains of parties as given, then what bodies make of them: no cheap yes."""
    bodies = [body_value(body, values, space.margin)[..., None] for body in space.bodies]
    return np.concatenate([values, *bodies], axis=-1)


def is_no_deal(space: DealSpace, rows: IntArray, own: FloatArray) -> BoolArray:
    """Whether each package is no deal: the no-deal package, worth what no deal is worth to all."""
    same: BoolArray = (rows == space.no_deal_package).all(axis=1)
    return np.asarray(same & (np.abs(own) <= TOLERANCE).all(axis=-1), dtype=np.bool_)


def _willing(space: DealSpace, rule: ConsentRule, values: FloatArray) -> BoolArray:
    """(…) whether the consenter of a rule accepts of its own will."""
    return np.asarray(rule_value(space, rule, values) >= -TOLERANCE, dtype=np.bool_)


def rule_accepts(space: DealSpace, rule: ConsentRule, values: FloatArray) -> BoolArray:
    """(…) whether the consenter of a rule accepts, or somebody overrules it. `values` as from
    `consenter_gains`: who overrules also weighs what it gains if it does not comply itself."""
    yes, q = _willing(space, rule, values), rule.overruled_by
    if q is None:
        return yes
    left = values[..., q] - rule.cost - space.margin[q]
    return np.asarray(yes | (left >= -TOLERANCE), dtype=np.bool_)


def overrule_costs(space: DealSpace, packages: IntArray, evaluate: Evaluate | None = None) -> FloatArray:
    """(…, m, parties) points that each party pays to overrule the refusals that packages meet.

    A cost for every consent that the overruled refuses and the overruler would carry. It is not part of
    gains, nor of what elimination compares: whoever tells a gain tells it beside. Cost: as `acceptable`.
    """
    rows, look = as_rows(space, packages), evaluate or partial(gains, space)
    values = consenter_gains(space, rows, evaluate=look)
    costs: FloatArray = np.zeros((*values.shape[:-1], len(space.parties)))
    for rule in space.consents:
        if rule.overruled_by is not None:
            called = among(rows[:, rule.issue], rule.options)
            forced = called & ~_willing(space, rule, values) & rule_accepts(space, rule, values)
            costs[..., rule.overruled_by] += rule.cost * forced
    return costs


def rule_value(space: DealSpace, rule: ConsentRule, values: FloatArray) -> FloatArray:
    """(…) points by which the consenter of a rule clears its bar: accepts at ≥ 0. `values` as from
    `consenter_gains`. Silent consenters refuse only below −|margin|, in a body each member for itself."""
    parties = len(space.parties)
    if rule.by < parties:
        bar = -abs(space.margin[rule.by]) if rule.silent else space.margin[rule.by]
        party: FloatArray = values[..., rule.by] - bar
        return party
    if rule.silent:
        return body_value(space.bodies[rule.by - parties], values, -np.abs(space.margin))
    body: FloatArray = values[..., rule.by]
    return body


def _cheap(space: DealSpace, row: IntArray, sincere: FloatArray, values: FloatArray) -> tuple[str, ...]:
    called = [rule for rule in space.consents if row[rule.issue] in rule.options]
    by = [r.by for r in called if _willing(space, r, values) and not _willing(space, r, sincere)]
    return tuple(space.consenters[c] for c in sorted(set(by)))


def _table_refusals(space: DealSpace, own: FloatArray) -> Iterable[Refusal]:
    for p in space.table:
        bar = max(float(space.margin[p]), 0.0)
        if own[p] < bar - TOLERANCE:
            yield Refusal(space.parties[p], float(own[p]), bar, "gain", "sits at the table")


def _consent_refusals(
    space: DealSpace, row: IntArray, values: FloatArray
) -> tuple[list[Refusal], tuple[tuple[str, str, float], ...]]:
    """Refusals by consenters not at the table, one per consenter and bar; and who is overruled."""
    found: dict[tuple[int, float, float], list[str]] = {}
    overruled: list[tuple[str, str, float]] = []
    for rule in space.consents:
        if row[rule.issue] not in rule.options or _willing(space, rule, values):
            continue
        if rule.overruled_by is not None and rule_accepts(space, rule, values):
            overruled.append((space.consenters[rule.by], space.parties[rule.overruled_by], rule.cost))
        elif rule.by not in space.table:
            above, party = float(rule_value(space, rule, values)), rule.by < len(space.parties)
            gain = float(values[rule.by]) if party else above
            key = (rule.by, gain, gain - above if party else 0.0)
            found.setdefault(key, []).append(choice_name(space, row, rule.issue))
    refusals = [
        Refusal(space.consenters[c], gain, bar, "consent", ", ".join(options))
        for (c, gain, bar), options in found.items()
    ]
    return refusals, tuple(dict.fromkeys(overruled))


def choice_name(space: DealSpace, row: IntArray, issue: int) -> str:
    """ "issue=option" of a package's choice on one issue."""
    return f"{space.issues[issue]}={space.options[issue][row[issue]]}"


def _keep_refusals(space: DealSpace, rows: IntArray) -> Iterable[Refusal]:
    for place, keep in enumerate(space.keeps):
        if rows[0, keep.issue] in keep.holds:
            value = float(keep_values(space, rows, place)[0])
            if value < -TOLERANCE:
                margin = float(space.margin[keep.by]) if keep.by < len(space.parties) else 0.0
                held, to = choice_name(space, rows[0], keep.issue), space.options[keep.issue][keep.to]
                yield Refusal(
                    space.consenters[keep.by], value + margin, margin, "keeps", f"{held} lapses to {to}"
                )


def _pattern_refusals(space: DealSpace, rows: IntArray) -> Iterable[Refusal]:
    own = consenter_gains(space, rows)[0]
    for condition in space.conditions:
        if broken(rows, condition.when, condition.then)[0]:
            margin = float(space.margin[condition.by]) if condition.by < len(space.parties) else 0.0
            who, gain = space.consenters[condition.by], float(own[condition.by])
            yield Refusal(who, gain, margin, "condition", condition.name)
    for pattern in space.forbid:
        if matches(rows, pattern)[0]:
            chosen = " with ".join(choice_name(space, rows[0], issue) for issue, _ in pattern)
            yield Refusal("", 0.0, 0.0, "forbidden", chosen)
