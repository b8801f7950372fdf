"""put: constants, templates, expressions, functions and reducers."""

import logging
from copy import deepcopy
from datetime import UTC, datetime
from datetime import date as day

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import avg, count, date, emit, expr, fill, iterate, last, math, memory, put, reduce, sum
from flume.errors import ExpressionError, MomentError, OptionError, RecordError
from flume.expression import Expression
from flume.run import Run
from flume.template import template
from flume.testing import run

TIME = datetime(2024, 2, 29, tzinfo=UTC)


def test_each_field_sees_those_before_it():
    """In the order written."""
    assert run([{"a": 2}], put(b=expr("a + 1"), c=expr("b * 10"), a=0)) == [{"a": 0, "b": 3, "c": 30}]


def test_a_constant_is_given_as_it_is():
    """Text without braces, numbers, null, lists (a fresh one for each point)."""
    first, second = emit(points=[{}, {}]) | put(s="x", n=1, z=None, tags=["a"])
    assert first == second == {"s": "x", "n": 1, "z": None, "tags": ["a"]}
    first["tags"].append("b")
    assert second["tags"] == ["a"]


def test_text_with_braces_is_a_template():
    """Format specs, nested fields; what is missing prints as empty."""
    points = [{"a": 1.5, "u": {"id": 7}}]
    assert run(points, put(t="{a:.2f}/{u.id}/{none}")) == [{"a": 1.5, "u": {"id": 7}, "t": "1.50/7/"}]


def test_reducers_run_over_the_stream():
    """put(n=count()) numbers the points; math and date take the point itself."""
    points = [{"v": 4}, {"v": 9}, {}]
    assert run(points, put(n=count(), s=sum("v"), r=math.sqrt("v"))) == [
        {"v": 4, "n": 1, "s": 4, "r": 2.0},
        {"v": 9, "n": 2, "s": 13, "r": 3.0},
        {"n": 3, "s": 13, "r": None},
    ]


def test_reducers_run_in_each_group():
    """by="k" numbers the points of each."""
    points = [{"k": "a"}, {"k": "b"}, {"k": "a"}]
    assert [p["n"] for p in run(points, put(n=count(), by="k"))] == [1, 1, 2]


def test_iterate_and_arithmetic():
    """A cycle, and sums of reducers."""
    points = [{"v": 1}, {"v": 2}, {"v": 3}]
    assert run(points, put(c=iterate([0, 1]), m=sum("v") / count())) == [
        {"v": 1, "c": 0, "m": 1.0},
        {"v": 2, "c": 1, "m": 1.5},
        {"v": 3, "c": 0, "m": 2.0},
    ]


def test_date_takes_parts_of_the_time():
    """As the seed's charts do."""
    (point,) = run([{"time": "2015-03-31"}], put(month=date.month("time"), year=date.year("time")))
    assert (point["month"], point["year"]) == ("Mar", "2015")


def test_a_function_is_called_with_the_point(caplog):
    """If it fails, the point is a rejected record, with the step named."""
    step = put(d=lambda p: 1 / p["a"])
    report = (emit(points=[{"a": 2}, {"a": 0}, {}]) | step | memory()).execute()
    assert report.points == [{"a": 2, "d": 0.5}]
    assert report.status == 3
    assert report.adds_up
    assert "ZeroDivisionError" in caplog.text
    assert "put(" in caplog.text


def test_a_new_time_is_parsed(caplog):
    """Text becomes a time; what is none is a rejected record; null makes a timeless point."""
    points = [{"t": "2016-07-17 12:00"}, {"t": "soon"}, {"t": None}]
    report = (emit(points=points) | put(time=expr("t")) | memory()).execute()
    assert [p["time"] and p["time"].isoformat() for p in report.points] == ["2016-07-17T12:00:00+00:00", None]
    assert report.rejected == 1
    assert caplog.text.count("put: time is no time: 'soon'") == 1
    assert report.adds_up


def test_a_dotted_name_is_written_inside():
    """put(**{'a.b': 1})."""
    assert run([{"a": {"c": 2}}], put(**{"a.b": 1})) == [{"a": {"c": 2, "b": 1}}]


def test_last_of_a_missing_field_keeps_the_value_before():
    """Reducers skip what is missing."""
    assert [p["l"] for p in run([{"v": 1}, {}], put(l=last("v")))] == [1, 1]


