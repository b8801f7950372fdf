"""Marks: what is said of the values of a document, and that it is never too much."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume_adapter_elastic.marks import kind_of, marks_of_all

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63 - 2, 2**63 - 1, -(2**63), -(2**63) - 1])
    | st.floats()
    | st.text()
    | st.integers(500, 1030).map(lambda size: "x" * size)
    | st.integers(125, 260).map(lambda size: "\N{GRINNING FACE}" * size)
    | st.datetimes(timezones=st.just(UTC))
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner))
points = st.dictionaries(st.sampled_from(["a", "b", "time", "a.b", ""]) | st.text(max_size=3), values, max_size=4)


def leaves(prefix: str, point: dict[str, object]) -> list[tuple[str, object]]:
    """Each field with its path; what has no fields of its own, or a name that is no part of a path, is one itself."""
    found: list[tuple[str, object]] = []
    for name, value in point.items():
        if isinstance(value, dict) and value and name and "." not in name:
            found += leaves(f"{prefix}{name}.", value)
        else:
            found.append((prefix + name, value))
    return found


@given(st.lists(points, max_size=5))
def test_each_field_has_its_kind_whatever_came_before(several: list[dict[str, object]]) -> None:
    """Marks that were worked out for one point are those of another only where the kinds are the same."""
    alike = [*several, *([dict(point) for point in several[:1]] * 3)]
    for points in (several, several[:1] * 3, alike):
        assert list(map(json.loads, marks_of_all(points))) == [
            ["", *(f"{path}:{kind_of(path, value)}" for path, value in leaves("", point))] for point in points
        ]


@given(st.lists(st.fixed_dictionaries({"a": scalars, "time": scalars}), max_size=5))
def test_points_with_the_same_fields(several: list[dict[str, object]]) -> None:
    assert list(map(json.loads, marks_of_all(several))) == [
        ["", *(f"{field}:{kind_of(field, value)}" for field, value in point.items())] for point in several
    ]


MOMENT = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (2**63 - 2, "long"),
        (2**63 - 1, "odd"),
        (-(2**63), "long"),
        (-(2**63) - 1, "odd"),
        (1.0, "double"),
        (float("nan"), "odd"),
        (float("inf"), "odd"),
        ("x" * 1024, "text"),
        ("x" * 1025, "odd"),
        ("\N{GRINNING FACE}" * 512, "text"),
        ("\N{GRINNING FACE}" * 513, "odd"),
        ([], "odd"),
        (["a"], "odd"),
        ({}, "odd"),
        (MOMENT, "date"),
        (MOMENT + timedelta(milliseconds=1), "date"),
        (MOMENT + timedelta(microseconds=1), "odd"),
        (MOMENT.astimezone(timezone(timedelta(hours=1))), "odd"),
    ],
)
def test_kinds(value: object, kind: str) -> None:
    """An index holds no list, no long text and no microseconds as they were: these are odd."""
    assert kind_of("time", value) == kind
