"""The solver and the choice between engines: the same frontier whoever finds it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals import engines
from detente.deals.acceptance import acceptable
from detente.deals.brute import DECIMALS, brute_frontier, list_packages
from detente.deals.criteria import set_criteria
from detente.deals.engines import estimate_engines
from detente.deals.exact.aims import AIMS, aim_value, optimise
from detente.deals.exact.by_solver import frontier_by_solver, without_point
from detente.deals.exact.program import common_unit
from detente.deals.frontier import find_frontier
from detente.deals.space import BoxFactor, DealSpace, gains, utilities
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SEEDS = st.integers(0, 10**6)


def points_of(space: DealSpace, worth: np.ndarray) -> list[tuple[float, ...]]:
    return sorted(map(tuple, np.round(worth[:, list(space.table)], DECIMALS).tolist()))


@given(SEEDS, st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_solver_finds_every_point_of_the_reference(seed: int, eligible: bool) -> None:
    space = SpaceMaker(seed, most_packages=300).space()
    found = frontier_by_solver(space, set_criteria(space, eligible=eligible), eligible=eligible)
    _, worth, many = brute_frontier(space, eligible=eligible)
    assert found.status == "exact"
    assert points_of(space, found.utilities) == points_of(space, worth)
    at = dict(zip(map(tuple, np.round(worth[:, list(space.table)], DECIMALS).tolist()), many, strict=True))
    for point, count in zip(
        np.round(found.utilities[:, list(space.table)], DECIMALS), found.multiplicity, strict=True
    ):
        assert 1 <= count <= at[tuple(point.tolist())]
    if eligible:
        assert acceptable(space, found.packages).all()


@given(SEEDS, st.sampled_from([1e-9, 1e-4, 5e-4]))
@settings(max_examples=40, deadline=None)
def test_when_the_work_runs_out_the_bound_still_covers_everything(seed: int, work: float) -> None:
    space = SpaceMaker(seed, most_packages=300).space()
    found = frontier_by_solver(space, set_criteria(space), work=work)
    table = list(space.table)
    for rows in list_packages(space):
        worth = utilities(space, rows[acceptable(space, rows)])[:, table]
        covered = (worth[:, None, :] <= found.bound[None] + 1e-6).all(axis=2).any(axis=1)
        assert covered.all()
    if found.status == "bounded" and len(found.packages):
        reached = found.utilities[:, table]
        short = (found.bound[:, None, :] - reached[None]).max(axis=2).min(axis=1)
        assert short.max() <= found.epsilon + 1e-9


def boxed_space(seed: int, parties: int, issues: int = 5, boxes_: int = 24) -> DealSpace:
    rng = np.random.default_rng(seed)
    boxes = []
    for _ in range(boxes_):
        scope = tuple(sorted(int(i) for i in rng.choice(issues, 3, replace=False)))
        ends = np.sort(rng.integers(0, 4, (3, 2)), axis=1)
        value = np.where(np.arange(parties) == rng.integers(parties), float(rng.integers(-3, 9)), 0.0)
        boxes.append(BoxFactor(scope, tuple(ends[:, 0].tolist()), tuple(ends[:, 1].tolist()), value))
    unary = [np.zeros((4, parties))] * issues
    return DealSpace.from_arrays(
        options=[4] * issues, unary=unary, boxes=boxes, no_deal=[0.0] * parties, status_quo=False
    )


@pytest.mark.parametrize(("seed", "parties"), list(product(range(4), (1, 2, 3, 4))))
def test_all_engines_agree_on_boxes(seed: int, parties: int) -> None:
    space = boxed_space(seed, parties)
    layers = find_frontier(space, engine="layers")
    listing = find_frontier(space, engine="listing")
    solver = find_frontier(space, engine="solver")
    removed = find_frontier(space, engine="elimination")
    assert removed.packages.tolist() == layers.packages.tolist()
    assert removed.multiplicity.tolist() == layers.multiplicity.tolist()
    assert layers.packages.tolist() == listing.packages.tolist()
    assert layers.multiplicity.tolist() == listing.multiplicity.tolist()
    assert points_of(space, solver.utilities) == points_of(space, layers.utilities)
    assert {layers.status, listing.status, solver.status} == {"exact"}


@given(SEEDS, st.sampled_from(AIMS))
@settings(max_examples=80, deadline=None)
def test_the_best_by_an_aim_is_the_best_of_all_packages(seed: int, aim: str) -> None:
    space = SpaceMaker(seed, most_packages=300).space()
    party = space.parties[space.table[0]] if aim == "party" else None
    found = optimise(space, aim, party=party)
    every = np.concatenate(list(list_packages(space)))
    gained = gains(space, every[acceptable(space, every)])[:, list(space.table)]
    if not len(gained):
        assert found.status == "infeasible"
        assert found.package is None
        return
    scale = space.stakes[list(space.table)]
    if aim == "party":
        scale = (np.arange(len(scale)) == 0).astype(float)
    if aim == "shares":
        ideal = gained.max(axis=0)
        scale = np.where(ideal > 1e-9, 1.0 / np.where(ideal > 1e-9, ideal, 1.0), 0.0)
        if not scale.any():
            return
    best = aim_value(aim, scale, gained).max()
    assert found.status == "optimal"
    assert found.package is not None
    assert acceptable(space, found.package[None])[0]
    assert found.value == pytest.approx(best, abs=1e-4 * max(1.0, abs(best)))


def test_sums_stop_at_caps_and_shares_of_nothing_compare_nobody() -> None:
    capped = DealSpace.from_arrays(
        options=[2], unary=[[[9, 0], [4, 4]]], no_deal=[0, 0], cap=[4, 4], status_quo=False
    )
    assert optimise(capped, "sum").value == 8
    idle = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [0, 0]]], no_deal=[0, 0], status_quo=False)
    found = optimise(idle, "shares")
    assert (found.status, found.package is not None) == ("optimal", True)


def test_what_the_work_leaves_open_is_said() -> None:
    space = boxed_space(1, 4, issues=12, boxes_=120)
    found = optimise(space, "least", work=1e-9)
    assert found.status == "bounded"
    best = optimise(space, "least", start=np.zeros(12, dtype=np.int64))
    assert best.status == "optimal"
    assert found.bound >= best.value - 1e-6
    assert best.gap == 0.0


def test_the_same_work_gives_the_same_result() -> None:
    space = boxed_space(2, 3)
    runs = [frontier_by_solver(space, set_criteria(space), work=0.02) for _ in range(2)]
    assert runs[0].packages.tolist() == runs[1].packages.tolist()
    assert (runs[0].work, runs[0].status, runs[0].epsilon) == (runs[1].work, runs[1].status, runs[1].epsilon)


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ([3.0e8, 5.0e8, -1.2e9], 1e8),
        ([1e9 / 7, 3e9 / 7 + 1], 1e9 / 7),
        ([np.pi * 1e8, np.e * 1e8, np.sqrt(2) * 1e8], 0.0),
        ([], 1.0),
    ],
)
def test_the_unit_of_a_column(values: list[float], unit: float) -> None:
    found = common_unit(np.array(values))
    whole = np.array(values) / found
    assert np.abs(whole - np.round(whole)).max(initial=0.0) * found <= 2.0
    assert unit == 0.0 or found == pytest.approx(unit, rel=1e-6)


def test_corners_cover_everything_that_lies_above_no_point() -> None:
    rng = np.random.default_rng(0)
    points = rng.random((12, 3))
    corners = np.ones((1, 3))
    for point in points:
        corners = without_point(corners, point)
    for spot in rng.random((500, 3)):
        above = (spot > points).all(axis=1).any()
        assert (spot <= corners).all(axis=1).any() != above


def test_the_cheapest_engine_runs_and_says_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    space = boxed_space(3, 2)
    costs = estimate_engines(set_criteria(space)).seconds
    assert set(costs) == {"elimination", "layers", "listing", "solver"}
    assert find_frontier(space).engine == min(costs, key=lambda name: costs[name])
    monkeypatch.setattr(engines, "LISTED", 0)
    assert estimate_engines(set_criteria(space)).seconds["listing"] == np.inf
    with pytest.raises(InputError, match="engine must be one"):
        find_frontier(space, engine="oracle")


def test_without_the_solver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ortools.sat.python", None)
    with pytest.raises(InputError, match=r"detente\[solver\]"):
        find_frontier(boxed_space(0, 2), engine="solver")


def test_an_aim_that_is_none_is_told() -> None:
    with pytest.raises(InputError, match="aim must be"):
        optimise(boxed_space(0, 2), "everything")
    with pytest.raises(InputError, match="party must be given with party"):
        optimise(boxed_space(0, 2), "party")
