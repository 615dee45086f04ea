"""Other people's files of outcome spaces: each format one module, found by listing this folder.

Imported spaces have reservation values and no status quo: their utilities stand as in the file, every
package is a deal, and no deal is worth the reservation value. A module that holds a `FORMAT` is a format.
"""

from __future__ import annotations

import pkgutil
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path

from detente.deals.formats.format import Format
from detente.deals.space import DealSpace, index_of
from detente.errors import InputError

__all__ = ["Format", "list_formats", "read_space", "recognise", "write_space"]


@cache
def list_formats() -> dict[str, Format]:
    """Formats by name: every file of this folder that holds a FORMAT.

    >>> "genius" in list_formats()
    True
    """
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    found = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return {known.name: known for known in sorted(found, key=lambda f: f.name)}


def recognise(path: Path | str) -> Format:
    """The format of a file or folder, judged by its name and content.

    Raises InputError listing the formats that can be read where none fits, or where there is nothing
    at `path`. Where several fit, the first by name. Cost: the beginning of the files.
    """
    place = Path(path)
    if not place.exists():
        raise InputError(f"{place} must be a file or folder, got nothing there; check the spelling")
    readable = [known for known in list_formats().values() if known.read is not None]
    for known in readable:
        if known.recognises(place):
            return known
    names = ", ".join(f"{known.name} ({known.title})" for known in readable)
    raise InputError(f"{place} must be in a format that can be read: {names}; name it if it is one of them")


def read_space(path: Path | str, format: str | None = None) -> DealSpace:
    """The outcome space in a file or folder.

    `format`: a name in `list_formats()`; without it the format is recognised. The space has reservation
    values as `no_deal` and no status quo (`no_deal_package` is −1 everywhere), unless the format says
    otherwise. Raises InputError with everything wrong in the files, or where a format is only written.
    """
    place = Path(path)
    known = recognise(place) if format is None else _named(format)
    if known.read is None:
        readable = ", ".join(f.name for f in list_formats().values() if f.read is not None)
        raise InputError(f"{known.name} is a format that is only written; formats read: {readable}")
    if not place.exists():
        raise InputError(f"{place} must be a file or folder, got nothing there; check the spelling")
    return known.read(place)


def write_space(space: DealSpace, path: Path | str, format: str) -> tuple[Path, ...]:
    """Write a space in a format, all of it or nothing; the files written.

    `path`: must be new, or an empty folder: nothing is ever overwritten. `format`: a name in
    `list_formats()`. The files are made beside `path` and moved there when all of them stand. Raises
    InputError naming what the format cannot hold, or what is in the way. Formats differ in what they
    keep: see `about` of each.
    """
    known, place = _named(format), Path(path)
    if known.write is None:
        writable = ", ".join(f.name for f in list_formats().values() if f.write is not None)
        raise InputError(f"{known.name} is a format that is only read; formats written: {writable}")
    _require_free(place)
    try:
        near = next(folder for folder in place.absolute().parents if folder.is_dir())
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=near) as folder:
            made = Path(folder) / place.absolute().name
            written = known.write(space, made)
            _require_free(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                place.rmdir()
            made.rename(place)
    except OSError as error:
        raise InputError(f"{place} must be a place to write to, got {error.strerror or error}") from error
    return tuple(place / file.relative_to(made) for file in written)


def _require_free(place: Path) -> None:
    if place.is_dir() and not any(place.iterdir()):
        return
    if place.exists() or place.is_symlink():
        raise InputError(f"{place} must be new or an empty folder, got something there; choose another name")


def _named(name: str) -> Format:
    known = list_formats()
    return known[list(known)[index_of(name, tuple(known), "format")]]
