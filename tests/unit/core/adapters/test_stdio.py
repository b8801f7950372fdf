"""stdio: files; what needs streams of a real process is in tests/integration/test_streams.py."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flume import emit, head, memory, put, read, write
from flume.adapters.file_write import WriteStdio
from flume.errors import FlumeError, OptionError, RecordError, SinkError, SourceError
from flume.flow import Point
from flume.run import Run

POINTS: list[Point] = [{"a": 1}, {"a": 2, "b": "é"}]
LINES = b'{"a": 1}\n{"a": 2, "b": "\xc3\xa9"}\n'


def found(*file: str | Path, **options: Any) -> list[Point]:
    """The points of a file, or of several."""
    given = [str(each) for each in file]
    return list(read("stdio", file=given[0] if len(given) == 1 else given, **options))


# -- which files ------------------------------------------------------------------------------------


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A directory of files, and what is none of them."""
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.jsonl").write_text(f'{{"file": "{name}"}}\n')
    (tmp_path / ".hidden.jsonl").write_text('{"file": "hidden"}\n')
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "d.jsonl").write_text('{"file": "d"}\n')
    return tmp_path


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["b.jsonl"], "b"),
        (["*.jsonl"], "abc"),
        (["[bc].jsonl"], "bc"),
        (["**/*.jsonl"], "abcd"),
        (["c.jsonl", "a.jsonl"], "ca"),
        (["c.jsonl", "[ab]*"], "cab"),
        (["."], "abc"),
        (["inner", "a.jsonl"], "da"),
    ],
)
def test_patterns_directories_and_lists(logs: Path, names: list[str], expected: str) -> None:
    """In order of name; a list in the order that it was given in."""
    assert "".join(point["file"] for point in found(*(logs / name for name in names))) == expected


def test_a_name_that_looks_like_a_pattern(tmp_path: Path) -> None:
    """A file of that very name is meant."""
    (tmp_path / "[ab].jsonl").write_text('{"a": 1}\n')
    (tmp_path / "a.jsonl").write_text('{"a": 2}\n')
    assert found(tmp_path / "[ab].jsonl") == [{"a": 1}]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.log", "cannot read '{}': no such file or directory"),
        ("*.nothing", "cannot read '{}': no file matches this pattern"),
        ("inner/empty", "cannot read '{}': there is no file in this directory"),
        ("a.jsonl/b", "cannot read '{}': not a directory"),
    ],
)
def test_files_that_are_not_there(logs: Path, name: str, message: str) -> None:
    """One line names the file and says why."""
    (logs / "inner" / "empty").mkdir()
    with pytest.raises(SourceError) as raised:
        found(logs / name)
    assert message.format(logs / name) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_paths_need_not_be_text(tmp_path: Path) -> None:
    """Nor for writing."""
    file = tmp_path / "a.jsonl"
    (emit(points=POINTS) | write("stdio", file=file)).execute()
    assert list(read("stdio", file=file)) == list(read("stdio", file=[file])) == POINTS


def test_a_pipe_is_a_file(tmp_path: Path) -> None:
    """A named one is written as it comes, not beside itself."""
    fifo = str(tmp_path / "fifo")
    os.mkfifo(fifo)
    writing = threading.Thread(target=(emit(points=POINTS) | write("stdio", file=fifo)).execute)
    writing.start()
    assert found(fifo) == POINTS
    writing.join()
    assert os.listdir(tmp_path) == ["fifo"]


