"""What is legal and yet worth a look: each notice appears for its cause, and not without it."""

from __future__ import annotations

import re

import pytest

from detente.case.folder import Texts
from detente.case.notices import notices
from detente.case.reading import read_case
from detente.errors import Problem
from tests.case.sample import changed, original


def noticed(files: dict[str, str]) -> list[Problem]:
    case, found, root = read_case(Texts(files))
    assert case is not None, "\n".join(map(str, found))
    assert root is not None
    return [*found, *notices(case, root)]


def test_the_template_has_none() -> None:
    assert noticed(original()) == []


# file, old text, new text, file of the notice, key, what it says
CAUSES = [
    ("sources.csv", "S5,Obs", "S6,x,y,,,A,\nS5,Obs", "sources.csv", "S6", "is cited by nobody"),
    ("case.yaml", "    ended_by: {releases: steady+}\n", "", "case.yaml", "levers.held_water", "no option ends it"),
    ("case.yaml", "        why: A third less is held back each year.\n        src: [S3]\n", "", "case.yaml",
     "issues.filling.options.slow", "neither reason nor source"),
    ("case.yaml", "interests: inferred", "interests: {power_income: 1}", "case.yaml", "parties.arvenia.interests",
     "typed though hypotheses"),
    ("codings.csv", "run_turbines,3,,0.9,,", "run_turbines,3,,0.9,2031-06-09,", "codings.csv", "K2",
     "known only after as_of 2031-06-01"),
    ("case.yaml", "on: 2031-05-10", "on: 2031-06-10", "case.yaml", "proposals.spring_draft", "only after as_of"),
    ("case.yaml", "on: 2031-04-20", "on: 2031-06-10", "case.yaml", "shocks.april_flood", "comes only after as_of"),
    ("case.yaml", "fields_watered: 10..20", "fields_watered: 2..4", "case.yaml", "issues.filling.options",
     "do not rise or fall steadily for fields_watered"),
    ("case.yaml", "          fields_watered: 10..20\n", "", "case.yaml", "issues.filling.options",
     "do not rise or fall steadily for fields_watered"),
    ("case.yaml", "border_quiet: slight\n", "border_quiet: 20\n", "case.yaml",
     "issues.power.options.more_power.effects.border_quiet", "more than all contributors together can add (10.0)"),
    ("case.yaml", "      as_usual: {}\n", "      as_usual: {border_quiet: 1}\n", "case.yaml", "menus.dry_spell",
     "no alternative that does nothing"),
    ("case.yaml", "      nothing: {}\n", "      nothing: {}\n      same: {}\n", "case.yaml", "menus.after_incident",
     "two alternatives that are alike"),
    ("case.yaml", "audiences:\n", "  idle:\n    alternatives: {a: {}, b: {border_quiet: 1}}\naudiences:\n", "case.yaml",
     "menus.idle", "is used by no act"),
    ("codings.csv", "run_turbines:2;open_gates:1", "run_turbines:40;open_gates:21", "codings.csv", "K1",
     "outweighs all other acts of arvenia"),
    ("case.yaml", "call: {border_quiet: 2}", "call: {border_quiet: 2, power_income: 3}", "case.yaml",
     "menus.after_incident", "best under every hypothesis of arvenia"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "where", "key", "says"), CAUSES, ids=lambda v: str(v)[:30])
def test_cause_and_notice(file: str, old: str, new: str, where: str, key: str, says: str) -> None:
    found = noticed(changed(old, new, file))
    assert [p for p in found if p.file == where and p.key == key and says in p.must and p.line > 0], found
    assert {p.severity for p in found} == {"notice"}


def test_hindsight_is_noticed_unless_it_is_dated() -> None:
    late = changed(
        "S3,River University,Five gauges and a delta,2030-11-03", "S3,a,b,2031-12-24", "sources.csv"
    )
    keys = {p.key for p in noticed(late) if "cites S3 (2031-12-24)" in p.must}
    assert keys >= {"goals.delta_alive", "issues.filling.options.slow"}
    late["case.yaml"] = (
        late["case.yaml"]
        .replace("src: [S3]", "src: [S3]\n        judged_on: 2031-12-24", 2)
        .replace("    src: [S3]\n        judged_on", "    src: [S3]\n    judged_on", 1)
    )
    after = {p.key for p in noticed(late) if "cites S3" in p.must}
    assert keys - after == {"goals.delta_alive", "issues.filling.options.slow"}


def test_goals_that_move_together() -> None:
    text = original()["case.yaml"].replace(
        "fields_watered: 5..12", "fields_watered: 5..12\n          delta_alive: 5..9"
    )
    text = text.replace("fields_watered: 10..20", "fields_watered: 10..20\n          delta_alive: 9..18")
    found = noticed({**original(), "case.yaml": text})
    assert [p.key for p in found if "moves together with fields_watered" in p.must] == ["goals.delta_alive"]


def test_an_option_that_moves_nobody() -> None:
    idle = "      idle:\n        title: idle\n        why: no reason\n"
    found = noticed(changed("      no_contract:\n", idle + "      no_contract:\n"))
    assert [(p.key, p.got) for p in found] == [("issues.power.options.idle", "no effects")]
    unwanted = idle + "        effects: {unwanted: 3}\n"
    files = changed("      no_contract:\n", unwanted + "      no_contract:\n")
    goal = "goals:\n  unwanted: {worst: a, best: b, base: 5}\n"
    files["case.yaml"] = files["case.yaml"].replace("goals:\n", goal, 1)
    found = noticed(files)
    assert [(p.key, p.got) for p in found] == [("issues.power.options.idle", "unwanted")]


def test_grades_that_mirror_each_other() -> None:
    head = original()["events.csv"].splitlines()[0]
    rows = [f"E{i},2031-03-0{i},,t,{'S3' if i % 2 else 'S2'},{1 if i % 2 else 3},,," for i in range(1, 9)]
    files = {**original(), "events.csv": "\n".join([head, *rows]) + "\n"}
    assert [p for p in noticed(files) if p.key == "reported" and "mirrors" in p.must and p.got == "A1, C3"]
    files["events.csv"] = files["events.csv"].replace(",S3,1", ",S3,2", 1)
    assert not [p for p in noticed(files) if "mirrors" in p.must]


def test_inferred_without_hypotheses() -> None:
    text = re.sub(r"hypotheses:\n(  .*\n)+", "", original()["case.yaml"])
    found = [p for p in noticed({**original(), "case.yaml": text}) if p.key == "parties.arvenia.interests"]
    assert [p.severity for p in found] == ["notice"]
    assert "no hypotheses are written" in found[0].must
