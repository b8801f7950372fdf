"""batch: windows of time for the steps behind it."""

from __future__ import annotations

from flume.duration import check_on, duration
from flume.errors import OptionError
from flume.flow import Needed, Proc, Stage
from flume.run import Run
from flume.windows.batches import Cutting


class batch(Proc):
    """Cut the stream into windows of time, in each of which the steps behind it start anew.

    Those are `head`, `tail`, `skip`, `sort`, `uniq`, `describe`, `reorder`, `reduce` without *every*, the reducers of
    `put`, and `join`, `union`, `intersect`, `diff` behind branches: the first point of each hour, not of the stream.
    What leaves one of them without a time of its own has the start of its window: a result of `reduce`, and what
    `sort` has put in another order. An empty window gives the empty values of a `reduce` without *by*. For all other
    steps the stream goes on. `unbatch` and `reduce(every=…)` end the batches, another `batch` begins others.

    The windows begin at the first point, or, with *on*, at the calendar. In order of time, or live, a window ends when
    a later one begins, or time has passed its end; live, a point that comes then is late: reported and dropped.
    A file in no known order is held until its end, and given window by window; `sort()` before `batch` spares memory.
    A point without a time goes into no window: it is counted and dropped, as by `reduce(every=…)`.

    Branches are merged again batch by batch. Those of several sources are where each has a `batch` of its own with the
    same *every* and *on*; mostly it is simpler to write one behind them.

    :param every: the length of a window: `'1h'`, by the calendar too (`'1 month'`), or a number of seconds.
    :param on: where in the calendar they begin: `'0s'` at full hours (days, months), `'30m'` at half past.
    :raises OptionError: *every* is not positive, or *on* does not lie inside it.
    :raises MomentError: one of them is no duration.
    :raises LimitError: when it runs, a file in no known order does not fit into the memory that a step may fill.

    >>> from flume import count, head, reduce, sort
    >>> from flume.testing import run
    >>> points = [{'time': f'2016-07-17T10:{m}Z', 'n': n} for m, n in (('00', 2), ('20', 3), ('50', 1), ('59', 7))]
    >>> run(points, batch('30m'), head(1))
    [{'time': '2016-07-17T10:00:00.000Z', 'n': 2}, {'time': '2016-07-17T10:50:00.000Z', 'n': 1}]
    >>> run(points, batch('1h'), sort('-n'), head(2))
    [{'n': 7, 'time': '2016-07-17T10:00:00.000Z'}, {'n': 3, 'time': '2016-07-17T10:00:00.000Z'}]
    >>> [point['n'] for point in run(points, batch('20m', on='10m'), reduce(n=count()))]
    [1, 1, 0, 2]
    """

    every: str | int | float
    on: str | int | float | None = None

    def check(self) -> None:
        if not duration(self.every):
            raise OptionError(f"batch: every takes a duration longer than nothing, not {self.every!r}")
        if self.on is not None:
            check_on(duration(self.every), duration(self.on))

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | {"time"}

    def makes(self) -> frozenset[str]:
        return frozenset({"time"})  # the steps behind it give what has none the start of a window

    def batched(self, before: bool) -> bool:
        return True

    def meets(self) -> bool:
        return self.on is not None

    def start(self, run: Run) -> Stage:
        return Cutting(duration(self.every), None if self.on is None else duration(self.on), run)
