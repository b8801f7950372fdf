"""looking: the first lines of an input tell its format."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import subprocess
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import filter, memory, read, reduce, registry, write
from flume.adapters.looking import FOUND, look, looked
from flume.errors import FlumeError, OptionError, RecordError, SourceError
from flume.reducers.sum import sum

PS = "USER         PID %CPU COMMAND\nroot           1  0.1 /sbin/init\n"
PODS = "NAME    READY   STATUS    RESTARTS      AGE\nweb-1   1/1     Running   1 (2d ago)    5d\n"
SAMPLES = [
    ('{"a": 1}\n{"a": 2}\n', "jsonl"),
    ('\n\n{"a": 1}', "jsonl"),
    ('{"a": {"b": [1]}}', "jsonl"),
    ('{"a": 1, "b', "jsonl"),
    ('{"a": 1,\n{"a": 2}\n', "jsonl"),
    ('{\n  "a": 1\n}\n', "json"),
    ('{"a": 1,\n "b": 2}', "json"),
    ('{"items": [\n{"a": 1}]}', "json"),
    ('[{"a": 1}]', "json"),
    ("[\n{}\n]", "json"),
    ("[]", "json"),
    ("a,b\n1,2\n", "csv"),
    ('"first name","b"\n"x, y",2\n', "csv"),
    ("id,first name,e-mail\n1,Ann,a@b.c\n", "csv"),
    ("a\tb\n1\t2\n", "tsv"),
    ("a,b\n", ""),
    ("hello, world\nhow are you, my friend\n", ""),
    ("Started a,b\nStopped a, b, c\n", ""),
    ("2016-07-17 12:00:00,123 INFO a\n2016-07-17 12:00:00,456 INFO b\n", ""),
    ("a,a\n1,2\n", ""),
    ('x,y\n{"x": 1, "y": 2}\n', "jsonl"),
    ('level=info msg="it\'s = fine" n=1\n', "logfmt"),
    ("time=2016-07-17T00:00:00Z level=warn", "logfmt"),
    ("a=1", ""),
    ("see a=1 and b=2", ""),
    (PS, "columns"),
    (PODS, "columns"),
    ("FATAL ERROR\nsomething\n", ""),
    ("[2016-07-17] INFO a\n", ""),
    ('127.0.0.1 - - [17/Jul/2016] "GET / HTTP/1.1" 200 1\n', ""),
    ("", ""),
    ("\n \n", ""),
    ("\x00\xff", ""),
]


@pytest.mark.parametrize(("text", "format"), SAMPLES)
def test_samples(text: str, format: str) -> None:
    """What a reader would say; an empty text where nothing is told."""
    assert look(text.encode(), whole=True) == format


@given(st.sampled_from(SAMPLES), st.data())
def test_it_does_not_matter_how_much_has_come(sample: tuple[str, str], data: st.DataObject) -> None:
    """What is told early is told late, and no byte is lost."""
    given_ = sample[0].encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(given_)), max_size=8)) | {0, len(given_)})
    chunks = [given_[a:b] for a, b in pairwise(cuts)]
    format, again = looked(iter(chunks))
    assert (format, b"".join(again)) == (sample[1], given_)


@given(st.binary(max_size=200))
def test_whatever_comes(data: bytes) -> None:
    """There is an answer for anything, and it is a format of core."""
    assert look(data, whole=True) in ("", *FOUND)
    assert set(FOUND) <= set(registry.Registry(discover=False).names("parser"))


def test_no_more_is_waited_for_than_is_needed() -> None:
    """A line of JSON is answered at once, a header at the line behind it."""
    assert look(b'{"a": 1}\n', whole=False) == "jsonl"
    assert look(b"a line of a log\n", whole=False) == ""
    assert look(b"a,b\n", whole=False) is None
    assert look(b"a,b\n1,2", whole=False) is None
    assert look(b"a,b\n1,2\n", whole=False) == "csv"
    assert look(b"x" * 100_000, whole=False) == ""


# -- files ------------------------------------------------------------------------------------------

TABLES = [('{"a": 1}\n{"a": 2}\n', 3), ("a,b\n1,x\n2,y\n", 3), ("a=1 b=x\na=2 b=y\n", 3), ('[{"a": 1},\n{"a": 2}]', 3)]


@pytest.mark.parametrize(("text", "total"), TABLES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
@pytest.mark.parametrize("name", ["points", "points.log", "points.log.gz"])
def test_files(tmp_path: Path, text: str, total: int, pack: Any, name: str) -> None:
    """Whatever they are called and compressed with, in one process or two, written or counted."""
    file = tmp_path / name
    file.write_bytes(pack(text.encode()))
    for jobs in (1, 2):
        report = (read("stdio", file=str(file)) | reduce(n=sum("a")) | memory()).execute(jobs=jobs)
        assert report.points == [{"n": total}]
        out = tmp_path / "out.jsonl"
        (read("stdio", file=str(file)) | filter("a > 1") | write("stdio", file=str(out))).execute(jobs=jobs)
        assert json.loads(out.read_text())["a"] == 2
        assert out.read_text().count("\n") == 1


@pytest.mark.parametrize(("text", "total"), TABLES)
def test_pipes(tmp_path: Path, text: str, total: int) -> None:
    """Nothing of what was looked at is lost."""
    fifo = str(tmp_path / "fifo")
    os.mkfifo(fifo)
    for pipeline in (
        read("stdio", file=fifo) | reduce(n=sum("a")),
        read("stdio", file=fifo) | filter("a > 0") | write("stdio", file=str(tmp_path / "out.jsonl")),
    ):
        writing = threading.Thread(target=Path(fifo).write_text, args=(text,))
        writing.start()
        report = (pipeline | memory() if "reduce" in repr(pipeline) else pipeline).execute()
        writing.join()
        assert report.read == 2
        assert not report.points or report.points == [{"n": total}]
    assert [json.loads(line)["a"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [1, 2]


def test_files_of_several_formats(tmp_path: Path) -> None:
    """Each is read as what it is, also where points of JSON lines are written as they were read."""
    (tmp_path / "a").write_text('{"a":1,"b":  "x"}\n')
    (tmp_path / "b.csv").write_text("a,b\n2,y\n")
    (tmp_path / "c").write_text("a=3 b=z\n")
    (tmp_path / "d").write_text('{"a":4}\n')
    out = tmp_path / "out"
    for pipeline in (read("stdio", file=str(tmp_path / "?")), read("stdio", file=str(tmp_path / "[a-d]*"))):
        for step in (filter("a > 0"), filter("b != 'y'")):
            (pipeline | step | write("stdio", file=str(out), format="jsonl")).execute()
            points = [json.loads(line) for line in out.read_text().splitlines()]
            assert points == list(pipeline | step)
            assert out.read_text().startswith('{"a":1,"b":  "x"}\n')


def test_the_name_rules(tmp_path: Path) -> None:
    """What a suffix says is not looked at, and what is given rules over both."""
    file = tmp_path / "a.txt"
    file.write_text("a,b\n1,2\n")
    assert next(iter(read("stdio", file=str(file)))) == {"line": "a,b"}
    assert list(read("stdio", file=str(file), format="csv")) == [{"a": 1, "b": 2}]


# -- what is said -----------------------------------------------------------------------------------


def said(file: Path, caplog: pytest.LogCaptureFixture, **options: Any) -> str:
    """What is said at the end of reading a file."""
    caplog.clear()
    (read("stdio", file=str(file), **options) | memory()).execute()
    return caplog.messages[-1] if caplog.messages else ""


def notes(raised: pytest.ExceptionInfo[FlumeError]) -> list[str]:
    """What an error says besides."""
    return raised.value.__notes__


def test_what_was_taken_is_said_where_it_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Once, at the end, with what to do; not where the format was given, or named."""
    file = tmp_path / "access"
    file.write_text("127.0.0.1 GET /\n" * 5)
    assert said(file, caplog) == (
        f"{file} was read as jsonl, as neither its name nor its first lines tell another format; "
        "format='lines' reads text"
    )
    assert "was read as" not in said(file, caplog, format="jsonl")
    assert not said(file, caplog, errors="skip")
    file.write_text('{"a": 1}\nsomething else\n')  # which is no doubt
    assert "is no valid JSON" in said(file, caplog)
    file.write_text("a=1 b=2\nsomething else\n")
    assert said(file, caplog) == f"{file} was read as logfmt, as its first lines look like that; format= says otherwise"
    file.write_text("a=1 b=2\n")
    assert not said(file, caplog)


