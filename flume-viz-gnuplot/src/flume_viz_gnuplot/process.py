"""Process: one gnuplot, told what to draw by a pipe and asked for what it drew."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import selectors
import signal
import subprocess
import time
from io import FileIO
from typing import NoReturn, cast

from flume.errors import SinkError

PATIENCE = 20.0
"""How many seconds a picture may take."""

ENVIRONMENT = ("PATH", "HOME", "LANG", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "GDFONTPATH")
"""What gnuplot is told of the environment: GNUTERM and others would change what it draws."""

MISSING = "gnuplot is not installed: 'apt install gnuplot-nox' (for windows gnuplot-x11) or 'brew install gnuplot'"

_NO_DISPLAY = re.compile(rb"(?:unable to open|could not connect to) display[^\n]*")


class Process:
    """A running gnuplot.

    :raises SinkError: it is not installed, or cannot be started.
    """

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        # -d: without the user's own commands; a file: from its plain input gnuplot loses letters to events of windows,
        # and goes on after an error
        argv = ["gnuplot", "-d", "/dev/stdin"]
        pipe = subprocess.PIPE
        try:  # a session of its own: Ctrl-C is for flume, which may draw once more
            self._process = subprocess.Popen(
                argv, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, env=environment, start_new_session=True
            )
        except FileNotFoundError:
            raise SinkError(MISSING) from None
        except OSError as error:
            raise SinkError(f"gnuplot cannot be started: {error.strerror}") from None
        self._stdin = cast(FileIO, self._process.stdin)
        self._stdout = cast(FileIO, self._process.stdout)
        self._stderr = cast(FileIO, self._process.stderr)
        os.set_blocking(self._stdin.fileno(), False)
        self._marker = secrets.token_hex(16)  # which no data can guess
        self._begin = "set print '-'\nset encoding utf8\n"  # once: each time takes a little memory
        self._said = b""

    def run(self, commands: str) -> bytes:
        """What gnuplot wrote for *commands*, which are lines without the last line's end.

        :raises SinkError: it refused them, has died, or does not answer.
        """
        begin, self._begin = self._begin, ""
        return self._exchange(f"{begin}{commands}\nprint '{self._marker}'\n".encode("utf-8", "replace"))

    def close(self) -> None:
        """End it; a window may stay."""
        for pipe in (self._stdin, self._stdout, self._stderr):  # all: it may be about to write what nobody reads
            pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._kill()

    @property
    def complaint(self) -> str:
        """What it said last that was not a mere warning, in one line."""
        text = self._said.decode("utf-8", "replace")
        lines = [line for line in text.splitlines() if line.strip() and "warning" not in line]
        return " ".join(lines[-1].partition('"/dev/stdin" ')[::2]).strip() if lines else ""

    def _exchange(self, waiting: bytes) -> bytes:
        """Send, and receive what comes before the marker's line."""
        stdin, stdout, stderr = self._stdin, self._stdout, self._stderr
        end, answer, deadline = f"{self._marker}\n".encode(), bytearray(), time.monotonic() + PATIENCE
        rest = memoryview(waiting)
        with selectors.DefaultSelector() as selector:
            selector.register(stdin, selectors.EVENT_WRITE)
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stderr, selectors.EVENT_READ)
            while not answer.endswith(end):
                ready = {key.fileobj for key, _ in selector.select(0.5)}
                if not ready and self._process.poll() is not None:  # and a window keeps its pipes open
                    self._mourn()
                if time.monotonic() > deadline:
                    self._kill()
                    raise SinkError(f"gnuplot did not answer within {PATIENCE:g} s and was ended")
                if stdin in ready:
                    try:
                        rest = rest[os.write(stdin.fileno(), rest) :]
                    except BrokenPipeError:
                        rest = rest[:0]
                    if not rest:
                        selector.unregister(stdin)
                if stderr in ready:
                    if text := os.read(stderr.fileno(), 1 << 16):
                        self._listen(text)
                    else:
                        selector.unregister(stderr)
                if stdout in ready:
                    if data := os.read(stdout.fileno(), 1 << 20):
                        answer += data
                    else:
                        self._mourn()
        return bytes(answer[: -len(end)])

    def _listen(self, text: bytes) -> None:
        """Keep the last of what it says; without a display it would eat commands and never answer."""
        self._said = (self._said + text)[-2000:]
        if found := _NO_DISPLAY.search(self._said):
            self._kill()
            raise SinkError(f"gnuplot can show no window: {found[0].decode('utf-8', 'replace')}; set DISPLAY")

    def _mourn(self) -> NoReturn:
        """Say why it has ended: on an error of its own, which ends a file of commands, or from outside."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._kill()
        code = self._process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else "ended"
        raise SinkError(f"gnuplot {how}{': ' * bool(self.complaint)}{self.complaint}")

    def _kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)  # with what shows its windows
            self._process.wait()
