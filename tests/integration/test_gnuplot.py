"""Charts drawn by the real gnuplot, and read back from what it made."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flume.errors import SinkError
from flume.testing.views import ViewSuite
from flume.viewing import Axis, Canvas, Chart, Kind, Screen, Series, Target, Tick
from flume_viz_gnuplot import gnuplot

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
BLUE = (0x44, 0x77, 0xAA)

SEED = """\
     |   ****       ***        ***        ***   ***        ***       ****   |
  30 ++  *  *       * *   ***  * *   ***  * *   * *  ***   * *  ***  *  *  ++
     |   *  *  ***  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
  25 ++  *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *  ++
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
  20 ++  *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *  ++
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
  15 ++  *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *  ++
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
  10 ++  *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *  ++
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
   5 ++  *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *  ++
     |   *  *  * *  * *   * *  * *   * *  * *   * *  * *   * *  * *  *  *   |
     |   *+ *  *+*  *+*   *+*  *+*   *+*  *+*   *+*  *+*   *+*  *+*  * +*   |
   0 ++--****--***--***---***--***---***--***---***--***---***--***--****--++
         Jan   Feb  Mar   Apr  May   Jun  Jul   Aug  Sep   Oct  Nov   Dec
"""
"""The bars of the README of 2016, drawn by gnuplot 5.0."""

Program = Callable[..., None]


@pytest.fixture(autouse=True)
def _clean(need: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder for whatever is written, and at the end neither a file nor a process in it."""
    need("gnuplot")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = children()
    yield
    assert children() == before
    assert not list(tmp_path.iterdir())


def children() -> list[int]:
    """The processes that this one has started, and theirs."""
    found, waiting = [], [os.getpid()]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                pids = [int(pid) for pid in task.read_text().split()]
            except OSError:
                continue
            found += pids
            waiting += pids
    return [pid for pid in sorted(found) if _is_gnuplot(pid)]


def _is_gnuplot(pid: int) -> bool:
    """Whether it is one of gnuplot's: servers of other tests may run beside it."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().startswith("gnuplot")
    except OSError:
        return False


def draw(chart: Chart, format: str | None = None, view: gnuplot = gnuplot(), **target: object) -> bytes:
    """The bytes of a picture."""
    canvas = view.open(Target(format, **target))  # type: ignore[arg-type]
    try:
        picture = canvas.draw(chart)
    finally:
        canvas.close()
    assert picture
    assert picture.media_type == gnuplot.formats[format or "txt"]
    return picture.data


def category(*names: str, label: str = "") -> Axis:
    """An axis of categories."""
    return Axis(label, "category", -0.5, len(names) - 0.5, tuple(Tick(i, name) for i, name in enumerate(names)))


def number(low: float, high: float, step: float, label: str = "") -> Axis:
    """An axis of numbers with a tick at every step."""
    values = [low + i * step for i in range(round((high - low) / step) + 1)]
    return Axis(label, "number", low, high, tuple(Tick(value, f"{value:g}") for value in values))


def series(*ys: float | None, name: str = "") -> Series:
    """Values at 0, 1, 2 …"""
    return Series(name, tuple(map(float, range(len(ys)))), ys)


def bars(*many: Series, names: tuple[str, ...] = MONTHS, y: Axis | None = None, title: str = "") -> Chart:
    """A bar chart."""
    return Chart("bar", title, category(*names), y or number(0, 35, 5), many)


def lines(*many: Series, x: Axis | None = None, y: Axis | None = None) -> Chart:
    """A line chart."""
    return Chart("line", "", x or number(0, 10, 2), y or number(0, 10, 2), many)


# -- text ---------------------------------------------------------------------------------------


class TestGnuplot(ViewSuite):
    view = gnuplot()
    dated = frozenset({"pdf"})


def test_the_picture_of_2016() -> None:
    """The same bars, heights, ticks and names, in the same columns; but for the corners of the frame."""
    text = draw(bars(series(*DAYS, name="2015"))).decode()
    wanted = SEED.replace("++  ", "|+  ").replace("  ++", "  +|").replace("++--", "+---").replace("--++", "---+")
    assert text.endswith(wanted)
    assert "2015 ******" in text


def columns(text: str, name: str, mark: str = "*") -> int:
    """How many rows a bar is high that stands above its name."""
    rows = text.splitlines()
    (place,) = (row.index(name) + len(name) // 2 for row in rows if re.search(rf"\b{name}\b", row) and mark not in row)
    return sum(mark in row[place - 5 : place + 6] for row in rows)


def test_heights_of_text() -> None:
    """As the values, to a row."""
    text = draw(bars(series(30, 10, None, 20), names=("thirty", "ten", "none", "twenty")), size=(80, 40)).decode()
    unit = columns(text, "thirty") / 30
    assert unit > 0.5
    assert columns(text, "ten") == pytest.approx(10 * unit, abs=1)
    assert columns(text, "twenty") == pytest.approx(20 * unit, abs=1)
    assert columns(text, "none") <= 1


@pytest.mark.parametrize("size", [(2, 2), (8, 4), (20, 8), (80, 26), (300, 100)])
@pytest.mark.parametrize("kind", ["bar", "line", "scatter", "pie"])
def test_text_keeps_to_its_size(kind: Kind, size: tuple[int, int]) -> None:
    """Whatever there is to show."""
    chart = replace(bars(series(*DAYS), title="x" * 500, names=("日本語" * 50,) * 12), kind=kind)
    rows = draw(chart, size=size).decode().splitlines()
    assert len(rows) <= size[1]
    assert all(len(row) <= size[0] for row in rows)


def test_wide_characters_move_nothing() -> None:
    """The frame's right edge stays in its column."""

    def edge(text: str) -> set[int]:
        rows = draw(bars(series(3, 4, name=text), series(1, 2, name="x"), names=(text, "b"), y=number(0, 5, 1)))
        wide = re.compile(r"[\u3000-\uffff\U00010000-\U0010ffff]")
        shown = [wide.sub("xx", row.replace("\u0301", "")) for row in rows.decode().splitlines()]
        return {len(row) for row in shown if row.endswith("|")}

    assert edge("日本語🎉e\u0301") == edge("plain")
    assert len(edge("plain")) == 1


