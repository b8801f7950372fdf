"""Reading from a real Elasticsearch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flume import count, emit, head, keep, memory, read, reduce, write
from flume.errors import RecordError, SourceError
from flume.flow import Point
from flume_adapter_elastic.testing import Elasticsearch, Proxy

DATED = {"properties": {"time": {"type": "date"}}}
MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)

Index = Callable[..., str]


def at(milliseconds: float) -> datetime:
    """A time on New Year's Day."""
    return MIDNIGHT + timedelta(milliseconds=milliseconds)


@pytest.fixture
def points(elasticsearch: Elasticsearch) -> Callable[..., list[Point]]:
    """Reads all points of an index."""
    return lambda index, **options: list(read("elastic", index=index, url=elasticsearch.url, **options))


# -- complete, and in order --------------------------------------------------------------------------


def test_documents_of_one_time_are_all_read(elastic_index: Index, points: Any) -> None:
    """A thousand of one millisecond, over pages that end within it, and over several shards."""
    name = elastic_index(*({"time": "2024-01-01T00:00:00.000Z", "n": n} for n in range(1000)), shards=3)
    found = points(name, batch=7)
    assert sorted(point["n"] for point in found) == list(range(1000))
    assert all(point["time"] == MIDNIGHT for point in found)


def test_order_is_that_of_time(elastic_index: Index, points: Any) -> None:
    """Those without a time first, then by time to the microsecond, wherever the documents are kept."""
    spellings = ["00:00:00.002Z", "00:00:00.001999Z", "00:00:00.001Z", "00:00:00.001001Z", "00:00:00Z"]
    documents = [{"time": f"2024-01-01T{text}", "n": n} for n, text in enumerate(spellings)]
    name = elastic_index(*documents, {"n": 5}, {"time": None, "n": 6}, shards=2)
    found = points(name)
    assert {found[0]["n"], found[1]["n"]} == {5, 6}
    assert [point["n"] for point in found[2:]] == [4, 2, 3, 1, 0]
    assert [point["time"] for point in found[2:]] == [at(0), at(1), at(1.001), at(1.999), at(2)]


@pytest.mark.parametrize("batch", [1, 2, 3, 499, 10_000])
def test_batch_never_changes_what_is_read(elastic_index: Index, points: Any, batch: int) -> None:
    """Also where a page ends among documents of one millisecond that are put in order."""
    micros = [(n * 7919) % 3000 for n in range(600)]  # 200 different milliseconds would be too few to be unkind
    name = elastic_index(*({"time": f"2024-01-01T00:00:00.{n:06}Z", "n": n} for n in micros), {"n": -1}, shards=2)
    found = points(name, batch=batch)
    assert found == points(name, batch=10_000)
    assert [point.get("n") for point in found] == [-1, *sorted(micros)]


def test_several_indices_are_one_stream(elastic_index: Index, points: Any) -> None:
    """A list and a pattern, times kept in milliseconds and in nanoseconds, and one without any."""
    name = elastic_index({"time": "2024-01-01T00:00:00.001Z", "n": 1})
    nanos = {"properties": {"time": {"type": "date_nanos"}}}
    other = elastic_index(
        {"time": "2024-01-01T00:00:00.000999999Z", "n": 0}, {"time": "2024-01-01T00:00:01Z", "n": 2}, mappings=nanos
    )
    empty = elastic_index({"n": 3}, mappings={})
    found = points([name, other, empty])
    assert [point["n"] for point in found] == [3, 0, 1, 2]
    assert found[1]["time"] == at(0.999)
    assert points(f"{name[:-1]}*") == found


