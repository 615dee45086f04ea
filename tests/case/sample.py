"""The template case in memory, to be changed in one place and looked at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from detente.case.folder import FILES, Texts
from detente.case.library import TEMPLATE
from detente.case.model import Case
from detente.case.reading import read_case
from detente.errors import Problem


def original() -> dict[str, str]:
    """File name → text of the template; the caller's own copy."""
    return dict(_template())


@cache
def _template() -> dict[str, str]:
    return {name: (TEMPLATE / name).read_text(encoding="utf-8") for name in FILES}


def changed(old: str, new: str, file: str = "case.yaml") -> dict[str, str]:
    """The template with one piece of text replaced where it first stands."""
    text = original()[file]
    assert old in text, f"{old!r} is not in {file}"
    return {**original(), file: text.replace(old, new, 1)}


def line_of(text: str, piece: str) -> int:
    """The line on which a piece of text first stands."""
    return text[: text.index(piece)].count("\n") + 1


def problems(files: dict[str, str]) -> tuple[Problem, ...]:
    """Everything that reading finds."""
    return read_case(Texts(files))[1]


def case_of(files: dict[str, str]) -> Case:
    """The case; fails with its problems if there are any errors."""
    case, found, _ = read_case(Texts(files))
    assert case is not None, "\n".join(map(str, found))
    return case


def write(folder: Path, files: dict[str, str]) -> Path:
    """The files on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def only(found: tuple[Problem, ...]) -> Problem:
    """The one problem that is there."""
    assert len(found) == 1, "\n".join(map(str, found)) or "no problem"
    return found[0]
