"""Every solution concept is explained, and the table of them is what the code declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.deals.solutions import AXIOMS, list_concepts
from detente.deals.solutions.concept import Concept
from docs.generate import solutions

DOCS = Path(__file__).parents[2] / "docs"
THEORY = (DOCS / "theory" / "solutions.md").read_text(encoding="utf-8")
CONCEPTS = list(list_concepts().values())


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda c: c.name)
def test_a_concept_has_its_place_in_the_theory_and_its_source(concept: Concept) -> None:
    place = THEORY.partition(f"\n## {concept.title}\n")[2].partition("\n## ")[0]
    assert len(place) > 100, f"docs/theory/solutions.md must explain {concept.title}"
    author, year = concept.source.split(" (")[0].split(" &")[0], concept.source.partition("(")[2][:4]
    assert year in place
    assert author in place or "as a proposer" in concept.source


@pytest.mark.parametrize("axiom", AXIOMS)
def test_an_axiom_is_explained(axiom: str) -> None:
    assert f"\n| {axiom.replace('_', ' ')}: " in THEORY
    assert AXIOMS[axiom].__doc__


def test_every_file_of_the_folder_is_found() -> None:
    import detente.deals.solutions as folder

    files = {p.stem for p in Path(folder.__path__[0]).glob("*.py")}
    helpers = {"__init__", "concept", "axioms", "choosing", "adjusted_winner"}
    assert files - helpers == {c.name for c in CONCEPTS}


def test_the_table_is_made_from_the_code() -> None:
    assert (DOCS / "reference" / "solutions.md").read_text(encoding="utf-8") == solutions()
