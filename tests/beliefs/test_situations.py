"""States, shocks, sight, open alternatives, delays and counter-offers against the definition, written slowly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import erf, exp, inf, log, log2, sqrt

import numpy as np
import pytest

from detente.beliefs import RefusalData, infer_beliefs
from detente.beliefs.gradient import value_and_gradient
from detente.beliefs.hypotheses import list_stories
from detente.beliefs.likelihood import log_likelihood, mean_over_draws
from detente.beliefs.records import admit, group_of
from detente.beliefs.space import build_space, to_point
from detente.case import Case, Coding, DelayScale, Lever, Menu, Period, Quantity, Shock
from tests.beliefs.made_up import DAY, act, arrays, event, make_case, quantity, random_menus, story

GOALS = 3


def late(n: int, bound: str, low: float, high: float) -> Coding:
    when = datetime(2016, 1, 1) + timedelta(days=n)
    number = Quantity(low, high, path=f"codings.K{n}", die=f"codings.K{n}")
    return Coding(
        f"K{n}", f"E{n}", "delay", "p", (), "call", when.date(), when, 1, number=number, bound=bound
    )


def rich_case(seed: int = 0) -> Case:
    """One of everything: a shock, a lever, a period, sight by alternative, unseen occasions, delays."""
    rng = np.random.default_rng(seed)
    menus = random_menus(rng, GOALS, 4, spread=0.4)
    changed = {"a0": {"g0": quantity(-2.0), "g2": quantity(1.0)}}
    menus[0] = replace(menus[0], during={"blockade": changed, "truce": {"a1": {"g1": quantity(2.5)}}})
    menus[1] = replace(menus[1], seen={"a0": 0.9, "a1": 0.5, "a2": 0.2})
    menus[2] = replace(menus[2], seen={"a0": 0.9, "a1": 0.5, "a2": 0.2, "nothing": 0.1}, announced=True)
    acts = [
        act(0, "m0", "a0"), act(5, "m0", "a1"), act(40, "m0", "a0"), act(6, "m1", "a1"), act(7, "m1", "a2"),
        act(8, "m2", "a0"), act(9, "m2", "unseen"), act(30, "m2", "unseen"), act(10, "m3", {"a0": 3, "a2": 2}),
        replace(act(11, "m3", "a0"), among=("a0", "nothing")), replace(act(12, "m1", "a1"), seen=0.05),
    ]  # fmt: skip
    times = [
        late(13, "<=", 4.0, 4.0),
        late(35, ">=", 30.0, 30.0),
        late(36, "", 5.0, 9.0),
        late(37, "", 12.0, 12.0),
    ]
    case = make_case(GOALS, menus, [*acts, *times], hypotheses=[story("s", {"g0": 2, "g1": -1, "g2": 1})])
    pushes = {"g0": Quantity(0.5, 1.5, path="call.g0", die="call.g0"), "g1": quantity(-1.0)}
    scale = DelayScale(
        "call", "", "hours", Quantity(8, 16, path="call.ref", die="call.ref"), pushes, quantity(0.2), 3.0
    )
    lever = Lever("blockade", "", "p", {}, quantity(0), since=DAY + timedelta(days=20))
    period = Period("truce", "", DAY + timedelta(days=3), DAY + timedelta(days=10))
    shock = Shock("attack", "", DAY + timedelta(days=29), 30.0, {"p": {"g1": 2.0, "g2": 0.5}})
    return replace(case, delays=(scale,), levers=(lever,), periods=(period,), shocks=(shock,))


def moved(case: Case, w: np.ndarray, day: date) -> np.ndarray:
    factor = np.ones(GOALS)
    for shock in case.shocks:
        if shock.on <= day:
            for g, size in shock.weights["p"].items():
                factor[int(g[1:])] *= exp(
                    round(log(size) * 2 ** (-(day - shock.on).days / shock.half_life), 2)
                )
    return w * factor / np.abs(w * factor).sum()


def pushes_on(case: Case, menu: Menu, name: str, day: date) -> dict[str, Quantity]:
    found = dict(menu.alternatives[name])
    lever, period = case.levers[0], case.periods[0]
    if "blockade" in menu.during and lever.since <= day:
        found |= menu.during["blockade"].get(name, {})
    if "truce" in menu.during and period.since <= day <= period.until:
        found |= menu.during["truce"].get(name, {})
    return found


def slow_act(case: Case, coding: Coding, w: np.ndarray, beta: float, draws, s: int) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    menu = next(m for m in case.menus if m.name == coding.about)
    day = coding.happened.date()
    then, names = moved(case, w, day), coding.among or tuple(menu.alternatives)
    worth = {
        n: sum(then[int(g[1:])] * draws.sample(q)[s] for g, q in pushes_on(case, menu, n, day).items())
        for n in names
    }
    total = sum(exp(beta * v) for v in worth.values())
    p = {n: exp(beta * v) / total for n, v in worth.items()}
    seen = {n: menu.seen.get(n, 1.0) for n in names}
    if coding.seen is not None:
        seen |= dict.fromkeys(coding.taken, coding.seen)
    k = len(names)
    if "unseen" in coding.taken:
        return log(sum(p[n] * (1 - seen[n]) for n in names)), log(sum(1 - seen[n] for n in names) / k)
    size = sum(coding.taken.values())
    n_eff = size / (1 + (size - 1) * case.settings.rho)
    if menu.announced:
        return sum(n_eff * c / size * log(p[n]) for n, c in coding.taken.items()), -n_eff * log(k)
    both = sum(p[n] * seen[n] for n in names)
    told = sum(n_eff * c / size * log(p[n] * seen[n] / both) for n, c in coding.taken.items())
    coin = sum(n_eff * c / size * log(seen[n] / sum(seen.values())) for n, c in coding.taken.items())
    return told, coin


def slow_delay(case: Case, coding: Coding, w: np.ndarray, beta: float, draws, s: int) -> float:  # type: ignore[no-untyped-def]
    scale = case.delays[0]
    then = moved(case, w, coding.happened.date())
    v = (
        sum(then[int(g[1:])] * draws.sample(q)[s] for g, q in scale.pushes.items())
        - draws.sample(scale.cost)[s]
    )
    sd, ref = log2(scale.spread), draws.sample(scale.reference)[s]
    low, high = coding.number.low, coding.number.high
    ends = {"<=": (0.0, high), ">=": (low, inf)}.get(
        coding.bound, (low, high) if low < high else (low / 1.1, high * 1.1)
    )

    def below(t: float) -> float:
        if t in (0.0, inf):
            return float(t == inf)
        return 0.5 * (1 + erf((log2(t / ref) + beta * v * sd**2) / sd / sqrt(2)))

    return max(below(ends[1]) - below(ends[0]), 1e-300)


def slow(case: Case, w: np.ndarray, beta: float, draws_n: int, coin: bool = False) -> float:
    """log likelihood over choice at random; every record is told by an A1 source and reads for certain."""
    draws = case.draws(draws_n, 0)
    at_random = {}
    for coding in case.codings:
        if coding.kind == "delay":
            at_random[coding.id] = (
                sum(slow_delay(case, coding, w, 0.0, draws, s) for s in range(draws_n)) / draws_n
            )
    total = []
    for s in range(draws_n):
        log_l = 0.0
        for coding in case.codings:
            q = 0.95 * 0.95
            if coding.kind == "act":
                told, by_chance = slow_act(case, coding, w, beta, draws, s)
            else:
                told, by_chance = log(slow_delay(case, coding, w, beta, draws, s)), log(at_random[coding.id])
            log_l += log(q * exp(told - by_chance) + 1 - q)
        total.append(log_l)
    return log(sum(exp(x) for x in total) / draws_n)


@pytest.mark.parametrize("seed", range(4))
def test_likelihood_is_the_definition(seed: int) -> None:
    case = rich_case(seed)
    layout, rows = arrays(case, draws=6)
    space = build_space(list_stories(case, "p")[0], layout)
    u = np.random.default_rng(seed).standard_normal((5, space.size))
    found = mean_over_draws(log_likelihood(space, layout, rows, u))
    point = to_point(space, u)[0]
    told = [slow(case, w, float(b), 6) for w, b in zip(point.weights, point.push, strict=True)]
    np.testing.assert_allclose(found, told, rtol=1e-8, atol=1e-9)


def counter(name: str, rng: np.random.Generator, answer: str, named: bool = True) -> RefusalData:
    gain, other = rng.normal(0, 9, (6, GOALS)), rng.normal(0, 9, (6, GOALS))
    more = (
        {"counter_gain_by_goal": other, "counter_constant": rng.normal(0, 2, 6)}
        if answer == "counter"
        else {}
    )
    return RefusalData(
        name, name, answer, gain, rng.normal(0, 2, 6), q=0.8, named=named, others_yes=0.6, **more
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
def test_gradient_is_the_slope(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = rich_case(seed)
    asked = [counter("r0", rng, "counter"), counter("r1", rng, "no"), counter("r2", rng, "no", named=False)]
    layout, rows = arrays(case, asked, draws=4)
    space = build_space(list_stories(case, "p")[seed % 2], layout)
    u = rng.standard_normal((3, space.size))
    slope = value_and_gradient(space, layout, rows, u)[1]
    for at in range(space.size):
        step = np.zeros(space.size)
        step[at] = 1e-5
        ends = [mean_over_draws(log_likelihood(space, layout, rows, u + sign * step)) for sign in (1, -1)]
        np.testing.assert_allclose(slope[:, at], (ends[0] - ends[1]) / 2e-5, rtol=2e-4, atol=2e-5)


def test_a_counter_offer_prefers_it_to_what_was_offered_and_to_nothing() -> None:
    rng = np.random.default_rng(1)
    asked = counter("r", rng, "counter")
    case = make_case(GOALS, [], [], hypotheses=[story("s", {"g0": 1, "g1": 1})])
    layout, rows = arrays(case, [asked], draws=6)
    space = build_space(list_stories(case, "p")[0], layout)
    u = rng.standard_normal((4, space.size))
    point = to_point(space, u)[0]
    told = []
    for w, beta, r in zip(point.weights, point.points, point.reserve, strict=True):
        by_draw = []
        for s in range(6):
            x = beta * (asked.gain_by_goal[s] @ w + asked.constant[s] - r)
            y = beta * (asked.counter_gain_by_goal[s] @ w + asked.counter_constant[s] - r)  # type: ignore[index]
            by_draw.append(0.8 * 3 * exp(y) / (1 + exp(x) + exp(y)) + 0.2)
        told.append(log(sum(by_draw) / 6))
    found = mean_over_draws(log_likelihood(space, layout, rows, u))
    np.testing.assert_allclose(found, told, rtol=1e-9)


def test_independent_reports_of_one_occasion_make_it_surer_and_count_once() -> None:
    menus = random_menus(np.random.default_rng(0), 2, 1)
    twice = [replace(act(n, "m0", "a0", reading=2), occasion="raid") for n in (0, 1)]
    single = make_case(2, menus, [act(0, "m0", "a0", reading=2)])
    lone = group_of(admit(single, "p", single.as_of), single.codings)
    case = make_case(2, menus, twice)
    both = group_of(admit(case, "p", case.as_of), case.codings)
    assert lone is not None
    assert both is not None
    p = lone[0][0]
    joint = 1 - (1 - p) ** 2
    assert both[0][0] == pytest.approx(min(joint, 0.95))
    assert both[0][1] == lone[0][1]
    one_origin = make_case(2, menus, twice, events=[event(0, origin="wire"), event(1, origin="wire")])
    same = group_of(admit(one_origin, "p", case.as_of), one_origin.codings)
    assert same is not None
    assert same[0][0] == pytest.approx(p)


def test_rival_reports_of_one_occasion_are_kept_side_by_side() -> None:
    menus = random_menus(np.random.default_rng(0), 2, 1)
    rivals = [
        replace(act(0, "m0", "a0", reading=2), occasion="raid"),
        replace(act(1, "m0", "a1", reading=4), occasion="raid"),
    ]
    case = make_case(2, menus, rivals)
    group = group_of(admit(case, "p", case.as_of), case.codings)
    assert group is not None
    assert [[f[2] for f, _ in powers] for _, powers in group] == [["a0"], ["a1"]]
    assert group[0][0] > group[1][0] > 0
    assert group[0][0] + group[1][0] < 1


def test_each_report_of_an_occasion_is_told() -> None:
    menus = random_menus(np.random.default_rng(0), 2, 1)
    twice = [replace(act(n, "m0", "a0", reading=2), occasion="raid") for n in (0, 1)]
    case = make_case(2, menus, twice, hypotheses=[story("s", {"g0": 1, "g1": 1})])
    told = infer_beliefs(case, "p", case.as_of, samples=400).tells
    assert [tell.id for tell in told] == [coding.id for coding in twice]
    assert min(tell.weight for tell in told) > 0
