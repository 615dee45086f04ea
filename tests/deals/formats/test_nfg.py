"""The acceptance game for Gambit, read back by a small reader of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from detente.deals.acceptance import acceptable
from detente.deals.brute import list_packages
from detente.deals.formats import read_space, write_space
from detente.deals.formats.nfg import game_text, labels, open_packages
from detente.deals.space import ConsentRule, DealSpace, utilities
from detente.errors import InputError
from tests.deals.random_space import SpaceMaker

SAMPLES = Path(__file__).parent / "samples"
TOKEN = re.compile(r'"((?:\\"|[^"])*)"|([{}])|([^\s{}",]+)')


class Game:
    """Players, strategies, and payoffs by profile, from the outcome version of NFG 1."""

    def __init__(self, text: str) -> None:
        self.tokens = [
            (m[1].replace('\\"', '"'), True) if m[1] is not None else (m[2] or m[3], False)
            for m in TOKEN.finditer(text)
        ]
        self.at = 0
        assert [self.take() for _ in range(3)] == ["NFG", "1", "R"]
        self.title = self.take()
        self.players = self.names()
        self.expect("{")
        self.strategies = [self.names() for _ in self.players]
        self.expect("}")
        self.comment = self.take()
        self.expect("{")
        self.outcomes: list[tuple[str, tuple[float, ...]]] = []
        while self.tokens[self.at][0] == "{":
            self.expect("{")
            name = self.take()
            self.outcomes.append((name, tuple(float(self.take()) for _ in self.players)))
            self.expect("}")
        self.expect("}")
        self.numbers = [int(self.take()) for _ in range(len(self.tokens) - self.at)]

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][0]

    def expect(self, sign: str) -> None:
        assert self.tokens[self.at] == (sign, False)
        self.at += 1

    def names(self) -> list[str]:
        self.expect("{")
        found = []
        while self.tokens[self.at] != ("}", False):
            found.append(self.take())
        self.expect("}")
        return found

    def payoffs(self, profile: tuple[int, ...]) -> tuple[float, ...]:
        """The first player's strategy changes fastest."""
        place, step = 0, 1
        for chosen, names in zip(profile, self.strategies, strict=True):
            place, step = place + chosen * step, step * len(names)
        return self.outcomes[self.numbers[place] - 1][1]


def played(space: DealSpace) -> tuple[Game, np.ndarray]:
    rows = open_packages(space)
    return Game(game_text(space, rows)), rows


@pytest.mark.parametrize("seed", range(25))
def test_payoffs_are_utilities_where_all_name_the_same(seed: int) -> None:
    space = SpaceMaker(seed, most_packages=40).space()
    space = replace(space, table=space.table[:3])
    game, rows = played(space)
    table = list(space.table)
    assert len(game.players) == len(table)
    for profile in product(range(len(rows) + 1), repeat=len(table)):
        agreed = len(set(profile)) == 1 and profile[0] < len(rows)
        worth = utilities(space, rows[profile[0]])[0] if agreed else space.no_deal
        assert game.payoffs(profile) == tuple(worth[table].tolist())
    assert len(game.numbers) == (len(rows) + 1) ** len(table)


@pytest.mark.parametrize("seed", range(25))
def test_offered_is_what_only_the_table_may_refuse(seed: int) -> None:
    """Of a table that wants a deal at any price, which nobody outside notices, X* is what is offered."""
    space = SpaceMaker(seed, most_packages=200).space()
    every = np.concatenate(list(list_packages(space)))
    offered = {tuple(row) for row in open_packages(space).tolist()}
    assert {tuple(row) for row in every[acceptable(space, every)].tolist()} <= offered
    away = set(range(len(space.parties))) - set(space.table)
    outside = [replace(r, overruled_by=None) for r in space.consents if r.by in away]
    space = replace(space, consents=tuple(outside), keeps=(), bodies=())
    conditions = tuple(c for c in space.conditions if c.by < len(space.parties))
    space = replace(space, conditions=conditions, no_deal_package=np.full(len(space.issues), -1))
    seated = np.isin(range(len(space.parties)), space.table)
    eager = replace(space, no_deal=space.no_deal - 1e6 * seated)
    assert open_packages(space).tolist() == every[acceptable(eager, every)].tolist()


def test_a_refusal_from_outside_takes_the_package_off_the_menu() -> None:
    space = DealSpace.from_arrays(
        options=[3],
        unary=[[[0, 0, 0], [1, -1, 1], [2, 1, -1]]],
        no_deal=[0, 0, 0],
        table=[0, 1],
        consents=[ConsentRule(0, (1, 2), 2), ConsentRule(0, (1,), 1)],
    )
    assert open_packages(space).tolist() == [[1]]


def test_names_become_labels_that_gambit_takes() -> None:
    space = read_space(SAMPLES / "csv" / "short.csv")
    odd = replace(
        space,
        parties=('the "board"', "Порт"),
        issues=("quota\\", "saison d'été"),
        options=(("a", "A\t\tb", "c"), ('{"x"}', "x,  y")),
    )
    game, rows = played(odd)
    assert game.players == ['the "board"', "????"]
    assert game.strategies[0][:2] == ['quota/=a, saison d\'ete={"x"}', "quota/=a, saison d'ete=x, y"]
    assert game.strategies[0][-1] == "no deal" and len(set(game.strategies[0])) == len(rows) + 1
    assert all(re.fullmatch(r"[!-~]+( [!-~]+)*", name) for name in game.strategies[0])
    assert labels(["Ж", "Щ", "?"]) == ["?", "? (2)", "? (3)"]


def test_numbers_have_no_exponent_and_come_back() -> None:
    space = DealSpace.from_arrays(options=[1], unary=[[[1e-17, -3e20]]], no_deal=[0.1, 0])
    text = game_text(space, np.array([[0]]))
    assert "e-" not in text and "e+" not in text
    assert Game(text).outcomes[0][1] == (1e-17, -3e20)


def test_games_that_are_too_large_are_refused(tmp_path: Path) -> None:
    large = DealSpace.from_arrays(
        options=[101, 100], unary=[np.zeros((101, 1)), np.zeros((100, 1))], no_deal=[0]
    )
    with pytest.raises(InputError, match="at most 10,000 packages"):
        write_space(large, tmp_path / "a.nfg", "nfg")
    wide = DealSpace.from_arrays(options=[120], unary=[np.ones((120, 3))], no_deal=[0, 0, 0])
    with pytest.raises(InputError, match=r"got 121\^3"):
        write_space(wide, tmp_path / "a.nfg", "nfg")
    assert list(tmp_path.iterdir()) == []


def test_it_is_only_written(tmp_path: Path) -> None:
    space = read_space(SAMPLES / "csv" / "full.csv")
    (file,) = write_space(space, tmp_path / "a.nfg", "nfg")
    with pytest.raises(InputError, match="only written"):
        read_space(file, "nfg")
