"""What has been computed, kept on this machine for one user: bytes by key and part, in one SQLite file.

What is kept may be unpickled by whoever asks for it, so nothing is read that another user could have
written: folder and file must belong to this user and be closed to everybody else. Nothing here ever fails a
run. What cannot be read or written is told once through `note`, and the caller computes.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.errors import InputError

LIMIT = 500_000_000
WAIT = 2.0
"""Seconds to wait for another process that writes."""
FILE = "studies.sqlite"
TABLE = """CREATE TABLE IF NOT EXISTS kept (
    key TEXT NOT NULL, part TEXT NOT NULL, at REAL NOT NULL, digest BLOB NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (key, part))"""
Note = Callable[[str], None]


def cache_folder() -> Path:
    """`detente` in `$XDG_CACHE_HOME` if that is an absolute path, else in `~/.cache`."""
    told = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (told if told.is_absolute() else Path.home() / ".cache") / "detente"


class _Refused(Exception):
    """Why a folder or file may not be used."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What a cache holds: the number of studies and pages, and bytes of what is kept."""

    keys: int
    size: int


@dataclass(frozen=True, slots=True)
class Cache:
    """Bytes by key and part in `folder`, at most `limit` of them, the oldest put aside first.

    Safe against crashes (SQLite with a write-ahead log) and for several processes at once. `note` is told
    why nothing could be read or written. Every part carries its digest, so that a damaged one counts as
    missing. Cost: a few milliseconds to open, then linear in the bytes.
    """

    folder: Path
    limit: int = LIMIT
    note: Note = lambda text: None

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / FILE

    def get(self, key: str, part: str) -> bytes | None:
        """The bytes of a part, or None where there are none that can be trusted."""
        found: bytes | None = None
        with self._told("read"):
            for digest, data in self._rows(
                "SELECT digest, data FROM kept WHERE key = ? AND part = ?", key, part
            ):
                if _digest(key, part, data) != digest:
                    raise sqlite3.DatabaseError("a part is not what was written")
                found = data
        return found

    def put(self, key: str, parts: Mapping[str, bytes]) -> None:
        """Keep parts of a key, in place of what was there; all of them or none."""
        with self._told("written"):
            self._make_folder()
            with self._open() as base:
                for setting in ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = NORMAL"):
                    base.execute(f"PRAGMA {setting}")
                base.execute(TABLE)
                base.execute("BEGIN IMMEDIATE")
                base.executemany(
                    "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)",
                    [(key, name, time.time(), _digest(key, name, x), x) for name, x in parts.items()],
                )
                self._evict(base)
                base.execute("COMMIT")
                base.execute("PRAGMA incremental_vacuum")

    def entries(self) -> Entries:
        """How much is kept; nothing where the file cannot be used."""
        found = Entries(0, 0)
        with self._told("read"):
            for row in self._rows("SELECT COUNT(DISTINCT key), COALESCE(SUM(LENGTH(data)), 0) FROM kept"):
                found = Entries(*row)
        return found

    def clear(self) -> None:
        """Delete the file with all that it holds. Raises InputError where it is not this user's."""
        try:
            if self.path.exists() or self.path.is_symlink():
                _check(self.folder)
                _remove(self.path)
        except (OSError, _Refused) as error:
            raise InputError(f"{self.path} must be this user's to delete, got: {error}") from None

    def _evict(self, base: sqlite3.Connection) -> None:
        """Delete whole keys, the oldest first, until what is left is within the limit."""
        ages = base.execute("SELECT key, SUM(LENGTH(data)) FROM kept GROUP BY key ORDER BY MAX(at) DESC, key")
        total = 0
        for key, size in ages.fetchall():
            total += size
            if total > self.limit:
                base.execute("DELETE FROM kept WHERE key = ?", (key,))

    def _make_folder(self) -> None:
        for folder in (*reversed(self.folder.parents), self.folder):
            if not folder.exists():
                with suppress(FileExistsError):
                    folder.mkdir(mode=0o700)
        _check(self.folder)
        made = os.open(self.path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
        os.close(made)

    def _rows(self, ask: str, *values: str) -> list[Any]:
        """What the file answers; nothing where there is no file yet, or an empty one."""
        if not self.path.exists():
            return []
        with self._open() as base:
            begun = base.execute("SELECT 1 FROM sqlite_master WHERE name = 'kept'").fetchall()
            return base.execute(ask, values).fetchall() if begun else []

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection to a file that is this user's alone, before it is opened and after."""
        before = self._mine()
        with closing(sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            if before != self._mine():
                raise _Refused(f"{self.path} was exchanged while it was opened")
            yield base

    def _mine(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """What identifies folder and file, both and SQLite's files beside them looked at."""
        for path in _beside(self.path):
            if os.path.lexists(path):
                _check(path)
        return _check(self.folder), _check(self.path)

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """What goes wrong becomes a note; a file that is no database of ours goes, so that the next works."""
        try:
            yield
        except sqlite3.OperationalError as error:  # locked, read-only, full: another time perhaps
            self.note(f"the cache could not be {done} ({error}); everything was computed")
        except sqlite3.DatabaseError as error:
            with suppress(OSError):
                _remove(self.path)
            self.note(f"the cache was damaged ({error}) and begins anew; everything was computed")
        except (OSError, _Refused) as error:
            self.note(f"the cache is not used: {error}")


def _digest(key: str, part: str, data: bytes) -> bytes:
    return hashlib.blake2b(f"{key}\0{part}\0".encode() + data, digest_size=32).digest()


def _beside(path: Path) -> list[Path]:
    """SQLite's log of a file, and the index of that log."""
    return [path.with_name(path.name + tail) for tail in ("-wal", "-shm")]


def _remove(path: Path) -> None:
    for one in (path, *_beside(path)):
        one.unlink(missing_ok=True)


def _check(path: Path) -> tuple[int, int]:
    """Device and inode of a folder or file that is this user's alone. Raises _Refused for everything else:
    links, others' property, what others may write or read, and folders above that others may rename in."""
    if not hasattr(os, "geteuid"):
        raise _Refused("this system does not tell who owns a file")
    me, found = os.geteuid(), path.lstat()
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise _Refused(f"{path} must be a file or folder, not a link or anything else")
    if found.st_uid != me:
        raise _Refused(f"{path} must belong to this user, got one of user {found.st_uid}")
    if found.st_mode & 0o077:
        raise _Refused(
            f"{path} must be closed to others, got mode {found.st_mode & 0o777:03o}; try chmod go="
        )
    for above in path.resolve().parents:
        held = above.stat()
        if held.st_uid not in (0, me) or (held.st_mode & stat.S_IWOTH and not held.st_mode & stat.S_ISVTX):
            raise _Refused(f"{above} must not be open to others, since they could exchange {path}")
    return found.st_dev, found.st_ino
