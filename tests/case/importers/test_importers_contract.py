"""What every importer of the folder must do; a new one is tested by itself as soon as made_up.py has rows of it."""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

import pytest

import detente.case.importers as folder
from detente.case.importers import Importer, import_events, list_importers
from detente.case.importers.layout import read_layout
from detente.errors import InputError
from tests.case.importers.made_up import mapping_text, rows_of, write_rows

IMPORTERS = list(list_importers().values())
LAYOUTS = [(importer, columns) for importer in IMPORTERS for columns in importer.layouts]
PUBLISHED = {
    "gdelt-1": (58, 57),
    "gdelt-2": (61,),
    "icews": (20, 4),
    "acled": (31,),
    "ucdp-ged": (49,),
    "unga": (9,),
}
HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "import-events.md"
each = pytest.mark.parametrize("importer", IMPORTERS, ids=lambda i: i.name)
each_layout = pytest.mark.parametrize(
    ("importer", "columns"), LAYOUTS, ids=lambda v: getattr(v, "name", "") or len(v)
)


def mapped(tmp_path: Path, importer: Importer, more: str = "") -> Path:
    path = tmp_path / "map.yaml"
    path.write_text(mapping_text(importer.name, more), encoding="utf-8")
    return path


@each
def test_an_importer_says_what_it_is(importer: Importer) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*", importer.name)
    assert importer.about.endswith(".") and len(importer.about) > 40
    assert re.search(r"\d{4}|unvotes", importer.source)
    assert importer.told in importer.kinds
    assert set(importer.target) in ({*importer.actor}, set())
    assert tuple(len(columns) for columns in importer.layouts) == PUBLISHED[importer.name]
    assert all(len(set(columns)) == len(columns) for columns in importer.layouts)
    read = {
        importer.day,
        *importer.key,
        *importer.happening,
        importer.known,
        importer.sources,
        importer.mentions,
    }
    fields = [*importer.actor.values(), *importer.target.values(), *importer.kinds.values()]
    assert (read | {f.column for f in fields} | {importer.wording}) - {""} <= set(importer.columns)


@each
def test_an_importer_is_documented(importer: Importer) -> None:
    row = next(
        line for line in HOW_TO.read_text("utf-8").splitlines() if line.startswith(f"| `{importer.name}` |")
    )
    for field in (*importer.actor, *importer.kinds):
        assert f"`{field}`" in row
    counts = [str(len(columns)) for columns in importer.layouts]
    assert all(re.search(rf"\b{number}\b", row) for number in counts)


def test_importers_are_found_by_listing_the_folder() -> None:
    files = [p for p in Path(folder.__path__[0]).glob("*.py") if "\nIMPORTER = " in p.read_text("utf-8")]
    assert len(files) == len(IMPORTERS) == len(PUBLISHED)


@each_layout
def test_a_file_counts_with_and_without_a_header(
    importer: Importer, columns: tuple[str, ...], tmp_path: Path
) -> None:
    rows, keyed = rows_of(importer), set(importer.key) <= set(columns)
    mapping = mapped(tmp_path, importer)
    bare = write_rows(tmp_path / "bare", columns, rows, delimiter=importer.delimiter, header=False)
    turned = [*columns[::-1], "More of it"]
    headed = write_rows(tmp_path / "headed", turned, rows, delimiter=",")
    windows = write_rows(
        tmp_path / "crlf", columns, rows, delimiter=importer.delimiter, header=False, newline="\r\n"
    )
    tabs = [{name: " ".join(cell.split()).replace('"', "") for name, cell in row.items()} for row in rows]
    tabbed = write_rows(tmp_path / "tabs", turned, tabs, delimiter="\t")
    found = [import_events([path], importer.name, mapping) for path in (bare, headed, windows, tabbed)]
    one = found[0]
    two = "two" if importer.target else ""
    assert [(g.period, g.by, g.to, g.counts) for g in one.groups] == [
        ("2016-07", "one", two, (("hard", 1), ("soft", 1 if keyed else 2))),
        ("2016-08", "two", "one" if two else "", (("soft", 1),)),
    ]
    told = {item.reason: item.rows for item in one.left}
    assert told == {"actor not mapped": 1, "kind not mapped": 1} | ({"double": 1} if keyed else {})
    assert one.rows == 6 == one.counted + sum(told.values())
    assert bool(one.notes) == (not keyed)
    for other in found[1:]:
        assert (other.groups, other.left, other.rows) == (one.groups, one.left, one.rows)


@each
def test_unreadable_files_are_told(importer: Importer, tmp_path: Path) -> None:
    good = write_rows(tmp_path / "good", importer.columns, rows_of(importer))
    mapping, data = mapped(tmp_path, importer), good.read_bytes()
    hostile = {
        "empty": (b"", "an empty file"),
        "blank": (b"\n\n", "an empty file"),
        "gz": (gzip.compress(data), "a gzip file; try gunzip"),
        "zip": (b"PK\x03\x04" + data, "a zip file"),
        "binary": (data[:400] + b"\0" + data, "a NUL byte"),
        "utf16": (data.decode().encode("utf-16"), "UTF-16"),
        "latin": ("Kön\tÆ".encode("latin-1"), "must be UTF-8 text"),
        "narrow": (b"1\t2\t3\n", "columns"),
        "wide": (b",".join([b"1"] * 400) + b"\n", "columns"),
        "long": (b"a" * 1_000_001, "more than a megabyte"),
        "twice": (f"{importer.day},{importer.day}\n".encode(), "each column once"),
        "foreign": (f"{importer.day},a,b\n2016,1,2\n".encode(), "none of actors and kinds"),
    }
    for name, (content, told) in hostile.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError, match=re.escape(told)) as error:
            import_events([path], importer.name, mapping)
        assert str(path) in str(error.value)
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "nul\0byte"):
        with pytest.raises(InputError, match="must be"):
            import_events([path], importer.name, mapping)


@each
def test_columns_that_are_missing_are_named(importer: Importer, tmp_path: Path) -> None:
    mapping = mapped(tmp_path, importer)
    needed = {importer.day: "header with", next(iter(importer.kinds.values())).column: ""}
    if all(set(importer.key) <= set(columns) for columns in importer.layouts):
        needed |= dict.fromkeys(importer.key, "it names the record")
    for name, told in needed.items():
        columns = [column for column in importer.columns if column != name]
        path = write_rows(tmp_path / "less", columns, rows_of(importer))
        if told:
            with pytest.raises(InputError, match=re.escape(name)) as error:
                import_events([path], importer.name, mapping)
            assert told in str(error.value)


def test_all_wrong_files_are_told_at_once(tmp_path: Path) -> None:
    importer = list_importers()["unga"]
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError) as error:
        import_events([tmp_path / "a", tmp_path / "b"], "unga", mapped(tmp_path, importer))
    assert len(str(error.value).splitlines()) == 2


def test_another_format_is_recognised_in_the_hint(tmp_path: Path) -> None:
    other = list_importers()["gdelt-2"]
    path = write_rows(tmp_path / "x", other.columns, rows_of(other), delimiter="\t", header=False)
    with pytest.raises(InputError, match="it looks like gdelt-2"):
        read_layout(path, list_importers()["gdelt-1"], IMPORTERS)


def test_an_unknown_format_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean gdelt-1"):
        import_events([tmp_path], "gdelt1", tmp_path)


def test_without_duckdb_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    importer = list_importers()["unga"]
    path = write_rows(tmp_path / "x", importer.columns, rows_of(importer))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=re.escape("pip install 'detente[events]'")):
        import_events([path], "unga", mapped(tmp_path, importer))
