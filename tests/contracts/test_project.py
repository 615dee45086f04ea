"""Promises of the project as a whole: what its files may say, what it ships, what it documents."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import detente
from detente.cli.commands import cli
from docs.generate import PAGES
from tests.contracts.tree import ROOT, imports, modules, project_files

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: dict[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
# Brackets around one letter, so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:w[o]rk|f[a]rm|t[m]p|r[o]ot|h[o]me)/[A-Za-z0-9._-]+")
HOSTS = re.compile(r"py[p]i\.org|python[h]osted\.|registry\.np[m]js|deb\.deb[i]an\.")
UNFINISHED = re.compile(
    r"raise NotImpl[e]mentedError|(?:pytest|mark)\.(?:s[k]ip|x[f]ail)|# *(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)"
)


def texts() -> list[tuple[str, str]]:
    """Every text file of the project: name and content."""
    found = []
    for path in project_files():
        try:
            found.append((str(path.relative_to(ROOT)), path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


@pytest.mark.parametrize("pattern", [MACHINE, HOSTS, UNFINISHED], ids=["machine", "hosts", "unfinished"])
def test_no_file_says(pattern: re.Pattern[str]) -> None:
    said = [f"{name}: {hit.group()}" for name, text in texts() for hit in pattern.finditer(text)]
    assert said == []


def test_locks_are_hashed_and_hold_what_is_required() -> None:
    runtime, full = (pins(f"requirements{kind}.lock") for kind in ("", "-dev"))
    groups = PYPROJECT["dependency-groups"]
    assert {name_of(line) for line in PYPROJECT["project"]["dependencies"]} <= {name_of(p) for p in runtime}
    assert {name_of(line) for group in groups.values() for line in group} <= {name_of(p) for p in full}
    assert runtime <= full
    for lock in ROOT.glob("requirements*.lock"):
        pinned = re.findall(r"(?m)^\S+==[^\\\n]*\\$\n    --hash=sha256:", lock.read_text("utf-8"))
        assert len(pinned) == len(pins(lock.name)) > 0


def pins(lock: str) -> set[str]:
    """`name==version ; marker` of every package in a lock."""
    return set(re.findall(r"(?m)^([^\s#][^\\\n]*?) *\\?$", (ROOT / lock).read_text("utf-8")))


def name_of(requirement: str) -> str:
    """The normalised name of a requirement.

    >>> name_of("PyYAML>=6.0"), name_of("types_x==1 ; os")
    ('pyyaml', 'types-x')
    """
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace("_", "-")


CALLED = {
    "yaml": "pyyaml",
    "vl_convert": "vl-convert-python",
    "pydantic_core": "pydantic",
    "markupsafe": "jinja2",
    "arviz_base": "arviz-base",
    "xarray": "arviz-base",
}


def test_what_is_imported_is_required_and_the_other_way_round() -> None:
    """A plain install must hold all that the package imports, extras aside, and nothing that it does not."""
    imported = {CALLED.get(name, name) for path in modules() for name in imports(path)}
    foreign = imported - sys.stdlib_module_names - {"detente"}
    extras = {name_of(line) for lines in EXTRAS.values() for line in lines}
    assert foreign - extras == {name_of(line) for line in PYPROJECT["project"]["dependencies"]}
    assert extras <= foreign


def test_extras_are_loaded_only_when_they_are_used() -> None:
    """Nothing at the door, nor any room's door, may need an extra."""
    code = (
        "import sys, detente, detente.cli.commands, detente.study, detente.brief, detente.deals as deals\n"
        "[getattr(deals, name) for name in deals.__all__]\n"
        "sys.exit(' '.join({'numba', 'ortools'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_each_dependency_says_why() -> None:
    page = (ROOT / "docs" / "decisions" / "dependencies.md").read_text("utf-8").lower()
    required = [
        *PYPROJECT["project"]["dependencies"],
        *(x for lines in EXTRAS.values() for x in lines),
        *(x for x in (ROOT / "bench" / "referees.in").read_text("utf-8").splitlines() if x[0] != "#"),
        *(x for g in PYPROJECT["dependency-groups"].values() for x in g),
    ]
    assert [name for line in required if f"**{(name := name_of(line))}**" not in page] == []


def test_changes_are_told() -> None:
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in log
    assert re.search(r"(?m)^### (Added|Changed|Fixed|Removed)$", log)


def test_commands_are_documented_as_they_are() -> None:
    for path, make in PAGES.items():
        assert path.read_text("utf-8") == make(), f"{path.name} is out of date: ./run docs"
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    shown = CliRunner().invoke(cli, ["--help"]).output
    told = set(re.findall(r"(?m)^## (\S+)$", page))
    assert told == set(cli.commands) == set(re.findall(r"(?m)^  ([a-z]+) ", shown.split("Commands:")[1]))


def test_version_is_one() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert detente.__version__ in result.output


def test_the_wheel_carries_cases_and_types(tmp_path: Path) -> None:
    """Built offline from the checkout, as anybody who installs it would get it."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    cases = {
        f"detente/_cases/{p.relative_to(ROOT / 'cases').as_posix()}"
        for p in (ROOT / "cases").glob("*/case.yaml")
    }
    assert cases
    assert cases | {"detente/py.typed", "detente/engine.py"} <= names
    assert not [name for name in names if name.startswith(("tests", "docs"))]
