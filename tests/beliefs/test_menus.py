"""Menus that could teach something, and menus that could not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detente.beliefs import menu_separation
from detente.case import Quantity, load
from detente.case.library import new_case


def test_a_menu_with_equal_pushes_separates_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    case = load(new_case("lune", tmp_path))
    party = case.hypotheses[0].party
    found = menu_separation(case, party)
    assert found
    assert all(nats >= 0 for nats in found.values())
    name = max(found, key=lambda menu: found[menu])
    assert found[name] > 0.01
    goal = case.goals[0].name
    flat = tuple(
        replace(m, alternatives={a: {goal: Quantity(1, 1)} for a in m.alternatives}, cost={})
        for m in case.menus
    )
    assert menu_separation(replace(case, menus=flat), party)[name] == pytest.approx(0.0, abs=1e-12)
    sharper = replace(case, settings=replace(case.settings, gap90_pushes=case.settings.gap90_pushes / 2))
    assert menu_separation(sharper, party)[name] > found[name]
