"""One input at a time: which uncertain number moves what the offer is worth to the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case import Case, Draws, Quantity, Values, stated_weights
from detente.contribution import read_capabilities
from detente.deals import DealSpace, draw_gains
from detente.study.study import Sensitivity, Study

FloatArray = NDArray[np.float64]
SHOWN = 8
TRIED = 14
SAMPLES = 100
LOW, HIGH = 0.1, 0.9


def one_at_a_time(study: Study) -> tuple[Sensitivity, ...]:
    """For each party at the table: the inputs that move its mean gain from the offer most, each set to
    its 10 % and 90 % quantile while all others stay as drawn; and each hypothesis taken as true.

    Screening is by rank of |correlation| over the study's draws (14 dice per party), the figures by
    computing the space again with the die pinned (100 draws, common random numbers). Inputs whose
    correlation is below the noise may be missed. Cost: about 30 compilations at 100 draws.
    """
    offer = study.offer
    if offer is None:
        return ()
    dice = named_dice(study.case)
    uniforms = {die: study.evidenced.draws.uniform(die) for die in dice}
    chosen: dict[str, None] = {}
    for p in study.space.table:
        chosen.update(dict.fromkeys(_screen(uniforms, offer.gains[:, p])))
    small = study.case.draws(min(SAMPLES, study.draws), study.seed)
    base = _gains(study, small, offer.package)
    ends = {die: [_gains(study, small.pin(die, at), offer.package) for at in (LOW, HIGH)] for die in chosen}
    found: list[Sensitivity] = []
    for p in study.space.table:
        rows = [
            Sensitivity(_judgement(study, p), die, dice[die], float(low[p]), float(high[p]), float(base[p]))
            for die, (low, high) in ends.items()
        ]
        rows.sort(key=lambda r: -abs(r.high - r.low))
        found += [r for r in rows[:SHOWN] if abs(r.high - r.low) > 1e-9]
        found += _by_hypothesis(study, p, small, float(base[p]))
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


def _gains(
    study: Study, draws: Draws, package: NDArray[np.int64], instead: Mapping[int, FloatArray] | None = None
) -> FloatArray:
    """(parties,) mean gain of a package with these draws; inferred interests as in the study, or those
    of `instead` (party → (draws, goals))."""
    case = study.case
    has = read_capabilities(case, study.as_of, draws)
    weights = stated_weights(case, draws, study.as_of)
    for place, party in enumerate(case.parties):
        if party.inferred:
            weights[:, place] = study.evidenced.weights[: draws.n, place]
    for place, rows in (instead or {}).items():
        weights[:, place] = rows
    values = Values(draws, weights, has.evidenced, has.contributors, has.tasks, study.as_of)
    gained: FloatArray = draw_gains(DealSpace.from_case(case, values), package[None])[:, 0].mean(axis=0)
    return gained


def _by_hypothesis(study: Study, party: int, draws: Draws, base: float) -> list[Sensitivity]:
    """What the offer is worth to an inferred party if one named hypothesis alone is right."""
    name = study.space.parties[party]
    if name not in study.beliefs or study.offer is None or not study.case.parties[party].inferred:
        return []
    found = []
    for hypothesis in study.beliefs[name].hypotheses:
        rows = np.resize(hypothesis.weights, (draws.n, hypothesis.weights.shape[1]))
        gain = float(_gains(study, draws, study.offer.package, {party: rows})[party])
        path = f"hypotheses.{name}.{hypothesis.name}"
        found.append(Sensitivity(_judgement(study, party), path, f"if “{hypothesis.title}” is right", gain, gain, base))
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
    titles = {x.name: x.title for group in (case.goals, case.parties, case.issues, case.tasks, case.levers) for x in group}
    titles |= {o.name: o.title for issue in case.issues for o in issue.options}
    parts = path.split(".")
    heads = {"issues": "effect", "parties": "interest", "links": "link", "levers": "lever", "contributions": "contribution", "tasks": "task", "goals": "base level"}
    skip = {"effects", "interests", "options"}
    named = [titles.get(part) or part for part in parts[1:] if part not in skip]
    return f"{heads.get(parts[0], parts[0])}: {' → '.join(named)}"


def _quantities(value: object) -> Iterator[Quantity]:
    if isinstance(value, Quantity):
        yield value
    elif isinstance(value, Case):
        for group in (value.goals, value.parties, value.issues, value.links, value.levers, value.tasks, value.contributions):
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