def test_a_screen_without_unicode() -> None:
    """It is shown what it can show."""
    text = draw(bars(series(3), names=("Zürich",), title="…日本"), screen=Screen(60, 20, False, False))
    assert b"Z?rich" in text
    assert text.isascii()


# -- pictures -----------------------------------------------------------------------------------


def polygons(svg: bytes) -> list[list[tuple[float, float, float, float]]]:
    """The bars of each series: left, right, top, bottom."""
    found = []
    for group in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        if group.get("id", "").startswith("gnuplot_plot_"):
            shapes = []
            for polygon in group.iter("{http://www.w3.org/2000/svg}polygon"):
                points = [tuple(map(float, point.split(","))) for point in polygon.attrib["points"].split()]
                xs, ys = zip(*points, strict=True)
                shapes.append((min(xs), max(xs), min(ys), max(ys)))
            found.append(shapes)
    return found


def texts(svg: bytes) -> dict[str, tuple[float, float]]:
    """What is written, and where."""
    found = {}
    for group in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        text = group.find("{http://www.w3.org/2000/svg}text")
        if text is not None:
            x, y = re.findall(r"-?[\d.]+", group.get("transform", ""))[:2]
            found["".join(text.itertext())] = (float(x), float(y))
    return found


def test_heights_of_a_picture() -> None:
    """As the values, exactly, and each under its own name."""
    svg = draw(bars(series(*DAYS), y=number(-5, 35, 5)), "svg")
    (shapes,) = polygons(svg)
    assert len(shapes) == 12
    unit = (shapes[0][3] - shapes[0][2]) / 31
    assert unit > 5
    assert [(bottom - top) / unit for *_, top, bottom in shapes] == pytest.approx(DAYS, abs=0.05)
    names = texts(svg)
    assert [(left + right) / 2 for left, right, *_ in shapes] == pytest.approx([names[m][0] for m in MONTHS], abs=1)


