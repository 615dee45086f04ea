"""Wished-for ranges without options, and single aims by branching, beside the general solver.

`./run bench -k solver`. Spaces are made here from a seed, of the size of the ANAC 2014 domains; with
`DETENTE_DATA=FOLDER`, where FOLDER holds `anac2014/`, those are run too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.bench_files import DOMAINS, SIZES, boxed_parties
from detente.deals.criteria import set_criteria
from detente.deals.exact.aims import optimise
from detente.deals.exact.by_solver import frontier_by_solver
from detente.deals.formats import read_space
from detente.deals.solver.box_aims import optimise_boxes
from detente.deals.solver.box_frontier import frontier_of_boxes
from detente.deals.solver.branching import optimise_by_branching
from detente.deals.space import DealSpace

ENGINES: dict[str, Callable[..., Any]] = {"general": frontier_by_solver, "ranges": frontier_of_boxes}
WAYS: dict[str, Callable[..., Any]] = {
    "general": optimise,
    "ranges": optimise_boxes,
    "branching": optimise_by_branching,
}
WORK = {"general": {"work": 10.0}, "ranges": {"work": 10.0}, "branching": {"nodes": 10_000}}


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """The solver's library takes a second to load, once."""
    optimise(boxed_parties(4, 2), "any")


def _frontier(engine: str, space: DealSpace) -> Any:
    return ENGINES[engine](space, set_criteria(space))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("issues", [10, 20, 30, 40])
def test_solver_two_parties(benchmark: BenchmarkFixture, issues: int, engine: str) -> None:
    """The complete frontier."""
    found = benchmark.pedantic(_frontier, (engine, boxed_parties(issues, 2)), rounds=3)
    benchmark.extra_info.update(status=found.status, points=len(found.packages))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("domain", DOMAINS, ids=lambda p: p.name)
def test_solver_files(benchmark: BenchmarkFixture, domain: Any, engine: str) -> None:
    """The complete frontier of a domain of others."""
    found = benchmark.pedantic(_frontier, (engine, read_space(domain)), rounds=3)
    benchmark.extra_info.update(status=found.status, points=len(found.packages))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("aim", ["any", "sum", "least"])
@pytest.mark.parametrize(("issues", "parties"), SIZES)
def test_solver_many_parties(
    benchmark: BenchmarkFixture, issues: int, parties: int, aim: str, way: str
) -> None:
    """One best package; the gap where the work runs out."""
    best = benchmark.pedantic(WAYS[way], (boxed_parties(issues, parties), aim), WORK[way], rounds=1)
    benchmark.extra_info.update(status=best.status, value=best.value, gap=round(best.gap, 4), work=best.work)
