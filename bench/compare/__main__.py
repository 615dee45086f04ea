"""`./run compare [--large]`: a table of seconds and ratios, and whether the programs agree.

Each program runs in this process, on spaces made from one seed. detente's time is the median of five runs
after one that compiles; the others run once, since they take up to minutes. NegMAS is AGPL and is installed
apart from the program, for this comparison alone.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable

import numpy as np

from bench.compare.programs import Found, by_detente, by_listing, by_negmas, by_negmas_search
from bench.compare.spaces import Numbers, additive, boxed, linked

RUNS = 5
LISTED = 2 * 10**6
"""Outcomes up to which listing is tried."""


def main(large: bool) -> None:
    """Print the table row by row, as it is measured."""
    warnings.simplefilter("ignore")
    by_listing(additive(3, 5, 2)), by_listing(additive(3, 5, 3))  # compiles its filter
    size = 6 if large else 5
    print("| space | outcomes | points | detente | listing | NegMAS | listing ÷ detente | NegMAS ÷ detente |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for parties in (2, 3, 5):
        for make in (additive, linked, boxed):
            _row(make(size, 10, parties), by_negmas)
    for issues in (20, 50):
        _row(additive(issues, 10, 2), by_negmas_search)


def _row(numbers: Numbers, rival: Callable[[Numbers], Found]) -> None:
    ours = [by_detente(numbers.space()) for _ in range(RUNS + 1)][1:]
    took = float(np.median([o[0] for o in ours]))
    _, points, told, how = ours[0]
    listed = by_listing(numbers) if numbers.outcomes <= LISTED else None
    theirs = rival(numbers)
    cells = [
        f"{numbers.name} ({how})",
        f"10^{round(math.log10(numbers.outcomes))}",
        str(len(points)),
        _seconds(took),
        "" if listed is None else _seconds(listed[0]) + _differs(points, told, listed),
        _seconds(theirs[0]) + _differs(points, told, theirs),
        "" if listed is None else f"{listed[0] / took:,.0f}",
        f"{theirs[0] / took:,.0f}",
    ]
    print("| " + " | ".join(cells) + " |", flush=True)


def _differs(points: np.ndarray, told: dict[str, np.ndarray], other: Found) -> str:
    """What differs from ours, in words; nothing where all agree."""
    said = []
    missing = len({*map(tuple, points.round(7))} - {*map(tuple, other[1].round(7))})
    if missing:
        said.append(f"{missing} of {len(points)} points not found, {other[3]}")
    for concept, at in other[2].items():
        found = told[concept]
        if not all(np.isclose(found, point, atol=1e-7).all(axis=1).any() for point in at):
            said.append(f"another {concept} point")
    return f" ({'; '.join(said)})" if said else ""


def _seconds(value: float) -> str:
    return f"{1000 * value:.1f} ms" if value < 1 else f"{value:.1f} s"


if __name__ == "__main__":
    main("--large" in sys.argv[1:])
