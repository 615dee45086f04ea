"""Check the NegMAS reader and writer against NegMAS itself, which is no requirement of this project.

Install negmas (0.16) in an environment of its own, with numpy, scipy and pyyaml, and run there:

    PYTHONPATH=src:. python bench/check_negmas.py

Written scenarios are loaded by NegMAS, dumped scenarios are read here, objects go both ways; every utility
of every package is compared. Exits with 1 where one differs.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detente.deals.brute import list_packages
from detente.deals.formats.negmas import read_negmas, write_negmas
from detente.deals.formats.negmas_objects import from_negmas, to_negmas
from detente.deals.formats.negmas_writing import option_values
from detente.deals.space import BoxFactor, DealSpace, FloatArray, utilities

SEEDS = range(40)


def made_up(seed: int) -> DealSpace:
    """A small space with sums, links and boxes; some issues numbered, some named."""
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(1, 5, size=int(rng.integers(2, 5)))]
    parties = int(rng.integers(2, 4))
    linked = seed % 2 == 1
    boxes = []
    for _ in range(3 * linked):
        scope = tuple(sorted(int(i) for i in rng.choice(len(sizes), 2, replace=False)))
        ends = [sorted(int(o) for o in rng.integers(0, sizes[i], 2)) for i in scope]
        low, high = tuple(e[0] for e in ends), tuple(e[1] for e in ends)
        boxes.append(BoxFactor(scope, low, high, rng.normal(size=parties)))
    options = [[str(o + 3) if i % 2 else f"o{o}" for o in range(n)] for i, n in enumerate(sizes)]
    return DealSpace.from_arrays(
        options=sizes,
        unary=[rng.normal(size=(n, parties)) for n in sizes],
        links={(0, len(sizes) - 1): rng.normal(size=(sizes[0], sizes[-1], parties))} if linked else {},
        boxes=boxes,
        no_deal=rng.normal(size=parties).tolist(),
        names={"options": options},
        status_quo=False,
    )


def worth(space: DealSpace, ufuns: Sequence[Any]) -> FloatArray:
    """(packages, parties) what the functions of NegMAS say of every package."""
    values = [option_values(names) for names in space.options]
    rows = np.concatenate(list(list_packages(space))).tolist()
    outcomes = [tuple(given[o] for given, o in zip(values, row, strict=True)) for row in rows]
    return np.array([[float(u(outcome)) for u in ufuns] for outcome in outcomes])


def differs(space: DealSpace, said: FloatArray) -> bool:
    """Whether a utility of the space is not what was said of it."""
    own = utilities(space, np.concatenate(list(list_packages(space))))
    return own.shape != said.shape or not np.allclose(own, said, rtol=1e-9, atol=1e-9)


def compare(seed: int) -> list[str]:
    """What goes wrong with one space, both ways and through files."""
    from negmas.inout import Scenario

    space, wrong = made_up(seed), []
    outcome_space, ufuns = to_negmas(space)
    said = worth(space, ufuns)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_negmas(space, folder / "ours")
        loaded = Scenario.load(folder / "ours")
        Scenario(outcome_space=outcome_space, ufuns=ufuns).dumpas(folder / "theirs", type="yml")
        Scenario(outcome_space=outcome_space, ufuns=ufuns).dumpas(folder / "json", type="json")
        checks = {
            "objects made here": (space, said),
            "objects read here": (from_negmas(outcome_space, ufuns), said),
            "files written here, read here": (read_negmas(folder / "ours"), said),
            "files written here, read there": (space, worth(space, loaded.ufuns)),
            "files dumped there as YAML, read here": (read_negmas(folder / "theirs"), said),
            "files dumped there as JSON, read here": (read_negmas(folder / "json"), said),
        }
        reserved = [u.reserved_value for u in loaded.ufuns]
    wrong += [what for what, (found, told) in checks.items() if differs(found, told)]
    if not np.allclose(reserved, space.no_deal):
        wrong.append("reservation values")
    return wrong


def main() -> int:
    """Compare on every seed and tell."""
    warnings.simplefilter("ignore")
    wrong = {seed: found for seed in SEEDS if (found := compare(seed))}
    for seed, found in wrong.items():
        print(f"seed {seed}: {'; '.join(found)}")
    print(f"{len(SEEDS)} spaces, {len(wrong)} with differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
