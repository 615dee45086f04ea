"""The Council of the European Union as a body: who sits in it on a day, and what a qualified majority is.

The figures stand in `council_data`: member states with their votes under the Treaty of Nice, and populations
as the Council's Rules of Procedure set them, each line with its source.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from math import ceil
from pathlib import Path

from detente.case.model import VoteQuota
from detente.case.problems import nearest
from detente.errors import InputError

COUNCIL_RULES = ("qmv-nice", "qmv-lisbon")
"""Ready-made rules of the Council."""

Ways = tuple[tuple[VoteQuota, ...], ...]
"""Any one way suffices; in a way, every quota must be reached."""

NICE = (date(2004, 11, 1), date(2017, 3, 31))
"""First and last day of the Treaty of Nice's votes; from 1 November 2014 only if a member asked for it."""

LISBON = date(2014, 11, 1)
_NICE_QUOTA = {25: 232, 27: 255, 28: 260}
_DATA = Path(__file__).parent / "council_data"


@cache
def _rows(file: str) -> tuple[dict[str, str], ...]:
    with (_DATA / file).open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def council_members(on: date) -> dict[str, str]:
    """Code and name of the member states on a day, in order of their votes under the Treaty of Nice.

    Codes are ISO 3166 (GR, GB). Raises InputError for a day on which not all were members of today's list of
    accessions since 1958. Cost: constant.

    >>> len(council_members(date(2016, 7, 14))), "GB" in council_members(date(2020, 2, 1))
    (28, False)
    """
    found = {
        row["code"]: row["name"]
        for row in _rows("members.csv")
        if date.fromisoformat(row["joined"]) <= on
        and (not row["left"] or on < date.fromisoformat(row["left"]))
    }
    if not found:
        raise InputError(f"on must be a day since 1958-01-01, got {on}")
    return found


def council_populations(on: date) -> tuple[dict[str, float], str]:
    """Population by member state as the Council would count it on a day, and whose figures these are.

    The latest figures on file that apply by that day and hold every member of it, those who are no longer
    members left out; where there are none, the first later ones. Only shares matter: units differ from year
    to year. Raises InputError where no figures hold every member. Cost: constant.
    """
    members = council_members(on)
    sets: dict[date, dict[str, float]] = {}
    sources: dict[date, str] = {}
    for row in _rows("populations.csv"):
        start = date.fromisoformat(row["applies_from"])
        sets.setdefault(start, {})[row["code"]] = float(row["population"])
        sources[start] = row["source"]
    whole = [start for start, figures in sets.items() if set(members) <= set(figures)]
    if not whole:
        raise InputError(f"populations must be on file for every member of {on}, got none")
    earlier = [start for start in whole if start <= on]
    start = max(earlier) if earlier else min(whole)
    return {code: sets[start][code] for code in members}, f"{start}: {sources[start]}"


def council_ways(rule: str, on: date, *, population_check: bool = False, on_proposal: bool = True) -> Ways:
    """What reaches a qualified majority in the Council on a day, as weighted quotas over member states.

    `rule`: qmv-nice (votes and a majority of members; with `population_check` 62 % of population too, as a
    member may request) or qmv-lisbon (55 % of members with 65 % of population, or fewer than four against).
    `on_proposal`: the act is proposed by the Commission (or High Representative); if not, two thirds of
    members under Nice, 72 % of members and no word about four under Lisbon.
    Raises InputError for an unknown rule and for a day on which it did not apply. Cost: constant.
    Source: Treaty of Nice, protocol on enlargement, article 3, and the acts of accession; Treaty on European
    Union article 16(4); Treaty on the Functioning of the European Union article 238(2).

    >>> [[(q.title, q.needed) for q in way][0] for way in council_ways("qmv-lisbon", date(2016, 7, 14))]
    [('55% of members', 16), ('fewer than four against', 25)]
    """
    if rule not in COUNCIL_RULES:
        raise InputError(f"rule must be one of {', '.join(COUNCIL_RULES)}, got {rule!r}")
    members = council_members(on)
    first, last = (LISBON, date.max) if rule == "qmv-lisbon" else NICE
    if not first <= on <= last:
        until = "" if last == date.max else f" to {last}"
        raise InputError(f"on must be a day when {rule} applied, from {first}{until}, got {on}")
    if rule == "qmv-nice":
        return _nice(on, members, population_check, on_proposal)
    share, words = (55, "55% of members") if on_proposal else (72, "72% of members")
    double = (_heads(members, ceil(share * len(members) / 100), words), _people(on, 65))
    if not on_proposal:
        return (double,)
    return double, (_heads(members, len(members) - 3, "fewer than four against"),)


def _nice(on: date, members: Mapping[str, str], population_check: bool, on_proposal: bool) -> Ways:
    votes = {row["code"]: float(row["nice_votes"]) for row in _rows("members.csv") if row["code"] in members}
    count = len(members)
    heads, words = (
        (count // 2 + 1, "majority of members") if on_proposal else (ceil(2 * count / 3), "two thirds")
    )
    quotas = [VoteQuota("votes", votes, _NICE_QUOTA[count]), _heads(members, heads, words)]
    return ((*quotas, _people(on, 62)) if population_check else tuple(quotas),)


def _heads(members: Mapping[str, str], needed: int, title: str) -> VoteQuota:
    return VoteQuota(title, dict.fromkeys(members, 1.0), needed)


def _people(on: date, share: int) -> VoteQuota:
    figures, source = council_populations(on)
    return VoteQuota(f"{share}% of population ({source})", figures, share * sum(figures.values()) / 100)


def cast_by(ways: Ways, members: Mapping[str, tuple[str, ...]]) -> Ways:
    """The same rule over parties that cast the votes of several members alike: their weights added up.

    `members`: party: the members whose votes it casts; every member once. Raises InputError otherwise.
    """
    known = tuple(ways[0][0].votes)
    named = [code for codes in members.values() for code in codes]
    for code in named:
        if code not in known:
            raise InputError(
                f"a member must be one of that day, got {code!r}; {nearest(code, known, 'members')}"
            )
    twice = sorted({code for code in named if named.count(code) > 1})
    missing = [code for code in known if code not in named]
    if twice or missing:
        problem = f"{', '.join(twice)} twice" if twice else f"nobody for {', '.join(missing)}"
        raise InputError(f"members must name each of the {len(known)} member states once, got {problem}")
    return tuple(
        tuple(
            VoteQuota(
                q.title, {p: sum(q.votes[code] for code in codes) for p, codes in members.items()}, q.needed
            )
            for q in way
        )
        for way in ways
    )
