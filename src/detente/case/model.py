"""The case as frozen values: what is on file, names resolved, nothing computed.

Positions are indices into the tuples of `Case`: a party, goal, issue or option is meant by its
place there wherever a field says `int`, and by its name wherever a field says `str`.
Quantities stay uncertain here; `draws.py` turns them into numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.case.draws import Draws


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands: file name and 1-based line and column."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """An uncertain number.

    Exact: `low == high`. Range `a..b`: uniform on [low, high], `mode` None. Three-point
    `{low, mode, high}`: beta-PERT. `of` = "contributor.task": the number drawn is a factor on that
    contributor's capability for that task (0..1). `die` names the uniform that the draw uses: equal
    dice move together (the rungs of a ladder share one per goal).
    """

    low: float
    high: float
    mode: float | None = None
    of: str | None = None
    die: str = ""
    path: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a judged number is what it is.

    `src`: ids of sources, events or codings. `judged_on`: the date whose knowledge the judgement
    uses; None = not later than anything else in the case. Judged after the as-of date = hindsight.
    """

    why: str = ""
    src: tuple[str, ...] = ()
    judged_on: date | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that parties want or want to prevent, on a 0..100 scale anchored in words."""

    name: str
    title: str
    worst: str
    best: str
    base: Quantity
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Party:
    """Who has a will. `interests` in any size (scaled to sum of absolutes 1 when drawn), goal name
    → Quantity; `inferred` = taken from the posterior over the case's hypotheses for this party."""

    name: str
    title: str
    flag: str
    interests: Mapping[str, Quantity]
    inferred: bool = False
    stakes: Quantity = Quantity(1, 1)
    margin: float = 0.0
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class VoteQuota:
    """Votes of those who say yes (`votes`: member: weight) must sum to `needed`."""

    title: str
    votes: Mapping[str, float]
    needed: float


