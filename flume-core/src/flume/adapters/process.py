"""Process: a program that is run for its output, and ended with all that it has begun."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

PATIENCE = 0.5  # seconds that it gets to end when it is asked to
_LINES = 3  # the last that it says on stderr are kept
_LONGEST = 500  # bytes of such a line
_TICK = 0.01


class Process(subprocess.Popen[bytes]):
    """A program that runs without a shell, in a session of its own; `end` it in the end.

    It has nothing to read, and no terminal: one that asks for a password fails.  *said*: its last lines on stderr.
    Raises an `OSError` where it cannot be run.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self.said: deque[str] = deque(maxlen=_LINES)
        self._listening: threading.Thread | None = None
        try:
            super().__init__(
                arguments,
                bufsize=0,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            self._listening = threading.Thread(target=self._listen, name=f"flume {arguments[0]}"[:60], daemon=True)
            self._listening.start()
        except BaseException:  # a signal may have come when the program ran already
            if getattr(self, "pid", None) is not None and self.returncode is None:
                self.end()
            raise

    def end(self) -> None:
        """End it if it still runs, and what it has begun: asked first, then killed."""
        self._signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self._is_there() and time.monotonic() < until:
            time.sleep(_TICK)
        self._signal(signal.SIGKILL)
        self.wait()
        self.release()

    def release(self) -> None:
        """Let go of it, now that it has ended."""
        if self.stdout is not None:
            self.stdout.close()
        if self._listening is not None and self._listening.ident is not None:
            self._listening.join(PATIENCE)  # what it has begun may hold its stderr

    def _is_there(self) -> bool:
        """Whether it runs, or what it has begun."""
        self.poll()
        try:
            os.killpg(self.pid, 0)
        except (ProcessLookupError, PermissionError):
            return self.returncode is None
        return True

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):  # it is gone, or another user's
            os.killpg(self.pid, number)

    def _listen(self) -> None:
        """Keep what it says last: it would wait if nobody listened."""
        assert self.stderr is not None
        with self.stderr as stderr:
            rest = b""
            while data := stderr.read(1 << 16):
                *lines, rest = (rest + data).split(b"\n")
                self._keep(lines)
                rest = rest[:_LONGEST]
            self._keep([rest])

    def _keep(self, lines: Sequence[bytes]) -> None:
        self.said.extend(line[:_LONGEST].decode("utf-8", "replace").strip() for line in lines if line.strip())