def test_negative_bars_and_holes() -> None:
    """They hang from zero; what is missing moves no other."""
    one, two = series(3, -2, None, 4, name="a"), series(None, 2, 2, -4, name="b")
    svg = draw(bars(one, two, names=("n", "e", "s", "w"), y=number(-6, 6, 2)), "svg")
    zero = texts(svg)["0"][1] - texts(svg)["2"][1]
    (a, b), names = (shapes[1:] for shapes in polygons(svg)), texts(svg)  # the first is the sample in the legend
    assert [round((bottom - top) / (zero / 2)) for *_, top, bottom in a] == [3, 2, 4]
    assert [round((bottom - top) / (zero / 2)) for *_, top, bottom in b] == [2, 2, 4]
    assert a[1][2] == pytest.approx(a[0][3], abs=0.1)  # down from where the other goes up
    assert a[2][0] < names["w"][0] < b[2][1]


def test_horizontal_bars() -> None:
    """They grow to the right from the first name at the top."""
    svg = draw(replace(bars(series(3, 1), names=("first", "second"), y=number(0, 4, 1)), horizontal=True), "svg")
    ((first, second),), names = polygons(svg), texts(svg)
    assert (first[1] - first[0]) / (second[1] - second[0]) == pytest.approx(3, rel=0.01)
    assert first[3] < second[2]
    assert first[2] < names["first"][1] < first[3]


def test_a_time_axis() -> None:
    """A value stands above its own time."""
    start = 1468747800.0
    x = Axis("", "time", start, start + 7200, tuple(Tick(start + i * 3600, f"1{i}:30") for i in range(3)))
    svg = draw(lines(Series("", (start, start + 3600, start + 7200), (0.0, 9.0, 0.0)), x=x), "svg")
    names = texts(svg)
    path = re.search(r"d='(M[^']*L[^']*)'[^>]*>\s*<use", svg.decode().rpartition("gnuplot_plot_1")[2])
    assert path
    places = [float(x) for x, _ in re.findall(r"([\d.]+),([\d.]+)", path[1])]
    assert places == pytest.approx([names[f"1{i}:30"][0] for i in range(3)], abs=0.5)


@pytest.mark.parametrize("many", [10, 100])
def test_holes_break_lines(many: int) -> None:
    """Nothing leads over a hole, and a place alone is seen."""
    ys = (1.0,) * many + (None,) + (2.0,) * many + (None, 3.0)
    svg = draw(lines(series(*ys), x=number(0, 2 * many + 2, many)), "svg")
    group = next(g for g in ElementTree.fromstring(svg).iter() if g.get("id") == "gnuplot_plot_1")
    paths = " ".join(node.get("d", "") for node in group.iter() if node.tag.endswith("path"))
    runs = [re.findall(r"[\d.]+,([\d.]+)", run) for run in paths.split("M") if run.strip()]
    marks = {node.get("transform", "").split(",")[1].split(")")[0] for node in group.iter() if node.tag.endswith("use")}
    assert all(len(set(run)) == 1 for run in runs)  # level: none leads from one height to another
    assert len({run[0] for run in runs if len(run) > 1} | marks) == 3