@dataclass(frozen=True, slots=True)
class Body:
    """Members with votes and a quota in votes. Votes of `others` are already added to the member
    they follow. `title` is what people read. `ways`: for rules that are more than one quota; any one way
    suffices, in a way every quota must be reached; then `votes` and `quota` only count members."""

    name: str
    title: str
    votes: Mapping[str, float]
    quota: float
    grounds: Grounds = Grounds()
    ways: tuple[tuple[VoteQuota, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Brings:
    """An option that calls on a contribution: sets the level of `contributor` on `task` to
    `share` × capability (share in 0..1)."""

    contributor: str
    task: str
    share: Quantity


@dataclass(frozen=True, slots=True)
class Option:
    """One settlement of an issue. `effects`: goal name → points against option 0, cumulative (the
    total at this rung). `as_seen_by`: party name → goal name → points as that party judges them
    (goals not named are as in `effects`)."""

    name: str
    title: str
    effects: Mapping[str, Quantity] = field(default_factory=dict)
    as_seen_by: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    brings: tuple[Brings, ...] = ()
    grounds: Grounds = Grounds()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """`by` (a party or a body) must accept these options of the issue. `silent`: yes unless it
    objects. `overruled_by`: a party of the same flag that can override at `cost` of its points."""

    options: tuple[int, ...]
    by: str
    silent: bool = False
    overruled_by: str | None = None
    cost: Quantity | None = None
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Delivery:
    """`party` carries these options out, to a share in 0..1 that scales the option's effects.
    Several deliverers of one option: the shares multiply."""

    options: tuple[int, ...]
    party: str
    share: Quantity
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Reversion:
    """From `on`, holding any option in `holds` needs `kept_by`; otherwise the issue falls to
    option `to` by itself."""

    to: int
    on: date
    kept_by: str
    holds: tuple[int, ...] = (0,)
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Issue:
    """A thing that can be settled; options in order, option 0 = where it stands. `ladder`: a higher
    rung contains the lower ones. `currency`: a sum of money and nothing else, so that moving it is a
    payment."""

    name: str
    title: str
    options: tuple[Option, ...]
    ladder: bool = False
    consents: tuple[Consent, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    reverts: Reversion | None = None
    currency: bool = False


Pattern = Mapping[str, tuple[int, ...]]
"""Issue name → options allowed by the pattern; a package matches if it fits every issue named."""


@dataclass(frozen=True, slots=True)
class Link:
    """Extra effect where a package matches `when` (two or more issues)."""

    name: str
    when: Pattern
    effects: Mapping[str, Quantity]
    as_seen_by: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Issues that feed one goal with the same good: effects add by the product rule on what is
    still open between `base` and the end of the scale."""

    goal: str
    issues: tuple[str, ...]
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Condition:
    """A string attached: where a package matches `when`, it must match `then`; `then` None = never.
    Breaking it means that `by` (party or body) refuses."""

    name: str
    by: str
    when: Pattern
    then: Pattern | None
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Lever:
    """A move that `by` makes alone. `effects` in points for as long as it is in place until the
    horizon, `cost` in the owner's own points. `since` None = not in place, only available.
    `ended_by`: patterns, any match lifts it."""

    name: str
    title: str
    by: str
    effects: Mapping[str, Quantity]
    cost: Quantity
    since: date | None = None
    ended_by: tuple[Pattern, ...] = ()
    against_refusal_of: str | None = None
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A package on record. Issues not named stay at option 0. `sequence`: groups of issues in the
    order of carrying out. `known_on` decides whether it may be seen as of a date."""

    name: str
    title: str
    by: tuple[str, ...]
    on: date
    known_on: date
    take: Mapping[str, int]
    sequence: tuple[tuple[str, ...], ...] = ()
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Task:
    """Part `share` (ω, summing to 1 over the tasks of a goal) of what full cover would move:
    `need` (R_g) points of the goal. `all_of`: names of tasks whose covers multiply with this one's
    (complements)."""

    name: str
    title: str
    goal: str
    need: Quantity
    share: float = 1.0
    theatre: str = ""
    all_of: tuple[str, ...] = ()
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one contributor (a party or a flag) can cover of one task, each in 0..1.

    `claimed`, `evidenced`: the analyst's reading, used where no claims are pooled. `pooled`: name of
    the measured quantity whose graded claims decide instead; capability = clip(scale × value / per).
    `now`: the part already in use without any agreement.
    """

    contributor: str
    task: str
    claimed: Quantity | None
    evidenced: Quantity | None
    pooled: str | None = None
    scale: Quantity = Quantity(1, 1)
    now: Quantity = Quantity(0, 0)
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured quantity that claims speak about: one quantity, one measure, one period.

    `ignorance`: what one would say without any claim. `per`: the number that stands for 1 (100 for
    per cent). `about`: whose claim counts as "as claimed". `topic` groups measures that people
    confuse; claims of one topic that disagree are listed as conflicts."""

    name: str
    title: str
    unit: str
    period: str
    about: str
    ignorance: Quantity
    per: float = 1.0
    topic: str = ""
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Method:
    """What a contributor's way of doing things costs others: effects on goals, not part of its
    added value."""

    contributor: str
    effects: Mapping[str, Quantity]
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A named story of what `party` wants: signed centre (any size), concentration κ, prior odds.
    `kept_out`: ids of events or codings (the text it is taken from) that the likelihood must not
    use again under any hypothesis."""

    party: str
    name: str
    title: str
    centre: Mapping[str, float]
    odds: float = 1.0
    kappa: float = 10.0
    kept_out: tuple[str, ...] = ()
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Menu:
    """Alternatives that many acts share: alternative → goal → push (−3..3), and the cost of each to
    its actor on the same scale. One alternative has no pushes ("nothing").

    `during`: name of a lever or period → alternative → goal → push that replaces the usual one while
    that lever is in place or that period lasts (the last named that holds, wins). `seen`: alternative →
    chance that it would have been seen at all (1 where not named). `announced`: occasions of this menu
    are known beforehand, so that nothing seen is an observation too (`unseen`).
    """

    name: str
    title: str
    alternatives: Mapping[str, Mapping[str, Quantity]]
    cost: Mapping[str, Quantity] = field(default_factory=dict)
    during: Mapping[str, Mapping[str, Mapping[str, Quantity]]] = field(default_factory=dict)
    seen: Mapping[str, float] = field(default_factory=dict)
    announced: bool = False
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Period:
    """A state of things with a beginning and, once it is over, an end (both days belong to it): a truce
    in force, talks under way. Menus may push otherwise while it lasts."""

    name: str
    title: str
    since: date
    until: date | None = None
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Audience:
    """What an audience wants to hear: goal → signed size, scaled to sum of absolutes 1 (σ)."""

    name: str
    wants: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DelayScale:
    """A kind of delay that codings of kind `delay` speak about: unit, medium, and the reference
    against which a reaction is early or late. `pushes`: goal → push (−3..3) that being twice as quick
    gives; `cost` of that to the actor; `spread` ≥ 1: factor by which two thirds of such delays stay
    within their reference where nothing is at stake."""

    name: str
    title: str
    unit: str
    reference: Quantity
    pushes: Mapping[str, Quantity] = field(default_factory=dict)
    cost: Quantity = Quantity(0, 0)
    spread: float = 2.0
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Shock:
    """An event that multiplies weights for a time: party → goal → factor at the start, decaying by
    half every `half_life` days. `delivery`: issue → factor on delivered shares."""

    name: str
    title: str
    on: date
    half_life: float
    weights: Mapping[str, Mapping[str, float]]
    delivery: Mapping[str, float] = field(default_factory=dict)
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read. `reliability` A..F (NATO Admiralty code); F = cannot be judged."""

    id: str
    publisher: str
    title: str
    known_on: date | None
    url: str
    reliability: str
    note: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `reported` 1..6: credibility that it happened or was said at all. `known_on`:
    default the earliest dated source's date. `origin`: records of one origin share one truth.
    `happened` is the end of the day where the hour is unknown (UTC)."""

    id: str
    happened: datetime
    known_on: date
    text: str
    sources: tuple[str, ...]
    reported: int
    origin: str
    theatre: str = ""
    note: str = ""
    mark: Mark | None = None


KINDS = ("act", "statement", "claim", "answer", "counter", "delay", "level")
UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Coding:
    """How one event is read.

    `kind`: act (`about` a menu, `taken` alternative → count), statement (`about` an audience,
    `cells` goal → sign), claim (`about` a measure, `number`), answer (`about` a proposal, `answer`
    yes/no/partly/later/unclear), counter (`about` the proposal that it answers, `answer` the proposal
    put against it), delay (`about` a delay scale, `number`, `bound`), level (`about` a goal, `number`
    0..100: where it stood when the event happened).
    `reading` 1..6: how sure this reading of the event is (for acts: that it was deliberate).
    `content` 1..6: is what was said true (claims, levels). `seen`: chance that the alternative taken would
    have been seen at all (default: the menu's). `known_on`: default the event's. `among`: alternatives
    that were open then (empty: all of the menu). `occasion`: records of one act from several origins
    name the same occasion; the act counts once and is surer.
    """

    id: str
    event: str
    kind: str
    by: str
    to: tuple[str, ...]
    about: str
    known_on: date
    happened: datetime
    reading: int
    taken: Mapping[str, float] = field(default_factory=dict)
    cells: Mapping[str, int] = field(default_factory=dict)
    number: Quantity | None = None
    bound: str = ""
    answer: str = ""
    content: int = 6
    seen: float | None = None
    among: tuple[str, ...] = ()
    occasion: str = ""
    note: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Constants of the model that a case may override; defaults are MODEL's, documented in
    docs/reference/format.md. `grade_power`: see `regrade`."""

    gap90_points: float = 15.0
    gap90_pushes: float = 1.5
    gap90_spread: float = 0.7
    rho: float = 0.2
    candour: tuple[float, float] = (2.0, 2.0)
    refusal_reserve: float = 5.0
    kinship: float = 0.5
    detection: float = 0.8
    detection_unwatched: float = 0.3
    false_alarm: float = 0.05
    performance: float = 0.7
    payable: float = 0.8
    reliability: Mapping[str, float] = field(default_factory=dict)
    credibility: Mapping[str, float] = field(default_factory=dict)
    scale: Mapping[str, Quantity] = field(default_factory=dict)
    grade_power: float = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """One negotiation as it is on file. `asks`: issues on which the other side asks something of the
    principal, most important first. `flags`: flag → what people call it. `folder` and `digest` (of all
    its files) tell which."""

    name: str
    title: str
    about: str
    as_of: date
    principal: str
    table: tuple[str, ...]
    horizon: date
    marking: str
    goals: tuple[Goal, ...]
    parties: tuple[Party, ...]
    issues: tuple[Issue, ...]
    bodies: tuple[Body, ...] = ()
    links: tuple[Link, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    conditions: tuple[Condition, ...] = ()
    forbid: tuple[Pattern, ...] = ()
    levers: tuple[Lever, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    tasks: tuple[Task, ...] = ()
    measures: tuple[Measure, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    methods: tuple[Method, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    menus: tuple[Menu, ...] = ()
    audiences: tuple[Audience, ...] = ()
    delays: tuple[DelayScale, ...] = ()
    periods: tuple[Period, ...] = ()
    shocks: tuple[Shock, ...] = ()
    sources: tuple[Source, ...] = ()
    events: tuple[Event, ...] = ()
    codings: tuple[Coding, ...] = ()
    settings: Settings = Settings()
    asks: tuple[str, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    digest: str = ""

    def draws(self, n: int, seed: int) -> Draws:
        """Reproducible samples of every uncertain quantity: see `detente.case.draws.Draws`."""
        from detente.case.draws import Draws

        return Draws(self, n, seed)
