"""Simulation-based calibration of the inference, and how often the true hypothesis leads.

`./run bench sbc` simulates 500 data sets per kind of likelihood and writes docs/theory/calibration.md and its
pictures; the tests run a seeded tenth. Ranks of the true parameters among 99 posterior draws must be
uniform (Talts, Betancourt, Simpson, Vehtari & Gelman 2018): χ² over twenty bins, and the simultaneous band
of the empirical distribution function (Säilynoja, Bürkner & Vehtari 2022).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import vl_convert
from numpy.typing import NDArray
from scipy import stats

from bench.simulating import KINDS, simulate
from detente.beliefs.fit import fit_story, pick
from detente.engine import map_ordered

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "theory" / "calibration.md"
PICTURES = ROOT / "docs" / "images"
POSTERIOR, BINS, SAMPLES, DATA_SETS = 99, 20, 1200, 500
LEVEL = 0.05


def rank_one(kind: str, seed: int) -> IntArray:
    """(coordinates,) ranks 0..99 of the true point of one simulated data set among posterior draws."""
    rng = np.random.default_rng([seed, *kind.encode()])
    data = simulate(kind, rng)
    fit = fit_story(data.space, data.layout, data.rows, SAMPLES, [seed, 7])
    drawn = fit.u[pick(fit.log_weights, POSTERIOR, rng)]
    return np.asarray((drawn < data.truth).sum(axis=0), dtype=np.int64)


def ranks(kind: str, data_sets: int, workers: int = 1) -> IntArray:
    """(data sets, coordinates) ranks; goals first, then scales, then candour."""
    found = map_ordered(partial(rank_one, kind), list(range(data_sets)), workers=workers)
    width = min(len(r) for r in found)
    return np.array([r[:width] for r in found])


def chi_square(found: IntArray) -> float:
    """p-value of uniform ranks of one coordinate, over twenty bins."""
    count = np.bincount(found * BINS // (POSTERIOR + 1), minlength=BINS)
    return float(stats.chisquare(count).pvalue)


def pointwise(found: IntArray) -> float:
    """The least two-sided binomial p-value of the empirical distribution function over all ranks."""
    n, at = len(found), np.arange(1, POSTERIOR + 1)
    below = (found[:, None] < at).sum(axis=0)
    share = at / (POSTERIOR + 1)
    low, high = stats.binom.cdf(below, n, share), stats.binom.sf(below - 1, n, share)
    return float(np.minimum(1.0, 2 * np.minimum(low, high)).min())


def band(data_sets: int, simulations: int = 2000, seed: int = 0, level: float = LEVEL) -> float:
    """The pointwise level that makes the band of the distribution function hold as a whole in 1 − `level`
    of uniform samples: below it a sample has left the band."""
    rng = np.random.default_rng(seed)
    least = [pointwise(rng.integers(0, POSTERIOR + 1, data_sets)) for _ in range(simulations)]
    return float(np.quantile(least, level))


def summary(kind: str, found: IntArray, gamma: float) -> dict[str, object]:
    """Worst coordinate by both tests; with several coordinates the level is divided by their number."""
    chi = [chi_square(column) for column in found.T]
    least = [pointwise(column) for column in found.T]
    k = found.shape[1]
    return {
        "kind": kind,
        "data_sets": len(found),
        "coordinates": k,
        "chi_p": min(chi),
        "chi_ok": min(chi) > LEVEL / k,
        "outside": sum(p < gamma for p in least),
    }


def leads(acts: int, seed: int) -> bool:
    """Whether the true one of three hypotheses comes first in a clean synthetic record of so many acts."""
    from detente.beliefs import infer_beliefs
    from tests.beliefs.made_up import act, choose, make_case, random_menus, story

    rng = np.random.default_rng([seed, acts])
    centres = rng.dirichlet(np.full(5, 1.5), 3) * rng.choice([-1.0, 1.0], (3, 5))
    truth = rng.dirichlet(10 * np.abs(centres[0])) * np.sign(centres[0])
    menus = random_menus(rng, 5, 10)
    codings = [act(i, f"m{i % 10}", choose(rng, menus[i % 10], truth, 1.5)) for i in range(acts)]
    told = [story(f"s{i}", {f"g{g}": float(w) for g, w in enumerate(c)}) for i, c in enumerate(centres)]
    case = make_case(5, menus, codings, hypotheses=told)
    found = infer_beliefs(case, "p", case.as_of, samples=800, shifts=False, tells=False)
    return max(found.hypotheses[:3], key=lambda h: h.probability).name == "s0"


def histogram(kind: str, found: IntArray) -> str:
    """Rank histograms of all coordinates as one SVG, with the 95 % band of a single bar."""
    n = len(found)
    low, high = stats.binom.ppf([0.025, 0.975], n, 1 / BINS)
    rows = [
        {"rank": 5 * b, "count": int(c), "coordinate": i + 1}
        for i, column in enumerate(found.T)
        for b, c in enumerate(np.bincount(column * BINS // (POSTERIOR + 1), minlength=BINS))
    ]
    y = {"field": "count", "type": "quantitative", "title": None}
    bars = {"x": {"field": "rank", "type": "ordinal", "axis": None}, "y": y}
    marks: list[dict[str, Any]] = [{"mark": {"type": "bar", "color": "#777777"}, "encoding": bars}]
    for level in (low, high):
        rule = {"type": "rule", "strokeDash": [4, 3]}
        marks.append({"mark": rule, "encoding": {"y": {"datum": float(level)}}})
    spec = {
        "data": {"values": rows},
        "facet": {"field": "coordinate", "type": "ordinal", "title": kind},
        "columns": 4,
        "spec": {"layer": marks, "width": 130, "height": 60},
        "background": "white",
    }
    return str(vl_convert.vegalite_to_svg(json.dumps(spec), vl_version="5.20", allowed_base_urls=[]))


def main(arguments: Sequence[str]) -> None:
    """Measure, print, write page and pictures."""
    data_sets = int(arguments[0]) if arguments else DATA_SETS
    gamma = band(data_sets)
    head = ["likelihood", "data sets", "coordinates", "least χ² p", "within χ²", "outside the ECDF band"]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for kind in KINDS:
        found = ranks(kind, data_sets, workers=2)
        told = summary(kind, found, gamma)
        (PICTURES / f"sbc-{kind}.svg").write_text(histogram(kind, found), "utf-8")
        row = [kind, data_sets, told["coordinates"], f"{told['chi_p']:.3f}"]
        row += ["yes" if told["chi_ok"] else "no", told["outside"]]
        lines.append(f"| {' | '.join(map(str, row))} |")
        print(lines[-1], flush=True)
    curve = ["| acts | true one of three first |", "| --- | --- |"]
    for acts in (2, 5, 10, 20, 40, 80):
        share = np.mean(map_ordered(partial(leads, acts), list(range(200)), workers=2))
        error = float(np.sqrt(share * (1 - share) / 200))
        curve.append(f"| {acts} | {100 * share:.0f} % ± {100 * error:.0f} |")
        print(curve[-1], flush=True)
    start, end = "<!-- measured -->\n", "<!-- end -->"
    page = PAGE.read_text("utf-8")
    before, after = page.split(start)[0], page.split(end)[1]
    pictures = [f"![Rank histograms: {kind}](../images/sbc-{kind}.svg)" for kind in KINDS]
    measured = "\n".join(["", *lines, "", *curve, "", *pictures, ""])
    PAGE.write_text(f"{before}{start}{measured}{end}{after}", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
