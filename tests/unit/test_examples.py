"""The examples: the files are what they are said to be, and the programs print what they should."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
SYSLOG = EXAMPLES / "grok" / "syslog"
PROGRAMS = {
    "kernel": 178,
    "laptop-mode": 21,
    "wpa_supplicant": 18,
    "anacron": 14,
    "CRON": 19,
    "cinnamon-screensaver-dialog": 3,
    "NetworkManager": 18,
    "console-kit-daemon": 3,
}
"""The programs of the log in order of first sight, and how many lines each wrote."""


@pytest.fixture
def lines() -> list[str]:
    """The lines of the example log."""
    return SYSLOG.read_text(encoding="ascii").splitlines()


def program(line: str) -> str:
    """The program that wrote a line, found the way awk and sed would."""
    return line.split()[4].rstrip(":").partition("[")[0]


def test_the_log_is_what_its_generator_writes() -> None:
    """The log is not edited by hand."""
    made = subprocess.run([sys.executable, "-B", EXAMPLES / "grok" / "make_syslog.py"], capture_output=True, check=True)
    assert made.stdout == SYSLOG.read_bytes()


def test_the_log_is_in_order_of_time(lines: list[str]) -> None:
    """As syslog writes it: 274 lines, none before the one above it."""
    stamps = [line[:15] for line in lines]
    assert len(lines) == 274
    assert stamps == sorted(stamps)
    assert stamps[0] == "Jul 17 13:59:44"


def test_the_log_has_known_hours(lines: list[str]) -> None:
    """The lines of each hour, counted from the first line on."""
    times = [datetime.strptime(f"2016 {line[:15]}", "%Y %b %d %H:%M:%S") for line in lines]
    hours = Counter((time - times[0]) // timedelta(hours=1) for time in times)
    assert [hours[hour] for hour in range(max(hours) + 1)] == [27, 1, 110, 8, 118, 10]


def test_the_log_has_known_programs(lines: list[str]) -> None:
    """The lines of each program, in order of first sight."""
    assert list(Counter(map(program, lines)).items()) == list(PROGRAMS.items())


def test_awk_and_friends_see_the_same_programs() -> None:
    """The pipeline of commands that flume is measured against gives the same counts."""
    command = r"awk '{print $5}' syslog | sed 's/\[[0-9]*\]//g' | sort | uniq -c | sort -n"
    done = subprocess.run(command, shell=True, cwd=SYSLOG.parent, capture_output=True, text=True, check=True)
    counts = {name: int(count) for count, name in map(str.split, done.stdout.splitlines())}
    assert counts == {f"{name}:": count for name, count in PROGRAMS.items()}


def test_the_top_five_are_the_top_five(tmp_path: Path) -> None:
    """The script finds its log from any folder, and sorts by count, ties in order of first sight."""
    script = EXAMPLES / "grok" / "top_5_syslog_spammers.py"
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"count": 178, "program": "kernel"},
        {"count": 21, "program": "laptop-mode"},
        {"count": 19, "program": "CRON"},
        {"count": 18, "program": "wpa_supplicant"},
        {"count": 18, "program": "NetworkManager"},
    ]


def test_the_demo_runs(tmp_path: Path) -> None:
    """`make demo` shows the programs with the outputs that the README promises."""
    environ = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["/bin/sh", EXAMPLES / "demo.sh"], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert '{"count": 27, "time": "2016-07-17T13:59:44.000Z"}' in done.stdout
    assert '{"count": 178, "program": "kernel", "time": "2016-07-17T13:59:44.000Z"}' in done.stdout
    assert '{"count": 19, "program": "CRON"}' in done.stdout
    assert "Jan   Feb   Mar" in done.stdout
    assert not list(tmp_path.iterdir())
