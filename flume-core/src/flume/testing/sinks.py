"""SinkSuite: the laws that every sink keeps, as tests that a plugin inherits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from copy import deepcopy
from typing import Any, ClassVar, TypeAlias

import pytest

from flume.errors import SourceError
from flume.flow import Batch, Flow, Point, Sink, Source
from flume.moment import date
from flume.report import Report
from flume.run import Run
from flume.testing.exactness import Exactly
from flume.testing.listing import listed
from flume.testing.resources import nothing_left
from flume.testing.words import check_reads_back
from flume.value import freeze

Written: TypeAlias = Callable[[], Sequence[Point]]
"""What gives the points that stand at the destination now."""

FIRST: list[Point] = [
    {"time": date("2024-02-29T12:00:00Z"), "n": 1, "text": "Ünïcödé"},
    {"time": date("2024-02-29T12:00:01.250Z"), "n": 2, "text": "b"},
]
SECOND: list[Point] = [{"time": date(f"2024-03-01T12:00:{n:02}Z"), "n": n, "text": f"t{n}"} for n in range(7)]


class SinkSuite:
    """Tests that a sink has written everything once the run has ended, and nothing by halves before.

    A test of the sink inherits them, with pytest, and has two fixtures: the sink (or an attribute), which writes to a
    place where nothing is yet, and `written`, a function that gives the points that are there now::

        class TestWriteTally(SinkSuite):
            @pytest.fixture
            def sink(self, tmp_path):
                return write('tally', file=str(tmp_path / 'points'))

            @pytest.fixture
            def written(self, tmp_path):
                return lambda: points_in(tmp_path / 'points')

    What the sink may not be able to do is a class attribute.
    """

    readable: ClassVar[bool] = True
    """Whether what is there can be told as points; of a picture that is not, and no fixture `written` is needed."""

    atomic: ClassVar[bool] = True
    """Whether nothing is written where the run fails before its end."""

    appends: ClassVar[bool] = False
    """Whether a second run adds to what the first one has written; else it takes its place."""

    keeps_order: ClassVar[bool] = True
    """Whether the points are in the order in which they were written."""

    keeps_fields: ClassVar[bool] = True
    """Whether the fields of a point are in the order that they had."""

    keeps_null: ClassVar[bool] = True
    """Whether a field that is null differs from one that is missing."""

    makes_empty: ClassVar[bool] = True
    """Whether there is something to read after a run without points where nothing was: a file, a table with no rows."""

    nested: ClassVar[bool] = True
    """Whether the value of a field may be a list or a dict."""

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Let an attribute `sink` stand for a fixture of that name."""
        if "sink" in metafunc.fixturenames and isinstance(self.sink, Sink):
            metafunc.parametrize("sink", [self.sink], ids=repr)

    @pytest.fixture
    def sink(self) -> Sink:
        """The sink, which writes where nothing is yet."""
        raise NotImplementedError("the suite needs a fixture `sink`: the sink, which writes where nothing is yet")

    @pytest.fixture
    def written(self) -> Written:
        """A function that gives the points that are at the destination now."""
        if not self.readable:
            return list
        raise NotImplementedError(
            "the suite needs a fixture `written`: a function that gives the points that are there"
        )

    def test_sink_reads_back(self, sink: Sink) -> None:
        """It is equal to its pickle and to what its repr says, and so are their hashes."""
        check_reads_back(sink)

    def test_end_flushes(self, sink: Sink, written: Written) -> None:
        """Once the run has ended, all points are there, however many came at once."""
        wanted: list[Point] = []
        for size in (1, 2, None):
            self._write(SECOND, sink, size)
            wanted = self._after(wanted, SECOND)
            self._check_there(written(), wanted, f"after a run with {size or 'all'} points at once")

    def test_empty(self, sink: Sink, written: Written) -> None:
        """A run without points ends well, and then no points are there."""
        report = self._write([], sink)
        assert report.written == 0, f"of no points the report says that {report.written} were written"
        if self.makes_empty:
            self._check_there(written(), [], "after a run without points")

    def test_empty_after_points(self, sink: Sink, written: Written) -> None:
        """A run without points adds nothing, or takes the place of what is there as any run does."""
        self._write(FIRST, sink)
        self._write([], sink)
        self._check_there(written(), self._after(FIRST, []), "after a run with points and one without")

    def test_all_or_nothing(self, sink: Sink, written: Written) -> None:
        """Where the run fails before its end, what is there stays as it was."""
        if not self.atomic:
            return
        self._write(FIRST, sink)
        for before in (0, 1, len(SECOND)):
            with suppress(SourceError):
                (_breaking(SECOND[:before]) | sink).execute()
            self._check_there(written(), FIRST, f"after a run that failed behind {before} points")

    def test_goes_on_after_a_failure(self, sink: Sink, written: Written) -> None:
        """What a run left that failed does not stop the next one."""
        with suppress(SourceError):
            (_breaking(FIRST) | sink).execute()
        self._write(SECOND, sink)
        found = list(written())
        self._check_there(found[-len(SECOND) :], SECOND, "after a run that failed and one that did not")
        if self.atomic:
            self._check_there(found, SECOND, "after a run that failed and one that did not")

    def test_sink_released(self, sink: Sink) -> None:
        """No file, socket, thread or process is left, whether the run ends or fails."""
        self._write(FIRST, sink)  # what is opened once and for all is open after this
        with nothing_left("after a run that ended"):
            self._write(FIRST, sink)
        with nothing_left("after a run that failed"), suppress(SourceError):
            (_breaking(FIRST) | sink).execute()
        with nothing_left("after a run that failed before the first point"), suppress(SourceError):
            (_breaking([]) | sink).execute()

    def test_points_stay_as_they_are(self, sink: Sink) -> None:
        """The points that it is given are not changed: another branch has them as well."""
        points = [{**point, "tags": ["a", {"b": [1]}]} for point in FIRST] if self.nested else FIRST
        given = deepcopy(points)
        with closing(sink.start(Run())) as stage:
            stage.push(given)
            stage.end()
        Exactly().check(given, points, "after it was written")

    def test_books(self, sink: Sink) -> None:
        """The report says how many points were written, and adds up."""
        report = self._write(SECOND, sink)
        taken = report.written + report.rejected
        assert taken == len(SECOND), f"of {len(SECOND)} points the report says that {report.written} were written"
        assert report.adds_up, f"the points that came in are not those that were written:\n{report}"

    # -- what they share -------------------------------------------------------------------------------

    def _write(self, points: Sequence[Point], sink: Flow, size: int | None = None) -> Report:
        return (listed(points, size) | sink).execute()

    def _after(self, before: Sequence[Point], points: Sequence[Point]) -> list[Point]:
        """What is there once *points* were written where those *before* were."""
        return [*before, *points] if self.appends else [*points]

    def _check_there(self, found: Sequence[Point], wanted: Sequence[Point], what: str) -> None:
        if self.readable:
            Exactly(self.keeps_order, self.keeps_fields, self.keeps_null).check(list(found), wanted, what)


class _breaking(Source):  # noqa: N801 - stands where a word would
    """Gives points one by one, and fails."""

    points: tuple[Any, ...]

    def __init__(self, points: Sequence[Point]) -> None:
        self._set(points=freeze(tuple(points)))

    def start(self, run: Run) -> Iterator[Batch]:
        for point in self.points:
            yield [dict(point)]
        raise SourceError("it breaks, as the suite wants it to")
