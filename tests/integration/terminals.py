"""A terminal as a user has it, with flume on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte

FLUME = str(Path(sys.executable).with_name("flume"))
ESCAPE = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 20.0  # seconds


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES", "LC_ALL")}
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1"} | more


class Terminal:
    """A program that reads what is sent to it and draws on a terminal of this size."""

    def __init__(self, program: str, columns: int, rows: int, env: dict[str, str], stdin: int | None) -> None:
        self.screen = pyte.HistoryScreen(columns, rows, history=1000)
        self._stream = pyte.ByteStream(self.screen)
        self.master, slave = pty.openpty()
        self.size(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.slave = slave

        def own_terminal() -> None:
            os.setsid()
            fcntl.ioctl(1, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [FLUME, program],
            stdin=slave if stdin is None else stdin,
            stdout=slave,
            stderr=slave,
            env=env,
            preexec_fn=own_terminal,
        )
        self.sent = b""

    def size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def key(self, key: bytes) -> None:
        os.write(self.master, key)

    def read(self, seconds: float = 0.05) -> None:
        """Show what the program has written."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                data = os.read(self.master, 1 << 16)
                self.sent += data
                self._stream.feed(data)

    def wait_for(self, seen: Callable[[str], Any]) -> str:
        """The screen, once it is as it should be."""
        end = time.monotonic() + PATIENCE
        while not seen(self.text):
            assert time.monotonic() < end, f"never seen:\n{self.text}"
            self.read()
        return self.text

    def end(self) -> int:
        """Its exit status, once it has ended by itself."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"does not end:\n{self.text}"
            self.read()
        self.read(0.2)
        return self.process.returncode

    @property
    def text(self) -> str:
        return "\n".join(row.rstrip() for row in self.screen.display).rstrip()

    @property
    def left(self) -> list[str]:
        """The rows that went up and out of the terminal."""
        return ["".join(row[column].data for column in sorted(row)).rstrip() for row in self.screen.history.top]


@contextmanager
def terminal(
    program: str, columns: int = 60, rows: int = 20, *, stdin: int | None = subprocess.DEVNULL, **more: str
) -> Iterator[Terminal]:
    """*program*, run by flume on a terminal; *stdin*: the descriptor of what it reads; None: what is typed."""
    opened = Terminal(program, columns, rows, environment(**more), stdin)
    try:
        yield opened
    finally:
        if opened.process.poll() is None:
            opened.process.kill()
        opened.process.wait()
        os.close(opened.master)
        os.close(opened.slave)
