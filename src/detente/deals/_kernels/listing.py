"""All choices of a few issues against the best so far, compiled. Twin: `elimination.listing.list_choices`.

A first look finds the choices with the largest weighted sums along a few directions: they beat most others at
first sight. Choices that differ in the last issue only are looked at together: where even the best of each
party over them is beaten, so are they all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.deals._kernels.jit import kernel


@kernel
def list_choices(
    sizes: Any, strides: Any, tables: Any, exceptions: Any, directions: Any, leaders: Any
) -> Any:
    """Places and counts of the undominated choices.

    `sizes` (issues,); `strides` (3, issues) of the three `tables` (cells, parties); `exceptions`: (k,)
    ascending places and (k, parties) what is added there; `directions` (d, parties) and how many `leaders` of
    each. Points that beat something are looked at earlier next time.
    """
    where, added = exceptions
    issues, parties = len(sizes), tables[0].shape[1]
    last = issues - 1
    width = sizes[last]
    ups = (
        _best_of_run(tables[0], strides[0, last], width),
        _best_of_run(tables[1], strides[1, last], width),
        _best_of_run(tables[2], strides[2, last], width),
    )
    room = 256
    kept = np.empty((room, parties))
    place, count = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    held, exception = np.int64(0), 0
    option, at, value = np.zeros(issues, dtype=np.int64), np.zeros(3, dtype=np.int64), np.empty(parties)
    total = 1
    for size in sizes:
        total *= size
    seeds = _leaders(sizes, strides, tables, exceptions, directions, leaders)
    for begin in range(0, total, width):
        plain = exception >= len(where) or where[exception] >= begin + width
        skip = False
        if plain:
            for k in range(parties):
                value[k] = ups[0][at[0], k] + ups[1][at[1], k] + ups[2][at[2], k]
            skip = _below(seeds, value)
            if not skip and parties < 4:
                rival, tie = _met(kept, held, value)
                skip = rival >= 0 and not tie
                if skip and rival > 0:
                    _forward(kept, place, count, rival)
        if not skip:
            for z in range(width):
                a = at[0] + z * strides[0, last]
                b = at[1] + z * strides[1, last]
                c = at[2] + z * strides[2, last]
                for k in range(parties):
                    value[k] = tables[0][a, k] + tables[1][b, k] + tables[2][c, k]
                if not plain and exception < len(where) and where[exception] == begin + z:
                    for k in range(parties):
                        value[k] += added[exception, k]
                    exception += 1
                if _below(seeds, value):
                    continue
                rival, tie = _met(kept, held, value)
                if tie:
                    count[rival] += 1
                elif rival > 0:
                    _forward(kept, place, count, rival)
                elif rival < 0 and value[0] > -np.inf:
                    held = _without(kept, place, count, held, value)
                    if held == room:
                        room *= 2
                        kept, place, count = _wider(kept, place, count, room)
                    for k in range(parties):
                        kept[held, k] = value[k]
                    place[held], count[held] = begin + z, 1
                    held += 1
        _turn(option, at, sizes, strides)
    return place[:held], count[:held]


@kernel
def _turn(option: Any, at: Any, sizes: Any, strides: Any) -> None:
    """The next options of all issues but the last, and where that is in each table."""
    issue = len(sizes) - 2
    while issue >= 0:
        option[issue] += 1
        for part in range(3):
            at[part] += strides[part, issue]
        if option[issue] < sizes[issue]:
            break
        option[issue] = 0
        for part in range(3):
            at[part] -= strides[part, issue] * sizes[issue]
        issue -= 1


@kernel
def _leaders(sizes: Any, strides: Any, tables: Any, exceptions: Any, directions: Any, leaders: Any) -> Any:
    """(seeds, parties) values of the choices with the largest sums along each direction, exceptions aside."""
    where = exceptions[0]
    issues, parties = len(sizes), tables[0].shape[1]
    width = sizes[issues - 1]
    total = 1
    for size in sizes:
        total *= size
    seeds = np.empty((len(directions) * leaders, parties))
    held = 0
    for d in range(len(directions)):
        one = _along(tables[0], directions[d])
        two = _along(tables[1], directions[d])
        three = _along(tables[2], directions[d])
        option, at = np.zeros(issues, dtype=np.int64), np.zeros(3, dtype=np.int64)
        best, cells = np.full(leaders, -np.inf), np.zeros((leaders, 3), dtype=np.int64)
        exception = 0
        for begin in range(0, total, width):
            for z in range(width):
                a = at[0] + z * strides[0, issues - 1]
                b = at[1] + z * strides[1, issues - 1]
                c = at[2] + z * strides[2, issues - 1]
                worth = one[a] + two[b] + three[c]
                if worth <= best[leaders - 1]:
                    continue
                while exception < len(where) and where[exception] < begin + z:
                    exception += 1
                if exception < len(where) and where[exception] == begin + z:
                    continue
                slot = leaders - 1
                while slot > 0 and best[slot - 1] < worth:
                    best[slot] = best[slot - 1]
                    for part in range(3):
                        cells[slot, part] = cells[slot - 1, part]
                    slot -= 1
                best[slot] = worth
                cells[slot, 0], cells[slot, 1], cells[slot, 2] = a, b, c
            _turn(option, at, sizes, strides)
        for slot in range(leaders):
            if best[slot] > -np.inf:
                for k in range(parties):
                    seeds[held, k] = 0.0
                    for part in range(3):
                        seeds[held, k] += tables[part][cells[slot, part], k]
                held += 1
    return seeds[:held]


@kernel
def _along(table: Any, direction: Any) -> Any:
    found = np.zeros(len(table))
    for cell in range(len(table)):
        for k in range(table.shape[1]):
            found[cell] += table[cell, k] * direction[k]
    return found


@kernel
def _below(seeds: Any, value: Any) -> Any:
    """Whether some seed is at least as large everywhere and larger somewhere; it then comes earlier."""
    for rival in range(len(seeds)):
        covers, equal = True, True
        for k in range(len(value)):
            if seeds[rival, k] < value[k]:
                covers = False
                break
            if seeds[rival, k] > value[k]:
                equal = False
        if covers and not equal:
            if rival:
                to = rival // 2
                for k in range(len(value)):
                    seeds[rival, k], seeds[to, k] = seeds[to, k], seeds[rival, k]
            return True
    return False


@kernel
def _best_of_run(table: Any, stride: Any, width: Any) -> Any:
    """At every cell with the last issue's option 0: the best of each party over that issue's options. The
    last issue is the last of the table's, or not in it (stride 0)."""
    if stride == 0:
        return table
    best = np.empty_like(table)
    for cell in range(0, len(table), width):
        for k in range(table.shape[1]):
            best[cell, k] = table[cell, k]
            for z in range(1, width):
                best[cell, k] = max(best[cell, k], table[cell + z, k])
    return best


