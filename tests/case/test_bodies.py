"""Bodies in a case file: rules of voting, and what is wrong with them."""

from __future__ import annotations

import re

import pytest

from detente.case.model import Body
from tests.case.sample import case_of, original, problems

BODY = re.compile(r"(?m)^bodies:\n(?:  .*\n)+")


def with_body(rule: str) -> dict[str, str]:
    files = original()
    (written,) = BODY.findall(files["case.yaml"])
    name = written.split("\n")[1].strip().rstrip(":").split(":")[0]
    lines = "".join(f"    {line}\n" for line in rule.splitlines())
    text = files["case.yaml"].replace(written, f"bodies:\n  {name}:\n{lines}")
    return {**files, "case.yaml": text}


def body(rule: str) -> Body:
    (found,) = case_of(with_body(rule)).bodies
    return found


PARTIES = tuple(p.name for p in case_of(original()).parties)
A, B, C = PARTIES[:3]


def test_the_template_has_three_parties_and_one_body() -> None:
    assert len(case_of(original()).bodies) == 1


def test_votes_and_quota_need_no_rule() -> None:
    for rule in ("", "rule: weighted\n"):
        found = body(f"{rule}votes: {{{A}: 2, {B}: 1}}\nquota: 3\nothers: {{votes: 4, follow: {B}}}")
        assert (dict(found.votes), found.quota, found.ways) == ({A: 2, B: 5}, 3, ())


def test_unanimity_and_n_of_m() -> None:
    found = body(f"rule: unanimity\nmembers: [{A}, {B}, {C}]")
    assert (dict(found.votes), found.quota) == ({A: 1, B: 1, C: 1}, 3)
    found = body(f"rule: 2 of 3\nmembers: [{A}, {B}, {C}]")
    assert (len(found.votes), found.quota, found.ways) == (3, 2, ())


def test_the_council_as_parties_that_cast_several_votes() -> None:
    found = body(
        f"rule: qmv-lisbon\non: 2016-07-14\nmembers: {{{A}: FR, {B}: [DE, GB]}}\nothers: {{follow: {B}}}"
    )
    assert dict(found.votes) == {A: 1, B: 27} and found.quota == 16
    (double, few) = found.ways
    assert [dict(q.votes) for q in (double[0], few[0])] == [{A: 1, B: 27}] * 2
    assert double[1].votes[A] == 66_352_469 and double[1].needed == pytest.approx(0.65 * 508_940_955)


def test_nice_with_its_check_and_without_a_proposal() -> None:
    found = body(
        f"rule: qmv-nice\non: 2010-01-01\npopulation_check: true\non_proposal: false\nmembers: {{{A}: DE}}\nothers: {{follow: {A}}}"
    )
    (way,) = found.ways
    assert [q.votes[A] for q in way[:2]] == [345, 27] and way[1].needed == 18 and found.quota == 18
    assert "62%" in way[2].title


@pytest.mark.parametrize(
    ("rule", "key", "says"),
    [
        ("rule: weighted\nvotes: {A: 1}", "quota", "is required"),
        ("quota: 1", "votes", "is required"),
        ("votes: {A: 1}\nquota: 2", "quota", "could never consent"),
        ("votes: {A: 1, B: 1}\nquota: 1\nothers: {follow: B}", "others.votes", "is required"),
        ("rule: unanimity", "members", "is required"),
        ("rule: unanimity\nmembers: [A, B]\nquota: 2", "quota", "is not a key of the rule unanimity"),
        ("rule: unanimity\nmembers: [A, nobody]", "members[1]", "must be a party"),
        ("rule: unanimity\nmembers: {A: FR, B: DE}", "members.A", "must stand for itself alone"),
        ("rule: 2 of 4\nmembers: [A, B, C]", "rule", "must count its members, 3"),
        ("rule: 0 of 2\nmembers: [A, B]", "rule", "must be above 0 votes"),
        ("rule: 3 of 2\nmembers: [A, B]", "rule", "could never consent"),
        ("rule: qmv\nmembers: [A]", "rule", "must be a rule of voting"),
        (
            "rule: qmv-lisbon\non: 2010-01-01\nmembers: {A: DE}\nothers: {follow: A}",
            "rule",
            "must have applied on 2010-01-01",
        ),
        ("rule: qmv-lisbon\non: 2016-07-14\nmembers: {A: DE}", "members", "must name every member state"),
        (
            "rule: qmv-lisbon\non: 2016-07-14\nmembers: {A: [DE, UK]}\nothers: {follow: A}",
            "members",
            "must name every member state",
        ),
        (
            "rule: qmv-lisbon\non: 2016-07-14\nmembers: {A: DE, B: DE}\nothers: {follow: A}",
            "members",
            "must name every member state",
        ),
        (
            "rule: qmv-lisbon\non: 2016-07-14\nmembers: {A: DE}\nothers: {follow: B}",
            "others.follow",
            "must be a member of the body",
        ),
        (
            "rule: qmv-lisbon\non: 2016-07-14\nmembers: {A: DE}\nothers: {votes: 3, follow: A}",
            "others.votes",
            "is not a key of the rule",
        ),
        (
            "rule: qmv-lisbon\non: 2016-07-14\npopulation_check: true\nmembers: {A: DE}\nothers: {follow: A}",
            "population_check",
            "under qmv-nice only",
        ),
        ("rule: qmv-lisbon\non: today\nmembers: {A: DE}\nothers: {follow: A}", "on", "must be a"),
        (
            "rule: qmv-lisbon\nvotes: {A: 1}\nmembers: {A: DE}\nothers: {follow: A}",
            "votes",
            "is not a key of the rule",
        ),
    ],
)
def test_what_is_wrong_with_a_body_is_told_where_it_stands(rule: str, key: str, says: str) -> None:
    for short, name in (("A", A), ("B", B), ("C", C)):
        rule = re.sub(rf"(?<![A-Z]){short}(?![A-Za-z])", name, rule)
        key = re.sub(rf"\b{short}\b", name, key)
    found = [p for p in problems(with_body(rule)) if p.key.startswith("bodies")]
    assert [p for p in found if p.key.split(".", 2)[2] == key and says in str(p)], [str(p) for p in found]
    assert all(p.line > 1 for p in found)
