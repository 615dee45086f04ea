"""Files that nobody would write by hand, or that went wrong on the way: always one clear CaseError."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from detente.case import check, load
from detente.case.nodes import MAX_DEPTH, plain, read_tree
from detente.errors import CaseError, Problem
from tests.case.sample import changed, only, original, write

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


def refused(folder: Path, data: bytes, name: str = "case.yaml") -> Problem:
    write(folder, original())
    (folder / name).write_bytes(data)
    with pytest.raises(CaseError) as caught:
        load(folder)
    assert check(folder) == caught.value.problems
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("data", "line", "must", "got"),
    [
        (b"", 1, "must hold a case", "an empty file"),
        (b"# only a comment\n", 1, "must hold a case", "an empty file"),
        (b"hello", 1, "must be a mapping", "hello"),
        (b"- a\n- b\n", 1, "must be a mapping", "a list"),
        (b"a: \x00b", 1, "must be text", "NUL"),
        (b"a: 1\nb: \x01", 2, "must be readable as YAML", "control characters"),
        (b"a: 1\nb: {c: 1\n", 3, "must be readable as YAML", "did not find expected"),
        (b"a:\n\tb: 1\n", 2, "must be readable as YAML", "cannot start any token"),
        (b"a: 1\n---\nb: 2\n", 2, "must hold one YAML document", "second"),
        (b"a: &a [*a]\n", 1, "must not contain itself", "*a"),
        (b"a: *b\n", 1, "must point to an anchor", "*b"),
        (b"!!python/object/apply:os.getcwd []", 1, "must not use YAML tags", "python/object"),
        (b"[" * 100_000, 1, f"must not be nested deeper than {MAX_DEPTH}", "more"),
        (b"- " * 100_000, 1, f"must not be nested deeper than {MAX_DEPTH}", "more"),
        (BOMB.encode(), 6, "must not hold more than 100,000 values", "more"),
        (b"[" + b"1, " * 110_000 + b"]", 1, "must not hold more than 100,000 values", "more"),
        ("t: Düna\n".encode("latin-1"), 1, "must be UTF-8 text", "0xfc at offset 4"),
        ("a: 1\n".encode("utf-16"), 1, "must be UTF-8 text", "0xff at offset 0"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_case_file_that_cannot_be_read(tmp_path: Path, data: bytes, line: int, must: str, got: str) -> None:
    problem = refused(tmp_path, data)
    assert (problem.file, problem.line) == ("case.yaml", line)
    assert must in problem.must
    assert got in problem.got


def test_encoding_hint_and_byte_order_mark(tmp_path: Path) -> None:
    assert "save it as UTF-8" in refused(tmp_path / "a", "t: Düna".encode("latin-1")).hint
    assert "UTF-16" in refused(tmp_path / "b", "t: 1".encode("utf-16")).hint
    with_mark = {name: "\ufeff" + text for name, text in original().items()}
    assert load(write(tmp_path / "c", with_mark)).name == "river-sharing"


@pytest.mark.parametrize("name", ["case.yaml", "codings.csv"])
def test_fifty_megabytes_are_refused_before_reading(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, original())
    with (tmp_path / name).open("wb") as file:
        file.truncate(50_000_000)
    read: list[str] = []
    real = Path.read_bytes

    def spy(path: Path) -> bytes:
        read.append(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", spy)
    with pytest.raises(CaseError, match=f"{name} must be at most 8 MB, got 50 MB"):
        load(tmp_path)
    assert name not in read


def test_missing_things(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="must be a case folder or the name of a bundled case"):
        load(tmp_path / "nothing")
    with pytest.raises(CaseError, match="did you mean panama-1974"):
        load("panama-1947")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaseError, match=r"case\.yaml must exist"):
        load(tmp_path / "empty")
    (tmp_path / "file").write_text("x")
    with pytest.raises(CaseError, match="must be a case folder"):
        load(tmp_path / "file")
    write(tmp_path / "odd", original())
    (tmp_path / "odd" / "case.yaml").unlink()
    (tmp_path / "odd" / "case.yaml").mkdir()
    with pytest.raises(CaseError, match="must be a file, got a folder"):
        load(tmp_path / "odd")
    for name in ("a\0b", "x" * 5000, "", "\udcff"):
        with pytest.raises(CaseError):
            load(name)


@pytest.mark.parametrize("method", ["read_bytes", "stat", "is_file"])
def test_no_permission(tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, original())
    real: Any = getattr(Path, method)

    def deny(path: Path, **more: Any) -> Any:
        if path.name == "case.yaml":
            raise PermissionError(13, "Permission denied")
        return real(path, **more)

    monkeypatch.setattr(Path, method, deny)
    with pytest.raises(CaseError, match="must be readable, got permission denied"):
        load(folder)


def test_csv_files_may_be_missing(tmp_path: Path) -> None:
    bare = re.sub(r",? ?(src|kept_out): \[.*?\]", "", original()["case.yaml"])
    assert load(write(tmp_path, {"case.yaml": bare})).codings == ()


def test_every_torn_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, original())
    for name in ("sources.csv", "events.csv"):
        (tmp_path / name).write_bytes(b"\xff")
    with pytest.raises(CaseError) as caught:
        load(tmp_path)
    assert [p.file for p in caught.value.problems] == ["sources.csv", "events.csv"]


def test_duplicate_and_merge_keys_are_refused_with_their_line() -> None:
    tree, found = read_tree("a: 1\nb: &b {x: 1}\nc:\n  <<: *b\na: 2\n", "f")
    assert [(p.line, p.must, p.got) for p in found] == [
        (4, "must not use merge keys", "<<"),
        (5, "must not appear twice", "a"),
    ]
    assert plain(tree) == {"a": "1", "b": {"x": "1"}, "c": {}}
    assert found[1].hint == "first on line 1"


def test_the_limits_are_where_they_are_said_to_be() -> None:
    read_tree("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f")
    with pytest.raises(CaseError, match="nested"):
        read_tree("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "f")
    ten = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    aliases = "b: [" + ", ".join(["*a"] * 20) + "]\n"
    tree, _ = read_tree(ten + aliases, "f")
    assert tree.size == 1 + 2 + 10 + 1 + 20 * 10


def test_scalars_stay_the_text_they_are() -> None:
    tree, _ = read_tree("NO: off\nyes: 1.10\nd: 2016-07-14\ne:\nf: ~\ng: '~'\nh: 010\n", "f")
    expected = {"NO": "off", "yes": "1.10", "d": "2016-07-14", "e": None, "f": None, "g": "~", "h": "010"}
    assert plain(tree) == expected


def test_aliases_are_written_out_and_carry_their_own_line() -> None:
    tree, found = read_tree("a: &x {k: 1}\nb: *x\n", "f")
    assert found == []
    assert plain(tree) == {"a": {"k": "1"}, "b": {"k": "1"}}
    node = tree.get("b")
    assert node is not None
    assert (node.line, node.alias) == (2, True)


@pytest.mark.parametrize("word", ["yes", "no", "on", "True", "1"])
def test_only_true_and_false_are_booleans(word: str) -> None:
    from tests.case.sample import problems

    problem = only(problems(changed("ladder: true", f"ladder: {word}")))
    assert problem.must == "must be true or false"
    assert problem.got == word
