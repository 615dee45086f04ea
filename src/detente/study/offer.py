"""Packages on record and packages one asks about, looked at from all sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.case import Case, Proposal
from detente.deals import (
    Explanation,
    all_say_yes,
    better_off,
    check_hold,
    consent_probability,
    draw_acceptable,
    draw_gains,
    explain,
    overrule_costs,
    says_yes,
)
from detente.deals.conditions import zone_costs
from detente.errors import InputError
from detente.study.levers import best_pulls
from detente.study.study import Answer, Offer, Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def known_proposals(study: Study) -> tuple[Offer, ...]:
    """Every proposal known by the study's day, latest last, with the answers recorded by then."""
    known = sorted(
        (p for p in study.case.proposals if p.known_on <= study.as_of), key=lambda p: (p.on, p.name)
    )
    if not known:
        return ()
    packages = [proposal_package(study, p) for p in known]
    costs = zone_costs(study.space, np.stack(packages), frontier=study.frontier)
    return tuple(
        look_at(study, package, p.name, p.title, answers_to(study.case, p.name, study.as_of), costs)
        for p, package in zip(known, packages, strict=True)
    )


def table_offer(study: Study, proposals: Sequence[Offer]) -> Offer | None:
    """The offer on the table: the latest known proposal made by somebody who sits there, else the
    latest known at all."""
    makers = {p.name: p.by for p in study.case.proposals}
    seated = [offer for offer in proposals if set(makers[offer.name]) & set(study.table)]
    return (seated or [*proposals])[-1] if proposals else None


def untabled(study: Study) -> Offer | None:
    """Where nobody has proposed anything: the Nash solution, named as what it is; where there is no deal,
    the package for which least would have to give. None where not even that is known."""
    best = next((s for s in study.solutions if len(s.packages)), None)
    if best is not None:
        title = f"the {best.title} solution (nobody has tabled it)"
        return look_at(study, best.packages[0], best.concept, title)
    if study.zopa.corrections is None or not study.zopa.corrections.sets:
        return None
    closest = study.zopa.corrections.sets[0].package
    return look_at(study, closest, "closest", "the package closest to a deal (nobody has tabled it)")


def look_at(
    study: Study,
    package: IntArray,
    name: str,
    title: str,
    answers: tuple[Answer, ...] = (),
    costs: Mapping[str, FloatArray] | None = None,
) -> Offer:
    """An Offer: gains per draw, both probabilities, why it fails or stands, whether it would hold.

    `costs`: what broken conditions cost the zone, where known.
    Cost: one explanation (a bounded search around the package) and one pass over the draws.
    """
    space, settings = study.space, study.case.settings
    row, free, pulls = package[None], replace(study.space, conditions=()), best_pulls(study.levers)
    return Offer(
        name=name,
        title=title,
        package=package,
        gains=draw_gains(space, row)[:, 0],
        better_off=better_off(space, row)[0],
        says_yes=says_yes(space, row, settings.gap90_points)[0],
        consent=consent_probability(space, row)[0],
        all_accept=float(draw_acceptable(space, row).mean()),
        without_strings=float(draw_acceptable(free, row).mean()),
        all_yes=float(all_say_yes(space, row, settings.gap90_points)[0]),
        all_yes_without_strings=float(all_say_yes(free, row, settings.gap90_points)[0]),
        overruling=overrule_costs(space, row)[0],
        explanation=_explained(study, package, costs),
        watched=check_hold(
            space, package, detection=settings.detection, false_alarm=settings.false_alarm, levers=pulls
        ),
        unwatched=check_hold(
            space, package, detection=settings.detection_unwatched, false_alarm=settings.false_alarm
        ),
        answers=answers,
    )


def _explained(study: Study, package: IntArray, costs: Mapping[str, FloatArray] | None) -> Explanation:
    return explain(
        study.space,
        package,
        favour=study.principal,
        frontier=study.frontier,
        zone=study.zopa,
        costs=costs,
        currency=[issue.name for issue in study.case.issues if issue.currency],
        gap90=study.case.settings.gap90_points,
    )


def answers_to(case: Case, proposal: str, day: object) -> tuple[Answer, ...]:
    """Recorded answers to a proposal known by `day`, in order of the record."""
    return tuple(
        Answer(c.by, c.answer, c.id)
        for c in case.codings
        if c.kind == "answer" and c.about == proposal and c.known_on <= day  # type: ignore[operator]
    )


def proposal_package(study: Study, proposal: Proposal) -> IntArray:
    """(issues,) the package of a proposal; issues it does not name stay at option 0."""
    return study.space.package(dict(proposal.take))


def parse_package(study: Study, text: str) -> IntArray:
    """(issues,) from a proposal's name or "issue=option,issue=option".

    Raises InputError with the known names.
    """
    for proposal in study.case.proposals:
        if proposal.name == text:
            return proposal_package(study, proposal)
    choice: dict[str, str | int] = {}
    for part in text.split(","):
        issue, equals, option = part.partition("=")
        if not equals:
            known = ", ".join(p.name for p in study.case.proposals) or "none"
            raise InputError(f"a package must be a proposal ({known}) or issue=option,…, got {text!r}")
        choice[issue.strip()] = option.strip()
    return study.space.package(choice)
