"""Compiled loops say what their readable twins say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals import dominance
from detente.deals._kernels import prune
from detente.deals.brute import undominated
from tests.contracts.tree import ROOT


@st.composite
def grouped(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    """Rows of small whole numbers in groups, ties and infinities among them, best sums first."""
    seed, rows, columns = draw(st.integers(0, 10**6)), draw(st.integers(0, 60)), draw(st.integers(1, 5))
    rng = np.random.default_rng(seed)
    points = rng.integers(0, draw(st.integers(1, 6)), size=(rows, columns)).astype(np.float64)
    points[rng.random(points.shape) < 0.05] = np.inf
    table = draw(st.integers(1, columns))
    groups = np.sort(rng.integers(0, 4, rows))
    order = np.lexsort((-points[:, :table].sum(axis=1), groups))
    return groups, points[order], table


@given(grouped())
@settings(max_examples=150, deadline=None)
def test_group_by_group(given_: tuple[np.ndarray, np.ndarray, int]) -> None:
    assert prune.group_by_group(*given_).tolist() == dominance.group_by_group(*given_).tolist()


@given(grouped(), st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_beaten_by(given_: tuple[np.ndarray, np.ndarray, int], split: int) -> None:
    _, points, _ = given_
    here, rivals = points[split:], points[:split]
    assert prune.beaten_by(here, rivals).tolist() == dominance.beaten_by(here, rivals).tolist()


@given(grouped())
@settings(max_examples=60, deadline=None)
def test_pruning_is_the_same_compiled_and_not(given_: tuple[np.ndarray, np.ndarray, int]) -> None:
    """The pivots may leave beaten rows; the kernel leaves none, and both leave all that are not."""
    groups, points, table = given_
    distinct = np.unique(np.concatenate([groups[:, None], points], axis=1), axis=0)
    groups, points = distinct[:, 0].astype(np.int64), distinct[:, 1:]
    want = dominance.group_by_group(groups, points, table)
    slow = dominance.prune_groups(groups, points, table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dominance, "WORTH_COMPILING", 0)
        fast = dominance.prune_groups(groups, points, table)
    for kept in (slow, fast):
        assert (kept >= np.array([_unbeaten(groups, points, table, row) for row in range(len(points))])).all()
    assert fast.sum() <= max(want.sum(), slow.sum())


def _unbeaten(groups: np.ndarray, points: np.ndarray, table: int, row: int) -> bool:
    others = points[groups == groups[row]]
    covers = (others >= points[row]).all(axis=1) & (others[:, :table] > points[row, :table]).any(axis=1)
    return not covers.any()


@pytest.mark.parametrize("columns", [2, 3, 5])
def test_many_rows_agree_with_the_reference(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(columns).integers(0, 9, (400, columns)).astype(np.float64)
    monkeypatch.setattr(dominance, "WORTH_COMPILING", 0)
    assert dominance.undominated_rows(points).tolist() == undominated(points).tolist()


def test_small_spaces_do_not_load_the_compiler() -> None:
    code = (
        "import sys\nfrom detente.deals import DealSpace, find_frontier\n"
        "s = DealSpace.from_arrays(options=[3] * 4, unary=[[[0, 0], [1, 2], [3, -1]]] * 4, no_deal=[0, 0])\n"
        "find_frontier(s)\nsys.exit('numba' in sys.modules or 'ortools' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.write_text("a file where the cache folder should be")
    code = (
        "import numpy as np\nfrom detente.deals._kernels import compiled\nassert compiled()\n"
        "from detente.deals._kernels.prune import beaten_by\n"
        "assert beaten_by(np.zeros((1, 2)), np.ones((1, 2))).all()\n"
    )
    env = {"XDG_CACHE_HOME": str(locked), "PATH": "", "PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]
