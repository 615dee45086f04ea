"""Apply a solution concept to the acceptable packages of a space."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.solutions.concept import Choose, Concept
from detente.deals.space import DealSpace, gains, index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Reranking:
    """What a concept chooses when one party has other stakes: `party`'s stakes × `factor`;
    `packages` (k, issues); `same`: whether these are the packages of the solution itself."""

    party: str
    factor: float
    packages: IntArray
    same: bool


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What a concept chooses: `packages` (k, issues), all ties, none where nothing is acceptable, and
    their `gains` (k, parties) points above no deal, for every party of the space.

    Packages with equal gains for the whole table stand as one row; `multiplicity` (k,) counts them.
    `party`: whose best (best_for). `note`: what is special here, "" if nothing. `axioms`: those that
    the concept keeps. `assumes_stakes`: points of different parties are compared, with the space's
    stakes; `reranked` then holds the same at other stakes.
    """

    concept: str
    title: str
    packages: IntArray
    gains: FloatArray
    multiplicity: IntArray
    note: str
    axioms: tuple[str, ...]
    assumes_stakes: bool
    reranked: tuple[Reranking, ...] = ()
    party: str | None = None


@cache
def list_concepts() -> dict[str, Concept]:
    """Concepts by name: every file of this folder that holds a CONCEPT.

    >>> sorted(list_concepts())
    ['best_for', 'egalitarian', 'kalai_smorodinsky', 'nash', 'utilitarian']
    """
    package = __name__.rpartition(".")[0]
    names = [m.name for m in pkgutil.iter_modules(import_module(package).__path__)]
    modules = [import_module(f"{package}.{name}") for name in names]
    found = [module.CONCEPT for module in modules if hasattr(module, "CONCEPT")]
    return {concept.name: concept for concept in sorted(found, key=lambda c: c.name)}


def chooser(concept: str, party: int | None = None) -> Choose:
    """The rule of a concept as a function of gains (k, table) and stakes (table,) to chosen rows.

    `party`: column of the party that a concept for one party favours. Raises InputError for an unknown
    concept, or a party missing or too many.
    """
    known = list_concepts()
    found = known[list(known)[index_of(concept, tuple(known), "concept")]]
    if found.for_party != (party is not None):
        raise InputError(f"party must {'' if found.for_party else 'not '}be given with {concept}")
    if party is None:
        return found.choose
    first = party

    def choose(values: FloatArray, stakes: FloatArray) -> IntArray:
        order = [first, *(p for p in range(values.shape[1]) if p != first)]
        return found.choose(values[:, order], stakes[order])

    return choose


def solve(
    space: DealSpace, concept: str, *, frontier: Frontier | None = None, party: str | None = None
) -> Solution:
    """The packages that a concept chooses among the acceptable ones, over the table.

    `frontier`: the eligible frontier if already known (all concepts here choose from it). `party`: a
    name at the table, for concepts that favour one. No deal is not a deal, so that where nothing is
    acceptable there are no packages. A package that leaves somebody at the table with gain 0 may be
    chosen: acceptable is acceptable. Raises InputError for unknown names, or a frontier with packages
    that the table would refuse. Cost: the frontier, then linear in it. Source: each concept's file. It
    will NOT find lotteries over packages; on a frontier that is only bounded it chooses among what was
    found.
    """
    front = frontier if frontier is not None else find_frontier(space)
    table = list(space.table)
    column = None if party is None else _seat(space, party)
    choose, found = chooser(concept, column), list_concepts()[concept]
    values, stakes = gains(space, front.packages), space.stakes[table]
    if (values[:, table] < -TOLERANCE).any():
        raise InputError("frontier must hold acceptable packages only; try find_frontier(space)")
    seated = np.maximum(values[:, table], 0.0)
    rows = choose(seated, stakes) if len(seated) else np.zeros(0, dtype=np.int64)
    notes = [
        found.note(seated, rows) if len(rows) else "no package is acceptable to everybody needed",
        _stakes_note(stakes) if found.compares_parties else "",
        f"chosen from a frontier proven only within {front.epsilon:.3g}" if front.status != "exact" else "",
    ]
    return Solution(
        concept=concept,
        title=found.title,
        packages=front.packages[rows],
        gains=values[rows],
        multiplicity=front.multiplicity[rows],
        note="; ".join(n for n in notes if n),
        axioms=found.axioms,
        assumes_stakes=found.compares_parties,
        reranked=_rerank(space, front.packages, seated, choose, rows) if found.compares_parties else (),
        party=party,
    )


def _seat(space: DealSpace, party: str) -> int:
    seats = tuple(space.parties[p] for p in space.table)
    return index_of(party, seats, "party at the table")


def _stakes_note(stakes: FloatArray) -> str:
    return "assumes equal stakes" if np.allclose(stakes, stakes[0]) else "assumes the stakes given"


def _rerank(
    space: DealSpace, packages: IntArray, seated: FloatArray, choose: Choose, rows: IntArray
) -> tuple[Reranking, ...]:
    """The choice with each party's stakes doubled and halved."""
    if not len(seated):
        return ()
    out = []
    for column, p in enumerate(space.table):
        for factor in (2.0, 0.5):
            stakes = space.stakes[list(space.table)].copy()
            stakes[column] *= factor
            other = choose(seated, stakes)
            same = bool(np.array_equal(other, rows))
            out.append(Reranking(space.parties[p], factor, packages[other], same))
    return tuple(out)
