"""The arguments of a program's command line: one table of options, read without typer.

Typer alone takes as long to import as flume and its engine together, and as long again to convert
one text.  So it does what it is good at, help and completion, from the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from flume.budget import size_of
from flume.errors import UsageError

COMMANDS = ("run", "explain", "retry")
"""The commands whose arguments are those of a program."""

RUNNING = ("run", "retry")
"""Those of them that run it."""


@dataclass(slots=True)
class Arguments:
    """What a command line asks for."""

    words: list[str] = field(default_factory=list)
    file: str | None = None
    implicit_sink: str | None = None
    optimize: bool = True
    jobs: int | None = None  # as many as help
    code: bool = False
    memory: int | None = None  # a share of what there is
    stats: Literal["text", "json"] | None = None
    progress: bool | None = None  # None: where it helps
    runner: str | None = None  # this process
    rc: bool = True
    given: list[str] = field(default_factory=list)  # the options, as they were written


def _jobs(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise UsageError(f"--jobs takes a number of processes, 1 or more, not {text!r}")
    return int(text)


def _memory(text: str) -> int:
    return size_of(text, "--memory")


class Option(NamedTuple):
    """An option: how it is written, and what it sets; one without values to set takes a text, and reads it."""

    name: str
    flags: dict[str, Any]
    help: str
    commands: tuple[str, ...] = COMMANDS
    metavar: str = ""
    read: Callable[[str], Any] = str


OPTIONS = (
    Option("file", {"--file": None, "-f": None}, "Read the program from a file; - is standard input.", metavar="FILE"),
    Option(
        "implicit_sink",
        {"--implicit-sink": None},
        "Where a pipeline that ends in no sink writes to: the name of an adapter, or a text such as "
        "\"write('stdio', format='csv')\". Normally stdio.",
        metavar="SINK",
    ),
    Option("optimize", {"--no-optimize": False}, "Take no short cuts: slower, and the same answer."),
    Option(
        "jobs",
        {"--jobs": None, "-j": None},
        "How many processes may share the work on large files. Normally as many as there are cores.",
        metavar="N",
        read=_jobs,
    ),
    Option("code", {"--code": True}, "Show the Python as well that is generated for steps.", ("explain",)),
    Option(
        "memory",
        {"--memory": None},
        "How much a step may hold in memory, such as 512M or 2G: sort holds more on disk, a reduce of too many groups "
        "stops. Normally 25% of what there is.",
        RUNNING,
        metavar="SIZE",
        read=_memory,
    ),
    Option(
        "stats",
        {"--stats": "text", "--stats=json": "json"},
        "Say on stderr how many points were read, written and rejected; --stats=json for programs.",
        RUNNING,
    ),
    Option(
        "progress",
        {"--progress": True, "--no-progress": False},
        "Draw a bar while a long read lasts. Normally where stderr is a terminal.",
        RUNNING,
    ),
    Option(
        "runner",
        {"--runner": None},
        "What runs the program: the name of a plugin's runner. Normally this process.",
        RUNNING,
        metavar="NAME",
    ),
    Option("rc", {"--no-rc": False}, "Do not read ~/.flumerc.py and ./.flumerc.py."),
)


def parse(args: Sequence[str]) -> Arguments:
    """Read the arguments; options may stand before and behind the program.

    Raises `UsageError` for an option that does not exist, or that lacks its value.

    >>> parsed = parse(['--stats', 'emit(limit=3)', '--implicit-sink', 'stdio'])
    >>> parsed.words, parsed.stats, parsed.implicit_sink
    (['emit(limit=3)'], 'text', 'stdio')
    """
    parsed = Arguments()
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            parsed.words += rest
        elif arg == "-" or not arg.startswith("-"):
            parsed.words.append(arg)
        else:
            name, value, flag = _option(arg, rest)
            setattr(parsed, name, value)
            parsed.given.append(flag)
    return parsed


def check_options(command: str, given: Iterable[str]) -> None:
    """A `UsageError` where *given* has an option that *command* does not know."""
    for flag in given:
        if not any(flag in option.flags and command in option.commands for option in OPTIONS):
            raise UsageError(f"flume {command} has no option {flag}; flume {command} --help shows those it has")


def _option(arg: str, rest: Iterator[str]) -> tuple[str, Any, str]:
    """The name that *arg* sets, the value, and the option itself."""
    flag, equals, value = arg.partition("=")
    if not arg.startswith("--"):
        flag, value = arg[:2], arg[2:].removeprefix("=")
    for option in OPTIONS:
        if (set_to := option.flags.get(arg)) is not None:
            return option.name, set_to, arg
        if flag in option.flags:
            if option.flags[flag] is not None:
                raise UsageError(f"{flag} does not take the value {value!r}")
            value = value or ("" if equals else next(rest, ""))
            if not value:
                raise UsageError(f"{flag} needs a value: {flag} {option.metavar}")
            return option.name, option.read(value), flag
    raise UsageError(f"no option {flag}{_close(flag)}; flume --help shows all options")


def _close(flag: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(flag, [flag for option in OPTIONS for flag in option.flags], 1, 0.6)
    return f", did you mean {close[0]}?" if close else ""
