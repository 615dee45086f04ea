"""From the text of a `conflict.yaml` to its parts; every problem at its line and column, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from detente.case.folder import CONFLICT_FILE
from detente.case.nodes import Node, problem_at, read_tree
from detente.case.problems import Path, nearest, shown
from detente.errors import Problem

MAX_STATES = 500
MAX_PARTIES = 12
MAX_TEXT = 4_000

CONCEPT_NAMES = ("nash", "sequential", "general_metarational", "symmetric_metarational")
"""The concepts for which a published answer can be told."""

_KEYS = (
    "format",
    "name",
    "title",
    "about",
    "parties",
    "states",
    "moves",
    "preferences",
    "sources",
    "published",
)
_REQUIRED = ("format", "name", "title", "parties", "states", "moves", "preferences")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}", re.ASCII)
_STATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@dataclass(slots=True)
class PublishedParts:
    """The published answer as it is written."""

    source: str = ""
    note: str = ""
    equilibria: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class ConflictParts:
    """What was read; whole only where there are no problems."""

    name: str = ""
    title: str = ""
    about: str = ""
    parties: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    moves: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    ranks: dict[str, dict[str, int]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    published: PublishedParts | None = None


def read_conflict(text: str) -> tuple[ConflictParts, tuple[Problem, ...]]:
    """The parts of a conflict file and everything wrong with them, by line and column.

    Raises CaseError where the text is no YAML that can be read. Cost: linear; at most 500 states and 12
    parties.
    """
    root, problems = read_tree(text, CONFLICT_FILE)
    reader = _Reader(root, list(problems))
    parts = reader.read() if reader.mapping(()) is not None else ConflictParts()
    ordered = sorted(dict.fromkeys(reader.problems), key=lambda p: (p.line, p.column, p.key))
    return parts, tuple(ordered)


@dataclass(slots=True)
class _Reader:
    """The tree, and the problems found so far."""

    root: Node
    problems: list[Problem]
    parts: ConflictParts = field(default_factory=ConflictParts)

    def note(self, path: Path, must: str, got: str = "", hint: str = "") -> None:
        self.problems.append(problem_at(self.root, CONFLICT_FILE, path, (must, got, hint)))

    def at(self, path: Path) -> Node | None:
        node, steps = self.root.locate(path)
        return node if steps == len(path) and not _empty(node) else None

    def read(self) -> ConflictParts:
        self.keys((), _KEYS)
        for key in _REQUIRED:
            if self.at((key,)) is None:
                self.note((key,), "is required")
        said = self.at(("format",))
        if said is not None and said.text != "1":
            self.note(("format",), "must be 1, the only format this version reads", _shown(said))
        self.parts.name = self.text(("name",))
        if self.parts.name and not _NAME.fullmatch(self.parts.name):
            self.note(
                ("name",), "must be a name: a letter, then letters, digits, _ or -", shown(self.parts.name)
            )
        self.parts.title, self.parts.about = self.text(("title",)), self.text(("about",))
        self.parts.parties = self.named("parties", _NAME, 2, MAX_PARTIES)
        self.parts.states = self.named("states", _STATE, 2, MAX_STATES)
        self.moves()
        self.preferences()
        self.parts.sources = tuple(self.text(("sources", k)) for k in self.places(("sources",)))
        self.published()
        return self.parts

    def keys(self, path: Path, known: Sequence[str]) -> None:
        for key in self.mapping(path) or ():
            if key not in known:
                self.note((*path, key), "is not a key that belongs here", "", nearest(key, known, "keys"))

    def mapping(self, path: Path) -> tuple[str, ...] | None:
        node = self.at(path)
        if node is None:
            return ()
        if node.kind != "map":
            self.note(path, "must be a mapping, key: value", _shown(node))
            return None
        return tuple(str(key.text) for key, _ in node.pairs)

    def places(self, path: Path) -> range:
        """Places of a list."""
        node = self.at(path)
        if node is None:
            return range(0)
        if node.kind != "list":
            self.note(path, "must be a list", _shown(node))
            return range(0)
        return range(len(node.items))

    def text(self, path: Path) -> str:
        node = self.at(path)
        if node is None:
            if path and isinstance(path[-1], int):
                self.note(path, "must be text", "nothing")
            return ""
        if node.text is None:
            self.note(path, "must be text", _shown(node))
            return ""
        if len(node.text) > MAX_TEXT:
            self.note(path, f"must be at most {MAX_TEXT:,} characters", f"{len(node.text):,}")
        return node.text.strip()

    def named(self, section: str, pattern: re.Pattern[str], least: int, most: int) -> dict[str, str]:
        """Names and what people read for them: `name: title` or `name: {title: …}`."""
        names = self.mapping((section,))
        found = {}
        for name in names or ():
            path: Path = (section, name)
            if not pattern.fullmatch(name):
                first = "a letter" if pattern is _NAME else "a letter or digit"
                self.note(path, f"must be a name: {first}, then letters, digits, _ or -", shown(name))
            node = self.at(path)
            if node is not None and node.kind == "map":
                self.keys(path, ("title",))
                found[name] = self.text((*path, "title")) or name
            else:
                found[name] = self.text(path) or name
        if names and not least <= len(names) <= most:
            self.note((section,), f"must be {least} to {most}", str(len(names)))
        return found

    def state(self, path: Path) -> str:
        """The state that a text names; "" with a problem where it names none."""
        said = self.text(path)
        if said and said not in self.parts.states:
            self.note(
                path,
                "must be a state of the conflict",
                shown(said),
                nearest(said, self.parts.states, "states"),
            )
            return ""
        return said

    def party_sections(self, section: str) -> Iterator[tuple[str, Path]]:
        names = self.mapping((section,)) or ()
        for name in names:
            path: Path = (section, name)
            if name in self.parts.parties:
                yield name, path
            else:
                hint = nearest(name, self.parts.parties, "parties")
                self.note(path, "must be a party of the conflict", shown(name), hint)
        if self.at((section,)) is not None:
            for name in self.parts.parties:
                if name not in names:
                    self.note(
                        (section, name),
                        "is required",
                        "",
                        "{} where it has none" if section == "moves" else "",
                    )

    def moves(self) -> None:
        for party, path in self.party_sections("moves"):
            found: dict[tuple[str, str], None] = {}
            for start in self.mapping(path) or ():
                here: Path = (*path, start)
                if start not in self.parts.states:
                    hint = nearest(start, self.parts.states, "states")
                    self.note(here, "must be a state of the conflict", shown(start), hint)
                for end_path in self.each(here):
                    end = self.state(end_path)
                    if end == start:
                        self.note(end_path, "must lead to another state", shown(end))
                    elif end and (start, end) in found:
                        self.note(end_path, "must not appear twice", shown(end))
                    elif end:
                        found[start, end] = None
            self.parts.moves[party] = tuple(found)

    def each(self, path: Path) -> tuple[Path, ...]:
        """The entries of a list, or the place itself where one text stands for a list of one."""
        node = self.at(path)
        if node is None:
            self.note(path, "must name a state or a list of states", "nothing")
            return ()
        return tuple((*path, k) for k in range(len(node.items))) if node.kind == "list" else (path,)

    def preferences(self) -> None:
        for party, path in self.party_sections("preferences"):
            node = self.at(path)
            if node is None:
                self.note(path, "must order the states", "nothing")
                continue
            ranks = self.numbers(path) if node.kind == "map" else self.order(path)
            self.parts.ranks[party] = ranks
            missing = [state for state in self.parts.states if state not in ranks]
            if missing and not any(p.key.startswith(f"preferences.{party}") for p in self.problems):
                self.note(path, "must place every state", f"none of {', '.join(missing[:6])}")

    def order(self, path: Path) -> dict[str, int]:
        """Ranks from a list, best first; a list inside holds states that are as good as each other."""
        tiers = [self.each((*path, k)) for k in self.places(path)]
        ranks: dict[str, int] = {}
        for position, tier in enumerate(tiers):
            for place in tier:
                state = self.state(place)
                if state in ranks:
                    self.note(place, "must not appear twice", shown(state))
                elif state:
                    ranks[state] = len(tiers) - position
        return ranks

    def numbers(self, path: Path) -> dict[str, int]:
        """Ranks as numbers, larger is better."""
        ranks = {}
        for state in self.mapping(path) or ():
            here: Path = (*path, state)
            if state not in self.parts.states:
                hint = nearest(state, self.parts.states, "states")
                self.note(here, "must be a state of the conflict", shown(state), hint)
            said = self.text(here)
            if _WHOLE.fullmatch(said):
                ranks[state] = int(said)
            else:
                self.note(here, "must be a whole number, larger is better", shown(said))
        places = {value: place for place, value in enumerate(sorted(set(ranks.values())), 1)}
        return {state: places[value] for state, value in ranks.items()}

    def published(self) -> None:
        path: Path = ("published",)
        if self.at(path) is None or self.mapping(path) is None:
            return
        self.keys(path, ("source", "note", *CONCEPT_NAMES))
        found = PublishedParts(self.text((*path, "source")), self.text((*path, "note")))
        if not found.source:
            self.note((*path, "source"), "is required")
        for concept in CONCEPT_NAMES:
            here: Path = (*path, concept)
            if self.root.locate(here)[1] == 2:
                found.equilibria[concept] = tuple(self.state((*here, k)) for k in self.places(here))
        self.parts.published = found


def _empty(node: Node) -> bool:
    return node.kind == "text" and node.text is None


def _shown(node: Node) -> str:
    kinds = {"map": "a mapping", "list": f"a list of {len(node.items)}"}
    return kinds.get(node.kind) or shown(node.text or "")
