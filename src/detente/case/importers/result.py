"""What an import found, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Records of one actor, target, menu and period, counted by alternative.

    `to`: "" = nobody or not mapped. `period`: 2016-07, 2016, a session, or the occasion itself. `happened`:
    day of the last record; `known_on`: day by which the last of them was known. `counts`: alternative and
    number of records, by name. `reading`: the weakest grade of the kinds counted. `mentions`, `sources`: sums
    over the records, 0 where the data do not tell. `size`: independent choices that the counts stand for.
    """

    period: str
    by: str
    to: str
    menu: str
    happened: date
    known_on: date
    counts: tuple[tuple[str, int], ...]
    reading: int
    mentions: int
    sources: int
    size: float
    wording: str = ""

    @property
    def records(self) -> int:
        """How many records were counted."""
        return sum(number for _, number in self.counts)


@dataclass(frozen=True, slots=True)
class Left:
    """Rows left out for one reason: how many, how many different values, and the most frequent of them."""

    reason: str
    rows: int
    values: int
    top: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything that one import found; rows = counted + the sum of all that was left out.

    `sources`, `events`, `codings`: rows of the three tables of a case, column → cell. `menus`: menu → YAML of
    its entry in a case file, for menus of which the mapping gives pushes. `left`: what was left out, by
    reason, nothing for reasons that left nothing out. `digest`: of the groups alone, the same for the same
    data and meaning. `rho`: with which sizes were reckoned.
    """

    format: str
    source: str
    rows: int
    counted: int
    files: tuple[str, ...]
    left: tuple[Left, ...]
    groups: tuple[Group, ...]
    sources: tuple[Mapping[str, str], ...]
    events: tuple[Mapping[str, str], ...]
    codings: tuple[Mapping[str, str], ...]
    menus: Mapping[str, str]
    notes: tuple[str, ...]
    digest: str
    rho: float

    @property
    def size(self) -> float:
        """Independent choices that all counts stand for together."""
        return sum(group.size for group in self.groups)
