"""reduce: groups and windows, as the language says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import avg, count, emit, expr, filter, first, iterate, last, math, maximum, memory, minimum, reduce, sum
from flume.errors import LimitError, OptionError
from flume.testing import run
from flume.testing.listing import listed

T0 = datetime(2016, 7, 17, 13, 59, 44, tzinfo=UTC)


def at(minutes, **fields):
    return {"time": T0 + timedelta(minutes=minutes), **fields}


def test_fields_come_as_written_then_by_then_time():
    """{"count": 178, "program": "kernel", "time": …}."""
    (point,) = run([at(0, program="kernel", v=2)], reduce(count=count(), total=sum("v"), by=["program"]))
    assert list(point.items()) == [
        ("count", 1),
        ("total", 2),
        ("program", "kernel"),
        ("time", "2016-07-17T13:59:44.000Z"),
    ]


def test_every_group_has_the_time_of_the_first_point_of_the_stream():
    """As the seed shows."""
    points = run([at(0, p="a"), at(5, p="b")], reduce(n=count(), by="p"))
    assert [p["time"] for p in points] == ["2016-07-17T13:59:44.000Z"] * 2


def test_a_timeless_stream_has_timeless_results():
    """No time is made up."""
    assert run([{"a": 1}, {"a": 2}], reduce(n=count())) == [{"n": 2}]


def test_the_time_is_that_of_the_first_point_that_has_one():
    """Timeless points take part in a reduce without windows."""
    assert run([{"a": 1}, at(1)], reduce(n=count())) == [{"n": 2, "time": "2016-07-17T14:00:44.000Z"}]


def test_an_empty_stream_gives_empty_values_without_by_and_nothing_with():
    """{"n": 0}."""
    assert run([], reduce(n=count(), s=sum("a"), m=avg("a"))) == [{"n": 0, "s": 0, "m": None}]
    assert run([], reduce(n=count(), by="a")) == []
    assert run([], reduce(n=count(), every="1h")) == []


def test_no_reduced_fields_give_the_distinct_groups():
    """select distinct."""
    assert run([{"a": 1}, {"a": 2}, {"a": 1}], reduce(by="a")) == [{"a": 1}, {"a": 2}]


def test_a_missing_group_field_shows_as_null_and_is_one_group_with_null():
    """Missing and null are the same group."""
    assert run([{}, {"a": None}, {"a": 0}], reduce(n=count(), by="a")) == [{"n": 2, "a": None}, {"n": 1, "a": 0}]


def test_groups_are_told_apart_as_json_does():
    """1, '1' and true differ, 1 and 1.0 do not; lists and dicts may be keys; no separator can confuse."""
    values = [1, "1", True, 1.0, [1], {"a": 1}, {"a": 1}]
    assert [p["n"] for p in run([{"a": v} for v in values], reduce(n=count(), by="a"))] == [2, 1, 1, 1, 2]
    pairs = [{"a": "a:b", "b": "c"}, {"a": "a", "b": "b:c"}]
    assert len(run(pairs, reduce(n=count(), by=["a", "b"]))) == 2


@pytest.mark.parametrize("by", ["a", ["a", "b"]])
def test_a_group_is_shown_as_its_first_point_has_it(by):
    """Whichever window that is in: 1 and 1.0 are one group."""
    points = [at(minutes, a=a, b="x") for minutes, a in [(0, 2), (5, 1.0), (0, 1), (5, 1)]]
    found = run(points, reduce(n=count(), every="5m", by=by))
    assert [repr(point["a"]) for point in found] == ["2", "1.0", "1.0"]


def test_groups_by_nested_fields_are_written_nested():
    """by='user.id' reads and writes inside."""
    assert run([{"user": {"id": 7}}], reduce(n=count(), by="user.id")) == [{"n": 1, "user": {"id": 7}}]


def test_windows_begin_at_the_first_point():
    """A file that starts at 13:59:44 has windows at 13:59:44, 14:59:44, …; empty ones between are given."""
    points = run([at(0), at(59), at(60), at(181)], reduce(n=count(), every="1h"))
    assert [(p["time"][11:19], p["n"]) for p in points] == [
        ("13:59:44", 2),
        ("14:59:44", 1),
        ("15:59:44", 0),
        ("16:59:44", 1),
    ]


@pytest.mark.parametrize(
    ("every", "on", "start"),
    [
        ("1h", "0s", "2016-07-17T13:00:00.000Z"),
        ("1h", "30m", "2016-07-17T13:30:00.000Z"),
        ("1 day", "0s", "2016-07-17T00:00:00.000Z"),
        ("1 week", "0s", "2016-07-11T00:00:00.000Z"),
        ("1 month", "0s", "2016-07-01T00:00:00.000Z"),
        ("1 month", "9 days", "2016-07-10T00:00:00.000Z"),
        ("1 quarter", "0s", "2016-07-01T00:00:00.000Z"),
        ("1 year", "0s", "2016-01-01T00:00:00.000Z"),
    ],
)
def test_on_aligns_windows_to_the_calendar(every, on, start):
    """Full hours, half past, Mondays, the tenth of the month."""
    assert run([at(0)], reduce(n=count(), every=every, on=on)) == [{"n": 1, "time": start}]


def test_calendar_windows_step_by_the_calendar():
    """The days of each month of 2015."""
    days = emit(limit=365, start="2015-01-01", every="1 day")
    counts = [p["days"] for p in days | reduce(days=count(), every="1 month")]
    assert counts == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_an_older_point_is_in_the_window_before_the_first():
    """In a file nothing is too late, wherever it stands."""
    points = run([at(0), at(-90)], reduce(n=count(), every="1h"), ordered=False)
    assert [(p["time"][11:19], p["n"]) for p in points] == [("11:59:44", 1), ("12:59:44", 0), ("13:59:44", 1)]


def test_empty_windows_of_a_group_are_left_out_unless_forget_is_false():
    """forget=False gives each group seen so far in each window."""
    points = [at(0, k="a"), at(61, k="b"), at(121, k="a")]
    assert [(p["k"], p["n"]) for p in run(points, reduce(n=count(), every="1h", by="k"))] == [
        ("a", 1),
        ("b", 1),
        ("a", 1),
    ]
    kept = run(points, reduce(n=count(), m=maximum("v"), every="1h", by="k", forget=False))
    assert [(p["time"][11:13], p["k"], p["n"], p["m"]) for p in kept] == [
        ("13", "a", 1, None),
        ("14", "a", 0, None),
        ("14", "b", 1, None),
        ("15", "a", 1, None),
        ("15", "b", 0, None),
    ]


def test_reset_false_goes_on_over_the_windows():
    """An empty window repeats the running values, and groups stay."""
    points = [at(0, v=1), at(61, v=2), at(181, v=3)]
    assert [p["s"] for p in run(points, reduce(s=sum("v"), every="1h", reset=False))] == [1, 3, 3, 6]
    grouped = [at(0, k="a"), at(61, k="b"), at(121, k="a")]
    counts = run(grouped, reduce(n=count(), every="1h", by="k", reset=False))
    assert [(p["k"], p["n"]) for p in counts] == [("a", 1), ("a", 1), ("b", 1), ("a", 2), ("b", 1)]


def test_iterate_goes_on_over_windows():
    """A cycle is not begun anew."""
    points = [at(0), at(61), at(121), at(181)]
    assert [p["c"] for p in run(points, reduce(c=iterate(["x", "y", "z"]), every="1h"))] == ["x", "y", "z", "x"]


def test_arithmetic_between_reducers():
    """sum('a') / count(); a division by zero is null."""
    points = [{"a": 1}, {"a": 2}]
    assert run(points, reduce(mean=sum("a") / count(), twice=2 * count() + 1)) == [{"mean": 1.5, "twice": 5}]
    assert run([], reduce(mean=sum("a") / count())) == [{"mean": None}]


def test_values_that_are_no_reducers_take_the_last_point():
    """A constant, a template, an expression, a function of math."""
    points = [{"a": 1}, {"a": 4}]
    step = reduce(const=7, text="last {a}", twice=expr("a * 2"), root=math.sqrt("a"))
    assert run(points, step) == [{"const": 7, "text": "last 4", "twice": 8, "root": 2.0}]


def test_null_missing_and_wrong_types_are_skipped(caplog):
    """count() counts points, count('v') those with v, sum numbers only; the wrong ones are said once."""
    points = [{"v": 1}, {"v": None}, {}, {"v": "x"}, {"v": True}, {"v": 2.5}]
    result = run(points, reduce(n=count(), c=count("v"), s=sum("v"), a=avg("v"), f=first("v"), l=last("v")))
    assert result == [{"n": 6, "c": 4, "s": 3.5, "a": 1.75, "f": 1, "l": 2.5}]
    assert "had no number in 'v' (first: v='x')" in caplog.text


def test_minimum_and_maximum_of_times():
    """Times can be compared."""
    (point,) = run([at(5), at(1)], reduce(low=minimum("time"), high=maximum("time")))
    assert (point["low"], point["high"]) == ("2016-07-17T14:00:44.000Z", "2016-07-17T14:04:44.000Z")


def test_a_reduced_field_named_time_wins():
    """The user's own time."""
    assert run([at(0), at(5)], reduce(time=last("time"))) == [{"time": "2016-07-17T14:04:44.000Z"}]


