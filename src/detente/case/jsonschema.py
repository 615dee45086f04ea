"""The JSON Schema of case.yaml, for editors that complete and check while typing."""

from __future__ import annotations

import json
from typing import Any

from detente.case.form import CaseForm


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of format 1, generated from the models that read it.

    It knows keys and kinds of values; names, sums and limits are what `check` is for.

    >>> schema()["properties"]["format"]
    {'const': 1, 'title': 'Format'}
    """
    found = CaseForm.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def schema_text() -> str:
    """The schema as it is committed in docs/reference/case.schema.json."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"
