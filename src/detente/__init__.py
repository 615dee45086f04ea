"""The public door: `import detente as dt`. Names load when they are first used (PEP 562).

Rooms are nouns and the functions here are verbs, so no name hides a module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.beliefs import infer_beliefs as infer_beliefs
    from detente.beliefs import link_factions as link_factions
    from detente.beliefs import reweigh_priors as reweigh_priors
    from detente.beliefs import to_arviz as to_arviz
    from detente.brief import brief_text as brief_text
    from detente.brief import gather_facts as gather_facts
    from detente.brief import write_brief as write_brief
    from detente.case import check as check
    from detente.case import import_events as import_events
    from detente.case import list_cases as list_cases
    from detente.case import load as load
    from detente.case import new_case as new_case
    from detente.contribution import measure_contribution as measure_contribution
    from detente.contribution import shapley as shapley
    from detente.contribution import shapley_sampled as shapley_sampled
    from detente.deals import BoxFactor as BoxFactor
    from detente.deals import DealSpace as DealSpace
    from detente.deals import TableFactor as TableFactor
    from detente.deals import better_off as better_off
    from detente.deals import check_hold as check_hold
    from detente.deals import explain as explain
    from detente.deals import find_frontier as find_frontier
    from detente.deals import find_zopa as find_zopa
    from detente.deals import price_move as price_move
    from detente.deals import says_yes as says_yes
    from detente.deals import solve as solve
    from detente.errors import CaseError as CaseError
    from detente.errors import DetenteError as DetenteError
    from detente.errors import InputError as InputError
    from detente.study import assess as assess
    from detente.study import odds_of as odds_of

__version__ = "0.1.0"

_HOME = {
    "case": ("check", "import_events", "list_cases", "load", "new_case"),
    "deals": (
        *("BoxFactor", "DealSpace", "TableFactor", "better_off", "check_hold", "explain"),
        *("find_frontier", "find_zopa", "price_move", "says_yes", "solve"),
    ),
    "contribution": ("measure_contribution", "shapley", "shapley_sampled"),
    "beliefs": ("infer_beliefs", "link_factions", "reweigh_priors", "to_arviz"),
    "study": ("assess", "odds_of"),
    "brief": ("brief_text", "gather_facts", "write_brief"),
    "errors": ("CaseError", "DetenteError", "InputError"),
}
_ROOM_OF = {name: f"{__name__}.{room}" for room, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    try:
        room = _ROOM_OF[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value: object = getattr(import_module(room), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF})
