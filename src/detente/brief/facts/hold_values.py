"""The facts about keeping a package, over the doubt and on the way, as documented values."""

from __future__ import annotations

from dataclasses import dataclass

from detente.brief.facts.values import Number


@dataclass(frozen=True, slots=True)
class PatienceRow:
    """One deliverer over the draws: 10 % and 90 % points of the patience that it needs, `watched` and
    `unwatched` (None: no patience is enough); watched, the shares of draws in which it needs none and in
    which none would be enough, and by deliverer the share in which it would punish."""

    party: str
    title: str
    watched: tuple[Number | None, Number | None]
    unwatched: tuple[Number | None, Number | None]
    self_enforcing: Number
    never: Number
    punishers: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class WatchingFacts:
    """What watching is worth with the deliverer that needs most patience (and whom some patience would keep):
    its least patience by detection (rows) and false alarms (columns); None where none is enough."""

    title: str
    detections: tuple[float, ...]
    false_alarms: tuple[float, ...]
    patience: tuple[tuple[Number | None, ...], ...]


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One phase: the issues `carried` out in it, gains of those at the table if it all stopped there, who
    else of those that deliver would then be worse off than without a deal, and who would rather stop though
    it has something left to deliver."""

    carried: tuple[str, ...]
    gains: tuple[Number, ...]
    worse: tuple[str, ...]
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order of carrying out. `kind`: proposed, single or together. `bound`: strings hold at each stage.
    `loss`: the largest interim loss at the table; `worst` by party at the table its least gain at any stage
    before the last, with the interval of the least in each draw."""

    kind: str
    bound: bool
    loss: Number
    rows: tuple[PhaseRow, ...]
    worst: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class PulledRow:
    """A spoiler uses a lever under the package (`kept`: it keeps up one that the package would end): what
    that brings it, how likely it pays, gains of those at the table with it, and who refuses only then."""

    lever: str
    owner: str
    kept: bool
    worth: Number
    likely: Number
    table: tuple[Number, ...]
    refuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldingFacts:
    """Doubt about keeping the package: patience over the draws, watching, phases, levers of spoilers.
    `table`: titles of those at the table, in the order of gains in the rows. `steps`: how many steps carrying
    out takes (no orders where they are too many)."""

    table: tuple[str, ...]
    patience: tuple[PatienceRow, ...]
    watching: WatchingFacts | None
    steps: int
    orders: tuple[OrderFacts, ...]
    pulled: tuple[PulledRow, ...]
