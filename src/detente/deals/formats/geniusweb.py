"""GeniusWeb JSON: a profile per party, each with the domain inside.

Read: `LinearAdditiveUtilitySpace` (weights sum to 1, utilities of options on 0–1, or linear over a range
of numbers, which is cut into its own steps) and `SumOfGroupsUtilitySpace` (a table over each group of
issues). No deal is a bid of the same worth, `reservationBid`; without one it is worth 0. Utilities are
as GeniusWeb computes them.
Source: GeniusWeb 2 (Jonker, Pasman, Hindriks, Baarslag et al., TU Delft), its profile classes.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from math import prod
from pathlib import Path

import numpy as np

from detente.deals.formats.format import Format
from detente.deals.formats.geniusweb_domain import (
    WIDEST,
    Domain,
    Values,
    names_of,
    read_bid,
    read_domain,
    same_names,
)
from detente.deals.formats.geniusweb_writing import write_geniusweb
from detente.deals.formats.json_reading import (
    Node,
    list_of,
    member,
    number_in,
    object_of,
    read_json,
    text_in,
)
from detente.deals.formats.profiles import Profile, combine, require_room
from detente.deals.formats.reading import Report, raise_errors
from detente.deals.space import DealSpace, Factor, FloatArray, TableFactor
from detente.errors import InputError

LINEAR, GROUPS = "LinearAdditiveUtilitySpace", "SumOfGroupsUtilitySpace"
"""The profiles that give utilities."""

MOST_CELLS = 4_000_000
"""Combinations of options of one group."""

MOST_GROUPED = 30
"""Issues of one group."""

MOST_PARTIES = 100
"""Profiles of one folder."""

_EIGHT = Decimal("1.00000000")


def read_geniusweb(path: Path) -> DealSpace:
    """The space of a profile file (one party), or of a folder with profiles over one domain.

    Parties have the names in the profiles, or of their files where these are not all different; files
    that hold only a domain are passed over, or must be that of the profiles. Raises InputError with
    everything wrong, by file, line and key. Cost: linear in the files and in the cells of groups. It
    will NOT read partial orders, which have no utilities.
    """
    files = _profiles_in(path) if path.is_dir() else [(path, read_json(path))]
    reports = [Report(str(file)) for file, _ in files]
    values: Values = {}
    read: list[tuple[str, str, Profile]] = []
    for (file, node), report in zip(files, reports, strict=True):
        values, profile = _read_profile(node, values, report)
        read.append((profile.name, file.stem, profile))
        require_room([profile for _, _, profile in read])
    raise_errors(reports)
    names = [name for name, _, _ in read]
    if len(set(names)) < len(names) or not all(names):
        names = [stem for _, stem, _ in read]
    parties = [Profile(name, p.factors, p.reservation) for name, (_, _, p) in zip(names, read, strict=True)]
    return combine(names_of(values), parties)


def recognises_geniusweb(path: Path) -> bool:
    """Whether a file starts like a GeniusWeb profile, or a folder holds a file that does."""
    if path.is_dir():
        return any(recognises_geniusweb(file) for file in _json_files(path))
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            start = stream.read(200)
    except OSError:
        return False
    return (
        re.match(
            rb'[\xef\xbb\xbf\s]*\{\s*"\w+UtilitySpace"\s*:|[\xef\xbb\xbf\s]*\{\s*"DefaultPartialO', start
        )
        is not None
    )


def _json_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() == ".json" and p.is_file())


def _profiles_in(folder: Path) -> list[tuple[Path, Node]]:
    """Every profile of a folder: all JSON files but those that hold a domain."""
    files = [(path, read_json(path)) for path in _json_files(folder)]
    found = [(p, n) for p, n in files if not (isinstance(n.value, dict) and "issuesValues" in n.value)]
    if not 1 <= len(found) <= MOST_PARTIES:
        raise InputError(f"{folder} must hold 1 to {MOST_PARTIES} profiles in .json files, got {len(found)}")
    return found


def _read_profile(node: Node, first: Values, report: Report) -> tuple[Values, Profile]:
    """The domain (`first` if there is one, which fixes the order), and the profile over it; an empty
    profile where something is wrong."""
    nothing = Profile("", (), 0.0)
    kinds = list(object_of(report, node))
    if len(kinds) != 1 or kinds[0] not in (LINEAR, GROUPS):
        got = ", ".join(kinds[:3]) or "nothing"
        report.wrong(node, f"must hold one {LINEAR} or {GROUPS}", got, "partial orders have no utilities")
        return first, nothing
    space = object_of(report, node)[kinds[0]]
    values = read_domain(member(report, space, "domain"), report)
    if not values or report.problems:
        return first, nothing
    if first and {i: set(o) for i, o in names_of(first).items()} != {
        i: set(o) for i, o in names_of(values).items()
    }:
        report.wrong(object_of(report, space)["domain"], "must be the domain of the other profiles")
        return first, nothing
    values = first or values
    domain = names_of(values)
    before = len(report.problems)
    if kinds[0] == LINEAR:
        factors = _read_linear(space, values, report)
    else:
        factors = _read_groups(space, domain, report)
    bid = read_bid(object_of(report, space).get("reservationBid"), values, report)
    worth = 0.0
    if bid is not None and len(report.problems) == before:
        worth = sum(
            float(f.table[tuple(bid[i] for i in f.scope)][0]) for f in factors if isinstance(f, TableFactor)
        )
    name = object_of(report, space).get("name")
    return values, Profile(text_in(report, name) or "" if name else "", factors, worth)


def _read_linear(space: Node, values: Values, report: Report) -> tuple[Factor, ...]:
    """One table (options, 1) per issue: weight × utility of the option."""
    weights = object_of(report, member(report, space, "issueWeights"))
    utilities = object_of(report, member(report, space, "issueUtilities"))
    for told, what in ((weights, "issueWeights"), (utilities, "issueUtilities")):
        same_names(set(told), set(values), space, f"{what} must name every issue of the domain", report)
    given = {issue: number_in(report, weights.get(issue), 0.0, 1.0) for issue in values}
    total = sum((weight for weight in given.values() if weight is not None), Decimal(0))
    if all(weight is not None for weight in given.values()) and abs(total - 1) > Decimal("1e-9"):
        report.wrong(space, "issueWeights must sum to 1", f"{total:.12g}")
    factors: list[Factor] = []
    for place, (issue, options) in enumerate(values.items()):
        worth, weight = _option_utilities(utilities.get(issue), options, report), given[issue]
        if worth is not None and weight is not None:
            factors.append(TableFactor((place,), (float(weight) * worth)[:, None]))
    return tuple(factors)


def _option_utilities(
    node: Node | None, options: dict[str, Decimal | None], report: Report
) -> FloatArray | None:
    """(options,) utilities on 0–1, in the order of the domain."""
    content = object_of(report, node)
    if node is None:
        return None
    numbers = [value for value in options.values() if value is not None]
    if "NumberValueSetUtilities" in content and numbers:
        return _line(content["NumberValueSetUtilities"], numbers, report)
    wanted = "NumberValueSetUtilities" if numbers else "DiscreteValueSetUtilities"
    if list(content) != ["DiscreteValueSetUtilities"] or numbers:
        report.wrong(node, f"must hold {wanted}", ", ".join(list(content)[:3]) or "nothing")
        return None
    told = object_of(report, member(report, content["DiscreteValueSetUtilities"], "valueUtilities"))
    told = {name.strip(): worth for name, worth in told.items()}
    if not same_names(set(told), set(options), node, "must give every value of the issue a utility", report):
        return None
    worths = [number_in(report, told[option], 0.0, 1.0) for option in options]
    return None if None in worths else np.array([float(w) for w in worths if w is not None])


def _line(node: Node, numbers: list[Decimal], report: Report) -> FloatArray | None:
    """Utilities on the line through the two ends, to eight places as GeniusWeb rounds."""
    low, high = (
        number_in(report, member(report, node, f"{e}Value"), -WIDEST, WIDEST) for e in ("low", "high")
    )
    worst, best = (number_in(report, member(report, node, f"{e}Utility"), 0.0, 1.0) for e in ("low", "high"))
    if low is None or high is None or worst is None or best is None:
        return None
    if low >= high or low != numbers[0] or numbers[-1] > high:
        report.wrong(node, "must have lowValue and highValue at the ends of the range of the issue")
        return None
    worths = [worst + (best - worst) * (x - low) / (high - low) for x in numbers]
    return np.array([float(w.quantize(_EIGHT, rounding=ROUND_HALF_UP)) for w in worths])


def _read_groups(space: Node, domain: Domain, report: Report) -> tuple[Factor, ...]:
    """One table per group of issues: what is not listed is worth 0."""
    places = {issue: place for place, issue in enumerate(domain)}
    covered: list[str] = []
    factors: list[Factor] = []
    most = 0.0
    for part in object_of(report, member(report, space, "partUtilities")).values():
        content = object_of(report, part)
        inner = content.get("PartsUtilities", content.get("partsutils"))
        if inner is None:
            report.wrong(part, "must hold PartsUtilities")
            continue
        names = [text_in(report, n) for n in list_of(report, member(report, inner, "issues"))]
        issues = [name for name in names if name in places]
        covered += issues
        if len(issues) < len(names) or not issues or len(set(covered)) < len(covered):
            report.wrong(inner, "must name issues of the domain, each in one group and once")
            return ()
        table = _group_table(inner, issues, domain, report)
        order = sorted(range(len(issues)), key=lambda k: places[issues[k]])
        if table is not None:
            most += float(table.max())
            scope = tuple(places[issues[k]] for k in order)
            factors.append(TableFactor(scope, table.transpose(order)[..., None]))
            require_room([Profile("", tuple(factors), 0.0)])
    if sorted(covered) != sorted(domain):
        report.wrong(space, "groups must cover every issue of the domain once")
    if most > 1 + 1e-9:
        report.wrong(space, "largest utilities of the groups must sum to at most 1", f"{most:.12g}")
    return tuple(factors)


def _group_table(node: Node, issues: list[str], domain: Domain, report: Report) -> FloatArray | None:
    sizes = [len(domain[issue]) for issue in issues]
    if prod(sizes) > MOST_CELLS or len(sizes) > MOST_GROUPED:
        must = f"must group at most {MOST_GROUPED} issues with {MOST_CELLS:,} combinations of options"
        report.wrong(node, must, f"{len(sizes)} with {prod(sizes):,}")
        return None
    at = [{option: k for k, option in enumerate(domain[issue])} for issue in issues]
    table, seen = np.zeros(sizes), set()
    for entry in list_of(report, member(report, node, "utilslist")):
        texts = [text_in(report, n) for n in list_of(report, member(report, entry, "values"))]
        worth = number_in(report, member(report, entry, "util"), 0.0, 1.0)
        cell = tuple(k[t] for k, t in zip(at, texts, strict=False) if t is not None and t in k)
        if len(texts) != len(issues) or len(cell) != len(issues) or cell in seen:
            report.wrong(entry, "values must be one option of each issue of the group, each combination once")
        elif worth is not None:
            seen.add(cell)
            table[cell] = float(worth)
    return table


FORMAT = Format(
    name="geniusweb",
    title="GeniusWeb JSON",
    about="Keeps issues, options and utilities on 0–1; no deal must be worth 0 or exactly what some package "
    "is worth, and rules of who must consent cannot be held.",
    source="GeniusWeb (TU Delft), classes LinearAdditiveUtilitySpace and SumOfGroupsUtilitySpace",
    recognises=recognises_geniusweb,
    read=read_geniusweb,
    write=write_geniusweb,
)
