"""Where cases are: bundled ones by name, an analyst's own by path; and a new one from the template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from detente.case.conflict import is_conflict, load_conflict, parse_conflict, told_as_conflict
from detente.case.conflict_reading import CONFLICT_FILE
from detente.case.files import read_text, write_text
from detente.case.model import Case
from detente.case.problems import nearest
from detente.case.reading import FILES, read_case, read_folder
from detente.errors import CaseError, InputError, Problem

TEMPLATE = Path(__file__).parent / "template"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """What a list of cases shows. A case that does not load says so in `about`. `kind`: case, or conflict
    for one told as states and moves."""

    name: str
    title: str
    about: str
    folder: str
    kind: str = "case"


def bundled_folder() -> Path | None:
    """The folder of bundled cases: inside the installed package, else `cases` beside `src`."""
    for folder in (_PACKAGE / "_cases", _PACKAGE.parents[1] / "cases"):
        if folder.is_dir():
            return folder
    return None


def _bundled() -> dict[str, Path]:
    folder = bundled_folder()
    if folder is None:
        return {}
    found = [path.parent for name in (FILES[0], CONFLICT_FILE) for path in folder.glob(f"*/{name}")]
    return {path.name: path for path in sorted(found)}


def find_case(name_or_path: str | Path) -> Path:
    """The folder of a case or conflict: a path that exists (folder or file), else a bundled name.

    Raises CaseError with the nearest bundled name.
    """
    text = str(name_or_path)
    path = Path(text)
    names = _bundled()
    try:
        if path.is_file() and path.name in (FILES[0], CONFLICT_FILE):
            return path.parent
        if path.is_dir() and ((path / FILES[0]).exists() or is_conflict(path) or text not in names):
            return path
        if path.exists() and not path.is_dir():
            hint = "a case is a folder with case.yaml"
            raise CaseError([Problem(text, 0, 0, "", "must be a case folder", "a file", hint)])
    except PermissionError:
        raise CaseError(
            [Problem(text, 0, 0, "", "must be readable", "permission denied", "check who owns it")]
        ) from None
    except (OSError, ValueError):
        pass
    if text in names:
        return names[text]
    must = "must be a case folder or the name of a bundled case"
    clean = text.encode("utf-8", "replace").decode().replace("\0", "\\0")[:200]
    raise CaseError([Problem(clean, 0, 0, "", must, "neither", nearest(text, names, "bundled cases"))])


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
    for name, folder in _bundled().items():
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
