"""The kernels of elimination say what their readable twins say, byte by byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals._kernels import corners as fast_corners
from detente.deals._kernels import jit
from detente.deals._kernels import listing as fast_listing
from detente.deals._kernels import merge as fast_merge
from detente.deals.brute import undominated
from detente.deals.elimination import bounds, listing, merge
from detente.deals.elimination.fronts import MOST
from tests.contracts.tree import ROOT

SEEDS = st.integers(0, 10**6)
EVERYTHING = 2**62


class Draw:
    """Random inputs of a step: small whole numbers, so that ties abound."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.parties, self.words = int(self.rng.integers(1, 6)), int(self.rng.integers(1, 3))
        self.reach = int(self.rng.choice([1, 2, 5, 40]))

    def points(self, many: int) -> np.ndarray:
        return self.rng.integers(0, self.reach + 1, (many, self.parties)).astype(np.float64)

    def numbers(self, many: int) -> np.ndarray:
        return self.rng.integers(0, 4, (many, self.words))

    def fronts(self) -> merge.Listed:
        """Undominated points in up to three cells, some of them empty, one with a count near the end."""
        cells, many = int(self.rng.integers(1, 4)), int(self.rng.choice([0, 1, 6, 60]))
        of, count = np.sort(self.rng.integers(0, cells, many)), self.rng.integers(1, 4, many)
        count[:1] = MOST - 1 if self.rng.random() < 0.2 else 1
        found = merge.settle(of, self.points(many), count, self.numbers(many))
        return np.concatenate([[0], np.cumsum(np.bincount(found[0], minlength=cells))]), *found[1:]

    def rows(self, first: merge.Listed, second: merge.Listed) -> merge.Choices:
        groups, many = int(self.rng.integers(1, 4)), int(self.rng.choice([0, 1, 7]))
        of = np.sort(self.rng.integers(0, groups, many))
        cells = [self.rng.integers(0, len(side[0]) - 1, many) for side in (first, second)]
        start = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=groups))])
        return start, self.points(many), np.stack(cells), self.numbers(many)


def same(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@given(SEEDS)
@settings(max_examples=400, deadline=None)
def test_merge(seed: int) -> None:
    draw = Draw(seed)
    first, second = draw.fronts(), draw.fronts()
    rows = draw.rows(first, second)
    assert same(
        fast_merge.merge(rows, first, second, EVERYTHING), merge.merge(rows, first, second, EVERYTHING)
    )


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_the_twin_in_blocks(seed: int) -> None:
    draw = Draw(seed)
    first, second = draw.fronts(), draw.fronts()
    rows = draw.rows(first, second)
    whole = merge.merge(rows, first, second, EVERYTHING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "BLOCK", 5)
        assert same(merge.merge(rows, first, second, EVERYTHING), whole)


@pytest.mark.parametrize("parties", [1, 2, 3, 4, 5])
def test_merge_of_long_fronts(parties: int) -> None:
    """Long enough that whole blocks are passed over and stairs and heaps grow."""
    rng = np.random.default_rng(parties)

    def front(many: int) -> merge.Listed:
        points = np.abs(rng.normal(size=(many, parties)))
        points = np.round(points / np.linalg.norm(points, axis=1, keepdims=True) * 40)
        of, points, count, number = merge.settle(
            np.zeros(many, dtype=np.int64), points, np.ones(many, dtype=np.int64), np.arange(many)[:, None]
        )
        return np.array([0, len(of)]), points, count, number

    first, second = (front(500), front(300)) if parties < 4 else (front(60), front(40))
    cells = np.zeros((2, 4), dtype=np.int64)
    rows = (np.array([0, 4]), np.round(rng.normal(size=(4, parties))), cells, np.arange(4)[:, None] * 1000)
    found = fast_merge.merge(rows, first, second, EVERYTHING)
    assert same(found, merge.merge(rows, first, second, EVERYTHING))
    assert parties == 1 or len(found[1]) > 20


def test_merge_stops_beyond_a_limit() -> None:
    points = np.array([[3.0, 0.0], [2.0, 1.0], [1.0, 2.0], [0.0, 3.0]])
    front = (np.array([0, 4]), points, np.ones(4, dtype=np.int64), np.arange(4)[:, None])
    none = (
        np.array([0, 1]),
        np.zeros((1, 2)),
        np.ones(1, dtype=np.int64),
        np.zeros((1, 1), dtype=np.int64),
    )
    rows = (np.array([0, 1]), np.zeros((1, 2)), np.zeros((2, 1), dtype=np.int64), none[3])
    assert len(fast_merge.merge(rows, front, none, 2)[1]) == 3
    assert len(merge.merge(rows, front, none, 2)[1]) > 2


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_points_of_cells(seed: int) -> None:
    draw = Draw(seed)
    of = np.sort(draw.rng.integers(0, 120, 150))
    points, ones = draw.points(150), np.ones(150, dtype=np.int64)
    cells, kept, count, _ = merge.settle(of, points, ones, draw.numbers(150))
    for cell in np.unique(of):
        mine = points[of == cell]
        want = np.unique(mine[undominated(mine)], axis=0, return_counts=True)
        have = kept[cells == cell]
        order = np.lexsort(have.T[::-1])
        assert np.array_equal(have[order], want[0]) and np.array_equal(count[cells == cell][order], want[1])


@given(SEEDS)
@settings(max_examples=150, deadline=None)
def test_list_choices(seed: int) -> None:
    draw = Draw(seed)
    issues = tuple(range(int(draw.rng.integers(1, 5))))
    sizes = [int(n) for n in draw.rng.integers(1, 5, len(issues))]
    terms = []
    for _ in range(int(draw.rng.integers(1, 6))):
        scope = tuple(i for i in issues if draw.rng.random() < 0.6) or (0,)
        table = draw.points(int(np.prod([sizes[i] for i in scope])))
        terms.append((scope, table.reshape(*(sizes[i] for i in scope), draw.parties)))
    parts = listing._parts(issues, sizes, terms, draw.parties)
    tables = [(np.array([listing._stride(i, part, sizes) for i in issues]), part[1]) for part in parts]
    total = int(np.prod(sizes))
    where = np.flatnonzero(draw.rng.random(total) < 0.2)
    added = draw.points(len(where))
    added[draw.rng.random(len(where)) < 0.5] = -np.inf
    exceptions = (where, added)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "pays", lambda name, work: True)
        fast = listing._undominated(np.array(sizes), tables, exceptions)
    slow = listing.list_choices(np.array(sizes), tables, exceptions)
    assert sorted(zip(*map(list, fast), strict=True)) == sorted(zip(*map(list, slow), strict=True))


