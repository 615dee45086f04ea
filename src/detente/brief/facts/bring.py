"""Facts about contribution: added value, hype, claims, methods."""

from __future__ import annotations

from detente.brief.facts.offers import party_title
from detente.brief.facts.values import Bring, ClaimRow, CoverRow, Number, TaskRow, TheatreRow
from detente.case import Claim, Draws
from detente.contribution import Added, InTheatre, MeasureReading, Pair, Spread, TaskCover, Total
from detente.study import Study

NEXT_TO_NOTHING = 0.5
GOAL_POINTS = "goal points"


def bring_facts(study: Study) -> Bring:
    """What each contributor brings, with the claims behind it."""
    result, case = study.contribution, study.case
    tasks = {task.name: task for task in case.tasks}
    rows = tuple(
        _row(study, added, tasks[added.task].title, tasks[added.task].theatre) for added in result.added
    )
    goals = {goal.name: goal.title for goal in case.goals}
    totals = tuple(_total(study, t) for t in result.totals)
    methods = tuple(
        (
            party_title(study, m.contributor),
            goals[m.goal],
            _spread(f"bring.{m.contributor}.method.{m.goal}", m.effect, GOAL_POINTS, "effect of its methods"),
        )
        for m in result.methods
    )
    nothing = tuple((r.contributor, r.title) for r in rows if r.evidenced.value < NEXT_TO_NOTHING)
    spoken = [r for r in result.readings if r.claimed is not None or r.pooled.entries]
    return Bring(
        rows,
        totals,
        tuple((party_title(study, t.contributor), _fair(t)) for t in result.totals),
        methods,
        tuple(_claim(study, r) for r in spoken),
        nothing,
        tuple(_in_theatre(study, row) for row in result.by_theatre),
        tuple(_cover(study, row) for row in result.by_task),
        tuple(_pair(study, pair) for pair in result.pairs),
        _own(study),
    )


def _own(study: Study) -> tuple[str, ...]:
    """Contributors that are the principal, its flag, or parties of its flag."""
    flags = {party.name: party.flag for party in study.case.parties}
    flag = flags[study.principal]
    mine = (c for c in study.contribution.contributors if flag in (c, flags.get(c)))
    return tuple(party_title(study, name) for name in mine)


def _in_theatre(study: Study, row: InTheatre) -> TheatreRow:
    key = f"bring.{row.contributor}.theatre.{row.theatre or 'none'}"
    return TheatreRow(
        row.theatre,
        party_title(study, row.contributor),
        _spread(f"{key}.claimed", row.claimed, "points", "what it adds there, as claimed"),
        _spread(f"{key}.evidenced", row.evidenced, "points", "what it adds there, as evidenced"),
        _spread(f"{key}.hype", row.hype, "points", "as claimed minus as evidenced"),
        _spread(f"{key}.shapley", row.shapley, "points", "mean added value over all orders of joining"),
    )


def _cover(study: Study, row: TaskCover) -> CoverRow:
    title = next(task.title for task in study.case.tasks if task.name == row.task)
    goal = next(goal.title for goal in study.case.goals if goal.name == row.goal)
    cover = _spread(f"bring.cover.{row.task}", row.cover, "share", "covered by all together, as evidenced")
    needed = tuple(party_title(study, who) for who in row.irreplaceable)
    return CoverRow(row.task, title, row.theatre, goal, cover, needed)


def _pair(study: Study, pair: Pair) -> tuple[str, str, Number]:
    key = f"bring.{pair.first}.with.{pair.second}"
    gloss = "worth together beyond what each adds without the other"
    first, second = party_title(study, pair.first), party_title(study, pair.second)
    return first, second, _spread(key, pair.together, "points", gloss)


def _total(study: Study, total: Total) -> tuple[str, Number, Number, Number]:
    key = f"bring.{total.contributor}"
    return (
        party_title(study, total.contributor),
        _spread(f"{key}.claimed", total.claimed, "points", "all that it adds, as claimed"),
        _spread(f"{key}.evidenced", total.evidenced, "points", "all that it adds, as evidenced"),
        _spread(f"{key}.hype", total.hype, "points", "as claimed minus as evidenced"),
    )


def _fair(total: Total) -> Number:
    gloss = "mean added value over all orders of joining"
    return _spread(f"bring.{total.contributor}.shapley", total.shapley, "points", gloss)


def _row(study: Study, added: Added, title: str, theatre: str) -> TaskRow:
    goals = {goal.name: goal.title for goal in study.case.goals}
    key = f"bring.{added.contributor}.{added.task}"
    ratio = None
    if added.ratio is not None:
        ratio = Number(f"{key}.ratio", added.ratio, "ratio", "as claimed divided by as evidenced")
    return TaskRow(
        contributor=party_title(study, added.contributor),
        task=added.task,
        title=title,
        theatre=theatre,
        goal=goals[added.goal],
        claimed=_spread(f"{key}.claimed", added.claimed, GOAL_POINTS, "added value as claimed"),
        evidenced=_spread(f"{key}.evidenced", added.evidenced, GOAL_POINTS, "added value as evidenced"),
        hype=_spread(f"{key}.hype", added.hype, GOAL_POINTS, "as claimed minus as evidenced"),
        ratio=ratio,
        irreplaceable=added.irreplaceable,
    )


def _spread(key: str, spread: Spread, unit: str, gloss: str) -> Number:
    return Number(key, spread.mean, unit, gloss, spread.low, spread.high)


def _claim(study: Study, reading: MeasureReading) -> ClaimRow:
    measure = next(m for m in study.case.measures if m.name == reading.measure)
    spread = Spread.of(reading.pooled.values)
    key = f"claim.{reading.measure}"
    claimed = None
    if reading.claimed is not None:
        claimed = Number(
            f"{key}.claimed",
            Draws.mean(reading.claimed.number),
            measure.unit,
            "latest claim of the one it is about",
            rests_on=(reading.claimed.coding,),
        )
    entries = tuple(entry.coding for entry in reading.pooled.entries)
    return ClaimRow(
        measure=reading.measure,
        title=measure.title,
        unit=measure.unit,
        period=measure.period,
        claimed=claimed,
        evidenced=Number(
            f"{key}.evidenced", spread.mean, measure.unit, "pooled by grade", spread.low, spread.high, entries
        ),
        conflicts=tuple(f"{told(c.first)} against {told(c.second)}" for c in reading.pooled.conflicts),
    )


def told(claim: Claim) -> str:
    """A claim in a phrase: "198 (fsb, K12)"."""
    low, high = claim.number.low, claim.number.high
    number = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{number} ({claim.by}, {claim.coding})"
