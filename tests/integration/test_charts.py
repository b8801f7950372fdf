"""Charts and tables that follow a live stream, on a terminal as a user has it, and what is left when they end."""

from __future__ import annotations

import gc
import os
import subprocess
import termios
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.integration.terminals import ESCAPE, FLUME, environment, terminal

from flume import barchart, count, emit, hookimpl, linechart, put
from flume.registry import Registry, use
from flume.report import Account
from flume.viewing import Canvas, Chart, Screen, Target, View
from flume.views.terminal import terminal as terminal_view

NUMBERS = "emit(limit={}, every='50ms') | put(n=count(), x=count()) | put(c=expr('x % 3')) | "
BARS = NUMBERS + "barchart(category='c', value='n', every='0.1s', title='live bars')"
LINES = NUMBERS + "linechart(xvalue='x', yvalue='n', every='0.1s', title='live line')"
TABLE = NUMBERS + "keep('n', 'c') | table()"
BLOCKS = " ▁▂▃▄▅▆▇█"
PROGRAMS = [BARS, LINES, TABLE]
HEADS = ["live bars", "live line", "n  c"]


@pytest.mark.parametrize(("program", "head"), [*zip(PROGRAMS, HEADS, strict=True)])
def test_it_is_drawn_in_place(program: str, head: str) -> None:
    """The rows above stay as they are, and at the end there is the last picture alone."""
    with terminal(program.format(20)) as shown:
        shown.wait_for(lambda text: head in text)
        assert shown.end() == 0
        assert shown.sent.count(b"\x1b[?2026h") > 3
        assert shown.text.count(head) == 1
        assert "points/s" not in shown.text


def test_the_last_bars_are_right() -> None:
    """Each bar is as high as its last point: 20 for 2, 19 for 1, 18 for 0."""
    with terminal(BARS.format(20), 60, 26) as shown:
        assert shown.end() == 0
        rows = shown.text.split("\n")
    axis = next(number for number, row in enumerate(rows) if "└" in row)
    names = {name: rows[axis + 1].index(name) for name in "120"}
    heights = {
        name: sum(BLOCKS.index(row[column]) for row in rows[:axis] if column < len(row) and row[column] in BLOCKS)
        for name, column in names.items()
    }
    assert [*heights] == ["1", "2", "0"]
    assert abs(heights["1"] / heights["2"] - 19 / 20) < 0.02
    assert abs(heights["0"] / heights["2"] - 18 / 20) < 0.02


def test_the_last_rows_of_a_table_are_right() -> None:
    with terminal(TABLE.format(20), 60, 12) as shown:
        assert shown.end() == 0
        assert shown.text.split("\n")[-1].split() == ["20", "2"]
        assert "before" in shown.text.split("\n")[0]


@pytest.mark.parametrize(("program", "head"), [*zip(PROGRAMS, HEADS, strict=True)])
def test_a_terminal_that_becomes_smaller(program: str, head: str) -> None:
    with terminal(program.format(40), 70, 24) as shown:
        shown.wait_for(lambda text: head in text)
        shown.size(40, 10)
        assert shown.end() == 0
        assert shown.text.count(head) == 1
        rows = shown.text.split("\n")
        assert len(rows) <= 9
        if head != "n  c":
            axis = next(row for row in rows if "└" in row)
            assert len(axis) == 40


@pytest.mark.parametrize(("program", "head"), [*zip(PROGRAMS, HEADS, strict=True)])
def test_ctrl_c_draws_the_last_picture(program: str, head: str) -> None:
    with terminal(program.format(-1).replace("0.1s", "1h")) as shown:
        shown.wait_for(lambda text: head in text)
        shown.read(0.5)
        before = shown.text
        shown.key(b"\x03")
        assert shown.end() == 130
        assert shown.text.count(head) == 1
        assert shown.text != before
        assert termios.tcgetattr(shown.slave) == shown.before
        assert not shown.screen.cursor.hidden
        assert "Traceback" not in shown.text


@pytest.mark.parametrize(("program", "head"), [*zip(PROGRAMS, HEADS, strict=True)])
def test_a_pipe_gets_the_last_picture_alone(program: str, head: str) -> None:
    done = subprocess.run([FLUME, program.format(20)], capture_output=True, env=environment(), check=True)
    text = done.stdout.decode()
    assert text.count(head) == 1
    assert "\x1b" not in text
    assert done.stderr == b""


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_colours_where_they_are_not_wanted(program: str) -> None:
    with terminal(program.format(5), NO_COLOR="1") as shown:
        assert shown.end() == 0
        assert b"m" not in {command[-1:] for command in ESCAPE.findall(shown.sent)}


def test_colours() -> None:
    with terminal(BARS.format(5)) as shown:
        assert shown.end() == 0
        assert b"m" in {command[-1:] for command in ESCAPE.findall(shown.sent)}


def test_a_terminal_that_moves_no_cursor() -> None:
    with terminal(BARS.format(10), TERM="dumb") as shown:
        assert shown.end() == 0
        assert not ESCAPE.search(shown.sent)
        assert shown.sent.count(b"live bars") == 1


class slow(View):
    """A window that takes its time."""

    drawn: ClassVar[list[Chart]] = []
    window = True

    def open(self, target: Target) -> Canvas:
        return _Slow()