@pytest.mark.parametrize("every", [None, "1h"])
def test_a_group_field_named_time_wins(every):
    """Neither the window nor the first point of the stream gives the time then."""
    found = run([at(0, k="a"), at(5, k="b")], reduce(n=count(), by=["time", "k"], every=every))
    assert [list(point.items()) for point in found] == [
        [("n", 1), ("time", "2016-07-17T13:59:44.000Z"), ("k", "a")],
        [("n", 1), ("time", "2016-07-17T14:04:44.000Z"), ("k", "b")],
    ]


def test_no_reduced_fields_give_the_distinct_groups_of_each_window():
    """In the order in which they are first seen there."""
    points = [at(0, k="z"), at(1, k="a"), at(2, k="z"), at(61, k="a"), at(62, k="z")]
    assert [p["k"] for p in run(points, reduce(every="1h", by="k"))] == ["z", "a", "a", "z"]


def test_late_points_are_said_once_with_the_first(caplog):
    """However many there are."""
    points = [at(0, v=0), at(130, v=1), at(1, v=2), at(2, v=3)]
    report = (listed(points, 1, False) | reduce(n=count(), every="1h", lateness="0s") | memory()).execute()
    assert report.late == 2
    (said,) = (message for message in caplog.messages if '"v"' in message)
    assert said.startswith(
        'a point came too late: \'{"time": "2016-07-17T14:00:44.000Z", "v": 2}\'; a longer lateness='
    )


