"""columns: text that is aligned in columns, as programs print it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume.errors import OptionError
from flume.parsers.columns import columns
from flume.testing import parse
from flume.width import padded, width

PS = """\
USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root         1  0.3  0.0  51728 18952 ?        S<Ll Nov24   3:02 /sbin/init splash
root         2  0.0  0.0      0     0 ?        S    Nov24   0:00 [kthreadd]
ann      24711  101  3.4 12345678 829124 pts/0 Sl+  14:02  10:31 python -c  "1 + 1"
"""
PS_PLAIN = """\
  PID TTY          TIME CMD
    1 ?        00:03:02 init
12345 pts/0    00:00:00 bash
"""
DF = """\
Filesystem     1K-blocks     Used Available Use% Mounted on
/dev/vda       264212084 32139688  63361576  34% /
tmpfs           24684084        0  24684084   0% /dev/shm
/dev/sdb1           1024       12      1012   2% /media/my disk
"""
LSBLK = """\
NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS
sda      8:0    0  256G  0 disk
├─sda1   8:1    0  512M  0 part /boot/efi
└─sda2   8:2    0  255G  0 part /
"""
FREE = """\
               total        used        free      shared  buff/cache   available
Mem:        24684084     3853668    18553444        8872     2687012    20830416
Swap:              0           0           0
"""
LSOF = """\
COMMAND   PID USER   FD      TYPE DEVICE SIZE/OFF NODE NAME
init        1 root  cwd   unknown                      /proc/1/cwd (readlink: Permission denied)
init        1 root    3u     IPv4  12345      0t0  TCP *:ssh (LISTEN)
"""
NETSTAT = """\
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 127.0.0.1:57702         127.0.0.1:34445         ESTABLISHED
udp        0      0 0.0.0.0:68              0.0.0.0:*
"""
VMSTAT = """\
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
10  0      0 18537768 137408 2555652    0    0  1565  2037  410  868 44 11 44  0  0
"""
KUBECTL = """\
NAME                   READY   STATUS             RESTARTS       AGE
web-7c5ddbdf54-abcde   1/1     Running            0              3d
api-5d4f8c7b9-xyz12    0/1     CrashLoopBackOff   12 (5m ago)    2d
"""
KUBECTL_WIDE = """\
NAME    READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
web-1   1/1     Running   0          3d    10.0.0.1     node-1   <none>           <none>
"""
DOCKER = """\
CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS         PORTS                NAMES
4c01db0b339c   nginx     "/docker-entrypoint.…"   2 minutes ago   Up 2 minutes                        web
d7886598dbe2   redis:7   "docker-entrypoint.s…"   3 weeks ago     Up 3 weeks     0.0.0.0:80->80/tcp   cache
"""


def rows(names: str, *values: list[Any]) -> list[dict[str, Any]]:
    """Points: names with bars between, and the values of each."""
    return [dict(zip(names.split("|"), each, strict=False)) for each in values]


INIT = "/proc/1/cwd (readlink: Permission denied)"
PRINTED = {
    "ps aux": (PS, rows(
        "USER|PID|%CPU|%MEM|VSZ|RSS|TTY|STAT|START|TIME|COMMAND",
        ["root", 1, 0.3, 0.0, 51728, 18952, "?", "S<Ll", "Nov24", "3:02", "/sbin/init splash"],
        ["root", 2, 0.0, 0.0, 0, 0, "?", "S", "Nov24", "0:00", "[kthreadd]"],
        ["ann", 24711, 101, 3.4, 12345678, 829124, "pts/0", "Sl+", "14:02", "10:31", 'python -c  "1 + 1"'],
    )),
    "ps": (PS_PLAIN, rows(
        "PID|TTY|TIME|CMD",
        [1, "?", "00:03:02", "init"],
        [12345, "pts/0", "00:00:00", "bash"],
    )),
    "df": (DF, rows(
        "Filesystem|1K-blocks|Used|Available|Use%|Mounted on",
        ["/dev/vda", 264212084, 32139688, 63361576, "34%", "/"],
        ["tmpfs", 24684084, 0, 24684084, "0%", "/dev/shm"],
        ["/dev/sdb1", 1024, 12, 1012, "2%", "/media/my disk"],
    )),
    "lsblk": (LSBLK, rows(
        "NAME|MAJ:MIN|RM|SIZE|RO|TYPE|MOUNTPOINTS",
        ["sda", "8:0", 0, "256G", 0, "disk"],
        ["├─sda1", "8:1", 0, "512M", 0, "part", "/boot/efi"],
        ["└─sda2", "8:2", 0, "255G", 0, "part", "/"],
    )),
    "free": (FREE, rows(
        "column_1|total|used|free|shared|buff/cache|available",
        ["Mem:", 24684084, 3853668, 18553444, 8872, 2687012, 20830416],
        ["Swap:", 0, 0, 0],
    )),
    "lsof": (LSOF, rows(
        "COMMAND|PID|USER|FD|TYPE|DEVICE|SIZE/OFF|NODE|NAME",
        ["init", 1, "root", "cwd", "unknown", None, None, None, INIT],
        ["init", 1, "root", "3u", "IPv4", 12345, "0t0", "TCP", "*:ssh (LISTEN)"],
    )),
    "netstat -tun": (NETSTAT, rows(
        "Proto|Recv-Q|Send-Q|Local Address|Foreign Address|State",
        ["tcp", 0, 0, "127.0.0.1:57702", "127.0.0.1:34445", "ESTABLISHED"],
        ["udp", 0, 0, "0.0.0.0:68", "0.0.0.0:*"],
    )),
    "kubectl get pods": (KUBECTL, rows(
        "NAME|READY|STATUS|RESTARTS|AGE",
        ["web-7c5ddbdf54-abcde", "1/1", "Running", 0, "3d"],
        ["api-5d4f8c7b9-xyz12", "0/1", "CrashLoopBackOff", "12 (5m ago)", "2d"],
    )),
    "kubectl get pods -o wide": (KUBECTL_WIDE, rows(
        "NAME|READY|STATUS|RESTARTS|AGE|IP|NODE|NOMINATED NODE|READINESS GATES",
        ["web-1", "1/1", "Running", 0, "3d", "10.0.0.1", "node-1", "<none>", "<none>"],
    )),
    "docker ps": (DOCKER, rows(
        "CONTAINER ID|IMAGE|COMMAND|CREATED|STATUS|PORTS|NAMES",
        ["4c01db0b339c", "nginx", '"/docker-entrypoint.…"', "2 minutes ago", "Up 2 minutes", None, "web"],
        ["d7886598dbe2", "redis:7", '"docker-entrypoint.s…"', "3 weeks ago", "Up 3 weeks", "0.0.0.0:80->80/tcp",
         "cache"],
    )),
}  # fmt: skip
"""What programs print, and what it says."""


@pytest.mark.parametrize("program", PRINTED)
def test_what_programs_print(reading: Any, program: str) -> None:
    """Without an option."""
    text, points = PRINTED[program]
    found = reading(columns(), text)
    assert (found.points, found.rejected) == (points, [])
    assert found.lines == list(range(2, 2 + len(points)))


def test_a_first_row_that_stands_askew() -> None:
    """The memory of this machine takes more room than its column has; the gap says what the row does not."""
    (point,) = parse(columns(gap=1), VMSTAT)
    assert (point["free"], point["cs"], point["us"], point["st"]) == (18537768, 868, 44, 0)
    assert len(point) == 17


def test_fields_where_no_line_names_them(reading: Any) -> None:
    """The last takes the rest; what has fewer cells is rejected."""
    text = "total 12\n-rw-r--r-- 1 ann ann  4250 Nov 25 14:14 my file.py\n"
    found = reading(columns(fields="mode links owner group size month day clock name".split()), text)
    assert [point["name"] for point in found.points] == ["my file.py"]
    assert found.points[0]["size"] == 4250
    assert found.rejected == [(1, "has fewer cells than there are fields, which are 9")]
    without_header = KUBECTL.partition("\n")[2]
    points = parse(columns(fields=["name", "ready", "status", "restarts", "age"], gap=2), without_header)
    assert [point["restarts"] for point in points] == [0, "12 (5m ago)"]


def test_without_inferring() -> None:
    """Text, and empty text where nothing stands."""
    assert parse(columns(infer=False), "a    b    c\n1         x\n") == [{"a": "1", "b": "", "c": "x"}]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("", []),
        ("A  B\n", []),
        ("\n \nA  B\n\n1  2\n", [{"A": 1, "B": 2}]),
        ("A  B\n1  2\nA  B\n3  4\n", [{"A": 1, "B": 2}, {"A": 3, "B": 4}]),
        ("A\tB\n1\tx y\n", [{"A": 1, "B": "x y"}]),
        ("A  A  A_2\n1  2  3\n", [{"A": 1, "A_2": 2, "A_2_2": 3}]),
        ("名前    年\n日本    1\nAnn     2\n", [{"名前": "日本", "年": 1}, {"名前": "Ann", "年": 2}]),
        ("NAME      N  M\n日本日本  1  2\n", [{"NAME": "日本日本", "N": 1, "M": 2}]),
        ("column_1  N\nx         1\n", [{"column_1": "x", "N": 1}]),
        ("日本  e\u0301e\u0301  B\n  1       2\n", [{"日本": 1, "e\u0301e\u0301": None, "B": 2}]),
        ("NAME  N\nlonger-than-that  1\n", [{"NAME": "longer-than-that", "N": 1}]),
        ("    A    B\nx   1    2\n", [{"column_1": "x", "A": 1, "B": 2}]),
    ],
)
def test_small_tables(text: str, points: list[dict[str, Any]]) -> None:
    """Empty lines and a header that comes again are passed over; places are those that are seen."""
    assert parse(columns(), text) == points
    assert parse(columns(), text, block=1) == points


def test_a_row_that_is_none_is_rejected(reading: Any) -> None:
    """Also before the first one that shows where the columns are."""
    first, *others = PS.splitlines(keepends=True)
    found = reading(columns(), f"{first}x\n{others[0]}a very long word\n{others[1]}")
    assert [point["PID"] for point in found.points] == [1, 2]
    assert found.rejected == [
        (2, "has too few cells to tell where the columns are"),
        (4, "has cells that do not stand each below one of the 11 names of the header"),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gap": 0}, "columns: gap takes a number of spaces, 1 or more, not 0"),
        ({"fields": ["a", ""]}, "columns: fields has an empty name; give the name of a field"),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str) -> None:
    """When they are written."""
    with pytest.raises(OptionError) as error:
        columns(**options)
    assert str(error.value) == message


@pytest.mark.parametrize("text", ["A b " * 50_000 + "\n" + "a" * 100_000, "A b " * 50_000 + "\n" + "a\n" * 50_000])
def test_no_text_takes_long(text: str) -> None:
    """However many names the first line seems to have."""
    begun = time.process_time()
    parse(columns(), text)
    assert time.process_time() - begun < 5


# -- properties ---------------------------------------------------------------------------------

PLACES = st.lists(st.integers(0, 1000), max_size=6)
PIECES = ["NAME", "A", "on", "x", "日本", "1", "2.5", " ", " ", "  ", "     ", "\t", "\n", "\n", "\r\n"]


@pytest.mark.parametrize("parser", [columns(), columns(gap=1), columns(fields=["a", "b"])], ids=repr)
@settings(max_examples=150)
@given(data=st.lists(st.sampled_from(PIECES), max_size=40).map("".join), places=PLACES)
def test_where_the_bytes_are_cut_does_not_matter(reading: Any, parser: columns, data: str, places: list[int]) -> None:
    """Points, their lines and the bad records are the same."""
    assert reading(parser, data, places) == reading(parser, data)


WORDS = st.text("abc日é1:/", min_size=1, max_size=8)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@st.composite
def tables(draw: st.DrawFn, values: st.SearchStrategy[str], gap: int) -> tuple[str, list[dict[str, str]]]:
    """A table, each column aligned at the left or the right, and its rows."""
    names = draw(st.lists(st.text("ABCÉ日", min_size=1, max_size=6), min_size=2, max_size=5, unique=True))
    found = draw(st.lists(st.lists(values, min_size=len(names), max_size=len(names)), min_size=1, max_size=5))
    rights = [draw(st.booleans()) for _ in names]
    widths = [max(map(width, column)) for column in zip(names, *found, strict=True)]
    lines = [
        (" " * gap).join(padded(cell, to, right=right) for cell, to, right in zip(row, widths, rights, strict=True))
        for row in (names, *found)
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines), [dict(zip(names, row, strict=True)) for row in found]


@settings(max_examples=200)
@given(table=tables(WORDS, 1) | tables(WORDS, 3) | tables(PHRASES, 3))
def test_aligned_tables(reading: Any, table: tuple[str, list[dict[str, str]]]) -> None:
    """What was aligned is read back, at the left and at the right, words and phrases."""
    text, points = table
    found = reading(columns(infer=False), text)
    assert (found.points, found.rejected) == (points, [])
