"""What the pages of an outcome-space file say, as one object of plain values: JSON as it is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from detente.deals.brute import count_packages
from detente.deals.explanation import explain
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.hold import check_hold
from detente.deals.nearby import Change
from detente.deals.price import price_move
from detente.deals.solutions.choosing import solve
from detente.deals.space import (
    BoxFactor,
    DealSpace,
    FloatArray,
    IntArray,
    TableFactor,
    gains,
    index_of,
    utilities,
)
from detente.deals.zopa import find_zopa
from detente.errors import InputError

CONCEPTS = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")
DETECTION, FALSE_ALARM = 0.8, 0.05
"""Chances per period that a breach is seen and that one is seen wrongly, as in cases that say nothing."""

Facts = dict[str, Any]
Say = Callable[[str], None]


def describe_space(space: DealSpace) -> Facts:
    """What a space consists of: parties with reservation values, issues, packages, factors by kind, rules.

    Cost: linear in the space.
    """
    tables = [f for f in space.factors if isinstance(f, TableFactor)]
    kinds = {
        "points per option": sum(len(f.scope) <= 1 for f in tables),
        "links by table": sum(len(f.scope) > 1 for f in tables),
        "links by range": sum(isinstance(f, BoxFactor) for f in space.factors),
    }
    rules = {
        name: len(getattr(space, name))
        for name in ("bodies", "consents", "deliveries", "keeps", "conditions", "forbid")
    }
    caps = np.full(len(space.parties), np.inf) if space.cap is None else space.cap
    return {
        "parties": [
            {
                "name": name,
                "at_table": p in space.table,
                "no_deal": float(space.no_deal[p]),
                "cap": _number(float(caps[p])),
            }
            for p, name in enumerate(space.parties)
        ],
        "issues": [
            {"name": name, "options": list(o)} for name, o in zip(space.issues, space.options, strict=True)
        ],
        "packages": count_packages(space),
        "factors": {kind: count for kind, count in kinds.items() if count},
        "widest_link": max((len(f.scope) for f in space.factors), default=0),
        "rules": {kind: count for kind, count in rules.items() if count},
        "status_quo": bool((space.no_deal_package >= 0).all()),
    }


def frontier_facts(space: DealSpace, frontier: Frontier) -> Facts:
    """The frontier, the zone of agreement and the solutions. Cost: the solutions; where the zone is
    empty, what `find_zopa` takes to say who closes it."""
    zone = find_zopa(space, frontier)
    return {
        "frontier": {
            "status": frontier.status,
            "epsilon": _number(frontier.epsilon),
            "engine": frontier.engine,
            "points": [
                {**_package_facts(space, row), "packages": int(many)}
                for row, many in zip(frontier.packages, frontier.multiplicity, strict=True)
            ],
        },
        "zone": {
            "exists": zone.exists,
            "packages_on_the_frontier": zone.count,
            "most": {space.parties[p]: _number(float(zone.best[p])) for p in space.table},
            "opened_by": [{"kind": o.kind, "name": o.name} for o in zone.openers],
        },
        "solutions": [_solution(space, frontier, concept) for concept in CONCEPTS],
    }


def why_facts(space: DealSpace, package: IntArray, frontier: Frontier) -> Facts:
    """Who accepts and who refuses a package, what would have to give, and what lives nearby."""
    found = explain(space, package, frontier=frontier)
    return {
        "accepted": found.acceptance.ok,
        "refusals": [
            {"party": r.party, "gain": _number(r.gain), "needs": r.margin, "why": r.why, "detail": r.detail}
            for r in found.acceptance.refusals
        ],
        "says": [
            {
                "party": s.consenter,
                "role": s.role,
                "options": list(s.options),
                "gain": _number(s.gain),
                "needs": _number(s.bar),
                "manner": s.manner,
            }
            for s in found.says
        ],
        "would_do": [
            {"drop": [list(o) for o in c.drop], "changes": _changes(c.changes)} for c in found.corrections
        ],
        "nearest": [
            {"changes": _changes(n.changes), **_package_facts(space, n.package)} for n in found.nearest
        ],
        "nearest_proven": found.nearest_proven,
        "opened_by": [{"kind": o.kind, "name": o.name} for o in found.openers],
    }


def price_facts(space: DealSpace, package: IntArray, issue: str | None) -> Facts:
    """What each move on one issue (default: the one that matters most to the table) costs each party at
    the table, and the smallest step elsewhere that makes it whole."""
    chosen = _dearest(space, package) if issue is None else issue
    i = index_of(chosen, space.issues, "issue")
    moves = []
    for o, option in enumerate(space.options[i]):
        if o == int(package[i]):
            continue
        prices = [
            price_move(space, party=space.parties[p], issue=chosen, to=option, at=package)
            for p in space.table
        ]
        costs = []
        for price in prices:
            made = sorted(
                (m for m in price.makers if m.option is not None), key=lambda m: (m.rungs, -m.surplus)
            )
            cheap = made[0] if made and price.points > 0 else None
            costs.append(
                {
                    "party": price.party,
                    "points": price.points,
                    "made_whole_by": None
                    if cheap is None
                    else {"issue": cheap.issue, "option": cheap.option},
                }
            )
        moves.append({"to": option, "costs": costs})
    return {"issue": chosen, "from": space.options[i][int(package[i])], "moves": moves}


def hold_facts(space: DealSpace, package: IntArray) -> Facts:
    """Whether a package would be kept, by those who carry it out; None where the space says nothing of it."""
    if not space.deliveries:
        return {"verdict": None, "deliverers": [], "spoilers": []}
    found = check_hold(space, package, detection=DETECTION, false_alarm=FALSE_ALARM)
    return {
        "verdict": found.verdict,
        "delta_star": _number(found.delta_star),
        "detection": DETECTION,
        "false_alarm": FALSE_ALARM,
        "deliverers": [
            {
                "party": d.party,
                "delivers": list(d.delivers),
                "defects": list(d.defects),
                "temptation": d.temptation,
                "loss": d.loss,
                "punishers": list(d.punishers),
                "delta_star": _number(d.delta_star),
                "verdict": d.verdict,
            }
            for d in found.deliverers
        ],
        "spoilers": [{"party": s.party, "gain": s.gain} for s in found.spoilers],
    }


def gather(
    path: Path,
    space: DealSpace,
    *,
    package: str | None = None,
    issue: str | None = None,
    say: Say | None = None,
) -> Facts:
    """All that the pages of a space file say: `format` 1, `file`, `space`, `frontier`, `zone`, `solutions`,
    `package`, `why`, `price`, `hold`.

    `package`: "issue=option,…"; default the Nash solution, and where nothing is acceptable the package that
    is best for the worst off at the table among those listed first by name. `say` is told the progress.
    Raises InputError for unknown names. Cost: the frontier, then `explain` of one package.
    """
    tell = say or (lambda step: None)
    given = None if package is None else parse_package(space, package)
    if issue is not None:
        index_of(issue, space.issues, "issue")
    tell("finding the frontier")
    frontier = find_frontier(
        space,
        progress=lambda level, levels, rows: tell(
            f"finding the frontier: issue {level} of {levels}, {rows} rows"
        ),
    )
    tell("choosing")
    facts = {
        "format": 1,
        "file": str(path),
        "space": describe_space(space),
        **frontier_facts(space, frontier),
    }
    row, name = (given, "as asked") if given is not None else _usual_package(space, frontier)
    tell("explaining")
    return {
        **facts,
        "package": {"name": name, **_package_facts(space, row)},
        "why": why_facts(space, row, frontier),
        "price": price_facts(space, row, issue),
        "hold": hold_facts(space, row),
    }


def parse_package(space: DealSpace, text: str) -> IntArray:
    """(issues,) from "issue=option,issue=option"; names may hold commas.

    Issues that are not named stay at option 0 where the space has a status quo, else all must be named.
    Raises InputError with the nearest known name, or the issues that are missing.

    >>> space = DealSpace.from_arrays(options=[2, 2], unary=[[[0]] * 2] * 2, no_deal=[0])
    >>> parse_package(space, "issue1=o1").tolist()
    [0, 1]
    """
    names = "|".join(re.escape(name) for name in sorted(space.issues, key=len, reverse=True))
    found = list(re.finditer(rf"(?:^|,)\s*({names})\s*=", text))
    if not found or text[: found[0].start()].strip():
        first = text.split("=")[0].split(",")[-1].strip()
        index_of(first, space.issues, "issue")
        raise InputError(f"a package must be issue=option,…, got {text[:80]!r}")
    ends = [*(hit.start() for hit in found[1:]), len(text)]
    choice = {hit[1]: text[hit.end() : end].strip() for hit, end in zip(found, ends, strict=True)}
    missing = [name for name in space.issues if name not in choice]
    if missing and (space.no_deal_package < 0).any():
        told = ", ".join(missing[:8]) + (", …" if len(missing) > 8 else "")
        raise InputError(
            f"a package of this space must name every issue (it has no status quo); missing: {told}"
        )
    return space.package(choice)


def _usual_package(space: DealSpace, frontier: Frontier) -> tuple[IntArray, str]:
    """The package that is looked at where nobody names one."""
    if len(frontier.packages):
        return solve(space, "nash", frontier=frontier).packages[0], "the Nash solution"
    open_front = find_frontier(space, eligible=False)
    if not len(open_front.packages):
        return np.zeros(len(space.issues), dtype=np.int64), "the first package, nothing being allowed"
    worst = gains(space, open_front.packages)[:, list(space.table)].min(axis=1)
    return open_front.packages[int(np.argmax(worst))], "the nearest to acceptable for the table"


def _dearest(space: DealSpace, package: IntArray) -> str:
    """The issue on which the table's utilities differ most, the rest of the package as it is."""
    spread = []
    for i, size in enumerate(space.sizes):
        rows = np.repeat(package[None], size, axis=0)
        rows[:, i] = np.arange(size)
        worth = utilities(space, rows)[:, list(space.table)]
        spread.append(float(np.ptp(worth, axis=0).max()))
    return space.issues[int(np.argmax(spread))]


def _solution(space: DealSpace, frontier: Frontier, concept: str) -> Facts:
    found = solve(space, concept, frontier=frontier)
    return {
        "concept": concept,
        "title": found.title,
        "note": found.note,
        "packages": [_package_facts(space, row) for row in found.packages],
    }


def _package_facts(space: DealSpace, row: IntArray) -> Facts:
    worth: FloatArray = utilities(space, row)[0]
    return {
        "options": {
            name: options[int(o)] for name, options, o in zip(space.issues, space.options, row, strict=True)
        },
        "utilities": dict(zip(space.parties, worth.tolist(), strict=True)),
        "gains": dict(zip(space.parties, (worth - space.no_deal).tolist(), strict=True)),
    }


def _changes(changes: tuple[Change, ...]) -> list[Facts]:
    return [{"issue": c.issue, "from": c.before, "to": c.after} for c in changes]


def _number(value: float) -> float | None:
    """None for what JSON cannot hold."""
    return value if math.isfinite(value) else None
