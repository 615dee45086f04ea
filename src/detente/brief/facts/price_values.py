"""The facts about what makes good for a move, and about exchange rates, as documented values."""

from __future__ import annotations

from dataclasses import dataclass

from detente.brief.facts.values import Number


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """What makes the principal whole: (issue, from, to) titles of the `changes`, `left` the points that it
    has over, `asker` what the asker gains all told, move and compensation together. `accepted`: by all
    needed."""

    changes: tuple[tuple[str, str, str], ...]
    rungs: int
    left: Number
    asker: Number
    accepted: bool


@dataclass(frozen=True, slots=True)
class CompensationRow:
    """A rung that costs the principal `costs` points: the nearest remedy, the nearest by which the asker
    still gains, and the nearest that all needed accept (None: there is none). `proven`: nothing was cut
    short."""

    option: str
    title: str
    costs: Number
    nearest: RemedyRow | None
    pays_both: RemedyRow | None
    accepted: RemedyRow | None
    proven: bool


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rung further on `issue`: what it `costs` the principal (points), and by issue how many `rungs` up
    (or down: negative) make good at mean values, None where no option does; `possible`: share of draws in
    which some option does."""

    issue: str
    title: str
    costs: Number
    rungs: tuple[int | None, ...]
    possible: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class SwapRow:
    """Two changes (issue, from, to) by which both parties gain, a single one where one issue does. `both`:
    share of draws in which they do. `needs_both`: neither change alone pays both."""

    changes: tuple[tuple[str, str, str], ...]
    first: Number
    second: Number
    both: Number
    needs_both: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """What issues are worth in terms of each other, around `around`. `columns`: titles of the issues that can
    make good for something, `rates` the moves that cost the principal something, dearest first; `unpaid`:
    titles of those that no single issue makes good for. `swaps` between `party` and `other`, best first,
    among `pairs` pairs of issues."""

    around: str
    party: str
    other: str
    columns: tuple[str, ...]
    rates: tuple[RateRow, ...]
    unpaid: tuple[str, ...]
    swaps: tuple[SwapRow, ...]
    pairs: int
