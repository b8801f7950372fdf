"""The view where gnuplot is missing, odd, dead or stuck: programs that stand in for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flume import registry
from flume.errors import OptionError, SinkError
from flume.viewing import Axis, Chart, Picture, Screen, Series, Target, Tick
from flume_viz_gnuplot import gnuplot, process

X = Axis("", "category", -0.5, 0.5, (Tick(0, "a"),))
CHART = Chart("bar", "", X, Axis("", "number", 0, 4, (Tick(0, "0"), Tick(4, "4"))), (Series("", (0.0,), (3.0,)),))

Install = Callable[[str], Path]

ANSWERS = """
import os, sys
with open("/dev/stdin") as commands:
    for line in commands:
        open("told", "a").write(line)
        if line.startswith("print"):
            sys.stdout.write(line.split("'")[1] + "\\n")
            sys.stdout.flush()
        elif line.startswith("plot"):
            {on_plot}
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes a Python script the only program, `gnuplot`; the current folder is empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(process, "PATIENCE", 1.0)

    def put(script: str) -> Path:
        program = folder / "gnuplot"
        program.write_text(f"#!{sys.executable}\n{script}")
        program.chmod(0o755)
        return tmp_path / "here"

    return put


def draw(view: gnuplot, target: Target) -> Picture | None:
    """What comes of a chart; the canvas is closed as core does it."""
    canvas = view.open(target)
    try:
        return canvas.draw(CHART)
    finally:
        canvas.close()


def complaint(view: gnuplot, target: Target = Target()) -> str:
    """What is said instead of a picture."""
    with pytest.raises(SinkError) as caught:
        draw(view, target)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_flume_finds_it() -> None:
    """By the hook, and the plugin is light."""
    assert registry.default().find("view", "gnuplot") is gnuplot
    code = "import sys, flume_viz_gnuplot.plugin; print('flume_viz_gnuplot.view' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"


def test_options() -> None:
    """One, from a fixed list: what stands there is code to gnuplot."""
    assert gnuplot("x11") == gnuplot(terminal="x11")
    assert eval(repr(gnuplot("svg"))) == gnuplot("svg")
    for terminal in ("dumb; system('touch x')", "", "DUMB", "dumb\nplot x"):
        with pytest.raises(OptionError, match="terminal is one of dumb, block"):
            gnuplot(terminal)


def test_windows() -> None:
    """Core is told that these show themselves."""
    assert [name for name in ("dumb", "svg", "x11", "qt", "wxt", "unknown") if gnuplot(name).window] == [
        "x11",
        "qt",
        "wxt",
    ]


def test_not_installed(install: Install) -> None:
    """It says what to install."""
    assert "gnuplot is not installed: 'apt install gnuplot-nox'" in complaint(gnuplot())


def test_not_to_be_started(install: Install, tmp_path: Path) -> None:
    """A file that is no program."""
    install("")
    (tmp_path / "bin" / "gnuplot").chmod(0o644)
    assert "gnuplot cannot be started: Permission denied" in complaint(gnuplot())


