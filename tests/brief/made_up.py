"""A study whose inference says everything that it can say: numbers made up, to see how they are told."""

from __future__ import annotations

from dataclasses import field, fields, make_dataclass, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np

from detente.beliefs import Beliefs, Tell
from detente.study import Study


def extended(value: Any, **more: Any) -> Any:
    """The frozen value with fields replaced, or added where its class does not have them."""
    known = {f.name for f in fields(value)}
    new = [(name, Any, field(default=None)) for name in more if name not in known]
    kind = (
        make_dataclass("Extended", new, bases=(type(value),), frozen=True, eq=False) if new else type(value)
    )
    return kind(**{f.name: getattr(value, f.name) for f in fields(value)} | more)


def telling(study: Study, party: str) -> Study:
    """The same study with the inference about `party` fit, and everything said that may be said."""
    found = study.beliefs[party]
    rng = np.random.default_rng(1)
    names = tuple(h.name for h in found.hypotheses)
    tells = tuple(_tell(tell, rng, len(names)) for tell in found.tells)
    shifts = {
        name: rng.dirichlet(np.ones(len(names))) for name in (*found.shifts, "grades_soft", "grades_sharp")
    }
    full: Beliefs = extended(
        replace(found, status="ok", why_unfit="", tells=tells, shifts=shifts),
        unexplained=tuple(tell.id for tell in tells[:2]),
        best_for={name: tells[0].id for name in names if name != found.leader},
        information=(
            SimpleNamespace(kind="act", about=study.case.menus[0].name, bits=0.21, move=0.08),
            SimpleNamespace(kind="answer", about=study.case.proposals[0].name, bits=0.05, move=0.02),
        ),
        kin=(study.case.parties[-1].name,),
    )
    return replace(study, beliefs={**study.beliefs, party: full}, odds={party: _odds(study, names, rng)})


def _tell(tell: Tell, rng: np.random.Generator, hypotheses: int) -> Tell:
    found: Tell = extended(tell, surprises=rng.uniform(0.01, 0.9, hypotheses))
    return found


def _odds(study: Study, names: tuple[str, ...], rng: np.random.Generator) -> SimpleNamespace:
    days: tuple[date, ...] = tuple(study.as_of - timedelta(days=30 * k) for k in (2, 1, 0))
    return SimpleNamespace(
        days=days,
        hypotheses=names,
        probability=rng.dirichlet(np.ones(len(names)), len(days)),
        error=np.full((len(days), len(names)), 0.01),
        observations=np.array([3, 7, 12]),
    )
