"""multiline: lines that join to events."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import head, memory, put, read, reduce, write
from flume.adapters import arriving, events
from flume.adapters.multiline import Multiline
from flume.errors import OptionError
from flume.reducers.count import count

PYTHON = """
import logging, sys
logging.basicConfig(format="%(levelname)s:%(name)s:%(message)s", stream=sys.stdout, level=logging.INFO)

class Own(Exception): pass
def plain(): return {}["x"]
def chained():
    try: plain()
    except KeyError: int("a")
def caused():
    try: plain()
    except KeyError as error: raise RuntimeError("no luck") from error
def group():
    try: raise ExceptionGroup("some", [ValueError(1), ExceptionGroup("in", [KeyError("k"), Own()])])
    except ExceptionGroup as error: raise RuntimeError("around") from error
def only_group(): raise ExceptionGroup("some", [ValueError(1), KeyError(2)])
def deep(): deep()
def syntax(): compile("foo(\\n  1 2)", "f.py", "exec")
def bare(): raise Own
def local():
    class Inner(Exception): pass
    raise Inner("x: y")

for function in (plain, chained, caused, group, only_group, deep, syntax, bare, local):
    logging.info("before %s", function.__name__)
    for time in range(2):
        try: function()
        except BaseException: logging.exception("in %s", function.__name__)
logging.info("end")
"""
JAVA = """\
2016-07-17 INFO before
2016-07-17 ERROR in b
com.example.Bad$MyException: wrapped: twice
\tat com.example.Bad.b(Bad.java:5)
\tat java.base/java.lang.reflect.Method.invoke(Method.java:569)
Caused by: java.lang.NullPointerException: Cannot invoke "Object.toString()" because "<local0>" is null
\tat Bad.a(Bad.java:4)
\t... 9 more
java.io.IOException
\tat Bad.c(Bad.java:6)
\tSuppressed: java.lang.IllegalStateException: sup
\t\t... 9 more
\tCaused by: java.lang.RuntimeException: cause of sup
\t\t... 9 more
OwnException: of no package
\tat Bad.c(Bad.java:6)
2016-07-17 INFO end
Exception in thread "main" java.lang.IllegalStateException: done
\tat Bad.main(Bad.java:17)
"""


def found(file: Path, multiline: str, **options: Any) -> list[str]:
    """The texts of the events of a file."""
    return [point["line"] for point in read("stdio", file=str(file), format="lines", multiline=multiline, **options)]


def of(path: Path, text: str, multiline: str, **options: Any) -> list[str]:
    """The texts of the events of a text."""
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return found(path, multiline, **options)


# -- rules ------------------------------------------------------------------------------------------


def test_what_python_prints(tmp_path: Path) -> None:
    """An exception, all that it was caused by, and the line that it was logged with are one event."""
    printed = subprocess.run([sys.executable, "-c", PYTHON], capture_output=True, text=True, check=True).stdout
    events = of(tmp_path / "log", printed, "traceback")
    assert events == of(tmp_path / "log", printed, "^(INFO|ERROR):")
    assert len(events) == 9 * 3 + 1
    assert sum(text.count("Traceback") for text in events) > 9 * 2


def test_tracebacks_without_a_log(tmp_path: Path) -> None:
    """Each is an event of its own; the line before belongs to the first, even if it is another one's."""
    text = 'starting\nTraceback (most recent call last):\n  File "a", line 1, in f\nValueError\n'
    more = (
        'Traceback (most recent call last):\n  File "b", line 1, in f\nKeyError: 1\n  File "c", line 3\nSyntaxError: x'
    )
    assert of(tmp_path / "log", text + more, "traceback") == [text[:-1], more]
    assert of(tmp_path / "log", more + "\nready\nnext", "traceback") == [more, "ready", "next"]


def test_what_java_prints(tmp_path: Path) -> None:
    """A stack trace, its causes, what was suppressed, and the line that it was logged with are one event."""
    events = of(tmp_path / "log", JAVA, "java")
    assert "\n".join(events) == JAVA[:-1]
    assert [event.split()[0] for event in events] == [
        "2016-07-17",
        "2016-07-17",
        "java.io.IOException",
        "OwnException:",
        "2016-07-17",
        "Exception",
    ]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("indent", "a\n b\n\tc\n\nd\n\n e", ["a\n b\n\tc", "d\n\n e"]),
        ("indent", " a\nb", [" a", "b"]),
        ("indent", "\n\na\r\n b\r\n", ["a\n b"]),
        (r"^\d", "x\n1\na\n\n2\n\n\n", ["x", "1\na", "2"]),
        (r"^\[", "[a]\n[b]\r\n", ["[a]", "[b]"]),
        ("nothing", "a\nb", ["a\nb"]),
        ("", "a\nb", None),
    ],
)
def test_rules(tmp_path: Path, rule: str, text: str, expected: list[str] | None) -> None:
    """What stands before the first beginning is an event, too; empty lines at the end of one are none of it."""
    if expected is None:
        with pytest.raises(OptionError, match="multiline takes a regex"):
            read("stdio", multiline=rule)
        return
    assert of(tmp_path / "log", text, rule) == expected


