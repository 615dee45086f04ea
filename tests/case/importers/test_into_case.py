"""Rows of an import in a case folder: nothing lost, nothing doubled, all or nothing."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from detente.case import check, load, new_case
from detente.case.folder import FILES, bundled_folder
from detente.case.importers import Imported, add_to_case, import_events, into, list_importers, write_tables
from detente.errors import CaseError, InputError
from tests.case.importers.made_up import Row, write_rows

MAPPING = """format: 1
parties:
  arvenia: {country: ARV}
others:
  delmar_side: {country: DEL}
kinds:
  - {menu: dry_spell, take: open_gates, code: "03*", why: "Water let through."}
  - {menu: dry_spell, take: run_turbines, code: "19*", why: "Water kept back."}
  - {menu: words, take: blame, code: "11*", pushes: {border_quiet: -1..-0.5}, why: 'Says "no": it hurts #1.'}
  - {menu: words, take: praise, code: "05*", pushes: {border_quiet: 0.5..1}, why: "Praise soothes."}
"""
ACTS = (
    ("20310401", "0311"),
    ("20310402", "190"),
    ("20310403", "112"),
    ("20310501", "0311"),
    ("20310502", "051"),
)


def gdelt_rows(acts: tuple[tuple[str, str], ...] = ACTS) -> list[Row]:
    people = {"Actor1CountryCode": "ARV", "Actor2CountryCode": "DEL"}
    return [
        {"GLOBALEVENTID": str(n), "SQLDATE": day, "DATEADDED": day, "EventCode": code, **people}
        for n, (day, code) in enumerate(acts)
    ]


def found_in(
    folder: Path, case: Path | None, acts: tuple[tuple[str, str], ...] = ACTS, mapping: str = MAPPING
) -> Imported:
    path = write_rows(
        folder / "rows.tsv",
        list_importers()["gdelt-1"].columns,
        gdelt_rows(acts),
        delimiter="\t",
        header=False,
    )
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    return import_events([path], "gdelt-1", folder / "map.yaml", case=None if case is None else load(case))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return new_case("c", tmp_path)


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_rows_are_appended_and_the_case_loads(case: Path, tmp_path: Path) -> None:
    before = texts(case)
    found = found_in(tmp_path, case)
    written = add_to_case(found, case)
    after = texts(case)
    assert {path.name for path in written} == set(FILES)
    assert set(after) == set(before)
    for name in FILES[1:]:
        assert after[name].startswith(before[name])
    loaded = load(case)
    acts = {c.id: c for c in loaded.codings if c.id.startswith("gdelt-1.act.")}
    assert {c.about: dict(c.taken) for c in acts.values() if c.known_on.month == 4} == {
        "dry_spell": {"open_gates": 1, "run_turbines": 1},
        "words": {"blame": 1},
    }
    assert next(c for c in acts.values()).to == ("delmar_side",)
    words = next(menu for menu in loaded.menus if menu.name == "words")
    assert set(words.alternatives) == {"blame", "praise", "nothing"}
    assert (words.alternatives["blame"]["border_quiet"].low, words.grounds.src) == (-1.0, ("gdelt-1",))
    origins = [e.origin for e in loaded.events if e.id.startswith("gdelt-1.2031-04")]
    assert origins == ["gdelt-1.2031-04.arvenia.delmar_side"] * 2
    assert [p for p in check(case) if p.severity == "error"] == []


def test_the_same_data_is_not_taken_twice(case: Path, tmp_path: Path) -> None:
    add_to_case(found_in(tmp_path, case), case)
    before = texts(case)
    with pytest.raises(InputError, match="must not hold gdelt-1 yet, got the same acts; --replace"):
        add_to_case(found_in(tmp_path, case), case)
    with pytest.raises(InputError, match="got other rows of that id; --replace"):
        add_to_case(found_in(tmp_path, case, ACTS[:3]), case)
    with pytest.raises(InputError, match="must not hold the same acts yet, got them as gdelt-1"):
        add_to_case(found_in(tmp_path, case, mapping=MAPPING + "id: press\n"), case)
    assert texts(case) == before
    assert add_to_case(found_in(tmp_path, case), case, replace=True) == ()
    assert texts(case) == before


def test_a_later_import_replaces_the_earlier_one_and_nothing_else(case: Path, tmp_path: Path) -> None:
    plain = texts(case)
    add_to_case(found_in(tmp_path, case), case)
    with (case / "codings.csv").open("a", encoding="utf-8") as file:
        file.write(
            'K99,gdelt-1.2031-05.arvenia.delmar_side.words,act,arvenia,,words,"praise",2,,,,"my own,\n'
        )
        file.write('reading of it"\n')
    with pytest.raises(CaseError, match="K99"):
        add_to_case(found_in(tmp_path, case, ACTS[:2]), case, replace=True)
    lines = (
        (case / "codings.csv").read_text("utf-8").replace("gdelt-1.2031-05.arvenia.delmar_side.words", "E1")
    )
    (case / "codings.csv").write_text(lines, "utf-8")
    found = found_in(tmp_path, case, ACTS[:2])
    add_to_case(found, case, replace=True)
    after = texts(case)
    assert after["sources.csv"].startswith(plain["sources.csv"])
    assert len(after["sources.csv"].splitlines()) == len(plain["sources.csv"].splitlines()) + 1
    loaded = load(case)
    assert [e.id for e in loaded.events if "gdelt-1" in e.sources] == [row["id"] for row in found.events]
    assert [c.note for c in loaded.codings if c.id == "K99"] == ["my own,\nreading of it"]


def test_bundled_cases_are_never_edited(tmp_path: Path) -> None:
    found = found_in(tmp_path, None)
    folder = bundled_folder()
    assert folder is not None
    for name in ("kerry-2016", folder / "panama-1974"):
        with pytest.raises(InputError, match="got a bundled one; copy"):
            add_to_case(found, name)
    with pytest.raises(InputError, match=r"must be a case folder with case\.yaml"):
        add_to_case(found, tmp_path)


def test_ids_that_are_taken_are_told(case: Path, tmp_path: Path) -> None:
    with (case / "events.csv").open("a", encoding="utf-8") as file:
        file.write("gdelt-1.2031-04.arvenia.delmar_side.words,2031-04,,x,S1,1,,,\n")
    before = texts(case)
    with pytest.raises(InputError, match=r"must not have the id gdelt-1\.2031-04"):
        add_to_case(found_in(tmp_path, case), case)
    with (case / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("gdelt-1,Somebody,else,,,B,\n")
    with pytest.raises(InputError, match="set another id in the mapping"):
        add_to_case(found_in(tmp_path, case), case, replace=True)
    assert texts(case)["events.csv"] == before["events.csv"]


def test_headers_line_ends_and_missing_tables_are_kept_as_they_are(case: Path, tmp_path: Path) -> None:
    text = (case / "events.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))
    turned = "\r\n".join(",".join(f'"{cell}"' for cell in row[::-1]) for row in rows)
    (case / "events.csv").write_bytes(turned.encode())
    (case / "case.yaml").write_bytes((case / "case.yaml").read_bytes().replace(b"\n", b"\r\n"))
    add_to_case(found_in(tmp_path, case), case)
    after = (case / "events.csv").read_bytes().decode()
    assert after.startswith(turned + "\r\n") and "\n" not in after.replace("\r\n", "")
    assert "\n" not in (case / "case.yaml").read_bytes().decode().replace("\r\n", "")
    assert sum("gdelt-1" in event.sources for event in load(case).events) == 4


@pytest.mark.parametrize("form", ["none", "empty", "flow", "deep"])
def test_menus_find_their_place(form: str, case: Path, tmp_path: Path) -> None:
    for name in FILES[1:]:
        (case / name).unlink()
    text = (case / "case.yaml").read_text("utf-8")
    start, end = text.index("menus:"), text.index("audiences:")
    block = {
        "none": "",
        "empty": "menus:\n",
        "flow": "menus: {m: {alternatives: {a: {border_quiet: 1}, b: {}}}}\n",
        "deep": "menus: # mine\n    # a note\n    m: {alternatives: {a: {border_quiet: 1}, b: {}}}\n",
    }[form]
    text = re.sub(r"(?m)src: .*$|, src: \[[^]]*\]|kept_out: .*$", "", text[:start] + block + text[end:])
    (case / "case.yaml").write_text(text, "utf-8")
    load(case)
    mapping = MAPPING.replace(
        "menu: dry_spell, take: open_gates", "menu: words, take: let, pushes: {border_quiet: 0.5}"
    )
    mapping = mapping.replace("menu: dry_spell, take: run_turbines", "menu: words, take: keep, pushes: {}")
    found = found_in(tmp_path, case, mapping=mapping)
    if form == "flow":
        with pytest.raises(CaseError, match="menus must be a block"):
            add_to_case(found, case)
        return
    add_to_case(found, case)
    loaded = load(case)
    assert [m.name for m in loaded.menus] == ["words"] + ["m"] * (form == "deep")
    assert set(loaded.menus[0].alternatives) == {"let", "keep", "blame", "praise"}
    assert "# a note" in (case / "case.yaml").read_text("utf-8") or form != "deep"


def test_what_would_not_load_is_not_written(case: Path, tmp_path: Path) -> None:
    before = texts(case)
    found = found_in(tmp_path, None, mapping=MAPPING.replace("arvenia:", "arvania:"))
    with pytest.raises(CaseError, match="must be a party of the case"):
        add_to_case(found, case)
    assert texts(case) == before


@pytest.mark.parametrize("fails", [1, 2, 3, 4])
def test_a_failure_on_the_way_leaves_the_old_files(
    fails: int, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, before = found_in(tmp_path, case), texts(case)
    moved = Path.replace
    done: list[Path] = []

    def replace(path: Path, target: Path) -> Path:
        if path.name.endswith(".new"):
            done.append(path)
            if len(done) == fails:
                raise OSError(28, "No space left on device")
        return moved(path, target)

    monkeypatch.setattr(into.Path, "replace", replace)
    with pytest.raises(InputError, match="No space left on device; nothing was changed"):
        add_to_case(found, case)
    assert texts(case) == before


def test_nothing_counted_is_told(case: Path, tmp_path: Path) -> None:
    found = found_in(tmp_path, case, (("20310401", "777"),))
    for call in (lambda: add_to_case(found, case), lambda: write_tables(found, tmp_path / "out")):
        with pytest.raises(InputError, match=r"got none of 1 rows: kind not mapped 1"):
            call()


def test_tables_of_their_own(tmp_path: Path) -> None:
    found = found_in(tmp_path, None)
    written = write_tables(found, tmp_path / "a" / "out")
    assert [path.name for path in written] == ["sources.csv", "events.csv", "codings.csv", "menus.yaml"]
    again = write_tables(found_in(tmp_path, None), tmp_path / "b")
    assert [p.read_bytes() for p in written] == [p.read_bytes() for p in again]
    with (tmp_path / "b" / "codings.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [row["id"] for row in found.codings]
    with pytest.raises(InputError, match="new or an empty folder"):
        write_tables(found, tmp_path / "b")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="must be"):
        write_tables(found, tmp_path / "file" / "out")


def test_counts_beyond_what_a_case_may_hold_are_scaled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from detente.case.importers import tables

    monkeypatch.setattr(tables, "MAX_COUNT", 10)
    acts = tuple(("20310401", code) for code in ["0311"] * 40 + ["190"] * 4 + ["112"])
    rows = {row["about"]: row for row in found_in(tmp_path, None, acts).codings}
    assert rows["dry_spell"]["value"] == "open_gates:10;run_turbines:1"
    assert "scaled down" in rows["dry_spell"]["note"]
    assert rows["words"]["value"] == "blame"
