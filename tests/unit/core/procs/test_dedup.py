"""dedup: no point twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import dedup, memory
from flume.errors import LimitError, MomentError, OptionError
from flume.run import Run
from flume.testing import Clock, run, script
from flume.testing.listing import listed

Point = dict[str, Any]

TIME = datetime(2016, 7, 17, tzinfo=UTC)
POINTS = st.lists(
    st.fixed_dictionaries(
        {"time": st.integers(0, 30).map(lambda second: TIME + timedelta(seconds=second))},
        optional={"a": st.sampled_from(["x", "y", None]), "b": st.booleans()},
    ),
    max_size=20,
)


def at(second: float, **fields: Any) -> Point:
    """A point of that second."""
    return {"time": TIME + timedelta(seconds=second), **fields}


def model(points: list[Point], within: timedelta | None) -> list[int]:
    """The places of the points that no earlier one is equal to, and near."""
    return [
        n
        for n, point in enumerate(points)
        if not any(
            before.get("a", ...) == point.get("a", ...)
            and (within is None or abs(before["time"] - point["time"]) < within)
            for before in points[:n]
        )
    ]


@given(POINTS, st.none() | st.integers(1, 12), st.booleans(), st.sampled_from([1, 2, None]))
def test_it_is_the_model(points: list[Point], within: int | None, ordered: bool, size: int | None) -> None:
    """In order of time and in none, and however the points come."""
    if ordered:
        points = sorted(points, key=lambda point: point["time"])
    numbered = [{**point, "n": n} for n, point in enumerate(points)]
    report = (listed(numbered, size, ordered) | dedup("a", within=within) | memory()).execute()
    found = [point["n"] for point in report.points]
    assert found == model(points, None if within is None else timedelta(seconds=within))
    assert report.adds_up


def test_all_fields_but_time_are_compared() -> None:
    """A missing field and null differ; values are compared by value and type."""
    points: list[Point] = [at(0, a=1), at(1, a=1.0), at(2, a=True), at(3, a="1"), at(4), at(5, a=None), at(6)]
    passed = run([{**point} for point in points], dedup())
    assert [point["time"][17:19] for point in passed] == ["00", "02", "03", "04", "05"]


def test_within_ends_where_so_much_time_has_passed() -> None:
    """Less than it is within, and just as much is not."""
    points = [at(0), at(9.999), at(20), at(29.999)]
    assert [point["time"][17:] for point in run(points, dedup(within="10s"))] == ["00.000Z", "20.000Z"]


def test_a_point_that_is_dropped_is_seen_all_the_same() -> None:
    """What comes every minute passes once, until it stays away."""
    points = [at(60 * n) for n in (0, 1, 2, 3, 4, 10)]
    assert [point["time"][14:16] for point in run(points, dedup(within="2m"))] == ["00", "10"]


@pytest.mark.parametrize(
    ("seconds", "passed"),
    [([10, 14, 6], [10]), ([10, 6, 14], [10]), ([0, 8, 4, 12, -4], [0, 8]), ([0, 20, 4, 24, 30], [0, 20, 30])],
)
def test_in_no_order_of_time_each_point_is_compared_with_all_before(seconds: list[int], passed: list[int]) -> None:
    """Those that were dropped too, on both sides of it."""
    points = [at(second, n=second) for second in seconds]
    assert [point["n"] for point in run(points, dedup("gone", within="5s"))] == passed


def test_calendar_spans() -> None:
    """From the end of January, a month is to the end of February."""
    days = ["2016-01-31", "2016-02-28", "2016-03-28"]
    passed = run([{"time": day} for day in days], dedup(within="1 month"))
    assert [point["time"][:10] for point in passed] == ["2016-01-31", "2016-03-28"]


def test_points_without_a_time_pass_where_time_counts() -> None:
    """They are not near to any."""
    assert run([{"a": 1}, {"a": 1}], dedup("a", within="1h")) == [{"a": 1}, {"a": 1}]
    assert run([{"a": 1}, {"a": 1}], dedup("a")) == [{"a": 1}]


def test_memory_is_that_of_the_time_within() -> None:
    """Keys that have been away for so long are forgotten, as are those of a live stream."""
    stage: Any = dedup("a", within="10s").start(Run())
    for second in range(1000):
        stage.push([at(second, a=second), at(second, a="again")])
        stage.advance(TIME + timedelta(seconds=second))
        assert len(stage._seen) <= 11
        assert all(len(spans) == 1 for spans in stage._seen.values())


def test_it_forgets_while_a_live_stream_goes_on() -> None:
    """On a clock that is moved by hand."""
    source = script({"time": "now", "n": 1}, "3s", {"time": "now", "n": 2}, "10s", {"time": "now", "n": 3})
    report = (source | dedup(within="5s") | memory()).execute(clock=Clock(jumps=True))
    assert [point["n"] for point in report.points] == [1, 2, 3]
    report = (source | dedup("gone", within="5s") | memory()).execute(clock=Clock(jumps=True))
    assert [point["n"] for point in report.points] == [1, 3]


def test_more_than_fits_is_an_error() -> None:
    """It says what helps."""
    with pytest.raises(LimitError, match=r"different points fill about .* within= keeps only those of some time"):
        (listed([{"a": n} for n in range(3000)]) | dedup("a") | memory()).execute(memory=100_000)


def test_options_are_checked() -> None:
    """A span that is none, or no time at all."""
    with pytest.raises(OptionError, match="dedup: within takes a duration longer than nothing, not '0s'"):
        dedup(within="0s")
    with pytest.raises(MomentError, match="'soon' is no duration"):
        dedup("a", within="soon")
    with pytest.raises(OptionError, match="dedup: fields has an empty name"):
        dedup("")
