"""The formats that are there: every file of this folder that holds an IMPORTER."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from detente.case.importers.importer import Importer
from detente.case.problems import nearest, shown
from detente.errors import InputError


@cache
def list_importers() -> dict[str, Importer]:
    """Importers by name.

    >>> "unga" in list_importers()
    True
    """
    folder = import_module(__name__.rpartition(".")[0])
    modules = [
        import_module(f"{folder.__name__}.{found.name}") for found in pkgutil.iter_modules(folder.__path__)
    ]
    found = [module.IMPORTER for module in modules if hasattr(module, "IMPORTER")]
    return {known.name: known for known in sorted(found, key=lambda importer: importer.name)}


def named_importer(name: str) -> Importer:
    """The importer of a name; raises InputError with the nearest one."""
    known = list_importers()
    if name not in known:
        raise InputError(
            f"format must be one of {', '.join(known)}, got {shown(name)}; {nearest(name, known, 'formats')}"
        )
    return known[name]
