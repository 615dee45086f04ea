"""Files from strangers: their text whatever the encoding, and a report of all that is wrong in them.

Forgiven: a byte order mark, blank lines at the start, UTF-8, UTF-16, Latin-1 and Windows code pages
whether declared or not. Refused: more than MOST_BYTES, and what is no file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from detente.errors import InputError, Problem

MOST_BYTES = 16_000_000
"""Bytes of one file."""

MOST_TOLD = 50
"""Problems told at once."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_KNOWN = re.compile(r"utf-?8|utf-?16|iso-?8859-?\d+|latin-?1|(us-)?ascii|windows-125\d|cp125\d")


class Located(Protocol):
    """A part of a file: where it is."""

    @property
    def line(self) -> int:
        """The line on which it starts, from 1."""

    @property
    def key(self) -> str:
        """What it is called in messages."""


@dataclass(slots=True)
class Report:
    """What is wrong and what is odd in one file, gathered while it is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, part: Located, must: str, got: str = "", hint: str = "") -> None:
        """Note an error."""
        self.problems.append(Problem(self.file, part.line, 0, part.key, must, got, hint))

    def odd(self, part: Located, must: str, got: str = "", hint: str = "") -> None:
        """Note something legal that may not be what its author meant."""
        self.problems.append(Problem(self.file, part.line, 0, part.key, must, got, hint, "notice"))


def raise_errors(reports: Sequence[Report]) -> None:
    """Raise InputError with every error of the reports, in file order, if there is any."""
    wrong = [p for r in reports for p in r.problems if p.severity == "error"]
    if wrong:
        told = [str(p) for p in sorted(wrong, key=lambda p: (p.file, p.line))[:MOST_TOLD]]
        left = len(wrong) - len(told)
        raise InputError("\n".join(told + ([f"and {left} more"] if left else [])))


def read_text(path: Path) -> str:
    """The text of a file of at most MOST_BYTES in any of the encodings of the module, without a mark.

    Raises InputError where the file cannot be read, is too large, or is not text.
    """
    if not path.is_file():
        raise InputError(f"{path} must be a file, got {'a folder' if path.is_dir() else 'something else'}")
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} must be a readable file, got {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise InputError(f"{path} must have at most {MOST_BYTES // 1_000_000} MB")
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """Bytes as text by mark, declaration, UTF-8, and at last Latin-1, which fits any bytes.

    Raises InputError for an encoding that is declared and not one of those, or does not fit a mark.
    """
    start = data.lstrip(b" \t\r\n")
    for sample in (data, start):
        for mark, encoding in _MARKS:
            if sample.startswith(mark):
                try:
                    return data.decode(encoding).lstrip("\ufeff")
                except UnicodeDecodeError as error:
                    raise InputError(f"{name} must be text in {encoding}, got {error.reason}") from None
    declared = _ENCODING.match(start[:200])
    encoding = declared.group(1).decode().lower().replace("_", "-") if declared else "utf-8"
    if not _KNOWN.fullmatch(encoding):
        raise InputError(f"{name} must be in UTF-8, UTF-16, ISO 8859 or a Windows code page, got {encoding}")
    if encoding.startswith(("utf-16", "utf16")):
        encoding = "utf-8"  # said so, but read as bytes of one: whoever converted it forgot the declaration
    for guess in (encoding, "utf-8"):
        try:
            return data.decode(guess)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
