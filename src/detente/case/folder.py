"""The files of a case: where they are, their text, and the digest that stands for them.

Apart from the reading of them, so that whoever only asks whether a case has changed need not load what
understands it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from detente.case.files import read_text
from detente.errors import CaseError, Problem

FILES = ("case.yaml", "sources.csv", "events.csv", "codings.csv")
CONFLICT_FILE = "conflict.yaml"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Texts:
    """The four files of a case as text, and the folder they came from."""

    files: dict[str, str]
    folder: str = ""


def read_folder(folder: Path) -> Texts:
    """The files of a case folder; the CSV files may be missing. Raises CaseError for everything
    about them that cannot be read, all files at once."""
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for name in FILES:
        try:
            files[name] = read_text(folder / name, optional=name != FILES[0])
        except CaseError as error:
            problems += error.problems
            if name == FILES[0]:
                break
    if problems:
        raise CaseError(problems)
    return Texts(files, str(folder))


def digest_of(texts: Texts) -> str:
    """The digest of a case: the same for the same files, whatever folder they lie in."""
    digest = hashlib.blake2b(digest_size=16)
    for name in FILES:
        digest.update(f"{name}\0{texts.files.get(name, '')}\0".encode())
    return digest.hexdigest()


def is_conflict(folder: Path) -> bool:
    """Whether a folder holds a conflict and no case."""
    return (folder / CONFLICT_FILE).is_file() and not (folder / FILES[0]).is_file()


def bundled_folder() -> Path | None:
    """The folder of bundled cases: inside the installed package, else `cases` beside `src`."""
    for folder in (_PACKAGE / "_cases", _PACKAGE.parents[1] / "cases"):
        if folder.is_dir():
            return folder
    return None


def bundled_cases() -> dict[str, Path]:
    """Name → folder of the bundled cases and conflicts, by name."""
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
    names = bundled_cases()
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
    from detente.case.problems import nearest

    must, hint = "must be a case folder or the name of a bundled case", nearest(text, names, "bundled cases")
    clean = text.encode("utf-8", "replace").decode().replace("\0", "\\0")[:200]
    raise CaseError([Problem(clean, 0, 0, "", must, "neither", hint)])
