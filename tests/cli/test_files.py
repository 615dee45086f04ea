"""Import and export on the command line, and the pages of a space file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

from detente.case import load
from detente.cli.files import declared_space, export_space, import_space, space_format
from detente.cli.space_facts import describe_space, gather, parse_package
from detente.cli.space_page import show_space
from detente.deals.brute import brute_frontier
from detente.deals.formats import list_formats, read_space, write_space
from detente.deals.formats.bare import bare_space
from detente.deals.space import DealSpace, utilities
from detente.errors import DetenteError, InputError

SAMPLES = Path(__file__).parents[1] / "deals" / "formats" / "samples"
LEASE, FERRY = SAMPLES / "negmas" / "lease", SAMPLES / "detente_json" / "ferry.space.json"


def run(command: click.Command, *words: object) -> tuple[int, str]:
    """Exit code and what goes to the user, as the program's entry point has it."""
    try:
        command.main([str(word) for word in words], standalone_mode=False)
    except (DetenteError, click.ClickException) as error:
        return 2, str(error) or error.format_message()  # type: ignore[union-attr]
    return 0, ""


def test_import_says_what_it_found_and_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "lease.space.json"
    assert run(import_space, LEASE, "--to", target) == (0, "")
    told = capsys.readouterr().out
    for part in (
        "NegMAS scenario folder",
        "3 parties, 3 issues, 24 packages",
        "no deal is worth",
        "one year",
    ):
        assert part in told
    assert "town.yml has no reservation value: 0.4 stands for it" in told
    assert f"Written: {target}" in told.replace("\n", "")
    assert max(map(len, told.splitlines())) <= 100
    one, two = read_space(LEASE), read_space(target)
    rows = np.array([[0, 0, 0], [3, 2, 1]])
    assert np.array_equal(utilities(one, rows), utilities(two, rows))


def test_import_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(import_space, SAMPLES / "csv" / "short.csv", "--json") == (0, "")
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["read_as"], found["notes"], found["written"]) == (1, "csv", [], [])
    assert found["space"]["packages"] == 6
    assert [p["no_deal"] for p in found["space"]["parties"]] == [2.5, 3.0]


