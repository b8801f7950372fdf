"""RoundTripSuite: what an adapter's sink writes its source reads back, as tests that a plugin inherits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from flume.flow import Point, Sink, Source
from flume.sinks.memory import memory
from flume.sinks.write import write
from flume.sources.read import read
from flume.testing.generating import given, tried
from flume.testing.point_strategies import BIG, FLOATS, HUGE, LIKE_OTHERS, WORDS, Kept
from flume.testing.sinks import FIRST, SECOND, SinkSuite, Written
from flume.testing.sources import SourceSuite

_BEGIN = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)


class RoundTripSuite(SourceSuite, SinkSuite):
    """Tests that an adapter reads back what it has written; the laws of sources and of sinks are tried with it too.

    A test of the adapter inherits them, with pytest, names it, and has a fixture with the options of both ends, for a
    place where nothing is yet::

        class TestSqlite(RoundTripSuite):
            name = 'sqlite'
            appends = True

            @pytest.fixture
            def options(self, tmp_path):
                return {'file': str(tmp_path / 'points.db')}

    What the adapter may not be able to do is a class attribute.
    """

    name: ClassVar[str]
    """The adapter, as it is called in `read` and `write`."""

    reading: ClassVar[Mapping[str, Any]] = {}
    """Options for `read` alone."""

    writing: ClassVar[Mapping[str, Any]] = {}
    """Options for `write` alone."""

    examples: ClassVar[int] = 50
    """How many random lists of points are written and read back."""

    any_text: ClassVar[bool] = True
    """Whether any text comes back as text: also one that says a number, and one of line breaks."""

    any_name: ClassVar[bool] = True
    """Whether a field may have any name; else only one of small letters, figures and underscores."""

    tells_case: ClassVar[bool] = True
    """Whether two fields of a point may have names that differ only in capitals."""

    huge_integers: ClassVar[bool] = True
    """Whether whole numbers of more than 64 bits come back as they are."""

    mixed: ClassVar[bool] = True
    """Whether a field may have values of several types, from point to point."""

    timeless: ClassVar[bool] = True
    """Whether a point may be without a time."""

    microseconds: ClassVar[bool] = True
    """Whether times come back to the microsecond; else to the millisecond."""

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        """The options of both ends, for a place where nothing is yet."""
        raise NotImplementedError("the suite needs a fixture `options`: a dict of the options of `read` and `write`")

    @pytest.fixture
    def sink(self, options: Mapping[str, Any]) -> Sink:
        """What writes."""
        return write(self.name, **options, **self.writing)

    @pytest.fixture
    def written(self, options: Mapping[str, Any]) -> Written:
        """What reads back."""
        source = read(self.name, **options, **self.reading)
        return lambda: (source | memory()).execute().points

    @pytest.fixture
    def source(self, options: Mapping[str, Any], sink: Sink) -> Source:
        """What reads, where something was written."""
        self._write([*FIRST, *SECOND], sink)
        return read(self.name, **options, **self.reading)

    def test_any_points(self, sink: Sink, written: Written) -> None:
        """Random points are read back, with all kinds of values."""
        there: list[Point] = []

        @tried(self.examples)
        @given(self._kept().points(least=0 if self.makes_empty else 1))
        def law(points: list[Point]) -> None:
            there[:] = list(written()) if there and self.appends else []
            self._write(points, sink)
            wanted = self._after(there, points)
            there[:] = wanted
            self._check_there(written(), wanted, "read back")

        law()

    def test_text(self, sink: Sink, written: Written) -> None:
        """Text is read back as it was: of any language, with quotes, and with line breaks."""
        texts = [*WORDS, *LIKE_OTHERS] if self.any_text else [f"x{text}x" for text in WORDS if text.isprintable()]
        self._check_round(self._points_of(texts), sink, written)

    def test_numbers(self, sink: Sink, written: Written) -> None:
        """Numbers are read back to the last bit, and whole ones as whole ones."""
        self._check_round(self._points_of([0, -1, *BIG]), sink, written)

    def test_floats(self, sink: Sink, written: Written) -> None:
        """Floats are read back to the last bit, and as floats."""
        self._check_round(self._points_of(FLOATS, "f"), sink, written)

    def test_huge_integers(self, sink: Sink, written: Written) -> None:
        """Whole numbers of more than 64 bits are read back to the last digit."""
        if self.huge_integers:
            self._check_round(self._points_of(HUGE), sink, written)

    def test_booleans(self, sink: Sink, written: Written) -> None:
        """True and false are read back as what they are, not as 1 and 0."""
        self._check_round(self._points_of([True, False], "flag"), sink, written)

    def test_null(self, sink: Sink, written: Written) -> None:
        """A field that is null is read back as null."""
        points: list[Point] = [{**FIRST[0], "n": None}, {**FIRST[1], "x": 1}]
        self._check_round(points, sink, written)

    def test_nested(self, sink: Sink, written: Written) -> None:
        """Lists and dicts are read back, in each other and empty ones too."""
        if not self.nested:
            return
        values: list[Any] = [{"id": 7, "tags": ["a", "b"], "in": {"deep": [1]}, "gone": {}}, {"id": 8, "tags": []}]
        if self.mixed:
            values.append({"id": [], "tags": ["a", {"b": [None, 1.0]}, 1, True]})
        self._check_round(self._points_of(values, "object"), sink, written)

    def test_times(self, sink: Sink, written: Written) -> None:
        """Times are read back to the microsecond, or to the millisecond where that is all that is kept."""
        unit = timedelta(microseconds=1 if self.microseconds else 1000)
        times = [_BEGIN + n * unit for n in (0, 1, 999, 1000, 999_999)]
        times += [datetime(1970, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)]
        self._check_round([{"time": time, "n": n} for n, time in enumerate(times)], sink, written)

    def test_timeless(self, sink: Sink, written: Written) -> None:
        """Points without a time are read back as such."""
        if self.timeless:
            self._check_round([{"n": 1}, {"n": 2}, FIRST[0]], sink, written)

    def test_names_of_fields(self, sink: Sink, written: Written) -> None:
        """A field may be called as what keeps the points calls something itself; the order is still theirs."""
        if self.any_name:
            names = ("rowid", "_id", "id", "select", "order", "value")
            self._check_round([{"time": _BEGIN, **dict.fromkeys(names, n)} for n in (3, 1, 2)], sink, written)

    def test_other_fields(self, sink: Sink, written: Written) -> None:
        """The next point may have other fields than the one before it."""
        points = [{"time": _BEGIN + timedelta(seconds=n), f"f{n % 7}": n, f"g{n % 3}": "x"} for n in range(20)]
        self._check_round(points, sink, written)

    def test_many(self, sink: Sink, written: Written) -> None:
        """Thousands of points are read back, none of them twice."""
        points = [{"time": _BEGIN + timedelta(milliseconds=n), "n": n} for n in range(5000)]
        self._write(points, sink, 999)
        self._check_there(written(), points, "read back")

    # -- what they share -------------------------------------------------------------------------------

    def _kept(self) -> Kept:
        return Kept(
            any_text=self.any_text,
            any_name=self.any_name,
            tells_case=self.tells_case,
            nulls=self.keeps_null,
            nested=self.nested,
            huge_integers=self.huge_integers,
            mixed=self.mixed,
            timeless=self.timeless,
            microseconds=self.microseconds,
        )

    def _points_of(self, values: Sequence[Any], field: str = "value") -> list[Point]:
        """Points with these values, each at its time."""
        return [{"time": _BEGIN + timedelta(seconds=n), field: value} for n, value in enumerate(values)]

    def _check_round(self, points: Sequence[Point], sink: Sink, written: Written) -> None:
        self._write(points, sink)
        self._check_there(written(), points, "read back")
