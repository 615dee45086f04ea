"""Facts about what a party says and does: interests, hypotheses, the evidence that moves them."""

from __future__ import annotations

import numpy as np

from detente.beliefs import Beliefs, HypothesisResult, Tell
from detente.brief.facts.matrix import (
    best_for_rows,
    chances_under,
    information_facts,
    odds_facts,
    order_of,
    pull_of,
)
from detente.brief.facts.offers import party_title
from detente.brief.facts.scorecard import scorecard_facts
from detente.brief.facts.values import Agenda, CandourRow, EvidenceRow, GoalRow, HypothesisRow, Number
from detente.study import Study

SHOWN = 10
LEARNED = 0.1
SHIFTS = {
    "kappa_half": "looser stories",
    "kappa_double": "tighter stories",
    "gap_half": "choices half as noisy",
    "gap_double": "choices twice as noisy",
    "grades_soft": "grades drawn together",
    "grades_sharp": "grades drawn apart",
}


def agenda_facts(study: Study, found: Beliefs) -> Agenda:
    """One party's declared and revealed agenda."""
    name = found.party
    rows = sorted((t for t in found.tells), key=lambda t: -abs(t.pull))
    told = {tell.id: _evidence(study, found, tell) for tell in found.tells}
    return Agenda(
        party=name,
        title=party_title(study, name),
        fit=found.status == "ok",
        why_unfit=found.why_unfit,
        observations=Number(
            f"agenda.{name}.observations",
            float(found.observations),
            "count",
            "observations in the likelihood",
        ),
        goals=_goals(study, found),
        hypotheses=tuple(_hypothesis(found, place, h) for place, h in enumerate(found.hypotheses)),
        evidence=tuple(told[tell.id] for tell in rows[:SHOWN]),
        against=told.get(found.against or ""),
        candour=_candour(study, found),
        refusal=_refusal(found),
        fragile=_fragile(found),
        notes=found.notes,
        scorecard=scorecard_facts(study, name),
        best_for=best_for_rows(found, told),
        unexplained=tuple(told[i] for i in found.unexplained if i in told),
        information=information_facts(study, found),
        odds=odds_facts(study, found),
        kin=tuple(party_title(study, other) for other in found.kin),
    )


def _candour(study: Study, found: Beliefs) -> tuple[CandourRow, ...]:
    rows = []
    for c in found.candour:
        key = f"agenda.{found.party}.candour.{c.speaker}.{c.audience}"
        number = Number(key, c.mean, "share", "candour", c.low, c.high)
        rows.append(CandourRow(party_title(study, c.speaker), c.audience, number))
    return tuple(rows)


def _goals(study: Study, found: Beliefs) -> tuple[GoalRow, ...]:
    rows = []
    for g, goal in enumerate(study.case.goals):
        key = f"agenda.{found.party}.{goal.name}"
        learned = float(found.learned[g])
        note = "words only" if found.words_only[g] else "not shown by acts" if learned < LEARNED else ""
        declared = None
        if found.declared is not None:
            declared = Number(
                f"{key}.declared", float(found.declared[g]), "share", "weight in what it declares"
            )
        rows.append(
            GoalRow(
                goal.name,
                goal.title,
                declared,
                Number(
                    f"{key}.revealed",
                    float(found.mean[g]),
                    "share",
                    "posterior mean weight",
                    float(found.low[g]),
                    float(found.high[g]),
                ),
                Number(
                    f"{key}.learned", learned, "share", "share of the prior doubt that the record removed"
                ),
                note,
            )
        )
    return tuple(rows)


def _hypothesis(found: Beliefs, place: int, h: HypothesisResult) -> HypothesisRow:
    key = f"agenda.{found.party}.{h.name}"
    low, high = (min(max(h.probability + sign * 2 * h.probability_error, 0.0), 1.0) for sign in (-1, 1))
    return HypothesisRow(
        h.name,
        h.title,
        Number(f"{key}.prior", h.prior, "probability", "prior"),
        Number(
            f"{key}.probability", h.probability, "probability", "posterior, ± 2 Monte Carlo errors", low, high
        ),
        Number(f"{key}.over_coin", h.nats_over_coin, "nats", "log evidence above choice at random"),
        tuple(
            (
                label,
                Number(
                    f"{key}.{name}",
                    float(found.shifts[name][place]),
                    "probability",
                    f"posterior with {label}",
                ),
            )
            for name, label in SHIFTS.items()
            if name in found.shifts
        ),
    )


def _evidence(study: Study, found: Beliefs, tell: Tell) -> EvidenceRow:
    order = order_of(found)
    coding = next((c for c in study.case.codings if c.id == tell.id), None)
    event = next((e for e in study.case.events if e.id == tell.event), None)
    return EvidenceRow(
        id=tell.id,
        day=coding.happened.date().isoformat() if coding else "",
        text=event.text if event else tell.about,
        sources=tell.sources,
        pull=pull_of(found.party, tell),
        surprise=Number(
            f"agenda.{found.party}.surprise.{tell.id}",
            tell.surprise,
            "probability",
            "chance that the leader gave to it",
            rests_on=(tell.id,),
        ),
        under=tuple(
            (found.hypotheses[h].title, chance)
            for h, chance in zip(order, chances_under(found, tell, order), strict=False)
        ),
    )


def _fragile(found: Beliefs) -> Number:
    """The most that dropping a single observation takes from the leader's probability."""
    now = np.array([h.probability for h in found.hypotheses])
    lead, fall = int(now.argmax()), 0.0
    for tell in found.tells:
        left = now * np.exp(-(tell.loss - tell.loss.max()))
        fall = max(fall, float(now[lead] - left[lead] / left.sum()))
    gloss = "largest fall of the leader's probability when one observation is dropped"
    return Number(f"agenda.{found.party}.fragile", fall, "probability", gloss)


def _refusal(found: Beliefs) -> tuple[Number, Number] | None:
    """Chance that the refusals on record would all have come, as claimed and as evidenced."""
    told = [r for r in found.refusals if r.claimed is not None and r.answer == "no"]
    if not told:
        return None
    claimed = evidenced = 1.0
    for r in told:
        claimed *= r.claimed if r.claimed is not None else 1.0
        evidenced *= r.evidenced
    ids = tuple(r.id for r in told)
    return (
        Number(
            f"agenda.{found.party}.refusal.claimed",
            claimed,
            "probability",
            "chance of the refusals on record, contributions as claimed",
            rests_on=ids,
        ),
        Number(
            f"agenda.{found.party}.refusal.evidenced",
            evidenced,
            "probability",
            "the same, contributions as evidenced",
            rests_on=ids,
        ),
    )
