"""Everyone at once: the joint chance of a yes, the price of overruling, and draws apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.case import load
from detente.case.library import new_case
from detente.deals import (
    ConsentRule,
    DealSpace,
    all_say_yes,
    draw_gains,
    overrule_costs,
    says_yes,
    usual_draws,
)
from detente.study import assess


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> DealSpace:
    case = load(new_case("lune", tmp_path_factory.mktemp("chances")))
    return replace(
        assess(case, draws=60).space, conditions=(), forbid=(), consents=(), keeps=(), deliveries=()
    )


def test_with_nobody_to_ask_it_is_the_table_alone(space: DealSpace) -> None:
    package = np.ones((1, len(space.issues)), dtype=np.int64)
    gained = draw_gains(space, package)[:, 0, list(space.table)]
    each = 1 / (1 + np.exp(-np.log(9) / 10 * (gained - np.maximum(space.margin[list(space.table)], 0))))
    assert all_say_yes(space, package, 10.0)[0] == pytest.approx(each.prod(axis=1).mean())


def test_more_consents_and_strings_never_help(space: DealSpace) -> None:
    package = np.ones((1, len(space.issues)), dtype=np.int64)
    outside = next(p for p in range(len(space.parties)) if p not in space.table)
    asked = replace(space, consents=(ConsentRule(0, (1,), outside),))
    alone, more = all_say_yes(space, package, 10.0)[0], all_say_yes(asked, package, 10.0)[0]
    assert more < alone
    assert more <= says_yes(asked, package, 10.0)[0, outside] + 1e-12
    barred = replace(space, forbid=(((0, (1,)),),))
    assert all_say_yes(barred, package, 10.0)[0] == 0.0


def test_overruling_is_paid_once_for_every_refusal() -> None:
    rules = tuple(ConsentRule(i, (1,), by=2, overruled_by=0, cost=cost) for i, cost in ((0, 1.5), (1, 2.0)))
    made = DealSpace.from_arrays(
        options=[2, 2],
        unary=[[[0, 0, 0], [5, 1, -3]], [[0, 0, 0], [5, 1, -3]]],
        no_deal=[0, 0, 0],
        table=(0, 1),
        consents=rules,
    )
    packages = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    assert overrule_costs(made, packages)[:, 0].tolist() == [0.0, 1.5, 2.0, 3.5]
    assert not overrule_costs(made, packages)[:, 1:].any()
    willing = replace(made, no_deal=np.array([0.0, 0.0, -9.0]))
    assert not overrule_costs(willing, packages).any()


def test_draws_with_another_no_deal_are_set_apart(space: DealSpace) -> None:
    same, all_usual = usual_draws(space)
    assert same is space
    assert all_usual.all()
    assert space.ensemble is not None
    other = space.ensemble.no_deal_packages.copy()
    other[::3, 0] = 1
    mixed = replace(space, ensemble=replace(space.ensemble, no_deal_packages=other))
    kept, usual = usual_draws(mixed)
    assert usual.tolist() == [k % 3 != 0 for k in range(space.ensemble.draws)]
    package = np.ones((1, len(space.issues)), dtype=np.int64)
    assert draw_gains(kept, package) == pytest.approx(draw_gains(space, package)[usual])
