"""What makes good, exchange rates, phases and spoilers of a whole case, and their pages."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from rich.console import Console

from detente.brief import compose, facts_json, gather_facts
from detente.brief.document import Table
from detente.brief.facts.prices import exchange_facts
from detente.brief.facts.values import Facts
from detente.brief.terminal import print_section
from detente.case import Case, Lever, Quantity
from detente.deals import DealSpace, gains, utilities
from detente.deals.phases import interim_losses
from detente.errors import InputError
from detente.study import Study, assess, with_offer, with_price
from detente.study.checks import check_issue, check_package_text
from detente.study.holding import holding_of
from detente.study.prices import exchange_of
from tests.study.made_up import template

DRAWS = 40
PACKAGE = "filling=slow,releases=steady,power=more_power,warning=centre"


def number(low: float, high: float, die: str) -> Quantity:
    return Quantity(low=low, high=high, die=die)


def levers(ended: bool) -> tuple[Lever, ...]:
    """The company may cut power off, and keeps a strike up that the package would end."""
    off = {"power_income": number(2, 4, "off")}
    strike = {"power_income": number(4, 6, "strike"), "fields_watered": number(-9, -7, "fields")}
    by = "arvenia_power"
    ends = ({"power": (1,)},) if ended else ()
    free = Lever("power_off", "Power cut off", by, off, number(0.5, 1, "cost"))
    here = Lever("strike", "Strike at the dam", by, strike, number(0, 1, "dues"), date(2031, 5, 1), ends)
    return free, here


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The template, with a power company that the package hurts and that is asked nothing."""
    made = template(str(tmp_path_factory.mktemp("case")))
    filling = replace(made.issues[0], consents=())
    options = list(filling.options)
    options[1] = replace(options[1], effects={**options[1].effects, "power_income": number(-60, -50, "hurt")})
    issues = (replace(filling, options=tuple(options)), *made.issues[1:])
    return replace(made, issues=issues, levers=levers(ended=True))


@pytest.fixture(scope="module")
def study(case: Case) -> Study:
    told = with_offer(assess(case, draws=DRAWS), PACKAGE)
    return with_price(told, issue="releases", deliveries=PACKAGE)


@pytest.fixture(scope="module")
def facts(study: Study) -> Facts:
    return gather_facts(study)


def test_names_are_checked_before_anything_is_computed(case: Case) -> None:
    check_issue(case, None)
    check_issue(case, "power")
    with pytest.raises(InputError, match="did you mean power"):
        check_issue(case, "powr")
    for text in (None, case.proposals[0].name, PACKAGE, " power = more_power , warning=gauges"):
        check_package_text(case, text)
    with pytest.raises(InputError, match="did you mean warning"):
        check_package_text(case, "power=more_power,warnig=gauges")
    with pytest.raises(InputError, match="did you mean gauges"):
        check_package_text(case, "warning=gauge")
    for text in ("", "spring", "power"):
        with pytest.raises(InputError, match="a package must be a proposal"):
            check_package_text(case, text)


def gains_with(study: Study, found: tuple[Lever, ...]) -> np.ndarray:
    """(parties,) gains of the package on the table in a space compiled with other levers."""
    space = DealSpace.from_case(replace(study.case, levers=found), study.evidenced)
    return gains(space, study.offer.package)[0]


def test_spoilers_use_levers_that_pay_them(study: Study) -> None:
    found = {pulled.lever: pulled for pulled in holding_of(study).pulled}
    assert set(found) == {"power_off", "strike"}
    assert (found["power_off"].kept, found["strike"].kept) == (False, True)
    owner = study.party("arvenia_power")
    for pulled in found.values():
        assert pulled.owner == "arvenia_power"
        assert pulled.worth == pytest.approx(pulled.after[owner] - pulled.before[owner])
        assert pulled.worth > 0
        assert 0 < pulled.likely <= 1
        np.testing.assert_allclose(pulled.before, gains(study.space, study.offer.package)[0])
    # Had the package not ended the strike, everybody would get just what keeping it up gives.
    lasting = gains_with(study, levers(ended=False))
    np.testing.assert_allclose(found["strike"].after, lasting, atol=1e-9)
    # What ending a lever takes from everybody, using it brings.
    ended = replace(levers(ended=True)[0], since=date(2031, 5, 1), ended_by=({"power": (1,)},))
    taken, off = gains_with(study, (ended, study.case.levers[1])), found["power_off"]
    np.testing.assert_allclose(taken, off.before - (off.after - off.before), atol=1e-9)