def pixels(png: bytes) -> Counter[tuple[int, ...]]:
    """How often each colour is there; of a png with 8 bits a channel, not interlaced."""
    width, height, depth, kind, *_, interlace = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, interlace) == (8, 0)
    size = {2: 3, 6: 4}[kind]
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    raw, found, above = zlib.decompress(data), Counter[tuple[int, ...]](), bytes(width * size)
    for start in range(0, len(raw), width * size + 1):
        row = bytearray(raw[start + 1 : start + 1 + width * size])
        for i, value in enumerate(row):
            left, up, corner = (row[i - size], above[i], above[i - size]) if i >= size else (0, above[i], 0)
            paeth = min((left, up, corner), key=lambda near: abs(left + up - corner - near))
            row[i] = (value + (0, left, up, (left + up) // 2, paeth)[raw[start]]) & 255
        above = bytes(row)
        found.update(tuple(row[i : i + 3]) for i in range(0, len(row), size))
    assert found.total() == width * height
    return found


@pytest.mark.parametrize("terminal", ["dumb", "png"])
def test_a_png_has_bars_and_text(terminal: str) -> None:
    """As much blue as its bars take, and text in other colours."""
    view = gnuplot(terminal)
    small, large = (pixels(draw(bars(series(*(y,) * 12)), "png", view, size=(480, 240)))[BLUE] for y in (10, 30))
    assert small > 480 * 240 / 20
    assert large / small == pytest.approx(3, rel=0.05)
    named = pixels(draw(bars(series(*DAYS), title="A title"), "png", view, size=(480, 240)))
    bare = pixels(draw(bars(series(*DAYS), title=" "), "png", view, size=(480, 240)))
    white = (255, 255, 255)
    assert named[white] < bare[white] or len(named) > len(bare)


def test_a_character_that_no_font_has_spoils_nothing() -> None:
    """The picture is that of a '?', rather than of a box as large as itself."""
    odd, plain = (draw(bars(series(3), names=(name,)), "png", size=(200, 100)) for name in ("\U0010abcd", "?"))
    assert pixels(odd) == pixels(plain)


@pytest.mark.parametrize(
    ("format", "magic", "last"),
    [
        ("png", b"\x89PNG", b"IEND\xaeB`\x82"),
        ("svg", b"<?xml", b"</svg>"),
        ("pdf", b"%PDF", b"%%EOF"),
        ("six", b"\x1bP", b"\x1b\\"),
    ],
)
@pytest.mark.parametrize("kind", ["bar", "line", "scatter", "pie"])
def test_formats(format: str, magic: bytes, last: bytes, kind: Kind) -> None:
    """Each kind of chart in each format, whole, and the same each time."""
    view = gnuplot("sixelgd" if format == "six" else "dumb")
    chart = replace(bars(series(*DAYS)), kind=kind)
    first, second = draw(chart, format, view), draw(chart, format, view)
    assert first.startswith(magic)
    assert first.rstrip().endswith(last)
    assert first == second or format == "pdf"  # which has its time of making


# -- text of strangers --------------------------------------------------------------------------

HOSTILE = [
    "'leading",
    "'",
    "x''''y''",
    "it's ''quoted''",
    '"double"',
    "`touch x`",
    "$(touch x)",
    "'; system('touch x'); '",
    "EOD",
    "back\\slash\\",
    "\\'",
    "%s %d %n %g %%",
    "${HOME} @GPVAL_PI",
    "<b>&amp;</b>",
    "</script>",
    "]]><!--",
    "a_b^c{/=20 d}~e",
    "# comment ; exit",
    "日本語 ünïcode",
    "e\u0301 नमस्ते",
    "🎉 emoji",
    "\uf8ff private",
    "with 1:2 title",
]


def labelled(text: str) -> Chart:
    """A chart with a text in every place that takes one."""
    x = Axis(text, "category", -0.5, 0.5, (Tick(0, text),))
    y = Axis(text, "number", 0, 4, (Tick(0, text), Tick(2, "2"), Tick(4, "4")))
    return Chart("bar", text, x, y, (Series(text, (0.0,), (3.0,)), Series("other", (0.0,), (2.0,))))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_text(text: str) -> None:
    """Word for word as title, as labels, as tick and as name, and nothing of it runs."""
    shown = draw(labelled(text), size=(120, 40)).decode()
    assert shown.count(text) == 6 if len(text) < 17 else shown.count(text) >= 5
    assert " 2 |" in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_picture(text: str) -> None:
    """Word for word where a reader of the file finds it."""
    svg = draw(labelled(text), "svg")
    found = ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert found.count(text) == 6 if len(text) < 17 else found.count(text) >= 5
    assert {"4", "other"} <= set(found)


@pytest.mark.parametrize("format", ["txt", "png", "svg", "pdf"])
def test_text_without_end(format: str) -> None:
    """It is clipped, and the chart is there."""
    assert draw(labelled("very long " * 20_000), format)


@pytest.mark.parametrize("ys", [(1e308, -1e308), (5e-324, 0.0), (1e300, 1.0)])
@pytest.mark.parametrize("format", ["txt", "svg"])
def test_odd_numbers(ys: tuple[float, ...], format: str) -> None:
    """As large and as small as there are."""
    assert draw(lines(series(*ys), y=Axis("", "number", min(ys), max(ys), ())), format)


# -- one picture after another ------------------------------------------------------------------


def memory(pid: int) -> int:
    """In kB."""
    return int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0])


