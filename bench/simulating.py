"""Records simulated from the model itself, by code that shares nothing with the likelihood.

For simulation-based calibration (Talts et al. 2018): parameters from the prior, a record from the
parameters. Effects that are uncertain are one of the inference's own draws, taken at random.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from detente.beliefs import RefusalData
from detente.beliefs.evidence import Layout, Rows, lay_out, list_groups, make_rows, wanted
from detente.beliefs.hypotheses import list_stories
from detente.beliefs.records import admit
from detente.beliefs.space import Point, Space, build_space, to_point
from detente.case import (
    Case,
    Coding,
    DelayScale,
    Draws,
    Event,
    Lever,
    Menu,
    Period,
    Quantity,
    Settings,
    Shock,
)
from tests.beliefs.made_up import DAY, act, event, make_case, menu, quantity, story, words
from tests.beliefs.test_situations import late, moved, pushes_on

FloatArray = NDArray[np.float64]

GOALS, DRAWS = 3, 8
SURE = 0.95 * 0.95
"""Chance that an A1 record with a sure reading is true and deliberate."""
CUTS = (4.0, 8.0, 16.0, 32.0)
CENTRES = {"s": {"g0": 3, "g1": -2, "g2": 1}, "t": {"g0": -1, "g1": 2, "g2": 3}}


@dataclass(frozen=True, slots=True)
class Simulated:
    """One simulated data set: where the truth lies (size,), and all that a fit needs."""

    truth: FloatArray
    space: Space
    layout: Layout
    rows: Rows


@dataclass(slots=True)
class _World:
    """Parameters and the draw of the effects from which records come."""

    case: Case
    u: FloatArray
    w: FloatArray
    point: Point
    draws: Draws
    s: int
    rng: np.random.Generator

    def size(self, q: Quantity) -> float:
        return float(self.draws.sample(q)[self.s])

    def pick(self, chances: Sequence[float]) -> int:
        total = np.array(chances, dtype=np.float64)
        return int(self.rng.choice(len(total), p=total / total.sum()))

    def sure(self) -> bool:
        return bool(self.rng.random() < SURE)

    def choose(self, where: Menu, n: int, count: int = 1, among: Sequence[str] = ()) -> dict[str, float]:
        """What is on record of an act on day n; what is not seen of an occasion that nobody
        announced never comes to be known."""
        day = DAY + timedelta(days=n)
        names = list(among or where.alternatives)
        then, beta = moved(self.case, self.w, day), float(self.point.push[0])
        worth = [
            sum(then[int(g[1:])] * self.size(q) for g, q in pushes_on(self.case, where, a, day).items())
            for a in names
        ]
        odds = np.exp(beta * (np.array(worth) - max(worth))) if self.sure() else np.ones(len(names))
        taken: dict[str, float] = {}
        while sum(taken.values()) < count:
            name = names[self.pick(odds.tolist())]
            if self.rng.random() < where.seen.get(name, 1.0):
                taken[name] = taken.get(name, 0.0) + 1
            elif where.announced:
                return {"unseen": 1.0}
        return taken


def simulate(kind: str, rng: np.random.Generator) -> Simulated:
    """A data set of one kind (a key of KINDS) with parameters from the prior of the story `s`."""
    case = frame(rng)
    world = _world(case, rng)
    codings, asked = KINDS[kind](world)
    told = replace(case, codings=tuple(codings), events=_events(codings))
    docket = admit(told, "p", told.as_of, asked)
    layout = lay_out(docket, DRAWS, 0)
    rows = make_rows(layout, list_groups(docket))
    found = build_space(list_stories(told, "p")[0], layout)
    return Simulated(_aligned(found, world.u), found, layout, rows)


def frame(rng: np.random.Generator) -> Case:
    """Menus with uncertain pushes, a shock, a lever, a period, sight, delays; nothing on record yet."""
    menus = [_menu(rng, f"m{i}") for i in range(6)]
    changed = {"a0": {"g0": quantity(-2.0), "g2": quantity(1.0)}}
    menus[0] = replace(menus[0], during={"blockade": changed, "truce": {"a1": {"g1": quantity(2.5)}}})
    menus[1] = replace(menus[1], seen={"a0": 0.9, "a1": 0.5, "a2": 0.2})
    menus[2] = replace(menus[2], seen={"a0": 0.9, "a1": 0.5, "a2": 0.2, "nothing": 0.1}, announced=True)
    told = [story(name, {g: float(v) for g, v in centre.items()}) for name, centre in CENTRES.items()]
    case = make_case(GOALS, menus, [], hypotheses=told, settings=Settings(rho=0.0))
    pushes = {"g0": Quantity(0.5, 1.5, path="call.g0", die="call.g0"), "g1": quantity(-1.0)}
    scale = DelayScale(
        "call", "", "hours", Quantity(8, 16, path="call.r", die="call.r"), pushes, quantity(0.1), 3.0
    )
    lever = Lever("blockade", "", "p", {}, quantity(0), since=DAY + timedelta(days=20))
    period = Period("truce", "", DAY + timedelta(days=3), DAY + timedelta(days=10))
    shock = Shock("attack", "", DAY + timedelta(days=10), 30.0, {"p": {"g1": 2.0, "g2": 0.5}})
    return replace(case, delays=(scale,), levers=(lever,), periods=(period,), shocks=(shock,))


def _menu(rng: np.random.Generator, name: str) -> Menu:
    table: dict[str, dict[str, float | tuple[float, float]]] = {"nothing": {}}
    for a in range(3):
        table[f"a{a}"] = {
            f"g{g}": (v - 0.4, v + 0.4) for g in range(GOALS) if (v := float(rng.uniform(-2.5, 2.5)))
        }
    return menu(name, table)


def _world(case: Case, rng: np.random.Generator) -> _World:
    """A point of the prior with every coordinate there could be (acts, packages, both audiences)."""
    probe = [act(0, "m3", "a0"), words(1, "west", {"g0": 1}), words(2, "home", {"g0": 1})]
    offer = RefusalData("r", "r", "no", np.zeros((1, GOALS)), np.zeros(1))
    whole = replace(case, codings=tuple(probe), events=_events(probe))
    layout = lay_out(admit(whole, "p", whole.as_of, [offer]), DRAWS, 0)
    space = build_space(list_stories(case, "p")[0], layout)
    u = rng.standard_normal((1, space.size))
    point = to_point(space, u)[0]
    return _World(case, u[0], point.weights[0], point, case.draws(DRAWS, 0), int(rng.integers(DRAWS)), rng)


def _aligned(found: Space, u: FloatArray) -> FloatArray:
    """The true point in the coordinates that a fit of this record has (audiences: home, west)."""
    at, parts = GOALS, [u[:GOALS]]
    parts.append(u[at : at + 1] if found.has_push else u[:0])
    parts.append(u[at + 1 : at + 3] if found.has_points else u[:0])
    return np.concatenate([*parts, u[at + 3 :][: found.audiences]])


def _events(codings: Sequence[Coding]) -> tuple[Event, ...]:
    return tuple(event(int(c.event[1:])) for c in codings)


Record = tuple[list[Coding], list[RefusalData]]


def _acts(world: _World) -> Record:
    found = [(n, f"m{3 + n % 3}", world.choose(world.case.menus[3 + n % 3], n)) for n in range(10)]
    return [act(n, name, taken) for n, name, taken in found], []


def _counts(world: _World) -> Record:
    found = [(n, f"m{3 + n}", world.choose(world.case.menus[3 + n], n, count=8)) for n in range(3)]
    return [act(n, name, taken) for n, name, taken in found], []


def _states(world: _World) -> Record:
    days = (0, 4, 8, 12, 18, 22, 30, 45)
    found = [act(n, "m0", world.choose(world.case.menus[0], n)) for n in days]
    for n in (1, 13, 31):
        open_then = ("a0", "nothing")
        taken = world.choose(world.case.menus[4], n, among=open_then)
        found.append(replace(act(n, "m4", taken), among=open_then))
    return found, []


def _sight(world: _World) -> Record:
    found = [(n, f"m{1 + n % 2}", world.choose(world.case.menus[1 + n % 2], n)) for n in range(24)]
    return [act(n, name, taken) for n, name, taken in found], []


def _delays(world: _World) -> Record:
    scale, found = world.case.delays[0], []
    for n in range(8):
        then = moved(world.case, world.w, DAY + timedelta(days=n))
        worth = sum(then[int(g[1:])] * world.size(q) for g, q in scale.pushes.items())
        worth -= world.size(scale.cost)
        sd = math.log2(scale.spread)
        if world.sure():
            x = world.rng.normal(-float(world.point.push[0]) * worth * sd**2, sd)
            t = world.size(scale.reference) * 2.0**x
        else:
            other = int(world.rng.integers(DRAWS))
            t = float(world.draws.sample(scale.reference)[other]) * 2.0 ** world.rng.normal(0, sd)
        place = sum(t > cut for cut in CUTS)
        low, high = (0.0, *CUTS, math.inf)[place : place + 2]
        bound = "<=" if place == 0 else ">=" if place == len(CUTS) else ""
        low, high = high if place == 0 else low, low if place == len(CUTS) else high
        found.append(late(n, bound, low, high))
    return found, []


def _words(world: _World) -> Record:
    found = []
    for n in range(14):
        name = ("home", "west")[n % 2]
        h = float(world.point.candour[0, n % 2])
        sigma = wanted(world.case, name)
        meant = np.stack([np.maximum(world.w, 0), np.maximum(-world.w, 0)], axis=1)
        cells = (h * meant + (1 - h) * sigma).ravel() if world.sure() else np.ones(2 * GOALS)
        cell = world.pick(cells.tolist())
        found.append(words(n, name, {f"g{cell // 2}": 1 if cell % 2 == 0 else -1}))
    return found, []


def _answers(world: _World) -> Record:
    found, beta, r = [], float(world.point.points[0]), float(world.point.reserve[0])
    for n in range(12):
        gain, more = world.rng.normal(0, 12, (DRAWS, GOALS)), world.rng.normal(0, 12, (DRAWS, GOALS))
        rest, zero = world.rng.normal(0, 2, DRAWS), np.zeros(DRAWS)
        worth = [0.0, beta * (float(gain[world.s] @ world.w) + rest[world.s] - r)]
        worth += [beta * (float(more[world.s] @ world.w) - r)] if n % 2 else []
        odds = np.exp(np.array(worth) - max(worth)) if world.sure() else np.ones(len(worth))
        told = (f"r{n}", f"r{n}", ("no", "yes", "counter")[world.pick(odds.tolist())], gain, rest)
        if n % 2:
            found.append(RefusalData(*told, q=SURE, counter_gain_by_goal=more, counter_constant=zero))
        else:
            found.append(RefusalData(*told, q=SURE))
    return [], found


KINDS: dict[str, Callable[[_World], Record]] = {
    "acts": _acts,
    "counts": _counts,
    "states": _states,
    "sight": _sight,
    "delays": _delays,
    "words": _words,
    "answers": _answers,
}
