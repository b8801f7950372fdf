"""Tables of csv: the columns that are read, with the answer of the plain way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume.adapters.blocks import line_blocks
from flume.flow import Batch
from flume.moment import reader
from flume.parsers import csv_cutting, csv_rows, csv_typed
from flume.parsers.csv import csv, tsv
from flume.parsers.inferring import Inferring, infer
from flume.parsing import Origin, Parser, Records, encode
from flume.run import Run
from flume.tables import Table

# most lines are nearly what they should be
CELLS = [
    "1",
    "007",
    "-0",
    "1.50",
    "x",
    "",
    "é",
    " 2",
    "true",
    "null",
    "1e3",
    '"a"',
    '""',
    '"a,b"',
    '"say ""hi"""',
    '"\n"',
    '"',
]
ODD = ["\r", "\x1f", "#", "\udcff", '"open', '"a"b', ",,,,", "\n", '5" disk', '"two\nlines, ""or\n3"', "\x00"]
HEADER = "a,b,c\n"
ROWS = st.lists(st.sampled_from(CELLS), min_size=3, max_size=3).map(",".join)
RAGGED = st.lists(st.sampled_from(CELLS + ODD), max_size=5).map(",".join)
ENDS = st.sampled_from(["\n"] * 6 + ["\r\n", "", "\n\n"])
PLAIN_ROWS = st.lists(st.sampled_from(["1", "x", "1.5", "", "é"]), min_size=3, max_size=3).map(",".join)


def texts(rows: Any) -> Any:
    """Lines of these rows."""
    return st.lists(st.tuples(rows, ENDS).map("".join), max_size=30).map("".join)


DATA = st.one_of(
    *[texts(rows).map(lambda text: HEADER + text) for rows in (PLAIN_ROWS, ROWS, ROWS | RAGGED)],
    texts(RAGGED),
).map(encode)
PLACES = st.lists(st.integers(0, 600), max_size=6)
NEEDED = st.sets(st.sampled_from(["a", "b", "c", "nowhere", "a_2"]))
PARSERS = [csv(), csv(infer=False), csv(comment="#"), csv(fields=["a"]), csv(fields=["a", "b", "c"], delimiter="é"),
           tsv(fields=["a", "b", "c"])]  # fmt: skip


to_time = reader(datetime(2016, 7, 20, tzinfo=UTC))


class Listening(Run):
    """A run that keeps what was rejected."""

    def __init__(self, needed: set[str] | None) -> None:
        super().__init__()
        self.rejected: list[tuple[Any, ...]] = []
        self.needed = None if needed is None else frozenset(needed)
        self.tables = needed is not None

    def reject(self, reason: str, **place: Any) -> None:
        self.rejected.append((reason, place["line"], place["raw"]))


