"""Every solution concept is explained, and the table of them is what the code declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.deals.solutions import AXIOMS, list_concepts, list_procedures
from detente.deals.solutions.concept import Concept, Procedure
from docs.generate import solutions

DOCS = Path(__file__).parents[2] / "docs"
THEORY = (DOCS / "theory" / "solutions.md").read_text(encoding="utf-8")
CONCEPTS = list(list_concepts().values())
PROCEDURES = list(list_procedures().values())


@pytest.mark.parametrize("told", [*CONCEPTS, *PROCEDURES], ids=lambda c: c.name)
def test_a_concept_or_procedure_has_its_place_in_the_theory_and_its_source(told: Concept | Procedure) -> None:
    place = THEORY.partition(f"\n## {told.title}\n")[2].partition("\n## ")[0]
    assert len(place) > 100, f"docs/theory/solutions.md must explain {told.title}"
    author, year = told.source.split(" (")[0].split(" &")[0], told.source.partition("(")[2][:4]
    assert year in place
    assert author in place or "as a proposer" in told.source


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_a_procedure_is_the_function_of_its_name(procedure: Procedure) -> None:
    import detente.deals.solutions as folder
    from detente.deals import threats

    run = getattr(folder, procedure.name, None) or getattr(threats, procedure.name)
    assert callable(run)
    assert run.__doc__


def test_every_concept_says_how_it_ranks_lotteries() -> None:
    assert all(concept.mixing is not None for concept in CONCEPTS)


@pytest.mark.parametrize("axiom", AXIOMS)
def test_an_axiom_is_explained(axiom: str) -> None:
    assert f"\n| {axiom.replace('_', ' ')}: " in THEORY
    assert AXIOMS[axiom].__doc__


def test_every_file_of_the_folder_is_found() -> None:
    import detente.deals.solutions as folder

    files = {p.stem for p in Path(folder.__path__[0]).glob("*.py")}
    helpers = {"__init__", "concept", "known", "axioms", "choosing", "lotteries"}
    procedures = {"adjusted_winner", "equal_gain_exchange"}
    assert files - helpers - procedures == {c.name for c in CONCEPTS}


def test_the_table_is_made_from_the_code() -> None:
    assert (DOCS / "reference" / "solutions.md").read_text(encoding="utf-8") == solutions()
