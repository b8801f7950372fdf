"""seq: pipelines one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flume.errors import OptionError
from flume.files import Written
from flume.flow import Batch, Flow, Source, Step, steps_in
from flume.run import Run


class seq(Source):
    """Run the *pipelines* one after the other; all their points go on.

    >>> from flume import emit
    >>> list(seq(emit(points=[{'a': 1}]), emit(points=[{'a': 2}])))
    [{'a': 1}, {'a': 2}]

    The log of yesterday, then that of today, as one stream:

    >>> from flume import count, put
    >>> yesterday = emit(limit=2, start='2024-03-01', every='1h')
    >>> today = emit(limit=1, start='2024-03-02')
    >>> [point['n'] for point in seq(yesterday, today) | put(n=count())]
    [1, 2, 3]
    """

    pipelines: tuple[Flow, ...]

    nests = True

    def __init__(self, *pipelines: Flow) -> None:
        self._set(pipelines=pipelines)

    def check(self) -> None:
        if not self.pipelines:
            raise OptionError("seq takes at least one pipeline")
        for pipeline in self.pipelines:
            if not isinstance(pipeline, Flow):
                raise OptionError(f"seq takes pipelines, not {pipeline!r}")

    def live(self, now: datetime) -> bool:
        from flume.engine.plan import plan

        return any(plan(pipeline, now=now).live for pipeline in self.pipelines)

    def paces(self) -> bool:
        from flume.engine.plan import plan

        return any(plan(pipeline).paced for pipeline in self.pipelines)

    def reads_file(self, path: str) -> bool:
        return any(step.reads_file(path) for step in self._steps())

    def writes_files(self) -> Sequence[Written]:
        return [one for step in self._steps() for one in step.writes_files()]

    def _steps(self) -> Iterator[Step]:
        for pipeline in self.pipelines:
            yield from steps_in(pipeline)

    def start(self, run: Run) -> Iterator[Batch]:
        from flume.engine.local import nested

        for pipeline in self.pipelines:
            yield from nested(pipeline, run)
