"""Bodies: who votes, and what their yes must reach."""

from __future__ import annotations

import re
from collections.abc import Mapping

from detente.case.council import COUNCIL_RULES, cast_by, council_members, council_ways
from detente.case.desk import Desk
from detente.case.form import BodyForm, CaseForm
from detente.case.model import Body
from detente.case.problems import Path, nearest, shown
from detente.errors import InputError

RULES = ("weighted", "unanimity", "N of M", *COUNCIL_RULES)
"""What `rule` of a body may say."""

_N_OF_M = re.compile(r"([0-9]{1,4}) of ([0-9]{1,4})", re.ASCII)
_WEIGHTED = ("votes", "quota", "others")
_HEADS = ("members",)
_COUNCIL = ("members", "others", "on", "population_check", "on_proposal")


def compile_body(desk: Desk, name: str, said: BodyForm, form: CaseForm) -> Body:
    """A body with its rule as votes and a quota, or as several quotas. What does not fit is noted."""
    path: Path = ("bodies", name)
    if name in desk.names.known["party"]:
        desk.note(path, "must have a name that no party has", name)
    counted = _N_OF_M.fullmatch(said.rule)
    if said.rule in COUNCIL_RULES:
        _only(desk, path, said, _COUNCIL)
        return _council(desk, name, said, form)
    if said.rule == "unanimity" or counted:
        _only(desk, path, said, _HEADS)
        votes = dict.fromkeys(_members(desk, path, said), 1.0)
        quota = float(counted[1]) if counted else float(len(votes))
        if counted and int(counted[2]) != len(said.members) and desk.intact((*path, "members")):
            must = f"must count its members, {len(said.members)}"
            desk.note((*path, "rule"), must, said.rule, f"write {counted[1]} of {len(said.members)}")
        elif counted:
            _check_quota(desk, (*path, "rule"), path, quota, sum(votes.values()))
        return Body(name, said.title or name, votes, quota, desk.grounds(said, path))
    if said.rule != "weighted":
        desk.note(
            (*path, "rule"), "must be a rule of voting", shown(said.rule), nearest(said.rule, RULES, "rules")
        )
    else:
        _only(desk, path, said, _WEIGHTED)
    return _weighted(desk, name, said)


def _weighted(desk: Desk, name: str, said: BodyForm) -> Body:
    path: Path = ("bodies", name)
    votes = {}
    for member, count in said.votes.items():
        at: Path = (*path, "votes", member)
        if count <= 0:
            desk.note(at, "must be above 0 votes", f"{count:g}")
        if desk.known("party", member, at):
            votes[member] = count
    if said.others is not None:
        if said.others.votes is None:
            desk.note((*path, "others", "votes"), "is required")
        elif said.others.follow in votes:
            votes[said.others.follow] += said.others.votes
        else:
            desk.note(
                (*path, "others", "follow"), "must be a member with votes of its own", said.others.follow
            )
    for key in ("quota", "votes"):
        empty = said.quota is None if key == "quota" else not said.votes
        if empty and said.rule == "weighted" and desk.intact((*path, key)):
            desk.note((*path, key), "is required")
    if said.quota is not None:
        _check_quota(desk, (*path, "quota"), path, said.quota, sum(votes.values()))
    return Body(name, said.title or name, votes, said.quota or 0.0, desk.grounds(said, path))


def _check_quota(desk: Desk, at: Path, path: Path, quota: float, total: float) -> None:
    if quota <= 0:
        desk.note(at, "must be above 0 votes", f"{quota:g}")
    elif desk.intact(path) and total < quota - 1e-9:
        must = "must not exceed the votes there are: it could never consent"
        desk.note(at, must, f"quota {quota:g} of {total:g} votes")


def _only(desk: Desk, path: Path, said: BodyForm, used: tuple[str, ...]) -> None:
    """Keys of another rule are problems: whoever wrote them expects them to count."""
    for key in dict.fromkeys((*_WEIGHTED, *_COUNCIL)):
        if key in said.model_fields_set and key not in used:
            desk.note((*path, key), f"is not a key of the rule {said.rule}", "", f"keys: {', '.join(used)}")


def _members(desk: Desk, path: Path, said: BodyForm) -> list[str]:
    at: Path = (*path, "members")
    if not said.members and desk.intact(at):
        desk.note(at, "is required")
    found = []
    for position, (member, stands_for) in enumerate(said.members.items()):
        here: Path = (*at, member)
        if desk.root.locate(here)[1] < len(here):
            here = (*at, position) if desk.root.locate((*at, position))[1] == len(at) + 1 else at
        if stands_for and said.rule not in COUNCIL_RULES:
            desk.note(here, "must stand for itself alone", ", ".join(stands_for), "list the members by name")
        if desk.known("party", member, here):
            found.append(member)
    return found


def _council(desk: Desk, name: str, said: BodyForm, form: CaseForm) -> Body:
    path: Path = ("bodies", name)
    broken = Body(name, said.title or name, {}, 0.0)
    blocs = {party: tuple(said.members[party]) for party in _members(desk, path, said)}
    day = said.on or form.as_of
    try:
        ways = council_ways(
            said.rule, day, population_check=said.population_check, on_proposal=said.on_proposal
        )
        everybody = tuple(council_members(day))
    except InputError as error:
        desk.note((*path, "rule"), f"must have applied on {day}", "", str(error))
        return broken
    if said.population_check and said.rule != "qmv-nice":
        desk.note((*path, "population_check"), "is a question under qmv-nice only")
    if said.others is not None:
        blocs = _with_others(desk, path, said, blocs, everybody)
    if not desk.intact((*path, "members")):
        return broken
    try:
        cast = cast_by(ways, blocs)
    except InputError as error:
        desk.note((*path, "members"), "must name every member state of the day once", "", str(error))
        return broken
    heads = {party: float(len(codes)) for party, codes in blocs.items()}
    needed = next(q.needed for q in ways[0] if set(q.votes.values()) == {1.0})
    return Body(name, said.title or name, heads, needed, desk.grounds(said, path), cast)


def _with_others(
    desk: Desk,
    path: Path,
    said: BodyForm,
    blocs: Mapping[str, tuple[str, ...]],
    everybody: tuple[str, ...],
) -> dict[str, tuple[str, ...]]:
    """Member states that are not named vote with the member they follow."""
    others = said.others
    assert others is not None
    if others.votes is not None:
        desk.note((*path, "others", "votes"), f"is not a key of the rule {said.rule}", "", "keys: follow")
    if others.follow not in blocs:
        desk.note((*path, "others", "follow"), "must be a member of the body", shown(others.follow))
        return dict(blocs)
    named = {code for codes in blocs.values() for code in codes}
    rest = tuple(code for code in everybody if code not in named)
    return {party: codes + (rest if party == others.follow else ()) for party, codes in blocs.items()}
