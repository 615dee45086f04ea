"""Where cases are: bundled ones by name, an analyst's own by path; and a new one from the template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from detente.case.conflict import load_conflict, parse_conflict, told_as_conflict
from detente.case.files import read_text, write_text
from detente.case.folder import CONFLICT_FILE, FILES, bundled_cases, find_case, is_conflict, read_folder
from detente.case.model import Case
from detente.case.reading import read_case
from detente.errors import CaseError, InputError, Problem

TEMPLATE = Path(__file__).parent / "template"


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """What a list of cases shows. A case that does not load says so in `about`. `kind`: case, or conflict
    for one told as states and moves."""

    name: str
    title: str
    about: str
    folder: str
    kind: str = "case"


def load(name_or_path: str | Path) -> Case:
    """The case of a bundled name, a folder or a case.yaml as a frozen value.

    Raises CaseError with every error of its four files, in file order. Cost: linear in the files;
    tens of milliseconds for a hundred kilobytes.

    >>> load("panama-1974").table
    ('united_states', 'panama')
    """
    folder = find_case(name_or_path)
    if is_conflict(folder):
        raise CaseError([told_as_conflict(str(name_or_path))])
    case, problems, _ = read_case(read_folder(folder))
    if case is None:
        raise CaseError([p for p in problems if p.severity == "error"])
    return case


def check(name_or_path: str | Path) -> tuple[Problem, ...]:
    """Everything wrong with a case, and what is suspicious though legal (severity "notice"), in file
    order. Never raises for what the files hold: what cannot be read at all is in the list too.

    Finds what the files alone can tell; what needs deals or beliefs is found by the rooms above.
    """
    from detente.case.notices import notices

    try:
        folder = find_case(name_or_path)
        if is_conflict(folder):
            return parse_conflict(read_text(folder / CONFLICT_FILE))[1]
        case, problems, root = read_case(read_folder(folder))
    except CaseError as error:
        return error.problems
    if case is None or root is None:
        return problems
    from detente.case.reading import in_file_order

    return in_file_order([*problems, *notices(case, root)])


def list_cases() -> tuple[CaseInfo, ...]:
    """The bundled cases and conflicts by name."""
    found = []
    for name, folder in bundled_cases().items():
        kind = "conflict" if is_conflict(folder) else "case"
        try:
            told = load_conflict(folder) if kind == "conflict" else load(folder)
            found.append(CaseInfo(name, told.title, told.about, str(folder), kind))
        except CaseError as error:
            found.append(CaseInfo(name, name, f"does not load: {error.problems[0]}", str(folder), kind))
    return tuple(found)


def new_case(name: str, folder: str | Path) -> Path:
    """Write the commented template as a case called `name` into `folder`/`name`; returns that folder.

    It loads without problems and runs. Raises InputError for a bad name, and where something of that
    name is already there.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,79}", name, re.ASCII):
        raise InputError(
            f"name must be a letter, then letters, digits, _ or -, got {name!r}; try fishing-2031"
        )
    target = Path(folder) / name
    try:
        if target.exists():
            raise InputError(f"{target} must not exist yet; choose another name")
        target.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"{target} must be a folder that can be made: {error.strerror or error}") from None
    for source in sorted(TEMPLATE.iterdir()):
        if source.is_file():
            text = source.read_text(encoding="utf-8")
            write_text(
                target / source.name,
                re.sub(r"^name: .*$", f"name: {name}", text, count=1, flags=re.M)
                if source.name == FILES[0]
                else text,
            )
    return target
