"""Level by level: partial packages, what they can still reach, and which of them may go.

A partial package goes where it is banned; where even the best completion fails the table or a consenter
that it has called on; where everything it can still reach is beaten by a package already found; and
where another one with the same future beats it for the table and is at least as good for every consent
that is still open. What is certain no longer counts; what is impossible ends it. MODEL section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from detente.deals.criteria import Clause, Criteria
from detente.deals.dominance import prune_groups, same_rows, undominated_rows
from detente.deals.incumbents import Incumbents
from detente.deals.layers import Graph, build_graphs, distinct_rows, order_issues

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Progress = Callable[[int, int, int], None]

CHUNK = 16_384
MOST_BOUNDS = 512


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What all passes over a space share: order, graphs, weights of the table and bounds along them."""

    criteria: Criteria
    order: tuple[int, ...]
    graphs: tuple[Graph, ...]
    directions: FloatArray
    along: tuple[tuple[tuple[FloatArray, ...], ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """Partial packages as rows: node per graph, columns so far, options chosen (0 where open), which
    clauses are called on, and for how many packages each row stands."""

    nodes: IntArray
    worth: FloatArray
    choice: NDArray[np.int16]
    asked: BoolArray
    count: IntArray

    def take(self, rows: IntArray | BoolArray) -> Partial:
        """Some of the rows."""
        return Partial(
            self.nodes[rows], self.worth[rows], self.choice[rows], self.asked[rows], self.count[rows]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Complete packages, their gains on the grid, how many each stands for; what was dropped unseen
    could reach at most `bounds` (empty: nothing was dropped); partial packages looked at."""

    packages: IntArray
    worth: FloatArray
    count: IntArray
    bounds: FloatArray
    work: int


def make_plan(criteria: Criteria, order: Sequence[int] | None = None) -> Plan:
    """Order (where none is given), graphs and bounds. Cost: the edges of the graphs × columns."""
    order = order_issues(criteria) if order is None else tuple(order)
    graphs = tuple(build_graphs(criteria, order))
    reach = sum((g.up[0][0] - g.down[0][0] for g in graphs), np.zeros(criteria.columns))[: criteria.table]
    reach = np.where(np.isfinite(reach), np.maximum(reach, 1.0), 1.0)
    mixes = np.ones((1, criteria.table))
    if criteria.table == 2:
        mixes = np.array([[1, 1], [2, 1], [1, 2], [5, 1], [1, 5]], dtype=np.float64)
    directions = np.zeros((len(mixes), criteria.columns))
    directions[:, : criteria.table] = mixes / reach
    along = tuple(tuple(g.along(d) for d in directions) for g in graphs)
    return Plan(criteria, order, graphs, directions, along)


def search(plan: Plan, known: Incumbents, limit: int, progress: Progress | None = None) -> Found:
    """All complete packages that no rule above removes, keeping at most `limit` partial ones a level.

    Where more are left than `limit`, the most promising stay and what the others could reach goes to
    `bounds`. Memory: some ten arrays of 2 × `limit` rows by columns of 8 bytes. Work, not
    time, decides everything, so that results repeat.
    """
    criteria = plan.criteria
    issues = len(criteria.sizes)
    rows = first_row(plan)
    bounds = np.zeros((0, criteria.table))
    work = 0
    for level in range(issues):
        parts: list[Partial] = []
        for start in range(0, max(len(rows.count), 1), CHUNK):
            some = rows.take(np.arange(start, min(start + CHUNK, len(rows.count))))
            wide, looked = extend(plan, some, level, known)
            work += looked
            parts.append(wide)
            if sum(len(p.count) for p in parts) > 2 * limit + CHUNK:
                parts, dropped = _settle(plan, parts, level + 1, limit)
                bounds = _outline(np.concatenate([bounds, dropped]))
        (rows,), dropped = _settle(plan, parts, level + 1, limit)
        bounds = _outline(np.concatenate([bounds, dropped]))
        if progress is not None:
            progress(level + 1, issues, len(rows.count))
    packages = rows.choice.astype(np.int64)
    return Found(packages, rows.worth[:, : criteria.table], rows.count, bounds, work)


def first_row(plan: Plan) -> Partial:
    """Nothing chosen yet."""
    criteria = plan.criteria
    return Partial(
        nodes=np.zeros((1, len(plan.graphs)), dtype=np.int64),
        worth=criteria.start[None].copy(),
        choice=np.zeros((1, len(criteria.sizes)), dtype=np.int16),
        asked=np.zeros((1, len(criteria.clauses)), dtype=np.bool_),
        count=np.ones(1, dtype=np.int64),
    )


def _settle(plan: Plan, parts: Sequence[Partial], level: int, limit: int) -> tuple[list[Partial], FloatArray]:
    """The rows of all parts merged and, where they are more than `limit`, thinned; and what is lost."""
    names = ("nodes", "worth", "choice", "asked", "count")
    rows = Partial(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))
    rows = _merge(plan, rows, level)
    if len(rows.count) <= limit:
        return [rows], np.zeros((0, plan.criteria.table))
    rows, dropped = _thin(plan, rows, level, limit)
    return [rows], dropped


def extend(plan: Plan, rows: Partial, level: int, known: Incumbents) -> tuple[Partial, int]:
    """Every row with every option of the level's issue that is not banned, cannot be ruled out for the
    table, and keeps the consents called on possible; and how many were looked at."""
    criteria, issue, table = plan.criteria, plan.order[level], plan.criteria.table
    follow = np.stack([g.step[level][rows.nodes[:, j]] for j, g in enumerate(plan.graphs)], axis=2)
    row, option = np.nonzero((follow >= 0).all(axis=2))
    looked = len(row)
    nodes = follow[row, option]
    edges = rows.nodes[row] * criteria.sizes[issue] + option[:, None]
    won = rows.worth[row, :table] + _paid(plan, level, edges, table)
    hopeful = _hopeful(plan, nodes, won, level + 1, known)
    row, option, nodes, edges = row[hopeful], option[hopeful], nodes[hopeful], edges[hopeful]
    worth = rows.worth[row] + _paid(plan, level, edges, criteria.columns)
    choice, asked = rows.choice[row], rows.asked[row]
    choice[:, issue] = option
    for c, clause in enumerate(criteria.clauses):
        if issue in clause.needed:
            asked[:, c] |= clause.needed[issue][option]
    wide = Partial(nodes, worth, choice, asked, rows.count[row])
    return wide.take(_possible(plan, wide, level + 1)), looked


def _paid(plan: Plan, level: int, edges: IntArray, columns: int) -> FloatArray:
    """(rows, columns) what the level's choice adds to the first `columns`."""
    parts = [
        graph.pay[level].reshape(-1, plan.criteria.columns)[:, :columns][edges[:, j]]
        for j, graph in enumerate(plan.graphs)
    ]
    return reduce(np.add, parts)


def to_come(plan: Plan, nodes: IntArray, level: int, side: str, columns: int) -> FloatArray:
    """(rows, columns) the most (side "up") or least ("down") that is still to come."""
    parts = [getattr(g, side)[level][:, :columns][nodes[:, j]] for j, g in enumerate(plan.graphs)]
    return reduce(np.add, parts)


def _hopeful(plan: Plan, nodes: IntArray, won: FloatArray, level: int, known: Incumbents) -> IntArray:
    """Rows that could still be enough for the whole table and are not beaten by a known package."""
    most = won + to_come(plan, nodes, level, "up", plan.criteria.table)
    left = np.flatnonzero((most >= plan.criteria.least).all(axis=1) & np.isfinite(most).all(axis=1))
    found: IntArray = left[known.may_improve(most[left], _along(plan, nodes[left], won[left], level))]
    return found


def _possible(plan: Plan, rows: Partial, level: int) -> BoolArray:
    """(rows,) whether every consent called on can still be given."""
    criteria = plan.criteria
    keep = np.ones(len(rows.count), dtype=np.bool_)
    most = rows.worth + to_come(plan, rows.nodes, level, "up", criteria.columns)
    for c, clause in enumerate(criteria.clauses):
        if rows.asked[:, c].any():
            keep &= ~rows.asked[:, c] | holds(clause, most, -criteria.slack)
    return keep


def _along(plan: Plan, nodes: IntArray, won: FloatArray, level: int) -> FloatArray:
    """(rows, directions) the most of each weighted sum of the table's columns."""
    total = won @ plan.directions[:, : plan.criteria.table].T
    for j, bounds in enumerate(plan.along):
        total += np.stack([b[level][nodes[:, j]] for b in bounds], axis=1)
    return total


def holds(clause: Clause, values: FloatArray, slack: float) -> BoolArray:
    """(rows,) whether the clause holds at these values of the columns; bars raised by `slack`."""
    found = np.zeros(len(values), dtype=np.bool_)
    for way in clause.ways:
        votes = np.zeros(len(values))
        for vote, atoms in zip(way.votes, way.atoms, strict=True):
            yes = np.zeros(len(values), dtype=np.bool_)
            for column, bar in atoms:
                yes |= values[:, column] >= bar + slack
            votes += vote * yes
        found |= votes >= way.quota - 1e-9
    return found


def _merge(plan: Plan, rows: Partial, level: int) -> Partial:
    """Rows with the same future and the same standing become one; beaten ones go."""
    if len(rows.count) < 2:
        return rows
    groups = distinct_rows(rows.nodes)[1]
    values = _standing(plan, rows, level)
    first, place = same_rows(groups, values)
    count = np.zeros(len(first), dtype=np.int64)
    np.add.at(count, place, rows.count)
    stands = _lexicographic_first(rows.choice, first, place)
    keep = prune_groups(groups[stands], values[stands], plan.criteria.table)
    merged = rows.take(stands)
    return Partial(merged.nodes, merged.worth, merged.choice, merged.asked, count).take(keep)


def _lexicographic_first(choice: NDArray[np.int16], first: IntArray, place: IntArray) -> IntArray:
    """For each class the row whose options come first in the order of issues."""
    several = np.flatnonzero(np.bincount(place, minlength=len(first))[place] > 1)
    if not len(several):
        return first
    order = several[np.lexsort(choice[several].T[::-1])][::-1]
    stands = first.copy()
    stands[place[order]] = order
    return stands


def _standing(plan: Plan, rows: Partial, level: int) -> FloatArray:
    """(rows, table + open columns + clauses) what a row must match to beat another: the table's gains;
    columns of consents still open, cut off where more or less changes nothing; and minus how open each
    consent is (0 certain or never asked, 1 may be asked, 2 asked)."""
    criteria = plan.criteria
    up = to_come(plan, rows.nodes, level, "up", criteria.columns)
    down = to_come(plan, rows.nodes, level, "down", criteria.columns)
    openness = np.zeros((len(rows.count), len(criteria.clauses)))
    used: dict[int, list[int]] = {}
    bars: dict[int, list[float]] = {}
    ahead = set(plan.order[level:])
    for c, clause in enumerate(criteria.clauses):
        waiting = 1.0 if ahead & set(clause.needed) else 0.0
        certain = holds(clause, rows.worth + down, criteria.slack)
        openness[:, c] = np.where(certain, 0.0, np.where(rows.asked[:, c], 2.0, waiting))
        for column, bar in {atom for way in clause.ways for atoms in way.atoms for atom in atoms}:
            used.setdefault(column, []).append(c)
            bars.setdefault(column, []).append(bar)
    parts = [rows.worth[:, : criteria.table]]
    for column in sorted(c for c in used if c >= criteria.table):
        high = max(bars[column]) + criteria.slack - down[:, column]
        low = min(bars[column]) - criteria.slack - up[:, column]
        cut = np.clip(rows.worth[:, column], low, high)
        closed = (openness[:, used[column]] == 0).all(axis=1)
        parts.append(np.where(closed, np.inf, cut)[:, None])
    return np.concatenate([*parts, -openness], axis=1)


def _thin(plan: Plan, rows: Partial, level: int, limit: int) -> tuple[Partial, FloatArray]:
    """The most promising `limit` rows along each direction and by ease of consent, and what the others
    could reach (bounds, table)."""
    criteria = plan.criteria
    up = to_come(plan, rows.nodes, level, "up", criteria.columns)
    down = to_come(plan, rows.nodes, level, "down", criteria.columns)
    along = _along(plan, rows.nodes, rows.worth[:, : criteria.table], level)
    scores = [*along.T, _ease(plan, rows, rows.worth + (up + down) / 2, up - down)]
    share = -(-limit // len(scores))
    kept = np.zeros(len(rows.count), dtype=np.bool_)
    for score in scores:
        left = np.flatnonzero(~kept)
        take = min(share, limit - int(kept.sum()), len(left))
        if take > 0:
            kept[left[np.argsort(-score[left], kind="stable")[:take]]] = True
    reach = (rows.worth + up)[~kept, : criteria.table]
    return rows.take(kept), _outline(reach)


def _ease(plan: Plan, rows: Partial, middle: FloatArray, spread: FloatArray) -> FloatArray:
    """(rows,) how far the tightest consent called on is from failing, in widths of what is open."""
    ease = np.full(len(middle), 1.0)
    for c, clause in enumerate(plan.criteria.clauses):
        columns = {atom for way in clause.ways for atoms in way.atoms for atom in atoms}
        best = np.full(len(middle), -np.inf)
        for column, bar in columns:
            best = np.maximum(best, (middle[:, column] - bar) / (spread[:, column] + 1.0))
        ease = np.where(rows.asked[:, c], np.minimum(ease, best), ease)
    return ease


def _outline(points: FloatArray) -> FloatArray:
    """At most MOST_BOUNDS points such that each of `points` lies below one of them."""
    kept = np.unique(points, axis=0)
    if points.shape[1] <= 2 or len(kept) <= 4 * MOST_BOUNDS:
        kept = kept[undominated_rows(kept)]
    if len(kept) <= MOST_BOUNDS:
        return kept
    blocks = np.array_split(kept[np.argsort(kept[:, 0], kind="stable")], MOST_BOUNDS)
    return np.stack([block.max(axis=0) for block in blocks])
