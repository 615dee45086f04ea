"""Who would accept what, over the draws: two chances that are never mixed, and what follows from them.

`better_off` is the share of draws with gain ≥ margin; `says_yes` the mean of a logistic choice.
MODEL sections 1 and 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import (
    TOLERANCE,
    acceptable,
    as_rows,
    broken,
    consenter_gains,
    keep_values,
    matches,
    needed_consenters,
    rule_value,
)
from detente.deals.ensemble import draw_gains, require_ensemble
from detente.deals.space import DealSpace, among

if TYPE_CHECKING:
    from detente.deals.solutions import Choose

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CHUNK_BYTES = 128_000_000


def better_off(space: DealSpace, packages: IntArray) -> FloatArray:
    """(packages, parties) share of draws in which the gain reaches the party's margin.

    Not the chance that the party says yes: see `says_yes`. Memory is bounded by chunks of packages.
    """
    parts = [
        (draw_gains(space, chunk) >= space.margin - TOLERANCE).mean(axis=0, dtype=np.float64)
        for chunk in package_chunks(space, packages)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(space.parties)))


def says_yes(space: DealSpace, packages: IntArray, gap90: float | FloatArray) -> FloatArray:
    """(packages, parties) mean over draws of logistic(β·(gain − margin)), β = ln 9 / gap90.

    `gap90`: points at which the better of two options is taken nine times in ten, one number or one
    per draw. A party whose consent is called on and that also delivers counts with the larger of its
    sincere gain and its gain with its own deliveries undone; at the table only sincerity counts.
    Source: MODEL sections 1 and 4; McFadden (1974).
    """
    beta = np.log(9.0) / np.broadcast_to(
        np.asarray(gap90, dtype=np.float64), (require_ensemble(space).draws,)
    )
    parts = []
    for chunk in package_chunks(space, packages):
        values = consenter_gains(space, chunk, evaluate=partial(draw_gains, space))
        sincere = draw_gains(space, chunk)
        asked = needed_consenters(space, chunk)[:, : len(space.parties)]
        asked[:, list(space.table)] = False
        best = np.where(asked, values[:, :, : len(space.parties)], sincere) - space.margin
        parts.append((1.0 / (1.0 + np.exp(-np.clip(beta[:, None, None] * best, -700, 700)))).mean(axis=0))
    return np.concatenate(parts) if parts else np.zeros((0, len(space.parties)))


def all_say_yes(space: DealSpace, packages: IntArray, gap90: float) -> FloatArray:
    """(packages,) chance that everyone needed says yes at once: in each draw the product of logistic
    choices of the table and of every consenter called on (for several consents its hardest; who can be
    overruled counts with the overruler's surplus if that is larger), then the mean over draws. 0 where a
    condition is broken or something is forbidden.

    Choices are taken as independent given a draw. `gap90` points as in `says_yes`. Keeping what would
    lapse counts as a choice where no deal would not keep it.
    """
    beta, parts = np.log(9.0) / gap90, []
    for chunk in package_chunks(space, packages):
        surplus = _surpluses(space, chunk)
        chance = 1.0 / (1.0 + np.exp(-np.clip(beta * surplus, -700, 700)))
        free = np.ones(len(chunk), dtype=np.bool_)
        for condition in space.conditions:
            free &= ~broken(chunk, condition.when, condition.then)
        for pattern in space.forbid:
            free &= ~matches(chunk, pattern)
        parts.append(np.where(free, chance.prod(axis=2).mean(axis=0), 0.0))
    return np.concatenate(parts) if parts else np.zeros(0)


def _surpluses(space: DealSpace, rows: IntArray) -> FloatArray:
    """(draws, packages, consenters) points above what is enough for a yes; +inf where not asked."""

    look = partial(draw_gains, space)
    own = look(rows)
    values = consenter_gains(space, rows, own, evaluate=look)
    surplus: FloatArray = np.full(values.shape, np.inf)
    table = list(space.table)
    surplus[:, :, table] = own[:, :, table] - np.maximum(space.margin[table], 0.0)
    for rule in space.consents:
        called = among(rows[:, rule.issue], rule.options)
        left = rule_value(space, rule, values)
        if rule.overruled_by is not None:
            over = values[:, :, rule.overruled_by] - rule.cost - space.margin[rule.overruled_by]
            left = np.maximum(left, over)
        surplus[:, called, rule.by] = np.minimum(surplus[:, called, rule.by], left[:, called])
    for place, keep in enumerate(space.keeps):
        kept_anyway = rows[:, keep.issue] == space.no_deal_package[keep.issue]
        held = among(rows[:, keep.issue], keep.holds) & ~kept_anyway
        kept = keep_values(space, rows, place, own, evaluate=look)
        surplus[:, held, keep.by] = np.minimum(surplus[:, held, keep.by], kept[:, held])
    return surplus


def consent_probability(space: DealSpace, packages: IntArray) -> FloatArray:
    """(packages, consenters) share of draws in which each consenter accepts, parties first, then bodies.

    A body accepts where members with gain ≥ margin reach its quota in that draw. Counted too: its own
    conditions (broken = no in every draw), keeping what would lapse, silence, and the cheap yes of
    those that deliver. Not counted: being overruled, which is another's act.
    """
    parts = [
        consenter_accepts(space, chunk).mean(axis=0, dtype=np.float64)
        for chunk in package_chunks(space, packages)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(space.consenters)))


def consenter_accepts(space: DealSpace, packages: IntArray) -> BoolArray:
    """(draws, packages, consenters) whether each consenter would accept; see `consent_probability`."""
    rows = as_rows(space, packages)

    look = partial(draw_gains, space)
    own = look(rows)
    values = consenter_gains(space, rows, own, evaluate=look)
    bar = np.concatenate([space.margin, np.zeros(len(space.bodies))])
    yes: BoolArray = values >= bar - TOLERANCE
    for rule in space.consents:
        if rule.silent:
            unasked = ~_asked(space, rows, rule.by) & among(rows[:, rule.issue], rule.options)
            yes[:, unasked, rule.by] = (rule_value(space, rule, values) >= -TOLERANCE)[:, unasked]
    for place, keep in enumerate(space.keeps):
        held = among(rows[:, keep.issue], keep.holds)
        yes[:, :, keep.by] &= ~held | (keep_values(space, rows, place, own, evaluate=look) >= -TOLERANCE)
    for condition in space.conditions:
        yes[:, broken(rows, condition.when, condition.then), condition.by] = False
    return yes


def draw_acceptable(space: DealSpace, packages: IntArray) -> BoolArray:
    """(draws, packages) whether each package is acceptable in each draw (see `acceptable`).

    The no-deal package of a draw is no deal in that draw. Memory: draws × packages × parties; use a
    few hundred packages at a time.
    """
    rows = as_rows(space, packages)
    nowhere = np.full_like(space.no_deal_package, -1)  # each draw has its own, below
    apart = replace(space, no_deal_package=nowhere)
    ok = acceptable(apart, rows, partial(draw_gains, space))
    stays: BoolArray = (rows[None] == require_ensemble(space).no_deal_packages[:, None]).all(axis=2)
    return ok & ~stays


def option_frequency(
    space: DealSpace, candidates: IntArray, concept: str | Choose, *, party: int | None = None
) -> tuple[FloatArray, ...]:
    """Per issue (options,): the share of draws in which the solution has that option.

    `candidates` (m, issues) is the stated set that the solution is looked for in, draw by draw, among
    those acceptable in that draw. `concept`: a name of `solve`, or a rule from gains (k, table) and
    stakes (table,) to chosen rows; `party`: place at the table for concepts that favour one. Several
    solutions share their draw's weight. Draws in which no candidate is acceptable add nothing, so
    an issue's shares sum to the share of draws with a deal. Raises InputError for unknown concepts.
    Cost: draws × candidates × parties. It will not find a solution outside the candidates.
    """
    from detente.deals.solutions import chooser

    choose = chooser(concept, party) if isinstance(concept, str) else concept
    candidates = as_rows(space, candidates)
    ensemble = require_ensemble(space)
    weight = np.zeros(len(candidates))
    if not len(candidates):
        return tuple(np.zeros(size) for size in space.sizes)
    chunks = list(package_chunks(space, candidates))
    accepted = np.concatenate([draw_acceptable(space, c) for c in chunks], axis=1)
    table = list(space.table)
    gained = np.concatenate([draw_gains(space, c)[:, :, table] for c in chunks], axis=1)
    for k in np.flatnonzero(accepted.any(axis=1)):
        rows = np.flatnonzero(accepted[k])
        chosen = rows[choose(gained[k, rows], ensemble.stakes[k, table])]
        if len(chosen):
            weight[chosen] += 1.0 / len(chosen)
    return tuple(
        np.bincount(candidates[:, i], weights=weight, minlength=size) / ensemble.draws
        for i, size in enumerate(space.sizes)
    )


def package_chunks(space: DealSpace, packages: IntArray) -> Iterator[IntArray]:
    """Packages in chunks such that gains of one in every draw stay within CHUNK_BYTES."""
    packages = as_rows(space, packages)
    n, parties, goals = require_ensemble(space).weights.shape
    size = max(1, CHUNK_BYTES // (8 * n * (parties + goals)))
    for start in range(0, len(packages), size):
        yield packages[start : start + size]


def _asked(space: DealSpace, rows: IntArray, consenter: int) -> BoolArray:
    """(packages,) whether the package needs an outspoken yes of the consenter somewhere."""
    asked: BoolArray = np.zeros(len(rows), dtype=np.bool_)
    for rule in space.consents:
        if rule.by == consenter and not rule.silent:
            asked |= among(rows[:, rule.issue], rule.options)
    return asked
