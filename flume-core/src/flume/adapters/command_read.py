"""Reading the output of a program."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flume.adapters.arriving import arriving
from flume.adapters.contents import Contents
from flume.adapters.secrets import HIDDEN, shown, without_passwords
from flume.closing import closing
from flume.errors import OptionError, SourceError
from flume.files import is_path
from flume.flow import Batch, Source
from flume.parsing import Origin, Parser
from flume.run import Run
from flume.tables import Table
from flume.value import env, spoken
from flume.width import shortened

if TYPE_CHECKING:
    from flume.adapters.process import Process

WORD = "read('command')"
_SHELL = "|&;<>$`*?~"  # what only a shell makes something of
_NAMED = 60  # columns of a command in messages
_TICK = 0.05  # seconds between looks at whether the run is to stop
_MOMENT = 0.5  # seconds in which a program that broke off what it printed ends


class ReadCommand(Source):
    """Read what a program prints, line by line as it comes.

    *run*: the program and its arguments, a list: no shell is asked, so nothing in them is more than text.  They may be
    `env('NAME')`, whose values are shown nowhere.  *status*: the exit statuses that are accepted, one or a list; any
    other is an error that tells what the program said last on stderr, behind the points.  *follow*: what it prints goes
    on as time does, so that windows close with the clock.

    *format*, *compression*, *strip_ansi*, *encoding* and *multiline* are as those of `stdio`; further options are the
    format's.

    The program has nothing to read and no terminal.  Where nobody wants more of it, it is ended with all that it has
    begun: by SIGTERM, and half a second later by SIGKILL.

    >>> from flume import read
    >>> list(read('command', run=['echo', '{"a": 1}']))
    [{'a': 1}]

    Lines that are no JSON, with what they mean:

    >>> from flume import count, reduce
    >>> list(read('command', run=['printf', 'a 1\\nb 2\\na 3\\n'], format='regex', pattern='(?P<k>[a-z]) (?P<n>[0-9])')
    ...     | reduce(n=count(), by='k'))
    [{'n': 2, 'k': 'a'}, {'n': 1, 'k': 'b'}]
    """

    run: Any
    format: str | None
    compression: str | None
    strip_ansi: bool
    encoding: str
    multiline: str | None
    status: Any
    follow: bool
    options: tuple[tuple[str, object], ...]

    def __init__(
        self,
        run: Sequence[str | os.PathLike[str] | env],
        format: str | None = None,
        compression: str | None = "auto",
        strip_ansi: bool = False,
        encoding: str = "utf-8",
        multiline: str | None = None,
        status: int | Sequence[int] = 0,
        follow: bool = False,
        **options: Any,
    ) -> None:
        self._set(
            run=run,
            format=format,
            compression=compression,
            strip_ansi=strip_ansi,
            encoding=encoding,
            multiline=multiline,
            status=status,
            follow=follow,
            options=tuple(options.items()),
        )

    def __repr__(self) -> str:
        return shown(self)

    def check(self) -> None:
        if isinstance(self.run, str):
            raise OptionError(f"{WORD}: run takes a list, as no shell is asked{_as_list(self.run)}")
        if not isinstance(self.run, tuple) or not self.run:
            raise OptionError(f"{WORD}: run takes a list of a program and its arguments, not {self.run!r}")
        for each in self.run:
            if not isinstance(each, env) and not is_path(each):
                hint = f"; write {str(each)!r}" if isinstance(each, (int, float)) else ""
                raise OptionError(f"{WORD}: run takes a list of texts, and {each!r} is none{hint}")
        for status in self._statuses:
            if not isinstance(status, int) or isinstance(status, bool) or not 0 <= status <= 255:
                raise OptionError(f"{WORD}: status takes numbers from 0 to 255, not {status!r}")
        self._contents.check_format(None)

    def live(self, now: datetime) -> bool:
        return self.follow

    def makes(self) -> frozenset[str] | None:
        return frozenset() if self._contents.planned(None).plain else None

    def line_format(self) -> str | None:
        parser = self._contents.planned(None)
        return spoken(type(parser)) if self._contents.keeps_lines(parser) else None

    def record_parser(self, name: str | None) -> Parser | None:
        return self._contents.record_parser(name)

    def start(self, run: Run) -> Iterator[Batch | Table]:
        process = self._begun()
        try:
            try:
                with closing(self._points(process, run)) as batches:
                    yield from batches
            except SourceError as error:  # what was broken off: the reason is that of the program
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_MOMENT)
                    process.release()
                    self._check_status(process, error)
                raise
            while not run.stop.is_set():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_TICK)
                    process.release()
                    self._check_status(process)
                    return
        finally:
            if process.returncode is None:
                process.end()

    def _points(self, process: Process, run: Run) -> Iterator[Batch | Table]:
        assert process.stdout is not None
        contents = self._contents
        chunks = arriving(process.stdout.fileno(), self._name, run, tells_quiet=self.multiline is not None)
        found, chunks = contents.found(contents.decoded(chunks, self._name), None)
        return contents.parse(found, contents.cut(chunks, found.parser), Origin(run, self._name))

    def _begun(self) -> Process:
        from flume.adapters.process import Process

        arguments = [each.reveal() if isinstance(each, env) else os.fspath(each) for each in self.run]
        try:
            return Process(arguments)
        except FileNotFoundError as error:
            where = "there is no such file" if os.sep in arguments[0] else "no directory of PATH has it"
            raise SourceError(f"cannot run {self._program}: {where}") from error
        except PermissionError as error:
            raise SourceError(f"cannot run {self._program}: it is not executable") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SourceError(f"cannot run {self._program}: {reason.lower()}") from error

    def _check_status(self, process: Process, cause: Exception | None = None) -> None:
        """A `SourceError` for a status that is not accepted."""
        status = process.returncode
        if status in self._statuses:
            return
        how = f"exited with status {status}" if status >= 0 else f"was killed by {signal.Signals(-status).name}"
        said = "; ".join(process.said)
        for each in self.run:
            if isinstance(each, env) and each.reveal():
                said = said.replace(each.reveal(), HIDDEN)
        advice = "; status= says what is accepted" if status > 0 and not said else ""
        raise SourceError(f"{self._name}: {how}{f': {said}' if said else advice}") from cause

    @property
    def _statuses(self) -> tuple[Any, ...]:
        return self.status if isinstance(self.status, tuple) else (self.status,)

    @property
    def _program(self) -> str:
        return repr(f"${self.run[0].name}" if isinstance(self.run[0], env) else os.fspath(self.run[0]))

    @property
    def _name(self) -> str:
        """How the command is called in messages."""
        arguments = [f"${each.name}" if isinstance(each, env) else shlex.quote(os.fspath(each)) for each in self.run]
        return shortened(without_passwords(" ".join(arguments)), _NAMED)

    @property
    def _contents(self) -> Contents:
        return Contents(
            type(self), self.format, self.compression, self.strip_ansi, self.encoding, self.multiline, self.options
        )


def _as_list(text: str) -> str:
    """The list that was meant, as far as can be told."""
    if any(character in text for character in _SHELL):
        return f"; where one is needed: run=['sh', '-c', {text!r}]"
    try:
        return f": run={shlex.split(text)!r}"
    except ValueError:
        return ": run=['ls', '-l']"
