"""What it takes to infer a party's interests anywhere, and what factions of one flag say about each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from detente.beliefs import Beliefs, RefusalData, infer_beliefs, link_factions
from detente.case import Case, Draws, Values, stated_weights
from detente.contribution import read_capabilities
from detente.study.refusals import recorded_refusals


@dataclass(frozen=True, slots=True)
class Asked:
    """One party whose interests are inferred as of a day, and all that it takes. `brief`: odds only, from
    fewer samples."""

    case: Case
    party: str
    day: date
    seed: int
    refusals: tuple[RefusalData, ...]
    brief: bool = False


def ask_parties(
    case: Case, parties: Sequence[str], day: date, draws: Draws, *, brief: bool = False
) -> list[Asked]:
    """The questions about `parties`, with what each recorded proposal was worth to them."""
    stated = stated_weights(case, draws, day)
    has = read_capabilities(case, day, draws)
    names = has.contributors, has.tasks
    neutral = Values(draws, stated, has.evidenced, *names, day, "evidenced")
    claimed = Values(draws, stated, has.claimed, *names, day, "claimed")
    return [
        Asked(case, name, day, draws.seed, recorded_refusals(case, name, day, neutral, claimed), brief)
        for name in parties
    ]


def infer_party(asked: Asked) -> Beliefs:
    """The answer to one question."""
    return infer_beliefs(
        asked.case,
        asked.party,
        asked.day,
        seed=asked.seed,
        refusals=asked.refusals,
        samples=1200 if asked.brief else 2000,
        shifts=not asked.brief,
        tells=not asked.brief,
    )


def _fit(found: Beliefs | None) -> bool:
    return found is not None and found.status == "ok"


def link_flags(case: Case, beliefs: Mapping[str, Beliefs], seed: int) -> dict[str, Beliefs]:
    """The beliefs about all parties, those of one flag linked by the case's `kinship`. A party whose
    sampling is not reliable tells nothing of its kin."""
    linked = dict(beliefs)
    for flag in dict.fromkeys(party.flag for party in case.parties):
        kin = [
            p.name
            for p in case.parties
            if p.flag == flag and p.name in beliefs and beliefs[p.name].status == "ok"
        ]
        if len(kin) > 1:
            found = link_factions([beliefs[name] for name in kin], case.settings.kinship, seed)
            linked |= dict(zip(kin, found, strict=True))
    return linked
