"""One input at a time: which uncertain number moves what the offer is worth to the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case import Case, Draws, Quantity, Values, apply_shocks, stated_weights
from detente.contribution import read_capabilities
from detente.deals import DealSpace, gains_with_weights, require_ensemble
from detente.deals.goal_factors import Corrections
from detente.study.study import Sensitivity, Study

FloatArray = NDArray[np.float64]
SHOWN = 8
TRIED = 10
NOTHING = 1e-9
SAMPLES = 100
LOW, HIGH = 0.1, 0.9
HEADS = {
    "issues": "effect",
    "parties": "interest",
    "links": "link",
    "levers": "lever",
    "contributions": "contribution",
    "tasks": "task",
    "goals": "base level",
}
SKIPPED = {*HEADS, "effects", "interests", "options"}


def one_at_a_time(study: Study) -> tuple[Sensitivity, ...]:
    """For each party at the table: the inputs that move its mean gain from the offer most, each set to
    its 10 % and 90 % quantile while all others stay as drawn; and each hypothesis taken as true.

    Screening is by |correlation| over the study's draws (10 dice per party); the figures come from
    computing the space again with the die pinned, at 100 draws with common random numbers. An input
    whose correlation drowns in the noise of the draws may be missed. Cost: one compilation at 100
    draws for every end of a die that is not an interest.
    """
    offer = study.offer
    if offer is None:
        return ()
    dice = named_dice(study.case)
    uniforms = {die: study.evidenced.draws.uniform(die)[study.usual] for die in dice}
    chosen: dict[str, None] = {}
    for p in study.space.table:
        chosen.update(dict.fromkeys(_screen(uniforms, offer.gains[:, p])))
    small = study.case.draws(min(SAMPLES, study.draws), study.seed).remembered()
    known: Corrections = {}
    space = _space(study, small, _weights(study, small), known)
    base = _means(study, space, small)
    ends = {
        die: [_means(study, space, small.pin(die, at), die, known) for at in (LOW, HIGH)] for die in chosen
    }
    found: list[Sensitivity] = []
    for p in study.space.table:
        rows = [
            Sensitivity(_judgement(study, p), die, dice[die], float(low[p]), float(high[p]), float(base[p]))
            for die, (low, high) in ends.items()
        ]
        rows.sort(key=lambda r: -abs(r.high - r.low))
        found += [r for r in rows[:SHOWN] if abs(r.high - r.low) > NOTHING]
        found += _by_hypothesis(study, p, space, float(base[p]))
    return tuple(found)


def _judgement(study: Study, party: int) -> str:
    return f"what the offer is worth to {study.case.parties[party].title or study.space.parties[party]}"


def _screen(uniforms: Mapping[str, FloatArray], gain: FloatArray) -> list[str]:
    spread = gain.std()
    if spread == 0 or not uniforms:
        return []
    names = list(uniforms)
    table = np.stack([uniforms[name] for name in names])
    centred = table - table.mean(axis=1, keepdims=True)
    correlation = centred @ (gain - gain.mean()) / (len(gain) * spread * table.std(axis=1))
    return [names[k] for k in np.argsort(-np.abs(correlation), kind="stable")[:TRIED]]


def _weights(study: Study, draws: Draws) -> FloatArray:
    """(draws, parties, goals) interests with these draws; inferred ones as in the study."""
    weights = stated_weights(study.case, draws, study.as_of)
    for place, party in enumerate(study.case.parties):
        if party.inferred:
            weights[:, place] = study.evidenced.weights[: draws.n, place]
    return weights


def _space(study: Study, draws: Draws, weights: FloatArray, known: Corrections | None) -> DealSpace:
    has = read_capabilities(study.case, study.as_of, draws)
    values = Values(draws, weights, has.evidenced, has.contributors, has.tasks, study.as_of)
    return DealSpace.from_case(study.case, values, corrections=known)


def _means(
    study: Study, space: DealSpace, draws: Draws, die: str = "", known: Corrections | None = None
) -> FloatArray:
    """(parties,) mean gain of the offer with these draws; levels are compiled again only where the die
    is not an interest. Entries of parties that are not at the table stay 0."""
    assert study.offer is not None
    weights = _weights(study, draws)
    if die and not die.startswith("parties."):
        space = _space(study, draws, weights, known)
    means = np.zeros(len(study.case.parties))
    for p in study.space.table:
        means[p] = _usual_mean(space, gains_with_weights(space, study.offer.package, p, weights[:, p]))
    return means


def _usual_mean(space: DealSpace, gained: FloatArray) -> float:
    """Mean over the draws whose no deal is that of the mean (see `usual_draws`)."""
    usual = (require_ensemble(space).no_deal_packages == space.no_deal_package).all(axis=1)
    return float(gained[usual].mean() if usual.any() else gained.mean())


def _by_hypothesis(study: Study, party: int, space: DealSpace, base: float) -> list[Sensitivity]:
    """What the offer is worth to an inferred party if one named hypothesis alone is right."""
    name = study.space.parties[party]
    if name not in study.beliefs or study.offer is None or not study.case.parties[party].inferred:
        return []
    n, found = require_ensemble(space).draws, []
    for hypothesis in study.beliefs[name].hypotheses:
        rows = np.resize(hypothesis.weights, (n, hypothesis.weights.shape[1]))
        rows = apply_shocks(study.case, rows, name, study.as_of)
        gain = _usual_mean(space, gains_with_weights(space, study.offer.package, party, rows))
        path = f"hypotheses.{name}.{hypothesis.name}"
        found.append(
            Sensitivity(_judgement(study, party), path, f"if “{hypothesis.title}” is right", gain, gain, base)
        )
    return found


def named_dice(case: Case) -> dict[str, str]:
    """Die → what people call it, for every uncertain quantity of the design."""
    found: dict[str, str] = {}
    for quantity in _quantities(case):
        if quantity.low != quantity.high:
            die = quantity.die or quantity.path
            found.setdefault(die, describe(case, die))
    return found


def describe(case: Case, path: str) -> str:
    """A key path in words: titles for names, "→" between steps."""
    groups = (case.goals, case.parties, case.issues, case.tasks, case.levers)
    titles = {x.name: x.title for group in groups for x in group} | dict(case.flags)
    titles |= {o.name: o.title for issue in case.issues for o in issue.options}
    titles |= {f"links[{place}]": link.name for place, link in enumerate(case.links)}
    parts = path.split(".")
    named = [titles.get(part) or part for part in parts if part not in SKIPPED]
    return f"{HEADS.get(parts[0].split('[')[0], parts[0])}: {' → '.join(named)}"


def _quantities(value: object) -> Iterator[Quantity]:
    if isinstance(value, Quantity):
        yield value
    elif isinstance(value, Case):
        for group in (
            value.goals,
            value.parties,
            value.issues,
            value.links,
            value.levers,
            value.tasks,
            value.contributions,
        ):
            yield from _quantities(group)
    elif isinstance(value, tuple):
        for item in value:
            yield from _quantities(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _quantities(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _quantities(getattr(value, field.name))
