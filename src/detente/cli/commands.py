"""The commands. Each reads a case, assesses it once, and shows pages of the one set of facts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detente import __version__
from detente.cli.asking import ask_page, ask_page_over_time, ask_study, cache_command
from detente.cli.files import export_space, import_space
from detente.cli.stability import stability

if TYPE_CHECKING:
    from rich.console import Console

    from detente.brief import Document, Facts
    from detente.brief.pages import Page

WIDE = 90
"""Columns of the terminal from which on the matrix has room for text."""
FIRST_STEPS = """detente: a realistic assessment of what a partner adds, before broader deals are struck.

Try first:
  detente brief kerry-2016               the full briefing of a bundled case
  detente brief kerry-2016 --html b.html the same as one file to mail or print
  detente why kerry-2016                 why the offer on the table fails, and what would live
  detente new my-case                    a commented case of your own that already runs
  detente check my-case                  everything wrong or suspicious in it, with line numbers
"""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="detente")
@click.pass_context
def cli(context: click.Context) -> None:
    """Assess a negotiation in which issues are linked: what they want, what they bring, what it is
    worth, what can be agreed and why not, and whether it would hold. Works offline."""
    if context.invoked_subcommand is None:
        from detente.case import list_cases

        click.echo(FIRST_STEPS)
        click.echo("Cases here:")
        for info in list_cases():
            click.echo(f"  {info.name:<20} {info.title}")
        click.echo("\nAll commands: detente --help")


for command in (import_space, export_space, stability, cache_command):
    cli.add_command(command)


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise click.BadParameter(f"must be a date like 2016-07-14, got {value!r}") from None


def _days(context: click.Context, option: click.Parameter, value: str | None) -> tuple[date, ...]:
    told = [_day(context, option, text.strip()) for text in (value or "").split(",") if text.strip()]
    return tuple(sorted({day for day in told if day is not None}))


SHARED: tuple[Callable[[Any], Any], ...] = (
    click.argument("case", metavar="CASE"),
    click.option(
        "--as-of",
        callback=_day,
        metavar="DATE",
        help="Use only what was known by this day (default: the case's).",
    ),
    click.option(
        "--for", "principal", metavar="PARTY", help="Whose briefing it is (default: the case's principal)."
    ),
    click.option("--table", "table", metavar="A,B", help="Who negotiates (default: the case's table)."),
    click.option(
        "--draws",
        default=1000,
        show_default=True,
        type=click.IntRange(20, 100_000),
        help="Draws of the uncertain numbers.",
    ),
    click.option(
        "--seed",
        default=0,
        show_default=True,
        type=click.IntRange(0, 2**63 - 1),
        help="Same seed, same result.",
    ),
    click.option(
        "--as-declared", is_flag=True, help="Take declared interests at face value instead of inferring them."
    ),
    click.option("--json", "as_json", is_flag=True, help="Facts as JSON instead of text."),
    click.option("--no-cache", is_flag=True, help="Compute afresh, and keep nothing for next time."),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        help="Processes that share the work (default: as many as pay).",
    ),
    click.option("--quiet", is_flag=True, help="No progress line."),
)


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that mean the same everywhere."""
    for decorate in reversed(SHARED):
        command = decorate(command)
    return command


def _console() -> Console:
    """A console as wide as the terminal (at most 110); piped, as COLUMNS says, else 100."""
    from rich.console import Console

    probe = Console()
    told = probe.is_terminal or os.environ.get("COLUMNS", "").isdigit()
    width = max(40, min(probe.width, 110)) if told else 100
    return Console(width=width, highlight=False, emoji=False, markup=False)


def _show(page: Page, as_json: bool, *anchors: str) -> None:
    """The page, or some sections of it, on the terminal or as JSON."""
    if as_json:
        from detente.brief.facts.sections import cut_json

        click.echo(cut_json(page.facts, *anchors))
        return
    from detente.brief.terminal import print_document, print_section

    document, console = page.document, _console()
    if not anchors:
        print_document(document, console)
        return
    _print_head(document, console)
    for section in document.sections:
        if section.anchor in anchors:
            print_section(section, console)


def _print_head(document: Document, console: Console) -> None:
    console.print(document.facts_line, style="dim")
    for warning in document.warnings:
        console.print(f"! {warning}", style="yellow")


@cli.command()
@shared
@click.option(
    "--html",
    "html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the briefing as one HTML file.",
)
def brief(html: Path | None, as_json: bool, **options: Any) -> None:
    """The main job: the full briefing on CASE (a bundled name or a folder)."""
    if html is not None and not html.parent.is_dir():
        raise click.BadParameter(f"must be in a folder that exists, got {html}", param_hint="--html")
    page, shelf = ask_page(options, drawn=html is not None)
    if html is None:
        _show(page, as_json)
        return
    from concurrent.futures import ThreadPoolExecutor

    from detente.brief.pages import write_page

    with ThreadPoolExecutor(1) as beside:  # drawing takes as long as printing, and lets it run
        written = beside.submit(write_page, page, html, shelf)
        _show(page, as_json)
        written.result()
    click.echo(f"\nWritten: {html}", err=as_json)


@cli.command()
@shared
@click.option(
    "--over-time",
    "days",
    callback=_days,
    metavar="DATE,DATE",
    help="Also the odds as of each of these days, from what was known then.",
)
def beliefs(days: tuple[date, ...], as_json: bool, **options: Any) -> None:
    """What they say and what they do: inferred interests, odds of each hypothesis, the evidence."""
    page = ask_page_over_time(options, days) if days else ask_page(options)[0]
    _show(page, as_json, "agenda")


