"""ParserSuite: the laws that every format keeps, as tests that a plugin inherits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar
from unittest import SkipTest

from flume.errors import in_one_line
from flume.flow import Batch
from flume.parsing import Records, encode, split_lines
from flume.tables import Table
from flume.testing.differing import difference, same, shown
from flume.testing.generating import SearchStrategy, check, disturbed, st
from flume.testing.reading import Reading, read
from flume.testing.rendering import RenderingSuite

_VALUES = (type(None), bool, int, float, str, datetime, timedelta)
_JSON = (type(None), bool, int, float, str)
_NO_LINE_END = ("\u2028", "\x85", "\x0b", "\x0c", "\x1c")  # what other programs end lines at


class ParserSuite(RenderingSuite):
    """Tests that a format reads the same however it is given the bytes, and reads back what it writes.

    A test of the format inherits them, with pytest, and says of which format; a format that reads needs a text, one
    that refuses lines a bad one::

        class TestShout(ParserSuite):
            parser = shout()
            text = "one\\ntwo\\n"
            bad = "a\\ttab"

    Each law is tried with the text, and with the text disturbed at random places; the least that breaks it is shown.
    """

    bad: ClassVar[str | None] = None
    """A line that it refuses, put among those of the text; None where it takes any line."""

    # -- reading ---------------------------------------------------------------------------------------

    def test_the_text_is_read(self) -> None:
        """The text of the suite has records, which are points, and nothing of it is refused."""
        found = self._read(self._data)
        assert found.error is None, f"the text ends with an error: {found.error}"
        assert not found.refused, f"of the text, line {found.refused[0][0]} is refused: {found.refused[0][1]}"
        assert found.points, 'the text has no record in it; give a text = "…" that has some'
        for point in found.points:
            assert type(point) is dict, f"a record is {shown(point)}, and not a dict"
            odd = next(_other_than(point, _VALUES), None)
            assert odd is None, f"the point {shown(point)} has a {odd} in it, which no point can hold"
            assert all(isinstance(name, str) for name in point), f"the point {shown(point)} has a field without a name"

    def test_blocks_do_not_matter(self) -> None:
        """Wherever the bytes are cut, the same is read and the same refused."""

        def law(data: bytes, cuts: list[int], size: int) -> None:
            whole = self._read(data)
            for where in (cuts, range(0, len(data), size)):
                found = self._read(data, where)
                _compare(found, whole, f"cut at {shown(list(where), 60)}", "as it is at once")

        cuts = st.lists(st.integers(0, len(self._data) + 8), max_size=4)
        self._check(law, cuts=cuts, size=st.sampled_from([1, 2, 3, 7, 16]))

    def test_lines_are_known(self) -> None:
        """Each point and each bad record has the number of its line, and a reason in one line."""

        def law(data: bytes) -> None:
            lines, most = split_lines(data), data.count(b"\n") + 1

            def look(batch: Records | Table) -> None:
                if isinstance(batch, Records) and self.parser.splits:
                    for index, number in enumerate(batch.numbers):
                        same_line = batch.raw(index) == lines[number - 1]
                        assert same_line, f"a point is said to be of line {number}, and is not"

            found = self._read(data, between=look)
            assert len(found.numbers) == len(found.points), (
                f"{len(found.points)} points have {len(found.numbers)} numbers of lines"
            )
            for number in (*found.numbers, *(line for line, _ in found.refused)):
                assert number is not None, "a record is refused without the number of its line"
                assert 1 <= number <= most, f"a record is said to be of line {number}, and the text has {most}"
            assert found.numbers == sorted(found.numbers), f"the lines of the points are not in order: {found.numbers}"
            for _, reason in found.refused:
                assert re.fullmatch(".+", reason), f"{reason!r} is no reason in one line"

        self._check(law)

    def test_any_bytes(self) -> None:
        """Whatever a file holds, it is read or refused, or ends with a `SourceError`: nothing else is raised."""

        def law(data: bytes) -> None:
            try:
                self._read(data)
            except AssertionError:
                raise
            except Exception as error:
                raise AssertionError(
                    f"{shown(data)} raises {in_one_line(error)}; refuse the record (BadRecord, origin.reject)"
                ) from None

        self._check(law)
        self._check(law, data=st.binary(max_size=40))

    def test_a_bad_line_is_refused(self) -> None:
        """It is refused and counted, with the number of its line; what stands around it is read as ever."""
        if not self.parser.reads or self.bad is None:
            raise SkipTest("no line is bad")
        lines = self._data.splitlines(keepends=True)
        good, numbers, *_ = self._read(self._data)
        bad = encode(self.bad).rstrip(b"\r\n") + b"\n"
        behind = [len(lines)] if self.parser.splits and self._data.endswith(b"\n") else []
        for place in [*(number - 1 for number in numbers), *behind]:  # not within a record
            found = self._read(b"".join([*lines[:place], bad, *lines[place:]]))
            assert found.error is None, f"a bad line {place + 1} ends the reading: {found.error}"
            refused = [number for number, _ in found.refused]
            assert len(refused) == 1, f"of a bad line {place + 1}, {len(refused)} records are refused"
            assert refused == [place + 1], f"of a bad line {place + 1}, line {refused[0]} is refused"
            assert same(found.points, good), f"beside a bad line {place + 1}, {difference(found.points, good)}"

    def test_no_input(self) -> None:
        """An empty file has no points, and nothing to refuse."""
        self._reads()
        found = self._read(b"")
        assert found == Reading([], [], [], None), f"of an empty file it reads {shown(found)}"

    def test_a_last_line_end_does_not_matter(self) -> None:
        """A file that ends without one is read to its end."""
        self._reads()
        with_, without = self._data.rstrip(b"\r\n") + b"\n", self._data.rstrip(b"\r\n")
        found, wanted = self._read(without), self._read(with_)
        _compare(found, wanted, "without a line end at the end", "as it is with it")

    def test_line_ends_of_windows(self) -> None:
        r"""A file whose lines end with \r\n is read as one whose lines end with \n."""
        self._reads()
        plain = self._data.replace(b"\r\n", b"\n")
        found, wanted = self._read(plain.replace(b"\n", b"\r\n")), self._read(plain)
        found = found._replace(points=_with_plain_ends(found.points))  # of a text with a line end in it
        _compare(found, wanted, r"with \r\n at the ends of lines", r"as it is with \n")

    def test_lines_stand_for_themselves(self) -> None:
        r"""Where it `splits`, each line is read alone as among others: only \n ends one, and nothing is remembered."""
        self._reads()
        if not self.parser.splits:
            raise SkipTest("its lines do not stand for themselves")

        def law(lines: list[bytes], end: str) -> None:
            lines = [line.replace(b"\n", encode(end)) + b"\n" for line in lines]
            together = self._read(b"".join(lines))
            alone = [self._read(line) for line in lines]
            wanted = Reading(
                [point for each in alone for point in each.points],
                [number for number, each in enumerate(alone, 1) for _ in each.points],
                [(number, reason) for number, each in enumerate(alone, 1) for _, reason in each.refused],
                None,
            )
            _compare(together, wanted, "among other lines", "as it is alone; does another character end lines?")

        line = st.sampled_from(self._data.splitlines() or [b""]).flatmap(disturbed)
        check(law, self.examples, lines=st.lists(line, max_size=3), end=st.sampled_from(_NO_LINE_END))

    def test_parts(self) -> None:
        """A file that is read in parts, from line ends on, is read as it is at once, or said to be `Torn`."""
        self._reads()

        def law(data: bytes, cut: int) -> None:
            cut = data.find(b"\n", cut % (len(data) + 1)) + 1
            behind = self.parser.behind(data[:cut]) if cut and self.parser.lines else None
            if behind is None:
                return
            whole, first, second = self._read(data), self._read(data[:cut]), read(behind, data[cut:])
            if any(each.refused or each.error for each in (whole, first, second)):
                return  # a record may be torn there
            found = Reading([*first.points, *second.points], whole.numbers, [], None)
            _compare(found, whole, f"in two parts, cut at {cut},", "as it is at once")

        self._check(law, cut=st.integers(0, len(self._data) + 8))

    def test_readings_are_independent(self) -> None:
        """Two files that are read side by side are each read as alone, and a file that is read again as it was."""

        def law(data: bytes, size: int) -> None:
            alone = self._read(data)
            self._read(self._data)
            _compare(self._read(data), alone, "behind another file", "as it is alone")

            def look(batch: Records | Table) -> None:
                self._read(self._data)

            among = self._read(data, range(0, len(data), size), between=look)
            _compare(among, alone, "beside another file", "as it is alone")

        self._check(law, size=st.sampled_from([7, 1000]))

    # -- only what is needed -----------------------------------------------------------------------------

    def test_needed(self) -> None:
        """Where only some fields are needed, these are as ever, in every block."""

        def law(data: bytes, needed: frozenset[str], size: int) -> None:
            whole = self._read(data)
            found = self._read(data, range(0, len(data), size), needed=needed)
            if whole.refused or whole.error:  # a record may be refused for a field that is not read
                return
            fields = sorted(needed)
            less, all_ = ([[point.get(field) for field in fields] for point in each.points] for each in (found, whole))
            assert same(less, all_), f"where {fields} are needed, {difference(less, all_)}, as it is where all are"
            assert found.numbers == whole.numbers, f"where {fields} are needed, the points are of lines {found.numbers}"

        self._check(law, needed=self._some_fields(), size=st.sampled_from([1, 7, 1000]))

    def test_tables(self) -> None:
        """Tables say what points would say, and refuse what these would."""

        def law(data: bytes, needed: frozenset[str], size: int) -> None:
            cuts, fields = range(0, len(data), size), sorted(needed)
            plain: Batch = []

            def look(batch: Records | Table) -> None:
                if isinstance(batch, Table):
                    plain.extend(batch.plain())

            points = self._read(data, cuts, needed=needed)
            tables = self._read(data, cuts, needed=needed, tables=True, between=look)
            columns, values = (
                [[point.get(field) for field in fields] for point in each.points] for each in (tables, points)
            )
            assert same(columns, values), f"in tables of {fields}, {difference(columns, values)}, as it is in points"
            assert tables[1:] == points[1:], (
                f"of lines and bad records, tables have {shown(tables[1:])}, points {shown(points[1:])}"
            )
            if plain:
                values = [[point.get(field) for field in fields] for point in plain]
                assert same(values, columns), f"what `plain` gives of a table: {difference(values, columns)}"

        self._check(law, needed=self._some_fields(), size=st.sampled_from([7, 1000]))

    def test_plain(self) -> None:
        """Where it is `plain`, it reads no values but those that JSON has."""
        self._reads()
        if not self.parser.plain:
            raise SkipTest("it may read values that JSON does not have")

        def law(data: bytes) -> None:
            for point in self._read(data).points:
                odd = next(_other_than(point, _JSON), None)
                assert odd is None, f"it is plain, and the point {shown(point)} has a {odd} in it"

        self._check(law)

    # -- what they share --------------------------------------------------------------------------------

    def _check(self, law: Callable[..., None], **drawn: SearchStrategy[Any]) -> None:
        self._reads()
        check(law, self.examples, **{"data": disturbed(self._data), **drawn})

    def _some_fields(self) -> SearchStrategy[frozenset[str]]:
        known = {name for point in self._read(self._data).points for name in point}
        return st.frozensets(st.sampled_from(sorted({*known, "time", "another"})), max_size=3)


def _compare(found: Reading, wanted: Reading, how: str, as_: str) -> None:
    assert same(found.points, wanted.points), f"{how} {difference(found.points, wanted.points)}, {as_}"
    assert found.error == wanted.error, f"{how} the error is {found.error!r}, not {wanted.error!r}, {as_}"
    assert found.refused == wanted.refused, (
        f"{how} of what is refused {difference(found.refused, wanted.refused)}, {as_}"
    )
    assert found.numbers == wanted.numbers, (
        f"{how} the points are of lines {found.numbers}, not {wanted.numbers}, {as_}"
    )


def _other_than(value: object, plain: tuple[type, ...]) -> Iterator[str]:
    """The types in the value that are neither *plain* nor lists or dicts of such."""
    if isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _other_than(each, plain)
    elif not isinstance(value, plain):
        yield type(value).__qualname__


def _with_plain_ends(value: Any) -> Any:
    """The value with the line ends of Windows in its texts as others."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, list):
        return list(map(_with_plain_ends, value))
    return {name: _with_plain_ends(each) for name, each in value.items()} if isinstance(value, dict) else value
