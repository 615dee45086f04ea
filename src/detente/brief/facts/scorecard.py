"""Facts about what parties have achieved: levels of goals by time, and cards made of them."""

from __future__ import annotations

import numpy as np

from detente.beliefs import GoalScore, LevelPoint, LevelSeries, Scorecard
from detente.brief.facts.belief_values import ConflictRow, GoalScoreRow, LevelRow, ScorecardFacts
from detente.brief.facts.bring import told
from detente.brief.facts.values import Number
from detente.case import Claim, Conflict
from detente.study import Study

POINTS = "goal points"


def scorecard_facts(study: Study, party: str) -> ScorecardFacts | None:
    """One party's card; None where none was made."""
    card = study.scorecards.get(party)
    if card is None:
        return None
    titles = {goal.name: goal.title for goal in study.case.goals}
    shown = {score.goal for score in card.goals}
    key = f"scorecard.{party}"
    missing = Number(
        f"{key}.missing",
        float(len(card.missing)),
        "count",
        "acts that cannot be judged",
        rests_on=card.missing,
    )
    return ScorecardFacts(
        since=card.since.isoformat() if card.since else "",
        observed=any(series.reports for series in study.levels if series.goal in shown),
        rows=tuple(_row(card, score, titles[score.goal]) for score in card.goals),
        acts=Number(f"{key}.acts", float(card.acts), "count", "acts counted since that day"),
        missing=missing,
        spent=Number(f"{key}.spent", card.spent, "pushes", "what its acts cost it, on the scale of menus"),
        won=_spread(f"{key}.won", card.won, "points by which goals moved its way, in its own points"),
        gone=_spread(f"{key}.gone", card.gone, "points by which goals moved against it, in its own points"),
        fell=tuple(titles[goal] for goal in card.fell),
    )


def _row(card: Scorecard, score: GoalScore, title: str) -> GoalScoreRow:
    key = f"scorecard.{card.party}.{score.goal}"
    declared = None
    if score.declared is not None:
        declared = Number(f"{key}.declared", score.declared, "share", "weight in what it declares")
    pushed = (*score.acts_for, *score.acts_against)
    gloss = "pushes of its acts its way less the other way, each by its weight"
    before, after, change = _levels(key, score)
    chances = [
        Number(f"{key}.{name}", value, "probability", told, rests_on=score.reports)
        for name, value, told in _chances(score)
    ]
    return GoalScoreRow(
        goal=score.goal,
        title=title,
        declared=declared,
        inferred=Number(f"{key}.inferred", score.inferred, "share", "weight that it is inferred to give"),
        wanted="up" if score.wanted > 0 else "down",
        start=score.start.isoformat() if score.start else "",
        end=score.end.isoformat() if score.end else "",
        before=before,
        after=after,
        change=change,
        rose=chances[0],
        achieved=chances[1],
        not_achieved=chances[2],
        lost=chances[3],
        cannot_tell=chances[4],
        verdict=score.verdict,
        acts_for=_acts(f"{key}.acts_for", score.acts_for, "its acts that pushed the goal its way"),
        acts_against=_acts(f"{key}.acts_against", score.acts_against, "its acts that pushed it otherwise"),
        push=Number(f"{key}.push", score.push, "pushes", gloss, rests_on=pushed),
    )


def _levels(key: str, score: GoalScore) -> tuple[Number | None, Number | None, Number | None]:
    """Levels at both days and the change between them; None where too little is known."""
    if score.before is None or score.after is None or score.change is None:
        return None, None, None
    told, rests = "change of level, where both ends are known", score.reports
    return (
        Number(f"{key}.before", score.before, POINTS, "mean level at the first day", rests_on=rests),
        Number(f"{key}.after", score.after, POINTS, "mean level at the last day", rests_on=rests),
        Number(f"{key}.change", score.change, POINTS, told, score.low, score.high, rests),
    )


def _chances(score: GoalScore) -> tuple[tuple[str, float, str], ...]:
    return (
        ("rose", score.rose, "chance that the level rose"),
        ("achieved", score.achieved, "chance that it moved its way by 5 points or more"),
        ("not_achieved", score.not_achieved, "chance that it moved by less than 5 points"),
        ("lost", score.lost, "chance that it moved against it by 5 points or more"),
        ("cannot_tell", score.cannot_tell, "chance that one end is not known"),
    )


def _acts(key: str, ids: tuple[str, ...], gloss: str) -> Number:
    return Number(key, float(len(ids)), "count", gloss, rests_on=ids)


def _spread(key: str, spread: tuple[float, float, float], gloss: str) -> Number:
    return Number(key, spread[0], "points", gloss, spread[1], spread[2])


def level_rows(study: Study) -> tuple[LevelRow, ...]:
    """Every observed level of every goal, by goal and time. Goals of which nothing was reported have none."""
    titles = {goal.name: goal.title for goal in study.case.goals}
    return tuple(
        _level(series, titles[series.goal], point)
        for series in study.levels
        if series.reports
        for point in series.points
    )


def _level(series: LevelSeries, title: str, point: LevelPoint) -> LevelRow:
    key = f"level.{series.goal}.{point.day}"
    ids = tuple(entry.coding for entry in point.entries)
    values = point.values[point.known]
    low, high = np.quantile(values, (0.1, 0.9))
    level = Number(
        f"{key}.mean",
        float(values.mean()),
        POINTS,
        "mean level where it is known",
        float(low),
        float(high),
        ids,
    )
    chances = (
        Number(
            f"{key}.{name}",
            float(weight),
            "probability",
            "chance that this report is right",
            rests_on=(name,),
        )
        for name, weight in zip(ids, point.weights, strict=True)
    )
    return LevelRow(
        goal=series.goal,
        title=title,
        first=point.first.isoformat(),
        day=point.day.isoformat(),
        level=level,
        known=Number(
            f"{key}.known", float(point.known.mean()), "probability", "chance that it is known", rests_on=ids
        ),
        judged=point.judged,
        entries=tuple(zip((told(entry) for entry in point.entries), chances, strict=True)),
    )


def conflict_rows(study: Study) -> tuple[ConflictRow, ...]:
    """Reports that contradict each other, each with those that it contradicts: claims, then levels of"
    " goals."""
    measures = {m.name: f"{m.title}, {m.period}" for m in study.case.measures}
    goals = {goal.name: goal.title for goal in study.case.goals}
    pairs: list[tuple[str, Conflict]] = [("claim", conflict) for conflict in study.contribution.conflicts]
    points = (point for series in study.levels for point in series.points)
    pairs += [("level", conflict) for point in points for conflict in point.conflicts]
    reports: dict[tuple[str, str], Claim] = {}
    against: dict[tuple[str, str], list[str]] = {}
    for kind, pair in pairs:
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            reports[kind, one.coding] = one
            against.setdefault((kind, one.coding), []).append(other.coding)
    return tuple(
        ConflictRow(
            kind,
            told(report),
            measures[report.measure]
            if kind == "claim"
            else f"{goals[report.measure]}, {report.happened:%Y-%m-%d}",
            _true(report),
            tuple(against[kind, name]),
        )
        for (kind, name), report in reports.items()
    )


def _true(report: Claim) -> Number | None:
    if report.probability is None:
        return None
    key, gloss = f"true.{report.coding}", "chance by its grades alone"
    return Number(key, report.probability, "probability", gloss, rests_on=(report.coding,))
