"""JSON from strangers: a tree in which everything knows its line, with limits and without doubles.

Refused: a key that stands twice in an object, NaN and infinities, comments, more than MOST_NODES values
or MOST_NESTED levels. Numbers keep their text, so that 0.1 is one tenth and not its nearest double.
Source: RFC 8259.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from detente.deals.formats.reading import Report, read_text
from detente.errors import InputError

MOST_NODES = 1_000_000
"""Values of one file."""

MOST_NESTED = 50
"""Objects and lists within each other."""

_BLANK = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,300})(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?(?![\w.])", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Node:
    """One value: an object as a dict, a list, a text, a Decimal, True, False or None; its `line`, and the
    `key` that leads to it from the top."""

    value: dict[str, Node] | list[Node] | str | Decimal | bool | None
    line: int
    key: str


def read_json(path: Path) -> Node:
    """The value in a file. Raises InputError, with the line, for what is not JSON or is refused (see the
    module). Cost: linear in the file."""
    return parse_json(read_text(path), str(path))


def parse_json(text: str, name: str) -> Node:
    """The value in a text; `name` is the file in error messages. As `read_json`.

    >>> parse_json('{"a":\\n [1, 2]}', "file").value["a"].line
    2
    """
    parser = _Parser(name, text, [i for i, letter in enumerate(text) if letter == "\n"])
    parser.skip()
    found = parser.value("", 0)
    parser.skip()
    if parser.at < len(text):
        raise parser.refusal("must end after one JSON value")
    return found


@dataclass(slots=True)
class _Parser:
    name: str
    text: str
    breaks: list[int]
    at: int = 0
    count: int = field(default=0)

    def refusal(self, must: str) -> InputError:
        got = repr(self.text[self.at : self.at + 20]) if self.at < len(self.text) else "the end of the file"
        return InputError(f"{self.name}:{self.line()} {must}, got {got}")

    def line(self) -> int:
        return bisect_right(self.breaks, self.at - 1) + 1

    def skip(self) -> None:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at

    def sign(self, sign: str) -> bool:
        """Step over a sign and the blanks after it, if it comes next."""
        if not self.text.startswith(sign, self.at):
            return False
        self.at += 1
        self.skip()
        return True

    def value(self, key: str, depth: int) -> Node:
        line = self.line()
        self.count += 1
        if self.count > MOST_NODES or depth > MOST_NESTED:
            raise self.refusal(f"must hold at most {MOST_NODES:,} values, {MOST_NESTED} levels deep")
        if self.sign("{"):
            return Node(self.members(key, depth), line, key)
        if self.sign("["):
            return Node(self.items(key, depth), line, key)
        if self.text.startswith('"', self.at):
            return Node(self.string(), line, key)
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return Node(Decimal(number.group()), line, key)
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return Node(meaning, line, key)
        raise self.refusal(
            "must be JSON: an object, a list, a text in double quotes, a number, true, false or null"
        )

    def members(self, key: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        if self.sign("}"):
            return found
        while True:
            if not self.text.startswith('"', self.at):
                raise self.refusal("must be a name in double quotes")
            before, name = self.at, self.string()
            if name in found:
                self.at = before
                raise self.refusal("must have each name once in an object")
            self.skip()
            if not self.sign(":"):
                raise self.refusal("must be a colon")
            found[name] = self.value(f"{key}.{name}" if key else name, depth + 1)
            if self.ends("}"):
                return found

    def items(self, key: str, depth: int) -> list[Node]:
        found: list[Node] = []
        if self.sign("]"):
            return found
        while True:
            found.append(self.value(f"{key}[{len(found)}]", depth + 1))
            if self.ends("]"):
                return found

    def ends(self, sign: str) -> bool:
        """Whether the closing sign comes next; else a comma must."""
        self.skip()
        if self.sign(sign):
            return True
        if not self.sign(","):
            raise self.refusal(f"must be a comma or {sign}")
        return False

    def string(self) -> str:
        found = _STRING.match(self.text, self.at)
        try:
            text = str(json.loads(found.group())) if found else ""
        except ValueError:
            found = None
        if found is None:
            raise self.refusal("must be a text in double quotes on one line")
        self.at = found.end()
        return text


def member(report: Report, node: Node, name: str) -> Node | None:
    """A member of an object; None and an error where the node is no object or has none of the name."""
    if not isinstance(node.value, dict):
        report.wrong(node, "must be an object")
        return None
    found = node.value.get(name)
    if found is None:
        report.wrong(node, f"must have a member {name!r}")
    return found


def object_of(report: Report, node: Node | None) -> dict[str, Node]:
    """The members of an object; none and an error where the node is something else."""
    if node is not None and not isinstance(node.value, dict):
        report.wrong(node, "must be an object")
    return node.value if node is not None and isinstance(node.value, dict) else {}


def list_of(report: Report, node: Node | None) -> list[Node]:
    """The items of a list; none and an error where the node is something else."""
    if node is not None and not isinstance(node.value, list):
        report.wrong(node, "must be a list")
    return node.value if node is not None and isinstance(node.value, list) else []


def text_in(report: Report, node: Node | None) -> str | None:
    """A text that is not blank, without blanks around it; None and an error otherwise."""
    if node is None:
        return None
    if not isinstance(node.value, str) or not node.value.strip():
        report.wrong(node, "must be a text that is not blank")
        return None
    return node.value.strip()


def number_in(report: Report, node: Node | None, low: float, high: float) -> Decimal | None:
    """A number in low..high; None and an error otherwise."""
    if node is None:
        return None
    if not isinstance(node.value, Decimal) or not Decimal(low) <= node.value <= Decimal(high):
        got = str(node.value)[:40] if isinstance(node.value, (Decimal, str)) else ""
        report.wrong(node, f"must be a number from {low:g} to {high:g}", got)
        return None
    return node.value
