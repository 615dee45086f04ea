"""Writing GeniusWeb JSON: one profile per party, additive where it can be, groups of issues where not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from detente.deals.brute import count_packages, list_packages
from detente.deals.formats.profiles import CLOSE, clipped_parties
from detente.deals.formats.writing import additive_tables, require_names, require_plain
from detente.deals.space import DealSpace, Factor, FloatArray, TableFactor, utilities
from detente.errors import InputError

MOST_CELLS = 200_000
"""Combinations of options in one group of issues."""

MOST_GROUPED = 30
"""Issues of one group."""

MOST_LISTED = 200_000
"""Packages among which one of the worth of no deal is looked for."""

_TITLE = "GeniusWeb JSON"
_UNITS = 10**12


def write_geniusweb(space: DealSpace, path: Path) -> tuple[Path, ...]:
    """Write a folder: `domain.json` beside a profile named after each party.

    Raises InputError naming all that GeniusWeb cannot hold: rules (see `require_plain`), parts of a
    utility below 0, utilities above 1, groups of linked issues with more than MOST_CELLS combinations,
    and a worth of no deal that is neither 0 nor that of a package. Utilities come back within 1e-11.
    Cost: cells of the groups; up to MOST_LISTED packages where no deal is worth more than 0.
    """
    require_plain(space, _TITLE)
    require_names(space, _TITLE)
    clipped = clipped_parties(space, search=False)
    if clipped:
        raise InputError(f"{_TITLE} cannot hold caps on utilities ({', '.join(clipped)}); try genius")
    bids = _reservation_bids(space)
    domain: dict[str, Any] = {
        "name": "domain",
        "issuesValues": {
            issue: {"values": list(names)} for issue, names in zip(space.issues, space.options, strict=True)
        },
    }
    profiles: list[dict[str, Any]] = []
    for p, name in enumerate(space.parties):
        tables = additive_tables(space, p)
        kind, content = _groups(space, p) if tables is None else _linear(space, p, tables)
        told = {"name": name, "domain": domain, **content, "reservationBid": bids[p]}
        profiles.append({kind: told})
    path.mkdir(parents=True)
    taken = {name.casefold() for name in space.parties}
    home = next(n for n in ("domain", *(f"domain-{k}" for k in range(2, len(taken) + 3))) if n not in taken)
    files = [path / f"{name}.json" for name in (home, *space.parties)]
    for file, content in zip(files, [domain, *profiles], strict=True):
        file.write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
    return tuple(files)


def _refuse(space: DealSpace, party: int, what: str) -> InputError:
    return InputError(
        f"{_TITLE} cannot hold {what}, as {space.parties[party]} has; its utilities are on 0..1"
    )


def _linear(space: DealSpace, party: int, tables: list[FloatArray]) -> tuple[str, dict[str, Any]]:
    """Weights that sum to exactly 1 in decimals, each at least the largest points of its issue."""
    if min(float(t.min()) for t in tables) < 0:
        return _groups(space, party)
    most = [float(t.max()) for t in tables]
    if sum(most) > 1 + CLOSE:
        raise _refuse(space, party, f"utilities above 1 (up to {sum(most):g})")
    units = [int(m * _UNITS) for m in most]
    units[int(np.argmax(units))] += _UNITS - sum(units)
    values = {}
    for issue, names, table, unit in zip(space.issues, space.options, tables, units, strict=True):
        worths = [min(1.0, float(v) * _UNITS / unit) if unit else 0.0 for v in table]
        values[issue] = {
            "DiscreteValueSetUtilities": {"valueUtilities": dict(zip(names, worths, strict=True))}
        }
    weights = {issue: float(Decimal(u) / _UNITS) for issue, u in zip(space.issues, units, strict=True)}
    return "LinearAdditiveUtilitySpace", {"issueUtilities": values, "issueWeights": weights}


def _groups(space: DealSpace, party: int) -> tuple[str, dict[str, Any]]:
    """Issues that share a part of the party's utility are one group, with a table of its own."""
    groups = _linked(space, party)
    tables = [_group_table(space, party, group) for group in groups]
    least = [float(table.min()) for table in tables]
    constant = sum(least) + sum(float(_held(f, party)) for f in space.factors if not f.scope)
    tables = [table - low for table, low in zip(tables, least, strict=True)]
    most = constant + sum(float(table.max()) for table in tables)
    if constant < -CLOSE or most > 1 + CLOSE:
        raise _refuse(space, party, f"utilities from {constant:g} to {most:g}")
    tables[0] = tables[0] + max(constant, 0.0)
    parts = {}
    for k, (group, table) in enumerate(zip(groups, tables, strict=True), 1):
        entries = [
            {
                "values": [space.options[i][o] for i, o in zip(group, cell, strict=True)],
                "util": min(1.0, float(table[cell])),
            }
            for cell in np.ndindex(table.shape)
            if table[cell] > 0
        ]
        names = [space.issues[i] for i in group]
        parts[f"group{k}"] = {"PartsUtilities": {"issues": names, "utilslist": entries}}
    return "SumOfGroupsUtilitySpace", {"partUtilities": parts}


