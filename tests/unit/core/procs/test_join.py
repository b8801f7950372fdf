"""join: points of several branches that belong together become one."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import count, emit, filter, head, join, memory, put, sort
from flume.errors import LimitError, MomentError, OptionError
from flume.flow import Fork, Joining
from flume.run import Run
from flume.testing import Clock, run, script
from flume.testing.listing import listed

Point = dict[str, Any]
Branches = list[list[Point]]

TIME = datetime(2016, 7, 17, tzinfo=UTC)


def at(second: float, **fields: Any) -> Point:
    """A point of that second."""
    return {"time": TIME + timedelta(seconds=second), **fields}


def started(
    step: join, branches: int, *, ordered: bool = False, live: bool = False, memory: int | None = None
) -> tuple[Joining, Run]:
    """A stage as the engine makes it."""
    bound = Run()
    bound.memory_asked = memory
    bound.ordered, bound.live = ordered, live
    stage = step.start(bound)
    assert isinstance(stage, Joining)
    stage.branches = branches
    return stage, bound


# -- the slow and obvious way -------------------------------------------------------------------


def key_of(point: Point, fields: tuple[str, ...]) -> tuple[Any, ...] | None:
    """What must be equal; None where one of it is null or missing."""
    values = [point.get(field) for field in fields]
    return None if None in values else tuple((isinstance(value, bool), value) for value in values)


def modelled(branches: Branches, step: join) -> list[Point]:
    """Nested loops over all points of all branches."""
    rows = nearby(branches, step) if step.nearest is not None or step.asof is not None else equals(branches, step)
    made = []
    for row in rows:
        places = [float("inf") if place is None else place for place in row]
        points = [branch[place] for branch, place in zip(branches, row, strict=True) if place is not None]
        together: Point = {}
        for point in points:
            together |= {name: value for name, value in point.items() if name not in together}
        times = [point["time"] for point in points if point.get("time")]
        if times:
            together["time"] = max(times)
        made.append((max(times, default=TIME - timedelta(1)), places, together))
    return [point for *_, point in sorted(made, key=lambda each: each[:2])]


def wanted(kind: str, row: tuple[int | None, ...]) -> bool:
    """Whether the kind lets a row pass."""
    return kind == "outer" or (row[0] is not None if kind == "left" else None not in row)


def equals(branches: Branches, step: join) -> list[tuple[int | None, ...]]:
    """By equal fields: rows of the places of points."""
    fields = step.fields or ("time",)
    keys: list[list[Any]] = []
    for branch in branches:
        plain = [key_of(point, fields) for point in branch]
        keys.append([(key, plain[:place].count(key) if step.zip else 0) for place, key in enumerate(plain)])
    rows = []
    for row in itertools.product(*[[None, *range(len(branch))] for branch in branches]):
        found = [keys[number][place] for number, place in enumerate(row) if place is not None]
        if not found or not wanted(step.kind, row):
            continue
        if found[0][0] is None:
            if len(found) == 1:
                rows.append(row)
            continue
        absent = [keys[number] for number, place in enumerate(row) if place is None]
        if all(each == found[0] for each in found) and not any(found[0] in of_branch for of_branch in absent):
            rows.append(row)
    return rows


def nearby(branches: Branches, step: join) -> list[tuple[int | None, ...]]:
    """By how near in time: the same."""
    given_span = step.nearest if step.nearest is not None else step.asof
    within = float("inf") if given_span == "forever" else float(str(given_span).removesuffix("s"))
    used: set[tuple[int, int]] = set()
    rows: list[tuple[int | None, ...]] = []
    first = branches[0]
    for place in sorted(range(len(first)), key=lambda place: first[place].get("time") or TIME):
        row: list[int | None] = [place]
        for number, branch in enumerate(branches[1:], 1):
            found: list[tuple[Any, ...]] = []
            for other, point in enumerate(branch):
                times = first[place].get("time"), point.get("time")
                keys = key_of(first[place], step.fields), key_of(point, step.fields)
                if None in times or None in keys or keys[0] != keys[1] or (step.zip and (number, other) in used):
                    continue
                apart = (times[0] - times[1]).total_seconds()
                if abs(apart) <= within and (apart >= 0 or step.nearest is not None):
                    found.append((abs(apart), apart < 0, other if step.zip else -other, other))
            row.append(min(found)[-1] if found else None)
        if wanted(step.kind, tuple(row)):
            rows.append(tuple(row))
            used |= {(number, other) for number, other in enumerate(row) if number and other is not None}
    if step.kind == "outer":
        for number, branch in enumerate(branches[1:], 1):
            for place in range(len(branch)):
                if (number, place) not in used:
                    rows.append(tuple(place if other == number else None for other in range(len(branches))))
    return rows


# -- against it ---------------------------------------------------------------------------------

KEYS = st.sampled_from([None, 0, 1, 1.0, True, "1", "a"])
TIMES = st.integers(0, 8).map(lambda half: TIME + timedelta(seconds=half / 2))
POINTS = st.lists(st.fixed_dictionaries({}, optional={"time": TIMES, "k": KEYS, "j": st.integers(0, 1)}), max_size=6)
BRANCHES = st.lists(POINTS, min_size=2, max_size=4).map(
    lambda branches: [
        [{**point, f"from{number}": n, "n": n} for n, point in enumerate(branch[: 9 - 2 * len(branches)])]
        for number, branch in enumerate(branches)
    ]
)
KINDS = st.sampled_from(["inner", "left", "outer"])
STEPS = st.builds(
    lambda fields, kind, zip, near: join(
        *(field for field in fields if not near or field != "time"), kind=kind, zip=zip, **near
    ),
    st.lists(st.sampled_from(["k", "j", "time"]), unique=True, max_size=2),
    KINDS,
    st.booleans(),
    st.sampled_from([{}, {}, *({word: span} for word in ("nearest", "asof") for span in ("0s", "1s", 1.5, "forever"))]),
)


def in_order(branches: Branches) -> Branches:
    """Each branch in order of time, points without one first."""
    return [sorted(branch, key=lambda point: point.get("time") or TIME - timedelta(1)) for branch in branches]


def timed(points: list[Point]) -> list[Point]:
    """Those that have a time."""
    return [point for point in points if "time" in point]


def untimed(points: list[Point]) -> list[str]:
    """Those that have none, in no order."""
    return sorted(repr(point) for point in points if "time" not in point)


@settings(max_examples=300)
@given(branches=BRANCHES, step=STEPS, data=st.data())
def test_of_points_in_no_order(branches: Branches, step: join, data: st.DataObject) -> None:
    """What leaves does not depend on how the branches take turns; all leaves at the end."""
    stage, _ = started(step, len(branches))
    assert stage.holds
    left = [list(branch) for branch in branches]
    while any(left):
        number = data.draw(st.sampled_from([number for number, branch in enumerate(left) if branch]))
        size = data.draw(st.integers(1, 3))
        assert stage.push_branch(number, left[number][:size]) == []
        del left[number][:size]
    out = stage.end()
    expected = modelled(branches, step)
    assert list(map(repr, timed(out))) == list(map(repr, timed(expected)))
    assert untimed(out) == untimed(expected)


@settings(max_examples=300)
@given(branches=BRANCHES, step=STEPS, data=st.data())
def test_of_points_in_order_of_time(branches: Branches, step: join, data: st.DataObject) -> None:
    """Whatever the branches' turns at one time, the sizes of batches, and what is said of time that passes."""
    branches = in_order(branches)
    stage, _ = started(step, len(branches), ordered=True)
    turns = data.draw(st.permutations(range(len(branches))))
    merged = [
        (point.get("time", TIME), turn, number) for turn, number in enumerate(turns) for point in branches[number]
    ]
    left = [list(branch) for branch in branches]
    out: list[Point] = []
    low = None
    for number, run_ in itertools.groupby(sorted(merged), key=lambda each: each[2]):
        batch = [left[number].pop(0) for _ in run_]
        passed = stage.push_branch(number, batch)
        times = [point["time"] for point in timed(batch)]
        if times and data.draw(st.booleans()):
            passed = passed + stage.advance(times[-1])
            assert all(low is None or point["time"] >= low for point in timed(passed))
            low = stage.low(times[-1])
        out += passed
    assert not out or not stage.holds
    out += stage.end()
    expected = modelled(branches, step)
    assert list(map(repr, timed(out))) == list(map(repr, timed(expected)))
    assert untimed(out) == untimed(expected)


