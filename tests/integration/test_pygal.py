"""Pages drawn with pygal in a real browser: what is under the mouse is shown, and nothing leaves the page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, fcntl
from html import escape
from pathlib import Path
from typing import Any, NoReturn

import pytest

from flume.charts.showing import bundle_of
from flume.viewing import Axis, Chart, Series, Target, Tick
from flume_viz_pygal import pygal

DAYS = (31, 28, 31, 30)
HOSTILE = "</script><script>alert(1)</script>]]>&lt;\"'`${1+1}%s"


def above_ten(descriptor: int) -> int:
    """The same end of a pipe with a number that a shell does not take for its own."""
    high = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high


class Browser:
    """Chromium without a window, spoken to through a pair of pipes (the DevTools protocol)."""

    def __init__(self, program: str, home: Path) -> None:
        (to_read, self._out), (self._in, to_write) = [map(above_ten, os.pipe()) for _ in range(2)]
        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--window-size=1200,800",
        ]
        shell = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "bash", program, *options, "--remote-debugging-pipe", f"--user-data-dir={home}"],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._left = b""
        self._count = 0
        self.events: list[dict[str, Any]] = []
        page = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask for something, and wait for the answer; what else happens is kept in *events*."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        if hasattr(self, "session"):
            message["sessionId"] = self.session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._count:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            chunk = os.read(self._in, 1 << 16)
            assert chunk, "the browser has ended"
            self._left += chunk
        message, _, self._left = self._left.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(self, url: str) -> None:
        """Open a page, and wait until all of it is there."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.until(lambda: self.run("document.readyState") == "complete" and self.run("location.href") == url)

    def run(self, script: str) -> Any:
        """The value of an expression of JavaScript, in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def point_at(self, x: float, y: float, until: Callable[[], object]) -> None:
        """Move the mouse there, and again until something holds: what is not painted yet does not feel it."""

        def moved() -> object:
            for step in (2, 0):
                self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x - step, y=y)
            return until()

        self.until(moved)

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds; twenty seconds and it fails."""
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.02)

    def requested(self) -> set[str]:
        """The addresses that were asked for since the page was opened."""
        sent = [event for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return {event["params"]["request"]["url"] for event in sent}

    def close(self) -> None:
        """End the browser."""
        with suppress(AssertionError, OSError):
            self.call("Browser.close")
        os.close(self._out)
        os.close(self._in)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="module")
