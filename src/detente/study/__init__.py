"""The run: as-of date, order of the rooms, seeds and draws → one Study."""

from detente.study.checks import check_issue, check_judged_party, check_package_text
from detente.study.holding import holding_of
from detente.study.notices import review
from detente.study.prices import exchange_of
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
    "check_issue",
    "check_judged_party",
    "check_package_text",
    "exchange_of",
    "holding_of",
    "review",
    "with_offer",
    "with_price",
]
