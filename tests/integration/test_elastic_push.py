"""Steps that Elasticsearch does: the same answers as without, from a real server."""

from __future__ import annotations

import builtins
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flume import (
    avg,
    count,
    emit,
    filter,
    first,
    head,
    last,
    maximum,
    median,
    memory,
    minimum,
    percentile,
    put,
    read,
    reduce,
    sort,
    sum,
    tail,
    write,
)
from flume.flow import Flow, Pipeline, Point, Step
from flume_adapter_elastic.testing import Elasticsearch, Proxy

MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
POINTS: list[Point] = [
    {"time": MIDNIGHT + timedelta(seconds=s), "host": host, "status": status, "took": took, "ok": status < 400, "n": n}
    for n, (s, host, status, took) in enumerate(
        [
            (0, "web1", 200, 0.5),
            (61, "web2", 404, 1.5),
            (61, "web1", 500, 2.5),
            (185, "web3", 200, 3.5),
            (190, "web2", 200, 4.5),
            (3700, "web1", 301, 5.5),
        ]
    )
]


class Outcome(NamedTuple):
    """What came of a pipeline, and how."""

    points: list[Point]
    pushed: bool
    read: int


Both = Callable[..., Outcome]


@pytest.fixture(scope="module")
def proxy(elasticsearch: Elasticsearch) -> Iterator[Proxy]:
    """What the requests go through, to be counted."""
    with Proxy(elasticsearch.url) as proxy:
        yield proxy


@pytest.fixture
def wrote(elasticsearch_index: str, elasticsearch: Elasticsearch) -> Callable[..., str]:
    """Writes points, by flume's own writer, and other documents as they are, and gives the name of the index."""

    def make(*points: Point, raw: tuple[object, ...] = ()) -> str:
        (emit(points=list(points)) | write("elastic", index=elasticsearch_index, url=elasticsearch.url)).execute()
        if raw:
            lines = [line for document in raw for line in ({"index": {}}, document)]
            elasticsearch.ask("POST", f"/{elasticsearch_index}/_bulk?refresh=true", lines)
        return elasticsearch_index

    return make


@pytest.fixture
def both(proxy: Proxy) -> Both:
    """Runs what is read of an index through steps, with and without optimizing, and compares."""

    def run(index: str, *steps: Step, **options: Any) -> Outcome:
        def source(**more: Any) -> Flow:
            return read("elastic", index=index, url=proxy.url, **{**options, **more})

        before = len(proxy.requests)
        found = (Pipeline((source(), *steps)) | memory()).execute()
        requests = proxy.requests[before:]
        plain = (Pipeline((source(optimize="off"), *steps)) | memory()).execute(optimize=False)
        assert exactly(found.points) == exactly(plain.points)
        pushed = not any("hits.hits._source" in request for request in requests)
        return Outcome(found.points, pushed, found.read)

    return run


def exactly(points: list[Point]) -> str:
    """The points, in which 1, 1.0 and True differ, as the order of fields does."""
    return repr(points)


# -- what is done by the server --------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        reduce(n=count()),
        reduce(n=count("host"), by="status"),
        reduce(n=count(), by=["host", "ok"]),
        reduce(n=count(), every="1m"),
        reduce(n=count(), every="1m", by="host"),
        reduce(n=count(), every="1m", by="host", forget=False),
        reduce(n=count(), every="1h", on="30m", by="host"),
        reduce(n=count(), every="1 day", on="0s"),
        reduce(by="host"),
        reduce(low=minimum("n"), high=maximum("took"), first=minimum("time"), by="host"),
        reduce(total=sum("n"), mean=avg("n"), each=sum("n") / count(), every="1m"),
        reduce(a=first("host"), z=last("took"), ok=last("ok"), n=first("n"), t=last("time"), by="status"),
    ],
)
def test_reduce_is_done_by_the_server(wrote: Callable[..., str], both: Both, step: Step) -> None:
    """And its rows are those of flume: fields, order of groups, empty windows, types, times."""
    index = wrote(*POINTS)
    assert both(index, step).pushed
    assert both(index, step, from_="2024-01-01T00:01:01", to="2024-01-01T00:03:10").pushed
    assert both(index, filter("status < 400 and host != 'web3'"), step).pushed
    assert both(index, filter("status == 999"), step).pushed


