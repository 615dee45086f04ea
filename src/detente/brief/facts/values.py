"""The facts of a briefing as documented values: every number with unit, interval, gloss and ground.

Format 1. Terminal, HTML and JSON read these and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.brief.facts.belief_values import (
        BestForRow,
        ConflictRow,
        GradesFacts,
        InformationFact,
        LevelRow,
        Matrix,
        OddsFacts,
        ScorecardFacts,
    )
    from detente.brief.facts.hold_values import HoldingFacts
    from detente.brief.facts.price_values import CompensationRow, ExchangeFacts


@dataclass(frozen=True, slots=True)
class Number:
    """One number. `unit`: points, probability, share, odds, nats, goal points, count, per period.
    `low`, `high`: 80 % interval over draws, or ± 2 Monte Carlo errors where `gloss` says so.
    `rests_on`: ids of codings, events, sources, or key paths of the case."""

    id: str
    value: float
    unit: str
    gloss: str = ""
    low: float | None = None
    high: float | None = None
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A key judgement: `sentence` with its ICD 203 `word`, and `confidence` with its reason apart.
    `anchor`: the section that it rests on; `numbers`: ids of the numbers in it."""

    sentence: str
    word: str
    confidence: str
    why_confidence: str
    anchor: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal in one party's agenda: weights are shares of all that it could win or lose, signed."""

    goal: str
    title: str
    declared: Number | None
    revealed: Number
    learned: Number
    note: str


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """A hypothesis with its posterior; `shifted`: its probability under each stated change of the
    assumptions behind the odds."""

    name: str
    title: str
    prior: Number
    probability: Number
    over_coin: Number
    shifted: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """An observation with its pull on the log odds of the leading hypothesis against the next. `under`:
    the chance that each hypothesis, by title, gave to it without having seen it (may be empty)."""

    id: str
    day: str
    text: str
    sources: tuple[str, ...]
    pull: Number
    surprise: Number | None
    under: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class CandourRow:
    """How far one speaker's words to one audience reflect its own interests."""

    speaker: str
    audience: str
    candour: Number


@dataclass(frozen=True, slots=True)
class Agenda:
    """What one party says and does. `fit` False: the inference is not good enough to print odds.
    `unexplained`: observations that no hypothesis explains; `kin`: factions that it was linked with."""

    party: str
    title: str
    fit: bool
    why_unfit: str
    observations: Number
    goals: tuple[GoalRow, ...]
    hypotheses: tuple[HypothesisRow, ...]
    evidence: tuple[EvidenceRow, ...]
    against: EvidenceRow | None
    candour: tuple[CandourRow, ...]
    refusal: tuple[Number, Number] | None
    fragile: Number
    notes: tuple[str, ...]
    scorecard: ScorecardFacts | None = None
    best_for: tuple[BestForRow, ...] = ()
    unexplained: tuple[EvidenceRow, ...] = ()
    information: tuple[InformationFact, ...] = ()
    odds: OddsFacts | None = None
    kin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim beside what the graded record supports."""

    measure: str
    title: str
    unit: str
    period: str
    claimed: Number | None
    evidenced: Number
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What one contributor adds on one task, in points of the goal."""

    contributor: str
    task: str
    title: str
    theatre: str
    goal: str
    claimed: Number
    evidenced: Number
    hype: Number
    ratio: Number | None
    irreplaceable: bool


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One task as all together cover it: a share, and the contributors without whom most of it goes."""

    task: str
    title: str
    theatre: str
    goal: str
    cover: Number
    irreplaceable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TheatreRow:
    """What one contributor adds in one theatre ("" where a task names none), in the principal's points."""

    theatre: str
    contributor: str
    claimed: Number
    evidenced: Number
    hype: Number
    shapley: Number


