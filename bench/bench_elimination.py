"""Elimination over the factor graph beside the layers engine; `./run bench -k elimination`.

Spaces are made here from a seed; nothing outside the repository is read. Measured warm: compiled kernels are
loaded before (compiled, where none are in the cache yet).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.bench_frontier import tree_space
from detente.deals._kernels import corners, listing, merge
from detente.deals.brute import count_packages
from detente.deals.elimination import (
    best_weighted,
    estimate,
    frontier_by_elimination,
    list_ties,
    relative_epsilon,
)
from detente.deals.level_by_level import frontier_by_layers
from detente.deals.space import DealSpace


def additive_space(issues: int, options: int, parties: int, seed: int = 0, whole: int = 0) -> DealSpace:
    """Issues that are not linked; `whole`: utilities are whole numbers up to it, so that many tie."""
    rng = np.random.default_rng(seed)
    shape = (issues, options, parties)
    unary = rng.integers(0, whole + 1, shape) if whole else rng.normal(size=shape)
    return DealSpace.from_arrays(options=[options] * issues, unary=unary, no_deal=[0] * parties)


def linked_space(issues: int, options: int, parties: int, seed: int = 0) -> DealSpace:
    """Every pair of issues linked: nothing can be gained from the graph."""
    rng = np.random.default_rng(seed)
    shape = (options, options, parties)
    links = {pair: rng.normal(size=shape) for pair in combinations(range(issues), 2)}
    unary = rng.normal(size=(issues, options, parties))
    return DealSpace.from_arrays(options=[options] * issues, unary=unary, links=links, no_deal=[0] * parties)


WARM = (corners, listing, merge)
"""Loaded, so that small spaces use them too."""

SPACES = {
    "9x4-tree2-2parties": lambda: tree_space(9, 4, 2, 2),
    "20x5-tree3-2parties": lambda: tree_space(20, 5, 3, 2),
    "20x5-tree3-3parties": lambda: tree_space(20, 5, 3, 3),
    "15x4-tree2-3parties": lambda: tree_space(15, 4, 2, 3),
    "30x5-chain-2parties": lambda: tree_space(30, 5, 1, 2),
    "50x10-additive-2parties": lambda: additive_space(50, 10, 2),
    "50x10-additive-whole-2parties": lambda: additive_space(50, 10, 2, whole=20),
    "6x10-additive-2parties": lambda: additive_space(6, 10, 2),
    "6x10-linked-2parties": lambda: linked_space(6, 10, 2),
    "6x10-linked-3parties": lambda: linked_space(6, 10, 3),
    "6x10-linked-5parties": lambda: linked_space(6, 10, 5),
}

LAYERED = ("9x4-tree2-2parties", "20x5-tree3-2parties", "15x4-tree2-3parties", "30x5-chain-2parties")


@pytest.mark.parametrize("name", SPACES)
def test_elimination(benchmark: BenchmarkFixture, name: str) -> None:
    """All undominated packages, from the space to the frontier."""
    space = SPACES[name]()
    found = benchmark.pedantic(
        frontier_by_elimination, (space,), {"eligible": False}, rounds=7, warmup_rounds=1
    )
    assert found.status == "exact"
    told = estimate(space, eligible=False)
    benchmark.extra_info.update(
        packages=f"{count_packages(space):.0e}", points=len(found.packages), work=found.work, told=told.work
    )


@pytest.mark.parametrize("name", LAYERED)
def test_layers(benchmark: BenchmarkFixture, name: str) -> None:
    """The same by the engine that goes along one order, where it ends in time; both must agree."""
    space = SPACES[name]()
    found = benchmark.pedantic(frontier_by_layers, (space,), {"eligible": False, "limit": 150_000}, rounds=3)
    other = frontier_by_elimination(space, eligible=False)
    assert found.packages.tolist() == other.packages.tolist()
    assert found.multiplicity.tolist() == other.multiplicity.tolist()


@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_within_a_proven_distance(benchmark: BenchmarkFixture, epsilon: float) -> None:
    """Four parties on a tree of 15 issues: the exact frontier is large, slack makes it small."""
    space = tree_space(15, 4, 2, 4)
    found = benchmark.pedantic(
        frontier_by_elimination, (space,), {"eligible": False, "epsilon": epsilon}, rounds=3, warmup_rounds=1
    )
    assert found.epsilon <= epsilon
    benchmark.extra_info.update(
        points=len(found.packages), proven=found.epsilon, ratio=relative_epsilon(space, found)
    )


def test_one_weighted_sum(benchmark: BenchmarkFixture) -> None:
    """The best of 10^14 packages for one weighting."""
    benchmark.pedantic(best_weighted, (tree_space(20, 5, 3, 2), [1.0, 2.0]), rounds=7)


def test_a_thousand_ties(benchmark: BenchmarkFixture) -> None:
    """Whole utilities over 50 issues: the first thousand packages worth the same as one."""
    space = additive_space(50, 10, 2, whole=20)
    package, _ = best_weighted(space, [1.0, 1.0])
    package[:5] = 0
    benchmark.pedantic(list_ties, (space, package), {"eligible": False}, rounds=3)
