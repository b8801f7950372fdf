"""sort: points in another order."""

from __future__ import annotations

import json
import math
import random
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flume import filter, head, last, memory, read, reduce, sort, write
from flume.errors import LimitError, OptionError
from flume.flow import Flow, Pipeline
from flume.run import Run
from flume.testing import run
from flume.testing.listing import listed

NAN = float("nan")
TIME = datetime(2016, 7, 17, tzinfo=UTC)
ANY = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just(TIME) | st.lists(st.none())
)


def sorted_values(values: list[Any], step: sort) -> list[Any]:
    """The values of the field `a`, sorted, as they are."""
    stage = step.start(Run())
    assert stage.push([{"a": value, "place": place} for place, value in enumerate(values)]) == []
    return [point["a"] for batch in stage.rest() for point in batch]


def test_time_is_what_is_sorted_by() -> None:
    """Where no field is named; points without a time come last."""
    points = [{"time": f"2016-07-1{n}T00:00:00.000Z"} for n in (3, 1, 2)]
    assert run([{"n": 1}, *points], sort()) == [points[1], points[2], points[0], {"n": 1}]
    assert run(points, sort("-time")) == [points[0], points[2], points[1]]


def test_kinds_have_a_fixed_order() -> None:
    """Numbers, text, times, the rest; null and NaN last."""
    values: list[Any] = [[2], None, timedelta(1), True, TIME, "b", NAN, 2, "B", False, 1.5, {}, 10**400, -math.inf]
    result = sorted_values(values, sort("a"))
    assert result[:-1] == [
        *[-math.inf, 1.5, 2, 10**400, "B", "b", TIME, False, True, timedelta(1), [2], {}, None],
    ]
    assert math.isnan(result[-1])
    backwards = sorted_values(values, sort("-a"))
    assert backwards[:12] == [[2], {}, timedelta(1), True, False, TIME, "b", "B", 10**400, 2, 1.5, -math.inf]
    assert backwards[12] is None


def test_text_is_sorted_by_code_point() -> None:
    """Not by the rules of any language."""
    assert sorted_values(["ä", "b", "Z", "", "\U0001f600", "\uffff"], sort("a")) == [
        "",
        "Z",
        "b",
        "ä",
        "\uffff",
        "\U0001f600",
    ]


@given(st.lists(ANY, max_size=12), st.booleans())
def test_nothing_is_lost_and_missing_values_are_last(values: list[Any], descending: bool) -> None:
    """The same points come out, whatever is in them."""
    result = sorted_values(values, sort("a", order="desc" if descending else "asc"))
    assert sorted(map(repr, result)) == sorted(map(repr, values))
    missing = [value is None or value != value for value in result]
    assert missing == sorted(missing)


@given(st.lists(st.integers(0, 3) | st.sampled_from(["x", "y", None]), max_size=30))
def test_equal_points_keep_their_order(values: list[Any]) -> None:
    """In both directions."""
    points = [{"a": value, "n": n} for n, value in enumerate(values)]
    for step in (sort("a"), sort("-a")):
        places: dict[Any, list[int]] = {}
        for point in run(points, step):
            places.setdefault(point["a"], []).append(point["n"])
        assert all(each == sorted(each) for each in places.values())


def test_several_fields_each_with_its_direction() -> None:
    """The first one counts first."""
    points = [{"a": a, "b": b} for a in (1, 2) for b in (1, 2)]
    assert [(p["a"], p["b"]) for p in run(points, sort("a", "-b"))] == [(1, 2), (1, 1), (2, 2), (2, 1)]
    assert run(points, sort("a", "b", order=["asc", "desc"])) == run(points, sort("a", "-b"))
    assert run(points, sort("a", "b", order="desc")) == points[::-1]
    assert run(points, sort("-a", "b", order=["asc", "asc"])) == run(points, sort("-a", "b"))


def test_dotted_fields_reach_inside() -> None:
    """A minus goes before the whole name."""
    points: list[dict[str, Any]] = [{"a": {"b": 1}}, {"a": {"b": 3}}, {"a": 0}, {"a": {"b": 2}}]
    assert run(points, sort("-a.b")) == [points[1], points[3], points[0], points[2]]


