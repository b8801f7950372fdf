"""Pump: a thread that waits for a live source, with a bounded queue between it and the pipeline."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

from flume.closing import release
from flume.flow import Batch, Source
from flume.run import Run
from flume.tables import Table

WAITING = 16  # batches that a source may be ahead; then it is not read on (back-pressure)


class Pump:
    """Batches of one live source, taken without waiting; *wake* is told of every new one."""

    def __init__(self, source: Source, run: Run, wake: threading.Condition) -> None:
        self.ended = False
        self._queue: deque[Batch] = deque()
        self._error: BaseException | None = None
        self._closed = False
        self._finished = False
        self._wake = wake
        self._run = run
        self._thread = threading.Thread(target=self._work, args=(source,), name=f"flume {source!r}"[:60], daemon=True)
        self._thread.start()

    def take(self) -> Batch | None:
        """The next batch; None when there is none now.  Raises what the source raised."""
        with self._wake:
            if self._queue:
                batch = self._queue.popleft()
                self._wake.notify_all()
                return batch
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            self.ended = self._finished
            return None

    @property
    def ready(self) -> bool:
        """Whether `take` has something to give or to say; ask with *wake* held."""
        return bool(self._queue or self._error or self._finished)

    def stop(self) -> None:
        """Take no more of the source, and do not wait for it."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def close(self) -> None:
        """Stop the source; one that waits for input that never comes is left behind."""
        self.stop()
        self._thread.join(timeout=1.0)

    def _work(self, source: Source) -> None:
        batches: Iterator[Batch | Table] | None = None
        try:
            batches = source.start(self._run)
            for batch in batches:
                assert isinstance(batch, list)  # what is live gives points
                with self._wake:
                    self._wake.wait_for(lambda: len(self._queue) < WAITING or self._closed)
                    if self._closed:
                        return
                    self._queue.append(batch)
                    self._wake.notify_all()
                if self._run.stop.is_set():
                    return
        except BaseException as error:
            self._error = error
        finally:
            if batches is not None:
                release(batches)
            with self._wake:
                self._finished = True
                self._wake.notify_all()
