"""What decides about a package, as sums of factors and thresholds on them.

Every number that acceptance looks at is a sum of factors over the issues: a party's gain, its gain
with its own deliveries undone, what a keeper gains from keeping. Each is a column here. Quotas,
silence, overruling and the cheap yes are formulas over thresholds on columns (MODEL section 4, "what
elimination may and may not drop"). Columns hold whole numbers of a fine grid, so that sums are exact
whatever their order and ties are ties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.deals.space import BoxFactor, ConsentRule, DealSpace, Pattern, TableFactor
from detente.deals.voting import WeightedQuota, ways_as_clauses

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

GRID = 1e-9
"""Points per unit of a column; coarser only where numbers are so large that sums would not be exact."""

EXACT = 2.0**51
"""Whole numbers up to here add exactly in double precision, with room to spare."""


@dataclass(frozen=True, slots=True, eq=False)
class TableTerm:
    """Whole numbers over the issues of `scope`, one axis each, columns last."""

    scope: tuple[int, ...]
    table: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PatternTerm:
    """`value` (columns,) where every issue of `scope` takes an option of its mask."""

    scope: tuple[int, ...]
    masks: tuple[BoolArray, ...]
    value: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Ban:
    """A package that matches `when` must match `then` (None: never), else it is out."""

    when: Mapping[int, BoolArray]
    then: Mapping[int, BoolArray] | None


Atom = tuple[int, float]
"""Column and the whole number that it must reach."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Votes of members whose atoms (any one suffices) are reached must sum to `quota`."""

    votes: tuple[float, ...]
    atoms: tuple[tuple[Atom, ...], ...]
    quota: float


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """Choosing an option under a mask of `needed` (issue → options) needs any one of `ways`."""

    needed: Mapping[int, BoolArray]
    ways: tuple[Quota, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Criteria:
    """Columns (the first `table` of them are gains of the table, in its order), their terms, what
    every package starts from (`start`, minus no deal), the least gains of the table, the rules, the
    units that rounding may be off (`slack`), and points per unit (`grid`)."""

    sizes: tuple[int, ...]
    table: int
    terms: tuple[TableTerm | PatternTerm, ...]
    start: FloatArray
    least: FloatArray
    clauses: tuple[Clause, ...]
    bans: tuple[Ban, ...]
    slack: float
    grid: float

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.start)


@dataclass(slots=True)
class _Columns:
    """Columns as they are asked for: ("gain", party), ("cheap", party) or ("keep", party, rule)."""

    space: DealSpace
    place: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def of(self, kind: str, party: int, rule: int = -1) -> int:
        return self.place.setdefault((kind, party, rule), len(self.place))


def set_criteria(space: DealSpace, *, eligible: bool = True) -> Criteria:
    """Columns, terms, clauses and bans of a space; with `eligible=False` only what is forbidden bans.

    Cost: cells of the factors × columns (table, consenters and members of bodies, once more for those
    that deliver, and once for each keeper).
    """
    columns = _Columns(space)
    table = [columns.of("gain", t) for t in space.table]
    scale = 1.0 / _grid(space)
    clauses = _clauses(space, columns, scale) if eligible else ()
    terms: list[TableTerm | PatternTerm] = []
    for factor in space.factors:
        if isinstance(factor, TableFactor):
            terms.append(TableTerm(factor.scope, _table_columns(space, columns, factor, scale)))
        else:
            terms += _box_terms(space, columns, factor, scale)
    start = np.zeros(len(columns.place))
    for (kind, party, _), column in columns.place.items():
        start[column] = 0.0 if kind == "keep" else -np.round(space.no_deal[party] * scale)
    for term in terms:
        if not term.scope:
            start += term.table if isinstance(term, TableTerm) else term.value
    terms = [term for term in terms if term.scope]
    slack = len(terms) + 4.0
    least = np.full(len(table), -np.inf)
    if eligible:
        bar = np.maximum(space.margin, 0.0)
        if space.cap is not None:
            bar = np.where(bar > space.cap - space.no_deal + GRID, np.inf, bar)
        least = np.round(bar[list(space.table)] * scale) - slack
    bans = _bans(space, eligible)
    return Criteria(space.sizes, len(table), tuple(terms), start, least, clauses, bans, slack, 1.0 / scale)


