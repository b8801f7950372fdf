"""What a notebook shows of a pipeline, without one; tests/integration/test_notebooks.py has a real kernel."""

from __future__ import annotations

import re

import pytest

from flume import count, emit, head, put, read, reduce, table
from flume.flow import Flow


def cells(flow: Flow) -> list[str]:
    """The heads and the cells of the table, row by row."""
    page = flow._repr_mimebundle_()["text/html"]
    return re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", page, flags=re.DOTALL)


def test_a_table_with_the_time_first() -> None:
    """As html, where numbers stand at the right, and as text."""
    bundle = (emit(start="2020-01-01", every="1 day", limit=2) | put(n=count()))._repr_mimebundle_()
    assert bundle["text/html"].count("text-align:right") == 2
    assert bundle["text/plain"].splitlines() == [
        "time                      n",
        "------------------------  -",
        "2020-01-01T00:00:00.000Z  1",
        "2020-01-02T00:00:00.000Z  2",
        "2 points.",
    ]


def test_twenty_points_and_how_many_there_are() -> None:
    flow = emit(start="2020-01-01", limit=50) | put(n=count())
    assert len(cells(flow)) == 2 + 2 * 20
    assert "<p>The first 20 of 50 points.</p>" in flow._repr_mimebundle_()["text/html"]


def test_columns_in_the_order_of_a_table_and_no_more_than_fifty() -> None:
    points = [{"b": 1, "value": 2, "name": "n", "time": "2020-01-01T00:00:00Z"} | {f"f{n}": n for n in range(60)}]
    bundle = emit(points=points)._repr_mimebundle_()
    assert cells(emit(points=points))[:5] == ["time", "name", "value", "b", "f0"]
    assert len(cells(emit(points=points))) == 2 * 50
    for shown in bundle.values():
        assert "1 point. 14 more fields; keep(" in shown


def test_no_points() -> None:
    assert (emit(points=[]))._repr_mimebundle_() == {"text/html": "<p>0 points.</p>", "text/plain": "0 points."}


@pytest.mark.parametrize("flow", [head(3), emit(limit=3) | table(), reduce(n=count())])
def test_what_does_not_run_so_is_shown_as_it_is_written(flow: Flow) -> None:
    assert flow._repr_mimebundle_() == {"text/plain": repr(flow)}


def test_text_of_the_data_is_no_markup() -> None:
    assert cells(emit(points=[{"<i>": "<script>alert(1)</script>"}])) == [
        "&lt;i&gt;",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ]


def test_long_values_are_cut() -> None:
    """A cell with a megabyte would make the notebook too large to be opened."""
    bundle = emit(points=[{"text": "x" * 1_000_000, "list": list(range(100_000))}])._repr_mimebundle_()
    assert all(len(shown) < 2000 for shown in bundle.values())


@pytest.mark.parametrize("value", [b"bytes", 1j, "\ud800", "\x1b[31m\0", float("nan"), {1: 2}, object])
def test_what_no_format_writes_is_shown_all_the_same(value: object) -> None:
    """Only a program that writes it is wrong."""
    flow = emit(limit=1, start="2020-01-01") | put(x=lambda point: value)
    time, x, _, shown = cells(flow)
    assert (time, x) == ("time", "x")
    assert shown
    text = flow._repr_mimebundle_()["text/plain"]
    assert text.endswith("1 point.")
    assert "\x1b" not in text
    assert (shown + text).encode()


def test_names_of_fields_are_text_as_well() -> None:
    (name, _) = cells(emit(points=[{"\ud800" + "x" * 1000: 1}]))
    assert name.startswith("�xx")
    assert len(name) <= 100


def test_what_goes_wrong_is_said() -> None:
    bundle = read("stdio", file="missing-\udcff")._repr_mimebundle_()
    assert bundle["text/plain"].startswith("cannot read 'missing-")
    assert (bundle["text/html"] + bundle["text/plain"]).encode()
