"""Genius files that are odd in form, wrong in meaning, or hostile."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detente.deals.formats import read_space, write_space
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError
from tests.deals.formats.random_genius import issue, save

SAMPLES = Path(__file__).parent / "samples" / "genius"

FORMS = {
    "blank lines first": lambda t: b"\n \n" + t.encode(),
    "mark": lambda t: b"\xef\xbb\xbf" + t.encode(),
    "utf-16": lambda t: t.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    "utf-16 without a mark": lambda t: t.replace('encoding="UTF-8"', "").encode("utf-16-le"),
    "latin-1 declared": lambda t: t.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "latin-1 undeclared": lambda t: t.replace('encoding="UTF-8"', "").encode("latin-1"),
    "latin-1 that says utf-8": lambda t: t.encode("latin-1"),
    "windows": lambda t: t.replace("UTF-8", "windows-1252").encode("cp1252"),
    "utf-16 in the declaration only": lambda t: t.replace("UTF-8", "UTF-16").encode(),
    "returns and blanks": lambda t: t.replace("\n", "\r\n").replace(' value="o', ' value="  o').encode(),
    "bare ampersand": lambda t: t.replace("&amp;", "&").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_forgiven(form: str, tmp_path: Path) -> None:
    space = DealSpace.from_arrays(
        options=[2],
        unary=[[[0.0], [1.0]]],
        no_deal=[0.5],
        names={"issues": ["Zölle & Quoten"], "options": [["oui", "non"]], "parties": ["État"]},
        status_quo=False,
    )
    for file in write_space(space, tmp_path / "x", "genius"):
        text = file.read_text("utf-8")
        file.write_bytes(FORMS[form](text))
    again = read_space(tmp_path / "x")
    assert (again.issues, again.options) == (space.issues, space.options)
    assert utilities(again, np.array([[0], [1]])).tolist() == [[0.0], [1.0]]


def broken(sample: str, file: str, old: str, new: str, tmp_path: Path) -> str:
    for path in (SAMPLES / sample).glob("*.xml"):
        text = path.read_text("utf-8")
        if path.name == file:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_space(tmp_path)
    return str(caught.value)


WRONG = [
    (
        "linear",
        "north.xml",
        'slope="0.25"',
        'slope="١"',
        "north.xml:4 <evaluator> slope must be a finite number",
    ),
    (
        "linear",
        "north.xml",
        'weight index="1"',
        'weight index="١"',
        "north.xml:6 <weight> index must be a whole number",
    ),
    (
        "linear",
        "north.xml",
        'slope="0.25"',
        'slope="NaN"',
        "north.xml:4 <evaluator> slope must be a finite number",
    ),
    (
        "linear",
        "north.xml",
        'slope="0.25"',
        'slope="0,25"',
        "north.xml:4 <evaluator> slope must be a finite number",
    ),
    (
        "linear",
        "north.xml",
        ' value="0.5"',
        ' value="-0.5"',
        "north.xml:6 <weight> value must be a finite number from 0",
    ),
    (
        "linear",
        "north.xml",
        '<weight index="2" value="0.3"/>',
        "",
        "north.xml:8 <issue> must have a <weight>",
    ),
    (
        "linear",
        "north.xml",
        '<weight index="2"',
        '<weight index="9"',
        "north.xml:13 <weight> index must be of an issue",
    ),
    (
        "linear",
        "north.xml",
        '<weight index="2"',
        '<weight index="1"',
        "<weight> index 1 must have one weight, got another in line",
    ),
    (
        "linear",
        "north.xml",
        'evaluation="4"',
        'evaluation="null"',
        "north.xml:10 <item> evaluation must be a finite",
    ),
    ("linear", "north.xml", 'evaluation="4"', "", "north.xml:10 <item> must have the attribute evaluation"),
    (
        "linear",
        "north.xml",
        'value="joint"',
        'value="common"',
        "north.xml:8 <issue> must have the discrete options",
    ),
    (
        "linear",
        "north.xml",
        'name="patrols"',
        'name="police"',
        "north.xml:8 <issue> name must be 'patrols' as in the domain",
    ),
    (
        "linear",
        "north.xml",
        'value="0.35"',
        'value="1.35"',
        "<reservation> value must be a finite number from 0 to 1",
    ),
    (
        "linear",
        "north.xml",
        'type="linear"',
        'type="cubic"',
        "north.xml:1 <utility_space> type must be linear",
    ),
    (
        "linear",
        "north.xml",
        'type="linear"',
        'type="nonlinear"',
        "north.xml:2 <objective> must hold one <utility>",
    ),
    (
        "linear",
        "harbour-domain.xml",
        'upperbound="6"',
        'upperbound="1"',
        "domain.xml:8 <issue> lowerbound must not exceed",
    ),
    (
        "linear",
        "harbour-domain.xml",
        'upperbound="6"',
        'upperbound="2147483647"',
        "must have at most 100,000 options",
    ),
    ("linear", "harbour-domain.xml", 'index="2" name', 'index="1" name', "index must belong to one issue"),
    ("linear", "harbour-domain.xml", 'value="joint"', 'value="ours"', "value must stand once in its issue"),
    (
        "linear",
        "harbour-domain.xml",
        "</objective>",
        "",
        "harbour-domain.xml:20 must be well-formed XML, got mismatched tag",
    ),
    (
        "boxes",
        "profile-2.xml",
        'min="-2" max="0"',
        'min="1" max="0"',
        "profile-2.xml:13 <INCLUDES> min must not exceed max",
    ),
    (
        "boxes",
        "profile-2.xml",
        'index="3" min="10"',
        'index="4" min="10"',
        "<EXCLUDES> index must be of an issue of the domain",
    ),
    ("boxes", "profile-2.xml", 'maxutility="60"', 'maxutility="0"', "<utility> maxutility must be above 0"),
    ("boxes", "profile-2.xml", 'maxutility="60"', 'maxutility="1e-320"', "must be a finite number"),
    (
        "boxes",
        "profile-2.xml",
        'aggregation="sum"',
        'aggregation="max"',
        "<ufun> aggregation must be sum, got 'max'",
    ),
    (
        "boxes",
        "profile-2.xml",
        '<EXCLUDES index="1"',
        '<INCLUDES index="1"',
        "must hold INCLUDES or EXCLUDES, not both",
    ),
    (
        "boxes",
        "profile-2.xml",
        "<hyperRectangle ",
        "<hyperSphere></hyperSphere><hyperRectangle ",
        "<hyperSphere> must be one of",
    ),
    ("rules", "carrier.xml", 'type="zeroConstraint"', 'index="zeroConstraint"', "duplicate attribute"),
    (
        "rules",
        "carrier.xml",
        'type="zeroConstraint" index="5"',
        'index="zeroConstraint"',
        "carrier.xml:44 <constraint> type must be one of",
    ),
    (
        "rules",
        "carrier.xml",
        'rank="2" value="none',
        'rank="two" value="none',
        "carrier.xml:31 <item> rank must be a whole number",
    ),
    (
        "rules",
        "carrier.xml",
        '<item index="2" rank="1"',
        '<item index="2" rank="1" value="gone"/><item rank="1"',
        "must be an option of talks",
    ),
    (
        "rules",
        "carrier.xml",
        'valueassignment index="3"',
        'valueassignment index="31"',
        "<valueassignment> index must be of an issue",
    ),
    (
        "rules",
        "carrier.xml",
        'index="2" condition="numeric=positive"',
        'index="5" condition="numeric=positive"',
        "must check when once",
    ),
    (
        "rules",
        "carrier.xml",
        'index="4" condition="numeric',
        'index="5" condition="numeric',
        "options are whole numbers, got 'when'",
    ),
    (
        "rules",
        "ministry.xml",
        'min="7" max="14"',
        'min="15" max="14"',
        "<constraint> min must not exceed max",
    ),
]


@pytest.mark.parametrize(
    ("sample", "file", "old", "new", "says"), WRONG, ids=[w[3][:40] + w[4][:20] for w in WRONG]
)
def test_what_is_wrong_is_said_with_its_line(
    sample: str, file: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    assert says in broken(sample, file, old, new, tmp_path)


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    for path in (SAMPLES / "boxes").glob("*.xml"):
        text = path.read_text("utf-8").replace('utility="', 'utility="x').replace('max="', 'max="?')
        (tmp_path / path.name).write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_space(tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) > 20 and "read_profiles" in lines[-1]


BOMBS = {
    "entities": '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><utility_space>&c;</utility_space>',
    "external": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><utility_space>&b;</utility_space>',
    "definition": '<!DOCTYPE utility_space SYSTEM "http://example.org/a.dtd"><utility_space/>',
    "depth": "<utility_space>" + "<objective>" * 10_000,
    "encoding": '<?xml version="1.0" encoding="zip"?><utility_space/>',
    "nothing": "",
    "cut": "<utility_space",
    "null": "<utility_space a='\x00'/>",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_attacks_are_refused(bomb: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(BOMBS[bomb], "utf-8")
    with pytest.raises(InputError, match=r"a\.xml"):
        read_space(path, "genius")


@pytest.mark.parametrize(
    "declared", ['[<!ENTITY b "ours">]', 'SYSTEM "a.dtd"', '[<!ENTITY b SYSTEM "b.txt">]', ""]
)
def test_document_type_declarations_are_refused_in_files_that_are_right_otherwise(
    declared: str, tmp_path: Path
) -> None:
    for path in (SAMPLES / "rules").glob("*.xml"):
        text = path.read_text("utf-8")
        if path.stem == "carrier":
            text = text.replace("<utility_space", f"<!DOCTYPE utility_space {declared}>\n<utility_space", 1)
        (tmp_path / path.name).write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"carrier\.xml:2 must not have a document type declaration"):
        read_space(tmp_path)


def test_large_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.deals.formats.reading.MOST_BYTES", 200)
    with pytest.raises(InputError, match="must have at most"):
        read_space(SAMPLES / "linear")
    monkeypatch.undo()
    monkeypatch.setattr("detente.deals.formats.xml_reading.MOST_ELEMENTS", 5)
    with pytest.raises(InputError, match="must have at most 5 elements"):
        read_space(SAMPLES / "linear")
    monkeypatch.undo()
    monkeypatch.setattr("detente.deals.formats.genius_rules.MOST_CELLS", 20)
    with pytest.raises(InputError, match="must tie together at most 30 issues and 20 combinations"):
        read_space(SAMPLES / "rules")


def many_rules(folder: Path, issues: int, options: int, body: str) -> Path:
    told = "".join(issue(i, "discrete", [str(k) for k in range(options)]) for i in range(1, issues + 1))
    ranks = "".join(
        f'<issue index="{i}">'
        + "".join(f'<item value="{k}" rank="{k + 1}"/>' for k in range(options))
        + "</issue>"
        for i in range(1, issues + 1)
    )
    rules = f"{told}<rules><ranks>{ranks}</ranks><constraints>{body}</constraints></rules>"
    return save(folder, told, {"a": rules}, "constraint")


def test_small_files_that_ask_for_much_are_refused(tmp_path: Path) -> None:
    """Each is a few kilobytes, and would fill the memory or take hours if it were taken at its word."""
    assigned = "".join(f'<valueassignment index="{i}" value="0"/>' for i in range(1, 31))
    one = f'<constraint type="zeroConstraint" index="1">{assigned}</constraint>'
    with pytest.raises(InputError, match="must tie together at most 30 issues and 4,000,000 combinations"):
        read_space(many_rules(tmp_path / "wide", 30, 4, one))
    single = "".join(f'<valueassignment index="{i}" value="0"/>' for i in range(1, 71))
    with pytest.raises(InputError, match="1 over 70 issues"):
        read_space(
            many_rules(
                tmp_path / "flat", 70, 1, f'<constraint type="zeroConstraint" index="1">{single}</constraint>'
            )
        )
    ten = "".join(f'<valueassignment index="{i}" value="0"/>' for i in range(1, 11))
    often = f'<constraint type="zeroConstraint" index="1">{ten}</constraint>' * 60
    with pytest.raises(InputError, match="must need at most 400,000,000 steps"):
        read_space(many_rules(tmp_path / "often", 10, 4, often))
    ranges = "".join(issue(i, "integer", ["0", "99999"]) for i in range(1, 400))
    with pytest.raises(InputError, match="must have at most 100,000 options, with those before it"):
        read_space(save(tmp_path / "long", ranges, {"a": ""}))
    with pytest.raises(InputError, match="must be one of at most 1,000 issues"):
        read_space(
            save(
                tmp_path / "many", "".join(issue(i, "integer", ["0", "1"]) for i in range(1, 1100)), {"a": ""}
            )
        )


def test_what_looks_like_a_number_is_not_taken_for_one(tmp_path: Path) -> None:
    for path in (SAMPLES / "rules").glob("*.xml"):
        (tmp_path / path.name).write_text(
            path.read_text("utf-8").replace('value="-3"', 'value="-+3"'), "utf-8"
        )
    with pytest.raises(InputError, match="must name an issue whose options are whole numbers, got 'flow'"):
        read_space(tmp_path)