def _grid(space: DealSpace) -> float:
    """Points per unit: GRID, or the least power of ten times it that keeps every sum exact."""
    largest = float(np.abs(space.no_deal).max(initial=0.0)) + float(np.abs(space.margin).max(initial=0.0))
    for factor in space.factors:
        largest += float(
            np.abs(factor.table if isinstance(factor, TableFactor) else factor.value).max(initial=0.0)
        )
    grid = GRID
    while 4 * largest / grid > EXACT:
        grid *= 10
    return grid


def _clauses(space: DealSpace, columns: _Columns, scale: float) -> tuple[Clause, ...]:
    """Consents with the same formula on several issues are one clause."""
    needed: dict[tuple[Quota, ...], dict[int, BoolArray]] = {}
    rules: list[tuple[tuple[Quota, ...], int, tuple[int, ...]]] = [
        (ways, c.issue, c.options)
        for c in space.consents
        for ways in _consent_clauses(space, columns, c, scale)
    ]
    for r, keep in enumerate(space.keeps):
        members, clauses = _members(space, keep.by)
        atoms = tuple(
            ((columns.of("keep", m, r), float(np.round(space.margin[m] * scale))),) for m in members
        )
        rules += [(_quotas(clause, atoms), keep.issue, keep.holds) for clause in clauses]
    for ways, issue, options in rules:
        masks = needed.setdefault(ways, {})
        mask = masks.setdefault(issue, np.zeros(space.sizes[issue], dtype=np.bool_))
        mask[list(options)] = True
    return tuple(Clause(masks, ways) for ways, masks in needed.items())


def _consent_clauses(
    space: DealSpace, columns: _Columns, rule: ConsentRule, scale: float
) -> list[tuple[Quota, ...]]:
    """Every clause must hold; whoever can overrule is one more way to each."""
    members, clauses = _members(space, rule.by)
    bar = -np.abs(space.margin) if rule.silent else space.margin
    if space.cap is not None:  # a bar above the cap is never reached, whatever the sum
        bar = np.where(bar > space.cap - space.no_deal + GRID, np.inf, bar)
    atoms = tuple(_reach(space, columns, m, bar[m], scale) for m in members)
    over = rule.overruled_by
    overruled: tuple[Quota, ...] = ()
    if over is not None:
        reach = _reach(space, columns, over, space.margin[over] + rule.cost, scale)
        overruled = (Quota((1.0,), (reach,), 1.0),)
    return [(*_quotas(clause, atoms), *overruled) for clause in clauses]


def _quotas(clause: tuple[WeightedQuota, ...], atoms: tuple[tuple[Atom, ...], ...]) -> tuple[Quota, ...]:
    return tuple(Quota(quota.weights, atoms, quota.needed) for quota in clause)


def _members(
    space: DealSpace, consenter: int
) -> tuple[tuple[int, ...], tuple[tuple[WeightedQuota, ...], ...]]:
    """Who decides, and clauses that must all hold, each by any one of its quotas."""
    if consenter < len(space.parties):
        return (consenter,), ((WeightedQuota((1.0,), 1.0),),)
    body = space.bodies[consenter - len(space.parties)]
    return body.members, ways_as_clauses(body.rule)


def _reach(space: DealSpace, columns: _Columns, party: int, points: float, scale: float) -> tuple[Atom, ...]:
    """Ways in which a party reaches `points`: by gaining, or, if it delivers, by not complying."""
    bar = float(np.round(points * scale))
    atoms = [(columns.of("gain", party), bar)]
    if any(d.party == party for d in space.deliveries):
        atoms.append((columns.of("cheap", party), bar))
    return tuple(atoms)


