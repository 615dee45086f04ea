"""Conflict files: what they become, and everything that can be wrong with them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from detente.case.conflict import ConflictCase, load_conflict, parse_conflict
from detente.case.conflict_reading import MAX_PARTIES, MAX_STATES
from detente.case.folder import find_case
from detente.case.library import check, list_cases, load
from detente.errors import CaseError

ELMIRA = (find_case("elmira") / "conflict.yaml").read_text("utf-8")

SMALL = """\
format: 1
name: duel
title: A duel
parties: {left: Left, right: {title: The right}}
states: {a: both wait, b: left moved, 3: {title: right answered}}
moves:
  left: {a: b}
  right: {b: [3], a: 3}
preferences:
  left: [b, [a, 3]]
  right: {a: 10, 3: 7, b: -2}
"""


def conflict_of(text: str) -> ConflictCase:
    found, problems = parse_conflict(text)
    assert found is not None, "\n".join(map(str, problems))
    return found


def test_a_small_conflict_becomes_what_it_says() -> None:
    found = conflict_of(SMALL)
    assert (found.name, found.title, found.about) == ("duel", "A duel", "")
    assert dict(found.parties) == {"left": "Left", "right": "The right"}
    assert dict(found.states) == {"a": "both wait", "b": "left moved", "3": "right answered"}
    assert dict(found.moves) == {"left": (("a", "b"),), "right": (("b", "3"), ("a", "3"))}
    assert {p: dict(r) for p, r in found.ranks.items()} == {
        "left": {"b": 2, "a": 1, "3": 1},
        "right": {"a": 3, "3": 2, "b": 1},
    }
    assert found.published is None and found.sources == ()


def test_elmira_is_the_model_of_the_literature() -> None:
    """Moves by party and ranks of states 1 to 9, larger is better."""
    found = load_conflict("elmira")
    ranks = {
        "ministry": [4, 3, 8, 7, 5, 2, 9, 6, 1],
        "company": [9, 2, 4, 8, 6, 1, 3, 7, 5],
        "local": [6, 2, 8, 3, 7, 4, 9, 5, 1],
    }
    moves = {
        "ministry": "12 34 56 78",
        "company": "13 19 24 29 39 49 57 59 68 69 79 89",
        "local": "15 51 26 62 37 73 48 84",
    }
    assert {p: [r[s] for s in "123456789"] for p, r in found.ranks.items()} == ranks
    assert {p: {a + b for a, b in m} for p, m in found.moves.items()} == {
        p: set(m.split()) for p, m in moves.items()
    }
    assert "unverified" in (found.published.note if found.published else "")


def test_the_names_of_elmiras_states_fit_its_moves() -> None:
    """Whoever moves changes its own part of the state and nothing else."""
    found = load_conflict("elmira")
    owns = {
        "ministry": ("issued", "modified"),
        "company": ("delayed", "accepted"),
        "local": ("silent", "insists"),
    }
    for party, moves in found.moves.items():
        for a, b in moves:
            words = [{w for pair in owns.values() for w in pair if w in found.states[s]} for s in (a, b)]
            if "abandons" in found.states[b]:
                assert party == "company"
            else:
                assert words[0] ^ words[1] == set(owns[party])


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("format: 1", "format: 2", "format", "must be 1"),
        ("format: 1\n", "", "format", "is required"),
        ("name: duel", "name: 1st duel", "name", "must be a name"),
        ("title: A duel", "titel: A duel", "titel", "did you mean title?"),
        ("title: A duel", "titel: A duel", "title", "is required"),
        ("title: A duel", "title: [A, duel]", "title", "must be text"),
        ("{left: Left, right: {title: The right}}", "{left: Left}", "parties", "must be 2 to 12"),
        (
            "right: {title: The right}",
            "right: {titel: The right}",
            "parties.right.titel",
            "did you mean title?",
        ),
        ("right: {title: The right}", "2: right", "parties.2", "must be a name"),
        ("{left: Left, right: {title: The right}}", "[left, right]", "parties", "must be a mapping"),
        ("b: left moved", "b c: left moved", "states.b c", "must be a name"),
        ("b: left moved", "a: left moved", "", "must not appear twice"),
        ("left: {a: b}", "left: {a: c}", "moves.left.a", "must be a state of the conflict"),
        ("left: {a: b}", "left: {d: b}", "moves.left.d", "must be a state of the conflict"),
        ("left: {a: b}", "left: {a: a}", "moves.left.a", "must lead to another state"),
        ("left: {a: b}", "left: {a: [b, b]}", "moves.left.a[1]", "must not appear twice"),
        ("left: {a: b}", "left: {a: }", "moves.left.a", "must name a state"),
        ("left: {a: b}", "left: [a, b]", "moves.left", "must be a mapping"),
        ("left: {a: b}", "lefd: {a: b}", "moves.lefd", "did you mean left?"),
        ("left: {a: b}", "lefd: {a: b}", "moves.left", "is required; {} where it has none"),
        ("[b, [a, 3]]", "[b, a]", "preferences.left", "must place every state, got none of 3"),
        ("[b, [a, 3]]", "[b, [a, 3, b]]", "preferences.left[1][2]", "must not appear twice"),
        ("[b, [a, 3]]", "[b, [a, 4]]", "preferences.left[1][1]", "must be a state"),
        ("[b, [a, 3]]", "[b, [[a, 3]]]", "preferences.left[1][0]", "must be text"),
        ("[b, [a, 3]]", "best first", "preferences.left", "must be a list"),
        ("  left: [b, [a, 3]]\n", "", "preferences.left", "is required"),
        ("a: 10", "a: much", "preferences.right.a", "must be a whole number"),
        ("a: 10", "a: 9999999999", "preferences.right.a", "must be a whole number"),
        ("a: 10", "c: 10", "preferences.right.c", "must be a state"),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, key: str, says: str) -> None:
    assert old in SMALL
    found, problems = parse_conflict(SMALL.replace(old, new, 1))
    assert found is None
    told = [p for p in problems if p.key == key and says in str(p)]
    assert told, [str(p) for p in problems]
    assert all(p.file == "conflict.yaml" and p.line >= 1 and p.column >= 1 for p in problems)


def test_all_problems_at_once_in_the_order_of_the_file() -> None:
    text = SMALL.replace("format: 1", "format: 9").replace("a: b}", "a: z}").replace("[b, [a, 3]]", "[b]")
    _, problems = parse_conflict(text)
    assert [p.key for p in problems] == ["format", "moves.left.a", "preferences.left"]
    assert [p.line for p in problems] == sorted(p.line for p in problems)


def test_a_published_answer_names_states_and_its_source() -> None:
    answer = "published: {source: a book, nash: [a, b], sequential: []}\n"
    found = conflict_of(SMALL + answer).published
    assert found is not None
    assert dict(found.equilibria) == {"nash": ("a", "b"), "sequential": ()}
    for wrong, key in (
        ("published: {nash: [a]}\n", "published.source"),
        ("published: {source: x, nash: [q]}\n", "published.nash[0]"),
        ("published: {source: x, nasch: [a]}\n", "published.nasch"),
        ("published: [a]\n", "published"),
    ):
        _, problems = parse_conflict(SMALL + wrong)
        assert [p.key for p in problems] == [key]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "an empty file"),
        ("format: [1", "readable as YAML"),
        ("just words", "must be a mapping"),
        ("- a\n- b\n", "must be a mapping"),
        ("a: &x [*x]", "must not contain itself"),
        ("a: !!python/object/apply:os.system [ls]", "must not use YAML tags"),
        ("--- a\n--- b\n", "one YAML document"),
        ("[" * 60, "nested"),
    ],
)
def test_hostile_texts_are_told_not_met_with_a_crash(text: str, says: str) -> None:
    found, problems = parse_conflict(text)
    assert found is None and says in " ".join(map(str, problems))


def test_too_many_states_or_parties_are_refused() -> None:
    states = ", ".join(f"s{k}: state" for k in range(MAX_STATES + 1))
    parties = ", ".join(f"p{k}: party" for k in range(MAX_PARTIES + 1))
    _, problems = parse_conflict(
        f"format: 1\nname: big\ntitle: big\nparties: {{{parties}}}\nstates: {{{states}}}\n"
    )
    assert {p.key for p in problems} >= {"parties", "states", "moves", "preferences"}


def test_random_damage_never_crashes() -> None:
    dice = random.Random(7)
    for _ in range(300):
        text = list(ELMIRA)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(text))
            text[at : at + dice.choice((0, 1, 5))] = dice.choice(
                ["", ":", "[", "}", "\n", "  ", "9", "é", "*a", "&a "]
            )
        found, problems = parse_conflict("".join(text))
        assert (found is None) == bool(problems)
        assert all(str(p) for p in problems)


def test_cases_and_conflicts_tell_each_other_apart(tmp_path: Path) -> None:
    info = {i.name: i for i in list_cases()}["elmira"]
    assert info.kind == "conflict" and "states and moves" in info.title
    with pytest.raises(
        CaseError, match=r"elmira is a conflict told as states and moves.*try detente stability elmira"
    ):
        load("elmira")
    with pytest.raises(CaseError, match=r"kerry-2016 is a case.*try detente brief kerry-2016"):
        load_conflict("kerry-2016")
    with pytest.raises(CaseError, match="did you mean elmira"):
        load_conflict("elmyra")
    with pytest.raises(CaseError, match=r"must hold conflict\.yaml"):
        load_conflict(tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    (own / "conflict.yaml").write_text(SMALL, "utf-8")
    assert load_conflict(own).name == load_conflict(own / "conflict.yaml").name == "duel"
    assert check("elmira") == check(own) == ()
    (own / "conflict.yaml").write_text(SMALL.replace("format: 1", "format: 7"), "utf-8")
    (problem,) = check(own)
    assert problem.key == "format"
    with pytest.raises(CaseError, match="must be 1"):
        load_conflict(own)
