"""The mapping that an analyst writes: which actors are which party, which kinds of event are which choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detente.case.model import Mark

ANYBODY = "anybody"
PERIODS = ("month", "year", "session", "each")


@dataclass(frozen=True, slots=True)
class Test:
    """One field and the patterns of which one must fit; `*` stands for any signs."""

    field: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """What records of a party look like: every test of one of the `looks` holds. `acts`: a party whose acts
    count; otherwise only a target of others."""

    name: str
    looks: tuple[tuple[Test, ...], ...]
    acts: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event and the choice that it shows.

    `looks` like those of an actor. `menu` and `take` empty: known and left out on purpose. `by`: parties that
    it speaks about, empty = all. `to`: targets, empty = any that is mapped, ("anybody",) = mapped or not.
    `pushes`: what the alternative pushes, as text of the case format, where the menu is to be generated.
    `reading`: grade of the coding, None = that of the mapping.
    """

    looks: tuple[tuple[Test, ...], ...]
    menu: str
    take: str
    why: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    pushes: Mapping[str, str] | None
    reading: int | None
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMapping:
    """A mapping file as a value; see docs/how-to/import-events.md for its keys.

    `actors` and `kinds` in the order of the file: the first that fits counts. `rest`: what a mapping says
    of the source (`id`, `publisher`, `title`, `url`, `date`, `reliability`), defaults filled in.
    `known_within`: days from the event to its report, later reports are left out. `at_least_sources`: 0 = no
    such limit.
    """

    file: str
    source: Mapping[str, str]
    reported: int
    reading: int
    per: str
    known_within: int
    at_least_sources: int
    actors: tuple[Actor, ...]
    kinds: tuple[Kind, ...]

    @property
    def fields(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names of fields that tests of actors and of kinds use."""
        actors = {test.field for actor in self.actors for look in actor.looks for test in look}
        kinds = {test.field for kind in self.kinds for look in kind.looks for test in look}
        return frozenset(actors), frozenset(kinds)
