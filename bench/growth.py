"""How time and memory of the frontier grow: `./run growth` measures, draws, and writes docs/theory/growth.md.

Every point is a process of its own, so that memory is that point's alone; its time is the median of three
runs on different random spaces, after one on a small space that loads what is needed.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import vl_convert

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "growth.svg"
PAGE = ROOT / "docs" / "theory" / "growth.md"
REPEATS = 3
BASE = {"issues": 15, "options": 5, "parties": 2, "treewidth": 2}
"""What stays while one of them is varied."""

VARIED = {
    "issues": (5, 10, 15, 20, 30, 40),
    "options": (2, 3, 5, 7, 9),
    "parties": (1, 2, 3, 4),
    "treewidth": (1, 2, 3, 4),
    "draws": (250, 500, 1000, 2000),
}
INTRODUCTION = """# How cost grows

<!-- Made by `./run growth`; measure again instead of editing. -->

Random tables along a random tree of the given width (`tree_space` in `bench/bench_frontier.py`), {base},
one of them varied at a time; for draws, gains and acceptance of 300 packages of `kerry-2016`. Medians
of {repeats} spaces on a shared machine, one process each: read the slope, not the seconds. Memory is what
the process holds at most beyond a small run.

![Time and memory of the frontier against issues, options, parties, treewidth and draws](../images/growth.svg)

- **Issues**: work grows with the number of issues times what has to be remembered between them, while
  the number of packages grows by the number of options with each.
- **Options** and **treewidth** set that memory: at most options to the power of the width, fewer where
  tables leave equal remainders.
- **Parties**: the frontier itself grows. With three and more, dominance prunes less with each party.
- **Draws**: linear.
- Memory jumps by about a hundred megabytes where the compiled kernels are loaded.

"""


def measure(what: str, value: int) -> tuple[float, float, int]:
    """Seconds, megabytes beyond a small run, and points of the frontier (packages, for draws)."""
    from bench.bench_frontier import tree_space
    from detente.deals import find_frontier

    find_frontier(tree_space(4, 3, 1, BASE["parties"]), eligible=False)
    if what == "draws":
        return _draws(value)
    setting = {**BASE, what: value}
    before, took, points = _peak(), [], 0
    for seed in range(REPEATS):
        shape = (setting["issues"], setting["options"], setting["treewidth"], setting["parties"])
        space = tree_space(*shape, seed=seed)
        start = perf_counter()
        front = find_frontier(space, eligible=False)
        took.append(perf_counter() - start)
        points = max(points, len(front.packages))
    return median(took), _peak() - before, points


def _draws(count: int) -> tuple[float, float, int]:
    import numpy as np

    from bench.bench_frontier import kerry
    from detente.deals import DealSpace, draw_acceptable, draw_gains

    case, values = kerry(count)
    space = DealSpace.from_case(case, values)
    rng = np.random.default_rng(0)
    rows = np.stack([rng.integers(0, size, 300) for size in space.sizes], axis=1)
    draw_gains(space, rows[:2])
    before, took = _peak(), []
    for _ in range(REPEATS):
        start = perf_counter()
        draw_gains(space, rows)
        draw_acceptable(space, rows)
        took.append(perf_counter() - start)
    return median(took), _peak() - before, len(rows)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def rows() -> Iterator[dict[str, Any]]:
    """One measurement after the other, each in a fresh process."""
    for what, values in VARIED.items():
        for value in values:
            command = [sys.executable, "-m", "bench.growth", what, str(value)]
            said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            seconds, megabytes, points = json.loads(said)
            row = {"varied": what, "value": value, "seconds": seconds, "MB": megabytes, "points": points}
            print(row, flush=True)
            yield row


def draw(found: list[dict[str, Any]]) -> str:
    """Time above, memory below, one column for each thing varied; both axes logarithmic but memory's."""

    def panel(measure: str, title: str, scale: str) -> dict[str, Any]:
        axis = {"field": measure, "type": "quantitative", "title": title, "scale": {"type": scale}}
        return {
            "mark": {"type": "line", "point": True, "color": "#222222"},
            "encoding": {
                "x": {"field": "value", "type": "quantitative", "title": None, "axis": {"tickCount": 4}},
                "y": axis,
            },
            "width": 150,
            "height": 120,
        }

    columns = [
        {
            "title": what,
            "data": {"values": [row for row in found if row["varied"] == what]},
            "vconcat": [panel("seconds", "seconds", "log"), panel("MB", "MB", "linear")],
        }
        for what in VARIED
    ]
    spec = {"hconcat": columns, "background": "white", "config": {"title": {"fontWeight": "normal"}}}
    return str(vl_convert.vegalite_to_svg(json.dumps(spec), vl_version="5.20", allowed_base_urls=[]))


def main() -> None:
    """Measure everything and write picture and page."""
    write(list(rows()))


def write(found: list[dict[str, Any]]) -> None:
    """Picture and page of what was measured."""
    PICTURE.write_text(draw(found), "utf-8")
    base = ", ".join(
        f"{value} {name}" if name != "treewidth" else f"treewidth {value}" for name, value in BASE.items()
    )
    table = ["| varied | value | median | memory | points |", "| --- | --- | --- | --- | --- |"]
    table += [
        f"| {r['varied']} | {r['value']} | {1000 * r['seconds']:.0f} ms | {r['MB']:.0f} MB | {r['points']} |"
        for r in found
    ]
    PAGE.write_text(INTRODUCTION.format(base=base, repeats=REPEATS) + "\n".join(table) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
