"""Sums of points merged from sorted lists, compiled. Twin: `elimination.merge.merge`.

Each list is one point of the shorter input, shifted by the row's value, plus all points of the longer one.
A heap gives the sums from best to worst, so that a sum that nothing before it covers stays for good. What is
covered is passed over in blocks where the best corner of a block is covered too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.deals._kernels.jit import kernel
from detente.deals.elimination.fronts import LEADING, MOST, rank

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Listed = tuple[IntArray, FloatArray, IntArray, IntArray]

BLOCK = 8


def merge(rows: Listed, first: Listed, second: Listed, most: int) -> Listed:
    """Start, points, count and number of the undominated sums of every cell, as its twin gives them."""
    points = np.concatenate((first[1], second[1]))
    start, out, count, number = _merge(
        rows,
        (first[0], second[0] + len(first[1])),
        (points, np.concatenate((first[2], second[2])), np.concatenate((first[3], second[3]))),
        np.ascontiguousarray(rank(points)),
        np.maximum.reduceat(points, np.arange(0, len(points), BLOCK), axis=0) if len(points) else points,
        most,
    )
    return start, out.copy(), count.copy(), number.copy()


@kernel
def _merge(rows: Any, starts: Any, both: Any, key: Any, corner: Any, limit: Any) -> Any:
    """Both inputs stand in one array, so that a list is a shift and a run of places in it."""
    start, value, cells, number = rows
    points, count, numbers = both
    parties, words = value.shape[1], number.shape[1]
    groups = len(start) - 1
    most = 1
    for g in range(groups):
        many = 0
        for r in range(start[g], start[g + 1]):
            a = starts[0][cells[0, r] + 1] - starts[0][cells[0, r]]
            b = starts[1][cells[1, r] + 1] - starts[1][cells[1, r]]
            many += min(a, b)
        most = max(most, many)
    base = np.empty((most, parties))
    base_key = np.empty(most)
    row = np.empty(most, dtype=np.int64)
    short = np.empty(most, dtype=np.int64)
    at = np.empty(most, dtype=np.int64)
    end = np.empty(most, dtype=np.int64)
    heap_key = np.empty(most)
    heap = np.empty(most, dtype=np.int64)
    room = max(1024, 4 * groups)
    out = np.empty((room, parties))
    out_count = np.empty(room, dtype=np.int64)
    out_number = np.empty((room, words), dtype=np.int64)
    out_start = np.zeros(groups + 1, dtype=np.int64)
    stairs = np.empty((64, 2))
    ids = np.empty(64, dtype=np.int64)
    nought = np.int64(0)  # of one type with what is counted, so that every helper is compiled once
    total = nought
    for g in range(groups):
        lists = nought
        for r in range(start[g], start[g + 1]):
            a0, a1 = starts[0][cells[0, r]], starts[0][cells[0, r] + 1]
            b0, b1 = starts[1][cells[1, r]], starts[1][cells[1, r] + 1]
            if a1 - a0 > b1 - b0:
                a0, a1, b0, b1 = b0, b1, a0, a1
            for s in range(a0, a1):
                row[lists], short[lists], at[lists], end[lists] = r, s, b0, b1
                for k in range(parties):
                    base[lists, k] = value[r, k] + points[s, k]
                base_key[lists] = _key(base, lists)
                heap_key[lists] = base_key[lists] + key[b0]
                heap[lists] = lists
                lists += 1
        for place in range(lists // 2 - 1, -1, -1):
            _sift(heap_key, heap, place, lists, base, points, at)
        begin = total
        kept = nought
        while lists:
            n = heap[0]
            j = at[n]
            if total + 1 > room:
                room = 2 * room
                out = _grown(out, room)
                out_count = _longer(out_count, room)
                out_number = _grown(out_number, room)
            for k in range(parties):
                out[total, k] = base[n, k] + points[j, k]
            tie, covered, place = _look(out, begin, total, stairs, ids, kept)
            if tie >= 0:
                more = _times(count[short[n]], count[j])
                out_count[tie] = MOST if out_count[tie] > MOST - more else out_count[tie] + more
                smaller = False
                for w in range(words):
                    mine = number[row[n], w] + numbers[short[n], w] + numbers[j, w]
                    if mine != out_number[tie, w]:
                        smaller = mine < out_number[tie, w]
                        break
                if smaller:
                    for w in range(words):
                        out_number[tie, w] = number[row[n], w] + numbers[short[n], w] + numbers[j, w]
                j += 1
            elif covered:
                j = _onward(out, begin, total, stairs, ids, kept, base, points, corner, n, j + 1, end[n])
            else:
                out_count[total] = _times(count[short[n]], count[j])
                for w in range(words):
                    out_number[total, w] = number[row[n], w] + numbers[short[n], w] + numbers[j, w]
                if parties == 3:
                    if kept + 1 >= len(ids):
                        stairs = _grown(stairs, 2 * len(ids))
                        ids = _longer(ids, 2 * len(ids))
                    kept = _stand(out, total, stairs, ids, kept, place)
                elif parties > 3:
                    if kept + 1 >= len(ids):
                        ids = _longer(ids, 2 * len(ids))
                    ids[kept] = total
                    kept += 1
                total += 1
                j += 1
                if total > limit:
                    break
            if j < end[n]:
                at[n] = j
                heap_key[0] = base_key[n] + key[j]
            else:
                lists -= 1
                heap_key[0] = heap_key[lists]
                heap[0] = heap[lists]
            _sift(heap_key, heap, nought, lists, base, points, at)
        out_start[g + 1] = total
        if total > limit:
            break
    return out_start, out[:total], out_count[:total], out_number[:total]


@kernel
def _look(out: Any, begin: Any, total: Any, stairs: Any, ids: Any, kept: Any) -> Any:
    """Of the candidate at `total`: the point it ties with or −1, whether one covers it, its place in the
    stairs."""
    parties = out.shape[1]
    if total == begin:
        return -1, False, 0
    if parties != 3:
        same = True
        for k in range(parties):
            if out[total - 1, k] != out[total, k]:
                same = False
                break
        if same:
            return total - 1, False, 0
    if parties == 1:
        return -1, True, 0
    if parties == 2:
        return -1, out[total - 1, 1] >= out[total, 1], 0
    if parties == 3:
        place = _step_of(stairs, kept, out[total, 1])
        if place < kept and stairs[place, 1] >= out[total, 2]:
            rival = ids[place]
            if (
                out[rival, 0] == out[total, 0]
                and out[rival, 1] == out[total, 1]
                and out[rival, 2] == out[total, 2]
            ):
                return rival, False, place
            return -1, True, place
        return -1, False, place
    return -1, _covered(out, ids, kept, total), 0


@kernel
def _onward(
    out: Any, begin: Any, total: Any, stairs: Any, ids: Any, kept: Any, base: Any, points: Any,
    corner: Any, n: Any, j: Any, end: Any,
) -> Any:  # fmt: skip
    """The next place of a list that may not be covered. No tie is passed over: what ties comes after the
    point that was covered, and so has not been kept yet."""
    parties = out.shape[1]
    if parties == 1:
        return end
    if parties == 2:
        bar = out[total - 1, 1] - base[n, 1]
        if j >= end or points[j, 1] > bar:
            return j
        step = 1
        while j + step < end and points[j + step, 1] <= bar:
            j += step
            step *= 2
        high = min(j + step, end)
        while high - j > 1:
            middle = (j + high) // 2
            if points[middle, 1] <= bar:
                j = middle
            else:
                high = middle
        return high
    while j < end and j % BLOCK == 0 and j + BLOCK <= end:
        block = j // BLOCK
        if parties == 3:
            y, z = base[n, 1] + corner[block, 1], base[n, 2] + corner[block, 2]
            place = _step_of(stairs, kept, y)
            if place == kept or stairs[place, 1] < z:
                return j
        else:
            for k in range(parties):
                out[total, k] = base[n, k] + corner[block, k]
            if not _covered(out, ids, kept, total):
                return j
        j += BLOCK
    return j


@kernel
def _covered(out: Any, ids: Any, kept: Any, at: Any) -> Any:
    """Whether a kept point is at least as large everywhere as the one at a place, and larger somewhere; what
    covered once is looked at earlier next time."""
    parties = out.shape[1]
    for place in range(kept):
        rival = ids[place]
        covers, equal = True, True
        for k in range(parties):
            if out[rival, k] < out[at, k]:
                covers = False
                break
            if out[rival, k] > out[at, k]:
                equal = False
        if covers and not equal:
            if place:
                ids[place], ids[place // 2] = ids[place // 2], rival
            return True
    return False


@kernel
def _step_of(stairs: Any, kept: Any, y: Any) -> Any:
    """The first step that is at least y; steps ascend in the first and descend in the second."""
    low, high = 0, kept
    while low < high:
        middle = (low + high) // 2
        if stairs[middle, 0] >= y:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def _stand(out: Any, total: Any, stairs: Any, ids: Any, kept: Any, place: Any) -> Any:
    """Put the point at `total` into the stairs, over the steps that it covers."""
    y, z = out[total, 1], out[total, 2]
    last = place
    if last < kept and stairs[last, 0] == y:
        last += 1
    from_ = place
    while from_ > 0 and stairs[from_ - 1, 1] <= z:
        from_ -= 1
    grow = 1 - (last - from_)
    if grow > 0:
        for k in range(kept - 1, last - 1, -1):
            stairs[k + 1, 0], stairs[k + 1, 1], ids[k + 1] = stairs[k, 0], stairs[k, 1], ids[k]
    elif grow < 0:
        for k in range(last, kept):
            stairs[k + grow, 0], stairs[k + grow, 1], ids[k + grow] = stairs[k, 0], stairs[k, 1], ids[k]
    stairs[from_, 0], stairs[from_, 1], ids[from_] = y, z, total
    return kept + grow


@kernel
def _sift(heap_key: Any, heap: Any, place: Any, lists: Any, base: Any, points: Any, at: Any) -> None:
    """Let the list at `place` sink below those that come before it."""
    key, n = heap_key[place], heap[place]
    while True:
        child = 2 * place + 1
        if child >= lists:
            break
        other = child + 1
        if other < lists and _before(
            heap_key[other], heap[other], heap_key[child], heap[child], base, points, at
        ):
            child = other
        if not _before(heap_key[child], heap[child], key, n, base, points, at):
            break
        heap_key[place], heap[place] = heap_key[child], heap[child]
        place = child
    heap_key[place], heap[place] = key, n


@kernel
def _before(key: Any, n: Any, other_key: Any, m: Any, base: Any, points: Any, at: Any) -> Any:
    if key != other_key:
        return key > other_key
    for k in range(base.shape[1]):
        mine, other = base[n, k] + points[at[n], k], base[m, k] + points[at[m], k]
        if mine != other:
            return mine > other
    return False


@kernel
def _key(base: Any, place: Any) -> Any:
    """What `rank` gives for a row."""
    if base.shape[1] <= 3:
        return base[place, 0]
    total = 0.0
    for k in range(min(base.shape[1], LEADING)):
        total += base[place, k]
    return total


@kernel
def _times(a: Any, b: Any) -> Any:
    return MOST if a > MOST // b else a * b


# Copies element by element: assigning slices would take the compiler longer than everything else.
@kernel
def _grown(array: Any, room: Any) -> Any:
    wide = np.empty((room, array.shape[1]), dtype=array.dtype)
    for n in range(len(array)):
        for k in range(array.shape[1]):
            wide[n, k] = array[n, k]
    return wide


@kernel
def _longer(array: Any, room: Any) -> Any:
    wide = np.empty(room, dtype=array.dtype)
    for n in range(len(array)):
        wide[n] = array[n]
    return wide
