"""The record: sources, events and how they are read (codings), from their three CSV files."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from detente.case.desk import PLURAL, Names, article
from detente.case.model import Event, Mark, Source
from detente.case.problems import nearest, shown
from detente.case.table import Row
from detente.errors import Problem

SOURCE_COLUMNS = ("id", "publisher", "title", "date", "url", "reliability", "note")
EVENT_COLUMNS = ("id", "happened", "known_on", "text", "sources", "reported", "origin", "theatre", "note")
CODING_COLUMNS = (
    "id",
    "event",
    "kind",
    "by",
    "to",
    "about",
    "value",
    "reading",
    "content",
    "seen",
    "known_on",
    "note",
)
OPTIONAL_CODING_COLUMNS = ("among", "occasion")

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)
MAX_PROBLEMS = 1_000
DATE_HINT = "write 2016-07-14, or 2016-07 for the end of that month"


Ids = Mapping[str, None] | None
"""Known ids in order, None where the table that defines them could not be read whole."""


@dataclass(slots=True)
class Reading:
    """What reading a table needs and collects: the case's names, the rows' problems."""

    names: Names
    problems: list[Problem]
    whole: bool = True

    def known(self, row: Row, column: str, name: str, kind: str) -> bool:
        """Whether `name` is a known name of that kind; tells the problem if not."""
        known = self.names.get(kind)
        if name in known:
            return True
        if known or self.whole:
            hint = nearest(name, known, PLURAL[kind])
            self.problems.append(row.wrong(column, f"must be {article(kind)} of the case", hint))
        return False


def read_day(text: str) -> date | None:
    """A day; `2016-07` means the last day of that month and `2016` of that year: by then it was known.

    >>> read_day("2016-02")
    datetime.date(2016, 2, 29)
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _YEAR.fullmatch(text):
            return date(int(text), 12, 31)
        if match := _MONTH.fullmatch(text):
            year, month = int(match[1]), int(match[2])
            return date(year, month, monthrange(year, month)[1])
    except ValueError:
        pass
    return None


def read_moment(text: str) -> datetime | None:
    """A moment in UTC, also where no zone is written; a day stands for its end, a month for the end of its
    last day.

    >>> read_moment("2016-07-14T22:30+02:00")
    datetime.datetime(2016, 7, 14, 20, 30, tzinfo=datetime.timezone.utc)
    """
    day = read_day(text)
    if day is not None:
        return datetime.combine(day, time(23, 59, 59), UTC)
    try:
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    return None


def split_ids(text: str) -> tuple[str, ...]:
    """Names separated by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def read_sources(rows: Sequence[Row], problems: list[Problem]) -> tuple[Source, ...]:
    """Sources; `known_on` None where no date is given."""
    found = []
    for row in rows:
        if len(problems) > MAX_PROBLEMS:
            break
        cells = row.cells
        known_on = read_day(cells["date"]) if cells["date"] else None
        if cells["date"] and known_on is None:
            problems.append(row.wrong("date", "must be a date or empty", DATE_HINT))
        if cells["reliability"] not in tuple("ABCDEF"):
            problems.append(row.wrong("reliability", "must be a letter A to F", "F = cannot be judged"))
            continue
        found.append(
            Source(
                cells["id"],
                cells["publisher"],
                cells["title"],
                known_on,
                cells["url"],
                cells["reliability"],
                cells["note"],
                Mark(row.file, row.line, 1),
            )
        )
    return tuple(found)


def read_events(
    rows: Sequence[Row], sources: Sequence[Source], ids: Ids, problems: list[Problem]
) -> tuple[Event, ...]:
    """Events; an empty `known_on` is the date of the earliest dated source, never before the event.
    `ids`: every source id on file, including those of rows that are themselves wrong; None = the
    source table is torn, nobody can say."""
    dated = {source.id: source.known_on for source in sources}
    found = []
    for row in rows:
        if len(problems) > MAX_PROBLEMS:
            break
        event = _event(row, dated, ids, problems)
        found += [event] if event is not None else []
    return tuple(found)


def _event(row: Row, dated: dict[str, date | None], ids: Ids, problems: list[Problem]) -> Event | None:
    cells = row.cells
    happened = read_moment(cells["happened"])
    sources = split_ids(cells["sources"])
    for name in sources:
        if ids is not None and name not in ids:
            hint = nearest(name, ids, "sources")
            problems.append(
                Problem(
                    row.file,
                    row.line,
                    0,
                    shown(f"{cells['id']}.sources"),
                    "must be ids of sources.csv",
                    shown(name),
                    hint,
                )
            )
    reported = read_grade(row, "reported", problems)
    if happened is None:
        problems.append(row.wrong("happened", "must be a date or a moment", DATE_HINT))
        return None
    known_on = read_day(cells["known_on"]) if cells["known_on"] else _default_known(happened, sources, dated)
    if known_on is None:
        problems.append(row.wrong("known_on", "must be a date or empty", DATE_HINT))
        return None
    if known_on < happened.date() and cells["known_on"]:
        problems.append(row.wrong("known_on", f"must not be before it happened ({happened.date()})"))
    return Event(
        cells["id"],
        happened,
        known_on,
        cells["text"],
        sources,
        reported,
        cells["origin"] or cells["id"],
        cells["theatre"],
        cells["note"],
        Mark(row.file, row.line, 1),
    )


def _default_known(happened: datetime, sources: Sequence[str], dated: dict[str, date | None]) -> date:
    days = [day for name in sources if (day := dated.get(name)) is not None]
    return max(min(days), happened.date()) if days else happened.date()


def read_grade(row: Row, column: str, problems: list[Problem], default: int | None = None) -> int:
    """A digit 1..6; 6 where it cannot be read."""
    text = row.cells[column]
    if not text and default is not None:
        return default
    if text not in tuple("123456"):
        problems.append(row.wrong(column, "must be a digit 1 to 6", "6 = cannot be judged"))
        return 6
    return int(text)