def test_wrong_options():
    """Found before anything runs."""
    with pytest.raises(OptionError, match="at least one"):
        put()
    with pytest.raises(OptionError, match="over takes a duration longer than nothing, not '0s'"):
        put(n=count(), over="0s")
    with pytest.raises(OptionError, match="over='forever' is the whole stream; leave it out"):
        put(n=count(), over="forever")
    with pytest.raises(MomentError, match="put: 'soon' is no duration"):
        put(n=count(), over="soon")
    for options in ({"over": "1h"}, {"reset": False}, {"by": "host"}):
        with pytest.raises(OptionError, match=f"put: {next(iter(options))} says something of reducers"):
            put(n=expr("a + 1"), **options)
    with pytest.raises(OptionError, match="reset takes True or False, not 0"):
        put(n=count(), reset=0)
    with pytest.raises(ExpressionError):
        put(n=expr("1 +"))


def started(step):
    """Its stage, of a run of its own."""
    return step.start(Run())


def said(stage, *values):
    """What is put as `n` at the points with these values."""
    return [point["n"] for point in stage.push([{"v": value, "k": value % 2, "time": TIME} for value in values])]


@pytest.mark.parametrize("over", [None, "1h"])
def test_a_batch_starts_anew(over):
    """Unless it is to go on; what does not reset goes on always, in each group."""
    for reset, wanted in ((True, [1, 2]), (False, [3, 4])):
        stage = started(put(n=count(), over=over, reset=reset))
        assert (said(stage, 1, 2), list(stage.mark(None)), said(stage, 3, 4)) == ([1, 2], [], wanted)
    stage = started(put(n=iterate([1, 2, 3, 4]), m=count(), over=over, by="k"))
    assert (said(stage, 1, 2, 3), list(stage.mark(TIME)), said(stage, 3, 4)) == ([1, 1, 2], [], [3, 2])
    assert [point["m"] for point in stage.push([{"k": 1, "time": TIME}])] == [2]


def test_what_it_holds_is_explained():
    """Where it is bounded by time."""
    assert "   holds the values of the last 10m for each host, u.id\n" in (
        (emit(limit=1) | put(n=count(), over="600s", by=["host", "u.id"]) | memory()).explain()
    )
    assert (
        "holds the values of the last 1 month\n" in (emit(limit=1) | put(n=count(), over="month") | memory()).explain()
    )
    assert "holds" not in (emit(limit=1) | put(n=count(), by="a") | memory()).explain()


def test_what_clashes_is_counted_once(caplog):
    """However many reducers look at the field."""
    with caplog.at_level(logging.WARNING, "flume"):
        run([{"v": "x"}, {"v": 1}], put(s=sum("v"), m=avg("v")))
    assert "1 point had no number in 'v' (first: v='x')" in caplog.text


def test_what_cannot_be_computed_is_counted_at_its_points(caplog):
    """Null there, and said of the field."""
    with caplog.at_level(logging.WARNING, "flume"):
        points = run([{"v": 0}, {"v": 2}, {"v": -2}], put(q=count() / sum("v"), r=sum("v") / count("v")))
    assert [(point["q"], point["r"]) for point in points] == [(None, 0.0), (1.0, 1.0), (None, 0.0)]
    assert "2 points had a value of 'q' that could not be computed" in caplog.text


def test_a_bad_template_is_found_before_anything_runs():
    """An open brace is no template."""
    with pytest.raises((ExpressionError, OptionError)):
        put(t="{a")


def test_errors_raise_stops_the_run(tmp_path):
    """The policy of the source holds for the steps behind it."""
    from flume import read

    file = tmp_path / "in.jsonl"
    file.write_text('{"a": 0}\n')
    with pytest.raises(RecordError, match="ZeroDivisionError"):
        (read("stdio", file=str(file), errors="raise") | put(d=lambda p: 1 / p["a"]) | memory()).execute()


def test_projection_follows_the_fields_that_are_read():
    """What put makes is not asked of the source."""
    step = put(b=expr("a + 1"), c="{b} {d}")
    assert step.needs(frozenset({"c", "x"})) == {"a", "d", "x"}
    assert step.needs(None) is None
    assert put(f=lambda p: 1).needs(frozenset({"x"})) is None
    assert put(m=avg("a"), over="1h", by="h").needs(frozenset({"m"})) == {"a", "h", "time"}


