"""Whatever stands in the files, the answer is a case or a list of problems, and never a traceback."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.case.folder import FILES, Texts
from detente.case.nodes import plain, read_tree
from detente.case.notices import notices
from detente.case.reading import read_case
from tests.case.sample import original

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DATA = plain(read_tree(original()["case.yaml"], "f")[0])


def look(files: dict[str, str]) -> None:
    case, found, root = read_case(Texts(files))
    assert all(problem.must and problem.file in FILES for problem in found)
    assert (case is None) == any(problem.severity == "error" for problem in found)
    if case is not None and root is not None:
        notices(case, root)


@FEW
@given(st.text(max_size=300))
def test_random_text(text: str) -> None:
    for name in FILES:
        look({**original(), name: text})


@FEW
@given(st.sampled_from(FILES), st.integers(0, 10_000), st.integers(0, 60), st.text(max_size=12))
def test_cut_and_pasted_text(name: str, at: int, cut: int, new: str) -> None:
    text = original()[name]
    at %= len(text)
    look({**original(), name: text[:at] + new + text[at + cut :]})


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-200, 200),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["5..8", "30%", "delmar", "steady+", "power", "slight", "x2", "arvenia.gauges", "2031-01-01"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["title", "effects", "by", "if", "then", "low", "high", "delmar", "power", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    rows = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in rows for place in ((*path, key), *places(value, (*path, key)))]


PLACES = places(DATA)


@FEW
@given(st.sampled_from(PLACES), VALUES)
def test_any_place_with_any_value(path: tuple[Any, ...], value: Any) -> None:
    data = copy.deepcopy(DATA)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    look({**original(), "case.yaml": yaml.dump(data, Dumper=yaml.CSafeDumper)})


@FEW
@given(st.sampled_from(PLACES))
def test_any_place_left_out(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(DATA)
    at = data
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    look({**original(), "case.yaml": yaml.dump(data, Dumper=yaml.CSafeDumper)})
