"""`detente import events`: coded events and roll calls of other people as acts of a case."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detente.errors import InputError

if TYPE_CHECKING:
    from detente.case.importers import Imported

SHOWN = 5


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise click.BadParameter(f"must be a date like 2016-07-14, got {value!r}") from None


PATH = click.Path(path_type=Path)


@click.command("events", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("kind", metavar="FORMAT")
@click.argument("files", metavar="FILE…", type=PATH, nargs=-1, required=True)
@click.option(
    "--mapping",
    required=True,
    type=PATH,
    metavar="MAP.yaml",
    help="Who is which party, what is which choice.",
)
@click.option(
    "--into", metavar="CASE_FOLDER", help="Append to the tables of this case; names must be its own."
)
@click.option("--out", type=PATH, metavar="FOLDER", help="Write the three tables into a new folder.")
@click.option(
    "--replace", is_flag=True, help="With --into: put these rows in the place of an earlier import."
)
@click.option(
    "--mentions", type=PATH, multiple=True, metavar="FILE", help="GDELT 2.0 mentions; once for each file."
)
@click.option("--from", "since", callback=_day, metavar="DATE", help="First day of the events used.")
@click.option("--to", "until", callback=_day, metavar="DATE", help="Last day of the events used.")
@click.option("--as-of", callback=_day, metavar="DATE", help="Use only what was known by this day.")
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
def import_coded_events(
    kind: str, files: tuple[Path, ...], into: str | None, out: Path | None, **options: Any
) -> None:
    """Read coded events or roll calls (acled, gdelt-1, gdelt-2, icews, ucdp-ged, unga), count them as acts
    by actor, target and month as a mapping says, and add them to a case. Tells every row that is not used."""
    from detente.case import load
    from detente.case.importers import add_to_case, import_events, write_tables
    from detente.case.importers.into import own_folder
    from detente.cli.asking import show_progress

    if into is not None and out is not None:
        raise InputError("--into and --out must not stand together; leave one out")
    if options["replace"] and into is None:
        raise InputError("--replace must stand with --into")
    case = load(own_folder(into)) if into is not None else None
    try:
        found = import_events(
            files,
            kind,
            options["mapping"],
            case=case,
            mentions=options["mentions"],
            since=options["since"],
            until=options["until"],
            as_of=options["as_of"],
            progress=show_progress,
        )
    finally:
        show_progress("")
    written: tuple[Path, ...] = ()
    if into is not None:
        written = add_to_case(found, into, replace=options["replace"])
    elif out is not None:
        written = write_tables(found, out)
    if options["as_json"]:
        click.echo(json.dumps(_facts(found, written), ensure_ascii=False, indent=2, default=str))
    else:
        _show(found, written)
        if into is not None and not written:
            click.echo("Nothing changed: the same acts are there already")
        elif not written:
            click.echo("Nothing written: --into CASE_FOLDER or --out FOLDER would")


def _facts(found: Imported, written: tuple[Path, ...]) -> dict[str, Any]:
    """The summary as JSON; rows of the tables stand in the files."""
    facts = {"format": 1, "read_as": found.format, "source": found.source, "files": list(found.files)}
    facts |= {"rows": found.rows, "counted": found.counted, "left_out": [asdict(item) for item in found.left]}
    facts |= {"groups": [asdict(group) for group in found.groups], "rho": found.rho}
    facts |= {"independent_choices": round(found.size, 6), "digest": found.digest}
    facts |= {"menus": dict(found.menus), "notes": list(found.notes), "written": [str(p) for p in written]}
    return facts


def _show(found: Imported, written: tuple[Path, ...]) -> None:
    files = found.files[0] if len(found.files) == 1 else f"{len(found.files)} files"
    click.echo(f"{files} as {found.format}: {found.rows:,} rows")
    groups = f"{len(found.groups):,} groups worth {found.size:,.1f} independent choices (rho {found.rho:g})"
    click.echo(f"{found.counted:>12,}  counted, in {groups}")
    for item in found.left:
        click.echo(f"{item.rows:>12,}  {item.reason}{_top(item.top, item.values)}")
    for note in found.notes:
        click.echo(f"! {note}")
    for menu in found.menus:
        click.echo(f"menu {menu}: made from the pushes of the mapping")
    for path in written:
        click.echo(f"Written: {path}")


def _top(top: tuple[tuple[str, int], ...], values: int) -> str:
    shown = [f"{value or '(blank)'} {rows:,}" for value, rows in top[:SHOWN]]
    more = [f"{values - len(shown):,} more"] if values > len(shown) else []
    return f": {', '.join([*shown, *more])}" if shown else ""
