"""Which concepts and procedures there are, and a concept's rule by name."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from detente.deals.solutions.concept import Choose, Concept, Procedure
from detente.deals.space import index_of
from detente.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@cache
def list_concepts() -> dict[str, Concept]:
    """Concepts by name: every file of this folder that holds a CONCEPT.

    >>> sorted(list_concepts())
    ['asymmetric_nash', 'best_for', 'egalitarian', 'kalai_smorodinsky', 'nash', 'utilitarian']
    """
    found = [module.CONCEPT for module in _folder() if hasattr(module, "CONCEPT")]
    return {concept.name: concept for concept in sorted(found, key=lambda c: c.name)}


@cache
def list_procedures() -> dict[str, Procedure]:
    """Procedures that are no rules on gains, by the name of their function: every file of this folder, and
    of threats beside it, that holds a PROCEDURE.

    >>> sorted(list_procedures())
    ['divide_by_points', 'exchange', 'variable_threats']
    """
    modules = [*_folder(), import_module("detente.deals.threats")]
    found = [module.PROCEDURE for module in modules if hasattr(module, "PROCEDURE")]
    return {procedure.name: procedure for procedure in sorted(found, key=lambda p: p.name)}


def _folder() -> list[ModuleType]:
    package = __name__.rpartition(".")[0]
    names = [m.name for m in pkgutil.iter_modules(import_module(package).__path__)]
    return [import_module(f"{package}.{name}") for name in names]


def chooser(concept: str, party: int | None = None, weights: Sequence[float] | None = None) -> Choose:
    """The rule of a concept as a function of gains (k, table) and stakes (table,) to chosen rows.

    `party`: column of the party that a concept for one party favours. `weights` (table,) > 0: bargaining
    weights, for concepts that are told how much each party counts. Raises InputError for an unknown
    concept, or a parameter missing or too many.
    """
    found = find_concept(concept, party is not None, weights is not None)
    if weights is not None:
        power = positive(np.asarray(weights, dtype=np.float64))
        return lambda values, stakes: found.choose(values, _of_width(power, values))
    if party is None:
        return found.choose
    first = party

    def choose(values: FloatArray, stakes: FloatArray) -> IntArray:
        order = with_first(first, values.shape[1])
        return found.choose(values[:, order], stakes[order])

    return choose


def find_concept(concept: str, has_party: bool, has_weights: bool) -> Concept:
    """The concept of that name; InputError where it asks for something not given, or the other way round."""
    known = list_concepts()
    found = known[list(known)[index_of(concept, tuple(known), "concept")]]
    for name, wanted, given in (
        ("party", found.for_party, has_party),
        ("weights", found.by_weights, has_weights),
    ):
        if wanted != given:
            raise InputError(f"{name} must {'' if wanted else 'not '}be given with {concept}")
    return found


def with_first(first: int, count: int) -> list[int]:
    """Columns 0..count−1 with one put first."""
    return [first, *(p for p in range(count) if p != first)]


def positive(power: FloatArray) -> FloatArray:
    """Bargaining weights (n,) as given, or InputError where one is not above 0."""
    if power.ndim != 1 or not (np.isfinite(power) & (power > 0)).all():
        raise InputError(f"bargaining weights must be finite numbers above 0, got {power.tolist()}")
    return power


def _of_width(power: FloatArray, values: FloatArray) -> FloatArray:
    if len(power) != values.shape[1]:
        raise InputError(f"bargaining weights must be {values.shape[1]}, one per column, got {len(power)}")
    return power