@settings(max_examples=60)
@given(branches=BRANCHES, step=STEPS, size=st.integers(1, 3), ordered=st.booleans())
def test_of_a_pipeline(branches: Branches, step: join, size: int, ordered: bool) -> None:
    """Sources of batches of any size; the ledger adds up."""
    branches = in_order(branches) if ordered else branches
    report = (Fork([listed(branch, size, ordered) for branch in branches]) | step | memory()).execute()
    expected = modelled(branches, step)
    assert list(map(repr, timed(report.points))) == list(map(repr, timed(expected)))
    assert untimed(report.points) == untimed(expected)
    assert report.adds_up


@settings(max_examples=40, deadline=None)
@given(branches=BRANCHES, step=STEPS)
def test_live_as_of_a_file(branches: Branches, step: join) -> None:
    """Sources that wait, on a clock that is moved for them."""
    branches = in_order(branches)
    live = []
    for branch in branches:
        steps: list[Any] = []
        passed = timedelta()
        for point in branch:
            due = point.get("time", TIME) - TIME
            steps += [(due - passed).total_seconds()] if due > passed else []
            passed = max(passed, due)
            steps.append(point)
        live.append(script(*steps))
    clock = Clock(TIME)
    outcome: list[Any] = []
    flow = Fork(live) | step | memory()
    thread = threading.Thread(target=lambda: outcome.append(flow.execute(clock=clock)))
    thread.start()
    clock.move_until(lambda: bool(outcome) or not thread.is_alive(), "100ms")
    thread.join()
    expected = modelled(branches, step)
    assert outcome[0].late == 0
    assert list(map(repr, timed(outcome[0].points))) == list(map(repr, timed(expected)))
    assert untimed(outcome[0].points) == untimed(expected)


