"""join(table=…): points looked up in a table, which is a pipeline or a branch."""

from __future__ import annotations

import json
import pickle
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import count, emit, env, filter, head, join, memory, put, read, reduce, sort, write
from flume.errors import LimitError, OptionError, SourceError, UsageError
from flume.flow import Flow, Fork
from flume.testing import Clock, run, script
from flume.testing.listing import listed

Point = dict[str, Any]

TIME = datetime(2016, 7, 17, tzinfo=UTC)


def at(second: float, **fields: Any) -> Point:
    """A point of that second."""
    return {"time": TIME + timedelta(seconds=second), **fields}


# -- the slow and obvious way -------------------------------------------------------------------


def key_of(point: Point, fields: tuple[str, ...]) -> list[Any] | None:
    """What must be equal; None where one of it is null or missing."""
    values = [point.get(field) for field in fields]
    return None if None in values else [(isinstance(value, bool), value) for value in values]


def looked_up(
    points: list[Point], table: list[Point], fields: tuple[str, ...], kind: str, *, wins: bool = False
) -> list[Point]:
    """Each point with each of the newest of the table that are its equals; the table *wins* where it stands first."""
    out = []
    for point in points:
        key = key_of(point, fields)
        equals = [other for other in table if key is not None and key_of(other, fields) == key]
        newest = max((other["time"] for other in equals if "time" in other), default=None)
        equals = [other for other in equals if other.get("time") == newest]
        for other in equals:
            timeless = {name: value for name, value in other.items() if name != "time"}
            out.append({**point, **timeless} if wins else {**timeless, **point})
        out += [point] if not equals and kind == "left" else []
    return out


def said(point: Point) -> str:
    """A point, whatever the order of its fields."""
    return repr(sorted(point.items()))


KEYS = st.sampled_from([None, 0, 1, 1.0, True, "1", "a"])
TIMES = st.integers(0, 4).map(lambda second: TIME + timedelta(seconds=second))
POINTS = st.lists(
    st.fixed_dictionaries({"n": st.integers(0, 9)}, optional={"time": TIMES, "k": KEYS, "j": st.integers(0, 1)}),
    max_size=6,
)
FIELDS = st.sampled_from([("k",), ("k", "j"), ("j", "time"), ()])


@settings(max_examples=200)
@given(points=POINTS, table=POINTS, fields=FIELDS, kind=st.sampled_from(["inner", "left"]), size=st.integers(1, 3))
@pytest.mark.parametrize("way", ["pipeline", "branch", "first branch", "in a fork"])
def test_as_nested_loops(
    way: str, points: list[Point], table: list[Point], fields: tuple[str, ...], kind: str, size: int
) -> None:
    """However the table is given, whatever the sizes of batches and the times; the ledger adds up."""
    stream, other = listed(points, size), listed(table, size)
    flows: dict[str, Flow] = {
        "pipeline": stream | join(*fields, kind=kind, table=other),
        "branch": (stream, other) | join(*fields, kind=kind, table=1),
        "first branch": (other, stream) | join(*fields, kind=kind, table=0),
        "in a fork": stream | (join(*fields, kind=kind, table=other), filter("n < 0")),
    }
    report = (flows[way] | memory()).execute()
    keys = tuple(field for field in fields if field != "time")
    expected = looked_up(points, table, keys, kind, wins=way == "first branch")
    if way == "in a fork":  # which is a merge
        assert sorted(map(said, report.points)) == sorted(map(said, expected))
    else:
        assert report.points == expected
    assert report.adds_up
    assert report.read == len(points) + len(table)


# -- how it is given ----------------------------------------------------------------------------

HOSTS = [{"host": "a", "dc": "x"}, {"host": "b", "dc": "y"}]
SEEN = [at(1, host="a"), at(2, host="b"), at(3, host="c")]