def test_a_template_reads_what_was_written_through_it(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """All days as one stream, of which bounds choose; the server counts them too, and no index of another name."""
    template, url = f"{elasticsearch_index}-%Y.%m.%d", elasticsearch.url
    written = [{"time": MIDNIGHT + timedelta(hours=7 * n), "n": n} for n in range(20)]
    (emit(points=written) | write("elastic", index=template, url=url)).execute()
    (emit(points=[{"time": MIDNIGHT, "n": 99}]) | write("elastic", index=f"{elasticsearch_index}-x", url=url)).execute()
    days = [f"{elasticsearch_index}-2024.01.0{day}" for day in range(1, 7)]
    assert sorted(elasticsearch.ask("GET", f"/{elasticsearch_index}-2*")) == days
    found = read("elastic", index=template, url=url)
    assert list(found) == written
    assert list(read("elastic", index=template, url=url, from_="2024-01-02", to="2024-01-04")) == written[4:11]
    with Proxy(url) as proxy:
        counted = (read("elastic", index=template, url=proxy.url) | reduce(n=count()) | memory()).execute()
        assert counted.points == [{"time": MIDNIGHT, "n": 20}]
        assert not any("_source" in request for request in proxy.requests)
    with pytest.raises(SourceError, match=rf"no such index \[{elasticsearch_index}-none-\*\.\*\]"):
        list(read("elastic", index=f"{elasticsearch_index}-none-%Y.%m", url=url))


def test_an_empty_index_has_no_points(elastic_index: Index, points: Any) -> None:
    """And is no error."""
    assert points(elastic_index()) == []
    assert points(elastic_index(mappings={})) == []


def test_head_stops(elastic_index: Index, elasticsearch: Elasticsearch) -> None:
    """What is not wanted is not read on."""
    name = elastic_index(*({"time": f"2024-01-01T00:00:00.{n:03}Z", "n": n} for n in range(1000)))
    assert list(read("elastic", index=name, url=elasticsearch.url, batch=10) | head(3) | keep("n")) == [
        {"n": 0},
        {"n": 1},
        {"n": 2},
    ]


def test_points_in_time_are_closed(elastic_index: Index, elasticsearch: Elasticsearch) -> None:
    """On every way out: at the end, where nobody wants more, and after an error."""
    name = elastic_index(*({"time": f"2024-01-01T00:00:00.{n:03}Z", "n": n} for n in range(1000)))

    def opened() -> int:
        stats = elasticsearch.ask("GET", f"/{name}/_stats/search")
        return int(stats["_all"]["total"]["search"].get("open_contexts", 0))

    list(read("elastic", index=name, url=elasticsearch.url))
    list(read("elastic", index=name, url=elasticsearch.url, batch=10) | head(1))
    for point in read("elastic", index=name, url=elasticsearch.url, batch=10):
        assert point
        break
    until = time.monotonic() + 5
    while opened() and time.monotonic() < until:
        time.sleep(0.05)
    assert opened() == 0


# -- which of them, and what of them -----------------------------------------------------------------


def test_fields_that_are_needed(elastic_index: Index, elasticsearch: Elasticsearch) -> None:
    """Nested, and with dots in their own names; pages behind the first are asked for these alone."""
    documents = [
        {"time": f"2024-01-01T00:00:00.{n:03}Z", "a": {"b": n, "c": 1}, "x.y": n, "more": "text"} for n in range(600)
    ]
    name = elastic_index(*documents)
    pipeline = read("elastic", index=name, url=elasticsearch.url) | keep("a.b", "x.y")
    found = pipeline.execute  # the report is not looked at
    assert found
    assert list(pipeline) == [{"a": {"b": n}, "x.y": n} for n in range(600)]


@pytest.mark.parametrize(
    ("bounds", "numbers"),
    [
        ({"from_": "2024-01-01T00:00:00.002Z"}, [2, 3, 4]),
        ({"to": "2024-01-01T00:00:00.002Z"}, [0, 1]),
        ({"from_": "2024-01-01T00:00:00.001Z", "to": "2024-01-01T00:00:00.003Z"}, [1, 2]),
        ({"from_": "2024-01-01T00:00:00.0015Z"}, [2, 3, 4]),
        ({"to": "2024-01-01T00:00:00.0035Z"}, [0, 1, 2, 3]),
        ({"to": "2024-01-01T00:00:00.0045Z", "last": "1ms"}, [4]),
        ({"from_": "1969-01-01", "to": "2300-01-01"}, [0, 1, 2, 3, 4]),
    ],
)
@pytest.mark.parametrize("type", ["date", "date_nanos"])
def test_bounds(elastic_index: Index, points: Any, bounds: dict[str, str], numbers: list[int], type: str) -> None:
    """What is out of bounds is not read; the last of these has half a millisecond more."""
    documents = [{"time": f"2024-01-01T00:00:00.{n:03}Z", "n": n} for n in range(4)]
    documents.append({"time": "2024-01-01T00:00:00.0041Z", "n": 4})
    name = elastic_index(*documents, {"n": 9}, mappings={"properties": {"time": {"type": type}}})
    assert [point["n"] for point in points(name, **bounds)] == numbers


def test_bounds_are_left_out_by_the_server(elastic_index: Index, elasticsearch: Elasticsearch) -> None:
    """The ledger knows of no point that was read for nothing."""
    name = elastic_index(*({"time": f"2024-01-01T00:00:{n:02}Z", "n": n} for n in range(60)))
    report = (read("elastic", index=name, url=elasticsearch.url, from_="2024-01-01T00:00:50Z") | memory()).execute()
    assert report.read == 10


def test_bounds_of_times_without_a_zone(elastic_index: Index, points: Any) -> None:
    """They are meant where `zone` says, though the server takes them for UTC."""
    name = elastic_index(*({"time": f"2024-01-01T{n:02}:00:00", "n": n} for n in range(24)))
    found = points(name, zone="Europe/Berlin", from_="2024-01-01T05:00:00", to="2024-01-01T07:00:00")
    assert [(point["n"], point["time"].hour) for point in found] == [(5, 4), (6, 5)]


def test_filter_and_query(elastic_index: Index, points: Any) -> None:
    """A query string, a query, and both."""
    name = elastic_index(*({"time": f"2024-01-01T00:00:{n:02}Z", "n": n, "s": "abc"[n % 3]} for n in range(9)))
    assert [point["n"] for point in points(name, filter="s:b AND n:>1")] == [4, 7]
    assert [point["n"] for point in points(name, query={"range": {"n": {"lt": 6}}}, filter="s:b")] == [1, 4]
    assert [point["n"] for point in points(name, query={"term": {"s": "c"}}, from_="2024-01-01T00:00:03Z")] == [5, 8]


def test_another_field_is_the_time(elastic_index: Index, points: Any) -> None:
    """By its name, nested too; `time=None` reads none and asks for no order."""
    name = elastic_index({"@timestamp": "2024-01-01T00:00:01Z", "n": 1}, {"@timestamp": "2024-01-01T00:00:00Z", "n": 0})
    assert points(name, time="@timestamp") == [{"n": 0, "time": at(0)}, {"n": 1, "time": at(1000)}]
    assert sorted(point["@timestamp"][-2] for point in points(name, time=None)) == ["0", "1"]
    nested = elastic_index({"e": {"at": "2024-01-01T00:00:01Z"}}, {"e": {"at": "2024-01-01"}})
    assert [point["time"] for point in points(nested, time="e.at")] == [at(0), at(1000)]


# -- documents of others -----------------------------------------------------------------------------


def test_values_are_those_that_were_written(elastic_index: Index, points: Any) -> None:
    """Whatever the server makes of them for its index."""
    document = {
        "missing?": None,
        "list": [1, [2, {"a": None}], "x"],
        "nested": {"a": {"b": [1.5]}, "": 1} if False else {"a": {"b": [1.5]}},
        "dots.in.name": 1,
        "big": 2**64 + 1,
        "bigger": 10**40,
        "float": 1.0,
        "exact": 0.1,
        "text": '\u00e9\u0000\U0001f600 "',
        "long": "x" * 40_000,
        "flag": True,
    }
    mappings = {"dynamic": False, **DATED}
    (found,) = points(elastic_index({"time": "2024-01-01T00:00:00Z", **document}, mappings=mappings))
    assert found == {"time": MIDNIGHT, **document}
    assert type(found["float"]) is float


def test_times_of_other_spellings(elastic_index: Index, points: Any) -> None:
    """Where the server and flume read them alike they are read, and in order."""
    mapping = {
        "properties": {"time": {"type": "date", "format": "epoch_second||yyyy/MM/dd HH:mm:ss||strict_date_time"}}
    }
    name = elastic_index(
        {"time": 1704067202, "n": 2},
        {"time": "2024/01/01 00:00:01", "n": 1},
        {"time": "2024-01-01T01:00:00.000+01:00", "n": 0},
        mappings=mapping,
    )
    assert [(point["n"], point["time"]) for point in points(name)] == [(0, at(0)), (1, at(1000)), (2, at(2000))]


def test_times_that_the_server_reads_otherwise(
    elastic_index: Index, points: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """They stand in a wrong place there: they are rejected with their places and both times, and nothing else is."""
    name = elastic_index(
        {"time": 1704067200, "n": 0},  # seconds, which the server takes for milliseconds
        {"time": ["2024-01-01", "2024-01-02"], "n": 1},
        {"time": "2024-01-01T00:00:00Z", "n": 2},
    )
    assert [point["n"] for point in points(name)] == [2]
    first, second = (record.message for record in caplog.records if "time is" in record.message)
    assert first.startswith(f"{name}/")
    assert "read as 2024-01-01T00:00:00.000Z, and by the server as 1970-01-20T17:21:07.200Z" in first
    assert "time is no time" in second


@pytest.mark.parametrize("batch", [1, 10_000])
def test_times_of_years_that_only_the_server_knows(
    elastic_index: Index, points: Any, caplog: pytest.LogCaptureFixture, batch: int
) -> None:
    """They are rejected, once each, and in nobody's way."""
    years = ["-9999-01-01T00:00:00.000Z", "-0001-01-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z"]
    documents = [{"time": year} for year in [*years, -9_000_000_000_000_000, 253402300800000]]
    name = elastic_index({"time": "2024-01-01T00:00:00.000Z", "n": 0}, *documents)
    assert [point["n"] for point in points(name, batch=batch)] == [0]
    assert [record.message.startswith(f"{name}/") for record in caplog.records] == [True] * 3 + [False]
    assert caplog.records[-1].message.startswith("5 records were rejected")


def test_an_error_stops_behind_what_stands_before_it(elastic_index: Index, elasticsearch: Elasticsearch) -> None:
    """`errors='raise'` lets the points before a bad one leave."""
    name = elastic_index(
        {"time": "2024-01-01T00:00:00Z", "n": 0},
        {"time": "2024-01-01T00:00:01.0001Z", "n": 1},
        {"time": ["2024-01-01T00:00:02Z"], "n": 2},
        {"time": "2024-01-01T00:00:03Z", "n": 3},
    )
    found: list[int] = []
    with pytest.raises(RecordError, match=f"{name}/.*time is no time"):
        found.extend(point["n"] for point in read("elastic", index=name, url=elasticsearch.url, errors="raise"))
    assert found == [0, 1]


def test_times_that_are_numbers_or_words(elastic_index: Index, points: Any) -> None:
    """Are read as long as their order is that of the times."""
    numbers = {"properties": {"time": {"type": "long"}}}
    name = elastic_index({"time": 1704067201, "n": 1}, {"time": 1704067200, "n": 0}, {"n": 9}, mappings=numbers)
    assert [point["n"] for point in points(name)] == [9, 0, 1]
    words = elastic_index({"time": "2024-01-01 00:00:01", "n": 1}, {"time": "2024-01-01 00:00:00", "n": 0}, mappings={})
    assert [point["n"] for point in points(words)] == [0, 1]
    with pytest.raises(SourceError, match=r"'time' is mapped as (date|long) in .* and (date|long) in .*time=None"):
        points([name, elastic_index({"time": "2024-01-01"})])


def test_a_document_that_is_no_json_of_ours(elastic_index: Index, points: Any) -> None:
    """A number that no float holds, or values inside each other too deeply: rejected, or read without them."""
    mappings = {"dynamic": False, **DATED}
    deep: Any = 1
    for _ in range(150):
        deep = [deep]
    name = elastic_index(
        {"time": "2024-01-01T00:00:01Z", "n": 1}, {"time": "2024-01-01", "deep": deep, "n": 0}, mappings=mappings
    )
    assert [point["n"] for point in points(name)] == [1]


def test_an_index_without_source(elastic_index: Index, points: Any) -> None:
    """Says so: it has no documents to read."""
    name = elastic_index({"time": "2024-01-01"}, mappings={"_source": {"enabled": False}, **DATED})
    with pytest.raises(SourceError, match=f"{name} keeps no _source"):
        points(name)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
times = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(
    lambda time: f"{time.replace(microsecond=time.microsecond // 2 * 2).isoformat()}Z"
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    documents=st.lists(st.dictionaries(st.sampled_from(["n", "x.y", "z", "time"]), values, max_size=4), max_size=12),
    stamps=st.lists(times, min_size=12, max_size=12),
    batch=st.integers(1, 5),
)
def test_what_is_written_is_what_is_read(
    elastic_index: Index, points: Any, documents: list[dict[str, Any]], stamps: list[str | None], batch: int
) -> None:
    """In order of time, whatever the documents hold."""
    written = []
    for document, stamp in zip(documents, stamps, strict=False):
        document.pop("time", None)
        written.append(document if stamp is None else {**document, "time": stamp})
    name = elastic_index(*written, mappings={"dynamic": False, **DATED}, shards=2)
    found = points(name, batch=batch)
    stamped = [point.get("time") for point in found]
    known = [time for time in stamped if time is not None]
    assert known == sorted(known)
    assert stamped[: len(stamped) - len(known)] == [None] * (len(stamped) - len(known))

    def spelt(point: Point) -> str:
        if isinstance(point.get("time"), str):
            point = {**point, "time": datetime.fromisoformat(point["time"])}
        return json.dumps({**point, "time": str(point.get("time"))}, sort_keys=True)

    assert sorted(map(spelt, found)) == sorted(map(spelt, written))