@pytest.mark.parametrize(("terminal", "count"), [("dumb", 6000), ("svg", 1000), ("unknown", 6000)])
def test_memory_of_many_pictures(terminal: str, count: int) -> None:
    """One process draws all, and takes no more in the end."""
    canvas = gnuplot(terminal).open(Target(live=True))
    (pid,) = children()
    charts = [bars(series(*DAYS, name="2015")), lines(series(1, None, 3)), bars(series(1, 2), names=("a", "b"))]
    for i in range(count // 4):
        canvas.draw(charts[i % 3])
    before = memory(pid)
    for i in range(count):
        canvas.draw(charts[i % 3])
    assert memory(pid) - before < 100
    assert children() == [pid]
    canvas.close()


def test_a_picture_does_not_hang_on_the_one_before() -> None:
    """Ranges, names and turns of one are gone in the next."""
    odd = replace(bars(*(series(*DAYS, name=f"n{i}") for i in range(5)), title="odd"), horizontal=True)
    plain = lines(series(1, 2, 3))
    canvas = gnuplot().open(Target())
    first, other, again = canvas.draw(plain), canvas.draw(odd), canvas.draw(plain)
    canvas.close()
    assert first == again != other


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_gnuplot_dies(end: signal.Signals) -> None:
    """One line, at once."""
    canvas = gnuplot().open(Target())
    canvas.draw(lines(series(1, 2)))
    (pid,) = children()
    os.kill(pid, end)
    time.sleep(0.1)
    with pytest.raises(SinkError, match=rf"^gnuplot was ended by {end.name}$"):
        canvas.draw(lines(series(1, 2)))
    canvas.close()


def test_a_terminal_that_this_gnuplot_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which, and where one is that has it."""
    terminals = subprocess.run(["gnuplot", "-d", "-e", "print GPVAL_TERMINALS"], capture_output=True, check=True).stderr
    absent = [name for name in ("qt", "block", "wxt") if name not in terminals.decode().split()]
    if not absent:
        pytest.skip("it has all")
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(SinkError, match=f"^this gnuplot has no terminal '{absent[0]}'; [^\n]+$"):
        gnuplot(absent[0]).open(Target())


# -- windows ------------------------------------------------------------------------------------


def dots(screen: Path, colour: tuple[int, int, int]) -> int:
    """How many of a colour the screen has."""
    return screen.read_bytes().count(bytes(reversed(colour)) + b"\0")


def comes(screen: Path, colour: tuple[int, int, int]) -> bool:
    """Whether the screen comes to have some thousand dots of a colour, soon."""
    for _ in range(100):
        if dots(screen, colour) > 2000:
            return True
        time.sleep(0.05)
    return False


def window(chart: Chart) -> Canvas:
    """A canvas that has shown a chart in a window."""
    canvas = gnuplot("x11").open(Target(live=True))
    assert canvas.draw(chart) is None
    return canvas


def test_a_window(screen: Path) -> None:
    """It shows the chart, the next in its place, and stays when flume ends."""
    red = (0xEE, 0x66, 0x77)
    assert not dots(screen, BLUE)
    canvas = window(bars(series(*DAYS)))
    assert comes(screen, BLUE)
    canvas.draw(replace(bars(series(*DAYS)), palette=("#EE6677",)))
    assert comes(screen, red)
    assert not dots(screen, BLUE)
    canvas.close()
    time.sleep(0.2)
    assert dots(screen, red) > 2000


def test_a_window_over_many_pictures(screen: Path) -> None:
    """One process and its helper, memory flat, no picture lost."""
    others = set(children())
    canvas = window(bars(series(*DAYS)))
    pids = sorted({*children()} - others)
    many = [lines(series(*(i / 100 for i in range(900))), x=number(0, 900, 100)), bars(series(*DAYS), series(*DAYS))]
    for i in range(300):
        canvas.draw(many[i % 2])
    before = [memory(pid) for pid in pids]
    for i in range(1000):
        canvas.draw(many[i % 2])
    assert sorted({*children()} - others) == pids
    assert len(pids) == 2
    assert all(memory(pid) - old < 500 for pid, old in zip(pids, before, strict=True))
    canvas.close()


def test_a_display_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told in one line, where gnuplot itself ends as if all were well."""
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(SinkError, match=r"^gnuplot can show no window: unable to open display ':4711'; set DISPLAY$"):
        draw(bars(series(*DAYS)), view=gnuplot("x11"))
