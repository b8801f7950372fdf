"""SourceSuite: the laws that every source keeps, as tests that a plugin inherits."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import chain, islice, pairwise
from typing import Any, ClassVar

from flume.closing import closing, release
from flume.flow import Batch, Flow, Point, Proc, Source, Stage
from flume.procs.head import head
from flume.procs.keep import keep
from flume.run import Run
from flume.sinks.memory import memory
from flume.testing.exactness import Exactly
from flume.testing.listing import listed
from flume.testing.resources import nothing_left
from flume.testing.words import check_reads_back, with_option

_VALUES = (str, int, float, bool, type(None), datetime, timedelta, list, dict)
_PLAIN = (str, int, float, bool, type(None), list, dict)


class SourceSuite:
    """Tests that a source gives the same points whoever asks for them, and releases all that it holds.

    A test of the source inherits them, with pytest, and says which source, as an attribute or a fixture::

        class TestCountdown(SourceSuite):
            source = countdown(3)

    The source must have a few points, of more than one batch if it can; of one that does not end, the first `most` are
    looked at.
    """

    source: ClassVar[Any]
    """The source, with its options: an attribute, or a fixture where it needs something to read."""

    most: ClassVar[int] = 1000
    """How many points are looked at."""

    repeatable: ClassVar[bool] = True
    """Whether it gives the same points again; not so where what is read is gone then, or goes on."""

    batch: ClassVar[str | None] = None
    """The option that says how many points there are in a batch, if there is one."""

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Let an attribute `source` stand for a fixture of that name."""
        if "source" in metafunc.fixturenames and isinstance(self.source, Source):
            metafunc.parametrize("source", [self.source], ids=repr)

    def test_reads_back(self, source: Source) -> None:
        """It is equal to its pickle and to what its repr says, and so are their hashes."""
        check_reads_back(source)

    def test_points(self, source: Source) -> None:
        """What it gives are lists of points: dicts of names and of values that a point can have, times in UTC."""
        found = False
        with closing(source.start(Run())) as batches:
            for batch in islice(batches, self.most):
                assert isinstance(batch, list), f"start() gives lists of points, not {type(batch).__name__}"
                for point in batch:
                    found = True
                    assert type(point) is dict, f"a point is a dict, not {point!r}"
                    for name, value in point.items():
                        assert isinstance(name, str), f"the name of a field is text, not {name!r}"
                        self._check_value(name, value)
        assert found, "there are no points to look at: give the suite a source that has some"

    def test_twice(self, source: Source) -> None:
        """It gives the same points again, also where those that it gave were changed."""
        if not self.repeatable:
            return
        first = self._points(source)
        wanted = deepcopy(first)
        self._check(self._points(source), wanted, "read again")
        for point in first:
            _spoil(point)
        self._check(self._points(source), wanted, "read again, after the points of the first time were changed")

    def test_at_once(self, source: Source) -> None:
        """Two runs of it at the same time do not know of each other."""
        if not self.repeatable:
            return
        wanted = self._points(source)
        with closing(iter(source)) as one, closing(iter(source)) as other:
            pairs = list(zip(islice(one, self.most), islice(other, self.most), strict=False))
        for number, found in enumerate(zip(*pairs, strict=True)):
            self._check(found, wanted, f"of two runs at the same time, the {('first', 'second')[number]}")

    def test_any_batch(self, source: Source) -> None:
        """How many points come at once does not matter."""
        if self.batch is None or not self.repeatable:
            return
        wanted = self._points(source)
        for size in (1, 2, 1000):
            self._check(self._points(with_option(source, self.batch, size)), wanted, f"with {self.batch}={size}")

    def test_any_way(self, source: Source) -> None:
        """The points are the same not optimized, and by one process or several."""
        if not self.repeatable:
            return
        wanted = self._points(source)
        for options in ({"optimize": False}, {"jobs": 1}, {"jobs": 2}):
            found = self._points(source, **options)
            self._check(found, wanted, f"with {options}")

    def test_only_some_fields(self, source: Source) -> None:
        """Where only some fields are needed, their values are the same."""
        if not self.repeatable:
            return
        points = self._points(source)
        names = list(dict.fromkeys(chain.from_iterable(points)))
        for step in [keep(name) for name in names[:20]] + [keep(*names[::2])]:
            wanted = self._points(listed(points, None, source.ordered()) | step)
            self._check(self._points(source | step), wanted, f"where only {step!r} is needed")

    def test_in_order(self, source: Source) -> None:
        """Where it says that its points are in order of time, they are."""
        if not source.ordered():
            return
        times = [time for point in self._points(source) if isinstance(time := point.get("time"), datetime)]
        early = [(a, b) for a, b in pairwise(times) if a > b]
        assert not early, f"ordered() says that points come in order of time, but {early[0][1]} is behind {early[0][0]}"

    def test_plain(self, source: Source) -> None:
        """Fields that `makes` does not name have values as JSON has them: no times, no timedeltas."""
        made = source.makes()
        if made is None:
            return
        for point in self._points(source):
            for name in point.keys() - made:
                value = point[name]
                assert isinstance(value, _PLAIN), f"{name}={value!r} is no plain value: makes() is to name the field"

    def test_released(self, source: Source) -> None:
        """No file, socket, thread or process is left, wherever it is stopped."""
        if self.repeatable:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                self._points(source)  # what is opened once and for all is open after this
        with nothing_left("after it was closed before its first batch"):
            release(source.start(Run()))
        if not self.repeatable:
            return
        with nothing_left("after it was closed behind its first batch"), closing(source.start(Run())) as batches:
            next(batches, None)
        with nothing_left("after its end"):
            self._points(source)
        with nothing_left("after a head(1) behind it"):
            (source | head(1) | memory()).execute()
        with nothing_left("after a step behind it failed"), suppress(ZeroDivisionError):
            (source | _failing() | memory()).execute()

    # -- what they share -------------------------------------------------------------------------------

    def _points(self, source: Flow, **options: Any) -> list[Point]:
        """The points of a source, or the first `most` of them."""
        return (source | head(self.most) | memory()).execute(**options).points

    def _check(self, found: Any, wanted: Any, what: str) -> None:
        Exactly().check(list(found), list(wanted), what)

    def _check_value(self, name: str, value: Any) -> None:
        for each in _inside(value):
            assert isinstance(each, _VALUES), f"{name} has {each!r}, and no point can: see the values of points"
            if isinstance(each, datetime):
                assert each.tzinfo is UTC, f"the time {name}={each!r} is not in datetime.UTC"


class _failing(Proc):  # noqa: N801 - stands where a word would
    """Fails at the first point."""

    def start(self, run: Run) -> Stage:
        return _Failing()


class _Failing(Stage):
    def push(self, batch: Batch) -> Batch:
        raise ZeroDivisionError


def _inside(value: Any) -> Iterator[Any]:
    """The value, and all that is in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _inside(each)


def _spoil(value: Any) -> None:
    """Change all that can be changed."""
    for each in [*_inside(value)]:
        if isinstance(each, dict):
            each["spoilt"] = True
        elif isinstance(each, list):
            each.append("spoilt")