class _Slow(Canvas):
    def draw(self, chart: Chart) -> None:
        time.sleep(0.05)
        slow.drawn.append(chart)


class _Plugin:
    @hookimpl
    def flume_views(self) -> dict[str, Any]:
        return {"slow": slow}


def test_what_is_slow_to_draw_loses_pictures_and_no_points() -> None:
    with use(Registry()) as registry:
        registry.add(_Plugin(), "test")
        points = emit(limit=1000, every="1ms") | put(n=count())
        (points | linechart("slow", xvalue="n", yvalue="n", every=0)).execute()
    assert 2 < len(slow.drawn) < 40
    assert slow.drawn[-1].series[0].ys == tuple(range(1, 1001))


def test_memory_of_many_pictures() -> None:
    """Of core's part and the terminal's: a window of a stream moves on, names come and go."""
    bars, lines = barchart(category="c", last=12), linechart(xvalue="n", yvalue="n", series="c", last="20s")
    plots = [word.plot(word.asked(), Account("test")) for word in (bars, lines)]
    canvas = terminal_view().open(Target(screen=Screen(60, 16, colour=True, unicode=True), live=True))
    sizes = []
    tracemalloc.start()
    try:
        for number in range(600):
            for plot in plots:
                plot.take([{"c": f"name {number // 5}", "n": number}])
                chart = plot.chart(canvas.columns)
                assert chart
                canvas.draw(chart)
            if number % 200 == 199:
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[2] - sizes[1] < 20_000


TWO = "emit(points=[{'m': 'a', 'value': 1}, {'m': 'b', 'value': 2}])"


@pytest.mark.parametrize(
    ("step", "status", "said"),
    [
        ("barchart(categry='m')", 2, "barchart('terminal') has no option 'categry'; did you mean 'category'?"),
        ("barchart('termnal')", 2, "no view called 'termnal'\n  did you mean 'terminal'?"),
        ("barchart(category='m', file='x.png')", 2, "barchart: 'terminal' draws txt, not 'png'"),
        ("barchart(category='m', width=30)", 2, "barchart: width and height go together"),
        ("barchart(category='m', every='x')", 2, "barchart: every: 'x' is no duration"),
        ("barchart(category='m', file='no/such/x.txt')", 1, "cannot write 'no/such/x.txt': no such file or directory"),
        ("barchart(category='m', value='no')", 0, "'no' was in none of 2 points"),
        ("linechart(xvalue='m')", 0, "2 points had no x to be drawn at (first: m='a')"),
        ("remove('value') | put(a=1, b=2) | barchart(category='m')", 1, "a, b are numbers; say value='…'"),
        ("filter('value > 2') | barchart(category='m')", 0, "there is nothing to draw"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(step: str, status: int, said: str, tmp_path: Path) -> None:
    done = subprocess.run([FLUME, f"{TWO} | {step}"], capture_output=True, text=True, env=environment(), cwd=tmp_path)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_nobody_reads_on() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [FLUME, f"{TWO} | barchart(category='m')"], stdout=write, stderr=subprocess.PIPE, env=environment()
    )
    os.close(write)
    assert done.stderr == b""


def test_standard_output_is_closed() -> None:
    """Which is said, as of all that writes there."""
    program = f'"$0" "{TWO} | barchart(category=\'m\')" >&-'
    done = subprocess.run(["sh", "-c", program, FLUME], stderr=subprocess.PIPE, env=environment())
    assert done.returncode == 1
    assert done.stderr.startswith(b"flume: cannot write 'standard output': it is closed")


def test_a_chart_beside_another_sink() -> None:
    program = f"{TWO} | (barchart(category='m', size='20x5'), write('stdio'))"
    done = subprocess.run([FLUME, program], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.startswith('{"m": "a", "value": 1}\n{"m": "b", "value": 2}\n')
    assert "└" in done.stdout


@pytest.mark.parametrize("options", [["--no-optimize"], ["--jobs", "2"], ["--stats"]])
def test_options_of_the_command_do_not_change_the_picture(options: list[str]) -> None:
    program = f"{TWO} | sort('m') | barchart(category='m')"
    pictures = [
        subprocess.run([FLUME, *given, program], capture_output=True, env=environment(), check=True).stdout
        for given in ([], options)
    ]
    assert pictures[0] == pictures[1]
    assert "█".encode() in pictures[0]


def test_gnuplot_leaves_nothing_running(need: Callable[..., None]) -> None:
    """However the run ends; and a terminal that becomes smaller has it draw smaller."""
    need("gnuplot")
    program = NUMBERS.format(-1) + "barchart('gnuplot', category='c', value='n', title='live', every='0.1s')"
    with terminal(program, 60, 20) as shown:
        shown.wait_for(lambda text: "live" in text)
        shown.size(40, 12)
        shown.wait_for(lambda text: "live" in text and max(map(len, text.split("\n"))) <= 40)
        children = Path(f"/proc/{shown.process.pid}/task/{shown.process.pid}/children").read_text().split()
        assert children
        shown.key(b"\x03")
        assert shown.end() == 130
        assert not [child for child in children if Path(f"/proc/{child}").exists()]
