"""Tables of points: short and full, delimiters, reservation rows, every problem with its line."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.brute import list_packages
from detente.deals.formats import read_space, recognise, write_space
from detente.deals.formats.csv_points import read_csv_points
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError
from tests.deals.formats.test_negmas import plain_space

SAMPLES = Path(__file__).parent / "samples" / "csv"


def every(space: DealSpace) -> np.ndarray:
    return np.concatenate(list(list_packages(space)))


def read(text: str, folder: Path) -> DealSpace:
    file = folder / "t.csv"
    file.write_text(text, "utf-8")
    return read_csv_points(file)


def test_the_short_table_is_a_sum() -> None:
    space = read_space(SAMPLES / "short.csv")
    assert space.issues == ("quota", "season")
    assert space.options == (("low", "middle", "high"), ("spring, summer", "autumn"))
    assert utilities(space, every(space)).tolist() == [[2, 7], [0, 9], [5, 5], [3, 7], [7, 1], [5, 3]]
    assert space.no_deal.tolist() == [2.5, 3]


def test_the_full_table_lists_packages_and_an_empty_reservation_is_the_least() -> None:
    space = read_space(SAMPLES / "full.csv")
    assert (space.issues, space.parties) == (("site", "size"), ("east", "west"))
    assert utilities(space, every(space)).tolist() == [[0.25, 0.5], [1, -0.5], [0, 0.75], [0.5, 0.125]]
    assert space.no_deal.tolist() == [0.125, -0.5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_blank_lines_blanks_and_marks(delimiter: str, end: str, tmp_path: Path) -> None:
    lines = ["\ufeffIssue,Option, us", "", 'price,"a ""b""", 1.5e0', "price,c,+.5", ""]
    space = read(end.join(lines).replace(",", delimiter), tmp_path)
    assert space.options == (('a "b"', "c"),)
    assert utilities(space, every(space)).tolist() == [[1.5], [0.5]]
    assert space.no_deal.tolist() == [0.5]
    assert recognise(tmp_path / "t.csv").name == "csv"


def test_one_issue_with_a_row_per_package(tmp_path: Path) -> None:
    space = read("road,u(a),u:b\nnorth,1,2\nsouth,3,4\n", tmp_path)
    assert space.parties == ("a", "b")
    assert utilities(space, every(space)).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must be a table with a header"),
        ("a,b\n1,2\n", "line 1: the header must be issue, option"),
        ("issue,option,a\n", "line 1: must be followed by rows"),
        ("issue,option,a,a\np,x,1,2\n", "line 1: must name parties, each once"),
        ("issue,option,a\np,x\n", "line 2: must have 3 cells, got 2"),
        ("issue,option,a\np,,1\n", "line 2: must name an issue and an option"),
        ("issue,option,a\np,x,1\np,x,2\n", "line 3: must not have p=x twice"),
        (
            'issue;option;a\np;x;"1,5"\n',
            "line 2: must have numbers up to 1e+15, got '1,5'; write a decimal point",
        ),
        ("issue,option,a\np,x,nan\n", "got 'nan'"),
        ("issue,option,a\np,x,1e999\n", "got '1e999'"),
        ("issue,option,a\np,x,0x1\n", "got '0x1'"),
        ("issue,option,a\np,x,1_0\n", "got '1_0'"),
        ("issue,option,a\np,x,١\n", "got '١'"),
        ("issue,option,a\np,x,1\nreservation,,1\nreservation,,2\n", "line 4: must be the only row"),
        ('issue,option,a\np,"x,1\n', "line 2: must be a row of cells"),
        ("u(a),p\n1,x\n", "line 1: must name one or more issues, then only u(party)"),
        ("p,q,u(a)\nx,y,1\nx,z,2\nw,y,3\n", "line 4: every package must have a row, 4 in all, got 3"),
        ("p,q,u(a)\nx,y,1\nx,y,2\n", "line 3: must not have a package twice"),
        ("p,q,u(a)\nx,,1\n", "line 2: must name an option for every issue"),
        ("p,p,u(a)\nx,x,1\n", "line 1: must name at most 31 issues, each once"),
        ("p,u(a)\n", "line 1: every package must have a row"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_a_mistake_is_told_with_its_line(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(text, tmp_path)
    assert told in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    rows = "".join(f"p,x{k},?\n" for k in range(60))
    with pytest.raises(InputError) as caught:
        read(f"issue,option,a\n{rows}", tmp_path)
    assert "line 2:" in str(caught.value) and str(caught.value).endswith("and 20 more")


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_what_is_written_comes_back(seed: int) -> None:
    space = plain_space(seed)
    with tempfile.TemporaryDirectory() as folder:
        (file,) = write_space(space, Path(folder) / "t.csv", "csv")
        found = read_space(file)
    rows = every(space)
    assert (found.issues, found.options, found.parties) == (space.issues, space.options, space.parties)
    assert np.allclose(utilities(found, rows), utilities(space, rows), atol=1e-12)
    assert np.array_equal(found.no_deal, space.no_deal)


def test_sums_are_short_and_linked_spaces_full(tmp_path: Path) -> None:
    sums = DealSpace.from_arrays(
        options=[2] * 20, unary=[[[0, 1], [2, 1]]] * 20, no_deal=[1, 1], status_quo=False
    )
    (short,) = write_space(sums, tmp_path / "a.csv", "csv")
    assert len(short.read_text("utf-8").splitlines()) == 42
    linked = replace(
        sums, factors=(*sums.factors, replace(sums.factors[0], scope=(0, 1), table=np.ones((2, 2, 2))))
    )
    with pytest.raises(InputError, match=r"at most 100,000 packages, got 1\.05e"):
        write_space(linked, tmp_path / "b.csv", "csv")
    assert not (tmp_path / "b.csv").exists()
    capped = replace(read_space(SAMPLES / "short.csv"), cap=np.array([4.0, np.inf]))
    (full,) = write_space(capped, tmp_path / "c.csv", "csv")
    assert utilities(read_space(full), every(capped)).tolist() == utilities(capped, every(capped)).tolist()
