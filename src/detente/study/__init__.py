"""The run: as-of date, order of the rooms, seeds and draws → one Study.

The door of the room; names load when first used, so that what is kept is shown without loading what made it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.study.cache import Cache
    from detente.study.checks import check_issue, check_judged_party, check_package_text
    from detente.study.holding import holding_of
    from detente.study.keeping import keep_study, kept_study, study_key
    from detente.study.notices import review
    from detente.study.over_time import odds_of
    from detente.study.prices import exchange_of
    from detente.study.run import assess, with_offer, with_price
    from detente.study.study import Answer, Offer, Payer, PriceLadder, Sensitivity, Study

__all__ = [
    "Answer",
    "Cache",
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
    "keep_study",
    "kept_study",
    "odds_of",
    "review",
    "study_key",
    "with_offer",
    "with_price",
]

_HOME = {
    "Cache": "cache",
    "assess": "run",
    "check_issue": "checks",
    "check_judged_party": "checks",
    "check_package_text": "checks",
    "exchange_of": "prices",
    "holding_of": "holding",
    "keep_study": "keeping",
    "kept_study": "keeping",
    "odds_of": "over_time",
    "review": "notices",
    "study_key": "keeping",
    "with_offer": "run",
    "with_price": "run",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"detente.study.{_HOME.get(name, 'study')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
