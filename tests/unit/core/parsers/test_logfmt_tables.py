"""Tables of logfmt: the fields that are read, with the answer of the plain way."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume.adapters.blocks import line_blocks
from flume.flow import Batch
from flume.parsers import logfmt_tables
from flume.parsers.logfmt import logfmt
from flume.parsing import Origin, Records, encode
from flume.run import Run
from flume.tables import Table

KEYS = st.sampled_from(["a", "b", "aa", "time", "é", "a.b", "c"])
VALUES = st.sampled_from(
    ["1", "007", "1.5", "x", "", "true", '"1"', '"x y"', '""', '"say \\"hi\\""', "a=b", "é", "\udcff"]
)
PAIRS = st.tuples(KEYS, VALUES).map("=".join)
ODD = st.sampled_from(
    ["a", "b", "c", "=", '"', "\r", "\x1f", "\x00", 'a="x"y', 'a="open', "a=\\", '"\\', "\t", 'a="\x1f"']
)
TAME = st.lists(PAIRS, max_size=5).map(" ".join)
WILD = st.lists(PAIRS | ODD, max_size=5).flatmap(
    lambda pieces: st.sampled_from([" ", "", "  "]).map(lambda s: s.join(pieces))
)
ENDS = st.sampled_from(["\n"] * 6 + ["\r\n", "", "\n\n", " \n", "\r\r\n"])
DATA = st.lists(st.tuples(TAME | WILD, ENDS).map("".join), max_size=20).map("".join).map(encode)


class Listening(Run):
    """A run that keeps what was rejected."""

    def __init__(self, needed: set[str] | None) -> None:
        super().__init__()
        self.rejected: list[tuple[Any, ...]] = []
        self.needed = None if needed is None else frozenset(needed)
        self.tables = needed is not None

    def reject(self, reason: str, **place: Any) -> None:
        self.rejected.append((reason, place["line"], place["raw"]))


def read(parser: logfmt, blocks: list[bytes], needed: set[str] | None) -> tuple[list[Batch | Table], Listening]:
    """The batches, or tables where something is *needed*, and what was rejected."""
    run = Listening(needed)
    return list(parser.parse(iter(blocks), Origin(run, "text"))), run


def same(parser: logfmt, data: bytes, places: list[int], needed: set[str]) -> None:
    """The tables hold what the points do."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    blocks = list(line_blocks([data[a:b] for a, b in pairwise(edges) if a < b]))
    points, expected = read(parser, blocks, None)
    tables, found = read(parser, blocks, needed)
    assert found.rejected == expected.rejected
    for table, batch in zip(tables, points, strict=True):
        assert isinstance(table, Table)
        assert isinstance(batch, Records)
        assert list(table.numbers) == list(batch.numbers)
        assert len(table) == len(batch)
        for field in needed:
            assert repr(table.column(field)) == repr([point.get(field) for point in batch])
            assert table.mentions(field) or not any(field in point for point in batch)
        assert repr(table.plain()) == repr(list(batch))


@pytest.fixture(params=["pcre2", "re"])
def ways(request: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """With pcre2 and without."""
    logfmt_tables._finder.cache_clear()
    if request.param == "re":
        monkeypatch.setitem(sys.modules, "pcre2", None)
    else:
        pytest.importorskip("pcre2")
    yield
    logfmt_tables._finder.cache_clear()


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("parser", [logfmt(), logfmt(infer=False)], ids=repr)
@settings(max_examples=300)
@given(data=DATA, places=st.lists(st.integers(0, 400), max_size=4), needed=st.sets(KEYS))
def test_the_answer_is_that_of_the_plain_way(parser: logfmt, data: bytes, places: list[int], needed: set[str]) -> None:
    """Values, lines, and what is rejected, whatever stands in the file and wherever it is cut."""
    same(parser, data, places, needed)


@pytest.mark.usefixtures("ways")
def test_long_lines() -> None:
    """Those with very many pairs too."""
    line = " ".join(f'a={n} b="x {n}"' for n in range(50_000))
    same(logfmt(), encode(f"a=1\n{line}\na=2\n"), [], {"a", "b"})


@pytest.mark.usefixtures("ways")
def test_lines_without_surprises_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests would say nothing otherwise."""
    parsed: list[str] = []
    monkeypatch.setattr(logfmt, "parse_line", lambda self, line: parsed.append(line))
    read(logfmt(), [b'a=1 b="x y" c\nb="say \\"hi\\"" a=2\r\n\na="\\n"\n'], {"a"})
    assert parsed == ["", 'a="\\n"']