def test_by_sorts_within_groups() -> None:
    """The groups stay in the order in which they came."""
    points = [{"g": g, "n": n} for g, n in [("b", 2), ("a", 9), ("b", 1), ("a", 3)]]
    assert [(p["g"], p["n"]) for p in run(points, sort("n", by="g"))] == [("b", 1), ("b", 2), ("a", 3), ("a", 9)]
    assert [(p["g"], p["n"]) for p in run(points, sort("-n", by="g"))] == [("b", 2), ("b", 1), ("a", 9), ("a", 3)]


def test_points_sorted_by_something_else_lose_their_time() -> None:
    """They are no longer in order of time; sorted by time, in whatever direction, they keep it."""
    points = [{"time": f"2016-07-1{n}T00:00:00.000Z", "n": n} for n in (1, 2)]
    assert run(points, sort("-n")) == [{"n": 2}, {"n": 1}]
    assert run(points, sort("-n", "time")) == [{"n": 2}, {"n": 1}]
    assert run(points, sort("-time")) == points[::-1]
    assert run(points, sort("time", "n")) == points


@pytest.mark.parametrize(
    ("step", "ordered"),
    [(sort(), True), (sort("time", "n"), True), (sort("-time"), False), (sort(by="n"), False), (sort("n"), True)],
)
def test_the_order_of_time_is_known(step: sort, ordered: bool) -> None:
    """Points sorted by time are in order of it, and so are points that have lost it."""
    assert step.ordered(False) is ordered


def test_limit_bounds_what_is_held() -> None:
    """One point more is an error that says what to do."""
    points = [{"n": n} for n in (3, 1, 2)]
    assert run(points, sort("n", limit=3)) == [{"n": 1}, {"n": 2}, {"n": 3}]
    for batch in (1, None):
        with pytest.raises(LimitError, match="more than limit=2 points came"):
            run(points, sort("n", limit=2), batch=batch)


def test_the_top_five() -> None:
    """The seed's program: sorted descending, equal counts in the order in which they came."""
    points = [{"count": n, "program": p} for n, p in [(178, "kernel"), (18, "wpa"), (19, "CRON"), (18, "NM")]]
    report = (listed(points) | sort("count", order="desc") | head(3) | memory()).execute()
    assert [point["program"] for point in report.points] == ["kernel", "CRON", "wpa"]


def test_many_points_are_sorted_as_python_would() -> None:
    """Against the plain way, with all the directions at once."""
    rng = random.Random(1)
    points: list[dict[str, Any]] = [
        {"a": rng.randrange(50), "b": rng.random(), "c": rng.choice("xyz")} for _ in range(5000)
    ]
    plain = sorted(points, key=lambda p: (p["c"], -p["a"], p["b"]))
    assert run(points, sort("c", "-a", "b"), batch=700) == plain