LINES = st.lists(
    st.sampled_from([*JAVA.splitlines(), *PYTHON.splitlines()[:4], "", " ", "a", " b", "ValueError: x", "KeyError"])
    | st.sampled_from(
        [
            "Traceback (most recent call last):",
            "  + Exception Group Traceback (most recent call last):",
            '  File "x", line 1, in f',
            "    | ValueError: 1",
            "During handling of the above exception, another exception occurred:",
            "2016 ERROR x",
            "Caused by: x",
        ]
    ),
    max_size=30,
)
RULES = st.sampled_from(["indent", "traceback", "java", r"^2016", "a", r"^\S"])


@given(LINES, RULES)
def test_a_sure_beginning_begins_an_event_and_forgets_what_was_before(lines: list[str], rule: str) -> None:
    """So a file can be cut there, and its parts be joined by themselves."""
    multiline = Multiline(rule)
    begins = multiline.start()
    whole = [begins(line) for line in lines]
    for cut, line in enumerate(lines):
        if multiline.surely_begins(line):
            again = multiline.start()
            assert whole[cut:] == [again(each) for each in lines[cut:]]
            assert whole[cut]


@settings(max_examples=50, deadline=None)
@given(LINES, RULES, st.integers(1, 60))
def test_blocks_and_parts_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], rule: str, size: int
) -> None:
    """A file is the same events however it is read; they are what joining line by line gives."""
    file = tmp_path_factory.getbasetemp() / "soup.log"
    file.write_text("\n".join(lines))
    begins, model = Multiline(rule).start(), list[list[str]]()
    for line in lines:
        if begins(line) or not model:
            model.append([])
        model[-1].append(line)
    wanted = [text for event in model if (text := "\n".join(event).rstrip("\n"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arriving, "BLOCK", size)
        assert found(file, rule) == wanted
    pipeline = read("stdio", file=str(file), multiline=rule) | reduce(n=count(), by="line")
    one, several = ((pipeline | memory()).execute(jobs=jobs).points for jobs in (1, 3))
    assert one == several


def test_parts_begin_with_events(tmp_path: Path) -> None:
    """Several processes read one file, and what they write, reject and count is what one does."""
    file = tmp_path / "a.log"
    file.write_text("".join(f"{n} event\n  more of {n}\n" + "\n" * (n % 3) for n in range(2000)))
    made = []
    for jobs in (1, 3):
        pipeline = read(
            "stdio",
            file=str(file),
            format="regex",
            pattern=r"^(?P<n>\d*[02468]) (?P<text>.*)$",
            multiline="indent",
            rejects=str(tmp_path / f"{jobs}.jsonl"),
        ) | write("stdio", file=str(tmp_path / f"out{jobs}"))
        report = pipeline.execute(jobs=jobs)
        rejects = [json.loads(line) for line in (tmp_path / f"{jobs}.jsonl").read_text().splitlines()]
        made.append(((tmp_path / f"out{jobs}").read_text(), rejects, report.rejected, report.read))
    assert made[0] == made[1]
    text, rejects, rejected, _ = made[0]
    assert text.splitlines()[0] == '{"n": 0, "text": "event\\n  more of 0"}'
    assert rejected == len(rejects) == 1000
    assert (rejects[0]["line"], rejects[0]["raw"]) == (3, "1 event\n  more of 1")
    lines = file.read_text().splitlines()
    assert all(lines[each["line"] - 1] == each["raw"].split("\n")[0] for each in rejects)


# -- formats ----------------------------------------------------------------------------------------


def test_formats_of_lines(tmp_path: Path) -> None:
    """An event is one record of theirs."""
    file = tmp_path / "a.log"
    file.write_text("level=info msg=a\n  more=1\nlevel=warn\n")
    options: dict[str, Any] = {"file": str(file), "multiline": "indent"}
    assert list(read("stdio", **options, format="logfmt")) == [
        {"level": "info", "msg": "a", "more": 1},
        {"level": "warn"},
    ]
    assert list(read("stdio", **options, format="regex", pattern="=(?P<rest>.*)$")) == [
        {"rest": "info msg=a\n  more=1"},
        {"rest": "warn"},
    ]
    assert list(read("stdio", **options)) == [{"line": "level=info msg=a\n  more=1"}, {"line": "level=warn"}]


@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "columns"])
def test_formats_that_are_none(format: str) -> None:
    """They are refused before anything runs, also where the name of the file says them."""
    with pytest.raises(OptionError, match=f"multiline joins lines of text, as of format='lines', not of '{format}'"):
        read("stdio", format=format, multiline="indent")
    if format != "columns":
        with pytest.raises(OptionError, match="multiline joins lines of text"):
            read("stdio", file=f"a.{format}", multiline="indent")


def test_no_regex() -> None:
    """It is said when the word is written, with the names that there are."""
    with pytest.raises(OptionError) as raised:
        read("stdio", multiline="(")
    assert "multiline='(' is no regex: missing ), unterminated" in str(raised.value)
    assert "'traceback', 'java', 'indent' are rules, too" in str(raised.value)


