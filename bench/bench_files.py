"""Spaces that others made: files of negotiation domains, exact and proven.

`DETENTE_DATA=FOLDER ./run bench -k files`, where FOLDER holds `anac2014/` (folders with a domain and two
hyper-rectangle profiles) and `railway/` (`Railway.xml` with three constraint profiles). Without it only the
spaces made here are run. Every package reported is valued again by `brute`'s plain evaluation, which shares
nothing with the engines, and published points are checked against what was proven.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.deals import DealSpace, find_frontier, utilities
from detente.deals.brute import undominated
from detente.deals.exact.aims import optimise
from detente.deals.formats import read_space
from detente.deals.formats.genius import read_profiles
from detente.deals.space import BoxFactor

DATA = Path(os.environ.get("DETENTE_DATA", "nowhere"))
DOMAINS = sorted(p for p in DATA.glob("anac2014/*") if p.is_dir())
RAILWAY = [DATA / "railway"] if (DATA / "railway" / "Railway.xml").exists() else []
POINT = re.compile(r"(?m)^\s*([0-9.]+),\s*([0-9.]+)\s*$")
SIZES = [(10, 5), (10, 8), (30, 5), (30, 8)]
WORK = 10.0


def boxed_parties(issues: int, parties: int, seed: int = 0) -> DealSpace:
    """Hyper-rectangle profiles of the size of the ANAC 2014 domains: two bonuses an issue for each party,
    over one to four issues of ten options, worth 1 in all."""
    rng = np.random.default_rng(seed)
    boxes = []
    for party in range(parties):
        weights = rng.integers(10, 100, 2 * issues).astype(float)
        for weight in weights / weights.sum():
            scope = np.sort(rng.choice(issues, int(rng.integers(1, 5)), replace=False))
            ends = np.sort(rng.integers(0, 10, (len(scope), 2)), axis=1)
            value = np.where(np.arange(parties) == party, weight, 0.0)
            boxes.append(BoxFactor(tuple(scope.tolist()), *(tuple(e.tolist()) for e in ends.T), value))
    unary = [np.zeros((10, parties))] * issues
    return DealSpace.from_arrays(
        options=[10] * issues, unary=unary, boxes=boxes, no_deal=[0.0] * parties, status_quo=False
    )


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda p: p.name)
def test_files_of_two_parties(benchmark: BenchmarkFixture, domain: Path) -> None:
    """Complete frontiers, proven; how many published points they beat."""
    space = read_space(domain)
    found = benchmark.pedantic(find_frontier, (space,), rounds=1)
    assert found.status == "exact"
    plain = slow_utilities(space, found.packages)
    assert np.allclose(plain, found.utilities, atol=1e-9)
    assert undominated(found.utilities).all()
    published = published_points(domain)
    beaten = sum(beats(plain, point) for point in published)
    benchmark.extra_info.update(
        points=len(plain), published=len(published), beaten=beaten, engine=found.engine
    )


def beats(points: np.ndarray, point: np.ndarray) -> bool:
    """Whether one of the points is at least as good for both and clearly better for one."""
    return bool(((points >= point - 1e-6).all(axis=1) & (points > point + 1e-6).any(axis=1)).any())


def published_points(domain: Path) -> list[np.ndarray]:
    """Pairs of utilities in `pareto.xml`, one a line."""
    place = domain / "pareto.xml"
    text = place.read_text("utf-8", errors="replace") if place.exists() else ""
    return [np.array([float(a), float(b)]) for a, b in POINT.findall(text)]


def slow_utilities(space: DealSpace, packages: np.ndarray) -> np.ndarray:
    """Package by package, factor by factor."""
    rows = []
    for package in packages:
        total = np.zeros(len(space.parties))
        for factor in space.factors:
            at = [int(package[i]) for i in factor.scope]
            if isinstance(factor, BoxFactor):
                if all(low <= o <= high for low, o, high in zip(factor.low, at, factor.high, strict=True)):
                    total += factor.value
            else:
                total += factor.table[tuple(at)]
        rows.append(total if space.cap is None else np.minimum(total, space.cap))
    return np.array(rows)


@pytest.mark.parametrize("folder", RAILWAY, ids=["railway"])
def test_files_of_three_parties(benchmark: BenchmarkFixture, folder: Path) -> None:
    """Conditional and sum rules, three parties."""
    profiles = [folder / name for name in ("NS.xml", "ProRail.xml", "Minister.xml")]
    space = read_profiles(folder / "Railway.xml", profiles)
    found = benchmark.pedantic(find_frontier, (space,), rounds=1)
    assert found.status == "exact"
    assert np.allclose(slow_utilities(space, found.packages), utilities(space, found.packages))
    benchmark.extra_info.update(points=len(found.packages), engine=found.engine)


@pytest.mark.parametrize("aim", ["any", "sum", "least"])
@pytest.mark.parametrize(("issues", "parties"), SIZES)
def test_files_like_those_with_many_parties(
    benchmark: BenchmarkFixture, issues: int, parties: int, aim: str
) -> None:
    """One best package where no frontier can be listed; the gap is stated where the work runs out."""
    space = boxed_parties(issues, parties)
    optimise(boxed_parties(4, 2), "any")  # loads the solver
    best = benchmark.pedantic(optimise, (space, aim), {"work": WORK}, rounds=1)
    benchmark.extra_info.update(status=best.status, value=best.value, gap=round(best.gap, 4))
