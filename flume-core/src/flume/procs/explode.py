"""explode: a point for each value of a list."""

from __future__ import annotations

from flume.errors import OptionError
from flume.flow import Batch, Needed, Proc, Stage
from flume.point import MISSING, copied, find, own, with_field
from flume.run import Run
from flume.value import check_fields


class explode(Proc):
    """Make a point of each value of a list: the field holds that value then, all other fields are copied.

    An empty list makes no point; nor does a point without the field. What is no list stays as it is. A list inside the
    list is one of its values.

    :param field: the field that holds lists; a dotted name reaches inside.
    :raises OptionError: *field* is `time`, which is never a list.

    >>> from flume.testing import run
    >>> run([{'n': 1, 'tags': ['x', 'y']}, {'n': 2, 'tags': []}, {'n': 3, 'tags': 'z'}, {'n': 4}], explode('tags'))
    [{'n': 1, 'tags': 'x'}, {'n': 1, 'tags': 'y'}, {'n': 3, 'tags': 'z'}]
    >>> run([{'user': {'id': 7, 'roles': ['a', 'b']}}], explode('user.roles'))
    [{'user': {'id': 7, 'roles': 'a'}}, {'user': {'id': 7, 'roles': 'b'}}]
    """

    field: str

    def check(self) -> None:
        check_fields(type(self), "field", self.field)
        if self.field == "time":
            raise OptionError("explode: time is never a list; give the field that holds lists")

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | {self.field}

    def names(self) -> frozenset[str]:
        return frozenset({self.field})

    def splits(self) -> bool:
        return True

    def makes(self) -> frozenset[str]:
        return frozenset({self.field.partition(".")[0]})

    def start(self, run: Run) -> Stage:
        return _Explode(self.field, run)


class _Explode(Stage):
    cause = "filtered"

    def __init__(self, field: str, run: Run) -> None:
        self._field = field
        self._account = run.account

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        exploded = made = 0
        for point in batch:
            value = find(point, self._field)
            if isinstance(value, list):
                exploded += 1
                made += len(value)
                passed += [with_field(copied(point), self._field, own(each)) for each in value]
            elif value is not MISSING:
                passed.append(point)
        self._account.take("split", exploded)
        self._account.made += made
        return passed
