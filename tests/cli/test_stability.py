"""`detente stability`: what it shows, as JSON, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detente.brief.facts.conflict import gather_conflict
from detente.brief.page.conflict import compose_conflict
from detente.case.conflict import load_conflict, parse_conflict
from detente.cli.stability import stability
from detente.errors import CaseError, InputError
from tests.case.test_conflict import SMALL


def run(*arguments: str) -> Result:
    return CliRunner().invoke(stability, list(arguments), env={"COLUMNS": "100"})


def test_elmira_shows_computed_beside_published() -> None:
    shown = run("elmira")
    assert shown.exit_code == 0, shown.output
    assert "Computed and published agree." in shown.output and "unverified" in shown.output
    lines = shown.output.splitlines()
    assert max(map(len, lines)) <= 100
    rows = {line[:1]: line for line in lines if line[1:3] == "  " and "●" in line}
    assert rows["8"].count("all") == 4 and rows["1"].count("all") == 2 and "all" not in rows["3"]
    assert "From 5 to 8: Ministry of the Environment and The company (Uniroyal)" in shown.output
    assert run("elmira").output == shown.output


def test_a_state_tells_who_would_leave_it_and_what_deters_them() -> None:
    shown = " ".join(run("elmira", "--state", "1").output.split())
    assert "Local government: stays only if general metarational or symmetric metarational" in shown
    assert "It would be better off in 5" in shown
    assert "sequential: no answer deters it" in shown
    assert "deterred, since Ministry of the Environment moves to 6" in shown
    assert "The company (Uniroyal): leaves" in run("elmira", "--state", "3").output


def test_the_facts_as_json_are_the_facts_of_the_page() -> None:
    told = json.loads(run("elmira", "--state", "2", "--json").output)
    assert (told["format"], told["kind"], told["name"], told["state"]) == (1, "conflict", "elmira", "2")
    assert told["equilibria"]["nash"] == ["5", "8", "9"]
    assert all(row["agrees"] for row in told["published"]) and len(told["published"]) == 4
    assert told["states"][6]["ranks"] == {"ministry": 1, "company": 7, "local": 1}
    moves = [(t["party"], t["to"]) for t in told["temptations"]]
    assert moves == [("company", "4"), ("company", "9"), ("local", "6")]
    assert all(t["sanctions"]["nash"] is None for t in told["temptations"])


def test_an_answer_that_differs_is_said_to_differ() -> None:
    case, _ = parse_conflict(SMALL + "published: {source: a rumour, nash: [b]}\n")
    assert case is not None
    facts = gather_conflict(case)
    assert [row.agrees for row in facts.published] == [False]
    page = str(compose_conflict(facts))
    assert "Computed and published differ." in page and "agree." not in page


def test_a_conflict_without_an_answer_or_an_equilibrium() -> None:
    chase = SMALL.replace("left: {a: b}", "left: {a: b, b: a}").replace(
        "right: {b: [3], a: 3}", "right: {b: 3}"
    )
    case, problems = parse_conflict(chase)
    assert case is not None, problems
    page = compose_conflict(gather_conflict(case))
    assert "published" not in [section.anchor for section in page.sections]


def test_wrong_questions(tmp_path: Path) -> None:
    for arguments, kind, says in (
        (("kerry-2016",), CaseError, "try detente brief kerry-2016"),
        (("elmyra",), CaseError, "did you mean elmira?"),
        (("elmira", "--state", "12"), InputError, "state must be"),
        ((str(tmp_path),), CaseError, "conflict.yaml"),
    ):
        failed = run(*arguments).exception
        assert isinstance(failed, kind) and says in str(failed)
    with pytest.raises(InputError, match="state must be"):
        gather_conflict(load_conflict("elmira"), "")
