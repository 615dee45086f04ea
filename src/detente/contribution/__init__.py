"""What each really brings: claims graded and pooled, cover of tasks, added value, hype, fair shares."""

from detente.contribution.capability import read_capabilities, read_measure
from detente.contribution.coalitions import added_cover, coalition_value, value_table
from detente.contribution.coverage import cover
from detente.contribution.joining import shapley, shapley_draws
from detente.contribution.measuring import measure_contribution
from detente.contribution.result import (
    Added,
    Capabilities,
    ContributionResult,
    MeasureReading,
    MethodCost,
    Spread,
    Total,
)

__all__ = [
    "Added",
    "Capabilities",
    "ContributionResult",
    "MeasureReading",
    "MethodCost",
    "Spread",
    "Total",
    "added_cover",
    "coalition_value",
    "cover",
    "measure_contribution",
    "read_capabilities",
    "read_measure",
    "shapley",
    "shapley_draws",
    "value_table",
]