@cli.command()
@shared
@click.option(
    "--party", metavar="PARTY", help="Only the matrix of this party (default: all with hypotheses)."
)
def evidence(party: str | None, as_json: bool, **options: Any) -> None:
    """The evidence against each hypothesis: the matrix, what each record and source pulls, contradictions,
    levels of goals, the grades in use and whether they merely mirror each other."""
    from detente.brief import gather_facts
    from detente.case import load
    from detente.study import check_judged_party

    check_judged_party(load(options["case"]), party)
    _show_evidence(gather_facts(ask_study(options)), party, as_json)


def _show_evidence(facts: Facts, party: str | None, as_json: bool) -> None:
    from dataclasses import replace

    from detente.brief import compose, facts_json
    from detente.brief.facts.sections import cut_json
    from detente.brief.page.evidence import evidence_view
    from detente.brief.terminal import print_section

    facts = replace(facts, matrices=tuple(m for m in facts.matrices if party in (None, m.party)))
    if as_json:
        click.echo(cut_json(facts_json(facts), "evidence"))
        return
    console = _console()
    _print_head(compose(facts), console)
    print_section(evidence_view(facts, narrow=console.width < WIDE), console)


@cli.command()
@shared
def contribution(as_json: bool, **options: Any) -> None:
    """What they bring: added value by task, as claimed beside as evidenced."""
    _show(ask_page(options)[0], as_json, "contribution")


def _is_space(page: str, as_json: bool, options: dict[str, Any], **more: str | None) -> bool:
    """Shows `page` of an outcome space if CASE is a file or folder of one."""
    from detente.cli.files import space_format

    kind = space_format(options["case"])
    if kind is None:
        return False
    from detente.cli.space_page import show_space
    from detente.deals.formats import read_space

    given = [name for name in ("principal", "table", "as_of") if options[name] is not None]
    if given:
        raise click.UsageError(f"an outcome space has no {' and no '.join(given)}; leave the option out")
    space = read_space(options["case"], kind)
    show_space(Path(options["case"]), space, page, as_json=as_json, quiet=options["quiet"], **more)
    return True


@cli.command()
@shared
def deals(as_json: bool, **options: Any) -> None:
    """What can be agreed: frontier, solutions, who must say yes. CASE may be a file of an outcome space."""
    if _is_space("deals", as_json, options):
        return
    _show(ask_page(options)[0], as_json, "deals")


@cli.command()
@shared
@click.option("--issue", help="Show the ladder of this issue (default: the dearest one).")
@click.option(
    "--deliveries",
    metavar="PACKAGE",
    help="What the other side delivers: a proposal's name or issue=option,… .",
)
def price(as_json: bool, issue: str | None, deliveries: str | None, **options: Any) -> None:
    """What it is worth: the most that what they bring can pay for, as claimed and as evidenced."""
    if _is_space("price", as_json, options, package=deliveries, issue=issue):
        return
    _show(ask_page(options, issue=issue, deliveries=deliveries)[0], as_json, "price")


@cli.command()
@shared
@click.option(
    "--package",
    metavar="PACKAGE",
    help="A proposal's name or issue=option,… (default: the offer on the table).",
)
def why(as_json: bool, package: str | None, **options: Any) -> None:
    """Why an offer fails or stands: refusals, strings, the nearest packages that live."""
    if _is_space("why", as_json, options, package=package):
        return
    _show(ask_page(options, package=package)[0], as_json, "why")


@cli.command()
@shared
@click.option(
    "--package",
    metavar="PACKAGE",
    help="A proposal's name or issue=option,… (default: the offer on the table).",
)
def holds(as_json: bool, package: str | None, **options: Any) -> None:
    """Would it hold: temptation to defect and the patience needed, watched and unwatched."""
    if _is_space("holds", as_json, options, package=package):
        return
    _show(ask_page(options, package=package)[0], as_json, "hold")


@cli.command()
@click.argument("case", metavar="CASE")
@click.option("--json", "as_json", is_flag=True, help="Problems as JSON.")
@click.option(
    "--files-only", is_flag=True, help="Only what the files themselves show; skip what needs the model."
)
def check(case: str, as_json: bool, files_only: bool) -> None:
    """Everything wrong with CASE, with line numbers, and what is suspicious though legal."""
    from dataclasses import asdict

    from detente.case import check as check_files
    from detente.case import find_case, load
    from detente.case.folder import is_conflict

    problems = list(check_files(case))
    errors = [p for p in problems if p.severity == "error"]
    if not errors and not files_only and not is_conflict(find_case(case)):
        from detente.study import review

        problems += review(load(case))
    if as_json:
        click.echo(json.dumps([asdict(p) for p in problems], indent=2))
    else:
        for problem in problems:
            click.echo(f"{problem.severity}: {problem}")
        click.echo(f"{case}: {len(errors)} errors, {len(problems) - len(errors)} notices")
    raise click.exceptions.Exit(2 if errors else 1 if problems else 0)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def cases(as_json: bool) -> None:
    """The cases that come with the program."""
    from detente.case import list_cases

    found = list_cases()
    if as_json:
        click.echo(
            json.dumps([{"name": c.name, "title": c.title, "about": c.about} for c in found], indent=2)
        )
        return
    for info in found:
        click.echo(f"{info.name:<20} {info.title}")


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    """A commented case in folder NAME that already runs."""
    from detente.case import new_case

    folder = new_case(Path(name).name, Path(name).parent)
    me = os.environ.get("DETENTE_COMMAND", "detente")
    click.echo(f"Written: {folder}\nNext: {me} check {name}; {me} brief {name}")
