"""Genius XML: a domain file and one profile file per party, as the ANAC competitions used them.

Utilities stay as Genius computes them, on 0–1; no deal is worth a party's reservation value, 0 where
the file has none. Where a sum can exceed 1, the space has a cap of 1, as Genius clips. Discount factors
have no place in a space: `read_discounts` tells them. `read_notes` tells what is legal but odd.
Source: Genius 10.4 (Lin et al. 2014, Computational Intelligence 30), its own evaluators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from detente.deals.formats.format import Format
from detente.deals.formats.genius_boxes import read_boxes
from detente.deals.formats.genius_domain import Issue, find_objective, match_issues, read_issues
from detente.deals.formats.genius_linear import read_linear
from detente.deals.formats.genius_rules import read_rules
from detente.deals.formats.genius_writing import write_genius
from detente.deals.formats.profiles import Profile, combine, require_room
from detente.deals.formats.reading import Report, decode, raise_errors, read_text
from detente.deals.formats.xml_reading import Element, number_of, parse_xml
from detente.deals.space import DealSpace, Factor
from detente.errors import InputError, Problem

DOMAIN, PROFILE = "negotiation_template", "utility_space"
"""Root elements of the two kinds of file."""

MOST_PARTIES = 100
"""Profiles of one domain."""

_READERS: dict[str, Callable[[Element, tuple[Issue, ...], tuple[Issue, ...], Report], tuple[Factor, ...]]] = {
    "linear": read_linear,
    "uncertain": read_linear,
    "nonlinear": lambda objective, domain, own, report: read_boxes(objective, domain, report),
    "constraint": lambda objective, domain, own, report: read_rules(objective, domain, report),
}
_BELONGS = {"utility": "nonlinear", "rules": "constraint"}


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    root: Element
    report: Report = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Scenario:
    """What the files say: the issues, and each party's profile, with a report per file."""

    issues: tuple[Issue, ...]
    profiles: tuple[Profile, ...]
    reports: tuple[Report, ...]


def read_genius(path: Path) -> DealSpace:
    """The space of a folder (one domain and all its profiles), a domain file, or a single profile.

    A domain file brings all profiles beside it; with several domains in the folder, those that fit it.
    A profile alone makes a space of one party. Parties have the names of their files, in natural order.
    Raises InputError with everything wrong, by file and line. Cost: linear in the files, and in the
    combinations of issues that the rules of constraint profiles tie together. It will NOT read real
    issues (`read_profiles` can cut them into steps).
    """
    return _space(_load(path))


def read_profiles(
    domain: Path, profiles: Sequence[Path], *, steps: int | None = None, names: Sequence[str] | None = None
) -> DealSpace:
    """The space of a domain file and the profile files given, in their order.

    `steps`: options to cut each real issue into (2 or more), ends included; utilities between them are
    then not seen. `names`: of the parties, by default those of the files. Raises InputError as
    `read_genius`, and where a file is not what it is given as.
    """
    if steps is not None and not 2 <= steps <= 10_000:
        raise InputError(f"steps must be from 2 to 10000, got {steps}")
    told = [path.stem for path in profiles] if names is None else list(names)
    if len(told) != len(profiles) or len(set(told)) != len(told) or not told:
        raise InputError(f"names must be one for each of {len(profiles)} profiles, all different, got {told}")
    template = _open(domain, DOMAIN)
    return _space(_read(template, [_open(path, PROFILE) for path in profiles], told, steps))


def read_discounts(path: Path) -> dict[str, float]:
    """The discount factor of each party, 1 where there is none: the share of a utility that is left at
    the end of the time there is. Paths and errors as `read_genius`."""
    return {profile.name: profile.discount for profile in _load(path).profiles}


def read_notes(path: Path) -> tuple[Problem, ...]:
    """What is legal but odd: a rule that can never apply, types that disagree, a profile type of which
    only a part counts. Paths and errors as `read_genius`."""
    return tuple(p for report in _load(path).reports for p in report.problems if p.severity != "error")


def recognises_genius(path: Path) -> bool:
    """Whether a file starts as a Genius domain or profile, or a folder holds a file that does."""
    if path.is_dir():
        return any(_root_of(file) is not None for file in _xml_files(path))
    return _root_of(path) is not None


def _space(scenario: _Scenario) -> DealSpace:
    options = {issue.name: issue.options for issue in scenario.issues}
    return combine(options, scenario.profiles)


def _load(path: Path) -> _Scenario:
    if path.is_dir():
        files = _files_in(path)
        domains = [file for file in files if file.root.tag == DOMAIN]
        if len(domains) != 1:
            got = ", ".join(file.path.name for file in domains) or "none"
            raise InputError(f"{path} must hold one domain file (<{DOMAIN}>), got {got}; name one of several")
        return _with_profiles(domains[0], [file for file in files if file.root.tag == PROFILE])
    file = _open(path, None)
    if file.root.tag == PROFILE:
        return _read(None, [file], [path.stem], None)
    files = [other for other in _files_in(path.parent) if other.path.name != path.name]
    profiles = [other for other in files if other.root.tag == PROFILE]
    if any(other.root.tag == DOMAIN for other in files):
        profiles = [other for other in profiles if _fits(file, other)]
    return _with_profiles(file, profiles)


def _with_profiles(domain: _File, profiles: list[_File]) -> _Scenario:
    if not 1 <= len(profiles) <= MOST_PARTIES:
        must = f"must have 1 to {MOST_PARTIES} profiles (<{PROFILE}>) beside it"
        raise InputError(f"{domain.path} {must}, got {len(profiles)}")
    try:
        return _read(domain, profiles, [file.path.stem for file in profiles], None)
    except InputError as error:
        if len(profiles) == 1:
            raise
        hint = (
            "if a file here is no party's profile, give the others by name: read_profiles(domain, profiles)"
        )
        raise InputError(f"{error}\n{hint}") from None


