"""The command line: argv in, one Study through the brief's pages out; no thinking of its own.

Heavy imports wait inside the commands, so that `detente --help` stays instant.
Exit codes: 0 fine, 1 loads with notices (`check`), 2 wrong input, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys

import click

from detente.errors import DetenteError


def main(args: list[str] | None = None) -> int:
    """Run the command line and return its exit code; also the console script's entry point.

    Errors of input are told without a traceback; so is an interruption.
    """
    if args is None and hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` ends the program, as it ends others
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # small matrices: threads only get in each other's way
    from detente.cli.commands import cli

    try:
        code = cli.main(args=args, prog_name="detente", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = 2
    except DetenteError as error:
        click.echo(f"detente: {error}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("detente: interrupted; nothing was left half-written", err=True)
        code = 130
    except OSError as error:
        click.echo(f"detente: {error.filename or 'file'}: {error.strerror or error}", err=True)
        code = 2
    if args is None:
        sys.exit(code or 0)
    return int(code or 0)
