"""Genius XML against evaluators written from its classes, there and back."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.deals.brute import list_packages
from detente.deals.formats import read_space, recognise, write_space
from detente.deals.formats.genius import read_discounts, read_notes, read_profiles
from detente.deals.formats.profiles import clipped_parties, largest_utilities
from detente.deals.space import BoxFactor, ConsentRule, DealSpace, utilities
from detente.errors import InputError
from tests.deals.formats.random_genius import ProfileMaker, issue, save
from tests.deals.formats.slow_genius import SlowProfile

SAMPLES = Path(__file__).parent / "samples" / "genius"
SEEDS = st.integers(0, 10**6)


def compare(space: DealSpace, profiles: list[Path], domain: Path) -> None:
    """Every package of a space, value by value."""
    for p, path in enumerate(profiles):
        slow = SlowProfile(path, domain)
        assert slow.reservation() == space.no_deal[p]
        indices = {str(i.get("name")): int(i.get("index", "")) for i in slow.issues}
        order = [indices[name] for name in space.issues]
        values = [slow.values(index) for index in order]
        assert [list(names) for names in space.options] == values
        rows = np.concatenate(list(list_packages(space)))
        want = [slow.utility(dict(zip(order, bid, strict=True))) for bid in product(*values)]
        assert np.allclose(utilities(space, rows)[:, p], want, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["linear", "boxes", "rules"])
def test_samples_are_worth_what_genius_says(name: str) -> None:
    domain = next((SAMPLES / name).glob("*-domain.xml"))
    space = read_space(SAMPLES / name)
    compare(space, [SAMPLES / name / f"{party}.xml" for party in space.parties], domain)
    assert (space.no_deal_package == -1).all()


@pytest.mark.parametrize("kind", ["boxes", "rules"])
@given(seed=SEEDS)
@settings(max_examples=80, deadline=None)
def test_random_profiles_are_worth_what_genius_says(
    kind: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    maker = ProfileMaker(seed)
    folder = (maker.boxes if kind == "boxes" else maker.rules)(tmp_path_factory.mktemp("genius"))
    compare(read_space(folder), [folder / "a.xml", folder / "b.xml"], folder / "domain.xml")


def additive(seed: int, scale: float = 1.0) -> DealSpace:
    """Points at or above 0 that sum to at most `scale`."""
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(1, 5, rng.integers(1, 5))]
    parties = int(rng.integers(1, 4))
    share = rng.dirichlet(np.ones(len(sizes)), parties) * scale
    unary = [
        rng.random((n, parties)) * (rng.random((n, parties)) > 0.2) * share[:, i] for i, n in enumerate(sizes)
    ]
    names = {
        "issues": [f"issue <{i}> & 'more'" for i in range(len(sizes))],
        "options": [[f'"{k}" é ≥' for k in range(n)] for n in sizes],
        "parties": [f"party {p} of {'ABC'[p]}" for p in range(parties)],
    }
    return DealSpace.from_arrays(
        options=sizes, unary=unary, no_deal=rng.random(parties), names=names, status_quo=False
    )


def linked(seed: int) -> DealSpace:
    """Tables over two issues, boxes, and negative points, options named by whole numbers."""
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(1, 4, int(rng.integers(2, 5)))]
    parties, scope = (
        int(rng.integers(1, 3)),
        tuple(sorted(int(i) for i in rng.choice(len(sizes), 2, replace=False))),
    )
    low = [int(rng.integers(0, n)) for n in sizes]
    box = BoxFactor(
        tuple(range(len(sizes))), tuple(low), tuple(n - 1 for n in sizes), rng.uniform(-0.1, 0.3, parties)
    )
    first = int(rng.integers(-3, 4))
    return DealSpace.from_arrays(
        options=sizes,
        unary=[rng.uniform(-0.05, 0.1, (n, parties)) for n in sizes],
        links={scope: rng.uniform(0, 0.3, (sizes[scope[0]], sizes[scope[1]], parties))},
        boxes=[box],
        no_deal=np.full(parties, 0.25),
        names={"options": [[str(first + k) for k in range(n)] for n in sizes]},
        cap=[1.0] * parties if rng.random() < 0.5 else None,
        status_quo=False,
    )


@pytest.mark.parametrize("make", [additive, linked])
@given(seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_worth_the_same(
    make: object, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert callable(make)
    space, place = make(seed), tmp_path_factory.mktemp("written") / "place"
    files = write_space(space, place, "genius")
    again = read_space(place)
    assert (again.issues, again.options, again.parties) == (space.issues, space.options, space.parties)
    rows = np.concatenate(list(list_packages(space)))
    assert np.allclose(utilities(again, rows), utilities(space, rows), rtol=0, atol=1e-12)
    assert np.array_equal(again.no_deal, space.no_deal)
    compare(again, list(files[1:]), files[0])


def test_more_than_one_domain_needs_a_name(tmp_path: Path) -> None:
    folder = save(tmp_path, issue(1, "integer", ["0", "3"]), {"a": "<issue/>"})
    (folder / "a.xml").unlink()
    one = save(tmp_path / "more", issue(1, "integer", ["0", "3"]), {})
    for file in (SAMPLES / "boxes").glob("*.xml"):
        (one / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InputError, match=r"must hold one domain file .*waters-domain.xml; name one"):
        read_space(one)
    assert read_space(one / "waters-domain.xml").parties == ("profile-2", "profile-10")
    with pytest.raises(InputError, match="must have 1 to 100 profiles"):
        read_space(one / "domain.xml")
    with pytest.raises(InputError, match="must have 1 to 100 profiles"):
        read_space(folder)


def test_one_profile_is_a_space_of_one_party() -> None:
    space = read_space(SAMPLES / "linear" / "north.xml")
    assert space.parties == ("north",)
    assert recognise(SAMPLES / "linear" / "north.xml").name == "genius"
    assert space.options[2] == ("both", "none")  # as this file orders them, whatever the domain says
    whole = read_space(SAMPLES / "linear")
    rows = np.concatenate(list(list_packages(whole)))
    own = rows * [1, 1, -1] + [0, 0, 1]
    assert np.array_equal(utilities(space, own)[:, 0], utilities(whole, rows)[:, 0])


def test_discounts_and_reservation_values_are_told() -> None:
    assert read_discounts(SAMPLES / "linear") == {"north": 0.9, "south": 1.0}
    assert read_space(SAMPLES / "linear").no_deal.tolist() == [0.35, 0.0]


def test_profiles_by_name_keep_their_order_and_may_be_renamed() -> None:
    domain, north, south = (SAMPLES / "linear" / f"{n}.xml" for n in ("harbour-domain", "north", "south"))
    assert read_profiles(domain, [south, north]).parties == ("south", "north")
    assert read_profiles(domain, [north, north], names=["A", "B"]).parties == ("A", "B")
    with pytest.raises(InputError, match="names must be one for each of 2 profiles"):
        read_profiles(domain, [north, north])
    with pytest.raises(InputError, match=r"must start with <utility_space>, got <negotiation_template>"):
        read_profiles(domain, [domain])


def test_caps_stand_where_sums_may_exceed_one() -> None:
    boxes = read_space(SAMPLES / "boxes")
    assert boxes.cap is not None and boxes.cap.tolist() == [1.0, 1.0]
    assert clipped_parties(boxes) == ("profile-2", "profile-10")
    assert (largest_utilities(boxes) > 1).all()
    assert read_space(SAMPLES / "linear").cap is None
    assert clipped_parties(read_space(SAMPLES / "linear")) == ()


def test_odd_things_are_noted_not_refused() -> None:
    (note,) = [n for n in read_notes(SAMPLES / "rules") if "ministry" in n.file]
    assert note.line == 51 and note.severity == "notice" and "nothing like it" in note.got


REAL = '<issue index="1" name="price" type="real" etype="real" vtype="real"><range lowerbound="10" upperbound="20"/>{}</issue>'


@pytest.mark.parametrize(
    ("evaluator", "worth"),
    [
        ('<evaluator ftype="linear" parameter0="-1" parameter1="0.1"/>', [0.0, 0.25, 0.5, 0.75, 1.0]),
        ('<evaluator ftype="constant" parameter0="0.5"/>', [0.5] * 5),
        (
            '<evaluator ftype="triangular" parameter0="10" parameter1="20" parameter2="12.5"/>',
            [0, 1, 2 / 3, 1 / 3, 0],
        ),
    ],
)
def test_real_issues_are_refused_or_cut_into_steps(
    tmp_path: Path, evaluator: str, worth: list[float]
) -> None:
    weight = '<weight index="1" value="1"/>'
    folder = save(tmp_path, REAL.format(""), {"a": REAL.format(evaluator) + weight})
    with pytest.raises(
        InputError, match=r"domain.xml:2 <issue> must be discrete or integer, got real; or read with steps"
    ):
        read_space(folder)
    space = read_profiles(folder / "domain.xml", [folder / "a.xml"], steps=5)
    assert space.options == (("10", "12.5", "15", "17.5", "20"),)
    assert np.allclose(utilities(space, np.arange(5)[:, None])[:, 0], worth)
    with pytest.raises(InputError, match="steps must be from 2"):
        read_profiles(folder / "domain.xml", [folder / "a.xml"], steps=1)


HELD = DealSpace.from_arrays(options=[2], unary=[[[0.0, 0.5], [1.0, 0.5]]], no_deal=[0, 0], status_quo=False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"consents": (ConsentRule(0, (1,), 0),)}, r"consents \(1\)"),
        ({"forbid": [{0: 1}]}, r"forbidden packages \(1\)"),
        ({"margin": [0.1, 0]}, "margins"),
        ({"table": [0]}, r"parties not at the table \(party1\)"),
        ({"stakes": [2, 1]}, "stakes"),
        ({"unary": [[[0.0, 0.5], [2.0, 0.5]]]}, r"utilities above 1 \(party0: divide points by 2\)"),
        ({"no_deal": [-1, 0]}, "worths of no deal outside 0..1"),
        ({"cap": [0.5, 1]}, "caps below 1"),
        ({"unary": [[[-0.5, 0.5], [0.5, 0.5]]]}, "option names of issue0"),
        ({"names": {"parties": ["a/b", "c"]}}, "plain names"),
        ({"names": {"parties": ["A", "a"]}}, "plain names"),
        ({"names": {"options": [["x ", "y"]]}}, "plain names"),
    ],
)
def test_what_genius_cannot_hold_is_said(change: dict[str, object], says: str, tmp_path: Path) -> None:
    plain = {"options": [2], "unary": [[[0.0, 0.5], [1.0, 0.5]]], "no_deal": [0, 0], "status_quo": False}
    space = DealSpace.from_arrays(**(plain | change))  # type: ignore[arg-type]
    with pytest.raises(InputError, match=says):
        write_space(space, tmp_path / "x", "genius")
    assert list(tmp_path.iterdir()) == []
    assert write_space(HELD, tmp_path / "x", "genius")
