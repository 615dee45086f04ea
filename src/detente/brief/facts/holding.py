"""Facts about keeping a deal over the doubt: patience, watching, the order of phases, spoilers at work."""

from __future__ import annotations

from math import isfinite

from detente.brief.facts.hold_values import (
    HoldingFacts,
    OrderFacts,
    PatienceRow,
    PhaseRow,
    PulledRow,
    WatchingFacts,
)
from detente.brief.facts.names import lever_title, party_title
from detente.brief.facts.values import Number
from detente.deals.acceptance import TOLERANCE
from detente.deals.hold import delivered_in
from detente.deals.hold_draws import DelivererDraws, patience_grid
from detente.study import Study
from detente.study.holding import holding_of
from detente.study.study import Carrying, Pulled

DETECTIONS = (0.3, 0.5, 0.8, 0.95)
FALSE_ALARMS = (0.0, 0.05, 0.1)


def holding_facts(study: Study) -> HoldingFacts | None:
    """How the package on the table would hold; None where nothing is on the table."""
    found = holding_of(study)
    if found is None:
        return None
    return HoldingFacts(
        table=tuple(party_title(study, study.space.parties[p]) for p in study.space.table),
        patience=tuple(
            _patience(study, seen, unseen)
            for seen, unseen in zip(found.watched, found.unwatched, strict=True)
        ),
        watching=_watching(study),
        steps=found.steps,
        orders=tuple(_order(study, carrying) for carrying in found.carrying),
        pulled=tuple(_pulled(study, pulled) for pulled in found.pulled),
    )


def _key(study: Study) -> str:
    return "" if study.offer is None else study.offer.name


def _patience(study: Study, found: DelivererDraws, unseen: DelivererDraws) -> PatienceRow:
    key = f"patience.{_key(study)}.{found.party}"

    def ends(kind: str, drawn: DelivererDraws) -> tuple[Number | None, Number | None]:
        gloss = "% point over draws of the least weight on the next period, " + kind
        low, high = (
            Number(f"{key}.{kind}.{share}", value, "per period", f"{share} {gloss}")
            if isfinite(value)
            else None
            for share, value in ((10, drawn.low), (90, drawn.high))
        )
        return low, high

    return PatienceRow(
        party=found.party,
        title=party_title(study, found.party),
        watched=ends("watched", found),
        unwatched=ends("unwatched", unseen),
        self_enforcing=Number(
            f"{key}.self_enforcing", found.self_enforcing, "probability", "share of draws without temptation"
        ),
        never=Number(
            f"{key}.never", found.never, "probability", "share of draws in which no patience is enough"
        ),
        punishers=tuple(
            (
                party_title(study, name),
                Number(
                    f"{key}.punished_by.{name}", share, "probability", "share of draws in which it punishes"
                ),
            )
            for name, share in found.punishers
        ),
    )


def _watching(study: Study) -> WatchingFacts | None:
    """The grid of whoever needs most patience and would be kept by some; None where nobody does."""
    offer = study.offer
    needing = [] if offer is None else [d for d in offer.watched.deliverers if d.verdict == "needs patience"]
    if not needing:
        return None
    most = max(needing, key=lambda d: d.delta_star)
    grid = patience_grid(most.temptation, most.loss, DETECTIONS, FALSE_ALARMS)
    key = f"watching.{_key(study)}.{most.party}"
    return WatchingFacts(
        title=party_title(study, most.party),
        detections=DETECTIONS,
        false_alarms=FALSE_ALARMS,
        patience=tuple(
            tuple(
                Number(f"{key}.{n}.{f}", float(value), "per period", "least weight on the next period")
                if isfinite(value)
                else None
                for f, value in enumerate(line)
            )
            for n, line in enumerate(grid)
        ),
    )


def _order(study: Study, carrying: Carrying) -> OrderFacts:
    space, phases = study.space, carrying.phases
    key = f"phases.{_key(study)}.{carrying.kind}"
    return OrderFacts(
        kind=carrying.kind,
        bound=carrying.bound,
        loss=Number(f"{key}.loss", phases.loss, "points", "largest loss at the table before the last phase"),
        rows=tuple(_phase(study, carrying, key, place) for place in range(len(phases.order))),
        worst=tuple(
            Number(
                f"{key}.worst.{space.parties[p]}",
                float(carrying.worst[p]),
                "points",
                "least gain above no deal at any stage before the last, with the 80 % interval over draws",
                float(carrying.low[p]),
                float(carrying.high[p]),
            )
            for p in space.table
        ),
    )


def _phase(study: Study, carrying: Carrying, key: str, place: int) -> PhaseRow:
    space, phases = study.space, carrying.phases
    titles = {issue.name: issue.title for issue in study.case.issues}
    deliver = {} if study.offer is None else delivered_in(space, study.offer.package)
    line, gloss = phases.gains[place], f"gain above no deal if it all stopped after phase {place + 1}"
    return PhaseRow(
        carried=tuple(titles[name] for name in phases.order[place]),
        gains=tuple(
            Number(f"{key}.{place + 1}.{space.parties[p]}", float(line[p]), "points", gloss)
            for p in space.table
        ),
        worse=tuple(
            party_title(study, space.parties[p])
            for p in sorted(deliver)
            if p not in space.table and line[p] < -TOLERANCE
        ),
        stops=tuple(party_title(study, name) for name in (*phases.stops, ())[place]),
    )


def _pulled(study: Study, found: Pulled) -> PulledRow:
    key, space = f"pulled.{_key(study)}.{found.lever}", study.space
    return PulledRow(
        lever=lever_title(study, found.lever),
        owner=party_title(study, found.owner),
        kept=found.kept,
        worth=Number(f"{key}.worth", found.worth, "points", "what using it brings its owner, cost taken off"),
        likely=Number(
            f"{key}.likely", found.likely, "probability", "share of draws in which that is above 0"
        ),
        table=tuple(
            Number(
                f"{key}.{space.parties[p]}",
                float(found.after[p]),
                "points",
                "gain above no deal with the lever used",
                rests_on=(f"levers.{found.lever}",),
            )
            for p in space.table
        ),
        refuses=tuple(dict.fromkeys(party_title(study, r.party) for r in found.refusals)),
    )
