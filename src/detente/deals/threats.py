"""Variable threats (Nash 1953): two sides choose what no deal would bring, before they bargain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.solutions.concept import Procedure
from detente.deals.space import DealSpace
from detente.deals.threats_bargaining import Bargaining, Cell, ThreatMove, by_side, read_seats

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What comes of one pair of threats: `used` names by side, `not_credible` those of them that their
    owners would rather not carry out, `no_deal` (parties,) and what the bargain gives the two sides,
    `utilities` (2,). `packages` (m, issues) are drawn with `probability` (m,): tied solutions alike, or a
    lottery; none where no package is acceptable, and then no deal is what they get."""

    used: tuple[tuple[str, ...], tuple[str, ...]]
    not_credible: tuple[str, ...]
    no_deal: FloatArray
    utilities: FloatArray
    packages: IntArray
    probability: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Threats:
    """The game of threats: `payoffs` (2^m0, 2^m1, 2) utilities of the two `sides` after bargaining.

    Rows are subsets of the first side's `moves`, columns of the second's; bit m of a row number tells
    whether move m of that side is threatened, row 0 and column 0 are nothing. `no_deal` (2^m0, 2^m1,
    parties). `saddles`: pairs from which neither side gains by threatening otherwise, () for none.
    `security` (2,): what each can make sure of (maximin), `ceiling` (2,): what the other can hold it down
    to (minimax); equal where there is a saddle and one's gain is the other's loss (`competitive`).
    `credible`: per side and move, whether its owners would still carry it out (their own change above 0).
    `found`: packages and probabilities behind every pair, for `at`.
    """

    sides: tuple[str, str]
    moves: tuple[tuple[ThreatMove, ...], tuple[ThreatMove, ...]]
    payoffs: FloatArray
    no_deal: FloatArray
    saddles: tuple[Cell, ...]
    security: FloatArray
    ceiling: FloatArray
    competitive: bool
    credible: tuple[tuple[bool, ...], tuple[bool, ...]]
    note: str
    found: Mapping[Cell, tuple[IntArray, FloatArray]] = field(repr=False)

    def at(self, first: int, second: int) -> Outcome:
        """What comes of one pair of threats, by number; `at(0, 0)`: of none."""
        packages, probability = self.found[first, second]
        used = tuple(
            tuple(m.name for k, m in enumerate(moves) if chosen >> k & 1)
            for moves, chosen in zip(self.moves, (first, second), strict=True)
        )
        empty = {
            move.name
            for moves, kept in zip(self.moves, self.credible, strict=True)
            for move, would in zip(moves, kept, strict=True)
            if not would
        }
        return Outcome(
            used=(used[0], used[1]),
            not_credible=tuple(n for names in used for n in names if n in empty),
            no_deal=self.no_deal[first, second],
            utilities=self.payoffs[first, second],
            packages=packages,
            probability=probability,
        )


