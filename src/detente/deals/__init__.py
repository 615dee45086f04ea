"""What can be agreed: the deal space, its frontier, solutions, prices, reasons, and whether it holds.

Reads MODEL sections 1 and 4. Payoffs are given here; where they come from is the business of `case`,
`contribution` and `beliefs`. The door of the room; names load when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.deals.acceptance import Acceptance as Acceptance
    from detente.deals.acceptance import Refusal as Refusal
    from detente.deals.acceptance import acceptable as acceptable
    from detente.deals.acceptance import broken as broken
    from detente.deals.acceptance import consenter_gains as consenter_gains
    from detente.deals.acceptance import is_acceptable as is_acceptable
    from detente.deals.acceptance import keep_values as keep_values
    from detente.deals.acceptance import matches as matches
    from detente.deals.acceptance import needed_consenters as needed_consenters
    from detente.deals.acceptance import overrule_costs as overrule_costs
    from detente.deals.brute import brute_frontier as brute_frontier
    from detente.deals.brute import count_packages as count_packages
    from detente.deals.brute import is_pareto as is_pareto
    from detente.deals.chances import all_say_yes as all_say_yes
    from detente.deals.chances import better_off as better_off
    from detente.deals.chances import consent_probability as consent_probability
    from detente.deals.chances import draw_acceptable as draw_acceptable
    from detente.deals.chances import option_frequency as option_frequency
    from detente.deals.chances import says_yes as says_yes
    from detente.deals.compensation import Compensation as Compensation
    from detente.deals.compensation import Remedy as Remedy
    from detente.deals.compensation import least_compensation as least_compensation
    from detente.deals.corrections import Corrections as Corrections
    from detente.deals.corrections import CorrectionSet as CorrectionSet
    from detente.deals.corrections import find_corrections as find_corrections
    from detente.deals.draw_frontiers import DrawFrontiers as DrawFrontiers
    from detente.deals.draw_frontiers import frontiers_of_draws as frontiers_of_draws
    from detente.deals.draw_frontiers import on_frontier as on_frontier
    from detente.deals.elimination.frontier import relative_epsilon as relative_epsilon
    from detente.deals.elimination.ties import Ties as Ties
    from detente.deals.elimination.ties import list_ties as list_ties
    from detente.deals.elimination.weighted import best_weighted as best_weighted
    from detente.deals.engines import Estimate as Estimate
    from detente.deals.engines import estimate_engines as estimate_engines
    from detente.deals.ensemble import Ensemble as Ensemble
    from detente.deals.ensemble import at_draw as at_draw
    from detente.deals.ensemble import draw_gains as draw_gains
    from detente.deals.ensemble import gains_with_weights as gains_with_weights
    from detente.deals.ensemble import require_ensemble as require_ensemble
    from detente.deals.ensemble import usual_draws as usual_draws
    from detente.deals.exact.aims import Optimum as Optimum
    from detente.deals.exact.aims import optimise as optimise
    from detente.deals.explanation import Explanation as Explanation
    from detente.deals.explanation import Nearby as Nearby
    from detente.deals.explanation import explain as explain
    from detente.deals.formats import Format as Format
    from detente.deals.formats import list_formats as list_formats
    from detente.deals.formats import read_space as read_space
    from detente.deals.formats import recognise as recognise
    from detente.deals.formats import write_space as write_space
    from detente.deals.front import Frontier as Frontier
    from detente.deals.frontier import find_frontier as find_frontier
    from detente.deals.give import who_must_give as who_must_give
    from detente.deals.hold import Deliverer as Deliverer
    from detente.deals.hold import Hold as Hold
    from detente.deals.hold import check_hold as check_hold
    from detente.deals.hold_draws import DelivererDraws as DelivererDraws
    from detente.deals.hold_draws import hold_over_draws as hold_over_draws
    from detente.deals.hold_draws import patience_grid as patience_grid
    from detente.deals.hold_draws import patience_needed as patience_needed
    from detente.deals.levels import goal_range as goal_range
    from detente.deals.levels import level_changes as level_changes
    from detente.deals.levels import lever_change as lever_change
    from detente.deals.nearby import Obstacle as Obstacle
    from detente.deals.phases import Phases as Phases
    from detente.deals.phases import interim_draws as interim_draws
    from detente.deals.phases import interim_losses as interim_losses
    from detente.deals.phases import order_phases as order_phases
    from detente.deals.phases import phases_in as phases_in
    from detente.deals.pivots import BodyVote as BodyVote
    from detente.deals.pivots import pivotal_members as pivotal_members
    from detente.deals.power import Power as Power
    from detente.deals.power import SampledPower as SampledPower
    from detente.deals.power import measure_power as measure_power
    from detente.deals.power import sample_power as sample_power
    from detente.deals.price import Ceiling as Ceiling
    from detente.deals.price import OwnerCeilings as OwnerCeilings
    from detente.deals.price import Price as Price
    from detente.deals.price import ceiling as ceiling
    from detente.deals.price import issue_owners as issue_owners
    from detente.deals.price import owner_ceilings as owner_ceilings
    from detente.deals.price import price_move as price_move
    from detente.deals.rates import Rates as Rates
    from detente.deals.rates import Swap as Swap
    from detente.deals.rates import Trades as Trades
    from detente.deals.rates import exchange_rates as exchange_rates
    from detente.deals.rates import trade_matrix as trade_matrix
    from detente.deals.relaxed import drop_lever as drop_lever
    from detente.deals.relaxed import silence as silence
    from detente.deals.relaxed import threaten as threaten
    from detente.deals.repairs import Repair as Repair
    from detente.deals.repairs import Repairs as Repairs
    from detente.deals.repairs import find_repairs as find_repairs
    from detente.deals.shortfall import Shortfall as Shortfall
    from detente.deals.shortfall import find_shortfalls as find_shortfalls
    from detente.deals.solutions import Division as Division
    from detente.deals.solutions import Exchange as Exchange
    from detente.deals.solutions import Exchanges as Exchanges
    from detente.deals.solutions import Lottery as Lottery
    from detente.deals.solutions import Procedure as Procedure
    from detente.deals.solutions import Solution as Solution
    from detente.deals.solutions import chooser as chooser
    from detente.deals.solutions import divide_by_points as divide_by_points
    from detente.deals.solutions import exchange as exchange
    from detente.deals.solutions import list_concepts as list_concepts
    from detente.deals.solutions import list_procedures as list_procedures
    from detente.deals.solutions import satisfies_axiom as satisfies_axiom
    from detente.deals.solutions import solve as solve
    from detente.deals.solver.branching import optimise_by_branching as optimise_by_branching
    from detente.deals.space import BodyRule as BodyRule
    from detente.deals.space import BoxFactor as BoxFactor
    from detente.deals.space import ConditionRule as ConditionRule
    from detente.deals.space import ConsentRule as ConsentRule
    from detente.deals.space import DealSpace as DealSpace
    from detente.deals.space import DeliveryRule as DeliveryRule
    from detente.deals.space import Factor as Factor
    from detente.deals.space import KeepRule as KeepRule
    from detente.deals.space import TableFactor as TableFactor
    from detente.deals.space import gains as gains
    from detente.deals.space import index_of as index_of
    from detente.deals.space import undone_by as undone_by
    from detente.deals.space import utilities as utilities
    from detente.deals.stability import STABILITY_CONCEPTS as STABILITY_CONCEPTS
    from detente.deals.stability import Conflict as Conflict
    from detente.deals.stability import equilibria as equilibria
    from detente.deals.stability import explain_stability as explain_stability
    from detente.deals.stability import joint_improvements as joint_improvements
    from detente.deals.stability import stable_states as stable_states
    from detente.deals.stability import unilateral_improvements as unilateral_improvements
    from detente.deals.threats import Threats as Threats
    from detente.deals.threats import is_saddle as is_saddle
    from detente.deals.threats import variable_threats as variable_threats
    from detente.deals.threats_bargaining import ThreatMove as ThreatMove
    from detente.deals.threats_moves import threat_moves as threat_moves
    from detente.deals.voting import VotingRule as VotingRule
    from detente.deals.voting import WeightedQuota as WeightedQuota
    from detente.deals.voting import set_council as set_council
    from detente.deals.voting import set_n_of_m as set_n_of_m
    from detente.deals.voting import set_unanimity as set_unanimity
    from detente.deals.voting import set_weighted as set_weighted
    from detente.deals.zopa import Zopa as Zopa
    from detente.deals.zopa import find_zopa as find_zopa

_DOOR = {
    "acceptance": (
        "overrule_costs",
        *(
            "Acceptance",
            "Refusal",
            "acceptable",
            "consenter_gains",
            "is_acceptable",
            "keep_values",
            "broken",
            "matches",
        ),
        "needed_consenters",
    ),
    "brute": ("brute_frontier", "count_packages", "is_pareto"),
    "chances": (
        "all_say_yes",
        "better_off",
        "consent_probability",
        "draw_acceptable",
        "option_frequency",
        "says_yes",
    ),
    "draw_frontiers": ("DrawFrontiers", "frontiers_of_draws", "on_frontier"),
    "ensemble": (
        "usual_draws",
        "Ensemble",
        "at_draw",
        "draw_gains",
        "gains_with_weights",
        "require_ensemble",
    ),
    "explanation": ("Explanation", "Nearby", "explain"),
    "front": ("Frontier",),
    "formats": (
        "Format",
        "list_formats",
        "read_space",
        "recognise",
        "write_space",
    ),
    "exact.aims": (
        "Optimum",
        "optimise",
    ),
    "engines": (
        "Estimate",
        "estimate_engines",
    ),
    "stability": (
        "STABILITY_CONCEPTS",
        "Conflict",
        "equilibria",
        "explain_stability",
        "joint_improvements",
        "stable_states",
        "unilateral_improvements",
    ),
    "voting": (
        "VotingRule",
        "WeightedQuota",
        "set_council",
        "set_n_of_m",
        "set_unanimity",
        "set_weighted",
    ),
    "power": (
        "Power",
        "SampledPower",
        "measure_power",
        "sample_power",
    ),
    "pivots": (
        "BodyVote",
        "pivotal_members",
    ),
    "compensation": (
        "Compensation",
        "Remedy",
        "least_compensation",
    ),
    "rates": (
        "Rates",
        "Swap",
        "Trades",
        "exchange_rates",
        "trade_matrix",
    ),
    "phases": (
        "Phases",
        "interim_draws",
        "interim_losses",
        "order_phases",
        "phases_in",
    ),
    "hold_draws": (
        "DelivererDraws",
        "hold_over_draws",
        "patience_grid",
        "patience_needed",
    ),
    "corrections": (
        "CorrectionSet",
        "Corrections",
        "find_corrections",
    ),
    "give": ("who_must_give",),
    "repairs": (
        "Repair",
        "Repairs",
        "find_repairs",
    ),
    "shortfall": (
        "Shortfall",
        "find_shortfalls",
    ),
    "relaxed": (
        "drop_lever",
        "silence",
        "threaten",
    ),
    "threats": (
        "Threats",
        "is_saddle",
        "variable_threats",
    ),
    "threats_bargaining": ("ThreatMove",),
    "threats_moves": ("threat_moves",),
    "solver.branching": ("optimise_by_branching",),
    "elimination.ties": (
        "Ties",
        "list_ties",
    ),
    "elimination.frontier": ("relative_epsilon",),
    "elimination.weighted": ("best_weighted",),
    "frontier": ("find_frontier",),
    "hold": ("Deliverer", "Hold", "check_hold"),
    "levels": ("goal_range", "level_changes", "lever_change"),
    "nearby": ("Obstacle",),
    "price": (
        *("Ceiling", "OwnerCeilings", "Price", "ceiling", "issue_owners", "owner_ceilings"),
        "price_move",
    ),
    "solutions": (
        *("Exchange", "Exchanges", "Lottery", "Procedure", "exchange", "list_procedures"),
        *("Division", "Solution", "chooser", "divide_by_points", "list_concepts", "satisfies_axiom"),
        "solve",
    ),
    "space": (
        *("BodyRule", "BoxFactor", "ConditionRule", "ConsentRule", "DealSpace", "DeliveryRule", "Factor"),
        *("KeepRule", "TableFactor", "gains", "index_of", "undone_by", "utilities"),
    ),
    "zopa": ("Zopa", "find_zopa"),
}
_HOME = {name: module for module, names in _DOOR.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_HOME)
