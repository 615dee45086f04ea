"""What a file format of outcome spaces is: the contract that every format of this folder fulfils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from detente.deals.space import DealSpace


@dataclass(frozen=True, slots=True)
class Format:
    """One file format of outcome spaces: how it is recognised, read and written.

    `name`: short, as typed. `about`: one sentence, what is kept and what is lost. `source`: where the
    format is defined. `recognises`: whether a path looks like it, cheaply, without raising. `read`:
    raises InputError with all that is wrong, with file, element and line; None where it only writes.
    `write`: returns the files written, raises InputError naming what the format cannot hold; None
    where it only reads. `extension`: of the single file, "" where it is a folder.
    """

    name: str
    title: str
    about: str
    source: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], DealSpace] | None
    write: Callable[[DealSpace, Path], tuple[Path, ...]] | None
    extension: str = ""
