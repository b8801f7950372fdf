"""ParserSuite: a format that breaks a law fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st

from flume import LineParser, Parser
from flume.errors import SourceError
from flume.flow import Batch, Point
from flume.parsing import BadRecord, Origin, Records, Rendering, Unwritable, decode, encode, split_lines
from flume.tables import Table
from flume.testing import ParserSuite

SEEN: list[Any] = []


class pairs(LineParser):
    """Lines of `name=text`, a tab between them; each class below spoils it in one way."""

    def parse_line(self, line: str) -> Point | None:
        if not line:
            return None
        cells = [cell.partition("=") for cell in line.split("\t")]
        if not all(sign for _, sign, _ in cells):
            raise BadRecord("has a cell without a '='")
        return {name: value for name, _, value in cells}

    def render(self, *, live: bool = False) -> Rendering:
        return _Pairs()


class _Pairs(Rendering):
    def push(self, batch: Batch) -> bytes:
        return encode("".join(map(self.line, batch)))

    def line(self, point: Point) -> str:
        for name, value in point.items():
            if not isinstance(value, str):
                raise Unwritable(f"has a {type(value).__name__} in {name!r}; make it text")
        return "\t".join(f"{name}={value}" for name, value in point.items()) + "\n"


class numbered(pairs):
    """What is spoilt in `_points`, which makes the points of a block."""

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        for block in origin.blocks(blocks):
            yield self._points(block, origin)

    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        points, numbers = [], []
        for number, line in enumerate(self._lines(block), origin.first):
            try:
                point = self.parse_line(line)
            except BadRecord as error:
                origin.reject(number, str(error), line)
                continue
            if point is not None:
                points.append(point)
                numbers.append(number)
        return Records(points, origin, numbers)

    def _lines(self, block: bytes) -> list[str]:
        return split_lines(block)


# -- reading -----------------------------------------------------------------------------------


class refusing(pairs):
    def parse_line(self, line: str) -> Point | None:
        raise BadRecord("never good enough")


class passing_over(pairs):
    def parse_line(self, line: str) -> Point | None:
        return None


class giving_a_set(pairs):
    def parse_line(self, line: str) -> Point | None:
        point = super().parse_line(line)
        return point and {"names": set(point)}


class giving_plain_lists(pairs):
    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        for batch in super().parse(blocks, origin):
            yield [*batch] if isinstance(batch, list) else batch


class blockwise(numbered):
    """Says in each point how large its block was."""

    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        batch = super()._points(block, origin)
        assert isinstance(batch, Records)
        return Records([{**point, "size": len(block)} for point in batch], origin, batch.numbers)


class numbered_from_0(numbered):
    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        batch = super()._points(block, origin)
        assert isinstance(batch, Records)
        return Records(batch, origin, [number - 1 for number in batch.numbers])


class without_numbers(numbered):
    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        batch = super()._points(block, origin)
        assert isinstance(batch, Records)
        return Records(batch, origin, [])


class long_winded(pairs):
    def parse_line(self, line: str) -> Point | None:
        try:
            return super().parse_line(line)
        except BadRecord as error:
            raise BadRecord(f"{error}\nbut that is not all") from None


class raising(pairs):
    def parse_line(self, line: str) -> Point | None:
        line.encode("utf-8")
        return super().parse_line(line)


class silent(pairs):
    def parse_line(self, line: str) -> Point | None:
        return super().parse_line(line) if "=" in line else None


class fatal(pairs):
    def parse_line(self, line: str) -> Point | None:
        try:
            return super().parse_line(line)
        except BadRecord as error:
            raise SourceError(str(error)) from None


class never_empty(numbered):
    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        yield from super().parse(blocks, origin)
        yield Records([{"end": ""}], origin, [1])


class without_the_last(numbered):
    def _lines(self, block: bytes) -> list[str]:
        return decode(block).split("\n")[:-1]


class keeping_returns(numbered):
    def _lines(self, block: bytes) -> list[str]:
        lines = decode(block).split("\n")
        return lines if lines[-1] else lines[:-1]


class splitting_elsewhere(numbered):
    def _lines(self, block: bytes) -> list[str]:
        return decode(block).splitlines()


class with_a_header(numbered):
    """Has a header, and says that a part of a file can be read without."""

    splits = False

    def behind(self, beginning: bytes) -> Parser:
        return self

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        header: str | None = None
        for block in origin.blocks(blocks):
            points, numbers = [], []
            for number, line in enumerate(split_lines(block), origin.first):
                if header is None:
                    header = line
                else:
                    points.append({header: line})
                    numbers.append(number)
            yield Records(points, origin, numbers)


class remembering(numbered):
    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        batch = super()._points(block, origin)
        assert isinstance(batch, Records)
        SEEN.extend(batch)
        return Records([{**point, "seen": len(SEEN)} for point in batch], origin, batch.numbers)


class leaving_out(numbered):
    """Leaves out the fields that are needed, too, behind the first block."""

    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        batch = super()._points(block, origin)
        assert isinstance(batch, Records)
        needless = origin.needed is not None and origin.first > 1
        return Records([{} for _ in batch] if needless else batch, origin, batch.numbers)


class tables_otherwise(numbered):
    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        batch = super()._points(block, origin)
        assert isinstance(batch, Records)
        if not origin.tables or origin.needed is None:
            return batch
        columns = {field: [(point.get(field) or "").upper() for point in batch] for field in origin.needed}
        return Table(len(batch), lambda: batch, columns=columns, origin=origin, numbers=batch.numbers)


class tables_of_other_points(numbered):
    def _points(self, block: bytes, origin: Origin) -> Batch | Table:
        batch = super()._points(block, origin)
        assert isinstance(batch, Records)
        if not origin.tables or origin.needed is None:
            return batch
        columns = {field: [point.get(field) for point in batch] for field in origin.needed}
        plain: Callable[[], Batch] = lambda: [{} for _ in batch]
        return Table(len(batch), plain, columns=columns, origin=origin, numbers=batch.numbers)


class not_plain(pairs):
    plain = True

    def parse_line(self, line: str) -> Point | None:
        point = super().parse_line(line)
        return point and {**point, "time": datetime(2024, 2, 29, tzinfo=UTC)}


# -- writing -----------------------------------------------------------------------------------


class writing(pairs):
    """What is spoilt in `_rendering`."""

    _rendering: ClassVar[type[Rendering]] = _Pairs

    def render(self, *, live: bool = False) -> Rendering:
        return self._rendering()


class in_capitals(writing):
    class _rendering(_Pairs):
        def line(self, point: Point) -> str:
            return super().line(point).upper()


class not_to_be_read(writing):
    class _rendering(_Pairs):
        def line(self, point: Point) -> str:
            super().line(point)
            return "nothing\n"


class a_line_a_batch(writing):
    class _rendering(_Pairs):
        def push(self, batch: Batch) -> bytes:
            return b"\n" + super().push(batch)


class a_line_a_file(writing):
    class _rendering(_Pairs):
        begun = False

        def push(self, batch: Batch) -> bytes:
            begin, self.begun = b"" if self.begun or not batch else b"\n", self.begun or bool(batch)
            return begin + super().push(batch)


class changing(writing):
    class _rendering(_Pairs):
        def line(self, point: Point) -> str:
            line = super().line(point)
            point["written"] = True
            return line


class counting_all(writing):
    class _rendering(_Pairs):
        def line(self, point: Point) -> str:
            SEEN.append(point)
            return super().line({**point, "n": str(len(SEEN))})


class ending(writing):
    class _rendering(_Pairs):
        def end(self) -> Iterator[bytes]:
            yield b"end=\n"


class writing_objects(writing):
    class _rendering(_Pairs):
        def line(self, point: Point) -> str:
            return super().line({name: str(value) for name, value in point.items()})


class raising_another(writing):
    class _rendering(_Pairs):
        def line(self, point: Point) -> str:
            return "\t".join([name + "=" + value for name, value in point.items()]) + "\n"


class half_written(writing):
    """Has written the points before that which cannot be."""

    class _rendering(_Pairs):
        def __init__(self) -> None:
            self.lines: list[str] = []

        def push(self, batch: Batch) -> bytes:
            for point in batch:
                self.lines.append(self.line(point))
            return b""

        def end(self) -> Iterator[bytes]:
            yield encode("".join(self.lines))


class with_other_fields(writing):
    only_field = "name"


# -- what is no value --------------------------------------------------------------------------


class unreadable(pairs):
    def __repr__(self) -> str:
        return "<pairs>"


class holding_code(pairs):
    def check(self) -> None:
        object.__setattr__(self, "function", lambda value: value)


class hashed_by_place(pairs):
    def __hash__(self) -> int:
        return id(self)


class holding_a_list(pairs):
    values: Any = ()

    def check(self) -> None:
        object.__setattr__(self, "values", [])


BROKEN: list[tuple[Parser, str, str]] = [
    (refusing(), "test_the_text_is_read", "of the text, line 1 is refused: never good enough"),
    (passing_over(), "test_the_text_is_read", "the text has no record in it"),
    (giving_a_set(), "test_the_text_is_read", "has a set in it, which no point can hold"),
    (giving_plain_lists(), "test_the_text_is_read", "parse gives a list; give Records(points, origin, numbers)"),
    (blockwise(), "test_blocks_do_not_matter", "as it is at once"),
    (numbered_from_0(), "test_lines_are_known", "is said to be of line"),
    (without_numbers(), "test_lines_are_known", "points have 0 numbers of lines"),
    (long_winded(), "test_lines_are_known", "is no reason in one line"),
    (raising(), "test_any_bytes", "refuse the record (BadRecord, origin.reject)"),
    (silent(), "test_a_bad_line_is_refused", "of a bad line 1, 0 records are refused"),
    (fatal(), "test_a_bad_line_is_refused", "a bad line 1 ends the reading"),
    (never_empty(), "test_no_input", "of an empty file it reads"),
    (without_the_last(), "test_a_last_line_end_does_not_matter", "number 2 is missing"),
    (keeping_returns(), "test_line_ends_of_windows", r"number 1 is {'name': 'Ada', 'born': '1815\r'}"),
    (splitting_elsewhere(), "test_lines_stand_for_themselves", "does another character end lines?"),
    (with_a_header(), "test_parts", "in two parts, cut at"),
    (remembering(), "test_readings_are_independent", "behind another file number 1 is"),
    (leaving_out(), "test_needed", "where ["),
    (tables_otherwise(), "test_tables", "as it is in points"),
    (tables_of_other_points(), "test_tables", "what `plain` gives of a table"),
    (not_plain(), "test_plain", "has a datetime in it"),
    (in_capitals(), "test_what_is_written_is_read_back", "number 1 is {'BORN': '1815', 'NAME': 'ADA'}, not"),
    (not_to_be_read(), "test_what_is_written_is_read_back", "and refuses that: has a cell without a '='"),
    (a_line_a_batch(), "test_written_batches_do_not_matter", "in batches of 1 it writes"),
    (a_line_a_file(), "test_written_parts", "in two parts it writes"),
    (changing(), "test_written_points_are_not_changed", "of the points that were written, number 1 is"),
    (counting_all(), "test_writings_are_independent", "beside another file it writes"),
    (ending(), "test_no_points_are_written", "of no points it writes b'end=\\n', and reads"),
    (writing_objects(), "test_what_cannot_be_written", "an object is written as"),
    (raising_another(), "test_what_cannot_be_written", "raises TypeError"),
    (half_written(), "test_what_cannot_be_written", "after what cannot be written it writes"),
    (with_other_fields(), "test_the_only_field", "of other fields than 'name' it writes"),
    (unreadable(), "test_its_repr_reads_back", "cannot be read back"),
    (holding_code(), "test_it_is_pickled", "cannot be pickled"),
    (hashed_by_place(), "test_equal_words_hash_alike", "has another hash than its equal"),
    (holding_a_list(), "test_its_options_cannot_be_changed", "holds a list"),
]

NAMES = st.dictionaries(st.sampled_from("ab"), st.sampled_from(["x", "y z", "é\u2028"]), min_size=1)


def suite_of(word: Parser) -> ParserSuite:
    """The suite of a format, as a test of it has it."""

    class Suite(ParserSuite):
        parser = word
        text = "name=Ada\tborn=1815\nname=Grace\tborn=1906\tnavy=\n"
        bad = "nothing"
        points = NAMES

    return Suite()


@pytest.mark.parametrize(("word", "law", "said"), BROKEN, ids=lambda each: each if isinstance(each, str) else None)
@pytest.mark.usefixtures("same_draws")
def test_what_is_spoilt_is_found(word: Parser, law: str, said: str) -> None:
    """By the law that it breaks, with a sentence that says how."""
    SEEN.clear()
    with pytest.raises(AssertionError) as caught:
        getattr(suite_of(word), law)()
    assert said in str(caught.value)


@pytest.mark.parametrize("word", [pairs(), numbered(), writing()], ids=repr)
def test_what_is_not_spoilt_passes(broken_laws: Any, word: Parser) -> None:
    """No law is broken by a plain format."""
    assert broken_laws(suite_of(word)) == {}


def test_every_law_is_proven(all_laws: Any) -> None:
    """A law that is added needs a format that breaks it."""
    assert all_laws(ParserSuite) == {law for _, law, _ in BROKEN}
