"""Writes the pages that are made from the code: `./run docs`. A test fails while one is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from detente.cli.commands import cli
from detente.deals.solutions import AXIOMS, list_concepts, list_procedures
from docs.vocabularies import scales, vocabularies

HERE = Path(__file__).parent
NOTE = "<!-- Made by `./run docs` from the code; edit the code instead. -->\n"
INTRODUCTION = """`detente COMMAND …`, or `./run cli COMMAND …` in a checkout. CASE is the name of a bundled
case or a folder. Exit codes: 0 fine, 1 loads with notices (`check`), 2 wrong input, 130 interrupted.
"""


def command_line() -> str:
    """docs/reference/cli.md: every command with its arguments and options."""
    with click.Context(cli, info_name="detente", **cli.context_settings) as context:
        names = cli.list_commands(context)
        rows = [f"| [`{name}`](#{name}) | {_first(cli.commands[name])} |" for name in names]
        parts = [
            f"# The command line\n\n{NOTE}",
            INTRODUCTION,
            "| command | for |\n| --- | --- |\n" + "\n".join(rows) + "\n",
            *(part for name in names for part in _sections(name, cli.commands[name])),
        ]
    return "\n".join(parts)


def solutions() -> str:
    """docs/reference/solutions.md: every solution concept with its source and its axioms."""
    concepts = list_concepts().values()
    told = [
        " | ".join([f"| `{c.name}`", _cell(c.definition), _yes(c.compares_parties), _cell(c.source), ""])
        for c in concepts
    ]
    kept = [" | ".join([f"| {_words(axiom)}", *(c.keeps(axiom) for c in concepts), ""]) for axiom in AXIOMS]
    beside = [
        " | ".join(
            [
                f"| `{p.name}`",
                _cell(p.definition),
                _cell(p.needs),
                _yes(p.compares_parties),
                _cell(p.source),
                "",
            ]
        )
        for p in list_procedures().values()
    ]
    parts = [
        f"# Solution concepts\n\n{NOTE}",
        "Explained in [the theory](../theory/solutions.md). *Compares*: points of different parties are",
        "weighed against each other, so that stakes matter. *for two*: where two sit at the table.\n",
        "| name | chooses | compares | source |\n| --- | --- | --- | --- |",
        *told,
        "\nBeside the concepts, which choose by gains alone:\n",
        "| procedure | does | needs | compares | source |\n| --- | --- | --- | --- | --- |",
        *beside,
        "\n" + " | ".join(["| axiom", *(c.title for c in concepts), ""]),
        "|" + " --- |" * (len(concepts) + 1),
        *kept,
        *(f"\n- **{_words(name)}**: {_cell(check.__doc__ or '')}" for name, check in AXIOMS.items()),
    ]
    return "\n".join(line.rstrip(" ") for line in parts) + "\n"


def _yes(so: bool) -> str:
    return "yes" if so else "no"


def _words(axiom: str) -> str:
    return axiom.replace("_", " ")


def _sections(name: str, command: click.Command) -> Iterator[str]:
    """A command, and below it what its first word can choose instead."""
    yield _section(name, command)
    for other, inner in getattr(command, "others", {}).items():
        yield "#" + _section(f"{name} {other}", inner)


def _section(name: str, command: click.Command) -> str:
    with click.Context(command, info_name=f"detente {name}", **cli.context_settings) as context:
        usage = " ".join(command.collect_usage_pieces(context))
        rows = [f"| `{_cell(option)}` | {_cell(text)} |" for option, text in _options(command, context)]
    table = "| option | |\n| --- | --- |\n" + "\n".join(rows) + "\n"
    return f"## {name}\n\n{_text(command)}\n\n```text\ndetente {name} {usage}\n```\n\n{table}"


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1]:
            yield record


def _text(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _first(command: click.Command) -> str:
    return _cell(_text(command).split(". ")[0].rstrip("."))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


PAGES = {
    HERE / "reference" / "cli.md": command_line,
    HERE / "reference" / "solutions.md": solutions,
    HERE.parent / "src" / "detente" / "case" / "scales_data" / "misp.json": vocabularies,
    HERE / "reference" / "scales.md": scales,
}


def main() -> None:
    """Write every generated page."""
    for path, make in PAGES.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
