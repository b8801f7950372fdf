"""The command line: `flume "PROGRAM"` and the commands beside it.

Nothing is imported before it is known what is asked for: a program needs no typer, the help needs no flume.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

BY_TYPER = ("docs", "plugins")
"""The commands whose arguments typer reads."""

OWN = ("run", "explain", "retry", *BY_TYPER)
"""All commands of flume itself; a word that is none of them may be a plugin's."""

_OPTIONS_BY_TYPER = {"-h", "--help", "--install-completion", "--show-completion"}


def main(args: Sequence[str] | None = None) -> int:
    """Do what the command line says, and give back the exit status."""
    from flume.cli.ending import ended

    given = list(sys.argv[1:] if args is None else args)
    rest = [arg for arg in given if arg != "--debug"]
    return ended(lambda: _command(rest), debug=len(rest) < len(given))


def _command(args: list[str]) -> int:
    import os

    if args and args[0][:1].isalpha() and args[0].replace("-", "_").isidentifier() and args[0] not in OWN:
        from flume.cli import commands

        if (command := commands.find(args[0])) is not None:
            status = command(args[1:])
            return status if isinstance(status, int) else 0
    if not args or args[0] in BY_TYPER or _OPTIONS_BY_TYPER & set(args) or os.environ.get("_FLUME_COMPLETE"):
        return _by_typer(args or ["--help"])
    if "--version" in args:
        return _version()
    from flume.cli import arguments
    from flume.errors import UsageError

    asked = arguments.parse(args)
    first = asked.words[0] if asked.words else ""
    if first in BY_TYPER:
        raise UsageError(f"{asked.given[0]} is an option of programs; the options of flume {first} stand behind it")
    if first in arguments.COMMANDS:
        del asked.words[0]
    if first == "explain":
        from flume.cli.explain import explain

        return explain(asked)
    if first == "retry":
        from flume.cli.retry import retry

        return retry(asked)
    from flume.cli.run import run

    return run(asked)


def _by_typer(args: list[str]) -> int:
    from flume.cli.app import app

    if {"-h", "--help"} & set(args) and args[0] not in OWN:
        args = ["--help"]
    if args[0] not in OWN:
        from flume.cli.app import name_commands

        name_commands()
    try:
        app(args, prog_name="flume")
    except SystemExit as error:
        from flume.cli.ending import reader_is_gone

        if error.code == 1 and reader_is_gone():  # typer takes `| head` for a failure
            return 0
        raise
    return 0


def _version() -> int:
    from importlib.metadata import version

    sys.stdout.write(f"flume {version('flume-core')}\n")
    return 0