@dataclass(frozen=True, slots=True)
class Bring:
    """What they bring. `totals`: contributor → added value in the principal's points, claimed,
    evidenced and the hype between them; `shapley` the same averaged over orders of joining; `methods`:
    what their way of doing things costs others; `theatres`: the totals by theatre; `covers`: tasks as
    all together cover them; `pairs`: two contributors → how much more they are worth together than each
    joined without the other (below 0 = substitutes), in the principal's points. `own`: contributors of
    the principal's side."""

    rows: tuple[TaskRow, ...]
    totals: tuple[tuple[str, Number, Number, Number], ...]
    shapley: tuple[tuple[str, Number], ...]
    methods: tuple[tuple[str, str, Number], ...]
    claims: tuple[ClaimRow, ...]
    nothing: tuple[tuple[str, str], ...]
    theatres: tuple[TheatreRow, ...] = ()
    covers: tuple[CoverRow, ...] = ()
    pairs: tuple[tuple[str, str, Number], ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a price ladder for one payer."""

    option: str
    title: str
    claimed: Number
    evidenced: Number
    payable_claimed: Number
    payable_evidenced: Number
    breaks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LadderFacts:
    """A price ladder: the principal's rungs, and each payer's walk-away ceiling by option title
    (None: not even the first rung)."""

    issue: str
    title: str
    asker: str
    asker_best: Number
    paid_with: str
    payer: str
    rungs: tuple[Rung, ...]
    ceilings: tuple[tuple[str, str | None, str | None, bool], ...]
    lowest_owner: str | None
    lowest_owners: tuple[str, ...] = ()
    compensations: tuple[CompensationRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party before a package. `role`: table, must consent, or affected. `manner`: how it accepts
    (sincerely, cheaply, not at all)."""

    party: str
    title: str
    role: str
    gain: Number
    better_off: Number
    says_yes: Number
    manner: str


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body before a package, needed or not."""

    body: str
    title: str
    needed: bool
    accepts: Number


@dataclass(frozen=True, slots=True)
class Nearest:
    """An acceptable package near an offer, told by its changes."""

    changes: tuple[tuple[str, str, str], ...]
    gains: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class GroundRow:
    """Something that a judgement is read from: an event (or a source cited alone) with its publishers."""

    id: str
    day: str
    text: str
    publishers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StringFacts:
    """A string that a package touches: `state` kept or broken; `src` what it is read from, `grounds` the
    same in full, `why` the reading. `worth`: what honouring it adds for those at the table and its owner;
    `costs`: by how much a broken one lowers the best deal of each at the table."""

    name: str
    owner: str
    state: str
    src: tuple[str, ...]
    why: str
    grounds: tuple[GroundRow, ...]
    worth: tuple[tuple[str, Number], ...]
    costs: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class SayRow:
    """Somebody whose yes a package needs: what it decides by and what would be enough (None where no
    points would help), both chances, and how it says yes, or that it refuses."""

    who: str
    role: str
    gain: Number | None
    bar: Number | None
    better_off: Number
    says_yes: Number | None
    manner: str


@dataclass(frozen=True, slots=True)
class MakerRow:
    """One change (issue, from, to) that makes a refuser whole: who pays, and what then still stands in
    the way, thing by thing."""

    change: tuple[str, str, str]
    payers: tuple[tuple[str, Number], ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShortRow:
    """What a refuser misses (None: no points would help), what single change would bring it, and which
    payment would, where money is an issue."""

    who: str
    points: Number | None
    makers: tuple[MakerRow, ...]
    transfers: tuple[MakerRow, ...]


@dataclass(frozen=True, slots=True)
class MendRow:
    """What would have to give for a deal to exist, the nearest package then open told by its changes
    against the offer, and the points that those who refuse it miss."""

    drop: str
    changes: tuple[tuple[str, str, str], ...]
    short: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class ClosedFacts:
    """Why no package at all is acceptable. `conflicts`: what closes the zone together; `mends`: minimal
    correction sets; `openers` (kind, what): single things whose absence, or use, would open it. `whole`:
    these are all of them; else more may exist, of `size` members at most were looked for (None: any)."""

    conflicts: tuple[str, ...]
    mends: tuple[MendRow, ...]
    openers: tuple[tuple[str, str], ...]
    whole: bool
    size: int | None


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """One package from all sides. `gives`: groups whose change of mind would carry it as it stands;
    `nearest_proven`: nothing acceptable comes before the nearest; `closed`: only for the offer under
    discussion where there is no deal at all."""

    name: str
    title: str
    settles: tuple[tuple[str, str], ...]
    acceptable: bool
    parties: tuple[PartyRow, ...]
    bodies: tuple[BodyRow, ...]
    refusals: tuple[tuple[str, str, Number | None, str], ...]
    says: tuple[SayRow, ...]
    short: tuple[ShortRow, ...]
    strings: tuple[StringFacts, ...]
    killer: str | None
    nearest: tuple[Nearest, ...]
    nearest_proven: bool
    mends: tuple[tuple[str, str], ...]
    gives: tuple[str, ...]
    closed: ClosedFacts | None
    answers: tuple[tuple[str, str, Number | None, str], ...]
    all_accept: Number
    without_strings: Number
    all_yes: Number
    all_yes_without_strings: Number
    overruling: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class SolutionRow:
    """A solution concept's packages, told by what they settle, and by what they change against the
    offer (issue, from, to)."""

    concept: str
    title: str
    settles: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]
    ties: Number
    gains: tuple[tuple[str, Number], ...]
    note: str


@dataclass(frozen=True, slots=True)
class OptionShare:
    """How often an option is in the headline solution over the draws."""

    issue: str
    title: str
    option: str
    share: Number


@dataclass(frozen=True, slots=True)
class FrontierFacts:
    """The zone of agreement and its frontier; `points`: gains of the first two table parties. Shares are
    over `searched` packages: the frontier at mean values and those of `searched_draws` single draws."""

    exists: bool
    status: str
    packages: Number
    distinct: Number
    parties: tuple[str, str]
    points: tuple[tuple[float, float], ...]
    offer: tuple[float, float] | None
    solutions: tuple[SolutionRow, ...]
    shares: tuple[OptionShare, ...]
    blockers: tuple[str, ...]
    searched: Number
    searched_draws: int


@dataclass(frozen=True, slots=True)
class HoldRow:
    """Whether one deliverer would keep a package, watched and unwatched."""

    party: str
    title: str
    delivers: tuple[str, ...]
    temptation: Number
    watched: Number | None
    unwatched: Number | None
    verdict: str
    verdict_unwatched: str
    punishers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpoilerRow:
    """A party that does not consent and loses by the package; `pulled`: what its best lever that is not
    in place would bring it (None: it has none)."""

    party: str
    gain: Number
    pulled: Number | None


@dataclass(frozen=True, slots=True)
class LeverRow:
    """A move that a party makes alone; `ended`: the package on the table lifts it (None: no package)."""

    title: str
    owner: str
    in_place: bool
    ended: bool | None
    worth: Number
    to_principal: Number


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """One input moved to its low and high end; `flips`: the sign of the judgement changes."""

    judgement: str
    path: str
    label: str
    low: Number
    high: Number
    flips: bool


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """A coded observation with its grades and sources, as the evidence section lists it."""

    id: str
    event: str
    day: str
    known: str
    kind: str
    by: str
    text: str
    reading: str
    grade: str
    use: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source that the record of this briefing cites."""

    id: str
    publisher: str
    title: str
    day: str
    reliability: str
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the pages of one briefing may say. `format` is the version of this contract."""

    format: int
    case: str
    title: str
    about: str
    marking: str
    principal: str
    principal_title: str
    table: tuple[str, ...]
    as_of: str
    horizon: str
    version: str
    digest: str
    draws: int
    seed: int
    as_declared: bool
    hindsight: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    agendas: tuple[Agenda, ...]
    bring: Bring
    ladders: tuple[LadderFacts, ...]
    frontier: FrontierFacts
    offer: OfferFacts | None
    proposals: tuple[OfferFacts, ...]
    hold: tuple[HoldRow, ...]
    spoilers: tuple[SpoilerRow, ...]
    levers: tuple[LeverRow, ...]
    exchange: ExchangeFacts | None
    holding: HoldingFacts | None
    sensitivities: tuple[SensitivityRow, ...]
    assumptions: tuple[str, ...]
    observations: tuple[ObservationRow, ...]
    sources: tuple[SourceRow, ...]
    conflicts: tuple[ConflictRow, ...]
    levels: tuple[LevelRow, ...]
    matrices: tuple[Matrix, ...]
    grades: GradesFacts
