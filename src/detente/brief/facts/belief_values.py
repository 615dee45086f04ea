"""The facts about what parties want and have reached, and the matrix of evidence, as documented values."""

from __future__ import annotations

from dataclasses import dataclass

from detente.brief.facts.values import EvidenceRow, Number


@dataclass(frozen=True, slots=True)
class GoalScoreRow:
    """A goal on a party's card. `wanted`: "up" or "down"; `start`, `end`: days compared ("": fewer than two
    times on record). `before`, `after`, `change`: levels of the goal, where both ends are known in enough
    draws. `rose`: chance that the level rose. `achieved`, `not_achieved`, `lost` and `cannot_tell` sum to 1;
    `verdict` names the one over one half. `acts_for`, `acts_against`, `push`: its own acts on this goal."""

    goal: str
    title: str
    declared: Number | None
    inferred: Number
    wanted: str
    start: str
    end: str
    before: Number | None
    after: Number | None
    change: Number | None
    rose: Number
    achieved: Number
    not_achieved: Number
    lost: Number
    cannot_tell: Number
    verdict: str
    acts_for: Number
    acts_against: Number
    push: Number


@dataclass(frozen=True, slots=True)
class ScorecardFacts:
    """What a party has achieved since a day ("": no level to begin with), and at what cost. `observed`: some
    level of its goals is on record. `fell`: titles of goals that moved against it."""

    since: str
    observed: bool
    rows: tuple[GoalScoreRow, ...]
    acts: Number
    missing: Number
    spent: Number
    won: Number
    gone: Number
    fell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Where a goal stood at one time. `known`: chance that the reports of that time, or the case's own
    judgement (`judged`), say so; `entries` the reports with their chances of being right."""

    goal: str
    title: str
    first: str
    day: str
    level: Number
    known: Number
    judged: bool
    entries: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class BestForRow:
    """The observation that speaks most for a losing hypothesis against the leader."""

    hypothesis: str
    evidence: EvidenceRow
    margin: Number


@dataclass(frozen=True, slots=True)
class InformationFact:
    """What one more observation of a kind would teach: `bits` expected about which hypothesis holds, `move`
    expected change of the leader's probability."""

    kind: str
    title: str
    bits: Number
    move: Number


@dataclass(frozen=True, slots=True)
class OddsFacts:
    """Odds as they would have been told on earlier days. `rows`: (day, observations by then, probability of
    each hypothesis in the order of `hypotheses`)."""

    hypotheses: tuple[str, ...]
    rows: tuple[tuple[str, Number, tuple[Number, ...]], ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One observation against every hypothesis, in the order of the matrix. `cells`: log evidence over choice
    at random that it adds to each; `chances`: what each, without it, gave to what was done (may be empty);
    `diagnosticity`: largest less smallest cell."""

    id: str
    day: str
    kind: str
    text: str
    sources: tuple[str, ...]
    cells: tuple[Number, ...]
    chances: tuple[Number, ...]
    diagnosticity: Number
    pull: Number
    unexplained: bool


@dataclass(frozen=True, slots=True)
class SourcePullRow:
    """What rests on one source alone."""

    source: str
    publisher: str
    reliability: str
    observations: Number
    pull: Number


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix of one party: `hypotheses` (name, title), most probable first; `rows` the most telling
    first; `sources` the heaviest first; `unused`: reason → how many records were left out."""

    party: str
    title: str
    fit: bool
    why_unfit: str
    hypotheses: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]
    sources: tuple[SourcePullRow, ...]
    unused: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A report that others contradict (`against`: their records). `kind`: claim or level; `text`: the number,
    who says so, and the record; `chance`: that it is true by its grades alone (None: cannot be judged)."""

    kind: str
    text: str
    about: str
    chance: Number | None
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One letter or digit with the number in use; `usual`: what it is where the case does not override it
    ("" where it does not)."""

    grade: str
    meaning: str
    value: Number
    usual: str


@dataclass(frozen=True, slots=True)
class GradesFacts:
    """The table of grades in use, and whether the two grades of the record mirror each other (`warning`: what
    to say then). `missing`: what cannot be judged, counted by kind of record."""

    reliability: tuple[GradeRow, ...]
    credibility: tuple[GradeRow, ...]
    records: Number
    same: Number
    chance: Number
    correlation: Number
    mirrored: bool
    warning: str
    missing: tuple[tuple[str, Number], ...]