@pytest.mark.parametrize("by", [None, "host"])
def test_percentiles_are_estimated_where_that_is_asked_for(
    wrote: Callable[..., str], proxy: Proxy, by: str | None
) -> None:
    """Near what they are, said by `explain`, and not otherwise."""
    points = [
        {"time": MIDNIGHT + timedelta(seconds=n), "host": f"web{n % 2}", "n": n * 7919 % 1009, "took": n * 31 % 997 / 7}
        for n in range(2000)
    ]
    index = wrote(*points)
    step = reduce(
        p50=percentile("n", 50),
        some=percentile("n", [0, 90, 99, 100]),
        mid=median("n"),
        between=percentile("took", 25, interpolate=True),
        n=count(),
        by=by,
    )
    before = len(proxy.requests)
    nearly = read("elastic", index=index, url=proxy.url, optimize="approx") | step
    found = (nearly | memory()).execute().points
    assert not any("_source" in request for request in proxy.requests[before:])
    exact = read("elastic", index=index, url=proxy.url) | step
    there = (exact | memory()).execute().points
    assert [list(point) for point in found] == [list(point) for point in there]
    for one, other in zip(found, there, strict=True):
        assert (one["n"], one["time"], one.get("host")) == (other["n"], other["time"], other.get("host"))
        for field in ("p50", "mid", "between"):
            assert one[field] == pytest.approx(other[field], rel=0.05)
        assert one["some"] == pytest.approx(other["some"], rel=0.05, abs=1)
    assert "only nearly, as the server estimates it: percentile('n', 50)" in nearly.explain()
    assert "nearly" not in exact.explain()


def test_points_without_a_time_are_the_first(wrote: Callable[..., str], both: Both) -> None:
    index = wrote(*POINTS, {"host": "timeless", "n": None})
    outcome = both(index, reduce(a=first("host"), z=last("host"), n=first("n"), none=first("took")))
    assert outcome.pushed
    assert outcome.points[0]["a"] == "timeless"


def test_which_of_two_points_of_one_time_is_first_only_documents_tell(wrote: Callable[..., str], both: Both) -> None:
    index = wrote(*POINTS, POINTS[0] | {"host": "other"}, POINTS[-1] | {"host": "another"})
    for step in (reduce(a=first("host")), reduce(z=last("host"))):
        assert not both(index, step).pushed


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ("status == 200", 3),
        ("status == 200.0", 3),
        ("status == 200.5", 0),
        ("status != 200.5", 6),
        ("status != 200", 3),
        ("200 < status <= 404", 2),
        ("status > 200.5", 3),
        ("status >= 300.5 and status < 404.5", 2),
        ("status in [200, 404]", 4),
        ("host not in ['web1', 'web2']", 1),
        ("host == 'web1' or took > 3", 5),
        ("not host == 'web1'", 3),
        ("host < 'web2'", 3),
        ("took >= 2.5", 4),
        ("took < 2.5", 2),
        ("ok", 4),
        ("ok == False", 2),
        ("host is None", 0),
        ("n is not None", 6),
        ("time >= '2024-01-01T00:03:05'", 3),
        ("time < '2024-01-01T00:03:05.000001'", 4),
        ("time == '2024-01-01T00:01:01'", 2),
        ("time > date('2024-01-01T01:00:00Z')", 1),
        ("time < now()", 6),
    ],
)
def test_conditions_are_asked_of_the_server(wrote: Callable[..., str], both: Both, condition: str, passes: int) -> None:
    """Those that the server answers as flume does."""
    found = both(wrote(*POINTS), filter(condition), reduce(n=count()))
    assert found.points[0]["n"] == passes
    assert found.pushed


@pytest.mark.parametrize(
    "condition",
    ["status == True", "ok == 1", "host > 5", "len(host) > 3", "'web' in host", "host == took", "gone == 1"],
)
def test_other_conditions_are_not(wrote: Callable[..., str], both: Both, condition: str) -> None:
    """Those that it would answer otherwise, or that nothing is known of."""
    assert not both(wrote(*POINTS), filter(condition), reduce(n=count())).pushed


@pytest.mark.parametrize(
    "step",
    [
        reduce(s=median("n")),
        reduce(p=percentile("n", 50)),
        reduce(total=sum("took")),
        reduce(mean=avg("took")),
        reduce(low=minimum("host")),
        reduce(n=count(), by="took"),
        reduce(n=count(), by="time"),
        reduce(n=count(), by="gone"),
        reduce(n=count("gone")),
        reduce(n=count(), every="1 month"),
        reduce(n=count(), every="1m", reset=False),
        reduce(host="{host}", by="host"),
    ],
)
def test_other_reduces_are_done_by_flume(wrote: Callable[..., str], both: Both, step: Step) -> None:
    """What the server would answer otherwise, or cannot at all."""
    assert not both(wrote(*POINTS), step).pushed


