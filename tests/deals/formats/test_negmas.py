"""NegMAS scenarios: values by plain formulas, what is refused, plain data both ways, objects of a stand-in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.brute import list_packages
from detente.deals.formats import read_space, recognise, write_space
from detente.deals.formats.negmas import read_notes
from detente.deals.formats.negmas_objects import from_negmas, to_negmas
from detente.deals.formats.negmas_reading import scenario_from_plain
from detente.deals.formats.negmas_writing import plain_from_space
from detente.deals.formats.plain_text import parse_yaml
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SAMPLES = Path(__file__).parent / "samples" / "negmas"
SEEDS = st.integers(0, 10**6)


def every(space: DealSpace) -> np.ndarray:
    return np.concatenate(list(list_packages(space)))


def plain_space(seed: int) -> DealSpace:
    """A random space without rules, everybody at the table."""
    space = SpaceMaker(seed, most_packages=200).space()
    parties = len(space.parties)
    rules: dict[str, Any] = dict.fromkeys(
        ("bodies", "consents", "deliveries", "keeps", "conditions", "forbid"), ()
    )
    return replace(space, table=tuple(range(parties)), margin=np.zeros(parties), **rules)


def owner(rent: int, term: str, repairs: str) -> float:
    terms = {"one year": 0.5, "five years": 1.0, "open": 0.0}
    return 0.6 * (0.25 * rent - 0.75) + 0.1 * terms[term] + 0.3 * (repairs == "tenant")


def tenant(rent: int, term: str, repairs: str) -> float:
    """The range of two numbers holds both, the list of three is a set."""
    total = 0.05 + 0.4 * (3 <= rent <= 4) + 0.3 * (rent == 3 and repairs == "owner")
    return total + 0.25 * (rent in (3, 5, 6) and term in ("one year", "open"))


def town(rent: int, term: str, repairs: str) -> float:
    linked = {"owner": (0.1, 0.4, 0.2), "tenant": (0.0, 0.3, 0.1)}
    place = ("one year", "five years", "open").index(term)
    return 0.1 + 0.1 * rent + 0.5 * linked[repairs][place]


def test_utilities_are_those_of_the_functions() -> None:
    space = read_space(SAMPLES / "lease")
    assert space.parties == ("owner", "tenant", "town")
    assert space.no_deal.tolist() == [0.4, 0.2, pytest.approx(0.4)]
    for row, worth in zip(every(space), utilities(space, every(space)), strict=True):
        rent, term, repairs = (space.options[i][o] for i, o in enumerate(row))
        said = [f(int(rent), term, repairs) for f in (owner, tenant, town)]
        assert worth.tolist() == pytest.approx(said, abs=1e-12)


def test_json_has_texts_as_keys_and_endless_reservations() -> None:
    space = read_space(SAMPLES / "survey")
    assert space.options == (("1", "2", "3"), ("2.5", "4.0", "10.0"))
    said = [[0.125 + 0.25 * w + 0.0625 * d for d in (2.5, 4, 10)] for w in (1, 2, 3)]
    south = [[0.5 * s + 0.5 * (0.25 + 0.1 * d - 0.01 * d * d) for d in (2.5, 4, 10)] for s in (1, 0.5, 0)]
    assert utilities(space, every(space)).T.tolist() == [
        pytest.approx(np.ravel(said).tolist()),
        pytest.approx(np.ravel(south).tolist()),
    ]
    assert space.no_deal.tolist() == [0.25, pytest.approx(0.125)]
    (note,) = read_notes(SAMPLES / "survey")
    assert "south.json has no reservation value: 0.125 stands for it" in str(note)


def test_a_folder_is_read_from_its_domain_file_too() -> None:
    space = read_space(SAMPLES / "lease" / "lease.yml")
    assert recognise(SAMPLES / "lease" / "lease.yml").name == "negmas"
    assert space.parties == ("owner", "tenant", "town")


DOMAIN = {
    "type": "DiscreteCartesianOutcomeSpace",
    "issues": [
        {"name": "a", "type": "ContiguousIssue", "values": [1, 4]},
        {"name": "b", "type": "CategoricalIssue", "values": ["x", "y"]},
    ],
}


def read(**function: Any) -> DealSpace:
    given_ = {"name": "me", "reserved_value": 0.0, **function}
    return scenario_from_plain(("d", DOMAIN), [("u", given_)]).space


def one(**function: Any) -> list[float]:
    """Utility for a = 1..4, b = x."""
    found: list[float] = utilities(read(**function), np.array([[k, 0] for k in range(4)]))[:, 0].tolist()
    return found


@pytest.mark.parametrize(
    ("function", "worth"),
    [
        ({"type": "ConstFun", "bias": 2}, [2, 2, 2, 2]),
        ({"type": "IdentityFun"}, [1, 2, 3, 4]),
        ({"type": "LinearFun", "slope": 2}, [2, 4, 6, 8]),
        ({"type": "AffineFun", "slope": -1, "bias": 4}, [3, 2, 1, 0]),
        ({"type": "QuadraticFun", "a2": 1, "a1": -2, "bias": 1}, [0, 1, 4, 9]),
        ({"type": "PolynomialFun", "coefficients": [0, 0, 1], "bias": 1}, [2, 9, 28, 65]),
        ({"type": "ExponentialFun", "tau": 1, "base": 2}, [2, 4, 8, 16]),
        ({"type": "TriangularFun", "start": 1, "middle": 3, "end": 5}, [0, 0.5, 1, 0.5]),
        (
            {"type": "negmas.preferences.value_fun.TableFun", "mapping": {1: 4, 2: 3, 3: 2, 4: 1}},
            [4, 3, 2, 1],
        ),
        ({"1": 0.5, "2": 1, "3": 1, "4": 0}, [0.5, 1, 1, 0]),
        (3, [3, 3, 3, 3]),
    ],
    ids=str,
)
def test_functions_of_one_issue(function: Any, worth: list[float]) -> None:
    kind = "LinearAdditiveUtilityFunction"
    assert one(type=kind, values=[function, 0], weights=[1, 1]) == pytest.approx(worth)
    by_name = one(type=kind, values={"b": 0, "a": function}, weights={"a": 0.5, "b": 1}, bias=1)
    assert by_name == pytest.approx([1 + 0.5 * x for x in worth])


@pytest.mark.parametrize(
    ("side", "inside"),
    [
        ([2, 3], [0, 1, 1, 0]),
        ([2.5, 9], [0, 0, 1, 1]),
        (2, [0, 1, 0, 0]),
        ([1, 3, 4], [1, 0, 1, 1]),
        ([[1, 1], [4, 4]], [1, 0, 0, 1]),
        ([1], [1, 0, 0, 0]),
        ([7, 9], [0, 0, 0, 0]),
    ],
    ids=str,
)
def test_ranges(side: Any, inside: list[int]) -> None:
    for key in (0, "0", "a"):
        found = one(
            type="HyperRectangleUtilityFunction",
            outcome_ranges=[{key: side}, None],
            utilities=[2.0, 1.0],
            weights=None,
        )
        assert found == [1 + 2 * x for x in inside]


def test_other_kinds_of_functions() -> None:
    assert one(type="ConstUtilityFunction", value=0.5) == [0.5] * 4
    assert one(type="AffineUtilityFunction", weights=[2, 0], bias=1) == [3, 5, 7, 9]
    mapping = {(a, b): float(a) for a in (1, 2, 3) for b in ("x", "y")}
    assert one(type="MappingUtilityFunction", mapping=mapping, default=0.25) == [1, 2, 3, 0.25]
    linked = [[["a", "b"], {"type": "TableMultiFun", "mapping": {**mapping, (4, "x"): 0, (4, "y"): 9}}, 2]]
    assert one(type="GLAUtilityFunction", factors=linked) == [2, 4, 6, 0]
    swapped = {key[::-1]: value for key, value in linked[0][1]["mapping"].items()}  # type: ignore[index]
    turned = [[[1, 0], {"type": "TableMultiFun", "mapping": swapped}, 2], [["a"], 1.0]]
    assert one(type="GLAUtilityFunction", factors=turned, bias=1) == [4, 6, 8, 2]
    inner = {"type": "ConstUtilityFunction", "value": 0.5, "name": "inner"}
    assert one(type="ExpDiscountedUFun", discount=0.9, ufun=inner) == [0.5] * 4


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"type": "RandomUtilityFunction"}, "u: / must be a utility function that is known, not RandomUtility"),
    ({"type": "ConstUtilityFunction"}, "u: / must have 'value'"),
    ({"type": "ConstUtilityFunction", "value": "much"}, "u: /value must be a finite number"),
    ({"type": "ConstUtilityFunction", "value": 1, "reserved_value": float("nan")}, "u: /reserved_value must"),
    ({"type": "ConstUtilityFunction", "value": 1, "reserved_value": float("inf")}, "must be below +∞"),
    ({"type": "ConstUtilityFunction", "value": 1, "valeu": 1}, "did you mean value?"),
    ({"type": "AffineUtilityFunction", "weights": [1, 1]}, "values of b are texts"),
    ({"type": "AffineUtilityFunction", "weights": [1]}, "u: /weights must have one entry per issue (2)"),
    ({"type": "LinearAdditiveUtilityFunction", "values": [1]}, "u: /values must have one entry per issue"),
    ({"type": "LinearAdditiveUtilityFunction", "values": [{"type": "LambdaFun"}, 1]}, "not LambdaFun"),
    ({"type": "LinearAdditiveUtilityFunction", "values": [{"mapping": {1: 1}}, 1]}, "points for 2, 3, 4"),
    (
        {"type": "LinearAdditiveUtilityFunction", "values": [1, {"type": "LinearFun", "slope": 1}]},
        "b are texts",
    ),
    ({"type": "MappingUtilityFunction", "mapping": {(1, "x"): 1}}, "must have every package, 7 are missing"),
    ({"type": "HyperRectangleUtilityFunction", "outcome_ranges": [{}], "utilities": []}, "as many utilities"),
    (
        {"type": "HyperRectangleUtilityFunction", "outcome_ranges": [{0: [3, 1]}], "utilities": [1]},
        "first number",
    ),
    (
        {"type": "HyperRectangleUtilityFunction", "outcome_ranges": [{2: 1}], "utilities": [1]},
        "whole number in 0..1",
    ),
    ({"type": "HyperRectangleUtilityFunction", "outcome_ranges": [{1: "z"}], "utilities": [1]}, "value of b"),
    (
        {"type": "HyperRectangleUtilityFunction", "outcome_ranges": [{0: [[[1]]]}], "utilities": [1]},
        "value of a",
    ),
    (
        {"type": "GLAUtilityFunction", "factors": [[[0, 0], {"type": "TableMultiFun", "mapping": {}}]]},
        "each once",
    ),
    (
        {"type": "GLAUtilityFunction", "factors": [[[0, 1], {"type": "ProductMultiFun"}]]},
        "not ProductMultiFun",
    ),
]


@pytest.mark.parametrize(("function", "told"), WRONG, ids=lambda x: str(x)[:60])
def test_what_cannot_be_read_is_told(function: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        read(**function)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("issue", "told"),
    [
        ({"name": "c", "type": "ContinuousIssue", "values": [0.0, 1.0]}, "discretize"),
        ({"name": "c", "type": "ContiguousIssue", "values": [5, 1]}, "first and the last"),
        ({"name": "c", "type": "ContiguousIssue", "values": [0, 10**9]}, "first and the last"),
        ({"name": "c", "type": "CategoricalIssue", "values": ["1", 1]}, "each named once"),
        ({"name": "c", "type": "CategoricalIssue", "values": [["x"]]}, "texts and numbers"),
        ({"name": "c", "type": "CategoricalIssue", "values": []}, "at least one value"),
        ({"name": "a", "type": "CategoricalIssue", "values": ["x"]}, "names that differ"),
        ({"name": "", "type": "CategoricalIssue", "values": ["x"]}, "have a name"),
        ({"name": "c", "type": "OptionalIssue", "base": 1}, "known kind, not OptionalIssue"),
        ("c", "must be an object"),
    ],
    ids=str,
)
def test_issues_that_cannot_be_listed_are_told(issue: Any, told: str) -> None:
    domain = {**DOMAIN, "issues": [*DOMAIN["issues"], issue]}
    with pytest.raises(InputError) as caught:
        scenario_from_plain(
            ("d", domain), [("u", {"type": "ConstUtilityFunction", "value": 1, "name": "me"})]
        )
    assert told in str(caught.value)


def test_a_folder_that_is_no_scenario_is_told(tmp_path: Path) -> None:
    (tmp_path / "d.yml").write_text("type: CartesianOutcomeSpace\nissues: []\n", "utf-8")
    with pytest.raises(InputError, match="must hold utility functions"):
        read_space(tmp_path)
    (tmp_path / "e.yml").write_text("type: CartesianOutcomeSpace\nissues: []\n", "utf-8")
    with pytest.raises(InputError, match=r"must hold one domain .*, got d.yml, e.yml"):
        read_space(tmp_path)


BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{c}: &{c} [{', '.join(['*' + b] * 8)}]\n" for b, c in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1", "f:2 must be YAML"),
        ("a: 1\na: 2\n", "not have the key 'a' twice"),
        ("a: !!python/object/apply:os.system [ls]", "not use the YAML tag"),
        ("a: 1\n---\nb: 2\n", "f:2 must not begin a second document"),
        ("[" * 70 + "]" * 70, "nested deeper than 60"),
        ("a: &a [*a]", "point to something written before"),
        ("? {a: 1}\n: 2\n", "texts, numbers or lists of them as keys"),
        ("a: " + "9" * 5000, "hold a number that can be read"),
        (BOMB, "at most 4,000,000 values"),
    ],
    ids=lambda x: str(x)[:30],
)
def test_hostile_yaml_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "f")
    assert told in str(caught.value)


def test_yaml_keeps_kinds_and_repeats() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: [yes, .5, ~, '1', 2016-07-14, 1:30]\n"
    assert parse_yaml(text, "f") == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": [True, 0.5, None, "1", "2016-07-14", 90],
    }


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_plain_data_comes_back(seed: int) -> None:
    space = plain_space(seed)
    domain, ufuns = plain_from_space(space)
    found = scenario_from_plain(("d", domain), [(f"u{k}", u) for k, u in enumerate(ufuns)]).space
    assert (found.issues, found.options, found.parties) == (space.issues, space.options, space.parties)
    assert np.allclose(utilities(found, every(space)), utilities(space, every(space)), atol=1e-9)
    assert np.array_equal(found.no_deal, space.no_deal)


def test_the_order_of_parties_survives_sorting(tmp_path: Path) -> None:
    space = plain_space(3)
    names = tuple(f"party {k}" for k in "zyxwv"[: len(space.parties)])
    files = write_space(replace(space, parties=names), tmp_path / "out", "negmas")
    assert [f.name for f in files][:3] == ["domain.yml", "1-party z.yml", "2-party y.yml"]
    assert read_space(tmp_path / "out").parties == names


def test_rules_and_caps_are_refused_by_name(tmp_path: Path) -> None:
    space = SpaceMaker(1, most_packages=100).space()
    with pytest.raises(InputError, match=r"NegMAS cannot hold .*consents"):
        write_space(replace(space, table=(0,)), tmp_path / "x", "negmas")
    capped = replace(plain_space(2), deliveries=(), keeps=(), cap=np.ones(len(plain_space(2).parties)))
    with pytest.raises(InputError, match="cannot hold caps"):
        write_space(capped, tmp_path / "x", "negmas")
    assert not (tmp_path / "x").exists()


# A stand-in with the few names of NegMAS that are used; the real package is compared in bench/.


@dataclass
class StandInIssue:
    values: Any
    name: str

    @property
    def all(self) -> Sequence[Any]:
        return range(self.values[0], self.values[1] + 1) if isinstance(self.values, tuple) else self.values


@dataclass
class StandInSpace:
    issues: list[StandInIssue]
    name: str


@dataclass
class LinearAdditiveUtilityFunction:
    values: list[dict[Any, float]]
    weights: list[float]
    name: str
    reserved_value: float
    outcome_space: Any

    def __call__(self, outcome: tuple[Any, ...]) -> float:
        return sum(w * v[o] for w, v, o in zip(self.weights, self.values, outcome, strict=True))


@dataclass
class HyperRectangleUtilityFunction:
    outcome_ranges: list[dict[int, Any]]
    utilities: list[float]
    weights: list[float]
    bias: float
    name: str
    reserved_value: float
    outcome_space: Any

    def __post_init__(self) -> None:
        """Two numbers become a range without its ends."""
        self.outcome_ranges = [
            {
                i: tuple(side) if isinstance(side, list) and [type(v) for v in side] == [int, int] else side
                for i, side in area.items()
            }
            for area in self.outcome_ranges
        ]

    @property
    def mappings(self) -> list[float]:
        return self.utilities

    def __call__(self, outcome: tuple[Any, ...]) -> float:
        parts = zip(self.outcome_ranges, self.utilities, self.weights, strict=True)
        return self.bias + sum(u * w for r, u, w in parts if in_range(dict(enumerate(outcome)), r))


def in_range(outcome: dict[int, Any], area: dict[int, Any]) -> bool:
    """A tuple is a range without its ends, a list a set."""
    for i, side in area.items():
        value = outcome[i]
        if isinstance(side, tuple):
            if not side[0] < value < side[1]:
                return False
        elif value not in (side if isinstance(side, list) else [side]):
            return False
    return True


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes, preferences = ModuleType("negmas.outcomes"), ModuleType("negmas.preferences")
    for kind in ("ContiguousIssue", "CategoricalIssue"):
        setattr(outcomes, kind, StandInIssue)
    outcomes.make_os = StandInSpace  # type: ignore[attr-defined]
    outcomes.outcome_in_range = in_range  # type: ignore[attr-defined]
    for kind_ in (LinearAdditiveUtilityFunction, HyperRectangleUtilityFunction):
        setattr(preferences, kind_.__name__, kind_)
    monkeypatch.setitem(sys.modules, "negmas", ModuleType("negmas"))
    monkeypatch.setitem(sys.modules, "negmas.outcomes", outcomes)
    monkeypatch.setitem(sys.modules, "negmas.preferences", preferences)


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("seed", range(12))
def test_objects_go_both_ways(seed: int) -> None:
    space = plain_space(seed)
    numbered = tuple(tuple(str(o + 3) for o in range(n)) for n in space.sizes)
    space = replace(space, options=numbered if seed % 2 else space.options)
    outcome_space, ufuns = to_negmas(space)
    values = [[int(o) if seed % 2 else o for o in names] for names in space.options]
    for row, worth in zip(every(space), utilities(space, every(space)), strict=True):
        outcome = tuple(given_[o] for given_, o in zip(values, row, strict=True))
        assert [u(outcome) for u in ufuns] == pytest.approx(worth.tolist(), abs=1e-9)
    found = from_negmas(outcome_space, ufuns)
    assert (found.issues, found.options, found.parties) == (space.issues, space.options, space.parties)
    assert np.allclose(utilities(found, every(space)), utilities(space, every(space)), atol=1e-9)
    assert np.allclose(found.no_deal, space.no_deal)


@pytest.mark.usefixtures("stand_in")
def test_objects_are_read_as_they_evaluate_and_checked() -> None:
    space = StandInSpace([StandInIssue((1, 5), "a"), StandInIssue(["x", "y"], "b")], "d")
    common = {"name": "", "reserved_value": 0.5, "outcome_space": space}
    open_range = HyperRectangleUtilityFunction([{0: (2, 4), 1: ["y"]}], [1.0], [2.0], 0.25, **common)
    found = from_negmas(space, [open_range])
    assert found.parties == ("party0",)
    worth = utilities(found, every(found))[:, 0]
    assert worth.tolist() == [open_range((a, b)) for a in range(1, 6) for b in "xy"]

    class Unknown:
        name, reserved_value = "folder/other", 0.0

        def __call__(self, outcome: tuple[Any, ...]) -> float:
            return float(outcome[0] == 3 and outcome[1] == "y")

    other = from_negmas(space, [Unknown()])
    assert other.parties == ("other",)
    assert utilities(other, every(other))[:, 0].tolist() == [
        Unknown()((a, b)) for a in range(1, 6) for b in "xy"
    ]

    class LinearAdditiveUtilityFunction(Unknown):
        """Says that it is a sum, and is none."""

    with pytest.raises(InputError, match="other must be worth 1 at package"):
        from_negmas(space, [LinearAdditiveUtilityFunction()])
    wide = StandInSpace([StandInIssue((1, 1000), n) for n in "abc"], "d")
    with pytest.raises(InputError, match="others are read up to 50,000 outcomes"):
        from_negmas(wide, [Unknown()])


def test_without_negmas_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("negmas", "negmas.outcomes"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match="pip install negmas"):
        to_negmas(plain_space(0))
