"""Coded events by the million: `./run bench -k events`, `DETENTE_EVENTS=20000000` for the whole.

Rows of the shape of GDELT 1.0 are written to disk (some 380 bytes each), imported by a process of its own,
whose wall time and peak memory are taken, and deleted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

ROWS = int(os.environ.get("DETENTE_EVENTS", "1000000"))
MAPPING = """
format: 1
parties:
  russia: {country: RUS}
  united_states: {country: USA}
  ukraine: {code: UKR*}
  china: {country: CHN}
  others_united: {name: ["*nations*", "*council*"]}
ignore:
  - {code: "01*", why: words}
kinds:
  - {menu: relations, take: cooperate, code: ["03*", "04*", "05*", "06*"], why: help}
  - {menu: relations, take: coerce, root: ["13", "15", "17", "18", "19"], why: harm}
"""
COUNTRIES = "['RUS', 'USA', 'UKR', 'CHN', 'FRA', 'DEU', 'GBR', 'SYR', 'TUR', 'IRN']"
CODES = "['0311', '042', '190', '112', '036', '051', '173', '010', '020', '1823']"
PLACE = "'4', 'Moscow, Moskva, Russia', 'RS', 'RS48', '55.7522', '37.6156', '-2960561'"
CHILD = """
import json, resource, sys, time
from detente.case import import_events
start = time.perf_counter()
found = import_events([sys.argv[1]], "gdelt-1", sys.argv[2])
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF)
left = sum(item.rows for item in found.left)
print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024,
                  "rows": found.rows, "counted": found.counted, "left": left, "groups": len(found.groups)}))
"""


def write_rows(path: Path, rows: int) -> None:
    """Rows of 58 columns; one key in a thousand comes twice."""
    import duckdb

    actor = f"{COUNTRIES}[1 + (hash({{}}) % 10)::INTEGER]"
    code = f"{CODES}[1 + (hash(range + 3) % 10)::INTEGER]"
    day = "strftime(DATE '2013-01-01' + (range % 1460)::INTEGER, '%Y%m%d')"
    columns = [f"900000000 + range - (range % 1000 = 7)::INTEGER, {day}, '201301', '2013', '2013.0123'"]
    for name in ("range", "range + 7"):
        one = actor.format(name)
        columns.append(f"{one} || 'GOV', 'GOVERNMENT', {one}, '', '', '', '', 'GOV', '', ''")
    columns.append(f"'1', {code}, left({code}, 3), left({code}, 2), '1', '5.2', '10', '2', '10', '-1.2345'")
    columns += [PLACE, PLACE, PLACE, f"{day}, 'http://news.example/article/' || range || '-a-title'"]
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as store:
        store.execute(
            f"COPY (SELECT {', '.join(columns)} FROM range({rows})) TO '{path}' "
            "(FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '')"
        )


@pytest.fixture(scope="module")
def rows_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("events") / "events.tsv"
    write_rows(path, ROWS)
    yield path
    path.unlink()


def test_events_in_bounded_memory(benchmark: BenchmarkFixture, rows_on_disk: Path, tmp_path: Path) -> None:
    """20 million rows in under a minute and under a gigabyte; every row is accounted for."""
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")

    def run() -> dict[str, float]:
        words = [sys.executable, "-c", CHILD, str(rows_on_disk), str(mapping)]
        return dict(json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout))

    found = benchmark.pedantic(run, rounds=1)
    assert found["rows"] == ROWS == found["counted"] + found["left"]
    assert found["peak_mb"] < 1000
    benchmark.extra_info.update(found)