def test_escapes_go_before_lines_are_joined(tmp_path: Path) -> None:
    """A colour at the beginning of a line is no beginning of it."""
    text = "\x1b[31m2016 a\x1b[0m\n\x1b[31m  b\n2016 c"
    for rule in ("indent", "^2016"):
        assert of(tmp_path / "log", text, rule, strip_ansi=True) == ["2016 a\n  b", "2016 c"]


def test_the_time_is_that_of_the_event(tmp_path: Path) -> None:
    """A record whose time is none is rejected at the event's first line, with all of its text."""
    file = tmp_path / "a.log"
    file.write_text("2016-07-17T00:00:00Z a\n b\nnoon c\n d\n2016-07-18T00:00:00Z e\n")
    rejects = tmp_path / "bad.jsonl"
    source = read(
        "stdio",
        file=str(file),
        format="regex",
        pattern=r"^(?P<time>\S+) (?P<text>.*)",
        multiline=r"^\S",
        rejects=str(rejects),
    )
    assert [point["text"] for point in source] == ["a\n b", "e"]
    bad = json.loads(rejects.read_text())
    assert (bad["line"], bad["raw"]) == (3, "noon c\n d")


# -- bounds -----------------------------------------------------------------------------------------


def test_an_event_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is rejected in pieces, wherever blocks end; what comes behind it is not."""
    monkeypatch.setattr(events, "LONGEST", 100)
    file, rejects = tmp_path / "a.log", tmp_path / "bad.jsonl"
    file.write_text("a\n" + "  " + "x" * 200 + "\n" + "".join(f"  line {n}\n" for n in range(50)) + "b\n c\n")
    seen = set()
    for size in (7, 64, 1 << 16):
        monkeypatch.setattr(arriving, "BLOCK", size)
        assert found(file, "indent", rejects=str(rejects)) == ["b\n c"]
        seen.add(rejects.read_text())
    (text,) = seen
    pieces = [json.loads(line) for line in text.splitlines()]
    assert "\n".join(piece["raw"] for piece in pieces) == file.read_text()[: -len("\nb\n c\n")]
    assert [piece["line"] for piece in pieces][:3] == [1, 2, 3]
    assert "is of an event of more than 100 characters" in pieces[0]["reason"]


def test_a_long_line_is_an_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is on what is joined."""
    monkeypatch.setattr(events, "LONGEST", 100)
    assert of(tmp_path / "log", "x" * 1000 + "\ny", r"^\S") == ["x" * 1000, "y"]


def test_a_regex_that_takes_long(tmp_path: Path) -> None:
    """It finds no beginning, and does not hang."""
    began = time.monotonic()
    assert of(tmp_path / "log", "a" * 60 + "!\nb", "(a|aa)+$") == ["a" * 60 + "!\nb"]
    assert time.monotonic() - began < 30


# -- pipes ------------------------------------------------------------------------------------------


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A named pipe, and the end to write to."""
    fifo = str(tmp_path / "fifo")
    os.mkfifo(fifo)
    end = os.open(fifo, os.O_RDWR)
    yield fifo, end
    os.close(end)


def test_the_last_event_leaves_when_it_is_quiet(pipe: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a line is waited for; what comes later begins an event of its own."""
    monkeypatch.setattr(arriving, "QUIET", 0.2)
    fifo, end = pipe
    got: list[str] = []

    def listen() -> None:
        for point in read("stdio", file=fifo, multiline="indent") | head(3):
            got.append(point["line"])

    listening = threading.Thread(target=listen)
    listening.start()
    os.write(end, b"a\n b\nc\n d")
    time.sleep(0.6)
    assert got == ["a\n b"]
    os.write(end, b"d\n")
    listening_until = time.monotonic() + 5
    while len(got) < 2 and time.monotonic() < listening_until:
        time.sleep(0.01)
    assert got == ["a\n b", "c\n dd"]
    os.write(end, b" late\ne\n")
    listening.join(5)
    assert got == ["a\n b", "c\n dd", " late"]


def test_events_as_they_come_are_those_of_the_file(pipe: tuple[str, int], tmp_path: Path) -> None:
    """However the pipe gives them."""
    fifo, end = pipe
    data = JAVA.encode()

    def speak() -> None:
        for at in range(0, len(data), 11):
            os.write(end, data[at : at + 11])

    speaking = threading.Thread(target=speak)
    speaking.start()
    wanted = of(tmp_path / "log", JAVA, "java")
    assert [p["line"] for p in read("stdio", file=fifo, multiline="java") | head(len(wanted))] == wanted
    speaking.join()


def test_it_goes_on_in_a_pipeline(tmp_path: Path) -> None:
    """Its points are as any others."""
    (tmp_path / "log").write_text(JAVA)
    pipeline = read("stdio", file=str(tmp_path / "log"), multiline="java") | put(
        lines=lambda p: p["line"].count("\n") + 1
    )
    assert [point["lines"] for point in pipeline] == [1, 7, 6, 2, 1, 2]
    assert re.search("multiline='java'", repr(pipeline))