# -- what is said of it -------------------------------------------------------------------------


def test_the_first_branch_wins_and_the_later_time() -> None:
    """Its fields stand first, too."""
    branches = [at(1, k=1, x="first", a=None), at(2, k=1, x="second", b=2)], [at(3, k=1, a=3, x="third", c=3)]
    assert list((listed(branches[0]), listed(branches[1])) | join("k")) == [
        at(3, k=1, x="first", a=None, c=3),
        at(3, k=1, x="second", b=2, a=3, c=3),
    ]
    assert [list(point) for point in (listed([{"b": 1, "k": 1}]), listed([{"k": 1, "a": 1}])) | join("k")] == [
        ["b", "k", "a"]
    ]


def test_dotted_fields_reach_inside() -> None:
    """The key may be a nested field."""
    flow = (listed([{"u": {"id": 1}, "a": 1}]), listed([{"u": {"id": 1.0, "more": 1}, "b": 1}])) | join("u.id")
    assert list(flow) == [{"u": {"id": 1}, "a": 1, "b": 1}]


def test_branches_of_one_stream() -> None:
    """A fork and a join: each point beside what was made of it."""
    points = [{"n": n} for n in range(4)]
    flow = listed(points) | ((), filter("n > 1") | put(m=count())) | join("n", kind="left")
    assert list(flow) == [{"n": 0}, {"n": 1}, {"n": 2, "m": 1}, {"n": 3, "m": 2}]


def test_a_stream_that_was_never_split_is_one_branch() -> None:
    """Nothing is missing."""
    assert run([{"k": 1}, {"k": 2}], join("k")) == [{"k": 1}, {"k": 2}]


def test_what_it_needs_and_promises() -> None:
    """The keys, and the time."""
    assert join("k").needs(frozenset({"x"})) == {"k", "x", "time"}
    assert join("k").needs(None) is None
    assert join("k").ordered(False)


