"""GeniusWeb JSON against what its profile classes say, there and back, and wrong files."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.brute import list_packages
from detente.deals.formats import read_space, recognise, write_space
from detente.deals.formats.json_reading import parse_json
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError

SAMPLES = Path(__file__).parent / "samples" / "geniusweb"


def slow_utility(profile: dict[str, Any], bid: dict[str, str]) -> Decimal:
    """One bid by the words of the classes, in decimals: {issue: value as text}."""
    ((kind, space),) = profile.items()
    total = Decimal(0)
    if kind == "LinearAdditiveUtilitySpace":
        for issue, weight in space["issueWeights"].items():
            ((how, told),) = space["issueUtilities"][issue].items()
            if how == "DiscreteValueSetUtilities":
                worth = told["valueUtilities"][bid[issue]]
            else:
                low, high = told["lowValue"], told["highValue"]
                rise = told["highUtility"] - told["lowUtility"]
                exact = told["lowUtility"] + rise * (Decimal(bid[issue]) - low) / (high - low)
                worth = Decimal(exact).quantize(Decimal("1.00000000"), rounding=ROUND_HALF_UP)
            total += weight * worth
        assert sum(space["issueWeights"].values()) == 1
        return total
    for part in space["partUtilities"].values():
        inner = part["PartsUtilities"]
        wanted = [bid[issue] for issue in inner["issues"]]
        total += sum((entry["util"] for entry in inner["utilslist"] if entry["values"] == wanted), Decimal(0))
    return total


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)
    return found


def compare(space: DealSpace, files: list[Path]) -> None:
    for p, file in enumerate(files):
        profile = load(file)
        rows = np.concatenate(list(list_packages(space)))
        bids = [dict(zip(space.issues, names, strict=True)) for names in product(*space.options)]
        want = [float(slow_utility(profile, bid)) for bid in bids]
        assert np.allclose(utilities(space, rows)[:, p], want, rtol=0, atol=1e-12)
        ((_, content),) = profile.items()
        bid = content.get("reservationBid")
        worth = (
            0.0
            if bid is None
            else float(slow_utility(profile, {k: str(v) for k, v in bid["issuevalues"].items()}))
        )
        assert space.no_deal[p] == pytest.approx(worth, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "files"), [("linear", ["profileA", "profileB"]), ("groups", ["east", "west"])]
)
def test_samples_are_worth_what_geniusweb_says(name: str, files: list[str]) -> None:
    space = read_space(SAMPLES / name)
    assert space.parties == {"linear": ("north", "south"), "groups": ("east", "west")}[name]
    compare(space, [SAMPLES / name / f"{file}.json" for file in files])


def test_one_profile_is_a_space_of_one_party() -> None:
    path = SAMPLES / "linear" / "profileB.json"
    assert recognise(path).name == "geniusweb"
    assert read_space(path).parties == ("south",)
    assert read_space(path).issues == ("flag", "patrols", "dues")


def spread(seed: int) -> DealSpace:
    """Random points at or above 0 that sum to at most 1, some issues linked, no deal worth a package."""
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(1, 4, int(rng.integers(2, 6)))]
    parties = int(rng.integers(1, 4))
    links = {}
    for _ in range(int(rng.integers(0, 3))):
        scope = tuple(sorted(int(i) for i in rng.choice(len(sizes), 2, replace=False)))
        links[scope] = rng.uniform(0, 0.2, (sizes[scope[0]], sizes[scope[1]], parties)) * (
            rng.random(parties) > 0.4
        )
    low = -0.02 if rng.random() < 0.3 else 0.0
    unary = [rng.uniform(low, 0.5 / len(sizes), (n, parties)) for n in sizes]
    if low < 0:
        unary[0] += 0.1
    space = DealSpace.from_arrays(
        options=sizes, unary=unary, links=links, no_deal=[0] * parties, status_quo=False
    )
    rows = np.concatenate(list(list_packages(space)))
    worth = utilities(space, rows)[int(rng.integers(len(rows)))]
    no_deal = np.where(rng.random(parties) < 0.5, worth, 0.0)
    names = {
        "issues": space.issues,
        "options": space.options,
        "parties": [f"p{9 - p} ü" for p in range(parties)],
    }
    return DealSpace.from_arrays(
        options=sizes, unary=unary, links=links, no_deal=no_deal, names=names, status_quo=False
    )


@given(seed=st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_worth_the_same(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    space, place = spread(seed), tmp_path_factory.mktemp("written") / "place"
    write_space(space, place, "geniusweb")
    again = read_space(place)
    order = [again.parties.index(name) for name in space.parties]
    assert (again.issues, again.options) == (space.issues, space.options)
    rows = np.concatenate(list(list_packages(space)))
    assert np.allclose(utilities(again, rows)[:, order], utilities(space, rows), rtol=0, atol=1e-9)
    assert np.allclose(again.no_deal[order], space.no_deal, rtol=0, atol=2e-9)
    compare(again, [place / f"{name}.json" for name in again.parties])


def plain(**change: Any) -> DealSpace:
    given: dict[str, Any] = {
        "options": [2, 2],
        "unary": [[[0.0], [0.5]], [[0.25], [0.5]]],
        "no_deal": [0.25],
        "status_quo": False,
    }
    return DealSpace.from_arrays(**(given | change))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"no_deal": [0.3]}, r"a worth of no deal \(0.3\) that is not that of a package"),
        ({"no_deal": [-1]}, r"a worth of no deal \(-1\)"),
        ({"unary": [[[0.0], [0.9]], [[0.25], [0.5]]], "no_deal": [0]}, "utilities above 1"),
        ({"unary": [[[-0.5], [0.0]], [[0.25], [0.5]]], "no_deal": [0]}, "utilities from -0.25"),
        ({"cap": [0.7]}, r"caps on utilities \(party0\)"),
        ({"margin": [0.1]}, "margins"),
    ],
)
def test_what_geniusweb_cannot_hold_is_said(change: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        write_space(plain(**change), tmp_path / "x", "geniusweb")
    assert list(tmp_path.iterdir()) == []


def test_a_cap_that_takes_nothing_away_is_no_loss(tmp_path: Path) -> None:
    assert write_space(plain(cap=[1.0]), tmp_path / "x", "geniusweb")


WRONG = [
    (
        '"issueWeights": {\n   "patrols": 0.5',
        '"issueWeights": {\n   "patrols": 0.6',
        "issueWeights must sum to 1, got 1.1",
    ),
    (
        '"issueWeights": {\n   "patrols": 0.5',
        '"issueWeights": {\n   "patrol": 0.5',
        "issueWeights must name every issue",
    ),
    ('"joint": 0.4', '"joint": 1.4', "valueUtilities.joint must be a number from 0 to 1, got 1.4"),
    ('"joint": 0.4', '"joint": NaN', "profileA.json:34 must be JSON"),
    ('"joint": 0.4', '"joint": 1e999', "valueUtilities.joint must be a number from 0 to 1"),
    (
        '"joint": 0.4',
        '"common": 0.4',
        "must give every value of the issue a utility, got differing in common, joint",
    ),
    ('"joint": 0.4', '"ours": 0.4', "must have each name once in an object"),
    ('"joint": 0.4', '"joint": "0.4"', "must be a number from 0 to 1"),
    ('"lowValue": 0.5', '"lowValue": 0.6', "must have lowValue and highValue at the ends"),
    ('"step": 0.5', '"step": 0', "must have step above 0"),
    ('"step": 0.5', '"step": 0.0000001', "must have at most 100,000 steps"),
    ('"dues": 1.5', '"dues": 1.6', "reservationBid.issuevalues.dues must be an option of dues, got 1.6"),
    ('"LinearAdditiveUtilitySpace"', '"DefaultPartialOrdering"', "partial orders have no utilities"),
    ('"issuesValues": {', '"issuesValues": [], "x": {', "domain.issuesValues must be an object"),
    ('"theirs"\n', '"theirs",\n"ours"\n', "patrols must hold each value once"),
    ('"none",\n', '"neither",\n', "must be the domain of the other profiles"),
]


@pytest.mark.parametrize(("old", "new", "says"), WRONG, ids=[w[1].split("\n")[-1][:30] for w in WRONG])
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, says: str, tmp_path: Path) -> None:
    for name in ("profileA.json", "profileB.json"):
        text = (SAMPLES / "linear" / name).read_text("utf-8")
        if name == "profileA.json":
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_space(tmp_path, "geniusweb")
    assert says in str(caught.value)
    assert ".json:" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"util": 0.6', '"util": 0.7', "largest utilities of the groups must sum to at most 1"),
        (
            '"issues": [\n      "b"',
            '"issues": [\n      "c"',
            "each in one group and once",
        ),
        (',\n      "a"\n     ],', "\n     ],", "groups must cover every issue of the domain once"),
        ('"PartsUtilities"', '"Parts"', "must hold PartsUtilities"),
        ('"q",\n        "y"', '"p",\n        "x"', "each combination once"),
    ],
)
def test_wrong_groups_are_said(old: str, new: str, says: str, tmp_path: Path) -> None:
    text = (SAMPLES / "groups" / "east.json").read_text("utf-8")
    assert old in text
    (tmp_path / "east.json").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as caught:
        read_space(tmp_path / "east.json")
    assert says in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def unwrapped(node: Any) -> Any:
    value = node.value
    if isinstance(value, dict):
        return {name: unwrapped(part) for name, part in value.items()}
    if isinstance(value, list):
        return [unwrapped(part) for part in value]
    return int(value) if isinstance(value, Decimal) else value


@given(value=JSON, indent=st.sampled_from([None, 1, "\t"]), ascii_only=st.booleans())
@settings(max_examples=150, deadline=None)
def test_json_is_read_as_the_standard_library_reads_it(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert unwrapped(parse_json(text, "f")) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1,]",
        '{"a":1,}',
        "01",
        "1.",
        "nul",
        "'a'",
        '"\n"',
        "[" * 1000,
        "// a\n1",
        "1 2",
        "-",
        '"\\x"',
    ],
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^f:\d+ must"):
        parse_json(text, "f")
