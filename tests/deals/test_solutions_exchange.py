"""Equal-gain exchange finds every swap that serves two, and puts the most equal first."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.solutions import equal_gain_exchange as module
from detente.deals.solutions import exchange
from detente.deals.space import ConsentRule, DealSpace, utilities
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SEEDS = st.integers(0, 2**32 - 1)


def slowly(
    space: DealSpace, start: tuple[int, ...], who: list[int], eligible: bool
) -> dict[tuple[object, ...], tuple[float, float]]:
    """(giver, taker, issues, package) → (difference, total), by trying every pair of moves."""

    @cache
    def worth(package: tuple[int, ...]) -> np.ndarray:
        return utilities(space, np.array(package))[0] - utilities(space, np.array(start))[0]

    def moved(*moves: tuple[int, int]) -> tuple[int, ...]:
        row = list(start)
        for issue, option in moves:
            row[issue] = option
        return tuple(row)

    moves = [(i, o) for i, n in enumerate(space.sizes) for o in range(n) if o != start[i]]
    found = {}
    for (p, q), (one, two) in product(combinations(who, 2), product(moves, moves)):
        if one[0] == two[0]:
            continue
        gives_p, gives_q, both = worth(moved(one)), worth(moved(two)), worth(moved(one, two))
        if not (gives_p[p] < -1e-9 and gives_p[q] > 1e-9 and gives_q[q] < -1e-9 and gives_q[p] > 1e-9):
            continue
        package = moved(one, two)
        fits = (
            acceptable(space, np.array([package]))[0]
            if eligible
            else not any(all(package[i] in options for i, options in pattern) for pattern in space.forbid)
        )
        if both[p] > 1e-9 and both[q] > 1e-9 and fits:
            pair = both[[p, q]] * space.stakes[[p, q]]
            found[(p, q, one[0], two[0], package)] = (abs(pair[0] - pair[1]), pair.sum())
    return found


@given(seed=SEEDS, eligible=st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_swap_is_found_in_order(seed: int, eligible: bool) -> None:
    space = SpaceMaker(seed, most_packages=80).space()
    rng = np.random.default_rng(seed)
    start = tuple(int(rng.integers(n)) for n in space.sizes)
    who = list(range(len(space.parties)))
    found = exchange(space, start=start, parties=space.parties, eligible=eligible, most=10**6)
    want = slowly(space, start, who, eligible)
    got = {}
    for e in found.ordered:
        p, q = (space.parties.index(name) for name in e.parties)
        i, j = (space.issues.index(name) for name in e.issues)
        got[(p, q, i, j, tuple(e.package.tolist()))] = (e.difference, e.total)
        assert e.options == (space.options[i][e.package[i]], space.options[j][e.package[j]])
        np.testing.assert_allclose(
            e.gains, (utilities(space, e.package) - utilities(space, np.array(start)))[0], atol=1e-9
        )
        named = dict(e.outside)
        for k in set(who) - {p, q}:
            assert named.get(space.parties[k], 0.0) == pytest.approx(e.gains[k], abs=1e-9)
    assert got.keys() == want.keys()
    assert all(got[k] == pytest.approx(want[k]) for k in want)
    assert found.count == len(want)
    order = [(round(e.difference, 8), -round(e.total, 8)) for e in found.ordered]
    assert order == sorted(order)
    if want:
        best = min((round(d, 8), -round(t, 8)) for d, t in want.values())
        assert found.ties == sum((round(d, 8), -round(t, 8)) == best for d, t in want.values())


def two_issues(**rules: object) -> DealSpace:
    """The first gives on a (two rungs), the second on b; a third party loses by b."""
    a = [[0, 0, 0], [-1, 4, 0], [-3, 6, 0]]
    b = [[0, 0, 0], [5, -2, -1]]
    return DealSpace.from_arrays(
        options=[3, 2], unary=[a, b], no_deal=[0, 0, 0], table=[0, 1], names={"issues": ["a", "b"]}, **rules
    )  # type: ignore[arg-type]


def test_a_hand_worked_exchange() -> None:
    found = exchange(two_issues())
    told = [(e.issues, e.options, e.gains.tolist(), e.difference, e.total) for e in found.ordered]
    assert told == [
        (("a", "b"), ("o1", "o1"), [4, 2, -1], 2, 6),
        (("a", "b"), ("o2", "o1"), [2, 4, -1], 2, 6),
    ]
    assert (found.ties, found.count, found.refused) == (2, 2, 0)
    assert found.ordered[0].outside == (("party2", -1.0),)
    assert found.note == "assumes equal stakes"
    said = {(r.party, r.factor): (r.packages.tolist(), r.same) for r in found.reranked}
    assert said[("party0", 2.0)] == ([[2, 1]], False)
    assert said[("party0", 0.5)] == ([[1, 1]], False)
    assert len(said) == 4


def test_of_equally_equal_exchanges_the_larger_is_best() -> None:
    a = [[0, 0], [-2, 3], [-1, 4]]
    space = DealSpace.from_arrays(options=[3, 2], unary=[a, [[0, 0], [5, -2]]], no_deal=[0, 0])
    found = exchange(space)
    assert [(e.gains.tolist(), e.difference) for e in found.ordered] == [([4, 2], 2), ([3, 1], 2)]
    assert found.ties == 1


def test_a_third_party_with_a_say_can_refuse() -> None:
    asked = two_issues(consents=[ConsentRule(1, (1,), 2)])
    found = exchange(asked)
    assert (found.count, found.refused, found.ties, found.reranked) == (0, 2, 0, ())
    assert "2 more would serve both, but somebody needed refuses" in found.note
    assert exchange(asked, eligible=False).count == 2
    barred = exchange(two_issues(forbid=[{0: 2, 1: 1}]), eligible=False)
    assert (barred.count, barred.refused) == (1, 1)
    assert barred.note.endswith("but it is forbidden")


def test_one_exchange_can_follow_another() -> None:
    first = exchange(two_issues()).ordered[0]
    after = exchange(two_issues(), start=first.package)
    assert after.start.tolist() == [1, 1]
    assert after.count == 0
    assert after.note == "assumes equal stakes; no two of them gain by giving on one issue each"


def test_ties_are_told_even_beyond_most() -> None:
    assert len(exchange(two_issues(), most=1).ordered) == 2


def test_stakes_weigh_the_gains() -> None:
    found = exchange(two_issues(stakes=[2.0, 1.0, 1.0]))
    assert found.ordered[0].gains.tolist() == [2, 4, -1]
    assert found.ordered[0].difference == 0
    assert found.note == "assumes the stakes given"


def test_wrong_questions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="most must be 1 or more"):
        exchange(two_issues(), most=0)
    with pytest.raises(InputError, match="did you mean party"):
        exchange(two_issues(), parties=["party7"])
    with pytest.raises(InputError, match=r"options of a must be 0\.\.2"):
        exchange(two_issues(), start=[3, 0])
    with pytest.raises(InputError, match="start must be given"):
        exchange(two_issues(status_quo=False))
    assert exchange(two_issues(status_quo=False), start=[0, 0]).count == 2
    monkeypatch.setattr(module, "MOST_SWAPS", 1)
    with pytest.raises(InputError, match="1 swaps at most"):
        exchange(two_issues())