def test_results_share_nothing() -> None:
    """A point that is used twice."""
    flow = (listed([{"k": 1, "n": 1}, {"k": 1, "n": 2}]), listed([{"k": 1, "tags": []}])) | join("k")
    seen = []
    for point in flow:
        point["tags"].append(point["n"])
        seen.append(point["tags"])
    assert seen == [[1], [2]]


def test_the_ledger_adds_up_when_nobody_wants_more() -> None:
    """What is held then is filtered."""
    branches = [at(n, a=n) for n in range(5)], [at(n, b=n) for n in range(5)]
    report = ((listed(branches[0], 1), listed(branches[1], 1)) | join(nearest="3s") | head(1) | memory()).execute()
    assert report.points == [at(0, a=0, b=0)]
    assert report.adds_up


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"kind": "right"}, "join: kind takes 'inner', 'left' or 'outer', not 'right'; put the other branch first"),
        ({"kind": "full"}, "join: kind takes 'inner', 'left' or 'outer', not 'full'"),
        ({"nearest": "1s", "asof": "1s"}, "join takes nearest or asof, not both"),
        ({"nearest": "-1s"}, "join: nearest is '-1s'; give 0s or more, in days or less, or 'forever'"),
        ({"asof": "1 month"}, "join: asof is '1 month'; give 0s or more, in days or less, or 'forever'"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], text: str) -> None:
    """It is said what there can be."""
    with pytest.raises(OptionError) as error:
        join("k", **options)
    assert str(error.value).startswith(text)


def test_time_is_not_compared_twice() -> None:
    """To be near and to be equal are two things."""
    with pytest.raises(OptionError, match="join: asof compares times, which are not to be equal too; leave out 'time'"):
        join("k", "time", asof="1s")
    with pytest.raises(MomentError, match="join: 'soon' is no duration"):
        join(nearest="soon")


# -- memory -------------------------------------------------------------------------------------


def test_points_of_one_time_leave_when_it_has_passed() -> None:
    """Nothing else is held."""
    stage, _ = started(join(), 2, ordered=True)
    assert stage.push_branch(0, [at(1, a=1)]) == []
    assert stage.push_branch(1, [at(1, b=1), at(2, b=2)]) == [at(1, a=1, b=1)]
    assert stage.low(TIME + timedelta(seconds=9)) == TIME + timedelta(seconds=2)
    assert stage.advance(TIME + timedelta(seconds=3)) == []
    assert stage.low(TIME + timedelta(seconds=9)) == TIME + timedelta(seconds=9)


def test_what_is_nearest_is_known_when_a_later_one_has_come() -> None:
    """It need not wait as long as it may."""
    stage, _ = started(join(nearest="1h"), 2, ordered=True)
    out = stage.push_branch(0, [at(0, a=0)]) + stage.push_branch(1, [at(1, b=1)]) + stage.push_branch(0, [at(2, a=2)])
    assert out == [at(1, a=0, b=1)]


STEPS_THAT_STREAM = [
    join(),
    join("k", "time", kind="outer"),
    join("k", asof="2s"),
    join("k", asof="forever"),
    join("k", asof="forever", kind="left"),
    join("k", asof="2s", zip=True, kind="outer"),
    join("k", nearest="2s"),
    join("k", nearest="2s", kind="outer"),
]


