"""What is counted, against plain loops over the same rows; and each reason why a row is not."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.beliefs.records import effective_size
from detente.case import load, new_case
from detente.case.importers import Imported, import_events, list_importers, scan, tally
from detente.case.repeats import independent_choices
from detente.errors import InputError
from tests.case.importers.made_up import (
    Row,
    count_slowly,
    fits,
    mapping_text,
    rows_of,
    write_rows,
)

GDELT = list_importers()["gdelt-1"]
FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
COUNTRIES = ("RUS", "USA", "UKR", "RUSGOV", "rus", "R%S", "")
CODES = ("03", "3", "0311", "031", "190", "19", "01", "0'1", "", "_9")
PATTERNS = ("RUS", "R*", "*", "U?A", "USA", "*S*", "r*", "R%S", "*'*", "UKR")
CODE_PATTERNS = ("03", "03*", "3", "*9*", "19*", "0*1", "*", "_9", "*1", "0'1")


def gdelt_row(key: int, day: str, people: tuple[str, str], code: str, **more: str) -> Row:
    row = dict.fromkeys(GDELT.columns, "")
    row |= {"GLOBALEVENTID": str(key), "SQLDATE": day, "DATEADDED": day, "EventCode": code, "NumSources": "1"}
    row |= {"Actor1CountryCode": people[0], "Actor2CountryCode": people[1], "NumMentions": "2"}
    return row | more


@st.composite
def data_sets(draw: st.DrawFn) -> list[Row]:
    """Rows with odd dates; those of one key are alike."""
    days = st.sampled_from(
        ("20160701", "20160731", "20160801", "20160230", "x", "20160700", "17991231", "201607")
    )
    kinds = st.tuples(
        days, st.tuples(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES)), st.sampled_from(CODES)
    )
    records = draw(st.lists(kinds, min_size=1, max_size=12))
    places = draw(st.lists(st.integers(0, len(records) - 1), min_size=1, max_size=40))
    return [gdelt_row(place, *records[place]) for place in places]


@st.composite
def mappings(draw: st.DrawFn) -> dict[str, Any]:
    patterns = st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2)
    codes = st.lists(st.sampled_from(CODE_PATTERNS), min_size=1, max_size=3)
    parties = {
        name: {"country": draw(patterns)} for name in ("one", "two", "three")[: draw(st.integers(1, 3))]
    }
    kinds: list[tuple[str | None, dict[str, list[str]], bool]] = []
    kinds += [(None, {"code": draw(codes)}, False)] * draw(st.integers(0, 1))
    kinds += [
        (draw(st.sampled_from(("soft", "hard"))), {"code": draw(codes)}, draw(st.booleans()))
        for _ in range(draw(st.integers(1, 3)))
    ]
    return {"parties": parties, "kinds": kinds}


def as_yaml(said: dict[str, Any]) -> str:
    def listed(patterns: list[str]) -> str:
        return "[" + ", ".join("'" + p.replace("'", "''") + "'" for p in patterns) + "]"

    lines = ["format: 1", "parties:"]
    lines += [f"  {name}: {{country: {listed(look['country'])}}}" for name, look in said["parties"].items()]
    for section in ("ignore", "kinds"):
        lines.append(f"{section}:")
        for take, look, anybody in said["kinds"]:
            if (take is None) == (section == "ignore"):
                more = (
                    "" if take is None else f", menu: m, take: {take}" + (", to: anybody" if anybody else "")
                )
                lines.append(f"  - {{why: w, code: {listed(look['code'])}{more}}}")
    return "\n".join(lines) + "\n"


def import_rows(folder: Path, rows: list[Row], mapping: str, **more: Any) -> Imported:
    path = write_rows(folder / "rows.tsv", GDELT.columns, rows, delimiter="\t", header=False)
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    return import_events([path], "gdelt-1", folder / "map.yaml", **more)


@FEW
@given(data_sets(), mappings(), st.sampled_from((4_000_000, 3)))
def test_counts_are_those_of_plain_loops(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], said: dict[str, Any], size: int
) -> None:
    groups, left = count_slowly(rows, said)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "CLASS_ROWS", size)
        try:
            found = import_rows(tmp_path_factory.mktemp("rows"), rows, as_yaml(said))
        except InputError:
            assert left["malformed: date"] == len(rows)
            return
    assert {(g.by, g.to, g.period): Counter(dict(g.counts)) for g in found.groups} == groups
    assert {item.reason: item.rows for item in found.left} == dict(left)
    assert found.rows == len(rows) == found.counted + sum(item.rows for item in found.left)


def test_patterns_are_those_of_the_second_opinion() -> None:
    assert fits(["03*"], "0311", True) and not fits(["03"], "3", True) and not fits(["*"], "", True)
    assert fits(["*BANK*"], "a bank of", False) and not fits(["BANK"], "bank", True)


def test_signs_that_sql_knows_are_signs(tmp_path: Path) -> None:
    said = {"a*b%c*": "axb%cx", "*_q*": "x_q", "*!*z": "a!z"}
    for pattern, name in said.items():
        rows = [gdelt_row(1, "20160701", ("RUS", "USA"), name)]
        rows.append(gdelt_row(2, "20160701", ("RUS", "USA"), name.translate({37: "y", 95: "y", 33: "y"})))
        mapping = "format: 1\nparties: {a: {country: RUS}, b: {country: USA}}\nkinds:\n"
        found = import_rows(
            tmp_path, rows, mapping + f"  - {{menu: m, take: x, code: '{pattern}', why: w}}\n"
        )
        assert found.counted == 1


def test_targets_that_a_kind_names(tmp_path: Path) -> None:
    rows = [
        gdelt_row(n, "20160701", people, "03")
        for n, people in enumerate(
            (("RUS", "RUS"), ("RUS", "USA"), ("USA", "RUS"), ("RUS", "FRA"), ("FRA", "RUS"))
        )
    ]
    mapping = "format: 1\nparties: {a: {country: RUS}, b: {country: USA}}\nothers: {c: {country: FRA}}\n"
    told = {"to: [a]": ["b>a"], "to: [a, b]": ["a>b", "b>a"], "to: c": ["a>c"], "by: b": ["b>a"]}
    told |= {"to: anybody": ["a>b", "a>c", "b>a"], "by: a, to: b": ["a>b"]}
    for words, pairs in told.items():
        kind = f"kinds:\n  - {{menu: m, take: x, code: '03', why: w, {words}}}\n"
        assert [f"{g.by}>{g.to}" for g in import_rows(tmp_path, rows, mapping + kind).groups] == pairs


def test_codes_stay_text(tmp_path: Path) -> None:
    rows = [
        gdelt_row(n, "20160701", ("RUS", "USA"), code) for n, code in enumerate(("0311", "311", "03", "3"))
    ]
    mapping = "format: 1\nparties: {a: {country: RUS}, b: {country: USA}}\nkinds:\n"
    found = import_rows(tmp_path, rows, mapping + "  - {menu: m, take: x, code: ['0311', '03'], why: w}\n")
    assert found.groups[0].counts == (("x", 2),)
    assert found.left[0].top == (("3", 1), ("311", 1))


ONE = "format: 1\n{}\nparties: {{a: {{country: RUS}}, b: {{country: USA}}}}\nkinds:\n  - {{menu: m, take: x, code: '*', why: w}}\n"


def test_reports_that_come_too_late_are_left_out(tmp_path: Path) -> None:
    rows = [
        gdelt_row(n, "20160701", ("RUS", "USA"), "03", DATEADDED=day)
        for n, day in enumerate(("20160801", "20160802"))
    ]
    rows.append(gdelt_row(9, "20160701", ("RUS", "USA"), "03", DATEADDED="20160601"))
    found = import_rows(tmp_path, rows, ONE.format(""))
    assert [(item.reason, item.rows) for item in found.left] == [("reported too late", 1)]
    assert (found.groups[0].happened, found.groups[0].known_on) == (date(2016, 7, 1), date(2016, 8, 1))
    assert (found.events[0]["happened"], found.events[0]["known_on"]) == ("2016-07-01", "2016-08-01")
    assert import_rows(tmp_path, rows, ONE.format("known_within: 32")).counted == 3
    assert import_rows(tmp_path, rows, ONE.format("known_within: 0")).counted == 1


def test_dates_asked_for(tmp_path: Path) -> None:
    rows = [
        gdelt_row(n, f"201607{n:02}", ("RUS", "USA"), "03", DATEADDED=f"201607{n + 2:02}")
        for n in range(1, 11)
    ]
    assert import_rows(tmp_path, rows, ONE.format(""), since=date(2016, 7, 4)).counted == 7
    assert import_rows(tmp_path, rows, ONE.format(""), until=date(2016, 7, 4)).counted == 4
    assert import_rows(tmp_path, rows, ONE.format(""), as_of=date(2016, 7, 4)).counted == 2
    with pytest.raises(InputError, match="first day must not be after the last"):
        import_rows(tmp_path, rows, ONE.format(""), since=date(2016, 7, 4), until=date(2016, 7, 3))


def test_of_rows_of_one_key_the_one_that_counts_counts(tmp_path: Path) -> None:
    rows = [
        gdelt_row(1, "20160702", (country, "USA"), code)
        for country in ("FRA", "RUS")
        for code in ("19", "03")
    ]
    for ordered in (rows, rows[::-1], rows[1:] + rows[:1]):
        found = import_rows(tmp_path, ordered, ONE.format(""))
        assert (found.counted, found.left[0].reason, found.left[0].rows) == (1, "double", 3)
        assert found.left[0].top == (("1", 3),)


def test_rows_that_do_not_fit_are_told_with_their_line(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.tsv", GDELT.columns, rows_of(GDELT), delimiter="\t", header=False)
    with path.open("ab") as file:
        file.write(b"1\t2\n" + b"\t".join([b"3"] * 59) + b"\n" + b"\t".join([b"\xff\xfe"] * 58) + b"\n")
        file.write(b"\t".join([b"no-number", b"20160701", *[b""] * 56]) + b"\n")
    (tmp_path / "map.yaml").write_text(mapping_text("gdelt-1"), encoding="utf-8")
    found = import_events([path], "gdelt-1", tmp_path / "map.yaml")
    told = {item.reason: item for item in found.left}
    assert [name for name, _ in told["malformed: columns or signs"].top] == [
        "rows.tsv:7 missing columns",
        "rows.tsv:8 too many columns",
        "rows.tsv:9 invalid encoding",
    ]
    assert told["malformed: no key"].rows == 1
    assert found.rows == 10 == found.counted + sum(item.rows for item in found.left)


def test_a_file_of_nothing_but_wrong_rows_is_an_error(tmp_path: Path) -> None:
    rows = [gdelt_row(n, "never", ("RUS", "USA"), "03") for n in range(3)]
    with pytest.raises(InputError, match=r"rows of gdelt-1, got none; malformed: date never"):
        import_rows(tmp_path, rows, ONE.format(""))


def test_votes_that_are_none_are_malformed(tmp_path: Path) -> None:
    unga = list_importers()["unga"]
    rows = [
        row | {"vote": vote}
        for row, vote in zip(rows_of(unga), ("yes", "Maybe", "NO", "absent", "", "yes"), strict=True)
    ]
    path = write_rows(tmp_path / "rows", unga.columns, rows)
    (tmp_path / "map.yaml").write_text(mapping_text("unga"), encoding="utf-8")
    found = import_events([path], "unga", tmp_path / "map.yaml")
    assert next(item for item in found.left if item.reason == "malformed: choice").top == (
        ("", 1),
        ("Maybe", 1),
    )


VOTES = """format: 1
per: {}
parties: {{russia: {{country: RU}}, us: {{country: US}}}}
kinds:
  - menu: arms
    take: {{yes: support, no: oppose, abstain: aside, absent: aside}}
    title: "*arms*"
    why: a vote is a choice
