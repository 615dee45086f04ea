"""Equal-gain exchange (Stokman & van Oosten 1994): two parties each give on one issue and gain alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, acceptable, as_rows, matches
from detente.deals.solutions.choosing import Reranking
from detente.deals.solutions.concept import Procedure
from detente.deals.space import DealSpace, index_of, utilities
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Moves = NDArray[np.int64]
"""(m, 2) issue and option moved to."""

MOST_SWAPS = 1_000_000
"""Swaps that are looked at; more would not fit in memory beside their packages."""


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One swap: `parties[0]` gives on `issues[0]`, moved to `options[0]`, the other on the second.

    `package` (issues,) is the start with both moved. `gains` (parties,) points against the start, of
    every party of the space. `difference` of the two gains and their `total`, in points × stakes.
    `outside`: everybody else whom it touches, with points, hardest hit first.
    """

    parties: tuple[str, str]
    issues: tuple[str, str]
    options: tuple[str, str]
    package: IntArray
    gains: FloatArray
    difference: float
    total: float
    outside: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Exchanges:
    """The exchanges open from a `start` (issues,), the first `ties` of `ordered` being equally good.

    `ordered`: by least difference, then largest total, at most as many as asked for; `count`: how many
    there are. `refused`: how many more would serve the two but not be acceptable. `note`: what they
    assume. `reranked`: the best packages at other stakes of each party that may exchange.
    """

    start: IntArray
    ordered: tuple[Exchange, ...]
    ties: int
    count: int
    refused: int
    note: str
    reranked: tuple[Reranking, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Swaps:
    """All swaps: `who` (m, 2) parties, `issues` (m, 2), `packages` (m, issues), `gains` (m, parties)."""

    who: IntArray
    issues: IntArray
    packages: IntArray
    gains: FloatArray

    def some(self, rows: IntArray | NDArray[np.bool_]) -> _Swaps:
        """These rows of it."""
        return _Swaps(self.who[rows], self.issues[rows], self.packages[rows], self.gains[rows])

    def order(self, stakes: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
        """Rows from best to worst, with difference and total of all rows."""
        pair = np.take_along_axis(self.gains * stakes, self.who, axis=1)
        difference, total = np.abs(pair[:, 0] - pair[:, 1]), pair.sum(axis=1)
        least = np.round(difference, 9)
        order: IntArray = np.lexsort((*self.packages.T[::-1], -np.round(total, 9), least))
        return order, difference, total

    def best(self, stakes: FloatArray) -> IntArray:
        """Rows that none is better than, in order."""
        order, difference, total = self.order(stakes)
        first = order[:1]
        same = np.abs(difference[order] - difference[first]) <= TOLERANCE
        tied: IntArray = order[same & (np.abs(total[order] - total[first]) <= TOLERANCE)]
        return tied


def exchange(
    space: DealSpace,
    *,
    start: Sequence[int] | IntArray | None = None,
    parties: Sequence[str] | None = None,
    eligible: bool = True,
    most: int = 50,
) -> Exchanges:
    """Swaps of moves on two issues by which two parties both gain, the most equal gains first.

    Each of the two gives on one issue: its own move, taken alone, costs it points and serves the other;
    with both moves both gain against the start. Of all such swaps the one with the least difference of
    gains is best, then the one with the largest sum; points are compared with the space's stakes.
    `start`: (issues,) package, by default no deal. `parties`: who may exchange, by default the table.
    `eligible`: only swaps that everybody needed accepts (against no deal); else all that are not
    forbidden. `most` ≥ 1: exchanges told, ties for the best always all.
    Raises InputError for unknown names, a space of reservation values only without `start`, or more than
    MOST_SWAPS swaps. Cost: pairs of parties × pairs of moves × factors.
    Source: Stokman & van Oosten (1994), ch. 5 of Bueno de Mesquita & Stokman (eds.), European Community
    Decision Making; there positions move freely along a line until gains are equal, here from option to
    option. It will NOT find exchanges over three issues, among three parties, or one after another (give
    the package of one as the next start).

    >>> mine, yours = [[0, 0], [-1, 3]], [[0, 0], [4, -2]]
    >>> space = DealSpace.from_arrays(options=[2, 2], unary=[mine, yours], no_deal=[0, 0])
    >>> exchange(space).ordered[0].gains.tolist()
    [3.0, 1.0]
    """
    if most < 1:
        raise InputError(f"most must be 1 or more, got {most}")
    origin = _start(space, start)
    names = [space.parties[p] for p in space.table] if parties is None else list(dict.fromkeys(parties))
    who = [index_of(name, space.parties, "party") for name in names]
    swaps = _swaps(space, origin, who)
    fit = _fits(space, swaps.packages, eligible)
    swaps, refused = swaps.some(fit), int((~fit).sum())
    order, difference, total = swaps.order(space.stakes)
    best = swaps.best(space.stakes)
    told = order[: max(most, len(best))]
    return Exchanges(
        start=origin,
        ordered=tuple(_tell(space, swaps, row, difference[row], total[row]) for row in told.tolist()),
        ties=len(best),
        count=len(order),
        refused=refused,
        note=_note(space, who, len(order), refused, eligible),
        reranked=_rerank(space, swaps, who, best) if len(best) else (),
    )


def _start(space: DealSpace, start: Sequence[int] | IntArray | None) -> IntArray:
    if start is None and (space.no_deal_package < 0).any():
        raise InputError("start must be given: in this space no package is what no deal brings")
    row: IntArray = as_rows(space, space.no_deal_package if start is None else np.asarray(start))[0]
    return row


def _swaps(space: DealSpace, origin: IntArray, who: list[int]) -> _Swaps:
    """Every swap that serves the two who make it."""
    moves, alone = _single_moves(space, origin)
    base, count = utilities(space, origin)[0], 0
    found: list[_Swaps] = []
    for p, q in combinations(who, 2):
        gives_p = np.flatnonzero((alone[:, p] < -TOLERANCE) & (alone[:, q] > TOLERANCE))
        gives_q = np.flatnonzero((alone[:, q] < -TOLERANCE) & (alone[:, p] > TOLERANCE))
        count += len(gives_p) * len(gives_q)
        if count > MOST_SWAPS:
            raise InputError(
                f"exchange must look at {MOST_SWAPS:,} swaps at most, got more; name fewer parties"
            )
        for rows in _both(moves, gives_p, gives_q):
            pair = moves[rows]
            packages = np.tile(origin, (len(rows), 1))
            np.put_along_axis(packages, pair[:, :, 0], pair[:, :, 1], axis=1)
            gained = utilities(space, packages) - base
            good = (gained[:, [p, q]] > TOLERANCE).all(axis=1)
            swap = _Swaps(np.tile([p, q], (len(rows), 1)), pair[:, :, 0], packages, gained)
            found.append(swap.some(good))
    return _joined(space, found)


def _single_moves(space: DealSpace, origin: IntArray) -> tuple[Moves, FloatArray]:
    """Every move of one issue away from the start, and what it alone brings each party."""
    moves = np.array(
        [(i, o) for i, size in enumerate(space.sizes) for o in range(size) if o != origin[i]], dtype=np.int64
    ).reshape(-1, 2)
    packages = np.tile(origin, (len(moves), 1))
    packages[np.arange(len(moves)), moves[:, 0]] = moves[:, 1]
    return moves, utilities(space, packages) - utilities(space, origin)


def _both(moves: Moves, first: IntArray, second: IntArray) -> Iterator[IntArray]:
    """Pairs (m, 2) of moves on different issues, some at a time."""
    size = max(1, (1 << 16) // max(len(second), 1))
    for start in range(0, len(first), size):
        pairs = np.stack(np.meshgrid(first[start : start + size], second, indexing="ij"), axis=-1)
        rows = pairs.reshape(-1, 2)
        yield rows[moves[rows[:, 0], 0] != moves[rows[:, 1], 0]]


def _joined(space: DealSpace, found: list[_Swaps]) -> _Swaps:
    nothing = np.zeros((0, 2), dtype=np.int64)
    none = np.zeros((0, len(space.issues)), dtype=np.int64)
    empty = _Swaps(nothing, nothing, none, np.zeros((0, len(space.parties))))
    parts = [empty, *found]
    return _Swaps(
        np.concatenate([part.who for part in parts]),
        np.concatenate([part.issues for part in parts]),
        np.concatenate([part.packages for part in parts]),
        np.concatenate([part.gains for part in parts]),
    )


def _fits(space: DealSpace, packages: IntArray, eligible: bool) -> NDArray[np.bool_]:
    if eligible:
        return acceptable(space, packages)
    ok = np.ones(len(packages), dtype=np.bool_)
    for pattern in space.forbid:
        ok &= ~matches(packages, pattern)
    return ok


def _tell(space: DealSpace, swaps: _Swaps, row: int, difference: float, total: float) -> Exchange:
    (p, q), (i, j), package = swaps.who[row], swaps.issues[row], swaps.packages[row]
    others = [k for k in range(len(space.parties)) if k not in (p, q)]
    touched = [(space.parties[k], float(swaps.gains[row, k])) for k in others]
    return Exchange(
        parties=(space.parties[p], space.parties[q]),
        issues=(space.issues[i], space.issues[j]),
        options=(space.options[i][package[i]], space.options[j][package[j]]),
        package=package,
        gains=swaps.gains[row],
        difference=float(difference),
        total=float(total),
        outside=tuple(sorted((t for t in touched if abs(t[1]) > TOLERANCE), key=lambda t: t[1])),
    )


def _note(space: DealSpace, who: list[int], count: int, refused: int, eligible: bool) -> str:
    stakes = space.stakes[who]
    same = len(stakes) == 0 or np.allclose(stakes, stakes[0])
    notes = ["assumes equal stakes" if same else "assumes the stakes given"]
    if not count:
        notes.append("no two of them gain by giving on one issue each")
    if refused:
        why = "somebody needed refuses" if eligible else "it is forbidden"
        notes.append(f"{refused:,} more would serve both, but {why}")
    return "; ".join(notes)


def _rerank(space: DealSpace, swaps: _Swaps, who: list[int], best: IntArray) -> tuple[Reranking, ...]:
    """The best packages with the stakes of each who may exchange doubled and halved."""
    out = []
    for p in who:
        for factor in (2.0, 0.5):
            stakes = space.stakes.copy()
            stakes[p] *= factor
            other = swaps.best(stakes)
            same = bool(np.array_equal(np.sort(other), np.sort(best)))
            out.append(Reranking(space.parties[p], factor, swaps.packages[other], same))
    return tuple(out)


PROCEDURE = Procedure(
    name="exchange",
    title="Equal-gain exchange",
    definition="two parties each give on one issue, both gain: least difference of gains, then largest sum",
    needs="a package to start from",
    source="Stokman & van Oosten (1994), in European Community Decision Making, ch. 5",
    compares_parties=True,
)
