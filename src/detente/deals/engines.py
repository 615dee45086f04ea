"""Which engine finds a frontier: by what each says it would cost, never by what the space is called.

Estimates are seconds of one core, rough and stated: what they must get right is which engine explodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from detente.deals.criteria import Criteria, TableTerm
from detente.deals.elimination.cost import estimate
from detente.deals.exact.distinct import tell_apart
from detente.deals.layers import HOPELESS, plan_order

LISTED = 32_000_000
"""Numbers (packages of distinct options × columns) that listing may hold: a quarter of a gigabyte."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """`seconds` by engine, infinite where it cannot; `order` of the issues that "layers" would take."""

    seconds: Mapping[str, float]
    order: tuple[int, ...]

    @property
    def cheapest(self) -> str:
        """The engine that would take least."""
        return min(self.seconds, key=lambda name: self.seconds[name])


def estimate_engines(criteria: Criteria) -> Estimate:
    """What each engine would take.

    - "listing": 15 ns for each number that it holds; infinite beyond LISTED.
    - "elimination": 5 ms, and for each sum of partial packages that it predicts 1.5 µs, a tenth of that
      with three parties (bounds prune most), 20 µs with more; infinite where consents or keeps decide.
    - "layers": 5 ms an issue, and 3 µs for each past told apart and each point that pasts have, guessed
      as ten to the power of the parties less one. Pasts: see `plan_order`.
    - "solver": 0.4 s, and a microsecond for each pair of literals and point, guessed as three times as
      many; infinite where it is not installed.

    Fitted to the spaces of the benchmarks, within a factor of five on most. Cost: orders and classes,
    tens of milliseconds.
    """
    distinct = tell_apart(criteria)
    numbers = distinct.size * criteria.columns
    order, pasts = plan_order(distinct.criteria)
    points = 10.0 ** (min(criteria.table, 6) - 1)
    literals = float(sum(distinct.criteria.sizes) + sum(_literals(t) for t in distinct.criteria.terms))
    solver = 0.4 + 3e-6 * literals**2 * points if find_spec("ortools") else np.inf
    seconds = {
        "elimination": _elimination(criteria, pasts),
        "layers": 5e-3 * len(criteria.sizes) + 3e-6 * pasts * points,
        "listing": 1e-3 + 1.5e-8 * numbers if numbers <= LISTED else np.inf,
        "solver": solver,
    }
    return Estimate(seconds, order)


def _elimination(criteria: Criteria, pasts: float) -> float:
    """Seconds of elimination; not looked at where pasts are hopelessly many in every order."""
    if criteria.clauses or not criteria.table or pasts > HOPELESS:
        return np.inf
    said = estimate(criteria)
    each = {1: 1.5e-6, 2: 1.5e-6, 3: 1.5e-7}.get(criteria.table, 2e-5)
    return 5e-3 + each * said.work if said.feasible else np.inf


def _literals(term: object) -> int:
    """Literals that a term costs a solver: a table its cells, a pattern one."""
    if isinstance(term, TableTerm):
        return int(np.count_nonzero((term.table != 0).any(axis=-1))) if len(term.scope) > 1 else 0
    return 1