"""


def vote(resolution: int, session: int, who: str, choice: str, day: str = "2016-10-05") -> Row:
    row = {"rcid": str(resolution), "country": who, "country_code": who, "vote": choice, "date": day}
    return row | {"unres": f"R/{session}/{resolution}", "descr": f"Arms, part {resolution}"}


def test_roll_calls_each_and_by_session(tmp_path: Path) -> None:
    unga = list_importers()["unga"]
    rows = [
        vote(1, 71, "RU", "no"),
        vote(1, 71, "US", "yes"),
        vote(2, 71, "RU", "abstain"),
        vote(3, 72, "RU", "absent", "2017-10-01"),
    ]
    path = write_rows(tmp_path / "rows", unga.columns, rows)
    mapping = tmp_path / "map.yaml"
    mapping.write_text(VOTES.format("each"), encoding="utf-8")
    each = import_events([path], "unga", mapping)
    assert [row["id"] for row in each.events] == ["unga.1", "unga.2", "unga.3"]
    assert [(r["event"], r["by"], r["about"], r["value"], r["to"]) for r in each.codings] == [
        ("unga.1", "russia", "arms", "oppose", ""),
        ("unga.1", "us", "arms", "support", ""),
        ("unga.2", "russia", "arms", "aside", ""),
        ("unga.3", "russia", "arms", "aside", ""),
    ]
    assert each.events[0]["text"] == "Arms, part 1"
    mapping.write_text(VOTES.format("session"), encoding="utf-8")
    by_session = import_events([path], "unga", mapping)
    assert [(g.period, g.by, g.counts) for g in by_session.groups] == [
        ("71", "russia", (("aside", 1), ("oppose", 1))),
        ("71", "us", (("support", 1),)),
        ("72", "russia", (("aside", 1),)),
    ]


def test_mentions_count_sources(tmp_path: Path) -> None:
    known = list_importers()["gdelt-2"]
    path = write_rows(tmp_path / "rows", known.columns, rows_of(known), delimiter="\t", header=False)
    tellers = [(10, "a.org"), (10, "A.org"), (10, "b.org"), (11, "a.org"), ("x", "a.org")]
    said = [{"GLOBALEVENTID": str(key), "MentionSourceName": name} for key, name in tellers]
    mentions = write_rows(tmp_path / "mentions", known.mention_layout, said, delimiter="\t", header=False)
    mapping = tmp_path / "map.yaml"
    mapping.write_text(mapping_text("gdelt-2", "at_least_sources: 2"), encoding="utf-8")
    plain = import_events([path], "gdelt-2", mapping)
    assert (plain.counted, plain.groups[0].mentions, plain.groups[0].sources) == (3, 10, 4)
    found = import_events([path], "gdelt-2", mapping, mentions=[mentions])
    assert [(g.period, g.counts, g.mentions, g.sources) for g in found.groups] == [
        ("2016-07", (("soft", 1),), 3, 2),
        ("2016-08", (("soft", 1),), 5, 2),
    ]
    assert ("told by too few sources", 1) in [(item.reason, item.rows) for item in found.left]
    headed = write_rows(tmp_path / "headed", known.mention_layout, said)
    assert import_events([path], "gdelt-2", mapping, mentions=[headed]).groups == found.groups
    with pytest.raises(InputError, match="must have 16 columns"):
        import_events([path], "gdelt-2", mapping, mentions=[path])
    with pytest.raises(InputError, match="gdelt-1 has no files of mentions"):
        import_rows(
            tmp_path, [gdelt_row(1, "20160701", ("RUS", "USA"), "03")], ONE.format(""), mentions=[mentions]
        )


def test_sizes_are_those_that_inference_uses(tmp_path: Path) -> None:
    rows = [gdelt_row(n, "20160702", ("RUS", "USA"), "03") for n in range(64)]
    found = import_rows(tmp_path, rows, ONE.format(""))
    case = load(new_case("c", tmp_path))
    coding = next(c for c in case.codings if c.kind == "act")
    from dataclasses import replace

    assert found.size == pytest.approx(effective_size(replace(coding, taken={"x": 64.0}), found.rho))
    assert independent_choices(0, 0.2) == 0


def test_the_same_input_gives_the_same_value_in_any_order(tmp_path: Path) -> None:
    rows = [
        gdelt_row(n % 700, f"201607{1 + n % 28:02}", ("RUS", ("USA", "FRA")[n % 2]), f"{n % 30:02}")
        for n in range(1000)
    ]
    one, two = (import_rows(tmp_path, ordered, ONE.format("")) for ordered in (rows, rows[::-1]))
    assert one == two
    assert one.digest == two.digest


def test_names_with_stars_are_names(tmp_path: Path) -> None:
    for name in ("a*b.tsv", "a?b[1].tsv", "plain 'quoted'.tsv", "axb.tsv"):
        write_rows(tmp_path / name, GDELT.columns, rows_of(GDELT), delimiter="\t", header=False)
    (tmp_path / "map.yaml").write_text(mapping_text("gdelt-1"), encoding="utf-8")
    for name in ("a*b.tsv", "a?b[1].tsv", "plain 'quoted'.tsv"):
        assert import_events([tmp_path / name], "gdelt-1", tmp_path / "map.yaml").rows == 6


def test_too_many_groups_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [gdelt_row(n, f"20160{n}01", ("RUS", "USA"), "03") for n in range(1, 6)]
    monkeypatch.setattr(tally, "MAX_GROUPS", 4)
    with pytest.raises(InputError, match="at most 4 groups"):
        import_rows(tmp_path, rows, ONE.format(""))
    assert len(import_rows(tmp_path, rows, ONE.format("per: year")).groups) == 1


def test_what_duckdb_cannot_do_is_an_input_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MEMORY", "1MB")
    rows = [gdelt_row(n, "20160702", ("RUS", "USA"), "03") for n in range(2000)]
    with pytest.raises(InputError, match="must be readable as tables"):
        import_rows(tmp_path, rows, ONE.format(""))


def plain_bytes() -> bytes:
    lines = [[row.get(name, "") for name in GDELT.columns] for row in rows_of(GDELT)]
    return "".join("\t".join(line) + "\n" for line in lines).encode()


MALFORMED = "malformed: columns or signs"


@pytest.mark.parametrize(
    ("damage", "rows", "malformed"),
    [
        (lambda data: b"\xef\xbb\xbf" + data, 6, 0),
        (lambda data: data.replace(b"\n", b"\r\n", 3), 6, 0),
        (lambda data: data.rstrip(b"\n"), 6, 0),
        (lambda data: data.replace(b"\n", b"\n\n", 2), 6, 0),
        (lambda data: data.replace(b"\tRUS\t\tRUS", b'\tRUS\t"KREML\tRUS'), 6, 0),
        (lambda data: data + b"\t".join([b"7", b"20160701", b"x" * 3_000_000, *[b""] * 55]) + b"\n", 7, 1),
        (lambda data: data + b"\0\0\n" if len(data) > 1_000_000 else data * 2000 + b"\0\0\n", 12_001, 1),
    ],
    ids=["mark", "line-ends", "no-end", "blank-lines", "quotation-mark", "long-line", "binary-end"],
)
def test_odd_files(damage: Any, rows: int, malformed: int, tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(damage(plain_bytes()))
    (tmp_path / "map.yaml").write_text(mapping_text("gdelt-1"), encoding="utf-8")
    found = import_events([tmp_path / "rows"], "gdelt-1", tmp_path / "map.yaml")
    told = {item.reason: item.rows for item in found.left}
    assert (found.rows, told.get(MALFORMED, 0)) == (rows, malformed)
    assert found.counted == 3
    assert found.rows == found.counted + sum(told.values())


def test_a_stray_quotation_mark_costs_only_its_record(tmp_path: Path) -> None:
    acled = list_importers()["acled"]
    path = write_rows(tmp_path / "rows", acled.columns, [row | {"notes": ""} for row in rows_of(acled)])
    path.write_bytes(path.read_bytes().replace(b"RUS12", b'"RUS12', 1))
    (tmp_path / "map.yaml").write_text(mapping_text("acled"), encoding="utf-8")
    found = import_events([path], "acled", tmp_path / "map.yaml")
    assert found.counted < 3
    assert found.rows == found.counted + sum(item.rows for item in found.left)


def test_an_icews_number_comes_once_a_day(tmp_path: Path) -> None:
    icews = list_importers()["icews"]
    first = rows_of(icews)[0]
    path = write_rows(tmp_path / "rows", icews.columns, [first, first, first | {"Event Date": "2016-07-02"}])
    (tmp_path / "map.yaml").write_text(mapping_text("icews"), encoding="utf-8")
    found = import_events([path], "icews", tmp_path / "map.yaml")
    assert (found.counted, [(item.reason, item.rows) for item in found.left]) == (2, [("double", 1)])
