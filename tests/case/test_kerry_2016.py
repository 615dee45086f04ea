"""The record of kerry-2016 is coded in full, and its page says so truly."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from detente.case import load
from detente.case.model import Case, Quantity

OUTSIDE = "Not coded: "
SCORED = ("russia_peer", "sanctions_off", "assad_stays", "is_defeated", "west_united")


@pytest.fixture(scope="module")
def case() -> Case:
    return load("kerry-2016")


@pytest.fixture(scope="module")
def page(case: Case) -> str:
    return (Path(case.folder) / "README.md").read_text(encoding="utf-8")


def test_every_event_is_coded_or_says_why_not(case: Case, page: str) -> None:
    coded = {coding.event for coding in case.codings}
    assert {f"E{n:03}" for n in range(1, 110)} <= {event.id for event in case.events}
    for event in case.events:
        assert (event.id in coded) != (OUTSIDE in event.note), event.id
        if event.id not in coded:
            assert f"| {event.id} | {event.note.split(OUTSIDE)[1]} |" in page


def test_no_menu_is_used_more_than_ten_times(case: Case) -> None:
    used = Counter(coding.about for coding in case.codings if coding.kind == "act")
    assert max(used.values()) <= 10
    assert set(used) == {menu.name for menu in case.menus}


def test_pushes_and_effects_are_ranges_with_a_reason(case: Case) -> None:
    sure: list[str] = []
    for menu in case.menus:
        assert menu.grounds.why, menu.name
        changed = [table for tables in menu.during.values() for table in tables.values()]
        sure += _exact(*menu.alternatives.values(), *changed, menu.cost)
    for issue in case.issues:
        for option in issue.options[1:]:
            assert option.grounds.why, option.name
            sure += _exact(option.effects, *option.as_seen_by.values())
    assert sure == []


def _exact(*tables: object) -> list[str]:
    """Keys of single numbers; contributions are ranges elsewhere."""
    found = []
    for table in tables:
        assert isinstance(table, dict)
        for value in table.values():
            if isinstance(value, Quantity) and value.low == value.high != 0 and value.of is None:
                found.append(value.path)
    return found


def test_levels_are_observed_on_many_days(case: Case) -> None:
    days = defaultdict(set)
    for coding in case.codings:
        if coding.kind == "level":
            days[coding.about].add(coding.happened.date())
            assert coding.note, coding.id
    for goal in SCORED:
        assert len(days[goal]) >= 4, goal


def test_delays_are_compared_within_one_medium(case: Case) -> None:
    home = {"E010", "E142", "E143", "E144", "E145", "E146", "E147", "E148"}
    delays = [coding for coding in case.codings if coding.kind == "delay"]
    assert len(delays) == 13
    pushed = {scale.name for scale in case.delays if scale.pushes}
    assert {coding.event for coding in delays if coding.about not in pushed} == home


def test_each_offer_answers_the_one_before(case: Case) -> None:
    on = {proposal.name: proposal.on for proposal in case.proposals}
    counters = [coding for coding in case.codings if coding.kind == "counter"]
    assert len(counters) == 4
    assert all(on[coding.about] < on[coding.answer] for coding in counters)


def test_the_page_counts_truly(case: Case, page: str) -> None:
    def usable(*day: int) -> int:
        return sum(coding.known_on <= date(*day) for coding in case.codings)

    events = len({coding.event for coding in case.codings})
    then = Counter(c.kind for c in case.codings if c.known_on <= date(2016, 7, 14))
    acts = Counter(c.by for c in case.codings if c.kind == "act" and c.known_on <= date(2016, 7, 14))
    told = re.sub(r"\s+", " ", page)
    for words in (
        f"{len(case.sources)} sources",
        f"{len(case.events)} events",
        f"{len(case.codings)} readings of {events} of these events",
        f"{usable(2016, 7, 14)} codings, of them {then['act']} acts ({acts['kremlin']} of the Kremlin",
        f"{acts['rus_mod']} of the Russian ministry, {acts['damascus']} of Damascus)",
        f"{then['claim']} claims, {then['delay']} delays and {then['level']} levels",
        f"On 14 March 2016 there are {usable(2016, 3, 14)}, on 3 October 2016 {usable(2016, 10, 3)}",
    ):
        assert words in told