def _linked(space: DealSpace, party: int) -> list[list[int]]:
    """Issues in groups: two are in one where some part of the party's utility is over both."""
    group = list(range(len(space.issues)))
    for factor in space.factors:
        if np.any(_held(factor, party)):
            joined = {group[i] for i in factor.scope}
            group = [min(joined) if g in joined else g for g in group]
    return [[i for i, g in enumerate(group) if g == name] for name in sorted(set(group))]


def _held(factor: Factor, party: int) -> FloatArray:
    """What a factor holds for a party: the table's column, or the box's value."""
    held = factor.table if isinstance(factor, TableFactor) else factor.value
    return np.asarray(held[..., party], dtype=np.float64)


def _group_table(space: DealSpace, party: int, group: Sequence[int]) -> FloatArray:
    """(options of each issue of the group…) points from the parts over these issues."""
    sizes = [space.sizes[i] for i in group]
    if prod(sizes) > MOST_CELLS or len(sizes) > MOST_GROUPED:
        names = ", ".join(space.issues[i] for i in group[:6])
        got = f"{len(sizes)} issues with {prod(sizes):,} of {names}"
        raise InputError(
            f"{_TITLE} cannot hold more than {MOST_CELLS:,} combinations in one group, got {got}"
        )
    table = np.zeros(sizes)
    for factor in space.factors:
        if not factor.scope or not set(factor.scope) <= set(group):
            continue
        axes = [group.index(i) for i in factor.scope]
        if isinstance(factor, TableFactor):
            missing = tuple(a for a in range(len(group)) if a not in axes)
            table += np.expand_dims(factor.table[..., party], missing)
        else:
            where = [slice(None)] * len(group)
            for axis, low, high in zip(axes, factor.low, factor.high, strict=True):
                where[axis] = slice(low, high + 1)
            table[tuple(where)] += factor.value[party]
    return table


def _reservation_bids(space: DealSpace) -> list[dict[str, Any] | None]:
    """For each party the first package that is worth what no deal is worth to it; None where that is 0."""
    bids: list[dict[str, Any] | None] = [None] * len(space.parties)
    for p in np.flatnonzero(np.abs(space.no_deal) > CLOSE):
        if count_packages(space) > MOST_LISTED:
            raise _refuse(
                space, int(p), f"a worth of no deal other than 0 with over {MOST_LISTED:,} packages"
            )
        for rows in list_packages(space):
            same = np.flatnonzero(np.abs(utilities(space, rows)[:, p] - space.no_deal[p]) <= CLOSE)
            if len(same):
                row = rows[same[0]]
                chosen = {issue: space.options[i][row[i]] for i, issue in enumerate(space.issues)}
                bids[p] = {"issuevalues": chosen}
                break
        else:
            worth = float(space.no_deal[p])
            raise _refuse(space, int(p), f"a worth of no deal ({worth:g}) that is not that of a package")
    return bids
