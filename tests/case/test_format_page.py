"""The reference page tells every key, word, grade, default and notice, with the numbers of the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from detente.case.grades import CREDIBILITY, RELIABILITY
from detente.case.jsonschema import schema
from detente.case.model import Settings
from detente.case.notation import POINT_WORDS, SHARE_WORDS
from detente.case.records import CODING_COLUMNS, EVENT_COLUMNS, SOURCE_COLUMNS
from tests.case.test_notices import CAUSES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "format.md").read_text(encoding="utf-8")
RULES = schema()
FORMS = {"CaseForm": RULES, **RULES["$defs"]}
KEYS = sorted({(name, key) for name, form in FORMS.items() for key in form.get("properties", {})})


@pytest.mark.parametrize(("form", "key"), KEYS)
def test_every_key_is_told(form: str, key: str) -> None:
    assert re.search(rf"(`|\b){key}(`|:)", PAGE), f"{form}.{key} is not in docs/reference/format.md"


@pytest.mark.parametrize(("form", "key"), [(n, k) for n, f in FORMS.items() for k in f.get("required", [])])
def test_required_keys_are_bold(form: str, key: str) -> None:
    assert f"**`{key}`**" in PAGE, f"{form}.{key}"


def test_words_and_grades_have_their_numbers() -> None:
    rows = {tuple(cell.strip() for cell in line.split("|")) for line in PAGE.splitlines()}
    cells = [row[i : i + 2] for row in rows for i in range(len(row) - 1)]
    for word, (low, high) in POINT_WORDS.items():
        assert (f"`{word}`", f"{low:g}..{high:g}") in cells
    for word, (low, high) in SHARE_WORDS.items():
        assert (f"`{word}`", f"{low:.0%}..{high:.0%}") in cells
    for grade, value in {**RELIABILITY, **CREDIBILITY}.items():
        assert (grade, f"{value:.2f}") in cells


def test_defaults_of_settings() -> None:
    defaults = Settings()
    told = {line.split("|")[1]: line.split("|")[2] for line in PAGE.splitlines() if line.count("|") == 4}
    for field in fields(Settings):
        row, value = next((k, v) for k, v in told.items() if f"`{field.name}`" in k)
        default = getattr(defaults, field.name)
        position = [part.strip(" `") for part in row.split(",")].index(field.name)
        if isinstance(default, float):
            assert float(value.split(",")[position]) == default
        elif isinstance(default, tuple):
            assert value.strip(" `") == f"[{default[0]:g}, {default[1]:g}]"


def test_columns_of_the_tables() -> None:
    for columns in (SOURCE_COLUMNS, EVENT_COLUMNS, CODING_COLUMNS):
        assert f"`{','.join(columns)}`" in PAGE


@pytest.mark.parametrize(
    "says", sorted({re.sub(r" \(.*|fields_watered|arvenia$| 2031-06-01", "", c[-1]) for c in CAUSES})
)
def test_every_notice_is_told(says: str) -> None:
    notices = PAGE[PAGE.index("## What `check` notices") :]
    assert says.strip() in notices