# -- formats, compression, text ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b'{"a": 1}\n'),
        ("a.ndjson", b'{"a": 1}\n'),
        ("a.json", b'[\n{"a": 1}\n]\n'),
        ("a.csv", b"a\n1\n"),
        ("a.TSV", b"a\n1\n"),
        ("a.log", b'{"a": 1}\n'),
        ("a", b'{"a": 1}\n'),
        ("a.csv.gz", gzip.compress(b"a\n1\n", mtime=0)),
        ("a.jsonl.bz2", bz2.compress(b'{"a": 1}\n')),
        ("a.json.xz", lzma.compress(b'[{"a": 1}]')),
        ("a.jsonl", gzip.compress(b'{"a": 1}\n', mtime=0)),
    ],
)
def test_the_name_says_the_format_and_the_bytes_the_compression(tmp_path: Path, name: str, data: bytes) -> None:
    """So a compressed file needs no suffix."""
    (tmp_path / name).write_bytes(data)
    assert found(tmp_path / name) == [{"a": 1}]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.bz2", "a.json.xz", "a.csv", "a.logfmt.gz"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    """The suffix says what is written, too."""
    (emit(points=POINTS) | put(b="é") | write("stdio", file=str(tmp_path / name))).execute()
    assert found(tmp_path / name) == [{"a": 1, "b": "é"}, {"a": 2, "b": "é"}]


def test_none_is_no_compression(tmp_path: Path) -> None:
    """Whatever the name or the first bytes say."""
    file, packed = tmp_path / "a.jsonl.gz", tmp_path / "b.gz"
    (emit(points=POINTS) | write("stdio", file=str(file), compression=None)).execute()
    assert file.read_bytes() == LINES
    packed.write_bytes(gzip.compress(LINES))
    assert list(read("stdio", file=str(packed), format="jsonl")) == POINTS
    report = (read("stdio", file=str(packed), errors="skip", compression=None) | memory()).execute()
    assert report.points == []


def test_what_is_compressed_is_so_for_others(tmp_path: Path) -> None:
    """A gzip file is one; the option rules over the suffix."""
    file = tmp_path / "a.jsonl.bz2"
    (emit(points=POINTS) | write("stdio", file=str(file), compression="gzip")).execute()
    assert gzip.decompress(file.read_bytes()) == LINES


def test_cut_short(tmp_path: Path) -> None:
    """The points that came whole are given; then the run fails with one line."""
    file = tmp_path / "a.jsonl.gz"
    whole = b"".join(b'{"n": %d}\n' % n for n in range(50_000))
    file.write_bytes(gzip.compress(whole)[:-2000])
    kept: list[Point] = []
    with pytest.raises(SourceError, match=r"a\.jsonl\.gz: the gzip data ends in the middle; the file was cut short"):
        (read("stdio", file=str(file)) | memory(kept)).execute()
    assert len(kept) > 1000
    assert kept == [{"n": n} for n in range(len(kept))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Both ways; a byte order mark is no data."""
    file = tmp_path / "a.jsonl"
    (emit(points=POINTS) | write("stdio", file=str(file), encoding=encoding)).execute()
    assert file.read_bytes() == LINES.decode().encode(encoding)
    assert found(file, encoding=encoding) == POINTS
    assert found(tmp_path / "a.jsonl", encoding=encoding) == POINTS


def test_bytes_that_are_no_text_are_kept(tmp_path: Path) -> None:
    """They are written as they were read."""
    (tmp_path / "in").write_bytes(b"caf\xe9\n\xff\xfe\n")
    (
        read("stdio", file=str(tmp_path / "in"), format="lines") | write("stdio", file=str(tmp_path / "out.txt"))
    ).execute()
    assert (tmp_path / "out.txt").read_bytes() == b"caf\xe9\n\xff\xfe\n"


def test_a_character_that_the_encoding_lacks(tmp_path: Path) -> None:
    """It is an error, and nothing is left half-written."""
    pipeline = emit(points=POINTS) | write("stdio", file=str(tmp_path / "a.jsonl"), encoding="ascii")
    with pytest.raises(SinkError, match="cannot write 'é' in ascii"):
        pipeline.execute()
    assert os.listdir(tmp_path) == []


def test_an_encoding_with_a_mark_in_many_batches(tmp_path: Path) -> None:
    """The mark stands at the beginning only."""
    file = str(tmp_path / "a.jsonl")
    points = [{"n": n} for n in range(3000)]
    (emit(points=points) | write("stdio", file=file, encoding="utf-16")).execute()
    assert found(file, encoding="utf-16") == points


