"""Apply a solution concept to the acceptable packages of a space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.front import Frontier
from detente.deals.frontier import find_frontier
from detente.deals.solutions.concept import Concept
from detente.deals.solutions.known import find_concept, positive, with_first
from detente.deals.solutions.lotteries import MOST_PACKAGES, Mixture, mix
from detente.deals.space import DealSpace, gains, index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Reranking:
    """What a concept chooses when one party counts otherwise: `party`'s stakes (for concepts by weights
    its bargaining weight) × `factor`; `packages` (k, issues); `same`: whether these are the packages of
    the solution itself."""

    party: str
    factor: float
    packages: IntArray
    same: bool


@dataclass(frozen=True, slots=True, eq=False)
class Lottery:
    """The best lotteries over two packages, by the concept's own measure of expected gains.

    `packages` (m, 2, issues), both acceptable, drawn with `probability` (m, 2), which sums to 1; expected
    `gains` (m, parties). Where no lottery does better than the best packages, these stand twice with
    probability 1 and 0, and `better` is False. `value` of the lottery, `value_of_one` of the best package,
    and `bound`, which no lottery over any number of packages found exceeds: for products of gains, the gain
    that, were it everybody's, would give the same product; for leximin the smallest share or stakes ×
    gain; for sums the sum.
    """

    packages: IntArray
    probability: FloatArray
    gains: FloatArray
    better: bool
    value: float
    value_of_one: float
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What a concept chooses: `packages` (k, issues), all ties, none where nothing is acceptable, and
    their `gains` (k, parties) points above no deal, for every party of the space.

    Packages with equal gains for the whole table stand as one row; `multiplicity` (k,) counts them.
    `party`: whose best (best_for). `weights`: bargaining weights given, by party. `note`: what is special
    here, "" if nothing. `axioms`: those that the concept keeps at a table of this size. `assumes_stakes`:
    points of different parties are compared, with the space's stakes; `reranked` then holds the same at
    other stakes, or at other bargaining weights. `lottery`: where one was asked for and something is
    acceptable.
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
    weights: Mapping[str, float] | None = None
    lottery: Lottery | None = None


def solve(
    space: DealSpace,
    concept: str,
    *,
    frontier: Frontier | None = None,
    party: str | None = None,
    weights: Mapping[str, float] | None = None,
    lottery: bool = False,
) -> Solution:
    """The packages that a concept chooses among the acceptable ones, over the table.

    `frontier`: the eligible frontier if already known (all concepts here choose from it). `party`: a
    name at the table, for concepts that favour one. `weights`: bargaining weights > 0 of everybody at the
    table, for concepts that ask for them. `lottery`: look for the best lottery over two packages too.
    No deal is not a deal, so that where nothing is acceptable there are no packages. A package that leaves
    somebody at the table with gain 0 may be chosen: acceptable is acceptable. Raises InputError for unknown
    names, parameters missing or too many, or a frontier with packages that the table would refuse.
    Cost: the frontier, then linear in it (lotteries: see `mix`). Source: each concept's file. On a frontier
    that is only bounded it chooses among what was found, and says so.
    """
    column = None if party is None else _seat(space, party)
    found = find_concept(concept, party is not None, weights is not None)
    table = list(space.table)
    numbers = space.stakes[table] if weights is None else _by_seat(space, weights)
    order = list(range(len(table))) if column is None else with_first(column, len(table))
    front = frontier if frontier is not None else find_frontier(space)
    values = gains(space, front.packages)
    if (values[:, table] < -TOLERANCE).any():
        raise InputError("frontier must hold acceptable packages only; try find_frontier(space)")
    seated, numbers = np.maximum(values[:, table], 0.0)[:, order], numbers[order]
    rows = found.choose(seated, numbers) if len(seated) else np.zeros(0, dtype=np.int64)
    mixture = mix(found, seated, numbers) if lottery and len(seated) else None
    told = found.by_weights or found.compares_parties
    return Solution(
        concept=concept,
        title=found.title,
        packages=front.packages[rows],
        gains=values[rows],
        multiplicity=front.multiplicity[rows],
        note="; ".join(_notes(found, front, seated, rows, numbers, mixture)),
        axioms=found.axioms + (found.only_two if len(table) == 2 else ()),
        assumes_stakes=found.compares_parties,
        reranked=_rerank(space, front.packages, seated, found, numbers, rows) if told else (),
        party=party,
        weights=None if weights is None else dict(weights),
        lottery=None if mixture is None else _lottery(mixture, front.packages, values),
    )


def _by_seat(space: DealSpace, weights: Mapping[str, float]) -> FloatArray:
    for name in weights:
        _seat(space, name)
    missing = [space.parties[p] for p in space.table if space.parties[p] not in weights]
    if missing:
        raise InputError(f"weights must name everybody at the table, got none for {', '.join(missing)}")
    return positive(np.array([float(weights[space.parties[p]]) for p in space.table]))


def _seat(space: DealSpace, party: str) -> int:
    seats = tuple(space.parties[p] for p in space.table)
    return index_of(party, seats, "party at the table")


def _notes(
    found: Concept,
    front: Frontier,
    seated: FloatArray,
    rows: IntArray,
    numbers: FloatArray,
    mixture: Mixture | None,
) -> list[str]:
    """What is special about a solution, in the order in which it is told."""
    notes = [found.note(seated, rows) if len(rows) else ""]
    if found.by_weights:
        notes.append("assumes the bargaining weights given")
    elif found.compares_parties:
        equal = np.allclose(numbers, numbers[0])
        notes.append("assumes equal stakes" if equal else "assumes the stakes given")
    if front.status == "exact":
        notes.append("" if len(rows) else "no package is acceptable to everybody needed")
    elif len(rows):
        notes.append(f"chosen from a frontier proven only within {front.epsilon:.3g}")
    else:
        notes.append("the search ended before it found an acceptable package")
    return [n for n in (*notes, _lottery_note(mixture, seated) if mixture is not None else "") if n]


def _lottery_note(mixture: Mixture, seated: FloatArray) -> str:
    """Whether a lottery does better than every package, by how much, and what more packages could add."""
    beyond = mixture.bound - mixture.value
    more = (
        ""
        if beyond <= 1e-6 * max(1.0, abs(mixture.value))
        else "; lotteries over more packages could let more gain"
        if not np.isfinite(beyond)
        else f"; lotteries over more packages could reach {mixture.bound:.3g} at most"
    )
    if 0 < mixture.searched < len(seated):
        more += f"; looked for among {MOST_PACKAGES:,} of {len(seated):,} packages"
    if not mixture.better:
        return f"no lottery over two packages does better{more}"
    if mixture.more_gain:
        return f"a lottery lets {mixture.more_gain} more gain than any package{more}"
    if mixture.value > mixture.value_of_one + TOLERANCE:
        return f"a lottery reaches {mixture.value:.3g}, the best package {mixture.value_of_one:.3g}{more}"
    return f"a lottery does as well for the worst off and better for the next{more}"


def _lottery(mixture: Mixture, packages: IntArray, values: FloatArray) -> Lottery:
    expected = np.einsum("mk,mkp->mp", mixture.probability, values[mixture.rows])
    return Lottery(
        packages=packages[mixture.rows],
        probability=mixture.probability,
        gains=expected,
        better=mixture.better,
        value=mixture.value,
        value_of_one=mixture.value_of_one,
        bound=mixture.bound,
    )


def _rerank(
    space: DealSpace,
    packages: IntArray,
    seated: FloatArray,
    found: Concept,
    numbers: FloatArray,
    rows: IntArray,
) -> tuple[Reranking, ...]:
    """The choice with each party's stakes, or bargaining weight, doubled and halved."""
    if not len(seated):
        return ()
    out = []
    for column, p in enumerate(space.table):
        for factor in (2.0, 0.5):
            other = numbers.copy()
            other[column] *= factor
            chosen = found.choose(seated, other)
            same = bool(np.array_equal(chosen, rows))
            out.append(Reranking(space.parties[p], factor, packages[chosen], same))
    return tuple(out)
