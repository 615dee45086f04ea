"""Solution concepts, one file each: what a table might settle on, given what each gains.

Every file of this folder that holds a `CONCEPT` is a concept; nothing else lists them. What is no rule on
gains stands beside them as a `PROCEDURE`: Adjusted Winner divides issues, equal-gain exchange swaps
moves, and variable threats (in `deals/threats.py`) choose what no deal would bring.
"""

from detente.deals.solutions.adjusted_winner import Division, divide_by_points
from detente.deals.solutions.axioms import AXIOMS, satisfies_axiom
from detente.deals.solutions.choosing import Lottery, Reranking, Solution, solve
from detente.deals.solutions.concept import Choose, Concept, Procedure
from detente.deals.solutions.equal_gain_exchange import Exchange, Exchanges, exchange
from detente.deals.solutions.known import chooser, list_concepts, list_procedures

__all__ = [
    "AXIOMS",
    "Choose",
    "Concept",
    "Division",
    "Exchange",
    "Exchanges",
    "Lottery",
    "Procedure",
    "Reranking",
    "Solution",
    "chooser",
    "divide_by_points",
    "exchange",
    "list_concepts",
    "list_procedures",
    "satisfies_axiom",
    "solve",
]
