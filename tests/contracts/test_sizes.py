"""Small files, small functions, every public name explained, no name that hides a module."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest

import detente
from tests.contracts.tree import (
    PACKAGE,
    ROOMS,
    ROOT,
    body_lines,
    builds_by_keyword,
    functions,
    modules,
    positional,
    public_definitions,
    syntax,
)

MOST_LINES, MOST_BODY, MOST_PARAMETERS = 600, 40, 6
KERNELS = "_kernels"


def test_files_are_small() -> None:
    everywhere = [*modules(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    long = {
        str(p.relative_to(ROOT)): n
        for p in everywhere
        if (n := len(p.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_functions_are_small() -> None:
    own = [f for path in modules() if KERNELS not in path.as_posix() for f in functions(path)]
    long = {f: n for f, node in own if (n := body_lines(node)) > MOST_BODY and not builds_by_keyword(node)}
    wide = {name: n for name, node in own if (n := positional(node)) > MOST_PARAMETERS}
    assert (long, wide) == ({}, {})


def test_everything_public_says_what_it_is() -> None:
    mute = [name for path in modules() for name, node in public_definitions(path) if not _explained(node)]
    assert mute == []


def _explained(node: ast.AST) -> bool:
    assert isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    return ast.get_docstring(node) is not None


@pytest.mark.parametrize("room", ROOMS)
def test_no_public_name_of_a_room_hides_one_of_its_modules(room: str) -> None:
    inside = {p.stem for p in (PACKAGE / room).iterdir() if p.stem != "__init__"}
    public = set(getattr(import_module(f"detente.{room}"), "__all__", ()))
    assert public & inside == set()


def test_the_public_door_opens_and_hides_no_room() -> None:
    offered = set(detente._ROOM_OF)
    assert offered & {p.stem for p in PACKAGE.iterdir()} == set()
    for name in sorted(offered):
        assert getattr(detente, name).__name__ == name
    assert offered <= set(dir(detente))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = detente.nonsense


def test_types_and_door_tell_the_same_names() -> None:
    """What a type checker sees at the door is what is there at run time."""
    told = {
        (alias.name, node.module)
        for node in ast.walk(syntax(PACKAGE / "__init__.py"))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("detente.")
        for alias in node.names
    }
    assert told == set(detente._ROOM_OF.items())
