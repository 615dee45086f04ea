"""Numbers from uncertain quantities: reproducible, independent of order, extendable."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from detente.case.model import Case, Quantity
from detente.errors import InputError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """`n` draws of every die of a case from one seed.

    Each die has its own Philox stream, keyed by seed and name: a new quantity changes no other
    draw, the order of asking does not matter, and the first k of n draws are the draws of n = k.
    `known`: where given, uniforms by die as far as they were asked for. Raises InputError unless n ≥ 1 and
    seed ≥ 0.
    """

    case: Case = field(repr=False)
    n: int
    seed: int
    pinned: Mapping[str, float] = field(default_factory=dict)
    known: dict[str, FloatArray] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.n < 1:
            raise InputError(f"draws must be at least 1, got {self.n}")
        if self.seed < 0:
            raise InputError(f"seed must not be negative, got {self.seed}")

    def generator(self, stream: str) -> np.random.Generator:
        """A generator of its own for a named stream: same seed and name, same numbers."""
        key = int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=16).digest(), "little")
        return np.random.Generator(np.random.Philox(np.random.SeedSequence([self.seed, key])))

    def pin(self, die: str, at: float) -> Draws:
        """The same draws with one die held at quantile `at` in [0, 1): one input at a time."""
        return replace(self, pinned={**self.pinned, die: at})

    def remembered(self) -> Draws:
        """The same draws, for asking often: uniforms are kept, for what is pinned from these too."""
        return replace(self, known={})

    def uniform(self, die: str) -> FloatArray:
        """(n,) uniforms in [0, 1) of a die, or its pinned quantile. Cost: some 20 µs and 5 ns per draw."""
        if die in self.pinned:
            return np.full(self.n, self.pinned[die])
        if self.known is None:
            return self.generator(die).random(self.n)
        if die not in self.known:
            self.known[die] = self.generator(die).random(self.n)
            self.known[die].setflags(write=False)
        return self.known[die]

    def sample(self, q: Quantity) -> FloatArray:
        """(n,) draws of a quantity: exact → constant, range → uniform on [low, high], three-point →
        beta-PERT (shape 4; Vose 2008, ch. 22). Of a share of a contribution: the share only.

        The same die gives the same quantile, so that rungs of a ladder do not cross.

        >>> from detente.case import load
        >>> draws = load("panama-1974").draws(4, seed=0)
        >>> draws.sample(Quantity(2, 2))
        array([2., 2., 2., 2.])
        """
        if q.low == q.high:
            return np.full(self.n, q.low, dtype=np.float64)
        u = self.uniform(q.die or q.path)
        if q.mode is None:
            return q.low + u * (q.high - q.low)
        from scipy.special import betaincinv

        width = q.high - q.low
        a = 1 + 4 * (q.mode - q.low) / width
        b = 1 + 4 * (q.high - q.mode) / width
        return np.asarray(q.low + width * betaincinv(a, b, u), dtype=np.float64)

    @staticmethod
    def mean(q: Quantity) -> float:
        """The exact mean of a quantity: the middle of a range, (low + 4 mode + high)/6 of a PERT."""
        if q.mode is None:
            return (q.low + q.high) / 2
        return (q.low + 4 * q.mode + q.high) / 6
