"""Everything that can be wrong, in one tree.

    DetenteError                  base: shown to the user without a traceback, exit code 2
    ├── CaseError                 a case cannot be read; carries every Problem found
    ├── InputError                an argument (command line or call) is wrong
    └── InferenceError            the numbers of an inference are not fit to be reported

A message says where, what must be, what was got and what to try.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong (or suspicious) in one place of one file.

    `severity` is "error" (the case does not load) or "notice" (legal, but look at it).
    `line` and `column` count from 1; 0 means "the file as a whole".
    """

    file: str
    line: int
    column: int
    key: str
    must: str
    got: str = ""
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """`file:line key must …, got …; hint`."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        key = f" {self.key}" if self.key else ""
        got = f", got {self.got}" if self.got else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}{key} {self.must}{got}{hint}"


class DetenteError(Exception):
    """Base of every error that is the input's fault."""


class InputError(DetenteError):
    """An argument is wrong; the message says where, must, got, try."""


class InferenceError(DetenteError):
    """An inference did not reach the quality that its result would claim."""


class CaseError(DetenteError):
    """A case cannot be read; `problems` holds all that was found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))
