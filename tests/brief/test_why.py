"""The page that says why: whose yes, what is missing, what strings rest on, what closes the zone."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from detente.brief import facts_json, gather_facts
from detente.brief.document import Table, Text
from detente.brief.facts.values import ClosedFacts, Facts, OfferFacts
from detente.brief.page.why import why_blocks
from detente.case import Case
from detente.deals import find_zopa, gains
from detente.deals.relaxed import levers_in_place
from detente.study import Study, assess, with_offer
from detente.study.openers import threat_spaces
from tests.study.made_up import template


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return template(str(tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="module")
def study(case: Case) -> Study:
    return assess(case, draws=40)


def greedy(case: Case, points: float) -> Case:
    """Everybody at the table wants that many points more."""
    parties = (replace(p, margin=p.margin + points * (p.name in case.table)) for p in case.parties)
    return replace(case, parties=tuple(parties))


@pytest.fixture(scope="module")
def closed(case: Case) -> Study:
    study = assess(greedy(case, 40.0), draws=40)
    assert not study.zopa.exists
    return study


def offer_of(facts: Facts) -> OfferFacts:
    assert facts.offer is not None
    return facts.offer


def words(facts: Facts) -> str:
    """Everything that the page says, as one text."""
    told = []
    for block in why_blocks(facts):
        if isinstance(block, Text):
            told.append(block.text)
        elif isinstance(block, Table):
            told += [block.title, block.note, *block.columns]
            told += [cell.text for row in block.rows for cell in row]
    return "\n".join(told)


def test_nobody_has_to_know_ids(study: Study, closed: Study) -> None:
    for one in (study, closed):
        said = words(gather_facts(one))
        ids = (
            {e.id for e in one.case.events}
            | {c.id for c in one.case.codings}
            | {s.id for s in one.case.sources}
        )
        names = {p.name for p in one.case.parties if p.title != p.name}
        names |= {name for name in one.space.issues if "_" in name}
        found = set(re.findall(r"[\w-]+", said)) & (ids | names)
        assert not found


def test_everybody_needed_is_listed_with_both_chances(study: Study) -> None:
    offer = offer_of(gather_facts(study))
    assert study.offer is not None
    said = {(say.consenter, say.manner) for say in study.offer.explanation.says}
    titles = {p.name: p.title for p in (*study.case.parties, *study.case.bodies)}
    assert {row.who for row in offer.says} >= {titles[who] for who, _ in said}
    assert len({(row.who, row.role, row.manner) for row in offer.says}) == len(offer.says)
    manners = [row.manner.startswith("refuses") for row in offer.says]
    assert manners == sorted(manners, reverse=True)
    by_title = {row.title: row for row in offer.parties}
    for row in offer.says:
        if row.role == "at the table":
            assert row.better_off == by_title[row.who].better_off
            assert row.says_yes == by_title[row.who].says_yes


def test_strings_show_what_they_rest_on_as_far_as_known(study: Study) -> None:
    strings = [s for o in gather_facts(study).proposals for s in o.strings]
    assert strings
    for string in strings:
        assert string.worth
        assert len(string.grounds) <= len(string.src)
        for ground in string.grounds:
            assert ground.day <= study.as_of.isoformat()
            assert ground.text
            assert ground.publishers
    assert any(string.grounds for string in strings)
    early = replace(study, as_of=min(e.known_on for e in study.case.events).replace(year=1900))
    assert not any(s.grounds for o in gather_facts(early).proposals for s in o.strings)


def test_where_nothing_can_be_agreed_the_page_says_what_closes_it(closed: Study) -> None:
    facts = gather_facts(closed)
    shut = offer_of(facts).closed
    assert isinstance(shut, ClosedFacts)
    assert shut.mends
    assert shut.conflicts
    said = words(facts)
    assert "No package at all is acceptable" in said
    assert "What would have to give for there to be a deal" in said
    assert shut.mends[0].drop in said
    whole = json.loads(facts_json(facts, "why"))
    assert whole["offer"]["closed"]["mends"][0]["drop"] == shut.mends[0].drop
    assert whole["offer"]["says"]


def test_an_open_zone_has_nothing_to_open(study: Study) -> None:
    assert study.zopa.exists
    assert offer_of(gather_facts(study)).closed is None


def test_without_a_proposal_the_package_closest_to_a_deal_is_looked_at(case: Case) -> None:
    study = assess(replace(greedy(case, 40.0), proposals=()), draws=40)
    assert study.offer is not None
    assert "closest to a deal" in study.offer.title
    assert offer_of(gather_facts(study)).closed is not None


def test_payments_are_told_where_an_issue_is_money(case: Case) -> None:
    """Whoever is short where everything stands could be paid by any step, were all of it money."""
    wanting = greedy(case, 1.0)
    paid = replace(wanting, issues=tuple(replace(issue, currency=True) for issue in case.issues))
    plain, told = assess(wanting, draws=40), assess(paid, draws=40)
    package = ",".join(f"{issue.name}={issue.options[0].name}" for issue in case.issues)
    offers = [offer_of(gather_facts(with_offer(study, package))) for study in (plain, told)]
    transfers = [[row.change for s in offer.short for row in s.transfers] for offer in offers]
    assert transfers[0] == []
    assert transfers[1] == [row.change for s in offers[1].short for row in s.makers] != []


def test_levers_as_things_that_open(case: Case, closed: Study) -> None:
    """A threat moves no deal of those whom it hurts by its effects at their interests, and no package."""
    idle = [lever for lever in case.levers if lever.since is None or lever.since > closed.as_of]
    spaces = threat_spaces(closed.case, closed.evidenced, closed.space)
    assert set(spaces) == {lever.name for lever in idle}
    row = np.ones((1, len(closed.space.issues)), dtype=np.int64)
    worths = {worth.name: worth for worth in closed.levers}
    for lever in idle:
        moved = gains(closed.space, row)[0] - gains(spaces[lever.name], row)[0]
        if lever.against_refusal_of is None and lever.by in closed.space.parties:
            assert moved[closed.space.parties.index(lever.by)] == pytest.approx(worths[lever.name].worth)
        else:
            touched = {closed.space.parties[p] for p in np.flatnonzero(np.abs(moved) > 1e-9)}
            assert touched <= {lever.against_refusal_of}
    zone = find_zopa(closed.space, closed.frontier, threats=spaces)
    kinds = {opener.kind for opener in zone.openers}
    assert kinds <= {"silence", "condition", "lever", "threat"}
    assert set(levers_in_place(closed.space)) <= {lever.name for lever in case.levers}


def test_a_threat_that_opens_is_told_with_its_doubt(closed: Study) -> None:
    from detente.deals.zopa import Opener

    lever = next(worth for worth in closed.levers)
    opener = Opener(
        "threat", lever.name, np.zeros((1, len(closed.space.issues)), dtype=np.int64), np.zeros((1, 1))
    )
    zone = replace(closed.zopa, openers=(opener,))
    for worth, doubt in ((1.0, False), (-1.0, True)):
        levers = tuple(replace(x, worth=worth) for x in closed.levers)
        shut = offer_of(gather_facts(replace(closed, zopa=zone, levers=levers))).closed
        assert shut is not None
        assert ("would not carry out" in shut.openers[0][1]) == doubt