def blocks_of(data: bytes, places: list[int]) -> list[bytes]:
    """The data, cut at line ends behind the places."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return list(line_blocks([data[a:b] for a, b in pairwise(edges) if a < b]))


def read(
    parser: Parser, blocks: list[bytes], needed: set[str] | None, time: str | None
) -> tuple[list[Batch | Table], Listening]:
    """The batches, or tables where something is *needed*, and what was rejected; each is told of its second row."""
    run = Listening(needed)
    run.time_field = time
    batches = []
    for batch in parser.parse(iter(blocks), Origin(run, "text")):
        assert isinstance(batch, Records | Table)
        if len(batch) > 1:  # as a time that cannot be read
            batch.origin.reject(batch.numbers[1], "is told of")
        batches.append(batch)
    return batches, run


def same(parser: Parser, data: bytes, places: list[int], needed: set[str], *, time: str | None = "nowhere") -> None:
    """The tables hold what the points do; *time*: the field that may be read as one."""
    blocks = blocks_of(data, places)
    points, expected = read(parser, blocks, None, time)
    tables, found = read(parser, blocks, needed, time)
    assert found.rejected == expected.rejected
    for table, batch in zip(tables, points, strict=True):
        assert isinstance(table, Table)
        assert isinstance(batch, Records)
        assert list(table.numbers) == list(batch.numbers)
        assert len(table) == len(batch)
        for field in needed - {time if table.timed else None}:
            if not (table.timed and field == "time"):
                assert repr(table.column(field)) == repr([point.get(field) for point in batch])
        if table.timed:
            assert time is not None
            assert table.column("time") == [to_time(point[time]) for point in batch]
            assert table.mentions(field) or not any(field in point for point in batch)
        assert repr(table.plain()) == repr(list(batch))


@pytest.fixture(params=["patterns", "no patterns"])
def ways(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pcre2 and without."""
    if request.param == "no patterns":
        for module in (csv_cutting, csv_typed):
            monkeypatch.setattr(module, "finder", lambda *_, **__: None)
    else:
        pytest.importorskip("pcre2")


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("parser", PARSERS, ids=repr)
@settings(max_examples=200)
@given(data=DATA, places=PLACES, needed=NEEDED)
def test_the_answer_is_that_of_the_plain_way(parser: Parser, data: bytes, places: list[int], needed: set[str]) -> None:
    """Values, lines, and what is rejected, whatever stands in the file and wherever it is cut."""
    data = data if ",c" in repr(parser) or "\t" not in repr(parser) else data.replace(b",", b"\t")
    same(parser, data, places, needed)


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("cell", ["x" * 500, 'a ""line""\n' * 40, '""' * 300])
@pytest.mark.parametrize("block", [1, 100, 1000, 10_000])
def test_long_cells(monkeypatch: pytest.MonkeyPatch, cell: str, block: int) -> None:
    """Those over many blocks too, and those that are longer than cells are."""
    for short, longest in [(50, 1 << 20), (50, 300)]:
        monkeypatch.setattr(csv_rows, "SHORT", short)
        monkeypatch.setattr(csv_rows, "LONGEST", longest)
        data = encode(f'a,b\n1,2\n"{cell}",1\n2,3\n4,"{cell}"\n"{cell}\n5,6\n7,8\n')
        same(csv(), data, list(range(0, len(data), block)), {"a", "b"})


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many odd lines there were in each block that was cut."""
    seen: list[int] = []
    cut = csv_cutting.Cutter.cut

    def watched(self: csv_cutting.Cutter, block: bytes) -> csv_cutting.Cut | None:
        found = cut(self, block)
        if found is not None:
            seen.append(len(found.odd))
        return found

    monkeypatch.setattr(csv_cutting.Cutter, "cut", watched)
    return seen


@pytest.mark.usefixtures("ways")
def test_lines_without_surprises_are_cut(cuts: list[int]) -> None:
    """The other tests would say nothing otherwise."""
    rows = "".join(f"{n},x{n},{n}.5\r\n" for n in range(100))
    same(csv(), encode(f"a,b,c\r\n{rows}1,2\r\n{rows}"), [], {"b"})
    assert cuts == [1]


TIMES = [f"2016-07-17T00:0{m}:{s}{z}" for m in range(4) for s in ("00", "30.5", "59.123456") for z in ("Z", "+02:00")]
USUAL = {
    "time": st.sampled_from(TIMES),
    "number": st.integers(-20, 10**20).map(str) | st.floats(0, 1e300).map(repr),
    "word": st.sampled_from(["web-1", "x", "truer", "é", " ", "_ ,"]),
    "text": st.sampled_from(["", "1", "x", "true", "007", "-0"]),
}
ODDLY = st.sampled_from(
    ["", "-0", "-0.0", "+1", "1.", "1e999", "00", "1-2", "1,2", "true", "FALSE", "\\", "\t", "\udcff", '""', '"1"',
     '"-0"', '"true"', '"a,b"', '"a""b"', "]", "1]\n[1", "2016-07-17T00:00:60Z", "2016-07-17T00:00:00.1234567Z",
     "2016-07-17 00:00:00Z", "2016-07-17", "2016-07-17T24:00:00Z", "0001-01-01T00:00:00+10:00", " ", "\n",
     "  \n", "null"]
)  # fmt: skip


@st.composite
def usual_tables(draw: Any) -> bytes:
    """Blocks of lines that hold what those before did, but for a cell or two, some in quotes."""
    kinds = draw(st.lists(st.sampled_from(sorted(USUAL)), min_size=2, max_size=3))
    quoted = draw(st.booleans())

    def lines(count: int) -> str:
        rows = draw(st.lists(st.tuples(*[USUAL[kind] for kind in kinds]), min_size=count, max_size=count))
        cells = [[f'"{cell}"' if (quoted and len(cell) % 2) or "," in cell else cell for cell in row] for row in rows]
        return "".join(",".join(row) + "\n" for row in cells)

    text = ",".join(["time", "a", "b"][: len(kinds)]) + "\n" + lines(3)
    for _ in range(draw(st.integers(1, 4))):
        part = lines(2)
        place = draw(st.integers(0, len(part)))
        text += part[:place] + draw(st.just("") | ODDLY) + part[place:]
    return encode(text)


@pytest.mark.parametrize("parser", [csv(), csv(infer=False), csv(comment="#")], ids=repr)
@settings(max_examples=300)
@given(data=usual_tables(), time=st.sampled_from(["time", "a", None]), lines=st.integers(1, 4))
def test_the_answer_is_that_of_the_plain_way_for_values(
    parser: Parser, data: bytes, time: str | None, lines: int
) -> None:
    """Times too."""
    places = [place + 1 for place, byte in enumerate(data) if byte == 10][3::lines]
    same(parser, data, places, {"time", "a", "b"}, time=time)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each block was made values of at once, of those where that was tried."""
    seen: list[bool] = []
    read_rows = csv_typed.TypedRows.read

    def watched(self: csv_typed.TypedRows, block: bytes) -> list[Any] | None:
        rows = read_rows(self, block)
        seen.append(rows is not None)
        return rows

    monkeypatch.setattr(csv_typed.TypedRows, "read", watched)
    return seen


