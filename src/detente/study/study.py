"""One assessment as one value: what every page of a briefing reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.beliefs import Beliefs, LevelSeries, OddsSeries, Scorecard
from detente.case import Case, Values
from detente.contribution import ContributionResult
from detente.deals import DealSpace, Explanation, Frontier, Hold, Refusal, Solution, Zopa
from detente.deals.compensation import Compensation
from detente.deals.hold_draws import DelivererDraws
from detente.deals.phases import Phases
from detente.deals.rates import Rates, Trades

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A recorded answer to a proposal, with the coding that it stands in."""

    party: str
    answer: str
    coding: str


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """A package looked at from all sides.

    `package` (issues,). `gains` (draws, parties) points, contributions as evidenced.
    `better_off`, `says_yes` (parties,) probabilities; `consent` (consenters,) share of draws in which
    each accepts (bodies by quota). `all_accept`: share of draws in which nobody needed would lose and no
    string breaks; `without_strings`: the same with every condition dropped. `all_yes`: chance that
    everyone needed says yes at once when choices are noisy, `all_yes_without_strings` likewise.
    `overruling` (parties,) points that overruling refusals costs each. `answers` on record.
    """

    name: str
    title: str
    package: IntArray
    gains: FloatArray
    better_off: FloatArray
    says_yes: FloatArray
    consent: FloatArray
    all_accept: float
    without_strings: float
    all_yes: float
    all_yes_without_strings: float
    overruling: FloatArray
    explanation: Explanation
    watched: Hold
    unwatched: Hold
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Payer:
    """What one party can pay on a ladder: (options,) mean gain, 10 % and 90 % points and payable
    probability at every rung, and the index of the ceiling (None: not even the lowest rung)."""

    party: str
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    payable: FloatArray
    ceiling: int | None


@dataclass(frozen=True, slots=True, eq=False)
class PriceLadder:
    """A concession ladder paid for by deliveries: what each payer can afford, as claimed and as
    evidenced. `deliveries` (issues,) the package delivered; `owners` must consent to the issue. `makers`: for
    every rung that costs the principal something, (option, what makes good for it on other issues, the same
    among packages that all needed accept), paid by the asker."""

    issue: str
    options: tuple[str, ...]
    deliveries: IntArray
    deliveries_name: str
    asker: str
    asker_gain: FloatArray
    claimed: tuple[Payer, ...]
    evidenced: tuple[Payer, ...]
    owners: tuple[str, ...]
    makers: tuple[tuple[int, Compensation, Compensation], ...] = ()


@dataclass(frozen=True, slots=True)
class LeverWorth:
    """A move that a party makes alone: `worth` to its owner (points: its effects at the owner's
    interests, less what it costs), `to_principal` the points it gives the principal. A lever that is
    not in place threatens credibly only if its worth is above 0."""

    name: str
    owner: str
    in_place: bool
    worth: float
    to_principal: float


@dataclass(frozen=True, slots=True, eq=False)
class IssueExchange:
    """What issues are worth in terms of each other around `package` (issues,), called `name`: rates of the
    principal, one rung up each ladder, and the swaps that pay it and another party at the table."""

    name: str
    package: IntArray
    rates: Rates
    trades: Trades


@dataclass(frozen=True, slots=True, eq=False)
class Pulled:
    """One lever used by a spoiler under a package. `kept`: it is in place and the package would end it.
    `worth`: points that using it brings its owner, and `likely` the share of draws in which that is above 0.
    `before`, `after` (parties,) gains of all without and with it. `refusals`: those that others add then."""

    lever: str
    owner: str
    kept: bool
    worth: float
    likely: float
    before: FloatArray
    after: FloatArray
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Carrying:
    """One order of carrying a package out. `kind`: "proposed", "single" (one step at a time) or "together"
    (two at once). `bound`: every string and ban holds at each stage. `worst`, `low`, `high` (parties,): the
    least gain above no deal at any stage before the last, at mean values, and the 10 % and 90 % points of the
    least gain in each draw."""

    kind: str
    bound: bool
    phases: Phases
    worst: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """Whether the package on the table would hold, over the doubt: deliverers `watched` and `unwatched` in
    every draw, orders of carrying out (`carrying`; empty where there are too many steps, `steps` says how
    many), and the levers of spoilers."""

    watched: tuple[DelivererDraws, ...]
    unwatched: tuple[DelivererDraws, ...]
    steps: int
    carrying: tuple[Carrying, ...]
    pulled: tuple[Pulled, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One input at its low and high end, everything else as drawn: what it does to `judgement`."""

    judgement: str
    path: str
    label: str
    low: float
    high: float
    base: float


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything computed for one principal on one day from one case.

    `evidenced`, `claimed`: resolved inputs; `space`, `space_claimed`: the deal spaces made of them.
    `beliefs` by party. `option_share`: issue → (options,) share of draws in which the headline
    solution has each option, looked for among `candidates` (m, issues): the frontier at mean values and
    those of `draws_searched` single draws. `offer` is the package on the table (None: no proposal known).
    `usual` (draws,): the draws in which no deal is what it is at mean values; the spaces keep only these.
    `levers`: what each lever is worth to its owner. `hindsight`: key paths judged with later knowledge.
    `as_declared`: interests taken at face value. `levels`: where goals stood, in the order of the case's
    goals; `scorecards`, `odds` (over time; may be empty) by party.
    """

    case: Case
    principal: str
    table: tuple[str, ...]
    as_of: date
    draws: int
    seed: int
    as_declared: bool
    evidenced: Values
    claimed: Values
    space: DealSpace
    space_claimed: DealSpace
    beliefs: Mapping[str, Beliefs]
    contribution: ContributionResult
    frontier: Frontier
    zopa: Zopa
    solutions: tuple[Solution, ...]
    candidates: IntArray
    draws_searched: int
    option_share: Mapping[str, FloatArray]
    offer: Offer | None
    proposals: tuple[Offer, ...]
    prices: tuple[PriceLadder, ...]
    sensitivities: tuple[Sensitivity, ...]
    usual: NDArray[np.bool_]
    levers: tuple[LeverWorth, ...] = ()
    hindsight: tuple[str, ...] = ()
    levels: tuple[LevelSeries, ...] = ()
    scorecards: Mapping[str, Scorecard] = field(default_factory=dict)
    odds: Mapping[str, OddsSeries] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)

    def party(self, name: str) -> int:
        """Index of a party."""
        return self.space.parties.index(name)
