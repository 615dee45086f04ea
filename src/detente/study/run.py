"""The order of the rooms: from a case, a day, a number of draws and a seed to one Study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.beliefs import (
    Aims,
    Beliefs,
    LevelSeries,
    Scorecard,
    level_series,
    score_party,
    weight_draws,
)
from detente.case import Case, Draws, Values, apply_shocks, load, stated_weights
from detente.contribution import Capabilities, ContributionResult, measure_contribution
from detente.deals import (
    DealSpace,
    Frontier,
    Solution,
    chooser,
    find_frontier,
    find_zopa,
    frontiers_of_draws,
    option_frequency,
    solve,
    usual_draws,
)
from detente.deals.goal_factors import Corrections
from detente.engine import Crew
from detente.errors import InputError
from detente.study.hindsight import later_judged
from detente.study.inferring import ask_parties, infer_party, link_flags
from detente.study.keeping import bare, with_spaces
from detente.study.levers import lever_worths
from detente.study.offer import known_proposals, look_at, parse_package, table_offer, untabled
from detente.study.openers import threat_spaces
from detente.study.prices import price_ladders
from detente.study.sensitivity import one_at_a_time
from detente.study.study import Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
HEADLINE = "nash"
CANDIDATES = 300
DRAW_FRONTIERS, DRAW_WORK = 10, 250_000
"""Draws whose own frontier is found, and the partial packages that all of them may take."""
CONCEPTS = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")


def assess(
    case: Case | str,
    *,
    principal: str | None = None,
    table: Sequence[str] | None = None,
    as_of: date | str | None = None,
    draws: int = 1000,
    seed: int = 0,
    engine: str = "local",
    as_declared: bool = False,
    progress: Callable[[str], None] | None = None,
    crew: Crew | None = None,
) -> Study:
    """One Study of `case` for `principal` as of a day: every room in order, from one seed.

    `case`: a Case, a bundled name or a path. `draws` ≥ 20. `engine`: "local" (the only one so far).
    `as_declared`: parties with hypotheses get their declared interests instead of the posterior.
    `progress` is told the step. `crew`: processes that share the work; the numbers do not depend on it.
    Raises InputError for unknown names. Same arguments, same values; no cache is read or written
    (see `keep_study`). Cost: inference (seconds per party with hypotheses) + frontier + linear in draws.
    """
    case = _chosen(case, principal, table, engine, draws)
    day = day_of(case, as_of)
    say, crew = progress or (lambda step: None), crew or Crew()
    samples = case.draws(draws, seed)
    say("weighing claims and inferring interests")
    beliefs = _beliefs(case, day, samples, crew)
    weights = _weights(case, day, samples, beliefs, as_declared)
    own = weights[:, [party.name for party in case.parties].index(case.principal)]
    contribution = measure_contribution(case, day, samples, own)
    say("finding the frontier")
    study = _agreement(case, day, samples, weights, contribution, beliefs)
    doubted = crew.begin(_over_the_draws, study if crew.alone else bare(study))
    say("examining the offers")
    proposals = known_proposals(study)
    offer = table_offer(study, proposals) or untabled(study)
    study = replace(study, proposals=proposals, offer=offer, as_declared=as_declared)
    moved = crew.begin(one_at_a_time, bare(study))
    say("pricing")
    study = replace(study, prices=price_ladders(study))
    say("testing what matters")
    return replace(study, **doubted.result(), sensitivities=moved.result())


def _agreement(
    case: Case,
    day: date,
    samples: Draws,
    weights: FloatArray,
    contribution: ContributionResult,
    beliefs: Mapping[str, Beliefs],
) -> Study:
    """What can be agreed with resolved inputs; draws, offers, prices and sensitivities still empty."""
    evidenced = _values(samples, weights, contribution, day, "evidenced")
    claimed = _values(samples, weights, contribution, day, "claimed")
    known: Corrections = {}
    space, usual = usual_draws(DealSpace.from_case(case, evidenced, corrections=known))
    frontier = find_frontier(space)
    levels = level_series(case, day, samples)
    return Study(
        **_occasion(case, day, samples),
        evidenced=evidenced,
        claimed=claimed,
        space=space,
        space_claimed=usual_draws(DealSpace.from_case(case, claimed, corrections=known))[0],
        usual=usual,
        beliefs=beliefs,
        contribution=contribution,
        frontier=frontier,
        zopa=find_zopa(space, frontier, threats=threat_spaces(case, evidenced, space)),
        solutions=_solutions(space, frontier, case.principal),
        candidates=frontier.packages[:CANDIDATES],
        draws_searched=0,
        option_share={},
        offer=None,
        proposals=(),
        prices=(),
        sensitivities=(),
        levers=lever_worths(case, evidenced),
        levels=levels,
        scorecards=_scorecards(case, day, levels, beliefs),
    )


def _occasion(case: Case, day: date, samples: Draws) -> dict[str, Any]:
    """Who is advised about what, when, and from which numbers."""
    return {
        "case": case,
        "principal": case.principal,
        "table": case.table,
        "as_of": day,
        "draws": samples.n,
        "seed": samples.seed,
        "as_declared": False,
        "hindsight": later_judged(case, day),
        "provenance": _provenance(case, day, samples.n, samples.seed),
    }


def day_of(case: Case, as_of: date | str | None) -> date:
    """The day that a case is seen on: `as_of`, or the case's own.

    Raises InputError for what is no date, a day after the horizon, or one before anything on record was
    known.
    """
    if as_of is None:
        return case.as_of
    try:
        day = date.fromisoformat(str(as_of))
    except ValueError:
        raise InputError(f"as_of must be a date like 2016-07-14, got {as_of!r}") from None
    first = min((event.known_on for event in case.events), default=None)
    if day > case.horizon:
        raise InputError(f"as_of must not be after the case's horizon, {case.horizon}, got {day}")
    if first is not None and day < first:
        raise InputError(f"as_of must not be before the first record was known, {first}, got {day}")
    return day


def with_offer(study: Study, package: str | None) -> Study:
    """The same study with another package on the table: a proposal's name or "issue=option,…".

    None keeps the offer as it is. Raises InputError naming the nearest known issue or option.
    """
    if package is None:
        return study
    for offer in study.proposals:
        if offer.name == package:
            return replace(study, offer=offer)
    titles = {p.name: f"{p.title} (of {p.on}, not known yet)" for p in study.case.proposals}
    title = titles.get(package, package)
    return replace(study, offer=look_at(study, parse_package(study, package), package, title))


def with_price(study: Study, *, issue: str | None = None, deliveries: str | None = None) -> Study:
    """The same study with the ladders of one issue, or other deliveries, priced."""
    if issue is None and deliveries is None:
        return study
    package = None if deliveries is None else parse_package(study, deliveries)
    return replace(study, prices=price_ladders(study, issue=issue, deliveries=package, name=deliveries))


def _chosen(
    case: Case | str, principal: str | None, table: Sequence[str] | None, engine: str, draws: int
) -> Case:
    case = load(case) if isinstance(case, str) else case
    names = [party.name for party in case.parties]
    chosen = tuple(table or case.table)
    who = principal or case.principal
    for name in (*chosen, who):
        if name not in names:
            raise InputError(f"party must be one of {', '.join(names)}, got {name!r}")
    if len(chosen) < 2 or len(set(chosen)) < len(chosen):
        raise InputError(f"the table must seat two or more different parties, got {', '.join(chosen)}")
    if who not in chosen:
        seats = ",".join((who, *chosen[1:]))
        raise InputError(
            f"the principal must sit at the table ({', '.join(chosen)}), got {who!r}; "
            f"try --table {seats} with it"
        )
    if engine != "local":
        raise InputError(f"engine must be 'local', got {engine!r}")
    if draws < 20:
        raise InputError(f"draws must be at least 20, got {draws}")
    asks = case.asks if who == case.principal else ()
    return replace(case, principal=who, table=chosen, asks=asks)


def _beliefs(case: Case, day: date, draws: Draws, crew: Crew) -> Mapping[str, Beliefs]:
    """Posterior of every party that has hypotheses; factions of one flag linked."""
    parties = list(dict.fromkeys(h.party for h in case.hypotheses))
    found = crew.map(infer_party, ask_parties(case, parties, day, draws))
    return link_flags(case, dict(zip(parties, found, strict=True)), draws.seed)


def _scorecards(
    case: Case, day: date, levels: Sequence[LevelSeries], beliefs: Mapping[str, Beliefs]
) -> Mapping[str, Scorecard]:
    """What every party with hypotheses has achieved, by the interests that it declares and that it shows."""
    cards = {}
    for name, found in beliefs.items():
        centres = np.stack(
            [np.zeros(len(case.goals)), *(h.centre for h in found.hypotheses if h.centre is not None)]
        )
        largest = centres[np.abs(centres).argmax(axis=0), np.arange(len(case.goals))]
        cards[name] = score_party(case, name, day, levels, Aims(found.declared, found.mean, largest))
    return cards


def _weights(
    case: Case, day: date, draws: Draws, beliefs: Mapping[str, Beliefs], as_declared: bool
) -> FloatArray:
    """(draws, parties, goals): stated interests, with those of inferred parties filled in."""
    weights = stated_weights(case, draws, day)
    for place, party in enumerate(case.parties):
        if not party.inferred:
            continue
        found = beliefs[party.name]
        rows = (
            declared_draws(found, draws.n, draws.seed)
            if as_declared
            else weight_draws(found, draws.n, draws.seed)
        )
        weights[:, place] = apply_shocks(case, rows, party.name, day)
    return weights


def declared_draws(found: Beliefs, n: int, seed: int) -> FloatArray:
    """(n, goals) the declared centre, repeated: what one would use without inference."""
    if found.declared is None:
        return weight_draws(found, n, seed)
    return np.repeat(np.asarray(found.declared, dtype=np.float64)[None], n, axis=0)


def _values(
    draws: Draws,
    weights: FloatArray,
    has: ContributionResult | Capabilities,
    day: date,
    mode: Literal["evidenced", "claimed"],
) -> Values:
    brings = has.evidenced if mode == "evidenced" else has.claimed
    return Values(draws, weights, brings, has.contributors, has.tasks, day, mode)


def _solutions(space: DealSpace, frontier: Frontier, principal: str) -> tuple[Solution, ...]:
    found = [solve(space, concept, frontier=frontier) for concept in CONCEPTS]
    seats = sorted((space.parties[p] for p in space.table), key=lambda name: name != principal)
    return (*found, *(solve(space, "best_for", frontier=frontier, party=name) for name in seats))


def _over_the_draws(study: Study) -> dict[str, Any]:
    """How the frontier and the headline solution vary from draw to draw, as fields of a Study."""
    space = study.space if study.space.ensemble else with_spaces(study, claimed=False).space
    candidates, searched = _candidates(space, study.frontier)
    shares = _shares(space, candidates)
    return {"candidates": candidates, "draws_searched": searched, "option_share": shares}


def _candidates(space: DealSpace, frontier: Frontier) -> tuple[IntArray, int]:
    """Packages among which each draw's solution is looked for: the frontier at mean values and those of
    single draws; and how many draws these are (fewer where the search is long, by its own count)."""
    if not len(frontier.packages):
        return frontier.packages, 0
    draws = min(DRAW_FRONTIERS, DRAW_WORK // max(frontier.work, 1))
    first = frontier.packages[:CANDIDATES]
    if not draws or frontier.status != "exact":
        return first, 0
    found = frontiers_of_draws(space, draws, start=first)
    often = found.packages[np.argsort(-found.share, kind="stable")]
    return np.unique(np.concatenate([first, often])[:CANDIDATES], axis=0), len(found.draws)


def _shares(space: DealSpace, candidates: IntArray) -> Mapping[str, FloatArray]:
    """Issue → (options,) share of draws whose Nash solution, among the candidates, has it."""
    if not len(candidates):
        return {}
    shares = option_frequency(space, candidates, chooser(HEADLINE))
    return dict(zip(space.issues, shares, strict=True))


def _provenance(case: Case, day: date, draws: int, seed: int) -> Mapping[str, str]:
    from detente import __version__

    return {
        "version": __version__,
        "case": case.name,
        "digest": case.digest,
        "as_of": day.isoformat(),
        "draws": str(draws),
        "seed": str(seed),
    }
