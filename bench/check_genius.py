"""Genius files of others against the slow evaluator: `DETENTE_DATA=folder python -m bench.check_genius`.

Looks for folders with one domain under the folder, compares random packages (all of them where they are
few enough), and prints the largest difference. A folder with drafts among its profiles says so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from detente.deals.brute import count_packages, list_packages
from detente.deals.formats.genius import read_genius, read_profiles, recognises_genius
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError
from tests.deals.formats.slow_genius import SlowProfile

DRAWN, LISTED = 3000, 700_000


def largest_difference(space: DealSpace, profiles: list[Path], domain: Path) -> float:
    """Between the space and the slow evaluator, over packages drawn or listed."""
    if count_packages(space) <= LISTED:
        rows = np.concatenate(list(list_packages(space)))
    else:
        rows = np.random.default_rng(1).integers(0, space.sizes, (DRAWN, len(space.sizes)))
    worst, got = 0.0, utilities(space, rows)
    for p, path in enumerate(profiles):
        slow = SlowProfile(path, domain)
        index = {str(i.get("name")): int(i.get("index", "")) for i in slow.issues}
        order = [index[name] for name in space.issues]
        for row, value in zip(rows.tolist(), got[:, p], strict=True):
            bid = {i: names[o] for i, names, o in zip(order, space.options, row, strict=True)}
            worst = max(worst, abs(slow.utility(bid) - float(value)))
    return worst


def one_by_one(domain: Path, files: list[Path]) -> tuple[DealSpace, list[Path]]:
    """The profiles that can be read, where the folder as a whole cannot."""
    good = []
    for file in files:
        try:
            read_profiles(domain, [file])
            good.append(file)
        except InputError as error:
            print(f"  left out: {str(error).splitlines()[0]}")
    return read_profiles(domain, good), good


def main() -> None:
    """Print one line per folder."""
    for folder in sorted(p for p in Path(os.environ.get("DETENTE_DATA", ".")).rglob("*") if p.is_dir()):
        if not recognises_genius(folder):
            continue
        files = sorted(p for p in folder.glob("*.xml") if recognises_genius(p))
        domain = next((p for p in files if "<negotiation_template" in p.read_text("utf-8")), None)
        profiles = [p for p in files if p != domain]
        if domain is None or not profiles:
            continue
        try:
            space = read_genius(folder)
            profiles = [folder / f"{name}.xml" for name in space.parties]
        except InputError:
            space, profiles = one_by_one(domain, profiles)
        worst = largest_difference(space, profiles, domain)
        print(
            f"{folder.name}: {len(space.parties)} parties, {count_packages(space):.3g} packages, {worst:.1e}"
        )


if __name__ == "__main__":
    sys.exit(main())
