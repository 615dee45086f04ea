"""A study whose inference says everything that it can say: numbers made up, to see how they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from detente.beliefs import InformationRow, OddsSeries
from detente.study import Study


def telling(study: Study, party: str) -> Study:
    """The same study with the inference about `party` fit, and everything said that may be said."""
    found = study.beliefs[party]
    rng = np.random.default_rng(1)
    names = tuple(h.name for h in found.hypotheses)
    tells = tuple(replace(t, surprises=rng.uniform(0.01, 0.9, len(names))) for t in found.tells)
    answer = next(coding.id for coding in study.case.codings if coding.kind == "answer")
    shifts = {
        name: rng.dirichlet(np.ones(len(names))) for name in (*found.shifts, "grades_soft", "grades_sharp")
    }
    full = replace(
        found,
        status="ok",
        why_unfit="",
        tells=tells,
        shifts=shifts,
        unexplained=tuple(tell.id for tell in tells[:2]),
        best_for={name: tells[0].id for name in names if name != found.leader},
        information=(
            InformationRow("act", study.case.menus[0].name, 0.21, 0.08),
            InformationRow("answer", answer, 0.05, 0.02),
        ),
        kin=(study.case.parties[-1].name,),
    )
    return replace(study, beliefs={**study.beliefs, party: full}, odds={party: _odds(study, party, rng)})


def _odds(study: Study, party: str, rng: np.random.Generator) -> OddsSeries:
    names = tuple(h.name for h in study.beliefs[party].hypotheses)
    days = tuple(study.as_of - timedelta(days=30 * k) for k in (2, 1, 0))
    chances = rng.dirichlet(np.ones(len(names)), len(days))
    return OddsSeries(party, days, names, chances, np.full(chances.shape, 0.01), (3, 7, 12))
