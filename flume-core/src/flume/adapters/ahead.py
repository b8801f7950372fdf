"""Ahead: a thread that makes chunks of bytes while those before them are used.

It pays where the making lets go of Python's lock, as decompression does.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

from flume.closing import release

WAITING = 8  # chunks that are made before they are asked for


def ahead(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, made by a thread; it ends with them, with an error of theirs, or when this is closed.

    >>> list(ahead(iter([b'a', b'b'])))
    [b'a', b'b']
    """
    made: deque[bytes] = deque()
    changed = threading.Condition()
    failed: list[BaseException] = []
    ended = closed = False

    def make() -> None:
        nonlocal ended
        try:
            for chunk in chunks:
                with changed:
                    changed.wait_for(lambda: len(made) < WAITING or closed)
                    if closed:
                        return
                    made.append(chunk)
                    changed.notify_all()
        except BaseException as error:
            failed.append(error)
        finally:
            release(chunks)
            with changed:
                ended = True
                changed.notify_all()

    thread = threading.Thread(target=make, name="flume ahead", daemon=True)
    thread.start()
    try:
        while True:
            with changed:
                changed.wait_for(lambda: made or ended)
                if not made:
                    break
                chunk = made.popleft()
                changed.notify_all()
            yield chunk
        if failed:
            raise failed[0]
    finally:
        with changed:
            closed = True
            changed.notify_all()
        thread.join(timeout=0.2)  # one that waits for input that never comes is left behind
