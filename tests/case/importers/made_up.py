"""Small made-up files of every format, and a slow second opinion on how they count."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from detente.case.importers import Importer

Row = dict[str, str]
MAPPING: dict[str, str] = {
    "gdelt-1": "{country: RUS}|{country: USA}|{code: ['03*']}|{root: ['19']}",
    "gdelt-2": "{country: RUS}|{country: USA}|{code: ['03*']}|{root: ['19']}",
    "icews": "{name: '*(Russia)'}|{name: United States}|{text: 'express intent*'}|{text: [Threaten, 'fight*']}",
    "acled": "{name: 'Military Forces of Russia*'}|{name: '*of america*'}|{event: Protests}|{disorder: political violence}",
    "ucdp-ged": "{name: Government of Russia}|{id: '3'}|{violence: '2'}|{violence: ['1', '3']}",
    "unga": "{country: RU}|{name: United States}|{vote: 'yes', title: '*nuclear*'}|{vote: ['no', abstain]}",
}
"""Format → how one, how two, which kinds are soft, which are hard."""
_PEOPLE = {
    "gdelt": ("RUS", "USA", "FRA"),
    "icews": ("Police (Russia)", "United States", "Lawyer (France)"),
    "acled": (
        "Military Forces of Russia (2000-)",
        "Military Forces of the United States of America",
        "Rioters",
    ),
    "ucdp-ged": ("Government of Russia", "Government of United States of America", "IS"),
    "unga": ("Russia", "United States", "France"),
}


def mapping_text(name: str, more: str = "") -> str:
    """A mapping for one format: parties one and two, menu m with soft and hard."""
    one, two, soft, hard = MAPPING[name].split("|")
    kinds = [
        f"{{menu: m, take: {take}, why: w, {look[1:]}" for take, look in (("soft", soft), ("hard", hard))
    ]
    return (
        f"format: 1\n{more}\nparties:\n  one: {one}\n  two: {two}\nkinds:\n  - {kinds[0]}\n  - {kinds[1]}\n"
    )


def rows_of(importer: Importer) -> list[Row]:
    """Six records: two soft and one hard that count, one of a stranger, one of no kind, one a double."""
    said = [(0, 1, "soft", "2016-07-01"), (0, 1, "hard", "2016-07-31"), (1, 0, "soft", "2016-08-01")]
    said += [(2, 0, "soft", "2016-08-02"), (0, 1, "", "2016-08-03"), (0, 1, "soft", "2016-07-01")]
    return [_row(importer, 10 + place % 5, one) for place, one in enumerate(said)]


def _row(importer: Importer, number: int, said: tuple[int, int, str, str]) -> Row:
    by, to, kind, day = said
    row = dict.fromkeys(importer.columns, "")
    if importer.name.startswith("gdelt"):
        people, code = _PEOPLE["gdelt"], {"soft": "0311", "hard": "190", "": "3"}[kind]
        row |= {
            "GLOBALEVENTID": str(number),
            "SQLDATE": day.replace("-", ""),
            "DATEADDED": day.replace("-", ""),
        }
        row |= {"Actor1Code": people[by], "Actor1CountryCode": people[by], "Actor2CountryCode": people[to]}
        row |= {"Actor2Code": people[to], "EventCode": code, "EventRootCode": code[:2], "NumSources": "2"}
        row |= {"EventBaseCode": code[:3], "NumMentions": "5"}
        return row
    people = _PEOPLE[importer.name]
    if importer.name == "icews":
        text = {"soft": "Express intent to cooperate", "hard": "fight with small arms", "": "Consult"}[kind]
        row |= {
            "Event ID": str(number),
            "Event Date": day,
            "Source Name": people[by],
            "Target Name": people[to],
        }
        return row | {"Event Text": text, "CAMEO Code": {"soft": "030", "hard": "193", "": "040"}[kind]}
    if importer.name == "acled":
        row |= {
            "event_id_cnty": f"RUS{number}",
            "event_date": day,
            "actor1": people[by],
            "actor2": people[to],
        }
        row |= {
            "event_type": {"soft": "Protests", "hard": "Battles", "": "Riots"}[kind],
            "notes": 'said "so",\nand more',
        }
        return row | {"disorder_type": "Political violence" if kind == "hard" else "Demonstrations"}
    if importer.name == "ucdp-ged":
        row |= {
            "id": str(number),
            "date_start": f"{day} 00:00:00.000",
            "side_a": people[by],
            "side_b": people[to],
        }
        row |= {"side_a_new_id": str(by + 2), "side_b_new_id": str(to + 2), "number_of_sources": "2"}
        return row | {"type_of_violence": {"soft": "2", "hard": "3", "": "4"}[kind]}
    row |= {
        "rcid": str(number),
        "country": people[by],
        "country_code": {0: "RU", 1: "US", 2: "FR"}[by],
        "date": day,
    }
    row |= {"unres": f"R/71/{number}", "descr": "On nuclear arms, and more" if kind == "soft" else "On fish"}
    return row | {"vote": {"soft": "yes", "hard": "no", "": "yes"}[kind]}


def write_rows(
    path: Path,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    delimiter: str = ",",
    header: bool = True,
    newline: str = "\n",
) -> Path:
    """A file as the format has it: tabs without quotes, commas with them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if delimiter == "\t":
            lines = [list(columns)] if header else []
            lines += [[row.get(name, "") for name in columns] for row in rows]
            file.write("".join("\t".join(line) + newline for line in lines))
            return path
        writer = csv.DictWriter(
            file, columns, delimiter=delimiter, lineterminator=newline, extrasaction="ignore"
        )
        if header:
            writer.writeheader()
        writer.writerows(rows)
    return path


