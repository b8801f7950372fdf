"""resources: what this process holds (threads, open files, sockets, processes), to see what is left behind."""

from __future__ import annotations

import gc
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 1.0
"""How many seconds what was told to end may take to do so."""


def held() -> dict[str, set[Any]]:
    """What this process holds: the processes and files are known where there is `/proc`.

    >>> sorted(held())
    ['open file', 'process', 'thread']
    """
    files = set()
    with suppress(OSError):
        for descriptor in os.listdir("/proc/self/fd"):
            with suppress(OSError):  # it was open to read the folder
                files.add(f"{descriptor} {os.readlink(f'/proc/self/fd/{descriptor}')}")
    return {"process": set(children()), "thread": set(threading.enumerate()), "open file": files}


def children() -> list[str]:
    """The numbers of the processes that this one has started, where there is `/proc`."""
    try:
        tasks = [*Path("/proc/self/task").iterdir()]
        return [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


@contextmanager
def nothing_left(when: str) -> Iterator[None]:
    """An `AssertionError` where more is held after the block than before; *when*: what was done in it.

    What Python itself had to close counts too: elsewhere it would stay open.

    >>> with nothing_left('after nothing was done'):
    ...     pass
    """
    gc.collect()  # what others have left is not spoken of here
    before = held()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", ResourceWarning)
        yield
        until = time.monotonic() + PATIENCE
        while (more := _more(before)) and time.monotonic() < until:
            time.sleep(0.01)
    assert not more, f"{when}, left behind: {'; '.join(more)}; release all that start() opens, in a `finally`"
    unclosed = [str(warning.message) for warning in said]
    assert not unclosed, f"{when}, left to Python to close: {unclosed[0]}; close it yourself, in a `finally`"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that temporary files go into, of this process and of those that it starts.

    >>> with temporary_folder() as folder, tempfile.NamedTemporaryFile() as file:
    ...     Path(file.name).parent == folder
    True
    """
    with tempfile.TemporaryDirectory() as folder:
        before = {name: os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")}
        os.environ.update(dict.fromkeys(before, folder))
        tempfile.tempdir = None  # to be found anew
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = None
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def _more(before: dict[str, set[Any]]) -> list[str]:
    return [f"{what} {_spoken(each)}" for what, now in held().items() for each in now - before[what]]


def _spoken(each: Any) -> str:
    return each.name if isinstance(each, threading.Thread) else str(each)