def variable_threats(
    space: DealSpace,
    sides: tuple[str, str],
    moves: Sequence[ThreatMove],
    concept: str = "nash",
    *,
    weights: tuple[float, float] | None = None,
    lottery: bool = False,
) -> Threats:
    """The game in which each side first binds itself to threats, then both bargain from what no deal brings.

    For every pair of subsets of the sides' moves, no deal moves by their changes, packages that do not
    lift a move move with it, and the concept (with `weights` of the two where it asks for them) chooses
    among the packages then acceptable; its utilities are the payoffs. Tied solutions count as equally
    likely; `lottery` lets the two mix packages, as Nash assumes, so that no ties remain. Where nothing is
    acceptable the payoffs are what no deal brings. Commitment is assumed, credibility told apart.
    Raises InputError where the table is not these two, for more than MOST_MOVES moves a side, or where the
    pairs would take more than MOST_SEARCHES searches. Cost: 2^(all moves) choices and at most that many
    frontiers; one where any deal ends every threat and nobody else with a say is touched by them.
    Source: Nash (1953), Two-Person Cooperative Games, Econometrica 21. It will NOT find mixtures of threats
    (in Nash's convex theory they always have a saddle), nor threats against third parties.

    >>> points = [[0, 0], [6, 2], [4, 4], [2, 6]]
    >>> space = DealSpace.from_arrays(options=[4], unary=[points], no_deal=[0, 0])
    >>> strike = ThreatMove(0, "strike", np.array([-1.0, -5.0]))
    >>> found = variable_threats(space, ("party0", "party1"), [strike])
    >>> found.saddles, found.at(1, 0).utilities.tolist()
    (((1, 0),), [6.0, 2.0])
    """
    seats = read_seats(space, sides)
    own = by_side(space, moves)
    bargain = Bargaining(space, seats, own, concept, weights, lottery)
    cells = [(a, b) for a in range(1 << len(own[0])) for b in range(1 << len(own[1]))]
    shift = np.array([bargain.shift(cell) for cell in cells])
    payoffs, found = np.zeros((len(cells), 2)), {}
    notes: set[str] = set()
    for group in bargain.groups(cells, shift):
        exact, packages, worth = bargain.frontier(cells[group[0]], shift[group])
        notes |= set() if exact else {"some frontiers are only bounded"}
        for place in group:
            no_deal = space.no_deal + shift[place]
            rows, probability = bargain.choose(worth, no_deal)
            found[cells[place]] = packages[rows], probability
            payoffs[place] = probability @ worth[rows][:, seats] if len(rows) else no_deal[seats]
            notes |= {"tied solutions count as equally likely"} if len(rows) > 1 and not lottery else set()
    game = payoffs.reshape(1 << len(own[0]), 1 << len(own[1]), 2)
    saddles = tuple(cell for cell in cells if is_saddle(game, *cell))
    return Threats(
        sides=sides,
        moves=own,
        payoffs=game,
        no_deal=(space.no_deal + shift).reshape(*game.shape[:2], -1),
        saddles=saddles,
        security=_security(game),
        ceiling=-_security(-game.transpose(1, 0, 2)),
        competitive=_competitive(payoffs),
        credible=(_credible(own[0], seats[0]), _credible(own[1], seats[1])),
        note="; ".join(sorted(notes | _differing(game, saddles))),
        found=found,
    )


def is_saddle(payoffs: FloatArray, first: int, second: int) -> bool:
    """Whether neither side does better by other threats against the other's: the checker.

    `payoffs` (rows, columns, 2).

    >>> is_saddle(np.array([[[1.0, 1.0], [3.0, 0.0]], [[0.0, 3.0], [2.0, 2.0]]]), 0, 0)
    True
    """
    here = payoffs[first, second]
    rows, columns = payoffs[:, second, 0], payoffs[first, :, 1]
    return bool((rows <= here[0] + TOLERANCE).all() and (columns <= here[1] + TOLERANCE).all())


def _security(game: FloatArray) -> FloatArray:
    """(2,) the best that each side's worst case can be."""
    return np.array([game[..., 0].min(axis=1).max(), game[..., 1].min(axis=0).max()])


def _differing(game: FloatArray, saddles: tuple[Cell, ...]) -> set[str]:
    if saddles and np.ptp([game[cell] for cell in saddles], axis=0).max() > TOLERANCE:
        return {"saddles differ in what they give: one's gain is not always the other's loss"}
    return set()


def _credible(moves: tuple[ThreatMove, ...], seat: int) -> tuple[bool, ...]:
    return tuple(bool((m.change[list(m.owners or (seat,))] > TOLERANCE).all()) for m in moves)


def _competitive(payoffs: FloatArray) -> bool:
    """Whether of any two pairs of threats that which is better for one side is worse for the other."""
    ordered = payoffs[np.lexsort((-payoffs[:, 1], payoffs[:, 0]))]
    first, second = np.diff(ordered, axis=0).T
    better = first > TOLERANCE
    return bool((second[better] < -TOLERANCE).all() and (np.abs(second[~better]) <= TOLERANCE).all())


PROCEDURE = Procedure(
    name="variable_threats",
    title="Variable threats",
    definition="each side binds itself to what it would do without a deal, then a concept chooses",
    needs="two parties at the table, and moves that each side can make alone",
    source="Nash (1953), Two-Person Cooperative Games, Econometrica 21",
)
