"""What they really want: hypotheses weighed by acts, words and answers.

The door of the room; names load when first used, so that a case without hypotheses does not pay.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.beliefs.arviz import to_arviz
    from detente.beliefs.average import weight_draws
    from detente.beliefs.hypotheses import AS_DECLARED, NONE_OF_THESE
    from detente.beliefs.infer import infer_beliefs
    from detente.beliefs.kinship import link_factions
    from detente.beliefs.levels import LevelPoint, LevelSeries, level_series
    from detente.beliefs.menus import menu_separation
    from detente.beliefs.over_time import as_series
    from detente.beliefs.scorecard import Aims, GoalScore, Scorecard, score_party
    from detente.beliefs.shifting import reweigh_priors
    from detente.beliefs.values import (
        Beliefs,
        Candour,
        HypothesisResult,
        InformationRow,
        OddsSeries,
        RefusalChance,
        RefusalData,
        Scale,
        SourceTell,
        Tell,
    )

__all__ = [
    "AS_DECLARED",
    "NONE_OF_THESE",
    "Aims",
    "Beliefs",
    "Candour",
    "GoalScore",
    "HypothesisResult",
    "InformationRow",
    "LevelPoint",
    "LevelSeries",
    "OddsSeries",
    "RefusalChance",
    "RefusalData",
    "Scale",
    "Scorecard",
    "SourceTell",
    "Tell",
    "as_series",
    "infer_beliefs",
    "level_series",
    "link_factions",
    "menu_separation",
    "reweigh_priors",
    "score_party",
    "to_arviz",
    "weight_draws",
]

_HOME = {
    "AS_DECLARED": "hypotheses",
    "Aims": "scorecard",
    "GoalScore": "scorecard",
    "LevelPoint": "levels",
    "LevelSeries": "levels",
    "NONE_OF_THESE": "hypotheses",
    "Scorecard": "scorecard",
    "infer_beliefs": "infer",
    "level_series": "levels",
    "link_factions": "kinship",
    "menu_separation": "menus",
    "as_series": "over_time",
    "reweigh_priors": "shifting",
    "score_party": "scorecard",
    "to_arviz": "arviz",
    "weight_draws": "average",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"detente.beliefs.{_HOME.get(name, 'values')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
