"""RenderingSuite: the laws that every format keeps when it writes; what a test inherits is `ParserSuite`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Any, ClassVar
from unittest import SkipTest

from flume.errors import in_one_line
from flume.flow import Batch, Point
from flume.parsing import Parser, Unwritable, encode
from flume.testing.differing import difference, same, shown
from flume.testing.generating import SearchStrategy, check, st
from flume.testing.reading import Reading, read
from flume.testing.values import ValueSuite
from flume.value import Value

_SOME: list[Point] = [{"a": 1, "b": "x"}, {"a": None}, {"b": "é\u2028\n😀", "c": [1, {"d": 1.5}]}, {"a": True}]
"""Points for formats that only write."""


class RenderingSuite(ValueSuite):
    """Tests that a format writes the same however it is given the points, and reads it back; it may only read."""

    parser: ClassVar[Parser]
    """The format, with its options."""

    text: ClassVar[str | bytes] = ""
    """What a format that reads can read, all of it, with more than one record and more than one field, where it can."""

    points: ClassVar[SearchStrategy[Point] | None] = None
    """The points that it can hold, as a strategy of hypothesis, where it reads what it writes; None: only those of the
    text."""

    writes_any: ClassVar[bool] = False
    """Whether it writes objects that are no values of points."""

    reads_back: ClassVar[bool] = True
    """Whether it reads what it writes, where it does both."""

    examples: ClassVar[int] = 50
    """How many examples each law is tried with."""

    def word(self) -> Value:
        return self.parser

    def test_what_is_written_is_read_back(self) -> None:
        """What it writes it reads, and reads as it was."""
        if not (self.parser.reads and self.parser.writes and self.reads_back):
            raise SkipTest("it does not read what it writes")

        def law(points: Batch) -> None:
            text = self._written([points])
            found = self._read(text)
            assert found.error is None, f"it writes {shown(text)}, and does not read that: {found.error}"
            refused = [reason for _, reason in found.refused]
            assert not refused, f"it writes {shown(text)}, and refuses that: {refused[0]}"
            again, before = _in_any_order(found.points), _in_any_order(points)
            assert same(again, before), f"of {shown(text)}, {difference(again, before)}, as it was written"

        self._check_writing(law)

    def test_written_batches_do_not_matter(self) -> None:
        """One by one, two by two, or all at once: the same bytes."""
        self._writes()

        def law(points: Batch) -> None:
            whole = self._written([points])
            for size in (1, 2):
                found = self._written([points[at : at + size] for at in range(0, len(points), size)])
                assert found == whole, f"in batches of {size} it writes {shown(found)}, at once {shown(whole)}"

        self._check_writing(law)

    def test_written_parts(self) -> None:
        """Where it `splits`, parts of a file can be written by themselves."""
        self._writes()
        if not self.parser.splits:
            raise SkipTest("its lines do not stand for themselves")

        def law(points: Batch) -> None:
            whole = self._written([points])
            for cut in range(len(points) + 1):
                found = self._written([points[:cut]]) + self._written([points[cut:]])
                assert found == whole, f"in two parts it writes {shown(found)}, at once {shown(whole)}"

        self._check_writing(law)

    def test_written_points_are_not_changed(self) -> None:
        """The points are others' too: they stay as they were."""
        self._writes()

        def law(points: Batch) -> None:
            before = copy.deepcopy(points)
            self._written([points])
            assert same(points, before), f"of the points that were written, {difference(points, before)}"

        self._check_writing(law)

    def test_writings_are_independent(self) -> None:
        """Two files that are written side by side are as each alone."""
        self._writes()

        def law(points: Batch) -> None:
            alone = self._written([[point] for point in points])
            with closing(self.parser.render()) as one, closing(self.parser.render()) as other:
                parts = []
                for point in points:
                    parts.append(one.push([point]))
                    other.push([point, point])
                among = b"".join([*parts, *one.end()])
            assert among == alone, f"beside another file it writes {shown(among)}, alone {shown(alone)}"

        self._check_writing(law)

    def test_no_points_are_written(self) -> None:
        """The file of no points can be read, and has none in it; a file may be given up at any time."""
        self._writes()
        self.parser.render().close()
        text = self._written([])
        if self.parser.reads and self.reads_back:
            found = self._read(text)
            assert found == Reading([], [], [], None), f"of no points it writes {shown(text)}, and reads {shown(found)}"

    def test_what_cannot_be_written(self) -> None:
        """A point that cannot be written is said to be `Unwritable`, and changes nothing about what is."""
        self._writes()
        if self.writes_any:
            raise SkipTest("it writes any object")
        bad: Point = {self.parser.only_field or "bad": object()}

        def law(points: Batch) -> None:
            with closing(self.parser.render()) as rendering:
                parts = [rendering.push(points)]
                try:
                    text = rendering.push([*points, bad])
                except Unwritable:
                    found = b"".join([*parts, rendering.push(points), *rendering.end()])
                except Exception as error:
                    raise AssertionError(
                        f"a point with an object raises {in_one_line(error)}; raise Unwritable with a reason"
                    ) from None
                else:  # it may write some fields only, or wait with all of them
                    text = b"".join([text, *rendering.end()])
                    assert b"object object" not in text, (
                        f"an object is written as {shown(text)}; raise Unwritable, or say writes_any = True"
                    )
                    return
            wanted = self._written([points, points])
            assert found == wanted, f"after what cannot be written it writes {shown(found)}, not {shown(wanted)}"

        self._check_writing(law)

    def test_the_only_field(self) -> None:
        """Where there is an `only_field`, it is all that is written, and a point without it cannot be."""
        field = self.parser.only_field
        if field is None or not self.parser.writes:
            raise SkipTest("it writes all fields")

        def law(points: Batch) -> None:
            more = [{"another": "x", **point, "one more": "y"} for point in points]
            found, wanted = self._written([more]), self._written([points])
            assert found == wanted, f"of other fields than {field!r} it writes {shown(found)}, without {shown(wanted)}"

        self._check_writing(law)

    # -- what they share -----------------------------------------------------------------------------------

    @property
    def _data(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else encode(self.text)

    def _read(self, data: bytes, cuts: Iterable[int] = (), **how: Any) -> Reading:
        self._reads()
        return read(self.parser, data, cuts, **how)

    def _reads(self) -> None:
        if not self.parser.reads:
            raise SkipTest("it only writes")

    def _writes(self) -> None:
        if not self.parser.writes:
            raise SkipTest("it only reads")

    def _check_writing(self, law: Callable[..., None]) -> None:
        known = self._read(self._data).points if self.parser.reads else _SOME
        if known:
            law([*known])
        point = self.points if self.points is not None else st.sampled_from(known or _SOME)
        check(law, self.examples, points=st.lists(point, max_size=5))

    def _written(self, batches: Sequence[Batch]) -> bytes:
        with closing(self.parser.render()) as rendering:
            parts = [rendering.push(batch) for batch in batches]
            return b"".join([*parts, *rendering.end()])


def _in_any_order(value: Any) -> Any:
    """The value with the fields of all dicts in one order."""
    if isinstance(value, list):
        return list(map(_in_any_order, value))
    return {name: _in_any_order(value[name]) for name in sorted(value)} if isinstance(value, dict) else value