def test_timeless_points_are_in_no_window(caplog):
    """They are in the ledger and said once."""
    report = (listed([at(0), {"a": 1}]) | reduce(n=count(), every="1h") | memory()).execute()
    assert [p["n"] for p in report.points] == [1]
    assert report.adds_up
    assert "had no time" in caplog.text


def test_lateness_closes_windows_on_the_way(caplog):
    """A point later than that is in no window, and counted."""
    points = [at(0), at(61), at(50), at(130), at(1)]
    report = (listed(points, 1, False) | reduce(n=count(), every="1h", lateness="15m") | memory()).execute()
    assert [p["n"] for p in report.points] == [2, 1, 1]
    assert report.late == 1
    assert "1 late point" in caplog.text


def test_a_wrong_time_far_away_is_an_error_and_not_a_billion_windows():
    """One clear line says what to do."""
    points = [at(0), {"time": datetime(1970, 1, 1, tzinfo=UTC)}]
    with pytest.raises(LimitError, match="empty windows"):
        run(points, reduce(n=count(), every="1s"))
    assert len(run([{**p, "k": 1} for p in points], reduce(n=count(), every="1s", by="k"))) == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"every": "0s"}, "every takes"),
        ({"every": "-1h"}, "every takes"),
        ({"on": "1h"}, "give every="),
        ({"every": "1h", "on": "1h"}, "on"),
        ({"every": "1h", "on": "-5m"}, "on"),
        ({"forget": False}, "by="),
        ({"forget": False, "by": "a", "reset": False}, "forget=False"),
        ({"every": "1h", "lateness": "1 month"}, "lateness"),
        ({"every": "1h", "lateness": "-5s"}, "0s or more"),
        ({"over": "0s"}, "over takes a duration"),
        ({"over": "1h", "partial": True}, "every="),
        ({"partial": True, "every": "1h"}, "over="),
        ({"over": "1h", "every": "1m", "reset": False}, "reset=False"),
        ({"over": "1h", "every": "1m", "early": "1s"}, "early goes without over="),
        ({"over": "forever", "every": "1m"}, "partial=True"),
        ({"gap": "1 month"}, "gap takes a duration of fixed length"),
        ({"gap": "1m", "every": "1h"}, "without every="),
        ({"gap": "1m", "on": "0s"}, "without on="),
        ({"gap": "1m", "reset": False}, "reset=False goes with every="),
        ({"gap": "1m", "by": "a", "forget": False}, "forget=False goes with every="),
        ({"early": "0s"}, "early takes a duration"),
        ({"zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"zone": "Europe/Berlin"}, "give every= or over= too"),
        ({"zone": "Europe/Berlin", "gap": "1h"}, "give every= or over= too"),
        ({"every": "1h", "lateness": "soon"}, "soon"),
        ({"by": [""]}, "empty name"),
    ],
)
def test_wrong_options(options, says):
    """Found before anything runs."""
    with pytest.raises((OptionError, ValueError), match=says):
        reduce(n=count(), **options)


