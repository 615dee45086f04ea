"""What each really brings: claims graded and pooled, cover of tasks, added value, hype, fair shares."""

from detente.contribution.capability import read_capabilities, read_measure
from detente.contribution.coalitions import added_cover, coalition_value, value_table
from detente.contribution.coverage import cover
from detente.contribution.joining import shapley
from detente.contribution.measuring import measure_contribution
from detente.contribution.multilinear import interaction_draws, shapley_draws
from detente.contribution.result import (
    Added,
    Capabilities,
    ContributionResult,
    InTheatre,
    MeasureReading,
    MethodCost,
    Pair,
    Spread,
    TaskCover,
    Total,
)
from detente.contribution.sampling import CoverGame, Joining, Sampled, shapley_sampled

__all__ = [
    "Added",
    "Capabilities",
    "ContributionResult",
    "CoverGame",
    "InTheatre",
    "Joining",
    "MeasureReading",
    "MethodCost",
    "Pair",
    "Sampled",
    "Spread",
    "TaskCover",
    "Total",
    "added_cover",
    "coalition_value",
    "cover",
    "interaction_draws",
    "measure_contribution",
    "read_capabilities",
    "read_measure",
    "shapley",
    "shapley_draws",
    "shapley_sampled",
    "value_table",
]
