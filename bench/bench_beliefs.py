"""How long an inference takes, and how good its evidence is. `./run bench -k beliefs`.

The made-up problems come from a seed; nothing outside the repository is read.
"""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from detente.beliefs import infer_beliefs
from detente.case import Case, load
from tests.beliefs.made_up import act, choose, make_case, random_menus, story, words


def made_up(goals: int, acts: int, stories: int) -> Case:
    """Acts over eight menus with uncertain effects, ten statements, and stories of which one is true."""
    rng = np.random.default_rng(0)
    truth = rng.dirichlet(np.ones(goals)) * rng.choice([-1.0, 1.0], goals)
    menus = random_menus(rng, goals, 8, spread=0.5)
    codings = [act(i, f"m{i % 8}", choose(rng, menus[i % 8], truth, 0.8), 1 + i % 3) for i in range(acts)]
    said = [words(acts + i, "west", {f"g{int(rng.integers(goals))}": 1}) for i in range(10)]
    others = rng.dirichlet(np.ones(goals), stories - 1) * rng.choice([-1.0, 1.0], (stories - 1, goals))
    centres = [truth, *others]
    told = [story(f"s{i}", {f"g{g}": float(w) for g, w in enumerate(c)}) for i, c in enumerate(centres)]
    return make_case(goals, menus, [*codings, *said], hypotheses=told)


@pytest.mark.parametrize("whole", [False, True], ids=["odds", "with shifts and leave-one-out"])
@pytest.mark.parametrize(("goals", "acts", "stories"), [(5, 80, 2), (13, 60, 4)])
def test_beliefs(benchmark: BenchmarkFixture, goals: int, acts: int, stories: int, whole: bool) -> None:
    """Stories and *none of these*: three hypotheses on five goals within 3 s."""
    case = made_up(goals, acts, stories)
    benchmark.pedantic(
        lambda: infer_beliefs(case, "p", case.as_of, shifts=whole, tells=whole), rounds=3, warmup_rounds=1
    )


def test_beliefs_about_the_kremlin(benchmark: BenchmarkFixture) -> None:
    """A real record on thirteen goals, everything computed: within 5 s on one core."""
    case = load("kerry-2016")
    benchmark.pedantic(lambda: infer_beliefs(case, "kremlin", case.as_of), rounds=3, warmup_rounds=1)


def test_beliefs_agree_with_many_more_samples(benchmark: BenchmarkFixture) -> None:
    """Log evidence within 0.1 of a fit with twenty times the samples."""
    case = made_up(5, 80, 2)
    found = benchmark.pedantic(
        lambda: infer_beliefs(case, "p", case.as_of, shifts=False, tells=False), rounds=3, warmup_rounds=1
    )
    long = infer_beliefs(case, "p", case.as_of, samples=60_000, seed=0, shifts=False, tells=False)
    for a, b in zip(found.hypotheses, long.hypotheses, strict=True):
        assert abs(a.log_evidence - b.log_evidence) < 0.1
