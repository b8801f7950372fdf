"""Ending: how a command ends, with an exit status and one line of what went wrong; a traceback only on demand.

0 done, 1 the program failed, 2 wrong usage, 3 done but records were rejected; 129, 130 and 143 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from flume.cli.saying import say
from flume.errors import FlumeError, SinkError

INTERRUPTED = 130


def ended(command: Callable[[], int], *, debug: bool = False) -> int:
    """Run *command* and give back its exit status; whatever it raises is said in one line, or more with *debug*."""
    _stand_in_for_closed_streams()
    try:
        status = _caught(command, debug)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except OSError as error:
        _silence_stdout()
        say(f"cannot write standard output: {(error.strerror or str(error)).lower()}")
        return 1
    return status


class ClosedOutput(io.TextIOBase):
    """What stands for standard output where there is none: what is written to it is not lost without a word."""

    def write(self, text: str) -> NoReturn:
        """Say that it cannot be."""
        raise SinkError("cannot write 'standard output': it is closed")


def described(error: BaseException) -> str:
    """What went wrong in one line, the error's notes in brackets; the hints of an error of flume's follow.

    >>> error = FlumeError("cannot read 'a'" + chr(10) + "  is it b?")
    >>> error.add_note("in step 3: sort('count')")
    >>> print(described(error))
    cannot read 'a' (in step 3: sort('count'))
      is it b?
    >>> described(FileNotFoundError(2, 'No such file or directory', 'a'))
    'a: no such file or directory'
    """
    first, *more = _text(error).split("\n")
    notes = "; ".join(" ".join(note.split()) for note in getattr(error, "__notes__", ()))
    return "\n".join([f"{first} ({notes})" if notes else first, *more])


def reader_is_gone() -> bool:
    """Whether it is standard output that nobody reads any more, as with `| head`: that is no failure."""
    import select

    try:
        poll = select.poll()
        poll.register(sys.__stdout__.fileno(), 0)  # type: ignore[union-attr]
        return any(event & select.POLLERR for _, event in poll.poll(0))
    except (OSError, ValueError, AttributeError):  # there is none, or no poll
        return False


def _caught(command: Callable[[], int], debug: bool) -> int:
    try:
        return command()
    except SystemExit as error:
        return _exit_status(error)
    except Exception as error:
        if isinstance(error, BrokenPipeError) and reader_is_gone():
            raise
        if debug:
            import traceback

            traceback.print_exc()
        hint = "" if debug or isinstance(error, (FlumeError, OSError)) else "\n  --debug shows where"
        say(described(error) + hint)
        return error.status if isinstance(error, FlumeError) else 1


def _text(error: BaseException) -> str:
    if isinstance(error, FlumeError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}{error.strerror.lower()}"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _exit_status(error: SystemExit) -> int:
    """The status of `sys.exit(…)`, which takes a number, nothing, or a last word."""
    if error.code is None or isinstance(error.code, int):
        return error.code or 0
    say(str(error.code))
    return 1


def _stand_in_for_closed_streams() -> None:
    """Where the shell has closed standard streams, no file may get their numbers, and no name be without an object."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # it gets the lowest number that is free
    if sys.stdout is None:
        sys.stdout = ClosedOutput()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - nobody listens, and it is open to the end


def _silence_stdout() -> None:
    """What is still buffered goes nowhere: else Python would complain when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
