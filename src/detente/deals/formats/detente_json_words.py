"""Names or numbers: how a file of detente's own says which issue, option, party or body is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FORMAT_TYPE = "detente.DealSpace"


@dataclass(frozen=True, slots=True)
class Words:
    """The names of a space. Consenters are parties, then bodies.

    >>> Words(("a", "a"), (("x",), ("x",)), ("we",), ()).issue(1)
    1
    """

    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    bodies: tuple[str, ...]

    @property
    def consenters(self) -> tuple[str, ...]:
        """Names by consenter index."""
        return self.parties + self.bodies

    def issue(self, index: int) -> str | int:
        """How a file names an issue."""
        return _word(self.issues, index)

    def option(self, issue: int, index: int) -> str | int:
        """How a file names an option of an issue."""
        return _word(self.options[issue], index)

    def party(self, index: int) -> str | int:
        """How a file names a party."""
        return _word(self.parties, index)

    def consenter(self, index: int) -> str | int:
        """How a file names a party or body that consents."""
        return _word(self.consenters, index)


def _word(names: Sequence[str], index: int) -> str | int:
    """The name where it is the only one of its kind, else the number."""
    name = names[index]
    return name if names.count(name) == 1 else int(index)
