"""Bytes on disk to text, JSON or YAML values, with limits, so that a hostile file is only refused."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from detente.errors import InputError

MOST_BYTES = 64_000_000
MOST_DEPTH = 60
MOST_VALUES = 4_000_000
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_text(path: Path) -> str:
    """The text of a file: UTF-8, or UTF-16 with its byte order mark, at most 64 MB.

    Raises InputError saying what is wrong with the file as a whole.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path} must be a file, got {'a folder' if path.is_dir() else 'nothing there'}")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(f"{path} must be at most {MOST_BYTES // 10**6} MB, got {size / 1e6:.0f} MB")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} must be readable, got {getattr(error, 'strerror', None) or error}"
        ) from None
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line} must be UTF-8 text, got other bytes; save it as UTF-8") from None
    if "\0" in text:
        raise InputError(f"{path} must be text, got a NUL byte; is this a binary file?")
    return text


def head(path: Path, length: int = 4096) -> str:
    """The beginning of a file as text, "" where there is none; never raises."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            data = stream.read(length)
    except (OSError, ValueError):
        return ""
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(coding, "replace")


def write_text(path: Path, text: str) -> Path:
    """Write a new file, never over another one, and return it. Raises InputError where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise InputError(f"{path} must be new, got a file that is there already") from None
    except UnicodeEncodeError:
        raise InputError(f"{path} must be text that UTF-8 can hold, got half a surrogate in a name") from None
    except OSError as error:
        raise InputError(f"{path} must be a place to write to, got {error.strerror or error}") from None
    return path


def parse_json(text: str, file: str) -> Any:
    """The value of a JSON text.

    ±Infinity and NaN are read as numbers (whoever uses them refuses them by place). Raises InputError
    with the line for what is no JSON, for an object that has a name twice, and for nesting without end.
    """
    try:
        value = json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, file))
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except UnicodeEncodeError:
        raise InputError(
            f"{file} must hold text that can be written, got half of a pair \\ud8… \\udc…"
        ) from None
    except json.JSONDecodeError as error:
        raise InputError(f"{file}:{error.lineno} must be JSON, got {error.msg.lower()}") from None
    except RecursionError:
        raise InputError(
            f"{file} must not nest lists and objects without end, got very many levels"
        ) from None
    except ValueError:  # Python turns at most 4,300 digits into a number
        raise InputError(f"{file} must hold numbers of at most 4,300 digits, got more") from None


def _unique(pairs: list[tuple[str, Any]], file: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{file} must not have {twice[:60]!r} twice in one object")
    return found


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read, and what of it has been read."""

    kind: type[list[Any]] | type[dict[Any, Any]]
    line: int
    anchor: str | None
    items: list[Any] = field(default_factory=list)


def parse_yaml(text: str, file: str) -> Any:
    """The value of one YAML document: lists, dicts, and texts, numbers, truth values, nothing.

    Read from events, so that depth (60), size (4 million values with aliases written out) and tags are
    judged while reading. Keys that are lists become tuples; dates stay text. Raises InputError with the
    line for everything else: several documents, tags, duplicate keys, aliases of what is still open.
    Cost: linear in the text.

    >>> parse_yaml("? [red, 1]\\n: .5", "x.yml")
    {('red', 1): 0.5}
    """
    reader = _YamlReader(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            reader.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark is not None else file
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "something else"
        raise InputError(f"{where} must be YAML, got {what}") from None
    return reader.root


class _YamlReader:
    """Events in, one value out."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.documents = 0
        self.values = 0
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.scalars = yaml.constructor.SafeConstructor()
        self.rules = yaml.resolver.Resolver()

    def refuse(self, line: int, must: str) -> InputError:
        return InputError(f"{self.file}:{line} must {must}")

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.refuse(line, "not begin a second document (---)")
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._tag(event, line, ("tag:yaml.org,2002:python/tuple", "tag:yaml.org,2002:seq"))
            if len(self.open) >= MOST_DEPTH:
                raise self.refuse(line, f"not be nested deeper than {MOST_DEPTH} levels")
            kind = list if isinstance(event, yaml.SequenceStartEvent) else dict
            self.open.append(_Open(kind, line, event.anchor))
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            done = self.open.pop()
            value = done.items if done.kind is list else self._pairs(done)
            self._keep(value, done.anchor, done.line, 1)
        elif isinstance(event, yaml.ScalarEvent):
            self._tag(event, line, ())
            self._keep(self._scalar(event, line), event.anchor, line, 1)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise self.refuse(line, f"point to something written before, got *{str(event.anchor)[:40]}")
            value, size = self.anchors[event.anchor]
            self._keep(value, None, line, size)

    def _tag(self, event: Any, line: int, fine: tuple[str, ...]) -> None:
        if event.tag not in (None, "!", *fine):
            raise self.refuse(line, f"not use the YAML tag {str(event.tag)[:60]!r}")

    def _keep(self, value: Any, anchor: str | None, line: int, size: int) -> None:
        self.values += size
        if self.values > MOST_VALUES:
            raise self.refuse(line, f"hold at most {MOST_VALUES:,} values, aliases written out")
        if anchor is not None:
            self.anchors[anchor] = (value, _size(value))
        if self.open:
            self.open[-1].items.append(value)
        else:
            self.root = value

    def _pairs(self, done: _Open) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(done.items[::2], done.items[1::2], strict=True):
            plain = tuple(key) if isinstance(key, list) else key
            if not isinstance(plain, Hashable) or not _hashable(plain):
                raise self.refuse(done.line, "have texts, numbers or lists of them as keys")
            if plain in found:
                raise self.refuse(done.line, f"not have the key {str(plain)[:60]!r} twice")
            found[plain] = value
        return found

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        if event.style in ("'", '"', "|", ">") or event.tag == "!":
            return event.value
        tag = self.rules.resolve(yaml.ScalarNode, event.value, (True, False))  # type: ignore[no-untyped-call]
        kinds = ("int", "float", "bool", "null")
        if tag not in [f"tag:yaml.org,2002:{kind}" for kind in kinds]:
            return event.value
        node = yaml.ScalarNode(tag, event.value)
        try:
            return self.scalars.construct_object(node)
        except (ValueError, KeyError, IndexError, OverflowError, yaml.YAMLError):
            raise self.refuse(line, f"hold a number that can be read, got {event.value[:40]!r}") from None


def _hashable(key: Any) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True


def _size(value: Any) -> int:
    """Values inside, aliases written out; linear because nothing that is kept exceeds the limit."""
    count, left = 0, [iter((value,))]
    while left:
        for item in left[-1]:
            count += 1
            if isinstance(item, dict):
                left.append(_both(item))
                break
            if isinstance(item, list):
                left.append(iter(item))
                break
        else:
            left.pop()
    return count


def _both(mapping: dict[Any, Any]) -> Iterator[Any]:
    for key, value in mapping.items():
        yield key
        yield value