def test_strip_ansi(tmp_path: Path) -> None:
    """Colours of terminals are no data; without the option they stay."""
    (tmp_path / "a.txt").write_bytes(b"\x1b[31mred\x1b[0m\n")
    assert found(tmp_path / "a.txt", strip_ansi=True) == [{"line": "red"}]
    assert found(tmp_path / "a.txt") == [{"line": "\x1b[31mred\x1b[0m"}]


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_empty_file(tmp_path: Path, data: bytes) -> None:
    """It has no points, and that is no error."""
    (tmp_path / "a.jsonl").write_bytes(data)
    assert found(tmp_path / "a.jsonl") == []


def test_files_are_closed_when_enough_was_read(logs: Path) -> None:
    """Those that were not needed are never opened."""
    (logs / "b.jsonl").unlink()
    os.symlink(logs / "nowhere", logs / "b.jsonl")
    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    files = [str(logs / "a.jsonl"), str(logs / "b.jsonl")]
    assert list(read("stdio", file=files) | head(1)) == [{"file": "a"}]
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


# -- writing ----------------------------------------------------------------------------------------


def test_a_file_appears_when_the_run_has_ended_well(tmp_path: Path) -> None:
    """Until then the old one stays; after a failure too, and nothing else is left."""
    file = tmp_path / "out.jsonl"
    file.write_text("old\n")
    (tmp_path / "in.jsonl").write_text('{"a": 1}\ngarbage\n')
    pipeline = read("stdio", file=str(tmp_path / "in.jsonl"), errors="raise") | write("stdio", file=str(file))
    with pytest.raises(RecordError):
        pipeline.execute()
    assert (file.read_text(), sorted(os.listdir(tmp_path))) == ("old\n", ["in.jsonl", "out.jsonl"])
    (emit(points=[{"a": 1}]) | write("stdio", file=str(file))).execute()
    assert (file.read_text(), sorted(os.listdir(tmp_path))) == ('{"a": 1}\n', ["in.jsonl", "out.jsonl"])


def test_a_file_can_be_read_and_written_in_one_run(tmp_path: Path) -> None:
    """What is read is the old one to the end."""
    file = str(tmp_path / "a.jsonl")
    (emit(points=[{"n": n} for n in range(3000)]) | write("stdio", file=file)).execute()
    (read("stdio", file=file) | put(m=1) | write("stdio", file=file)).execute()
    assert found(file) == [{"n": n, "m": 1} for n in range(3000)]


def test_braces_of_a_name_are_doubled(tmp_path: Path) -> None:
    """Single ones mean one file for each value of a field; one without the other means nothing."""
    (emit(points=POINTS) | write("stdio", file=tmp_path / "{{a}}.csv", format="jsonl")).execute()
    (emit(points=POINTS) | write("stdio", file=str(tmp_path / "a{b"))).execute()
    assert sorted(os.listdir(tmp_path)) == ["a{b", "{a}.csv"]
    assert found(tmp_path / "{a}.csv", format="jsonl") == POINTS