def _undone(space: DealSpace, party: int, issue: int) -> NDArray[np.int64]:
    """(options,) where each option of the issue ends when the party undoes what it delivers."""
    lands = np.arange(space.sizes[issue])
    for rule in space.deliveries:
        if rule.party == party and rule.issue == issue:
            lands[list(rule.options)] = 0
    return lands


def _table_columns(space: DealSpace, columns: _Columns, factor: TableFactor, scale: float) -> FloatArray:
    points = np.round(factor.table * scale)
    out = np.zeros((*points.shape[:-1], len(columns.place)))
    for (kind, party, rule), column in columns.place.items():
        own = points[..., party]
        if kind == "gain":
            out[..., column] = own
        elif kind == "cheap":
            out[..., column] = own[np.ix_(*[_undone(space, party, i) for i in factor.scope])]
        elif space.keeps[rule].issue in factor.scope:
            axis = factor.scope.index(space.keeps[rule].issue)
            out[..., column] = own - np.take(own, [space.keeps[rule].to], axis=axis)
    return out


def _box_terms(space: DealSpace, columns: _Columns, box: BoxFactor, scale: float) -> list[PatternTerm]:
    """The box for gains, the set that undoing brings into it for cheap columns, and for keepers the
    box less the box with the issue lapsed."""
    inside = {
        i: (np.arange(space.sizes[i]) >= low) & (np.arange(space.sizes[i]) <= high)
        for i, low, high in zip(box.scope, box.low, box.high, strict=True)
    }
    points = np.round(np.asarray(box.value, dtype=np.float64) * scale)
    found: list[tuple[dict[int, BoolArray], int, float]] = []
    for (kind, party, rule), column in columns.place.items():
        value = float(points[party])
        if kind == "cheap":
            lands = {i: mask[_undone(space, party, i)] for i, mask in inside.items()}
            found.append((lands, column, value))
        elif kind == "gain":
            found.append((inside, column, value))
        elif space.keeps[rule].issue in inside:
            keep = space.keeps[rule]
            found.append((inside, column, value))
            if inside[keep.issue][keep.to]:
                free = np.ones(space.sizes[keep.issue], dtype=np.bool_)
                found.append((inside | {keep.issue: free}, column, -value))
    return _joined_patterns(found, len(columns.place))


def _joined_patterns(found: list[tuple[dict[int, BoolArray], int, float]], columns: int) -> list[PatternTerm]:
    """One term per distinct set of options."""
    joined: dict[tuple[tuple[int, bytes], ...], PatternTerm] = {}
    for masks, column, value in found:
        bound = {i: mask for i, mask in sorted(masks.items()) if not mask.all()}
        key = tuple((i, mask.tobytes()) for i, mask in bound.items())
        if key not in joined:
            joined[key] = PatternTerm(tuple(bound), tuple(bound.values()), np.zeros(columns))
        joined[key].value[column] += value
    return [term for term in joined.values() if term.value.any()]


def _bans(space: DealSpace, eligible: bool) -> tuple[Ban, ...]:
    """Forbidden patterns, conditions, and no deal itself, which is no deal to be made."""
    bans = [Ban(_masks(space, pattern), None) for pattern in space.forbid]
    if not eligible:
        return tuple(bans)
    for condition in space.conditions:
        then = None if condition.then is None else _masks(space, condition.then)
        bans.append(Ban(_masks(space, condition.when), then))
    if (space.no_deal_package < 0).any():  # reservation values only: no package is no deal
        return tuple(bans)
    from detente.deals.acceptance import TOLERANCE
    from detente.deals.space import gains

    stays = gains(space, space.no_deal_package[None])[0]
    if (np.abs(stays) <= TOLERANCE).all():
        bans.append(
            Ban(_masks(space, tuple((i, (int(o),)) for i, o in enumerate(space.no_deal_package))), None)
        )
    return tuple(bans)


def _masks(space: DealSpace, pattern: Pattern) -> dict[int, BoolArray]:
    masks: dict[int, BoolArray] = {}
    for issue, allowed in pattern:
        mask = np.isin(np.arange(space.sizes[issue]), allowed)
        masks[issue] = masks[issue] & mask if issue in masks else mask
    return masks
