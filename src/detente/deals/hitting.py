"""Minimal hitting sets: the smallest ways to take something out of every one of several sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Mask = int
"""A set of small whole numbers as bits."""


@dataclass(frozen=True, slots=True)
class HittingSets:
    """`sets`: all minimal hitting sets of at most `size` members, by size, then as numbers. `size` None:
    of any size."""

    sets: tuple[Mask, ...]
    size: int | None


def minimal_hitting_sets(sets: Iterable[Mask], *, most: int = 1_024) -> HittingSets:
    """Every minimal set that meets each of `sets`, as bit masks.

    Where more than `most` would have to be held, only those up to the largest size that fits are kept:
    the result says which. An empty set among `sets` cannot be hit: nothing is returned.
    Cost: most × members × sets, squared in `most` for the filter. Source: Berge (1989), Hypergraphs,
    chapter 2 (transversals one edge at a time).

    >>> [bin(s) for s in minimal_hitting_sets([0b011, 0b110]).sets]
    ['0b10', '0b101']
    """
    held: list[Mask] = [0]
    size: int | None = None
    for one in sets:
        hit = [t for t in held if t & one]
        grown = {t | 1 << place for t in held if not t & one for place in members(one)}
        held = sorted({*hit, *grown}, key=lambda t: (t.bit_count(), t))
        held = [t for k, t in enumerate(held) if not any(s & t == s for s in held[:k])]
        if size is not None:
            held = [t for t in held if t.bit_count() <= size]
        if len(held) > most:
            size = held[most].bit_count() - 1
            held = [t for t in held if t.bit_count() <= size]
    return HittingSets(tuple(held), size)


def members(mask: Mask) -> list[int]:
    """The numbers in a set, ascending."""
    return [place for place in range(mask.bit_length()) if mask >> place & 1]
