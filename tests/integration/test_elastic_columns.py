"""Columns in place of documents: the same answer, wherever they are taken."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flume import count, emit, expr, filter, first, last, maximum, memory, put, read, reduce, sum, write
from flume.flow import Flow, Point
from flume_adapter_elastic.testing import Elasticsearch, Proxy

START = datetime(2024, 1, 1, tzinfo=UTC)

Written = Callable[..., str]


@pytest.fixture
def written(elasticsearch: Elasticsearch, elasticsearch_index: str) -> Written:
    """Writes points into an index that flume makes, and gives its name."""

    def write_all(points: list[Point], name: str = "") -> str:
        name = name or f"{elasticsearch_index}-{uuid.uuid4().hex[:8]}"
        (emit(points=points) | write("elastic", index=name, url=elasticsearch.url)).execute()  # some may be refused
        return name

    return write_all


@pytest.fixture
def proxy(elasticsearch: Elasticsearch) -> Iterator[Proxy]:
    """What knows what was asked."""
    with Proxy(elasticsearch.url) as proxy:
        yield proxy


def plain(count: int) -> list[Point]:
    """Points of which the index has all that they have."""
    points = [
        {"time": f"2024-01-01T00:00:{n % 60:02}.{n:03}Z", "s": f"v{n % 3}", "n": n - 5, "f": n / 4, "b": n % 2 == 0}
        for n in range(count)
    ]
    for n, field in enumerate(["s", "n", "f", "b"]):
        del points[3 + 2 * n][field]
    return points


def ask(read: Flow) -> Flow:
    """A question whose answer depends on every value of four fields."""
    return read | reduce(
        c=count(), n=sum("n"), most=maximum("n"), f=sum("f"), s=first("s"), b=last("b"), cs=count("s"), by="s"
    )


def answers(index: str, proxy: Proxy, question: Callable[[Flow], Flow] = ask) -> tuple[list[Point], bool]:
    """What it answers, which is the same however it is read; and whether columns were asked for."""
    before = len(proxy.requests)
    found = (question(read("elastic", index=index, url=proxy.url, batch=2)) | memory()).execute().points
    columns = any("hits.hits.sort" in each and "_source" not in each for each in proxy.requests[before:])
    off = read("elastic", index=index, url=proxy.url, batch=2, optimize="off")
    plainly = (question(off) | memory()).execute(optimize=False).points
    assert [list(point.items()) for point in found] == [list(point.items()) for point in plainly]
    assert repr(found) == repr(plainly)  # 1 is no 1.0, and no true
    return found, columns


def test_columns_are_read_where_they_are_the_same(written: Written, proxy: Proxy) -> None:
    """Values of each kind, and those that are missing."""
    found, columns = answers(written(plain(40)), proxy)
    assert columns
    assert [point["s"] for point in found] == ["v0", "v1", "v2", None]


@pytest.mark.parametrize(
    "odd",
    [
        {"n": None},
        {"n": [1, 2]},
        {"n": "7"},
        {"n": 1.5},
        {"n": 2**63 - 1},
        {"s": ["a", "b"]},
        {"s": ["v0"]},
        {"s": "x" * 1025},
        {"f": 3},
        {"b": "true"},
        {"b": []},
        {"n": []},
        {"time": "2024-01-01T00:00:30.0001Z"},
    ],
    ids=repr,
)
def test_documents_are_read_where_they_are_not(written: Written, proxy: Proxy, odd: dict[str, Any]) -> None:
    """One of forty is enough, and it is not among the first."""
    points = plain(40)
    points[-3] |= odd
    _, columns = answers(written(points), proxy)
    assert not columns


def test_a_document_of_others(written: Written, elasticsearch: Elasticsearch, proxy: Proxy) -> None:
    """It has no marks, so that nothing is known of it."""
    name = written(plain(40))
    elasticsearch.ask("POST", f"/{name}/_doc?refresh=true", {"time": "2024-01-01T00:00:50Z", "n": [5, 6]})
    _, columns = answers(name, proxy)
    assert not columns


def test_an_update_of_others(written: Written, elasticsearch: Elasticsearch, proxy: Proxy) -> None:
    """It takes the marks away."""
    name = written(plain(40))
    hits = elasticsearch.ask("POST", f"/{name}/_search", {"query": {"term": {"n": 30}}})["hits"]["hits"]
    elasticsearch.ask("POST", f"/{name}/_update/{hits[0]['_id']}?refresh=true", {"doc": {"n": [5, 6]}})
    _, columns = answers(name, proxy)
    assert not columns


def test_several_indices(written: Written, elasticsearch_index: str, proxy: Proxy) -> None:
    """Are one stream of columns where each has the fields alike, or not at all."""
    written(plain(30), f"{elasticsearch_index}-a")
    written([{"time": f"2024-01-01T00:01:{n:02}Z", "s": "other"} for n in range(9)], f"{elasticsearch_index}-b")
    found, columns = answers(f"{elasticsearch_index}-*", proxy)
    assert columns
    assert {point["s"]: point["c"] for point in found}["other"] == 9
    written([{"time": f"2024-01-01T00:02:{n:02}Z", "n": "text"} for n in range(9)], f"{elasticsearch_index}-c")
    assert not answers(f"{elasticsearch_index}-*", proxy)[1]


def test_documents_without_a_time_come_first_wherever_times_are_read(written: Written, proxy: Proxy) -> None:
    """What a page of documents ends with is not kept for later when columns come."""
    name = written([{"n": 0}, {"n": 1}, {"n": 2}, *plain(30)])
    for batch in (4, 5, 7):
        source = read("elastic", index=name, url=proxy.url, zone="Europe/Berlin", batch=batch)
        numbers = source | DOUBLED | reduce(n=last("m"), every="1s")
        found = (numbers | memory()).execute().points
        assert [point["n"] for point in found] == [None if n == 5 else 2 * (n - 5) for n in range(30)]


@pytest.mark.parametrize(
    "mappings",
    [
        {"properties": {"s": {"type": "keyword", "ignore_above": 1024, "copy_to": "f"}}},
        {"_source": {"excludes": ["n", "flume_types"]}},
    ],
    ids=["copied", "left out"],
)
def test_an_index_that_has_other_values_than_its_documents(
    elasticsearch: Elasticsearch, elasticsearch_index: str, written: Written, proxy: Proxy, mappings: dict[str, Any]
) -> None:
    """A template says so, of fields that are mapped as flume maps them."""
    template = f"/_index_template/{elasticsearch_index}"
    body = {"index_patterns": [f"{elasticsearch_index}*"], "template": {"mappings": mappings}}
    elasticsearch.ask("PUT", template, body)
    try:
        points = [{field: value for field, value in point.items() if field != "f"} for point in plain(40)]
        name = written(points, elasticsearch_index)
    finally:
        elasticsearch.ask("DELETE", template)
    for question in (ask, lambda read: read | filter("n > 3") | reduce(c=count(), f=count("f"), n=sum("n"))):
        assert not answers(name, proxy, question)[1]


def test_a_field_that_is_worked_out(elasticsearch: Elasticsearch, written: Written, proxy: Proxy) -> None:
    """It hides what is mapped under its name, from all who ask after it was made."""
    name = written(plain(40))
    assert answers(name, proxy)[1]
    elasticsearch.ask("PUT", f"/{name}/_mapping", {"runtime": {"n": {"type": "keyword"}}})
    for question in (ask, lambda read: read | filter("n > 3") | reduce(c=count(), n=sum("n"))):
        assert not answers(name, proxy, question)[1]


def test_a_name_with_a_dot_beside_a_field_inside(written: Written, proxy: Proxy) -> None:
    """The index takes them for one field, which has two values then."""
    name = written([{"time": START, "a.b": 1, "a": {"b": 2}} for _ in range(8)])
    answers(name, proxy, lambda read: read | reduce(c=count("a.b"), s=sum("a.b"), m=maximum("a.b")))


def test_documents_that_come_unevenly(written: Written, proxy: Proxy) -> None:
    """Most of them in one moment, some of them long before and after: pages side by side are still in order."""
    most = ["2024-01-01T00:00:00.500Z"] * 25
    moments = ["1969-12-31T23:59:59Z", *most, "2024-01-01T00:00:00.501Z", "2031-01-01T00:00:00Z"]
    points = [{"time": moment, "n": n, "s": f"v{n % 2}", "f": 0.1 * n, "b": True} for n, moment in enumerate(moments)]
    found, columns = answers(written([*points[::2], *points[1::2]]), proxy)
    assert columns
    assert [point["c"] for point in found] == [14, 14]


DOUBLED = put(m=expr("n * 2"))  # so that the server does not count


@pytest.mark.parametrize(
    "question",
    [
        lambda read: read | filter("n > 10 and s != 'v1'") | DOUBLED | reduce(c=count(), n=sum("m")),
        lambda read: read | reduce(c=count(), n=sum("n"), every="10s", by="b"),
        lambda read: read | reduce(c=count(), nowhere=count("nowhere")),
        lambda read: read | DOUBLED | reduce(c=count(), n=sum("m")),  # numbers below 0 at the end of a page
        lambda read: read | DOUBLED | reduce(c=count(), b=count("b")),
    ],
)
def test_other_questions(written: Written, proxy: Proxy, question: Callable[[Flow], Flow]) -> None:
    """Filters, windows that close as the stream goes on, and a field that is in none."""
    _, columns = answers(written(plain(60)), proxy, question)
    assert columns


def test_bounds_and_filters_are_those_of_documents(written: Written, proxy: Proxy) -> None:
    """A bad document that the query does not find is in nobody's way."""
    points = plain(60)
    points[-1]["n"] = [1, 2]
    name = written(points)
    options = {"index": name, "url": proxy.url, "batch": 2, "to": "2024-01-01T00:00:55Z", "filter": "NOT s:v2"}
    found = (ask(read("elastic", **options)) | memory()).execute().points
    assert any("hits.hits.sort" in each and "_source" not in each for each in proxy.requests)
    assert found == (ask(read("elastic", **options)) | memory()).execute(optimize=False).points


values = {
    "n": st.integers(-(2**63), 2**63 - 2) | st.integers(-3, 3),
    "f": st.floats(allow_nan=False, allow_infinity=False, width=32) | st.just(-0.0),
    "s": st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=4),
    "b": st.booleans(),
}
odd = st.none() | st.lists(st.integers(0, 3), max_size=2) | st.sampled_from([1, 2.5, "x", True, 2**64])


@st.composite
def streams(draw: st.DrawFn) -> list[Point]:
    """Points that are nearly all alike."""
    points: list[Point] = draw(st.lists(st.fixed_dictionaries({}, optional=values), min_size=4, max_size=12))
    for point in points:
        point["time"] = START.replace(microsecond=draw(st.integers(0, 5)) * 1000)
    if draw(st.booleans()):
        draw(st.sampled_from(points))[draw(st.sampled_from("nfsb"))] = draw(odd)
    return points


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=streams())
def test_columns_are_what_documents_are(written: Written, proxy: Proxy, points: list[Point]) -> None:
    """Whatever was written."""
    index = written([dict(point) for point in points])
    report, _ = answers(index, proxy)
    assert {type(point["c"]) for point in report} == {int}
