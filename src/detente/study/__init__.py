"""The run: as-of date, order of the rooms, seeds and draws → one Study."""

from detente.study.notices import review
from detente.study.run import assess, with_offer, with_price
from detente.study.study import Answer, Offer, Payer, PriceLadder, Sensitivity, Study

__all__ = [
    "Answer",
    "Offer",
    "Payer",
    "PriceLadder",
    "Sensitivity",
    "Study",
    "assess",
    "review",
    "with_offer",
    "with_price",
]