def _files_in(folder: Path) -> list[_File]:
    """The Genius files of a folder in natural order of names; lists of points beside them do not count."""
    texts = {path: read_text(path) for path in _xml_files(folder)}
    files = [_parsed(path, text) for path, text in texts.items() if not _is_point_list(text)]
    return [file for file in files if file.root.tag in (DOMAIN, PROFILE)]


def _xml_files(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.suffix.lower() == ".xml" and path.is_file()]
    return sorted(found, key=lambda path: _natural(path.name))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that puts profile-2 before profile-10."""
    return tuple((len(part), part) if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name))


def _is_point_list(text: str) -> bool:
    """Whether a text holds nothing but numbers, as the published lists of Pareto points do."""
    return bool(text.strip()) and not re.search(r"[^0-9eE+\-.,;\s]", text)


def _open(path: Path, tag: str | None) -> _File:
    file = _parsed(path, read_text(path))
    wanted = (DOMAIN, PROFILE) if tag is None else (tag,)
    if file.root.tag not in wanted:
        must = " or ".join(f"<{name}>" for name in wanted)
        raise InputError(f"{path}:{file.root.line} must start with {must}, got <{file.root.tag}>")
    return file


def _parsed(path: Path, text: str) -> _File:
    return _File(path, parse_xml(text, str(path)), Report(str(path)))


def _root_of(path: Path) -> str | None:
    """DOMAIN or PROFILE by the first element of a file; None for anything else."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as stream:
            text = decode(stream.read(4096), str(path))
    except (OSError, InputError):
        return None
    first = re.search(r"<([A-Za-z_][\w.-]*)", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    return first.group(1) if first and first.group(1) in (DOMAIN, PROFILE) else None


def _fits(domain: _File, profile: _File) -> bool:
    """Whether the issues of a profile are those of the domain, by index and name."""
    known = []
    for file in (domain, profile):
        objective = find_objective(file.root, Report(file.report.file))
        issues = read_issues(objective, Report(file.report.file), steps=2) if objective else ()
        known.append({(issue.index, issue.name) for issue in issues})
    return known[0] == known[1]


def _read(domain: _File | None, files: Sequence[_File], names: Sequence[str], steps: int | None) -> _Scenario:
    """Read everything, then raise all errors at once."""
    home = domain or files[0]
    objective = find_objective(home.root, home.report)
    issues = read_issues(objective, home.report, steps=steps) if objective else ()
    reports = tuple(file.report for file in files) + ((domain.report,) if domain else ())
    if domain is not None:
        raise_errors([domain.report])
    profiles: list[Profile] = []
    for file, name in zip(files, names, strict=True):
        profiles.append(_read_profile(file, name, issues, steps, alone=domain is None))
        require_room(profiles)
    raise_errors(list(reports))
    return _Scenario(issues, tuple(profiles), reports)


def _read_profile(
    file: _File, name: str, issues: tuple[Issue, ...], steps: int | None, *, alone: bool
) -> Profile:
    root, report = file.root, file.report
    objective = find_objective(root, report) if not alone else next(iter(root.all("objective")), None)
    kind = root.attributes.get("type", "linear").strip().lower()
    if kind not in _READERS:
        report.wrong(root, f"type must be {', '.join(_READERS)}", repr(kind))
    factors: tuple[Factor, ...] = ()
    if objective is not None and kind in _READERS:
        own = issues if alone else _own_issues(objective, issues, kind, report, steps)
        for tag, belongs in _BELONGS.items():
            for element in objective.all(tag):
                if kind != belongs:
                    report.wrong(element, f"must stand in a profile of type {belongs}", kind)
        factors = _READERS[kind](objective, issues, own, report)
    if kind == "uncertain":
        report.odd(
            root, "is read as the linear profile behind it", "uncertain", "what is not known is left out"
        )
    reservation, discount = _extra(root, report)
    return Profile(name, factors, reservation, discount, clipped=kind != "constraint")


def _own_issues(
    objective: Element, issues: tuple[Issue, ...], kind: str, report: Report, steps: int | None
) -> tuple[Issue, ...]:
    """The issues as the profile tells them; only linear profiles must."""
    own: tuple[Issue, ...] = ()
    if kind in ("linear", "uncertain") or objective.all("issue") or objective.all("objective"):
        own = read_issues(objective, report, steps=steps)
        match_issues(issues, own, report)
    return own


def _extra(root: Element, report: Report) -> tuple[float, float]:
    """Reservation value (0 where there is none) and discount factor (1 where there is none, or 0)."""
    found = []
    for tag, default in (("reservation", 0.0), ("discount_factor", 1.0)):
        elements = root.all(tag)
        if len(elements) > 1:
            report.wrong(elements[1], "must stand once")
        given = number_of(report, elements[0], "value", low=0.0, high=1.0) if elements else default
        found.append(default if given is None else given)
    return found[0], found[1] or 1.0


FORMAT = Format(
    name="genius",
    title="Genius XML",
    about="Keeps issues, options, utilities on 0–1 and reservation values; discount factors are told apart, "
    "and rules of who must consent cannot be held.",
    source="Genius 10.4 (Lin, Kraus, Baarslag, Tykhonov, Hindriks & Jonker 2014)",
    recognises=recognises_genius,
    read=read_genius,
    write=write_genius,
)
