"""The acceptance game of a small space as a strategic game for Gambit (.nfg): written, never read.

Each party at the table names one package or "no deal", all at once. If all name the same package, it is
agreed, else there is no deal; payoffs are utilities. A demand game as in Nash (1953), over packages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.deals.brute import count_packages, list_packages
from detente.deals.formats.format import Format
from detente.deals.formats.plain_text import write_text
from detente.deals.nearby import obstacles
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError

IntArray = NDArray[np.int64]

MOST_PACKAGES = 10_000
"""Packages that are looked at."""

MOST_PROFILES = 1_000_000
"""Combinations of what the parties name."""

NO_DEAL = "no deal"


def write_nfg(space: DealSpace, path: Path) -> tuple[Path, ...]:
    """Write the acceptance game in the outcome version of Gambit's format, NFG 1.

    Strategies are the packages that nobody but the table itself can stop (not forbidden, conditions
    kept, consents and keeping from outside the table given) and "no deal". The parties at the table are
    the players; whoever else needs a package decides by the rules, not as a player. Raises InputError
    beyond 10,000 packages or 1,000,000 combinations of strategies. Cost: combinations.
    """
    total = count_packages(space)
    if total > MOST_PACKAGES:
        raise InputError(f"a game must have at most {MOST_PACKAGES:,} packages, got {total:.3g}")
    rows = open_packages(space)
    strategies, players = len(rows) + 1, len(space.table)
    if strategies**players > MOST_PROFILES:
        raise InputError(
            f"a game must have at most {MOST_PROFILES:,} combinations of strategies, got "
            f"{strategies}^{players}; forbid packages, or seat fewer parties"
        )
    return (write_text(path, game_text(space, rows)),)


def open_packages(space: DealSpace) -> IntArray:
    """(k, issues) the packages that only a party at the table can refuse. Cost: listing all packages."""
    kept = []
    for rows in list_packages(space):
        stands = obstacles(space, rows)
        outside = [k for k in range(len(stands.labels)) if k not in space.table]
        kept.append(rows[~stands.impossible & ~stands.hit[:, outside].any(axis=1)])
    return np.concatenate(kept)


def game_text(space: DealSpace, packages: IntArray) -> str:
    """The game in which the table names one of `packages` (k, issues), or no deal."""
    players = labels([space.parties[p] for p in space.table])
    names = labels([NO_DEAL, *(_name(space, row) for row in packages.tolist())])
    names = [*names[1:], names[0]]
    strategies = "{ " + " ".join(map(_quoted, names)) + " }"
    table = list(space.table)
    worth = [*utilities(space, packages)[:, table].tolist(), space.no_deal[table].tolist()]
    lines = [
        f"NFG 1 R {_quoted('Acceptance game: all name one package, or there is no deal')}",
        "{ " + " ".join(map(_quoted, players)) + " }",
        "",
        "{ " + "\n".join([strategies] * len(players)),
        "}",
        _quoted("Payoffs are utilities"),
        "",
        "{",
        *(
            f"{{ {_quoted(name)} {', '.join(map(_decimal, points))} }}"
            for name, points in zip(names, worth, strict=True)
        ),
        "}",
        _outcomes(len(packages), len(players)),
    ]
    return "\n".join(lines) + "\n"


def _outcomes(packages: int, players: int) -> str:
    """The outcome's number for each combination, the first player's strategies changing fastest."""
    none = packages + 1
    found = []
    for others in product(range(none), repeat=players - 1):
        row = [none] * none
        if len(set(others)) == 1 and others[0] < packages:
            row[others[0]] = others[0] + 1
        elif not others:
            row = list(range(1, none + 1))
        found.append(" ".join(map(str, row)))
    return "\n".join(found)


def _name(space: DealSpace, row: Sequence[int]) -> str:
    return ", ".join(f"{i}={names[o]}" for i, names, o in zip(space.issues, space.options, row, strict=True))


def labels(names: Sequence[str]) -> list[str]:
    """Labels that Gambit takes, each once: printable ASCII with single blanks. Accents go, what has no
    plain letter becomes a question mark, a backslash a slash; equal labels are numbered.

    >>> labels(["Çay  – a", "Cay ? a", 'the "b"'])
    ['Cay ? a', 'Cay ? a (2)', 'the "b"']
    """
    taken: dict[str, int] = {}
    found = []
    for name in names:
        bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
        ascii_ = "".join(c if " " <= c <= "~" else " " if c.isspace() else "?" for c in bare)
        label = plain = " ".join(ascii_.replace("\\", "/").split()) or "?"
        while label in taken:
            taken[plain] += 1
            label = f"{plain} ({taken[plain]})"
        taken[label] = 1
        found.append(label)
    return found


def _quoted(label: str) -> str:
    escaped = label.replace('"', '\\"')
    return f'"{escaped}"'


def _decimal(value: float) -> str:
    """A number without an exponent, exactly as it would be read back.

    >>> _decimal(1e-7), _decimal(2.0)
    ('0.0000001', '2')
    """
    if not np.isfinite(value):
        raise InputError("utilities must be finite numbers to be payoffs")
    return format(Decimal(repr(float(value)).removesuffix(".0")), "f")


FORMAT = Format(
    name="nfg",
    title="Gambit strategic game (.nfg)",
    about="The acceptance game of the table over a small space; consents outside it and rules are built in.",
    source="Gambit 16, game representation formats (https://gambitproject.readthedocs.io)",
    recognises=lambda path: False,
    read=None,
    write=write_nfg,
    extension=".nfg",
)
