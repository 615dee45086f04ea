"""What goes into an inference beside the case, and what comes out: frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.beliefs.quantiles import weighted_ends
from detente.errors import InputError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

ANSWERS = ("yes", "no", "partly", "later", "unclear", "counter")


@dataclass(frozen=True, slots=True, eq=False)
class RefusalData:
    """A recorded answer to a proposal, with what the proposal was worth (filled by the study).

    `id`: the coding. `answer`: yes, no, counter, partly, later or unclear (the last three tell nothing).
    `gain_by_goal` (draws, goals): points that the package moves each goal against no deal, as the party
    sees it and contributions *as evidenced*; `constant` (draws,): the rest of its gain (levers, costs)
    less its margin, in its points. `claimed_gain_by_goal`, `claimed_constant`: the same with
    contributions *as claimed*, for the comparison only. `counter_gain_by_goal`, `counter_constant`: what
    the package put against it is worth, where one could be put. `named` False: the proposal failed and
    nobody knows on whom; `others_yes`: product of the mean chances of a yes of the other candidates. `q`:
    chance that the record is true and rightly read; 0 = cannot be judged.
    """

    id: str
    proposal: str
    answer: str
    gain_by_goal: FloatArray
    constant: FloatArray
    claimed_gain_by_goal: FloatArray | None = None
    claimed_constant: FloatArray | None = None
    named: bool = True
    others_yes: float = 1.0
    q: float = 0.95
    counter_gain_by_goal: FloatArray | None = None
    counter_constant: FloatArray | None = None

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            must = ", ".join(ANSWERS)
            raise InputError(f"refusal {self.id}: answer must be one of {must}, got {self.answer!r}")
        for name in ("q", "others_yes"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InputError(f"refusal {self.id}: {name} must be within 0..1, got {getattr(self, name)}")
        shapes = [(self.gain_by_goal, self.constant)]
        if self.counter_gain_by_goal is not None and self.counter_constant is not None:
            shapes.append((self.counter_gain_by_goal, self.counter_constant))
        elif self.answer == "counter":
            raise InputError(f"refusal {self.id}: a counter-offer must say its worth, got no gains of it")
        if self.claimed_gain_by_goal is not None and self.claimed_constant is not None:
            shapes.append((self.claimed_gain_by_goal, self.claimed_constant))
        for gain, constant in shapes:
            if gain.ndim != 2 or constant.shape != gain.shape[:1] or not len(constant):
                raise InputError(
                    f"refusal {self.id}: gains must be (draws, goals) and constants (draws,), "
                    f"got {gain.shape} and {constant.shape}"
                )


def has_counter(refusal: RefusalData) -> bool:
    """Whether a package could be put against this proposal."""
    return refusal.counter_gain_by_goal is not None and refusal.counter_constant is not None


@dataclass(frozen=True, slots=True, eq=False)
class HypothesisResult:
    """What became of one hypothesis.

    `prior`, `probability` sum to 1 over the hypotheses. `probability_error`, `mc_error`: Monte Carlo
    standard errors of the probability and of `log_evidence` (nats). `effect_error`: the part of the
    error of `log_evidence` that comes from the finite number of effect draws; it is common to all
    hypotheses to a large extent, and `probability_error` accounts for that. `ess`, `khat`: effective
    sample size and Pareto k of the importance weights. `nats_over_coin`: log evidence less that of
    choice at random. `fit`: good enough to be reported. `weights` (n, goals): equally weighted
    posterior draws; `coordinates` (n, goals) the same draws as standard normal numbers under the prior,
    above 0 where the signed weight lies above the middle of the story. `centre` (goals,) as told (None for
    *none of these*); `mean` (goals,). `method`: "importance", "tempered", or "prior" without a record.
    """

    name: str
    title: str
    prior: float
    probability: float
    probability_error: float
    log_evidence: float
    mc_error: float
    effect_error: float
    nats_over_coin: float
    ess: float
    khat: float
    fit: bool
    centre: FloatArray | None
    mean: FloatArray
    weights: FloatArray
    coordinates: FloatArray
    method: str = "importance"


@dataclass(frozen=True, slots=True, eq=False)
class Tell:
    """What one observation says.

    `loss` (hypotheses,): log evidence over choice at random, with it minus without it. `pull`: change
    that it makes to the log odds of the leader against the next (negative: it speaks against the leader).
    `surprise`: the chance that the leading hypothesis, without this observation, gives to what was
    done (per choice for counts, the cells' geometric mean for statements), `surprises` (hypotheses,) the
    same of each. `by_chance`: the same for choice at random. `weight`: chance that it is a true and
    deliberate choice; `size`: independent choices that it stands for. `khat` of the reweighting; `exact`:
    refitted instead.
    """

    id: str
    event: str
    kind: str
    about: str
    sources: tuple[str, ...]
    weight: float
    size: float
    loss: FloatArray
    pull: float
    surprise: float
    by_chance: float
    khat: float
    exact: bool = False
    surprises: FloatArray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class SourceTell:
    """What one source carries: everything that rests on it alone is dropped, the rest is graded by the
    best source that is left. `observations` that change; `loss`, `pull`, `khat`, `exact` as in Tell."""

    source: str
    observations: tuple[str, ...]
    loss: FloatArray
    pull: float
    khat: float
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Candour:
    """How far a speaker's words to an audience follow its interests (0..1): mean, 80 % interval."""

    speaker: str
    audience: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The difference at which the better of two options is taken 90 % of the time: posterior mean and
    80 % interval, in `unit` (pushes for acts, points for packages)."""

    unit: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RefusalChance:
    """Chance of a no to a recorded proposal by what else is known about the party (this answer left
    out), with contributions as evidenced and as claimed (None where not given)."""

    id: str
    proposal: str
    answer: str
    evidenced: float
    claimed: float | None


@dataclass(frozen=True, slots=True)
class InformationRow:
    """What one more sure record of a kind is expected to tell: `bits` of information about which
    hypothesis holds, `move` of the leader's probability either way. `kind`: act, answer, delay or
    statement; `about`: the menu, the answer's or delay's coding, the audience."""

    kind: str
    about: str
    bits: float
    move: float


@dataclass(frozen=True, slots=True, eq=False)
class OddsSeries:
    """Odds as the record grew: `probability`, `error` (days, hypotheses); `observations` (days,) in use
    on each day; `fit` (days,): whether the sampling was reliable, so that the odds may be shown."""

    party: str
    days: tuple[date, ...]
    hypotheses: tuple[str, ...]
    probability: FloatArray
    error: FloatArray
    observations: tuple[int, ...]
    fit: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """What a party is inferred to want, as of a day.

    `status` "ok", or "unfit": then odds must not be printed and `why_unfit` says why. `observations`:
    number of codings and answers used; `unused`: reason → how many were not. `declared` (goals,)
    signed, Σ|·| = 1, or None with a line in `notes`. `mean`, `low`, `high` (goals,): posterior over all
    hypotheses, 80 % interval. `learned` (goals,): 1 − var_post/var_prior; below 0.1 "not shown by
    acts". `words_only` (goals,): named in statements, moved by no act: weight and candour are
    confounded there. `shifts`: changed assumption → (hypotheses,) probabilities; names kappa_half,
    kappa_double, gap_half, gap_double, and grades_soft, grades_sharp for the table of grades. `against`: id
    of the strongest observation against the leader; `best_for`: every other hypothesis → the one that
    speaks most for it against the leader. `unexplained`: ids that every hypothesis finds less than half as
    likely as choice at random. `information`: kinds of observation, most telling first. `kin`: factions of
    its flag that it was linked with. `prior_variance` (goals,).
    """

    party: str
    as_of: date
    goals: tuple[str, ...]
    hypotheses: tuple[HypothesisResult, ...]
    leader: str
    runner_up: str
    observations: int
    unused: Mapping[str, int]
    declared: FloatArray | None
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    learned: FloatArray
    words_only: BoolArray
    candour: tuple[Candour, ...]
    scales: tuple[Scale, ...]
    shifts: Mapping[str, FloatArray]
    shift_errors: Mapping[str, FloatArray]
    tells: tuple[Tell, ...]
    source_tells: tuple[SourceTell, ...]
    against: str | None
    refusals: tuple[RefusalChance, ...]
    status: str
    why_unfit: str
    notes: tuple[str, ...]
    seed: int
    prior_variance: FloatArray
    best_for: Mapping[str, str] = field(default_factory=dict)
    unexplained: tuple[str, ...] = ()
    information: tuple[InformationRow, ...] = ()
    kin: tuple[str, ...] = ()

    def hypothesis(self, name: str) -> HypothesisResult:
        """The result of one hypothesis; InputError if there is none of that name."""
        for found in self.hypotheses:
            if found.name == name:
                return found
        known = ", ".join(h.name for h in self.hypotheses)
        raise InputError(f"hypothesis must be one of {known}, got {name!r}")

    def with_hypotheses(self, hypotheses: tuple[HypothesisResult, ...]) -> Beliefs:
        """The same with other probabilities or draws of the hypotheses: who leads, what all of them together
        say of the weights, and what speaks for and against the leader follow. What one more observation
        would tell stays that of the party's own record."""
        values = np.concatenate([h.weights for h in hypotheses])
        share = np.concatenate([np.full(len(h.weights), h.probability / len(h.weights)) for h in hypotheses])
        mean = share @ values
        low, high = weighted_ends(values, share, (0.1, 0.9))
        order = sorted(range(len(hypotheses)), key=lambda i: -hypotheses[i].probability)
        first, second = order[0], order[1] if len(order) > 1 else None
        tells = tuple(
            replace(t, pull=pull_of(t.loss, first, second), surprise=_at(t, first)) for t in self.tells
        )
        names = [h.name for h in hypotheses]
        return replace(
            self,
            hypotheses=hypotheses,
            leader=names[first],
            runner_up="" if second is None else names[second],
            tells=tells,
            source_tells=tuple(replace(t, pull=pull_of(t.loss, first, second)) for t in self.source_tells),
            against=strongest_against(tells),
            best_for=best_for(tells, names, first),
            mean=mean,
            low=low,
            high=high,
            learned=1 - (share @ (values - mean) ** 2) / np.maximum(self.prior_variance, 1e-12),
        )


def pull_of(loss: FloatArray, leader: int, runner_up: int | None) -> float:
    """Change that leaving something in makes to the log odds of the leader against the next."""
    return float(loss[leader] - (0.0 if runner_up is None else loss[runner_up]))


def strongest_against(tells: Sequence[Tell]) -> str | None:
    """The observation that speaks most against the leader, if one does."""
    worst = min(tells, key=lambda tell: tell.pull, default=None)
    return worst.id if worst is not None and worst.pull < 0 else None


def best_for(tells: Sequence[Tell], names: Sequence[str], leader: int) -> dict[str, str]:
    """Losing hypothesis → the observation that speaks most for it against the leader, if one does."""
    found = {}
    for place, name in enumerate(names):
        best = max(tells, key=lambda t: float(t.loss[place] - t.loss[leader]), default=None)
        if place != leader and best is not None and best.loss[place] > best.loss[leader]:
            found[name] = best.id
    return found


def _at(tell: Tell, place: int) -> float:
    return float(tell.surprises[place]) if len(tell.surprises) else tell.surprise
