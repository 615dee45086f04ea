"""Bundled cases, the template, the schema."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import detente.case
from detente.case import (
    check,
    find_case,
    hindsight,
    judged_things,
    library,
    list_cases,
    load,
    new_case,
    schema,
    stated_weights,
)
from detente.case.conflict import load_conflict
from detente.case.jsonschema import schema_text
from detente.case.model import Case
from detente.errors import CaseError, InputError
from tests.case.sample import original, write

ROOT = Path(__file__).parents[2]


def test_bundled_cases_are_listed_and_load() -> None:
    infos = {info.name: info for info in list_cases()}
    assert {"panama-1974", "camp-david-1978"} <= set(infos)
    for info in infos.values():
        told = load_conflict(info.name) if info.kind == "conflict" else load(info.name)
        assert told.name == info.name
        assert info.title
        assert [p for p in check(info.name) if p.severity == "error"] == []
        assert (Path(info.folder) / "README.md").exists()


def test_a_broken_bundled_case_is_listed_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "broken", {**original(), "case.yaml": "format: 1\n"})
    monkeypatch.setattr("detente.case.folder.bundled_folder", lambda: tmp_path)
    assert "does not load" in list_cases()[0].about
    monkeypatch.setattr("detente.case.folder.bundled_folder", lambda: None)
    assert list_cases() == ()


def test_finding_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = write(tmp_path / "panama-1974", original())
    assert find_case(place) == find_case(str(place)) == find_case(place / "case.yaml") == place
    assert find_case("panama-1974") == ROOT / "cases" / "panama-1974"
    monkeypatch.chdir(tmp_path)
    assert find_case("panama-1974").resolve() == place


def test_digest_changes_with_any_file(tmp_path: Path) -> None:
    digests = {load(write(tmp_path / "a", original())).digest}
    for name, text in original().items():
        tail = "# \n" if name == "case.yaml" else "\n"
        digests.add(load(write(tmp_path / name, {**original(), name: text + tail})).digest)
    assert len(digests) == 5


def test_new_case_loads_clean_and_has_one_of_everything(tmp_path: Path) -> None:
    folder = new_case("herring-2033", tmp_path)
    case = load(folder)
    assert case.name == "herring-2033"
    assert check(folder) == ()
    filled = ("bodies", "links", "overlaps", "conditions", "levers", "proposals", "tasks", "measures",
              "contributions", "methods", "hypotheses", "menus", "audiences", "delays", "shocks", "codings")  # fmt: skip
    assert [name for name in filled if not getattr(case, name)] == []
    assert {coding.kind for coding in case.codings} == {"act", "statement", "claim", "answer", "delay"}
    assert (folder / "README.md").exists()


def test_new_case_refuses(tmp_path: Path) -> None:
    new_case("a", tmp_path)
    (tmp_path / "file").write_text("x")
    for name, folder in (("a", tmp_path), ("../b", tmp_path), ("", tmp_path), ("b", tmp_path / "file")):
        with pytest.raises(InputError):
            new_case(name, folder)


def adjusted_winner(case: Case) -> tuple[Fraction, Fraction, str, Fraction]:
    """Points of both sides after Adjusted Winner (Brams & Taylor 1996), the issue that is shared, and
    the part of it that the first side has. Read from the case: what each option is worth to each."""
    one, two = case.table
    worth: dict[str, tuple[Fraction, Fraction]] = {}
    draws = case.draws(1, 0)
    weights = dict(
        zip((p.name for p in case.parties), stated_weights(case, draws, case.as_of)[0], strict=True)
    )
    goals = [goal.name for goal in case.goals]
    for issue in case.issues:
        points = []
        for side in (one, two):
            option = next(option for option in issue.options if option.name == side)
            gain = sum(draws.mean(q) * weights[side][goals.index(g)] for g, q in option.effects.items())
            points.append(Fraction(float(gain)).limit_denominator(1000))
        worth[issue.name] = (points[0], points[1])
    mine = {name for name, (a, b) in worth.items() if a > b}
    equal = [name for name, (a, b) in worth.items() if a == b]
    first = sum((worth[n][0] for n in mine), Fraction(0))
    second = sum((b for name, (_, b) in worth.items() if name not in mine and name not in equal), Fraction(0))
    for name in equal:
        mine, first = mine | {name}, first + worth[name][0]
    gap = first - second
    holder, sign = (mine, 1) if gap > 0 else (set(worth) - mine, -1)
    for name in sorted(holder, key=lambda n: max(worth[n][0] / worth[n][1], worth[n][1] / worth[n][0])):
        moved = min(Fraction(1), sign * gap / sum(worth[name]))
        first -= sign * moved * worth[name][0]
        second += sign * moved * worth[name][1]
        gap = first - second
        if gap == 0:
            return first, second, name, 1 - moved if sign > 0 else moved
    raise AssertionError("never equal")


def test_adjusted_winner_from_the_published_tables() -> None:
    first, second, shared, part = adjusted_winner(load("panama-1974"))
    assert (first, second, shared, part) == (66, 66, "land_and_water", Fraction(2, 15))
    first, second, shared, part = adjusted_winner(load("camp-david-1978"))
    assert first == second
    assert float(first) == pytest.approx(65.83, abs=0.005)
    assert (shared, part) == ("sinai", Fraction(1, 6))


def test_point_tables_sum_to_one_hundred() -> None:
    for name in ("panama-1974", "camp-david-1978"):
        case = load(name)
        for party in case.parties:
            assert sum(q.low for q in party.interests.values()) == 100
        assert np.abs(stated_weights(case, case.draws(1, 0), case.as_of)).sum(axis=2) == pytest.approx(1)


def test_grounds_of_everything_and_hindsight() -> None:
    case = load("panama-1974")
    paths = dict(judged_things(case))
    assert paths["parties", "panama"].src == ("S1",)
    late = dict(hindsight(case, case.as_of))
    assert late == {("parties", p): "judged on 1982-12-31" for p in ("united_states", "panama")}


def test_committed_schema_is_current() -> None:
    committed = (ROOT / "docs" / "reference" / "case.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "write it anew: schema_text() of detente.case.jsonschema"


def fits(value: Any, rule: dict[str, Any], top: dict[str, Any]) -> bool:
    """Enough of JSON Schema to try the keys and kinds that ours uses."""
    if "$ref" in rule:
        return fits(value, top["$defs"][rule["$ref"].rsplit("/", 1)[1]], top)
    if "anyOf" in rule:
        return any(fits(value, part, top) for part in rule["anyOf"])
    if "const" in rule or "enum" in rule:
        return value == rule.get("const") or value in rule.get("enum", [])
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, dict):
        known, extra = rule.get("properties", {}), rule.get("additionalProperties", True)
        parts = [known.get(k, extra) for k in value]
        good = all(
            p is True or (p is not False and fits(v, p, top))
            for v, p in zip(value.values(), parts, strict=True)
        )
        return "object" in kinds and good and set(rule.get("required", [])) <= set(value)
    if isinstance(value, list):
        return "array" in kinds and all(fits(item, rule["items"], top) for item in value)
    if isinstance(value, bool) or value is None:
        return ("boolean" if isinstance(value, bool) else "null") in kinds
    return ("string" if isinstance(value, str) else "number") in kinds


@pytest.mark.parametrize("name", ["template", "panama-1974", "camp-david-1978", "mackerel-2014"])
def test_cases_fit_the_schema(name: str) -> None:
    folder = library.TEMPLATE if name == "template" else find_case(name)

    class Loader(yaml.SafeLoader):
        """YAML 1.2, as editors read it: dates are text, and only true and false are booleans."""

    Loader.yaml_implicit_resolvers = {
        key: [(tag, how) for tag, how in rows if tag.rsplit(":", 1)[1] not in ("timestamp", "bool")]
        for key, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
    data = yaml.load((folder / "case.yaml").read_text(encoding="utf-8"), Loader)
    rule = json.loads(json.dumps(schema()))
    assert fits(data, rule, rule)
    assert not fits({**data, "colour": "blue"}, rule, rule)
    data["issues"] = {k: {**v, "titel": "x"} for k, v in data["issues"].items()}
    assert not fits(data, rule, rule)


def test_the_door_offers_what_it_says() -> None:
    assert set(dir(detente.case)) == set(detente.case.__all__)
    for name in detente.case.__all__:
        assert getattr(detente.case, name) is not None
    with pytest.raises(AttributeError):
        _ = detente.case.nothing


def test_errors_come_before_notices_only_in_load(tmp_path: Path) -> None:
    files = {**original(), "sources.csv": original()["sources.csv"] + "S9,x,y,,,A,\n"}
    folder = write(tmp_path, files)
    assert [p.severity for p in check(folder)] == ["notice"]
    assert load(folder).sources[-1].id == "S9"
    (folder / "case.yaml").write_text(files["case.yaml"].replace("quota: 3", "quota: 30"), encoding="utf-8")
    with pytest.raises(CaseError, match="quota"):
        load(folder)
    assert check("no such thing")[0].severity == "error"
