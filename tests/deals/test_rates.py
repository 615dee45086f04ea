"""Exchange rates and swaps, by their definitions, at the mean and draw by draw."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable, matches
from detente.deals.ensemble import draw_gains
from detente.deals.rates import exchange_rates, trade_matrix
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError
from tests.deals.random_case import CaseMaker
from tests.deals.rule_spaces import every_package, random_space

SEEDS = st.integers(0, 2**32 - 1)


def fewest(
    worth: dict[tuple[int, ...], float], at: tuple[int, ...], i: int, j: int, step: int, size: int
) -> float:
    """Fewest rungs on j that make whole after the move on i; inf where none do."""
    moved = list(at)
    moved[i] += step
    ways = [np.inf]
    for option in range(size):
        row = tuple(option if k == j else v for k, v in enumerate(moved))
        if worth[row] >= worth[at] - 1e-9:
            ways.append(abs(option - at[j]))
    return float(min(ways))


@given(SEEDS, st.sampled_from([-1, 1]))
@settings(max_examples=80, deadline=None)
def test_rates_are_the_definition(seed: int, step: int) -> None:
    space = random_space(seed)
    rng = np.random.default_rng(seed)
    every = [tuple(int(o) for o in row) for row in every_package(space)]
    at, p = every[rng.integers(len(every))], int(rng.integers(4))
    worth = {row: float(u) for row, u in zip(every, utilities(space, np.array(every))[:, p], strict=True)}
    found = exchange_rates(space, party=f"party{p}", at=np.array(at), step=step)
    for i, j in product(range(len(at)), repeat=2):
        there = 0 <= at[i] + step < space.sizes[i]
        if not there:
            assert np.isnan(found.points[i])
            assert np.isnan(found.rungs[i]).all()
            continue
        moved = tuple(v + step if k == i else v for k, v in enumerate(at))
        assert found.points[i] == worth[at] - worth[moved]
        if i == j:
            assert np.isnan(found.rungs[i, i])
            continue
        want = fewest(worth, at, i, j, step, space.sizes[j])
        assert found.rungs[i, j] == want or (np.isnan(found.rungs[i, j]) and np.isinf(want))
        assert (found.to[i, j] == -1) == np.isinf(want)
        assert found.possible[i, j] == np.isfinite(want)
        if np.isfinite(want):
            row = tuple(int(found.to[i, j]) if k == j else v for k, v in enumerate(moved))
            assert worth[row] >= worth[at]
            assert abs(row[j] - at[j]) == want


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_rates_over_draws_are_each_draws_own(seed: int) -> None:
    maker = CaseMaker(seed)
    space = DealSpace.from_case(maker.case(), maker.values(11))
    every = [tuple(int(o) for o in row) for row in every_package(space)]
    at, p = every[int(maker.rng.integers(len(every)))], int(maker.rng.integers(4))
    drawn = draw_gains(space, np.array(every), p)
    found = exchange_rates(space, party=space.parties[p], at=np.array(at))
    for i, j in product(range(len(at)), repeat=2):
        if i == j or at[i] + 1 >= space.sizes[i]:
            continue
        each = [
            fewest(dict(zip(every, line, strict=True)), at, i, j, 1, space.sizes[j])
            for line in drawn.tolist()
        ]
        assert found.possible[i, j] == pytest.approx(np.mean(np.isfinite(each)))
        low, median, high = sorted(each)[1], sorted(each)[5], sorted(each)[9]
        for got, want in ((found.low, low), (found.median, median), (found.high, high)):
            assert got[i, j] == want or (np.isnan(got[i, j]) and np.isinf(want))


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_trades_are_the_best_swaps(seed: int) -> None:
    space = random_space(seed)
    rng = np.random.default_rng(seed)
    every = every_package(space)
    at = every[rng.integers(len(every))]
    p, q = (int(n) for n in rng.choice(4, 2, replace=False))
    found = trade_matrix(space, first=f"party{p}", second=f"party{q}", at=at)
    swaps = {s.issues: s for s in found.swaps}
    for i, j in product(range(len(at)), repeat=2):
        ways = []
        for row in every:
            if set(np.flatnonzero(row != at)) == {i, j} and not any(
                matches(row[None], f)[0] for f in space.forbid
            ):
                won = (utilities(space, row) - utilities(space, at))[0, [p, q]]
                if won.min() > 0:
                    ways.append((won.min(), won.sum()))
        if not ways:
            assert np.isnan(found.gains[i, j]).all()
            assert found.both[i, j] == 0
        else:
            assert (found.gains[i, j].min(), found.gains[i, j].sum()) == max(ways)
            assert found.both[i, j] == 1
        if i <= j and ways:
            swap = swaps.pop((f"issue{i}", f"issue{j}"))
            row = at.copy()
            row[i], row[j] = (space.options[k].index(o) for k, o in zip((i, j), swap.options, strict=True))
            assert swap.acceptable == acceptable(space, row)[0]
            np.testing.assert_allclose(swap.change, (utilities(space, row) - utilities(space, at))[0])
            single = [at.copy(), at.copy()]
            single[0][i], single[1][j] = row[i], row[j]
            alone = (utilities(space, np.stack(single)) - utilities(space, at))[:, [p, q]]
            np.testing.assert_allclose(swap.alone, alone)
            assert swap.needs_both == (i != j and not (alone > 0).all(axis=1).any())
    assert swaps == {}
    least = [s.gains.min() for s in found.swaps]
    assert least == sorted(least, reverse=True)


def test_shares_of_swaps_are_over_draws() -> None:
    maker = CaseMaker(17)
    space = DealSpace.from_case(maker.case(), maker.values(40))
    at = np.zeros(len(space.issues), dtype=np.int64)
    found = trade_matrix(space, first=space.parties[0], second=space.parties[1], at=at)
    assert found.swaps
    for swap in found.swaps:
        row = at.copy()
        for issue, option in zip(swap.issues, swap.options, strict=True):
            i = space.issues.index(issue)
            row[i] = space.options[i].index(option)
        drawn = draw_gains(space, np.stack([at, row]))[:, :, :2]
        both = ((drawn[:, 1] - drawn[:, 0]) > 0).all(axis=1).mean()
        assert swap.both == pytest.approx(both)


def test_wrong_questions_are_refused() -> None:
    space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 1]]], no_deal=[0, 0])
    with pytest.raises(InputError, match="step must be 1 or -1, got 2"):
        exchange_rates(space, party="party0", at=np.array([0]), step=2)
    with pytest.raises(InputError, match="two parties, got party0 twice"):
        trade_matrix(space, first="party0", second="party0", at=np.array([0]))
