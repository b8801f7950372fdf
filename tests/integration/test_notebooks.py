"""What a notebook shows, in a real kernel."""

from __future__ import annotations

import gc
import html
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

pytestmark = pytest.mark.filterwarnings(  # the client of Jupyter leaves event loops to the garbage collector
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


class Kernel:
    """A kernel, and what it says while a cell runs."""

    def __init__(self, folder: Path) -> None:
        self._manager = KernelManager(transport="ipc", connection_file=str(folder / "kernel.json"))
        self._manager.start_kernel(cwd=str(folder), extra_arguments=["--HistoryManager.enabled=False"])
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)
        self.run("from flume import *")

    def run(self, cell: str, *, interrupt: float | None = None) -> list[dict[str, Any]]:
        """The outputs of a cell, in order; *interrupt*: after how many seconds it is interrupted."""
        asked = self._client.execute(cell)
        if interrupt is not None:
            timer = threading.Timer(interrupt, self._manager.interrupt_kernel)
            timer.start()
        outputs = []
        while True:
            message = self._client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            if kind not in ("status", "execute_input"):
                outputs.append({"kind": kind, **content})
        if interrupt is not None:
            timer.join()
        return outputs

    def close(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        gc.collect()


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel in which flume's words are known."""
    kernel = Kernel(tmp_path_factory.mktemp("notebook"))
    yield kernel
    kernel.close()


# -- a pipeline as the value of a cell ----------------------------------------------------------


def shown(outputs: list[dict[str, Any]]) -> dict[str, str]:
    """What a cell shows, which is one thing."""
    (output,) = outputs
    assert output["kind"] == "execute_result", output
    data: dict[str, str] = output["data"]
    return data


def test_a_pipeline_without_a_sink_shows_its_points(kernel: Kernel) -> None:
    data = shown(kernel.run("emit(points=[{'n': 1, 'name': '<b>'}, {'n': 2}])"))
    assert data["text/plain"].splitlines()[-1] == "2 points."
    assert re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", data["text/html"]) == ["name", "n", "&lt;b&gt;", "1", "", "2"]


def test_an_endless_pipeline_ends(kernel: Kernel) -> None:
    """It is live: what comes in two seconds is shown."""
    began = time.monotonic()
    said = shown(kernel.run("emit(every='100ms')"))["text/plain"].splitlines()[-1]
    assert 1.5 < time.monotonic() - began < 10
    assert re.fullmatch(r"(The first 20 of )?\d+ points so far; it goes on\.", said)


def test_a_long_history_ends(kernel: Kernel) -> None:
    """It is not live, but as endless: no more than needed is counted."""
    said = shown(kernel.run("emit(start='2015-01-01')"))["text/plain"].splitlines()[-1]
    assert re.fullmatch(r"The first 20 of 10\d,\d\d\d points so far; it goes on\.", said)


def test_a_pipeline_with_a_sink_waits_for_execute(kernel: Kernel) -> None:
    assert shown(kernel.run("emit(limit=3) | table()")) == {"text/plain": "emit(3) | table()"}


def test_an_interrupt_shows_what_there_is(kernel: Kernel) -> None:
    """No traceback, and the next cell runs as if nothing had been."""
    began = time.monotonic()
    said = shown(kernel.run("emit(every='1 day')", interrupt=0.3))["text/plain"].splitlines()[-1]
    assert time.monotonic() - began < 1.5
    assert said == "1 point up to the interrupt."
    assert shown(kernel.run("emit(limit=1)"))["text/plain"].endswith("1 point.")


def test_what_cannot_be_read_is_said(kernel: Kernel) -> None:
    said = shown(kernel.run("read('stdio', file='missing')"))["text/plain"]
    assert said == "cannot read 'missing': no such file or directory"


# -- charts and reports -------------------------------------------------------------------------


def test_a_live_chart_is_drawn_in_its_place(kernel: Kernel) -> None:
    """One output, drawn anew."""
    program = "emit(every='20ms', limit=55) | put(n=count()) | timechart('pygal', value='n', every='200ms')"
    first, *others = kernel.run(f"report = ({program}).execute()")
    assert first["kind"] == "display_data"
    assert {output["kind"] for output in others} == {"update_display_data"}
    assert len(others) in range(1, 8)
    assert {output["transient"]["display_id"] for output in others} == {first["transient"]["display_id"]}
    heights = [values(output["data"]["text/html"])[-1] for output in (first, *others)]
    assert heights == sorted(heights)
    assert heights[-1] == 55


def test_an_interrupt_keeps_the_last_chart(kernel: Kernel) -> None:
    """It ends in one line that says what was done."""
    program = "emit(every='10ms') | put(n=count()) | timechart(value='n', every='200ms')"
    *charts, last = kernel.run(f"({program}).execute()", interrupt=0.8)
    assert len(charts) > 1
    assert last["kind"] == "error"
    (line,) = last["traceback"]
    assert re.fullmatch(r"interrupted: \d+ read, \d+ written, 0 rejected, .*", line)


def test_a_report_is_shown_as_people_read_it(kernel: Kernel) -> None:
    text = shown(kernel.run("(emit(limit=2, start='2015-01-01') | memory()).execute()"))["text/plain"]
    assert re.match(r"2 read, 2 written, 0 rejected", text)
    assert text.splitlines()[-1] == "  memory(): in 2, out 0, written 2"


def values(frame: str) -> list[float]:
    """The values of the chart on a page in a frame."""
    page = html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])  # type: ignore[index]
    return [float(value.rpartition(" ")[2]) for value in re.findall(r'<desc class="value">([^<]*)</desc>', page)]