def browser(lacking: Callable[[str], NoReturn], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        lacking("pages in a browser: chromium is not installed: apt install chromium")
    browser = Browser(program, tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


def bars(title: str = "2015", name: str = "", months: tuple[str, ...] = ("Jan", "Feb", "Mar", "Apr")) -> Chart:
    """The first months of a year."""
    x = Axis("", "category", -0.5, 3.5, tuple(map(Tick, range(4), months)))
    y = Axis("", "number", 0, 40, (Tick(0, "0"), Tick(20, "20"), Tick(40, "40")))
    return Chart("bar", title, x, y, (Series(name, (0, 1, 2, 3), DAYS),))


def drawn(chart: Chart, format: str) -> bytes:
    """The picture of a chart."""
    picture = pygal().open(Target(format=format)).draw(chart)
    assert picture
    return picture.data


def middle(browser: Browser, bar: int, document: str = "document") -> tuple[float, float]:
    """Where a bar is."""
    x, y = browser.run(
        f"(b => [b.x + b.width / 2, b.y + b.height / 2])"
        f"({document}.querySelectorAll('.bar rect')[{bar}].getBoundingClientRect())"
    )
    return x, y


def tooltip(browser: Browser, document: str = "document") -> list[str]:
    """The lines that are shown at the mouse; none where nothing is."""
    shown = browser.run(
        f"(t => t.style.opacity == 0 || t.style.display == 'none' ? [] :"
        f" [...t.querySelectorAll('text')].map(t => t.textContent))({document}.querySelector('.tooltip'))"
    )
    assert isinstance(shown, list)
    return shown


@pytest.mark.parametrize("format", ["svg", "html"])
def test_a_bar_under_the_mouse_shows_its_value(browser: Browser, tmp_path: Path, format: str) -> None:
    """Every bar says its category and its value."""
    file = tmp_path / f"chart.{format}"
    file.write_bytes(drawn(bars(), format))
    browser.open(file.as_uri())
    assert tooltip(browser) == []
    for bar, (month, days) in enumerate(zip(("Jan", "Feb", "Mar", "Apr"), DAYS, strict=True)):
        shown = [month, str(days)]
        browser.point_at(*middle(browser, bar), until=lambda shown=shown: tooltip(browser) == shown)


@pytest.mark.parametrize("format", ["svg", "html"])
def test_no_request_leaves_the_page(browser: Browser, tmp_path: Path, format: str) -> None:
    """A page is whole by itself."""
    file = tmp_path / f"chart.{format}"
    file.write_bytes(drawn(bars(), format))
    browser.open(file.as_uri())
    browser.point_at(*middle(browser, 0), until=lambda: tooltip(browser))
    assert browser.requested() == {file.as_uri()}


def test_a_request_that_left_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    """The test above can fail."""
    file = tmp_path / "chart.svg"
    elsewhere = '<script href="http://127.0.0.1:9/tooltips.js"/>'
    file.write_bytes(drawn(bars(), "svg").replace(b"</svg>", elsewhere.encode() + b"</svg>"))
    browser.open(file.as_uri())
    assert browser.requested() == {file.as_uri(), "http://127.0.0.1:9/tooltips.js"}


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts allow-same-origin"'])
def test_a_page_works_in_a_frame_of_a_notebook(browser: Browser, tmp_path: Path, sandbox: str) -> None:
    """Notebooks show pages in frames, whose text stands in the page around."""
    inside = escape(drawn(bars(), "html").decode())
    file = tmp_path / "notebook.html"
    file.write_text(f'<p>Out[1]:</p><iframe {sandbox} width="980" height="500" srcdoc="{inside}"></iframe>')
    browser.open(file.as_uri())
    frame = "document.querySelector('iframe').contentDocument"
    browser.until(lambda: browser.run(f"{frame}.readyState") == "complete")
    x, y = middle(browser, 1, frame)
    left, top = browser.run("(b => [b.x, b.y])(document.querySelector('iframe').getBoundingClientRect())")
    browser.point_at(left + x, top + y, until=lambda: tooltip(browser, frame) == ["Feb", "28"])
    assert {url for url in browser.requested() if not url.startswith("about:")} == {file.as_uri()}


@pytest.mark.parametrize(("width", "size"), [(1000, (960, 480)), (400, (960, 480)), (1000, (600, 1400))])
def test_a_frame_of_a_notebook_is_as_high_as_its_page(
    browser: Browser, tmp_path: Path, width: int, size: tuple[int, int]
) -> None:
    """Nothing of the chart is cut off, and no room is left below it, however wide the notebook is."""
    picture = pygal().open(Target(format="html", size=size)).draw(bars())
    assert picture
    file = tmp_path / "notebook.html"
    file.write_text(f'<div style="width: {width}px">{bundle_of(picture)["text/html"]}</div>')
    browser.open(file.as_uri())
    high = round(size[1] * min(1, width / size[0]))
    browser.until(lambda: abs(int(browser.run("document.querySelector('iframe').height")) - high) <= 1)


@pytest.mark.parametrize("format", ["svg", "html"])
def test_text_of_the_data_is_never_run(browser: Browser, tmp_path: Path, format: str) -> None:
    """Labels that look like scripts are shown as they are."""
    months = tuple(f"{HOSTILE}{number}" for number in range(4))
    file = tmp_path / f"chart.{format}"
    file.write_bytes(drawn(bars(HOSTILE, HOSTILE, months), format))
    browser.open(file.as_uri())
    browser.point_at(*middle(browser, 2), until=lambda: tooltip(browser) == [HOSTILE, f"{HOSTILE}2", "31"])
    assert not [event for event in browser.events if event["method"] == "Page.javascriptDialogOpening"]
    assert browser.run("document.title") == HOSTILE
    assert browser.run("document.querySelectorAll('script').length") == 1
