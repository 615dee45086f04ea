"""Every mistake in a mapping: told at its line and column, with what was expected and what to try."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.case import Case, load, new_case
from detente.case.importers import list_importers
from detente.case.importers.mapping_reading import read_mapping
from detente.errors import CaseError

GOOD = """format: 1
id: press
reliability: C
per: month
known_within: 20
at_least_sources: 2
parties:
  arvenia: {country: ARV}
  delmar:
    - {country: DEL}
    - {code: DELGOV*, name: "*ministry*"}
others:
  nato: {name: "*nato*"}
kinds:
  - menu: dry_spell
    take: open_gates
    code: ["03*", "04*"]
    by: [arvenia]
    to: [delmar, nato]
    reading: 2
    why: Help is help.
  - menu: words
    take: blame
    code: "11*"
    to: anybody
    pushes: {border_quiet: -1}
    why: Blame hurts.
ignore:
  - {code: "01*", why: Talk.}
"""
# old text, new text, key path, must, hint
MISTAKES = [
    ("format: 1", "format: 2", "format", "must be 1", ""),
    ("id: press", "id: a press", "id", "must be a name", ""),
    ("id: press", "id: [a]", "id", "must be text", ""),
    ("id: press", "date: soon", "date", "must be a date", "2016-07"),
    ("id: press", "ids: press", "ids", "is not a key", "did you mean id?"),
    ("reliability: C", "reliability: G", "reliability", "must be one of A, B", ""),
    ("per: month", "per: week", "per", "must be one of month", ""),
    ("per: month", "per: session", "per", "must be month, year or each", ""),
    ("per: month", "reported: 7", "reported", "must be a digit 1 to 6", ""),
    ("known_within: 20", "known_within: -1", "known_within", "must be a whole number", ""),
    ("at_least_sources: 2", "at_least_sources: two", "at_least_sources", "must be a whole number", ""),
    ("arvenia: {country", "arvenya: {country", "parties.arvenya", "must be a party of the case", "did you mean arvenia?"),
    ("arvenia: {country", "delmar: {country", "delmar", "must not appear twice", ""),
    ("  nato: {name", "  arvenia: {name", "others.arvenia", "must not appear twice", "first on line 8"),
    ("  nato: {name", "  anybody: {name", "others.anybody", "must be a name", ""),
    ("{country: ARV}", "{contry: ARV}", "parties.arvenia.contry", "is not a key", "did you mean country?"),
    ("{country: ARV}", "{why: because}", "parties.arvenia", "must test one of code, name", ""),
    ("{country: ARV}", "ARV", "parties.arvenia", "must be a mapping of code, name", ""),
    ("{country: ARV}", "{country: []}", "parties.arvenia.country", "must have a pattern", ""),
    ("{country: ARV}", "{country: [[a]]}", "parties.arvenia.country", "must be text", ""),
    ("{country: ARV}", "{country: '  '}", "parties.arvenia.country", "must be text", ""),
    ("menu: dry_spell", "menu: dry_spel", "kinds[0].menu", "must be a menu of the case", "did you mean dry_spell?"),
    ("- menu: words", "- menus: words", "kinds[1].menus", "is not a key", "did you mean menu?"),
    ("- menu: words", "- menu: 7", "kinds[1].menu", "must name a menu", ""),
    ("take: open_gates", "take: open_gate", "kinds[0].take", "must be an alternative of menu dry_spell", "open_gates"),
    ("take: open_gates", "take: {yes: open_gates}", "kinds[0].take", "must name the alternative", ""),
    ("take: blame", "take:", "kinds[1].take", "must name the alternative", ""),
    ("    code: [\"03*\", \"04*\"]\n", "", "kinds[0]", "must test one of code, base", ""),
    ("by: [arvenia]", "by: [arvena]", "kinds[0].by", "must be names of parties or others", "did you mean arvenia?"),
    ("by: [arvenia]", "by: anybody", "kinds[0].by", "must be names of parties or others", ""),
    ("to: [delmar, nato]", "to: [delmar, anybody]", "kinds[0].to", "must be names, or anybody alone", ""),
    ("reading: 2", "reading: 0", "kinds[0].reading", "must be a digit 1 to 6", ""),
    ("    why: Help is help.\n", "", "kinds[0].why", "must say why", "the reason"),
    ("why: Talk.", "why: ''","ignore[0].why", "must say why", ""),
    ("{code: \"01*\"", "{code: \"01*\", menu: words", "ignore[0].menu", "is not a key", ""),
    ("border_quiet: -1", "border_quite: -1", "kinds[1].pushes.border_quite", "must be a goal", "did you mean border_quiet?"),
    ("border_quiet: -1", "border_quiet: -4", "kinds[1].pushes.border_quiet", "must be between -3 and 3", "pushes of one act"),
    ("border_quiet: -1", "border_quiet: much", "kinds[1].pushes.border_quiet", "must be a number", ""),
    ("pushes: {border_quiet: -1}", "pushes: [1]", "kinds[1].pushes", "must be a mapping, goal: push", ""),
    ("    pushes: {border_quiet: -1}\n", "", "kinds[1].menu", "must be a menu of the case", "give pushes"),
]  # fmt: skip


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load(new_case("c", tmp_path_factory.mktemp("case")))


def told(tmp_path: Path, text: str, name: str = "gdelt-1", case: Case | None = None) -> CaseError:
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as error:
        read_mapping(path, list_importers()[name], case)
    return error.value


def test_the_good_mapping_is_good(tmp_path: Path, case: Case) -> None:
    (tmp_path / "map.yaml").write_text(GOOD, encoding="utf-8")
    said = read_mapping(tmp_path / "map.yaml", list_importers()["gdelt-1"], case)
    assert [(a.name, a.acts, len(a.looks)) for a in said.actors] == [
        ("arvenia", True, 1),
        ("delmar", True, 2),
        ("nato", False, 1),
    ]
    assert [(k.menu, k.take, k.by, k.to, k.reading) for k in said.kinds] == [
        ("", "", (), (), None),
        ("dry_spell", "open_gates", ("arvenia",), ("delmar", "nato"), 2),
        ("words", "blame", (), ("anybody",), None),
    ]
    assert (said.source["id"], said.known_within, said.at_least_sources, said.reported) == ("press", 20, 2, 3)


@pytest.mark.parametrize(("old", "new", "key", "must", "hint"), MISTAKES, ids=lambda v: None)
def test_a_mistake_is_told_where_it_stands(
    old: str, new: str, key: str, must: str, hint: str, tmp_path: Path, case: Case
) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = [p for p in told(tmp_path, text, case=case).problems if p.must.startswith(must)]
    problem = next(p for p in found if not key or p.key == key or not p.key)
    assert hint in problem.hint
    assert problem.file == "map.yaml" and problem.column > 0
    near = GOOD[: GOOD.index(old)].count("\n") + 1
    assert abs(problem.line - near) <= 6 or "twice" in must


def test_all_mistakes_come_at_once_in_their_order(tmp_path: Path, case: Case) -> None:
    text = (
        GOOD.replace("reliability: C", "reliability: Z")
        .replace("take: blame", "take: 1")
        .replace("ARV", "''")
    )
    lines = [problem.line for problem in told(tmp_path, text, case=case).problems]
    assert lines == sorted(lines) and len(lines) >= 3


@pytest.mark.parametrize("section", ["parties", "kinds"])
def test_what_a_mapping_cannot_do_without(section: str, tmp_path: Path) -> None:
    start = GOOD.index(f"{section}:")
    end = GOOD.index("others:" if section == "parties" else "ignore:")
    problems = told(tmp_path, GOOD[:start] + GOOD[end:]).problems
    assert any(p.key == section and p.must.startswith("must name") for p in problems)


@pytest.mark.parametrize(
    "text",
    [
        "[1]",
        "5",
        "",
        "a: [",
        "!!python/object:x {}",
        "format: 1\nparties: 3\nkinds: 4",
        "parties: [a]\nkinds: {a: b}",
    ],
)
def test_what_is_no_mapping(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text).problems


def test_formats_without_targets_refuse_them(tmp_path: Path) -> None:
    text = "format: 1\nparties: {a: {country: US}}\nothers: {b: {name: x}}\nkinds:\n  - {menu: m, take: t, title: x, why: w, to: [b]}\n"
    problems = told(tmp_path, text, "unga").problems
    assert [p.key for p in problems] == ["others.b", "kinds[0].to"]
    text = "format: 1\nat_least_sources: 2\nknown_within: 3\nparties: {a: {name: US}}\nkinds:\n  - {menu: m, take: t, title: x, why: w}\n"
    assert [p.key for p in told(tmp_path, text, "unga").problems] == ["at_least_sources", "known_within"]


def test_votes_are_checked(tmp_path: Path) -> None:
    text = "format: 1\nparties: {a: {country: US}}\nkinds:\n  - {menu: m, title: x, why: w, pushes: {g: 1}, take: {yes: a, nay: b}}\n"
    problems = told(tmp_path, text, "unga").problems
    assert [(p.key, p.must) for p in problems] == [
        ("kinds[0].pushes", "must stand with one alternative"),
        ("kinds[0].take.nay", "must be a vote"),
    ]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_mapping_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, case: Case, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 12)))
    text = GOOD[:start] + data.draw(st.text("{}[]:-*'\" \n1aé", max_size=5)) + GOOD[end:]
    path = tmp_path_factory.mktemp("m") / "map.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        read_mapping(path, list_importers()["gdelt-1"], case)
    except CaseError as error:
        assert error.problems
