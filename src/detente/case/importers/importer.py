"""What a reader of coded events is: the contract that every format of this folder fulfils."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def names(text: str) -> tuple[str, ...]:
    """Names of columns, written with blanks between them.

    >>> names("id day")
    ('id', 'day')
    """
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Field:
    """What patterns of a mapping look at: a column, or its `first` signs only (0 = all of it).

    `exact`: a code, compared sign by sign ("03" is not "3"); otherwise letters of either case are alike.
    """

    column: str
    exact: bool = False
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One format of coded events or roll calls: which columns say who did what to whom, and when.

    `name`: short, as typed. `about`: one sentence, what it is and what not to read into it. `source`: where
    the columns are published. `layouts`: columns of files without a header, told apart by their number;
    files with a header are read by its names, in any order and with others between them. `delimiter`: of
    files without a header. `key`: the columns that name a record together, rows alike in them count once;
    a layout that lacks one of them has no key. `number_key`: the key is one whole number. `day`: the column
    of the date, written as one of `day_forms` (strptime). `known`: the column that says when the record
    became known, "" where none does. `actor`, `target`, `kinds`: what patterns may look at; no targets =
    acts without an addressee. `told`: the kind by which rows that are not mapped are told. `choice`: the
    kind that is the actor's choice, one of `choices`, where every record is an occasion to choose.
    `happening`: the columns that name one occasion shared by many actors; default the key. `title`
    of an occasion stands in `wording`. `session`: column and regular expression of a period of its own.
    `sources`, `mentions`: columns that count them. `mention_layout`: columns of files that tell who reported
    which record, key and reporter in `mention_columns`. `reliability`, `reported`: grades that fit the data.
    """

    name: str
    title: str
    publisher: str
    about: str
    source: str
    layouts: tuple[tuple[str, ...], ...]
    delimiter: str
    key: tuple[str, ...]
    day: str
    day_forms: tuple[str, ...]
    actor: Mapping[str, Field]
    kinds: Mapping[str, Field]
    told: str
    target: Mapping[str, Field]
    number_key: bool = False
    known: str = ""
    known_forms: tuple[str, ...] = ()
    choice: str = ""
    choices: tuple[str, ...] = ()
    happening: tuple[str, ...] = ()
    wording: str = ""
    session: tuple[str, str] | None = None
    sources: str = ""
    mentions: str = ""
    mention_layout: tuple[str, ...] = ()
    mention_columns: tuple[str, str] = ("", "")
    reliability: str = "C"
    reported: int = 3

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that some layout has, the longest layout first."""
        longest_first = sorted(self.layouts, key=len, reverse=True)
        return tuple(dict.fromkeys(name for layout in longest_first for name in layout))
