"""largest: what the point has that is greatest by another field."""

from __future__ import annotations

from typing import Any

from flume.reducers.smallest import Taken


class largest(Taken):
    """The value of a field in the point that has the greatest of another; null where no point has both.

    Numbers are less than text, text (by code point) is less than times; points where *by* is NaN are passed over. Of
    equal ones it is the first.

    :param of: the field whose value is given.
    :param by: the field that the points are compared by.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'host': 'a', 'ms': 30}, {'host': 'b', 'ms': 10}, {'host': 'c'}]
    >>> run(points, reduce(slowest=largest('host', by='ms')))
    [{'slowest': 'a'}]

    The last host to come, and which page each of them has waited for most:

    >>> visits = [
    ...     {'time': '2024-01-01T00:00:00Z', 'host': 'a', 'page': '/', 'ms': 30},
    ...     {'time': '2024-01-01T00:00:05Z', 'host': 'a', 'page': '/cart', 'ms': 70},
    ...     {'time': '2024-01-01T00:00:09Z', 'host': 'b', 'page': '/', 'ms': 20},
    ... ]
    >>> run(visits, reduce(latest=largest('host', by='time')))[0]['latest']
    'b'
    >>> [point['page'] for point in run(visits, reduce(page=largest('page', by='ms'), by='host'))]
    ['/cart', '/']
    """

    def before(self, one: tuple[int, Any], other: tuple[int, Any]) -> bool:
        return one > other
