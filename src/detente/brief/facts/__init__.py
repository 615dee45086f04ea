"""The one set of facts that every page reads."""

from detente.brief.facts.gather import all_numbers, facts_json, gather_facts
from detente.brief.facts.values import Facts, Number

__all__ = ["Facts", "Number", "all_numbers", "facts_json", "gather_facts"]
