"""Guard: a process that runs a server for another, and ends it when that one is gone, however that came about.

It is a script of its own, so that neither Ctrl-C nor the end of the one that started it reaches it, and imports
nothing of flume.  `guard.py FOLDER USER COMMAND...` obeys the lines of its standard input, answering each with one:

    start       run the command; the answer is the number of its process
    poll        its exit status, or nothing while it runs
    signal N    send it signal N, with all that it started, and wait for its end

At the end of its input it kills what runs and removes *FOLDER*.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path


def start(folder: Path, user: str, command: list[str]) -> subprocess.Popen[bytes]:
    """Run *command* in *folder* as *user* (nobody in particular: as we are), in a group of processes of its own."""
    with (folder / "output.txt").open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            user=user or None,
            extra_groups=[] if user else None,
        )


def adopt_orphans() -> None:
    """Become the parent of what the command leaves behind, where the system can do that, so as to see it end."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def send(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal the group of *process* and wait for the last of it; a group that stays for 20 seconds is killed."""
    until = time.monotonic() + 20
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
        while True:
            process.poll()
            with suppress(ChildProcessError):
                os.waitpid(-process.pid, os.WNOHANG)
            os.killpg(process.pid, 0 if time.monotonic() < until else signal.SIGKILL)
            time.sleep(0.02)


def main(folder: Path, user: str, *command: str) -> None:
    """Obey standard input until it ends."""
    adopt_orphans()
    process: subprocess.Popen[bytes] | None = None
    try:
        for line in sys.stdin:
            match line.split():
                case ["start"]:
                    process = start(folder, user, list(command))
                    answer = str(process.pid)
                case ["signal", number] if process:
                    send(process, int(number))
                    answer = ""
                case _:
                    answer = "" if process is None or process.poll() is None else str(process.returncode)
            print(answer, flush=True)  # noqa: T201
    finally:
        if process:
            send(process, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
