"""`detente import` and `detente export`: other people's files of outcome spaces, in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detente.cli.events import import_coded_events
from detente.errors import InputError

if TYPE_CHECKING:
    from detente.deals.space import DealSpace


class _Import(click.Command):
    """`detente import PATH`; `detente import events …` where the first word names another reader."""

    others: Mapping[str, click.Command] = {"events": import_coded_events}

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the reader that the first word names."""
        other = self.others.get(args[0]) if args else None
        if other is None:
            return super().make_context(info_name, args, parent, **extra)
        return other.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)


@click.command("import", cls=_Import, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--from", "source", metavar="FORMAT", help="What it is (default: recognised by its content).")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A Genius profile that belongs to the domain PATH; once for each party, in order.",
)
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="OUT", help="Write OUT.space.json.")
@click.option("--force", is_flag=True, help="Replace OUT where it is there already.")
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
def import_space(
    path: Path,
    source: str | None,
    profiles: tuple[Path, ...],
    target: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Read somebody else's outcome space (Genius, GeniusWeb, NegMAS, CSV, …), say what is in it, and
    write it as one of detente's own. `detente import events` reads coded events and roll calls instead."""
    from detente.cli.space_facts import describe_space
    from detente.deals.formats import list_formats, read_space, recognise
    from detente.deals.formats.genius import read_profiles

    name = source or ("genius" if profiles else recognise(path).name)
    if profiles and name != "genius":
        raise InputError(f"--profile must be left out with {name}; profiles are files of Genius")
    space = read_profiles(path, profiles) if profiles else read_space(path, name)
    notes = () if profiles else _notes(list_formats()[name].read, path)
    written: tuple[Path, ...] = ()
    if target is not None:
        written = _write(space, target, "detente-json", force)
    if as_json:
        found = {"format": 1, "file": str(path), "read_as": name, "space": describe_space(space)}
        found |= {"notes": list(notes), "written": [str(p) for p in written]}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _show_found(f"{path}: {list_formats()[name].title}", describe_space(space), notes, written)


def _show_found(head: str, facts: dict[str, Any], notes: Sequence[str], written: Sequence[Path]) -> None:
    from detente.cli.commands import _console
    from detente.cli.space_page import print_space

    console = _console()
    console.print(head)
    print_space(facts, console)
    for note in notes:
        console.print(f"! {note}", style="yellow")
    for file in written:
        console.print(f"Written: {file}")


@click.command("export", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--as", "kind", metavar="FORMAT", required=True, help="Format, for example negmas or csv.")
@click.option("--draw", type=click.IntRange(min=0), metavar="K", help="Draw K of a case (default: the mean).")
@click.option("--draws", default=1000, show_default=True, type=click.IntRange(20, 100_000), help="Of a case.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**63 - 1), help="Of a case.")
@click.option("--as-declared", is_flag=True, help="Declared interests of a case, without inference.")
@click.option("--bare", is_flag=True, help="Only the table's utilities: rules are dropped, and named.")
@click.option("--force", is_flag=True, help="Replace OUT where it is a file.")
def export_space(
    source: str, out: Path, kind: str, draw: int | None, bare: bool, force: bool, **case: Any
) -> None:
    """Write SOURCE (a bundled case, a case folder, or a file of an outcome space) in another format."""
    from detente.deals.ensemble import at_draw
    from detente.deals.formats.bare import bare_space

    space, notes = _source_space(source, **case), []
    if draw is not None:
        space = at_draw(space, draw)
    if bare:
        space, dropped = bare_space(space)
        notes = [f"left out: {', '.join(dropped)}"] if dropped else []
    try:
        written = _write(space, out, kind, force)
    except InputError as error:
        hint = "" if bare or "cannot hold" not in str(error) else "; or --bare to leave them out"
        raise InputError(f"{error}{hint}") from None
    for note in notes:
        click.echo(note)
    for file in written:
        click.echo(f"Written: {file}")


def space_format(source: str) -> str | None:
    """The format of a file or folder that holds an outcome space; None for cases, names of cases, and
    what nobody recognises. Cost: the beginning of the files; nothing where there is no such path."""
    path = Path(source)
    try:
        if not path.exists() or path.name == "case.yaml" or (path / "case.yaml").exists():
            return None
    except (OSError, ValueError):  # longer than names can be, a NUL in it, or not ours to look at
        return None
    from detente.deals.formats import list_formats

    readable = [f for f in list_formats().values() if f.read is not None]
    return next((f.name for f in readable if f.recognises(path)), None)


def _source_space(source: str, *, draws: int, seed: int, as_declared: bool) -> DealSpace:
    """The space of a file or folder that some format recognises, else of a case."""
    known = space_format(source)
    if known is not None:
        from detente.deals.formats import read_space

        return read_space(source, known)
    if as_declared:
        return declared_space(source, draws=draws, seed=seed)
    from detente.cli.asking import show_progress
    from detente.study import assess

    try:
        return assess(source, draws=draws, seed=seed, progress=show_progress).space
    finally:
        show_progress("")


def declared_space(case: str, *, draws: int, seed: int) -> DealSpace:
    """The deal space of a case with declared interests, capabilities as evidenced; no inference.

    Raises InputError for a party whose interests are inferred and that has no hypothesis named
    as_declared. Cost: linear in draws; a second or two.
    """
    import numpy as np

    from detente.beliefs.hypotheses import AS_DECLARED, list_stories
    from detente.case import Values, apply_shocks, load, stated_weights
    from detente.contribution import read_capabilities
    from detente.deals import DealSpace, usual_draws

    loaded = load(case)
    samples, day = loaded.draws(draws, seed), loaded.as_of
    weights = stated_weights(loaded, samples, day)
    for place, party in enumerate(loaded.parties):
        if party.inferred:
            stories = list_stories(loaded, party.name)
            told = next((s.centre for s in stories if s.name == AS_DECLARED), None)
            if told is None:
                raise InputError(
                    f"{party.name} must have a hypothesis {AS_DECLARED}; leave --as-declared out"
                )
            rows = np.repeat(told[None], draws, axis=0)
            weights[:, place] = apply_shocks(loaded, rows, party.name, day)
    has = read_capabilities(loaded, day, samples)
    values = Values(samples, weights, has.evidenced, has.contributors, has.tasks, day, "evidenced")
    return usual_draws(DealSpace.from_case(loaded, values))[0]


def _write(space: DealSpace, out: Path, kind: str, force: bool) -> tuple[Path, ...]:
    """Write beside `out` and move it there; only a file is ever replaced, and only if forced."""
    from detente.deals.formats import write_space

    if not (force and out.is_file() and not out.is_symlink()):
        return write_space(space, out, kind)
    beside = out.with_name(f".{out.name}.new")
    files = write_space(space, beside, kind)
    if files != (beside,):
        for file in files:
            file.unlink()
        beside.rmdir()
        raise InputError(f"{out} must be a new folder for the format {kind}, got a file; choose another name")
    beside.replace(out)
    return (out,)


def _notes(read: Any, path: Path) -> Sequence[str]:
    """What a format's module says that reading left out or decided, where it has a word on it."""
    module = sys.modules[read.__module__]
    found = [str(note) for note in getattr(module, "read_notes", lambda p: ())(path)]
    discounts: dict[str, float] = getattr(module, "read_discounts", lambda p: {})(path)
    return [
        *found,
        *(
            f"{name}: the discount factor {value:g} is left out"
            for name, value in discounts.items()
            if value != 1
        ),
    ]
