"""Facts of the matrix: every observation against every hypothesis, what sources carry, grades in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from detente.beliefs import Beliefs, SourceTell, Tell
from detente.brief.facts.belief_values import (
    BestForRow,
    GradeRow,
    GradesFacts,
    InformationFact,
    Matrix,
    MatrixRow,
    OddsFacts,
    SourcePullRow,
)
from detente.brief.facts.offers import party_title
from detente.brief.facts.values import EvidenceRow, Number
from detente.brief.words import percent
from detente.case import event_probability, grade_mirror, reading_probability
from detente.case.grades import CREDIBILITY, RELIABILITY
from detente.study import Study

KINDS = {
    "act": "what it does",
    "answer": "an answer",
    "delay": "how soon it reacts",
    "statement": "what it says",
}
LETTERS = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
}
DIGITS = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
}


def order_of(found: Beliefs) -> list[int]:
    """Places of the hypotheses, the most probable first."""
    return sorted(range(len(found.hypotheses)), key=lambda h: -found.hypotheses[h].probability)


def matrix_facts(study: Study, found: Beliefs) -> Matrix:
    """The matrix of one party."""
    order = order_of(found)
    key = f"matrix.{found.party}"
    unused = tuple(
        (reason, Number(f"{key}.unused.{reason}", float(n), "count", "records not used"))
        for reason, n in sorted(found.unused.items())
    )
    return Matrix(
        party=found.party,
        title=party_title(study, found.party),
        fit=found.status == "ok",
        why_unfit=found.why_unfit,
        hypotheses=tuple((found.hypotheses[h].name, found.hypotheses[h].title) for h in order),
        rows=tuple(sorted((_row(study, found, tell, order) for tell in found.tells), key=_telling)),
        sources=tuple(_source(study, found.party, tell) for tell in found.source_tells),
        unused=unused,
    )


def _source(study: Study, party: str, tell: SourceTell) -> SourcePullRow:
    key = f"matrix.{party}.source.{tell.source}"
    source = next((s for s in study.case.sources if s.id == tell.source), None)
    count = float(len(tell.observations))
    gloss = "what rests on it alone adds to the log odds of the leader against the next"
    return SourcePullRow(
        tell.source,
        source.publisher if source else "",
        source.reliability if source else "",
        Number(
            f"{key}.observations", count, "count", "observations that cite it", rests_on=tell.observations
        ),
        Number(f"{key}.pull", tell.pull, "nats", gloss, rests_on=(tell.source,)),
    )


def _telling(row: MatrixRow) -> tuple[float, str]:
    return -row.diagnosticity.value, row.id


def _row(study: Study, found: Beliefs, tell: Tell, order: list[int]) -> MatrixRow:
    coding = next((c for c in study.case.codings if c.id == tell.id), None)
    event = next((e for e in study.case.events if e.id == tell.event), None)
    key = f"matrix.{found.party}.{tell.id}"
    cells = tuple(
        Number(
            f"{key}.{found.hypotheses[h].name}",
            float(tell.loss[h]),
            "nats",
            "log evidence over choice at random, with it less without it",
            rests_on=(tell.id,),
        )
        for h in order
    )
    spread = Number(
        f"{key}.diagnosticity",
        float(np.max(tell.loss) - np.min(tell.loss)),
        "nats",
        "largest less smallest of the row",
        rests_on=(tell.id,),
    )
    return MatrixRow(
        id=tell.id,
        day=coding.happened.date().isoformat() if coding else "",
        kind=tell.kind,
        text=event.text if event else tell.about,
        sources=tell.sources,
        cells=cells,
        chances=chances_under(found, tell, order),
        diagnosticity=spread,
        pull=pull_of(found.party, tell),
        unexplained=tell.id in found.unexplained,
    )


def pull_of(party: str, tell: Tell) -> Number:
    """What an observation adds to the log odds of the leader against the next."""
    gloss = "change that it makes to the log odds of the leader against the next"
    return Number(f"agenda.{party}.pull.{tell.id}", tell.pull, "nats", gloss, rests_on=(tell.id,))


def chances_under(found: Beliefs, tell: Tell, order: list[int]) -> tuple[Number, ...]:
    """The chance that each hypothesis, not having seen it, gave to what was done."""
    if len(tell.surprises) != len(found.hypotheses):
        return ()
    return tuple(
        Number(
            f"matrix.{found.party}.{tell.id}.{found.hypotheses[h].name}.chance",
            float(tell.surprises[h]),
            "probability",
            "chance that the hypothesis, without it, gave to what was done",
            rests_on=(tell.id,),
        )
        for h in order
    )


def best_for_rows(found: Beliefs, rows: Mapping[str, EvidenceRow]) -> tuple[BestForRow, ...]:
    """For every losing hypothesis the observation that speaks most for it. `rows`: observation → its row."""
    place = {h.name: i for i, h in enumerate(found.hypotheses)}
    tells = {tell.id: tell for tell in found.tells}
    out = []
    for name, observation in found.best_for.items():
        tell = tells.get(observation)
        if tell is None or name not in place or observation not in rows:
            continue
        margin = float(tell.loss[place[name]] - tell.loss[place[found.leader]])
        key, gloss = f"agenda.{found.party}.best_for.{name}", "log likelihood ratio for it against the leader"
        number = Number(key, margin, "nats", gloss, rests_on=(observation,))
        out.append(BestForRow(found.hypotheses[place[name]].title, rows[observation], number))
    return tuple(out)


def information_facts(study: Study, found: Beliefs) -> tuple[InformationFact, ...]:
    """Which kind of observation would teach most, the most telling first."""
    case, out = study.case, []
    titles = {m.name: m.title for m in case.menus} | {p.name: p.title for p in case.proposals}
    titles |= {d.name: d.title for d in case.delays}
    speaks_about = {coding.id: coding.about for coding in case.codings}
    for row in found.information:
        about = speaks_about.get(row.about, row.about)
        key = f"agenda.{found.party}.information.{row.kind}.{row.about}"
        bits = Number(
            f"{key}.bits", float(row.bits), "bits", "expected from one more observation of this kind"
        )
        move = Number(
            f"{key}.move", float(row.move), "probability", "expected change of the leader's probability by it"
        )
        out.append(InformationFact(KINDS.get(row.kind, row.kind), titles.get(about) or about, bits, move))
    return tuple(out)


def odds_facts(study: Study, found: Beliefs) -> OddsFacts | None:
    """Odds on earlier days, without those whose sampling was not reliable; None where none were asked for."""
    series = study.odds.get(found.party)
    if series is None or not len(series.days):
        return None
    titles = {found.hypotheses[h].name: found.hypotheses[h].title for h in order_of(found)}
    names = sorted(series.hypotheses, key=lambda name: list(titles).index(name))
    rows = []
    for d, day in enumerate(series.days):
        if series.fit and not series.fit[d]:
            continue
        key = f"agenda.{found.party}.odds.{day}"
        gloss = "observations known by then"
        seen = Number(f"{key}.observations", float(series.observations[d]), "count", gloss)
        chances = []
        for name in names:
            h = series.hypotheses.index(name)
            p, error = float(series.probability[d, h]), 2 * float(series.error[d, h])
            gloss = "posterior as of that day, ± 2 Monte Carlo errors"
            ends = max(p - error, 0.0), min(p + error, 1.0)
            chances.append(Number(f"{key}.{name}", p, "probability", gloss, *ends))
        rows.append((day.isoformat(), seen, tuple(chances)))
    return OddsFacts(tuple(titles[name] for name in names), tuple(rows))


def grades_facts(study: Study) -> GradesFacts:
    """The table of grades in use, how alike the two grades are, and what cannot be judged."""
    settings, mirror = study.case.settings, grade_mirror(study.case, study.as_of)
    return GradesFacts(
        reliability=_grades("reliability", RELIABILITY, settings.reliability, LETTERS),
        credibility=_grades("credibility", CREDIBILITY, settings.credibility, DIGITS),
        records=Number("grades.records", float(mirror.records), "count", "events with both grades judged"),
        same=Number(
            "grades.same", mirror.same, "share", "of them whose digit mirrors the letter (A1, B2, C3, …)"
        ),
        chance=Number("grades.chance", mirror.chance, "share", "the same if the grades were unrelated"),
        correlation=Number(
            "grades.correlation", mirror.correlation, "share", "rank correlation (Kendall's tau-b)"
        ),
        mirrored=mirror.mirrored,
        warning=_warning(mirror.records, mirror.same, mirror.correlation) if mirror.mirrored else "",
        missing=_missing(study),
    )


def _warning(records: int, same: float, correlation: float) -> str:
    return (
        "The two grades merely mirror each other: of"
        f" {records} records {percent(same)} carry the digit that answers their source’s letter (A1, B2,"
        f" C3, …), rank correlation {correlation:.2f}. They count as one judgement made twice; grade each"
        " report apart from its source."
    )


def _grades(
    name: str, usual: Mapping[str, float], changed: Mapping[str, float], meaning: Mapping[str, str]
) -> tuple[GradeRow, ...]:
    return tuple(
        GradeRow(
            grade,
            meaning.get(grade, ""),
            Number(
                f"grades.{name}.{grade}",
                float(changed.get(grade, usual.get(grade, 0.0))),
                "share",
                f"{name} as a number",
                rests_on=(f"settings.{name}.{grade}",) if grade in changed else (),
            ),
            f"{usual[grade]:g}" if grade in changed and grade in usual else "",
        )
        for grade in sorted({*usual, *changed})
    )


def _missing(study: Study) -> tuple[tuple[str, Number], ...]:
    """Records that cannot be judged, by kind: they are missing information, and carry no weight."""
    case = study.case
    events = {event.id: event for event in case.events}
    count: Counter[str] = Counter()
    ids: dict[str, list[str]] = {}
    for coding in case.codings:
        event = events[coding.event]
        if max(coding.known_on, event.known_on) > study.as_of:
            continue
        fact = event_probability(case, event, study.as_of)
        unsure = fact is None or reading_probability(case.settings, coding.reading) is None
        if unsure or (coding.kind in ("claim", "level") and coding.content == 6):
            count[coding.kind] += 1
            ids.setdefault(coding.kind, []).append(coding.id)
    return tuple(
        (
            kind,
            Number(
                f"grades.missing.{kind}", float(n), "count", "cannot be judged", rests_on=tuple(ids[kind])
            ),
        )
        for kind, n in sorted(count.items())
    )