def test_values_are_made_of_blocks(typed: list[bool]) -> None:
    """Until too many are not as expected."""
    pytest.importorskip("pcre2")
    rows = [f'2016-07-17T00:00:0{n % 10}Z,{n},"x, {n}",{n or ""}\n' for n in range(100)]
    data = encode("time,a,b,c\n" + "".join(rows))
    same(csv(), data, [900, 1500], {"time", "a", "b", "c"}, time="time")
    assert typed == [True, True]
    typed.clear()
    places = [900, *range(len(data), len(data) + 120, 6)]
    same(csv(), data + b"x,y,z\n" * 20, places, {"time", "a", "b", "c"}, time="time")
    assert typed == [True] + [False] * 5


@pytest.mark.parametrize("odd", ["-0", '"-0"', "007", "true", "-", "1e999", " 1", "1 ", "[1]", "null", "9" * 400])
@pytest.mark.parametrize("place", [0, 1])
def test_a_value_that_is_no_number(typed: list[bool], odd: str, place: int) -> None:
    """It is in no block of values."""
    pytest.importorskip("pcre2")
    row = [odd, "1"] if place else ["1", odd]
    same(csv(), encode("a,b\n1,1\n" + ",".join(row) + "\n"), [8], {"a", "b"})
    assert typed == [False]


@pytest.mark.parametrize("empty", ["", '""'])
@pytest.mark.parametrize("place", [0, 1])
def test_a_number_that_is_not_there(typed: list[bool], empty: str, place: int) -> None:
    """It is null, in a block of values too."""
    pytest.importorskip("pcre2")
    row = [empty, "1"] if place else ["1", empty]
    same(csv(), encode("a,b\n1,1\n" + ",".join(row) + '\n"2",2.5\n'), [8], {"a", "b"})
    assert typed == [True]


def test_quoted_lines_are_cut(cuts: list[int]) -> None:
    """With pcre2."""
    pytest.importorskip("pcre2")
    rows = "".join(f'{n},"x, {n}","say ""hi"""\n' for n in range(100))
    same(csv(), encode(f'a,b,c\n{rows}1,"two\n2,2,2\nlines",2\n{rows}'), [], {"a", "b"})
    assert cuts == [2]


def numbers() -> Iterator[Any]:
    """Texts that are numbers, or nearly."""
    yield st.integers().map(str)
    yield st.floats().map(repr)
    yield st.from_regex(r"-?[0-9]{0,3}\.?[0-9]{0,3}([eE][+-]?[0-9]{1,3})?", fullmatch=True)
    yield st.sampled_from(
        ["", "null", "-0", "-0.0", " 1", "1,2", "[1]", "true", "nan", "1e999", "1" * 4000, "é", "\udcff"]
    )


@settings(max_examples=300)
@given(texts=st.lists(st.one_of(*numbers()) | st.none()) | st.lists(next(numbers())), fresh=st.booleans())
def test_values_are_inferred_alike(texts: list[str | None], fresh: bool) -> None:
    """Of a column as of each cell, seen before or not."""
    inferring = Inferring()
    if fresh:
        inferring.values([str(number) for number in range(5000)])
    expected = [None if text is None else infer(text) for text in texts]
    assert repr(inferring.values(texts)) == repr(expected)


@pytest.mark.parametrize("needed", [None, {"a"}])
def test_a_record_that_began_in_the_block_before_is_shown_from_there(needed: set[str] | None) -> None:
    """As it is where the file is one block."""
    run = Listening(needed)
    blocks = [b'a,b\r\n1,2\r\n"x\r\n', b"y\r\n", b'",3\r\n4,5\r\n']
    for batch in csv().parse(iter(blocks), Origin(run, "text")):
        assert isinstance(batch, Records | Table)
        if 3 in batch.numbers:
            batch.origin.reject(3, "is told of")
    assert run.rejected == [("is told of", 3, '"x\ny\n",3')]


def test_what_comes_of_an_open_quote_at_the_end_is_the_same_points_each_time() -> None:
    """The rows behind it, which are asked for by more than one step."""
    *_, table = csv().parse(iter([b"a,b\n1,2\n", b'"x,3\n4,5\n']), Origin(Listening({"a"}), "text"))
    assert isinstance(table, Table)
    assert [table.plain(), table.plain()] == [[{"a": 4, "b": 5}]] * 2
