"""Facts: every number moves with some input of the case, and pages say nothing else."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from math import isnan

import numpy as np
import pytest

from detente.brief import all_numbers, brief_text, compose, facts_json, gather_facts, write_brief
from detente.brief.facts.sections import SECTIONS
from detente.brief.facts.values import Facts, Number
from detente.brief.page.compose import BLOCKS
from detente.case import Case
from detente.errors import InputError
from detente.study import Study, assess
from tests.study.made_up import (
    disturbed,
    template,
    with_effects,
    with_levels,
    with_moves,
    with_offers,
    with_other_acts,
    with_wide_stories,
)

CHANGES = 6


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return template(str(tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="module")
def study(case: Case) -> Study:
    return assess(case, draws=60)


def variants(case: Case) -> list[Case]:
    """The case with its numbers moved, and with parts of its record and of its rules gone."""
    found = [disturbed(case, np.random.default_rng(seed)) for seed in range(CHANGES)]
    found.append(replace(case, codings=case.codings[::2]))
    found += [with_levels(case), *(with_moves(case, step) for step in (30.0, 1.0, -30.0))]
    found += [with_other_acts(with_moves(case, -30.0), reading) for reading in (1, 6)]
    found.append(replace(case, events=tuple(replace(e, sources=e.sources[:0]) for e in case.events)))
    found.append(replace(case, events=tuple(replace(e, reported=e.reported % 5 + 1) for e in case.events)))
    regraded = {"reliability": dict.fromkeys("ABCDE", 0.8), "credibility": dict.fromkeys("12345", 0.5)}
    found.append(replace(case, settings=replace(case.settings, **regraded)))
    found.append(replace(case, conditions=(), levers=()))
    free = replace(case, conditions=(), issues=tuple(replace(i, consents=()) for i in case.issues))
    found += [replace(free, issues=with_effects(free, 0.0, of=i).issues) for i in range(len(case.issues))]
    found += [
        with_effects(case, -1.0),
        with_effects(free, 3.0),
        with_offers(case, 2),
        with_wide_stories(case),
    ]
    found.append(with_offers(with_effects(free, -1.0), 3))
    settings = replace(case.settings, gap90_points=4.0, gap90_pushes=0.5, performance=0.3, detection=0.4)
    return [*found, replace(found[1], settings=replace(settings, detection_unwatched=0.1, false_alarm=0.15))]


def test_no_number_is_written_by_hand(case: Case, study: Study) -> None:
    here = all_numbers(gather_facts(study))
    assert len(here) > 100
    still = dict(here)
    for variant in variants(case):
        there = all_numbers(gather_facts(assess(variant, draws=60)))
        still = {k: n for k, n in still.items() if k in there and there[k].value == n.value}
        if not still:
            break
    assert not still, f"no input of the case moves {sorted(still)}"


def test_numbers_are_whole_and_named_once(study: Study) -> None:
    facts = gather_facts(study)
    seen: dict[str, Number] = {}

    def walk(value: object) -> None:
        if isinstance(value, Number):
            assert not isnan(value.value), value.id
            assert value.unit, value.id
            assert value.gloss, value.id
            assert value.low is None or value.high is None or value.low <= value.high, value.id
            assert seen.setdefault(value.id, value) == value, value.id
        elif isinstance(value, tuple):
            for item in value:
                walk(item)
        elif is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                walk(getattr(value, field.name))

    walk(facts)
    for judgement in facts.judgements:
        assert set(judgement.numbers) <= set(seen)


def test_sections_of_the_json_are_those_of_the_page(study: Study) -> None:
    anchors = {anchor for anchor, *_ in BLOCKS}
    assert set(SECTIONS) == anchors - {"unfold"}
    keys = {key for section in SECTIONS.values() for key in section}
    assert keys <= {field.name for field in fields(Facts)}
    part = facts_json(gather_facts(study), "agenda")
    assert '"agendas"' in part
    assert '"ladders"' not in part


def test_every_section_says_something(study: Study) -> None:
    page = compose(gather_facts(study))
    assert [s.anchor for s in page.sections] == [anchor for anchor, *_ in BLOCKS]
    assert all(section.blocks for section in page.sections)


def test_judgements_are_three_to_six_and_carry_their_confidence(study: Study) -> None:
    judgements = gather_facts(study).judgements
    assert 3 <= len(judgements) <= 6
    anchors = {anchor for anchor, *_ in BLOCKS}
    for judgement in judgements:
        assert judgement.confidence in ("low", "moderate", "high")
        assert judgement.why_confidence
        assert judgement.anchor in anchors
        assert not judgement.word or judgement.word in judgement.sentence


def test_the_terminal_and_the_html_show_the_same_judgements(study: Study, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from html import unescape

    flat = " ".join(brief_text(study).split())
    page = unescape(write_brief(study, tmp_path / "b.html").read_text("utf-8"))
    for judgement in gather_facts(study).judgements:
        assert judgement.sentence in flat
        assert judgement.sentence in page


def test_a_briefing_is_written_whole_or_not_at_all(study: Study, tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name in ("b.html", "b.json", "b.txt"):
        first = write_brief(study, tmp_path / name).read_bytes()
        assert write_brief(study, tmp_path / name).read_bytes() == first
    with pytest.raises(InputError, match=r"must end in"):
        write_brief(study, tmp_path / "b.pdf")
    with pytest.raises(OSError, match="No such file"):
        write_brief(study, tmp_path / "nowhere" / "b.html")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.html", "b.json", "b.txt"]
