"""Variable elimination over the factor graph: the frontier of spaces in which no consents decide.

`frontier_by_elimination`, `estimate` (what it would cost), `best_weighted` (one weighted sum), `list_ties`
(all packages worth the same), `relative_epsilon` (how far a bounded result can be off, as a ratio).
"""

from detente.deals.elimination.cost import Estimate, estimate
from detente.deals.elimination.frontier import frontier_by_elimination, relative_epsilon
from detente.deals.elimination.ties import Ties, list_ties
from detente.deals.elimination.weighted import best_weighted

__all__ = [
    "Estimate",
    "Ties",
    "best_weighted",
    "estimate",
    "frontier_by_elimination",
    "list_ties",
    "relative_epsilon",
]
