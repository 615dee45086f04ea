"""The deal space: what can be combined, what it is worth to each, who must say yes.

A space is a sum of factors (tables over a few issues, or boxes) plus constraints that are not sums:
conditions, forbidden patterns, consents of parties and bodies, and keeping what would lapse.
Utilities are points; rows of a package array are packages, columns are issues.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.deals.voting import Ways, WeightedQuota
from detente.errors import InputError

if TYPE_CHECKING:
    from detente.case.model import Case
    from detente.case.values import Values
    from detente.deals.ensemble import Ensemble
    from detente.deals.goal_factors import Corrections

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TableFactor:
    """A table of points: `table` has one axis per issue of `scope` (ascending), the last is parties."""

    scope: tuple[int, ...]
    table: FloatArray
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class BoxFactor:
    """`value` (parties,) points where every issue of `scope` lies in its closed range low..high."""

    scope: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    value: FloatArray
    label: str = ""


Factor = TableFactor | BoxFactor

Pattern = tuple[tuple[int, tuple[int, ...]], ...]
"""Pairs (issue, options allowed); a package matches when it fits every pair."""


@dataclass(frozen=True, slots=True)
class BodyRule:
    """A body of parties: `votes` of each of `members` (party indices), and the quota in votes.

    `ways`: for rules that are more than one quota, over the places in `members`; then `votes` and `quota`
    decide nothing."""

    name: str
    members: tuple[int, ...]
    votes: tuple[float, ...]
    quota: float
    ways: Ways = ()

    @property
    def rule(self) -> Ways:
        """What the members' yes must satisfy: any one way, in a way every quota."""
        return self.ways or ((WeightedQuota(self.votes, self.quota),),)


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """Choosing one of `options` of `issue` needs consenter `by`.

    A consenter is a party (its index) or a body (number of parties + its index in `bodies`).
    `silent`: refuses only if its gain is below −|margin|. `overruled_by`: a party that can override
    the refusal if its own gain less `cost` reaches its margin.
    """

    issue: int
    options: tuple[int, ...]
    by: int
    silent: bool = False
    overruled_by: int | None = None
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """`party` carries `options` of `issue` out; undoing its deliveries puts the issue at option 0."""

    issue: int
    options: tuple[int, ...]
    party: int


@dataclass(frozen=True, slots=True)
class KeepRule:
    """Holding one of `holds` of `issue` needs consenter `by` to prefer it to option `to`, the rest of
    the package as it is (for each member of a body: gain from keeping ≥ its margin)."""

    issue: int
    holds: tuple[int, ...]
    to: int
    by: int


@dataclass(frozen=True, slots=True)
class ConditionRule:
    """A package that matches `when` must match `then` (None: never); else consenter `by` refuses."""

    name: str
    by: int
    when: Pattern
    then: Pattern | None


