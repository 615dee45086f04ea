"""How many independent choices similar ones stand for."""

from __future__ import annotations

from detente.case.model import Coding


def independent_choices(count: float, rho: float) -> float:
    """`count` ≥ 0 similar choices with dependence `rho` in 0..1: k / (1 + (k−1)ρ), at most 1/ρ; up to one
    they count in full. Source: MODEL section 3.

    >>> round(independent_choices(64, 0.2), 2)
    4.71
    """
    return count / (1 + (count - 1) * rho) if count > 1 else max(count, 0.0)


def effective_count(coding: Coding, rho: float) -> float:
    """The same for an act's counts together."""
    return independent_choices(float(sum(coding.taken.values())), rho)
