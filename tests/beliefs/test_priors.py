"""The coordinates carry the priors that the model names."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from detente.beliefs import RefusalData
from detente.beliefs.hypotheses import list_stories, weight_moments
from detente.beliefs.quantiles import build_table, signed_sizes
from detente.beliefs.records import admit
from detente.beliefs.space import build_space, to_point
from detente.errors import InputError
from tests.beliefs.made_up import act, arrays, make_case, menu, story, words

PUSH = menu("m0", {"nothing": {}, "push": {"g0": 2}})


@pytest.mark.parametrize("alpha", [0.05, 0.1, 1.0, 3.0])
def test_sizes_are_gamma_quantiles(alpha: float) -> None:
    u = np.random.default_rng(0).normal(0, 1.5, (4000, 1))
    y, slope = signed_sizes(build_table([alpha], [-1.0]), u)
    exact = np.where(
        u > 0, special.gammainccinv(alpha, special.ndtr(-u)), special.gammaincinv(alpha, special.ndtr(u))
    )
    assert -y == pytest.approx(exact, rel=1e-5, abs=1e-8)
    ahead, behind = (signed_sizes(build_table([alpha], [-1.0]), u + e)[0] for e in (1e-6, -1e-6))
    assert slope == pytest.approx((ahead - behind) / 2e-6, rel=1e-4, abs=1e-6)


def test_free_signs_at_alpha_one_are_laplace() -> None:
    u = np.linspace(-6, 6, 1001)[:, None]
    y = signed_sizes(build_table([1.0], [0.0]), u)[0]
    assert stats.laplace.cdf(y) == pytest.approx(special.ndtr(u), abs=1e-7)


def test_weights_have_the_moments_of_their_story() -> None:
    case = make_case(
        4, [PUSH], [act(0, "m0", "push")], hypotheses=[story("trader", {"g0": 3, "g1": -2, "g2": 1})]
    )
    layout, _ = arrays(case)
    for told in list_stories(case, "p"):
        space = build_space(told, layout)
        u = np.random.default_rng(1).standard_normal((40_000, space.size))
        w = to_point(space, u)[0].weights
        mean, second = weight_moments(told)
        assert np.abs(w).sum(axis=1) == pytest.approx(np.ones(len(w)))
        assert w.mean(axis=0) == pytest.approx(mean, abs=0.01)
        assert (w**2).mean(axis=0) == pytest.approx(second, abs=0.005)


def test_a_story_fixes_the_signs_it_names_and_leaves_the_others_free() -> None:
    case = make_case(3, [PUSH], [act(0, "m0", "push")], hypotheses=[story("trader", {"g0": 3, "g1": -1})])
    layout, _ = arrays(case)
    space = build_space(list_stories(case, "p")[0], layout)
    w = to_point(space, np.random.default_rng(1).standard_normal((4000, space.size)))[0].weights
    assert (w[:, 0] > 0).all()
    assert (w[:, 1] < 0).all()
    assert np.mean(w[:, 2] > 0) == pytest.approx(0.5, abs=0.03)


def test_scales_reserve_and_candour_have_their_priors() -> None:
    case = make_case(2, [PUSH], [act(0, "m0", "push"), words(1, "west", {"g0": 1})])
    layout, _ = arrays(case, [RefusalData("r", "r", "no", np.ones((1, 2)), np.zeros(1))])
    space = build_space(list_stories(case, "p")[0], layout)
    point = to_point(space, np.random.default_rng(1).standard_normal((4000, space.size)))[0]
    gap = np.log(9) / point.push
    assert stats.kstest(np.log(gap), stats.norm(np.log(1.5), 0.7).cdf).pvalue > 0.001
    wide = np.log(np.log(9) / point.points)
    assert stats.kstest(wide, stats.norm(np.log(15), 0.7).cdf).pvalue > 0.001
    assert stats.kstest(point.reserve, stats.halfnorm(0, 5).cdf).pvalue > 0.001
    assert stats.kstest(point.candour[:, 0], stats.beta(2, 2).cdf).pvalue > 0.001


def test_none_of_these_is_added_and_never_written() -> None:
    assert [s.name for s in list_stories(make_case(2, [], []), "p")] == ["none_of_these"]
    written = make_case(2, [], [], hypotheses=[story("none_of_these", {"g0": 1})])
    with pytest.raises(InputError, match="always added"):
        list_stories(written, "p")


def test_small_centres_are_floored_and_kappa_scales() -> None:
    case = make_case(3, [], [], hypotheses=[story("trader", {"g0": 1})])
    alpha = list_stories(case, "p")[0].alpha
    assert alpha == pytest.approx(np.array([1, 0.01, 0.01]) / 1.02 * 10)
    assert list_stories(case, "p", 2.0)[0].alpha == pytest.approx(2 * alpha)
    assert admit(case, "p", case.as_of).codings == ()


def test_the_reserve_stays_finite_in_the_far_tail() -> None:
    asked = RefusalData("r", "r", "no", np.ones((1, 1)), np.zeros(1))
    case = make_case(1, [], [], hypotheses=[story("s", {"g0": 1})])
    space = build_space(list_stories(case, "p")[0], arrays(case, [asked])[0])
    assert np.isfinite(to_point(space, np.full((1, space.size), 60.0))[0].reserve).all()