@pytest.mark.parametrize("format", ["lines", None])
def test_points_without_a_line_are_rejected(
    tmp_path: Path, format: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Text has no place for them; an empty line would say that there was one."""
    (tmp_path / "in.jsonl").write_text('{"a": 1}\n{"line": "x", "a": 2}\n{"line": null}\n{"line": ""}\n')
    out, bad = tmp_path / "out.txt", tmp_path / "bad.jsonl"
    source = read("stdio", file=tmp_path / "in.jsonl", rejects=str(bad))
    report = (source | write("stdio", file=out, format=format)).execute()
    assert out.read_text() == "x\n\n\n"
    assert (report.written, report.rejected, report.status) == (3, 1, 3)
    assert "write: the point has no field 'line', which is all that format='lines' writes; put(line='…')" in caplog.text
    assert bad.read_text().endswith('"point": {"a": 1}}\n')


def test_append(tmp_path: Path) -> None:
    """Behind what is there; a gzip file too."""
    for name in ("a.jsonl", "b.jsonl.gz"):
        for n in range(3):
            (emit(points=[{"n": n}]) | write("stdio", file=str(tmp_path / name), append=True)).execute()
        assert found(tmp_path / name) == [{"n": 0}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize("key", ["one", "{k}"])
@pytest.mark.parametrize("suffix", ["csv", "tsv", "csv.gz", "csv.zz"])
def test_append_to_a_table(tmp_path: Path, key: str, suffix: str) -> None:
    """Its header stands once, and says the order of the fields; one that it lacks is an error."""
    file = str(tmp_path / f"{key}.{suffix}")
    for points in ([{"k": "one", "a": 1, "b": "x"}], [{"b": "y", "k": "one"}, {"a": 3, "k": "one"}]):
        (emit(points=points) | write("stdio", file=file, append=True)).execute()
    expected = [{"k": "one", "a": 1, "b": "x"}, {"k": "one", "a": None, "b": "y"}, {"k": "one", "a": 3, "b": None}]
    assert found(file.format(k="one")) == expected
    with pytest.raises(SinkError, match=r"csv: the field 'c' is not in the header of the file that is appended"):
        (emit(points=[{"k": "one", "c": 1}]) | write("stdio", file=file, append=True)).execute()
    (emit(points=[{"k": "one", "b": 2, "c": 1}]) | write("stdio", file=file, append=True, fields=["b"])).execute()
    assert found(file.format(k="one")) == [*expected, {"k": None, "a": None, "b": 2}]


@pytest.mark.parametrize("key", ["one", "{k}"])
@pytest.mark.parametrize(
    ("suffix", "there", "expected"),
    [
        ("jsonl", '{"n": 1}', [{"n": 1}, {"k": "one"}]),
        ("jsonl", "", [{"k": "one"}]),
        ("csv", "k", [{"k": "one"}]),
        ("csv", "# note\nk,l\n1,2", [{"k": 1, "l": 2}, {"k": "one", "l": None}]),
        ("csv", "", [{"k": "one"}]),
    ],
)
def test_append_behind_a_line_without_an_end(
    tmp_path: Path, key: str, suffix: str, there: str, expected: list[Point]
) -> None:
    """It gets one: two points on one line would be none."""
    (tmp_path / f"one.{suffix}").write_text(there)
    options = {"comment": "#"} if suffix == "csv" else {}
    (emit(points=[{"k": "one"}]) | write("stdio", file=f"{tmp_path}/{key}.{suffix}", append=True, **options)).execute()
    assert found(tmp_path / f"one.{suffix}", **options) == expected


@pytest.mark.parametrize("key", ["one", "{k}"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "latin-1"])
def test_append_in_an_encoding(tmp_path: Path, key: str, encoding: str) -> None:
    """A byte order mark stands at the beginning only."""
    for n in range(2):
        pipeline = emit(points=[{"k": "one", "n": n}])
        (pipeline | write("stdio", file=f"{tmp_path}/{key}.jsonl", append=True, encoding=encoding)).execute()
    assert found(tmp_path / "one.jsonl", encoding=encoding) == [{"k": "one", "n": n} for n in range(2)]


def test_modes_and_links_stay(tmp_path: Path) -> None:
    """A file that is replaced keeps its mode, a link still leads to it, and a new file gets the usual mode."""
    target, link, new = tmp_path / "target.jsonl", tmp_path / "link.jsonl", tmp_path / "new.jsonl"
    target.write_text("old\n")
    target.chmod(0o640)
    link.symlink_to(target)
    for file in (link, new):
        (emit(points=[{"a": 1}]) | write("stdio", file=str(file))).execute()
    assert link.is_symlink()
    assert target.read_text() == '{"a": 1}\n'
    assert target.stat().st_mode & 0o777 == 0o640
    usual = tmp_path / "usual"
    usual.touch()
    assert new.stat().st_mode == usual.stat().st_mode


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing/out.jsonl", "cannot write '{}': no such file or directory"),
        ("", "cannot write '{}': is a directory"),
        ("x" * 256, "cannot write '{}': file name too long"),
    ],
)
def test_places_that_cannot_be_written(tmp_path: Path, name: str, message: str) -> None:
    """One line names the file, before anything is read."""
    file = f"{tmp_path}/{name}"
    with pytest.raises(SinkError) as raised:
        (emit(points=POINTS) | write("stdio", file=file)).execute()
    assert message.format(file) in str(raised.value)
    assert os.listdir(tmp_path) == []


def test_a_directory_is_no_file_to_write(tmp_path: Path) -> None:
    """It is said before anything is read."""
    (tmp_path / "out").mkdir()
    kept: list[Point] = []
    pipeline = emit(points=POINTS) | (memory(kept), write("stdio", file=str(tmp_path / "out")))
    with pytest.raises(SinkError, match="out': is a directory"):
        pipeline.execute()
    assert (kept, os.listdir(tmp_path)) == ([], ["out"])


def test_a_name_as_long_as_names_can_be(tmp_path: Path) -> None:
    """The temporary name beside it is not longer."""
    for name in ("x" * 255, "\U0001f600" * 63):
        (emit(points=POINTS) | write("stdio", file=str(tmp_path / name))).execute()
        assert (tmp_path / name).read_bytes() == LINES


def test_a_compression_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said with what to do, and no file is left."""
    for module in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OptionError, match="zstd needs one more package"):
        (emit(points=POINTS) | write("stdio", file=str(tmp_path / "a.jsonl.zst"))).execute()
    assert os.listdir(tmp_path) == []


