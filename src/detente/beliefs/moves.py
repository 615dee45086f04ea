"""What a party did: its acts on record as pushes on goals, and what they cost it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from detente.beliefs.situations import pushes_in, situation_of
from detente.case import UNSEEN, Case, Coding, Draws, Menu, event_probability, reading_probability
from detente.case.repeats import effective_count


@dataclass(frozen=True, slots=True)
class Moves:
    """What a party's acts did. `pushes`: goal → (id of the coding, push on the goal), oldest first;
    `count`: acts counted; `missing`: ids of acts that cannot be judged; `spent`: what they cost the party, in
    pushes."""

    pushes: Mapping[str, tuple[tuple[str, float], ...]]
    count: int
    missing: tuple[str, ...]
    spent: float


def count_moves(case: Case, party: str, as_of: date, since: date | None = None) -> Moves:
    """The acts of `party` known by the day `as_of` that happened on or after `since` (None: all).

    Each counts by the mean push of what was done as things stood that day, times the chance that it happened
    and was meant, times the independent choices that a count stands for. Records of one origin, or of one
    occasion, that name the same act count once, by the surest of them; occasions on which nothing was seen
    are no acts.
    Cost: linear in the record.
    """
    events, menus = {e.id: e for e in case.events}, {m.name: m for m in case.menus}
    surest: dict[tuple[object, ...], tuple[float, Coding]] = {}
    missing = []
    for coding in sorted(case.codings, key=lambda c: (c.happened, c.id)):
        event = events[coding.event]
        late = max(coding.known_on, event.known_on) > as_of
        early = since is not None and coding.happened.date() < since
        if late or early or coding.by != party or not _is_act(coding, menus):
            continue
        fact, read = event_probability(case, event, as_of), reading_probability(case.settings, coding.reading)
        if fact is None or read is None:
            missing.append(coding.id)
            continue
        key = (coding.occasion or event.origin, coding.about, tuple(sorted(coding.taken.items())))
        weight = fact * read * effective_count(coding, case.settings.rho)
        if key not in surest or weight > surest[key][0]:
            surest[key] = weight, coding
    pushes: dict[str, list[tuple[str, float]]] = {}
    spent = 0.0
    for weight, coding in surest.values():
        moved, cost = _of_act(case, menus[coding.about], coding)
        spent += weight * cost
        for goal, push in moved.items():
            pushes.setdefault(goal, []).append((coding.id, weight * push))
    return Moves({goal: tuple(found) for goal, found in pushes.items()}, len(surest), tuple(missing), spent)


def _is_act(coding: Coding, menus: Mapping[str, Menu]) -> bool:
    """Whether something was done; an occasion on which nothing was seen is no act."""
    return (
        coding.kind == "act" and coding.about in menus and UNSEEN not in coding.taken and bool(coding.taken)
    )


def _of_act(case: Case, menu: Menu, coding: Coding) -> tuple[dict[str, float], float]:
    """Mean push on each goal, and mean cost, of what was taken (counts by their shares)."""
    total, situation = sum(coding.taken.values()), situation_of(case, menu, coding)
    pushes: dict[str, float] = {}
    cost = 0.0
    for name, count in coding.taken.items():
        share = count / total
        for goal, push in pushes_in(menu, situation, name).items():
            pushes[goal] = pushes.get(goal, 0.0) + share * Draws.mean(push)
        cost += share * Draws.mean(menu.cost[name]) if name in menu.cost else 0.0
    return {goal: push for goal, push in pushes.items() if push}, cost
