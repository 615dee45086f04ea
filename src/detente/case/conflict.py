"""Conflicts told as states and moves: the value that a `conflict.yaml` becomes, and how to load one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detente.case.conflict_reading import read_conflict
from detente.case.files import read_text
from detente.case.folder import CONFLICT_FILE, find_case, is_conflict
from detente.errors import CaseError, Problem


@dataclass(frozen=True, slots=True)
class Published:
    """What a source says the answer is. `equilibria`: concept: names of the states stable for all."""

    source: str
    note: str
    equilibria: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ConflictCase:
    """A conflict as its file tells it.

    `parties`, `states`: name: what people read. `moves`: party: (from, to) by names of states. `ranks`:
    party: state: place in its order, larger is better, from 1; equal is indifferent.
    """

    name: str
    title: str
    about: str
    parties: Mapping[str, str]
    states: Mapping[str, str]
    moves: Mapping[str, tuple[tuple[str, str], ...]]
    ranks: Mapping[str, Mapping[str, int]]
    sources: tuple[str, ...] = ()
    published: Published | None = None


def load_conflict(name_or_path: str | Path) -> ConflictCase:
    """The conflict of a bundled name, a folder or a `conflict.yaml` as a frozen value.

    Raises CaseError with everything wrong in the file, in its order; for a case it says which commands are
    for cases. Cost: linear in the file.

    >>> load_conflict("elmira").states["8"]
    'order modified and accepted; local government insists'
    """
    path = Path(name_or_path)
    folder = path.parent if path.name == CONFLICT_FILE and path.is_file() else find_case(name_or_path)
    if not is_conflict(folder):
        raise CaseError([_other(folder, str(name_or_path))])
    conflict, problems = parse_conflict(read_text(folder / CONFLICT_FILE))
    if conflict is None:
        raise CaseError(problems)
    return conflict


def parse_conflict(text: str) -> tuple[ConflictCase | None, tuple[Problem, ...]]:
    """The conflict in a text and all that is wrong with it; None where anything is. Cost: linear."""
    try:
        found, problems = read_conflict(text)
    except CaseError as error:
        return None, error.problems
    if problems:
        return None, problems
    said = found.published
    published = None if said is None else Published(said.source, said.note, said.equilibria)
    return (
        ConflictCase(
            found.name,
            found.title or found.name,
            found.about,
            found.parties,
            found.states,
            found.moves,
            found.ranks,
            found.sources,
            published,
        ),
        (),
    )


def told_as_conflict(said: str) -> Problem:
    """What to say to whoever asks for a case and has named a conflict; `said`: the name or path."""
    must, hint = "is a conflict told as states and moves, not a case", f"try detente stability {said}"
    return Problem(said, 0, 0, "", must, "", hint)


def _other(folder: Path, said: str) -> Problem:
    if (folder / "case.yaml").is_file():
        must, hint = "is a case of issues and packages, not of states and moves", f"try detente brief {said}"
        return Problem(said, 0, 0, "", must, "", hint)
    hint = "detente cases lists the bundled ones"
    return Problem(said, 0, 0, "", f"must hold {CONFLICT_FILE}", "none", hint)
