"""What every format of the folder must do; a new one is tested by itself as soon as it has a sample."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import detente.deals.formats as folder
from detente.deals.acceptance import acceptable
from detente.deals.brute import brute_frontier, count_packages, list_packages
from detente.deals.formats import Format, list_formats, read_space, recognise, write_space
from detente.deals.frontier import find_frontier
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError

SAMPLES = Path(__file__).parent / "samples"
FORMATS = list(list_formats().values())
READ = [f for f in FORMATS if f.read is not None]
WRITTEN = [f for f in FORMATS if f.write is not None]
CASES = [(f, path) for f in READ for path in sorted((SAMPLES / f.name.replace("-", "_")).glob("*"))]
NAMES = [f"{f.name}-{path.name}" for f, path in CASES]
SMALL = 20_000


def packages(space: DealSpace) -> np.ndarray:
    return np.concatenate(list(list_packages(space)))


@pytest.mark.parametrize("form", FORMATS, ids=lambda f: f.name)
def test_a_format_says_what_it_is(form: Format) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*", form.name)
    assert form.title and form.source
    assert form.about.endswith(".") and len(form.about) > 40
    assert form.read is not None or form.write is not None
    assert form.extension == "" or re.fullmatch(r"(\.[a-z]+)+", form.extension)


@pytest.mark.parametrize("form", READ, ids=lambda f: f.name)
def test_a_format_that_is_read_has_a_sample(form: Format) -> None:
    assert [path for known, path in CASES if known is form]


def test_formats_are_found_by_listing_the_folder() -> None:
    files = [p for p in Path(folder.__path__[0]).glob("*.py") if "\nFORMAT = " in p.read_text("utf-8")]
    assert len(files) == len(FORMATS) >= 2


@pytest.mark.parametrize(("form", "path"), CASES, ids=NAMES)
def test_a_sample_is_recognised_and_read_the_same_each_time(form: Format, path: Path) -> None:
    assert recognise(path) is form
    one, two = read_space(path), read_space(path, form.name)
    assert (one.issues, one.options, one.parties) == (two.issues, two.options, two.parties)
    assert np.array_equal(one.no_deal, two.no_deal)
    rows = packages(one) if count_packages(one) <= SMALL else np.zeros((1, len(one.issues)), dtype=np.int64)
    assert np.array_equal(utilities(one, rows), utilities(two, rows))


@pytest.mark.parametrize(("form", "path"), CASES, ids=NAMES)
def test_the_engines_work_on_what_was_read(form: Format, path: Path) -> None:
    space = read_space(path)
    if count_packages(space) <= SMALL:
        found, (rows, worth, _) = find_frontier(space), brute_frontier(space)
        table = list(space.table)
        assert found.status == "exact"
        assert acceptable(space, found.packages).all()
        assert sorted(map(tuple, found.utilities[:, table].round(9).tolist())) == sorted(
            map(tuple, worth[:, table].round(9).tolist())
        )
        assert len(rows) == len(worth)


@pytest.mark.parametrize("target", WRITTEN, ids=lambda f: f.name)
@pytest.mark.parametrize(("form", "path"), CASES, ids=NAMES)
def test_what_is_written_comes_back_or_is_refused(
    form: Format, path: Path, target: Format, tmp_path: Path
) -> None:
    """A format may refuse a space, whole, or must give back every utility and every worth of no deal."""
    space, place = read_space(path), tmp_path / f"written{target.extension}"
    try:
        files = write_space(space, place, target.name)
    except InputError as error:
        assert target is not form or "cannot hold" in str(error)
        assert list(tmp_path.iterdir()) == []
        return
    assert files and all(file.is_file() for file in files)
    assert list(tmp_path.iterdir()) == [place]
    if target.read is None or count_packages(space) > SMALL:
        return
    again = read_space(place, target.name)
    assert recognise(place) is target
    issues = [again.issues.index(name) for name in space.issues]
    parties = [again.parties.index(name) for name in space.parties]
    rows = packages(space)
    moved = np.zeros_like(rows)
    for i, j in enumerate(issues):
        assert sorted(again.options[j]) == sorted(space.options[i])
        moved[:, j] = np.array([again.options[j].index(name) for name in space.options[i]])[rows[:, i]]
    assert np.allclose(utilities(again, moved)[:, parties], utilities(space, rows), atol=1e-9)
    assert np.allclose(again.no_deal[parties], space.no_deal, atol=1e-9)


@pytest.mark.parametrize("form", WRITTEN, ids=lambda f: f.name)
def test_nothing_is_overwritten_and_nothing_left_half_done(form: Format, tmp_path: Path) -> None:
    space = DealSpace.from_arrays(
        options=[2, 2],
        unary=[[[0.5, 0], [0, 0.25]], [[0, 0.5], [0.5, 0]]],
        no_deal=[0, 0],
        names={"options": [["0", "1"], ["0", "1"]]},
        status_quo=False,
    )
    taken, full = tmp_path / "taken", tmp_path / "full"
    taken.write_text("mine", "utf-8")
    full.mkdir()
    (full / "mine.txt").write_text("mine", "utf-8")
    for place in (taken, full):
        with pytest.raises(InputError, match="new or an empty folder"):
            write_space(space, place, form.name)
    assert taken.read_text("utf-8") == "mine" and [p.name for p in full.iterdir()] == ["mine.txt"]
    with pytest.raises(InputError, match="must be a place to write to"):
        write_space(space, taken / "below", form.name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full", "taken"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sir", "utf-8")
    with pytest.raises(InputError, match=r"must be in a format that can be read: .*genius"):
        read_space(other)
    with pytest.raises(InputError, match="got nothing there"):
        read_space(tmp_path / "nowhere")
    with pytest.raises(InputError, match="did you mean genius"):
        read_space(other, "genus")
    with pytest.raises(InputError, match="format must be"):
        write_space(DealSpace.from_arrays(options=[1], unary=[[[0]]], no_deal=[0]), tmp_path / "x", "?")


def _parts(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """One of seven kinds of damage."""
    kind, at, length = int(rng.integers(7)), int(rng.integers(len(data) + 1)), int(rng.integers(1, 40))
    numbers = [m.span() for m in re.finditer(rb"\d+\.?\d*", data)]
    quoted = [m.span() for m in re.finditer(rb'[\w"]+\s*[=:]\s*"[^"]*"', data)]
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + data[at + length :]
    if kind == 2:
        return data[:at] + bytes(rng.integers(0, 256, length, dtype=np.uint8)) + data[at + length :]
    if kind == 3:
        return data[:at] + data[max(0, at - length) : at] + data[at:]
    if kind == 4 and numbers:
        a, b = numbers[int(rng.integers(len(numbers)))]
        odd = [b"1e999", b"-1e308", b"9" * 400, b"nan", b"", b"-7", b"0x1", b"1e308", b"Infinity", b"99999"]
        return data[:a] + odd[int(rng.integers(len(odd)))] + data[b:]
    if kind == 5 and quoted:
        a, b = quoted[int(rng.integers(len(quoted)))]
        return data[:a] + data[b:]
    lines = data.splitlines(keepends=True)
    k, m = int(rng.integers(len(lines))), int(rng.integers(len(lines)))
    lines[k], lines[m] = lines[m], lines[k]
    return b"".join(lines)


@pytest.mark.parametrize(("form", "path"), CASES, ids=NAMES)
def test_damaged_files_raise_nothing_but_the_one_error(form: Format, path: Path, tmp_path: Path) -> None:
    """Seeded: every run breaks the same. What still reads must still evaluate to finite numbers."""
    assert form.read is not None
    rng, whole = np.random.default_rng(sum(map(ord, form.name + path.name))), _parts(path)
    refused = 0
    for k in range(150):
        place = tmp_path / f"{k}" / path.name
        victim = whole[int(rng.integers(len(whole)))]
        for part in whole:
            copy = place / part.relative_to(path) if path.is_dir() else place
            copy.parent.mkdir(parents=True, exist_ok=True)
            data = part.read_bytes()
            copy.write_bytes(_damaged(data, rng) if part == victim else data)
        try:
            space = form.read(place)
        except InputError as error:
            assert str(error)
            refused += 1
            continue
        rows = np.stack([np.zeros(len(space.issues), dtype=np.int64), np.array(space.sizes) - 1])
        assert np.isfinite(utilities(space, rows)).all()
    assert refused >= 25