def test_laws_of_values() -> None:
    """A pipeline among the options is compared, hashed, pickled and read back."""
    flows = [
        listed(SEEN) | join("host", table=emit(points=HOSTS)),
        listed(SEEN) | join("host", kind="left", table=emit(points=HOSTS) | filter("dc != 'x'")),
        listed(SEEN) | join(table=((emit(limit=1), emit(limit=2)) | head(1))),
        listed(SEEN) | join("host", table=(emit(limit=1), emit(limit=2))),
        (listed(SEEN), emit(points=HOSTS)) | join("host", table=1),
    ]
    names = {**vars(__import__("flume")), "listed": listed, "Fork": Fork}
    names |= {word: getattr(__import__("flume"), word) for word in ("emit", "join", "filter", "head")}
    for flow in flows:
        join_only = flow.steps[-1]
        assert eval(repr(join_only), names) == join_only
        assert pickle.loads(pickle.dumps(flow)) == flow
        assert hash(pickle.loads(pickle.dumps(flow))) == hash(flow)
    assert len(set(flows)) == len(flows)


def test_a_secret_in_a_table_is_not_shown() -> None:
    """Its name is."""
    flow = emit(limit=1) | join("k", table=read("http", url="http://localhost:1/", headers={"token": env("TOKEN")}))
    assert "env('TOKEN')" in repr(flow)
    assert "env('TOKEN')" in flow.explain()


def test_explain_shows_the_table_before_its_step() -> None:
    """With its own numbers, and the fields that are read of it."""
    table = read("stdio", file="hosts.csv") | filter("up == 1")
    flow = read("stdio", file="log.jsonl") | join("host", table=table) | reduce(count=count(), by="dc")
    lines = flow.explain().splitlines()
    assert [line.strip().split("  ")[0][:30] for line in lines[:8]] == [
        "1. read('stdio', file='log.jso",
        "fields read: dc, host, time",
        "looked up in, which is read fi",
        "2. read('stdio', file='hosts.c",
        "fields read: dc, host, time, u",
        "3. filter('up == 1')",
        "4. join('host', table=read('st",
        "5. reduce(by='dc', count=count",
    ]


def test_several_branches_and_a_table() -> None:
    """Those of the stream are joined by themselves first."""
    flow = (listed([at(1, host="a", x=1), at(2, host="b", x=2)]), listed([at(2, host="b", y=2)])) | join(
        "host", "time", kind="left", table=listed(HOSTS)
    )
    assert list(flow) == [at(1, host="a", x=1, dc="x"), at(2, host="b", x=2, y=2, dc="y")]
    flow = (listed([at(1, host="a")]), listed(HOSTS), listed([at(1, host="a", y=2)])) | join("host", table=1)
    assert list(flow) == [at(1, host="a", y=2, dc="x")]


def test_dotted_fields_reach_inside() -> None:
    """On both sides."""
    assert run([{"u": {"id": 1}}], join("u.id", table=listed([{"u": {"id": 1.0}, "name": "Ann"}]))) == [
        {"u": {"id": 1}, "name": "Ann"}
    ]


def test_results_share_nothing() -> None:
    """A point of the table is used twice."""
    seen = []
    for point in listed([{"k": 1, "n": 1}, {"k": 1, "n": 2}]) | join("k", table=listed([{"k": 1, "tags": []}])):
        point["tags"].append(point["n"])
        seen.append(point["tags"])
    assert seen == [[1], [2]]


def test_a_table_made_of_the_stream_itself() -> None:
    """What is said of each host in the end, beside each of its points."""
    flow = listed([at(1, k=1), at(2, k=2), at(3, k=1)]) | ((), reduce(n=count(), by="k")) | join("k", table=1)
    assert list(flow) == [at(1, k=1, n=2), at(2, k=2, n=1), at(3, k=1, n=2)]


