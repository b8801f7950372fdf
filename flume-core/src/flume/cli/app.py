"""The commands as typer knows them: for the help, for completion, and to run those that are not programs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import typer

from flume.cli import docs, plugins
from flume.cli.arguments import OPTIONS, Option

HELP = """Process streams of points: read, filter, reduce, write.

A program is a pipeline in Python, with every word of flume in scope: flume docs lists them.

\b
flume "emit(limit=10) | write('stdio')"
flume "read('stdio', file='access.jsonl') | filter('status >= 500') | head(5)"
flume "read('stdio', format='grok', pattern='%{SYSLOGLINE}',
            file='examples/grok/syslog', time='timestamp')
       | reduce(count=count(), every='1h') | write('stdio')"

What ~/.flumerc.py and ./.flumerc.py define is in scope too:

\b
def syslog(file):
    return read('stdio', format='grok', pattern='%{SYSLOGLINE}', file=file,
                time='timestamp')

\b
flume "syslog('examples/grok/syslog')
       | reduce(count=count(), by=['program']) | sort('count')"

A pipeline that ends in no sink writes to stdio.
"""

EPILOG = """Exit status: 0 done, 1 the program failed, 2 wrong usage, 3 done but some records were rejected,
130 interrupted by Ctrl-C, 129 and 143 by a terminal that went away or by a request to end."""

app = typer.Typer(
    help=HELP,
    epilog=EPILOG,
    subcommand_metavar='"PROGRAM" | COMMAND ...',
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _declared(
    options: tuple[Option, ...], *, program: bool = False, file: bool = False
) -> Callable[[Callable[..., None]], Any]:
    """Give a function the parameters that typer reads its options from."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        given: dict[str, tuple[Any, Any]] = {}
        if file:
            kept = typer.Argument(None, metavar="FILE", help="The file that rejects= was given.")
            given["rejects"] = (str, kept)
        if program:
            text = typer.Argument(None, metavar='"PROGRAM"', help="The program; - reads it from standard input.")
            given["program"] = (str, text)
        for option in options:
            flags = [flag for flag in option.flags if "=" not in flag]
            if None in option.flags.values():
                declared = typer.Option(None, *flags, help=option.help, metavar=option.metavar)
                given[option.name] = (str, declared)
            else:
                declared = typer.Option(False, "/".join(flags), help=option.help, show_default=False)
                given[option.name] = (bool, declared)
        parameters = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in given.items()
        ]
        function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        function.__annotations__ = {name: annotation for name, (annotation, _) in given.items()}
        return function

    return declare


def _of(command: str) -> tuple[Option, ...]:
    return tuple(option for option in OPTIONS if command in option.commands)


_DEBUG = Option("debug", {"--debug": True}, "Show a traceback where something goes wrong.")
_VERSION = Option("version", {"--version": True}, "Print the version.")


@app.callback(invoke_without_command=True)
@_declared((*_of("run"), _DEBUG, _VERSION))
def flume(**options: object) -> None:
    """What a program takes is read by `flume.cli.arguments`; here it is only declared."""


@app.command()
@_declared((*_of("run"), _DEBUG), program=True)
def run(**options: object) -> None:
    """Run a program; flume "PROGRAM" does the same."""


@app.command()
@_declared((*_of("explain"), _DEBUG), program=True)
def explain(**options: object) -> None:
    """Show how a program would run: what is pushed down, which fields are read."""


@app.command()
@_declared((*_of("retry"), _DEBUG), program=True, file=True)
def retry(**options: object) -> None:
    """Run a program on what one rejected before, as rejects= keeps it: flume retry bad.jsonl "PROGRAM"."""


app.command("docs")(docs.docs)
app.add_typer(plugins.app, name="plugins")


_own = [*app.registered_commands]


def name_commands() -> None:
    """Let the help and completion know the names of the commands of plugins, which are called without typer."""
    from flume.cli.commands import named

    app.registered_commands[:] = _own
    for name, package in sorted(named().items()):
        app.command(name, help=f"A command of {package}.")(lambda: None)
