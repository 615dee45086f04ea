"""Solution concepts, one file each: what a table might settle on, given what each gains.

Every file of this folder that holds a `CONCEPT` is a concept; nothing else lists them. Adjusted
Winner divides issues instead of choosing packages and stands beside them.
"""

from detente.deals.solutions.adjusted_winner import Division, divide_by_points
from detente.deals.solutions.axioms import AXIOMS, satisfies_axiom
from detente.deals.solutions.choosing import Reranking, Solution, chooser, list_concepts, solve
from detente.deals.solutions.concept import Choose, Concept

__all__ = [
    "AXIOMS",
    "Choose",
    "Concept",
    "Division",
    "Reranking",
    "Solution",
    "chooser",
    "divide_by_points",
    "list_concepts",
    "satisfies_axiom",
    "solve",
]
