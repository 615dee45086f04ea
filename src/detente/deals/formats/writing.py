"""What every format of plain utilities must refuse: whatever of a space is more than a sum per party."""

from __future__ import annotations

import re

import numpy as np

from detente.deals.space import DealSpace, FloatArray, TableFactor
from detente.errors import InputError

_FILE_NAME = re.compile(r"[^\x00-\x1f/\\:*?\"<>|]{1,100}")


def require_plain(space: DealSpace, title: str) -> None:
    """Raise InputError naming everything of a space that a format of issues, utilities and reservation
    values cannot hold: rules, consents, parties not at the table, margins, stakes, forbidden packages.

    Draws of an ensemble and the status quo are not refused: what is written is the mean, and no deal by
    its worth.
    """
    kept = {
        "bodies": space.bodies,
        "consents": space.consents,
        "deliveries": space.deliveries,
        "options that lapse": space.keeps,
        "conditions": space.conditions,
        "forbidden packages": space.forbid,
    }
    lost = [f"{what} ({len(rules)})" for what, rules in kept.items() if rules]
    if sorted(space.table) != list(range(len(space.parties))):
        away = [name for p, name in enumerate(space.parties) if p not in space.table]
        lost.append(f"parties not at the table ({', '.join(away)})")
    if space.margin.any():
        lost.append("margins")
    if not (space.stakes == 1).all():
        lost.append("stakes")
    if lost:
        raise InputError(f"{title} cannot hold {', '.join(lost)}; try the format of detente itself")


def require_names(space: DealSpace, title: str) -> None:
    """Raise InputError for names that would not come back as they are: with blanks around them, control
    characters, or twice; and for party names that cannot be names of files."""
    wrong = []
    groups = [space.issues, space.parties, *space.options]
    for names in groups:
        wrong += [name for name in names if name != name.strip() or not name.isprintable() or not name]
        wrong += sorted({name for name in names if list(names).count(name) > 1})
    folded = [name.casefold() for name in space.parties]
    wrong += [name for name in space.parties if folded.count(name.casefold()) > 1]
    wrong += [name for name in space.parties if not _FILE_NAME.fullmatch(name) or name.startswith(".")]
    if wrong:
        told = ", ".join(repr(name) for name in list(dict.fromkeys(wrong))[:5])
        raise InputError(f"{title} needs plain names, each once, got {told}; rename them")


def additive_tables(space: DealSpace, party: int) -> list[FloatArray] | None:
    """Per issue the (options,) points of one party, where its utility is a sum over issues; None where
    parts over several issues or a constant are left."""
    total = [np.zeros(size) for size in space.sizes]
    for factor in space.factors:
        if isinstance(factor, TableFactor) and len(factor.scope) == 1:
            total[factor.scope[0]] += factor.table[:, party]
        elif isinstance(factor, TableFactor) and factor.table[..., party].any():
            return None
        elif not isinstance(factor, TableFactor) and factor.value[party]:
            if len(factor.scope) != 1:
                return None
            total[factor.scope[0]][factor.low[0] : factor.high[0] + 1] += factor.value[party]
    return total
