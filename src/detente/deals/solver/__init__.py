"""Spaces too wide for elimination, told to a solver the short way.

Spaces of wished-for ranges as conflicting patterns without options (`boxes`, `box_frontier`, `box_aims`), and
single aims over any space by branching on linear bounds (`linear`, `branching`), which proves what many
parties on many issues leave open otherwise.
"""