HOSTILE: dict[str, list[Point]] = {
    "a list": [{"host": ["web1"], "time": MIDNIGHT}],
    "a long text": [{"host": "x" * 1025, "time": MIDNIGHT}],
    "microseconds": [{"host": "web1", "time": MIDNIGHT + timedelta(microseconds=1)}],
    "a float among whole numbers": [{"n": 1.7, "time": MIDNIGHT, "host": "web1"}],
    "text for a number": [{"n": "7", "time": MIDNIGHT, "host": "web1"}],
    "a list in a group": [{"user": [{"id": 1}], "time": MIDNIGHT, "host": "web1"}],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_documents_that_an_index_has_otherwise_are_read(wrote: Callable[..., str], both: Both, name: str) -> None:
    """A single one among many: what the mapping says is not what all of them hold."""
    index = wrote(*({**point, "user": {"id": 1}} for point in POINTS), *HOSTILE[name])
    steps = [
        reduce(n=count(), by="host", every="1m"),
        reduce(n=sum("n"), by="host"),
        reduce(n=count(), by="user.id"),
    ]
    assert not all(both(index, step).pushed for step in steps)


def test_numbers_that_floats_do_not_hold_are_read(wrote: Callable[..., str], both: Both) -> None:
    """The server would round the least, the greatest, and sums; conditions it does not."""
    index = wrote({"n": 2**53 + 1, "time": MIDNIGHT}, {"n": -5, "time": MIDNIGHT})
    assert not both(index, reduce(n=maximum("n"))).pushed
    assert not both(index, reduce(n=sum("n"))).pushed
    assert both(index, filter(f"n == {2**53}"), reduce(n=count())).pushed
    assert both(index, filter(f"n == {2**53 + 1}"), reduce(n=count())).points[0]["n"] == 1
    assert both(index, filter("n < 0"), reduce(n=sum("n"))).pushed
    assert both(index, reduce(n=count(), by="n")).pushed


def test_documents_of_others_are_read(wrote: Callable[..., str], both: Both) -> None:
    """Nobody knows what they hold, whatever the mapping says."""
    index = wrote(*POINTS)
    assert both(index, reduce(n=count())).pushed
    wrote(raw=({"time": "2024-01-01T00:00:00.000Z", "host": ["web1", "web2"]},))
    assert not both(index, reduce(n=count(), by="host")).pushed


def test_timeless_points_are_read_where_their_order_counts(wrote: Callable[..., str], both: Both) -> None:
    """They go into no window, and before all others into a group; but they can be counted."""
    index = wrote(*POINTS, {"host": "web9"}, {"host": "web8", "time": None})
    assert both(index, reduce(n=count())).pushed
    assert not both(index, reduce(n=count(), by="host")).pushed
    assert not both(index, reduce(n=count(), every="1m")).pushed
    assert both(index, reduce(n=count(), by="host"), from_="2024-01-01").pushed


def test_groups_of_one_time_are_in_the_order_of_their_documents(wrote: Callable[..., str], both: Both) -> None:
    """Only those documents are asked for, over as many pages as that takes."""
    letters = "zayxbwcvdueft"
    index = wrote(*({"time": MIDNIGHT + timedelta(hours=n // 26), "host": letters[n % 13]} for n in range(78)))
    assert [point["host"] for point in both(index, reduce(n=count(), by="host")).points] == list(letters)
    found = both(index, reduce(n=count(), by="host", every="1h"))
    assert found.pushed
    assert [point["host"] for point in found.points] == list(letters) * 3


def test_more_buckets_than_a_page_has_are_all_there(wrote: Callable[..., str], both: Both) -> None:
    """A composite aggregation is asked for page after page."""
    index = wrote(*({"time": MIDNIGHT + timedelta(seconds=n), "n": n} for n in range(12_000)))
    found = both(index, reduce(c=count(), by="n"))
    assert found.pushed
    assert len(found.points) == 12_000


def test_missing_and_null_are_one_group(wrote: Callable[..., str], both: Both) -> None:
    """Which is shown as null, and is not that of an empty text."""
    points = [{"host": None}, {}, {"host": ""}, {"host": "null"}]
    index = wrote(*({**point, "time": MIDNIGHT + timedelta(seconds=n)} for n, point in enumerate(points)))
    found = both(index, reduce(n=count(), by="host"))
    assert found.pushed
    assert [(point["host"], point["n"]) for point in found.points] == [(None, 2), ("", 1), ("null", 1)]


def test_what_is_asked_is_explained(wrote: Callable[..., str], elasticsearch: Elasticsearch) -> None:
    """The query as JSON, and that it depends on a proof; no server is needed for it."""
    flow = read("elastic", index="logs", url="http://nobody:secret@localhost:1") | filter("status >= 500")
    text = (flow | reduce(n=count(), by="host", every="1h")).explain()
    assert "pushed down: filter('status >= 500') | reduce(every='1h', by='host', n=count())" in text
    assert '"fixed_interval": "3600000ms"' in text
    assert '"gte": 500' in text
    assert "prove" in text
    assert "secret" not in text
    assert "composite" not in (flow | reduce(s=median("n"))).explain()
    assert "composite" not in (flow | reduce(n=count(), by="host")).explain(optimize=False)


def test_off_reads_documents(wrote: Callable[..., str], both: Both) -> None:
    """As `--no-optimize` does."""
    assert not both(wrote(*POINTS), reduce(n=count()), optimize="off").pushed


# -- what is not read ------------------------------------------------------------------------------


ALL = {"properties": {"user": {"properties": {"id": {"type": "integer"}}}, "host": {"type": "keyword"}}}


@pytest.mark.parametrize(
    ("condition", "reads"),
    [
        ("n == 7", 1),
        ("n == 7.5", 1),
        ("3 < n <= 5.5", 3),
        ("n < 2 and took != 0.5", 3),
        ("n in [1, 2, 300]", 2),
        ("user.id >= 1e3", 0),
        ("host == 'web1' and len(tag) > 1", 10),
        ("host == 'web1' or tag == 'a'", 11),
        ("took < 0.5", 11),
        ("ok == True and n < 6", 4),
    ],
)
def test_documents_that_a_filter_surely_drops_are_not_read(
    elastic_index: Callable[..., str], both: Both, condition: str, reads: int
) -> None:
    """Of any index: only the mapping must tell how it has the fields."""
    documents = [
        {
            "time": f"2024-01-01T00:00:{n:02}Z",
            "n": n,
            "host": f"web{n % 2}",
            "tag": "a" if n == 0 else "b",
            "took": n / 20,
            "ok": n % 2 == 0,
            "user": {"id": n},
        }
        for n in range(20)
    ]
    index = elastic_index(*documents, mappings={**ALL, "dynamic": True})
    assert both(index, filter(condition)).read <= reads
    assert both(index, filter(condition), reduce(m=median("n"), by="host")).read <= reads


@pytest.mark.parametrize(
    "condition",
    ["n != 7", "not n == 7", "len(host) == 4", "gone == 1", "host > 'web1'", "n == 1 or n == took", "host is None"],
)
def test_other_documents_are_read(elastic_index: Callable[..., str], both: Both, condition: str) -> None:
    """Where the index may have something else than the document holds."""
    documents = [{"time": f"2024-01-01T00:00:{n:02}Z", "n": n, "host": f"web{n}", "took": n / 2} for n in range(9)]
    assert both(elastic_index(*documents, mappings=ALL), filter(condition), reduce(m=median("n"))).read == 9


@pytest.mark.parametrize(
    ("steps", "reads"),
    [
        ([tail(2)], 2),
        ([filter("status == 200"), tail(1)], 1),
        ([sort("-n"), head(2)], 2),
        ([sort("host", "-status"), head(3)], 3),
        ([sort("time", order="desc"), head()], 1),
        ([filter("ok"), sort("ok", "host"), head(2), put(x=1)], 2),
        ([sort("user"), head(9), tail(1)], 6),
        ([sort("took"), head(2)], 6),
        ([tail(1, by="host")], 6),
        ([sort("n"), tail(2)], 6),
    ],
)
def test_only_documents_that_pass_are_read(
    wrote: Callable[..., str], both: Both, steps: list[Step], reads: int
) -> None:
    """Where the server has them in the order that flume puts them in."""
    index = wrote(*POINTS)
    assert both(index, *steps).read == reads
    both(index, *steps, from_="2024-01-01T00:01:01", to="2024-01-01T00:03:10", zone="Europe/Berlin")
    wrote(*HOSTILE["microseconds"])
    assert both(index, *steps).read > reads or reads == 6


UNLIKE = {
    "numbers": {"n": {"type": "long"}, "took": {"type": "double"}},
    "malformed": {"n": {"type": "integer", "ignore_malformed": True}, "host": {"type": "keyword", "ignore_above": 2}},
    "spelt": {"host": {"type": "keyword", "null_value": "none"}, "n": {"type": "short", "coerce": True}},
    "searched": {"host": {"type": "text"}, "n": {"type": "keyword"}},
    "hidden": {"host": {"type": "keyword", "index": False}, "n": {"type": "long", "index": False}},
    "inside": {"user": {"type": "nested", "properties": {"id": {"type": "long"}}}},
    "flat": {"user": {"type": "flattened"}},
}


@pytest.mark.parametrize("name", UNLIKE)
@pytest.mark.parametrize("dynamic", [True, False])
def test_what_an_index_has_otherwise_is_found(
    elastic_index: Callable[..., str], both: Both, name: str, dynamic: bool
) -> None:
    """A filter passes just what it passes of all documents, however they are indexed."""
    index = elastic_index(
        {"n": 1.7, "took": 2**53 + 1},
        {"n": "2", "host": "long text"},
        {"n": [1, 2], "host": ["a"], "user": [{"id": 1}]},
        {"n": 1, "host": "A", "user": {"id": 1}, "took": -0.0},
        {"n": None, "host": None, "user": {"id": 2}},
        {"n": 2, "host": "none", "took": 0.0},
        mappings={"dynamic": dynamic, "properties": UNLIKE[name]},
    )
    for condition in [
        "n > 1",
        "n >= 1.5",
        "n == 1.7",
        "n < 2",
        "n == '2'",
        "host == 'long text'",
        "host == 'A'",
        "host in ['none', 'a']",
        "host == None",
        "user.id == 1",
        "took > 2**53",
        f"took > {2**53}",
        "took == 0",
    ]:
        both(index, filter(condition))


# -- any documents, any steps ----------------------------------------------------------------------

MOMENTS = st.integers(0, 40).map(lambda n: MIDNIGHT + timedelta(milliseconds=n * 500))
CLEAN: dict[str, st.SearchStrategy[Any]] = {
    "time": MOMENTS,
    "host": st.sampled_from(["a", "b", "", "ä𝄞", "2024-01-01", "null", None]),
    "n": st.integers(-3, 3) | st.none(),
    "took": st.sampled_from([0.5, -0.0, 0.0, 1e300, 2.0, -3.25]),
    "ok": st.booleans(),
    "user": st.fixed_dictionaries({}, optional={"id": st.integers(0, 2) | st.none(), "name": st.sampled_from("xy")}),
}
FULL = {"time": MIDNIGHT, "host": "a", "n": 1, "took": 0.5, "ok": True, "user": {"id": 1, "name": "x"}}
UNKIND: dict[str, st.SearchStrategy[Any]] = {
    "time": MOMENTS.map(lambda time: time + timedelta(microseconds=7)) | st.none(),
    "host": st.sampled_from([["a"], [], ["a", "b"], "x" * 1025, "a" * 40_000, [None]]),
    "n": st.sampled_from([1.7, "2", 2**53 + 1, 2**63 - 1, -(2**63), [1, 2], 1.0]),
    "took": st.sampled_from([1, "0.5", [0.5]]),
    "ok": st.sampled_from(["true", [True], ""]),
    "user": st.sampled_from([{}, [{"id": 1}], [], {"id": [1]}, None]) | st.just({"id": 1}).map(lambda user: user),
}
SPELT: list[Point] = [  # as no writer of flume's has them
    {"time": "2024-01-01T00:00:01Z", "host": "a"},
    {"time": ["2024-01-01T00:00:01Z"], "host": "a"},
    {"time": 1704067201000, "n": 1},
    {"time": "2024-01-01T01:00:01+01:00", "n": 1.7},
    {"time": "2024-01-01T00:00:01.000000009Z", "user.id": 1},
]

CONDITIONS = st.sampled_from(
    [
        "n >= 0",
        "n != 1",
        "n in [1, 2]",
        "n < 0.5 or host == 'a'",
        "n == 1.0",
        "host != 'a'",
        "host in ['a', 'b', None]",
        "not (host > 'a')",
        "host == '2024-01-01'",
        "host is None",
        "took <= 0",
        "took > 0",
        "took == 0",
        "ok",
        "not ok",
        "ok != True",
        "user.id == 1",
        "user.name != 'x'",
        "time > '2024-01-01T00:00:05'",
        "time <= '2024-01-01T00:00:05.0005'",
        f"n < {2**53 + 1}",
        "n != 'a'",
        "len(host) == 1",
    ]
)
REDUCERS = st.sampled_from(
    [
        count(),
        count("host"),
        count("n"),
        count("user.name"),
        sum("n"),
        avg("n"),
        minimum("n"),
        maximum("n"),
        minimum("took"),
        maximum("time"),
        first("n"),
        last("host"),
        last("took"),
        first("time"),
        sum("took"),
        sum("n") / count(),
    ]
)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # each try takes the server a second
GROUPS = st.lists(st.sampled_from(["host", "n", "ok", "user.id", "user.name", "took"]), max_size=2, unique=True)


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[Point], list[Point]]:
    """Points that flume writes, some of them unkind in a field or two, and perhaps what somebody else has written."""
    unkind = draw(st.sets(st.sampled_from(sorted(UNKIND)), max_size=1)) if draw(st.booleans()) else set()
    fields = {name: (one | UNKIND[name] if name in unkind else one) for name, one in CLEAN.items()}
    timeless = draw(st.booleans()) and draw(st.booleans())
    required = {} if timeless else {"time": fields.pop("time")}
    points = draw(st.lists(st.fixed_dictionaries(required, optional=fields), min_size=1, max_size=12))
    if draw(st.integers(0, 3)):
        points.append(FULL)  # the index knows all fields
    others = draw(st.lists(st.sampled_from(SPELT), min_size=1, max_size=2)) if draw(st.integers(0, 4)) == 4 else []
    return points, others


@st.composite
def pipelines(draw: st.DrawFn) -> list[Step]:
    """A filter or two, and a reduce, or what chooses among documents."""
    steps: list[Step] = [filter(condition) for condition in draw(st.lists(CONDITIONS, max_size=2))]
    windows = draw(
        st.sampled_from([{}, {"every": "1s"}, {"every": "3s"}, {"every": "1m", "on": "0s"}, {"every": "7s"}])
    )
    reducers = draw(st.lists(REDUCERS, max_size=3))
    by = draw(GROUPS)
    if (last := draw(st.integers(1, 8))) == 8:
        return steps
    if last == 1:
        return [*steps, tail(draw(st.integers(1, 3)))]
    if last == 2:
        fields = st.sampled_from(["host", "-host", "n", "-n", "ok", "time", "-time", "took", "user.id"])
        return [*steps, sort(*draw(st.lists(fields, min_size=1, max_size=2))), head(draw(st.integers(1, 3)))]
    return [*steps, reduce(by=by or None, **windows, **{f"f{n}": one for n, one in enumerate(reducers)})]


@pytest.fixture(scope="module")
def pushed() -> Iterator[list[bool]]:
    """Whether each of the pipelines was done by the server; some must be, and some must not."""
    outcomes: list[bool] = []
    yield outcomes
    if len(outcomes) > 100:
        assert 0.05 < builtins.sum(outcomes) / len(outcomes) < 0.95


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
@given(found=documents(), programs=st.lists(pipelines(), min_size=4, max_size=8), bounded=st.booleans())
def test_optimized_is_as_unoptimized(
    both: Both,
    elasticsearch: Elasticsearch,
    pushed: list[bool],
    found: tuple[list[Point], list[Point]],
    programs: list[list[Step]],
    bounded: bool,
) -> None:
    """Whatever the documents hold, and whoever wrote them."""
    points, others = found
    index = f"push-{uuid.uuid4().hex[:12]}"
    try:
        (emit(points=points) | write("elastic", index=index, url=elasticsearch.url)).execute()
        lines = [line for document in others for line in ({"index": {}}, document)]
        if lines:
            elasticsearch.ask("POST", f"/{index}/_bulk?refresh=true", lines)
        bounds = {"from_": "2024-01-01T00:00:02.0001", "to": "2024-01-01T00:00:15"} if bounded else {}
        pushed += [both(index, *steps, **bounds).pushed for steps in programs]
    finally:
        with suppress(OSError):
            elasticsearch.ask("DELETE", f"/{index}")
