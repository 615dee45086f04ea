"""Whether the two grades of the record say two things, or one thing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from detente.case.grades import best_reliability
from detente.case.model import Case

LEAST = 8
"""Graded records from which on the statistics are judged at all."""
SAME = 0.7
"""Share of records on the diagonal (A1, B2, C3, …) from which on the grades mirror each other."""
ALIKE = 0.8
"""Rank correlation (Kendall's tau-b) from which on they do."""
LETTERS = "ABCDE"


@dataclass(frozen=True, slots=True)
class Mirror:
    """How far credibility of the report follows reliability of the source.

    `records`: events with a source that can be judged, both grades given; `missing`: those with F or 6.
    `same`: share whose digit is the mirror of the letter (A1, B2, C3, D4, E5); `chance`: the share that the
    grades' own frequencies would give if they had nothing to do with each other. `correlation`: Kendall's
    tau-b of letter and digit (1 always the same order, 0 none or all alike). `pairs`: grade → records.
    `mirrored`: with 8 records or more, `correlation` is 0.8 or more, or `same` is 0.7 or more and at least
    0.1 above `chance`.
    """

    records: int
    missing: int
    same: float
    chance: float
    correlation: float
    pairs: tuple[tuple[str, int], ...]
    mirrored: bool


def grade_mirror(case: Case, as_of: date | None = None) -> Mirror:
    """Statistics of the two grades over the events known by `as_of` (None: all) that cite a source, the best
    source of each. Two judgements that only repeat each other are one; they should be made apart.

    Cost: events + (different grades)². It does not say which of the two was copied, nor from whom.
    """
    events = [e for e in case.events if e.sources and (as_of is None or e.known_on <= as_of)]
    graded = [(best_reliability(case, event, as_of), event.reported) for event in events]
    judged = [(LETTERS.index(a) + 1, b) for a, b in graded if a in LETTERS and b < 6]
    count = Counter(judged)
    total = len(judged)
    same = sum(n for (a, b), n in count.items() if a == b) / total if total else 0.0
    rows, columns = Counter(a for a, _ in judged), Counter(b for _, b in judged)
    chance = sum(rows[k] * columns[k] for k in rows) / total**2 if total else 0.0
    tau = _tau_b(count)
    pairs = tuple((f"{LETTERS[a - 1]}{b}", count[a, b]) for a, b in sorted(count))
    mirrored = total >= LEAST and ((same >= SAME and same - chance >= 0.1) or tau >= ALIKE)
    return Mirror(total, len(graded) - total, same, chance, tau, pairs, mirrored)


def _tau_b(count: Counter[tuple[int, int]]) -> float:
    """Kendall's tau-b of a table of counts; 0 where either grade never varies.

    >>> _tau_b(Counter({(1, 1): 3, (2, 2): 3})), _tau_b(Counter({(1, 2): 1, (2, 1): 1})), _tau_b(Counter())
    (1.0, -1.0, 0.0)
    """
    score = tied_a = tied_b = pairs = 0
    cells = list(count.items())
    for place, ((a, b), n) in enumerate(cells):
        within = n * (n - 1) // 2
        pairs, tied_a, tied_b = pairs + within, tied_a + within, tied_b + within
        for (c, d), m in cells[place + 1 :]:
            pairs += n * m
            tied_a += n * m * (a == c)
            tied_b += n * m * (b == d)
            score += n * m * (((a > c) - (a < c)) * ((b > d) - (b < d)))
    scale = float((pairs - tied_a) * (pairs - tied_b)) ** 0.5
    return score / scale if scale else 0.0
