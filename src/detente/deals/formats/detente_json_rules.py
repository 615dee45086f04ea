"""The rules of a deal space in its JSON file: bodies, consents, deliveries, keeping, conditions, bans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.deals.formats.detente_json_words import Words
from detente.deals.formats.places import Place, elements, fields, flag, number, numbers, pick, text
from detente.deals.space import (
    BodyRule,
    ConditionRule,
    ConsentRule,
    DealSpace,
    DeliveryRule,
    KeepRule,
    Pattern,
)
from detente.deals.voting import WeightedQuota


def read_rules(found: Mapping[str, Place], words: Words) -> dict[str, Any]:
    """The rules of a space by the names of its fields; what is wrong is noted in the places."""
    return {
        "bodies": tuple(_body(p, words) for p in elements(found.get("bodies"))),
        "consents": tuple(_consent(p, words) for p in elements(found.get("consents"))),
        "deliveries": tuple(_delivery(p, words) for p in elements(found.get("deliveries"))),
        "keeps": tuple(_keep(p, words) for p in elements(found.get("keeps"))),
        "conditions": tuple(_condition(p, words) for p in elements(found.get("conditions"))),
        "forbid": tuple(_pattern(p, words) for p in elements(found.get("forbid"))),
    }


def write_rules(space: DealSpace, words: Words) -> dict[str, Any]:
    """The rules of a space as JSON can hold them; kinds without any are left out."""
    found: dict[str, list[Any]] = {
        "bodies": [_written_body(b, words) for b in space.bodies],
        "consents": [_written_consent(c, words) for c in space.consents],
        "deliveries": [
            {**_some(d.issue, d.options, words), "party": words.party(d.party)} for d in space.deliveries
        ],
        "keeps": [
            {
                "issue": words.issue(k.issue),
                "holds": [words.option(k.issue, o) for o in k.holds],
                "to": words.option(k.issue, k.to),
                "by": words.consenter(k.by),
            }
            for k in space.keeps
        ],
        "conditions": [
            {
                "name": c.name,
                "by": words.consenter(c.by),
                "when": _written_pattern(c.when, words),
                "then": None if c.then is None else _written_pattern(c.then, words),
            }
            for c in space.conditions
        ],
        "forbid": [_written_pattern(p, words) for p in space.forbid],
    }
    return {name: rules for name, rules in found.items() if rules}


def _body(place: Place, words: Words) -> BodyRule:
    parts = fields(place, ("name", "members", "quota"), ("ways",))
    members, votes = [], []
    for member in elements(parts.get("members")):
        one = fields(member, ("party",), ("votes",))
        members.append(pick(one.get("party"), words.parties, "party"))
        votes.append(number(one.get("votes"), 1.0))
    ways = tuple(tuple(_quota(p, len(members)) for p in elements(way)) for way in elements(parts.get("ways")))
    return BodyRule(text(parts.get("name")), tuple(members), tuple(votes), number(parts.get("quota")), ways)


def _quota(place: Place, members: int) -> WeightedQuota:
    parts = fields(place, ("votes", "quota"), ("title",))
    votes = numbers(parts.get("votes"), (members,))
    return WeightedQuota(tuple(votes.tolist()), number(parts.get("quota")), text(parts.get("title")))


def _consent(place: Place, words: Words) -> ConsentRule:
    parts = fields(place, ("issue", "options", "by"), ("silent", "overruled_by", "cost"))
    issue, options = _issue_options(parts, "options", words)
    by = pick(parts.get("by"), words.consenters, "party or body")
    over = parts.get("overruled_by")
    overruled = None if over is None or over.value is None else pick(over, words.parties, "party")
    return ConsentRule(issue, options, by, flag(parts.get("silent")), overruled, number(parts.get("cost")))


def _delivery(place: Place, words: Words) -> DeliveryRule:
    parts = fields(place, ("issue", "options", "party"))
    issue, options = _issue_options(parts, "options", words)
    return DeliveryRule(issue, options, pick(parts.get("party"), words.parties, "party"))


def _keep(place: Place, words: Words) -> KeepRule:
    parts = fields(place, ("issue", "holds", "to", "by"))
    issue, holds = _issue_options(parts, "holds", words)
    to = pick(parts.get("to"), words.options[issue], f"option of {words.issues[issue]}")
    return KeepRule(issue, holds, to, pick(parts.get("by"), words.consenters, "party or body"))


def _condition(place: Place, words: Words) -> ConditionRule:
    parts = fields(place, ("name", "by", "when", "then"))
    then = parts.get("then")
    asks = None if then is None or then.value is None else _pattern(then, words)
    by = pick(parts.get("by"), words.consenters, "party or body")
    when = _pattern(parts["when"], words) if "when" in parts else ()
    return ConditionRule(text(parts.get("name")), by, when, asks)


def _pattern(place: Place, words: Words) -> Pattern:
    return tuple(
        _issue_options(fields(pair, ("issue", "options")), "options", words) for pair in elements(place)
    )


def _issue_options(parts: Mapping[str, Place], name: str, words: Words) -> tuple[int, tuple[int, ...]]:
    issue = pick(parts.get("issue"), words.issues, "issue")
    what = f"option of {words.issues[issue]}"
    return issue, tuple(pick(p, words.options[issue], what) for p in elements(parts.get(name)))


def _written_body(body: BodyRule, words: Words) -> dict[str, Any]:
    members = [
        {"party": words.party(m), "votes": float(v)} for m, v in zip(body.members, body.votes, strict=True)
    ]
    ways = [[_written_quota(q) for q in way] for way in body.ways]
    found = {"name": body.name, "members": members, "quota": float(body.quota)}
    return {**found, "ways": ways} if ways else found


def _written_quota(quota: WeightedQuota) -> dict[str, Any]:
    found = {"votes": [float(v) for v in quota.weights], "quota": float(quota.needed)}
    return {**found, "title": quota.title} if quota.title else found


def _written_consent(rule: ConsentRule, words: Words) -> dict[str, Any]:
    found = {**_some(rule.issue, rule.options, words), "by": words.consenter(rule.by)}
    if rule.silent:
        found["silent"] = True
    if rule.overruled_by is not None:
        found["overruled_by"] = words.party(rule.overruled_by)
    if rule.cost:
        found["cost"] = float(rule.cost)
    return found


def _some(issue: int, options: tuple[int, ...], words: Words) -> dict[str, Any]:
    return {"issue": words.issue(issue), "options": [words.option(issue, o) for o in options]}


def _written_pattern(pattern: Pattern, words: Words) -> list[dict[str, Any]]:
    return [_some(issue, options, words) for issue, options in pattern]
