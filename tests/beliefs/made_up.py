"""Cases made up for the tests, and the likelihood written out slowly from its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from detente.beliefs import RefusalData
from detente.beliefs.evidence import Layout, Rows, lay_out, list_groups, make_rows
from detente.beliefs.records import admit
from detente.case import (
    Audience,
    Case,
    Coding,
    Event,
    Goal,
    Hypothesis,
    Menu,
    Party,
    Quantity,
    Settings,
    Source,
    event_probability,
    reading_probability,
)

FloatArray = NDArray[np.float64]
DAY = date(2016, 1, 1)


def quantity(low: float, high: float | None = None, die: str = "") -> Quantity:
    return Quantity(low, low if high is None else high, die=die, path=die)


def menu(
    name: str, alternatives: Mapping[str, Mapping[str, float | tuple[float, float]]], **cost: float
) -> Menu:
    """A menu with pushes as numbers or (low, high)."""
    table = {
        a: {
            g: quantity(v, die=f"{name}.{a}.{g}")
            if isinstance(v, int | float)
            else quantity(*v, die=f"{name}.{a}.{g}")
            for g, v in pushes.items()
        }
        for a, pushes in alternatives.items()
    }
    return Menu(name, name, table, {a: quantity(c) for a, c in cost.items()})


def act(n: int, about: str, taken: str | Mapping[str, float], reading: int = 1, event: str = "") -> Coding:
    when = datetime(2016, 1, 1) + timedelta(days=n)
    counts = {taken: 1.0} if isinstance(taken, str) else dict(taken)
    return Coding(f"K{n}", event or f"E{n}", "act", "p", (), about, when.date(), when, reading, counts)


def words(n: int, audience: str, cells: Mapping[str, int], reading: int = 1) -> Coding:
    when = datetime(2016, 1, 1) + timedelta(days=n)
    return Coding(
        f"K{n}", f"E{n}", "statement", "p", (), audience, when.date(), when, reading, cells=dict(cells)
    )


def event(n: int, reported: int = 1, origin: str = "", sources: tuple[str, ...] = ("A",)) -> Event:
    when = datetime(2016, 1, 1) + timedelta(days=n)
    return Event(f"E{n}", when, when.date(), "", sources, reported, origin or f"E{n}")


def story(
    name: str, centre: Mapping[str, float], odds: float = 1.0, kept_out: tuple[str, ...] = ()
) -> Hypothesis:
    return Hypothesis("p", name, name.replace("_", " "), dict(centre), odds, 10.0, kept_out)


def make_case(
    goals: int,
    menus: Sequence[Menu],
    codings: Sequence[Coding],
    *,
    events: Sequence[Event] = (),
    hypotheses: Sequence[Hypothesis] = (),
    settings: Settings = Settings(),  # noqa: B008
) -> Case:
    """A case about one party p with goals g0, g1, …; one A-graded event per coding unless given."""
    given = {e.id: e for e in events}
    for coding in codings:
        number = int(coding.event[1:])
        given.setdefault(coding.event, event(number))
    return Case(
        name="made-up",
        title="",
        about="",
        as_of=date(2017, 1, 1),
        principal="p",
        table=("p",),
        horizon=date(2018, 1, 1),
        marking="",
        goals=tuple(Goal(f"g{i}", f"g{i}", "", "", quantity(50)) for i in range(goals)),
        parties=(Party("p", "p", "p", {}, inferred=True), Party("q", "q", "q", {"g0": quantity(1)})),
        issues=(),
        hypotheses=tuple(hypotheses),
        menus=tuple(menus),
        audiences=(Audience("west", {"g0": 3, "g1": -1}), Audience("home", {"g1": 1})),
        sources=tuple(Source(letter, "", "", None, "", letter) for letter in "ABCDEF"),
        events=tuple(given.values()),
        codings=tuple(codings),
        settings=settings,
    )


def random_menus(rng: np.random.Generator, goals: int, count: int, spread: float = 0.0) -> list[Menu]:
    """Menus of "nothing" and three more alternatives that push up to three goals by −3..3."""
    menus = []
    for m in range(count):
        table: dict[str, dict[str, float | tuple[float, float]]] = {"nothing": {}}
        for a in range(3):
            chosen = rng.choice(goals, min(3, goals), replace=False)
            pushes = {int(g): float(rng.uniform(-3, 3)) for g in chosen}
            table[f"a{a}"] = {f"g{g}": (v - spread, v + spread) if spread else v for g, v in pushes.items()}
        menus.append(menu(f"m{m}", table))
    return menus


def choose(rng: np.random.Generator, where: Menu, weights: FloatArray, gap90: float) -> str:
    """One choice of a party with these weights."""
    names = list(where.alternatives)
    value = [sum(weights[int(g[1:])] * q.low for g, q in where.alternatives[a].items()) for a in names]
    odds = np.exp(np.log(9) / gap90 * (np.array(value) - max(value)))
    return names[int(rng.choice(len(names), p=odds / odds.sum()))]


def arrays(
    case: Case, refusals: Sequence[RefusalData] = (), draws: int = 8, seed: int = 0
) -> tuple[Layout, Rows]:
    docket = admit(case, "p", case.as_of, refusals)
    layout = lay_out(docket, draws, seed)
    return layout, make_rows(layout, list_groups(docket))


def slow_log_likelihood(
    case: Case,
    weights: FloatArray,
    beta_push: float,
    beta_points: float,
    reserve: float,
    candour: Mapping[str, float],
    refusals: Sequence[RefusalData] = (),
    draws: int = 1,
    seed: int = 0,
) -> float:
    """MODEL section 3 written out for one point: no grouping of equals, no gradient, no tricks.

    Codings of one origin must have one reading here and differ in what they say.
    """
    samples = case.draws(draws, seed)
    total = []
    for s in range(draws):
        log_l = 0.0
        for origin in dict.fromkeys(e.origin for e in case.events):
            log_p, log_coin, q = 0.0, 0.0, 1.0
            for coding in case.codings:
                where = next(e for e in case.events if e.id == coding.event)
                fact, reading = (
                    event_probability(case, where),
                    reading_probability(case.settings, coding.reading),
                )
                if where.origin != origin or fact is None or reading is None:
                    continue
                q = fact * reading
                if coding.kind == "act":
                    p, coin = _act(case, coding, weights, beta_push, samples, s)
                else:
                    p, coin = _words(case, coding, weights, candour[coding.about])
                log_p, log_coin = log_p + p, log_coin + coin
            log_l += log(q * exp(log_p) + (1 - q) * exp(log_coin))
        for refusal in refusals:
            at = s % len(refusal.constant)
            gain = float(refusal.gain_by_goal[at] @ weights + refusal.constant[at])
            yes = 1 / (1 + exp(-beta_points * (gain - reserve)))
            chance = (
                yes if refusal.answer == "yes" else 1 - yes * (1 if refusal.named else refusal.others_yes)
            )
            log_l += log(refusal.q * chance + (1 - refusal.q) / 2)
        total.append(log_l)
    top = max(total)
    return top + log(sum(exp(x - top) for x in total) / draws)


def _act(case, coding, weights, beta, samples, s):  # type: ignore[no-untyped-def]
    where = next(m for m in case.menus if m.name == coding.about)
    values = {}
    for name, pushes in where.alternatives.items():
        values[name] = sum(weights[int(g[1:])] * samples.sample(q)[s] for g, q in pushes.items())
        values[name] -= samples.sample(where.cost[name])[s] if name in where.cost else 0.0
    log_total = log(sum(exp(beta * v) for v in values.values()))
    k = sum(coding.taken.values())
    n = k / (1 + (k - 1) * case.settings.rho)
    log_p = sum(n * count / k * (beta * values[name] - log_total) for name, count in coding.taken.items())
    return log_p, -n * log(len(values))


def _words(case, coding, weights, h):  # type: ignore[no-untyped-def]
    cells = 2 * len(case.goals)
    wants = next((a.wants for a in case.audiences if a.name == coding.about), {})
    size = sum(abs(v) for v in wants.values())
    log_p = 0.0
    for goal, sign in coding.cells.items():
        w, want = weights[int(goal[1:])], wants.get(goal, 0.0)
        sigma = 0.95 * (abs(want) / size if want * sign > 0 else 0.0) + 0.05 / cells if size else 1 / cells
        log_p += log(h * max(sign * w, 0.0) + (1 - h) * sigma) / len(coding.cells)
    return log_p, -log(cells)
