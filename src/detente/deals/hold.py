"""Would it hold: who is tempted to break a package, who would punish, and the patience that it takes.

Repeated play without phases: a deliverer that breaks gains once and loses afterwards what the willing
punishers take away, if it is seen. Friedman (1971), Review of Economic Studies 38; imperfect
monitoring with false alarms after Green & Porter (1984), Econometrica 52. MODEL section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.deals.acceptance import TOLERANCE, as_rows, consenter_gains, rule_value
from detente.deals.space import DealSpace, gains, index_of, undone_by, utilities
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_DELIVERIES = 12


@dataclass(frozen=True, slots=True)
class Deliverer:
    """One party that carries something of the package out.

    `delivers`: its issues. `defects`: those that it would best leave undone, `temptation` T what that
    gains it per period (points). `punishers`: who would then rather stop delivering too, `loss` Λ what
    that costs it against compliance (0 with nobody). `delta_star`: the discount factor per period from
    which compliance pays; 0 where there is no temptation, infinite where no patience suffices.
    `verdict`: "self-enforcing", "needs patience" or "never". `punishing`: points that stopping too brings
    each punisher once the breach is there: the more, the surer it is to punish.
    """

    party: str
    delivers: tuple[str, ...]
    defects: tuple[str, ...]
    temptation: float
    loss: float
    punishers: tuple[str, ...]
    delta_star: float
    verdict: str
    punishing: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoiler:
    """A party that did not consent and loses `gain` (< 0) points. `pulled`: what it would gain by its
    best lever under the package, None where none was given; worth pulling where positive."""

    party: str
    gain: float
    pulled: float | None

    @property
    def would_pull(self) -> bool:
        """Whether it has a lever worth pulling."""
        return self.pulled is not None and self.pulled > TOLERANCE


@dataclass(frozen=True, slots=True)
class Hold:
    """Whether a package would be kept. `detection` ν and `false_alarm` φ per period, as given.
    `expected_life`: at most that many periods before a false alarm ends it (1/φ). `delta_star`: the
    most patience that any deliverer needs; `verdict`: that of the weakest deliverer, "self-enforcing"
    where nobody delivers."""

    deliverers: tuple[Deliverer, ...]
    spoilers: tuple[Spoiler, ...]
    detection: float
    false_alarm: float
    expected_life: float
    delta_star: float
    verdict: str


def check_hold(
    space: DealSpace,
    package: IntArray,
    *,
    detection: float,
    false_alarm: float,
    levers: Mapping[str, float] | None = None,
) -> Hold:
    """Temptation, punishment and patience of every deliverer of a package, at mean utilities.

    δ* = T / ((1 − φ)T + (ν − φ)Λ), with T the best gain from leaving a nonempty set D of own deliveries
    undone and Λ what is lost when everybody willing to punish D undoes its own as well. T ≤ 0:
    self-enforcing; (ν − φ)Λ ≤ φT: never. Of several equally tempting D the one punished least counts.
    `package` (issues,); `detection`, `false_alarm` in 0..1; `levers`: party → points that its best
    lever would gain it under the package. Raises InputError for numbers outside 0..1, unknown parties,
    or a deliverer of more than 12 issues. Cost: 2^deliveries evaluations per deliverer. It will NOT
    find joint defections, renegotiation, or a first step that ruins the rest (no phases).
    """
    check_chances(detection=detection, false_alarm=false_alarm)
    row = as_rows(space, package)[0]
    found = tuple(_deliverer(space, row, p, detection, false_alarm) for p in sorted(delivered_in(space, row)))
    verdicts = [d.verdict for d in found]
    weakest = next((v for v in ("never", "needs patience") if v in verdicts), "self-enforcing")
    return Hold(
        deliverers=found,
        spoilers=_spoilers(space, row, levers or {}),
        detection=detection,
        false_alarm=false_alarm,
        expected_life=1.0 / false_alarm if false_alarm else np.inf,
        delta_star=max((d.delta_star for d in found), default=0.0),
        verdict=weakest,
    )


def patience(temptation: float, loss: float, detection: float, false_alarm: float) -> float:
    """δ*: the least discount factor per period at which compliance pays; inf where none does.

    >>> patience(2.0, 6.0, detection=1.0, false_alarm=0.0)
    0.25
    """
    if temptation <= TOLERANCE:
        return 0.0
    punished = (detection - false_alarm) * loss
    if punished <= false_alarm * temptation + TOLERANCE:
        return float(np.inf)
    return temptation / ((1.0 - false_alarm) * temptation + punished)


def check_chances(**chances: float) -> None:
    """InputError for the first of the named numbers that is not in 0..1."""
    for name, value in chances.items():
        if not 0.0 <= value <= 1.0:
            raise InputError(f"{name} must be between 0 and 1, got {value}")


def breaches(space: DealSpace, row: IntArray, party: int) -> IntArray:
    """(2^k − 1, issues) the package `row` (issues,) with each nonempty set of the k deliveries of a party
    undone. Raises InputError where it delivers more than 12 issues."""
    issues = delivered_in(space, row).get(party, [])
    if len(issues) > MOST_DELIVERIES:
        raise InputError(
            f"{space.parties[party]} must deliver at most {MOST_DELIVERIES} issues, got {len(issues)}"
        )
    masks = np.arange(1, 2 ** len(issues))
    rows = np.repeat(row[None], len(masks), axis=0)
    for k, issue in enumerate(issues):
        rows[(masks >> k & 1) == 1, issue] = 0
    return rows


def delivered_in(space: DealSpace, row: IntArray) -> dict[int, list[int]]:
    """Party → issues that it carries out in the package, ascending; only where undoing changes it."""
    found: dict[int, set[int]] = {}
    for rule in space.deliveries:
        if row[rule.issue] in rule.options and row[rule.issue] != 0:
            found.setdefault(rule.party, set()).add(rule.issue)
    return {p: sorted(issues) for p, issues in found.items()}


def _deliverer(
    space: DealSpace, row: IntArray, party: int, detection: float, false_alarm: float
) -> Deliverer:
    issues, rows = delivered_in(space, row)[party], breaches(space, row, party)
    comply = float(utilities(space, row)[0, party])
    tempted = utilities(space, rows)[:, party] - comply
    tied = np.flatnonzero(tempted >= tempted.max() - TOLERANCE)
    punished = [_punishment(space, row, rows[k], party) for k in tied]
    pick = int(np.argmin([loss for loss, _ in punished]))
    loss, punishers = punished[pick]
    broken = rows[tied[pick]]
    temptation = float(tempted[tied[pick]])
    delta = patience(temptation, loss, detection, false_alarm)
    verdict = "self-enforcing" if delta == 0 else "needs patience" if delta < 1 else "never"
    return Deliverer(
        party=space.parties[party],
        delivers=tuple(space.issues[i] for i in issues),
        defects=tuple(space.issues[i] for i in issues if broken[i] != row[i] and temptation > TOLERANCE),
        temptation=temptation,
        loss=loss,
        punishers=tuple(space.parties[q] for q, _ in punishers),
        punishing=tuple(gained for _, gained in punishers),
        delta_star=delta,
        verdict=verdict,
    )


def _punishment(
    space: DealSpace, row: IntArray, broken: IntArray, party: int
) -> tuple[float, tuple[tuple[int, float], ...]]:
    """Λ, and who would rather undo its own deliveries once `party` has, with what that brings it."""
    willing = []
    for q in sorted(delivered_in(space, broken)):
        undone = undone_by(space, broken, q)
        better = utilities(space, undone)[0, q] - utilities(space, broken)[0, q]
        if q != party and better > TOLERANCE:
            willing.append((q, float(better)))
    if not willing:
        return 0.0, ()
    after = broken
    for q, _ in willing:
        after = undone_by(space, after, q)[0]
    loss = float(utilities(space, row)[0, party] - utilities(space, after)[0, party])
    return loss, tuple(willing)


def _spoilers(space: DealSpace, row: IntArray, levers: Mapping[str, float]) -> tuple[Spoiler, ...]:
    """Parties outside the table that neither agreed nor gain, the hardest hit first."""
    pulled = {index_of(name, space.parties, "party"): value for name, value in levers.items()}
    values, own = consenter_gains(space, row)[0], gains(space, row)[0]
    agreed = {
        rule.by
        for rule in space.consents
        if row[rule.issue] in rule.options and rule_value(space, rule, values) >= -TOLERANCE
    }
    losers = [
        p
        for p in range(len(space.parties))
        if own[p] < -TOLERANCE and p not in space.table and p not in agreed
    ]
    losers.sort(key=lambda p: (own[p], p))
    return tuple(Spoiler(space.parties[p], float(own[p]), pulled.get(p)) for p in losers)
