"""Code blocks of Markdown pages, and how each kind is run."""

from __future__ import annotations

import csv
import doctest
import io
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click.testing
import yaml

ROOT = Path(__file__).parents[2]
ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SHOWN_ONLY = ("text", "mermaid")
# What the reader types outside the program; tried for real in CI and on a bare machine.
TYPED_ELSEWHERE = (
    "./run test",
    "./run demo",
    "./run bench",
    "./run lint",
    "./run docs",
    "./run lock",
    "git ",
)


@dataclass(frozen=True)
class Block:
    """One fenced block: where it starts (line of its fence), its language and its text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page whose blocks are run."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order; fences may be indented in a list."""
    found: list[Block] = []
    fence, start, language, lines = "", 0, "", [""]
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        opening = re.match(r"\s*(`{3,}|~{3,})\s*(\S*)", line)
        if not fence and opening:
            fence, language = opening.groups()
            start, lines = number, []
        elif fence and line.strip() == fence:
            text = "\n".join(lines)
            found.append(Block(page, start, language, re.sub(r"(?m)^" + _indent(lines), "", text) + "\n"))
            fence = ""
        elif fence:
            lines.append(line)
    if fence:
        raise AssertionError(f"{page}:{start} opens a block that nothing closes")
    return found


def run(block: Block, names: dict[str, Any]) -> None:
    """Run one block with the `names` of its page; AssertionError (or the block's own error) if it is wrong.

    python: executed, doctest-style where it has prompts. console: lines of `$ detente …` run in
    this process, and what is shown below them must be what they print (`...` stands for
    anything). yaml, json, csv: must parse. text, mermaid: shown only.
    """
    match block.language:
        case "python" if ">>> " in block.text:
            _doctest(block, names)
        case "python":
            code = compile("\n" * block.line + block.text, str(block.page), "exec")
            exec(code, names)
        case "console":
            for command, shown in _commands(block):
                _shell(block, command, shown)
        case "yaml":
            yaml.safe_load(block.text)
        case "json":
            json.loads(block.text)
        case "csv":
            widths = {len(row) for row in csv.reader(io.StringIO(block.text))}
            assert len(widths) == 1, f"{block}: rows of {sorted(widths)} cells"
        case language:
            allowed = ("python", "console", "yaml", "json", "csv", *SHOWN_ONLY)
            assert language in SHOWN_ONLY, f"{block}: language must be one of {allowed}, got {language!r}"


def _indent(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return " " * (len(first) - len(first.lstrip()))


def _doctest(block: Block, names: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, str(block), str(block.page), block.line)
    test.globs = names
    said = io.StringIO()
    result = doctest.DocTestRunner(optionflags=ALIKE).run(test, out=said.write, clear_globs=False)
    assert not result.failed, said.getvalue()


def _commands(block: Block) -> Iterator[tuple[str, str]]:
    """(command, what the page shows below it) for every `$` line; `\\` continues a command."""
    command, shown = "", ""
    for line in block.text.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], ""
        else:
            assert command, f"{block}: a console block begins with a `$ ` line"
            shown += line + "\n"
    assert command, f"{block}: no command"
    yield command, shown


def _shell(block: Block, command: str, shown: str) -> None:
    words = shlex.split(command.replace("./run cli ", "detente ", 1), comments=True)
    expected = re.search(r"#\s*exit (\d)", command)
    if words[0] != "detente":
        assert command.startswith(TYPED_ELSEWHERE), f"{block}: nothing here can run {command!r}"
        return
    from detente.cli import main

    @click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
    @click.argument("args", nargs=-1, type=click.UNPROCESSED)
    def detente(args: tuple[str, ...]) -> None:
        raise click.exceptions.Exit(main(list(args)))

    result = click.testing.CliRunner().invoke(detente, words[1:])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    want = int(expected.group(1)) if expected else 0
    assert result.exit_code == want, (
        f"{block}: `{command}` exits {result.exit_code}, not {want}\n{result.output}"
    )
    if shown.strip():
        checker = doctest.OutputChecker()
        example = doctest.Example(command, shown)
        assert checker.check_output(shown, result.output, ALIKE), (
            f"{block}: `{command}`\n{checker.output_difference(example, result.output, ALIKE)}"
        )
