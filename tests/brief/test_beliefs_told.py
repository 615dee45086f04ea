"""What the inference says is told whole: cards, the matrix, odds over time, what is missing, what is not known."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from detente.brief import all_numbers, compose, facts_json, gather_facts
from detente.brief.document import Cell, Document, Picture, Points, Section, Table, Text
from detente.brief.facts.values import Facts
from detente.brief.html import render_html
from detente.brief.page.evidence import evidence_view
from detente.brief.terminal import print_section
from detente.case import Case, Event
from detente.study import Study, assess
from tests.brief.made_up import telling
from tests.study.made_up import template, with_levels

PARTY = "arvenia"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return with_levels(template(str(tmp_path_factory.mktemp("case"))))


@pytest.fixture(scope="module")
def study(case: Case) -> Study:
    return telling(assess(case, draws=200), PARTY)


@pytest.fixture(scope="module")
def facts(study: Study) -> Facts:
    return gather_facts(study)


def texts(blocks: tuple[object, ...]) -> list[str]:
    """Every string of some blocks, tables cell by cell."""
    out: list[str] = []
    for block in blocks:
        table = block.table if isinstance(block, Picture) else block
        if isinstance(table, Table):
            out += [table.title, *table.columns, table.note, *(c.text for row in table.rows for c in row)]
        elif isinstance(table, Text):
            out.append(table.text)
        elif isinstance(table, Points):
            out += [head for head, _, _ in table.entries]
    return out


def table(section: Section, title: str) -> Table:
    found = [b for b in section.blocks if isinstance(b, Table) and title in b.title]
    assert len(found) == 1, f"{title}: {[b.title for b in section.blocks if isinstance(b, Table)]}"
    return found[0]


def section(facts: Facts, anchor: str) -> Section:
    return next(s for s in compose(facts).sections if s.anchor == anchor)


def test_the_card_says_what_was_reached_lost_and_not_known(study: Study, facts: Facts) -> None:
    agenda = section(facts, "agenda")
    card = study.scorecards[PARTY]
    rows = table(agenda, "what it has achieved").rows
    moved = [score for score in card.goals if score.start]
    assert moved
    assert len(rows) == len(moved)
    titles = {goal.name: goal.title for goal in study.case.goals}
    for row, score in zip(rows, moved, strict=True):
        assert row[0].text == titles[score.goal]
        assert row[9].text == score.verdict
        assert row[10].text == f"{len(score.acts_for)}, {len(score.acts_against)}"
    said = " ".join(texts(agenda.blocks))
    for score in card.goals:
        if not score.start:
            assert f"{titles[score.goal]} ({len(score.acts_for)}, {len(score.acts_against)})" in said
    row = next(r for r in facts.agendas[0].scorecard.rows if r.start)  # type: ignore[union-attr]
    total = row.achieved.value + row.not_achieved.value + row.lost.value + row.cannot_tell.value
    assert total == pytest.approx(1)
    assert set(row.change.rests_on) <= {c.id for c in study.case.codings}  # type: ignore[union-attr]


def test_what_speaks_for_the_losing_stories_and_what_none_explains(study: Study, facts: Facts) -> None:
    agenda, found = section(facts, "agenda"), study.beliefs[PARTY]
    for other in table(agenda, "what speaks most").rows:
        assert other[3].text in found.best_for.values()
    unexplained = table(agenda, "not explained").rows
    assert tuple(row[2].text for row in unexplained) == found.unexplained
    best = max(found.tells[0].surprises)
    assert unexplained[0][3].text == f"{100 * best:.0f} %"
    learn = table(agenda, "what to look for").rows
    assert [row[2].text for row in learn] == ["0.210", "0.050"]
    assert learn[1][1].text == study.case.proposals[0].title  # an answer is named by what it answers
    assert f"Weighed together with {study.case.parties[-1].title}" in " ".join(texts(agenda.blocks))


def test_odds_over_time_and_under_other_grades(study: Study, facts: Facts) -> None:
    agenda, series = section(facts, "agenda"), study.odds[PARTY]
    rows = table(agenda, "as of earlier days").rows
    assert [row[0].text for row in rows] == [day.isoformat() for day in series.days]
    assert [row[1].text for row in rows] == ["3", "7", "12"]
    head = table(agenda, "as of earlier days").columns
    lead = study.beliefs[PARTY].hypothesis(study.beliefs[PARTY].leader)
    place, column = series.hypotheses.index(lead.name), head.index(lead.title)
    assert rows[0][column].text == f"{100 * series.probability[0, place]:.0f} %"
    assert {"grades drawn together", "grades drawn apart"} <= set(table(agenda, "other assumptions").columns)


def test_the_matrix_is_a_view_of_the_same_numbers(study: Study, facts: Facts) -> None:
    found, page = study.beliefs[PARTY], evidence_view(facts, narrow=False)
    order = sorted(found.hypotheses, key=lambda h: -h.probability)
    down, across = table(page, "every observation"), table(page, "hypotheses against")
    assert [row[0].text for row in across.rows] == [h.title for h in order]
    assert len(down.rows) == len(found.tells)
    spread = [float(row[-2].text) for row in down.rows]
    assert spread == sorted(spread, reverse=True)
    place = {h.name: i for i, h in enumerate(found.hypotheses)}
    for row in down.rows:
        tell = next(t for t in found.tells if t.id == row[0].text)
        shown = [float(cell.text.replace("−", "-")) for cell in row[3 : 3 + len(order)]]
        assert shown == pytest.approx([tell.loss[place[h.name]] for h in order], abs=0.006)
    assert [row[0].text for row in table(page, "rests on one source").rows] == [
        t.source for t in found.source_tells
    ]


def test_a_narrow_terminal_gets_the_matrix_without_text(facts: Facts) -> None:
    page = evidence_view(facts, narrow=True)
    down = table(page, "every observation")
    assert down.columns[:3] == ("record", "1", "2")
    assert not any("hypotheses against" in b.title for b in page.blocks if isinstance(b, Table))
    assert all(title in down.note for _, title in facts.matrices[0].hypotheses)
    out = io.StringIO()
    print_section(page, Console(file=out, width=60, highlight=False, emoji=False, markup=False))
    assert max(cell_len(line) for line in out.getvalue().splitlines()) <= 60


def test_contradicting_levels_and_claims_stand_side_by_side(case: Case, study: Study, facts: Facts) -> None:
    rows = table(section(facts, "evidence"), "contradict").rows
    by_kind = {(row.kind, row.against) for row in facts.conflicts}
    assert ("level", ("V4",)) in by_kind
    assert any(kind == "claim" for kind, _ in by_kind)
    assert len(rows) == len(facts.conflicts)
    levels = table(section(facts, "evidence"), "Levels of goals").rows
    assert any("V3" in row[5].text and "V4" in row[5].text for row in levels)


def test_what_cannot_be_judged_is_counted_as_missing(facts: Facts) -> None:
    missing = dict(facts.grades.missing)
    assert missing["level"].value == 1
    assert missing["level"].rests_on == ("V5",)
    assert "Missing, because they cannot be judged: 1 of kind level" in " ".join(
        texts(section(facts, "evidence").blocks)
    )


def test_the_grades_in_use_show_what_the_case_overrides(case: Case) -> None:
    changed = replace(case, settings=replace(case.settings, reliability={"C": 0.6}))
    page = section(gather_facts(assess(changed, draws=30)), "evidence")
    rows = {row[0].text: row for row in table(page, "Grades as numbers").rows}
    assert (rows["C"][2].text, rows["C"][3].text) == ("0.6", "usually 0.85")
    assert (rows["B"][2].text, rows["B"][3].text) == ("0.95", "")


def test_the_page_warns_where_grades_mirror_each_other(case: Case, facts: Facts) -> None:
    digits = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}
    letters = {s.id: s.reliability for s in case.sources}

    def mirrored(event: Event) -> Event:
        return replace(event, reported=min((digits.get(letters[s], 6) for s in event.sources), default=6))

    alike = replace(case, events=tuple(mirrored(e) for e in case.events))
    found = gather_facts(assess(alike, draws=30))
    assert not any("mirror" in warning for warning in compose(facts).warnings)
    assert any("mirror each other" in warning for warning in compose(found).warnings)
    assert found.grades.same.value == 1


def test_a_party_of_which_nothing_can_be_judged_is_told_so(case: Case) -> None:
    dark = replace(case, events=tuple(replace(event, reported=6) for event in case.events))
    found = gather_facts(assess(dark, draws=30))
    page = evidence_view(found, narrow=False)
    said = " ".join(texts(page.blocks))
    assert "no observation on record speaks about its aims" in said
    assert "cannot be judged" in said
    assert not found.matrices[0].rows
    card = found.agendas[0].scorecard
    assert card is not None
    assert {row.verdict for row in card.rows} == {"cannot tell"}
    assert card.acts.value == 0
    assert render_html(compose(found))


def test_an_inference_that_is_not_good_enough_shows_no_matrix(study: Study) -> None:
    bad = replace(study.beliefs[PARTY], status="unfit", why_unfit="the sampling is bad")
    page = evidence_view(gather_facts(replace(study, beliefs={PARTY: bad})), narrow=False)
    assert not any("every observation" in b.title for b in page.blocks if isinstance(b, Table))
    assert "are not shown: the sampling is bad" in " ".join(texts(page.blocks))


def test_hostile_words_of_a_case_stay_words(case: Case, study: Study) -> None:
    evil = '<script>alert("x")</script>\x1b[31m\u202e'
    sources = tuple(replace(s, publisher=evil) for s in case.sources)
    events = tuple(replace(e, text=evil) for e in case.events)
    page = compose(gather_facts(replace(study, case=replace(case, sources=sources, events=events))))
    html = render_html(page)
    assert "<script" not in html.lower()
    assert "\x1b" not in html
    assert "&lt;script&gt;" in html


def test_every_number_says_what_it_is_and_where_it_comes_from(facts: Facts) -> None:
    numbers = [
        n
        for key, n in all_numbers(facts).items()
        if key.startswith(("scorecard.", "matrix.", "level.", "grades.", "true."))
    ]
    assert len(numbers) > 50
    assert all(n.unit and n.gloss for n in numbers)
    part = json.loads(facts_json(facts, "evidence"))
    assert {"matrices", "conflicts", "levels", "grades"} <= set(part)
    assert "agendas" not in part


def test_dates_do_not_break_in_tables() -> None:
    grid = Table("t", ("a", "b"), ())
    rows = ((Cell("x"), Cell("2016-07-14")), (Cell("y"), Cell("2016-07")))
    page = Document("t", "", "", "", (Section("s", "s", "", (replace(grid, rows=rows),)),))
    html = render_html(page)
    assert '<td class="day">2016-07-14</td>' in html
    assert "<td>2016-07</td>" in html


def test_a_level_out_of_order_or_twice_is_handled(case: Case) -> None:
    turned = replace(case, codings=tuple(reversed(case.codings)), events=tuple(reversed(case.events)))
    one, other = (assess(c, draws=30).scorecards for c in (case, turned))
    assert one == other
