"""maximum: the greatest value."""

from __future__ import annotations

from flume.reducers.minimum import Extreme


class maximum(Extreme):
    """The greatest value of a field: a number, text or a time; null where it has none.

    Times are greater than text, text (by code point) is greater than numbers. Of equal values, as 1 and 1.0 are, it is
    the first. NaN is neither less nor greater than anything, and passed over.

    :param field: the field to look at.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'author': {'count': 3}}, {'author': {'count': 7}}], reduce(most=maximum('author.count')))
    [{'most': 7}]

    The latest time of each host, and in `put` the most that there was so far:

    >>> from flume import put
    >>> points = [{'host': 'a', 'at': '10:05'}, {'host': 'b', 'at': '10:01'}, {'host': 'a', 'at': '10:03'}]
    >>> run(points, reduce(latest=maximum('at'), by='host'))
    [{'latest': '10:05', 'host': 'a'}, {'latest': '10:01', 'host': 'b'}]
    >>> [point['most'] for point in run([{'n': 3}, {'n': 9}, {'n': 5}], put(most=maximum('n')))]
    [3, 9, 9]
    """

    pick = staticmethod(max)