@pytest.mark.parametrize("step", STEPS_THAT_STREAM, ids=repr)
@pytest.mark.parametrize("live", [False, True])
def test_memory_is_bounded_in_order_of_time(step: join, live: bool) -> None:
    """As much for a long stream as for a short one; where watermarks say that time has passed, too."""
    stage, bound = started(step, 2, ordered=not live, live=live, memory=1)
    left = 0
    for half in range(6000):
        for branch in (1, 0):
            left += len(stage.push_branch(branch, [at(half / 2, k=half // 2 % 10)]))
        if live:
            left += len(stage.advance(TIME + timedelta(seconds=half / 2)))
    assert left > 5900
    assert bound.account.taken["late"] == 0


@pytest.mark.parametrize(
    ("step", "ordered", "advice"),
    [
        (join("k"), True, "nearest=, asof= or 'time' among the fields holds few of points in order of time"),
        (join(), False, "of points in order of time few are held: sort() in each branch puts them in order"),
        (join(asof="1s"), False, "of points in order of time few are held: sort() in each branch puts them in order"),
        (join(nearest="1 day"), True, "a shorter nearest= or asof= holds fewer"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("batch", [1, None])
def test_too_many_points_are_an_error(step: join, ordered: bool, advice: str, batch: int | None) -> None:
    """It says how much, and what to do; with more memory the step goes on."""
    points = [at(n, k=n) for n in range(3000)]
    flow = (listed(points, batch, ordered), listed(points[:1], batch, ordered)) | step
    with pytest.raises(LimitError) as error:
        flow.execute(memory="500K")
    assert " points fill about " in str(error.value)
    assert f"more than the 500K that a step may hold; --memory (memory=) lets it hold more; {advice}" in str(
        error.value
    )
    assert error.value.__notes__ == [f"in step 3: {step!r}"]
    assert (flow | memory()).execute(memory="100M").points


def test_results_fill_memory_too() -> None:
    """A thousand points with a thousand others are a million."""
    points = [{"k": 1, "n": n} for n in range(1000)]
    with pytest.raises(LimitError, match="points fill about"):
        ((listed(points), listed(points)) | join("k")).execute(memory="10M")


def test_keys_that_do_not_match_cost_nothing() -> None:
    """They are not tried one with another."""
    points = [{"k": 1, "n": n} for n in range(3000)]
    assert list((listed(points), listed(points), listed([{"k": 2}])) | join("k")) == []


def test_sort_puts_branches_in_order() -> None:
    """As the error says."""
    points = [at(second, a=second) for second in (3, 1, 2)]
    flow = (listed(points) | sort(), listed([at(2.5, b=1)])) | join(asof="1s", kind="left")
    assert list(flow) == [at(1, a=1), at(2, a=2), at(3, a=3, b=1)]


# -- live ---------------------------------------------------------------------------------------


def test_watermarks_let_points_go_before_the_end() -> None:
    """A branch that is quiet holds up the other only until time has passed."""
    clock = Clock(TIME)
    seen: list[Point] = []
    done = threading.Event()
    flow = (
        (script({**at(0, a=0)}, "forever"), script({**at(0.5, b=1)}, "forever"))
        | join(nearest="2s")
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
    assert seen == [at(0.5, a=0, b=1)]


def test_what_is_as_old_as_the_watermark_may_still_have_equals() -> None:
    """Only what is earlier will not come any more; in whatever order it came."""
    stage, _ = started(join(), 2, live=True)
    assert stage.push_branch(0, [at(3, a=3), at(1, a=1)]) == []
    assert stage.advance(TIME + timedelta(seconds=1)) == []
    assert stage.push_branch(1, [at(3, b=3), at(1, b=1)]) == []
    assert stage.advance(TIME + timedelta(seconds=2)) == [at(1, a=1, b=1)]
    assert stage.end() == [at(3, a=3, b=3)]


def test_a_point_that_comes_too_late_is_reported() -> None:
    """Its time has been dealt with."""
    stage, bound = started(join(), 2, live=True)
    stage.push_branch(0, [at(1)])
    stage.advance(TIME + timedelta(seconds=5))
    assert stage.push_branch(1, [at(1), at(6)]) == []
    assert bound.account.taken == {"late": 1}


def test_two_streams_of_emit() -> None:
    """Metrics of two kinds, one a second and one every two."""
    start = "2016-07-17"
    flow = (emit(limit=4, start=start) | put(a=count()), emit(limit=2, every="2s", start=start) | put(b=count()))
    assert [(point["a"], point["b"]) for point in flow | join()] == [(1, 1), (3, 2)]
    assert [(point["a"], point["b"]) for point in flow | join(asof="1s")] == [(1, 1), (2, 1), (3, 2), (4, 2)]
