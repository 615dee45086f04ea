"""Coded events and roll calls of other people as acts of a case: each format one module of this folder.

A module that holds an `IMPORTER` is a format. What its columns mean for a case is said by the analyst in a
mapping file, not here.
"""

from __future__ import annotations

from detente.case.importers.importer import Importer
from detente.case.importers.into import add_to_case, write_tables
from detente.case.importers.known import list_importers
from detente.case.importers.reading import import_events
from detente.case.importers.result import Group, Imported, Left

__all__ = [
    "Group",
    "Imported",
    "Importer",
    "Left",
    "add_to_case",
    "import_events",
    "list_importers",
    "write_tables",
]
