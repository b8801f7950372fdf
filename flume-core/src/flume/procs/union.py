"""union: the points of all branches, one of each key."""

from __future__ import annotations

from flume.flow import Stage
from flume.joins.keyed import Keyed, OnFields
from flume.run import Run


class union(OnFields):
    """Pass on one point of each key that is in any of the branches before it.

    The points of one key become one, with the fields of all: of equal names those of the later branch win, and within
    a branch those of the later point. A missing field and null are one key; but where `time` is compared, a point
    without one equals no other. What leaves is in order of time, points without one first, the rest as they came.

    On input in order of time, memory is bounded where `time` is compared; else everything is held until the end.

    :param fields: the fields whose equality counts; `time` where none is named.

    >>> from flume import emit
    >>> a = emit(points=[{'id': 1, 'x': 1}, {'id': 2, 'x': 2}])
    >>> b = emit(points=[{'id': 2, 'y': 3}])
    >>> list((a, b) | union('id'))
    [{'id': 1, 'x': 1}, {'id': 2, 'x': 2, 'y': 3}]

    What several sources know of one thing, as one point; the later branch wins:

    >>> defaults = emit(points=[{'host': 'a', 'port': 80}, {'host': 'b', 'port': 80}])
    >>> known = emit(points=[{'host': 'b', 'port': 8080}])
    >>> list((defaults, known) | union('host'))
    [{'host': 'a', 'port': 80}, {'host': 'b', 'port': 8080}]
    """

    def __init__(self, *fields: str) -> None:
        self._set(fields=fields)

    def start(self, run: Run) -> Stage:
        return Keyed(self.fields, run, lambda found, branches: True)
