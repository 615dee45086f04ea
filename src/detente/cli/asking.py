"""From the options of a command to the page that it shows: kept from before, or made and kept."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from detente.brief.pages import Page, Shelf
    from detente.engine import Crew
    from detente.study import Study
    from detente.study.cache import Cache

MOST_WORKERS, MANY_DRAWS = 3, 300
"""Processes that a command starts by itself at most, and the draws from which others beside it pay."""


def ask_page(
    options: dict[str, Any], *, drawn: bool = False, **changes: str | None
) -> tuple[Page, Shelf | None]:
    """The page that the shared options ask for, and the shelf that it lies on (None: nothing is kept).

    `drawn`: its pictures will be wanted too. `changes`: `package` puts another one on the table; `issue`
    and `deliveries` price something else.
    """
    from detente.brief.pages import keep_page, kept_page, make_page

    shelf = _shelf(options, changes)
    page = None if shelf is None else kept_page(shelf)
    if page is None:
        if drawn:
            from detente.brief.draw import warm_up

            warm_up()
        page = make_page(_changed(ask_study(options, **changes), changes))
        if shelf is not None:
            keep_page(shelf, page)
    return page, shelf


def ask_page_over_time(options: dict[str, Any], days: Sequence[date]) -> Page:
    """The page that the shared options ask for, with the odds as of each of `days`; it is not kept."""
    from detente.brief.pages import make_page
    from detente.study.over_time import with_odds
    from detente.study.run import day_of

    study = ask_study(options)
    checked = [day_of(study.case, day) for day in days]
    with _crew(options) as crew:
        return make_page(with_odds(study, checked, crew))


def ask_study(options: dict[str, Any], **changes: str | None) -> Study:
    """The case assessed as the shared options say; names that a page is asked for are checked before the
    long part. `changes` as in `ask_page`, checked but not made."""
    from detente.study import keep_study, kept_study

    shelf = _shelf(options, {})
    study = None if shelf is None else kept_study(shelf.cache, shelf.key)
    if study is None:
        study = _assessed(options, changes)
        if shelf is not None:
            keep_study(shelf.cache, shelf.key, study)
    return study


def _assessed(options: dict[str, Any], changes: dict[str, str | None]) -> Study:
    """The case assessed, by as many processes as the options say or as help."""
    with _crew(options) as crew:
        return _assessed_by(crew, options, changes)


def _crew(options: dict[str, Any]) -> Crew:
    from detente.engine import Crew, cores

    workers = options["workers"] or (min(cores(), MOST_WORKERS) if options["draws"] >= MANY_DRAWS else 1)
    return Crew(workers, warm=("detente.study.run", "detente.beliefs.infer"))


def _assessed_by(crew: Crew, options: dict[str, Any], changes: dict[str, str | None]) -> Study:
    from detente.case import load
    from detente.study import assess, check_issue, check_package_text

    case = load(options["case"])
    check_issue(case, changes.get("issue"))
    for text in (changes.get("package"), changes.get("deliveries")):
        check_package_text(case, text)
    try:
        return assess(
            case,
            principal=options["principal"],
            table=_table(options),
            as_of=options["as_of"],
            draws=options["draws"],
            seed=options["seed"],
            as_declared=options["as_declared"],
            crew=crew,
            progress=None if options["quiet"] else show_progress,
        )
    finally:
        if not options["quiet"]:
            show_progress("")


def _changed(study: Study, changes: dict[str, str | None]) -> Study:
    from detente.study import with_offer, with_price

    study = with_offer(study, changes.get("package"))
    return with_price(study, issue=changes.get("issue"), deliveries=changes.get("deliveries"))


def _table(options: dict[str, Any]) -> tuple[str, ...] | None:
    return tuple(name.strip() for name in options["table"].split(",")) if options["table"] else None


def _shelf(options: dict[str, Any], changes: dict[str, str | None]) -> Shelf | None:
    """Where what the options ask for is kept; None with --no-cache, and where there is no case to read."""
    from detente.brief.pages import Shelf
    from detente.case.folder import find_case, is_conflict
    from detente.study.keeping import study_key

    folder = find_case(options["case"])
    if options["no_cache"] or is_conflict(folder):
        return None
    asked = {name: options[name] for name in ("principal", "as_of", "draws", "seed", "as_declared")}
    key = study_key(folder, table=_table(options), **asked)
    made = tuple(sorted((name, text) for name, text in changes.items() if text is not None))
    return Shelf(open_cache(quiet=options["quiet"]), key, made)


def open_cache(*, quiet: bool = False) -> Cache:
    """The user's cache; what cannot be read or written is told once on the error stream, unless `quiet`."""
    from detente.study.cache import Cache, cache_folder

    context = click.get_current_context(silent=True)
    told: set[str] = set() if context is None else context.meta.setdefault("detente.notes", set())

    def note(text: str) -> None:
        if text not in told and not quiet:
            told.add(text)
            click.echo(f"detente: {text}", err=True)

    return Cache(cache_folder(), note=note)


def show_progress(step: str) -> None:
    """One line on a terminal's error stream, wiped at the end; nothing when piped."""
    stream = sys.stderr
    if stream.isatty():
        stream.write(f"\r\x1b[K{step}")
        stream.flush()


@click.command("cache", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--clear", is_flag=True, help="Delete all that is kept.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def cache_command(clear: bool, as_json: bool) -> None:
    """What is kept of finished work on this machine: where, how much, and how to be rid of it."""
    import json

    kept = open_cache()
    if clear:
        kept.clear()
    found = kept.entries()
    if as_json:
        told = {"path": str(kept.path), "studies": found.keys, "bytes": found.size, "limit": kept.limit}
        click.echo(json.dumps(told, indent=2))
        return
    much = f"{found.keys} studies, {found.size / 1e6:.1f} MB of at most {kept.limit / 1e6:.0f} MB"
    click.echo(f"{kept.path}: {much}")
