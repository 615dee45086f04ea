"""From the text of a mapping to its value: every problem at its line and column, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic_core import PydanticCustomError

from detente.case.files import read_text
from detente.case.importers.importer import Importer
from detente.case.importers.mapping import ANYBODY, PERIODS, Actor, EventMapping, Kind, Test
from detente.case.model import Case, Mark
from detente.case.nodes import Node, read_tree
from detente.case.notation import read_said, settle
from detente.case.problems import key_text, nearest, shown
from detente.case.records import DATE_HINT, read_day
from detente.errors import CaseError, Problem

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}", re.ASCII)
_SOURCE_KEYS = ("id", "publisher", "title", "url", "date", "reliability")
_TOP = (*_SOURCE_KEYS, "format", "about", "reported", "reading", "per", "known_within", "at_least_sources")
_LISTS = ("parties", "others", "kinds", "ignore")
_KIND_KEYS = ("menu", "take", "why", "by", "to", "reading", "pushes")
KNOWN_WITHIN = 31


def read_mapping(path: Path | str, importer: Importer, case: Case | None = None) -> EventMapping:
    """The mapping in a YAML file, for one format and, where given, for one case.

    With a case, parties that act, menus, alternatives and goals must be the case's. Raises CaseError with
    every problem at its line and column. Cost: linear in the file.
    """
    file = Path(path)
    root, wrong = read_tree(read_text(file), file.name)
    desk = _Desk(file.name, importer, case, list(wrong))
    mapping = desk.mapping(root)
    if desk.problems or mapping is None:
        raise CaseError(sorted(desk.problems, key=lambda p: (p.line, p.column, p.key)))
    return mapping


@dataclass(slots=True)
class _Desk:
    """The file, the format, the case, and the problems found so far."""

    file: str
    importer: Importer
    case: Case | None
    problems: list[Problem]
    names: dict[str, Mark] = field(default_factory=dict)

    def note(self, node: Node, path: Sequence[str | int], must: str, got: str = "", hint: str = "") -> None:
        problem = Problem(self.file, node.line, node.column, shown(key_text(path), 200), must, got, hint)
        self.problems.append(problem)

    def mapping(self, root: Node) -> EventMapping | None:
        if root.kind != "map":
            self.note(root, (), "must be a mapping, key: value", "something else")
            return None
        self.known_keys(root, (), (*_TOP, *_LISTS))
        if self.text(root, "format", "") != "1":
            self.note(root.get("format") or root, ("format",), "must be 1", self.text(root, "format", ""))
        source = self.source(root)
        per = self.one_of(root, "per", "month", PERIODS)
        if per == "session" and self.importer.session is None:
            self.note(
                root.get("per") or root, ("per",), f"must be month, year or each for {self.importer.name}"
            )
        actors = (*self.actors(root, "parties"), *self.actors(root, "others"))
        if not self.entries(root, "parties"):
            self.note(root, ("parties",), "must name a party and its actors")
        kinds = (*self.kinds(root, "ignore"), *self.kinds(root, "kinds"))
        if not self.entries(root, "kinds"):
            self.note(root, ("kinds",), "must name a kind of event and the alternative it shows")
        return EventMapping(
            file=self.file,
            source=source,
            reported=self.grade(root, "reported", self.importer.reported),
            reading=self.grade(root, "reading", 3),
            per=per,
            known_within=self.count(root, "known_within", KNOWN_WITHIN, bool(self.importer.known)),
            at_least_sources=self.count(root, "at_least_sources", 0, bool(self.importer.sources)),
            actors=actors,
            kinds=kinds,
        )

    def source(self, root: Node) -> dict[str, str]:
        known = self.importer
        default = {
            "id": known.name,
            "publisher": known.publisher,
            "title": known.title,
            "url": "",
            "date": "",
        }
        source = {key: self.text(root, key, default.get(key, "")) for key in _SOURCE_KEYS}
        source["reliability"] = self.one_of(root, "reliability", known.reliability, tuple("ABCDEF"))
        if not _NAME.fullmatch(source["id"]):
            must = "must be a name: a letter, then letters, digits, _ or -"
            self.note(root.get("id") or root, ("id",), must, shown(source["id"]))
        if source["date"] and read_day(source["date"]) is None:
            self.note(root.get("date") or root, ("date",), "must be a date", shown(source["date"]), DATE_HINT)
        return source

    def known_keys(self, node: Node, path: Sequence[str | int], known: Iterable[str]) -> None:
        names = tuple(known)
        for key, _ in node.pairs:
            if key.text not in names:
                hint = nearest(str(key.text), names, "keys")
                self.note(key, (*path, str(key.text)), "is not a key that belongs here", "", hint)

    def entries(self, root: Node, section: str) -> tuple[Node, ...] | tuple[tuple[Node, Node], ...]:
        node = root.get(section)
        return () if node is None else node.pairs or node.items

    def text(self, node: Node, key: str, default: str) -> str:
        value = node.get(key)
        if value is None or (value.kind == "text" and value.text is None):
            return default
        if value.kind != "text":
            self.note(value, (key,), "must be text", f"a {value.kind}")
            return default
        return str(value.text).strip()

    def one_of(self, root: Node, key: str, default: str, known: Sequence[str]) -> str:
        text = self.text(root, key, default)
        if text not in known:
            self.note(root.get(key) or root, (key,), f"must be one of {', '.join(known)}", shown(text))
            return default
        return text

    def grade(self, node: Node, key: str, default: int, path: Sequence[str | int] = ()) -> int:
        text = self.text(node, key, str(default))
        if text not in tuple("123456"):
            self.note(node.get(key) or node, (*path, key), "must be a digit 1 to 6", shown(text))
            return default
        return int(text)

    def count(self, root: Node, key: str, default: int, has: bool) -> int:
        text = self.text(root, key, str(default))
        if key in [k.text for k, _ in root.pairs] and not has:
            self.note(
                root.key(key) or root,
                (key,),
                f"must be left out for {self.importer.name}, which does not tell",
            )
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            self.note(root.get(key) or root, (key,), "must be a whole number, 0 or more", shown(text))
            return default
        return int(text)

    def texts(self, node: Node | None, path: Sequence[str | int]) -> tuple[str, ...]:
        """One text or a list of them."""
        items = () if node is None else node.items if node.kind == "list" else (node,)
        found = []
        for item in items:
            if item.kind != "text" or not (item.text or "").strip():
                self.note(item, path, "must be text", "nothing" if item.kind == "text" else f"a {item.kind}")
            else:
                found.append(str(item.text).strip())
        return tuple(found)

    def actors(self, root: Node, section: str) -> tuple[Actor, ...]:
        node, found = root.get(section), []
        if node is not None and node.kind != "map" and node.text is not None:
            self.note(node, (section,), "must be a mapping, party: what its records look like")
        for key, value in node.pairs if node is not None else ():
            name, path, mark = str(key.text), (section, str(key.text)), Mark(self.file, key.line, key.column)
            self.actor_name(key, name, path, section == "parties")
            fields = self.importer.actor if section == "parties" else self.importer.target
            looks = []
            for look in value.items if value.kind == "list" else (value,):
                looks.append(self.look(look, path, tuple(fields or self.importer.actor), ("why",)))
            found.append(Actor(name, tuple(looks), section == "parties", mark))
        return tuple(found)

    def actor_name(self, key: Node, name: str, path: Sequence[str], acts: bool) -> None:
        if not _NAME.fullmatch(name) or name == ANYBODY:
            self.note(key, path, "must be a name: a letter, then letters, digits, _ or -", shown(name))
        if name in self.names:
            self.note(key, path, "must not appear twice", name, f"first on line {self.names[name].line}")
        self.names[name] = Mark(self.file, key.line, key.column)
        known = [party.name for party in self.case.parties] if self.case else []
        if acts and self.case and name not in known:
            hint = nearest(name, known, "parties") + " (who is only a target belongs into others)"
            self.note(key, path, "must be a party of the case", "", hint)
        if not acts and not self.importer.target:
            self.note(key, path, f"must be left out: {self.importer.name} has no targets")

    def look(
        self, node: Node, path: Sequence[str | int], fields: Sequence[str], more: Sequence[str]
    ) -> tuple[Test, ...]:
        """The tests in a mapping of fields to patterns; `more` are keys that are no fields."""
        if node.kind != "map":
            must = f"must be a mapping of {', '.join(fields)} to patterns, such as {fields[0]}: ABC*"
            self.note(node, path, must, shown(node.text) if node.kind == "text" else f"a {node.kind}")
            return ()
        self.known_keys(node, path, (*fields, *more))
        tests = []
        for key, value in node.pairs:
            if key.text in fields:
                patterns = self.texts(value, (*path, str(key.text)))
                if not patterns:
                    self.note(value, (*path, str(key.text)), "must have a pattern", "nothing")
                tests.append(Test(str(key.text), patterns))
        if not tests:
            self.note(node, path, f"must test one of {', '.join(fields)}")
        return tuple(tests)

    def kinds(self, root: Node, section: str) -> tuple[Kind, ...]:
        node, found = root.get(section), []
        if node is not None and node.kind != "list" and node.text is not None:
            self.note(node, (section,), "must be a list of kinds of event", f"a {node.kind}")
        for place, item in enumerate(node.items if node is not None else ()):
            path = (section, place)
            keys = _KIND_KEYS if section == "kinds" else ("why",)
            look = self.look(item, path, tuple(self.importer.kinds), keys)
            if item.kind != "map":
                continue
            why = self.text(item, "why", "")
            if not why:
                self.note(item, (*path, "why"), "must say why", "nothing", "the reason, in a line")
            mark = Mark(self.file, item.line, item.column)
            if section == "ignore":
                found.append(Kind((look,), "", "", why, (), (), None, None, mark))
            else:
                found += self.choices(item, path, look, (why, mark))
        return tuple(found)

    def choices(
        self, item: Node, path: tuple[str | int, ...], look: tuple[Test, ...], rest: tuple[str, Mark]
    ) -> list[Kind]:
        """One kind for each alternative that an entry names: one `take`, or a `take` for each vote."""
        why, mark = rest
        menu, take, choice = self.text(item, "menu", ""), item.get("take"), self.importer.choice
        if not _NAME.fullmatch(menu):
            self.note(item.get("menu") or item, (*path, "menu"), "must name a menu", shown(menu))
        reading = self.grade(item, "reading", 0, path) if item.get("reading") is not None else None
        by, to = self.listed(item, path, "by"), self.listed(item, path, "to")
        takes: list[tuple[Node, tuple[Test, ...]]] = []
        if take is not None and take.kind == "map" and choice:
            for key, value in take.pairs:
                if key.text not in self.importer.choices:
                    hint = "choices: " + ", ".join(self.importer.choices)
                    self.note(key, (*path, "take", str(key.text)), f"must be a {choice}", "", hint)
                takes.append((value, (*look, Test(choice, (str(key.text),)))))
        else:
            takes.append((take or item, look))
        found = []
        for value, tests in takes:
            name = str(value.text) if value.kind == "text" and value.text else ""
            if not _NAME.fullmatch(name):
                must = "must name the alternative that such an event shows"
                self.note(value, (*path, "take"), must, shown(name))
            pushes = self.pushes(item, path)
            self.in_case(value, path, (menu, name, pushes is not None))
            found.append(Kind((tests,), menu, name, why, by, to, pushes, reading, mark))
        if len(takes) > 1 and item.get("pushes") is not None:
            self.note(item.key("pushes") or item, (*path, "pushes"), "must stand with one alternative")
        return found

    def listed(self, item: Node, path: tuple[str | int, ...], key: str) -> tuple[str, ...]:
        """Names of parties and others, or the one word anybody."""
        node = item.get(key)
        names = self.texts(node, (*path, key))
        if node is None:
            return ()
        if key == "to" and not self.importer.target:
            self.note(node, (*path, key), f"must be left out: {self.importer.name} has no targets")
            return ()
        known = [*self.names, ANYBODY] if key == "to" else [*self.names]
        for name in names:
            if name not in known:
                hint = nearest(name, known, "names")
                self.note(node, (*path, key), "must be names of parties or others", shown(name), hint)
        if ANYBODY in names and len(names) > 1:
            self.note(node, (*path, key), f"must be names, or {ANYBODY} alone", ", ".join(names))
        return names

    def pushes(self, item: Node, path: tuple[str | int, ...]) -> dict[str, str] | None:
        node = item.get("pushes")
        if node is None:
            return None
        if node.kind != "map":
            if node.text is None and node.kind == "text":
                return {}
            self.note(node, (*path, "pushes"), "must be a mapping, goal: push")
            return None
        goals = [goal.name for goal in self.case.goals] if self.case else []
        found = {}
        for key, value in node.pairs:
            at = (*path, "pushes", str(key.text))
            if self.case and key.text not in goals:
                self.note(key, at, "must be a goal of the case", "", nearest(str(key.text), goals, "goals"))
            try:
                settle(read_said(value.text), "push", {})
                found[str(key.text)] = str(value.text)
            except PydanticCustomError as error:
                context = error.context or {}
                self.note(value, at, str(context["must"]), shown(value.text), str(context["hint"]))
        return found

    def in_case(self, node: Node, path: tuple[str | int, ...], said: tuple[str, str, bool]) -> None:
        """A menu is the case's, or every alternative of it carries pushes."""
        menu, take, pushed = said
        if self.case is None:
            return
        alternatives = {m.name: tuple(m.alternatives) for m in self.case.menus}
        if menu not in alternatives and not pushed:
            hint = nearest(menu, alternatives, "menus") + ", or give pushes and the menu is written"
            self.note(node, (*path, "menu"), "must be a menu of the case", shown(menu), hint)
        elif menu in alternatives and take not in alternatives[menu]:
            hint = nearest(take, alternatives[menu], "alternatives")
            self.note(node, (*path, "take"), f"must be an alternative of menu {menu}", shown(take), hint)