def test_points_keep_their_order_and_what_follows_is_told_of_it() -> None:
    """A stream in order of time stays in order; one that is in none is not said to be."""
    assert list(listed([at(3, k=1), at(1, k=1)]) | join("k", table=listed([{"k": 1}]))) == [at(3, k=1), at(1, k=1)]
    step = join("k", table=listed([]))
    assert step.ordered(True)
    assert not step.ordered(False)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"table": "hosts"}, "join: table takes a pipeline, or the number of a branch, from 0, not 'hosts'"),
        ({"table": True}, "join: table takes a pipeline, or the number of a branch, from 0, not True"),
        ({"table": 1, "kind": "outer"}, "join: kind takes 'inner' or 'left' beside a table, not 'outer'"),
        (
            {"table": 1, "asof": "1s"},
            "join: a table knows no time, so asof makes no sense with it; join(asof=…) | join",
        ),
        ({"table": 1, "zip": True}, "join: a table knows no time, so zip makes no sense with it"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], text: str) -> None:
    """It is said what there can be."""
    with pytest.raises(OptionError) as error:
        join("k", **options)
    assert str(error.value).startswith(text)


@pytest.mark.parametrize(
    ("flow", "error", "text"),
    [
        (emit(limit=1) | join("k", table=0), OptionError, "join: table is branch 0, and there are none before it"),
        (
            (emit(limit=1), emit(limit=1)) | join("k", table=2),
            OptionError,
            "join: table is branch 2, and there are 2, from 0; or give a pipeline, table=read",
        ),
        (
            emit(limit=1) | join("k", table=emit(limit=1) | memory()),
            UsageError,
            "join('k', table=emit(1) | memory()) has a table that ends in a sink, and so has no points",
        ),
        (emit(limit=1) | join("k", table=head(1)), UsageError, "a pipeline begins with a source"),
        (
            emit(limit=1) | (join("k", table=emit()), ()) | memory(),
            UsageError,
            "join('k', table=emit()) is in a branch, or behind a fork, and its table is live",
        ),
    ],
)
def test_tables_that_cannot_be(flow: Flow, error: type[Exception], text: str) -> None:
    """It is said before anything runs."""
    with pytest.raises(error) as caught:
        flow.explain()
    assert str(caught.value).startswith(text)


# -- files --------------------------------------------------------------------------------------


def test_only_the_fields_that_are_needed_are_read_of_it(tmp_path: Path) -> None:
    """A column of the table that nobody looks at is not decoded; bad records are reported."""
    hosts, log = tmp_path / "hosts.jsonl", tmp_path / "log.jsonl"
    hosts.write_text('{"host": "a", "dc": "x", "note": 1}\n{"host": "b", "dc": "y", "note": 1e999}\nworse\n')
    log.write_text('{"host": "a"}\n{"host": "b"}\nbad\n{"host": "b"}\n')
    flow = (
        read("stdio", file=str(log), errors="skip")
        | join("host", table=read("stdio", file=str(hosts), rejects=str(tmp_path / "bad.jsonl")))
        | reduce(n=count(), by="dc")
        | memory()
    )
    report = flow.execute()
    assert report.points == [{"n": 1, "dc": "x"}, {"n": 2, "dc": "y"}]
    assert (report.skipped, report.rejected, report.adds_up) == (1, 1, True)
    assert json.loads((tmp_path / "bad.jsonl").read_text())["line"] == 3


def test_what_the_table_reads_is_not_written_over(tmp_path: Path) -> None:
    """As with every other file that is read."""
    table = tmp_path / "hosts.jsonl"
    flow = (
        emit(limit=1) | join("k", table=read("stdio", file=str(table))) | write("stdio", file=str(table), append=True)
    )
    with pytest.raises(UsageError, match=r"step 4 appends to .* which step 2 reads"):
        flow.execute()


def test_a_table_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    """Its own step, not that which looks points up."""
    flow = listed(SEEN) | join("host", table=read("stdio", file=str(tmp_path / "none.csv"))) | memory()
    with pytest.raises(SourceError, match=r"none\.csv") as error:
        flow.execute()
    assert error.value.__notes__[0].startswith("in step 2: read")


def test_too_large_a_table_is_an_error() -> None:
    """It says how much, and what to do."""
    flow = listed(SEEN) | join("host", table=listed([{"host": n, "text": "x" * 100} for n in range(5000)])) | memory()
    with pytest.raises(LimitError) as error:
        flow.execute(memory="500K")
    assert str(error.value).endswith("keep() and filter() in the table's pipeline leave out what is not needed of it")
    assert flow.execute(memory="100M").points == []