def test_zstd(tmp_path: Path) -> None:
    """Both ways."""
    file = tmp_path / "a.jsonl.zst"
    (emit(points=POINTS) | write("stdio", file=str(file))).execute()
    assert file.read_bytes().startswith(b"\x28\xb5\x2f\xfd")
    assert found(file) == POINTS


def test_a_full_disk() -> None:
    """What the device cannot take is an error."""
    with pytest.raises(SinkError, match="cannot write '/dev/full': no space left on device"):
        (emit(points=POINTS) | write("stdio", file="/dev/full")).execute()


def test_standard_output_is_that_of_print(capsys: pytest.CaptureFixture[str]) -> None:
    """So a notebook shows it."""
    (emit(points=POINTS) | write("stdio")).execute()
    assert capsys.readouterr().out == LINES.decode()


# -- mistakes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "options", "message"),
    [
        (read, {"file": []}, "file takes a path, a pattern or a list of them, not []"),
        (read, {"file": "a", "compression": "rar"}, "read: compression takes None or one of gzip, "),
        (read, {"file": "a", "encoding": "utf-9"}, "read: no encoding is called 'utf-9'"),
        (read, {"file": "a", "encoding": "hex"}, "read: no encoding is called 'hex'"),
        (read, {"file": "a", "delimeter": ";"}, "'delimeter'"),
        (read, {"file": "a\0b"}, r"file takes a path, a pattern or a list of them, not 'a\x00b'"),
        (read, {"file": ["\ud800"]}, r"file takes a path, a pattern or a list of them, not ['\ud800']"),
        (read, {"file": 3}, "read: file takes a path, a pattern or a list of them, not 3"),
        (write, {"file": "a", "compression": "rar"}, "write: compression takes None or one of gzip, "),
        (write, {"file": "a", "encoding": "utf-9"}, "write: no encoding is called 'utf-9'"),
        (write, {"file": "a", "append": "yes"}, "write('stdio'): append takes True or False, not 'yes'"),
        (read, {"file": "a", "format": 3}, "read('stdio'): format takes text or None, not 3"),
        (write, {"file": Path("{}")}, "write: file: '{}': braces hold the name of a field"),
        (write, {"file": "\ud800"}, r"write: file takes a path, not '\ud800'"),
        (write, {"file": ["a", "b"]}, "write: file takes a path, not ['a', 'b']"),
    ],
)
def test_mistakes(word: Any, options: dict[str, Any], message: str) -> None:
    """They are said when the word is written."""
    with pytest.raises(FlumeError) as raised:
        word("stdio", **options)
    assert message in str(raised.value)


def test_what_takes_turns_says_too_that_it_was_not_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Several processes were to write the file."""
    path = str(tmp_path / "out.jsonl")
    run = Run()
    with closing(WriteStdio(file=path).start(run)) as writing:
        assert writing.in_turns() is not None
        run.stop.set()
        writing.end()
    assert caplog.messages == [f"interrupted: {path!r} was not written"]
    assert os.listdir(tmp_path) == []
