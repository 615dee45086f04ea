"""Adjusted Winner (Brams & Taylor 1996): two parties divide issues so that both get equal points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE
from detente.deals.solutions.concept import Procedure
from detente.deals.space import DealSpace, TableFactor
from detente.errors import InputError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Issues divided between two parties.

    `parties`: the two names. `worth` (issues, 2) points of each issue to each, summing to 100.
    `shares` (issues, 2) how much of each issue goes to whom, rows sum to 1 (an issue that is worth
    nothing to both: 0). `points` (2,) what each gets of its 100, equal. `split`: the issue that is
    divided, None where none has to be.
    """

    parties: tuple[str, str]
    issues: tuple[str, ...]
    worth: FloatArray
    shares: FloatArray
    points: FloatArray
    split: str | None


def divide_by_points(space: DealSpace) -> Division:
    """Give each issue to who values it more, then move issues, cheapest first, until points are equal.

    Steps: (1) read what each issue is worth to each: its points where it wins the issue less those
    where the other wins; (2) scale to 100 each; (3) order issues by ratio of worth; the first party
    takes them from the top, splitting the one at which both have equal points. The result is
    efficient, equitable and envy-free when issues are divisible and additive.
    Raises InputError where the space is something else: other than two parties at the table, links,
    boxes, caps, conditions, forbidden combinations, what lapses, consent of a third, or an issue in which
    what is best for one is not worst for the other. It does not look at what no deal is worth.
    Source: Brams & Taylor (1996), Fair Division, ch. 4. Cost: issues × log issues.

    >>> points = np.array([[6.0, 4.0], [4.0, 6.0]])
    >>> unary = [[[a, 0], [0, b]] for a, b in points]
    >>> divide_by_points(DealSpace.from_arrays(options=[2, 2], unary=unary, no_deal=[0, 0])).points
    array([60., 60.])
    """
    _refuse_unfit(space)
    worth = np.array([_worth(space, i) for i in range(len(space.issues))])
    total = worth.sum(axis=0)
    if (total <= TOLERANCE).any():
        poor = space.parties[space.table[int(np.argmin(total))]]
        raise InputError(f"every party must value some issue, got none for {poor}")
    worth = 100.0 * worth / total
    shares, split = _divide(worth)
    return Division(
        parties=(space.parties[space.table[0]], space.parties[space.table[1]]),
        issues=space.issues,
        worth=worth,
        shares=shares,
        points=(shares * worth).sum(axis=0),
        split=None if split is None else space.issues[split],
    )


def _divide(worth: FloatArray) -> tuple[FloatArray, int | None]:
    """(issues, 2) shares and the issue that is split."""
    valued = np.flatnonzero(worth.sum(axis=1) > TOLERANCE)
    with np.errstate(divide="ignore"):
        ratio = worth[valued, 0] / worth[valued, 1]
    shares = np.zeros_like(worth)
    shares[valued, 1] = 1.0
    for issue in valued[np.argsort(-ratio, kind="stable")]:
        first, second = (shares * worth).sum(axis=0)
        part = (second - first) / worth[issue].sum()
        shares[issue] = (min(part, 1.0), 1.0 - min(part, 1.0))
        if part <= 1.0:
            whole = part <= TOLERANCE or part >= 1.0 - TOLERANCE
            return shares, None if whole else int(issue)
    return shares, None


def _worth(space: DealSpace, issue: int) -> tuple[float, float]:
    """Points of winning an issue against losing it, for both; refuses where it is no such contest."""
    table = np.zeros((space.sizes[issue], 2))
    for factor in space.factors:
        if isinstance(factor, TableFactor) and factor.scope == (issue,):
            table += factor.table[:, list(space.table)]
    wins = [_best(table, 0), _best(table, 1)]
    for one, other in ((0, 1), (1, 0)):
        if table[wins[one], other] > table[:, other].min() + TOLERANCE:
            name = space.issues[issue]
            who, whom = space.parties[space.table[one]], space.parties[space.table[other]]
            raise InputError(
                f"issue {name} must go to one or the other: what is best for {who} must be worst for {whom}, "
                "got a common interest; take it out, or use another solution"
            )
    return float(table[wins[0], 0] - table[wins[1], 0]), float(table[wins[1], 1] - table[wins[0], 1])


def _best(table: FloatArray, party: int) -> int:
    """The option best for one; of several, the worst for the other."""
    tied = np.flatnonzero(table[:, party] >= table[:, party].max() - TOLERANCE)
    return int(tied[np.argmin(table[tied, 1 - party])])


def _refuse_unfit(space: DealSpace) -> None:
    problems = []
    if len(space.table) != 2:
        problems.append(f"the table must seat two parties, got {len(space.table)}")
    for factor in space.factors:
        points = factor.table if isinstance(factor, TableFactor) else factor.value
        if (len(factor.scope) > 1 or not isinstance(factor, TableFactor)) and np.any(points):
            over = " and ".join(space.issues[i] for i in factor.scope)
            problems.append(f"issues must add up, got a link over {over}")
    if space.conditions or space.forbid:
        problems.append("nothing may be conditional or forbidden")
    if space.keeps:
        problems.append("nothing may lapse unless somebody keeps it")
    if space.cap is not None and np.isfinite(space.cap[list(space.table)]).any():
        problems.append("points must add up without a cap")
    by = ({rule.by for rule in space.consents} | {rule.by for rule in space.keeps}) - set(space.table)
    if by:
        others = ", ".join(space.consenters[c] for c in sorted(by))
        problems.append(f"nobody else may have a say, got {others}")
    if problems:
        raise InputError("Adjusted Winner does not fit: " + "; ".join(problems))


PROCEDURE = Procedure(
    name="divide_by_points",
    title="Adjusted Winner",
    definition="issues go to who values them more, then cheapest first to the other until points are equal",
    needs="two parties at the table, divisible issues that add up, what is best for one worst for the other",
    source="Brams & Taylor (1996), Fair Division, ch. 4",
)
