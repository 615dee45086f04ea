"""YAML text to a tree that remembers where everything stands.

Composed from the events of PyYAML's C parser, not by its recursive composer: that one overflows the
C stack on deep nesting, and here depth, size, aliases, duplicate keys and tags are judged while the
tree grows. Every scalar stays the text it is; what it means is decided by the field it fills, so
that the country code `NO` stays `NO` and 1.10 stays 1.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import yaml

from detente.case.problems import key_text, shown
from detente.errors import CaseError, Problem

MAX_DEPTH = 40
MAX_NODES = 100_000


@dataclass(frozen=True, slots=True)
class Node:
    """One place of the file: lines and columns from 1, `start` and `end` as offsets in characters.

    `size` counts nodes with aliases written out. `alias`: stands for a node written elsewhere.
    """

    kind: Literal["text", "list", "map"]
    line: int
    column: int
    start: int
    end: int
    text: str | None = None
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()
    flow: bool = False
    size: int = 1
    alias: bool = False
    style: str = ""

    def get(self, key: str | int) -> Node | None:
        """The child under a key or an index, None where there is none."""
        if isinstance(key, int):
            return self.items[key] if self.kind == "list" and 0 <= key < len(self.items) else None
        return next((value for name, value in self.pairs if name.text == key), None)

    def key(self, key: str) -> Node | None:
        """The node of the key itself."""
        return next((name for name, _ in self.pairs if name.text == key), None)

    def locate(self, path: Sequence[str | int]) -> tuple[Node, int]:
        """The deepest node on `path` and how many steps of the path it stands for."""
        node, steps = self, 0
        for step in path:
            child = node.get(step)
            if child is None:
                break
            node, steps = child, steps + 1
        return node, steps


@dataclass(slots=True)
class _Open:
    """A collection that is still being read."""

    event: yaml.CollectionStartEvent
    children: list[Node]


def _at(mark: Any) -> yaml.Mark:
    """The mark of an event, which the C parser always sets."""
    return cast(yaml.Mark, mark)


class _Composer:
    """Events in, one tree out; stops at the first thing that makes going on pointless."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node | None] = {}
        self.total = 0

    def fail(self, mark: yaml.Mark, must: str, got: str, hint: str = "") -> CaseError:
        problem = Problem(self.file, mark.line + 1, mark.column + 1, "", must, got, hint)
        return CaseError([*self.problems, problem])

    def compose(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        stack: list[_Open] = []
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.fail(
                        _at(event.start_mark), "must hold one YAML document", "a second one after ---"
                    )
                continue
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self.begin(event, stack)
                continue
            node = self.finish(event, stack)
            if node is None:
                continue
            if stack:
                stack[-1].children.append(node)
            else:
                root = node
        return root

    def begin(self, event: yaml.CollectionStartEvent, stack: list[_Open]) -> None:
        if len(stack) >= MAX_DEPTH:
            raise self.fail(
                _at(event.start_mark), f"must not be nested deeper than {MAX_DEPTH} levels", "more"
            )
        self.refuse_tag(event)
        if event.anchor:
            self.anchors[event.anchor] = None
        stack.append(_Open(event, []))

    def finish(self, event: yaml.Event, stack: list[_Open]) -> Node | None:
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            return self.collection(stack.pop(), event)
        return None

    def count(self, mark: yaml.Mark, size: int) -> None:
        self.total += size
        if self.total > MAX_NODES:
            must = f"must not hold more than {MAX_NODES:,} values, aliases written out"
            raise self.fail(
                mark, must, "more", "write repeated parts once, records belong into the CSV files"
            )

    def refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag and event.tag != "!":
            raise self.fail(
                _at(event.start_mark), "must not use YAML tags", shown(event.tag), "leave the tag out"
            )

    def scalar(self, event: yaml.ScalarEvent) -> Node:
        self.refuse_tag(event)
        mark = _at(event.start_mark)
        self.count(mark, 1)
        style = event.style if event.style in ("'", '"', "|", ">") else ""
        empty = not style and event.value in ("", "~", "null")
        node = Node(
            "text",
            mark.line + 1,
            mark.column + 1,
            mark.index,
            _at(event.end_mark).index,
            text=None if empty else event.value,
            style=style,
        )
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: yaml.AliasEvent) -> Node:
        mark = _at(event.start_mark)
        if event.anchor not in self.anchors:
            raise self.fail(mark, "must point to an anchor written before", f"*{shown(event.anchor)}")
        target = self.anchors[event.anchor]
        if target is None:
            raise self.fail(mark, "must not contain itself", f"*{shown(event.anchor)}")
        self.count(mark, target.size)
        return replace(
            target,
            line=mark.line + 1,
            column=mark.column + 1,
            start=mark.index,
            end=_at(event.end_mark).index,
            alias=True,
        )

    def collection(self, opened: _Open, event: yaml.Event) -> Node:
        start = _at(opened.event.start_mark)
        self.count(start, 1)
        children = tuple(opened.children)
        size = 1 + sum(child.size for child in children)
        place = (start.line + 1, start.column + 1, start.index, _at(event.end_mark).index)
        flow = bool(opened.event.flow_style)
        if isinstance(event, yaml.SequenceEndEvent):
            node = Node("list", *place, items=children, flow=flow, size=size)
        else:
            node = Node("map", *place, pairs=self.pairs(children), flow=flow, size=size)
        if opened.event.anchor:
            self.anchors[opened.event.anchor] = node
        return node

    def pairs(self, children: tuple[Node, ...]) -> tuple[tuple[Node, Node], ...]:
        seen: dict[str, Node] = {}
        pairs = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if key.kind != "text" or key.text is None:
                self.note(
                    key,
                    "must have plain text as a key",
                    "a list or mapping" if key.items or key.pairs else "nothing",
                )
            elif key.text == "<<" and not key.style:
                self.note(key, "must not use merge keys", "<<", "write the keys out")
            elif key.text in seen:
                self.note(
                    key, "must not appear twice", shown(key.text), f"first on line {seen[key.text].line}"
                )
            else:
                seen[key.text] = key
                pairs.append((key, value))
        return tuple(pairs)

    def note(self, node: Node, must: str, got: str, hint: str = "") -> None:
        self.problems.append(Problem(self.file, node.line, node.column, "", must, got, hint))