@dataclass(frozen=True, slots=True, eq=False)
class DealSpace:
    """A deal space with `factors` at mean utilities.

    `options`: names per issue. `no_deal` (parties,) points. `table`: indices of the negotiating
    parties. `margin` (parties,) points. `stakes` (parties,) only where parties are compared.
    `no_deal_package` (issues,): option 0, or the reversion where the keeping body fails.
    `ensemble`: the same space for every draw, where the space comes from a case. `cap` (parties,) the
    most that a party's utility can be, however large the sum (inf: no cap); imported profiles have it.
    A space with caps has no deliveries and keeps.
    """

    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    factors: tuple[Factor, ...]
    no_deal: FloatArray
    table: tuple[int, ...]
    margin: FloatArray
    stakes: FloatArray
    no_deal_package: IntArray
    bodies: tuple[BodyRule, ...] = ()
    consents: tuple[ConsentRule, ...] = ()
    deliveries: tuple[DeliveryRule, ...] = ()
    keeps: tuple[KeepRule, ...] = ()
    conditions: tuple[ConditionRule, ...] = ()
    forbid: tuple[Pattern, ...] = ()
    ensemble: Ensemble | None = field(default=None, repr=False)
    cap: FloatArray | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of options of each issue."""
        return tuple(len(names) for names in self.options)

    @property
    def consenters(self) -> tuple[str, ...]:
        """Names by consenter index: parties, then bodies."""
        return self.parties + tuple(body.name for body in self.bodies)

    def package(self, choice: Mapping[str, str | int]) -> IntArray:
        """(issues,) option indices of a package given by names; issues not named stay at option 0.

        Raises InputError naming the nearest known issue or option.
        """
        row = np.zeros(len(self.issues), dtype=np.int64)
        for issue, option in choice.items():
            i = index_of(issue, self.issues, "issue")
            names = self.options[i]
            row[i] = index_of(option, names, f"option of {issue}") if isinstance(option, str) else option
        return row

    @classmethod
    def from_case(cls, case: Case, values: Values, *, corrections: Corrections | None = None) -> DealSpace:
        """The space of a case: factor tables are means over the draws of `values`. Spaces of nearly the same
        values are made faster with one dictionary of `corrections` for all."""
        from detente.deals.compile import compile_case

        return compile_case(case, values, corrections)

    @classmethod
    def from_arrays(
        cls,
        *,
        options: Sequence[int],
        unary: Sequence[Any],
        no_deal: Sequence[float],
        links: Mapping[tuple[int, ...], Any] | None = None,
        boxes: Sequence[BoxFactor] = (),
        forbid: Sequence[Mapping[int, int | Sequence[int]]] = (),
        table: Sequence[int] | None = None,
        margin: Sequence[float] | None = None,
        stakes: Sequence[float] | None = None,
        bodies: Sequence[BodyRule] = (),
        consents: Sequence[ConsentRule] = (),
        delivers: Sequence[DeliveryRule] = (),
        keeps: Sequence[KeepRule] = (),
        conditions: Sequence[ConditionRule] = (),
        names: Mapping[str, Sequence[Any]] | None = None,
        cap: Sequence[float] | None = None,
        status_quo: bool = True,
    ) -> DealSpace:
        """A space for people who come with numbers.

        `options`: options per issue. `unary`: per issue an array (options, parties). `links`: scope →
        array (options of each issue in scope…, parties), any arity, scope ascending. `no_deal`:
        (parties,). `forbid`: partial packages {issue: option or options}. `table`: negotiating
        parties (default all). `names` may carry `issues`, `options`, `parties`. `cap`: (parties,) the
        most that each utility can be. `status_quo`: option 0 everywhere is no deal; False for spaces
        with reservation values only, in which every package is a deal.
        Raises InputError with all that is wrong. Cost: linear in the size of the arrays.

        >>> space = DealSpace.from_arrays(options=[2], unary=[[[0, 0], [1, 2]]], no_deal=[0, 0])
        >>> space.sizes
        (2,)
        """
        sizes = tuple(int(n) for n in options)
        parties = len(no_deal)
        problems: list[str] = []
        if len(unary) != len(sizes):
            problems.append(f"unary must have one array per issue ({len(sizes)}), got {len(unary)}")
        scopes: list[tuple[tuple[int, ...], Any]] = [((i,), a) for i, a in enumerate(unary)]
        scopes += list((links or {}).items())
        factors: list[Factor] = [_table_factor(tuple(s), a, sizes, parties, problems) for s, a in scopes]
        patterns = tuple(_forbidden(p) for p in forbid)
        _check_issues([b.scope for b in boxes], "box", sizes, problems)
        _check_issues([tuple(i for i, _ in p) for p in patterns], "forbid", sizes, problems)
        ruled = [r.issue for r in consents] + [r.issue for r in delivers] + [r.issue for r in keeps]
        _check_issues([(i,) for i in ruled], "rule", sizes, problems)
        caps = _caps(cap, parties, bool(delivers or keeps), problems)
        if problems:
            raise InputError("; ".join(problems))
        names = names or {}
        default = [[f"o{k}" for k in range(n)] for n in sizes]
        return cls(
            issues=tuple(names.get("issues", [f"issue{i}" for i in range(len(sizes))])),
            options=tuple(tuple(o) for o in names.get("options", default)),
            parties=tuple(names.get("parties", [f"party{p}" for p in range(parties)])),
            factors=tuple(factors) + tuple(boxes),
            no_deal=np.asarray(no_deal, dtype=np.float64),
            table=tuple(range(parties)) if table is None else tuple(table),
            margin=np.zeros(parties) if margin is None else np.asarray(margin, dtype=np.float64),
            stakes=np.ones(parties) if stakes is None else np.asarray(stakes, dtype=np.float64),
            no_deal_package=np.full(len(sizes), 0 if status_quo else -1, dtype=np.int64),
            bodies=tuple(bodies),
            consents=tuple(consents),
            deliveries=tuple(delivers),
            keeps=tuple(keeps),
            conditions=tuple(conditions),
            forbid=patterns,
            cap=caps,
        )


def _caps(cap: Sequence[float] | None, parties: int, undone: bool, problems: list[str]) -> FloatArray | None:
    if cap is None:
        return None
    caps = np.asarray(cap, dtype=np.float64)
    if caps.shape != (parties,) or np.isnan(caps).any():
        problems.append(f"cap must have one number per party ({parties}), got {caps.tolist()}")
    if undone:
        problems.append("cap must not come with deliveries or keeps, which compare what sums leave")
    return caps


def _forbidden(pattern: Mapping[int, int | Sequence[int]]) -> Pattern:
    pairs = sorted(pattern.items(), key=lambda pair: int(pair[0]))
    return tuple((int(i), tuple(int(v) for v in np.atleast_1d(np.asarray(o)))) for i, o in pairs)


def _check_issues(
    scopes: Sequence[tuple[int, ...]], what: str, sizes: tuple[int, ...], problems: list[str]
) -> None:
    for scope in scopes:
        if any(not 0 <= i < len(sizes) for i in scope):
            problems.append(f"{what} over issues {scope} must name issues 0..{len(sizes) - 1}")


def _table_factor(
    scope: tuple[int, ...], given: Any, sizes: tuple[int, ...], parties: int, problems: list[str]
) -> TableFactor:
    array = np.asarray(given, dtype=np.float64)
    if list(scope) != sorted(set(scope)) or any(not 0 <= i < len(sizes) for i in scope):
        problems.append(f"scope {scope} must be ascending issue numbers below {len(sizes)}")
        return TableFactor(scope, array)
    want = (*(sizes[i] for i in scope), parties)
    if array.shape != want:
        problems.append(f"table over issues {scope} must have shape {want}, got {array.shape}")
    if not np.isfinite(array).all():
        problems.append(f"table over issues {scope} must hold finite numbers only")
    return TableFactor(scope, array)


def index_of(name: str, names: Sequence[str], what: str) -> int:
    """Place of `name` in `names`; InputError with the nearest known name where it is not there."""
    if name in names:
        return list(names).index(name)
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
    raise InputError(f"{what} must be one that the case has, got {name!r}; {hint}")


def utilities(space: DealSpace, packages: IntArray, party: int | None = None) -> FloatArray:
    """(packages, parties) points of each package: the sum of its factors' entries, at most the cap;
    (packages,) of one `party`.

    `packages`: (m, issues) option indices. Cost: m × factors (× parties).
    """
    rows = np.atleast_2d(np.asarray(packages, dtype=np.int64))
    own = slice(None) if party is None else party
    total = np.zeros((len(rows), len(space.parties)) if party is None else len(rows))
    for factor in space.factors:
        columns = rows[:, factor.scope]
        if isinstance(factor, TableFactor):
            total += factor.table[..., own][tuple(columns.T)]
        else:
            inside = np.all((columns >= factor.low) & (columns <= factor.high), axis=1)
            total[inside] += factor.value[own]
    return total if space.cap is None else np.minimum(total, space.cap[own])


def gains(space: DealSpace, packages: IntArray, party: int | None = None) -> FloatArray:
    """(packages, parties) points above no deal; (packages,) of one `party`."""
    own = slice(None) if party is None else party
    above: FloatArray = utilities(space, packages, party) - space.no_deal[own]
    return above


def among(column: IntArray, options: Iterable[int]) -> NDArray[np.bool_]:
    """(m,) whether each entry of a column of packages is one of a few options.

    >>> among(np.array([0, 2, 1]), (1, 2)).tolist()
    [False, True, True]
    """
    found = np.zeros(len(column), dtype=np.bool_)
    for option in options:
        found |= column == option
    return found


def undone_by(space: DealSpace, packages: IntArray, party: int) -> IntArray:
    """The packages with everything that `party` delivers put back to option 0."""
    rows = np.atleast_2d(np.asarray(packages, dtype=np.int64)).copy()
    for rule in space.deliveries:
        if rule.party == party:
            rows[among(rows[:, rule.issue], rule.options), rule.issue] = 0
    return rows