@pytest.mark.parametrize(("terminal", "names"), [("x11", "DISPLAY"), ("qt", "DISPLAY or WAYLAND_DISPLAY")])
def test_no_display(install: Install, monkeypatch: pytest.MonkeyPatch, terminal: str, names: str) -> None:
    """Nothing is started: gnuplot would end as if all were well."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    here = install(ANSWERS.format(on_plot="pass"))
    assert f"terminal='{terminal}' shows a window and there is no display: set {names}," in complaint(gnuplot(terminal))
    assert not list(here.iterdir())


@pytest.mark.parametrize("terminal", ["svg", "x11"])
def test_a_format_that_the_terminal_does_not_make(terminal: str) -> None:
    """Two options that contradict one another."""
    assert f"terminal='{terminal}' makes no png" in complaint(gnuplot(terminal), Target(format="png"))


@pytest.mark.parametrize(
    ("view", "target", "told"),
    [
        (gnuplot(), Target(), "set terminal dumb mono noenhanced size 80,26 "),
        (gnuplot(), Target(screen=Screen(100, 40, True, True)), "set terminal dumb mono noenhanced size 100,39 "),
        (gnuplot(), Target(screen=Screen(100, 40, True, True), size=(60, 20)), " size 60,20 "),
        (gnuplot(), Target(format="txt", size=(40, 12)), "set terminal dumb mono noenhanced size 40,12 "),
        (gnuplot(), Target(format="png"), "set terminal pngcairo noenhanced font 'sans,11' size 960,480\n"),
        (gnuplot("png"), Target(format="png"), "set terminal png truecolor noenhanced "),
        (gnuplot(), Target(format="svg", size=(300, 200)), "set terminal svg noenhanced "),
        (gnuplot("svg"), Target(), "set terminal svg noenhanced "),
        (gnuplot(), Target(format="pdf"), "set terminal pdfcairo noenhanced "),
        (gnuplot("sixelgd"), Target(), "set terminal sixelgd truecolor noenhanced "),
        (gnuplot("block"), Target(), "set terminal block noenhanced size 80,26\n"),
    ],
)
def test_terminals(install: Install, view: gnuplot, target: Target, told: str) -> None:
    """The format decides, else the option; the size is the user's, the screen's or a usual one."""
    here = install(ANSWERS.format(on_plot="sys.stdout.write('|')"))
    assert draw(view, target)
    assert told in (here / "told").read_text()


def test_what_gnuplot_is_told_of_the_environment(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not what would change its pictures."""
    for name in ("GNUTERM", "GNUPLOT_LIB", "FIT_LOG", "SECRET"):
        monkeypatch.setenv(name, "odd")
    monkeypatch.setenv("HOME", "/home")
    here = install("import os; open('seen', 'w').write(repr((dict(os.environ), os.sys.argv[1:])))")
    complaint(gnuplot())
    environment, argv = eval((here / "seen").read_text())
    assert set(environment) - {"LC_CTYPE"} <= set(process.ENVIRONMENT)
    assert environment["HOME"] == "/home"
    assert argv[0] == "-d"


@pytest.mark.parametrize(
    ("on_plot", "said"),
    [
        ("sys.exit(1)", "gnuplot ended"),
        (
            """sys.exit('\\nplot x\\n     ^\\n"/dev/stdin" line 3: undefined: x\\n')""",
            "gnuplot ended: line 3: undefined: x",
        ),
        ("os.kill(os.getpid(), 9)", "gnuplot was ended by SIGKILL"),
        ("os.close(1); os.close(2); import time; time.sleep(60)", "gnuplot was ended by SIGKILL"),
        ("import time; time.sleep(60)", "gnuplot did not answer within 1 s and was ended"),
        ("sys.stderr.write('Cairo is unhappy\\n')", "gnuplot drew nothing: Cairo is unhappy"),
    ],
)
def test_a_picture_that_does_not_come(install: Install, on_plot: str, said: str) -> None:
    """One line instead, soon, and no process stays."""
    install("import os; open('pid', 'w').write(str(os.getpid()))\n" + ANSWERS.format(on_plot=on_plot))
    start = time.monotonic()
    assert complaint(gnuplot()) == said
    assert time.monotonic() - start < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path("pid").read_text()), 0)


def test_one_that_reads_nothing(install: Install) -> None:
    """A pipe that is full does not hold flume up for ever."""
    install("import time; time.sleep(60)")
    stuck = process.Process()
    with pytest.raises(SinkError, match="did not answer within 1 s"):
        stuck.run("#" * 1_000_000)
    stuck.close()


def test_one_that_talks_much(install: Install) -> None:
    """What it says on stderr is taken from it, or it would wait for ever."""
    install(ANSWERS.format(on_plot="sys.stderr.write('warning: dull\\n' * 100_000); sys.stdout.write('|')"))
    assert draw(gnuplot(), Target()) == ("text/plain", b"|\n")


def test_one_that_does_not_end(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made to."""
    waited = subprocess.Popen.wait
    monkeypatch.setattr(subprocess.Popen, "wait", lambda self, timeout=None: waited(self, timeout and 0.2))
    install(
        "import os, time; open('pid', 'w').write(str(os.getpid()))\n"
        + ANSWERS.format(on_plot="sys.stdout.write('|')")
        + "\ntime.sleep(60)"
    )
    draw(gnuplot(), Target())
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path("pid").read_text()), 0)


def test_ctrl_c_is_not_for_gnuplot(install: Install) -> None:
    """It has a session of its own: the last picture is drawn after Ctrl-C."""
    here = install("import os; open('session', 'w').write(f'{os.getsid(0)} {os.getpid()}')")
    complaint(gnuplot())
    session, pid = (here / "session").read_text().split()
    assert session == pid