def fits(patterns: Sequence[str], cell: str, exact: bool) -> bool:
    """Whether a cell is like one of the patterns; the second opinion on what SQL says."""
    flags = re.DOTALL if exact else re.DOTALL | re.IGNORECASE
    for pattern in patterns:
        form = ".*".join(re.escape(part) for part in pattern.split("*"))
        if re.fullmatch(form, cell, flags) and (pattern.strip("*") or cell):
            return True
    return False


def count_slowly(rows: Sequence[Row], said: dict[str, Any]) -> tuple[dict[Any, Counter[str]], Counter[str]]:
    """Groups and what was left out, of rows of GDELT columns, by plain loops.

    `said`: parties (name → look), kinds (list of (take or None, look, to)), within, where a look is field →
    patterns. Rows of one key are alike here.
    """
    fields = {"code": "Code", "country": "CountryCode"}
    groups: dict[Any, Counter[str]] = {}
    left: Counter[str] = Counter()
    seen = set()
    for row in rows:
        if not re.fullmatch(r"\d{8}", row["SQLDATE"]) or not _is_day(row["SQLDATE"]):
            left["malformed: date"] += 1
            continue
        if row["GLOBALEVENTID"] in seen:
            left["double"] += 1
            continue
        seen.add(row["GLOBALEVENTID"])
        people = []
        for which in ("Actor1", "Actor2"):
            here = (
                name
                for name, look in said["parties"].items()
                if all(fits(p, row[which + fields[f]], True) for f, p in look.items())
            )
            people.append(next(here, ""))
        by, to = people
        if not by:
            left["actor not mapped"] += 1
            continue
        left_for, almost = "kind not mapped", False
        for take, look, anybody in said["kinds"]:
            if not all(fits(p, row["EventCode"], True) for p in look.values()):
                continue
            if take is None:
                left_for = "ignored on purpose"
                break
            if (to and to != by) or (anybody and to != by):
                key = (by, to, f"{row['SQLDATE'][:4]}-{row['SQLDATE'][4:6]}")
                groups.setdefault(key, Counter())[take] += 1
                left_for = ""
                break
            almost = True
        else:
            if almost:
                left_for = "actor and target are one party" if by == to else "target not mapped"
        left[left_for] += 1
    del left[""]
    return groups, left


def _is_day(text: str) -> bool:
    from datetime import datetime

    try:
        return 1800 <= datetime.strptime(text, "%Y%m%d").year < 2200
    except ValueError:
        return False
