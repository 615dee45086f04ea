"""Files whose values are exchanged for odd ones, moved, doubled or dropped: read, or refused in one way."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.deals.acceptance import acceptable
from detente.deals.formats.detente_json import space_from_plain
from detente.deals.formats.negmas_reading import scenario_from_plain
from detente.deals.formats.plain_text import parse_yaml
from detente.deals.space import DealSpace, utilities
from detente.errors import InputError

SAMPLES = Path(__file__).parent / "samples"
ODD: list[Any] = [
    *(None, True, -1, 0, 7, 3.5, -0.0, 10**9, 10**400, 1e308, float("nan"), float("inf")),
    *("", "x", "0", "\ud800", [], {}, [[]], [None], [0, 0], [1, 2, 3], {"a": 1}, {1: 2}, ("a",)),
    *({"type": "LinearFun"}, {"type": "TableFun"}, {"type": []}, [[[[[]]]]]),
]
Reads = Callable[[random.Random], DealSpace]


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from paths(value[key], (*before, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def damaged(value: Any, rng: random.Random) -> Any:
    value = copy.deepcopy(value)
    for _ in range(rng.choice([1, 1, 2, 4])):
        known = list(paths(value))
        path = rng.choice(known)
        if not path:
            continue
        home, way = at(value, path[:-1]), rng.random()
        if way < 0.6:
            home[path[-1]] = copy.deepcopy(rng.choice(ODD))
        elif way < 0.75:
            del home[path[-1]]
        elif way < 0.9:
            home[path[-1]] = copy.deepcopy(at(value, rng.choice(known)))
        elif isinstance(home, list):
            home.append(copy.deepcopy(home[0]))
        else:
            home["extra"] = 1
    return value


def own_file(name: str) -> Reads:
    given = json.loads((SAMPLES / "detente_json" / name).read_text("utf-8"))
    return lambda rng: space_from_plain(damaged(given, rng))


def scenario(folder: str, domain: str, parse: Callable[[str], Any]) -> Reads:
    parts = {f.stem: parse(f.read_text("utf-8")) for f in sorted((SAMPLES / "negmas" / folder).iterdir())}

    def read(rng: random.Random) -> DealSpace:
        victim = rng.choice(list(parts))
        given = {**parts, victim: damaged(parts[victim], rng)}
        return scenario_from_plain(
            (domain, given[domain]), [(k, given[k]) for k in given if k != domain]
        ).space

    return read


READERS = {
    "ferry": own_file("ferry.space.json"),
    "scales": own_file("scales.space.json"),
    "lease": scenario("lease", "lease", lambda text: parse_yaml(text, "f")),
    "survey": scenario("survey", "domain", json.loads),
}


@pytest.mark.parametrize("name", READERS)
def test_odd_values_are_read_or_refused(name: str) -> None:
    refused = 0
    for seed in range(400):
        try:
            space = READERS[name](random.Random(seed))
        except InputError as error:
            assert str(error)
            refused += 1
            continue
        rows = np.stack([np.zeros(len(space.issues), dtype=np.int64), np.array(space.sizes) - 1])
        assert np.isfinite(utilities(space, rows)).all()
        acceptable(space, rows)
    assert 200 < refused < 400
