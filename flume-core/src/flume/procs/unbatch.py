"""unbatch: the end of batches."""

from __future__ import annotations

from flume.flow import Needed, Proc, Stage
from flume.run import Run


class unbatch(Proc):
    """End the batches that a `batch` before it has begun: the steps behind it see one stream again.

    Where there are none it changes nothing.

    The largest of each hour, put in order:

    >>> from flume import batch, head, sort
    >>> from flume.testing import run
    >>> points = [{'time': f'2016-07-17T{h}:30Z', 'n': n} for h, n in (('10', 2), ('10', 3), ('11', 1), ('11', 7))]
    >>> run(points, batch('1h'), sort('-n'), head(1), unbatch(), sort('n'))
    [{'n': 3}, {'n': 7}]

    The hour with most, of all:

    >>> from flume import largest, reduce, sum
    >>> hours = batch('1h', on='0s'), reduce(n=sum('n')), unbatch()
    >>> run(points, *hours, reduce(hour=largest('time', by='n')))[0]['hour']
    '2016-07-17T11:00:00.000Z'
    """

    def needs(self, wanted: Needed) -> Needed:
        return wanted

    def makes(self) -> frozenset[str]:
        return frozenset()

    def batched(self, before: bool) -> bool:
        return False

    def start(self, run: Run) -> Stage:
        return Stage()
