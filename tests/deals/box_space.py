"""Random small spaces of wished-for ranges: bonuses for boxes, points for single options, caps, bars."""

from __future__ import annotations

import numpy as np

from detente.deals.space import BoxFactor, DealSpace


def wished(seed: int, *, parties: int | None = None, caps: bool | None = None, boxes: int = 8) -> DealSpace:
    """Two to five issues of one to four options; whole points or tenths, so that ties are likely."""
    rng = np.random.default_rng(seed)
    parties = int(rng.integers(1, 5)) if parties is None else parties
    sizes = [int(n) for n in rng.integers(1, 5, size=int(rng.integers(2, 6)))]
    step = float(rng.choice([1.0, 0.1, 1 / 7]))
    wishes = []
    for _ in range(int(rng.integers(1, boxes + 1))):
        scope = sorted(int(i) for i in rng.choice(len(sizes), int(rng.integers(1, len(sizes) + 1)), False))
        ends = [sorted(int(v) for v in rng.integers(0, sizes[i], 2)) for i in scope]
        value = rng.integers(0, 6, parties) * (rng.random(parties) < 0.6) * step
        wishes.append(BoxFactor(tuple(scope), tuple(e[0] for e in ends), tuple(e[1] for e in ends), value))
    capped = bool(rng.random() < 0.4) if caps is None else caps
    return DealSpace.from_arrays(
        options=sizes,
        unary=[rng.integers(-1, 3, (n, parties)) * step * (rng.random() < 0.5) for n in sizes],
        no_deal=rng.integers(0, 4, parties) * step,
        boxes=wishes,
        stakes=[float(v) for v in rng.integers(1, 4, parties)],
        cap=rng.integers(3, 9, parties) * step if capped else None,
        status_quo=False,
    )
