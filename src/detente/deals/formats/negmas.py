"""NegMAS scenario folders: a domain and utility functions as YAML or JSON, as its version 0.16 dumps them.

Its XML dumps are Genius files and are read as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detente.deals.formats.format import Format
from detente.deals.formats.negmas_issues import class_name
from detente.deals.formats.negmas_reading import Scenario, scenario_from_plain
from detente.deals.formats.negmas_writing import file_names, plain_from_space
from detente.deals.formats.plain_text import head, parse_json, parse_yaml, read_text, write_text
from detente.deals.space import DealSpace
from detente.errors import InputError, Problem

MOST_FILES = 500
"""Files that are looked at in one folder."""

_ENDS = (".yml", ".yaml", ".json")


def read_negmas(path: Path) -> DealSpace:
    """The space of a scenario folder, or of the folder that a domain file is in.

    One domain (a type that ends in OutcomeSpace) and one or more utility functions, whose files give
    the order of the parties. Values of options stand as text. Raises InputError with every problem,
    each with its file and JSON pointer. Cost: linear in the files; where a reservation value is −∞,
    which stands for the least utility, listing up to a million packages.
    """
    return _read(path).space


def read_notes(path: Path) -> tuple[Problem, ...]:
    """What reading a scenario leaves out or decides, as notices. Cost and errors: as reading."""
    return _read(path).notes


def write_negmas(space: DealSpace, path: Path) -> tuple[Path, ...]:
    """Write a scenario folder in YAML: `domain.yml`, and a numbered file for each party, in order.

    Sums over issues become LinearAdditiveUtilityFunction, all else HyperRectangleUtilityFunction with
    the values of a range listed, so that NegMAS reads it as it is meant. Raises InputError naming what
    NegMAS cannot hold: rules, caps, parties away from the table, more than 100,000 ranges for a party.
    """
    import yaml

    domain, ufuns = plain_from_space(space)
    data = dict(zip(file_names(space), (domain, *ufuns), strict=True))
    dumped = {
        name: yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=True, allow_unicode=True)
        for name, value in data.items()
    }
    return tuple(write_text(path / name, text) for name, text in dumped.items())


def _read(path: Path) -> Scenario:
    folder = path if path.is_dir() else path.parent
    domains, ufuns = [], []
    for file in _files(folder):
        value = _parse(file)
        kind = class_name(value)
        if kind.endswith("OutcomeSpace"):
            domains.append((file.name, value))
        elif "fun" in kind.lower():
            ufuns.append((file.name, value))
    if not path.is_dir():
        domains = [d for d in domains if d[0] == path.name]
    if len(domains) != 1:
        names = ", ".join(name for name, _ in domains) or "none"
        raise InputError(f"{folder} must hold one domain (type …OutcomeSpace), got {names}")
    if not ufuns:
        raise InputError(f"{folder} must hold utility functions (type …Function), got none")
    return scenario_from_plain(domains[0], ufuns)


def _parse(file: Path) -> Any:
    text = read_text(file)
    return parse_json(text, str(file)) if file.suffix == ".json" else parse_yaml(text, str(file))


def _files(folder: Path) -> Iterator[Path]:
    """Files that may be parts of a scenario, by name; those that begin with . or _ are not."""
    try:
        found = sorted(f for f in folder.iterdir() if f.suffix.lower() in _ENDS and f.name[0] not in "._")
    except OSError as error:
        raise InputError(f"{folder} must be readable, got {error.strerror or error}") from None
    if len(found) > MOST_FILES:
        raise InputError(f"{folder} must hold at most {MOST_FILES} files of a scenario, got {len(found)}")
    yield from found


def _looks_so(path: Path) -> bool:
    try:
        files = list(_files(path)) if path.is_dir() else [path] if path.suffix.lower() in _ENDS else []
    except InputError:
        return False
    return any("OutcomeSpace" in head(file, 1_000_000) for file in files)


FORMAT = Format(
    name="negmas",
    title="NegMAS scenario folder (YAML or JSON)",
    about="Issues, utility functions and reservation values; discounts are left out, rules refused.",
    source="NegMAS 0.16, Scenario.dumpas (https://negmas.readthedocs.io)",
    recognises=_looks_so,
    read=read_negmas,
    write=write_negmas,
)
