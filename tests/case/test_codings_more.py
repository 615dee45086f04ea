"""Counter-offers, levels, open alternatives, occasions: how they are read, and what is wrong in them."""

from __future__ import annotations

import pytest

from detente.case.model import Coding
from detente.case.reading import Texts, read_case
from tests.case.sample import original, problems

HEAD = "id,event,kind,by,to,about,value,reading,content,seen,known_on,note,among,occasion"


def files(row: str) -> dict[str, str]:
    """The template with one coding under the two columns that may be left out."""
    return {**original(), "codings.csv": f"{HEAD}\n{row}\n"}


def coding(row: str) -> Coding:
    case, told, _ = read_case(Texts(files(row)))
    assert case is not None, [str(p) for p in told]
    return case.codings[0]


def test_alternatives_that_were_open_and_the_occasion_are_kept() -> None:
    found = coding("K1,E1,act,arvenia,,dry_spell,run_turbines,1,,,,,run_turbines;as_usual,march")
    assert found.among == ("run_turbines", "as_usual")
    assert found.occasion == "march"
    assert found.seen is None


def test_nothing_seen_can_be_coded() -> None:
    assert coding("K1,E1,act,arvenia,,dry_spell,unseen,1,,,,,,").taken == {"unseen": 1.0}


def test_a_level_is_a_number_of_its_goal() -> None:
    found = coding("K1,E1,level,observers,,fields_watered,30..40,1,2,,,,,")
    assert found.number is not None
    assert (found.about, found.number.low, found.number.high, found.content) == ("fields_watered", 30, 40, 2)


WRONG = [
    (
        "K1,E1,act,arvenia,,dry_spell,open_gates,1,,,,,run_turbines;as_usual,",
        "K1.value",
        "must be alternatives of menu",
    ),
    ("K1,E1,act,arvenia,,dry_spell,as_usual,1,,,,,as_usual,", "K1.among", "must name two or more"),
    (
        "K1,E1,act,arvenia,,dry_spell,as_usual,1,,,,,as_usual;wait,",
        "K1.among",
        "must be alternatives of the menu",
    ),
    ("K1,E1,act,arvenia,,dry_spell,as_usual;unseen,1,,,,,,", "K1.value", "must not name unseen beside"),
    ("K1,E1,level,observers,,fields_watered,130,1,2,,,,,", "K1.value", "must be between 0 and 100"),
    ("K1,E1,level,observers,,fields_dry,30,1,2,,,,,", "K1.about", "must be a goal"),
    ("K1,E1,level,observers,,fields_watered,30,1,,,,,,", "K1.content", "must be a digit"),
    ("K1,E1,counter,arvenia,,draft,draft,1,,,,,,", "K1.about", "must be a proposal"),
]


@pytest.mark.parametrize(("row", "key", "must"), WRONG)
def test_what_is_wrong_is_told(row: str, key: str, must: str) -> None:
    told = [p for p in problems(files(row)) if p.severity == "error"]
    assert any(p.key == key and must in p.must for p in told), [str(p) for p in told]
