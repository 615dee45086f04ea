"""The cache: what was put is got, nobody else's file is read, and nothing that happens to it stops a run."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.study import cache as module
from detente.study.cache import Cache, cache_folder

BODY = random.Random(0).randbytes(20_000)


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, notes: list[str]) -> Cache:
    found = Cache(tmp_path / "detente", note=notes.append)
    found.put("k", {"a": BODY, "b": b"2"})
    assert notes == []
    return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_put_is_got_and_nothing_else(cache: Cache, notes: list[str]) -> None:
    assert cache.get("k", "a") == BODY
    assert cache.get("k", "b") == b"2"
    assert cache.get("k", "c") is cache.get("l", "a") is None
    cache.put("k", {"b": b"3"})
    assert (cache.get("k", "a"), cache.get("k", "b")) == (BODY, b"3")
    assert (cache.entries().keys, cache.entries().size) == (1, len(BODY) + 1)
    assert notes == []


def test_only_this_user_may_look_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = Cache(tmp_path / "open" / "detente")
        made.put("k", {"a": b"1"})
    finally:
        os.umask(before)
    assert mode(made.folder) == 0o700
    assert mode(made.folder.parent) == 0o700
    assert {mode(path) for path in made.folder.iterdir()} == {0o600}
    assert made.get("k", "a") == b"1"


def test_the_folder_is_where_the_desktop_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "detente"
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    for told in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", told)
        assert cache_folder() == tmp_path / "me" / ".cache" / "detente"


def open_folder(cache: Cache) -> None:
    cache.folder.chmod(0o777)


def open_file(cache: Cache) -> None:
    cache.path.chmod(0o644)


def open_above(cache: Cache) -> None:
    cache.folder.parent.chmod(0o777)


def linked_file(cache: Cache) -> None:
    real = cache.folder / "elsewhere"
    cache.path.rename(real)
    cache.path.symlink_to(real)


def linked_folder(cache: Cache) -> None:
    real = cache.folder.rename(cache.folder.with_name("elsewhere"))
    cache.folder.symlink_to(real)


def a_pipe(cache: Cache) -> None:
    cache.path.unlink()
    os.mkfifo(cache.path, 0o600)


def open_log(cache: Cache) -> None:
    log = cache.path.with_name(cache.path.name + "-wal")
    log.touch()
    log.chmod(0o666)


HOSTILE = (open_folder, open_file, open_above, linked_file, linked_folder, a_pipe, open_log)


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda attack: attack.__name__)
def test_what_others_may_have_written_is_not_read(
    attack: Callable[[Cache], None], cache: Cache, notes: list[str]
) -> None:
    attack(cache)
    assert cache.get("k", "a") is None
    assert len(notes) == 1
    assert notes[0].startswith("the cache is not used")
    cache.put("k", {"b": b"4"})
    assert len(notes) == 2


def test_what_belongs_to_somebody_else_is_not_read_nor_deleted(
    cache: Cache, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    assert cache.get("k", "a") is None
    assert "must belong to this user" in notes[0]
    with pytest.raises(InputError, match="to delete"):
        cache.clear()
    assert cache.path.exists()


def test_a_file_exchanged_while_it_is_opened_is_not_read(
    cache: Cache, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, other = sqlite3.connect, Cache(cache.folder.with_name("other"))
    other.put("k", {"a": b"theirs"})

    def late(*arguments: object, **options: object) -> sqlite3.Connection:
        other.path.replace(cache.path)
        return connect(*arguments, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", late)
    assert cache.get("k", "a") is None
    assert "exchanged" in notes[0]


def test_where_nobody_says_who_owns_a_file_nothing_is_kept(
    cache: Cache, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "geteuid")
    assert cache.get("k", "a") is None
    assert "does not tell" in notes[0]


def overwritten(path: Path) -> None:
    path.write_bytes(BODY)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8_192])


def one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(BODY[-100:])] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [overwritten, cut_short, one_bit], ids=lambda damage: damage.__name__)
def test_what_is_damaged_counts_as_missing_and_begins_anew(
    damage: Callable[[Path], None], cache: Cache, notes: list[str]
) -> None:
    damage(cache.path)
    assert cache.get("k", "a") is None
    assert "damaged" in notes[0]
    cache.put("k", {"a": b"new"})
    assert cache.get("k", "a") == b"new"
    assert len(notes) == 1


def test_a_place_where_nothing_can_be_written_stops_nothing(tmp_path: Path, notes: list[str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    nowhere = Cache(tmp_path / "file" / "detente", note=notes.append)
    nowhere.put("k", {"a": b"1"})
    assert nowhere.get("k", "a") is None
    assert notes[0].startswith("the cache is not used")


def test_a_full_disk_stops_nothing(cache: Cache, notes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def narrow(*arguments: object, **options: object) -> sqlite3.Connection:
        base = connect(*arguments, **options)  # type: ignore[call-overload]
        base.execute("PRAGMA max_page_count = 20")
        return base  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", narrow)
    cache.put("l", {"a": BODY * 10})
    assert "full" in notes[0]
    monkeypatch.undo()
    assert cache.get("k", "a") == BODY
    assert cache.get("l", "a") is None


def test_whoever_waits_too_long_goes_on_without(
    cache: Cache, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT", 0.05)
    other = sqlite3.connect(cache.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache.put("l", {"a": b"1"})
    assert "locked" in notes[0]
    assert cache.get("k", "a") == BODY, "reading goes on while somebody writes"
    other.execute("ROLLBACK")
    other.close()


def test_the_oldest_go_first_and_go_whole(tmp_path: Path) -> None:
    small = Cache(tmp_path / "detente", limit=2_500)
    for k in range(4):
        small.put(f"k{k}", {"a": bytes(600), "b": bytes(400)})
    assert [small.get(f"k{k}", part) is not None for k in range(4) for part in "ab"] == [False] * 4 + [
        True
    ] * 4
    assert small.entries().size == 2_000


def test_clearing_leaves_nothing(cache: Cache) -> None:
    cache.clear()
    assert list(cache.folder.iterdir()) == []
    cache.clear()
    assert cache.entries().keys == 0


PUT = (
    "import sys; from pathlib import Path; from detente.study.cache import Cache\n"
    "notes = []; cache = Cache(Path(sys.argv[1]), note=notes.append)\n"
    "for k in range(20): cache.put(f'{sys.argv[2]}-{k}', {'a': bytes(1000)})\n"
    "print(notes)"
)
DIE = (
    "import sys, os, sqlite3; base = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "base.execute('BEGIN IMMEDIATE'); base.execute('DELETE FROM kept'); os.kill(os.getpid(), 9)"
)


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    place = tmp_path / "detente"
    running = [
        subprocess.Popen([sys.executable, "-c", PUT, str(place), name], stdout=subprocess.PIPE, text=True)
        for name in ("x", "y")
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in running] == ["[]", "[]"]
    assert Cache(place).entries().keys == 40


def test_a_process_that_dies_while_writing_takes_nothing_along(cache: Cache, notes: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", DIE, str(cache.path)], check=False)
    assert done.returncode == -9
    assert cache.get("k", "a") == BODY
    assert notes == []
