"""`detente stability`: conflicts told as states and moves."""

from __future__ import annotations

import click


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("conflict", metavar="CONFLICT")
@click.option("--state", metavar="STATE", help="Also tell who would leave this state, and what deters them.")
@click.option("--json", "as_json", is_flag=True, help="Facts as JSON instead of text.")
def stability(conflict: str, state: str | None, as_json: bool) -> None:
    """Which states of CONFLICT would last, for whom, and why (a bundled name, a folder or its
    conflict.yaml: conflicts told as states and moves)."""
    from detente.brief.facts.conflict import conflict_json, gather_conflict
    from detente.case.conflict import load_conflict

    facts = gather_conflict(load_conflict(conflict), state)
    if as_json:
        click.echo(conflict_json(facts))
        return
    from detente.brief.page.conflict import compose_conflict
    from detente.brief.terminal import print_document
    from detente.cli.commands import _console

    print_document(compose_conflict(facts), _console())
