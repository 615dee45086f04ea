"""Bytes on disk to text, with an error that says what to do for everything that can go wrong."""

from __future__ import annotations

import os
from pathlib import Path

from detente.errors import CaseError, Problem

MAX_BYTES = 8_000_000


def read_text(path: Path, *, optional: bool = False) -> str:
    """The text of a file: UTF-8 (a byte order mark is dropped), at most 8 MB, no NUL.

    Returns "" for a missing file if `optional`. Raises CaseError otherwise. The size is looked at
    before the first byte is read.
    """
    name = path.name
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise _wrong(str(path), "must be a file", "a folder" if path.is_dir() else "something else")
        if size > MAX_BYTES:
            hint = "records belong into the CSV files, documents elsewhere"
            raise _wrong(name, f"must be at most {MAX_BYTES // 1_000_000} MB", f"{size / 1e6:.0f} MB", hint)
        data = path.read_bytes()
    except FileNotFoundError:
        if optional:
            return ""
        raise _wrong(
            str(path), "must exist", "no such file", "detente cases lists the bundled ones"
        ) from None
    except NotADirectoryError:
        raise _wrong(str(path.parent), "must be a folder", "a file") from None
    except PermissionError:
        raise _wrong(str(path), "must be readable", "permission denied", "check who owns it") from None
    except (OSError, ValueError) as error:
        raise _wrong(
            _safe(path), "must be readable", str(getattr(error, "strerror", None) or error)
        ) from None
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """UTF-8 text of `data`; CaseError names line and byte where it is not."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        must, got = "must be UTF-8 text", f"byte 0x{data[error.start]:02x} at offset {error.start}"
        hint = "the file looks like Latin-1 or Windows-1252: save it as UTF-8"
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint = "the file looks like UTF-16: save it as UTF-8"
        raise CaseError([Problem(name, line, 0, "", must, got, hint)]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CaseError([Problem(name, line, 0, "", "must be text", "a NUL byte", "is this a binary file?")])
    return text


def write_text(path: Path, text: str) -> None:
    """Replace a file as a whole: written beside it, then renamed, so that no reader sees half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(text.encode("utf-8"))
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _wrong(str(path), "must be writable", error.strerror or str(error)) from None


def _safe(path: Path) -> str:
    return str(path).encode("utf-8", "replace").decode("utf-8").replace("\0", "\\0")


def _wrong(file: str, must: str, got: str, hint: str = "") -> CaseError:
    return CaseError([Problem(file, 0, 0, "", must, got, hint)])
