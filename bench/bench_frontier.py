"""The frontier by elimination beside listing, and what a thousand draws of a real case cost.

`./run bench -k frontier`. Spaces are made here from a seed; nothing outside the repository is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.case import Case, Values, load
from detente.contribution import measure_contribution
from detente.deals import (
    ConsentRule,
    DealSpace,
    brute_frontier,
    consent_probability,
    count_packages,
    draw_gains,
    find_frontier,
    frontiers_of_draws,
    on_frontier,
    option_frequency,
)
from detente.study import Study, assess

DRAWS = 1000


def tree_space(issues: int, options: int, width: int, parties: int, seed: int = 0) -> DealSpace:
    """Random tables along a random `width`-tree: every issue meets `width` earlier ones."""
    rng = np.random.default_rng(seed)
    cliques = [tuple(range(width + 1))]
    for issue in range(width + 1, issues):
        base = cliques[int(rng.integers(len(cliques)))]
        cliques.append((*sorted(int(i) for i in rng.choice(base, width, replace=False)), issue))
    links = {scope: rng.normal(size=(options,) * len(scope) + (parties,)) for scope in set(cliques)}
    unary = rng.normal(size=(issues, options, parties))
    return DealSpace.from_arrays(options=[options] * issues, unary=unary, links=links, no_deal=[0] * parties)


def asked_space(seed: int = 0) -> DealSpace:
    """Twelve issues, five options each, two at the table and ten whose consent most options need."""
    rng = np.random.default_rng(seed)
    space = tree_space(12, 5, 2, 12, seed)
    consents = [
        ConsentRule(issue, tuple(range(int(rng.integers(1, 5)), 5)), int(party))
        for issue in range(12)
        for party in rng.choice(np.arange(2, 12), 3, replace=False)
    ]
    return replace(space, table=(0, 1), consents=tuple(consents), no_deal=np.full(12, -2.0))


SPACES = [
    (7, 4, 2, 2),
    (9, 4, 2, 2),
    (15, 4, 3, 2),
    (20, 5, 3, 2),
    (30, 5, 1, 2),
    (10, 4, 2, 3),
    (15, 4, 2, 3),
]


def shape(sizes: tuple[int, int, int, int]) -> str:
    return "{}x{}-width{}-{}parties".format(*sizes)


@pytest.mark.parametrize("sizes", SPACES, ids=shape)
def test_elimination(benchmark: BenchmarkFixture, sizes: tuple[int, int, int, int]) -> None:
    """All undominated packages of a space without consents."""
    space = tree_space(*sizes)
    found = benchmark.pedantic(find_frontier, (space,), {"eligible": False}, rounds=3)
    assert found.status == "exact"
    benchmark.extra_info.update(packages=f"{count_packages(space):.1e}", points=len(found.packages))


@pytest.mark.parametrize("sizes", SPACES[:2], ids=shape)
def test_listing(benchmark: BenchmarkFixture, sizes: tuple[int, int, int, int]) -> None:
    """The same by listing, where that can be waited for."""
    space = tree_space(*sizes)
    packages, _, _ = benchmark.pedantic(brute_frontier, (space,), {"eligible": False}, rounds=1)
    assert packages.tolist() == find_frontier(space, eligible=False).packages.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_ten_consenters(benchmark: BenchmarkFixture, seed: int) -> None:
    """2·10^8 packages, two at the table, ten consents: a few seconds at most."""
    space = asked_space(seed)
    found = benchmark.pedantic(find_frontier, (space,), rounds=3)
    assert found.status == "exact"
    benchmark.extra_info.update(packages=f"{count_packages(space):.1e}", points=len(found.packages))


def kerry(count: int = DRAWS) -> tuple[Case, Values]:
    """The bundled case with random weights: what is measured does not depend on them."""
    case = load("kerry-2016")
    draws = case.draws(count, 0)
    shares = measure_contribution(case, case.as_of, draws)
    weights = np.random.default_rng(0).normal(size=(count, len(case.parties), len(case.goals)))
    weights /= np.abs(weights).sum(axis=2, keepdims=True)
    values = Values(draws, weights, shares.evidenced, shares.contributors, shares.tasks, case.as_of)
    return case, values


def test_compiling_a_thousand_draws(benchmark: BenchmarkFixture) -> None:
    """About a second."""
    benchmark.pedantic(DealSpace.from_case, kerry(), rounds=3)


def test_the_frontier_of_a_real_case(benchmark: BenchmarkFixture) -> None:
    """Nine times 10^7 packages with all rules of the case."""
    space = DealSpace.from_case(*kerry())
    assert benchmark.pedantic(find_frontier, (space,), rounds=3).status == "exact"


@pytest.mark.parametrize("function", [draw_gains, consent_probability])
def test_three_hundred_packages_over_a_thousand_draws(
    benchmark: BenchmarkFixture, function: Callable[[DealSpace, np.ndarray], np.ndarray]
) -> None:
    """About a second."""
    space = DealSpace.from_case(*kerry())
    rng = np.random.default_rng(0)
    packages = np.stack([rng.integers(0, size, 300) for size in space.sizes], axis=1)
    benchmark.pedantic(function, (space, packages), rounds=3)


@pytest.fixture(scope="module")
def assessed() -> Study:
    """The bundled case as it is assessed, inference included."""
    return assess("kerry-2016", draws=DRAWS)


def test_solutions_and_acceptance_of_a_thousand_draws(benchmark: BenchmarkFixture, assessed: Study) -> None:
    """The Nash solution of every draw among the frontier's packages, who accepts them, and the chances."""
    space, packages = assessed.space, assessed.frontier.packages

    def all_of_it() -> None:
        option_frequency(space, packages, "nash")
        consent_probability(space, packages)
        on_frontier(space, packages)

    benchmark.pedantic(all_of_it, rounds=3)


def test_frontiers_of_fifty_draws(benchmark: BenchmarkFixture, assessed: Study) -> None:
    """Each exact, one order of the issues and the frontier at mean values shared."""
    start = assessed.frontier.packages
    found = benchmark.pedantic(frontiers_of_draws, (assessed.space, 50), {"start": start}, rounds=3)
    assert {front.status for front in found.fronts} == {"exact"}
    benchmark.extra_info.update(packages=len(found.packages))