@kernel
def _met(kept: Any, held: Any, value: Any) -> Any:
    """The first kept point that is at least as large everywhere, or −1, and whether it is the same."""
    for rival in range(held):
        covers, equal = True, True
        for k in range(len(value)):
            if kept[rival, k] < value[k]:
                covers = False
                break
            if kept[rival, k] > value[k]:
                equal = False
        if covers:
            return rival, equal
    return -1, False


@kernel
def _forward(kept: Any, place: Any, count: Any, rival: Any) -> None:
    to = rival // 2
    for k in range(kept.shape[1]):
        kept[rival, k], kept[to, k] = kept[to, k], kept[rival, k]
    place[rival], place[to] = place[to], place[rival]
    count[rival], count[to] = count[to], count[rival]


@kernel
def _without(kept: Any, place: Any, count: Any, held: Any, value: Any) -> Any:
    """How many kept points are left once those that the value beats are taken out."""
    left = 0
    for rival in range(held):
        covers = True
        for k in range(len(value)):
            if kept[rival, k] > value[k]:
                covers = False
                break
        if not covers:
            if left != rival:
                for k in range(len(value)):
                    kept[left, k] = kept[rival, k]
                place[left], count[left] = place[rival], count[rival]
            left += 1
    return left


@kernel
def _wider(kept: Any, place: Any, count: Any, room: Any) -> Any:
    wide = np.empty((room, kept.shape[1]))
    places, counts = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    for n in range(len(kept)):
        places[n], counts[n] = place[n], count[n]
        for k in range(kept.shape[1]):
            wide[n, k] = kept[n, k]
    return wide, places, counts