def written(tmp_path: Path, lines: Sequence[str], *steps: Flow, canonical: bool = False, **options: Any) -> list[str]:
    """The lines that leave *steps* in a file."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(f"{line}\n" for line in lines))
    flow = Pipeline((read("stdio", file=source, errors="skip"), *steps))
    report = (flow | write("stdio", file=target, canonical=canonical)).execute(**options)
    assert all(account.adds_up for account in report.accounts)
    return target.read_text().splitlines()


LINES = [
    '{"time":"2016-07-17T13:59:44.000Z","n":3,"x":1.50}',
    '{"n":1, "time":"2016-07-17T13:59:43Z", "x":"\\u00e9"}',
    '{"time": "2016-07-17T13:59:42.000Z", "n": 2}',
    '{"n":null,"x":[{"time":1}]}',
    '{"time":1468763985,"n":"b","x":10000000000000000000000000}',
    '{"time":null,"x":1e400}',
    '{"n":[1],"x":{"n":1}}',
]


def test_lines_are_written_as_they_were_read(tmp_path: Path) -> None:
    """Without the time, where that goes; a time that is spelt in another way is written as flume does."""
    assert written(tmp_path, LINES, sort("n")) == [
        '{"n":1, "x":"\\u00e9"}',
        '{"n": 2}',
        '{"n":3,"x":1.50}',
        '{"n":"b","x":10000000000000000000000000}',
        '{"n":[1],"x":{"n":1}}',
        '{"n": null, "x": [{"time": 1}]}',
        '{"x": 1e400}',
    ]
    assert written(tmp_path, LINES, filter("n > 0"), sort()) == [
        '{"time": "2016-07-17T13:59:42.000Z", "n": 2}',
        '{"n": 1, "time": "2016-07-17T13:59:43.000Z", "x": "é"}',
        '{"time":"2016-07-17T13:59:44.000Z","n":3,"x":1.50}',
    ]


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "time": st.sampled_from(["2016-07-17T13:59:44.000Z", "2016-07-17", 1468763985, None, "no time"]),
        "n": st.integers(-3, 3) | st.sampled_from([None, 0.5, "a", True, [1], {"time": 1}]),
        "g": st.sampled_from([1, 1.0, "1", None]),
    },
)
STEPS = st.sampled_from(
    [
        (sort("n"),),
        (sort("-n", "g", by="time"),),
        (sort(by=["g", "n"]),),
        (sort("-time"),),
        (filter("n > 0"), sort("g")),
        (sort("n"), reduce(n=last("n"), by="g")),
        (sort("n"), sort("g")),
    ]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FIELDS, max_size=12), STEPS, st.sampled_from([(",", ":"), (", ", ": ")]), st.integers(1, 2000))
def test_fast_ways_change_nothing(
    tmp_path: Path, points: list[Any], steps: tuple[Flow, ...], style: tuple[str, str], memory: int
) -> None:
    """Lines or points, in memory or on disk: the same text; and the same points as where all is written anew."""
    lines = [json.dumps(point, separators=style) for point in points]
    whole = written(tmp_path, lines, *steps)
    assert written(tmp_path, lines, *steps, memory=memory) == whole
    assert written(tmp_path, lines, *steps, optimize=False) == whole
    anew = written(tmp_path, lines, *steps, canonical=True)
    assert written(tmp_path, lines, *steps, canonical=True, memory=memory) == anew
    assert list(map(json.loads, whole)) == list(map(json.loads, anew))


@pytest.mark.parametrize("memory", [None, 2000])
def test_several_processes_give_what_one_gives(tmp_path: Path, memory: int | None) -> None:
    """Equal points keep their order over the parts; a limit counts all of them; nothing is left on disk."""
    lines = [json.dumps({"n": number % 7, "g": number}) for number in range(1000)]
    folder = tmp_path / "waiting"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        for steps in [(sort("n"),), (sort("-n", "g"), head(5)), (filter("n > 2"), sort("n", limit=1000))]:
            one = written(tmp_path, lines, *steps, jobs=1, memory=memory)
            assert written(tmp_path, lines, *steps, jobs=3, memory=memory) == one
        for limit in (10, 900):
            with pytest.raises(LimitError, match=f"more than limit={limit}") as error:
                written(tmp_path, lines, sort("n", limit=limit), jobs=3)
            assert error.value.__notes__ == [f"in step 2: sort('n', limit={limit})"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("order", ["up", ["asc", "up"], 3, None, ["asc"], []])
def test_an_order_that_does_not_exist_is_an_error(order: Any) -> None:
    """Or one that does not fit the fields."""
    with pytest.raises(OptionError, match="sort: order"):
        sort("a", "b", order=order)


def test_options_are_checked() -> None:
    """Names and limits too."""
    with pytest.raises(OptionError, match="empty name"):
        sort("-")
    with pytest.raises(
        OptionError, match=r"sort: fields takes names of fields, not \['a', 'b'\]; write sort\('a', 'b'\)"
    ):
        sort(["a", "b"])  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="sort: fields takes names of fields, not 3"):
        sort(3)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="limit is -1"):
        sort("a", limit=-1)
