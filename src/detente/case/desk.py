"""What the compile steps share: the names of the case, the tree for line numbers, the problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic_core import PydanticCustomError

from detente.case.form import Judged
from detente.case.model import Grounds, Mark, Pattern, Quantity
from detente.case.nodes import Node, problem_at
from detente.case.notation import Said, settle
from detente.case.problems import Path, key_text, nearest, shown
from detente.errors import Problem

T = TypeVar("T")

_SECTIONS = {
    "party": "parties",
    "body": "bodies",
    "goal": "goals",
    "issue": "issues",
    "task": "tasks",
    "measure": "measures",
    "lever": "levers",
    "menu": "menus",
    "audience": "audiences",
    "delay": "delays",
    "period": "periods",
    "proposal": "proposals",
    "shock": "shocks",
}


@dataclass(slots=True)
class Names:
    """Every name that the case defines, read from the raw tree: a definition that is itself wrong
    still counts as a name, so that one mistake is told once."""

    known: Mapping[str, tuple[str, ...]]
    options: Mapping[str, tuple[str, ...]]
    flags: frozenset[str]
    flag_of: Mapping[str, str]
    records: frozenset[str] = frozenset()
    records_whole: bool = True

    @classmethod
    def of(cls, root: Node) -> Names:
        """The names in a tree."""
        known = {kind: _keys(root.get(section)) for kind, section in _SECTIONS.items()}
        options, flag_of = {}, {}
        for issue in known["issue"]:
            node, steps = root.locate(("issues", issue, "options"))
            options[issue] = _keys(node) if steps == 3 else ()
        for party in known["party"]:
            flag, steps = root.locate(("parties", party, "flag"))
            flag_of[party] = flag.text if steps == 3 and flag.text else party
        return cls(known, options, frozenset(flag_of.values()), flag_of)

    def get(self, kind: str) -> tuple[str, ...]:
        """Known names of a kind; "consenter" = parties and bodies, "contributor" = parties and flags."""
        if kind == "consenter":
            return self.known["party"] + self.known["body"]
        if kind == "contributor":
            return tuple(dict.fromkeys([*self.known["party"], *sorted(self.flags)]))
        return self.known[kind]


def _keys(node: Node | None) -> tuple[str, ...]:
    return tuple(str(key.text) for key, _ in node.pairs) if node is not None else ()


PLURAL = {**_SECTIONS, "consenter": "parties and bodies", "contributor": "parties and flags"}


def article(kind: str) -> str:
    """A kind of name with its article."""
    words = {"consenter": "party or body", "contributor": "party or flag"}.get(kind, kind)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


@dataclass(slots=True)
class Desk:
    """The compile steps' shared table. `broken`: keys of what was
    cut out of the file because it is itself wrong."""

    root: Node
    file: str
    names: Names
    scale: Mapping[str, Quantity] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: frozenset[str] = frozenset()

    def note(self, path: Path, must: str, got: str = "", hint: str = "", *, severity: str = "error") -> None:
        """Put a problem at a key path on the list."""
        self.problems.append(problem_at(self.root, self.file, path, (must, got, hint), severity=severity))

    def intact(self, path: Path) -> bool:
        """Whether nothing at or below a key path was cut out, so that it can be judged as a whole."""
        key = key_text(path)
        return not any(gone == key or gone.startswith((key + ".", key + "[")) for gone in self.broken)

    def mark(self, path: Path) -> Mark:
        """Where a key path stands."""
        node, _ = self.root.locate(path)
        return Mark(self.file, node.line, node.column)

    def known(self, kind: str, name: str, path: Path) -> bool:
        """Whether `name` is a known name of that kind; puts a problem with the nearest name if not."""
        names = self.names.get(kind)
        if name in names:
            return True
        if names or not self.broken:
            must = f"must be {article(kind)} of the case"
            self.note(path, must, shown(name), nearest(name, names, PLURAL[kind]))
        return False

    def quantity(self, said: Said, path: Path, kind: str, die: str = "") -> Quantity | None:
        """A settled quantity with its key path, mark and die (default: its own path)."""
        try:
            found = settle(said, kind, self.scale)
        except PydanticCustomError as error:
            context = error.context or {}
            self.note(
                path, str(context["must"]), str(context.get("got") or shown(said.text)), str(context["hint"])
            )
            return None
        if found.of is not None and not self.reference(found.of, path):
            return None
        own = key_text(path)
        return replace(found, die=die or own, path=own, mark=self.mark(path))

    def number(self, said: Said, path: Path, kind: str, die: str = "") -> Quantity | None:
        """A quantity where a contribution makes no sense."""
        if said.of is not None:
            hint = "contributions stand in the effects of an option and in delivers"
            self.note(path, "must be a number, not a contribution", shown(said.text), hint)
            return None
        return self.quantity(said, path, kind, die)

    def reference(self, name: str, path: Path) -> bool:
        """Whether "contributor.task" is known and the case says what that contributor brings."""
        contributor, task = name.split(".")
        if not (self.known("contributor", contributor, path) and self.known("task", task, path)):
            return False
        if self.root.locate(("contributions", contributor, task))[1] == 3:
            return True
        written = _keys(self.root.get("contributions"))
        all_names = [f"{c}.{t}" for c in written for t in _keys(self.root.locate(("contributions", c))[0])]
        self.note(
            path,
            "must name a contribution that the case states",
            shown(name),
            nearest(name, all_names, "contributions"),
        )
        return False

    def effects(self, said: Mapping[str, Said], path: Path, kind: str = "points") -> dict[str, Quantity]:
        """Goal → quantity; each with its own die."""
        found = {}
        for goal, value in said.items():
            at = (*path, goal)
            if self.known("goal", goal, at) and (quantity := self.number(value, at, kind)) is not None:
                found[goal] = quantity
        return found

    def grounds(self, form: Judged, path: Path) -> Grounds:
        """Why, sources and day of a judged thing; unknown source ids are problems."""
        for position, name in enumerate(form.src):
            if name not in self.names.records and self.names.records_whole:
                at: Path = (*path, "src", position)
                self.note(
                    at if self.root.locate(at)[1] == len(at) else (*path, "src"),
                    "must be the id of a source, event or coding",
                    shown(name),
                    nearest(name, sorted(self.names.records), "ids"),
                )
        return Grounds(form.why.strip(), tuple(form.src), form.judged_on)

    def options(self, issue: str, said: str, path: Path) -> tuple[int, ...]:
        """Option indices of `name`, `name+` or `a..b`; empty with a problem where it is none of these."""
        names = self.names.options.get(issue, ())
        text = said.strip()
        low, dots, high = text.partition("..")
        ends = [low.strip(), high.strip()] if dots else [text.removesuffix("+")]
        for end in ends:
            if end not in names:
                self.note(path, f"must be an option of {issue}", shown(end), nearest(end, names, "options"))
                return ()
        first = names.index(ends[0])
        if dots:
            last = names.index(ends[1])
            if last < first:
                self.note(path, "must name the lower rung first", shown(text), f"write {ends[1]}..{ends[0]}")
            return tuple(range(first, last + 1))
        return tuple(range(first, len(names))) if text.endswith("+") else (first,)

    def choices(self, issue: str, said: Sequence[str], path: Path) -> tuple[int, ...]:
        """The union of several option notations, ascending."""
        found: set[int] = set()
        for text in said:
            found.update(self.options(issue, text, path))
        return tuple(sorted(found))

    def pattern(self, said: Mapping[str, Sequence[str]], path: Path) -> Pattern:
        """Issue → options; unknown issues and options are problems."""
        found = {}
        if not said:
            self.note(path, "must name at least one issue and option", "nothing")
        for issue, texts in said.items():
            if self.known("issue", issue, (*path, issue)):
                found[issue] = self.choices(issue, texts, (*path, issue))
        return found

    def entries(self, said: Sequence[T | None], section: str) -> Iterator[tuple[Path, T]]:
        """The entries of a top-level list with their paths; gaps are skipped, empty ones told."""
        for position, entry in enumerate(said):
            at: Path = (section, position)
            if entry is not None:
                yield at, entry
            elif self.intact(at):
                self.note(at, "must not be empty")

    def each_known(self, kind: str, names: Iterable[str], path: Path) -> tuple[str, ...]:
        """The known ones of a list of names; the others become problems."""
        out = []
        for position, name in enumerate(names):
            at = (*path, position)
            if self.known(kind, name, at if self.root.locate(at)[1] == len(at) else path):
                out.append(name)
        return tuple(out)
