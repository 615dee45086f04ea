"""Edits change the text of one value: comments and order survive, and what was asked is what is read."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case import edit, load
from detente.case.nodes import plain, read_tree
from detente.case.patch import find_path, patch
from detente.errors import CaseError
from tests.case.sample import original, write

TEXT = original()["case.yaml"]


def value_at(text: str, key_path: str) -> object:
    root, _ = read_tree(text, "case.yaml")
    path = find_path(root, key_path)
    node, steps = root.locate(path)
    assert steps == len(path)
    return plain(node)


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("key", "new", "value"),
    [
        ("as_of", "2031-06-02", "2031-06-02"),
        ("marking", "OFFICIAL", "OFFICIAL"),
        ("goals.fields_watered.base", "{low: 1, mode: 2, high: 3}", {"low": "1", "mode": "2", "high": "3"}),
        ("table[1]", "sorland", "sorland"),
        ("issues.filling.consent.slow+[1].can_be_overruled.cost", "7", "7"),
        ("issues.filling.options.by_rule.as_seen_by.arvenia_power.power_income", "-3..-1", "-3..-1"),
        ("bodies.river_commission.votes", "{delmar: 1, sorland: 2}", {"delmar": "1", "sorland": "2"}),
        ("about", '"new: text # with signs"', "new: text # with signs"),
        ("conditions[0].src[0]", "E1", "E1"),
    ],
)
def test_replace(key: str, new: str, value: object) -> None:
    after = patch(TEXT, key, new)
    assert value_at(after, key) == value
    assert [line for line in changed_lines(TEXT, after) if line.startswith("+")]
    kept = [line.split("#")[1] for line in TEXT.splitlines() if "#" in line]
    assert [c for c in kept if c not in after] == []


def test_replaced_between_marks_and_nothing_else() -> None:
    after = patch(TEXT, "as_of", "2031-06-02")
    assert changed_lines(TEXT, after) == [
        "- as_of: 2031-06-01            # what became known later is not used",
        "+ as_of: 2031-06-02            # what became known later is not used",
    ]


@pytest.mark.parametrize(
    ("text", "key", "new", "after"),
    [
        ("a:\n  b: 1  # x\n# end\n", "a.c", "2", "a:\n  b: 1  # x\n  c: 2\n# end\n"),
        ("a: {b: 1}\n", "a.c", "2", "a: {b: 1, c: 2}\n"),
        ("a: {}\n", "a.c", "2", "a: {c: 2}\n"),
        ("a: 1", "b", "2", "a: 1\nb: 2\n"),
        ("a:\n  b:\n    c: 1\nd: 4\n", "a.e", "5", "a:\n  b:\n    c: 1\n  e: 5\nd: 4\n"),
        ("a:\n- b: 1\n- b: 2\n", "a[0].c", "3", "a:\n- b: 1\n  c: 3\n- b: 2\n"),
        ("a: |\n  t\n  u\nb: 1\n", "a", "short", "a: short\nb: 1\n"),
        ("a:\nb: 1\n", "a", "2", "a: 2\nb: 1\n"),
        ("a:   # why\nb: 1\n", "a", "2", "a: 2   # why\nb: 1\n"),
        ("a: {b: , c: 1}\n", "a.b", "2", "a: {b: 2, c: 1}\n"),
        ("a:\r\n  b: 1\r\n", "a.c", "2", "a:\r\n  b: 1\r\n  c: 2\r\n"),
        ("a: |\n  t\n", "b", "2", "a: |\n  t\nb: 2\n"),
        ("a: 'é' # é\nb: ü\n", "b", "ö", "a: 'é' # é\nb: ö\n"),
        ("a: {r..s: 1, r: 2}\n", "a.r..s", "3", "a: {r..s: 3, r: 2}\n"),
        ("a: two\n  lines\nb: 1\n", "a", "one", "a: one\nb: 1\n"),
    ],
)
def test_patches_to_the_letter(text: str, key: str, new: str, after: str) -> None:
    assert patch(text, key, new) == after


@pytest.mark.parametrize(
    ("text", "key", "new", "must"),
    [
        ("a: 1\n", "a", "x: y", "stays in its place"),
        ("a: {b: 1}\n", "a.b", "1, c: 2", "stays in its place"),
        ("a: [1, 2]\n", "a[0]", "1, 2", "stays in its place"),
        ("a: 1\n", "a", "", "a value on one line"),
        ("a: 1\n", "a", "x\ny: 2", "a value on one line"),
        ("a: 1\n", "a", "[", "must be readable as YAML"),
        ("a: 1\n", "a", "!!int 3", "must not use YAML tags"),
        ("a:\n  b: 1\n", "a", "2", "one value to be replaced"),
        ("a: &x 1\nb: *x\n", "b", "2", "through an alias"),
        ("a: &x {c: 1}\nb: *x\n", "b.c", "2", "through an alias"),
        ("a: 1\n", "b.c", "2", "must name a value of the file"),
        ("a: [1]\n", "a[1]", "2", "must name a value of the file"),
        ("a: 1\n", "", "2", "must be a key path"),
        ("a: 1\n", "a[x]", "2", "must be a key path"),
        ("a: 1\n", "a..b", "2", "must be a key path"),
    ],
)
def test_refused(text: str, key: str, new: str, must: str) -> None:
    with pytest.raises(CaseError, match=must):
        patch(text, key, new)


def test_edit_on_disk_and_case_read_anew(tmp_path: Path) -> None:
    folder = write(tmp_path, original())
    after = edit(folder, "goals.fields_watered.base", "10..20")
    assert (folder / "case.yaml").read_text(encoding="utf-8") == after
    base = load(folder).goals[0].base
    assert (base.low, base.high) == (10, 20)
    assert sorted(p.name for p in folder.iterdir()) == sorted(original())


@pytest.mark.parametrize(
    ("key", "new", "told"),
    [
        ("goals.fields_watered.base", "10..200", "must be between 0 and 100"),
        ("principal", "nobody", "must be a party"),
        ("parties.sorland.colour", "blue", "is not a key"),
    ],
)
def test_an_edit_that_breaks_the_case_leaves_the_file(tmp_path: Path, key: str, new: str, told: str) -> None:
    folder = write(tmp_path, original())
    with pytest.raises(CaseError, match=told):
        edit(folder, key, new)
    assert (folder / "case.yaml").read_text(encoding="utf-8") == TEXT
    assert sorted(p.name for p in folder.iterdir()) == sorted(original())


def test_a_failing_write_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, original())

    def fail(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CaseError, match="must be writable, got No space left"):
        edit(folder, "marking", "OFFICIAL")
    assert (folder / "case.yaml").read_text(encoding="utf-8") == TEXT
    assert sorted(p.name for p in folder.iterdir()) == sorted(original())


def leaves(node: object, path: str = "") -> list[str]:
    if isinstance(node, dict):
        return [
            leaf for key, value in node.items() for leaf in leaves(value, f"{path}.{key}".removeprefix("."))
        ]
    if isinstance(node, list):
        return [leaf for position, value in enumerate(node) for leaf in leaves(value, f"{path}[{position}]")]
    return [path]


LEAVES = leaves(plain(read_tree(TEXT, "f")[0]))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LEAVES), st.text(min_size=1, max_size=20))
def test_any_leaf_takes_any_text_or_says_no(key: str, new: str) -> None:
    quoted = "'" + new.replace("'", "''") + "'"
    for text in (new, quoted):
        try:
            after = patch(TEXT, key, text)
        except CaseError:
            continue
        assert value_at(after, key) == plain(read_tree(text, "f")[0])
        root, old = read_tree(after, "f")[0], read_tree(TEXT, "f")[0]
        others = [leaf for leaf in LEAVES if leaf != key]
        assert all(plain(root.locate(p)[0]) == plain(old.locate(p)[0]) for p in map(old_path, others))


def old_path(key: str) -> tuple[str | int, ...]:
    return find_path(ROOT, key)


ROOT = read_tree(TEXT, "f")[0]