def read_tree(text: str, file: str) -> tuple[Node, list[Problem]]:
    """The tree of a YAML text, and what is wrong with it though it can be read (duplicate keys).

    Raises CaseError where reading cannot go on: broken YAML, tags, nesting below 40 levels, more
    than 100,000 values with aliases written out (a billion-laughs bomb ends there), several
    documents. Cost: linear in the text, never recursive.

    >>> tree, _ = read_tree("a: {b: NO}", "x.yaml")
    >>> tree.locate(("a", "b"))[0].text, tree.locate(("a", "b"))[0].column
    ('NO', 8)
    """
    composer = _Composer(file)
    try:
        root = composer.compose(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise CaseError([*composer.problems, _broken(error, text, file)]) from None
    if root is None or (root.kind == "text" and root.text is None):
        raise CaseError([*composer.problems, Problem(file, 1, 1, "", "must hold a case", "an empty file")])
    return root, composer.problems


def _broken(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).splitlines()[0]
    if mark is None:
        position = int(getattr(error, "position", 0) or 0)
        line = text.count("\n", 0, position) + 1
        return Problem(file, line, 0, "", "must be readable as YAML", what, "look for control characters")
    lines = text.split("\n")
    row = lines[mark.line] if mark.line < len(lines) else ""
    tab = "\t" in row[: len(row) - len(row.lstrip())] or (mark.column < len(row) and row[mark.column] == "\t")
    if tab:
        hint = "indent with spaces, not with tabs"
    else:
        hint = "text with ': ', ' #' or a comma inside braces needs quotes"
    return Problem(file, mark.line + 1, mark.column + 1, "", "must be readable as YAML", what, hint)


def plain(node: Node) -> Any:
    """Dicts, lists and texts of a tree (None where a place is empty); aliases are written out."""
    if node.kind == "map":
        return {str(key.text): plain(value) for key, value in node.pairs}
    if node.kind == "list":
        return [plain(item) for item in node.items]
    return node.text


def problem_at(
    root: Node, file: str, path: Sequence[str | int], parts: tuple[str, str, str], *, severity: str = "error"
) -> Problem:
    """A Problem at a key path; `parts` = (must, got, hint). A path that ends in nothing is told at
    the key that holds it."""
    node, steps = root.locate(path)
    if 0 < steps == len(path) and isinstance(path[-1], str):
        parent, _ = root.locate(path[:-1])
        node = parent.key(path[-1]) or node
    return Problem(file, node.line, node.column, key_text(path), *parts, severity)