def test_a_field_that_cannot_be_computed_is_counted_for_itself(caplog):
    """So that the numbers are those of points."""
    points = [{"a": "x", "b": 1}, {"a": "y", "b": 1}, {"a": 1, "b": 1}]
    with caplog.at_level(logging.WARNING, "flume"):
        run(points, put(x=expr("a + b"), y=expr("a - b"), z=expr("a > b")))
    for name, what in (("x", "computed"), ("y", "computed"), ("z", "compared")):
        assert f"2 points had a value of {name!r} that could not be {what} (first: a='x', b=1)" in caplog.text


def test_a_value_of_a_function_that_is_nested_too_deeply_rejects_the_point():
    """It is no value that a point can hold."""
    deep = []
    for _ in range(1000):
        deep = [deep]
    report = (emit(points=[{"a": 1}, {"a": 2}]) | put(d=lambda p: deep if p["a"] == 1 else []) | memory()).execute()
    assert (report.points, report.rejected, report.status) == ([{"a": 2, "d": []}], 1, 3)


@pytest.mark.parametrize("word", [put, reduce, fill])
def test_a_constant_is_a_value_that_a_point_can_hold(word):
    """A day of Python's is no time; what is nested too deeply stops what looks into it."""
    deep = []
    for _ in range(1000):
        deep = [deep]
    with pytest.raises(OptionError, match=f"{word.__name__}: d has lists or dicts inside each other more than 100"):
        word(d=deep)
    for value in (day(2020, 1, 2), [{"x": day(2020, 1, 2)}]):
        with pytest.raises(OptionError) as caught:
            word(d=value)
        said = "d takes no datetime.date(2020, 1, 2); give the text '2020-01-02', or the time datetime(2020, 1, 2,"
        assert str(caught.value) == f"{word.__name__}: {said} tzinfo=UTC)"


def test_a_constant_that_was_meant_as_an_option_is_refused():
    """Its name is almost that of an option, and its value fits."""
    with pytest.raises(OptionError, match=r"put has no option 'ovr'; did you mean over\?"):
        put(n=count(), ovr="1h")
    with pytest.raises(OptionError, match=r"put has no option 'reste'; did you mean reset\?"):
        put(n=count(), reste=False)
    assert run([{}], put(cover="1h", rest=False, order="first")) == [{"cover": "1h", "rest": False, "order": "first"}]


VALUES = st.sampled_from([None, 0, 1, 2.5, True, "x", "{y}", [1], {"b": 1}, {"b": None, "c": [2]}])
POINTS = st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES, "a.b": VALUES, "c": VALUES, "for": VALUES})
GIVEN = st.sampled_from(
    [None, 1, "text", "100 % of '{a}' for {a.b}{c:>5}", "{{{b}}}", [1, {"a": 2}], {"b": 3}, {1: "x"}]
    + [expr(text) for text in ("a + 1", "a.b", "b * a + a", "a.b > 0 or has(a.b)", "has(c)", "point['for']", "point")]
    + [expr("c is None and b"), count(), lambda point: point.get("a")]
)


@settings(max_examples=400)
@given(
    points=st.lists(POINTS, max_size=5),
    names=st.lists(st.sampled_from(["a", "b", "c", "for", "a.b", "b.b", "d e", "%s", "'"]), min_size=1, unique=True),
    data=st.data(),
)
def test_what_is_compiled_together_is_what_each_gives_by_itself(points, names, data):
    """A step with many fields is a step for each of them, whatever they read; text of the program is never code."""
    fields = {name: data.draw(GIVEN) for name in names}
    before = deepcopy(points)
    alone = [put(**{name: value}) for name, value in fields.items()]
    assert repr(run(points, put(**fields))) == repr(run(points, *alone))
    assert points == before


@settings(max_examples=200)
@given(points=st.lists(POINTS, min_size=1, max_size=3), value=GIVEN)
def test_what_is_compiled_is_the_plain_way(points, value):
    """Of expressions and templates, point by point."""
    if isinstance(value, str):
        wanted = [template(value).render(point) for point in points]
    elif isinstance(value, Expression) and value.fields is not None:
        wanted = list(map(value, points))
    else:
        return
    assert [point["x"] for point in run(points, put(x=value))] == wanted


def test_an_integer_too_long_to_be_printed_is_null_in_a_template(caplog):
    """Python refuses; the run goes on, and says so."""
    with caplog.at_level(logging.WARNING, "flume"):
        points = run([{"n": 5000}, {"n": 1}], put(a=lambda point: 10 ** point["n"]), put(t="{a}!"))
    assert [point["t"] for point in points] == [None, "10!"]
    assert "1 point had a value of 't' that could not be computed" in caplog.text