def test_levers_that_do_not_pay_or_do_not_count_are_left(study: Study) -> None:
    free, here = levers(ended=True)
    dear = replace(free, cost=number(50, 60, "cost"))
    aimed = replace(free, name="aimed", against_refusal_of="sorland")
    lifted = replace(free, name="lifted", ended_by=({"power": (1,)},))
    stays = replace(here, name="stays", ended_by=())
    left = replace(study, case=replace(study.case, levers=(dear, aimed, lifted, stays)))
    assert holding_of(left).pulled == ()


def test_orders_are_the_packages_own(study: Study) -> None:
    found = holding_of(study)
    assert found.steps == int((study.offer.package != study.space.no_deal_package).sum()) >= 3
    assert [c.kind for c in found.carrying] == ["single", "together"]
    for carrying in found.carrying:
        want = interim_losses(study.space, study.offer.package, carrying.phases.order)
        np.testing.assert_allclose(carrying.phases.gains, want)
        np.testing.assert_allclose(carrying.worst, want[:-1].min(axis=0))
        assert (carrying.low <= carrying.high).all()
    single, together = found.carrying
    assert single.bound == together.bound is True or together.phases.loss <= single.phases.loss
    spring = with_offer(study, "spring_draft")
    proposed = holding_of(spring).carrying[0]
    assert (proposed.kind, proposed.phases.order[0]) == ("proposed", ("power",))


def test_makers_and_rates_are_about_the_ladders_own_package(study: Study) -> None:
    found = exchange_of(study)
    base = study.prices[0].deliveries
    assert (found.package == base).all()
    assert found.rates.party == study.principal
    principal = study.party(study.principal)
    told = 0
    for ladder in study.prices:
        for rung, anyhow, eligible in ladder.makers:
            row = base.copy()
            row[study.space.issues.index(ladder.issue)] = rung
            lost = utilities(study.space, np.stack([base, row]))[:, principal]
            assert anyhow.points == pytest.approx(lost[0] - lost[1])
            assert all(r.acceptable for r in eligible.remedies)
            assert anyhow.status == eligible.status == "exact"
            told += 1
    assert told > 0


def test_nothing_on_the_table_is_no_holding(study: Study) -> None:
    assert holding_of(replace(study, offer=None)) is None
    assert gather_facts(replace(study, offer=None)).holding is None


def test_pages_fit_a_hundred_columns_and_name_things_as_people_do(study: Study, facts: Facts) -> None:
    """With the exchange rates of Arvenia, which has more to give."""
    upstream = exchange_facts(replace(study, principal="arvenia", prices=()))
    upstream = replace(upstream, around="the package")
    told = replace(facts, exchange=upstream, offer=replace(facts.offer, title="the package"))
    stream = io.StringIO()
    console = Console(file=stream, width=100, highlight=False, emoji=False, markup=False)
    sections = [section for section in compose(told).sections if section.anchor in ("price", "hold")]
    for section in sections:
        print_section(section, console)
    page = stream.getvalue()
    assert max(len(line) for line in page.splitlines()) <= 100
    ids = re.findall(r"\b[a-z]+_[a-z_]+\b", page)
    assert ids == []
    tables = [block for section in sections for block in section.blocks if isinstance(block, Table)]
    titles = [table.title for table in tables]
    for begins in (
        "Carried out one step at a time",
        "If a spoiler uses its lever",
        "Exchange rates of Arvenia",
    ):
        assert any(title.startswith(begins) for title in titles), begins
    assert any(row[0].text == "Strike at the dam (kept up)" for table in tables for row in table.rows)


def test_json_has_what_the_page_has(facts: Facts) -> None:
    price, hold = facts_json(facts, "price"), facts_json(facts, "hold")
    assert '"exchange"' in price and '"holding"' not in price
    assert '"holding"' in hold and '"exchange"' not in hold
    assert facts.holding.orders and facts.exchange.swaps