def test_listing_keeps_more_points_than_it_has_room_for_at_first() -> None:
    """600 choices on a line, none of which beats another."""
    line = np.stack([np.arange(600.0), -np.arange(600.0)], axis=1)
    nothing = (np.zeros(0, dtype=np.int64), np.zeros((0, 2)))
    strides = np.array([[1], [0], [0]])
    tables = (line, np.zeros((1, 2)), np.zeros((1, 2)))
    place, count = fast_listing.list_choices(np.array([600]), strides, tables, nothing, np.ones((1, 2)), 4)
    assert sorted(place.tolist()) == list(range(600)) and (count == 1).all()


@given(SEEDS, st.integers(0, 40), st.integers(1, 90))
@settings(max_examples=150, deadline=None)
def test_exceeds_some(seed: int, rows: int, many: int) -> None:
    draw = Draw(seed)
    reach, corners = draw.points(rows), bounds._neighbours_together(draw.points(many))
    assert fast_corners.exceeds_some(reach, corners).tolist() == bounds.exceeds_some(reach, corners).tolist()
    assert bounds.exceeds_some(reach, corners).tolist() == [
        bool((corners < r).all(axis=1).any()) for r in reach
    ]


@given(SEEDS, st.integers(0, 25), st.sampled_from([3, 10, 1000]))
@settings(max_examples=150, deadline=None)
def test_cut_corners(seed: int, many: int, most: int) -> None:
    draw = Draw(seed)
    points, floor = np.unique(draw.points(many), axis=0), np.full(draw.parties, -2.0)
    fast, slow = (f(points, floor, most) for f in (fast_corners.cut_corners, bounds.cut_corners))
    assert sorted(map(tuple, fast.tolist())) == sorted(map(tuple, slow.tolist()))
    if most == 1000:
        places = draw.rng.integers(-1, draw.reach + 2, (50, draw.parties)) + 0.5
        covered = [bool((points >= place).all(axis=1).any()) for place in places]
        assert (~bounds.exceeds_some(places, slow)).tolist() == covered


@pytest.mark.parametrize(
    ("name", "work", "kept", "loads"),
    [
        ("listing", 100, True, False),
        ("listing", 10**6, True, True),
        ("listing", 10**6, False, False),
        ("listing", 10**7, False, True),
        ("merge", 0, False, True),
    ],
)
def test_when_loading_pays(
    name: str, work: int, kept: bool, loads: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Loaded already: always. Else once readable loops have taken as long as loading, or compiling, would."""
    monkeypatch.setattr(jit, "_spent", [0])
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    if kept:
        (tmp_path / "kernels").mkdir()
        (tmp_path / "kernels" / "listing.list_choices-17.py311.nbi").touch()
    monkeypatch.delitem(sys.modules, "detente.deals._kernels.listing")
    assert jit.pays(name, work) is loads
    assert jit._spent == [0 if name == "merge" else work]


def test_kernels_wait_until_there_is_work() -> None:
    code = (
        "import sys\nfrom detente.deals.elimination import *\nfrom detente.deals.space import DealSpace\n"
        "s = DealSpace.from_arrays(options=[3] * 9, unary=[[[0, 0], [1, 2], [3, -1]]] * 9, no_deal=[0, 0])\n"
        "frontier_by_elimination(s), best_weighted(s, [1, 1]), list_ties(s, [1] * 9), estimate(s)\n"
        "sys.exit('numba' in sys.modules or 'ortools' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_kernels_work_where_no_cache_can_be_written(tmp_path: Path) -> None:
    code = (
        "import numba\nreal = numba.njit\n"
        "def refuse(*a, **k):\n"
        "    if k.get('cache'):\n        raise RuntimeError('no locator available')\n"
        "    return real(*a, **k)\n"
        "numba.njit = refuse\nimport numpy as np\n"
        "from detente.deals._kernels.corners import exceeds_some\n"
        "assert exceeds_some(np.ones((1, 2)), np.zeros((1, 2))).all()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
