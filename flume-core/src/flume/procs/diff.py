"""diff: the points whose key is in one branch only."""

from __future__ import annotations

from flume.flow import Stage
from flume.joins.keyed import Keyed, OnFields
from flume.run import Run


class diff(OnFields):
    """Pass on one point of each key that is in exactly one of the branches before it.

    Points of one key inside a branch become one, the fields of the later point winning. A missing field and null are
    one key; but where `time` is compared, a point without one equals no other. What leaves is in order of time,
    points without one first, the rest as they came.

    On input in order of time, memory is bounded where `time` is compared; else everything is held until the end.

    :param fields: the fields whose equality counts; `time` where none is named.

    >>> from flume import emit
    >>> a = emit(points=[{'id': 1, 'x': 1}, {'id': 2, 'x': 2}])
    >>> b = emit(points=[{'id': 2, 'y': 3}])
    >>> list((a, b) | diff('id'))
    [{'id': 1, 'x': 1}]

    Which users are in one of two lists alone, and in which:

    >>> from flume import put
    >>> old = emit(points=[{'user': 'ann'}, {'user': 'bob'}]) | put(only='old')
    >>> new = emit(points=[{'user': 'bob'}, {'user': 'cas'}]) | put(only='new')
    >>> list((old, new) | diff('user'))
    [{'user': 'ann', 'only': 'old'}, {'user': 'cas', 'only': 'new'}]
    """

    def __init__(self, *fields: str) -> None:
        self._set(fields=fields)

    def start(self, run: Run) -> Stage:
        return Keyed(self.fields, run, lambda found, branches: found == 1)
