"""From a Study to Facts, and Facts to JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from detente.brief.facts.agenda import agenda_facts
from detente.brief.facts.bring import bring_facts
from detente.brief.facts.holding import holding_facts
from detente.brief.facts.matrix import grades_facts, matrix_facts
from detente.brief.facts.offers import offer_facts, party_title
from detente.brief.facts.prices import exchange_facts, ladder_facts
from detente.brief.facts.record import observation_rows, source_rows
from detente.brief.facts.scorecard import conflict_rows, level_rows
from detente.brief.facts.stability import assumptions, hold_rows, lever_rows, sensitivity_rows, spoiler_rows
from detente.brief.facts.values import Facts, Number
from detente.brief.facts.zone import frontier_facts
from detente.brief.judgements import key_judgements
from detente.study import Study

FORMAT = 1


def gather_facts(study: Study) -> Facts:
    """Every fact that a page may show, from one Study. Cost: linear in what is shown."""
    observations = observation_rows(study)
    facts = Facts(
        **_occasion(study),
        judgements=(),
        agendas=tuple(agenda_facts(study, found) for found in study.beliefs.values()),
        bring=bring_facts(study),
        ladders=tuple(ladder_facts(study, ladder) for ladder in study.prices),
        frontier=frontier_facts(study),
        offer=None if study.offer is None else offer_facts(study, study.offer),
        proposals=tuple(offer_facts(study, offer) for offer in study.proposals),
        hold=hold_rows(study),
        spoilers=spoiler_rows(study),
        levers=lever_rows(study),
        exchange=exchange_facts(study),
        holding=holding_facts(study),
        sensitivities=sensitivity_rows(study),
        assumptions=assumptions(study),
        observations=observations,
        sources=source_rows(study.case, observations),
        conflicts=conflict_rows(study),
        levels=level_rows(study),
        matrices=tuple(matrix_facts(study, found) for found in study.beliefs.values()),
        grades=grades_facts(study),
    )
    return replace(facts, judgements=key_judgements(facts))


def _occasion(study: Study) -> dict[str, Any]:
    """Which case, who is advised, as of when, from which draws."""
    case = study.case
    return {
        "format": FORMAT,
        "case": case.name,
        "title": case.title,
        "about": case.about,
        "marking": case.marking,
        "principal": study.principal,
        "principal_title": party_title(study, study.principal),
        "table": tuple(party_title(study, name) for name in study.table),
        "as_of": study.as_of.isoformat(),
        "horizon": case.horizon.isoformat(),
        "version": study.provenance["version"],
        "digest": case.digest,
        "draws": study.draws,
        "seed": study.seed,
        "as_declared": study.as_declared,
        "hindsight": study.hindsight,
    }


def all_numbers(facts: Facts) -> dict[str, Number]:
    """Every number in the facts by its id; the same id always carries the same number."""
    return {number.id: number for number in _numbers(facts)}


def _numbers(value: object) -> Iterator[Number]:
    if isinstance(value, Number):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _numbers(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _numbers(getattr(value, field.name))