def test_errors_tell_it_too(tmp_path: Path) -> None:
    """Those that end the reading."""
    file = tmp_path / "a"
    file.write_text('[{"a": 1},\n{"a": }]')
    with pytest.raises(SourceError) as ended:
        list(read("stdio", file=str(file)))
    assert f"{file} was read as json, as its first lines look like that; format= says otherwise" in notes(ended)
    file.write_text("text\n")
    with pytest.raises(RecordError) as raised:
        (read("stdio", file=str(file), errors="raise") | memory()).execute()
    assert any("format='lines' reads text" in note for note in notes(raised))


def test_an_option_of_another_format(tmp_path: Path) -> None:
    """It is known, so it is refused when the file is looked at, before anything is read."""
    file = tmp_path / "a"
    file.write_text('{"a": 1}\n')
    source = read("stdio", file=str(file), delimiter=";")
    with pytest.raises(OptionError, match="format='jsonl' has no option 'delimiter'") as raised:
        (source | memory()).execute()
    assert any("was read as jsonl" in note for note in notes(raised))
    file.write_text("a,b\n1,2\n#\n")
    assert list(read("stdio", file=str(file), comment="#")) == [{"a": 1, "b": 2}]


@pytest.mark.parametrize("option", ["delimeter", "pathh", "patern"])
def test_an_option_of_no_format(option: str) -> None:
    """It is refused when the word is written, as no format has it."""
    with pytest.raises(OptionError, match=f"has no option '{option}'"):
        read("stdio", **dict[str, Any]({option: "x"}))


def test_a_program_prints_columns() -> None:
    """What `ps` prints is told by its header."""
    try:
        printed = subprocess.run(["ps", "-o", "pid,comm"], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no ps: {error}")
    assert look(printed, whole=True) == "columns"


def test_a_file_that_is_not_there() -> None:
    """The planner does not say it: who reads it does."""
    with pytest.raises(FlumeError, match="cannot read 'nothing/here': no such file"):
        (read("stdio", file="nothing/here") | memory()).execute()
