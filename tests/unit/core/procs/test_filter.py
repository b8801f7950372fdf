"""filter: expressions and functions."""

import pytest

from flume import emit, expr, filter, memory
from flume.errors import ExpressionError, OptionError
from flume.testing import run

POINTS = [{"status": 200, "user": {"id": 3}}, {"status": 503}, {"status": None}, {}]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("status >= 500", [1]),
        ("status < 500 or status >= 500", [0, 1]),
        ("status == None", [2, 3]),
        ("status != 200", [1, 2, 3]),
        ("user.id == 3", [0]),
        ("has(status)", [0, 1, 2]),
        ("status in [200, 503]", [0, 1]),
        ("not status", [2, 3]),
        ("100 < status < 300", [0]),
    ],
)
def test_points_that_the_expression_is_true_of(condition, kept):
    """None is not comparable, missing reads as None."""
    assert run(POINTS, filter(condition)) == [POINTS[n] for n in kept]
    assert run(POINTS, filter(expr(condition))) == [POINTS[n] for n in kept]


def test_times_compare_with_dates():
    """time >= '2016-07-17'."""
    points = [{"time": "2016-07-16T23:59:59Z"}, {"time": "2016-07-17"}]
    assert len(run(points, filter("time >= '2016-07-17'"))) == 1


def test_a_function_of_the_point():
    """Truth as Python has it; a failure is a rejected record."""
    report = (emit(points=[{"a": 1}, {"a": 0}, {}]) | filter(lambda p: p["a"]) | memory()).execute()
    assert report.points == [{"a": 1}]
    assert report.rejected == 1
    assert report.adds_up


def test_the_points_are_passed_on_as_they_are():
    """No copy."""
    points = [{"a": [1]}]
    assert run(points, filter("true_ == None")) == points


def test_wrong_conditions_are_found_before_anything_runs():
    """With the place in the expression."""
    with pytest.raises(ExpressionError, match="status >="):
        filter("status >=")
    with pytest.raises(ExpressionError):
        filter("__import__('os').system('true')")
    with pytest.raises(OptionError, match="an expression or a function"):
        filter(3)


def test_needs_what_it_reads_and_what_is_wanted():
    """For the projection of the source."""
    assert filter("a > 1 and b.c == 2").needs(frozenset({"x"})) == {"a", "b.c", "x"}
    assert filter("a > 1").needs(None) is None
    assert filter(lambda p: True).needs(frozenset({"x"})) is None
