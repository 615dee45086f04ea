"""Writing Genius XML: a domain, and a linear or a hyper-rectangle profile per party."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from detente.deals.formats.profiles import CLOSE, largest_utilities, most_possible
from detente.deals.formats.writing import additive_tables, require_names, require_plain
from detente.deals.space import DealSpace, Factor, FloatArray, TableFactor
from detente.errors import InputError

MOST_BOXES = 100_000
"""Hyper-rectangles of one profile."""

_TITLE = "Genius XML"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ROOT = '  <objective index="0" name="root" description="" type="objective" etype="objective">'


def write_genius(space: DealSpace, path: Path) -> tuple[Path, ...]:
    """Write a folder: `domain.xml` and a profile named after each party.

    Linear profiles where every party's utility is a sum over issues of points at or above 0; else
    hyper-rectangles, which Genius knows over integer issues only, so that option names must then be
    whole numbers in sequence. Raises InputError naming all that Genius cannot hold: rules (see
    `require_plain`), utilities above 1, reservation values outside 0..1, caps other than 1. Cost: cells
    of the tables; the largest utility of a party where it could exceed 1.
    """
    require_plain(space, _TITLE)
    require_names(space, _TITLE)
    _require_scale(space)
    parties = range(len(space.parties))
    additive = [additive_tables(space, p) for p in parties]
    linear = [tables for tables in additive if tables is not None and min(t.min() for t in tables) >= 0]
    if len(linear) == len(additive):
        kind, domain = "", _discrete(space, None)
        profiles = [_discrete(space, tables) for tables in linear]
    else:
        firsts = _require_numbered(space)
        kind, domain = ' type="nonlinear"', _integer(space, firsts)
        profiles = [domain + _boxes(space, p, firsts) for p in parties]
    path.mkdir(parents=True)
    taken = {name.casefold() for name in space.parties}
    home = next(name for name in _domain_names() if name not in taken)
    texts = [_domain_text(domain, len(space.issues))]
    texts += [_profile_text(b, kind, float(w)) for b, w in zip(profiles, space.no_deal, strict=True)]
    files = [path / f"{name}.xml" for name in (home, *space.parties)]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8", newline="\n")
    return tuple(files)


def _domain_names() -> Iterator[str]:
    yield "domain"
    yield from (f"domain-{k}" for k in count(2))


def _require_scale(space: DealSpace) -> None:
    """Genius' utilities are at most 1, its reservation values on 0..1."""
    wrong = []
    if ((space.no_deal < 0) | (space.no_deal > 1) | ~np.isfinite(space.no_deal)).any():
        wrong.append("worths of no deal outside 0..1")
    cap = np.full(len(space.parties), np.inf) if space.cap is None else space.cap
    most = np.array([most_possible(space.factors, p) for p in range(len(space.parties))])
    if ((most > np.minimum(cap, 1) + CLOSE) & (cap != 1)).any():
        most = np.minimum(most, largest_utilities(space, search=False))
    if ((cap < 1) & (most > cap + CLOSE)).any():
        wrong.append("caps below 1")
    over = (most > 1 + CLOSE) & (cap > 1)
    if over.any():
        names = ", ".join(name for name, above in zip(space.parties, over, strict=True) if above)
        wrong.append(f"utilities above 1 ({names}: divide points by {most[over].max():g})")
    if wrong:
        raise InputError(f"{_TITLE} cannot hold {' nor '.join(wrong)}")


def _require_numbered(space: DealSpace) -> list[int]:
    """First number of each issue whose option names are whole numbers in sequence."""
    firsts, wrong = [], []
    for issue, names in zip(space.issues, space.options, strict=True):
        first = int(names[0]) if names[0].removeprefix("-").isdecimal() and len(names[0]) < 10 else 0
        if list(names) != [str(first + k) for k in range(len(names))]:
            wrong.append(issue)
        firsts.append(first)
    if wrong:
        raise InputError(
            f"{_TITLE} cannot hold option names of {', '.join(wrong[:5])} where utilities are not a sum over "
            "issues of points at or above 0; name options by whole numbers in sequence"
        )
    return firsts


def _discrete(space: DealSpace, tables: list[FloatArray] | None) -> list[str]:
    """Issues with items; with tables, evaluations on 0–1 and the weight that brings back the points."""
    lines, weights = [], []
    for i, (issue, names) in enumerate(zip(space.issues, space.options, strict=True), 1):
        lines.append(f"    <issue {_attributes(i, issue, 'discrete')}>")
        largest = 0.0 if tables is None else float(tables[i - 1].max())
        for k, name in enumerate(names, 1):
            worth = ""
            if tables is not None:
                worth = f' evaluation="{float(tables[i - 1][k - 1]) / largest if largest else 0.0!r}"'
            lines.append(f'      <item index="{k}" value={quoteattr(name)}{worth}/>')
        lines.append("    </issue>")
        weights.append(f'    <weight index="{i}" value="{largest!r}"/>')
    return lines + ([] if tables is None else weights)


def _integer(space: DealSpace, firsts: list[int]) -> list[str]:
    lines = []
    for i, (issue, first, size) in enumerate(zip(space.issues, firsts, space.sizes, strict=True), 1):
        ends = f'lowerbound="{first}" upperbound="{first + size - 1}"'
        lines.append(f"    <issue {_attributes(i, issue, 'integer')} {ends}/>")
    return lines


def _attributes(index: int, name: str, kind: str) -> str:
    return f'index="{index}" name={quoteattr(name)} type="{kind}" etype="{kind}" vtype="{kind}"'


def _boxes(space: DealSpace, party: int, firsts: list[int]) -> list[str]:
    """One function of hyper-rectangles: boxes as they are, tables cell by cell."""
    lines = ['    <utility maxutility="1.0">', '      <ufun type="PlainUfun" weight="1" aggregation="sum">']
    cells = sum(f.table[..., party].size if isinstance(f, TableFactor) else 1 for f in space.factors)
    if cells > MOST_BOXES:
        who = space.parties[party]
        raise InputError(f"{_TITLE} must do with {MOST_BOXES:,} hyper-rectangles, got {cells:,} for {who}")
    for scope, low, high, worth in (box for f in space.factors for box in _parts(f, party)):
        if worth:
            lines.append(f'        <hyperRectangle utility="{worth!r}">')
            for i, a, b in zip(scope, low, high, strict=True):
                ends = f'min="{firsts[i] + a}" max="{firsts[i] + b}"'
                lines.append(f'          <INCLUDES index="{i + 1}" {ends}/>')
            lines.append("        </hyperRectangle>")
    return [*lines, "      </ufun>", "    </utility>"]


def _parts(
    factor: Factor, party: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], float]]:
    if not isinstance(factor, TableFactor):
        yield factor.scope, factor.low, factor.high, float(factor.value[party])
        return
    for cell in np.ndindex(factor.table.shape[:-1]):
        yield factor.scope, cell, cell, float(factor.table[(*cell, party)])


def _domain_text(lines: list[str], issues: int) -> str:
    inside = "\n".join(lines)
    return (
        f'{_HEAD}<negotiation_template>\n<utility_space number_of_issues="{issues}">\n'
        f"{_ROOT}\n{inside}\n  </objective>\n</utility_space>\n</negotiation_template>\n"
    )


def _profile_text(lines: list[str], kind: str, worth: float) -> str:
    inside = "\n".join(lines)
    return (
        f"{_HEAD}<utility_space{kind}>\n{_ROOT}\n{inside}\n  </objective>\n"
        f'  <discount_factor value="1.0"/>\n  <reservation value="{worth!r}"/>\n</utility_space>\n'
    )
