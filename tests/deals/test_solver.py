"""Spaces of wished-for ranges by a solver: the same frontier as by listing, or a bound that covers it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.brute import DECIMALS, brute_frontier, list_packages
from detente.deals.criteria import Criteria, PatternTerm, set_criteria
from detente.deals.solver import box_frontier, boxes
from detente.deals.solver.box_frontier import frontier_of_boxes
from detente.deals.solver.boxes import as_bonuses, write_boxes
from detente.deals.solver.cliques import conflict_cliques, conflicts
from detente.deals.space import BoxFactor, ConsentRule, DealSpace, utilities
from tests.deals.box_space import wished
from tests.deals.random_space import SpaceMaker

SEEDS = st.integers(0, 10**6)


def points_of(space: DealSpace, worth: np.ndarray) -> list[tuple[float, ...]]:
    return sorted(map(tuple, np.round(worth[:, list(space.table)], DECIMALS).tolist()))


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_cliques_cover_every_conflict_and_nothing_else(seed: int) -> None:
    criteria = set_criteria(SpaceMaker(seed).space())
    patterns = [k for k, term in enumerate(criteria.terms) if isinstance(term, PatternTerm)]
    wanted = [k for k in patterns if (criteria.terms[k].value > 0).any()]  # type: ignore[union-attr]
    found = conflicts(criteria, wanted)
    pairs = {(wanted[a], wanted[b]) for a, b in np.argwhere(found) if a < b}
    cliques = conflict_cliques(criteria)
    assert {pair for clique in cliques for pair in combinations(clique, 2)} == pairs
    assert conflict_cliques(criteria) == cliques
    assert conflict_cliques(criteria, most=len(wanted) - 1) == ()


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_patterns_conflict_where_no_package_is_in_both(seed: int) -> None:
    criteria = as_bonuses(set_criteria(wished(seed)))
    assert criteria is not None
    rows = np.indices(criteria.sizes).reshape(len(criteria.sizes), -1).T
    inside = np.array([_in(term, rows) for term in criteria.terms], dtype=np.bool_).reshape(
        len(criteria.terms), len(rows)
    )
    together = (inside[:, None, :] & inside[None, :, :]).any(axis=2)
    assert (conflicts(criteria, list(range(len(inside)))) == ~together).all()


def _in(term: object, rows: np.ndarray) -> np.ndarray:
    assert isinstance(term, PatternTerm)
    fits = [mask[rows[:, i]] for i, mask in zip(term.scope, term.masks, strict=True)]
    return np.all(fits, axis=0)


@given(SEEDS, st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_frontier_is_that_of_listing_with_every_tie_counted(seed: int, eligible: bool) -> None:
    space = wished(seed, caps=False)
    found = frontier_of_boxes(space, set_criteria(space, eligible=eligible), eligible=eligible)
    packages, worth, many = brute_frontier(space, eligible=eligible)
    assert found is not None
    assert (found.status, found.epsilon) == ("exact", 0.0)
    assert found.packages.tolist() == packages.tolist()
    np.testing.assert_allclose(found.utilities, worth, atol=1e-9)
    assert found.multiplicity.tolist() == many.tolist()


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_with_caps_the_points_are_those_of_listing(seed: int) -> None:
    space = wished(seed, caps=True)
    found = frontier_of_boxes(space, set_criteria(space))
    packages, worth, many = brute_frontier(space)
    assert found is not None
    assert found.status == "exact"
    assert points_of(space, found.utilities) == points_of(space, worth)
    assert acceptable(space, found.packages).all()
    assert space.cap is not None
    exact = {
        tuple(p): int(m) for p, w, m in zip(packages.tolist(), worth, many, strict=True) if _below(space, w)
    }
    counted = dict(zip(map(tuple, found.packages.tolist()), found.multiplicity.tolist(), strict=True))
    assert {key: counted.get(key) for key in exact} == exact


def _below(space: DealSpace, worth: np.ndarray) -> bool:
    assert space.cap is not None
    return bool((worth < space.cap - 1e-6).all())


@given(SEEDS, st.sampled_from([1e-9, 2e-4, 1e-3]))
@settings(max_examples=40, deadline=None)
def test_when_the_work_runs_out_the_bound_covers_everything(seed: int, work: float) -> None:
    space = wished(seed, boxes=14)
    found = frontier_of_boxes(space, set_criteria(space), work=work)
    assert found is not None
    table = list(space.table)
    assert acceptable(space, found.packages).all()
    for rows in list_packages(space):
        worth = utilities(space, rows[acceptable(space, rows)])[:, table]
        assert (worth[:, None, :] <= found.bound[None] + 1e-6).all(axis=2).any(axis=1).all()
    if found.status == "bounded" and len(found.packages):
        short = (found.bound[:, None, :] - found.utilities[None][..., table]).max(axis=2).min(axis=1)
        assert short.max() <= found.epsilon + 1e-9


def grand(seed: int, issues: int = 12, parties: int = 2) -> DealSpace:
    """Twelve issues of ten options, four boxes an issue: too many packages to list."""
    rng = np.random.default_rng(seed)
    wishes = []
    for _ in range(4 * issues):
        scope = sorted(int(i) for i in rng.choice(issues, int(rng.integers(1, 5)), False))
        ends = np.sort(rng.integers(0, 10, (len(scope), 2)), axis=1)
        value = np.where(np.arange(parties) == rng.integers(parties), float(rng.integers(1, 60)), 0.0)
        wishes.append(BoxFactor(tuple(scope), tuple(ends[:, 0].tolist()), tuple(ends[:, 1].tolist()), value))
    return DealSpace.from_arrays(
        options=[10] * issues,
        unary=[np.zeros((10, parties))] * issues,
        no_deal=[0.0] * parties,
        boxes=wishes,
        status_quo=False,
    )


def test_numbers_too_large_for_one_objective_take_two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    space = grand(3)
    one = frontier_of_boxes(space, set_criteria(space))
    monkeypatch.setattr(box_frontier, "JOINT", 0.0)
    two = frontier_of_boxes(space, set_criteria(space))
    assert one is not None
    assert two is not None
    assert one.work != two.work
    assert one.packages.tolist() == two.packages.tolist()
    assert one.multiplicity.tolist() == two.multiplicity.tolist()


def test_same_work_same_bytes_and_progress() -> None:
    space, calls = grand(5), []
    one = frontier_of_boxes(space, set_criteria(space), progress=lambda *told: calls.append(told))
    two = frontier_of_boxes(space, set_criteria(space))
    assert one is not None
    assert two is not None
    assert one.packages.tobytes() == two.packages.tobytes()
    assert (one.work, one.status) == (two.work, "exact")
    assert calls == [(k, 0, k) for k in range(1, len(one.packages) + 1)]


def test_other_spaces_are_left_to_other_engines() -> None:
    def made(**more: object) -> Criteria:
        base: dict[str, object] = {"options": [2, 2], "unary": [[[0], [1]]] * 2, "no_deal": [0]}
        return set_criteria(DealSpace.from_arrays(**base | more))  # type: ignore[arg-type]

    feared = BoxFactor((0, 1), (0, 0), (0, 1), np.array([-1.0]))
    free = made(status_quo=False)
    assert as_bonuses(free) is not None
    assert as_bonuses(made()) is None  # no deal itself is out
    assert as_bonuses(made(status_quo=False, boxes=[feared])) is None
    assert as_bonuses(made(status_quo=False, links={(0, 1): np.ones((2, 2, 1))})) is None
    assert as_bonuses(made(status_quo=False, forbid=[{0: 1}])) is None
    assert as_bonuses(made(status_quo=False, consents=[ConsentRule(0, (1,), 0)])) is None
    gap = PatternTerm((0,), (np.array([True, False, True]),), np.ones(1))
    none = np.zeros(1)
    assert as_bonuses(Criteria((3,), 1, (gap,), none, none, (), (), 0.0, 1.0)) is None


def test_too_many_patterns_are_left_to_other_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    criteria = set_criteria(wished(1))
    monkeypatch.setattr(boxes, "MOST_PATTERNS", 0)
    assert write_boxes(criteria) is None


def test_nothing_acceptable_is_an_empty_frontier() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 1], [1, 0]]], no_deal=[1, 1], status_quo=False)
    found = frontier_of_boxes(space, set_criteria(space))
    assert found is not None
    assert (len(found.packages), found.status) == (0, "exact")
