"""Fits against other methods: an independent sampler, known truths, and nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from dynesty import NestedSampler
from numpy.typing import NDArray
from scipy import special, stats

from detente.beliefs import RefusalData, infer_beliefs
from detente.beliefs import fit as fitting
from detente.beliefs.psis import smooth
from detente.case import Case
from tests.beliefs.made_up import (
    act,
    choose,
    event,
    make_case,
    menu,
    random_menus,
    story,
    words,
)

FloatArray = NDArray[np.float64]
CENTRE = {"g0": 5, "g1": -3, "g2": 2}


def small_case() -> tuple[Case, list[RefusalData]]:
    rng = np.random.default_rng(4)
    menus = random_menus(rng, 3, 3)
    truth = np.array([0.5, -0.3, 0.2])
    codings = [act(i, f"m{i % 3}", choose(rng, menus[i % 3], truth, 0.8), 1 + i % 3) for i in range(9)]
    codings.append(words(9, "west", {"g0": 1}))
    told = [RefusalData("r", "offer", "no", np.array([[-20.0, 15.0, 5.0]]), np.array([1.0]), q=0.9)]
    return make_case(3, menus, codings, hypotheses=[story("as_declared", CENTRE)]), told


def nested(case: Case, told: list[RefusalData], weights_of: Callable[[FloatArray], FloatArray]) -> float:
    """Log evidence by nested sampling in the model's own terms; nothing of the package's inference."""
    acts = [c for c in case.codings if c.kind == "act"]
    tables = {m.name: list(m.alternatives.values()) for m in case.menus}
    push = np.array(
        [[[a[f"g{g}"].low if f"g{g}" in a else 0.0 for g in range(3)] for a in tables[c.about]] for c in acts]
    )
    taken = np.array(
        [list(case.menus[int(c.about[1:])].alternatives).index(next(iter(c.taken))) for c in acts]
    )
    q = 0.95 * np.array([[0.95, 0.85, 0.65][c.reading - 1] for c in acts])

    def transform(cube: FloatArray) -> FloatArray:
        z = special.ndtri(cube[3:5])
        reserve, candour = 5.0 * special.ndtri(0.5 + 0.5 * cube[5]), special.betaincinv(2, 2, cube[6])
        beta = np.log(9) / (np.array([1.5, 15.0]) * np.exp(0.7 * z))
        return np.concatenate([weights_of(cube[:3]), beta, [reserve, candour]])

    def log_likelihood(x: FloatArray) -> float:
        value = x[3] * (push @ x[:3])
        chance = np.exp(value[np.arange(len(taken)), taken] - value.max(axis=1))
        chance /= np.exp(value - value.max(axis=1)[:, None]).sum(axis=1)
        word = x[6] * max(x[0], 0) + (1 - x[6]) * (0.95 * 0.75 + 0.05 / 6)
        no = special.expit(-x[4] * (told[0].gain_by_goal[0] @ x[:3] + told[0].constant[0] - x[5]))
        doubtful = [0.9025 * word + 0.0975 / 6, 0.9 * no + 0.05]
        return float(np.log(q * chance + (1 - q) / 4).sum() + np.log(doubtful).sum())

    rng = np.random.default_rng(0)
    sampler = NestedSampler(log_likelihood, transform, 7, nlive=400, sample="rwalk", walks=15, rstate=rng)
    sampler.run_nested(print_progress=False, dlogz=0.05)
    return float(sampler.results.logz[-1])


def dirichlet(cube: FloatArray) -> FloatArray:
    size = special.gammaincinv([5.0, 3.0, 2.0], cube)
    return np.asarray(np.array([1, -1, 1]) * size / size.sum())


def unsigned(cube: FloatArray) -> FloatArray:
    y = np.sign(cube - 0.5) * -np.log1p(-np.abs(2 * cube - 1))
    return np.asarray(y / np.abs(y).sum())


@pytest.mark.parametrize(("name", "weights_of"), [("as_declared", dirichlet), ("none_of_these", unsigned)])
def test_log_evidence_agrees_with_nested_sampling(
    name: str, weights_of: Callable[[FloatArray], FloatArray]
) -> None:
    case, told = small_case()
    found = infer_beliefs(case, "p", case.as_of, refusals=told, shifts=False, tells=False).hypothesis(name)
    slow = nested(case, told, weights_of)
    assert found.fit
    assert found.mc_error < 0.05
    assert found.log_evidence == pytest.approx(slow, abs=0.15)


def test_without_observations_the_odds_are_the_prior_odds() -> None:
    hypotheses = [story("as_declared", CENTRE, odds=3), story("trader", {"g1": 1}, odds=2)]
    found = infer_beliefs(make_case(3, [], [], hypotheses=hypotheses), "p", make_case(3, [], []).as_of)
    assert [h.probability for h in found.hypotheses] == pytest.approx([3 / 6, 2 / 6, 1 / 6], abs=1e-12)
    assert [h.probability_error for h in found.hypotheses] == [0, 0, 0]
    assert all(row == pytest.approx([3 / 6, 2 / 6, 1 / 6], abs=1e-12) for row in found.shifts.values())
    assert (found.learned == 0).all()
    assert found.status == "ok"


@pytest.mark.parametrize("graded", [(6, 1, "A"), (1, 6, "A"), (1, 1, "F"), (6, 6, "F")])
def test_what_cannot_be_judged_changes_nothing(graded: tuple[int, int, str]) -> None:
    reported, reading, letter = graded
    case, _ = small_case()
    extra = event(50, reported, sources=(letter,))
    more = make_case(
        3,
        case.menus,
        (*case.codings, act(50, "m0", "a1", reading)),
        events=[extra],
        hypotheses=case.hypotheses,
    )
    one, two = (infer_beliefs(c, "p", c.as_of, shifts=False, tells=False) for c in (case, more))
    assert [h.probability for h in one.hypotheses] == [h.probability for h in two.hypotheses]
    assert [h.log_evidence for h in one.hypotheses] == [h.log_evidence for h in two.hypotheses]
    assert (one.mean == two.mean).all()
    assert two.unused == {"cannot be judged": 1}


def synthetic(seed: int, acts: int, truth: FloatArray, gap90: float = 0.6) -> Case:
    rng = np.random.default_rng(seed)
    menus = random_menus(rng, len(truth), 8)
    codings = [act(i, f"m{i % 8}", choose(rng, menus[i % 8], truth, gap90)) for i in range(acts)]
    other = np.roll(truth, 1)
    hypotheses = [
        story("as_declared", {f"g{g}": float(w) for g, w in enumerate(other) if w}),
        story("true", {f"g{g}": float(w) for g, w in enumerate(truth) if w}),
    ]
    return make_case(len(truth), menus, codings, hypotheses=hypotheses)


def test_known_weights_are_recovered() -> None:
    truth = np.array([0.4, -0.3, 0.2, 0.1])
    found = infer_beliefs(
        synthetic(1, 160, truth), "p", make_case(2, [], []).as_of, shifts=False, tells=False
    )
    free = found.hypothesis("none_of_these")
    assert free.mean == pytest.approx(truth, abs=0.1)
    assert found.leader == "true"
    assert found.mean == pytest.approx(truth, abs=0.08)
    assert (found.learned > 0.5).all()


def test_the_true_story_leads_more_often_with_more_acts() -> None:
    truth = np.array([0.4, -0.3, 0.2, 0.1])
    shares = []
    for acts in (4, 40):
        cases = [synthetic(seed, acts, truth) for seed in range(8)]
        runs = [infer_beliefs(c, "p", c.as_of, shifts=False, tells=False, samples=600) for c in cases]
        shares.append(np.mean([run.hypothesis("true").probability for run in runs]))
    assert shares[1] > shares[0] > 1 / 3
    assert shares[1] > 0.85


def test_bad_sampling_is_marked_and_never_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    case, told = small_case()
    monkeypatch.setattr(fitting, "LEAST_ESS", 1e9)
    monkeypatch.setattr(fitting, "TEMPERED_ESS", 1e9)
    found = infer_beliefs(case, "p", case.as_of, refusals=told, shifts=False, tells=False, samples=400)
    assert found.status == "unfit"
    assert "as_declared" in found.why_unfit
    assert not any(h.fit for h in found.hypotheses)


def test_heavy_tails_are_recognised() -> None:
    rng = np.random.default_rng(0)
    assert smooth(np.log(rng.pareto(1.0, 4000) + 1)).khat > 0.7
    assert smooth(np.log(rng.pareto(5.0, 4000) + 1)).khat < 0.5
    assert smooth(np.repeat(rng.normal(size=12), 50)).ess > 12  # draws in equals, few of them in the tail
    light = smooth(rng.uniform(-0.1, 0.1, 4000))
    assert light.ess > 3900
    assert light.log_mean == pytest.approx(np.log(np.exp(rng.uniform(-0.1, 0.1, 100_000)).mean()), abs=0.01)


def test_simulated_truths_have_uniform_ranks() -> None:
    """Simulation-based calibration (Talts et al. 2018) on a small seeded sample."""
    rng = np.random.default_rng(11)
    menus = random_menus(rng, 3, 4)
    ranks = []
    for _ in range(60):
        y = rng.laplace(size=3)
        truth, gap90 = y / np.abs(y).sum(), float(np.exp(rng.normal(np.log(1.5), 0.7)))
        codings = []
        for i in range(16):
            deliberate = rng.random() < 0.95 * 0.95
            names = list(menus[i % 4].alternatives)
            taken = choose(rng, menus[i % 4], truth, gap90) if deliberate else names[int(rng.integers(4))]
            codings.append(act(i, f"m{i % 4}", taken))
        case = make_case(3, menus, codings)
        found = infer_beliefs(case, "p", case.as_of, samples=600, shifts=False, tells=False)
        ranks.append([float((found.hypotheses[0].weights[:, g] < truth[g]).mean()) for g in range(3)])
    for g in range(3):
        assert stats.kstest([row[g] for row in ranks], "uniform").pvalue > 0.01


def test_menus_that_cannot_tell_say_nothing() -> None:
    same = menu("m0", {"nothing": {}, "a": {}, "b": {}})
    case = make_case(
        3, [same], [act(i, "m0", "a") for i in range(9)], hypotheses=[story("as_declared", CENTRE)]
    )
    found = infer_beliefs(case, "p", case.as_of)
    assert [h.nats_over_coin for h in found.hypotheses] == pytest.approx([0, 0], abs=0.02)
    assert np.abs(found.learned).max() < 0.1
