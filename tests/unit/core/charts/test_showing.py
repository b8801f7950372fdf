"""Where pictures go, and when they are drawn."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import types
from pathlib import Path
from typing import Any

import pytest

from flume import barchart, batch, emit, put, unbatch
from flume.charts.showing import bundle_of
from flume.errors import OptionError
from flume.viewing import Chart, Picture, Target

POINTS = [{"c": "x", "value": 1}, {"c": "y", "value": 2}]


def test_a_bounded_run_draws_once_at_the_end(capsysbinary: pytest.CaptureFixture[bytes], drawn: list[Chart]) -> None:
    (emit(limit=1000, start="2020-01-01") | put(value=1) | barchart("keeping", title="all")).execute()
    assert len(drawn) == 1
    assert capsysbinary.readouterr().out == b"*all*\n"


def test_every_batch_is_drawn_where_that_is_asked(drawn: list[Chart], capsysbinary: Any) -> None:
    """The points of one time are a batch, however they come."""
    points = [{"time": f"2020-01-0{day}T00:00:00Z", "c": c, "value": 1} for day in (1, 2, 3) for c in "xy"]
    (emit(points=points) | barchart("keeping", category="c", every="batch")).execute()
    assert len(drawn) == 3
    assert capsysbinary.readouterr().out == b"**\n" * 3


def test_a_batch_is_drawn_after_each_window(drawn: list[Chart], capsysbinary: Any) -> None:
    """Where there is a `batch`, it says what belongs together, and not the times of the points."""
    points = [{"time": f"2020-01-0{day}T0{hour}:00:00Z", "c": "x", "value": 1} for day in (1, 2, 4) for hour in (1, 2)]
    (emit(points=points) | batch("1 day", on="0s") | barchart("keeping", category="c", every="batch")).execute()
    assert len(drawn) == 3
    drawn.clear()
    (emit(points=points) | batch("1 day") | unbatch() | barchart("keeping", category="c", every="batch")).execute()
    assert len(drawn) == 6


def test_a_file_appears_whole_and_nothing_else_is_left(tmp_path: Path, targets: list[Target]) -> None:
    file = tmp_path / "chart.txt"
    (emit(points=POINTS) | barchart("keeping", category="c", file=str(file))).execute()
    assert file.read_bytes() == b"**\n"
    assert [each.name for each in tmp_path.iterdir()] == ["chart.txt"]
    assert [target.format for target in targets] == ["txt"]


def test_what_the_view_is_told(targets: list[Target]) -> None:
    (emit(points=POINTS) | barchart("keeping", category="c", size="30x10", format="svg")).execute()
    assert targets == [Target(format="svg", size=(30, 10), screen=None, live=False)]


def test_a_notebook_shows_it_in_its_cell(monkeypatch: pytest.MonkeyPatch, targets: list[Target]) -> None:
    shown: list[dict[str, Any]] = []
    shell = types.SimpleNamespace(kernel=True)
    display = types.SimpleNamespace(display=lambda bundle, **options: shown.append(bundle))
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell, display=display))
    (emit(points=POINTS) | barchart("keeping", category="c", title="t")).execute()
    (bundle,) = shown
    assert bundle["image/svg+xml"] == "*t*\n"
    assert [target.format for target in targets] == ["svg"]
    text = bundle["text/plain"]
    assert "█" in text
    assert all(name in text for name in ("t", "x", "y"))


def test_a_page_in_a_notebook_has_a_frame_of_its_own() -> None:
    bundle = bundle_of(Picture("text/html", b'<p title="&">\'</p>'))
    assert "&lt;p title=&quot;&amp;&quot;&gt;&#x27;&lt;/p&gt;" in bundle["text/html"]


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    """It is written to, as a device is; what is renamed onto it would be in its place."""
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    (emit(points=POINTS) | barchart("keeping", category="c", title="t", file=path)).execute()
    assert path.is_fifo()
    reader.join(10)
    assert read == [b"*t*\n"]


@pytest.mark.parametrize(
    "given", [(1, float("inf")), (float("nan"), 1), (-(10**400), 1), (5, 1), (1, 1), (True, 2), "1"]
)
def test_a_range_that_cannot_be_drawn(given: Any) -> None:
    with pytest.raises(OptionError, match="yrange takes two numbers"):
        emit(points=POINTS) | barchart("keeping", category="c", yrange=given)


def test_the_plugins_are_left_alone() -> None:
    """Looking for a name that is nowhere loads all of them, and takes as long as all the rest."""
    words = "barchart(), piechart(), linechart()"
    script = f"import sys; from flume import *; {words}; print('importlib_metadata' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
