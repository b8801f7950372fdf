"""The suites of sources, sinks, round trips and adapters: what breaks a law fails its test."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count as counting
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings

from flume import count, emit, filter, hookimpl, memory, reduce, registry
from flume.absorbing import Unabsorbed
from flume.adapting import Adapter
from flume.flow import Batch, Pipeline, Point, Sink, Source, Stage, Step
from flume.point import copied
from flume.run import Run
from flume.testing.adapters import AdapterSuite
from flume.testing.round_trips import RoundTripSuite
from flume.testing.sinks import SinkSuite
from flume.testing.sources import SourceSuite

settings.register_profile("unshrunk", phases=[Phase.generate], deadline=None, derandomize=True)

SHELF: dict[str, list[Point]] = {}
KEPT: list[Any] = []
TURN = counting()
COUNTED = reduce(n=count())


class Take(Source):
    """Takes points from a shelf, spoilt in one way."""

    place: str
    batch: int = 3
    way: str = "no"
    steps: tuple[Step, ...] = ()

    def __repr__(self) -> str:
        return "Take()" if self.way == "repr" else super().__repr__()

    def ordered(self, before: bool = False) -> bool:
        return self.way == "order"

    def makes(self) -> frozenset[str] | None:
        return frozenset() if self.way == "plain" else frozenset({"time"})

    def absorb(self, step: Step) -> Source | None:
        if (isinstance(step, filter) and step.parsed()) or step == COUNTED:
            return None if self.way == "absorbs nothing" else replace(self, steps=(*self.steps, step))
        return None

    @property
    def timed(self) -> bool:  # type: ignore[override]
        return bool(self.steps)

    def start(self, run: Run) -> Iterator[Batch]:
        if self.way == "early":
            KEPT.append(os.open(os.devnull, os.O_RDONLY))
        return self.batches(run)

    def batches(self, run: Run) -> Iterator[Batch]:
        """The points, as the way wants them."""
        points = SHELF.get(self.place, [])
        if self.way != "shared":
            points = list(map(copied, points))
        points = [point for point in points if self.within(point, run)]
        if self.steps:
            points = self.absorbed(points, run)
        elif run.needed is not None and self.way == "projection":
            points = [{name: str(value) for name, value in point.items()} for point in points]
        elif run.needed is not None:
            needed = {name.partition(".")[0] for name in run.needed}
            points = [{name: point[name] for name in point if name in needed} for point in points]
        if self.way == "again" and next(TURN) % 2:
            points = points[1:]
        size = 4 if self.way == "batch" and self.batch == 2 else self.batch
        for first in range(0, len(points), size):
            batch = points[first : first + self.batch]
            if self.way == "generator":
                yield (point for point in batch)  # type: ignore[misc]
                continue
            if self.way in ("thread", "unclosed", "process"):
                self.hold()
            yield [self.spoilt(point) for point in batch]

    def within(self, point: Point, run: Run) -> bool:
        """Whether the point is within the bounds."""
        low, high = run.bounds
        time = point.get("time")
        if low is None and high is None:
            return True
        if self.way == "bounds" and time == high:
            return True
        if self.way == "lower bound" and time == low:
            return False
        return time is not None and (low is None or time >= low) and (high is None or time < high)

    def absorbed(self, points: list[Point], run: Run) -> list[Point]:
        """What flume itself makes of the points."""
        from flume.testing.listing import listed

        steps: list[Step] = list(self.steps)
        if self.way == "null" and isinstance(steps[0], filter):
            fields = steps[0].names()
            points = [point for point in points if all(point.get(field) is not None for field in fields)]
        if self.way == "count" and isinstance(steps[-1], reduce):
            points = points[:9]
        report = (Pipeline([listed(points, None, False), *steps]) | memory()).execute()
        if any(account.clashes for account in report.accounts) and self.way != "clash":
            raise Unabsorbed(replace(self, steps=()))
        return report.points

    def hold(self) -> None:
        """Hold something that nobody lets go."""
        if self.way == "thread":
            KEPT.append(stop := threading.Event())
            threading.Thread(target=stop.wait, daemon=True).start()
        elif self.way == "process":
            KEPT.append(subprocess.Popen(["sleep", "60"]))
        else:
            file = open(os.devnull)  # noqa: SIM115
            file.read()

    def spoilt(self, point: Point) -> Any:
        """The point, as the way wants it."""
        time = point.get("time")
        changed: dict[str, Callable[[], Any]] = {
            "pairs": lambda: list(point.items()),
            "names": lambda: {7: 7, **point},
            "values": lambda: {**point, "set": {1}},
            "naive": lambda: point if time is None else {**point, "time": time.replace(tzinfo=None)},
            "zone": lambda: point if time is None else {**point, "time": time.astimezone(timezone(timedelta(hours=1)))},
            "stamp": lambda: {**point, "seen": datetime.now(UTC)},
            "plain": lambda: {**point, "seen": datetime(2020, 1, 1, tzinfo=UTC)},
        }
        return changed.get(self.way, lambda: point)()


class Put(Sink):
    """Puts points on a shelf, spoilt in one way."""

    place: str
    append: bool = False
    way: str = "no"

    def __init__(self, place: str, append: bool = False, way: str = "no") -> None:
        self._set(place=place, append=append, way=way)
        if way == "hash":
            object.__setattr__(self, "place", place + str(next(TURN)))

    def start(self, run: Run) -> Stage:
        return _Putting(self, run)


class _Putting(Stage):
    def __init__(self, sink: Put, run: Run) -> None:
        self.run = run
        self.sink = sink
        self.way = sink.way
        self.points: list[Point] = []
        self.file = os.open(os.devnull, os.O_RDONLY)
        if self.way == "busy" and sink.place in SHELF.get("busy", []):
            raise ZeroDivisionError
        SHELF.setdefault("busy", []).append(sink.place)  # type: ignore[arg-type]
        if self.way == "emptied":
            SHELF[sink.place] = []

    def push(self, batch: Batch) -> Batch:
        if self.way == "changes":
            for point in batch:
                point["n"] = -1
                for tag in point.get("tags", ()):
                    KEPT.append(tag)
        kept = [self.spoilt(point) for point in deepcopy(batch)]
        self.points += kept[:1] if self.way == "first" else kept
        if self.way == "early":
            SHELF[self.sink.place] = [*SHELF.get(self.sink.place, []), *kept]
            self.points = SHELF[self.sink.place]
        self.run.account.take("written" if self.way != "books" else "limited", len(batch))
        return []

    def spoilt(self, point: Point) -> Point:
        """The point, as the way wants it."""
        changed: dict[str, Callable[[Any], Any]] = {
            "text": lambda value: value.encode("ascii", "replace").decode() if isinstance(value, str) else value,
            "integers": lambda value: int(float(value)) if type(value) is int else value,
            "floats": lambda value: round(value, 3) if isinstance(value, float) else value,
            "whole floats": lambda value: int(value) if isinstance(value, float) and value.is_integer() else value,
            "huge": lambda value: float(value) if type(value) is int and abs(value) > 2**64 else value,
            "booleans": lambda value: int(value) if isinstance(value, bool) else value,
            "nulls": lambda value: "None" if value is None else value,
            "nested": lambda value: str(value) if isinstance(value, (list, dict)) else value,
            "times": lambda value: (
                value.replace(microsecond=value.microsecond // 1000 * 1000) if isinstance(value, datetime) else value
            ),
        }
        change = changed.get(self.way, lambda value: value)
        made = {name: change(value) for name, value in point.items()}
        if self.way == "timeless" and "time" not in made:
            made["time"] = datetime(1970, 1, 1, tzinfo=UTC)
        if self.way == "columns":
            known = SHELF.setdefault("columns", [dict.fromkeys(made)])[0]
            made = {name: value for name, value in made.items() if name in known}
        if self.way == "missing":
            made.setdefault("x", None)
        return dict(sorted(made.items())) if self.way == "fields" else made

    def end(self) -> Batch:
        points = self.points
        if self.way == "empty" and not points:
            raise ZeroDivisionError
        if self.way == "no flush":
            points = points[: len(points) // 2]
        if self.way == "order":
            points = points[::-1]
        if self.way == "thousands":
            points = points[:4096]
        before = SHELF.get(self.sink.place, []) if self.sink.append or self.way == "adds" else []
        if self.way == "adds" and not points:
            before = []
        if self.way != "early":
            SHELF[self.sink.place] = [*before, *points]
        return []

    def close(self) -> None:
        if self.way != "open":
            os.close(self.file)
        else:
            KEPT.append(self.file)
        if self.way != "busy":
            SHELF["busy"].remove(self.sink.place)  # type: ignore[arg-type]


class shelf(Adapter):
    """A place in memory."""

    Reader = Take
    Writer = Put


class Plugin:
    """Has the adapter."""

    @staticmethod
    @hookimpl
    def flume_adapters() -> dict[str, Any]:
        return {"shelf": shelf}


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    SHELF.clear()
    with registry.use(registry.Registry(discover=False)) as known:
        known.add(Plugin, "shelf")
        yield
    settings.load_profile("flume")
    for kept in KEPT:
        if isinstance(kept, subprocess.Popen):
            kept.kill()
            kept.wait()
        elif isinstance(kept, threading.Event):
            kept.set()
        elif isinstance(kept, int):
            with suppress(OSError):
                os.close(kept)
    KEPT.clear()


# -- what is not spoilt ----------------------------------------------------------------------------


class TestShelf(AdapterSuite):
    name = "shelf"
    batch = "batch"
    absorbs: ClassVar = [filter("n > 3"), COUNTED]

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"place": "a"}


class TestShelfThatAppends(TestShelf):
    writing: ClassVar = {"append": True}
    appends = True


class TestEmit(SourceSuite):
    source = emit(limit=5, start="2024-02-29", every="1 month")


class TestEndless(SourceSuite):
    source = emit(start="2024-02-29", every="1s")
    most = 30


class TestTake(SourceSuite):
    batch = "batch"

    @pytest.fixture
    def source(self) -> Take:
        SHELF["a"] = deepcopy(GIVEN)
        return Take("a")


class TestPut(SinkSuite):
    @pytest.fixture
    def sink(self) -> Put:
        return Put("a")

    @pytest.fixture
    def written(self) -> Callable[[], Sequence[Point]]:
        return lambda: SHELF.get("a", [])


# -- what is ---------------------------------------------------------------------------------------

GIVEN: list[Point] = [
    {"time": datetime(2024, 1, day, tzinfo=UTC), "n": day, "tags": [day]} for day in (3, 1, 2, 4, 5, 6, 7, 8)
]


def broken(suite: SourceSuite | SinkSuite, law: str, way: str) -> str:
    """What a law says of what is spoilt in this way."""
    given: dict[str, Any] = {"source": Take("a", way=way), "sink": Put("a", way=way)}
    given["written"] = lambda: SHELF.get("a", [])
    given["options"] = {"place": "a"}
    SHELF["a"] = deepcopy(GIVEN) if isinstance(suite, SourceSuite) and not isinstance(suite, SinkSuite) else []
    if isinstance(suite, AdapterSuite):
        suite.reading = {"way": way}  # type: ignore[misc]
        given["sink"] = Put("a")
    settings.load_profile("unshrunk")
    function = getattr(suite, law)
    wanted = function.__code__.co_varnames[1 : function.__code__.co_argcount]
    with pytest.raises(AssertionError) as caught:
        function(**{name: given[name] for name in wanted})
    return str(caught.value)


@pytest.mark.parametrize(
    ("law", "way", "said"),
    [
        ("test_reads_back", "repr", "is no program that makes it again"),
        ("test_points", "generator", "gives lists of points"),
        ("test_points", "pairs", "a point is a dict"),
        ("test_points", "names", "the name of a field is text, not 7"),
        ("test_points", "values", "set has {1}"),
        ("test_points", "naive", "is not in datetime.UTC"),
        ("test_points", "zone", "is not in datetime.UTC"),
        ("test_twice", "again", "read again: point"),
        ("test_twice", "stamp", "read again: point 1 is"),
        ("test_twice", "shared", "after the points of the first time were changed"),
        ("test_at_once", "again", "of two runs at the same time"),
        ("test_any_batch", "batch", "with batch=2: point 3"),
        ("test_any_way", "again", "with {"),
        ("test_only_some_fields", "projection", "where only keep("),
        ("test_in_order", "order", "ordered() says that points come in order of time, but"),
        ("test_plain", "plain", "makes() is to name the field"),
        ("test_released", "early", "closed before its first batch, left behind: open file"),
        ("test_released", "thread", "left behind: thread Thread"),
        ("test_released", "process", "left behind: process"),
        ("test_released", "unclosed", "left to Python to close"),
    ],
)
def test_a_source_that_breaks_a_law_fails_its_test(law: str, way: str, said: str) -> None:
    """And is told what it does."""
    suite = SourceSuite()
    suite.batch = "batch"  # type: ignore[misc]
    assert said in broken(suite, law, way)


def test_a_source_with_nothing_to_see_is_told_so() -> None:
    """The laws would hold of it whatever it did."""
    with pytest.raises(AssertionError, match="there are no points to look at"):
        SourceSuite().test_points(Take("nowhere"))


@pytest.mark.parametrize(
    ("law", "way", "said"),
    [
        ("test_sink_reads_back", "hash", "is not equal to its pickle|makes another one"),
        ("test_end_flushes", "no flush", "after a run with 1 points at once: point 4 is not there"),
        ("test_end_flushes", "first", "after a run with 2 points at once: point 2"),
        ("test_end_flushes", "adds", "after a run with 2 points at once: point 8 is"),
        ("test_empty_after_points", "early", "after a run with points and one without"),
        ("test_all_or_nothing", "early", "after a run that failed behind 1 points: point 3 is"),
        ("test_all_or_nothing", "emptied", "after a run that failed behind 0 points: point 1 is not there"),
        ("test_goes_on_after_a_failure", "early", "after a run that failed and one that did not"),
        ("test_sink_released", "open", "after a run that ended, left behind: open file"),
        ("test_points_stay_as_they_are", "changes", "after it was written: point 1 is"),
        ("test_books", "books", "the report says that 0 were written"),
    ],
)
def test_a_sink_that_breaks_a_law_fails_its_test(law: str, way: str, said: str) -> None:
    """And is told what it does."""
    found = broken(SinkSuite(), law, way)
    assert any(part in found for part in said.split("|")), found


@pytest.mark.parametrize(("law", "way"), [("test_empty", "empty"), ("test_goes_on_after_a_failure", "busy")])
def test_an_error_of_a_sink_is_seen(law: str, way: str) -> None:
    """An error in what a suite tries is no law: it is shown as it is."""
    with pytest.raises(ZeroDivisionError):
        broken(SinkSuite(), law, way)


@pytest.mark.parametrize(
    ("law", "way"),
    [
        ("test_any_points", "text"),
        ("test_any_points", "fields"),
        ("test_text", "text"),
        ("test_numbers", "integers"),
        ("test_floats", "floats"),
        ("test_floats", "whole floats"),
        ("test_huge_integers", "huge"),
        ("test_booleans", "booleans"),
        ("test_null", "nulls"),
        ("test_null", "missing"),
        ("test_nested", "nested"),
        ("test_times", "times"),
        ("test_timeless", "timeless"),
        ("test_other_fields", "columns"),
        ("test_many", "thousands"),
        ("test_many", "order"),
    ],
)
def test_a_round_trip_that_loses_something_fails_its_test(law: str, way: str) -> None:
    """And is told which point."""
    said = broken(RoundTripSuite(), law, way)
    assert said.startswith("read back: point ")


@pytest.mark.parametrize(
    ("law", "way", "said"),
    [
        ("test_bounds", "lower bound", "with from_="),
        ("test_projection", "projection", "with what the source does itself: point "),
        ("test_steps", "bounds", "with what the source does"),
        ("test_steps", "null", "with what the source does"),
        ("test_steps", "count", "with what the source does"),
        ("test_steps_of_mixed_types", "clash", "absorb only what cannot clash"),
        ("test_steps_out_of_order", "null", "with what the source does"),
        ("test_absorbed", "absorbs nothing", "absorb() is to do filter('n > 3'), but flume does it"),
        ("test_absorbed", "count", "point 1 is {'n': 9"),
    ],
)
def test_an_adapter_that_answers_otherwise_fails_its_test(law: str, way: str, said: str) -> None:
    """And is told the pipeline."""

    class Suite(AdapterSuite):
        name = "shelf"
        absorbs: ClassVar = [filter("n > 3"), COUNTED]
        pipelines = 300

    assert said in broken(Suite(), law, way)
