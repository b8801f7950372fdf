"""Templates of put."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.errors import ExpressionError
from flume.template import template

TIME = datetime(2016, 7, 17, 19, 55, 40, 853000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "point", "shown"),
    [
        ("text {field}", {"field": "x"}, "text x"),
        ("{a} and {b}", {"a": 1}, "1 and "),
        ("{a}", {"a": None}, ""),
        ("{a:>5}|", {"a": None}, "|"),
        ("{user.name}", {"user": {"name": "Ann"}}, "Ann"),
        ("{user.name}", {"user.name": "Bob", "user": {"name": "Ann"}}, "Bob"),
        ("{user.name}", {"user": "Ann"}, ""),
        ("{{a}} }}", {"a": 1}, "{a} }"),
        ("{@timestamp}", {"@timestamp": 1}, "1"),
        ("{http-status}/{k8s.io/name}", {"http-status": 1, "k8s": {"io/name": 2}}, "1/2"),
        ("{first name}", {"first name": "Ann"}, "Ann"),
        ("{x:.2f}", {"x": 1.005}, "1.00"),
        ("{x:,}", {"x": 1234567}, "1,234,567"),
        ("{x:.2f}", {"x": "text"}, "text"),
        ("{x:d}", {"x": 1.5}, "1.5"),
        ("{x:.2f}", {"x": [1]}, "[1]"),
        ("{x:>5}", {"x": "ab"}, "   ab"),
        ("{x:>5}", {"x": True}, " true"),
        ("{x}", {"x": False}, "false"),
        ("{x}", {"x": 1.5}, "1.5"),
        ("{x}", {"x": {"a": [1, None, "ü"]}}, '{"a": [1, null, "ü"]}'),
        ("{x}", {"x": [TIME]}, '["2016-07-17T19:55:40.853Z"]'),
        ("{time}", {"time": TIME}, "2016-07-17T19:55:40.853Z"),
        ("{time:%H:%M}", {"time": TIME}, "19:55"),
        ("{time:>26}", {"time": TIME}, "  2016-07-17T19:55:40.853Z"),
        ("{took}", {"took": timedelta(hours=1)}, "01:00:00.000"),
        ("{x}", {"x": "{y}", "y": 1}, "{y}"),
    ],
)
def test_a_template_renders(text: str, point: dict[str, Any], shown: str) -> None:
    """Fields stand where their names stood, as flume prints them or in the format that was asked for."""
    assert template(text).render(point) == shown


@pytest.mark.parametrize(
    ("text", "marked", "reason"),
    [
        ("a {", "{", "single '{'"),
        ("a } b", "}", "single '}'"),
        ("x {}", "{}", "braces hold the name of a field"),
        ("x {0}", "{0}", "is no name"),
        ("{a[0]}", "{a[0]}", "is no name"),
        ("{a..b}", "{a..b}", "is no name"),
        ("{a.}", "{a.}", "is no name"),
        ('{"a": 1}', '{"a": 1}', "is no name"),
        (
            "{price * qty}",
            "{price * qty}",
            "is no name of a field: braces hold a name, dotted where it is nested; expr",
        ),
        ("{lower(x)}", "{lower(x)}", "expr('…') computes"),
        ("{x:.2q}", "{x:.2q}", "'.2q' is no format"),
        ("{ok:>8} {time:%H:%Q}", "{time:%H:%Q}", "'%H:%Q' is no format"),
        ("{ok} {a!r}", "{a!r}", "!r is not allowed"),
        ("{a:{width}}", "{a:{width}}", "cannot hold braces"),
        ("{x:>999999999}", "{x:>999999999}", "at most 999"),
        ("{x:.1000f}", "{x:.1000f}", "at most 999"),
        ("{x:٩٩٩٩}", "{x:٩٩٩٩}", "at most 999"),
    ],
)
def test_a_bad_template_is_refused(text: str, marked: str, reason: str) -> None:
    """What is no plain field is refused at once, with a caret under it."""
    with pytest.raises(ExpressionError) as raised:
        template(text)
    summary, line, caret = str(raised.value).split("\n")
    assert reason in summary
    assert text in summary or repr(text) in summary
    start = caret.index("^")
    assert line[start : start + len(marked)] == marked


def test_a_template_says_what_it_reads() -> None:
    """The fields of a template are those in its braces."""
    assert template("{a.b} {c:>5} {{d}} {a.b}").fields == {"a.b", "c"}


def test_a_template_is_a_value() -> None:
    """A template is equal to another of the same text, can be hashed, and pickles."""
    one = template("{a} b")
    assert one == template("{a} b") != template("{b} b")
    assert hash(one) == hash(template("{a} b"))
    again = pickle.loads(pickle.dumps(one))
    assert again == one
    assert again.render({"a": 1}) == "1 b"


def test_a_template_is_not_endless() -> None:
    """A text that is too long to be a template is refused."""
    with pytest.raises(ExpressionError, match="at most"):
        template("x" * 10_001)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(timezones=st.just(UTC))
SPECS = st.sampled_from(["", ":>8", ":.2f", ":d", ":,", ":x", ":s", ":%Y", ":e", ":%", ":^+9.3g"])


@given(SPECS, VALUES | st.timedeltas() | st.lists(VALUES, max_size=2))
def test_rendering_never_fails(spec: str, value: Any) -> None:
    """Whatever a field holds, its template gives text."""
    assert isinstance(template(f"{{x{spec}}}").render({"x": value}), str)
