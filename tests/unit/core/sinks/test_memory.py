"""memory: the points of a run, kept."""

from __future__ import annotations

import pickle

import pytest

from flume import emit, filter, memory, put
from flume.errors import OptionError
from flume.flow import Point

POINTS: list[Point] = [{"a": 1}, {"a": 2}]


def test_the_report_has_the_points() -> None:
    """In the order in which they came."""
    report = (emit(points=POINTS) | put(b=1) | memory()).execute()
    assert report.points == [{"a": 1, "b": 1}, {"a": 2, "b": 1}]
    assert report.written == 2


def test_a_list_is_appended_to() -> None:
    """The list given, and not the report."""
    kept: list[Point] = [{"a": 0}]
    report = (emit(points=POINTS) | memory(kept)).execute()
    assert kept == [{"a": 0}, *POINTS]
    assert report.points == []


def test_running_twice_keeps_twice() -> None:
    """Each report has its own points."""
    pipeline = emit(points=POINTS) | memory()
    assert pipeline.execute().points == pipeline.execute().points == POINTS


def test_several_in_a_fork() -> None:
    """Each branch keeps what it got."""
    odd: list[Point] = []
    even: list[Point] = []
    branches = (filter("a % 2 == 1") | memory(odd), filter("a % 2 == 0") | memory(even))
    (emit(points=POINTS) | branches).execute()
    assert (odd, even) == ([{"a": 1}], [{"a": 2}])


def test_only_a_list_can_be_appended_to() -> None:
    """Anything else is an error when it is written."""
    with pytest.raises(OptionError, match="memory: into takes a list, not 3"):
        memory(3)  # type: ignore[arg-type]


def test_it_reads_back() -> None:
    """As its pickle does."""
    assert repr(memory()) == "memory()"
    assert pickle.loads(pickle.dumps(memory())) == memory()
