"""Engines beside the level-by-level one: listing where a space is small, a solver where its links are wide.

Both work on options that have been made distinct first: options of an issue that no factor and no rule
tells apart are one.
"""
