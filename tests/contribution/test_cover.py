"""Cover: the vectorised product against plain loops, and what it must do to anybody's numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.contribution import added_cover, coalition_value, cover, value_table
from detente.contribution.reference import cover_one_by_one

shares = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1))


@st.composite
def teams(draw: st.DrawFn) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    people, tasks = draw(st.integers(0, 4)), draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(shares, min_size=tasks, max_size=tasks), min_size=people, max_size=people))
    others = st.lists(st.integers(0, tasks - 1), unique=True, max_size=2)
    all_of = [tuple(o for o in draw(others) if o != k) for k in range(tasks)]
    return np.array(rows).reshape(people, tasks), all_of


@given(teams())
def test_equals_the_loops(team: tuple[np.ndarray, list[tuple[int, ...]]]) -> None:
    capability, all_of = team
    np.testing.assert_allclose(
        cover(capability, all_of), cover_one_by_one(capability.tolist(), all_of), atol=1e-12
    )


@given(teams(), st.integers(0, 3))
def test_one_more_never_covers_less(team: tuple[np.ndarray, list[tuple[int, ...]]], who: int) -> None:
    capability, all_of = team
    fewer = np.delete(capability, who, axis=0) if who < len(capability) else capability
    assert np.all(cover(fewer, all_of) <= cover(capability, all_of) + 1e-12)
    assert np.all((cover(capability, all_of) >= 0) & (cover(capability, all_of) <= 1))


@given(teams())
def test_what_one_adds_is_the_difference_of_two_values(
    team: tuple[np.ndarray, list[tuple[int, ...]]],
) -> None:
    capability, all_of = team
    people, tasks = capability.shape
    added = added_cover(capability[None], capability[None], all_of)[0]
    everybody = list(range(people))
    for p in everybody:
        others = [q for q in everybody if q != p]
        for k in range(tasks):
            only = np.eye(tasks)[k]
            difference = coalition_value(capability, only, everybody, all_of) - coalition_value(
                capability, only, others, all_of
            )
            assert added[p, k] == pytest.approx(float(difference), abs=1e-12)


@given(teams())
def test_the_table_holds_the_value_of_every_coalition(
    team: tuple[np.ndarray, list[tuple[int, ...]]],
) -> None:
    capability, all_of = team
    people, tasks = capability.shape
    sizes = np.arange(1.0, tasks + 1)
    table = value_table(capability[None], sizes[None], all_of)[0]
    for coalition in range(2**people):
        members = [i for i in range(people) if coalition >> i & 1]
        assert table[coalition] == pytest.approx(float(coalition_value(capability, sizes, members, all_of)))


def test_help_that_is_not_joined_by_its_complement_covers_nothing() -> None:
    strikes_without_truth = [[0.9, 0.0]]
    assert cover(strikes_without_truth, all_of=[(1,), ()]).tolist() == [0.0, 0.0]


def test_more_than_all_of_a_task_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        cover([[1.2]])
    with pytest.raises(ValueError, match="between 0 and 1"):
        cover([[float("nan")]])