windows = st.lists(st.tuples(st.integers(-50, 50), st.sampled_from("abc"), st.integers(-9, 9)), max_size=30)


@settings(max_examples=60)
@given(points=windows)
def test_windows_hold_what_a_plain_count_says(points):
    """Every point is in the one window that its time is in."""
    rows = [at(minute, k=k, v=v) for minute, k, v in points]
    got = {(p["time"], p["k"]): (p["n"], p["s"]) for p in run(rows, reduce(n=count(), s=sum("v"), every="7m", by="k"))}
    expected: dict = {}
    for row in rows:
        index = (row["time"] - rows[0]["time"]) // timedelta(minutes=7)
        start = (rows[0]["time"] + index * timedelta(minutes=7)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        n, s = expected.get((start, row["k"]), (0, 0))
        expected[start, row["k"]] = n + 1, s + row["v"]
    assert got == expected


def test_memory_is_bounded_by_open_windows():
    """On an ordered stream closed windows and their groups are forgotten."""
    from flume.run import Run

    step = reduce(n=count(), every="1m", by="k")
    stage = step.start(Run().at(step, ordered=True))
    for minute in range(100):
        stage.push([at(minute, k=minute)])
        stage.advance(T0 + timedelta(minutes=minute))
    assert len(stage.windows) <= 2
    assert len(stage.groups.shown) <= 2


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        ({"evry": "1h"}, "every"),
        ({"evrey": "10 minutes"}, "every"),
        ({"latness": "1h"}, "lateness"),
        ({"rest": False}, "reset"),
        ({"forgt": True}, "forget"),
    ],
)
def test_a_constant_that_was_meant_as_an_option_is_refused(options, meant):
    """With what to write where it is a field after all."""
    (name,) = options
    with pytest.raises(OptionError, match=f"^reduce has no option {name!r}; did you mean {meant}\\?.*{name}=expr"):
        reduce(n=count(), **options)
    assert run([{}], reduce(**{name: expr(repr(options[name]))})) == [options]


@pytest.mark.parametrize("options", [{"event": "1h"}, {"everything": "1h"}, {"kind": "every"}, {"evry": "often"}])
def test_other_constants_are_fields(options):
    """Their names are not close, or their values are none of an option."""
    assert run([{}], reduce(**options)) == [options]


def test_empty_windows_end_with_the_last_point_that_came() -> None:
    """Whatever was dropped behind it, in a stream that is known to be in order of time as in any other."""
    points = [{"time": f"2020-01-01T00:00:{second:02}Z", "n": second} for second in (0, 3, 9)]
    step = reduce(n=count(), every="1s")
    assert [point["n"] for point in emit(points=points) | filter("n < 9") | step] == [1, 0, 0, 1]