def test_points_that_wait_for_a_table_fill_memory_too() -> None:
    """Those of a fork, of which one branch is the table."""
    points = [{"k": n % 3, "n": n} for n in range(5000)]
    flow = listed(points) | ((), reduce(n=count(), by="k")) | join("k", table=1) | memory()
    with pytest.raises(LimitError, match="points fill about"):
        flow.execute(memory="500K")


def test_a_sorted_table_is_still_a_table() -> None:
    """Whatever its pipeline does."""
    table = listed([{"k": 1, "n": 2}, {"k": 1, "n": 1}]) | sort("n")
    assert list(listed([{"k": 1}]) | join("k", table=table)) == [{"k": 1, "n": 1}, {"k": 1, "n": 2}]


# -- live ---------------------------------------------------------------------------------------


def lived(flow: Flow) -> list[Point]:
    """What a live flow gives on a clock that is moved for it."""
    clock = Clock(TIME)
    outcome: list[Any] = []
    thread = threading.Thread(target=lambda: outcome.append((flow | memory()).execute(clock=clock)))
    thread.start()
    clock.move_until(lambda: bool(outcome) or not thread.is_alive(), "100ms")
    thread.join()
    assert outcome[0].adds_up
    points: list[Point] = outcome[0].points
    return points


def scripted(points: list[Point]) -> Flow:
    """Points that come as their time comes."""
    steps: list[Any] = []
    passed = 0.0
    for point in points:
        due = (point["time"] - TIME).total_seconds()
        steps += [due - passed] if due > passed else []
        passed = due
        steps.append(point)
    return script(*steps)


LIVE = st.lists(st.fixed_dictionaries({"time": TIMES, "k": st.integers(0, 2)}), max_size=8).map(
    lambda points: sorted(points, key=lambda point: point["time"])
)


@settings(max_examples=20, deadline=None)
@given(points=LIVE, versions=LIVE, kind=st.sampled_from(["inner", "left"]), branch=st.booleans())
def test_a_live_table_is_as_it_was_at_the_time_of_each_point(
    points: list[Point], versions: list[Point], kind: str, branch: bool
) -> None:
    """A later point of a key takes the place of earlier ones, those of one time stand beside each other."""
    points = [{**point, "n": number} for number, point in enumerate(points)]
    versions = [{**point, "v": number} for number, point in enumerate(versions)]
    stream, table = scripted(points), scripted(versions)
    flow = (stream, table) | join("k", kind=kind, table=1) if branch else stream | join("k", kind=kind, table=table)
    expected = [
        one
        for point in points
        for one in looked_up([point], [v for v in versions if v["time"] <= point["time"]], ("k",), kind)
    ]
    assert lived(flow) == expected


def test_a_live_stream_and_a_table_that_ends() -> None:
    """It is read first, whatever the times in it."""
    stream = scripted([at(1, k=1), at(2, k=2)])
    assert lived(stream | join("k", table=listed([at(99, k=1, name="a")]))) == [at(1, k=1, name="a")]
    assert lived((stream, listed([at(99, k=1, name="a")])) | join("k", table=1)) == [at(1, k=1, name="a")]


def test_a_quiet_live_table_holds_nothing_up() -> None:
    """Points wait for it only until its watermark has moved with the clock."""
    clock = Clock(TIME)
    seen: list[Point] = []
    done = threading.Event()
    flow = (
        script(at(0.5, k=1), "forever")
        | join("k", table=script(at(0, k=1, v=1), "forever"))
        | put(seen=lambda point: seen.append({**point}))
        | head(1)
        | memory()
    )

    def execute() -> None:
        flow.execute(clock=clock)
        done.set()

    thread = threading.Thread(target=execute)
    thread.start()
    clock.move_until(done.is_set, "100ms")
    thread.join()
    assert seen == [at(0.5, k=1, v=1)]