@pytest.mark.parametrize("form", sorted(name for name, f in list_formats().items() if f.read is not None))
def test_every_sample_is_imported(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    for sample in sorted((SAMPLES / form.replace("-", "_")).glob("*")):
        assert run(import_space, sample, "--json") == (0, "")
        assert json.loads(capsys.readouterr().out)["read_as"] == form


def test_nothing_is_overwritten_but_by_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "a.space.json"
    target.write_text("mine", "utf-8")
    code, told = run(import_space, LEASE, "--to", target)
    assert (code, target.read_text("utf-8")) == (2, "mine")
    assert "must be new" in told
    assert run(import_space, LEASE, "--to", target, "--force")[0] == 0
    assert read_space(target).parties == ("owner", "tenant", "town")
    code, told = run(export_space, LEASE, target, "--as", "negmas", "--force")
    assert code == 2 and "must be a new folder for the format negmas" in told
    assert read_space(target).parties == ("owner", "tenant", "town")
    assert [p.name for p in tmp_path.iterdir()] == ["a.space.json"]
    capsys.readouterr()


def test_genius_profiles_may_be_given_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    folder = SAMPLES / "genius" / "linear"
    domain = folder / "harbour-domain.xml"
    profiles = [word for name in ("south", "north") for word in ("--profile", folder / f"{name}.xml")]
    assert run(import_space, domain, *profiles, "--json") == (0, "")
    found = json.loads(capsys.readouterr().out)
    assert [p["name"] for p in found["space"]["parties"]] == ["south", "north"]
    code, told = run(import_space, LEASE, "--from", "negmas", *profiles)
    assert code == 2 and "profiles are files of Genius" in told


@pytest.mark.parametrize(
    ("command", "words", "told"),
    [
        (import_space, ("nowhere",), "got nothing there"),
        (import_space, (LEASE, "--from", "negma"), "did you mean negmas"),
        (import_space, (LEASE, "--from", "nfg"), "only written"),
        (import_space, (FERRY, "--from", "csv"), "header must be"),
        (export_space, (LEASE, "x", "--as", "cvs"), "format must be one"),
        (export_space, ("no-such-case", "x", "--as", "csv"), "must be a case folder or the name"),
        (export_space, (FERRY, "x", "--as", "csv"), "or --bare to leave them out"),
        (export_space, (FERRY, "x", "--as", "csv", "--draw", "3"), "must carry draws"),
    ],
    ids=str,
)
def test_wrong_words_are_told(
    command: click.Command,
    words: tuple[object, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = run(command, *words)
    assert code == 2
    assert told in said
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_exported_with_declared_interests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "kerry.space.json"
    words = ("kerry-2016", out, "--as", "detente-json", "--as-declared", "--draws", "20")
    assert run(export_space, *words) == (0, "")
    space, case = read_space(out), declared_space("kerry-2016", draws=20, seed=0)
    rows = np.stack([np.zeros(len(case.issues), dtype=np.int64), np.array(case.sizes) - 1])
    assert np.allclose(utilities(space, rows), utilities(case, rows), atol=1e-12)
    inferred = [p for p, party in enumerate(load("kerry-2016").parties) if party.inferred]
    assert inferred and utilities(case, rows)[1, inferred].all()
    assert (space.consents, space.conditions, space.deliveries) == (
        case.consents,
        case.conditions,
        case.deliveries,
    )
    drawn = tmp_path / "draw.space.json"
    words = ("kerry-2016", drawn, "--as", "detente-json", "--as-declared", "--draws", "20", "--draw", "3")
    assert run(export_space, *words) == (0, "")
    assert not np.allclose(utilities(read_space(drawn), rows), utilities(case, rows))
    bare = tmp_path / "bare"
    words = ("kerry-2016", bare, "--as", "negmas", "--as-declared", "--draws", "20", "--bare")
    assert run(export_space, *words) == (0, "")
    assert "left out: " in capsys.readouterr().out
    assert read_space(bare).parties == tuple(case.parties[p] for p in case.table)


def test_bare_spaces_keep_the_tables_utilities() -> None:
    space = read_space(FERRY)
    bare, dropped = bare_space(space)
    rows = np.array([[1, 1, 0], [2, 1, 1]])
    assert np.array_equal(utilities(bare, rows), utilities(space, rows)[:, :2])
    assert dropped == (
        "bodies (1)", "consents (2)", "deliveries (1)", "conditions (1)", "forbid (1)",
        "1 of 3 parties (treasury)", "the status quo",
    )  # fmt: skip
    assert bare_space(bare)[1] == ()


PAGES = {
    "deals": ("Frontier: ", "exact", "Solutions, in gains"),
    "why": ("It is accepted.", "Who must say yes"),
    "price": ("Moves on ", "loses"),
    "holds": ("does not say who carries what out",),
}


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_file(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_space(LEASE, read_space(LEASE), page)
    told = capsys.readouterr()
    assert all(part in told.out for part in PAGES[page])
    assert max(map(len, told.out.splitlines())) <= 100
    assert "\x1b" not in told.out and told.err == ""


def test_json_has_all_pages(capsys: pytest.CaptureFixture[str]) -> None:
    space = read_space(FERRY)
    show_space(FERRY, space, "why", package="line=four trips, pier=new", issue="line", as_json=True)
    facts = json.loads(capsys.readouterr().out)
    assert list(facts) == [
        "format", "file", "space", "frontier", "zone", "solutions", "package", "why", "price", "hold",
    ]  # fmt: skip
    packages, worth, many = brute_frontier(space)
    points = facts["frontier"]["points"]
    assert [list(p["utilities"].values()) for p in points] == worth.tolist()
    assert [p["packages"] for p in points] == many.tolist()
    assert len(packages) == len(points)
    assert facts["package"]["options"] == {"line": "four trips", "fare": "as now", "pier": "new"}
    assert [r["party"] for r in facts["why"]["refusals"]] == ["council"]
    assert facts["price"]["issue"] == "line"
    costs = {m["to"]: {c["party"]: c["points"] for c in m["costs"]} for m in facts["price"]["moves"]}
    assert costs["as now"]["island"] == pytest.approx(13)
    assert facts["hold"]["deliverers"][0]["party"] == "mainland"


def test_long_frontiers_are_cut_and_empty_zones_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = DealSpace.from_arrays(
        options=[40], unary=[[[k, 39 - k] for k in range(40)]], no_deal=[0, 0], status_quo=False
    )
    (file,) = write_space(many, tmp_path / "a.space.json", "detente-json")
    show_space(file, read_space(file), "deals")
    assert "… and 28 more" in capsys.readouterr().out
    none = DealSpace.from_arrays(
        options=[2],
        unary=[[[0, 3], [2, 1]]],
        no_deal=[1, 2],
        names={"parties": ["a\x1b[2J", "b"]},
        status_quo=False,
    )
    for page, part in (("deals", "no zone of agreement"), ("why", "not accepted")):
        show_space(file, none, page)
        told = capsys.readouterr().out
        assert part in told and "Any one of these alone would open it" in told
        assert "\x1b" not in told


def test_cases_are_no_space_files(tmp_path: Path) -> None:
    assert space_format(str(LEASE)) == "negmas"
    assert space_format(str(FERRY)) == "detente-json"
    cases = Path(__file__).parents[2] / "cases"
    for other in (
        "kerry-2016",
        str(cases / "kerry-2016"),
        str(cases / "kerry-2016" / "case.yaml"),
        str(tmp_path),
    ):
        assert space_format(other) is None
    assert space_format("x" * 5000) is None and space_format("\0") is None


def test_packages_as_people_write_them() -> None:
    space = read_space(SAMPLES / "csv" / "short.csv")
    assert parse_package(space, " season = spring, summer ,quota=high").tolist() == [2, 0]
    for text, told in [
        ("quota=high", "must name every issue .* missing: season"),
        ("quta=high", "did you mean quota"),
        ("quota=hihg,season=autumn", "did you mean high"),
        ("everything", "issue must be one"),
        ("", "issue must be one"),
    ]:
        with pytest.raises(InputError, match=told):
            parse_package(space, text)
    assert parse_package(read_space(FERRY), "fare=half").tolist() == [0, 1, 0]


def test_unknown_names_are_told_before_the_work() -> None:
    space = read_space(FERRY)

    def never(step: str) -> None:
        raise AssertionError(step)

    with pytest.raises(InputError, match="did you mean line"):
        gather(FERRY, space, issue="lin", say=never)


def test_what_a_space_consists_of() -> None:
    facts: dict[str, Any] = describe_space(read_space(FERRY))
    assert facts["factors"] == {"points per option": 3, "links by table": 1, "links by range": 1}
    assert facts["rules"] == {"bodies": 1, "consents": 2, "deliveries": 1, "conditions": 1, "forbid": 1}
    assert (facts["packages"], facts["widest_link"], facts["status_quo"]) == (12, 2, True)
    assert (
        describe_space(read_space(SAMPLES / "detente_json" / "scales.space.json"))["parties"][0]["cap"] == 1
    )
