"""Editing a case file in place: only the text of one value changes, comments and order stay."""

from __future__ import annotations

import copy
from pathlib import Path as FilePath
from typing import Any

from detente.case.files import write_text
from detente.case.folder import FILES, Texts, read_folder
from detente.case.nodes import Node, plain, read_tree
from detente.case.problems import Path, key_text, nearest, shown
from detente.case.reading import read_case
from detente.errors import CaseError, Problem

NAME = FILES[0]


def edit(folder: str | FilePath, key_path: str, new_text: str) -> str:
    """Set the value at a key path of a case file ("goals.peace.base", "conditions[0].by") to a piece
    of YAML ("20..30", "[us, russia]", "'5: five'"); returns the new text of case.yaml.

    The value is patched between its node marks; a key that its mapping does not have yet is added at
    the mapping's end. The file is replaced as a whole, and only when the new text holds exactly what
    was asked and the case still loads; otherwise CaseError and the file stays as it is. Blocks
    (mappings and lists over several lines) are not replaced: edit their leaves. Cost: two readings.
    """
    texts = read_folder(FilePath(folder))
    patched = patch(texts.files[NAME], key_path, new_text)
    case, problems, _ = read_case(Texts({**texts.files, NAME: patched}, texts.folder))
    if case is None:
        raise CaseError([p for p in problems if p.severity == "error"])
    write_text(FilePath(folder) / NAME, patched)
    return patched


def patch(text: str, key_path: str, new_text: str) -> str:
    """The text of a case file with one value changed; see `edit`.

    >>> patch("goals:\\n  a:  # first\\n    base: 5 # points\\n", "goals.a.base", "5..8")
    'goals:\\n  a:  # first\\n    base: 5..8 # points\\n'
    """
    if not new_text.strip() or "\n" in new_text or "\r" in new_text:
        raise _refuse(0, key_path, "must be set to a value on one line", shown(new_text.strip()))
    wanted = plain(read_tree(new_text, f"{NAME} (new value)")[0])
    root, _ = read_tree(text, NAME)
    path = find_path(root, key_path)
    node, steps = root.locate(path)
    if steps == len(path):
        _refuse_alias(root, path)
        patched = _replace(text, node, key_path, new_text.strip())
    elif steps == len(path) - 1 and node.kind == "map" and isinstance(path[-1], str):
        _refuse_alias(root, path[:-1])
        patched = _insert(text, node, path[-1], new_text.strip())
    else:
        known = [str(key.text) for key, _ in node.pairs]
        raise _refuse(
            node.line,
            key_path,
            "must name a value of the file",
            shown(key_text(path[: steps + 1])),
            nearest(str(path[steps]), known, "keys"),
        )
    _confirm(patched, _with(plain(root), path, wanted), key_path, new_text)
    return patched


def find_path(root: Node, key_path: str) -> Path:
    """The steps of a key path, read along the tree: where a key has dots of its own (`renew..lift`),
    the longest key that fits is taken. Only the last step may be missing in the tree."""
    path: list[str | int] = []
    node: Node | None = root
    rest = key_path.strip()
    while rest:
        if rest.startswith("["):
            number, closed, rest = rest[1:].partition("]")
            if not (closed and number.isascii() and number.isdigit()):
                raise _refuse(
                    0, key_path, "must be a key path such as goals.peace.base or conditions[0].by", ""
                )
            step: str | int = int(number[:9])
        else:
            step = _next_key(node, rest)
            rest = rest[len(step) :]
        rest = rest.removeprefix(".")
        path.append(step)
        node = node.get(step) if node is not None else None
    if not path or "" in path:
        raise _refuse(0, key_path, "must be a key path such as goals.peace.base", shown(key_path))
    return tuple(path)


def _next_key(node: Node | None, rest: str) -> str:
    keys = [str(key.text) for key, _ in node.pairs] if node is not None else []
    fitting = [
        key
        for key in keys
        if key and rest.startswith(key) and rest[len(key) : len(key) + 1] in ("", ".", "[")
    ]
    return max(fitting, key=len) if fitting else rest.partition(".")[0].partition("[")[0]


def _replace(text: str, node: Node, key_path: str, new_text: str) -> str:
    if node.kind != "text" and not node.flow:
        raise _refuse(
            node.line,
            key_path,
            "must be one value to be replaced",
            "a block of lines",
            "edit the values inside it",
        )
    if node.style in ("|", ">"):
        new_text += "\n"
    elif node.start == node.end and text[node.start - 1 : node.start].strip():
        new_text = " " + new_text
    return text[: node.start] + new_text + text[node.end :]


def _insert(text: str, parent: Node, key: str, new_text: str) -> str:
    entry = f"{key}: {new_text}"
    if parent.flow:
        comma = ", " if parent.pairs else ""
        return text[: parent.end - 1].rstrip() + comma + entry + text[parent.end - 1 :]
    newline = "\r\n" if "\r\n" in text else "\n"
    end = _last_end(parent)
    if end and text[end - 1] == "\n":
        at = end
    else:
        found = text.find("\n", end)
        at = found + 1 if found >= 0 else len(text)
    before = text[:at] if not at or text[at - 1] == "\n" else text[:at] + newline
    return before + " " * (parent.pairs[0][0].column - 1) + entry + newline + text[at:]


def _last_end(node: Node) -> int:
    """Where the last written sign of a node stands; block collections end later, past comments."""
    if node.kind == "text" or node.flow or node.alias:
        return node.end
    last = node.pairs[-1][1] if node.kind == "map" else node.items[-1]
    return _last_end(last)


def _refuse_alias(root: Node, path: Path) -> None:
    for depth in range(1, len(path) + 1):
        node, _ = root.locate(path[:depth])
        if node.alias:
            raise _refuse(
                node.line,
                key_text(path),
                "must not be reached through an alias",
                "*",
                "edit it where its anchor stands, or write it out here",
            )


def _with(data: Any, path: Path, wanted: Any) -> Any:
    data = copy.deepcopy(data)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = wanted
    return data


def _confirm(patched: str, expected: Any, key_path: str, new_text: str) -> None:
    try:
        root, wrong = read_tree(patched, NAME)
        same = not wrong and plain(root) == expected
    except CaseError:
        same = False
    if not same:
        raise _refuse(
            0,
            key_path,
            "must be set to a value that stays in its place",
            shown(new_text),
            "put text with ':', '#', ',' or brackets between quotes",
        )


def _refuse(line: int, key: str, must: str, got: str, hint: str = "") -> CaseError:
    return CaseError([Problem(NAME, line, 0, shown(key), must, got, hint)])
