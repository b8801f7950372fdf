"""ViewSuite: a view that breaks a law fails its test, and no other."""

from __future__ import annotations

import itertools
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from flume.testing.pictures import addresses, is_shown
from flume.testing.views import ViewSuite
from flume.viewing import Canvas, Chart, Picture, Target, View
from flume.views.terminal import terminal

COUNT = itertools.count()
KEPT: list[Any] = []


class bad(View):
    """What the terminal draws, spoilt in one way."""

    formats: ClassVar = {"txt": "text/plain"}

    way: str = "no"

    def open(self, target: Target) -> Canvas:
        return _Bad(self.way, target)


class _Bad(Canvas):
    def __init__(self, way: str, target: Target) -> None:
        self.way = way
        self.canvas = terminal().open(target if way != "size" else Target(size=(200, 60)))
        self.columns = self.canvas.columns
        if way == "file":
            tempfile.mkstemp()
        elif way == "process":
            KEPT.append(subprocess.Popen(["sleep", "60"]))
        elif way == "open":
            KEPT.append(os.open(os.devnull, os.O_RDONLY))

    def draw(self, chart: Chart) -> Picture | None:
        if self.way == "slow" and len(chart.series[0].xs) > 300:
            time.sleep(0.6)
        if self.way == "crash" and any(None in series.ys for series in chart.series):
            raise ZeroDivisionError
        picture = self.canvas.draw(chart)
        assert picture
        text = picture.data.decode()
        if self.way == "memory":
            KEPT.append(text)
        changed: dict[str, Any] = {
            "nothing": lambda: None,
            "media type": lambda: Picture("image/png", picture.data),
            "other each time": lambda: text.replace(" ", "1" if next(COUNT) % 2 else "2", 1),
            "escaped": lambda: text.replace("&", "&amp;"),
            "obeyed": lambda: text[:-1] + "\x1b[2J",
            "unicode": lambda: text.replace(" ", "…", 1),
            "bytes": lambda: Picture("text/plain", b"\xff" + picture.data),
        }
        found = changed.get(self.way, lambda: text)()
        return Picture("text/plain", found.encode()) if isinstance(found, str) else found


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    for kept in KEPT:
        if isinstance(kept, subprocess.Popen):
            kept.kill()
            kept.wait()
        elif isinstance(kept, int):
            os.close(kept)
    KEPT.clear()


LAWS: dict[str, dict[str, str]] = {
    "test_time": {"kind": "line", "format": "txt"},
    "test_media_type": {"kind": "bar", "format": "txt"},
    "test_own_choice": {"kind": "bar"},
    "test_repeatable": {"kind": "bar", "format": "txt"},
    "test_well_formed": {"kind": "bar", "written": "txt"},
    "test_offline": {"kind": "bar", "written": "txt"},
    "test_labels": {"kind": "bar", "written": "txt"},
    "test_nothing_to_obey": {"kind": "bar", "written": "txt"},
    "test_only_ascii": {"kind": "bar", "plain": "txt"},
    "test_text_fits": {"kind": "bar", "plain": "txt"},
    "test_memory": {"format": "txt"},
    "test_close": {"kind": "bar", "format": "txt"},
}


def broken(view: View, *laws: str) -> set[str]:
    """Which of the laws the view does not keep."""

    class Suite(ViewSuite):
        seconds = 0.5

    Suite.view = view
    found = set()
    for law in laws or LAWS:
        try:
            getattr(Suite(), law)(**LAWS[law])
        except AssertionError:
            found.add(law)
    return found


def test_a_view_that_is_not_spoilt() -> None:
    assert broken(bad()) == set()


@pytest.mark.parametrize(
    ("way", "law"),
    [
        ("slow", "test_time"),
        ("media type", "test_media_type"),
        ("media type", "test_own_choice"),
        ("nothing", "test_media_type"),
        ("nothing", "test_own_choice"),
        ("other each time", "test_repeatable"),
        ("bytes", "test_well_formed"),
        ("escaped", "test_labels"),
        ("obeyed", "test_nothing_to_obey"),
        ("unicode", "test_only_ascii"),
        ("size", "test_text_fits"),
        ("memory", "test_memory"),
        ("file", "test_close"),
        ("process", "test_close"),
        ("open", "test_close"),
    ],
)
def test_what_is_spoilt_is_found(way: str, law: str) -> None:
    assert broken(bad(way), law) == {law}


def test_a_crash_is_seen() -> None:
    with pytest.raises(ZeroDivisionError):
        broken(bad("crash"), "test_time")


class _Svg(Canvas):
    def __init__(self, mark: str) -> None:
        self.mark = mark

    def draw(self, chart: Chart) -> Picture:
        return Picture(
            "image/svg+xml", f'<svg xmlns="http://www.w3.org/2000/svg">{self.mark % chart.title}</svg>'.encode()
        )


class drawing(View):
    formats: ClassVar = {"svg": "image/svg+xml"}

    mark: str

    def open(self, target: Target) -> Canvas:
        return _Svg(self.mark)


@pytest.mark.parametrize(
    ("mark", "law"),
    [
        ("<text>%s</text>", "test_well_formed"),
        ("<script href='//cdn.example.org/a.js'/><!-- %.0s -->", "test_offline"),
        ("<text><!-- %.0s --></text>", "test_labels"),
    ],
)
def test_markup(mark: str, law: str) -> None:
    class Suite(ViewSuite):
        view = drawing(mark)

    with pytest.raises(AssertionError):
        getattr(Suite(), law)(kind="bar", written="svg")


def test_addresses() -> None:
    page = (
        b"<!-- http://a.example --><a href='https://b.example/x'><p xmlns='http://www.w3.org/2000/svg'>// no. one</p>"
    )
    assert addresses(Picture("text/html", page)) == ["https://b.example/x"]


def test_an_end_may_be_left_out_but_not_changed() -> None:
    assert is_shown("Saturday", "Satur…  Sun")
    assert not is_shown("Saturday", "Sxturday Sunday…")


@dataclass
class _Parameters:
    """What pytest asks with."""

    fixturenames: list[str]
    given: dict[str, list[Any]]

    def parametrize(self, name: str, values: list[Any]) -> None:
        self.given[name] = values


def test_each_kind_and_format_has_its_test() -> None:
    class Suite(ViewSuite):
        view = bad()

    asked = _Parameters(["kind", "format", "written", "plain", "other"], {})
    Suite().pytest_generate_tests(asked)
    kinds = ["bar", "line", "pie", "scatter"]
    assert asked.given == {"kind": kinds, "format": ["txt"], "written": ["txt"], "plain": ["txt"]}
