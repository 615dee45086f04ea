"""A study kept in a cache, and what stands for it: the case, all arguments, and the program itself."""

from __future__ import annotations

import hashlib
import json
import pickle
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from detente.case.folder import digest_of, read_folder
from detente.study.cache import Cache

if TYPE_CHECKING:
    from detente.deals.goal_factors import Corrections
    from detente.study.study import Study

PART = "study"
PACKAGE = Path(__file__).parents[1]


def study_key(
    folder: Path,
    *,
    principal: str | None,
    table: Sequence[str] | None,
    as_of: date | None,
    draws: int,
    seed: int,
    as_declared: bool,
) -> str:
    """What stands for one assessment: the text of a case's files, every argument as it was given, the text
    of this program, and the names and versions of all packages beside it.

    A checkout in which any file of the package changed has another key, so nothing stale is ever shown.
    Two ways of saying the same (a default given or left out) have two keys. Raises CaseError where the
    files cannot be read. Cost: reads the package and the case, some 20 ms.
    """
    asked = {
        "case": digest_of(read_folder(folder)),
        "folder": str(folder.resolve()),
        "principal": principal,
        "table": None if table is None else list(table),
        "as_of": None if as_of is None else as_of.isoformat(),
        "draws": draws,
        "seed": seed,
        "as_declared": as_declared,
        "program": program_digest(),
    }
    return hashlib.blake2b(json.dumps(asked, sort_keys=True).encode(), digest_size=24).hexdigest()


def program_digest(package: Path = PACKAGE) -> str:
    """Changes with any file of the package, the interpreter, and any package installed beside it."""
    found = hashlib.blake2b(digest_size=24)
    found.update(f"{sys.version}\0{sys.platform}\0".encode())
    for path in sorted(package.rglob("*")):
        if "__pycache__" not in path.parts and path.is_file():
            found.update(f"{path.relative_to(package)}\0".encode())
            found.update(hashlib.blake2b(path.read_bytes()).digest())
    for place in sys.path:
        folder = Path(place)
        if folder.is_dir():
            installed = sorted(path.name for path in folder.glob("*.dist-info"))
            found.update("\0".join(installed).encode())
    return found.hexdigest()


def bare(study: Study) -> Study:
    """A study without what its spaces hold for every draw: most of its size, and quick to make again."""
    space, claimed = (replace(s, ensemble=None) for s in (study.space, study.space_claimed))
    return replace(study, space=space, space_claimed=claimed)


def with_spaces(study: Study, *, claimed: bool = True) -> Study:
    """A bare study with its space made again, to the last bit, and the one as claimed if that is wanted.

    Cost: a compilation of the case for each, a fifth of a second for 1,000 draws.
    """
    from detente.deals import DealSpace, usual_draws

    known: Corrections = {}
    space = usual_draws(DealSpace.from_case(study.case, study.evidenced, corrections=known))[0]
    if not claimed:
        return replace(study, space=space)
    said = usual_draws(DealSpace.from_case(study.case, study.claimed, corrections=known))[0]
    return replace(study, space=space, space_claimed=said)


def keep_study(cache: Cache, key: str, study: Study) -> None:
    """Keep a study, bare. Cost: some 4 MB for 1,000 draws of a case with twelve parties."""
    cache.put(key, {PART: pickle.dumps(bare(study), protocol=5)})


def kept_study(cache: Cache, key: str) -> Study | None:
    """The study of a key, equal in every number to the one that was kept; None where there is none.

    Cost: as `with_spaces`.
    """
    data = cache.get(key, PART)
    if data is None:
        return None
    found: Study = pickle.loads(data)  # the cache has looked at whose file it is
    return with_spaces(found)
