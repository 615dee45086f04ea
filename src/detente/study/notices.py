"""What is suspicious though legal, as far as it takes the model to tell: notices for `check`."""

from __future__ import annotations

import numpy as np

from detente.beliefs import menu_separation
from detente.case import Case, Coding
from detente.deals import TableFactor, consenter_gains, gains, goal_range
from detente.errors import Problem
from detente.study.offer import look_at, proposal_package
from detente.study.run import assess
from detente.study.study import Offer, Study

SAMPLES = 200
HARDLY = 1.0
QUARTER = 0.25
CONTRADICTS = 0.2
MUTE = 0.01


def review(case: Case, *, seed: int = 0) -> list[Problem]:
    """Notices that need the model: goal levels outside 0..100, parties that the table hardly moves,
    consenters with gain exactly 0, menus that separate no hypotheses, hypotheses that do not beat
    coin-tossing, and recorded answers that the model contradicts (whatever their date: this is about
    the case, not about a day).

    Cost: one assessment with 200 draws.
    """
    study = assess(case, draws=SAMPLES, seed=seed)
    return [*_levels(study), *_unmoved(study), *_mute(study), *_coin(study), *_answers(study)]


def _notice(key: str, must: str, got: str, hint: str = "") -> Problem:
    return Problem("case.yaml", 0, 0, key, must, got, hint, "notice")


def _levels(study: Study) -> list[Problem]:
    ranges = goal_range(study.case, study.evidenced)
    return [
        _notice(
            f"goals.{goal.name}",
            "should stay within 0..100 whatever is chosen",
            f"{low:.0f}..{high:.0f}",
            "do several issues give the same good twice? declare an overlap",
        )
        for goal, (low, high) in zip(study.case.goals, ranges, strict=True)
        if low < -0.5 or high > 100.5
    ]


def _unmoved(study: Study) -> list[Problem]:
    """Parties with over a quarter of their weight on goals that the table hardly moves."""
    ranges = goal_range(study.case, study.evidenced)
    still = (ranges[:, 1] - ranges[:, 0]) < HARDLY
    share = np.abs(study.evidenced.weights).mean(axis=0) @ still
    return [
        _notice(
            f"parties.{party.name}",
            "should care mostly about what is on the table",
            f"{100 * part:.0f} % of its weight on goals that no option moves",
        )
        for party, part in zip(study.case.parties, share, strict=True)
        if part > QUARTER
    ]


def _mute(study: Study) -> list[Problem]:
    """Menus from which no act could tell the stories apart."""
    return [
        _notice(
            f"menus.{menu}",
            f"should be able to separate two hypotheses about {party}",
            f"expected log Bayes factor {nats:.3f} at most",
            "which goals do the alternatives move differently?",
        )
        for party in study.beliefs
        for menu, nats in menu_separation(study.case, party).items()
        if nats < MUTE
    ]


def _coin(study: Study) -> list[Problem]:
    return [
        _notice(
            f"hypotheses.{name}", "should explain the acts better than choice at random", "none of them does"
        )
        for name, found in study.beliefs.items()
        if found.observations and max(h.nats_over_coin for h in found.hypotheses) <= 0
    ]


def _answers(study: Study) -> list[Problem]:
    """Recorded yes and no that the model holds improbable (under one in five)."""
    notices = []
    for proposal in study.case.proposals:
        codings = [c for c in study.case.codings if c.kind == "answer" and c.about == proposal.name]
        if not codings:
            continue
        offer = look_at(study, proposal_package(study, proposal), proposal.name, proposal.title)
        notices += _zero_gain(study, offer)
        for coding in codings:
            if coding.answer in ("yes", "no") and coding.by in study.space.parties:
                notices += _contradiction(study, offer, coding)
    return notices


def _contradiction(study: Study, offer: Offer, coding: Coding) -> list[Problem]:
    """A party whose own string the package breaks is expected to say no, whatever it gains."""
    place = study.party(coding.by)
    broken = [c for c in study.case.conditions if c.by == coding.by and c.name in offer.explanation.broken]
    p_yes = 0.0 if broken else float(offer.says_yes[place])
    if (p_yes if coding.answer == "yes" else 1 - p_yes) >= CONTRADICTS:
        return []
    got = f"its own string “{broken[0].name}” is broken" if broken else f"chance of a yes {100 * p_yes:.0f} %"
    gain = offer.gains[:, place].mean()
    return [
        _notice(
            f"proposals.{offer.name}",
            f"should be consistent with the record: {coding.by} answered {coding.answer} ({coding.id})",
            got,
            f"mean gain {gain:+.1f} points; is an effect, a weight or a motive missing?",
        )
    ]


def _zero_gain(study: Study, offer: Offer) -> list[Problem]:
    values = consenter_gains(study.space, offer.package[None], gains(study.space, offer.package[None]))[0]
    needed = {r.by for r in study.space.consents if offer.package[r.issue] in r.options}
    return [
        _notice(
            f"proposals.{offer.name}",
            f"should move {study.space.consenters[c]}, whose consent it needs",
            "gain exactly 0",
        )
        for c in sorted(needed)
        if values[c] == 0 and any(isinstance(f, TableFactor) for f in study.space.factors)
    ]
