"""detente's own JSON of a deal space: nothing lost, everything checked, all problems with their place."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.acceptance import acceptable
from detente.deals.brute import list_packages
from detente.deals.formats import read_space, recognise
from detente.deals.formats.detente_json import dump_plain, plain_from_space, space_from_plain
from detente.deals.space import (
    BodyRule,
    BoxFactor,
    ConditionRule,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    KeepRule,
    TableFactor,
    utilities,
)
from detente.deals.voting import WeightedQuota
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SAMPLES = Path(__file__).parent / "samples" / "detente_json"
SEEDS = st.integers(0, 10**6)


def again(space: DealSpace) -> DealSpace:
    """Through text and back."""
    return space_from_plain(json.loads(dump_plain(plain_from_space(space))))


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_every_part_comes_back(seed: int) -> None:
    space = SpaceMaker(seed, most_packages=300).space()
    found, rows = again(space), np.concatenate(list(list_packages(space)))
    for name in ("issues", "options", "parties", "table", "bodies", "consents", "deliveries", "keeps"):
        assert getattr(found, name) == getattr(space, name), name
    assert (found.conditions, found.forbid) == (space.conditions, space.forbid)
    for name in ("no_deal", "margin", "stakes", "no_deal_package"):
        assert np.array_equal(getattr(found, name), getattr(space, name)), name
    assert [f.scope for f in found.factors] == [f.scope for f in space.factors]
    assert np.array_equal(utilities(found, rows), utilities(space, rows))
    assert np.array_equal(acceptable(found, rows), acceptable(space, rows))
    assert plain_from_space(found) == plain_from_space(space)


def test_caps_labels_and_half_a_status_quo_come_back() -> None:
    space = replace(read_space(SAMPLES / "scales.space.json"), no_deal_package=np.array([2, -1]))
    found = again(space)
    assert found.cap is not None and found.cap.tolist() == [1.0, np.inf]
    assert found.no_deal_package.tolist() == [2, -1]
    assert again(read_space(SAMPLES / "ferry.space.json")).factors[0].label == "trips"


def test_a_box_that_reaches_beyond_the_options_or_holds_nothing_is_worth_the_same() -> None:
    boxes = [BoxFactor((0,), (1,), (9,), np.ones(1)), BoxFactor((0,), (2,), (1,), np.ones(1))]
    space = DealSpace.from_arrays(options=[3], unary=[[[0], [1], [2]]], no_deal=[0], boxes=boxes)
    found = again(space)
    rows = np.array([[0], [1], [2]])
    assert utilities(found, rows).tolist() == utilities(space, rows).tolist()
    assert len(found.factors) == 2


def test_what_is_left_out_has_its_default() -> None:
    space = read_space(SAMPLES / "scales.space.json")
    assert space.table == (0, 1)
    assert (space.margin.tolist(), space.stakes.tolist()) == ([0, 0], [1, 1])
    assert space.no_deal_package.tolist() == [-1, -1]
    assert utilities(space, np.array([[0, 0], [2, 1]])).round(12).tolist() == [[1.0, 0.25], [0.1, 1.05]]


def test_names_shared_by_a_party_and_a_body_are_told_apart_by_number() -> None:
    space = read_space(SAMPLES / "ferry.space.json")
    space = replace(space, bodies=(BodyRule("island", (0,), (1.0,), 1.0),))
    assert plain_from_space(space)["consents"][0]["by"] == 3
    assert again(space).consents == space.consents


KNOWN = {
    DealSpace: "issues options parties factors no_deal table margin stakes no_deal_package bodies consents "
    "deliveries keeps conditions forbid ensemble cap",
    TableFactor: "scope table label",
    BoxFactor: "scope low high value label",
    BodyRule: "name members votes quota ways",
    ConsentRule: "issue options by silent overruled_by cost",
    DeliveryRule: "issue options party",
    KeepRule: "issue holds to by",
    ConditionRule: "name by when then",
    WeightedQuota: "weights needed title",
}


@pytest.mark.parametrize("kind", KNOWN, ids=lambda k: k.__name__)
def test_the_file_knows_every_part(kind: type) -> None:
    """Whoever adds a part to a space adds it to the file, and here."""
    assert [f.name for f in dataclasses.fields(kind)] == KNOWN[kind].split()


def test_bodies_with_several_quotas_come_back() -> None:
    ways = (
        (WeightedQuota((1.0, 1.0), 2.0), WeightedQuota((3.0, 0.5), 3.0, "people")),
        (WeightedQuota((0.0, 1.0), 1.0),),
    )
    space = replace(
        read_space(SAMPLES / "ferry.space.json"), bodies=(BodyRule("council", (0, 2), (1.0, 1.0), 1.0, ways),)
    )
    assert again(space).bodies == space.bodies


def ferry() -> dict[str, Any]:
    value: dict[str, Any] = json.loads((SAMPLES / "ferry.space.json").read_text("utf-8"))
    return value


def problems(value: Any) -> str:
    with pytest.raises(InputError) as caught:
        space_from_plain(value, "f")
    return str(caught.value)


WRONG: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("format",), 2, "f: /format must be a whole number in 1..1, got 2"),
    (("type",), "car", "f: /type must be 'detente.DealSpace', got 'car'"),
    (("parties",), [], "f: /parties must name at least one party"),
    (("parties",), ["a", "a", "b"], "f: /parties must not name party 'a' twice"),
    (("issues", 1, "options"), [], "f: /issues/1/options must name at least one option"),
    (("issues", 1, "name"), "line", "f: /issues must not name issue 'line' twice"),
    (("table",), ["island", "island"], "f: /table must name one or more parties, each once"),
    (("table", 0), "iland", "f: /table/0 must name a known party, got 'iland'; did you mean island?"),
    (("table", 0), 3, "f: /table/0 must be a whole number in 0..2, got 3"),
    (("no_deal", 2), True, "f: /no_deal/2 must be a finite number"),
    (("no_deal", 2), float("nan"), "f: /no_deal/2 must be a finite number"),
    (("margin",), [0, 0], "f: /margin must be a list of 3, got a list of 2"),
    (("cap",), [1, 1, 1], "f: /cap must not be there together with deliveries or keeps"),
    (("no_deal_package", 1), "twice", "f: /no_deal_package/1 must name a known option of fare"),
    (("factors", 0, "points", 1), [1, 2], "f: /factors/0/points/1 must be a list of 3, got a list of 2"),
    (("factors", 0, "points", 1, 0), 1e300, "f: /factors/0/points/1/0 must be a finite number"),
    (("factors", 3, "issues"), ["pier", "line"], "must name issues in their order, each once"),
    (("factors", 4, "box", 0, "high"), "as now", "f: /factors/4/box/0 must have low before high"),
    (("factors", 4, "box", 1, "issue"), "line", "f: /factors/4/box/1 must be the only side of its issue"),
    (("bodies", 0, "members", 0, "votes"), "many", "f: /bodies/0/members/0/votes must be a finite number"),
    (
        ("bodies", 0, "ways"),
        [[{"votes": [1], "quota": 1}]],
        "f: /bodies/0/ways/0/0/votes must be a list of 2",
    ),
    (("consents", 0, "by"), "parliament", "f: /consents/0/by must name a known party or body"),
    (("consents", 0, "silent"), 1, "f: /consents/0/silent must be true or false, got 1"),
    (("consents", 0, "cots"), 1, "f: /consents/0/cots must not be there; did you mean cost?"),
    (("deliveries", 0), 7, "f: /deliveries/0 must be an object, got 7"),
    (("conditions", 0, "then"), [{"issue": "fare"}], "f: /conditions/0/then/0 must have 'options'"),
    (("forbid", 0, 0, "options", 0), -1, "f: /forbid/0/0/options/0 must be a whole number in 0..2"),
]


@pytest.mark.parametrize(("path", "value", "told"), WRONG, ids=lambda x: str(x)[:40])
def test_a_mistake_is_told_with_its_place(path: tuple[str | int, ...], value: Any, told: str) -> None:
    given = ferry()
    place: Any = given
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert told in problems(given)


def test_all_mistakes_are_told_at_once_and_counted() -> None:
    given = ferry()
    given["no_deal"] = ["x", "y", "z"]
    given["keeps"] = [{"issue": "line", "holds": ["as now"], "to": "never", "by": "council"}]
    told = problems(given)
    assert told.count("\n") == 3
    assert "/keeps/0/to" in told
    given["factors"] = [{} for _ in range(100)]
    assert problems(given).endswith("f: and 164 more")


@pytest.mark.parametrize("value", [None, [], "x", 7, {}, {"format": 1}])
def test_what_is_no_space_at_all_is_refused(value: Any) -> None:
    assert problems(value).startswith("f: / must")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"format": 1,\n "type": }', ":2 must be JSON"),
        ('{"format": 1, "format": 1}', "'format' twice in one object"),
        ("[" * 100_000, "must not nest lists"),
        ('{"format": ' + "9" * 5000 + "}", "4,300 digits"),
        ("", ":1 must be JSON"),
        ('["\\ud800"]', "must hold text that can be written"),
        ('["\\ud83d\\ude00"]', "/ must be an object"),
        ('{"\x1b": 1}', ":1 must be JSON"),
        ('{"\\u001b[2J": 1}', "/\ufffd[2J must not be there"),
    ],
)
def test_broken_text_is_refused(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "a.space.json"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_space(file)
    assert told in str(caught.value)


def test_bytes_that_are_no_text_are_refused_and_marks_forgiven(tmp_path: Path) -> None:
    good = (SAMPLES / "ferry.space.json").read_text("utf-8")
    for coding in ("utf-8-sig", "utf-16"):
        (tmp_path / "a.space.json").write_bytes(good.encode(coding))
        assert recognise(tmp_path / "a.space.json").name == "detente-json"
        assert read_space(tmp_path / "a.space.json").parties == ("island", "mainland", "treasury")
    (tmp_path / "a.space.json").write_bytes(good.encode().replace(b"council", b"counc\xff"))
    with pytest.raises(InputError, match=r":\d+ must be UTF-8 text"):
        read_space(tmp_path / "a.space.json")


def test_numbers_that_are_none_are_not_written() -> None:
    space = read_space(SAMPLES / "scales.space.json")
    for broken in (
        replace(space, no_deal=np.array([np.inf, 0])),
        replace(space, cap=np.array([np.nan, 1])),
        replace(space, parties=("a", "a")),
        replace(space, bodies=(BodyRule("b", (0,), (1.0,), float("inf")),)),
    ):
        with pytest.raises(InputError, match="to be written"):
            dump_plain(plain_from_space(broken))
