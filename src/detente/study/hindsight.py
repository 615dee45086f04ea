"""Which inputs of an assessment were judged with knowledge later than its day."""

from __future__ import annotations

from datetime import date

from detente.case import Case, hindsight


def later_judged(case: Case, day: date) -> tuple[str, ...]:
    """Key paths of judged inputs that this assessment uses and that rest on later knowledge.

    Left out is what an assessment as of `day` does not touch: proposals and shocks known only later,
    menus and measures that no observation known by then speaks about.
    """
    spoken = {c.about for c in case.codings if c.known_on <= day}
    unused = {("proposals", p.name) for p in case.proposals if p.known_on > day}
    unused |= {("shocks", s.name) for s in case.shocks if s.on > day}
    unused |= {("menus", m.name) for m in case.menus if m.name not in spoken}
    unused |= {("measures", m.name) for m in case.measures if m.name not in spoken}
    return tuple(".".join(map(str, path)) for path, _ in hindsight(case, day) if path[:2] not in unused)
