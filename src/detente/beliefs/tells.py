"""What each observation and each source says: leave-one-out by reweighting the posterior draws.

Leaving out observation t multiplies a draw's weight by L(without t)/L; the mean of that ratio is the
ratio of the two evidences. With doubt about every record the ratio is bounded; where its tail is heavy
all the same (k̂ > 0.7), the story is fitted again without the observation, unless it has less than one
chance in a hundred anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detente.beliefs.average import Mixture
from detente.beliefs.evidence import Layout, Rows, list_groups, make_rows
from detente.beliefs.fit import Fit, fit_story, pick, points_at
from detente.beliefs.likelihood import Features, group_chances, make_features, sum_groups
from detente.beliefs.psis import BAD, smooth
from detente.beliefs.records import (
    Docket,
    Feature,
    Group,
    answer_group,
    bundle_name,
    effective_size,
    features_of,
    group_of,
)
from detente.beliefs.space import Point
from detente.beliefs.values import RefusalChance, SourceTell, Tell, pull_of

FloatArray = NDArray[np.float64]

DRAWS = 600
TABLES = {"word": "words", "delay": "delays", "answer": "answers"}
LEAST = 0.01

Change = tuple[tuple[Group, Group | None], ...]
"""Groups that are replaced, with what replaces them (None: nothing)."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One story's posterior looked at closely: `features` and the chance of every group in `place`,
    `chances` (groups, draws of effects, points), `share` (draws of effects, points) the weight of each
    draw of the effects at each point; `matters`: probable enough to be fitted again."""

    fit: Fit
    point: Point
    features: Features
    place: dict[Group, int]
    chances: FloatArray
    share: FloatArray
    seed: tuple[int, ...]
    matters: bool


@dataclass(frozen=True, slots=True, eq=False)
class Without:
    """Leaving something out: `loss` (stories,) log evidence with it minus without it; `khat` the worst of
    the stories that matter; `exact` whether a story was fitted again; `tilt` per story (draws of
    effects, points) weights of the posterior without it."""

    loss: FloatArray
    khat: float
    exact: bool
    tilt: tuple[FloatArray, ...]


class Bench:
    """The looks at all stories of a party, and leave-one-out upon them (answers are remembered)."""

    def __init__(
        self, docket: Docket, layout: Layout, mixture: Mixture, seeds: Sequence[tuple[int, ...]], samples: int
    ) -> None:
        self.docket, self.layout, self.samples = docket, layout, samples
        self.groups = list_groups(docket)
        self.origin = {name: group_of(docket, codings) for name, codings in docket.bundles.items()}
        self.changes = self._observations()
        self.source_changes = self._sources()
        every = [*self.changes.values(), *self.source_changes.values()]
        new = [group for change in every for _, group in change if group is not None]
        distinct = list(dict.fromkeys([*self.groups, *new]))
        rows = make_rows(layout, distinct)
        place = {group: i for i, group in enumerate(distinct)}
        base = make_rows(layout, self.groups)
        matters = [bool(p > LEAST) for p in mixture.probabilities]
        self.looks = [
            _look(layout, fit, (base, rows), place, (seed, flag))
            for fit, seed, flag in zip(mixture.fits, seeds, matters, strict=True)
        ]
        self._known: dict[Change, Without] = {}

    def without(self, change: Change) -> Without:
        """Leave-one-out of a change, by reweighting or, where k̂ says so, by fitting again."""
        if change not in self._known:
            self._known[change] = self._work_out(change)
        return self._known[change]

    def _work_out(self, change: Change) -> Without:
        losses, tilts, worst, exact = [], [], 0.0, False
        for look in self.looks:
            log_tilt = np.log(np.maximum(look.share, 1e-300))
            for old, new in change:
                log_tilt -= np.log(look.chances[look.place[old]])
                log_tilt += 0.0 if new is None else np.log(look.chances[look.place[new]])
            found = smooth(special.logsumexp(log_tilt, axis=0))
            tilt = np.exp(log_tilt - log_tilt.max())
            loss = -found.log_mean
            if found.khat > BAD and look.matters:
                loss, exact = look.fit.gain - self._refit(look, change).gain, True
            worst = max(worst, found.khat) if look.matters else worst
            losses.append(loss)
            tilts.append(tilt)
        return Without(np.array(losses), worst, exact, tuple(tilts))

    def _refit(self, look: Look, change: Change) -> Fit:
        left = list(self.groups)
        for old, new in change:
            left.remove(old)
            left += [] if new is None else [new]
        rows = make_rows(self.layout, sorted(left))
        seed = (*look.seed, 1)
        return fit_story(look.fit.space, self.layout, rows, self.samples, seed, warm=look.fit.centres)

    def _observations(self) -> dict[str, Change]:
        changes: dict[str, Change] = {}
        for origin, codings in self.docket.bundles.items():
            for coding in codings:
                left = [c for c in codings if c.id != coding.id]
                changes[coding.id] = _change(
                    self.origin[origin], group_of(self.docket, left) if left else None
                )
        for refusal in self.docket.refusals:
            changes[refusal.id] = _change(answer_group(self.docket, refusal), None)
        return changes

    def _sources(self) -> dict[str, Change]:
        sources = dict.fromkeys(s for event in self._events() for s, _ in self.docket.letters.get(event, ()))
        found = {}
        for source in sources:
            pairs = [
                *((self.origin[o], group_of(self.docket, c, source)) for o, c in self.docket.bundles.items()),
                *(
                    (answer_group(self.docket, r), answer_group(self.docket, r, source))
                    for r in self.docket.refusals
                ),
            ]
            change = tuple(pair for old, new in pairs for pair in _change(old, new))
            if change:
                found[source] = change
        return found

    def _events(self) -> list[str]:
        answers = {r.id for r in self.docket.refusals}
        return [
            c.event for c in (*self.docket.codings, *(c for c in self.docket.case.codings if c.id in answers))
        ]


def tell_observations(bench: Bench, leader: int, runner_up: int | None) -> tuple[Tell, ...]:
    """One Tell per observation, in the order of the record.

    Cost: observations × draws; it says nothing about what two observations do together.
    """
    look, events = bench.looks[leader], bench.docket.events
    tells = []
    for coding in bench.docket.codings:
        found = bench.without(bench.changes[coding.id])
        shares = features_of(bench.docket, coding)
        group = bench.origin[bundle_name(events, coding)]
        tells.append(
            Tell(
                id=coding.id,
                event=coding.event,
                kind=coding.kind,
                about=coding.about,
                sources=tuple(s for s, _ in bench.docket.letters[coding.event]),
                weight=sum(q for q, powers in group or () if _names(powers, shares)),
                size=effective_size(coding, bench.docket.case.settings.rho),
                loss=found.loss,
                pull=pull_of(found.loss, leader, runner_up),
                surprise=_surprise(bench.layout, look, found.tilt[leader], shares),
                surprises=_surprises(bench, found, shares),
                by_chance=float(np.exp(sum(p * bench.layout.chance[f] for f, p in shares.items()))),
                khat=found.khat,
                exact=found.exact,
            )
        )
    return (*tells, *(_tell_answer(bench, r.id, leader, runner_up) for r in bench.docket.refusals))


def tell_sources(bench: Bench, leader: int, runner_up: int | None) -> tuple[SourceTell, ...]:
    """One SourceTell per source that carries weight, largest absolute pull first."""
    tells = []
    for source, change in bench.source_changes.items():
        found = bench.without(change)
        touched = tuple(
            c.id for c in bench.docket.codings if any(s == source for s, _ in bench.docket.letters[c.event])
        )
        pull = pull_of(found.loss, leader, runner_up)
        tells.append(SourceTell(source, touched, found.loss, pull, found.khat, found.exact))
    return tuple(sorted(tells, key=lambda t: (-abs(t.pull), t.source)))


def refusal_chances(bench: Bench, priors: FloatArray, gains: FloatArray) -> tuple[RefusalChance, ...]:
    """Chance of a no to each proposal that the party answered, its own answer left out."""
    out = []
    for place, refusal in enumerate(bench.docket.refusals):
        found = bench.without(bench.changes[refusal.id])
        with np.errstate(divide="ignore"):
            weight = special.softmax(np.log(priors) + gains - found.loss)
        claimed = None
        if refusal.claimed_gain_by_goal is not None and refusal.claimed_constant is not None:
            chances = [
                _no(bench.layout, look, place, tilt, (refusal.claimed_gain_by_goal, refusal.claimed_constant))
                for look, tilt in zip(bench.looks, found.tilt, strict=True)
            ]
            claimed = float(weight @ np.array(chances))
        evidenced = [
            _no(bench.layout, look, place, tilt, None)
            for look, tilt in zip(bench.looks, found.tilt, strict=True)
        ]
        out.append(
            RefusalChance(
                refusal.id, refusal.proposal, refusal.answer, float(weight @ np.array(evidenced)), claimed
            )
        )
    return tuple(out)


def _look(
    layout: Layout,
    fit: Fit,
    rows: tuple[Rows, Rows],
    place: dict[Group, int],
    story: tuple[tuple[int, ...], bool],
) -> Look:
    seed, matters = story
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([*seed, 2])))
    point = points_at(fit, pick(fit.log_weights, DRAWS, rng))
    features = make_features(layout, point)
    base, every = rows
    share = special.softmax(sum_groups(base, group_chances(base, features)), axis=0)
    return Look(fit, point, features, place, group_chances(every, features), share, seed, matters)


def _change(old: Group | None, new: Group | None) -> Change:
    return () if old is None or old == new else ((old, new),)


def _names(powers: Iterable[tuple[Feature, float]], shares: dict[Feature, float]) -> bool:
    return set(shares) <= {feature for feature, _ in powers}


def _surprises(bench: Bench, found: Without, shares: dict[Feature, float]) -> FloatArray:
    """(stories,) chance that each story, without this record, gives to what was done."""
    pairs = zip(bench.looks, found.tilt, strict=True)
    return np.array([_surprise(bench.layout, look, tilt, shares) for look, tilt in pairs])


def _surprise(layout: Layout, look: Look, tilt: FloatArray, shares: dict[Feature, float]) -> float:
    logs = np.zeros_like(tilt)
    for feature, power in shares.items():
        place = layout.place[feature]
        if feature[0] == "act":
            logs = logs + power * np.log(np.maximum(look.features.acts[place], 1e-300))
        else:
            logs = logs + power * getattr(look.features, TABLES[feature[0]])[place]
    return float((tilt * np.exp(logs)).sum() / tilt.sum())


def _tell_answer(bench: Bench, name: str, leader: int, runner_up: int | None) -> Tell:
    refusal = next(r for r in bench.docket.refusals if r.id == name)
    coding = next((c for c in bench.docket.case.codings if c.id == name), None)
    found = bench.without(bench.changes[name])
    shares: dict[Feature, float] = {("answer", name): 1.0}
    return Tell(
        id=name,
        event=coding.event if coding else "",
        kind="answer",
        about=refusal.proposal,
        sources=tuple(s for s, _ in bench.docket.letters[coding.event]) if coding else (),
        weight=refusal.q,
        size=1.0,
        loss=found.loss,
        pull=pull_of(found.loss, leader, runner_up),
        surprise=_surprise(bench.layout, bench.looks[leader], found.tilt[leader], shares),
        surprises=_surprises(bench, found, shares),
        by_chance=float(np.exp(bench.layout.chance["answer", name])),
        khat=found.khat,
        exact=found.exact,
    )


def _no(
    layout: Layout, look: Look, place: int, tilt: FloatArray, claimed: tuple[FloatArray, FloatArray] | None
) -> float:
    """Mean chance of anything but a yes under one story; `claimed` gains instead of the layout's."""
    gain, constant = layout.gain[place], layout.constant[place]
    if claimed is not None:
        at = np.arange(layout.draws) % len(claimed[1])
        gain, constant = claimed[0][at], claimed[1][at]
    accept = (gain @ look.point.weights.T + constant[:, None] - look.point.reserve) * look.point.points
    total = np.logaddexp(0.0, np.logaddexp(accept, look.features.counter[place]))
    no = -np.expm1(accept - total)
    return float((tilt * no).sum() / tilt.sum())
